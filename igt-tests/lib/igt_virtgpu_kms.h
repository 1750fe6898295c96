/* SPDX-License-Identifier: MIT */
/*
 * How does a test light an output of a virtio GPU, and flip?
 *
 * By libdrm's calls only, so that a test may open the device anew, or lose it,
 * in the middle.
 */
#ifndef IGT_VIRTGPU_KMS_H
#define IGT_VIRTGPU_KMS_H

#include <stdbool.h>
#include <stdint.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

struct igt_virtgpu_output {
	int fd;
	uint32_t connector;
	uint32_t crtc;
	uint32_t primary;
	uint32_t cursor;	/* 0 if this client does not see one */
	drmModeModeInfo mode;
	char name[32];		/* of the connector */
};

struct igt_virtgpu_fb {
	uint32_t handle;
	uint32_t id;
	uint32_t width, height, pitch;
	uint64_t size;
	uint32_t *map;
};

/* The first connected output, as an atomic client sees it; skips without one. */
void igt_virtgpu_output_init(struct igt_virtgpu_output *out, int fd);

/* The property's number, 0 if the object has none of that name. */
uint32_t igt_virtgpu_prop(int fd, uint32_t object, uint32_t type, const char *name);

/* A dumb buffer with a framebuffer around it, mapped. */
void igt_virtgpu_fb_init(struct igt_virtgpu_fb *fb, int fd, uint32_t width,
			 uint32_t height);
void igt_virtgpu_fb_fill(struct igt_virtgpu_fb *fb, uint32_t color);
void igt_virtgpu_fb_fini(struct igt_virtgpu_fb *fb, int fd);

/* A framebuffer of @out's size around a buffer that is there; -errno. */
int __igt_virtgpu_addfb(const struct igt_virtgpu_output *out, uint32_t handle,
			uint32_t pitch, uint32_t *id);

/* A modeset to the output's mode; waits until it is done. */
int __igt_virtgpu_show(const struct igt_virtgpu_output *out, uint32_t fb);
void igt_virtgpu_show(const struct igt_virtgpu_output *out, uint32_t fb);

/*
 * A flip with an event, that is not waited for. @in: sync_file to wait for, or
 * -1. @fence: NULL, or where the flip's sync_file goes. 0 or -errno.
 */
int __igt_virtgpu_flip(const struct igt_virtgpu_output *out, uint32_t fb, int in,
		       int *fence);

/* Has a flip's event come in time? The event stands in @event, if wanted. */
bool igt_virtgpu_flip_done(int fd, int ms, struct drm_event_vblank *event);

/* Flip and wait. */
void igt_virtgpu_flip(const struct igt_virtgpu_output *out, uint32_t fb);

/* The same while others commit, too: EBUSY means theirs is just being shown. */
void igt_virtgpu_flip_in_turn(const struct igt_virtgpu_output *out, uint32_t fb);

#endif
