// SPDX-License-Identifier: GPL-2.0-only
/*
 * Can Venus draw a picture worth looking at?
 *
 * One lamp's depth map is drawn first, then the scene in 4x multisampling
 * with that map as a shadow texture; the resolved image is copied into a
 * buffer that the CPU reads, and written as PPM.
 * Usage: render SHADER_DIR FILE.ppm
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "render.h"

static void fill_scene(struct scene *scene)
{
	const float eye[3] = { 3.6f, 3.9f, 7.6f };
	const float at[3] = { 0.0f, 1.75f, 0.0f };
	float lamp[3] = { 5.5f, 9.0f, 4.5f };
	struct mat view = mat_look_at(eye, at);
	struct mat proj = mat_perspective(0.75f, (float)RENDER_WIDTH / RENDER_HEIGHT, 0.1f,
					  100.0f);

	scene->camera = mat_mul(&proj, &view);
	view = mat_look_at(lamp, at);
	proj = mat_ortho(6.0f, 1.0f, 25.0f);
	scene->lamp = mat_mul(&proj, &view);
	memcpy(scene->eye, eye, sizeof(eye));
	vec_normalize(lamp);
	memcpy(scene->to_lamp, lamp, sizeof(lamp));
}

static void create_buffers(struct render *r)
{
	struct scene scene = { 0 };

	mesh_build_scene(&r->mesh);
	fill_scene(&scene);

	vk_buffer_create(&r->vk, &r->vertex,
			 r->mesh.vertices * sizeof(*r->mesh.vertex),
			 VK_BUFFER_USAGE_VERTEX_BUFFER_BIT);
	vk_buffer_create(&r->vk, &r->index,
			 r->mesh.indices * sizeof(*r->mesh.index),
			 VK_BUFFER_USAGE_INDEX_BUFFER_BIT);
	vk_buffer_create(&r->vk, &r->scene, sizeof(scene),
			 VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT);
	vk_buffer_create(&r->vk, &r->pixels, RENDER_WIDTH * RENDER_HEIGHT * 4,
			 VK_BUFFER_USAGE_TRANSFER_DST_BIT);
	memcpy(r->vertex.map, r->mesh.vertex, r->vertex.size);
	memcpy(r->index.map, r->mesh.index, r->index.size);
	memcpy(r->scene.map, &scene, sizeof(scene));
	memset(r->pixels.map, 0, r->pixels.size);
}

static void create_images(struct render *r)
{
	const VkExtent2D map = { RENDER_MAP_SIZE, RENDER_MAP_SIZE };
	const VkExtent2D size = { RENDER_WIDTH, RENDER_HEIGHT };

	vk_image_create(&r->vk, &r->map, map, RENDER_DEPTH, VK_SAMPLE_COUNT_1_BIT,
			VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT |
			VK_IMAGE_USAGE_SAMPLED_BIT);
	vk_image_create(&r->vk, &r->color, size, RENDER_COLOR, RENDER_SAMPLES,
			VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT);
	vk_image_create(&r->vk, &r->depth, size, RENDER_DEPTH, RENDER_SAMPLES,
			VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT);
	vk_image_create(&r->vk, &r->resolved, size, RENDER_COLOR, VK_SAMPLE_COUNT_1_BIT,
			VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT |
			VK_IMAGE_USAGE_TRANSFER_SRC_BIT);
}

static void create_set_objects(struct render *r)
{
	const VkDescriptorSetLayoutBinding bind[2] = {
		{ 0, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, 1,
		  VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, NULL },
		{ 1, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 1,
		  VK_SHADER_STAGE_FRAGMENT_BIT, NULL },
	};
	const VkDescriptorSetLayoutCreateInfo layout = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
		.bindingCount = DEMO_ARRAY_SIZE(bind),
		.pBindings = bind,
	};
	const VkDescriptorPoolSize sizes[2] = {
		{ VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, 1 },
		{ VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 1 },
	};
	const VkDescriptorPoolCreateInfo pool = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
		.maxSets = 1,
		.poolSizeCount = DEMO_ARRAY_SIZE(sizes),
		.pPoolSizes = sizes,
	};
	const VkSamplerCreateInfo sampler = {
		.sType = VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO,
		.magFilter = VK_FILTER_LINEAR,
		.minFilter = VK_FILTER_LINEAR,
		.addressModeU = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_BORDER,
		.addressModeV = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_BORDER,
		.addressModeW = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_BORDER,
		.borderColor = VK_BORDER_COLOR_FLOAT_OPAQUE_WHITE,
		.compareEnable = VK_TRUE,
		.compareOp = VK_COMPARE_OP_LESS_OR_EQUAL,
	};

	vk_check(vkCreateSampler(r->vk.device, &sampler, NULL, &r->sampler),
		 "vkCreateSampler");
	vk_check(vkCreateDescriptorSetLayout(r->vk.device, &layout, NULL,
					     &r->set_layout),
		 "vkCreateDescriptorSetLayout");
	vk_check(vkCreateDescriptorPool(r->vk.device, &pool, NULL, &r->set_pool),
		 "vkCreateDescriptorPool");
}

static void create_set(struct render *r)
{
	const VkDescriptorSetAllocateInfo alloc = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
		.descriptorPool = r->set_pool,
		.descriptorSetCount = 1,
		.pSetLayouts = &r->set_layout,
	};
	const VkDescriptorBufferInfo scene = { r->scene.handle, 0, VK_WHOLE_SIZE };
	const VkDescriptorImageInfo map = {
		r->sampler, r->map.view,
		VK_IMAGE_LAYOUT_DEPTH_STENCIL_READ_ONLY_OPTIMAL
	};
	VkWriteDescriptorSet write[2] = {
		{
			.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
			.dstBinding = 0,
			.descriptorCount = 1,
			.descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER,
			.pBufferInfo = &scene,
		}, {
			.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
			.dstBinding = 1,
			.descriptorCount = 1,
			.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
			.pImageInfo = &map,
		},
	};
	const VkPipelineLayoutCreateInfo layout = {
		.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
		.setLayoutCount = 1,
		.pSetLayouts = &r->set_layout,
	};

	vk_check(vkAllocateDescriptorSets(r->vk.device, &alloc, &r->set),
		 "vkAllocateDescriptorSets");
	write[0].dstSet = r->set;
	write[1].dstSet = r->set;
	vkUpdateDescriptorSets(r->vk.device, DEMO_ARRAY_SIZE(write), write, 0,
			       NULL);
	vk_check(vkCreatePipelineLayout(r->vk.device, &layout, NULL, &r->layout),
		 "vkCreatePipelineLayout");
}

static void record_pass(const struct render *r, VkCommandBuffer cmd,
			const struct pass *pass, const VkClearValue *clear,
			uint32_t clears)
{
	const VkRenderPassBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO,
		.renderPass = pass->pass,
		.framebuffer = pass->target,
		.renderArea = { { 0, 0 }, pass->extent },
		.clearValueCount = clears,
		.pClearValues = clear,
	};
	const VkDeviceSize offset = 0;

	vkCmdBeginRenderPass(cmd, &begin, VK_SUBPASS_CONTENTS_INLINE);
	vkCmdBindPipeline(cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, pass->pipeline);
	vkCmdBindDescriptorSets(cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, r->layout,
				0, 1, &r->set, 0, NULL);
	vkCmdBindVertexBuffers(cmd, 0, 1, &r->vertex.handle, &offset);
	vkCmdBindIndexBuffer(cmd, r->index.handle, 0, VK_INDEX_TYPE_UINT32);
	vkCmdDrawIndexed(cmd, r->mesh.indices, 1, 0, 0, 0);
	vkCmdEndRenderPass(cmd);
}

static void draw(const struct render *r)
{
	const VkClearValue far_away = { .depthStencil = { 1.0f, 0 } };
	/* The mist of scene.frag after gamma; the resolved image is not cleared. */
	const VkClearValue clear[2] = {
		{ .color = { .float32 = { 0.351f, 0.422f, 0.561f, 1.0f } } },
		far_away,
	};
	const VkBufferImageCopy copy = {
		.imageSubresource = { VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1 },
		.imageExtent = { RENDER_WIDTH, RENDER_HEIGHT, 1 },
	};
	const VkMemoryBarrier to_host = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
		.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
		.dstAccessMask = VK_ACCESS_HOST_READ_BIT,
	};
	VkCommandBuffer cmd = vk_begin(&r->vk);

	record_pass(r, cmd, &r->shadow, &far_away, 1);
	record_pass(r, cmd, &r->main, clear, DEMO_ARRAY_SIZE(clear));
	vkCmdCopyImageToBuffer(cmd, r->resolved.handle,
			       VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
			       r->pixels.handle, 1, &copy);
	vkCmdPipelineBarrier(cmd, VK_PIPELINE_STAGE_TRANSFER_BIT,
			     VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &to_host, 0, NULL,
			     0, NULL);
	vk_run(&r->vk, cmd);
}

