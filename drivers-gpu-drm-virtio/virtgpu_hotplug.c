// SPDX-License-Identifier: GPL-2.0-only
/*
 * When is the host asked what hangs on its scanouts, and what is believed?
 *
 * At probe, when it raises a config event, after a sleep and a reset; and again, until
 * it has said all. Nobody waits for that but the probe: a worker asks.
 */
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_drv.h>
#include <drm/drm_mode_config.h>
#include <drm/drm_print.h>
#include <drm/drm_probe_helper.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_connector.h"
#include "virtgpu_display_types.h"
#include "virtgpu_edid.h"
#include "virtgpu_hotplug.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* In jiffies: how long after a failed question the next one follows. */
#define VIRTGPU_CONFIG_DELAY_MIN	(HZ / 4)
#define VIRTGPU_CONFIG_DELAY_MAX	((unsigned long)(60 * HZ))

/*
 * What the host writes is bounded here, once and for all, so it is read only once: it
 * may be written meanwhile. A window may be smaller than any picture that hosts show.
 */
static void virtgpu_hotplug_read(const struct virtio_gpu_display_one *one,
				 struct virtgpu_host_output *host)
{
	u32 width = le32_to_cpu(READ_ONCE(one->r.width));
	u32 height = le32_to_cpu(READ_ONCE(one->r.height));

	host->enabled = READ_ONCE(one->enabled);
	host->x = le32_to_cpu(READ_ONCE(one->r.x));
	host->y = le32_to_cpu(READ_ONCE(one->r.y));
	if (width && height && width <= VIRTGPU_MAX_SIZE && height <= VIRTGPU_MAX_SIZE) {
		host->width = max_t(u32, width, VIRTGPU_MIN_SIZE);
		host->height = max_t(u32, height, VIRTGPU_MIN_SIZE);
	}
}

/*
 * Hosts that know no places (QEMU) say that all outputs are at 0,0. Taken at its
 * word, that would put them on top of each other: suggest them side by side.
 */
static void virtgpu_hotplug_place(struct virtgpu_host_output *hosts, u32 count)
{
	u32 next = 0;

	for (unsigned int i = 0; i < count; i++) {
		if (hosts[i].enabled && (hosts[i].x || hosts[i].y))
			return;
	}
	for (unsigned int i = 0; i < count; i++) {
		if (!hosts[i].enabled)
			continue;
		hosts[i].x = next;
		next += hosts[i].width ?: VIRTGPU_DEFAULT_WIDTH;
	}
}

/*
 * Only scanouts that are on are asked for their EDID. What is not learnt stays as it
 * was, and nobody waits for the same silence more than once.
 */
static int virtgpu_hotplug_ask_edids(struct virtgpu_display *display,
				     struct virtgpu_host_output *hosts)
{
	int error = 0;

	for (unsigned int i = 0; i < display->num_outputs; i++) {
		int ret = error;

		if (!hosts[i].enabled)
			continue;
		if (error != -ETIMEDOUT)
			ret = virtgpu_edid_fetch(display->vgdev, i, &hosts[i]);
		if (!ret)
			continue;
		/* Nobody but who asks writes what is known, one at a time. */
		virtgpu_edid_keep(&hosts[i], &display->outputs[i].host);
		error = ret;
	}
	return error;
}

/*
 * Ask for everything, outside of all locks, then update under the one lock that
 * the connectors need. An error tells that not all is known; what is, is updated.
 */
static int virtgpu_hotplug_ask(struct virtgpu_display *display, bool *changed)
{
	struct virtgpu_device *vgdev = display->vgdev;
	const struct virtio_gpu_resp_display_info *info;
	struct virtgpu_host_output *hosts;
	struct virtgpu_vbuf *vbuf;
	int ret = -ENOMEM;

	*changed = false;
	vbuf = virtgpu_cmd_get_display_info();
	hosts = kcalloc(display->num_outputs, sizeof(*hosts), GFP_KERNEL);
	if (!vbuf || !hosts)
		goto out;
	/* One complaint is enough of a host that never answers this. */
	vbuf->quiet = display->config_delay != VIRTGPU_CONFIG_DELAY_MIN;
	ret = virtgpu_vq_call(vgdev->ctrlq, vbuf, VIRTGPU_HOST_TIMEOUT_MS);
	if (ret)
		goto out;
	info = vbuf->resp;
	for (unsigned int i = 0; i < display->num_outputs; i++)
		virtgpu_hotplug_read(&info->pmodes[i], &hosts[i]);
	ret = virtgpu_hotplug_ask_edids(display, hosts);
	virtgpu_hotplug_place(hosts, display->num_outputs);

	mutex_lock(&vgdev->drm->mode_config.mutex);
	for (unsigned int i = 0; i < display->num_outputs; i++)
		*changed |= virtgpu_connector_update(&display->outputs[i], &hosts[i]);
	mutex_unlock(&vgdev->drm->mode_config.mutex);
out:
	kfree(hosts);
	virtgpu_vbuf_put(vbuf);
	return ret;
}

