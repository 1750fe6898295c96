/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_STATE_H
#define VIRTGPU_STATE_H

/**
 * enum virtgpu_state - may commands go to the host?
 *
 * Changed by virtgpu_vq_set_state() and virtgpu_vq_drain() only, which
 * virtgpu_loss.c calls.
 */
enum virtgpu_state {
	/** @VIRTGPU_STOPPED: what is queued ends, in order, with an error. */
	VIRTGPU_STOPPED,
	/** @VIRTGPU_RUNNING: commands are sent. */
	VIRTGPU_RUNNING,
	/**
	 * @VIRTGPU_STOPPING: commands wait, none is sent, ended or freed: the
	 * host may still write to their memory.
	 */
	VIRTGPU_STOPPING,
	/** @VIRTGPU_RESTORING: only &virtgpu_device.restorer's are sent. */
	VIRTGPU_RESTORING,
};

#endif
