/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does every wire structure have the size and the offsets of the specification
 * (virtio 1.3, 5.7.4 and 5.7.6)? Included once, by virtgpu_proto.c.
 */
#ifndef VIRTGPU_PROTO_CHECK_H
#define VIRTGPU_PROTO_CHECK_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/virtio_gpu.h>

#define VIRTGPU_SIZE(name, size) \
	static_assert(sizeof(struct virtio_gpu_##name) == (size))
#define VIRTGPU_FIELD(name, field, offset) \
	static_assert(offsetof(struct virtio_gpu_##name, field) == (offset))

VIRTGPU_SIZE(ctrl_hdr, 24);
VIRTGPU_FIELD(ctrl_hdr, type, 0);
VIRTGPU_FIELD(ctrl_hdr, flags, 4);
VIRTGPU_FIELD(ctrl_hdr, fence_id, 8);
VIRTGPU_FIELD(ctrl_hdr, ctx_id, 16);
VIRTGPU_FIELD(ctrl_hdr, ring_idx, 20);
VIRTGPU_FIELD(ctrl_hdr, padding, 21);

VIRTGPU_SIZE(config, 20);
VIRTGPU_FIELD(config, events_read, 0);
VIRTGPU_FIELD(config, events_clear, 4);
VIRTGPU_FIELD(config, num_scanouts, 8);
VIRTGPU_FIELD(config, num_capsets, 12);
VIRTGPU_FIELD(config, blob_alignment, 16);

VIRTGPU_SIZE(rect, 16);
VIRTGPU_FIELD(rect, x, 0);
VIRTGPU_FIELD(rect, y, 4);
VIRTGPU_FIELD(rect, width, 8);
VIRTGPU_FIELD(rect, height, 12);

VIRTGPU_SIZE(box, 24);
VIRTGPU_FIELD(box, x, 0);
VIRTGPU_FIELD(box, y, 4);
VIRTGPU_FIELD(box, z, 8);
VIRTGPU_FIELD(box, w, 12);
VIRTGPU_FIELD(box, h, 16);
VIRTGPU_FIELD(box, d, 20);

VIRTGPU_SIZE(mem_entry, 16);
VIRTGPU_FIELD(mem_entry, addr, 0);
VIRTGPU_FIELD(mem_entry, length, 8);
VIRTGPU_FIELD(mem_entry, padding, 12);

VIRTGPU_SIZE(cursor_pos, 16);
VIRTGPU_FIELD(cursor_pos, scanout_id, 0);
VIRTGPU_FIELD(cursor_pos, x, 4);
VIRTGPU_FIELD(cursor_pos, y, 8);
VIRTGPU_FIELD(cursor_pos, padding, 12);

VIRTGPU_SIZE(update_cursor, 56);
VIRTGPU_FIELD(update_cursor, hdr, 0);
VIRTGPU_FIELD(update_cursor, pos, 24);
VIRTGPU_FIELD(update_cursor, resource_id, 40);
VIRTGPU_FIELD(update_cursor, hot_x, 44);
VIRTGPU_FIELD(update_cursor, hot_y, 48);
VIRTGPU_FIELD(update_cursor, padding, 52);

VIRTGPU_SIZE(resource_unref, 32);
VIRTGPU_FIELD(resource_unref, hdr, 0);
VIRTGPU_FIELD(resource_unref, resource_id, 24);
VIRTGPU_FIELD(resource_unref, padding, 28);

VIRTGPU_SIZE(resource_create_2d, 40);
VIRTGPU_FIELD(resource_create_2d, hdr, 0);
VIRTGPU_FIELD(resource_create_2d, resource_id, 24);
VIRTGPU_FIELD(resource_create_2d, format, 28);
VIRTGPU_FIELD(resource_create_2d, width, 32);
VIRTGPU_FIELD(resource_create_2d, height, 36);

VIRTGPU_SIZE(set_scanout, 48);
VIRTGPU_FIELD(set_scanout, hdr, 0);
VIRTGPU_FIELD(set_scanout, r, 24);
VIRTGPU_FIELD(set_scanout, scanout_id, 40);
VIRTGPU_FIELD(set_scanout, resource_id, 44);

VIRTGPU_SIZE(resource_flush, 48);
VIRTGPU_FIELD(resource_flush, hdr, 0);
VIRTGPU_FIELD(resource_flush, r, 24);
VIRTGPU_FIELD(resource_flush, resource_id, 40);
VIRTGPU_FIELD(resource_flush, padding, 44);

VIRTGPU_SIZE(transfer_to_host_2d, 56);
VIRTGPU_FIELD(transfer_to_host_2d, hdr, 0);
VIRTGPU_FIELD(transfer_to_host_2d, r, 24);
VIRTGPU_FIELD(transfer_to_host_2d, offset, 40);
VIRTGPU_FIELD(transfer_to_host_2d, resource_id, 48);
VIRTGPU_FIELD(transfer_to_host_2d, padding, 52);

VIRTGPU_SIZE(resource_attach_backing, 32);
VIRTGPU_FIELD(resource_attach_backing, hdr, 0);
VIRTGPU_FIELD(resource_attach_backing, resource_id, 24);
VIRTGPU_FIELD(resource_attach_backing, nr_entries, 28);

VIRTGPU_SIZE(resource_detach_backing, 32);
VIRTGPU_FIELD(resource_detach_backing, hdr, 0);
VIRTGPU_FIELD(resource_detach_backing, resource_id, 24);
VIRTGPU_FIELD(resource_detach_backing, padding, 28);

VIRTGPU_SIZE(resp_display_info, 408);
VIRTGPU_FIELD(resp_display_info, hdr, 0);
VIRTGPU_FIELD(resp_display_info, pmodes, 24);

VIRTGPU_SIZE(display_one, 24);
VIRTGPU_FIELD(display_one, r, 0);
VIRTGPU_FIELD(display_one, enabled, 16);
VIRTGPU_FIELD(display_one, flags, 20);

VIRTGPU_SIZE(transfer_host_3d, 72);
VIRTGPU_FIELD(transfer_host_3d, hdr, 0);
VIRTGPU_FIELD(transfer_host_3d, box, 24);
VIRTGPU_FIELD(transfer_host_3d, offset, 48);
VIRTGPU_FIELD(transfer_host_3d, resource_id, 56);
VIRTGPU_FIELD(transfer_host_3d, level, 60);
VIRTGPU_FIELD(transfer_host_3d, stride, 64);
VIRTGPU_FIELD(transfer_host_3d, layer_stride, 68);

VIRTGPU_SIZE(resource_create_3d, 72);
VIRTGPU_FIELD(resource_create_3d, hdr, 0);
VIRTGPU_FIELD(resource_create_3d, resource_id, 24);
VIRTGPU_FIELD(resource_create_3d, target, 28);
VIRTGPU_FIELD(resource_create_3d, format, 32);
VIRTGPU_FIELD(resource_create_3d, bind, 36);
VIRTGPU_FIELD(resource_create_3d, width, 40);
VIRTGPU_FIELD(resource_create_3d, height, 44);
VIRTGPU_FIELD(resource_create_3d, depth, 48);
VIRTGPU_FIELD(resource_create_3d, array_size, 52);
VIRTGPU_FIELD(resource_create_3d, last_level, 56);
VIRTGPU_FIELD(resource_create_3d, nr_samples, 60);
VIRTGPU_FIELD(resource_create_3d, flags, 64);
VIRTGPU_FIELD(resource_create_3d, padding, 68);

VIRTGPU_SIZE(ctx_create, 96);
VIRTGPU_FIELD(ctx_create, hdr, 0);
VIRTGPU_FIELD(ctx_create, nlen, 24);
VIRTGPU_FIELD(ctx_create, context_init, 28);
VIRTGPU_FIELD(ctx_create, debug_name, 32);

VIRTGPU_SIZE(ctx_destroy, 24);
VIRTGPU_FIELD(ctx_destroy, hdr, 0);

VIRTGPU_SIZE(ctx_resource, 32);
VIRTGPU_FIELD(ctx_resource, hdr, 0);
VIRTGPU_FIELD(ctx_resource, resource_id, 24);
VIRTGPU_FIELD(ctx_resource, padding, 28);

VIRTGPU_SIZE(cmd_submit, 32);
VIRTGPU_FIELD(cmd_submit, hdr, 0);
VIRTGPU_FIELD(cmd_submit, size, 24);
VIRTGPU_FIELD(cmd_submit, padding, 28);

VIRTGPU_SIZE(get_capset_info, 32);
VIRTGPU_FIELD(get_capset_info, hdr, 0);
VIRTGPU_FIELD(get_capset_info, capset_index, 24);
VIRTGPU_FIELD(get_capset_info, padding, 28);

VIRTGPU_SIZE(resp_capset_info, 40);
VIRTGPU_FIELD(resp_capset_info, hdr, 0);
VIRTGPU_FIELD(resp_capset_info, capset_id, 24);
VIRTGPU_FIELD(resp_capset_info, capset_max_version, 28);
VIRTGPU_FIELD(resp_capset_info, capset_max_size, 32);
VIRTGPU_FIELD(resp_capset_info, padding, 36);

VIRTGPU_SIZE(get_capset, 32);
VIRTGPU_FIELD(get_capset, hdr, 0);
VIRTGPU_FIELD(get_capset, capset_id, 24);
VIRTGPU_FIELD(get_capset, capset_version, 28);

VIRTGPU_SIZE(resp_capset, 24);
VIRTGPU_FIELD(resp_capset, hdr, 0);
VIRTGPU_FIELD(resp_capset, capset_data, 24);

VIRTGPU_SIZE(cmd_get_edid, 32);
VIRTGPU_FIELD(cmd_get_edid, hdr, 0);
VIRTGPU_FIELD(cmd_get_edid, scanout, 24);
VIRTGPU_FIELD(cmd_get_edid, padding, 28);

VIRTGPU_SIZE(resp_edid, 1056);
VIRTGPU_FIELD(resp_edid, hdr, 0);
VIRTGPU_FIELD(resp_edid, size, 24);
VIRTGPU_FIELD(resp_edid, padding, 28);
VIRTGPU_FIELD(resp_edid, edid, 32);

VIRTGPU_SIZE(resource_assign_uuid, 32);
VIRTGPU_FIELD(resource_assign_uuid, hdr, 0);
VIRTGPU_FIELD(resource_assign_uuid, resource_id, 24);
VIRTGPU_FIELD(resource_assign_uuid, padding, 28);

VIRTGPU_SIZE(resp_resource_uuid, 40);
VIRTGPU_FIELD(resp_resource_uuid, hdr, 0);
VIRTGPU_FIELD(resp_resource_uuid, uuid, 24);

VIRTGPU_SIZE(resource_create_blob, 56);
VIRTGPU_FIELD(resource_create_blob, hdr, 0);
VIRTGPU_FIELD(resource_create_blob, resource_id, 24);
VIRTGPU_FIELD(resource_create_blob, blob_mem, 28);
VIRTGPU_FIELD(resource_create_blob, blob_flags, 32);
VIRTGPU_FIELD(resource_create_blob, nr_entries, 36);
VIRTGPU_FIELD(resource_create_blob, blob_id, 40);
VIRTGPU_FIELD(resource_create_blob, size, 48);

VIRTGPU_SIZE(set_scanout_blob, 96);
VIRTGPU_FIELD(set_scanout_blob, hdr, 0);
VIRTGPU_FIELD(set_scanout_blob, r, 24);
VIRTGPU_FIELD(set_scanout_blob, scanout_id, 40);
VIRTGPU_FIELD(set_scanout_blob, resource_id, 44);
VIRTGPU_FIELD(set_scanout_blob, width, 48);
VIRTGPU_FIELD(set_scanout_blob, height, 52);
VIRTGPU_FIELD(set_scanout_blob, format, 56);
VIRTGPU_FIELD(set_scanout_blob, padding, 60);
VIRTGPU_FIELD(set_scanout_blob, strides, 64);
VIRTGPU_FIELD(set_scanout_blob, offsets, 80);

VIRTGPU_SIZE(resource_map_blob, 40);
VIRTGPU_FIELD(resource_map_blob, hdr, 0);
VIRTGPU_FIELD(resource_map_blob, resource_id, 24);
VIRTGPU_FIELD(resource_map_blob, padding, 28);
VIRTGPU_FIELD(resource_map_blob, offset, 32);

VIRTGPU_SIZE(resp_map_info, 32);
VIRTGPU_FIELD(resp_map_info, hdr, 0);
VIRTGPU_FIELD(resp_map_info, map_info, 24);
VIRTGPU_FIELD(resp_map_info, padding, 28);

VIRTGPU_SIZE(resource_unmap_blob, 32);
VIRTGPU_FIELD(resource_unmap_blob, hdr, 0);
VIRTGPU_FIELD(resource_unmap_blob, resource_id, 24);
VIRTGPU_FIELD(resource_unmap_blob, padding, 28);

#undef VIRTGPU_SIZE
#undef VIRTGPU_FIELD

#endif
