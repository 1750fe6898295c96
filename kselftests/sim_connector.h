/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the driver say of a connector: its state, its modes, the monitor's EDID?
 */
#ifndef SIM_CONNECTOR_H
#define SIM_CONNECTOR_H

#include <string.h>

#include <drm/drm.h>
#include <drm/drm_mode.h>

#include <libvirtgpu.h>

#define MAX_MODES 128
#define CONNECTED 1
#define EDID_SIZE 128
#define EDID_MAX (256 * EDID_SIZE)

/* What hangs on connector @index: its state and modes */
struct screen {
	unsigned int connectors;
	__u32 id;
	__u32 connection;
	__u32 num_modes;
	struct drm_mode_modeinfo modes[MAX_MODES];
};

static int look(int fd, unsigned int index, struct screen *screen)
{
	struct drm_mode_get_connector get = { 0 };
	struct drm_mode_card_res res = { 0 };
	__u32 connectors[32];
	int ret;

	res.connector_id_ptr = VG_PTR(connectors);
	res.count_connectors = ARRAY_SIZE(connectors);
	ret = __vg_ioctl(fd, DRM_IOCTL_MODE_GETRESOURCES, &res);
	if (ret)
		return ret;
	memset(screen, 0, sizeof(*screen));
	screen->connectors = res.count_connectors;
	get.connector_id = connectors[index];
	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_GETCONNECTOR, &get));
	VG_ASSERT(get.count_modes <= MAX_MODES);
	get.modes_ptr = VG_PTR(screen->modes);
	get.count_props = 0;
	get.count_encoders = 0;
	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_GETCONNECTOR, &get));
	screen->id = get.connector_id;
	screen->connection = get.connection;
	screen->num_modes = get.count_modes;
	return 0;
}

/* The EDID of screen 0; false if it has none. */
static bool edid_of(int fd, __u8 edid[EDID_MAX])
{
	struct screen screen;
	__u64 blob;

	VG_OK(look(fd, 0, &screen));
	if (!vg_property(fd, screen.id, "EDID", &blob) || !blob)
		return false;
	vg_read_blob(fd, blob, edid, EDID_MAX);
	return true;
}

/* The serial number in the EDID of screen 0, 0 without an EDID */
static __u32 serial_of(int fd)
{
	__u8 edid[EDID_MAX];

	if (!edid_of(fd, edid))
		return 0;
	return edid[12] | edid[13] << 8 | edid[14] << 16 | (__u32)edid[15] << 24;
}

/* Within 10 seconds */
__attribute__((unused)) static bool gets_serial(int fd, __u32 serial)
{
	int i;

	for (i = 0; i < 200; i++) {
		if (serial_of(fd) == serial)
			return true;
		usleep(50000);
	}
	return false;
}

#define SCREEN_PLUG(count) do {						\
	vg_sim_set("num_scanouts", count);				\
	vg_sim_control("plug");						\
	self->fd = vg_open_primary();					\
} while (0)

#endif
