// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ticks where there is no vblank interrupt?
 *
 * One high-resolution timer for each CRTC, in the manner of drm_vblank_helper.h, which
 * kernels have since 6.19. The core calls start and stop with its vblank locks held,
 * which the tick needs too; so nobody waits for a running tick. Instead, a tick
 * that comes after a stop, or in the middle of a new start, finds out by itself.
 *
 * The kernel's own timer is not used, for it does wait: drm_crtc_vblank_start_timer()
 * spins with those locks until a tick on another CPU is over, which spins for them.
 */
#include <drm/drm_vblank_helper.h>

/* The core's own, from here on. */
#undef drm_vblank_init

#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>

#include <drm/drm_crtc.h>
#include <drm/drm_device.h>
#include <drm/drm_managed.h>
#include <drm/drm_modeset_helper_vtables.h>
#include <drm/drm_vblank.h>

/**
 * struct virtgpu_vblank_timer - the clock of one CRTC
 * @timer: ticks at the end of each frame
 * @crtc: the CRTC, once it has been started
 * @lock: guards @interval and @last, and starting @timer
 * @interval: length of a frame, or 0 when stopped
 * @last: when the last frame ended
 */
struct virtgpu_vblank_timer {
	struct hrtimer timer;
	struct drm_crtc *crtc;
	/* Guards what follows. */
	spinlock_t lock;
	ktime_t interval;
	ktime_t last;
};

/**
 * struct virtgpu_vblank_device - the clocks of one device
 * @node: in the list of all devices
 * @drm: the device
 * @timers: one for each CRTC
 */
struct virtgpu_vblank_device {
	struct list_head node;
	struct drm_device *drm;
	struct virtgpu_vblank_timer timers[];
};

/* The core's structures have no place for ours, so they are looked up. */
static LIST_HEAD(virtgpu_vblank_devices);
static DEFINE_SPINLOCK(virtgpu_vblank_lock);

static struct virtgpu_vblank_timer *virtgpu_vblank_find(struct drm_crtc *crtc)
{
	struct virtgpu_vblank_timer *found = NULL;
	struct virtgpu_vblank_device *device;

	rcu_read_lock();
	list_for_each_entry_rcu(device, &virtgpu_vblank_devices, node) {
		if (device->drm == crtc->dev) {
			found = &device->timers[drm_crtc_index(crtc)];
			break;
		}
	}
	rcu_read_unlock();
	/* It lives as long as the CRTC. */
	return found;
}

/* The driver's part of a tick. */
static bool virtgpu_vblank_handle(struct drm_crtc *crtc)
{
#ifdef VIRTGPU_COMPAT_CRTC_HOOKS
	return virtgpu_compat_crtc_handle_vblank(crtc);
#else
	const struct drm_crtc_helper_funcs *funcs = crtc->helper_private;

	return funcs->handle_vblank_timeout(crtc);
#endif
}

static enum hrtimer_restart virtgpu_vblank_tick(struct hrtimer *timer)
{
	struct virtgpu_vblank_timer *clock =
		container_of(timer, struct virtgpu_vblank_timer, timer);
	unsigned long flags;
	bool stale;

	spin_lock_irqsave(&clock->lock, flags);
	stale = !clock->interval || hrtimer_is_queued(timer);
	if (!stale) {
		hrtimer_forward_now(timer, clock->interval);
		clock->last = ktime_sub(hrtimer_get_expires(timer), clock->interval);
	}
	spin_unlock_irqrestore(&clock->lock, flags);

	if (stale || !virtgpu_vblank_handle(clock->crtc))
		return HRTIMER_NORESTART;
	return HRTIMER_RESTART;
}

/**
 * virtgpu_compat_vblank_start - implementation of &drm_crtc_funcs.enable_vblank
 * @crtc: the CRTC
 *
 * Return: 0.
 */
int virtgpu_compat_vblank_start(struct drm_crtc *crtc)
{
	struct virtgpu_vblank_timer *clock = virtgpu_vblank_find(crtc);
	unsigned long flags;

	drm_calc_timestamping_constants(crtc, &crtc->mode);
	spin_lock_irqsave(&clock->lock, flags);
	clock->crtc = crtc;
	clock->interval = ns_to_ktime(drm_crtc_vblank_crtc(crtc)->framedur_ns);
	clock->last = ktime_get();
	hrtimer_start(&clock->timer, ktime_add(clock->last, clock->interval),
		      HRTIMER_MODE_ABS);
	spin_unlock_irqrestore(&clock->lock, flags);
	return 0;
}

