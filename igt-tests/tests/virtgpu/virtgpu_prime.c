// SPDX-License-Identifier: MIT
/*
 * Can buffers go from the GPU to the screen and to other drivers, with the
 * fences that belong to them?
 */
#include "dmabuf_sync_file.h"
#include "igt.h"
#include "igt_vgem.h"
#include "igt_virtgpu.h"
#include "igt_virtgpu_kms.h"
#include "sw_sync.h"

IGT_TEST_DESCRIPTION("Buffers of virtio-gpu shared between renderer, screen and drivers");

static struct igt_virtgpu_output out;
static struct igt_virtgpu_fb fb;

/* A texture of the screen's size of a renderer's file, as the screen's handle. */
static uint32_t texture_for_screen(int render, int fd, uint32_t *handle)
{
	int dmabuf;
	uint32_t ours;

	*handle = igt_virtgpu_texture(render, out.mode.hdisplay, out.mode.vdisplay);
	dmabuf = prime_handle_to_fd_for_mmap(render, *handle);
	ours = prime_fd_to_handle(fd, dmabuf);
	close(dmabuf);
	return ours;
}

/* A compositor shows what a client of its drew. */
static void show_texture(int fd)
{
	int render = drm_open_driver_render(DRIVER_VIRTIO);
	uint32_t theirs, ours = texture_for_screen(render, fd, &theirs);
	uint32_t id;

	igt_assert_eq(__igt_virtgpu_addfb(&out, ours, out.mode.hdisplay * 4, &id), 0);
	igt_virtgpu_show(&out, fb.id);
	for (int i = 0; i < 5; i++) {
		igt_virtgpu_submit_bo(render, theirs);
		igt_virtgpu_flip(&out, id);
		igt_virtgpu_flip(&out, fb.id);
	}
	igt_assert_eq(drmModeRmFB(fd, id), 0);
	gem_close(fd, ours);
	close(render);
}

/* The client goes while the compositor shows its buffer. */
static void client_gone(int fd)
{
	int render = drm_open_driver_render(DRIVER_VIRTIO);
	uint32_t theirs, ours = texture_for_screen(render, fd, &theirs);
	uint32_t id;

	igt_assert_eq(__igt_virtgpu_addfb(&out, ours, out.mode.hdisplay * 4, &id), 0);
	igt_virtgpu_show(&out, id);
	igt_virtgpu_submit_bo(render, theirs);
	close(render);
	gem_close(fd, ours);
	for (int i = 0; i < 5; i++) {
		igt_virtgpu_flip(&out, fb.id);
		igt_virtgpu_flip(&out, id);
	}
	igt_assert_eq(drmModeRmFB(fd, id), 0);
}

/* Buffers of the same kind come and go while others are shown. */
static void import_storm(int fd)
{
	igt_virtgpu_show(&out, fb.id);
	for (int i = 0; i < 20; i++) {
		int render = drm_open_driver_render(DRIVER_VIRTIO);
		uint32_t theirs, ours = texture_for_screen(render, fd, &theirs);
		uint32_t id;

		igt_assert_eq(__igt_virtgpu_addfb(&out, ours, out.mode.hdisplay * 4, &id), 0);
		igt_virtgpu_flip(&out, id);
		close(render);
		igt_virtgpu_flip(&out, fb.id);
		igt_assert_eq(drmModeRmFB(fd, id), 0);
		gem_close(fd, ours);
	}
}

/*
 * A buffer that another driver still writes to is shown when it has finished:
 * the fence is in the dma-buf, nobody names it.
 */
static void implicit_fence(int fd)
{
	struct dma_buf_import_sync_file fence = { .flags = DMA_BUF_SYNC_WRITE };
	struct igt_virtgpu_gate gate;
	struct igt_virtgpu_fb other;
	int dmabuf;

	igt_virtgpu_gate_init(&gate);
	igt_virtgpu_fb_init(&other, fd, out.mode.hdisplay, out.mode.vdisplay);
	igt_virtgpu_show(&out, fb.id);
	dmabuf = prime_handle_to_fd_for_mmap(fd, other.handle);
	fence.fd = gate.fence;
	do_ioctl(dmabuf, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &fence);
	igt_assert_eq(__igt_virtgpu_flip(&out, other.id, -1, NULL), 0);
	igt_assert(!igt_virtgpu_flip_done(fd, 300, NULL));
	igt_assert_eq(sync_fence_status(gate.fence), 0);
	igt_virtgpu_gate_open(&gate);
	igt_assert(igt_virtgpu_flip_done(fd, IGT_VIRTGPU_SOON, NULL));
	igt_virtgpu_flip(&out, fb.id);
	close(dmabuf);
	igt_virtgpu_fb_fini(&other, fd);
	igt_virtgpu_gate_fini(&gate);
}

