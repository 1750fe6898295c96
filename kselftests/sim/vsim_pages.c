// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the guest keep the pages that it gave to the device?
 *
 * The device takes a reference of each folio behind a resource, so that a page
 * which the guest frees too early is neither used for anything else nor written to
 * by the device to somebody's harm. Where no other reference is left, or where the
 * file that the page belonged to has lost it, the guest has freed it.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "vsim_fault.h"

/* struct vsim_folio - what the device has of one of the guest's folios */
struct vsim_folio {
	u64 refs;
	bool file;	/* it belonged to one when it was given */
};

typedef void (*vsim_pages_call)(struct vsim *sim, struct folio *folio, unsigned int *count);

/* The folio at an address, if it is of a kind that is counted. */
static struct folio *vsim_pages_folio(u64 addr)
{
	struct folio *folio;

	if (!pfn_valid(PHYS_PFN(addr)) || PageReserved(pfn_to_page(PHYS_PFN(addr))))
		return NULL;
	folio = page_folio(pfn_to_page(PHYS_PFN(addr)));
	return folio_test_slab(folio) || !folio_ref_count(folio) ? NULL : folio;
}

/* Once for each folio of each entry. */
static unsigned int vsim_pages_each(struct vsim *sim, const struct vsim_resource *res,
				    vsim_pages_call call)
{
	unsigned int count = 0;

	for (u32 i = 0; i < res->num_backing; i++) {
		u64 at = PAGE_ALIGN_DOWN(res->backing[i].addr);
		u64 end = res->backing[i].addr + res->backing[i].length;

		while (at < end) {
			struct folio *folio = vsim_pages_folio(at);

			if (!folio) {
				at += PAGE_SIZE;
				continue;
			}
			at = PFN_PHYS(folio_pfn(folio) + folio_nr_pages(folio));
			call(sim, folio, &count);
		}
	}
	return count;
}

static void vsim_pages_take_one(struct vsim *sim, struct folio *folio, unsigned int *count)
{
	struct vsim_folio *held = xa_load(&sim->folios, folio_pfn(folio));

	if (!held) {
		held = kzalloc(sizeof(*held), GFP_KERNEL | __GFP_NOFAIL);
		held->file = READ_ONCE(folio->mapping);
		xa_store(&sim->folios, folio_pfn(folio), held, GFP_KERNEL | __GFP_NOFAIL);
	}
	held->refs++;
	folio_get(folio);
}

/* vsim_pages_take - the device may use the memory of the resource from now on */
void vsim_pages_take(struct vsim *sim, const struct vsim_resource *res)
{
	vsim_pages_each(sim, res, vsim_pages_take_one);
}

static void vsim_pages_give_back_one(struct vsim *sim, struct folio *folio, unsigned int *count)
{
	struct vsim_folio *held = xa_load(&sim->folios, folio_pfn(folio));

	if (!held)
		return;
	if (!--held->refs) {
		xa_erase(&sim->folios, folio_pfn(folio));
		kfree(held);
	}
	folio_put(folio);
}

/* vsim_pages_give_back - the device will not touch it any more */
void vsim_pages_give_back(struct vsim *sim, const struct vsim_resource *res)
{
	vsim_pages_each(sim, res, vsim_pages_give_back_one);
}

static void vsim_pages_check_one(struct vsim *sim, struct folio *folio, unsigned int *count)
{
	struct vsim_folio *held = xa_load(&sim->folios, folio_pfn(folio));

	if (held && (folio_ref_count(folio) <= held->refs ||
		     (held->file && !READ_ONCE(folio->mapping))))
		++*count;
}

/* vsim_pages_check - a violation if the guest has freed any of it; @when: what happens now */
void vsim_pages_check(struct vsim *sim, const struct vsim_resource *res, const char *when)
{
	unsigned int freed;

	if (res->excused & VSIM_EXCUSE_PAGES)
		return;
	freed = vsim_pages_each(sim, res, vsim_pages_check_one);
	if (freed)
		vsim_violation("resource %u: %u folios of its memory were freed before %s",
			       res->id, freed, when);
}
