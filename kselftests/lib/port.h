/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does one speak to a software device that is a process of the host? As with the files
 * of the module, by name; sim.c only.
 */
#ifndef LIB_PORT_H
#define LIB_PORT_H

#include <stdbool.h>
#include <stddef.h>

/* Is there such a device? */
bool port_is_there(void);

/* 0 or -errno */
int port_write(const char *name, const char *text);

/* The size of what was read into @text, or -errno */
int port_read(const char *name, char *text, size_t size);

/* The guest finds the device, or takes it away; 0 or -errno */
int port_find_device(void);
int port_remove_device(void);

#endif
