// SPDX-License-Identifier: MIT
/*
 * What do clients see when an output, or the whole device, goes away and comes
 * back while they work?
 */
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "igt.h"
#include "igt_sysfs.h"
#include "igt_virtgpu.h"
#include "igt_virtgpu_kms.h"
#include "sw_sync.h"

IGT_TEST_DESCRIPTION("Outputs and devices of virtio-gpu that come and go under load");

#define DRIVER "/sys/bus/virtio/drivers/virtio_gpu"
#define CLIENTS 4

static char device[NAME_MAX + 1];		/* on the virtio bus */
static int driver = -1;		/* the driver's folder in sysfs */

static bool is_bound(void)
{
	return !faccessat(driver, device, F_OK, 0);
}

/* The device on the virtio bus that @fd belongs to: one contains the other. */
static void find_device(int fd)
{
	char link[64], drm[PATH_MAX], path[PATH_MAX], virtio[PATH_MAX];
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(link, sizeof(link), "/sys/dev/char/%u:%u/device", major(st.st_rdev),
		 minor(st.st_rdev));
	igt_assert(realpath(link, drm));
	driver = open(DRIVER, O_DIRECTORY | O_RDONLY);
	igt_require_f(driver >= 0, "needs " DRIVER "\n");
	dir = opendir(DRIVER);
	igt_assert(dir);
	while (!device[0] && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), DRIVER "/%s", entry->d_name);
		if (strncmp(entry->d_name, "virtio", 6) || !realpath(path, virtio))
			continue;
		if (!strncmp(virtio, drm, strlen(drm)))
			snprintf(device, sizeof(device), "%s", entry->d_name);
	}
	closedir(dir);
	igt_require_f(device[0], "the device is not on the virtio bus\n");
}

static void unbind(void)
{
	igt_set_timeout(60, "unbinding the driver");
	igt_assert(igt_sysfs_set(driver, "unbind", device));
	igt_reset_timeout();
	igt_assert(!is_bound());
}

static void bind(void)
{
	if (is_bound())
		return;
	igt_set_timeout(60, "binding the driver");
	igt_assert(igt_sysfs_set(driver, "bind", device));
	igt_reset_timeout();
	igt_assert(is_bound());
}

/* A subtest that failed must not leave the next one without a device. */
static void bind_at_exit(int sig)
{
	if (!is_bound())
		igt_sysfs_set(driver, "bind", device);
}

/* The nodes appear a little after the device. */
static int open_device(int (*how)(int chipset))
{
	for (int i = 0; i < 50; i++) {
		int fd = how(DRIVER_VIRTIO);

		if (fd >= 0)
			return fd;
		usleep(100000);
	}
	igt_assert_f(false, "the device did not come back\n");
	return -1;
}

static void expect_works(void)
{
	int fd = open_device(__drm_open_driver);
	uint32_t handle, pitch;
	uint64_t size;

	if (igt_virtgpu_param(fd, VIRTGPU_PARAM_3D_FEATURES))
		igt_virtgpu_expect_done(igt_virtgpu_submit(fd, 0, -1));
	igt_assert_eq(drmModeCreateDumbBuffer(fd, 64, 64, 32, 0, &handle, &pitch, &size), 0);
	drmModeDestroyDumbBuffer(fd, handle);
	close(fd);
}

/* A client that has everything: buffers, mappings, fences, a context. */
static int busy_client(int *fence)
{
	int fd = open_device(__drm_open_driver_render);
	uint32_t handle;

	igt_virtgpu_require(fd, 3D_FEATURES);
	handle = igt_virtgpu_texture(fd, 256, 256);
	memset(igt_virtgpu_mmap(fd, handle, 256 * 256 * 4), 1, 256 * 256 * 4);
	for (int i = 0; i < 50; i++)
		igt_virtgpu_submit_bo(fd, handle);
	*fence = igt_virtgpu_submit(fd, 0, -1);
	return fd;
}

