// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test get a fence that signals when the test says so?
 *
 * Since Linux 6.0 from vgem, whose fences are had as sync_files by a request to the
 * dma-buf. Before, from here: each open file of debugfs' lab_gate is one fence. A
 * read gives the number of a new descriptor of its sync_file, "open" written to it
 * signals it, "busy N" makes the dma-buf with descriptor N wait for it, and closing
 * the file signals it with an error.
 */
#include <linux/debugfs.h>
#include <linux/dma-buf.h>
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sync_file.h>
#include <linux/uaccess.h>
#include <linux/version.h>

/**
 * struct lab_gate - one fence
 * @base: the fence; frees this with its last reference
 * @lock: the fence's own
 */
struct lab_gate {
	struct dma_fence base;
	spinlock_t lock;
};

static struct dentry *lab_gate_file;

static const char *lab_gate_name(struct dma_fence *fence)
{
	return "lab_gate";
}

static const struct dma_fence_ops lab_gate_fence_ops = {
	.get_driver_name = lab_gate_name,
	.get_timeline_name = lab_gate_name,
};

static int lab_gate_open(struct inode *inode, struct file *file)
{
	struct lab_gate *gate = kzalloc(sizeof(*gate), GFP_KERNEL);

	if (!gate)
		return -ENOMEM;
	spin_lock_init(&gate->lock);
	dma_fence_init(&gate->base, &lab_gate_fence_ops, &gate->lock,
		       dma_fence_context_alloc(1), 1);
	file->private_data = gate;
	return nonseekable_open(inode, file);
}

static ssize_t lab_gate_read(struct file *file, char __user *buf, size_t count,
			     loff_t *pos)
{
	struct lab_gate *gate = file->private_data;
	struct sync_file *sync;
	char words[16];
	int fd, len;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	len = scnprintf(words, sizeof(words), "%d\n", fd);
	sync = sync_file_create(&gate->base);
	if (!sync) {
		put_unused_fd(fd);
		return -ENOMEM;
	}
	if (count < len || copy_to_user(buf, words, len)) {
		fput(sync->file);
		put_unused_fd(fd);
		return -EINVAL;
	}
	fd_install(fd, sync->file);
	return len;
}

/* Kernels with the newer call can do without this module. */
static int lab_gate_make_busy(struct lab_gate *gate, int fd)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 19, 0)
	struct dma_buf *buf = dma_buf_get(fd);

	if (IS_ERR(buf))
		return PTR_ERR(buf);
	dma_resv_lock(buf->resv, NULL);
	dma_resv_add_excl_fence(buf->resv, &gate->base);
	dma_resv_unlock(buf->resv);
	dma_buf_put(buf);
	return 0;
#else
	return -EOPNOTSUPP;
#endif
}

static ssize_t lab_gate_write(struct file *file, const char __user *buf, size_t count,
			      loff_t *pos)
{
	struct lab_gate *gate = file->private_data;
	char words[16] = "";
	int fd, ret = -EINVAL;

	if (count >= sizeof(words) || copy_from_user(words, buf, count))
		return -EINVAL;
	if (!strcmp(words, "open")) {
		dma_fence_signal(&gate->base);
		ret = 0;
	} else if (sscanf(words, "busy %d", &fd) == 1) {
		ret = lab_gate_make_busy(gate, fd);
	}
	return ret ?: count;
}

static int lab_gate_release(struct inode *inode, struct file *file)
{
	struct lab_gate *gate = file->private_data;

	if (!dma_fence_is_signaled(&gate->base)) {
		dma_fence_set_error(&gate->base, -ETIMEDOUT);
		dma_fence_signal(&gate->base);
	}
	dma_fence_put(&gate->base);
	return 0;
}

static const struct file_operations lab_gate_fops = {
	.owner = THIS_MODULE,
	.open = lab_gate_open,
	.read = lab_gate_read,
	.write = lab_gate_write,
	.release = lab_gate_release,
};

static int __init lab_gate_init(void)
{
	lab_gate_file = debugfs_create_file("lab_gate", 0600, NULL, NULL, &lab_gate_fops);
	return PTR_ERR_OR_ZERO(lab_gate_file);
}

static void __exit lab_gate_exit(void)
{
	debugfs_remove(lab_gate_file);
}

module_init(lab_gate_init);
module_exit(lab_gate_exit);

MODULE_DESCRIPTION("virtio-gpu lab: fences that tests signal");
MODULE_LICENSE("GPL");
