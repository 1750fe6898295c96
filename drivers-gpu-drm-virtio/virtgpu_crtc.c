// SPDX-License-Identifier: GPL-2.0-only
/*
 * When is a frame on screen?
 *
 * The device has no vertical blank. Frames are paced by a timer that runs at the
 * rate of the mode (drm_vblank_helper.h), and a frame is on screen when both are
 * over: the next vblank of that timer, and the host's answer to a RESOURCE_FLUSH,
 * which tells that the previous buffer is free. Page-flip event and out-fence
 * say so to userspace. A commit that only draws more into what is shown, with
 * nobody to be told, waits for its own flush and no vblank: DIRTYFB, in the main.
 *
 * Which flush: a blob is read in place, so the one before is free when the host is
 * through with this frame's. All others are copied when their own flush comes, so
 * it is the flush before that counts, and the host is one frame behind at most.
 *
 * A host that answers within a frame sees an event at each vblank. If the answer
 * comes later, the event follows it at once, with the time stamp of the vblank
 * that has passed: waiting for yet another one would halve the frame rate. If no
 * answer comes for VIRTGPU_FLIP_TIMEOUT, the event is sent without it: commits
 * wait for the one before them, and nobody's modeset may hang on a host.
 */
#include <linux/slab.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_atomic_state_helper.h>
#include <drm/drm_modeset_helper_vtables.h>
#include <drm/drm_vblank.h>
#include <drm/drm_vblank_helper.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_crc.h"
#include "virtgpu_crtc.h"
#include "virtgpu_cursor.h"
#include "virtgpu_display_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_frame.h"
#include "virtgpu_object.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* In jiffies: long for a frame, short for a person. */
#define VIRTGPU_FLIP_TIMEOUT	(HZ / 10)

/* Modes between these rates can be timed, and by the core's 32 bit counters. */
#define VIRTGPU_FRAME_NS_MIN	(NSEC_PER_SEC / 1000)
#define VIRTGPU_FRAME_NS_MAX	(NSEC_PER_SEC)

/* A flush's priv holds which output and which flush, so nothing has to live. */
#define VIRTGPU_FLUSH_INDEX_BITS	4

/**
 * struct virtgpu_crtc_state - what a commit needs of a CRTC
 * @base: the DRM state
 * @blank: the command that has the host show nothing, if the CRTC goes dark
 * @pointer: what takes the pointer away then
 * @frame: what it shows, if somebody wants checksums; NULL once that is known
 */
struct virtgpu_crtc_state {
	struct drm_crtc_state base;
	struct virtgpu_vbuf *blank;
	struct virtgpu_cursor_reserve pointer;
	struct virtgpu_frame *frame;
};

#define to_virtgpu_crtc_state(s) \
	container_of((s), struct virtgpu_crtc_state, base)

static void *virtgpu_flush_priv(const struct virtgpu_output *output, u32 seq)
{
	return (void *)(((unsigned long)seq << VIRTGPU_FLUSH_INDEX_BITS) | output->index);
}

/* The numbers wrap at as many bits as fit into the priv of a vbuf. */
static bool virtgpu_flush_before(u32 a, u32 b)
{
	return (s32)((a - b) << VIRTGPU_FLUSH_INDEX_BITS) < 0;
}

static void virtgpu_flip_send(struct virtgpu_output *output)
{
	struct virtgpu_flip *flip = &output->flip;

	drm_crtc_send_vblank_event(&output->crtc, flip->event);
	if (flip->counted)
		drm_crtc_vblank_put(&output->crtc);
	flip->event = NULL;
}

/* The host has the frame, or had its time. */
static void virtgpu_flip_finish(struct virtgpu_output *output)
{
	struct drm_crtc *crtc = &output->crtc;
	struct virtgpu_flip *flip = &output->flip;

	lockdep_assert_held(&crtc->dev->event_lock);
	if (!flip->event)
		return;
	if (flip->async || drm_crtc_vblank_count(crtc) >= flip->target) {
		virtgpu_flip_send(output);
		return;
	}
	drm_crtc_arm_vblank_event(crtc, flip->event);
	flip->event->sequence = flip->target;
	flip->event = NULL;
}

