// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the pointer follow the hand, whatever the host does?
 *
 * A cursor update never waits. It writes down what the cursor should be; commands
 * follow from that, at most one at a time on either queue for each scanout. What
 * is asked for while a command is under way replaces what was asked for before,
 * and goes out when the command has ended. A host that never looks at its cursor
 * queue (libkrun) thus holds one command for ever, and nobody waits for it.
 *
 * An image in guest pages has to be transferred first, and that travels on the
 * other queue: the host must have answered the transfer before it is told to use
 * the image. Meanwhile the pointer moves on with the previous image. An image that
 * needs no transfer may be so new that the host has yet to make it: a command that
 * does nothing takes the transfer's place then.
 *
 * Commands end in interrupts, where memory can't be counted on, and updates come
 * when others wait for their end. So each update brings along as many commands as
 * may follow from it, which its commit has reserved, and adds them to the stock.
 */
#include <drm/drm_device.h>
#include <drm/drm_managed.h>
#include <drm/drm_rect.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_cursor.h"
#include "virtgpu_display_types.h"
#include "virtgpu_object.h"
#include "virtgpu_object_check.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/*
 * After an update the worst that may follow, one by one: a move, the image that
 * is being transferred now, and the image of the update itself.
 */
#define VIRTGPU_CURSOR_SPARES	3

/**
 * struct virtgpu_cursor_image - what the pointer looks like
 * @obj: the image, with a reference, or NULL for no pointer
 * @hot_x: what it points with, from its left edge
 * @hot_y: what it points with, from its upper edge
 */
struct virtgpu_cursor_image {
	struct virtgpu_object *obj;
	u32 hot_x;
	u32 hot_y;
};

/**
 * struct virtgpu_cursor - the pointer of one scanout
 * @vgdev: the device
 * @scanout: the scanout
 * @lock: guards all that follows
 * @x: left edge
 * @y: upper edge
 * @moved: the host does not know @x and @y
 * @ready: the image to show next, when @changed
 * @changed: the host does not know @ready
 * @visible: the host shows an image, or is about to
 * @fresh: the image to transfer next, when it has an object
 * @transfer: the image that is being transferred, when @transferring
 * @transferring: a transfer is under way
 * @outdated: @transfer is not to be shown any more
 * @sending: a cursor command is under way
 * @spare_send: cursor commands to be used
 * @spare_transfer: transfer command to be used, or NULL
 */
struct virtgpu_cursor {
	struct virtgpu_device *vgdev;
	u32 scanout;
	/* Guards what follows. */
	spinlock_t lock;
	s32 x;
	s32 y;
	bool moved;
	struct virtgpu_cursor_image ready;
	bool changed;
	bool visible;
	struct virtgpu_cursor_image fresh;
	struct virtgpu_cursor_image transfer;
	bool transferring;
	bool outdated;
	bool sending;
	struct virtgpu_vbuf *spare_send[VIRTGPU_CURSOR_SPARES];
	struct virtgpu_vbuf *spare_transfer;
};

/**
 * struct virtgpu_cursor_step - commands to queue once the lock is dropped
 * @send: a cursor command, or NULL
 * @transfer: a transfer, or NULL
 */
struct virtgpu_cursor_step {
	struct virtgpu_vbuf *send;
	struct virtgpu_vbuf *transfer;
};

static void virtgpu_cursor_sent(struct virtgpu_vbuf *vbuf);
static void virtgpu_cursor_transferred(struct virtgpu_vbuf *vbuf);

static struct virtgpu_vbuf *virtgpu_cursor_take_send(struct virtgpu_cursor *cursor)
{
	struct virtgpu_vbuf *vbuf;

	for (unsigned int i = 0; i < ARRAY_SIZE(cursor->spare_send); i++) {
		vbuf = cursor->spare_send[i];
		cursor->spare_send[i] = NULL;
		if (vbuf)
			return vbuf;
	}
	return NULL;
}

static struct virtgpu_vbuf *virtgpu_cursor_step_send(struct virtgpu_cursor *cursor)
{
	struct virtgpu_cursor_pos pos = {
		.scanout = cursor->scanout,
		.x = cursor->x,
		.y = cursor->y,
	};
	struct virtgpu_vbuf *vbuf;

