// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test say what the device is and does, and learn what the driver did?
 *
 * Files in debugfs: config/ (of the next device), control, script, state and
 * violations.
 */
#include <linux/bits.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "vsim_fault.h"
#include "vsim_profile.h"

static struct dentry *vsim_control_dir;

/* What vsim_control_look() saw; one at a time retires the device. */
static bool vsim_control_clean;

static void vsim_control_needs_reset(struct vsim *sim, const u32 *args)
{
	vsim_transport_needs_reset(sim);
}

static void vsim_control_events(struct vsim *sim, const u32 *args)
{
	for (u32 i = 0; i < args[0]; i++)
		vsim_transport_config_changed(sim, VIRTIO_GPU_EVENT_DISPLAY);
}

static void vsim_control_release(struct vsim *sim, const u32 *args)
{
	vsim_host_release(sim);
}

static void vsim_control_revive(struct vsim *sim, const u32 *args)
{
	vsim_host_revive(sim);
}

/*
 * What a transport does when the machine sleeps, and when it wakes up; with the lock, as
 * the PM core has it.
 */
static void vsim_control_freeze(struct vsim *sim, const u32 *args)
{
	device_lock(&sim->vdev.dev);
	sim->slept = virtio_device_freeze(&sim->vdev);
	device_unlock(&sim->vdev.dev);
}

static void vsim_control_restore(struct vsim *sim, const u32 *args)
{
	device_lock(&sim->vdev.dev);
	sim->slept = virtio_device_restore(&sim->vdev);
	device_unlock(&sim->vdev.dev);
}

/* As the machine goes down; buses before 6.16 have no hook for that. */
static void vsim_control_shutdown(struct vsim *sim, const u32 *args)
{
	void (*shutdown)(struct device *dev) = sim->vdev.dev.bus->shutdown;

	sim->slept = shutdown ? 0 : -EOPNOTSUPP;
	device_lock(&sim->vdev.dev);
	if (shutdown)
		shutdown(&sim->vdev.dev);
	device_unlock(&sim->vdev.dev);
}

static void vsim_control_interrupt(struct vsim *sim, const u32 *args)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		if (READ_ONCE(sim->queues[i].vq))
			irq_work_queue(&sim->queues[i].irq);
	}
}

static void vsim_control_display(struct vsim *sim, const u32 *args)
{
	struct vsim_output *output = &sim->outputs[args[0] % VSIM_MAX_SCANOUTS];

	mutex_lock(&sim->lock);
	output->width = args[1];
	output->height = args[2];
	output->enabled = args[1];
	mutex_unlock(&sim->lock);
	vsim_transport_config_changed(sim, VIRTIO_GPU_EVENT_DISPLAY);
}

static const struct {
	const char *name;
	unsigned int args;
	void (*call)(struct vsim *sim, const u32 *args);
} vsim_controls[] = {
	{ "needs_reset", 0, vsim_control_needs_reset },
	{ "events", 1, vsim_control_events },
	{ "release", 0, vsim_control_release },
	{ "revive", 0, vsim_control_revive },
	{ "freeze", 0, vsim_control_freeze },
	{ "restore", 0, vsim_control_restore },
	{ "shutdown", 0, vsim_control_shutdown },
	{ "interrupt", 0, vsim_control_interrupt },
	{ "display", 3, vsim_control_display },
};

static void vsim_control_look(struct vsim *sim, const u32 *args)
{
	vsim_host_release(sim);
	vsim_control_clean = vsim_leak_none(sim);
}

/*
 * Nobody uses the device any more: what the driver has not given back within @ms
 * milliseconds is lost. Nothing is held back meanwhile.
 */
static int vsim_control_retire(u32 ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);

	for (;;) {
		vsim_control_clean = true;
		vsim_with_device(vsim_control_look, NULL);
		if (vsim_control_clean)
			break;
		if (time_after(jiffies, end)) {
			vsim_with_device(vsim_leak_report, NULL);
			break;
		}
		if (msleep_interruptible(5))
			return -EINTR;
	}
	return vsim_unplug();
}

static int vsim_control_run(const char *line)
{
	u32 args[3] = {};
	char name[16];
	int count;

	count = sscanf(line, "%15s %u %u %u", name, &args[0], &args[1], &args[2]);
	if (count < 1)
		return -EINVAL;
	if (!strcmp(name, "plug"))
		return vsim_plug();
	if (!strcmp(name, "unplug"))
		return vsim_unplug();
	if (!strcmp(name, "retire"))
		return vsim_control_retire(args[0]);
	if (!strcmp(name, "abandon")) {
		vsim_abandon();
		return 0;
	}
	if (!strcmp(name, "defaults")) {
		vsim_script_clear();
		return vsim_profile_default();
	}
	if (!strncmp(line, "profile ", 8))
		return vsim_profile_take(line + 8);
	for (unsigned int i = 0; i < ARRAY_SIZE(vsim_controls); i++) {
		if (!strcmp(name, vsim_controls[i].name) && count == 1 + vsim_controls[i].args) {
			vsim_with_device(vsim_controls[i].call, args);
			return 0;
		}
	}
	return -EINVAL;
}

