/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What do those files offer each other that are in the process only?
 */
#ifndef VSIM_USER_PROCESS_H
#define VSIM_USER_PROCESS_H

#include "../vsim_api.h"

/* main: may that field of the configuration be other than 0? */
bool vsim_process_can_be(const char *field);

/* thread */
int vsim_thread_start(struct vsim *sim);
void vsim_thread_lock_all(struct vsim *sim);
void vsim_thread_unlock_all(struct vsim *sim);

/* frontend: serves one that has connected, until it goes */
void vsim_frontend_serve(struct vsim *sim, int connection);

void vsim_frontend_config_changed(void);

/* talk: answers tests, for ever */
int vsim_talk_start(const char *path);

/* socket */
int vsim_socket_listen(const char *path);
int vsim_socket_read(int connection, void *data, size_t size);
int vsim_socket_write(int connection, const void *data, size_t size);

#endif