	if (cursor->sending || (!cursor->changed && !(cursor->moved && cursor->visible)))
		return NULL;
	vbuf = virtgpu_cursor_take_send(cursor);
	if (WARN_ON_ONCE(!vbuf))
		return NULL;
	if (cursor->changed && cursor->ready.obj) {
		pos.res_id = cursor->ready.obj->res_id;
		pos.hot_x = cursor->ready.hot_x;
		pos.hot_y = cursor->ready.hot_y;
		/* The reference moves on: UNREF is on the other queue. */
		vbuf->obj = &cursor->ready.obj->base.base;
	}
	virtgpu_cmd_cursor_fill(vbuf, cursor->changed, &pos);
	vbuf->done = virtgpu_cursor_sent;
	vbuf->priv = cursor;
	if (cursor->changed)
		cursor->visible = cursor->ready.obj;
	cursor->ready.obj = NULL;
	cursor->changed = false;
	cursor->moved = false;
	cursor->sending = true;
	return vbuf;
}

static bool virtgpu_cursor_is_copied(const struct virtgpu_object *obj)
{
	return obj->dumb && !obj->blob_mem;
}

static struct virtgpu_vbuf *virtgpu_cursor_step_transfer(struct virtgpu_cursor *cursor)
{
	struct drm_rect rect = DRM_RECT_INIT(0, 0, VIRTGPU_CURSOR_SIZE, VIRTGPU_CURSOR_SIZE);
	struct virtgpu_vbuf *vbuf = cursor->spare_transfer;

	if (cursor->transferring || !cursor->fresh.obj)
		return NULL;
	if (WARN_ON_ONCE(!vbuf))
		return NULL;
	cursor->spare_transfer = NULL;
	cursor->transfer = cursor->fresh;
	cursor->fresh.obj = NULL;
	cursor->transferring = true;
	cursor->outdated = false;
	if (virtgpu_cursor_is_copied(cursor->transfer.obj))
		virtgpu_cmd_upload_fill(vbuf, cursor->transfer.obj->res_id, 0, &rect);
	else
		virtgpu_cmd_upload_none(vbuf, cursor->transfer.obj->res_id);
	vbuf->obj = &cursor->transfer.obj->base.base;
	vbuf->done = virtgpu_cursor_transferred;
	vbuf->priv = cursor;
	return vbuf;
}

static struct virtgpu_cursor_step virtgpu_cursor_step(struct virtgpu_cursor *cursor)
{
	lockdep_assert_held(&cursor->lock);
	return (struct virtgpu_cursor_step) {
		.send = virtgpu_cursor_step_send(cursor),
		.transfer = virtgpu_cursor_step_transfer(cursor),
	};
}

/* Without the lock: a command on a stopped queue ends before this returns. */
static void virtgpu_cursor_run(struct virtgpu_cursor *cursor,
			       const struct virtgpu_cursor_step *step)
{
	struct virtgpu_device *vgdev = cursor->vgdev;

	if (step->send) {
		virtgpu_vq_queue(vgdev->cursorq, step->send);
		virtgpu_vq_kick(vgdev->cursorq);
	}
	if (step->transfer) {
		virtgpu_vq_queue(vgdev->ctrlq, step->transfer);
		virtgpu_vq_kick(vgdev->ctrlq);
	}
}

static void virtgpu_cursor_sent(struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_cursor *cursor = vbuf->priv;
	struct virtgpu_cursor_step step;
	unsigned long flags;

	spin_lock_irqsave(&cursor->lock, flags);
	cursor->sending = false;
	step = virtgpu_cursor_step(cursor);
	spin_unlock_irqrestore(&cursor->lock, flags);
	virtgpu_cursor_run(cursor, &step);
}

/*
 * The image is with the host, or the transfer was refused, and then another try
 * would be too: show it either way, unless the host has no such image. The vbuf's
 * reference becomes that of the image; the vbuf takes over the one of the image
 * that this replaces, because here is no place to drop it.
 */
static void virtgpu_cursor_transferred(struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_cursor *cursor = vbuf->priv;
	struct virtgpu_cursor_step step;
	unsigned long flags;

	spin_lock_irqsave(&cursor->lock, flags);
	cursor->transferring = false;
	if (!cursor->outdated && !virtgpu_object_error(cursor->transfer.obj)) {
		vbuf->obj = cursor->ready.obj ? &cursor->ready.obj->base.base : NULL;
		cursor->ready = cursor->transfer;
		cursor->changed = true;
	}
	step = virtgpu_cursor_step(cursor);
	spin_unlock_irqrestore(&cursor->lock, flags);
	virtgpu_cursor_run(cursor, &step);
}

