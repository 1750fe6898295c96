/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the Vulkan programs of the demonstration share: a device that really
 * is Venus, memory, buffers, shaders, and a submission that is waited for.
 *
 * Every function ends the program with a message when Vulkan refuses
 * something: a demonstration has nothing to fall back to.
 */
#ifndef DEMO_VK_H
#define DEMO_VK_H

#include <stddef.h>
#include <stdint.h>
#include <vulkan/vulkan.h>

/* Overridden only to try the programs out without a guest. */
#ifndef DEMO_DRIVER_ID
#define DEMO_DRIVER_ID VK_DRIVER_ID_MESA_VENUS
#endif

#define DEMO_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct vk {
	VkInstance instance;
	VkPhysicalDevice physical;
	VkPhysicalDeviceProperties props;
	VkPhysicalDeviceMemoryProperties mem;
	VkDevice device;
	VkQueue queue;
	uint32_t family;
	VkCommandPool pool;
};

struct vk_buffer {
	VkBuffer handle;
	VkDeviceMemory memory;
	VkDeviceSize size;
	void *map;
};

struct vk_image {
	VkImage handle;
	VkDeviceMemory memory;
	VkImageView view;
	VkFormat format;
};

void vk_check(VkResult result, const char *what);
void vk_die(const char *what);
double vk_seconds(void);

/* Opens the first device of the wanted driver with a queue that can @flags. */
void vk_open(struct vk *vk, const char *name, VkQueueFlags flags);
void vk_close(struct vk *vk);

uint32_t vk_memory_type(const struct vk *vk, uint32_t allowed,
			VkMemoryPropertyFlags want);

/* A buffer that the CPU can reach; stays mapped until destroyed. */
void vk_buffer_create(const struct vk *vk, struct vk_buffer *buf,
		      VkDeviceSize size, VkBufferUsageFlags usage);
void vk_buffer_destroy(const struct vk *vk, struct vk_buffer *buf);

void vk_image_create(const struct vk *vk, struct vk_image *img,
		     VkExtent2D extent, VkFormat format,
		     VkSampleCountFlagBits samples, VkImageUsageFlags usage);
void vk_image_destroy(const struct vk *vk, struct vk_image *img);

VkShaderModule vk_shader_load(const struct vk *vk, const char *dir,
			      const char *file);

/* One command buffer, recorded between begin and run; run waits for it. */
VkCommandBuffer vk_begin(const struct vk *vk);
void vk_run(const struct vk *vk, VkCommandBuffer cmd);

#endif