/*
 * The first vblank from now on. Vblanks have the time at which the timer was to
 * tick; when it is late, which happens in a guest, one that has passed is still
 * to be counted, and would tell of a frame before the frame was drawn.
 */
static u64 virtgpu_flip_target(struct drm_crtc *crtc)
{
	int frame = drm_crtc_vblank_crtc(crtc)->framedur_ns;
	ktime_t last;
	u64 count = drm_crtc_vblank_count_and_time(crtc, &last);
	s64 since = ktime_to_ns(ktime_sub(ktime_get(), last));

	if (since > frame && frame > 0)
		count += div_u64(since, frame);
	return count + 1;
}

static bool virtgpu_flip_is_answered(const struct virtgpu_flip *flip)
{
	return !virtgpu_flush_before(flip->answered, flip->seq);
}

static void virtgpu_flush_done(struct virtgpu_vbuf *vbuf)
{
	unsigned long priv = (unsigned long)vbuf->priv;
	struct virtgpu_display *display = vbuf->vgdev->display;
	struct virtgpu_output *output;
	struct virtgpu_flip *flip;
	unsigned long flags;
	u32 seq;

	output = &display->outputs[priv & GENMASK(VIRTGPU_FLUSH_INDEX_BITS - 1, 0)];
	seq = priv >> VIRTGPU_FLUSH_INDEX_BITS;
	flip = &output->flip;

	spin_lock_irqsave(&output->crtc.dev->event_lock, flags);
	if (virtgpu_flush_before(flip->answered, seq))
		flip->answered = seq;
	if (flip->event && virtgpu_flip_is_answered(flip))
		virtgpu_flip_finish(output);
	spin_unlock_irqrestore(&output->crtc.dev->event_lock, flags);
}

static void virtgpu_flip_timeout(struct timer_list *timer)
{
	struct virtgpu_output *output =
		container_of(timer, struct virtgpu_output, flip_timer);
	unsigned long flags;

	spin_lock_irqsave(&output->crtc.dev->event_lock, flags);
	/* It was started for a frame before, which was in time; this one has its own. */
	if (output->flip.event && time_before(jiffies, output->flip.deadline))
		mod_timer(timer, output->flip.deadline);
	else
		virtgpu_flip_finish(output);
	spin_unlock_irqrestore(&output->crtc.dev->event_lock, flags);
}

/* Without the command, which cannot be, the host keeps what it has. */
static struct virtgpu_vbuf *virtgpu_crtc_take(struct virtgpu_vbuf **reserved)
{
	struct virtgpu_vbuf *vbuf = *reserved;

	WARN_ON_ONCE(!vbuf);
	*reserved = NULL;
	return vbuf;
}

/**
 * virtgpu_crtc_flush - have the host show what has changed
 * @output: the output whose commit is under way
 * @reserved: from virtgpu_cmd_flush_alloc(); consumed
 * @obj: the framebuffer's buffer
 * @rect: what has changed, in the buffer's pixels
 * @fence: from virtgpu_fence_alloc(), or NULL; consumed
 *
 * With a fence, the host answers when it has finished reading the buffer, and
 * not when it has begun.
 */
void virtgpu_crtc_flush(struct virtgpu_output *output, struct virtgpu_vbuf **reserved,
			struct virtgpu_object *obj, const struct drm_rect *rect,
			struct virtgpu_fence *fence)
{
	struct virtgpu_vbuf *vbuf = virtgpu_crtc_take(reserved);

	if (!vbuf) {
		virtgpu_fence_free(fence);
		return;
	}
	virtgpu_cmd_flush_fill(vbuf, obj->res_id, rect);
	if (fence) {
		virtgpu_fence_arm(fence, ++output->fence_seqno);
		vbuf->fence = fence;
	}
	vbuf->done = virtgpu_flush_done;
	vbuf->priv = virtgpu_flush_priv(output, ++output->flush_seq);
	output->await_seq = output->flush_seq - !fence;
	virtgpu_vq_queue(output->vgdev->ctrlq, vbuf);
}