static void unbind_open(void)
{
	struct drm_virtgpu_execbuffer args = { };
	uint32_t handle;
	int fence, fd = busy_client(&fence);

	unbind();
	igt_assert_eq(__igt_virtgpu_execbuffer(fd, &args), -ENODEV);
	igt_assert_eq(__igt_virtgpu_blob(fd, VIRTGPU_BLOB_MEM_GUEST, 0, 4096, &handle),
		      -ENODEV);
	igt_assert_eq(sync_fence_wait(fence, IGT_VIRTGPU_SOON), 0);
	close(fence);
	igt_assert_eq(close(fd), 0);
	bind();
	expect_works();
}

static void late_close(void)
{
	int fence, fd = busy_client(&fence);

	unbind();
	bind();
	expect_works();
	igt_assert_eq(close(fd), 0);
	igt_assert_eq(sync_fence_wait(fence, IGT_VIRTGPU_SOON), 0);
	close(fence);
	expect_works();
}

/* Work that waits for somebody else's fence ends with its device. */
static void unbind_waiting(void)
{
	struct igt_virtgpu_gate gate;
	int fd = open_device(__drm_open_driver_render);

	igt_virtgpu_require(fd, 3D_FEATURES);
	igt_virtgpu_gate_init(&gate);
	igt_fork(child, 1) {
		struct drm_virtgpu_execbuffer args = {
			.flags = VIRTGPU_EXECBUF_FENCE_FD_IN | VIRTGPU_EXECBUF_FENCE_FD_OUT,
			.fence_fd = gate.fence,
		};
		int ret = __igt_virtgpu_execbuffer(fd, &args);

		if (ret)
			igt_assert_eq(ret, -ENODEV);
		else
			igt_assert_eq(sync_fence_wait(args.fence_fd, IGT_VIRTGPU_SOON), 0);
		igt_assert_f(!sync_fence_status(gate.fence),
			     "the work waited although its device was gone\n");
	}
	usleep(300000);
	unbind();
	igt_waitchildren();
	igt_virtgpu_gate_open(&gate);
	igt_virtgpu_gate_fini(&gate);
	close(fd);
	bind();
	expect_works();
}

/* Every submitter learns of it, none is left in a call. */
static void unbind_submitting(void)
{
	int fd = open_device(__drm_open_driver_render);

	igt_virtgpu_require(fd, 3D_FEATURES);
	close(fd);
	igt_fork(child, CLIENTS) {
		struct drm_virtgpu_execbuffer args = { };
		int own = open_device(__drm_open_driver_render), ret;
		uint32_t handle = igt_virtgpu_texture(own, 64, 64);

		args.bo_handles = to_user_pointer(&handle);
		args.num_bo_handles = 1;
		do {
			ret = __igt_virtgpu_execbuffer(own, &args);
			if (!ret)
				ret = __igt_virtgpu_wait(own, handle, 0);
		} while (!ret);
		igt_assert_eq(ret, -ENODEV);
		close(own);
	}
	usleep(500000);
	unbind();
	igt_waitchildren_timeout(30, "a submitter is stuck");
	bind();
	expect_works();
}

static void unbind_flipping(void)
{
	int pipes[2];
	char byte;

	igt_assert_eq(pipe(pipes), 0);
	igt_fork(child, 1) {
		int fd = open_device(__drm_open_driver), ret = 0;
		struct igt_virtgpu_output out;
		struct igt_virtgpu_fb fb[2];

		drmSetMaster(fd);
		igt_virtgpu_output_init(&out, fd);
		for (int i = 0; i < 2; i++)
			igt_virtgpu_fb_init(&fb[i], fd, out.mode.hdisplay, out.mode.vdisplay);
		igt_virtgpu_show(&out, fb[0].id);
		igt_assert_eq(write(pipes[1], "x", 1), 1);
		for (int i = 0; !ret; i++) {
			ret = drmModePageFlip(fd, out.crtc, fb[i & 1].id,
					      DRM_MODE_PAGE_FLIP_EVENT, NULL);
			if (!ret && !igt_virtgpu_flip_done(fd, 5000, NULL))
				break;
		}
		ret = drmModePageFlip(fd, out.crtc, fb[0].id, 0, NULL);
		igt_assert_eq(ret, -ENODEV);
		close(fd);
	}
	igt_assert_eq(read(pipes[0], &byte, 1), 1);
	usleep(300000);
	unbind();
	igt_waitchildren_timeout(30, "the flipper is stuck");
	close(pipes[0]);
	close(pipes[1]);
	bind();
	expect_works();
}

