// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be looked at in debugfs? The names are those of the in-tree driver;
 * virtio-gpu-hang-timeout, after how many milliseconds a silent host is given up, is
 * ours and can be written.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include <drm/drm_debugfs.h>
#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "virtgpu_debugfs.h"
#include "virtgpu_device_types.h"
#include "virtgpu_vq.h"
#include "virtgpu_watchdog.h"
#include "virtgpu_window.h"

static struct virtgpu_device *virtgpu_debugfs_device(struct seq_file *m)
{
	const struct drm_info_node *node = m->private;

	return to_virtgpu_device(node->minor->dev);
}

static void virtgpu_debugfs_yes(struct seq_file *m, const char *name, bool value)
{
	seq_printf(m, "%-16s : %s\n", name, value ? "yes" : "no");
}

static void virtgpu_debugfs_number(struct seq_file *m, const char *name, u64 value)
{
	seq_printf(m, "%-16s : %llu\n", name, value);
}

static int virtgpu_debugfs_features(struct seq_file *m, void *data)
{
	const struct virtgpu_device *vgdev = virtgpu_debugfs_device(m);
	const struct virtgpu_features *f = &vgdev->features;

	virtgpu_debugfs_yes(m, "virgl", f->virgl);
	virtgpu_debugfs_yes(m, "edid", f->edid);
	virtgpu_debugfs_yes(m, "indirect", f->indirect);
	virtgpu_debugfs_yes(m, "resource uuid", f->uuid);
	virtgpu_debugfs_yes(m, "blob resources", f->blob);
	virtgpu_debugfs_yes(m, "context init", f->context_init);
	virtgpu_debugfs_number(m, "cap sets", f->num_capsets);
	virtgpu_debugfs_number(m, "scanouts", f->num_scanouts);
	virtgpu_debugfs_number(m, "blob alignment", f->blob_alignment);
	if (f->host_visible)
		seq_printf(m, "%-16s : 0x%llx +0x%llx\n", "host visible region",
			   (u64)vgdev->window->base, vgdev->window->size);
	return 0;
}

static int virtgpu_debugfs_fences(struct seq_file *m, void *data)
{
	struct drm_printer p = drm_seq_file_printer(m);

	virtgpu_vq_print(virtgpu_debugfs_device(m)->ctrlq, &p);
	return 0;
}

static int virtgpu_debugfs_window(struct seq_file *m, void *data)
{
	struct virtgpu_device *vgdev = virtgpu_debugfs_device(m);
	struct drm_printer p = drm_seq_file_printer(m);

	if (!vgdev->window) {
		seq_puts(m, "Host allocations are not visible to guest\n");
		return 0;
	}
	virtgpu_window_print(vgdev->window, &p);
	return 0;
}

static int virtgpu_debugfs_get_hang_timeout(void *data, u64 *value)
{
	const struct virtgpu_device *vgdev = data;

	*value = READ_ONCE(vgdev->hang_timeout_ms);
	return 0;
}

static int virtgpu_debugfs_set_hang_timeout(void *data, u64 value)
{
	if (!value || value > U32_MAX)
		return -EINVAL;
	virtgpu_watchdog_set_timeout(data, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(virtgpu_debugfs_hang_timeout, virtgpu_debugfs_get_hang_timeout,
			 virtgpu_debugfs_set_hang_timeout, "%llu\n");

static struct drm_info_list virtgpu_debugfs_files[] = {
	{ "virtio-gpu-features", virtgpu_debugfs_features },
	{ "virtio-gpu-irq-fence", virtgpu_debugfs_fences },
	{ "virtio-gpu-host-visible-mm", virtgpu_debugfs_window },
};

/**
 * virtgpu_debugfs_init - make the files
 * @minor: whose folder they go to
 */
void virtgpu_debugfs_init(struct drm_minor *minor)
{
	drm_debugfs_create_files(virtgpu_debugfs_files, ARRAY_SIZE(virtgpu_debugfs_files),
				 minor->debugfs_root, minor);
	debugfs_create_file("virtio-gpu-hang-timeout", 0600, minor->debugfs_root,
			    to_virtgpu_device(minor->dev), &virtgpu_debugfs_hang_timeout);
}
