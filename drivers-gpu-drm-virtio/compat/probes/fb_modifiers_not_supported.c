// SPDX-License-Identifier: GPL-2.0-only
/* Modifiers are advertised unless the driver says otherwise: since 5.18. */
#include <drm/drm_mode_config.h>

void probe(struct drm_mode_config *config)
{
	config->fb_modifiers_not_supported = true;
}