/**
 * virtgpu_crtc_show - have the host show something else
 * @output: the output whose commit is under way
 * @reserved: from virtgpu_cmd_set_scanout_alloc(); consumed
 * @scanout: what to show
 */
void virtgpu_crtc_show(struct virtgpu_output *output, struct virtgpu_vbuf **reserved,
		       const struct virtgpu_scanout *scanout)
{
	struct virtgpu_vbuf *vbuf = virtgpu_crtc_take(reserved);

	if (!vbuf)
		return;
	output->shown = *scanout;
	virtgpu_cmd_set_scanout_fill(vbuf, output->index, scanout);
	virtgpu_vq_queue(output->vgdev->ctrlq, vbuf);
}

/**
 * virtgpu_crtc_blank - have the host show nothing
 * @output: the output whose commit is under way
 * @reserved: from virtgpu_cmd_set_scanout_alloc(); consumed if it shows anything
 */
void virtgpu_crtc_blank(struct virtgpu_output *output, struct virtgpu_vbuf **reserved)
{
	static const struct virtgpu_scanout nothing;

	if (output->shown.res_id)
		virtgpu_crtc_show(output, reserved, &nothing);
}

static int virtgpu_crtc_reserve_frame(struct drm_atomic_commit *commit,
				      struct virtgpu_crtc_state *vstate)
{
	struct drm_crtc *crtc = vstate->base.crtc;

	if (!virtgpu_crc_is_wanted(crtc_to_virtgpu_output(crtc)) || !vstate->base.active)
		return 0;
	virtgpu_frame_free(vstate->frame);
	vstate->frame =
		virtgpu_frame_create(&vstate->base,
				     drm_atomic_get_new_plane_state(commit, crtc->primary),
				     drm_atomic_get_new_plane_state(commit, crtc->cursor));
	return vstate->frame ? 0 : -ENOMEM;
}

/**
 * virtgpu_crtc_reserve - reserve what CRTCs need to go dark, or to have checksums
 * @commit: the commit; checked
 *
 * What to show, and the pointer, is for the planes to reserve; but those of a CRTC
 * that goes dark are not updated.
 *
 * Return: 0 or -ENOMEM; what is reserved goes with the states.
 */