/* Whoever has the dma-buf sees that the GPU works with it, and when it ends. */
static void exported_fence(int fd)
{
	uint32_t handle = igt_virtgpu_texture(fd, 64, 64);
	int dmabuf = prime_handle_to_fd_for_mmap(fd, handle);
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_OUT,
		.bo_handles = to_user_pointer(&handle),
		.num_bo_handles = 1,
	};
	int vgem = __drm_open_driver(DRIVER_VGEM);

	igt_require_f(vgem >= 0 && has_dmabuf_export_sync_file(vgem),
		      "needs vgem and DMA_BUF_IOCTL_EXPORT_SYNC_FILE\n");
	for (int i = 0; i < 20; i++) {
		int seen;

		igt_assert_eq(__igt_virtgpu_execbuffer(fd, &args), 0);
		seen = dmabuf_export_sync_file(dmabuf, DMA_BUF_SYNC_READ);
		igt_assert_eq(sync_fence_wait(seen, IGT_VIRTGPU_SOON), 0);
		igt_assert_eq(sync_fence_status(args.fence_fd), 1);
		close(seen);
		close(args.fence_fd);
	}
	close(vgem);
	close(dmabuf);
	gem_close(fd, handle);
}

/* What another driver does with our buffer keeps it busy, for WAIT too. */
static void busy_with_vgem(int fd)
{
	uint32_t handle = igt_virtgpu_texture(fd, 64, 64), fence;
	int dmabuf = prime_handle_to_fd_for_mmap(fd, handle);
	int vgem = __drm_open_driver(DRIVER_VGEM);
	struct vgem_bo bo = { };

	igt_require_f(vgem >= 0 && vgem_has_fences(vgem), "needs fences of vgem\n");
	bo.handle = prime_fd_to_handle(vgem, dmabuf);
	igt_virtgpu_wait(fd, handle);
	fence = vgem_fence_attach(vgem, &bo, VGEM_FENCE_WRITE);
	igt_assert_eq(__igt_virtgpu_wait(fd, handle, VIRTGPU_WAIT_NOWAIT), -EBUSY);
	igt_virtgpu_submit_bo(fd, handle);
	igt_assert_eq(__igt_virtgpu_wait(fd, handle, VIRTGPU_WAIT_NOWAIT), -EBUSY);
	vgem_fence_signal(vgem, fence);
	igt_virtgpu_wait(fd, handle);
	close(vgem);
	close(dmabuf);
	gem_close(fd, handle);
}

/* Another driver's buffer is shown: needs blobs, and a device without 3D. */
static void show_vgem(int fd)
{
	struct vgem_bo bo = {
		.width = out.mode.hdisplay, .height = out.mode.vdisplay, .bpp = 32,
	};
	int vgem, dmabuf;
	uint32_t handle, id;

	igt_virtgpu_require(fd, RESOURCE_BLOB);
	igt_require_f(!igt_virtgpu_param(fd, VIRTGPU_PARAM_3D_FEATURES),
		      "device has VIRTGPU_PARAM_3D_FEATURES\n");
	vgem = __drm_open_driver(DRIVER_VGEM);
	igt_require_f(vgem >= 0, "needs vgem\n");
	vgem_create(vgem, &bo);
	dmabuf = prime_handle_to_fd(vgem, bo.handle);
	handle = prime_fd_to_handle(fd, dmabuf);
	igt_assert_eq(__igt_virtgpu_addfb(&out, handle, bo.pitch, &id), 0);
	igt_virtgpu_show(&out, fb.id);
	igt_virtgpu_flip(&out, id);
	igt_virtgpu_flip(&out, fb.id);
	igt_assert_eq(drmModeRmFB(fd, id), 0);
	gem_close(fd, handle);
	close(dmabuf);
	close(vgem);
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		fd = drm_open_driver_master(DRIVER_VIRTIO);
		igt_virtgpu_output_init(&out, fd);
		igt_virtgpu_fb_init(&fb, fd, out.mode.hdisplay, out.mode.vdisplay);
	}

	igt_describe("A renderer's texture is shown by the file that owns the screen");
	igt_subtest("show-texture") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		show_texture(fd);
	}

	igt_describe("A buffer stays on screen when the client that drew it is gone");
	igt_subtest("show-after-client-is-gone") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		client_gone(fd);
	}

	igt_describe("Clients' buffers come and go between frames");
	igt_subtest("import-storm") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		import_storm(fd);
	}

	igt_describe("A flip waits for a fence that is in the buffer");
	igt_subtest("flip-waits-for-implicit-fence")
		implicit_fence(fd);

	igt_describe("The fence of a submission can be had from its buffers");
	igt_subtest("fence-in-dmabuf") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		exported_fence(fd);
	}

	igt_describe("A buffer is busy as long as another driver works with it");
	igt_subtest("busy-with-vgem") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		busy_with_vgem(fd);
	}

	igt_describe("A buffer of another driver is shown");
	igt_subtest("show-vgem")
		show_vgem(fd);

	igt_fixture() {
		igt_virtgpu_fb_fini(&fb, fd);
		drm_close_driver(fd);
	}
}
