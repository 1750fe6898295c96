// SPDX-License-Identifier: GPL-2.0-only
/* How are the two passes of the picture put together, lamp and camera? */
#include <stddef.h>

#include "render.h"

#define MAX_STAGES	2

static const VkAttachmentDescription shadow_attachments[] = {
	{
		.format = RENDER_DEPTH,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR,
		.storeOp = VK_ATTACHMENT_STORE_OP_STORE,
		.finalLayout = VK_IMAGE_LAYOUT_DEPTH_STENCIL_READ_ONLY_OPTIMAL,
	},
};

static const VkAttachmentReference shadow_depth = {
	0, VK_IMAGE_LAYOUT_DEPTH_STENCIL_ATTACHMENT_OPTIMAL
};

static const VkSubpassDescription shadow_subpass = {
	.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS,
	.pDepthStencilAttachment = &shadow_depth,
};

static const VkSubpassDependency shadow_then_sample = {
	.srcSubpass = 0,
	.dstSubpass = VK_SUBPASS_EXTERNAL,
	.srcStageMask = VK_PIPELINE_STAGE_LATE_FRAGMENT_TESTS_BIT,
	.dstStageMask = VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT,
	.srcAccessMask = VK_ACCESS_DEPTH_STENCIL_ATTACHMENT_WRITE_BIT,
	.dstAccessMask = VK_ACCESS_SHADER_READ_BIT,
};

/* In the order of the views in create_main_pass(). */
static const VkAttachmentDescription main_attachments[] = {
	{
		.format = RENDER_COLOR,
		.samples = RENDER_SAMPLES,
		.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR,
		.storeOp = VK_ATTACHMENT_STORE_OP_DONT_CARE,
		.finalLayout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
	}, {
		.format = RENDER_DEPTH,
		.samples = RENDER_SAMPLES,
		.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR,
		.storeOp = VK_ATTACHMENT_STORE_OP_DONT_CARE,
		.finalLayout = VK_IMAGE_LAYOUT_DEPTH_STENCIL_ATTACHMENT_OPTIMAL,
	}, {
		.format = RENDER_COLOR,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.loadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE,
		.storeOp = VK_ATTACHMENT_STORE_OP_STORE,
		.finalLayout = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
	},
};

static const VkAttachmentReference main_color = {
	0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL
};

static const VkAttachmentReference main_depth = {
	1, VK_IMAGE_LAYOUT_DEPTH_STENCIL_ATTACHMENT_OPTIMAL
};

static const VkAttachmentReference main_resolved = {
	2, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL
};

static const VkSubpassDescription main_subpass = {
	.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS,
	.colorAttachmentCount = 1,
	.pColorAttachments = &main_color,
	.pResolveAttachments = &main_resolved,
	.pDepthStencilAttachment = &main_depth,
};

static const VkSubpassDependency main_then_copy = {
	.srcSubpass = 0,
	.dstSubpass = VK_SUBPASS_EXTERNAL,
	.srcStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
	.dstStageMask = VK_PIPELINE_STAGE_TRANSFER_BIT,
	.srcAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT,
	.dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT,
};

static const VkVertexInputBindingDescription binding = {
	0, sizeof(struct vertex), VK_VERTEX_INPUT_RATE_VERTEX
};

static const VkVertexInputAttributeDescription attributes[] = {
	{ 0, 0, VK_FORMAT_R32G32B32_SFLOAT, offsetof(struct vertex, pos) },
	{ 1, 0, VK_FORMAT_R32G32B32_SFLOAT, offsetof(struct vertex, normal) },
	{ 2, 0, VK_FORMAT_R32G32B32_SFLOAT, offsetof(struct vertex, color) },
	{ 3, 0, VK_FORMAT_R32_SFLOAT, offsetof(struct vertex, gloss) },
};

static const VkPipelineInputAssemblyStateCreateInfo assembly = {
	.sType = VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO,
	.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST,
};

static const VkPipelineRasterizationStateCreateInfo raster = {
	.sType = VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO,
	.polygonMode = VK_POLYGON_MODE_FILL,
	.cullMode = VK_CULL_MODE_NONE,
	.lineWidth = 1.0f,
};

static const VkPipelineDepthStencilStateCreateInfo depth = {
	.sType = VK_STRUCTURE_TYPE_PIPELINE_DEPTH_STENCIL_STATE_CREATE_INFO,
	.depthTestEnable = VK_TRUE,
	.depthWriteEnable = VK_TRUE,
	.depthCompareOp = VK_COMPARE_OP_LESS,
};

static const VkPipelineColorBlendAttachmentState write_all = {
	.colorWriteMask = VK_COLOR_COMPONENT_R_BIT |
			  VK_COLOR_COMPONENT_G_BIT |
			  VK_COLOR_COMPONENT_B_BIT |
			  VK_COLOR_COMPONENT_A_BIT,
};

static void create_target(const struct render *r, struct pass *pass,
			  const VkRenderPassCreateInfo *info,
			  const VkImageView *views)
{
	VkFramebufferCreateInfo target = {
		.sType = VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO,
		.attachmentCount = info->attachmentCount,
		.pAttachments = views,
		.width = pass->extent.width,
		.height = pass->extent.height,
		.layers = 1,
	};

	vk_check(vkCreateRenderPass(r->vk.device, info, NULL, &pass->pass),
		 "vkCreateRenderPass");
	target.renderPass = pass->pass;
	vk_check(vkCreateFramebuffer(r->vk.device, &target, NULL, &pass->target),
		 "vkCreateFramebuffer");
}

