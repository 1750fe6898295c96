// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is the checksum of a frame?
 *
 * Of what the guest asked to be shown, composed by software from guest pages; not
 * of the picture that the host makes of it. It can be read from debugfs
 * (crtc-N/crc), one entry for each vblank; test programs want it.
 *
 * While somebody reads, each commit brings a frame along. It becomes the current one
 * when the planes are updated. At each vblank the current one is noted, and a worker
 * composes it; so what was committed, or drawn, before a vblank was counted is in its
 * entry. Where the worker falls behind, frames that nothing was committed between have
 * their checksum computed once.
 *
 * A frame with a plane whose bytes are only on the host gets no entry; the numbers
 * of the frames tell that there was one. If that is so from the start, the source
 * can't be opened (-EOPNOTSUPP).
 *
 * While nobody reads, there is nothing: &virtgpu_output.crc is NULL, and that is all
 * that a commit and a vblank look at.
 */
#include <linux/circ_buf.h>
#include <linux/crc32.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/drm_crtc.h>
#include <drm/drm_debugfs_crc.h>
#include <drm/drm_drv.h>
#include <drm/drm_modeset_lock.h>
#include <drm/drm_plane.h>
#include <drm/drm_print.h>
#include <drm/drm_vblank.h>

#include "virtgpu_composer.h"
#include "virtgpu_crc.h"
#include "virtgpu_display_types.h"
#include "virtgpu_frame.h"
#include "virtgpu_hold.h"

/* Vblanks that are counted late, a guest may sleep for a while, get so many entries at most. */
#define VIRTGPU_CRC_GAP_MAX	16

/**
 * struct virtgpu_crc - the checksums of one screen, while somebody reads them
 * @crtc: the CRTC
 * @queue: runs @work
 * @work: composes, and frees frames
 * @current_frame: what is shown, or NULL. Guarded, with all up to @seen, by
 *		   &drm_device.event_lock
 * @busy: what @work composes, or NULL
 * @pending: frames that vblanks passed with since they were composed, or with @first
 *	     and @last
 * @old: frames to be freed
 * @seen: the last vblank that belongs to a frame
 * @hold: of the device, for the core closes such a file after the device has gone
 */
struct virtgpu_crc {
	struct drm_crtc *crtc;
	struct workqueue_struct *queue;
	struct work_struct work;
	struct virtgpu_frame *current_frame;
	struct virtgpu_frame *busy;
	struct list_head pending;
	struct list_head old;
	u64 seen;
	struct virtgpu_hold *hold;
};

static const char *const virtgpu_crc_sources[] = { "auto" };

/* All vblanks that were not yet seen, up to @last, were with what is shown now. */
static void virtgpu_crc_assign(struct virtgpu_crc *crc, u64 last)
{
	struct virtgpu_frame *frame = crc->current_frame;

	lockdep_assert_held(&crc->crtc->dev->event_lock);
	if (last <= crc->seen)
		return;
	if (last - crc->seen > VIRTGPU_CRC_GAP_MAX)
		crc->seen = last - VIRTGPU_CRC_GAP_MAX;
	if (frame) {
		if (list_empty(&frame->node)) {
			frame->first = crc->seen + 1;
			list_add_tail(&frame->node, &crc->pending);
		}
		frame->last = last;
		queue_work(crc->queue, &crc->work);
	}
	crc->seen = last;
}

/* It is not shown any more; who has it otherwise is to free it. */
static void virtgpu_crc_retire(struct virtgpu_crc *crc)
{
	struct virtgpu_frame *frame = crc->current_frame;

	lockdep_assert_held(&crc->crtc->dev->event_lock);
	crc->current_frame = NULL;
	if (!frame || frame == crc->busy || !list_empty(&frame->node))
		return;
	list_add(&frame->node, &crc->old);
	queue_work(crc->queue, &crc->work);
}

/**
 * virtgpu_crc_publish - a commit has updated its planes
 * @output: the output
 * @frame: what it asks for; taken over, if somebody wants to know
 *
 * Called with &drm_device.event_lock.
 */
void virtgpu_crc_publish(struct virtgpu_output *output, struct virtgpu_frame **frame)
{
	struct virtgpu_crc *crc = output->crc;

	if (!crc || !*frame)
		return;
	if (!crc->current_frame)
		crc->seen = drm_crtc_vblank_count(crc->crtc);
	virtgpu_frame_inherit(*frame, crc->current_frame);
	virtgpu_crc_retire(crc);
	crc->current_frame = *frame;
	*frame = NULL;
}

