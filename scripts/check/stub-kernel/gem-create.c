// SPDX-License-Identifier: GPL-2.0-only
/*
 * What do the shmem helpers of all kernels make of the driver's
 * gem_create_object when memory is out? Some before 5.17 take NULL for a failure
 * and follow anything else, some follow anything but an ERR_PTR; the declaration
 * is the same. Runs the driver's function, which stands in FUNCTION, and ends
 * with 1 if one of these would have followed what is no pointer.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define GFP_KERNEL		1u
#define GFP_KERNEL_ACCOUNT	2u
#define __GFP_NOFAIL		4u
#define kzalloc_flags(obj, flags, ...)	kzalloc(sizeof(obj), flags)
#define kzalloc_obj(...)	kzalloc_flags(__VA_ARGS__, GFP_KERNEL)
#define unlikely(cond)		(cond)
#define refcount_set(ref, value)	(*(ref) = (value))

struct drm_device;
struct drm_gem_object_funcs { int any; };
struct drm_gem_object { const struct drm_gem_object_funcs *funcs; };
struct drm_gem_shmem_object { struct drm_gem_object base; };
struct virtgpu_object {
	struct drm_gem_shmem_object base;
	unsigned int host_refs;
};

static const struct drm_gem_object_funcs virtgpu_import_funcs;

static void *ERR_PTR(long error)
{
	return (void *)error;
}

static bool IS_ERR(const void *ptr)
{
	return (unsigned long)ptr >= -4095ul;
}

/* Memory is out. */
static void *kzalloc(size_t size, unsigned int flags)
{
	return flags & __GFP_NOFAIL ? calloc(1, size) : NULL;
}

#include FUNCTION

int main(void)
{
	struct drm_gem_object *gem = virtgpu_import_gem_create(NULL, 4096);

	if (gem && IS_ERR(gem))
		puts("an ERR_PTR, which 5.15.y takes for an object");
	if (!gem)
		puts("NULL, which 5.16 takes for an object");
	return !gem || IS_ERR(gem);
}
