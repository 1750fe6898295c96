/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Has the host made an object, or refused to?
 *
 * Each buffer of each submission is asked for, and mostly that is long known: so the
 * answer is here, without a call.
 */
#ifndef VIRTGPU_OBJECT_CHECK_H
#define VIRTGPU_OBJECT_CHECK_H

#include <linux/compiler.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "virtgpu_device_types.h"
#include "virtgpu_object.h"
#include "virtgpu_vq.h"

/**
 * virtgpu_object_is_answered - has the host answered to the object's making?
 * @obj: the object
 *
 * What travels on another queue may name it then.
 *
 * Return: whether it has, one way or the other, as far as we have seen.
 */
static inline bool virtgpu_object_is_answered(const struct virtgpu_object *obj)
{
	return READ_ONCE(obj->created) && refcount_read(&obj->host_refs) == 1;
}

/**
 * virtgpu_object_error - is it known that the host has refused to make the object?
 * @obj: the object
 *
 * Return: 0 or -EIO.
 */
static inline int virtgpu_object_error(const struct virtgpu_object *obj)
{
	return READ_ONCE(obj->error) ? -EIO : 0;
}

/**
 * virtgpu_object_check - has the host refused to make the object?
 * @obj: the object
 *
 * Looks at answers that have raised no interrupt. Any context.
 *
 * Return: 0 or -EIO.
 */
static inline int virtgpu_object_check(const struct virtgpu_object *obj)
{
	if (unlikely(!virtgpu_object_is_answered(obj)))
		virtgpu_vq_reap(to_virtgpu_device(obj->base.base.dev)->ctrlq);
	/* What the host answered was noted before the reference of its command went. */
	smp_rmb();
	return virtgpu_object_error(obj);
}

#endif