static void virtgpu_cursor_restock(struct virtgpu_vbuf **spare, struct virtgpu_vbuf **vbuf)
{
	if (!*spare)
		swap(*spare, *vbuf);
}

/*
 * Take the lock with all commands in stock that may follow from an update: what
 * may follow from the ones before is there, and all together never exceeds the
 * full stock, so what does not fit in is not needed.
 */
static void virtgpu_cursor_lock(struct virtgpu_cursor *cursor,
				struct virtgpu_cursor_reserve *reserve)
	__acquires(&cursor->lock)
{
	spin_lock_irq(&cursor->lock);
	for (unsigned int i = 0; i < ARRAY_SIZE(reserve->send); i++) {
		for (unsigned int j = 0; j < ARRAY_SIZE(cursor->spare_send); j++)
			virtgpu_cursor_restock(&cursor->spare_send[j], &reserve->send[i]);
	}
	virtgpu_cursor_restock(&cursor->spare_transfer, &reserve->transfer);
}

static void virtgpu_cursor_object_put(struct virtgpu_object *obj)
{
	if (obj)
		drm_gem_object_put(&obj->base.base);
}

/**
 * virtgpu_cursor_reserve_move - reserve what the pointer needs to move, or to go
 * @reserve: what a commit brings along, with nothing in it
 *
 * Return: 0 or -ENOMEM; the caller frees @reserve either way.
 */
int virtgpu_cursor_reserve_move(struct virtgpu_cursor_reserve *reserve)
{
	reserve->send[0] = virtgpu_cmd_cursor_alloc();
	return reserve->send[0] ? 0 : -ENOMEM;
}

/**
 * virtgpu_cursor_reserve_show - reserve what a new image of the pointer needs
 * @reserve: what a commit brings along, with nothing in it
 *
 * Return: 0 or -ENOMEM; the caller frees @reserve either way.
 */
int virtgpu_cursor_reserve_show(struct virtgpu_cursor_reserve *reserve)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(reserve->send); i++) {
		reserve->send[i] = virtgpu_cmd_cursor_alloc();
		if (!reserve->send[i])
			return -ENOMEM;
	}
	reserve->transfer = virtgpu_cmd_upload_alloc();
	return reserve->transfer ? 0 : -ENOMEM;
}

/**
 * virtgpu_cursor_reserve_retire - have old images go when the commit ends
 * @reserve: what the commit has brought along
 * @replaced: that of the state before, which goes then; nobody else uses it
 *
 * The commit's own state may be the last one for a long time, and nothing that the
 * host has to be told of may go after the device.
 */
void virtgpu_cursor_reserve_retire(struct virtgpu_cursor_reserve *reserve,
				   struct virtgpu_cursor_reserve *replaced)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(reserve->old); i++)
		swap(reserve->old[i], replaced->old[i]);
}

/**
 * virtgpu_cursor_reserve_free - free what was not used; may sleep
 * @reserve: what a commit has brought along; is empty afterwards
 */
void virtgpu_cursor_reserve_free(struct virtgpu_cursor_reserve *reserve)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(reserve->send); i++)
		virtgpu_vbuf_put(reserve->send[i]);
	virtgpu_vbuf_put(reserve->transfer);
	for (unsigned int i = 0; i < ARRAY_SIZE(reserve->old); i++)
		virtgpu_cursor_object_put(reserve->old[i]);
	memset(reserve, 0, sizeof(*reserve));
}

/**
 * virtgpu_cursor_move - move the pointer; never waits for the host
 * @cursor: the pointer
 * @x: left edge of the image
 * @y: upper edge of the image
 * @reserve: from virtgpu_cursor_reserve_move()
 */
void virtgpu_cursor_move(struct virtgpu_cursor *cursor, s32 x, s32 y,
			 struct virtgpu_cursor_reserve *reserve)
{
	struct virtgpu_cursor_step step;

	virtgpu_cursor_lock(cursor, reserve);
	cursor->x = x;
	cursor->y = y;
	cursor->moved = true;
	step = virtgpu_cursor_step(cursor);
	spin_unlock_irq(&cursor->lock);
	virtgpu_cursor_run(cursor, &step);
}

