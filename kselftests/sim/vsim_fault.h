/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the script make go wrong, and what does that excuse?
 */
#ifndef VSIM_FAULT_H
#define VSIM_FAULT_H

#include "vsim_api.h"

/* struct vsim_verdict - what the script has decided for one command */
struct vsim_verdict {
	u32 refusal;	/* the answer instead of doing it, 0: none */
	bool ignore;	/* not done, and not answered */
	bool misled;	/* answered, and the answer is not the truth */
};

/* vsim_fault */
void vsim_fault_apply_before(struct vsim_call *call, const struct vsim_command *command,
			     struct vsim_verdict *verdict);
void vsim_fault_apply_after(struct vsim_call *call, const struct vsim_command *command,
			    struct vsim_verdict *verdict);

/* vsim_script */
int vsim_script_add(char *line);
void vsim_script_clear(void);
void vsim_script_show(struct seq_file *m);

enum vsim_fault_kind {
	VSIM_REFUSE,
	VSIM_NEVER,
	VSIM_MUTE,
	VSIM_RESET,
	VSIM_UNPLUG_BEFORE,
	/* From here on the command is done. */
	VSIM_LOSE,
	VSIM_TYPE,
	VSIM_SHORT,
	VSIM_LONG,
	VSIM_FILL,
	VSIM_SET,
	VSIM_GARBAGE,
	VSIM_TWICE,
	VSIM_ID,
	VSIM_DELAY,
	VSIM_HOLD,
	VSIM_RESET_AFTER,
	VSIM_UNPLUG,
	VSIM_STORM,
};

#define VSIM_ANY	U32_MAX

/* struct vsim_rule - a line of the script */
struct vsim_rule {
	struct list_head node;
	char *text;		/* as it was written */
	u32 type;		/* of command; VSIM_ANY: each */
	u32 skip;
	u32 times;
	u32 fired;		/* how often it acted */
	enum vsim_fault_kind kind;
	u32 values[2];
	u32 context;		/* those that it is for; VSIM_ANY: all */
	u32 resource;
	u32 ring;
};

/* Calls @act with each rule, one at a time, in the order of the script. */
void vsim_script_each(void (*act)(struct vsim_rule *rule, void *data), void *data);

/* vsim_excuse: what a resource is excused of, because a fault left the driver in the dark */
#define VSIM_EXCUSE_LIFE	BIT(0)	/* whether it is there; all else, too */
#define VSIM_EXCUSE_MEMORY	BIT(1)	/* whether it has guest memory */
#define VSIM_EXCUSE_MAP		BIT(2)	/* whether it is in the window */
#define VSIM_EXCUSE_SHOWN	BIT(3)	/* whether and how it is on a screen */
#define VSIM_EXCUSE_PAGES	BIT(4)	/* the driver was told that it has them back */

bool vsim_excused(const struct vsim_resource *res, u32 of);
bool vsim_excused_pair(const struct vsim_context *ctx, const struct vsim_resource *res);
bool vsim_excused_owners(struct vsim *sim, const struct vsim_resource *res);
void vsim_excuse(struct vsim_call *call, const struct vsim_command *command, bool answered);

/* vsim_pages: which pages of the guest the device may use */
void vsim_pages_take(struct vsim *sim, const struct vsim_resource *res);
void vsim_pages_give_back(struct vsim *sim, const struct vsim_resource *res);
void vsim_pages_check(struct vsim *sim, const struct vsim_resource *res, const char *when);

/* vsim_leak */
void vsim_leak_report(struct vsim *sim, const u32 *args);
bool vsim_leak_none(struct vsim *sim);

#endif