static int write_ppm(const struct render *r, const char *path)
{
	static uint8_t row[RENDER_WIDTH * 3];
	const uint8_t *pixel = r->pixels.map;
	FILE *f = fopen(path, "wb");
	int bad;

	if (!f) {
		fprintf(stderr, "render: %s: %s\n", path, strerror(errno));
		return 1;
	}
	fprintf(f, "P6\n%u %u\n255\n", RENDER_WIDTH, RENDER_HEIGHT);
	for (uint32_t y = 0; y < RENDER_HEIGHT; y++) {
		for (uint32_t x = 0; x < RENDER_WIDTH; x++, pixel += 4)
			memcpy(&row[x * 3], pixel, 3);
		fwrite(row, 1, sizeof(row), f);
	}
	bad = ferror(f);
	if (fclose(f) || bad) {
		fprintf(stderr, "render: cannot write %s\n", path);
		return 1;
	}
	return 0;
}

static void destroy(struct render *r)
{
	render_destroy_passes(r);
	vkDestroyPipelineLayout(r->vk.device, r->layout, NULL);
	vkDestroyDescriptorPool(r->vk.device, r->set_pool, NULL);
	vkDestroyDescriptorSetLayout(r->vk.device, r->set_layout, NULL);
	vkDestroySampler(r->vk.device, r->sampler, NULL);
	vk_image_destroy(&r->vk, &r->resolved);
	vk_image_destroy(&r->vk, &r->depth);
	vk_image_destroy(&r->vk, &r->color);
	vk_image_destroy(&r->vk, &r->map);
	vk_buffer_destroy(&r->vk, &r->pixels);
	vk_buffer_destroy(&r->vk, &r->scene);
	vk_buffer_destroy(&r->vk, &r->index);
	vk_buffer_destroy(&r->vk, &r->vertex);
	mesh_free(&r->mesh);
	vk_close(&r->vk);
}

int main(int argc, char **argv)
{
	struct render r = { 0 };
	double start;
	int bad;

	if (argc != 3) {
		fprintf(stderr, "usage: render SHADER_DIR FILE.ppm\n");
		return 2;
	}

	vk_open(&r.vk, "virtgpu render", VK_QUEUE_GRAPHICS_BIT);
	create_buffers(&r);
	create_images(&r);
	create_set_objects(&r);
	create_set(&r);
	render_create_passes(&r, argv[1]);

	start = vk_seconds();
	draw(&r);
	printf("render: %u triangles, %ux%u, 4 samples, in %.3f s\n",
	       r.mesh.indices / 3, RENDER_WIDTH, RENDER_HEIGHT,
	       vk_seconds() - start);

	bad = write_ppm(&r, argv[2]);
	destroy(&r);
	return bad;
}
