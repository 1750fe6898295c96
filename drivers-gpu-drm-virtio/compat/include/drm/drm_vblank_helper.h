/* SPDX-License-Identifier: GPL-2.0-only */
/* A timer in the place of vblank interrupts: added in 6.19, but see compat/drm_vblank_timer.c. */
#ifndef VIRTGPU_COMPAT_DRM_VBLANK_HELPER_H
#define VIRTGPU_COMPAT_DRM_VBLANK_HELPER_H

#include <linux/ktime.h>
#include <linux/types.h>

struct drm_atomic_commit;
struct drm_crtc;
struct drm_device;

/* Our timers are made together with the core's side of vblanks. */
int virtgpu_compat_vblank_init(struct drm_device *drm, unsigned int num_crtcs);
void virtgpu_compat_vblank_atomic_enable(struct drm_crtc *crtc,
					 struct drm_atomic_commit *commit);
int virtgpu_compat_vblank_start(struct drm_crtc *crtc);
void virtgpu_compat_vblank_stop(struct drm_crtc *crtc);
bool virtgpu_compat_vblank_timestamp(struct drm_crtc *crtc, int *max_error,
				     ktime_t *time, bool in_vblank_irq);

#define drm_vblank_init			virtgpu_compat_vblank_init
#define drm_crtc_vblank_atomic_enable	virtgpu_compat_vblank_atomic_enable
#define drm_crtc_vblank_helper_enable_vblank_timer	virtgpu_compat_vblank_start
#define drm_crtc_vblank_helper_disable_vblank_timer	virtgpu_compat_vblank_stop
#define drm_crtc_vblank_helper_get_vblank_timestamp_from_timer \
	virtgpu_compat_vblank_timestamp

#endif
