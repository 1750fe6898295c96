// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does an output show again what it showed before a reset?
 *
 * By a commit of its own, that a worker makes. A client may hold the locks of an output
 * while its commit waits for another driver, which may take for ever; so nobody waits for
 * that worker but who switches the screens off, and needs the same locks. A client's
 * commit that is still to be applied is not waited for with the locks held: the worker
 * comes again.
 */
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_print.h>

#include "virtgpu_display_types.h"
#include "virtgpu_reshow.h"

/* In milliseconds, about a frame: when to look again for a commit under way. */
#define VIRTGPU_RESHOW_AGAIN_MS		20

static bool virtgpu_reshow_is_under_way(struct drm_crtc_commit *last)
{
	return last && !completion_done(&last->hw_done);
}

/* Add what an output shows, if it shows anything; -EAGAIN if that is about to change. */
static int virtgpu_reshow_add(struct drm_atomic_commit *commit, struct drm_crtc *crtc)
{
	struct drm_crtc_state *state = drm_atomic_get_crtc_state(commit, crtc);
	struct drm_plane *plane;
	int ret;

	if (IS_ERR(state))
		return PTR_ERR(state);
	if (virtgpu_reshow_is_under_way(crtc->state->commit))
		return -EAGAIN;
	ret = drm_atomic_add_affected_planes(commit, crtc);
	if (ret)
		return ret;
	drm_for_each_plane_mask(plane, crtc->dev, crtc->state->plane_mask) {
		if (virtgpu_reshow_is_under_way(plane->state->commit))
			return -EAGAIN;
	}
	return state->active ? 0 : -ENODATA;
}

static int virtgpu_reshow_commit(struct drm_crtc *crtc, struct drm_modeset_acquire_ctx *ctx)
{
	struct drm_atomic_commit *commit;
	int ret;

	commit = drm_atomic_commit_alloc(crtc->dev);
	if (!commit)
		return -ENOMEM;
	commit->acquire_ctx = ctx;
	commit->duplicated = true;
	ret = virtgpu_reshow_add(commit, crtc);
	if (!ret)
		ret = drm_atomic_helper_commit_duplicated_state(commit, ctx);
	drm_atomic_commit_put(commit);
	return ret;
}

static void virtgpu_reshow_work(struct work_struct *work)
{
	struct virtgpu_output *output =
		container_of(to_delayed_work(work), struct virtgpu_output, reshow);
	struct drm_modeset_acquire_ctx ctx;
	int ret;

	drm_modeset_acquire_init(&ctx, 0);
	while ((ret = virtgpu_reshow_commit(&output->crtc, &ctx)) == -EDEADLK)
		drm_modeset_backoff(&ctx);
	drm_modeset_drop_locks(&ctx);
	drm_modeset_acquire_fini(&ctx);
	if (ret == -EAGAIN)
		schedule_delayed_work(&output->reshow, msecs_to_jiffies(VIRTGPU_RESHOW_AGAIN_MS));
	else if (ret && ret != -ENODATA)
		drm_warn(output->vgdev->drm,
			 "screen %u stays dark until it is drawn anew (%d)\n",
			 output->index, ret);
}

/**
 * virtgpu_reshow_init - before all others here
 * @output: the output
 */
void virtgpu_reshow_init(struct virtgpu_output *output)
{
	INIT_DELAYED_WORK(&output->reshow, virtgpu_reshow_work);
}

/**
 * virtgpu_reshow_start - show again what was shown, soon
 * @output: the output; what it shows is there again
 *
 * Userspace goes on meanwhile, and notices nothing: no modeset, for vblanks are the
 * guest's own, and who waits for one gets it.
 */
void virtgpu_reshow_start(struct virtgpu_output *output)
{
	schedule_delayed_work(&output->reshow, 0);
}

/**
 * virtgpu_reshow_stop - show it no longer; may sleep
 * @output: the output, for which virtgpu_reshow_start() is not called meanwhile
 */
void virtgpu_reshow_stop(struct virtgpu_output *output)
{
	cancel_delayed_work_sync(&output->reshow);
}
