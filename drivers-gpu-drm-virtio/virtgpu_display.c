// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which screens are there, and how do they come, change and go?
 *
 * One pipeline for each scanout that the device has, lit or not; what hangs on it
 * is the connector's state. The DRM objects live as long as the DRM device, which
 * open files may keep beyond the virtio device: a commit then finds queues that
 * end each command at once.
 */
#include <linux/dma-fence.h>

#include <drm/clients/drm_client_setup.h>
#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_drv.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_managed.h>
#include <drm/drm_mode_config.h>
#include <drm/drm_modeset_helper.h>
#include <drm/drm_modeset_helper_vtables.h>
#include <drm/drm_print.h>
#include <drm/drm_probe_helper.h>
#include <drm/drm_property.h>
#include <drm/drm_vblank.h>
#include <drm/drm_vblank_helper.h>

#include "virtgpu_connector.h"
#include "virtgpu_crtc.h"
#include "virtgpu_cursor.h"
#include "virtgpu_damage.h"
#include "virtgpu_display.h"
#include "virtgpu_display_types.h"
#include "virtgpu_framebuffer.h"
#include "virtgpu_hotplug.h"
#include "virtgpu_panic.h"
#include "virtgpu_plane.h"
#include "virtgpu_plane_cursor.h"
#include "virtgpu_reshow.h"
#include "virtgpu_work.h"
#include "virtgpu_writeback.h"

/*
 * The CRTC is switched on before its planes are set, so that the first frame has
 * a vblank to end with, and only planes of a lit CRTC reach the host. The wait is
 * for the event of virtgpu_crtc.c, which has a deadline of its own: a commit that
 * returned earlier would make the next one fail with -EBUSY.
 *
 * Others may wait for the fences of a commit that has begun, memory reclaim among
 * them: until they can signal without us, nothing here may wait for memory.
 */
static void virtgpu_display_commit_tail(struct drm_atomic_commit *commit)
{
	struct drm_device *drm = commit->dev;
	bool cookie;

	virtgpu_writeback_wait(commit);
	cookie = dma_fence_begin_signalling();
	drm_atomic_helper_commit_modeset_disables(drm, commit);
	drm_atomic_helper_commit_modeset_enables(drm, commit);
	drm_atomic_helper_commit_planes(drm, commit, DRM_PLANE_COMMIT_ACTIVE_ONLY);
	virtgpu_writeback_commit(commit);
	drm_atomic_helper_commit_hw_done(commit);
	dma_fence_end_signalling(cookie);
	drm_atomic_helper_wait_for_flip_done(drm, commit);
	drm_atomic_helper_cleanup_planes(drm, commit);
}

static int virtgpu_display_atomic_check(struct drm_device *drm,
					struct drm_atomic_commit *commit)
{
	return drm_atomic_helper_check(drm, commit) ?: virtgpu_crtc_reserve(commit) ?:
	       virtgpu_writeback_reserve(commit);
}

static const struct drm_mode_config_helper_funcs virtgpu_display_helper_funcs = {
	.atomic_commit_tail = virtgpu_display_commit_tail,
};

VIRTGPU_ADAPT_FB_CREATE(virtgpu_framebuffer_create)

static const struct drm_mode_config_funcs virtgpu_display_funcs = {
	.fb_create = VIRTGPU_CB_FB_CREATE(virtgpu_framebuffer_create),
	.atomic_check = virtgpu_display_atomic_check,
	.atomic_commit = drm_atomic_helper_commit,
};

static int virtgpu_display_init_mode_config(struct virtgpu_display *display)
{
	struct drm_device *drm = display->vgdev->drm;
	struct drm_mode_config *config = &drm->mode_config;
	int ret;

	ret = drmm_mode_config_init(drm);
	if (ret)
		return ret;
	config->funcs = &virtgpu_display_funcs;
	config->helper_private = &virtgpu_display_helper_funcs;
	config->min_width = 1;
	config->min_height = 1;
	config->max_width = VIRTGPU_MAX_SIZE;
	config->max_height = VIRTGPU_MAX_SIZE;
	config->cursor_width = VIRTGPU_CURSOR_SIZE;
	config->cursor_height = VIRTGPU_CURSOR_SIZE;
	config->preferred_depth = 24;
	config->async_page_flip = true;
	/* How a picture of the host's GPU is laid out, nobody in the guest knows. */
	virtgpu_compat_set_modifiers(config, !display->vgdev->features.virgl);
	config->quirk_addfb_prefer_host_byte_order = true;

	ret = drm_mode_create_suggested_offset_properties(drm);
	if (ret)
		return ret;
	display->hotplug_mode_update =
		drm_property_create_range(drm, DRM_MODE_PROP_IMMUTABLE,
					  "hotplug_mode_update", 0, 1);
	return display->hotplug_mode_update ? 0 : -ENOMEM;
}

