// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a compute job through Venus give the bits that a CPU gives?
 *
 * A chain of jobs runs on the GPU: each takes the array that the one before
 * it wrote. The CPU then walks the same chain, and every element and every
 * per-group word of the last job is compared. Usage: compute SHADER_DIR
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vk.h"

#define ELEMENTS	(1u << 20)
#define GROUP		64u
#define GROUPS		(ELEMENTS / GROUP)
#define JOBS		4u
#define ROUNDS		8u
#define SEED		0x76677075u

/* Laid out as the shader's push constant block. */
struct job {
	uint32_t seed;
	uint32_t rounds;
};

struct compute {
	struct vk vk;
	struct vk_buffer array[2];
	struct vk_buffer folded;
	VkDescriptorSetLayout set_layout;
	VkDescriptorPool set_pool;
	VkDescriptorSet set[2];
	VkPipelineLayout layout;
	VkShaderModule shader;
	VkPipeline pipeline;
};

/* The same steps as in compute.comp. */
static uint32_t mix_word(uint32_t x, uint32_t key)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		x ^= key + i * 0x9e3779b9u;
		x = (x << 13) | (x >> 19);
		x = x * 0x85ebca6bu + 0xc2b2ae35u;
		x ^= x >> 16;
	}
	return x;
}

static uint32_t job_seed(uint32_t job)
{
	return SEED + job * 0x01000193u;
}

static uint32_t first_value(uint32_t i)
{
	return i * 2654435761u ^ SEED;
}

static void create_sets(struct compute *c)
{
	VkDescriptorSetLayoutBinding bind[3] = { 0 };
	const VkDescriptorSetLayoutCreateInfo layout = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
		.bindingCount = DEMO_ARRAY_SIZE(bind),
		.pBindings = bind,
	};
	const VkDescriptorPoolSize size = {
		VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 2 * DEMO_ARRAY_SIZE(bind)
	};
	const VkDescriptorPoolCreateInfo pool = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
		.maxSets = 2,
		.poolSizeCount = 1,
		.pPoolSizes = &size,
	};
	VkDescriptorSetLayout layouts[2];
	VkDescriptorSetAllocateInfo alloc = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
		.descriptorSetCount = 2,
		.pSetLayouts = layouts,
	};

	for (uint32_t i = 0; i < DEMO_ARRAY_SIZE(bind); i++) {
		bind[i].binding = i;
		bind[i].descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
		bind[i].descriptorCount = 1;
		bind[i].stageFlags = VK_SHADER_STAGE_COMPUTE_BIT;
	}
	vk_check(vkCreateDescriptorSetLayout(c->vk.device, &layout, NULL,
					     &c->set_layout),
		 "vkCreateDescriptorSetLayout");
	vk_check(vkCreateDescriptorPool(c->vk.device, &pool, NULL, &c->set_pool),
		 "vkCreateDescriptorPool");
	layouts[0] = c->set_layout;
	layouts[1] = c->set_layout;
	alloc.descriptorPool = c->set_pool;
	vk_check(vkAllocateDescriptorSets(c->vk.device, &alloc, c->set),
		 "vkAllocateDescriptorSets");
}

/* Set 0 goes from the first array to the second, set 1 the other way. */
static void fill_set(struct compute *c, uint32_t set)
{
	const VkDescriptorBufferInfo info[3] = {
		{ c->array[set].handle, 0, VK_WHOLE_SIZE },
		{ c->array[!set].handle, 0, VK_WHOLE_SIZE },
		{ c->folded.handle, 0, VK_WHOLE_SIZE },
	};
	const VkWriteDescriptorSet write = {
		.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
		.dstSet = c->set[set],
		.descriptorCount = DEMO_ARRAY_SIZE(info),
		.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
		.pBufferInfo = info,
	};

	vkUpdateDescriptorSets(c->vk.device, 1, &write, 0, NULL);
}

static void create_pipeline(struct compute *c, const char *dir)
{
	const VkPushConstantRange range = {
		VK_SHADER_STAGE_COMPUTE_BIT, 0, sizeof(struct job)
	};
	const VkPipelineLayoutCreateInfo layout = {
		.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
		.setLayoutCount = 1,
		.pSetLayouts = &c->set_layout,
		.pushConstantRangeCount = 1,
		.pPushConstantRanges = &range,
	};
	VkComputePipelineCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
		.stage = {
			.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
			.stage = VK_SHADER_STAGE_COMPUTE_BIT,
			.pName = "main",
		},
	};

	vk_check(vkCreatePipelineLayout(c->vk.device, &layout, NULL, &c->layout),
		 "vkCreatePipelineLayout");
	c->shader = vk_shader_load(&c->vk, dir, "compute.comp.spv");
	info.stage.module = c->shader;
	info.layout = c->layout;
	vk_check(vkCreateComputePipelines(c->vk.device, VK_NULL_HANDLE, 1, &info,
					  NULL, &c->pipeline),
		 "vkCreateComputePipelines");
}

