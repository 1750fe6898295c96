// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does another driver get of a buffer that is shared with it?
 */
#include "sim_fixture.h"
#include "sim_lost.h"

#include <errno.h>
#include <poll.h>

#include <drm/drm.h>
#include <drm/drm_fourcc.h>

#define CROSS_DEVICE VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE
#define SIZE (4 * PAGE)
#define WORD 0x600dcafe

#define CACHED 1
#define UNCACHED 2
#define WRITE_COMBINED 3

FIXTURE(share) {
	int fd;
};

FIXTURE_SETUP(share)
{
	SIM_SETUP();
	SIM_PLUG();
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
}

FIXTURE_TEARDOWN_PARENT(share)
{
	SIM_TEARDOWN();
}

/* Another driver takes the buffer. @as: "" or "virtio" */
static struct vg_shared share(int fd, __u32 handle, const char *as)
{
	int dmabuf = vg_export(fd, handle);
	struct vg_shared shared = vg_sim_share(dmabuf, as);

	close(dmabuf);
	return shared;
}

static void write_word(int fd, __u32 handle)
{
	__u32 *map = vg_mmap(fd, handle, PAGE);

	*(volatile __u32 *)map = WORD;
	munmap(map, PAGE);
}

/* Another driver finds all bytes, and what a program wrote. */
#define EXPECT_SHARED(handle) do {						\
	struct vg_shared __shared;						\
										\
	write_word(self->fd, handle);						\
	__shared = share(self->fd, handle, "");				\
	EXPECT_EQ(0, __shared.attach);						\
	EXPECT_EQ(0, __shared.map);						\
	EXPECT_EQ(SIZE, __shared.bytes);					\
	EXPECT_EQ(0, __shared.vmap);						\
	EXPECT_EQ(WORD, __shared.word);					\
} while (0)

TEST_F(share, guest_memory_has_its_bytes)
{
	__u32 handle = vg_blob(self->fd, GUEST, MAPPABLE | SHAREABLE, SIZE).handle;

	EXPECT_SHARED(handle);
}

TEST_F(share, storage_on_the_host_has_its_bytes)
{
	__u32 handle = vg_blob(self->fd, HOST3D, MAPPABLE | SHAREABLE, SIZE).handle;

	EXPECT_SHARED(handle);
}

TEST_F(share, storage_that_is_not_mappable_has_none)
{
	__u32 handle = vg_blob(self->fd, HOST3D, SHAREABLE, SIZE).handle;
	struct vg_shared shared = share(self->fd, handle, "");

	EXPECT_EQ(-EIO, shared.attach);
}

/* Another virtio device knows it by its UUID, and needs no bytes. */
TEST_F(share, storage_that_is_not_mappable_goes_to_virtio_devices)
{
	__u32 handle = vg_blob(self->fd, HOST3D, SHAREABLE | CROSS_DEVICE, SIZE).handle;
	struct vg_shared shared = share(self->fd, handle, "virtio");

	EXPECT_EQ(0, shared.uuid);
	EXPECT_EQ(0, shared.attach);
	EXPECT_EQ(0, shared.map);
	EXPECT_EQ(0, shared.bytes);
}

TEST_F(share, storage_without_a_uuid_goes_to_no_virtio_device)
{
	__u32 handle = vg_blob(self->fd, HOST3D, SHAREABLE, SIZE).handle;
	struct vg_shared shared = share(self->fd, handle, "virtio");

	EXPECT_EQ(-ENODEV, shared.uuid);
	EXPECT_EQ(-EIO, shared.attach);
}

TEST_F(share, a_mapping_that_the_host_refuses_is_eio)
{
	__u32 handle = vg_deferred_blob(self->fd, MAPPABLE | SHAREABLE, SIZE).handle;
	struct vg_shared shared;

	vg_sim_script("RESOURCE_MAP_BLOB 0 refuse ERR_UNSPEC");
	shared = share(self->fd, handle, "");
	EXPECT_EQ(-EIO, shared.attach);
}

