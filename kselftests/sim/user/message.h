/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does a front-end of vhost-user say, and how does one read and answer it?
 * The numbers are those of QEMU's docs/interop/vhost-user.rst.
 */
#ifndef VSIM_USER_MESSAGE_H
#define VSIM_USER_MESSAGE_H

#include "guest.h"

enum vsim_request_of_frontend {
	VSIM_GET_FEATURES = 1,
	VSIM_SET_FEATURES = 2,
	VSIM_SET_OWNER = 3,
	VSIM_SET_MEM_TABLE = 5,
	VSIM_SET_VRING_NUM = 8,
	VSIM_SET_VRING_ADDR = 9,
	VSIM_SET_VRING_BASE = 10,
	VSIM_GET_VRING_BASE = 11,
	VSIM_SET_VRING_KICK = 12,
	VSIM_SET_VRING_CALL = 13,
	VSIM_SET_VRING_ERR = 14,
	VSIM_GET_PROTOCOL_FEATURES = 15,
	VSIM_SET_PROTOCOL_FEATURES = 16,
	VSIM_GET_QUEUE_NUM = 17,
	VSIM_SET_VRING_ENABLE = 18,
	VSIM_SET_BACKEND_REQ_FD = 21,
	VSIM_GET_CONFIG = 24,
	VSIM_SET_CONFIG = 25,
	VSIM_GPU_SET_SOCKET = 33,
};

/* The other way, on a socket of its own */
#define VSIM_CONFIG_CHANGED	2

/* Of the features that are offered: there are more, of the protocol */
#define VSIM_F_PROTOCOL		30

/* Those: several queues, answers on demand, requests of the back-end, a configuration */
#define VSIM_PROTOCOL		(BIT(0) | BIT(3) | BIT(5) | BIT(9))

#define VSIM_MESSAGE_VERSION	1u
#define VSIM_MESSAGE_REPLY	BIT(2)
#define VSIM_MESSAGE_NEED_REPLY	BIT(3)

/* With the index of a ring there may come no event */
#define VSIM_NO_EVENT		BIT(8)

/* struct vsim_message - one of them; what follows @size is @size bytes long */
struct vsim_message {
	u32 request;
	u32 flags;
	u32 size;
	union {
		u64 number;
		struct {
			u32 index;
			u32 value;
		} vring;
		struct {
			u32 index;
			u32 flags;
			u64 desc, used, avail, log;
		} place;
		struct {
			u32 count;
			u32 unused;
			struct vsim_region regions[VSIM_REGIONS];
		} memory;
		struct {
			u32 offset;
			u32 size;
			u32 flags;
			u8 bytes[256];
		} config;
	};
} __packed;

#define VSIM_MESSAGE_HEAD	offsetof(struct vsim_message, number)

/* One message, and the files that came with it, -1 where none did; 0 or -EPIPE */
int vsim_message_read(int connection, struct vsim_message *message, int *files);

/* An answer: what is in @message, of @size bytes; 0 or -EPIPE */
int vsim_message_answer(int connection, struct vsim_message *message, u32 size);

#endif