/**
 * virtgpu_crc_stop - the CRTC goes dark, there are no vblanks any more
 * @output: the output
 *
 * Called with &drm_device.event_lock.
 */
void virtgpu_crc_stop(struct virtgpu_output *output)
{
	if (output->crc)
		virtgpu_crc_retire(output->crc);
}

/**
 * virtgpu_crc_tick - a vblank has passed
 * @output: the output
 */
void virtgpu_crc_tick(struct virtgpu_output *output)
{
	struct drm_crtc *crtc = &output->crtc;
	unsigned long flags;

	spin_lock_irqsave(&crtc->dev->event_lock, flags);
	if (output->crc)
		virtgpu_crc_assign(output->crc, drm_crtc_vblank_count(crtc));
	spin_unlock_irqrestore(&crtc->dev->event_lock, flags);
}

/* Who reads too slowly loses entries; the core would complain of it in the kernel's log. */
static bool virtgpu_crc_has_room(struct drm_crtc *crtc)
{
	struct drm_crtc_crc *core = &crtc->crc;
	bool room;

	spin_lock_irq(&core->lock);
	room = core->entries && CIRC_SPACE(core->head, core->tail, DRM_CRC_ENTRIES_NR);
	spin_unlock_irq(&core->lock);
	return room;
}

static int virtgpu_crc_compute(struct virtgpu_frame *frame, u32 *crc)
{
	int ret;

	ret = virtgpu_frame_map(frame);
	if (ret)
		return ret;
	*crc = ~0;
	for (u32 y = 0; y < frame->height; y++) {
		virtgpu_composer_line(frame->layers, frame->num_layers, y, frame->width,
				      frame->line);
		*crc = crc32_le(*crc, (const u8 *)frame->line,
				frame->width * sizeof(*frame->line));
		cond_resched();
	}
	return 0;
}

static void virtgpu_crc_report(struct drm_crtc *crtc, struct virtgpu_frame *frame, u64 first,
			       u64 last)
{
	u32 crc;
	int ret;

	if (!virtgpu_crc_has_room(crtc))
		return;
	ret = virtgpu_crc_compute(frame, &crc);
	if (ret) {
		drm_dbg_kms(crtc->dev, "%s: no checksum of frames %llu to %llu (%d)\n",
			    crtc->name, first, last, ret);
		return;
	}
	for (u64 number = first; number <= last && virtgpu_crc_has_room(crtc); number++)
		drm_crtc_add_crc_entry(crtc, true, number, &crc);
}

static void virtgpu_crc_free_frames(struct list_head *frames)
{
	struct virtgpu_frame *frame, *next;

	list_for_each_entry_safe(frame, next, frames, node)
		virtgpu_frame_free(frame);
}

static void virtgpu_crc_work(struct work_struct *work)
{
	struct virtgpu_crc *crc = container_of(work, struct virtgpu_crc, work);
	spinlock_t *lock = &crc->crtc->dev->event_lock;
	struct virtgpu_frame *frame;
	u64 first, last;
	LIST_HEAD(old);

	spin_lock_irq(lock);
	while (!list_empty(&crc->pending)) {
		frame = list_first_entry(&crc->pending, struct virtgpu_frame, node);
		list_del_init(&frame->node);
		first = frame->first;
		last = frame->last;
		crc->busy = frame;
		spin_unlock_irq(lock);

		virtgpu_crc_report(crc->crtc, frame, first, last);

		spin_lock_irq(lock);
		crc->busy = NULL;
		if (frame != crc->current_frame && list_empty(&frame->node))
			list_add(&frame->node, &crc->old);
	}
	list_splice_init(&crc->old, &old);
	spin_unlock_irq(lock);
	virtgpu_crc_free_frames(&old);
}

/**
 * virtgpu_crc_get_sources - implementation of &drm_crtc_funcs.get_crc_sources
 * @crtc: the CRTC
 * @count: where the number of sources goes
 *
 * Return: their names.
 */
const char *const *virtgpu_crc_get_sources(struct drm_crtc *crtc, size_t *count)
{
	*count = ARRAY_SIZE(virtgpu_crc_sources);
	return virtgpu_crc_sources;
}

/**
 * virtgpu_crc_verify_source - implementation of &drm_crtc_funcs.verify_crc_source
 * @crtc: the CRTC
 * @name: of a source, or NULL for none
 * @values: where the number of values in an entry goes
 *
 * Return: 0, or -EINVAL if there is no such source.
 */
