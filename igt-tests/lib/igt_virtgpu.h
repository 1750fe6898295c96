/* SPDX-License-Identifier: MIT */
/*
 * How does a test ask a virtio GPU for buffers, work and fences?
 *
 * Functions fail the subtest when the driver refuses; twins with two leading
 * underscores return a negative errno instead.
 */
#ifndef IGT_VIRTGPU_H
#define IGT_VIRTGPU_H

#include <stdbool.h>
#include <stdint.h>

#include "virtgpu_drm.h"

/* Milliseconds that an emulated host may take for what it does at once. */
#define IGT_VIRTGPU_SOON 15000

/* GETPARAM; 0 for a parameter that the kernel does not know. */
uint64_t igt_virtgpu_param(int fd, uint64_t param);

/* Skips by the parameter's name. */
#define igt_virtgpu_require(fd, param) \
	igt_require_f(igt_virtgpu_param(fd, VIRTGPU_PARAM_##param), \
		      "device lacks VIRTGPU_PARAM_" #param "\n")

/* Bytes that the window for host memory has, 0 without one. */
uint64_t igt_virtgpu_window_size(int fd);

/* A classic 2D texture with guest memory behind it, 4 bytes a texel. */
uint32_t igt_virtgpu_texture(int fd, uint32_t width, uint32_t height);

int __igt_virtgpu_blob(int fd, uint32_t mem, uint32_t flags, uint64_t size,
		       uint32_t *handle);
uint32_t igt_virtgpu_blob(int fd, uint32_t mem, uint32_t flags, uint64_t size);

uint32_t igt_virtgpu_resource_id(int fd, uint32_t handle);

/* MAP and mmap(); MAP_FAILED with errno set. */
void *__igt_virtgpu_mmap(int fd, uint32_t handle, size_t size);
void *igt_virtgpu_mmap(int fd, uint32_t handle, size_t size);

/* Both queue the copy of a box of a texture whose rows have @pitch bytes. */
struct igt_virtgpu_box {
	uint32_t x, y, w, h;
};

void igt_virtgpu_to_host(int fd, uint32_t handle, uint32_t pitch,
			 struct igt_virtgpu_box box);
void igt_virtgpu_from_host(int fd, uint32_t handle, uint32_t pitch,
			   struct igt_virtgpu_box box);

/* DRM_VIRTGPU_WAIT */
int __igt_virtgpu_wait(int fd, uint32_t handle, uint32_t flags);
void igt_virtgpu_wait(int fd, uint32_t handle);

/* The file's context: Venus if offered, else virgl; @rings may be 0. */
int __igt_virtgpu_context(int fd, unsigned int rings, uint64_t poll_mask);
void igt_virtgpu_context(int fd, unsigned int rings, uint64_t poll_mask);

int __igt_virtgpu_execbuffer(int fd, struct drm_virtgpu_execbuffer *args);

/*
 * An empty submission with VIRTGPU_EXECBUF_ flags that waits for the sync_file
 * @in (-1: none); returns the sync_file that signals when it is done.
 */
int igt_virtgpu_submit(int fd, uint32_t flags, int in);

/* The same, to make a buffer busy until the host is done. */
void igt_virtgpu_submit_bo(int fd, uint32_t handle);

/* Must signal without an error within IGT_VIRTGPU_SOON; is closed. */
void igt_virtgpu_expect_done(int fence);

/* SYNC_IOC_FILE_INFO: when did the only fence of the sync_file signal? */
uint64_t igt_virtgpu_fence_time(int fence);

/* A fence of vgem that signals when the test says so, or after 10 seconds. */
struct igt_virtgpu_gate {
	int vgem;
	int dmabuf;
	int fence;
	uint32_t id;
};

/* Skips without vgem. */
void igt_virtgpu_gate_init(struct igt_virtgpu_gate *gate);
void igt_virtgpu_gate_open(struct igt_virtgpu_gate *gate);
void igt_virtgpu_gate_fini(struct igt_virtgpu_gate *gate);

/* Descriptors that this process has open. */
int igt_virtgpu_count_fds(void);

#endif
