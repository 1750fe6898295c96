// SPDX-License-Identifier: MIT
/*
 * How does a test light an output of a virtio GPU, and flip?
 */
#include <drm_fourcc.h>

#include "igt.h"
#include "igt_virtgpu.h"
#include "igt_virtgpu_kms.h"

uint32_t igt_virtgpu_prop(int fd, uint32_t object, uint32_t type, const char *name)
{
	drmModeObjectProperties *props = drmModeObjectGetProperties(fd, object, type);
	uint32_t id = 0;

	igt_assert(props);
	for (uint32_t i = 0; i < props->count_props && !id; i++) {
		drmModePropertyRes *prop = drmModeGetProperty(fd, props->props[i]);

		if (prop && !strcmp(prop->name, name))
			id = prop->prop_id;
		drmModeFreeProperty(prop);
	}
	drmModeFreeObjectProperties(props);
	return id;
}

static uint64_t prop_value(int fd, uint32_t object, uint32_t type, uint32_t prop)
{
	drmModeObjectProperties *props = drmModeObjectGetProperties(fd, object, type);
	uint64_t value = 0;

	igt_assert(props);
	for (uint32_t i = 0; i < props->count_props; i++)
		if (props->props[i] == prop)
			value = props->prop_values[i];
	drmModeFreeObjectProperties(props);
	return value;
}

static bool use_connector(struct igt_virtgpu_output *out, drmModeRes *res, uint32_t id)
{
	drmModeConnector *connector = drmModeGetConnector(out->fd, id);
	drmModeEncoder *encoder = NULL;
	bool found = false;

	if (connector && connector->connection == DRM_MODE_CONNECTED &&
	    connector->count_modes && connector->count_encoders)
		encoder = drmModeGetEncoder(out->fd, connector->encoders[0]);
	for (int i = 0; encoder && i < res->count_crtcs && !found; i++) {
		if (!(encoder->possible_crtcs & 1u << i))
			continue;
		out->connector = id;
		out->crtc = res->crtcs[i];
		out->mode = connector->modes[0];
		snprintf(out->name, sizeof(out->name), "%s-%d",
			 drmModeGetConnectorTypeName(connector->connector_type),
			 connector->connector_type_id);
		found = true;
	}
	drmModeFreeEncoder(encoder);
	drmModeFreeConnector(connector);
	return found;
}

static void find_planes(struct igt_virtgpu_output *out, unsigned int pipe)
{
	drmModePlaneRes *planes = drmModeGetPlaneResources(out->fd);

	igt_assert(planes);
	for (uint32_t i = 0; i < planes->count_planes; i++) {
		drmModePlane *plane = drmModeGetPlane(out->fd, planes->planes[i]);
		uint64_t type;

		igt_assert(plane);
		type = prop_value(out->fd, plane->plane_id, DRM_MODE_OBJECT_PLANE,
				  igt_virtgpu_prop(out->fd, plane->plane_id,
						   DRM_MODE_OBJECT_PLANE, "type"));
		if (plane->possible_crtcs & 1u << pipe) {
			if (type == DRM_PLANE_TYPE_PRIMARY)
				out->primary = plane->plane_id;
			else if (type == DRM_PLANE_TYPE_CURSOR)
				out->cursor = plane->plane_id;
		}
		drmModeFreePlane(plane);
	}
	drmModeFreePlaneResources(planes);
}

