/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists that are linked in both directions, as the kernel calls them.
 */
#ifndef VSIM_USER_LIST_H
#define VSIM_USER_LIST_H

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD(name)	struct list_head name = { &(name), &(name) }

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline void list_add_tail(struct list_head *entry, struct list_head *list)
{
	entry->prev = list->prev;
	entry->next = list;
	list->prev->next = entry;
	list->prev = entry;
}

static inline void list_del(struct list_head *entry)
{
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
}

static inline void list_move_tail(struct list_head *entry, struct list_head *list)
{
	list_del(entry);
	list_add_tail(entry, list);
}

/* All of @from stands before what is in @to; @from is empty. */
static inline void list_splice_init(struct list_head *from, struct list_head *to)
{
	if (from->next == from)
		return;
	from->prev->next = to->next;
	to->next->prev = from->prev;
	to->next = from->next;
	from->next->prev = to;
	INIT_LIST_HEAD(from);
}

#define list_for_each(at, list) \
	for ((at) = (list)->next; (at) != (list); (at) = (at)->next)

#define list_entry_of(at, entry, member) \
	container_of(at, __typeof__(*(entry)), member)

#define list_for_each_entry(entry, list, member)				\
	for ((entry) = list_entry_of((list)->next, entry, member);		\
	     &(entry)->member != (list);					\
	     (entry) = list_entry_of((entry)->member.next, entry, member))

#define list_for_each_entry_safe(entry, after, list, member)			\
	for ((entry) = list_entry_of((list)->next, entry, member),		\
	     (after) = list_entry_of((entry)->member.next, entry, member);	\
	     &(entry)->member != (list);					\
	     (entry) = (after),							\
	     (after) = list_entry_of((entry)->member.next, entry, member))

#endif
