// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which answers are false, late or missing?
 *
 * A rule is a line: COMMAND SKIP ACTION [VALUE [VALUE]] [times N]. The first SKIP
 * commands of that name are served well; then the rule acts, on the next N, or
 * on all. Rules of one command act together.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vsim_api.h"

#define VSIM_FAULT_WORDS	8

enum vsim_fault_kind {
	VSIM_REFUSE,
	VSIM_NEVER,
	VSIM_LOSE,
	VSIM_TYPE,
	VSIM_SHORT,
	VSIM_LONG,
	VSIM_FILL,
	VSIM_SET,
	VSIM_TWICE,
	VSIM_ID,
	VSIM_DELAY,
	VSIM_HOLD,
	VSIM_RESET,
	VSIM_UNPLUG,
	VSIM_STORM,
};

static const struct {
	const char *name;
	unsigned int values;
} vsim_fault_kinds[] = {
	[VSIM_REFUSE] = { "refuse", 1 },	/* not done; answered with type VALUE */
	[VSIM_NEVER] = { "never", 0 },		/* not done, never answered */
	[VSIM_LOSE] = { "lose", 0 },		/* done, never answered */
	[VSIM_TYPE] = { "type", 1 },		/* done; answered with type VALUE */
	[VSIM_SHORT] = { "short", 1 },		/* done; VALUE bytes of the answer are written */
	[VSIM_LONG] = { "long", 1 },		/* done; VALUE bytes are said to be written */
	[VSIM_FILL] = { "fill", 1 },		/* done; behind its header the answer is VALUE */
	[VSIM_SET] = { "set", 2 },		/* done; at byte VALUE the answer has word VALUE */
	[VSIM_TWICE] = { "twice", 0 },		/* done; answered two times */
	[VSIM_ID] = { "id", 1 },		/* done; the answer names descriptor VALUE */
	[VSIM_DELAY] = { "delay", 1 },		/* done; answered VALUE ms later */
	[VSIM_HOLD] = { "hold", 0 },		/* done; answered when released */
	[VSIM_RESET] = { "reset", 0 },		/* the device fails at this command */
	[VSIM_UNPLUG] = { "unplug", 0 },	/* the device goes at this command */
	[VSIM_STORM] = { "storm", 1 },		/* done, with VALUE config interrupts */
};

struct vsim_rule {
	struct list_head node;
	u32 type;
	u32 skip;
	u32 times;
	enum vsim_fault_kind kind;
	u32 values[2];
};

/* Guards the list and its rules. */
static DEFINE_MUTEX(vsim_fault_lock);
static LIST_HEAD(vsim_rules);

/* Kinds that keep the command from being done. */
static bool vsim_fault_is_before(const struct vsim_rule *rule)
{
	return rule->kind == VSIM_REFUSE || rule->kind == VSIM_NEVER || rule->kind == VSIM_RESET;
}

static bool vsim_fault_take(struct vsim_rule *rule)
{
	if (rule->skip) {
		rule->skip--;
		return false;
	}
	if (!rule->times)
		return false;
	if (rule->times != U32_MAX)
		rule->times--;
	return true;
}

/* vsim_fault_apply_before - rules that keep a command from being done */
void vsim_fault_apply_before(struct vsim *sim, u32 type, struct vsim_request *req,
			     u32 *refusal, bool *ignore)
{
	struct vsim_rule *rule;

	mutex_lock(&vsim_fault_lock);
	list_for_each_entry(rule, &vsim_rules, node) {
		if (rule->type != type || !vsim_fault_is_before(rule) || !vsim_fault_take(rule))
			continue;
		if (rule->kind == VSIM_REFUSE) {
			*refusal = rule->values[0];
		} else {
			*ignore = true;
			req->lost = true;
		}
		if (rule->kind == VSIM_RESET)
			vsim_transport_needs_reset(sim);
	}
	mutex_unlock(&vsim_fault_lock);
}

static void vsim_fault_answer(struct vsim *sim, const struct vsim_rule *rule,
			      struct vsim_request *req)
{
	const u32 hdr = sizeof(struct virtio_gpu_ctrl_hdr);
	u32 value = rule->values[0];