/* What others do with it, and when */

#define READ(gate, dmabuf) do {						\
	if (__vg_gate_read(gate, dmabuf))				\
		SKIP(return, "needs vgem");				\
} while (0)

/* May it be written at once? Compositors ask the dma-buf. */
static bool is_idle(int dmabuf)
{
	struct pollfd pfd = { .fd = dmabuf, .events = POLLOUT };

	VG_ASSERT(poll(&pfd, 1, 0) >= 0);
	return pfd.revents & POLLOUT;
}

#define EXPECT_BUSY(handle, dmabuf) do {					\
	EXPECT_EQ(-EBUSY, __vg_wait(self->fd, handle, VIRTGPU_WAIT_NOWAIT));	\
	EXPECT_FALSE(is_idle(dmabuf));						\
} while (0)

#define EXPECT_IDLE(handle, dmabuf) do {					\
	EXPECT_EQ(0, __vg_wait(self->fd, handle, VIRTGPU_WAIT_NOWAIT));	\
	EXPECT_TRUE(is_idle(dmabuf));						\
} while (0)

/* For work that the host holds */
#define EXPECT_BUSY_UNTIL_RELEASED(handle, dmabuf) do {			\
	EXPECT_BUSY(handle, dmabuf);					\
	vg_sim_control("release");					\
	EXPECT_EQ(0, __vg_wait(self->fd, handle, 0));			\
	EXPECT_IDLE(handle, dmabuf);					\
} while (0)

/* Reading that is over says nothing of what came later. */
TEST_F(share, work_after_foreign_reading_is_waited_for)
{
	__u32 handle = vg_blob(self->fd, GUEST, MAPPABLE | SHAREABLE, SIZE).handle;
	int dmabuf = vg_export(self->fd, handle);
	struct vg_gate gate;

	READ(&gate, dmabuf);
	vg_gate_open(&gate);
	EXPECT_IDLE(handle, dmabuf);
	vg_sim_script("SUBMIT_3D 0 hold");
	VG_OK(__vg_submit_bo(self->fd, handle));
	EXPECT_BUSY_UNTIL_RELEASED(handle, dmabuf);
	vg_gate_fini(&gate);
	close(dmabuf);
}

/* Nor does reading that ends meanwhile. */
TEST_F(share, work_beside_foreign_reading_is_waited_for)
{
	__u32 handle = vg_blob(self->fd, GUEST, MAPPABLE | SHAREABLE, SIZE).handle;
	int dmabuf = vg_export(self->fd, handle);
	struct vg_gate gate;

	READ(&gate, dmabuf);
	vg_sim_script("SUBMIT_3D 0 hold");
	VG_OK(__vg_submit_bo(self->fd, handle));
	vg_gate_open(&gate);
	EXPECT_BUSY_UNTIL_RELEASED(handle, dmabuf);
	vg_gate_fini(&gate);
	close(dmabuf);
}

/* Nor does work that is over say anything of reading that began before it. */
TEST_F(share, foreign_reading_before_work_is_waited_for)
{
	__u32 handle = vg_blob(self->fd, GUEST, MAPPABLE | SHAREABLE, SIZE).handle;
	int dmabuf = vg_export(self->fd, handle);
	struct vg_gate gates[2];
	int i;

	READ(&gates[0], dmabuf);
	READ(&gates[1], dmabuf);
	VG_OK(__vg_submit_bo(self->fd, handle));
	ASSERT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
	for (i = 0; i < 2; i++) {
		EXPECT_BUSY(handle, dmabuf);
		vg_gate_open(&gates[i]);
	}
	EXPECT_IDLE(handle, dmabuf);
	vg_gate_fini(&gates[0]);
	vg_gate_fini(&gates[1]);
	close(dmabuf);
}

/* UUIDs */

