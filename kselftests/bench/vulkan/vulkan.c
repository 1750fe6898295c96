// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a Vulkan program have to wait for?
 *
 * Usage: virtgpu-bench-vulkan [--batches N] [PATTERN]...
 * Prints "OPERATION ns MEDIAN LOW HIGH" as virtgpu-bench does. "after" in a name: only
 * what comes right after the frees is measured.
 */
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vk.h"

#define MAX_BATCHES	1000
#define SUBMISSIONS	20
#define FREES		20
#define BLOCK		65536u
#define LARGE		(16u << 20)
#define PAUSE_NS	30000000
#define WAIT_NS		(60ull * 1000 * 1000 * 1000)

struct bench {
	struct vk vk;
	VkCommandBuffer cmd;
	VkFence fence;
	uint32_t type;		/* of memory that the CPU reaches */
	char *copy;
};

struct op {
	const char *name;
	unsigned int count;	/* operations of a batch */
	void (*prepare)(struct bench *b);
	void (*run)(struct bench *b);
	void (*clean)(struct bench *b);
};

static struct bench bench;
static VkDeviceMemory blocks[FREES];
static void *map;

static double now_ns(void)
{
	return vk_seconds() * 1e9;
}

/* What earlier operations left to do is done. */
static void pause_a_moment(void)
{
	const struct timespec moment = { .tv_nsec = PAUSE_NS };

	nanosleep(&moment, NULL);
}

static void allocate(struct bench *b, VkDeviceMemory *memory, VkDeviceSize size)
{
	const VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.allocationSize = size,
		.memoryTypeIndex = b->type,
	};

	vk_check(vkAllocateMemory(b->vk.device, &info, NULL, memory), "vkAllocateMemory");
	vk_check(vkMapMemory(b->vk.device, *memory, 0, size, 0, &map), "vkMapMemory");
	*(volatile char *)map = 1;
}

static void release(struct bench *b, VkDeviceMemory memory)
{
	vkUnmapMemory(b->vk.device, memory);
	vkFreeMemory(b->vk.device, memory, NULL);
}

static void submit(struct bench *b, VkFence fence)
{
	const VkSubmitInfo info = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.commandBufferCount = 1,
		.pCommandBuffers = &b->cmd,
	};

	vk_check(vkQueueSubmit(b->vk.queue, 1, &info, fence), "vkQueueSubmit");
}

static void submit_and_wait(struct bench *b)
{
	submit(b, b->fence);
	vk_check(vkWaitForFences(b->vk.device, 1, &b->fence, VK_TRUE, WAIT_NS),
		 "vkWaitForFences");
	vk_check(vkResetFences(b->vk.device, 1, &b->fence), "vkResetFences");
}

static void submit_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < SUBMISSIONS; i++)
		submit(b, VK_NULL_HANDLE);
}

static void idle(struct bench *b)
{
	vk_check(vkQueueWaitIdle(b->vk.queue), "vkQueueWaitIdle");
}

static void wait_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < SUBMISSIONS; i++)
		submit_and_wait(b);
}

static void free_one(struct bench *b)
{
	allocate(b, &blocks[0], BLOCK);
	pause_a_moment();
	release(b, blocks[0]);
}

static void free_many(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < FREES; i++)
		allocate(b, &blocks[i], BLOCK);
	pause_a_moment();
	for (i = 0; i < FREES; i++)
		release(b, blocks[i]);
}

static void allocate_run(struct bench *b)
{
	allocate(b, &blocks[0], BLOCK);
}

static void release_one(struct bench *b)
{
	release(b, blocks[0]);
	pause_a_moment();
}

static void life_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < FREES; i++) {
		allocate(b, &blocks[0], BLOCK);
		release(b, blocks[0]);
	}
}

static void allocate_large(struct bench *b)
{
	allocate(b, &blocks[0], LARGE);
}

static void write_run(struct bench *b)
{
	memcpy(map, b->copy, LARGE);
}

static void read_run(struct bench *b)
{
	memcpy(b->copy, map, LARGE);
}

static const struct op ops[] = {
	{ "vk-submit", SUBMISSIONS, NULL, submit_run, idle },
	{ "vk-submit-wait", SUBMISSIONS, NULL, wait_run, NULL },
	{ "vk-submit-wait-after-free", 1, free_one, submit_and_wait, NULL },
	{ "vk-allocate-map-64K", 1, NULL, allocate_run, release_one },
	{ "vk-allocate-map-64K-after-20-frees", 1, free_many, allocate_run, release_one },
	{ "vk-allocate-map-free-64K-loop", FREES, NULL, life_run, NULL },
	{ "vk-write-16M", 1, allocate_large, write_run, release_one },
	{ "vk-read-16M", 1, allocate_large, read_run, release_one },
};

static void start(struct bench *b)
{
	const VkFenceCreateInfo fence = { .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO };
	const VkCommandBufferAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
		.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
		.commandBufferCount = 1,
	};
	const VkCommandBufferBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
		.flags = VK_COMMAND_BUFFER_USAGE_SIMULTANEOUS_USE_BIT,
	};
	VkCommandBufferAllocateInfo of_pool = info;

	vk_open(&b->vk, "virtgpu-bench", VK_QUEUE_COMPUTE_BIT);
	b->type = vk_memory_type(&b->vk, ~0u, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
				 VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
	of_pool.commandPool = b->vk.pool;
	vk_check(vkAllocateCommandBuffers(b->vk.device, &of_pool, &b->cmd),
		 "vkAllocateCommandBuffers");
	vk_check(vkBeginCommandBuffer(b->cmd, &begin), "vkBeginCommandBuffer");
	vk_check(vkEndCommandBuffer(b->cmd), "vkEndCommandBuffer");
	vk_check(vkCreateFence(b->vk.device, &fence, NULL, &b->fence), "vkCreateFence");
	b->copy = calloc(1, LARGE);
	if (!b->copy)
		vk_die("no memory");
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(const struct op *op, unsigned int batches)
{
	double values[MAX_BATCHES], began;
	unsigned int i;

	/* The first one warms up. */
	for (i = 0; i <= batches; i++) {
		if (op->prepare)
			op->prepare(&bench);
		began = now_ns();
		op->run(&bench);
		values[i ? i - 1 : 0] = (now_ns() - began) / op->count;
		if (op->clean)
			op->clean(&bench);
	}
	qsort(values, batches, sizeof(*values), by_size);
	printf("%s ns %.0f %.0f %.0f\n", op->name, values[batches / 2], values[batches / 4],
	       values[batches - 1 - batches / 4]);
	fflush(stdout);
}

static bool wanted(const struct op *op, char **patterns)
{
	if (!*patterns)
		return true;
	for (; *patterns; patterns++)
		if (!fnmatch(*patterns, op->name, 0))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	unsigned int i, batches = 15;
	char **patterns = argv + 1;

	if (argc > 2 && !strcmp(argv[1], "--batches")) {
		batches = atoi(argv[2]);
		patterns += 2;
	}
	if (!batches || batches > MAX_BATCHES)
		return 2;
	start(&bench);
	for (i = 0; i < DEMO_ARRAY_SIZE(ops); i++)
		if (wanted(&ops[i], patterns))
			measure(&ops[i], batches);
	vkDestroyFence(bench.vk.device, bench.fence, NULL);
	vk_close(&bench.vk);
	return 0;
}