/**
 * virtgpu_compat_vblank_stop - implementation of &drm_crtc_funcs.disable_vblank
 * @crtc: the CRTC
 */
void virtgpu_compat_vblank_stop(struct drm_crtc *crtc)
{
	struct virtgpu_vblank_timer *clock = virtgpu_vblank_find(crtc);
	unsigned long flags;

	spin_lock_irqsave(&clock->lock, flags);
	clock->interval = 0;
	hrtimer_try_to_cancel(&clock->timer);
	spin_unlock_irqrestore(&clock->lock, flags);
}

/**
 * virtgpu_compat_vblank_timestamp - implementation of
 *                                   &drm_crtc_funcs.get_vblank_timestamp
 * @crtc: the CRTC
 * @max_error: left as it is: the timer has none
 * @time: when the last frame ended
 * @in_vblank_irq: asked for by the tick
 *
 * Return: true.
 */
bool virtgpu_compat_vblank_timestamp(struct drm_crtc *crtc, int *max_error,
				     ktime_t *time, bool in_vblank_irq)
{
	struct virtgpu_vblank_timer *clock = virtgpu_vblank_find(crtc);
	unsigned long flags;

	if (!READ_ONCE(drm_crtc_vblank_crtc(crtc)->enabled)) {
		*time = ktime_get();
		return true;
	}
	spin_lock_irqsave(&clock->lock, flags);
	*time = clock->last;
	spin_unlock_irqrestore(&clock->lock, flags);
	return true;
}

/**
 * virtgpu_compat_vblank_atomic_enable - implementation of
 *                                       &drm_crtc_helper_funcs.atomic_enable
 * @crtc: the CRTC
 * @commit: the commit
 */
void virtgpu_compat_vblank_atomic_enable(struct drm_crtc *crtc,
					 struct drm_atomic_commit *commit)
{
	drm_crtc_vblank_on(crtc);
}

static void virtgpu_vblank_release(struct drm_device *drm, void *data)
{
	struct virtgpu_vblank_device *device = data;

	spin_lock(&virtgpu_vblank_lock);
	list_del_rcu(&device->node);
	spin_unlock(&virtgpu_vblank_lock);
	for (unsigned int i = 0; i < drm->num_crtcs; i++)
		hrtimer_cancel(&device->timers[i].timer);
	synchronize_rcu();
}

/**
 * virtgpu_compat_vblank_init - drm_vblank_init(), with a timer for each CRTC
 * @drm: the device
 * @num_crtcs: how many CRTCs it has
 *
 * Return: 0 or a negative errno.
 */
int virtgpu_compat_vblank_init(struct drm_device *drm, unsigned int num_crtcs)
{
	struct virtgpu_vblank_device *device;
	int ret;

	ret = drm_vblank_init(drm, num_crtcs);
	if (ret)
		return ret;
	device = drmm_kzalloc(drm, struct_size(device, timers, num_crtcs), GFP_KERNEL);
	if (!device)
		return -ENOMEM;
	device->drm = drm;
	for (unsigned int i = 0; i < num_crtcs; i++) {
		struct virtgpu_vblank_timer *clock = &device->timers[i];

		spin_lock_init(&clock->lock);
#ifdef HAVE_HRTIMER_SETUP
		hrtimer_setup(&clock->timer, virtgpu_vblank_tick, CLOCK_MONOTONIC,
			      HRTIMER_MODE_ABS);
#else
		hrtimer_init(&clock->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
		clock->timer.function = virtgpu_vblank_tick;
#endif
	}
#ifdef HAVE_DRM_IRQ_ENABLED
	drm->irq_enabled = true;
#endif
	spin_lock(&virtgpu_vblank_lock);
	list_add_rcu(&device->node, &virtgpu_vblank_devices);
	spin_unlock(&virtgpu_vblank_lock);
	return drmm_add_action_or_reset(drm, virtgpu_vblank_release, device);
}
