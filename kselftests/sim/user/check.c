// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the process do what QEMU and a test want of it? A front-end in miniature, with a
 * driver's ring and a test's words: check PROGRAM FOLDER. Prints what is wrong.
 */
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "message.h"
#include "process.h"

/* The guest's memory, in the guest and in the front-end; what lies where in it */
#define GUEST		0x40000000ull
#define FRONT		0x7000000000ull
#define SIZE		0x100000
#define PLACES		16
#define AVAIL		0x1000
#define USED		0x2000
#define COMMAND		0x3000
#define ANSWER		0x4000

#define CHECK(is_true) do {							\
	if (!(is_true)) {							\
		printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #is_true);	\
		exit(1);							\
	}									\
} while (0)

static pid_t process;
static int frontend, test, kick, call;
static char *memory;
static u16 sent;

static void end_process(void)
{
	kill(process, SIGKILL);
}

static int connect_to(const char *folder, const char *file)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int connection = socket(AF_UNIX, SOCK_STREAM, 0), tries;

	snprintf(name.sun_path, sizeof(name.sun_path), "%.64s/%s", folder, file);
	for (tries = 0; tries < 500; tries++) {
		if (!connect(connection, (struct sockaddr *)&name, sizeof(name)))
			return connection;
		usleep(10000);
	}
	CHECK(!"the process listens");
	return -1;
}

static void say(u32 request, const void *payload, u32 size, int file)
{
	struct vsim_message message = {
		.request = request,
		.flags = VSIM_MESSAGE_VERSION,
		.size = size,
	};
	struct iovec data = { .iov_base = &message, .iov_len = VSIM_MESSAGE_HEAD + size };
	char control[CMSG_SPACE(sizeof(int))] = {};
	struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1 };

	memcpy(&message.number, payload, size);
	if (file >= 0) {
		header.msg_control = control;
		header.msg_controllen = sizeof(control);
		CMSG_FIRSTHDR(&header)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&header)->cmsg_type = SCM_RIGHTS;
		CMSG_FIRSTHDR(&header)->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&header)), &file, sizeof(file));
	}
	CHECK(sendmsg(frontend, &header, 0) == (ssize_t)data.iov_len);
}

static struct vsim_message answer_to(u32 request, const void *payload, u32 size)
{
	struct vsim_message message;
	int files[VSIM_REGIONS];

	say(request, payload, size, -1);
	CHECK(!vsim_message_read(frontend, &message, files));
	CHECK(message.request == request && message.flags & VSIM_MESSAGE_REPLY);
	return message;
}

static void share_memory(void)
{
	struct {
		u32 count, unused;
		struct vsim_region region;
	} table = { 1, 0, { GUEST, SIZE, FRONT, 0 } };
	int file = memfd_create("guest", 0);

	CHECK(!ftruncate(file, SIZE));
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	CHECK(memory != MAP_FAILED);
	say(VSIM_SET_MEM_TABLE, &table, sizeof(table), file);
	close(file);
}

static void start_ring(void)
{
	const u32 num[] = { 0, PLACES }, base[] = { 0, sent }, enable[] = { 0, 1 };
	const struct {
		u32 index, flags;
		u64 desc, used, avail, log;
	} place = { 0, 0, FRONT, FRONT + USED, FRONT + AVAIL, 0 };
	const u64 index = 0;

	kick = eventfd(0, 0);
	call = eventfd(0, 0);
	say(VSIM_SET_VRING_NUM, num, sizeof(num), -1);
	say(VSIM_SET_VRING_BASE, base, sizeof(base), -1);
	say(VSIM_SET_VRING_ADDR, &place, sizeof(place), -1);
	say(VSIM_SET_VRING_KICK, &index, sizeof(index), kick);
	say(VSIM_SET_VRING_CALL, &index, sizeof(index), call);
	say(VSIM_SET_VRING_ENABLE, enable, sizeof(enable), -1);
}