int virtgpu_crc_verify_source(struct drm_crtc *crtc, const char *name, size_t *values)
{
	if (name && strcmp(name, virtgpu_crc_sources[0])) {
		drm_dbg_kms(crtc->dev, "no such source of checksums: %s\n", name);
		return -EINVAL;
	}
	*values = 1;
	return 0;
}

static struct virtgpu_crc *virtgpu_crc_create(struct drm_crtc *crtc)
{
	struct virtgpu_crc *crc = kzalloc_obj(*crc);

	if (!crc)
		return NULL;
	crc->queue = alloc_ordered_workqueue("virtgpu-crc", 0);
	if (!crc->queue)
		goto err_free;
	crc->hold = virtgpu_hold_begin(crtc->dev);
	if (!crc->hold)
		goto err_queue;
	INIT_WORK(&crc->work, virtgpu_crc_work);
	INIT_LIST_HEAD(&crc->pending);
	INIT_LIST_HEAD(&crc->old);
	crc->crtc = crtc;
	return crc;

err_queue:
	destroy_workqueue(crc->queue);
err_free:
	kfree(crc);
	return NULL;
}

/* Nobody else knows it any more. */
static void virtgpu_crc_destroy(struct virtgpu_crc *crc)
{
	destroy_workqueue(crc->queue);
	virtgpu_frame_free(crc->current_frame);
	virtgpu_crc_free_frames(&crc->pending);
	virtgpu_crc_free_frames(&crc->old);
	virtgpu_hold_drop(crc->hold);
	kfree(crc);
}

/* Called with all modeset locks. */
static int virtgpu_crc_start(struct virtgpu_output *output, struct virtgpu_crc *crc)
{
	struct drm_crtc *crtc = &output->crtc;
	struct virtgpu_frame *frame;
	int ret;

	if (!crtc->state->active)
		return -EIO;
	frame = virtgpu_frame_create(crtc->state, crtc->primary->state, crtc->cursor->state);
	if (!frame)
		return -ENOMEM;
	if (!virtgpu_frame_is_readable(frame)) {
		drm_dbg_kms(crtc->dev, "%s: the picture is only on the host\n", crtc->name);
		ret = -EOPNOTSUPP;
		goto err_free;
	}
	ret = drm_crtc_vblank_get(crtc);
	if (ret)
		goto err_free;
	spin_lock_irq(&crtc->dev->event_lock);
	crc->seen = drm_crtc_vblank_count(crtc);
	crc->current_frame = frame;
	WRITE_ONCE(output->crc, crc);
	spin_unlock_irq(&crtc->dev->event_lock);
	return 0;

err_free:
	virtgpu_frame_free(frame);
	return ret;
}

static int virtgpu_crc_on(struct virtgpu_output *output)
{
	struct drm_device *drm = output->crtc.dev;
	struct drm_modeset_acquire_ctx ctx;
	struct virtgpu_crc *crc;
	int ret;

	crc = virtgpu_crc_create(&output->crtc);
	if (!crc)
		return -ENOMEM;
	DRM_MODESET_LOCK_ALL_BEGIN(drm, ctx, 0, ret);
	ret = output->crc ? -EBUSY : virtgpu_crc_start(output, crc);
	DRM_MODESET_LOCK_ALL_END(drm, ctx, ret);
	if (ret)
		virtgpu_crc_destroy(crc);
	return ret;
}

static void virtgpu_crc_off(struct virtgpu_output *output)
{
	struct drm_crtc *crtc = &output->crtc;
	struct virtgpu_crc *crc;

	spin_lock_irq(&crtc->dev->event_lock);
	crc = output->crc;
	WRITE_ONCE(output->crc, NULL);
	spin_unlock_irq(&crtc->dev->event_lock);
	if (!crc)
		return;
	drm_crtc_vblank_put(crtc);
	virtgpu_crc_destroy(crc);
}

/**
 * virtgpu_crc_set_source - implementation of &drm_crtc_funcs.set_crc_source
 * @crtc: the CRTC
 * @name: of a source, or NULL for none any more
 *
 * Return: 0, -EINVAL without such a source, -EIO if the CRTC is dark, -EOPNOTSUPP if
 * what it shows is not in guest pages, -ENOMEM.
 */
int virtgpu_crc_set_source(struct drm_crtc *crtc, const char *name)
{
	struct virtgpu_output *output = crtc_to_virtgpu_output(crtc);
	size_t values;
	int ret;

	ret = virtgpu_crc_verify_source(crtc, name, &values);
	if (ret)
		return ret;
	if (name)
		return virtgpu_crc_on(output);
	virtgpu_crc_off(output);
	return 0;
}
