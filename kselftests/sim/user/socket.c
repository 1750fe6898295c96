// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does somebody reach this process? Sockets that have a name in a folder.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include "process.h"

/* vsim_socket_listen - a socket there, or a negative errno */
int vsim_socket_listen(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int listener;

	if (strlen(path) >= sizeof(name.sun_path))
		return -ENAMETOOLONG;
	memcpy(name.sun_path, path, strlen(path));
	unlink(path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&name, sizeof(name)) ||
	    listen(listener, 1))
		return -errno;
	return listener;
}

/* All of it, by a call that may move a part; 0, or -EPIPE */
static int vsim_socket_all(ssize_t (*move)(int connection, void *data, size_t size),
			   int connection, void *data, size_t size)
{
	while (size) {
		ssize_t part = move(connection, data, size);

		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0)
			return -EPIPE;
		data += part;
		size -= part;
	}
	return 0;
}

/* vsim_socket_read - all of it; 0, or -EPIPE at the end */
int vsim_socket_read(int connection, void *data, size_t size)
{
	return vsim_socket_all(read, connection, data, size);
}

static ssize_t vsim_socket_send(int connection, void *data, size_t size)
{
	return send(connection, data, size, MSG_NOSIGNAL);
}

/* vsim_socket_write - all of it; 0, or -EPIPE */
int vsim_socket_write(int connection, const void *data, size_t size)
{
	return vsim_socket_all(vsim_socket_send, connection, (void *)data, size);
}