static int virtgpu_display_init_output(struct virtgpu_display *display, u32 index)
{
	struct virtgpu_output *output = &display->outputs[index];
	struct drm_plane *primary, *cursor;
	int ret;

	output->cursor = virtgpu_cursor_create(display->vgdev, index);
	output->damage = virtgpu_damage_create(display->vgdev->drm);
	if (!output->cursor || !output->damage)
		return -ENOMEM;
	ret = virtgpu_panic_init(output);
	if (ret)
		return ret;
	primary = virtgpu_plane_create_primary(output);
	if (IS_ERR(primary))
		return PTR_ERR(primary);
	cursor = virtgpu_plane_create_cursor(output);
	if (IS_ERR(cursor))
		return PTR_ERR(cursor);
	ret = virtgpu_crtc_init(output, primary, cursor);
	if (ret)
		return ret;
	return virtgpu_connector_init(output, display->hotplug_mode_update);
}

static struct virtgpu_display *virtgpu_display_create(struct virtgpu_device *vgdev)
{
	unsigned int count = vgdev->features.num_scanouts;
	struct virtgpu_display *display;

	display = drmm_kzalloc(vgdev->drm, struct_size(display, outputs, count),
			       GFP_KERNEL);
	if (!display)
		return NULL;
	display->num_outputs = count;
	display->vgdev = vgdev;
	virtgpu_hotplug_init(display);
	for (unsigned int i = 0; i < count; i++) {
		display->outputs[i].vgdev = vgdev;
		display->outputs[i].index = i;
		virtgpu_reshow_init(&display->outputs[i]);
		if (virtgpu_writeback_alloc(&display->outputs[i]))
			return NULL;
	}
	return display;
}

/* drm_mode_config_reset() tells nobody that it had no memory for a state. */
static bool virtgpu_display_has_states(struct virtgpu_display *display)
{
	for (unsigned int i = 0; i < display->num_outputs; i++) {
		const struct virtgpu_output *output = &display->outputs[i];

		if (!output->crtc.state || !output->connector.state ||
		    !output->crtc.primary->state || !output->crtc.cursor->state ||
		    !virtgpu_writeback_has_state(output))
			return false;
	}
	return true;
}

/**
 * virtgpu_display_init - make the KMS side of a device
 * @vgdev: the device; it is ready, its DRM device not yet registered
 *
 * A device without scanouts is left without a display.
 *
 * Return: 0 or a negative errno; what was made goes with the DRM device.
 */
int virtgpu_display_init(struct virtgpu_device *vgdev)
{
	struct virtgpu_display *display;
	int ret;

	if (!vgdev->features.num_scanouts)
		return 0;
	display = virtgpu_display_create(vgdev);
	if (!display)
		return -ENOMEM;
	ret = virtgpu_display_init_mode_config(display);
	if (ret)
		return ret;
	for (unsigned int i = 0; i < display->num_outputs; i++) {
		ret = virtgpu_display_init_output(display, i);
		if (ret)
			return ret;
	}
	/* Behind all others, so that these have the places that they would have without. */
	for (unsigned int i = 0; i < display->num_outputs; i++) {
		ret = virtgpu_writeback_init(&display->outputs[i]);
		if (ret)
			return ret;
	}
	ret = drm_vblank_init(vgdev->drm, display->num_outputs);
	if (ret)
		return ret;
	drm_mode_config_reset(vgdev->drm);
	if (!virtgpu_display_has_states(display))
		return -ENOMEM;
	/* Nothing is polled, but some kernels' suspend helper takes it for granted. */
	drm_kms_helper_poll_init(vgdev->drm);

	virtgpu_hotplug_probe(display);
	vgdev->display = display;
	return 0;
}

/**
 * virtgpu_display_config_changed - the device's configuration has changed
 * @vgdev: the device
 *
 * Any context, any time between virtgpu_display_init() and the end of the device.
 */