void igt_virtgpu_output_init(struct igt_virtgpu_output *out, int fd)
{
	drmModeRes *res;
	bool found = false;
	int pipe = 0;

	memset(out, 0, sizeof(*out));
	out->fd = fd;
	igt_assert_eq(drmSetClientCap(fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
	res = drmModeGetResources(fd);
	igt_require_f(res && res->count_connectors, "device has no output\n");
	for (int i = 0; i < res->count_connectors && !found; i++)
		found = use_connector(out, res, res->connectors[i]);
	igt_require_f(found, "no output is connected\n");
	while (res->crtcs[pipe] != out->crtc)
		pipe++;
	drmModeFreeResources(res);
	find_planes(out, pipe);
	igt_assert(out->primary);
}

void igt_virtgpu_fb_init(struct igt_virtgpu_fb *fb, int fd, uint32_t width,
			 uint32_t height)
{
	uint32_t handles[4] = { }, pitches[4] = { }, offsets[4] = { };
	uint64_t offset;

	igt_assert_eq(drmModeCreateDumbBuffer(fd, width, height, 32, 0, &fb->handle,
					      &fb->pitch, &fb->size), 0);
	fb->width = width;
	fb->height = height;
	handles[0] = fb->handle;
	pitches[0] = fb->pitch;
	igt_assert_eq(drmModeAddFB2(fd, width, height, DRM_FORMAT_XRGB8888, handles,
				    pitches, offsets, &fb->id, 0), 0);
	igt_assert_eq(drmModeMapDumbBuffer(fd, fb->handle, &offset), 0);
	fb->map = mmap(NULL, fb->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	igt_assert(fb->map != MAP_FAILED);
}

void igt_virtgpu_fb_fill(struct igt_virtgpu_fb *fb, uint32_t color)
{
	for (uint64_t i = 0; i < fb->size / 4; i++)
		fb->map[i] = color;
}

void igt_virtgpu_fb_fini(struct igt_virtgpu_fb *fb, int fd)
{
	munmap(fb->map, fb->size);
	drmModeRmFB(fd, fb->id);
	drmModeDestroyDumbBuffer(fd, fb->handle);
}

int __igt_virtgpu_addfb(const struct igt_virtgpu_output *out, uint32_t handle,
			uint32_t pitch, uint32_t *id)
{
	uint32_t handles[4] = { handle }, pitches[4] = { pitch }, offsets[4] = { };

	return drmModeAddFB2(out->fd, out->mode.hdisplay, out->mode.vdisplay,
			     DRM_FORMAT_XRGB8888, handles, pitches, offsets, id, 0);
}

int __igt_virtgpu_show(const struct igt_virtgpu_output *out, uint32_t fb)
{
	uint32_t connector = out->connector;
	drmModeModeInfo mode = out->mode;

	return drmModeSetCrtc(out->fd, out->crtc, fb, 0, 0, &connector, 1, &mode);
}

void igt_virtgpu_show(const struct igt_virtgpu_output *out, uint32_t fb)
{
	igt_assert_eq(__igt_virtgpu_show(out, fb), 0);
}

static void add(drmModeAtomicReq *req, int fd, uint32_t object, uint32_t type,
		const char *name, uint64_t value)
{
	uint32_t prop = igt_virtgpu_prop(fd, object, type, name);

	igt_assert_f(prop, "no property %s\n", name);
	igt_assert_lt(0, drmModeAtomicAddProperty(req, object, prop, value));
}

int __igt_virtgpu_flip(const struct igt_virtgpu_output *out, uint32_t fb, int in,
		       int *fence)
{
	drmModeAtomicReq *req = drmModeAtomicAlloc();
	int32_t out_fence = -1;
	int ret;

	igt_assert(req);
	add(req, out->fd, out->primary, DRM_MODE_OBJECT_PLANE, "FB_ID", fb);
	if (in >= 0)
		add(req, out->fd, out->primary, DRM_MODE_OBJECT_PLANE, "IN_FENCE_FD", in);
	if (fence)
		add(req, out->fd, out->crtc, DRM_MODE_OBJECT_CRTC, "OUT_FENCE_PTR",
		    to_user_pointer(&out_fence));
	ret = drmModeAtomicCommit(out->fd, req, DRM_MODE_ATOMIC_NONBLOCK |
				  DRM_MODE_PAGE_FLIP_EVENT, NULL);
	drmModeAtomicFree(req);
	if (fence)
		*fence = out_fence;
	return ret;
}

bool igt_virtgpu_flip_done(int fd, int ms, struct drm_event_vblank *event)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct drm_event_vblank got;

	if (poll(&pfd, 1, ms) != 1 || !(pfd.revents & POLLIN))
		return false;
	igt_assert_eq(read(fd, &got, sizeof(got)), sizeof(got));
	igt_assert_eq(got.base.type, DRM_EVENT_FLIP_COMPLETE);
	if (event)
		*event = got;
	return true;
}

void igt_virtgpu_flip(const struct igt_virtgpu_output *out, uint32_t fb)
{
	igt_assert_eq(__igt_virtgpu_flip(out, fb, -1, NULL), 0);
	igt_assert(igt_virtgpu_flip_done(out->fd, IGT_VIRTGPU_SOON, NULL));
}

void igt_virtgpu_flip_in_turn(const struct igt_virtgpu_output *out, uint32_t fb)
{
	int ret;

	do {
		ret = __igt_virtgpu_flip(out, fb, -1, NULL);
	} while (ret == -EBUSY);
	igt_assert_eq(ret, 0);
	igt_assert(igt_virtgpu_flip_done(out->fd, IGT_VIRTGPU_SOON, NULL));
}
