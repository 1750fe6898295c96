/* SPDX-License-Identifier: GPL-2.0-only */
/* What the picture program's two files share: its sizes and its objects. */
#ifndef DEMO_RENDER_H
#define DEMO_RENDER_H

#include "mat.h"
#include "mesh.h"
#include "vk.h"

#define RENDER_WIDTH		1024u
#define RENDER_HEIGHT		768u
#define RENDER_MAP_SIZE	1024u
#define RENDER_SAMPLES	VK_SAMPLE_COUNT_4_BIT
#define RENDER_COLOR		VK_FORMAT_R8G8B8A8_UNORM
#define RENDER_DEPTH		VK_FORMAT_D32_SFLOAT

/* Laid out as the shaders' uniform block (std140). */
struct scene {
	struct mat camera;
	struct mat lamp;
	float eye[4];
	float to_lamp[4];
};

/* A pass draws the whole mesh with one pipeline into one framebuffer. */
struct pass {
	VkExtent2D extent;
	VkRenderPass pass;
	VkFramebuffer target;
	VkPipeline pipeline;
};

struct render {
	struct vk vk;
	struct mesh mesh;
	struct vk_buffer vertex, index, scene, pixels;
	struct vk_image map, color, depth, resolved;
	VkSampler sampler;
	VkDescriptorSetLayout set_layout;
	VkDescriptorPool set_pool;
	VkDescriptorSet set;
	VkPipelineLayout layout;
	struct pass shadow, main;
};

/* Both passes need the images and the pipeline layout to exist. */
void render_create_passes(struct render *r, const char *dir);
void render_destroy_passes(struct render *r);

#endif
