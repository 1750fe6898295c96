/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which host does the device stand for?
 */
#ifndef VSIM_PROFILE_H
#define VSIM_PROFILE_H

#include "vsim.h"
#include "vsim_quirks.h"

int vsim_profile_take(const char *name);
bool vsim_profile_kills(const struct vsim *sim, u32 type);

/* vsim_is - is the device one of a host that is like that? */
static inline bool vsim_is(const struct vsim *sim, enum vsim_quirk quirk)
{
	return sim->config.quirks & quirk;
}

#endif