int virtgpu_crtc_reserve(struct drm_atomic_commit *commit)
{
	struct virtgpu_crtc_state *vstate;
	struct drm_crtc_state *state;
	struct drm_crtc *crtc;
	int ret;
	int i;

	for_each_new_crtc_in_state(commit, crtc, state, i) {
		vstate = to_virtgpu_crtc_state(state);
		ret = virtgpu_crtc_reserve_frame(commit, vstate);
		if (ret)
			return ret;
		if (state->active || vstate->blank || !drm_atomic_crtc_needs_modeset(state))
			continue;
		vstate->blank = virtgpu_cmd_set_scanout_alloc();
		if (!vstate->blank)
			return -ENOMEM;
		ret = virtgpu_cursor_reserve_move(&vstate->pointer);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * virtgpu_crtc_invalidate - the host has forgotten what it was to show
 * @output: the output
 */
void virtgpu_crtc_invalidate(struct virtgpu_output *output)
{
	memset(&output->shown, 0, sizeof(output->shown));
}

static enum drm_mode_status
virtgpu_crtc_mode_valid(struct drm_crtc *crtc, const struct drm_display_mode *mode)
{
	u32 pixels = (u32)mode->htotal * mode->vtotal;
	u64 frame;

	if (mode->hdisplay > VIRTGPU_MAX_SIZE)
		return MODE_VIRTUAL_X;
	if (mode->vdisplay > VIRTGPU_MAX_SIZE)
		return MODE_VIRTUAL_Y;
	if (mode->hdisplay < VIRTGPU_MIN_SIZE)
		return MODE_BAD_HVALUE;
	if (mode->vdisplay < VIRTGPU_MIN_SIZE)
		return MODE_BAD_VVALUE;
	if (mode->flags & DRM_MODE_FLAG_INTERLACE)
		return MODE_NO_INTERLACE;
	if (mode->flags & DRM_MODE_FLAG_DBLSCAN)
		return MODE_NO_DBLESCAN;
	if (mode->vscan > 1)
		return MODE_NO_VSCAN;
	if (mode->clock <= 0)
		return MODE_CLOCK_RANGE;
	if (pixels > INT_MAX)
		return MODE_BAD;
	frame = div_u64((u64)pixels * USEC_PER_SEC, mode->clock);
	if (frame < VIRTGPU_FRAME_NS_MIN)
		return MODE_CLOCK_HIGH;
	if (frame > VIRTGPU_FRAME_NS_MAX)
		return MODE_CLOCK_LOW;
	return MODE_OK;
}

static void virtgpu_crtc_atomic_begin(struct drm_crtc *crtc,
				      struct drm_atomic_commit *commit)
{
	struct virtgpu_output *output = crtc_to_virtgpu_output(crtc);

	/* Without a flush to come there is no answer to wait for. */
	output->await_seq = output->flip.answered;
}

/* The event waits for the host's answer to a flush, for a while. */
static void virtgpu_flip_begin(struct virtgpu_output *output,
			       struct drm_pending_vblank_event *event, u32 seq,
			       bool async, bool counted)
{
	struct drm_crtc *crtc = &output->crtc;
	struct virtgpu_flip *flip = &output->flip;

	/* The core waits for the previous event, yet gives up after 10 s. */
	if (flip->event)
		virtgpu_flip_send(output);
	flip->deadline = jiffies + VIRTGPU_FLIP_TIMEOUT;
	flip->event = event;
	flip->async = async;
	flip->counted = counted;
	flip->target = async ? 0 : virtgpu_flip_target(crtc);
	flip->seq = seq;
	if (flip->stopped || virtgpu_flip_is_answered(flip))
		virtgpu_flip_finish(output);
	else if (!timer_pending(&output->flip_timer))
		mod_timer(&output->flip_timer, flip->deadline);
}

/*
 * Is it enough that the host has the frame? Not for a page flip, even one without
 * an event: who makes it wants to be held up until the next refresh.
 */
static bool virtgpu_crtc_is_unpaced(const struct drm_crtc_state *state,
				    struct drm_atomic_commit *commit)
{
	const struct drm_pending_event *event = &state->event->base;
	struct drm_plane *primary = state->crtc->primary;
	const struct drm_plane_state *old, *new;

	if (state->async_flip)
		return true;
	/* The core makes an event for itself where nobody asked for one. */
	if (event->file_priv || event->fence || drm_atomic_crtc_needs_modeset(state))
		return false;
	new = drm_atomic_get_new_plane_state(commit, primary);
	old = drm_atomic_get_old_plane_state(commit, primary);
	return !new || new->fb == old->fb;
}

/*
 * Who has drawn into what is shown, and is not held up by the refresh, draws on into
 * the same pages: not before the host has copied them. Others need only be in order.
 */
static u32 virtgpu_crtc_awaits(const struct virtgpu_output *output,
			       const struct drm_crtc_state *state,
			       struct drm_atomic_commit *commit, bool unpaced)
{
	if (unpaced && !state->async_flip &&
	    drm_atomic_get_new_plane_state(commit, state->crtc->primary))
		return output->flush_seq;
	return output->await_seq;
}

static void virtgpu_crtc_atomic_flush(struct drm_crtc *crtc,
				      struct drm_atomic_commit *commit)
{
	struct virtgpu_output *output = crtc_to_virtgpu_output(crtc);
	struct drm_crtc_state *state = drm_atomic_get_new_crtc_state(commit, crtc);
	struct drm_pending_vblank_event *event;
	bool async, counted;
	u32 seq;

	virtgpu_vq_kick(output->vgdev->ctrlq);

	spin_lock_irq(&crtc->dev->event_lock);
	if (virtgpu_crc_is_wanted(output))
		virtgpu_crc_publish(output, &to_virtgpu_crtc_state(state)->frame);
	event = state->event;
	if (event) {
		async = virtgpu_crtc_is_unpaced(state, commit);
		seq = virtgpu_crtc_awaits(output, state, commit, async);
		/* Where nobody is told of a vblank, the timer need not run. */
		counted = !async || state->async_flip;
		state->event = NULL;
		if (counted && drm_crtc_vblank_get(crtc))
			drm_crtc_send_vblank_event(crtc, event);
		else
			virtgpu_flip_begin(output, event, seq, async, counted);
	}
	spin_unlock_irq(&crtc->dev->event_lock);
}

static void virtgpu_crtc_atomic_disable(struct drm_crtc *crtc,
					struct drm_atomic_commit *commit)
{
	struct virtgpu_output *output = crtc_to_virtgpu_output(crtc);
	struct drm_crtc_state *state = drm_atomic_get_new_crtc_state(commit, crtc);
	struct virtgpu_crtc_state *vstate = to_virtgpu_crtc_state(state);
	struct virtgpu_crtc_state *old =
		to_virtgpu_crtc_state(drm_atomic_get_old_crtc_state(commit, crtc));

	/* With another mode to follow, the host's window need not go dark. */
	if (!state->active) {
		virtgpu_cursor_hide(output->cursor, &vstate->pointer);
		virtgpu_cursor_reserve_retire(&vstate->pointer, &old->pointer);
		virtgpu_crtc_blank(output, &vstate->blank);
		virtgpu_vq_kick(output->vgdev->ctrlq);
	}

	spin_lock_irq(&crtc->dev->event_lock);
	if (output->flip.event)
		virtgpu_flip_send(output);
	virtgpu_crc_stop(output);
	spin_unlock_irq(&crtc->dev->event_lock);

	drm_crtc_vblank_off(crtc);

	/* A commit that leaves the CRTC off gets no atomic_flush. */
	spin_lock_irq(&crtc->dev->event_lock);
	if (state->event && !state->active) {
		drm_crtc_send_vblank_event(crtc, state->event);
		state->event = NULL;
	}
	spin_unlock_irq(&crtc->dev->event_lock);
}

static bool virtgpu_crtc_handle_vblank_timeout(struct drm_crtc *crtc)
{
	struct virtgpu_output *output = crtc_to_virtgpu_output(crtc);
	bool handled = drm_crtc_handle_vblank(crtc);

	if (virtgpu_crc_is_wanted(output))
		virtgpu_crc_tick(output);
	return handled;
}

static const struct drm_crtc_helper_funcs virtgpu_crtc_helper_funcs = {
	.mode_valid = virtgpu_crtc_mode_valid,
	.atomic_begin = virtgpu_crtc_atomic_begin,
	.atomic_flush = virtgpu_crtc_atomic_flush,
	.atomic_enable = drm_crtc_vblank_atomic_enable,
	.atomic_disable = virtgpu_crtc_atomic_disable,
	.handle_vblank_timeout = virtgpu_crtc_handle_vblank_timeout,
};

/*
 * The core divides the time since the last vblank by the length of a frame, and
 * takes a time before it for billions of frames: events that are armed would then
 * never come. The timer's time can be before: while vblanks are being enabled,
 * the core notes the time after it has started the timer, and a guest may be
 * stopped for longer than half a frame between the two.
 */
static bool virtgpu_crtc_get_vblank_timestamp(struct drm_crtc *crtc, int *max_error,
					      ktime_t *time, bool in_vblank_irq)
{
	bool known;
	ktime_t last;

	known = drm_crtc_vblank_helper_get_vblank_timestamp_from_timer(crtc, max_error,
								       time, in_vblank_irq);
	drm_crtc_vblank_count_and_time(crtc, &last);
	if (ktime_before(*time, last))
		*time = last;
	return known;
}

static void virtgpu_crtc_destroy_state(struct drm_crtc *crtc,
				       struct drm_crtc_state *state)
{
	struct virtgpu_crtc_state *vstate = to_virtgpu_crtc_state(state);

	virtgpu_vbuf_put(vstate->blank);
	virtgpu_cursor_reserve_free(&vstate->pointer);
	virtgpu_frame_free(vstate->frame);
	__drm_atomic_helper_crtc_destroy_state(state);
	kfree(vstate);
}

static struct drm_crtc_state *virtgpu_crtc_duplicate_state(struct drm_crtc *crtc)
{
	struct virtgpu_crtc_state *vstate;

	if (WARN_ON(!crtc->state))
		return NULL;
	/* The core writes all of its part, which comes first: only the rest is zeroed. */
	vstate = kmalloc_obj(*vstate);
	if (!vstate)
		return NULL;
	__drm_atomic_helper_crtc_duplicate_state(crtc, &vstate->base);
	memset((void *)vstate + sizeof(vstate->base), 0, sizeof(*vstate) - sizeof(vstate->base));
	return &vstate->base;
}

static void virtgpu_crtc_reset(struct drm_crtc *crtc)
{
	struct virtgpu_crtc_state *vstate = kzalloc_obj(*vstate);

	if (crtc->state)
		virtgpu_crtc_destroy_state(crtc, crtc->state);
	__drm_atomic_helper_crtc_reset(crtc, vstate ? &vstate->base : NULL);
}

static const struct drm_crtc_funcs virtgpu_crtc_funcs = {
	.reset = virtgpu_crtc_reset,
	.set_config = drm_atomic_helper_set_config,
	.page_flip = drm_atomic_helper_page_flip,
	.atomic_duplicate_state = virtgpu_crtc_duplicate_state,
	.atomic_destroy_state = virtgpu_crtc_destroy_state,
	VIRTGPU_CRTC_DESTROY
	.enable_vblank = drm_crtc_vblank_helper_enable_vblank_timer,
	.disable_vblank = drm_crtc_vblank_helper_disable_vblank_timer,
	.get_vblank_timestamp = virtgpu_crtc_get_vblank_timestamp,
	.get_crc_sources = virtgpu_crc_get_sources,
	.verify_crc_source = virtgpu_crc_verify_source,
	.set_crc_source = virtgpu_crc_set_source,
};

/**
 * virtgpu_crtc_init - make the CRTC of an output
 * @output: the output
 * @primary: its primary plane
 * @cursor: its cursor plane
 *
 * Return: 0 or a negative errno.
 */
int virtgpu_crtc_init(struct virtgpu_output *output, struct drm_plane *primary,
		      struct drm_plane *cursor)
{
	int ret;

	timer_setup(&output->flip_timer, virtgpu_flip_timeout, 0);
	output->fence_context = dma_fence_context_alloc(1);
	ret = drmm_crtc_init_with_planes(output->vgdev->drm, &output->crtc, primary,
					 cursor, &virtgpu_crtc_funcs, NULL);
	if (ret) {
		/*
		 * A core that has no memory for what debugfs shows of a CRTC (seen
		 * in 7.2) leaves it in the list, where nobody else takes it out.
		 */
		if (output->crtc.head.next)
			drm_crtc_cleanup(&output->crtc);
		return ret;
	}
	drm_crtc_helper_add(&output->crtc, &virtgpu_crtc_helper_funcs);
	return 0;
}

/**
 * virtgpu_crtc_fini - stop all that runs by itself
 * @output: the output of a device that answers nothing any more
 *
 * A commit may still be under way: the core waits for it for 10 s only, and it may wait
 * for another driver's fence.
 */
void virtgpu_crtc_fini(struct virtgpu_output *output)
{
	struct drm_device *drm = output->crtc.dev;

	spin_lock_irq(&drm->event_lock);
	output->flip.stopped = true;
	virtgpu_flip_finish(output);
	spin_unlock_irq(&drm->event_lock);
	timer_shutdown_sync(&output->flip_timer);
}
