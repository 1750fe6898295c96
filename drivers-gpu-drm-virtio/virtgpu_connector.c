// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be plugged into a scanout, and which mode suits it?
 *
 * All that a connector answers was told by the host before: at probe, and later
 * whenever the host raises a config event (virtgpu_display.c). Asking a connector
 * costs no command.
 */
#include <drm/drm_atomic_helper.h>
#include <drm/drm_atomic_state_helper.h>
#include <drm/drm_connector.h>
#include <drm/drm_edid.h>
#include <drm/drm_modes.h>
#include <drm/drm_probe_helper.h>

#include "virtgpu_connector.h"
#include "virtgpu_display_types.h"
#include "virtgpu_edid.h"

#define VIRTGPU_DEFAULT_RATE	60

/*
 * A mode of just that size. The CVT formula works in cells of 8 pixels, so the
 * visible part is widened afterwards; the blanking leaves room for that.
 */
static struct drm_display_mode *
virtgpu_connector_make_mode(struct drm_connector *connector, u32 width, u32 height)
{
	struct drm_display_mode *mode;

	mode = drm_cvt_mode(connector->dev, width, height, VIRTGPU_DEFAULT_RATE, false,
			    false, false);
	if (!mode)
		return NULL;
	if (width <= mode->hsync_start && height <= mode->vsync_start) {
		mode->hdisplay = width;
		mode->vdisplay = height;
	}
	mode->type = DRM_MODE_TYPE_DRIVER;
	drm_mode_set_name(mode);
	return mode;
}

/*
 * Of modes of one size: the monitor's favourite, or else the fastest. Monitors name
 * interlaced ones, too, which the CRTC refuses later, when nothing can be preferred any more.
 */
static int virtgpu_connector_rank(const struct drm_display_mode *mode)
{
	if (mode->flags & (DRM_MODE_FLAG_INTERLACE | DRM_MODE_FLAG_DBLSCAN))
		return -1;
	return mode->type & DRM_MODE_TYPE_PREFERRED ? INT_MAX : drm_mode_vrefresh(mode);
}

/* Make one mode preferred, and no other: that of the host's window. */
static int virtgpu_connector_prefer(struct drm_connector *connector, u32 width,
				    u32 height)
{
	struct drm_display_mode *mode, *found = NULL;
	int best = -1;
	int added = 0;

	list_for_each_entry(mode, &connector->probed_modes, head) {
		int rank = virtgpu_connector_rank(mode);

		mode->type &= ~DRM_MODE_TYPE_PREFERRED;
		if (mode->hdisplay == width && mode->vdisplay == height && rank > best) {
			best = rank;
			found = mode;
		}
	}
	if (!found) {
		found = virtgpu_connector_make_mode(connector, width, height);
		if (!found)
			return 0;
		drm_mode_probed_add(connector, found);
		added = 1;
	}
	found->type |= DRM_MODE_TYPE_PREFERRED;
	return added;
}

static int virtgpu_connector_get_modes(struct drm_connector *connector)
{
	const struct virtgpu_host_output *host =
		&connector_to_virtgpu_output(connector)->host;
	u32 width = host->width ?: VIRTGPU_DEFAULT_WIDTH;
	u32 height = host->height ?: VIRTGPU_DEFAULT_HEIGHT;
	bool users;
	int count;

	count = virtgpu_edid_add_modes(connector, host, &users);
	/* Who names a monitor wants its mode, whatever size the window has. */
	if (count && users)
		return count;
	if (!count)
		count = drm_add_modes_noedid(connector,
					     max(width, VIRTGPU_DEFAULT_WIDTH),
					     max(height, VIRTGPU_DEFAULT_HEIGHT));
	else if (!host->width)
		return count;
	return count + virtgpu_connector_prefer(connector, width, height);
}

static const struct drm_connector_helper_funcs virtgpu_connector_helper_funcs = {
	.get_modes = virtgpu_connector_get_modes,
};

static enum drm_connector_status
virtgpu_connector_detect(struct drm_connector *connector, bool force)
{
	return connector_to_virtgpu_output(connector)->host.enabled ?
	       connector_status_connected : connector_status_disconnected;
}

static const struct drm_connector_funcs virtgpu_connector_funcs = {
	.detect = virtgpu_connector_detect,
	.fill_modes = drm_helper_probe_single_connector_modes,
	.reset = drm_atomic_helper_connector_reset,
	.atomic_duplicate_state = drm_atomic_helper_connector_duplicate_state,
	.atomic_destroy_state = drm_atomic_helper_connector_destroy_state,
	VIRTGPU_CONNECTOR_DESTROY
};

static bool virtgpu_host_output_equal(const struct virtgpu_host_output *a,
				      const struct virtgpu_host_output *b)
{
	return a->enabled == b->enabled && a->x == b->x && a->y == b->y &&
	       a->width == b->width && a->height == b->height &&
	       a->edid_size == b->edid_size && !memcmp(a->edid, b->edid, a->edid_size);
}

/**
 * virtgpu_connector_update - the host has said what is plugged in
 * @output: the output; &drm_mode_config.mutex is held
 * @host: what the host said
 *
 * Return: whether userspace should hear of it.
 */
bool virtgpu_connector_update(struct virtgpu_output *output,
			      const struct virtgpu_host_output *host)
{
	struct drm_connector *connector = &output->connector;
	struct drm_mode_config *config = &connector->dev->mode_config;

	lockdep_assert_held(&config->mutex);
	if (virtgpu_host_output_equal(&output->host, host))
		return false;
	output->host = *host;
	/* Only a DRM master's probe asks detect(), everybody else reads this. */
	if (connector->force == DRM_FORCE_UNSPECIFIED)
		connector->status = virtgpu_connector_detect(connector, false);
	drm_object_property_set_value(&connector->base, config->suggested_x_property,
				      host->x);
	drm_object_property_set_value(&connector->base, config->suggested_y_property,
				      host->y);
	return true;
}

/**
 * virtgpu_connector_init - make the connector of an output
 * @output: the output, with its CRTC
 * @hotplug_mode_update: tells compositors to follow the host's size
 *
 * Return: 0 or a negative errno.
 */
int virtgpu_connector_init(struct virtgpu_output *output,
			   struct drm_property *hotplug_mode_update)
{
	struct drm_device *drm = output->vgdev->drm;
	struct drm_connector *connector = &output->connector;
	int ret;

	ret = drmm_encoder_init(drm, &output->encoder, NULL, DRM_MODE_ENCODER_VIRTUAL,
				NULL);
	if (ret)
		return ret;
	output->encoder.possible_crtcs = drm_crtc_mask(&output->crtc);

	ret = drmm_connector_init(drm, connector, &virtgpu_connector_funcs,
				  DRM_MODE_CONNECTOR_VIRTUAL, NULL);
	if (ret)
		return ret;
	drm_connector_helper_add(connector, &virtgpu_connector_helper_funcs);
	connector->polled = DRM_CONNECTOR_POLL_HPD;
	connector->status = connector_status_disconnected;
	/* Without one of the host, there may still be one of the user. */
	drm_connector_attach_edid_property(connector);
	drm_object_attach_property(&connector->base, hotplug_mode_update, 1);
	drm_object_attach_property(&connector->base,
				   drm->mode_config.suggested_x_property, 0);
	drm_object_attach_property(&connector->base,
				   drm->mode_config.suggested_y_property, 0);
	return drm_connector_attach_encoder(connector, &output->encoder);
}
