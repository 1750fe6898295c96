// SPDX-License-Identifier: GPL-2.0-only
/* drm_driver.gem_prime_mmap and its like have to be named by each driver: up to 6.5. */
#include <drm/drm_drv.h>

struct drm_driver driver = { .gem_prime_mmap = NULL };
