// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does userspace get back what it asked to be shown?
 *
 * By a writeback connector, one for each CRTC, which only those see who say that they
 * know such. A commit names a framebuffer, and the composer draws into its guest pages
 * what the commit asks the screen to show; it is not the host's picture. A commit that
 * shows what only the host has, or wants it in a buffer that has no guest pages, is
 * refused (-EINVAL).
 *
 * All that needs memory or locks is done while the commit is prepared: the frame is
 * mapped when it is checked, the buffer when the core prepares the job. Between hw_done
 * and the out-fence there is only the worker that computes. Who has made the commit need
 * not wait for that, and the device may be gone by then: each job holds it. The next commit
 * waits: what has been shown is then free to be drawn to, and a client that never looks at
 * its out-fences has one picture in the making and no line of them, which a reset would
 * have to wait for.
 */
#include <linux/dma-fence.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_atomic_state_helper.h>
#include <drm/drm_edid.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_managed.h>
#include <drm/drm_modeset_helper_vtables.h>
#include <drm/drm_print.h>
#include <drm/drm_probe_helper.h>
#include <drm/drm_writeback.h>

#include "virtgpu_composer.h"
#include "virtgpu_display_types.h"
#include "virtgpu_frame.h"
#include "virtgpu_hold.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_writeback.h"

/**
 * struct virtgpu_writeback - the writeback connector of an output
 * @base: the core's side, with the connector and an encoder
 * @work: composes what is in @jobs
 * @lock: guards @jobs
 * @jobs: in the order in which the core knows them
 */
struct virtgpu_writeback {
	struct drm_writeback_connector base;
	struct work_struct work;
	/* Guards what follows. */
	spinlock_t lock;
	struct list_head jobs;
};

/**
 * struct virtgpu_writeback_job - one picture to be drawn
 * @node: in &virtgpu_writeback.jobs
 * @frame: what to draw, once it is committed
 * @mapping: of the buffer
 * @pixels: where in it to draw
 * @pitch: bytes from one line to the next
 * @hold: of the device
 */
struct virtgpu_writeback_job {
	struct list_head node;
	struct virtgpu_frame *frame;
	struct virtgpu_mapping mapping;
	u8 *pixels;
	u32 pitch;
	struct virtgpu_hold *hold;
};

/**
 * struct virtgpu_writeback_state - what a commit needs of a writeback connector
 * @base: the DRM state
 * @frame: what is shown, mapped, until the job takes it
 */
struct virtgpu_writeback_state {
	struct drm_connector_state base;
	struct virtgpu_frame *frame;
};

#define to_virtgpu_writeback(c) \
	container_of(drm_connector_to_writeback(c), struct virtgpu_writeback, base)
#define to_virtgpu_writeback_state(s) \
	container_of((s), struct virtgpu_writeback_state, base)

static const u32 virtgpu_writeback_formats[] = { DRM_FORMAT_XRGB8888 };

static void virtgpu_writeback_compose(const struct virtgpu_writeback_job *job)
{
	struct virtgpu_frame *frame = job->frame;

	for (u32 y = 0; y < frame->height; y++) {
		virtgpu_composer_line(frame->layers, frame->num_layers, y, frame->width,
				      frame->line);
		memcpy(job->pixels + (size_t)y * job->pitch, frame->line,
		       frame->width * sizeof(*frame->line));
		cond_resched();
	}
}

static struct virtgpu_writeback_job *virtgpu_writeback_next(struct virtgpu_writeback *writeback)
{
	struct virtgpu_writeback_job *job;

	spin_lock(&writeback->lock);
	job = list_first_entry_or_null(&writeback->jobs, struct virtgpu_writeback_job, node);
	if (job)
		list_del(&job->node);
	spin_unlock(&writeback->lock);
	return job;
}

/* Out-fences wait for this. Once the core knows that it is done, the job is freed. */
static void virtgpu_writeback_work(struct work_struct *work)
{
	struct virtgpu_writeback *writeback =
		container_of(work, struct virtgpu_writeback, work);
	bool cookie = dma_fence_begin_signalling();
	struct virtgpu_writeback_job *job;

	while ((job = virtgpu_writeback_next(writeback))) {
		virtgpu_writeback_compose(job);
		drm_writeback_signal_completion(&writeback->base, 0);
	}
	dma_fence_end_signalling(cookie);
}

/* Does the commit want something written? */
static bool virtgpu_writeback_is_asked(const struct drm_connector_state *state)
{
	return state->connector->connector_type == DRM_MODE_CONNECTOR_WRITEBACK &&
	       state->writeback_job && state->writeback_job->fb;
}

/**
 * virtgpu_writeback_reserve - prepare what a commit wants written
 * @commit: the commit; checked
 *
 * Return: 0, -EINVAL if it shows what only the host has, or another negative errno;
 * what is reserved goes with the states.
 */
