// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a front-end of vhost-user want? What the kernel's virtio core wants of
 * vsim_transport.c, in other words.
 */
#include <sys/socket.h>

#include "../vsim_profile.h"
#include "message.h"
#include "process.h"

/* The bits of features that say something of the device, and not of its transport */
#define VSIM_OF_DEVICE	0xffffffull

/* Of the front-end: where requests of the device go, -1: nowhere. Guarded by the lock. */
static int vsim_frontend_requests = -1;
static int vsim_frontend_display = -1;
static DEFINE_MUTEX(vsim_frontend_lock);

static void vsim_frontend_replace(int *old, int file)
{
	if (*old >= 0)
		close(*old);
	*old = file;
}

/* vsim_frontend_config_changed - tell it that its driver should look at the configuration */
void vsim_frontend_config_changed(void)
{
	struct vsim_message message = {
		.request = VSIM_CONFIG_CHANGED,
		.flags = VSIM_MESSAGE_VERSION,
	};

	mutex_lock(&vsim_frontend_lock);
	/* It need not be told more often than it can read; and it may be waiting for us. */
	if (vsim_frontend_requests >= 0)
		send(vsim_frontend_requests, &message, VSIM_MESSAGE_HEAD,
		     MSG_DONTWAIT | MSG_NOSIGNAL);
	mutex_unlock(&vsim_frontend_lock);
}

/* With the queue's lock: the parts of a ring, where they are in this process. */
static void vsim_frontend_map(struct vsim_queue_link *link)
{
	struct vring *ring = &link->vring;

	/* The parts end with a word that only EVENT_IDX gives a meaning. */
	ring->desc = vsim_guest_front(link->desc, ring->num * sizeof(*ring->desc));
	ring->avail = vsim_guest_front(link->avail, (ring->num + 3) * sizeof(u16));
	ring->used = vsim_guest_front(link->used, ring->num * sizeof(*ring->used->ring) +
				      3 * sizeof(u16));
	link->mapped = ring->num && ring->desc && ring->avail && ring->used;
}

static void vsim_frontend_features(struct vsim *sim, u64 features)
{
	features &= ~BIT_ULL(VSIM_F_PROTOCOL);
	if (features & ~sim->config.features & VSIM_OF_DEVICE)
		vsim_violation("features 0x%llx are accepted, 0x%llx were offered", features,
			       sim->config.features);
	sim->link.features = features;
}

static void vsim_frontend_memory(struct vsim *sim, const struct vsim_message *message,
				 const int *files)
{
	struct vsim_region regions[VSIM_REGIONS];
	u32 count = min_t(u32, message->memory.count, VSIM_REGIONS);
	int ret;

	memcpy(regions, message->memory.regions, sizeof(regions));
	vsim_thread_lock_all(sim);
	ret = vsim_guest_set(regions, files, count);
	for (unsigned int i = 0; i < VSIM_QUEUES; i++)
		vsim_frontend_map(&sim->queues[i].link);
	vsim_thread_unlock_all(sim);
	if (ret)
		fprintf(stderr, "vsim: the guest's memory: %s\n", strerror(-ret));
}

/* As a reset of the device: nothing older is answered, and the host has nothing any more. */
static void vsim_frontend_stop(struct vsim *sim)
{
	bool ran = READ_ONCE(sim->status) & VIRTIO_CONFIG_S_DRIVER_OK;

	if (!ran)
		return;
	WRITE_ONCE(sim->status, 0);
	vsim_host_linger(sim);
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct vsim_queue *q = &sim->queues[i];

		mutex_lock(&q->lock);
		vsim_host_drop(q);
		q->enabled = false;
		q->link.enabled = false;
		mutex_unlock(&q->lock);
	}
	vsim_device_reset(sim, ran);
}

/* With the queue's lock. */
static void vsim_frontend_enable(struct vsim_queue *q, bool enable)
{
	q->link.enabled = enable;
	if (!vsim_vring(&q->link))
		return;
	q->used = le16_to_cpu(READ_ONCE(q->link.vring.used->idx));
	q->signalled = q->used;
	q->enabled = true;
	WRITE_ONCE(q->sim->status, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
				   VIRTIO_CONFIG_S_FEATURES_OK | VIRTIO_CONFIG_S_DRIVER_OK);
}

