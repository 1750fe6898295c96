/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What do those files of the software device offer each other that are in the module only?
 */
#ifndef VSIM_MODULE_H
#define VSIM_MODULE_H

#include "vsim_api.h"

struct dentry;

/* vsim_window */
int vsim_window_init(void);
u64 vsim_window_base(void);

/* vsim_thread */
void vsim_thread_init(struct vsim *sim);
int vsim_thread_start(struct vsim *sim);
void vsim_thread_stop(struct vsim *sim);

/* vsim_transport */
extern const struct virtio_config_ops vsim_transport_ops;
void vsim_transport_init(struct vsim *sim);

/* vsim_share, vsim_files */
void vsim_share_init(struct dentry *dir);
void vsim_files_init(void);
void vsim_files_fini(void);

#endif