/* Each line that is written, without its end. */
static ssize_t vsim_control_lines(const char __user *user, size_t size,
				  int (*take)(char *line))
{
	char *text = memdup_user_nul(user, size), *rest = text, *line;
	int ret = 0;

	if (IS_ERR(text))
		return PTR_ERR(text);
	while (!ret && (line = strsep(&rest, "\n"))) {
		if (*line)
			ret = take(line);
	}
	kfree(text);
	return ret ?: size;
}

static int vsim_control_take(char *line)
{
	return vsim_control_run(line);
}

static ssize_t vsim_control_write(struct file *file, const char __user *user, size_t size,
				  loff_t *pos)
{
	return vsim_control_lines(user, size, vsim_control_take);
}

static const struct file_operations vsim_control_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = vsim_control_write,
};

static ssize_t vsim_script_write(struct file *file, const char __user *user, size_t size,
				 loff_t *pos)
{
	return vsim_control_lines(user, size, vsim_script_add);
}

static int vsim_script_read(struct seq_file *m, void *data)
{
	vsim_script_show(m);
	return 0;
}

static int vsim_script_open(struct inode *inode, struct file *file)
{
	return single_open(file, vsim_script_read, NULL);
}

static const struct file_operations vsim_script_fops = {
	.owner = THIS_MODULE,
	.open = vsim_script_open,
	.read = seq_read,
	.write = vsim_script_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int vsim_violations_show(struct seq_file *m, void *data)
{
	const char *line;

	seq_printf(m, "%u\n", vsim_log_violations());
	for (unsigned int i = 0; (line = vsim_log_line(i)); i++)
		seq_printf(m, "%s\n", line);
	return 0;
}

static int vsim_violations_open(struct inode *inode, struct file *file)
{
	return single_open(file, vsim_violations_show, NULL);
}

/* Writing anything forgets them, and the counts in state. */
static ssize_t vsim_violations_write(struct file *file, const char __user *user, size_t size,
				     loff_t *pos)
{
	vsim_log_clear();
	return size;
}

static const struct file_operations vsim_violations_fops = {
	.owner = THIS_MODULE,
	.open = vsim_violations_open,
	.read = seq_read,
	.write = vsim_violations_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/* vsim_control_init - make the files */
void vsim_control_init(void)
{
	struct dentry *config;

	vsim_control_dir = debugfs_create_dir("virtgpu_sim", NULL);
	debugfs_create_file("control", 0200, vsim_control_dir, NULL, &vsim_control_fops);
	debugfs_create_file("script", 0600, vsim_control_dir, NULL, &vsim_script_fops);
	vsim_state_init(vsim_control_dir);
	debugfs_create_file("violations", 0600, vsim_control_dir, NULL, &vsim_violations_fops);
	config = debugfs_create_dir("config", vsim_control_dir);
	debugfs_create_x64("features", 0600, config, &vsim_next.features);
	debugfs_create_x64("capsets", 0600, config, &vsim_next.capsets);
	debugfs_create_u64("window_size", 0600, config, &vsim_next.window_size);
	debugfs_create_u32("num_capsets", 0600, config, &vsim_next.num_capsets);
	debugfs_create_u32("num_scanouts", 0600, config, &vsim_next.num_scanouts);
	debugfs_create_u32("blob_alignment", 0600, config, &vsim_next.blob_alignment);
	debugfs_create_u32("queue_size", 0600, config, &vsim_next.queue_size);
	debugfs_create_u32("cursor_size", 0600, config, &vsim_next.cursor_size);
	debugfs_create_u32("map_info", 0600, config, &vsim_next.map_info);
	debugfs_create_x64("dma_offset", 0600, config, &vsim_next.dma_offset);
	debugfs_create_u32("latency_us", 0600, config, &vsim_next.latency_us);
	debugfs_create_u64("host_memory", 0600, config, &vsim_next.host_memory);
	debugfs_create_x32("quirks", 0600, config, &vsim_next.quirks);
	debugfs_create_u32("width", 0600, config, &vsim_next.width);
	debugfs_create_u32("height", 0600, config, &vsim_next.height);
	debugfs_create_u32("no_queues", 0600, config, &vsim_next.no_queues);
	debugfs_create_u32("no_features_ok", 0600, config, &vsim_next.no_features_ok);
	debugfs_create_u32("reset_ms", 0600, config, &vsim_next.reset_ms);
	debugfs_create_u32("reset_writes", 0600, config, &vsim_next.reset_writes);
	debugfs_create_u32("adopt", 0600, config, &vsim_next.adopt);
	vsim_share_init(vsim_control_dir);
}

/* vsim_control_fini - remove them */
void vsim_control_fini(void)
{
	debugfs_remove(vsim_control_dir);
}