static void create_shadow_pass(struct render *r)
{
	const VkRenderPassCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO,
		.attachmentCount = DEMO_ARRAY_SIZE(shadow_attachments),
		.pAttachments = shadow_attachments,
		.subpassCount = 1,
		.pSubpasses = &shadow_subpass,
		.dependencyCount = 1,
		.pDependencies = &shadow_then_sample,
	};

	r->shadow.extent = (VkExtent2D){ RENDER_MAP_SIZE, RENDER_MAP_SIZE };
	create_target(r, &r->shadow, &info, &r->map.view);
}

static void create_main_pass(struct render *r)
{
	const VkRenderPassCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO,
		.attachmentCount = DEMO_ARRAY_SIZE(main_attachments),
		.pAttachments = main_attachments,
		.subpassCount = 1,
		.pSubpasses = &main_subpass,
		.dependencyCount = 1,
		.pDependencies = &main_then_copy,
	};
	const VkImageView views[] = {
		r->color.view, r->depth.view, r->resolved.view
	};

	r->main.extent = (VkExtent2D){ RENDER_WIDTH, RENDER_HEIGHT };
	create_target(r, &r->main, &info, views);
}

/* What both pipelines share, and the few states in which they differ. */
static void create_pipeline(const struct render *r, struct pass *pass,
			    const VkPipelineShaderStageCreateInfo *stages,
			    uint32_t n, VkSampleCountFlagBits samples)
{
	/* The depth pass has no colour output, so it reads positions only. */
	const int colored = n > 1;
	const VkViewport viewport = {
		0.0f, 0.0f, pass->extent.width, pass->extent.height, 0.0f, 1.0f
	};
	const VkRect2D scissor = { { 0, 0 }, pass->extent };
	const VkPipelineVertexInputStateCreateInfo input = {
		.sType = VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO,
		.vertexBindingDescriptionCount = 1,
		.pVertexBindingDescriptions = &binding,
		.vertexAttributeDescriptionCount =
			colored ? DEMO_ARRAY_SIZE(attributes) : 1,
		.pVertexAttributeDescriptions = attributes,
	};
	const VkPipelineViewportStateCreateInfo view = {
		.sType = VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO,
		.viewportCount = 1,
		.pViewports = &viewport,
		.scissorCount = 1,
		.pScissors = &scissor,
	};
	const VkPipelineMultisampleStateCreateInfo multisample = {
		.sType = VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO,
		.rasterizationSamples = samples,
	};
	const VkPipelineColorBlendStateCreateInfo blend = {
		.sType = VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO,
		.attachmentCount = colored,
		.pAttachments = &write_all,
	};
	const VkGraphicsPipelineCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO,
		.stageCount = n,
		.pStages = stages,
		.pVertexInputState = &input,
		.pInputAssemblyState = &assembly,
		.pViewportState = &view,
		.pRasterizationState = &raster,
		.pMultisampleState = &multisample,
		.pDepthStencilState = &depth,
		.pColorBlendState = &blend,
		.layout = r->layout,
		.renderPass = pass->pass,
	};

	vk_check(vkCreateGraphicsPipelines(r->vk.device, VK_NULL_HANDLE, 1,
					   &info, NULL, &pass->pipeline),
		 "vkCreateGraphicsPipelines");
}

static void create_pass_pipeline(const struct render *r, struct pass *pass,
				 const char *dir, const char *vert,
				 const char *frag, VkSampleCountFlagBits samples)
{
	const char *file[MAX_STAGES] = { vert, frag };
	const uint32_t n = frag ? 2 : 1;
	VkPipelineShaderStageCreateInfo stage[MAX_STAGES];

	for (uint32_t i = 0; i < n; i++) {
		stage[i] = (VkPipelineShaderStageCreateInfo){
			.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
			.stage = i ? VK_SHADER_STAGE_FRAGMENT_BIT :
				     VK_SHADER_STAGE_VERTEX_BIT,
			.module = vk_shader_load(&r->vk, dir, file[i]),
			.pName = "main",
		};
	}
	create_pipeline(r, pass, stage, n, samples);
	for (uint32_t i = 0; i < n; i++)
		vkDestroyShaderModule(r->vk.device, stage[i].module, NULL);
}

static void destroy_pass(const struct render *r, struct pass *pass)
{
	vkDestroyPipeline(r->vk.device, pass->pipeline, NULL);
	vkDestroyFramebuffer(r->vk.device, pass->target, NULL);
	vkDestroyRenderPass(r->vk.device, pass->pass, NULL);
}

void render_create_passes(struct render *r, const char *dir)
{
	create_shadow_pass(r);
	create_pass_pipeline(r, &r->shadow, dir, "shadow.vert.spv", NULL,
			     VK_SAMPLE_COUNT_1_BIT);
	create_main_pass(r);
	create_pass_pipeline(r, &r->main, dir, "scene.vert.spv",
			     "scene.frag.spv", RENDER_SAMPLES);
}

void render_destroy_passes(struct render *r)
{
	destroy_pass(r, &r->main);
	destroy_pass(r, &r->shadow);
}
