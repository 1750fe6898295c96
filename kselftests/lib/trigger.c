// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a client do so that the driver sends a certain command?
 */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libvirtgpu.h>

#define PAGE	VG_PAGE

/* How the submission that is made now ends; it stands behind all that was asked before. */
static void settle(struct vg_client *c)
{
	int fence = __vg_submit_fence(c->fd, 0);

	c->err = fence < 0 ? fence : 0;
	if (c->err)
		return;
	vg_fence_signals(fence, VG_SOON);
	c->fence = vg_fence_status(fence);
	close(fence);
}

void vg_trigger_nothing(struct vg_client *c)
{
	c->arm(c);
}

void vg_trigger_get_caps(struct vg_client *c)
{
	char data[64];
	struct drm_virtgpu_get_caps args = {
		.cap_set_id = VIRTGPU_DRM_CAPSET_VENUS,
		.addr = VG_PTR(data),
		.size = sizeof(data),
	};

	c->arm(c);
	c->err = __vg_ioctl(c->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
}

void vg_trigger_make(struct vg_client *c)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(32, 32);

	vg_submit(c->fd, 0);
	c->arm(c);
	c->err = __vg_ioctl(c->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args);
	if (!c->err)
		settle(c);
}

void vg_trigger_make_blob(struct vg_client *c)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(VIRTGPU_BLOB_MEM_GUEST, VIRTGPU_BLOB_FLAG_USE_MAPPABLE, PAGE);
	struct vg_bo bo;

	vg_submit(c->fd, 0);
	c->arm(c);
	c->err = __vg_blob(c->fd, &args, &bo);
	if (!c->err)
		settle(c);
}

void vg_trigger_drop(struct vg_client *c)
{
	struct vg_bo bo = vg_picture(c->fd);

	c->arm(c);
	c->err = __vg_close_handle(c->fd, bo.handle);
}

void vg_trigger_share(struct vg_client *c)
{
	struct vg_bo bo;
	char line[32];
	int dmabuf;

	vg_ring_context(c->fd, 1, 0);
	bo = vg_blob(c->fd, VIRTGPU_BLOB_MEM_HOST3D, VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE |
		     VIRTGPU_BLOB_FLAG_USE_SHAREABLE, PAGE);
	c->arm(c);
	c->err = __vg_export(c->fd, bo.handle, &dmabuf);
	if (c->err)
		return;
	snprintf(line, sizeof(line), "%d virtio", dmabuf);
	__vg_sim_share(line);
}

void vg_trigger_make_context(struct vg_client *c)
{
	c->arm(c);
	settle(c);
}

void vg_trigger_end_context(struct vg_client *c)
{
	vg_submit(c->fd, 0);
	c->arm(c);
	close(c->fd);
}

static void transfer(struct vg_client *c, bool to_host)
{
	struct vg_bo bo = vg_picture(c->fd);
	struct drm_virtgpu_3d_transfer_to_host args = {
		.bo_handle = bo.handle,
		.box = { .w = 32, .h = 32, .d = 1 },
	};

	c->arm(c);
	c->err = __vg_ioctl(c->fd, to_host ? DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST :
			    DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST, &args);
	if (!c->err)
		c->err = __vg_wait(c->fd, bo.handle, 0);
}

void vg_trigger_put(struct vg_client *c)
{
	transfer(c, true);
}

void vg_trigger_get(struct vg_client *c)
{
	transfer(c, false);
}

void vg_trigger_submit(struct vg_client *c)
{
	vg_submit(c->fd, 0);
	c->arm(c);
	settle(c);
}

/* The host is asked to show it no sooner than with mmap, where the driver knows the hint. */
static struct vg_bo unshown_blob(int fd)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(VIRTGPU_BLOB_MEM_HOST3D, VIRTGPU_BLOB_FLAG_USE_MAPPABLE, PAGE);
	struct vg_bo bo;

	args.blob_hints = DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING;
	if (!__vg_blob(fd, &args, &bo))
		return bo;
	args.blob_hints = 0;
	VG_OK(__vg_blob(fd, &args, &bo));
	return bo;
}

static void map_of(struct vg_client *c, bool unmap)
{
	struct vg_bo bo;
	void *map;

	vg_ring_context(c->fd, 1, 0);
	bo = unshown_blob(c->fd);
	if (!unmap)
		c->arm(c);
	map = __vg_mmap(c->fd, bo.handle, PAGE);
	c->err = map == MAP_FAILED ? -errno : 0;
	if (!unmap || c->err)
		return;
	c->arm(c);
	munmap(map, PAGE);
	c->err = __vg_close_handle(c->fd, bo.handle);
}

void vg_trigger_map(struct vg_client *c)
{
	map_of(c, false);
}

void vg_trigger_unmap(struct vg_client *c)
{
	map_of(c, true);
}

void vg_trigger_show(struct vg_client *c)
{
	c->arm(c);
	c->err = __vg_screen_framebuffer(c->fd, &c->screen, &c->fb);
	if (!c->err)
		c->err = __vg_show(c->fd, &c->screen, c->fb);
}

void vg_trigger_redraw(struct vg_client *c)
{
	c->fb = vg_screen_framebuffer(c->fd, &c->screen);
	VG_OK(__vg_show(c->fd, &c->screen, c->fb));
	c->arm(c);
	c->err = __vg_dirty(c->fd, c->fb, NULL, 0);
}

void vg_trigger_point(struct vg_client *c)
{
	__u32 image = vg_dumb(c->fd, 64, 64);

	VG_OK(__vg_show(c->fd, &c->screen, vg_screen_framebuffer(c->fd, &c->screen)));
	c->arm(c);
	c->err = __vg_cursor(c->fd, &c->screen, image, 64, 1, 1);
}

void vg_trigger_move(struct vg_client *c)
{
	__u32 image = vg_dumb(c->fd, 64, 64);
	int i;

	VG_OK(__vg_show(c->fd, &c->screen, vg_screen_framebuffer(c->fd, &c->screen)));
	VG_OK(__vg_cursor(c->fd, &c->screen, image, 64, 1, 1));
	c->arm(c);
	/* One that comes too early may become a part of the command before. */
	for (i = 0; i < 5; i++) {
		c->err = __vg_cursor_move(c->fd, &c->screen, 9 + i, 9);
		usleep(20000);
	}
}
