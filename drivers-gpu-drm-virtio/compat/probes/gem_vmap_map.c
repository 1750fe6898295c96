// SPDX-License-Identifier: GPL-2.0-only
/* vmap of GEM objects fills in a struct: since 5.11. */
#include <drm/drm_gem.h>

struct drm_gem_object_funcs funcs;
void *(*older)(struct drm_gem_object *gem);

static_assert(!__builtin_types_compatible_p(typeof(funcs.vmap), typeof(older)));
