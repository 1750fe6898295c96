// SPDX-License-Identifier: GPL-2.0-only
/*
 * What did the test write into the script?
 *
 * A rule is a line:
 *
 *	COMMAND SKIP ACTION [VALUE [VALUE]] [times N] [context ID] [resource ID] [ring N]
 *
 * COMMAND is a name, or * for each. The first SKIP commands that the rule is for
 * are served well; then it acts, on the next N, or on all. Rules for one command
 * act together. A rule that could do nothing is refused.
 */
#include "vsim_fault.h"

#define VSIM_SCRIPT_WORDS	13

static const struct {
	const char *name;
	unsigned int values;
	enum vsim_ability needs;
} vsim_script_actions[] = {
	[VSIM_REFUSE] = { "refuse", 1 },
	[VSIM_NEVER] = { "never", 0 },
	[VSIM_MUTE] = { "mute", 0 },
	[VSIM_RESET] = { "reset", 0, VSIM_CAN_FAIL },
	[VSIM_UNPLUG_BEFORE] = { "unplug_before", 0, VSIM_CAN_LEAVE },
	[VSIM_LOSE] = { "lose", 0 },
	[VSIM_TYPE] = { "type", 1 },
	[VSIM_SHORT] = { "short", 1 },
	[VSIM_LONG] = { "long", 1 },
	[VSIM_FILL] = { "fill", 1 },
	[VSIM_SET] = { "set", 2 },
	[VSIM_GARBAGE] = { "garbage", 1 },
	[VSIM_TWICE] = { "twice", 0 },
	[VSIM_ID] = { "id", 1 },
	[VSIM_DELAY] = { "delay", 1 },
	[VSIM_HOLD] = { "hold", 0 },
	[VSIM_RESET_AFTER] = { "reset_after", 0, VSIM_CAN_FAIL },
	[VSIM_UNPLUG] = { "unplug", 0, VSIM_CAN_LEAVE },
	[VSIM_STORM] = { "storm", 1, VSIM_CAN_NOTIFY },
};

/* Guards the list and its rules. */
static DEFINE_MUTEX(vsim_script_lock);
static LIST_HEAD(vsim_rules);

/* Would the rule change nothing, as the answer has no such place? */
static bool vsim_script_is_void(const struct vsim_rule *rule)
{
	const struct vsim_command *command = vsim_exec_find(rule->type);
	u32 room = command && !command->cursor ? command->resp_size : 0;

	if (!command)
		return false;
	switch (rule->kind) {
	case VSIM_TYPE:
	case VSIM_GARBAGE:
		return !room;
	case VSIM_SHORT:
		return rule->values[0] >= room;
	case VSIM_FILL:
		return room <= VSIM_HDR;
	case VSIM_SET:
		return room < sizeof(u32) || rule->values[0] > room - sizeof(u32);
	default:
		return false;
	}
}

/* What stands behind the action, in any order. */
static int vsim_script_options(struct vsim_rule *rule, char **words, unsigned int count)
{
	const struct {
		const char *name;
		u32 *value;
	} options[] = {
		{ "times", &rule->times },
		{ "context", &rule->context },
		{ "resource", &rule->resource },
		{ "ring", &rule->ring },
	};

	for (unsigned int at = 0; at < count; at += 2) {
		unsigned int i;

		for (i = 0; i < ARRAY_SIZE(options); i++) {
			if (!strcmp(words[at], options[i].name))
				break;
		}
		if (i == ARRAY_SIZE(options) || at + 1 == count ||
		    kstrtou32(words[at + 1], 0, options[i].value))
			return -EINVAL;
	}
	return 0;
}

static int vsim_script_parse(struct vsim_rule *rule, char **words, unsigned int count)
{
	unsigned int kind, at = 3;
	int ret;

	if (count < 3 || kstrtou32(words[1], 0, &rule->skip))
		return -EINVAL;
	if (!strcmp(words[0], "*"))
		rule->type = VSIM_ANY;
	else if (vsim_name_find(words[0], &rule->type) || !vsim_exec_find(rule->type))
		return -EINVAL;
	for (kind = 0; kind < ARRAY_SIZE(vsim_script_actions); kind++) {
		if (!strcmp(words[2], vsim_script_actions[kind].name))
			break;
	}
	if (kind == ARRAY_SIZE(vsim_script_actions) ||
	    count < at + vsim_script_actions[kind].values)
		return -EINVAL;
	if (!vsim_can(vsim_script_actions[kind].needs))
		return -EOPNOTSUPP;
	rule->kind = kind;
	for (unsigned int i = 0; i < vsim_script_actions[kind].values; i++) {
		if (vsim_name_find(words[at++], &rule->values[i]))
			return -EINVAL;
	}
	ret = vsim_script_options(rule, words + at, count - at);
	if (ret)
		return ret;
	return vsim_script_is_void(rule) ? -ERANGE : 0;
}

static void vsim_script_free(struct vsim_rule *rule)
{
	kfree(rule->text);
	kfree(rule);
}

/*
 * vsim_script_add - take a rule; 0, -EINVAL, -ENOMEM, -ERANGE if it could do nothing, or
 * -EOPNOTSUPP if this device cannot do that
 */
int vsim_script_add(char *line)
{
	char *words[VSIM_SCRIPT_WORDS], *word;
	struct vsim_rule *rule;
	unsigned int count = 0;
	int ret = -EINVAL;

	rule = kzalloc(sizeof(*rule), GFP_KERNEL);
	if (!rule)
		return -ENOMEM;
	rule->times = U32_MAX;
	rule->context = VSIM_ANY;
	rule->resource = VSIM_ANY;
	rule->ring = VSIM_ANY;
	rule->text = kstrdup(line, GFP_KERNEL);
	while ((word = strsep(&line, " \t"))) {
		if (!*word)
			continue;
		if (count == ARRAY_SIZE(words))
			goto refuse;
		words[count++] = word;
	}
	ret = rule->text ? vsim_script_parse(rule, words, count) : -ENOMEM;
	if (ret)
		goto refuse;
	mutex_lock(&vsim_script_lock);
	list_add_tail(&rule->node, &vsim_rules);
	mutex_unlock(&vsim_script_lock);
	return 0;

refuse:
	vsim_script_free(rule);
	return ret;
}

/* vsim_script_clear - the host behaves again */
void vsim_script_clear(void)
{
	struct vsim_rule *rule, *next;

	mutex_lock(&vsim_script_lock);
	list_for_each_entry_safe(rule, next, &vsim_rules, node) {
		list_del(&rule->node);
		vsim_script_free(rule);
	}
	mutex_unlock(&vsim_script_lock);
}

/* vsim_script_show - how often did each line act? */
void vsim_script_show(struct seq_file *m)
{
	struct vsim_rule *rule;

	mutex_lock(&vsim_script_lock);
	list_for_each_entry(rule, &vsim_rules, node)
		seq_printf(m, "%u %s\n", rule->fired, rule->text);
	mutex_unlock(&vsim_script_lock);
}

/* vsim_script_each - call something with each rule */
void vsim_script_each(void (*act)(struct vsim_rule *rule, void *data), void *data)
{
	struct vsim_rule *rule;

	mutex_lock(&vsim_script_lock);
	list_for_each_entry(rule, &vsim_rules, node)
		act(rule, data);
	mutex_unlock(&vsim_script_lock);
}