TEST_F(share, a_picture_has_a_uuid_that_is_asked_for_once)
{
	__u32 handle = vg_picture(self->fd).handle;

	EXPECT_EQ(0, share(self->fd, handle, "").uuid);
	EXPECT_EQ(0, share(self->fd, handle, "").uuid);
	EXPECT_EQ(1, vg_sim_state("RESOURCE_ASSIGN_UUID"));
}

TEST_F(share, a_refused_uuid_is_eio_and_asked_for_again)
{
	__u32 handle = vg_picture(self->fd).handle;

	vg_sim_script("RESOURCE_ASSIGN_UUID 0 refuse ERR_UNSPEC times 1");
	EXPECT_EQ(-EIO, share(self->fd, handle, "").uuid);
	EXPECT_EQ(0, share(self->fd, handle, "").uuid);
}

/* The host does not know it any more, and is not asked. */
TEST_F(share, storage_lost_in_a_reset_has_no_uuid)
{
	__u32 handle = vg_blob(self->fd, HOST3D, SHAREABLE | CROSS_DEVICE, SIZE).handle;

	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_back(self->fd));
	EXPECT_EQ(-EIO, share(self->fd, handle, "").uuid);
	EXPECT_EQ(0, vg_sim_state("RESOURCE_ASSIGN_UUID"));
}

TEST_F(sim, without_the_feature_there_are_no_uuids)
{
	vg_sim_withhold(VG_F_UUID);
	SIM_PLUG();
	EXPECT_EQ(-ENODEV, share(self->fd, vg_picture(self->fd).handle, "").uuid);
}

/* How the window is to be cached is the host's word, for the kernel too. */
FIXTURE(cache) {
	int fd;
};

FIXTURE_VARIANT(cache) {
	unsigned int type;
};

FIXTURE_VARIANT_ADD(cache, cached) {
	.type = CACHED,
};

FIXTURE_VARIANT_ADD(cache, uncached) {
	.type = UNCACHED,
};

FIXTURE_VARIANT_ADD(cache, write_combined) {
	.type = WRITE_COMBINED,
};

FIXTURE_SETUP(cache)
{
	SIM_SETUP();
	vg_sim_set("map_info", variant->type);
	SIM_PLUG();
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	SIM_FAR_WINDOW(self->fd);
}

FIXTURE_TEARDOWN_PARENT(cache)
{
	SIM_TEARDOWN();
}

TEST_F(cache, the_kernel_sees_what_a_program_wrote)
{
	__u32 handle = vg_blob(self->fd, HOST3D, MAPPABLE | SHAREABLE, SIZE).handle;

	EXPECT_SHARED(handle);
}

/*
 * A device without ACCESS_PLATFORM takes what it is told for physical addresses. An
 * exporter says where its pages are for the bus, which is not that behind an IOMMU.
 */
TEST_F(sim, import_behind_iommu_refused)
{
	int dmabuf = __vg_foreign_dmabuf(SIZE);
	__u32 handle;

	if (dmabuf < 0)
		SKIP(return, "needs vgem");
	vg_sim_withhold(VG_F_3D);
	vg_sim_set("dma_offset", 1ull << 40);
	SIM_PLUG();
	EXPECT_EQ(-ENODEV, __vg_import(self->fd, dmabuf, &handle));
	close(dmabuf);
}

/* Where the bus has physical addresses, it is taken. */
TEST_F(sim, import_with_physical_addresses_taken)
{
	int dmabuf = __vg_foreign_dmabuf(SIZE);
	__u32 handle;

	if (dmabuf < 0)
		SKIP(return, "needs vgem");
	vg_sim_withhold(VG_F_3D);
	SIM_PLUG();
	EXPECT_EQ(0, __vg_import(self->fd, dmabuf, &handle));
	close(dmabuf);
}

