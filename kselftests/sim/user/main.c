// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which device is this process, and when is it plugged in? One, from the beginning: the
 * guest takes it away and finds it again, and this process is told so.
 */
#include <getopt.h>
#include <sys/socket.h>

#include "../vsim_profile.h"
#include "process.h"

static const char vsim_usage[] =
	"Usage: virtgpu-sim --socket-path=PATH --control-path=PATH [--profile=NAME]\n"
	"                   [--features=BITS] [--gpu]\n"
	"A virtio-gpu device in software, a back-end of vhost-user. It listens for QEMU at the\n"
	"first path, for tests at the second (user/talk.c says in which language), and lives\n"
	"until it is killed.\n"
	"  --profile=NAME    the host that the device stands for: a name from vsim_profile.c\n"
	"  --features=BITS   what it offers, instead of what that host does\n"
	"  --gpu             QEMU's device is a vhost-user-gpu, which has screens of its own and\n"
	"                    cannot be told of a change; otherwise a vhost-user-test-device\n";

static struct vsim vsim_device;
static bool vsim_plugged = true;
static bool vsim_is_gpu;
static const char *vsim_profile_text = "full";
static const char *vsim_features_text;

/* Keeps two from plugging at a time. */
static DEFINE_MUTEX(vsim_plug_lock);

/* vsim_default - the next device is like the first; 0 or -EINVAL */
int vsim_default(void)
{
	int ret = vsim_profile_take(vsim_profile_text);

	if (!ret && vsim_features_text)
		ret = kstrtou64(vsim_features_text, 0, &vsim_next.features);
	/* QEMU's own commands of this device end there. */
	if (vsim_is_gpu)
		vsim_next.features &= ~(BIT_ULL(VIRTIO_GPU_F_RESOURCE_UUID) |
					BIT_ULL(VIRTIO_GPU_F_RESOURCE_BLOB) |
					BIT_ULL(VIRTIO_GPU_F_CONTEXT_INIT));
	return ret;
}

/* vsim_can - what may a test ask for? */
bool vsim_can(enum vsim_ability ability)
{
	return ability == VSIM_CAN_ANSWER || (ability == VSIM_CAN_NOTIFY && !vsim_is_gpu);
}

/* vsim_process_can_be - what is the front-end's to say is not */
bool vsim_process_can_be(const char *field)
{
	static const char * const others[] = {
		"window_size", "dma_offset", "no_queues", "no_features_ok", "adopt",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(others); i++) {
		if (!strcmp(field, others[i]))
			return false;
	}
	return true;
}

/* What the front-end was told once is for ever. */
static bool vsim_may_become(const struct vsim_config *next)
{
	const struct vsim_config *now = &vsim_device.config;

	return next->features == now->features && next->queue_size == now->queue_size &&
	       next->cursor_size == now->cursor_size;
}

/* QEMU's device has a screen, whatever the test says: it is off where there should be none. */
static void vsim_adapt(struct vsim_config *config)
{
	if (!vsim_is_gpu || config->num_scanouts)
		return;
	config->num_scanouts = 1;
	config->width = 0;
}

/* A new device, in what there is of the old one. */
static void vsim_renew(struct vsim *sim)
{
	vsim_device_fini(sim);
	vsim_thread_lock_all(sim);
	sim->config = vsim_next;
	vsim_adapt(&sim->config);
	sim->events = 0;
	sim->resets = 0;
	sim->copied = 0;
	memset(sim->outputs, 0, sizeof(sim->outputs));
	vsim_display_init(sim);
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		sim->queues[i].kicks = 0;
		sim->queues[i].interrupts = 0;
	}
	vsim_thread_unlock_all(sim);
}

/*
 * vsim_plug - before the guest looks for it; 0, -EEXIST, -EBUSY while the last one is still
 * driven, or -EOPNOTSUPP if this device cannot become what vsim_next says
 */
int vsim_plug(void)
{
	int ret = 0;

	mutex_lock(&vsim_plug_lock);
	if (vsim_plugged)
		ret = -EEXIST;
	else if (READ_ONCE(vsim_device.status))
		ret = -EBUSY;
	else if (!vsim_may_become(&vsim_next))
		ret = -EOPNOTSUPP;
	if (!ret) {
		vsim_renew(&vsim_device);
		WRITE_ONCE(vsim_plugged, true);
	}
	mutex_unlock(&vsim_plug_lock);
	return ret;
}

/* vsim_unplug - when the guest has taken it away */
int vsim_unplug(void)
{
	WRITE_ONCE(vsim_plugged, false);
	return 0;
}

/* vsim_abandon - nobody waits here */
void vsim_abandon(void)
{
}

/* vsim_is_plugged - is there a device? */
bool vsim_is_plugged(void)
{
	return READ_ONCE(vsim_plugged);
}

/* vsim_with_device - call something with the device, if there is one */
void vsim_with_device(void (*call)(struct vsim *sim, const u32 *args), const u32 *args)
{
	if (vsim_is_plugged())
		call(&vsim_device, args);
}

static int vsim_run(const char *socket_path, const char *control_path)
{
	int listener, ret;

	if (vsim_default())
		return -EINVAL;
	vsim_device_init(&vsim_device);
	ret = vsim_thread_start(&vsim_device) ?: vsim_talk_start(control_path);
	if (ret)
		return ret;
	/* Last: whoever sees it may come. */
	listener = vsim_socket_listen(socket_path);
	ret = min(listener, 0);
	while (!ret) {
		int connection = accept(listener, NULL, NULL);

		if (connection >= 0)
			vsim_frontend_serve(&vsim_device, connection);
	}
	return ret;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "socket-path", required_argument, NULL, 's' },
		{ "control-path", required_argument, NULL, 'c' },
		{ "profile", required_argument, NULL, 'p' },
		{ "features", required_argument, NULL, 'f' },
		{ "gpu", no_argument, NULL, 'g' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	const char *socket_path = NULL, *control_path = NULL;
	int option, ret;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			socket_path = optarg;
		else if (option == 'c')
			control_path = optarg;
		else if (option == 'p')
			vsim_profile_text = optarg;
		else if (option == 'f')
			vsim_features_text = optarg;
		else if (option == 'g')
			vsim_is_gpu = true;
		else
			break;
	}
	if (option != -1 || optind < argc || !socket_path || !control_path) {
		fputs(vsim_usage, option == 'h' ? stdout : stderr);
		return option == 'h' ? 0 : 2;
	}
	ret = vsim_run(socket_path, control_path);
	fprintf(stderr, "virtgpu-sim: %s\n", strerror(-ret));
	return 1;
}
