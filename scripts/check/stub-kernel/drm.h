/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for DRM: devices, buffers, clients, the console and EDIDs. */
#ifndef STUB_DRM_H
#define STUB_DRM_H

#include "virtio.h"

struct drm_connector;
struct drm_crtc;
struct drm_file;
struct drm_format_info;
struct drm_framebuffer;
struct drm_mode_fb_cmd2;
struct drm_plane;
struct drm_plane_state;

struct drm_vblank_crtc { int enabled; };
struct drm_device {
	struct drm_vblank_crtc *vblank;
#ifdef K_DRM_IRQ_ENABLED
	bool irq_enabled;
#endif
};

struct drm_gem_object { struct dma_resv *resv; };

struct drm_gem_object_funcs {
#ifdef K_GEM_VMAP_MAP
	int (*vmap)(struct drm_gem_object *gem, void *map);
#else
	void *(*vmap)(struct drm_gem_object *gem);
#endif
#ifdef K_SHOW_FDINFO
	int (*status)(struct drm_gem_object *gem);
#endif
};

struct drm_mode_create_dumb { u32 height, width, bpp, flags, handle, pitch; u64 size; };

struct drm_driver {
	char *name;
	int (*dumb_map_offset)(struct drm_file *file, struct drm_device *drm);
#ifdef K_DRM_DRIVER_DATE
	char *date;
#endif
#ifdef K_DRM_DRIVER_PRIME_MMAP
	int (*prime_handle_to_fd)(struct drm_device *drm);
	int (*prime_fd_to_handle)(struct drm_device *drm);
	int (*gem_prime_mmap)(struct drm_gem_object *gem);
#endif
#ifdef K_SHOW_FDINFO
	void (*show_fdinfo)(struct drm_file *file);
#endif
#ifdef K_HEADER_FBDEV_SHMEM
	int (*fbdev_probe)(void *helper);
#endif
};

int drm_gem_prime_handle_to_fd(struct drm_device *drm);
int drm_gem_prime_fd_to_handle(struct drm_device *drm);
int drm_gem_prime_mmap(struct drm_gem_object *gem);
void drm_show_memory_stats(struct drm_file *file);
void drm_show_fdinfo(struct seq_file *m, struct file *f);
#ifdef K_DRM_DRIVER_CONST
struct drm_device *drm_dev_alloc(const struct drm_driver *driver, struct device *parent);
#else
struct drm_device *drm_dev_alloc(struct drm_driver *driver, struct device *parent);
#endif
#ifdef K_FIRMWARE_DRIVERS_ONLY
bool drm_firmware_drivers_only(void);
#endif

/* drm_rect.h, drm_vblank.h */
struct drm_rect { int x1, y1, x2, y2; };
int drm_rect_width(const struct drm_rect *rect);
int drm_rect_height(const struct drm_rect *rect);
void drm_rect_init(struct drm_rect *rect, int x, int y, int width, int height);
#ifdef K_RECT_FP_TO_INT
void drm_rect_fp_to_int(struct drm_rect *dst, const struct drm_rect *src);
#endif
#ifdef K_VBLANK_CRTC
struct drm_vblank_crtc *drm_crtc_vblank_crtc(struct drm_crtc *crtc);
#endif

/* drm_managed.h */
#ifdef K_DRMM_MUTEX_INIT
int drmm_mutex_init(struct drm_device *drm, struct mutex *lock);
#endif

/* drm_gem_shmem_helper.h */
struct drm_gem_shmem_object {
	struct drm_gem_object base;
};

struct drm_gem_shmem_object *drm_gem_shmem_create(struct drm_device *drm, size_t size);
#ifdef K_SHMEM_OBJECT_ARG
struct sg_table *drm_gem_shmem_get_pages_sgt(struct drm_gem_shmem_object *shmem);
void drm_gem_shmem_free(struct drm_gem_shmem_object *shmem);
int drm_gem_shmem_object_pin(struct drm_gem_object *gem);
#else
struct sg_table *drm_gem_shmem_get_pages_sgt(struct drm_gem_object *gem);
void drm_gem_shmem_free_object(struct drm_gem_object *gem);
int drm_gem_shmem_pin(struct drm_gem_object *gem);
#endif

/* The console: set up by a call of the shmem helper's, or of all drivers', or by a client. */
#ifdef K_HEADER_FBDEV_SHMEM
#define DRM_FBDEV_SHMEM_DRIVER_OPS	.fbdev_probe = NULL
#else
void drm_fbdev_generic_setup(struct drm_device *drm, unsigned int bpp);
#endif
#ifdef K_FBDEV_SHMEM_SETUP
void drm_fbdev_shmem_setup(struct drm_device *drm, unsigned int bpp);
#endif
#if defined(K_HEADER_CLIENT_SETUP) || defined(K_HEADER_DRM_CLIENT_SETUP)
void drm_client_setup(struct drm_device *drm, const struct drm_format_info *format);
#endif

/* drm_dumb_buffers.h */
#ifdef K_HEADER_DUMB_BUFFERS
int drm_mode_size_dumb(struct drm_device *drm, struct drm_mode_create_dumb *args,
		       unsigned long pitch_align, unsigned long size_align);
#endif

/* drm_edid.h */
struct edid { u8 extensions; };
#ifdef K_EDID_STRUCT
struct drm_edid;
const struct drm_edid *drm_edid_alloc(const void *data, size_t size);
void drm_edid_free(const struct drm_edid *edid);
const struct edid *drm_edid_raw(const struct drm_edid *edid);
#endif
#ifdef K_EDID_VALID
bool drm_edid_valid(const struct drm_edid *edid);
#endif
#ifdef K_EDID_ADD_MODES
int drm_edid_connector_update(struct drm_connector *connector, const struct drm_edid *edid);
int drm_edid_connector_add_modes(struct drm_connector *connector);
#endif

#endif