	switch (rule->kind) {
	case VSIM_LOSE:
		req->lost = true;
		break;
	case VSIM_TYPE:
		((struct virtio_gpu_ctrl_hdr *)req->resp)->type = cpu_to_le32(value);
		break;
	case VSIM_SHORT:
		req->resp_size = min(req->resp_size, value);
		break;
	case VSIM_LONG:
		req->used_len = value;
		break;
	case VSIM_FILL:
		req->resp_size = req->room;
		if (req->room > hdr)
			memset(req->resp + hdr, value, req->room - hdr);
		break;
	case VSIM_SET:
		if (req->room >= sizeof(u32) && value <= req->room - sizeof(u32))
			*(__le32 *)(req->resp + value) = cpu_to_le32(rule->values[1]);
		break;
	case VSIM_TWICE:
		req->twice = true;
		break;
	case VSIM_ID:
		req->used_id = value;
		break;
	case VSIM_DELAY:
		req->due = jiffies + msecs_to_jiffies(value);
		break;
	case VSIM_HOLD:
		req->held = true;
		break;
	case VSIM_UNPLUG:
		vsim_unplug_soon();
		break;
	case VSIM_STORM:
		for (u32 i = 0; i < value; i++)
			vsim_transport_config_changed(sim, VIRTIO_GPU_EVENT_DISPLAY);
		break;
	default:
		break;
	}
}

/* Kinds after which the driver cannot know whether the command was done. */
static bool vsim_fault_misleads(const struct vsim_rule *rule)
{
	return rule->kind == VSIM_LOSE || rule->kind == VSIM_TYPE || rule->kind == VSIM_SHORT ||
	       rule->kind == VSIM_SET || rule->kind == VSIM_FILL;
}

/* vsim_fault_apply_after - rules that change an answer; true if one misleads the driver */
bool vsim_fault_apply_after(struct vsim *sim, u32 type, struct vsim_request *req)
{
	struct vsim_rule *rule;
	bool misled = false;

	mutex_lock(&vsim_fault_lock);
	list_for_each_entry(rule, &vsim_rules, node) {
		if (rule->type != type || vsim_fault_is_before(rule) || !vsim_fault_take(rule))
			continue;
		vsim_fault_answer(sim, rule, req);
		misled |= vsim_fault_misleads(rule);
	}
	mutex_unlock(&vsim_fault_lock);
	return misled;
}

static int vsim_fault_parse(struct vsim_rule *rule, char **words, unsigned int count)
{
	unsigned int kind, at = 3;

	if (count < 3 || vsim_name_find(words[0], &rule->type) ||
	    kstrtou32(words[1], 0, &rule->skip))
		return -EINVAL;
	for (kind = 0; kind < ARRAY_SIZE(vsim_fault_kinds); kind++) {
		if (!strcmp(words[2], vsim_fault_kinds[kind].name))
			break;
	}
	if (kind == ARRAY_SIZE(vsim_fault_kinds) || count < at + vsim_fault_kinds[kind].values)
		return -EINVAL;
	rule->kind = kind;
	for (unsigned int i = 0; i < vsim_fault_kinds[kind].values; i++) {
		if (vsim_name_find(words[at++], &rule->values[i]))
			return -EINVAL;
	}
	rule->times = U32_MAX;
	if (at == count)
		return 0;
	if (count != at + 2 || strcmp(words[at], "times"))
		return -EINVAL;
	return kstrtou32(words[at + 1], 0, &rule->times);
}

/* vsim_fault_add - take a rule; 0, -EINVAL or -ENOMEM */
int vsim_fault_add(char *line)
{
	char *words[VSIM_FAULT_WORDS], *word;
	struct vsim_rule *rule;
	unsigned int count = 0;
	int ret;

	while ((word = strsep(&line, " \t"))) {
		if (!*word)
			continue;
		if (count == ARRAY_SIZE(words))
			return -EINVAL;
		words[count++] = word;
	}
	rule = kzalloc(sizeof(*rule), GFP_KERNEL);
	if (!rule)
		return -ENOMEM;
	ret = vsim_fault_parse(rule, words, count);
	if (ret) {
		kfree(rule);
		return ret;
	}
	mutex_lock(&vsim_fault_lock);
	list_add_tail(&rule->node, &vsim_rules);
	mutex_unlock(&vsim_fault_lock);
	return 0;
}

/* vsim_fault_clear - the host behaves again */
void vsim_fault_clear(void)
{
	struct vsim_rule *rule, *next;

	mutex_lock(&vsim_fault_lock);
	list_for_each_entry_safe(rule, next, &vsim_rules, node) {
		list_del(&rule->node);
		kfree(rule);
	}
	mutex_unlock(&vsim_fault_lock);
}
