/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes up a scanout on our side? Only types: any file may include this.
 */
#ifndef VIRTGPU_DISPLAY_TYPES_H
#define VIRTGPU_DISPLAY_TYPES_H

#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <drm/drm_connector.h>
#include <drm/drm_crtc.h>
#include <drm/drm_encoder.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_device_types.h"
#include "virtgpu_host_output.h"

struct drm_pending_vblank_event;
struct virtgpu_crc;
struct virtgpu_cursor;
struct virtgpu_damage;
struct virtgpu_panic;
struct virtgpu_writeback;

/* The device's cursor is of this width and height, always. */
#define VIRTGPU_CURSOR_SIZE	64

/**
 * struct virtgpu_flip - the frame that is on its way to the host
 *
 * Guarded by &drm_device.event_lock.
 */
struct virtgpu_flip {
	/** @event: to be sent when the host has the frame, or NULL. */
	struct drm_pending_vblank_event *event;
	/** @seq: the flush that @event waits for. */
	u32 seq;
	/** @answered: the last flush that the host answered. */
	u32 answered;
	/** @target: the first vblank after the frame was queued. */
	u64 target;
	/** @deadline: in jiffies: @event is sent then, whatever the host does. */
	unsigned long deadline;
	/** @async: the event does not wait for the next vblank. */
	bool async;
	/** @counted: vblanks are counted until @event is sent. */
	bool counted;
	/** @stopped: no event waits for the host any more, nor for the timer. */
	bool stopped;
};

/**
 * struct virtgpu_output - one scanout: CRTC, encoder, connector and planes
 */
struct virtgpu_output {
	/** @vgdev: the device. */
	struct virtgpu_device *vgdev;
	/** @index: the device's number for the scanout. */
	u32 index;
	/** @crtc: one for each scanout. */
	struct drm_crtc crtc;
	/** @encoder: a formality. */
	struct drm_encoder encoder;
	/** @connector: one for each scanout. */
	struct drm_connector connector;

	/** @host: guarded by &drm_mode_config.mutex. */
	struct virtgpu_host_output host;

	/**
	 * @shown: what the device was last told to show. This and all up to
	 * @fence_seqno belongs to the commit that is under way; the core lets
	 * one follow the other.
	 */
	struct virtgpu_scanout shown;
	/** @flush_seq: number of the last flush; wraps. */
	u32 flush_seq;
	/** @await_seq: the flush that the commit under way waits for. */
	u32 await_seq;
	/** @fence_context: the timeline of the flushes that carry a fence. */
	u64 fence_context;
	/** @fence_seqno: place of the last fence on that timeline. */
	u64 fence_seqno;

	/** @flip: what the last commit waits for. */
	struct virtgpu_flip flip;
	/** @flip_timer: ends the wait when the host is too slow. */
	struct timer_list flip_timer;

	/** @reshow: shows again what was shown before a reset (virtgpu_reshow.c). */
	struct delayed_work reshow;

	/** @cursor: what the pointer looks like (virtgpu_cursor.c). */
	struct virtgpu_cursor *cursor;
	/** @damage: what changed in the last frames (virtgpu_damage.c). */
	struct virtgpu_damage *damage;
	/** @panic: what a panic needs (virtgpu_panic.c). */
	struct virtgpu_panic *panic;
	/**
	 * @crc: the checksums of its frames (virtgpu_crc.c), or NULL if nobody reads
	 * them. Guarded by &drm_device.event_lock.
	 */
	struct virtgpu_crc *crc;
	/** @writeback: gives back what was asked to be shown (virtgpu_writeback.c). */
	struct virtgpu_writeback *writeback;
};

/**
 * struct virtgpu_display - all scanouts of a device
 */
struct virtgpu_display {
	/** @vgdev: the device. */
	struct virtgpu_device *vgdev;
	/** @hotplug_mode_update: tells compositors to follow the host's size. */
	struct drm_property *hotplug_mode_update;

	/** @config_work: asks the host what has changed. */
	struct work_struct config_work;
	/** @config_retry: has @config_work ask again after it got no answer. */
	struct delayed_work config_retry;
	/** @config_delay: in jiffies, until then; @config_work's own. */
	unsigned long config_delay;
	/** @config_missed: userspace is yet to hear of a change; @config_work's own. */
	bool config_missed;
	/** @config_lock: guards the next two, with interrupts off. */
	spinlock_t config_lock;
	/** @config_unknown: ask the host, whether it has announced a change or not. */
	bool config_unknown;
	/** @config_stopped: @config_work is not to be queued any more. */
	bool config_stopped;

	/** @num_outputs: entries of @outputs. */
	unsigned int num_outputs;
	/** @outputs: the scanouts, in the device's order. */
	struct virtgpu_output outputs[] __counted_by(num_outputs);
};

#define crtc_to_virtgpu_output(c) \
	container_of((c), struct virtgpu_output, crtc)
#define connector_to_virtgpu_output(c) \
	container_of((c), struct virtgpu_output, connector)

#endif
