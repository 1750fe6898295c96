// SPDX-License-Identifier: GPL-2.0-only
/*
 * What are commands and answers called?
 */
#include "vsim_api.h"

#define CMD(name)	{ VIRTIO_GPU_CMD_##name, #name }
#define RESP(name)	{ VIRTIO_GPU_RESP_##name, #name }

static const struct {
	u32 type;
	const char *name;
} vsim_names[] = {
	CMD(GET_DISPLAY_INFO),
	CMD(RESOURCE_CREATE_2D),
	CMD(RESOURCE_UNREF),
	CMD(SET_SCANOUT),
	CMD(RESOURCE_FLUSH),
	CMD(TRANSFER_TO_HOST_2D),
	CMD(RESOURCE_ATTACH_BACKING),
	CMD(RESOURCE_DETACH_BACKING),
	CMD(GET_CAPSET_INFO),
	CMD(GET_CAPSET),
	CMD(GET_EDID),
	CMD(RESOURCE_ASSIGN_UUID),
	CMD(RESOURCE_CREATE_BLOB),
	CMD(SET_SCANOUT_BLOB),
	CMD(CTX_CREATE),
	CMD(CTX_DESTROY),
	CMD(CTX_ATTACH_RESOURCE),
	CMD(CTX_DETACH_RESOURCE),
	CMD(RESOURCE_CREATE_3D),
	CMD(TRANSFER_TO_HOST_3D),
	CMD(TRANSFER_FROM_HOST_3D),
	CMD(SUBMIT_3D),
	CMD(RESOURCE_MAP_BLOB),
	CMD(RESOURCE_UNMAP_BLOB),
	CMD(UPDATE_CURSOR),
	CMD(MOVE_CURSOR),
	RESP(OK_NODATA),
	RESP(OK_DISPLAY_INFO),
	RESP(OK_CAPSET_INFO),
	RESP(OK_CAPSET),
	RESP(OK_EDID),
	RESP(OK_RESOURCE_UUID),
	RESP(OK_MAP_INFO),
	RESP(ERR_UNSPEC),
	RESP(ERR_OUT_OF_MEMORY),
	RESP(ERR_INVALID_SCANOUT_ID),
	RESP(ERR_INVALID_RESOURCE_ID),
	RESP(ERR_INVALID_CONTEXT_ID),
	RESP(ERR_INVALID_PARAMETER),
};

/* vsim_name - the specification's name of a command or an answer */
const char *vsim_name(u32 type)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(vsim_names); i++) {
		if (vsim_names[i].type == type)
			return vsim_names[i].name;
	}
	return "unknown command";
}

/* vsim_name_find - the number of what a test calls by name; 0 or -EINVAL */
int vsim_name_find(const char *name, u32 *type)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(vsim_names); i++) {
		if (!strcmp(vsim_names[i].name, name)) {
			*type = vsim_names[i].type;
			return 0;
		}
	}
	return kstrtou32(name, 0, type);
}