int virtgpu_writeback_reserve(struct drm_atomic_commit *commit)
{
	struct drm_connector_state *state;
	struct drm_connector *connector;
	int i;

	for_each_new_connector_in_state(commit, connector, state, i) {
		struct virtgpu_writeback_state *vstate = to_virtgpu_writeback_state(state);
		struct drm_crtc *crtc = state->crtc;
		int ret;

		if (!virtgpu_writeback_is_asked(state))
			continue;
		virtgpu_frame_free(vstate->frame);
		vstate->frame =
			virtgpu_frame_create(drm_atomic_get_new_crtc_state(commit, crtc),
					     drm_atomic_get_new_plane_state(commit, crtc->primary),
					     drm_atomic_get_new_plane_state(commit, crtc->cursor));
		if (!vstate->frame)
			return -ENOMEM;
		if (!virtgpu_frame_is_readable(vstate->frame)) {
			drm_dbg_kms(commit->dev, "%s: the picture is only on the host\n",
				    connector->name);
			return -EINVAL;
		}
		ret = virtgpu_frame_map(vstate->frame);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * virtgpu_writeback_wait - wait until what was shown before is written; may sleep
 * @commit: the commit, of which the host has not heard
 *
 * No host is waited for, and no memory: only a worker that computes.
 */
void virtgpu_writeback_wait(struct drm_atomic_commit *commit)
{
	struct drm_crtc_state *state;
	struct drm_crtc *crtc;
	int i;

	for_each_new_crtc_in_state(commit, crtc, state, i)
		flush_work(&crtc_to_virtgpu_output(crtc)->writeback->work);
}

/**
 * virtgpu_writeback_commit - have written what a commit wants written
 * @commit: the commit; its planes are updated
 */
void virtgpu_writeback_commit(struct drm_atomic_commit *commit)
{
	struct drm_connector_state *state;
	struct drm_connector *connector;
	int i;

	for_each_new_connector_in_state(commit, connector, state, i) {
		struct virtgpu_writeback *writeback;
		struct virtgpu_writeback_job *job;

		if (!virtgpu_writeback_is_asked(state))
			continue;
		writeback = to_virtgpu_writeback(connector);
		job = state->writeback_job->priv;
		swap(job->frame, to_virtgpu_writeback_state(state)->frame);
		drm_writeback_queue_job(&writeback->base, state);
		spin_lock(&writeback->lock);
		list_add_tail(&job->node, &writeback->jobs);
		spin_unlock(&writeback->lock);
		queue_work(virtgpu_vbuf_workqueue(to_virtgpu_device(commit->dev)),
			   &writeback->work);
	}
}

static int virtgpu_writeback_check(struct drm_encoder *encoder,
				   struct drm_crtc_state *crtc_state,
				   struct drm_connector_state *state)
{
	const struct drm_framebuffer *fb;

	if (!virtgpu_writeback_is_asked(state))
		return 0;
	fb = state->writeback_job->fb;
	if (fb->width != crtc_state->mode.hdisplay || fb->height != crtc_state->mode.vdisplay) {
		drm_dbg_kms(encoder->dev, "%ux%u is not the size of the screen\n", fb->width,
			    fb->height);
		return -EINVAL;
	}
	if (fb->format->format != virtgpu_writeback_formats[0]) {
		drm_dbg_kms(encoder->dev, "nothing is written in %p4cc\n", &fb->format->format);
		return -EINVAL;
	}
	if (!virtgpu_mapping_is_possible(fb)) {
		drm_dbg_kms(encoder->dev, "the buffer is the host's\n");
		return -EINVAL;
	}
	/* All that is shown, whether the commit changes it or not. */
	return drm_atomic_add_affected_planes(crtc_state->state, crtc_state->crtc);
}

static int virtgpu_writeback_prepare_job(struct drm_writeback_connector *connector,
					 struct drm_writeback_job *job)
{
	const struct drm_framebuffer *fb = job->fb;
	struct virtgpu_writeback_job *vjob;
	int ret;

	if (!fb)
		return 0;
	vjob = kzalloc_obj(*vjob);
	if (!vjob)
		return -ENOMEM;
	vjob->hold = virtgpu_hold_begin(fb->dev);
	if (!vjob->hold) {
		ret = -ENOMEM;
		goto err_free;
	}
	ret = virtgpu_mapping_init(&vjob->mapping, fb);
	if (ret)
		goto err_drop;
	vjob->pixels = (u8 *)vjob->mapping.map.vaddr + fb->offsets[0];
	vjob->pitch = fb->pitches[0];
	job->priv = vjob;
	return 0;

err_drop:
	virtgpu_hold_drop(vjob->hold);
err_free:
	kfree(vjob);
	return ret;
}

/* The core would drop the framebuffer after this, when the device may be gone. */
static void virtgpu_writeback_cleanup_job(struct drm_writeback_connector *connector,
					  struct drm_writeback_job *job)
{
	struct virtgpu_writeback_job *vjob = job->priv;

	if (!vjob)
		return;
	virtgpu_mapping_fini(&vjob->mapping);
	virtgpu_frame_free(vjob->frame);
	drm_framebuffer_put(job->fb);
	job->fb = NULL;
	virtgpu_hold_drop(vjob->hold);
	kfree(vjob);
}

/* Any mode that the screen can have */
static int virtgpu_writeback_get_modes(struct drm_connector *connector)
{
	return drm_add_modes_noedid(connector, VIRTGPU_MAX_SIZE, VIRTGPU_MAX_SIZE);
}

static void virtgpu_writeback_destroy_state(struct drm_connector *connector,
					    struct drm_connector_state *state)
{
	struct virtgpu_writeback_state *vstate = to_virtgpu_writeback_state(state);

	virtgpu_frame_free(vstate->frame);
	__drm_atomic_helper_connector_destroy_state(state);
	kfree(vstate);
}

static struct drm_connector_state *
virtgpu_writeback_duplicate_state(struct drm_connector *connector)
{
	struct virtgpu_writeback_state *vstate;

	if (WARN_ON(!connector->state))
		return NULL;
	vstate = kzalloc_obj(*vstate);
	if (!vstate)
		return NULL;
	__drm_atomic_helper_connector_duplicate_state(connector, &vstate->base);
	return &vstate->base;
}

static void virtgpu_writeback_reset(struct drm_connector *connector)
{
	struct virtgpu_writeback_state *vstate = kzalloc_obj(*vstate);

	if (connector->state)
		virtgpu_writeback_destroy_state(connector, connector->state);
	__drm_atomic_helper_connector_reset(connector, vstate ? &vstate->base : NULL);
}

static const struct drm_connector_helper_funcs virtgpu_writeback_connector_helper_funcs = {
	.get_modes = virtgpu_writeback_get_modes,
	.prepare_writeback_job = virtgpu_writeback_prepare_job,
	.cleanup_writeback_job = virtgpu_writeback_cleanup_job,
};

static const struct drm_encoder_helper_funcs virtgpu_writeback_encoder_helper_funcs = {
	.atomic_check = virtgpu_writeback_check,
};

/*
 * It goes with the mode configuration, which goes before the output. There is no job any
 * more, but the worker may be about to find that out.
 */
static void virtgpu_writeback_destroy(struct drm_connector *connector)
{
	flush_work(&to_virtgpu_writeback(connector)->work);
	drm_connector_cleanup(connector);
}

static const struct drm_connector_funcs virtgpu_writeback_connector_funcs = {
	.fill_modes = drm_helper_probe_single_connector_modes,
	.destroy = virtgpu_writeback_destroy,
	.reset = virtgpu_writeback_reset,
	.atomic_duplicate_state = virtgpu_writeback_duplicate_state,
	.atomic_destroy_state = virtgpu_writeback_destroy_state,
};

/**
 * virtgpu_writeback_has_state - did drm_mode_config_reset() have memory for it?
 * @output: the output
 *
 * Return: false if there is no state.
 */
bool virtgpu_writeback_has_state(const struct virtgpu_output *output)
{
	return output->writeback->base.base.state;
}

/**
 * virtgpu_writeback_alloc - make room for the writeback connector of an output
 * @output: the output; the mode configuration is yet to be made, to go before this
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_writeback_alloc(struct virtgpu_output *output)
{
	struct virtgpu_writeback *writeback;

	writeback = drmm_kzalloc(output->vgdev->drm, sizeof(*writeback), GFP_KERNEL);
	if (!writeback)
		return -ENOMEM;
	INIT_WORK(&writeback->work, virtgpu_writeback_work);
	INIT_LIST_HEAD(&writeback->jobs);
	spin_lock_init(&writeback->lock);
	output->writeback = writeback;
	return 0;
}

/**
 * virtgpu_writeback_init - make the writeback connector of an output
 * @output: the output, with its CRTC and its other connector
 *
 * Return: 0 or a negative errno.
 */
int virtgpu_writeback_init(struct virtgpu_output *output)
{
	struct drm_writeback_connector *connector = &output->writeback->base;
	u32 clones;
	int ret;

	drm_connector_helper_add(&connector->base, &virtgpu_writeback_connector_helper_funcs);
	ret = drm_writeback_connector_init(output->vgdev->drm, connector,
					   &virtgpu_writeback_connector_funcs,
					   &virtgpu_writeback_encoder_helper_funcs,
					   virtgpu_writeback_formats,
					   ARRAY_SIZE(virtgpu_writeback_formats),
					   drm_crtc_mask(&output->crtc));
	if (ret)
		return ret;
	/* A screen is written back while it is shown. */
	clones = drm_encoder_mask(&output->encoder) | drm_encoder_mask(&connector->encoder);
	output->encoder.possible_clones = clones;
	connector->encoder.possible_clones = clones;
	return 0;
}
