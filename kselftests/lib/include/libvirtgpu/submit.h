/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test set up a context and give it work?
 */
#ifndef LIBVIRTGPU_SUBMIT_H
#define LIBVIRTGPU_SUBMIT_H

#include <drm/virtgpu_drm.h>

/* CONTEXT_INIT with an array of parameters */
int __vg_context_init(int fd, struct drm_virtgpu_context_set_param *params,
		      unsigned int num_params);

/* CONTEXT_INIT with one parameter */
int __vg_context_param(int fd, __u64 param, __u64 value);

/*
 * A context that speaks @capset; @rings and @poll_mask are left out of the call
 * when they are 0.
 */
void vg_context(int fd, unsigned int capset, unsigned int rings,
		__u64 poll_mask);

/*
 * A context with @rings rings in whose ring 0 the host runs empty submissions:
 * Venus where the host has it, else virgl, else the first that it has.
 */
void vg_ring_context(int fd, unsigned int rings, __u64 poll_mask);

/* EXECBUFFER */
int __vg_submit(int fd, struct drm_virtgpu_execbuffer *args);

/* An empty submission that uses a buffer: 0 or -errno */
int __vg_submit_bo(int fd, __u32 handle);

/* An empty submission; returns its fence. @flags: RING_IDX or 0 */
int __vg_submit_fence(int fd, __u32 flags);
int vg_submit_fence(int fd, __u32 flags);

/* An empty submission that must work, without a fence. */
void vg_submit(int fd, __u32 flags);

#endif
