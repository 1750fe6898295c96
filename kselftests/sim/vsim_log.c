// SPDX-License-Identifier: GPL-2.0-only
/*
 * What did the driver do wrong, and how often did it do what?
 *
 * Violations are sentences. They outlive the device, so that what a driver does
 * wrong while it goes is seen too.
 */
#include "vsim_api.h"

#define VSIM_LOG_LINES	64
#define VSIM_LOG_TYPES	0x400

/* Guards what follows. */
static DEFINE_SPINLOCK(vsim_log_lock);
static char *vsim_log_lines[VSIM_LOG_LINES];
static unsigned int vsim_log_total;
static u32 vsim_log_counts[VSIM_LOG_TYPES];

/* vsim_violation - the driver broke a rule; any context */
void vsim_violation(const char *fmt, ...)
{
	unsigned long flags;
	char *line;
	va_list args;

	va_start(args, fmt);
	line = kvasprintf(GFP_ATOMIC, fmt, args);
	va_end(args);
	pr_info_ratelimited("virtgpu_sim: violation: %s\n", line ?: "(no memory)");
	spin_lock_irqsave(&vsim_log_lock, flags);
	if (vsim_log_total < VSIM_LOG_LINES)
		swap(vsim_log_lines[vsim_log_total], line);
	vsim_log_total++;
	spin_unlock_irqrestore(&vsim_log_lock, flags);
	kfree(line);
}

/* vsim_log_count - a command was seen */
void vsim_log_count(u32 type)
{
	unsigned long flags;

	spin_lock_irqsave(&vsim_log_lock, flags);
	if (type < VSIM_LOG_TYPES)
		vsim_log_counts[type]++;
	spin_unlock_irqrestore(&vsim_log_lock, flags);
}

/* vsim_log_counted - how often a command was seen since vsim_log_clear() */
u32 vsim_log_counted(u32 type)
{
	return type < VSIM_LOG_TYPES ? READ_ONCE(vsim_log_counts[type]) : 0;
}

/* vsim_log_clear - forget it all */
void vsim_log_clear(void)
{
	unsigned long flags;

	spin_lock_irqsave(&vsim_log_lock, flags);
	for (unsigned int i = 0; i < VSIM_LOG_LINES; i++) {
		kfree(vsim_log_lines[i]);
		vsim_log_lines[i] = NULL;
	}
	vsim_log_total = 0;
	memset(vsim_log_counts, 0, sizeof(vsim_log_counts));
	spin_unlock_irqrestore(&vsim_log_lock, flags);
}

/* vsim_log_show - how many violations there were, and the first of them */
void vsim_log_show(struct seq_file *m)
{
	unsigned long flags;

	spin_lock_irqsave(&vsim_log_lock, flags);
	seq_printf(m, "%u\n", vsim_log_total);
	for (unsigned int i = 0; i < min_t(unsigned int, vsim_log_total, VSIM_LOG_LINES); i++)
		seq_printf(m, "%s\n", vsim_log_lines[i] ?: "(no memory)");
	spin_unlock_irqrestore(&vsim_log_lock, flags);
}
