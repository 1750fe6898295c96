// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does another driver get of a buffer that a program shares with it?
 *
 * A program writes "FD", "FD virtio" or "FD pages" to the file share in debugfs. The
 * buffer is then used as another driver would: its UUID is asked for, a device is
 * attached (the platform device, or the virtio device), its pages are mapped for that,
 * and if there are any the kernel looks at the first word, but with "pages". The file
 * says how that ended.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <linux/virtio_dma_buf.h>

#include "vsim_module.h"

/* Of the last buffer: 0 or a negative errno each, and what was seen */
static struct {
	int uuid;
	int attach;
	int map;
	int vmap;
	u64 bytes;
	u32 word;
} vsim_shared;

/* Guards vsim_shared. */
static DEFINE_MUTEX(vsim_share_lock);

static void vsim_share_map(struct dma_buf_attachment *attach)
{
	struct scatterlist *sg;
	struct sg_table *sgt;
	int i;

	sgt = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
	vsim_shared.map = PTR_ERR_OR_ZERO(sgt);
	if (IS_ERR(sgt))
		return;
	for_each_sgtable_dma_sg(sgt, sg, i)
		vsim_shared.bytes += sg_dma_len(sg);
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_BIDIRECTIONAL);
}

static void vsim_share_attach(struct dma_buf *buf, struct device *dev)
{
	struct dma_buf_attachment *attach = dma_buf_attach(buf, dev);

	vsim_shared.attach = PTR_ERR_OR_ZERO(attach);
	if (IS_ERR(attach))
		return;
	vsim_share_map(attach);
	dma_buf_detach(buf, attach);
}

static void vsim_share_use(struct vsim *sim, const u32 *args)
{
	struct dma_buf *buf = dma_buf_get(args[0]);
	uuid_t uuid;

	memset(&vsim_shared, 0, sizeof(vsim_shared));
	if (IS_ERR(buf)) {
		vsim_shared.attach = PTR_ERR(buf);
		return;
	}
	vsim_shared.uuid = virtio_dma_buf_get_uuid(buf, &uuid);
	vsim_share_attach(buf, args[1] ? &sim->link.vdev.dev : &sim->link.parent->dev);
	/* The core of dma-buf warns if this fails. */
	if (vsim_shared.bytes && !args[2])
		vsim_shared.vmap = vsim_kernel_read(buf, &vsim_shared.word);
	dma_buf_put(buf);
}

static ssize_t vsim_share_write(struct file *file, const char __user *user, size_t size,
				loff_t *pos)
{
	char text[32] = "", kind[8] = "";
	u32 args[3] = {};

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, user, size))
		return -EFAULT;
	if (sscanf(text, "%u %7s", &args[0], kind) < 1)
		return -EINVAL;
	args[1] = !strcmp(kind, "virtio");
	args[2] = !strcmp(kind, "pages");
	mutex_lock(&vsim_share_lock);
	vsim_with_device(vsim_share_use, args);
	mutex_unlock(&vsim_share_lock);
	return size;
}

static int vsim_share_show(struct seq_file *m, void *data)
{
	mutex_lock(&vsim_share_lock);
	seq_printf(m, "uuid %d\nattach %d\nmap %d\nvmap %d\nbytes %llu\nword %u\n",
		   vsim_shared.uuid, vsim_shared.attach, vsim_shared.map, vsim_shared.vmap,
		   vsim_shared.bytes, vsim_shared.word);
	mutex_unlock(&vsim_share_lock);
	return 0;
}

static int vsim_share_open(struct inode *inode, struct file *file)
{
	return single_open(file, vsim_share_show, NULL);
}

static const struct file_operations vsim_share_fops = {
	.owner = THIS_MODULE,
	.open = vsim_share_open,
	.read = seq_read,
	.write = vsim_share_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/* vsim_share_init - make the file in @dir */
void vsim_share_init(struct dentry *dir)
{
	debugfs_create_file("share", 0600, dir, NULL, &vsim_share_fops);
}

/* As MODULE_IMPORT_NS() would write it, whose argument became a string in 6.13. */
MODULE_INFO(import_ns, "DMA_BUF");