static void run_job(struct compute *c, uint32_t number)
{
	const struct job job = { job_seed(number), ROUNDS };
	const VkMemoryBarrier to_host = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
		.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT,
		.dstAccessMask = VK_ACCESS_HOST_READ_BIT | VK_ACCESS_SHADER_READ_BIT |
				 VK_ACCESS_SHADER_WRITE_BIT,
	};
	VkCommandBuffer cmd = vk_begin(&c->vk);

	vkCmdBindPipeline(cmd, VK_PIPELINE_BIND_POINT_COMPUTE, c->pipeline);
	vkCmdBindDescriptorSets(cmd, VK_PIPELINE_BIND_POINT_COMPUTE, c->layout, 0,
				1, &c->set[number & 1], 0, NULL);
	vkCmdPushConstants(cmd, c->layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
			   sizeof(job), &job);
	vkCmdDispatch(cmd, GROUPS, 1, 1);
	vkCmdPipelineBarrier(cmd, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
			     VK_PIPELINE_STAGE_HOST_BIT |
			     VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
			     0, 1, &to_host, 0, NULL, 0, NULL);
	vk_run(&c->vk, cmd);
}

static uint32_t *cpu_chain(void)
{
	uint32_t *word = malloc(ELEMENTS * sizeof(*word));

	if (!word)
		vk_die("out of memory");
	for (uint32_t i = 0; i < ELEMENTS; i++) {
		uint32_t x = first_value(i);

		for (uint32_t job = 0; job < JOBS; job++)
			x = mix_word(x, job_seed(job) ^ i);
		word[i] = x;
	}
	return word;
}

static uint32_t compare(const char *what, const uint32_t *gpu,
			const uint32_t *cpu, uint32_t n)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (gpu[i] == cpu[i])
			continue;
		if (!wrong)
			fprintf(stderr, "compute: %s %" PRIu32 " is %08" PRIx32 " on the GPU, %08" PRIx32 " on the CPU\n",
				what, i, gpu[i], cpu[i]);
		wrong++;
	}
	return wrong;
}

static uint32_t check(const struct compute *c)
{
	uint32_t *word = cpu_chain();
	uint32_t *fold = calloc(GROUPS, sizeof(*fold));
	uint32_t wrong;

	if (!fold)
		vk_die("out of memory");
	for (uint32_t i = 0; i < ELEMENTS; i++)
		fold[i / GROUP] ^= word[i];

	wrong = compare("element", c->array[JOBS & 1].map, word, ELEMENTS);
	wrong += compare("group", c->folded.map, fold, GROUPS);
	free(fold);
	free(word);
	return wrong;
}

static void create(struct compute *c, const char *dir)
{
	const VkBufferUsageFlags usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
	uint32_t *word;

	vk_open(&c->vk, "virtgpu compute", VK_QUEUE_COMPUTE_BIT);
	vk_buffer_create(&c->vk, &c->array[0], ELEMENTS * sizeof(*word), usage);
	vk_buffer_create(&c->vk, &c->array[1], ELEMENTS * sizeof(*word), usage);
	vk_buffer_create(&c->vk, &c->folded, GROUPS * sizeof(*word), usage);

	word = c->array[0].map;
	for (uint32_t i = 0; i < ELEMENTS; i++)
		word[i] = first_value(i);
	memset(c->array[1].map, 0, c->array[1].size);
	memset(c->folded.map, 0, c->folded.size);

	create_sets(c);
	fill_set(c, 0);
	fill_set(c, 1);
	create_pipeline(c, dir);
}

static void destroy(struct compute *c)
{
	vkDestroyPipeline(c->vk.device, c->pipeline, NULL);
	vkDestroyShaderModule(c->vk.device, c->shader, NULL);
	vkDestroyPipelineLayout(c->vk.device, c->layout, NULL);
	vkDestroyDescriptorPool(c->vk.device, c->set_pool, NULL);
	vkDestroyDescriptorSetLayout(c->vk.device, c->set_layout, NULL);
	vk_buffer_destroy(&c->vk, &c->folded);
	vk_buffer_destroy(&c->vk, &c->array[1]);
	vk_buffer_destroy(&c->vk, &c->array[0]);
	vk_close(&c->vk);
}

int main(int argc, char **argv)
{
	struct compute c;
	double start, gpu;
	uint32_t wrong;

	if (argc != 2) {
		fprintf(stderr, "usage: compute SHADER_DIR\n");
		return 2;
	}

	create(&c, argv[1]);
	start = vk_seconds();
	for (uint32_t job = 0; job < JOBS; job++)
		run_job(&c, job);
	gpu = vk_seconds() - start;

	start = vk_seconds();
	wrong = check(&c);
	printf("compute: %u jobs of %u elements in %.3f s; CPU check of %u words in %.3f s: %" PRIu32 " wrong\n",
	       JOBS, ELEMENTS, gpu, ELEMENTS + GROUPS, vk_seconds() - start,
	       wrong);
	destroy(&c);
	return wrong ? 1 : 0;
}