/* Whatever becomes of the next question, it is not the last. */
static void virtgpu_hotplug_ask_again(struct virtgpu_display *display)
{
	unsigned long flags;

	spin_lock_irqsave(&display->config_lock, flags);
	display->config_unknown = true;
	if (!display->config_stopped)
		schedule_delayed_work(&display->config_retry, display->config_delay);
	display->config_delay = min(2 * display->config_delay, VIRTGPU_CONFIG_DELAY_MAX);
	spin_unlock_irqrestore(&display->config_lock, flags);
}

static bool virtgpu_hotplug_is_unknown(struct virtgpu_display *display)
{
	bool unknown;

	spin_lock_irq(&display->config_lock);
	unknown = display->config_unknown;
	display->config_unknown = false;
	spin_unlock_irq(&display->config_lock);
	return unknown;
}

/* Events that are seen and not cleared would raise no further interrupt. */
static bool virtgpu_hotplug_take_events(struct virtgpu_device *vgdev)
{
	u32 events;

	virtio_cread_le(vgdev->vdev, struct virtio_gpu_config, events_read, &events);
	if (!(events & VIRTIO_GPU_EVENT_DISPLAY))
		return false;
	events = VIRTIO_GPU_EVENT_DISPLAY;
	virtio_cwrite_le(vgdev->vdev, struct virtio_gpu_config, events_clear, &events);
	return true;
}

static void virtgpu_hotplug_work(struct work_struct *work)
{
	struct virtgpu_display *display =
		container_of(work, struct virtgpu_display, config_work);
	struct drm_device *drm = display->vgdev->drm;
	bool news, changed;
	int idx, ret;

	if (!drm_dev_enter(drm, &idx))
		return;
	news = virtgpu_hotplug_take_events(display->vgdev);
	news |= virtgpu_hotplug_is_unknown(display);
	drm_dev_exit(idx);
	if (!news)
		return;

	ret = virtgpu_hotplug_ask(display, &changed);
	if (ret) {
		/* The host has been told that we know of its event: it says no more. */
		drm_dbg_kms(drm, "no news of the display, or not all (%d)\n", ret);
		virtgpu_hotplug_ask_again(display);
	} else {
		display->config_delay = VIRTGPU_CONFIG_DELAY_MIN;
	}
	display->config_missed |= changed;
	if (!display->config_missed || READ_ONCE(display->config_stopped))
		return;
	display->config_missed = false;
	drm_kms_helper_hotplug_event(drm);
}

/**
 * virtgpu_hotplug_changed - the device's configuration has changed
 * @display: the display
 *
 * Any context, any time between virtgpu_hotplug_init() and the end of the device.
 */
void virtgpu_hotplug_changed(struct virtgpu_display *display)
{
	unsigned long flags;

	spin_lock_irqsave(&display->config_lock, flags);
	if (!display->config_stopped)
		schedule_work(&display->config_work);
	spin_unlock_irqrestore(&display->config_lock, flags);
}

static void virtgpu_hotplug_retry(struct work_struct *work)
{
	virtgpu_hotplug_changed(container_of(to_delayed_work(work), struct virtgpu_display,
					     config_retry));
}

/* A host that says nothing of its display, for now, gets a picture all the same. */
static void virtgpu_hotplug_assume(struct virtgpu_display *display, int error)
{
	drm_warn(display->vgdev->drm,
		 "no display information (%d), assuming that the first output is on\n",
		 error);
	display->outputs[0].host.enabled = true;
}

/**
 * virtgpu_hotplug_probe - ask for the first time
 * @display: the display, with its connectors; nobody else knows it yet
 */
void virtgpu_hotplug_probe(struct virtgpu_display *display)
{
	bool changed;
	int ret;

	ret = virtgpu_hotplug_ask(display, &changed);
	display->config_unknown = ret;
	/* What fails once there are screens is to learn of their EDID. */
	if (ret && !changed)
		virtgpu_hotplug_assume(display, ret);
}

/**
 * virtgpu_hotplug_stop - ask the host nothing more
 * @display: the display
 *
 * A question may be under way, and take long: virtgpu_hotplug_drain().
 */
void virtgpu_hotplug_stop(struct virtgpu_display *display)
{
	spin_lock_irq(&display->config_lock);
	WRITE_ONCE(display->config_stopped, true);
	spin_unlock_irq(&display->config_lock);
	cancel_delayed_work_sync(&display->config_retry);
}

/**
 * virtgpu_hotplug_drain - wait for the last one who asked the host
 * @display: the display
 */
void virtgpu_hotplug_drain(struct virtgpu_display *display)
{
	cancel_work_sync(&display->config_work);
}

/**
 * virtgpu_hotplug_resume - follow the host again
 * @display: the display, after a time in which changes went unnoticed
 */
void virtgpu_hotplug_resume(struct virtgpu_display *display)
{
	spin_lock_irq(&display->config_lock);
	display->config_unknown = true;
	WRITE_ONCE(display->config_stopped, false);
	spin_unlock_irq(&display->config_lock);
	virtgpu_hotplug_changed(display);
}

/**
 * virtgpu_hotplug_init - before all others here
 * @display: the display
 */
void virtgpu_hotplug_init(struct virtgpu_display *display)
{
	spin_lock_init(&display->config_lock);
	INIT_WORK(&display->config_work, virtgpu_hotplug_work);
	INIT_DELAYED_WORK(&display->config_retry, virtgpu_hotplug_retry);
	display->config_delay = VIRTGPU_CONFIG_DELAY_MIN;
}