/* All dma-bufs of the machine, or -1 where it does not tell */
static int count_dmabufs(void)
{
	FILE *file = fopen("/sys/kernel/debug/dma_buf/bufinfo", "r");
	int count = -1;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "Total %d objects", &count);
	if (file)
		fclose(file);
	return count;
}

/* What was imported and never shown is let go of when it is closed. */
TEST_F(sim, import_never_shown_is_released)
{
	int i, dmabuf, before = count_dmabufs();
	__u32 handle;

	dmabuf = __vg_foreign_dmabuf(SIZE);
	if (dmabuf < 0 || before < 0)
		SKIP(return, "needs vgem, and debugfs of dma-buf");
	vg_sim_withhold(VG_F_3D | VG_F_BLOB);
	SIM_PLUG();
	ASSERT_EQ(0, __vg_import(self->fd, dmabuf, &handle));
	vg_close_handle(self->fd, handle);
	close(dmabuf);
	for (i = 0; i < 100 && count_dmabufs() != before; i++)
		usleep(20000);
	EXPECT_EQ(before, count_dmabufs());
}

/* A device with a screen, and without blobs: an import that is shown is a picture. */
static int plug_for_pictures(void)
{
	vg_sim_withhold(VG_F_3D | VG_F_BLOB);
	vg_sim_set("num_scanouts", 1);
	vg_sim_control("plug");
	return vg_open_primary();
}

/* Who makes its picture may be killed while the device is being reset: another can. */
TEST_F(sim, import_shown_by_whom_was_killed_is_shown_later)
{
	__u64 resets = vg_sim_state("resets");
	int dmabuf = __vg_foreign_dmabuf(SIZE);
	__u32 handle, fb;
	pid_t child;

	if (dmabuf < 0)
		SKIP(return, "needs vgem");
	self->fd = plug_for_pictures();
	ASSERT_EQ(0, __vg_import(self->fd, dmabuf, &handle));
	close(dmabuf);
	vg_sim_script("GET_DISPLAY_INFO 0 hold");
	vg_sim_control("needs_reset");
	ASSERT_TRUE(vg_sim_becomes("resets", resets + 1));
	child = fork();
	VG_ASSERT(child >= 0);
	if (!child)
		_exit(__vg_framebuffer(self->fd, handle, 32, 32, 0, &fb) ? 1 : 2);
	usleep(200000);
	vg_reap(child, 0);
	vg_sim_control("defaults");
	vg_sim_control("release");
	EXPECT_EQ(0, __vg_framebuffer(self->fd, handle, 32, 32, 0, &fb));
}

/* The picture that a host without blobs needs has the lines of the first framebuffer. */
TEST_F(sim, import_with_a_framebuffer_refused_is_shown_with_another)
{
	int dmabuf = __vg_foreign_dmabuf(SIZE);
	struct drm_mode_fb_cmd2 odd = {
		.width = 32,
		.height = 32,
		.pixel_format = DRM_FORMAT_XRGB8888,
		.pitches = { 32 * 4 + 2 },
	};
	__u32 handle, fb;

	if (dmabuf < 0)
		SKIP(return, "needs vgem");
	self->fd = plug_for_pictures();
	ASSERT_EQ(0, __vg_import(self->fd, dmabuf, &handle));
	close(dmabuf);
	odd.handles[0] = handle;
	EXPECT_EQ(-EINVAL, __vg_ioctl(self->fd, DRM_IOCTL_MODE_ADDFB2, &odd));
	EXPECT_EQ(-EINVAL, __vg_framebuffer(self->fd, handle, 64, SIZE / 256 + 1, 0, &fb));
	EXPECT_EQ(-EINVAL, __vg_framebuffer(self->fd, handle, 64, 16, 4 * 10, &fb));
	EXPECT_EQ(0, __vg_framebuffer(self->fd, handle, 32, SIZE / 128, 0, &fb));
	EXPECT_EQ(-EINVAL, __vg_framebuffer(self->fd, handle, 64, 16, 0, &fb));
}

TEST_HARNESS_MAIN
