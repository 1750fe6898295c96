/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which objects are those of a list of handles?
 *
 * The handles of one submission mostly stand beside each other, and so do the objects in
 * the table of the file: a search leads to a piece of it, in which the neighbours of what
 * was searched for are found without one.
 */
#ifndef VIRTGPU_LOOKUP_H
#define VIRTGPU_LOOKUP_H

#include <linux/compiler.h>
#include <linux/idr.h>
#include <linux/lockdep.h>
#include <linux/nospec.h>
#include <linux/radix-tree.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>

/**
 * struct virtgpu_lookup - where in the table of a file the last handle was found
 */
struct virtgpu_lookup {
	/** @file: the file. */
	struct drm_file *file;
	/** @iter: what @slots are the objects of. */
	struct radix_tree_iter iter;
	/** @slots: the piece. */
	void __rcu **slots;
};

/* Begin with @file, whose table is locked from here to the last virtgpu_lookup_find(). */
static inline void virtgpu_lookup_begin(struct virtgpu_lookup *lookup, struct drm_file *file)
{
	lockdep_assert_held(&file->table_lock);
	lookup->file = file;
	lookup->iter.index = 0;
	lookup->iter.next_index = 0;
}

/* The object of @handle, without a reference. NULL if there is none: the search is over then. */
static inline struct drm_gem_object *virtgpu_lookup_find(struct virtgpu_lookup *lookup,
							 u32 handle)
{
	struct radix_tree_iter *iter = &lookup->iter;
	struct idr *idr = &lookup->file->object_idr;
	unsigned long index = (unsigned long)handle - idr->idr_base;

	if (unlikely(index < iter->index || index >= iter->next_index)) {
		lookup->slots = radix_tree_iter_lookup(&idr->idr_rt, iter, index);
		if (!lookup->slots)
			return NULL;
	}
	/* What the processor guesses of the test above must not lead out of the piece. */
	index = array_index_nospec(index - iter->index, iter->next_index - iter->index);
	return rcu_dereference_protected(lookup->slots[index],
					 lockdep_is_held(&lookup->file->table_lock));
}

#endif
