// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test speak to this process? What are files in debugfs for the module are
 * requests on a socket here, which the machine has as a port.
 *
 * A request is a line, "NUMBER write NAME TEXT" or "NUMBER read NAME". The answer is the
 * same number, an errno or 0, and a size, in a line; then so many bytes.
 */
#include <sys/socket.h>

#include "../vsim_fault.h"
#include "process.h"

#define VSIM_TALK_LINE	512

static int vsim_talk_config_write(const struct vsim_config_field *field, const char *text)
{
	u64 value;

	if (kstrtou64(text, 0, &value))
		return -EINVAL;
	if (value && !vsim_process_can_be(field->name))
		return -EOPNOTSUPP;
	if (field->size == sizeof(u64))
		WRITE_ONCE(*(u64 *)field->value, value);
	else
		WRITE_ONCE(*(u32 *)field->value, (u32)value);
	return 0;
}

static void vsim_talk_config_read(const struct vsim_config_field *field, FILE *text)
{
	u64 value = field->size == sizeof(u64) ? *(u64 *)field->value : *(u32 *)field->value;

	fprintf(text, field->is_bits ? "0x%llx\n" : "%llu\n", value);
}

static const struct vsim_config_field *vsim_talk_field(const char *name)
{
	const struct vsim_config_field *field;

	if (strncmp(name, "config/", 7))
		return NULL;
	for (field = vsim_config_fields; field->name; field++) {
		if (!strcmp(field->name, name + 7))
			return field;
	}
	return NULL;
}

static int vsim_talk_write(const char *name, char *text)
{
	const struct vsim_config_field *field = vsim_talk_field(name);

	if (field)
		return vsim_talk_config_write(field, text);
	if (!strcmp(name, "control"))
		return vsim_control_run(text);
	if (!strcmp(name, "script"))
		return vsim_script_add(text);
	if (!strcmp(name, "violations")) {
		vsim_log_clear();
		return 0;
	}
	return -EOPNOTSUPP;
}

static int vsim_talk_read(const char *name, FILE *text)
{
	const struct vsim_config_field *field = vsim_talk_field(name);
	struct seq_file m = { .text = text };

	if (field)
		vsim_talk_config_read(field, text);
	else if (!strcmp(name, "state"))
		vsim_state_show(&m);
	else if (!strcmp(name, "script"))
		vsim_script_show(&m);
	else if (!strcmp(name, "violations"))
		vsim_log_show(&m);
	else
		return -EOPNOTSUPP;
	return 0;
}

/* 0, or -EPIPE when nobody listens */
static int vsim_talk_answer(int connection, char *line)
{
	char *number = strsep(&line, " "), *verb = strsep(&line, " "), *name = strsep(&line, " ");
	char *text = NULL, head[64], nothing[] = "";
	FILE *answer;
	size_t size;
	int ret;

	answer = open_memstream(&text, &size);
	if (!answer)
		return -ENOMEM;
	if (verb && name && !strcmp(verb, "write"))
		ret = vsim_talk_write(name, line ?: nothing);
	else if (verb && name && !strcmp(verb, "read"))
		ret = vsim_talk_read(name, answer);
	else
		ret = -EINVAL;
	fclose(answer);
	snprintf(head, sizeof(head), "%.20s %d %zu\n", number, -ret, size);
	ret = vsim_socket_write(connection, head, strlen(head)) ?:
	      vsim_socket_write(connection, text, size);
	free(text);
	return ret;
}

/* Until it goes. */
static void *vsim_talk_serve(void *data)
{
	int connection = (int)(long)data;
	char line[VSIM_TALK_LINE];
	size_t size = 0;

	while (!vsim_socket_read(connection, line + size, 1)) {
		if (line[size] != '\n') {
			/* What is too long is no request: its end will not be one either. */
			size = (size + 1) % (sizeof(line) - 1);
			continue;
		}
		line[size] = '\0';
		size = 0;
		if (vsim_talk_answer(connection, line))
			break;
	}
	close(connection);
	return NULL;
}

/* The guest's port is one of those who speak, and it never goes. */
static void *vsim_talk_run(void *data)
{
	int listener = (int)(long)data, connection;
	pthread_t thread;

	for (;;) {
		connection = accept(listener, NULL, NULL);
		if (connection < 0)
			continue;
		if (pthread_create(&thread, NULL, vsim_talk_serve, (void *)(long)connection))
			close(connection);
		else
			pthread_detach(thread);
	}
	return NULL;
}

/* vsim_talk_start - listen there; 0 or a negative errno */
int vsim_talk_start(const char *path)
{
	int listener = vsim_socket_listen(path);
	pthread_t thread;

	if (listener < 0)
		return listener;
	return -pthread_create(&thread, NULL, vsim_talk_run, (void *)(long)listener);
}