/* GET_DISPLAY_INFO, read from @command; the type of the answer, 0: none came */
static u32 ask_display(u64 command)
{
	struct vring_desc *desc = (void *)memory;
	struct vring_avail *avail = (void *)(memory + AVAIL);
	struct virtio_gpu_ctrl_hdr *hdr = (void *)(memory + COMMAND), *resp;
	struct pollfd event = { .fd = call, .events = POLLIN };
	u64 one = 1;

	resp = memset(memory + ANSWER, 0, sizeof(struct virtio_gpu_resp_display_info));
	memset(hdr, 0, sizeof(*hdr));
	hdr->type = cpu_to_le32(VIRTIO_GPU_CMD_GET_DISPLAY_INFO);
	desc[0] = (struct vring_desc) { command, sizeof(*hdr), VRING_DESC_F_NEXT, 1 };
	desc[1] = (struct vring_desc) { GUEST + ANSWER,
		sizeof(struct virtio_gpu_resp_display_info), VRING_DESC_F_WRITE, 0 };
	avail->ring[sent % PLACES] = 0;
	/* The chain before the index that announces it. */
	smp_wmb();
	WRITE_ONCE(avail->idx, ++sent);
	CHECK(write(kick, &one, sizeof(one)) == sizeof(one));
	if (poll(&event, 1, 2000) != 1)
		return 0;
	CHECK(read(call, &one, sizeof(one)) == sizeof(one));
	return le32_to_cpu(resp->type);
}

/* What the process answers to a test: the errno; the text is in @text. */
static int tell(const char *line, char *text)
{
	char head[64] = "";
	size_t at = 0, size;
	int err;

	dprintf(test, "7 %s\n", line);
	do {
		CHECK(at < sizeof(head) && !vsim_socket_read(test, head + at, 1));
	} while (head[at++] != '\n');
	CHECK(sscanf(head, "7 %d %zu", &err, &size) == 2 && size < 4096);
	CHECK(!vsim_socket_read(test, text, size));
	text[size] = '\0';
	return err;
}

static void check_handshake(void)
{
	const u32 whole[3 + 5] = { 0, 20, 0 };
	struct virtio_gpu_config space;
	struct vsim_message message;
	u64 features;

	message = answer_to(VSIM_GET_FEATURES, "", 0);
	CHECK(message.number & BIT_ULL(VIRTIO_F_VERSION_1));
	CHECK(message.number & BIT_ULL(VSIM_F_PROTOCOL));
	features = message.number & ~BIT_ULL(VIRTIO_RING_F_EVENT_IDX);
	CHECK(answer_to(VSIM_GET_PROTOCOL_FEATURES, "", 0).number == VSIM_PROTOCOL);
	CHECK(answer_to(VSIM_GET_QUEUE_NUM, "", 0).number == VSIM_QUEUES);
	message = answer_to(VSIM_GET_CONFIG, whole, sizeof(whole));
	memcpy(&space, message.config.bytes, sizeof(space));
	CHECK(le32_to_cpu(space.num_scanouts) == 1 && le32_to_cpu(space.num_capsets) == 3);
	say(VSIM_SET_FEATURES, &features, sizeof(features), -1);
}

static void check_script(void)
{
	char text[4096];

	CHECK(ask_display(GUEST + COMMAND) == VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
	CHECK(!tell("write script GET_DISPLAY_INFO 0 type ERR_UNSPEC times 1", text));
	CHECK(ask_display(GUEST + COMMAND) == VIRTIO_GPU_RESP_ERR_UNSPEC);
	CHECK(ask_display(GUEST + COMMAND) == VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
	CHECK(!tell("read script", text) && !strncmp(text, "1 GET_DISPLAY_INFO", 18));
	CHECK(tell("write script SUBMIT_4D 0 never", text) == EINVAL);
	CHECK(tell("write control needs_reset", text) == EOPNOTSUPP);
	CHECK(!tell("read violations", text) && !strcmp(text, "0\n"));
	/* Not where there is memory. */
	ask_display(GUEST + SIZE);
	CHECK(!tell("read violations", text) && strstr(text, "which is no memory"));
}

static void check_reset(void)
{
	const u32 ring[] = { 0, 0 };
	char text[4096];

	CHECK(answer_to(VSIM_GET_VRING_BASE, ring, sizeof(ring)).vring.value == sent);
	CHECK(!tell("read state", text) && strstr(text, "\nresets 1\n"));
	start_ring();
	CHECK(ask_display(GUEST + COMMAND) == VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
}

int main(int argc, char **argv)
{
	char first[128], second[128];

	if (argc != 3)
		return 2;
	snprintf(first, sizeof(first), "--socket-path=%.64s/frontend", argv[2]);
	snprintf(second, sizeof(second), "--control-path=%.64s/test", argv[2]);
	process = fork();
	if (!process) {
		execl(argv[1], argv[1], first, second, NULL);
		_exit(127);
	}
	atexit(end_process);
	frontend = connect_to(argv[2], "frontend");
	test = connect_to(argv[2], "test");
	check_handshake();
	share_memory();
	start_ring();
	check_script();
	check_reset();
	puts("check: the process does what it is told");
	return 0;
}