/* A new image for the host to show at once: what is in line is out of date. */
static void virtgpu_cursor_set_ready(struct virtgpu_cursor *cursor,
				     const struct virtgpu_cursor_image *image,
				     struct virtgpu_cursor_reserve *reserve)
{
	reserve->old[0] = cursor->ready.obj;
	reserve->old[1] = cursor->fresh.obj;
	cursor->ready = *image;
	cursor->changed = true;
	cursor->fresh.obj = NULL;
	cursor->outdated = true;
}

/**
 * virtgpu_cursor_show - give the pointer a new image; never waits for the host
 * @cursor: the pointer
 * @obj: the image, VIRTGPU_CURSOR_SIZE pixels wide and high
 * @hot_x: what it points with, from its left edge
 * @hot_y: what it points with, from its upper edge
 * @x: left edge of the image
 * @y: upper edge of the image
 * @reserve: from virtgpu_cursor_reserve_show(); takes over the old images
 */
void virtgpu_cursor_show(struct virtgpu_cursor *cursor, struct virtgpu_object *obj,
			 u32 hot_x, u32 hot_y, s32 x, s32 y,
			 struct virtgpu_cursor_reserve *reserve)
{
	struct virtgpu_cursor_image image = { .obj = obj, .hot_x = hot_x, .hot_y = hot_y };
	struct virtgpu_cursor_step step;

	drm_gem_object_get(&obj->base.base);
	virtgpu_cursor_lock(cursor, reserve);
	cursor->x = x;
	cursor->y = y;
	cursor->moved = true;
	if (virtgpu_cursor_is_copied(obj) || !virtgpu_object_is_answered(obj)) {
		reserve->old[0] = cursor->fresh.obj;
		cursor->fresh = image;
	} else {
		virtgpu_cursor_set_ready(cursor, &image, reserve);
	}
	step = virtgpu_cursor_step(cursor);
	spin_unlock_irq(&cursor->lock);
	virtgpu_cursor_run(cursor, &step);
}

/**
 * virtgpu_cursor_hide - take the pointer away; never waits for the host
 * @cursor: the pointer
 * @reserve: from virtgpu_cursor_reserve_move(); takes over the old images
 */
void virtgpu_cursor_hide(struct virtgpu_cursor *cursor,
			 struct virtgpu_cursor_reserve *reserve)
{
	struct virtgpu_cursor_image none = {};
	struct virtgpu_cursor_step step;

	virtgpu_cursor_lock(cursor, reserve);
	virtgpu_cursor_set_ready(cursor, &none, reserve);
	/* It was never shown: there is nothing to hide. */
	if (!cursor->visible)
		cursor->changed = false;
	step = virtgpu_cursor_step(cursor);
	spin_unlock_irq(&cursor->lock);
	virtgpu_cursor_run(cursor, &step);
}

/**
 * virtgpu_cursor_invalidate - the host has forgotten the pointer
 * @cursor: the pointer; what was sent for it has ended
 */
void virtgpu_cursor_invalidate(struct virtgpu_cursor *cursor)
{
	spin_lock_irq(&cursor->lock);
	cursor->visible = false;
	spin_unlock_irq(&cursor->lock);
}

static void virtgpu_cursor_release(struct drm_device *drm, void *data)
{
	struct virtgpu_cursor *cursor = data;

	for (unsigned int i = 0; i < ARRAY_SIZE(cursor->spare_send); i++)
		virtgpu_vbuf_put(cursor->spare_send[i]);
	virtgpu_vbuf_put(cursor->spare_transfer);
	virtgpu_cursor_object_put(cursor->ready.obj);
	virtgpu_cursor_object_put(cursor->fresh.obj);
}

/**
 * virtgpu_cursor_create - make the pointer of a scanout
 * @vgdev: the device
 * @scanout: the scanout
 *
 * Return: the pointer, which lives as long as the DRM device; NULL without
 * memory.
 */
struct virtgpu_cursor *virtgpu_cursor_create(struct virtgpu_device *vgdev, u32 scanout)
{
	struct virtgpu_cursor *cursor;

	cursor = drmm_kzalloc(vgdev->drm, sizeof(*cursor), GFP_KERNEL);
	if (!cursor)
		return NULL;
	cursor->vgdev = vgdev;
	cursor->scanout = scanout;
	spin_lock_init(&cursor->lock);
	if (drmm_add_action_or_reset(vgdev->drm, virtgpu_cursor_release, cursor))
		return NULL;
	return cursor;
}
