// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test say what the device is and does, and learn what the driver did?
 *
 * Files in debugfs: config/ (of the next device), control, script, state and
 * violations.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "vsim_fault.h"
#include "vsim_module.h"

static struct dentry *vsim_files_dir;

/* Each line that is written, without its end. */
static ssize_t vsim_files_lines(const char __user *user, size_t size,
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

static ssize_t vsim_files_control_write(struct file *file, const char __user *user,
					size_t size, loff_t *pos)
{
	return vsim_files_lines(user, size, vsim_control_run);
}

static const struct file_operations vsim_files_control_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = vsim_files_control_write,
};

static ssize_t vsim_files_script_write(struct file *file, const char __user *user,
				       size_t size, loff_t *pos)
{
	return vsim_files_lines(user, size, vsim_script_add);
}

static int vsim_files_script_read(struct seq_file *m, void *data)
{
	vsim_script_show(m);
	return 0;
}

static int vsim_files_script_open(struct inode *inode, struct file *file)
{
	return single_open(file, vsim_files_script_read, NULL);
}

static const struct file_operations vsim_files_script_fops = {
	.owner = THIS_MODULE,
	.open = vsim_files_script_open,
	.read = seq_read,
	.write = vsim_files_script_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int vsim_files_log_show(struct seq_file *m, void *data)
{
	vsim_log_show(m);
	return 0;
}

static int vsim_files_log_open(struct inode *inode, struct file *file)
{
	return single_open(file, vsim_files_log_show, NULL);
}

/* Writing anything forgets them, and the counts in state. */
static ssize_t vsim_files_log_write(struct file *file, const char __user *user, size_t size,
				    loff_t *pos)
{
	vsim_log_clear();
	return size;
}

static const struct file_operations vsim_files_log_fops = {
	.owner = THIS_MODULE,
	.open = vsim_files_log_open,
	.read = seq_read,
	.write = vsim_files_log_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int vsim_files_state_show(struct seq_file *m, void *data)
{
	vsim_state_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vsim_files_state);

static void vsim_files_config(struct dentry *dir)
{
	const struct vsim_config_field *field;

	for (field = vsim_config_fields; field->name; field++) {
		if (field->size == sizeof(u64) && field->is_bits)
			debugfs_create_x64(field->name, 0600, dir, field->value);
		else if (field->size == sizeof(u64))
			debugfs_create_u64(field->name, 0600, dir, field->value);
		else if (field->is_bits)
			debugfs_create_x32(field->name, 0600, dir, field->value);
		else
			debugfs_create_u32(field->name, 0600, dir, field->value);
	}
}

/* vsim_files_init - make them */
void vsim_files_init(void)
{
	vsim_files_dir = debugfs_create_dir("virtgpu_sim", NULL);
	debugfs_create_file("control", 0200, vsim_files_dir, NULL, &vsim_files_control_fops);
	debugfs_create_file("script", 0600, vsim_files_dir, NULL, &vsim_files_script_fops);
	debugfs_create_file("state", 0400, vsim_files_dir, NULL, &vsim_files_state_fops);
	debugfs_create_file("violations", 0600, vsim_files_dir, NULL, &vsim_files_log_fops);
	vsim_files_config(debugfs_create_dir("config", vsim_files_dir));
	vsim_share_init(vsim_files_dir);
}

/* vsim_files_fini - remove them */
void vsim_files_fini(void)
{
	debugfs_remove(vsim_files_dir);
}
