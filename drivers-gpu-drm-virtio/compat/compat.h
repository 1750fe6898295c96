/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must be in place before any header is read? Included first everywhere.
 */
#ifndef VIRTGPU_COMPAT_H
#define VIRTGPU_COMPAT_H

#include <linux/types.h>

/* Added in 6.6: documents a length, and checks it where compilers can. */
#ifndef __counted_by
#define __counted_by(member)
#endif

/* Added in 6.10, and to releases that are maintained: what is set later is not set twice. */
#ifndef __uninitialized
#define __uninitialized
#endif

/*
 * The older name of a type. The function drm_atomic_commit() is renamed along
 * with it, where it is declared; the driver does not call it.
 */
#ifndef HAVE_ATOMIC_COMMIT_STRUCT
#define drm_atomic_commit	drm_atomic_state
#define drm_atomic_commit_alloc	drm_atomic_state_alloc
#define drm_atomic_commit_put	drm_atomic_state_put
#endif

#endif
