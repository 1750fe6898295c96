/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_CRC_H
#define VIRTGPU_CRC_H

#include <linux/types.h>

struct drm_crtc;
struct virtgpu_frame;
struct virtgpu_output;

const char *const *virtgpu_crc_get_sources(struct drm_crtc *crtc, size_t *count);
int virtgpu_crc_verify_source(struct drm_crtc *crtc, const char *name, size_t *values);
int virtgpu_crc_set_source(struct drm_crtc *crtc, const char *name);

void virtgpu_crc_publish(struct virtgpu_output *output, struct virtgpu_frame **frame);
void virtgpu_crc_stop(struct virtgpu_output *output);
void virtgpu_crc_tick(struct virtgpu_output *output);

/**
 * virtgpu_crc_is_wanted - does somebody read checksums of a screen?
 * @output: the output
 *
 * Becomes true only under all modeset locks, and false at any time.
 */
#define virtgpu_crc_is_wanted(output)	READ_ONCE((output)->crc)

#endif
