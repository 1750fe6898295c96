// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are messages of vhost-user read and answered?
 */
#include <sys/socket.h>

#include "message.h"
#include "process.h"

static void vsim_message_files(struct msghdr *header, int *files)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(header);

	for (unsigned int i = 0; i < VSIM_REGIONS; i++)
		files[i] = -1;
	if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS)
		memcpy(files, CMSG_DATA(control), control->cmsg_len - CMSG_LEN(0));
}

int vsim_message_read(int connection, struct vsim_message *message, int *files)
{
	char control[CMSG_SPACE(VSIM_REGIONS * sizeof(int))];
	struct iovec head = { .iov_base = message, .iov_len = VSIM_MESSAGE_HEAD };
	struct msghdr header = {
		.msg_iov = &head,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};

	memset(message, 0, sizeof(*message));
	if (recvmsg(connection, &header, MSG_CMSG_CLOEXEC | MSG_WAITALL) != VSIM_MESSAGE_HEAD)
		return -EPIPE;
	vsim_message_files(&header, files);
	if (message->size > sizeof(*message) - VSIM_MESSAGE_HEAD)
		return -EPIPE;
	return vsim_socket_read(connection, &message->number, message->size);
}

int vsim_message_answer(int connection, struct vsim_message *message, u32 size)
{
	message->flags = VSIM_MESSAGE_VERSION | VSIM_MESSAGE_REPLY;
	message->size = size;
	return vsim_socket_write(connection, message, VSIM_MESSAGE_HEAD + size);
}