void virtgpu_display_config_changed(struct virtgpu_device *vgdev)
{
	if (vgdev->display)
		virtgpu_hotplug_changed(vgdev->display);
}

/**
 * virtgpu_display_start - let the console have the screens
 * @vgdev: the device; its DRM device is registered
 */
void virtgpu_display_start(struct virtgpu_device *vgdev)
{
	if (!vgdev->display)
		return;
	/* What changed between the first look and the interrupt's first user. */
	virtgpu_hotplug_changed(vgdev->display);
	drm_client_setup(vgdev->drm, NULL);
}

/* Nobody resets the device any more; who suspends or removes it has seen to that. */
static void virtgpu_display_stop(struct virtgpu_display *display)
{
	virtgpu_hotplug_stop(display);
	for (unsigned int i = 0; i < display->num_outputs; i++)
		virtgpu_reshow_stop(&display->outputs[i]);
}

/* Show again what was shown, and follow the host. */
static void virtgpu_display_start_again(struct virtgpu_display *display)
{
	for (unsigned int i = 0; i < display->num_outputs; i++)
		virtgpu_reshow_start(&display->outputs[i]);
	virtgpu_hotplug_resume(display);
}

/**
 * virtgpu_display_suspend - switch off, to be resumed
 * @vgdev: the device, which still answers
 *
 * Once the device is reset, virtgpu_display_drain() has to follow.
 *
 * Return: 0 or a negative errno; then nothing has changed.
 */
int virtgpu_display_suspend(struct virtgpu_device *vgdev)
{
	struct virtgpu_display *display = vgdev->display;
	int ret;

	if (!display)
		return 0;
	virtgpu_display_stop(display);
	ret = drm_mode_config_helper_suspend(vgdev->drm);
	if (ret)
		virtgpu_display_start_again(display);
	return ret;
}

/**
 * virtgpu_display_drain - wait for the last one who asked the host
 * @vgdev: the device; reset and drained, so that there is not long to wait
 */
void virtgpu_display_drain(struct virtgpu_device *vgdev)
{
	if (vgdev->display)
		virtgpu_hotplug_drain(vgdev->display);
}

/**
 * virtgpu_display_resume - show again what was shown
 * @vgdev: the device, which has its resources again
 *
 * The host may have other screens meanwhile; userspace hears of that later.
 */
void virtgpu_display_resume(struct virtgpu_device *vgdev)
{
	struct virtgpu_display *display = vgdev->display;

	if (!display)
		return;
	drm_mode_config_helper_resume(vgdev->drm);
	virtgpu_hotplug_resume(display);
}

/**
 * virtgpu_display_pre_reset - the host shows nothing any more
 * @vgdev: the device; reset and drained
 *
 * The next frame of each output says again what is to be shown.
 */
void virtgpu_display_pre_reset(struct virtgpu_device *vgdev)
{
	struct virtgpu_display *display = vgdev->display;

	for (unsigned int i = 0; display && i < display->num_outputs; i++) {
		virtgpu_crtc_invalidate(&display->outputs[i]);
		virtgpu_cursor_invalidate(display->outputs[i].cursor);
	}
}

/**
 * virtgpu_display_post_reset - show again what was on screen
 * @vgdev: the device, which has its resources again
 *
 * Whoever resets the device waits neither for clients nor for other drivers.
 */
void virtgpu_display_post_reset(struct virtgpu_device *vgdev)
{
	if (vgdev->display)
		virtgpu_display_start_again(vgdev->display);
}

static int virtgpu_display_shutdown(struct virtgpu_device *vgdev)
{
	drm_atomic_helper_shutdown(vgdev->drm);
	return 0;
}

/**
 * virtgpu_display_fini - switch off for good; may sleep
 * @vgdev: the device; its DRM device is unplugged
 *
 * The display itself is freed with the DRM device.
 */
void virtgpu_display_fini(struct virtgpu_device *vgdev)
{
	struct virtgpu_display *display = vgdev->display;

	if (!display)
		return;
	virtgpu_display_stop(display);
	virtgpu_hotplug_drain(display);
	drm_kms_helper_poll_fini(vgdev->drm);
	virtgpu_work_call(virtgpu_display_shutdown, vgdev);
	for (unsigned int i = 0; i < display->num_outputs; i++)
		virtgpu_crtc_fini(&display->outputs[i]);
}
