// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is a monitor told of a client's memory, on kernels before 6.5?
 *
 * The same lines as later kernels' drm_show_fdinfo() and drm_show_memory_stats()
 * write. Their objects tell by a hook whether they are in memory: here it is those
 * with pages of their own. Clients have no number yet; a hash of where the client
 * is kept tells one from the other as long as both are there.
 */
#include <drm/drm_file.h>

#ifdef VIRTGPU_COMPAT_FDINFO

#include <linux/dma-resv.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/seq_file.h>

#include <drm/drm_device.h>
#include <drm/drm_drv.h>
#include <drm/drm_gem.h>

/**
 * struct virtgpu_fdinfo_stats - a client's buffers, in bytes
 * @total: all it has handles of
 * @shared: of these, with handles of others, too
 * @active: of these, with work that is not done
 * @resident: of these, in the guest's memory
 */
struct virtgpu_fdinfo_stats {
	u64 total;
	u64 shared;
	u64 active;
	u64 resident;
};

static void virtgpu_fdinfo_add(struct virtgpu_fdinfo_stats *stats,
			       const struct drm_gem_object *obj)
{
	stats->total += obj->size;
	if (obj->handle_count > 1 || obj->dma_buf)
		stats->shared += obj->size;
	/* There is no status() to ask; what has pages can list them. */
	if (obj->funcs->get_sg_table)
		stats->resident += obj->size;
	if (!dma_resv_test_signaled(obj->resv, DMA_RESV_USAGE_READ))
		stats->active += obj->size;
}

static void virtgpu_fdinfo_count(struct drm_file *file, struct virtgpu_fdinfo_stats *stats)
{
	struct drm_gem_object *obj;
	int handle;

	spin_lock(&file->table_lock);
	idr_for_each_entry(&file->object_idr, obj, handle)
		virtgpu_fdinfo_add(stats, obj);
	spin_unlock(&file->table_lock);
}

static u64 virtgpu_fdinfo_client_id(const struct drm_file *file)
{
	char words[32];
	u64 id = 0;

	/* A hash, except where an administrator wants to see addresses. */
	snprintf(words, sizeof(words), "%p", file);
	return kstrtou64(words, 16, &id) ? 0 : id;
}

static void virtgpu_fdinfo_print(struct seq_file *m, const char *what, u64 bytes)
{
	if (bytes % SZ_1K)
		seq_printf(m, "drm-%s-memory:\t%llu\n", what, bytes);
	else
		seq_printf(m, "drm-%s-memory:\t%llu KiB\n", what, bytes / SZ_1K);
}

/**
 * virtgpu_compat_show_fdinfo - implementation of &file_operations.show_fdinfo
 * @m: where to
 * @f: a client's open node
 */
void virtgpu_compat_show_fdinfo(struct seq_file *m, struct file *f)
{
	struct drm_file *file = f->private_data;
	struct drm_device *drm = file->minor->dev;
	struct virtgpu_fdinfo_stats stats = {};

	seq_printf(m, "drm-driver:\t%s\n", drm->driver->name);
	seq_printf(m, "drm-client-id:\t%llu\n", virtgpu_fdinfo_client_id(file));
	if (dev_is_pci(drm->dev))
		seq_printf(m, "drm-pdev:\t%s\n", dev_name(drm->dev));
	virtgpu_fdinfo_count(file, &stats);
	virtgpu_fdinfo_print(m, "total", stats.total);
	virtgpu_fdinfo_print(m, "shared", stats.shared);
	virtgpu_fdinfo_print(m, "active", stats.active);
	virtgpu_fdinfo_print(m, "resident", stats.resident);
}

#endif