static void unbind_storm(void)
{
	for (int i = 0; i < 5; i++) {
		unbind();
		bind();
		expect_works();
	}
}

/* Writes to the connector's status: "off", or "detect" to ask the host again. */
static void set_status(const struct igt_virtgpu_output *out, const char *status)
{
	int dir = igt_sysfs_open(out->fd);
	char path[96];
	struct stat st;

	igt_assert_fd(dir);
	igt_assert_eq(fstat(out->fd, &st), 0);
	snprintf(path, sizeof(path), "card%u-%s/status", minor(st.st_rdev), out->name);
	igt_assert_f(igt_sysfs_set(dir, path, status), "cannot write %s\n", path);
	close(dir);
}

static int connection(const struct igt_virtgpu_output *out)
{
	drmModeConnector *connector = drmModeGetConnector(out->fd, out->connector);
	int state;

	igt_assert(connector);
	state = connector->connection;
	drmModeFreeConnector(connector);
	return state;
}

/* Frames go on while the output comes and goes; a modeset brings it back. */
static void output_storm(void)
{
	int fd = open_device(__drm_open_driver);
	struct igt_virtgpu_output out;
	struct igt_virtgpu_fb fb[2];

	drmSetMaster(fd);
	igt_virtgpu_output_init(&out, fd);
	for (int i = 0; i < 2; i++)
		igt_virtgpu_fb_init(&fb[i], fd, out.mode.hdisplay, out.mode.vdisplay);
	igt_virtgpu_show(&out, fb[0].id);
	igt_fork(child, 1) {
		for (int i = 0; i < 15; i++) {
			set_status(&out, "off");
			igt_assert_eq(connection(&out), DRM_MODE_DISCONNECTED);
			set_status(&out, "detect");
			igt_assert_eq(connection(&out), DRM_MODE_CONNECTED);
		}
	}
	for (int i = 1; i <= 30; i++)
		igt_virtgpu_flip(&out, fb[i & 1].id);
	igt_waitchildren_timeout(60, "the output's status cannot be set");
	set_status(&out, "detect");
	igt_virtgpu_show(&out, fb[0].id);
	igt_virtgpu_flip(&out, fb[1].id);
	for (int i = 0; i < 2; i++)
		igt_virtgpu_fb_fini(&fb[i], fd);
	close(fd);
}

int igt_main()
{
	igt_fixture() {
		int fd = open_device(__drm_open_driver);

		find_device(fd);
		close(fd);
		igt_install_exit_handler(bind_at_exit);
	}

	igt_describe("Flips go on while their output is disconnected and connected");
	igt_subtest("output-storm-while-flipping")
		output_storm();

	igt_describe("A client of a device that is gone gets ENODEV, and its fences end");
	igt_subtest("unbind-with-open-file") {
		bind();
		unbind_open();
	}

	igt_describe("A file of the device's former life does no harm to the next one");
	igt_subtest("close-after-rebind") {
		bind();
		late_close();
	}

	igt_describe("Work that waits ends with its device, not with its in-fence");
	igt_subtest("unbind-while-work-waits") {
		bind();
		unbind_waiting();
	}

	igt_describe("Clients that submit while the device goes all get ENODEV");
	igt_subtest("unbind-while-submitting") {
		bind();
		unbind_submitting();
	}

	igt_describe("A client that flips while the device goes gets ENODEV");
	igt_subtest("unbind-while-flipping") {
		bind();
		unbind_flipping();
	}

	igt_describe("The device can be bound again and again");
	igt_subtest("rebind-storm") {
		bind();
		unbind_storm();
	}
}