/* What is about one ring; those messages begin with its index. */
static void vsim_frontend_ring(struct vsim_queue *q, struct vsim_message *message, int *file)
{
	bool no_event = message->number & VSIM_NO_EVENT;

	mutex_lock(&q->lock);
	switch (message->request) {
	case VSIM_SET_VRING_NUM:
		q->link.vring.num = message->vring.value;
		break;
	case VSIM_SET_VRING_BASE:
		q->last_avail = message->vring.value;
		break;
	case VSIM_SET_VRING_ADDR:
		q->link.desc = message->place.desc;
		q->link.avail = message->place.avail;
		q->link.used = message->place.used;
		vsim_frontend_map(&q->link);
		break;
	case VSIM_SET_VRING_KICK:
		vsim_frontend_replace(&q->link.kick, no_event ? -1 : *file);
		*file = -1;
		break;
	case VSIM_SET_VRING_CALL:
		vsim_frontend_replace(&q->link.call, no_event ? -1 : *file);
		*file = -1;
		break;
	case VSIM_SET_VRING_ENABLE:
		vsim_frontend_enable(q, message->vring.value);
		break;
	case VSIM_GET_VRING_BASE:
		message->vring.value = q->last_avail;
		break;
	default:
		break;
	}
	mutex_unlock(&q->lock);
	vsim_thread_kick(q);
}

static void vsim_frontend_write_config(struct vsim *sim, const struct vsim_message *message)
{
	u32 clear;

	/* QEMU sends it all, though one word of it is the driver's. */
	if (message->config.offset || message->config.size < 2 * sizeof(clear))
		return;
	memcpy(&clear, message->config.bytes + offsetof(struct virtio_gpu_config, events_clear),
	       sizeof(clear));
	if (!(sim->config.quirks & VSIM_QUIRK_CONFIG_FIXED))
		WRITE_ONCE(sim->events, sim->events & ~le32_to_cpu(clear));
}

/* The answer's size; it is in @message. */
static u32 vsim_frontend_ask(struct vsim *sim, struct vsim_message *message)
{
	struct virtio_gpu_config space;
	u32 offset = message->config.offset, size = message->config.size;

	switch (message->request) {
	case VSIM_GET_FEATURES:
		message->number = sim->config.features | BIT_ULL(VSIM_F_PROTOCOL);
		return sizeof(message->number);
	case VSIM_GET_PROTOCOL_FEATURES:
		message->number = VSIM_PROTOCOL;
		return sizeof(message->number);
	case VSIM_GET_QUEUE_NUM:
		message->number = VSIM_QUEUES;
		return sizeof(message->number);
	case VSIM_GET_VRING_BASE:
		return sizeof(message->vring);
	case VSIM_GET_CONFIG:
		space = vsim_device_space(sim);
		memset(message->config.bytes, 0, sizeof(message->config.bytes));
		if (offset < sizeof(space))
			memcpy(message->config.bytes, (char *)&space + offset,
			       min_t(size_t, size, sizeof(space) - offset));
		return message->size;
	default:
		return 0;
	}
}

static void vsim_frontend_tell(struct vsim *sim, struct vsim_message *message, int *files)
{
	switch (message->request) {
	case VSIM_SET_FEATURES:
		vsim_frontend_features(sim, message->number);
		break;
	case VSIM_SET_MEM_TABLE:
		vsim_frontend_memory(sim, message, files);
		break;
	case VSIM_GET_VRING_BASE:
		vsim_frontend_stop(sim);
		fallthrough;
	case VSIM_SET_VRING_NUM:
	case VSIM_SET_VRING_ADDR:
	case VSIM_SET_VRING_BASE:
	case VSIM_SET_VRING_KICK:
	case VSIM_SET_VRING_CALL:
	case VSIM_SET_VRING_ENABLE:
		vsim_frontend_ring(&sim->queues[message->vring.index % VSIM_QUEUES], message,
				   files);
		break;
	case VSIM_SET_BACKEND_REQ_FD:
	case VSIM_GPU_SET_SOCKET:
		mutex_lock(&vsim_frontend_lock);
		vsim_frontend_replace(message->request == VSIM_GPU_SET_SOCKET ?
				      &vsim_frontend_display : &vsim_frontend_requests, files[0]);
		files[0] = -1;
		mutex_unlock(&vsim_frontend_lock);
		break;
	case VSIM_SET_CONFIG:
		vsim_frontend_write_config(sim, message);
		break;
	default:
		break;
	}
}

/* 0, or -EPIPE when it has gone */
static int vsim_frontend_message(struct vsim *sim, int connection)
{
	int files[VSIM_REGIONS], ret;
	struct vsim_message message;
	u32 size;

	ret = vsim_message_read(connection, &message, files);
	if (ret)
		return ret;
	vsim_frontend_tell(sim, &message, files);
	for (unsigned int i = 0; i < VSIM_REGIONS; i++) {
		if (files[i] >= 0)
			close(files[i]);
	}
	size = vsim_frontend_ask(sim, &message);
	if (!size && message.flags & VSIM_MESSAGE_NEED_REPLY) {
		message.number = 0;
		size = sizeof(message.number);
	}
	return size ? vsim_message_answer(connection, &message, size) : 0;
}

/* vsim_frontend_serve - until it goes */
void vsim_frontend_serve(struct vsim *sim, int connection)
{
	while (!vsim_frontend_message(sim, connection))
		;
	vsim_frontend_stop(sim);
	close(connection);
}
