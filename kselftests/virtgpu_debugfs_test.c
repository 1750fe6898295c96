// SPDX-License-Identifier: GPL-2.0-only
/*
 * What do the files in debugfs tell, and take?
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <libvirtgpu.h>

FIXTURE(debugfs) {
	int fd;
	char folder[64];
	char text[16384];
};

FIXTURE_SETUP(debugfs)
{
	struct stat node;

	VG_OPEN(self->fd, 0);
	VG_ASSERT(!fstat(self->fd, &node));
	snprintf(self->folder, sizeof(self->folder), "/sys/kernel/debug/dri/%u",
		 minor(node.st_rdev));
	if (access(self->folder, R_OK))
		SKIP(return, "needs root and debugfs");
}

FIXTURE_TEARDOWN(debugfs)
{
	close(self->fd);
}

/* The file's text, or NULL. The text lives until the next call. */
static const char *look(FIXTURE_DATA(debugfs) *self, const char *name)
{
	size_t size = 0;
	char path[128];
	ssize_t got;
	int file;

	snprintf(path, sizeof(path), "%s/%s", self->folder, name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return NULL;
	while ((got = read(file, self->text + size, sizeof(self->text) - 1 - size)) > 0)
		size += got;
	self->text[size] = '\0';
	close(file);
	return self->text;
}

/* 0 or -errno */
static int tell(FIXTURE_DATA(debugfs) *self, const char *name, const char *words)
{
	char path[128];
	int file, ret;

	snprintf(path, sizeof(path), "%s/%s", self->folder, name);
	file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	ret = write(file, words, strlen(words)) < 0 ? -errno : 0;
	close(file);
	return ret;
}

/* Does the line that begins with @name end with @answer? */
static bool says(const char *text, const char *name, const char *answer)
{
	const char *line = text ? strstr(text, name) : NULL;
	const char *end = line ? strchr(line, '\n') : NULL;
	size_t length = strlen(answer);

	return end && (size_t)(end - line) > length && !strncmp(end - length, answer, length);
}

TEST_F(debugfs, features_are_those_of_getparam)
{
	static const struct {
		__u64 param;
		const char *name;
	} rows[] = {
		{ VIRTGPU_PARAM_3D_FEATURES, "virgl" },
		{ VIRTGPU_PARAM_RESOURCE_BLOB, "blob resources" },
		{ VIRTGPU_PARAM_CROSS_DEVICE, "resource uuid" },
		{ VIRTGPU_PARAM_CONTEXT_INIT, "context init" },
	};
	const char *text = look(self, "virtio-gpu-features");
	unsigned int i;

	if (!text)
		SKIP(return, "needs virtio-gpu-features in debugfs");
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		EXPECT_TRUE(says(text, rows[i].name,
				 vg_param(self->fd, rows[i].param) ? "yes" : "no"))
			TH_LOG("row %u", i);
	EXPECT_EQ(!!vg_param(self->fd, VIRTGPU_PARAM_HOST_VISIBLE),
		  !!strstr(text, "host visible region"));
}

/* The number of the last fence, or -1 */
static long long last_fence(FIXTURE_DATA(debugfs) *self)
{
	const char *text = look(self, "virtio-gpu-irq-fence");
	long long id;

	return text && sscanf(text, "fence id %lld last used", &id) == 1 ? id : -1;
}

/* Others may use fences meanwhile. */
TEST_F(debugfs, fences_are_counted)
{
	long long before;
	int i;

	if (!look(self, "virtio-gpu-irq-fence"))
		SKIP(return, "needs virtio-gpu-irq-fence in debugfs");
	VG_NEED(self->fd, VG_3D);
	before = last_fence(self);
	ASSERT_LE(0, before);
	for (i = 0; i < 3; i++)
		EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
	EXPECT_LE(before + 3, last_fence(self));
}

TEST_F(debugfs, the_window_s_use_is_told)
{
	const char *text = look(self, "virtio-gpu-host-visible-mm");

	if (!text)
		SKIP(return, "needs virtio-gpu-host-visible-mm in debugfs");
	EXPECT_NE(NULL, strstr(text, vg_param(self->fd, VIRTGPU_PARAM_HOST_VISIBLE) ?
			       "total:" : "not visible"));
}

TEST_F(debugfs, hang_timeout_is_a_positive_number_of_32_bits)
{
	static const char file[] = "virtio-gpu-hang-timeout";
	const char *text = look(self, file);
	char before[32];

	if (!text)
		SKIP(return, "needs virtio-gpu-hang-timeout in debugfs");
	snprintf(before, sizeof(before), "%s", text);
	EXPECT_EQ(-EINVAL, tell(self, file, "0"));
	EXPECT_EQ(-EINVAL, tell(self, file, "4294967296"));
	EXPECT_STREQ(before, look(self, file));
	EXPECT_EQ(0, tell(self, file, "100000"));
	EXPECT_STREQ("100000\n", look(self, file));
	EXPECT_EQ(0, tell(self, file, before));
}

/* Tools that read the trace tell the queues by their names. */
TEST_F(debugfs, trace_of_a_command_names_its_queue)
{
	static const char format[] = "../../tracing/events/virtio_gpu/virtio_gpu_cmd_queue/format";
	const char *text = look(self, format);

	if (!text)
		SKIP(return, "needs the deprecated place of tracefs in debugfs");
	EXPECT_NE(NULL, strstr(text, "name=%s"));
	EXPECT_NE(NULL, strstr(text, " name"));
}

#define INSTANCE "../../tracing/instances/virtgpu-test"

/* What the first event with all of @words has behind @field; -1 without one */
static long long traced(const char *text, const char *event, const char *words, const char *field)
{
	const char *line, *found;
	long long value = -1;
	char *copy;

	for (line = text; value < 0 && (line = strstr(line, event)); line++) {
		copy = strndup(line, strcspn(line, "\n"));
		VG_ASSERT(copy);
		found = strstr(copy, field);
		if (found && strstr(copy, words))
			sscanf(found + strlen(field), "%lli", &value);
		free(copy);
	}
	return value;
}

/* Who reads the trace finds the answer to a command by its number, and whose it is. */
TEST_F(debugfs, trace_pairs_a_command_with_its_answer)
{
	static const char queue[] = "virtio_gpu_cmd_queue: ";
	static const char response[] = "virtio_gpu_cmd_response: ";
	long long number, fence, context;
	const char *text;
	char words[128];
	int fd;

	VG_NEED(self->fd, VG_3D);
	snprintf(words, sizeof(words), "%s/../../tracing/instances", self->folder);
	if (access(words, W_OK))
		SKIP(return, "needs the deprecated place of tracefs in debugfs");
	VG_ASSERT(!chdir(words) && !mkdir("virtgpu-test", 0700));
	EXPECT_EQ(0, tell(self, INSTANCE "/events/virtio_gpu/enable", "1"));
	fd = vg_open();
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(fd, 0), VG_SOON));
	close(fd);
	EXPECT_EQ(0, tell(self, INSTANCE "/events/virtio_gpu/enable", "0"));
	text = look(self, INSTANCE "/trace");
	EXPECT_EQ(0, rmdir("virtgpu-test"));
	ASSERT_NE(NULL, text);
	/* CTX_CREATE, SUBMIT_3D, and that this was done */
	context = traced(text, queue, "name=control type=0x200 ", " ctx_id=");
	EXPECT_LT(0, context);
	EXPECT_EQ(context, traced(text, queue, "name=control type=0x207 ", " ctx_id="));
	number = traced(text, queue, "name=control type=0x207 ", " seqno=");
	fence = traced(text, queue, "name=control type=0x207 ", " fence_id=");
	EXPECT_LT(0, number);
	EXPECT_LT(0, fence);
	snprintf(words, sizeof(words), " seqno=%lld", number);
	EXPECT_EQ(0x1100, traced(text, response, words, " type="));
	EXPECT_EQ(fence, traced(text, response, words, " fence_id="));
}

TEST_HARNESS_MAIN
