// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the debug kernel notice? This module does wrong in each way that a
 * detector of that kernel looks for. It takes the place of the driver in a lab
 * of its own: see scripts/check/detectors.
 */
#include <linux/dma-mapping.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

static char *mode = "";
module_param(mode, charp, 0444);

static DEFINE_SPINLOCK(misdeeds_lock);
static DEFINE_MUTEX(misdeeds_one);
static DEFINE_MUTEX(misdeeds_two);
static unsigned int misdeeds_shift = 40;

static void misdeeds_use_after_free(void)
{
	char *mem = kmalloc(64, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(mem);
	kfree(mem);
	WRITE_ONCE(mem[3], 1);
}

static void misdeeds_undefined(void)
{
	u32 one = 1;

	OPTIMIZER_HIDE_VAR(one);
	WRITE_ONCE(misdeeds_shift, one << misdeeds_shift);
}

static void misdeeds_sleep_in_atomic(void)
{
	spin_lock(&misdeeds_lock);
	mutex_lock(&misdeeds_one);
	mutex_unlock(&misdeeds_one);
	spin_unlock(&misdeeds_lock);
}

static void misdeeds_lock_order(void)
{
	mutex_lock(&misdeeds_one);
	mutex_lock(&misdeeds_two);
	mutex_unlock(&misdeeds_two);
	mutex_unlock(&misdeeds_one);
	mutex_lock(&misdeeds_two);
	mutex_lock(&misdeeds_one);
	mutex_unlock(&misdeeds_one);
	mutex_unlock(&misdeeds_two);
}

/* Many: the allocator's own lists keep the addresses of the last ones for a while. */
static void misdeeds_leak(void)
{
	for (unsigned int i = 0; i < 1024; i++)
		OPTIMIZER_HIDE_VAR(*(void **)kmalloc(200, GFP_KERNEL));
}

static void misdeeds_timer(struct timer_list *timer)
{
}

static void misdeeds_free_live_object(void)
{
	struct timer_list *timer = kzalloc(sizeof(*timer), GFP_KERNEL);

	timer_setup(timer, misdeeds_timer, 0);
	mod_timer(timer, jiffies + 1000 * HZ);
	kfree(timer);
}

static void misdeeds_list(void)
{
	LIST_HEAD(list);
	struct list_head entry;

	list_add(&entry, &list);
	entry.next = &entry;
	list_del(&entry);
}

static void misdeeds_dma(void)
{
	struct pci_dev *pdev = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, NULL);

	dma_unmap_single(&pdev->dev, 0x1000, 64, DMA_TO_DEVICE);
	pci_dev_put(pdev);
}

static const struct {
	const char *name;
	void (*act)(void);
} misdeeds[] = {
	{ "undefined", misdeeds_undefined },
	{ "use_after_free", misdeeds_use_after_free },
	{ "free_live_object", misdeeds_free_live_object },
	{ "list", misdeeds_list },
	{ "dma", misdeeds_dma },
	{ "sleep_in_atomic", misdeeds_sleep_in_atomic },
	{ "leak", misdeeds_leak },
	{ "lock_order", misdeeds_lock_order },
};

static int __init misdeeds_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(misdeeds); i++) {
		if (!strcmp(mode, misdeeds[i].name))
			misdeeds[i].act();
	}
	return 0;
}
module_init(misdeeds_init);

static void __exit misdeeds_exit(void)
{
}
module_exit(misdeeds_exit);

MODULE_DESCRIPTION("What goes wrong on demand");
MODULE_LICENSE("GPL");
