// SPDX-License-Identifier: GPL-2.0-only
/* How do the demonstration's programs get at Venus, memory and a queue? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vk.h"

#define MAX_DEVICES	8
#define MAX_FAMILIES	16
#define WAIT_NS		(120ull * 1000 * 1000 * 1000)

void vk_die(const char *what)
{
	fprintf(stderr, "demo: %s\n", what);
	exit(1);
}

void vk_check(VkResult result, const char *what)
{
	if (result == VK_SUCCESS)
		return;
	fprintf(stderr, "demo: %s failed: VkResult %d\n", what, result);
	exit(1);
}

double vk_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static int find_family(VkPhysicalDevice physical, VkQueueFlags flags,
		       uint32_t *family)
{
	VkQueueFamilyProperties fam[MAX_FAMILIES];
	uint32_t n = MAX_FAMILIES;

	vkGetPhysicalDeviceQueueFamilyProperties(physical, &n, fam);
	for (uint32_t i = 0; i < n; i++) {
		if ((fam[i].queueFlags & flags) == flags) {
			*family = i;
			return 1;
		}
	}
	return 0;
}

/*
 * Chosen by driver id, not by name or order: a guest also has llvmpipe's own
 * Vulkan, which would pass every test without touching the virtio-gpu device.
 */
static void pick_device(struct vk *vk, VkQueueFlags flags)
{
	VkPhysicalDevice list[MAX_DEVICES];
	uint32_t n = MAX_DEVICES;
	VkResult result = vkEnumeratePhysicalDevices(vk->instance, &n, list);

	if (result != VK_INCOMPLETE)
		vk_check(result, "vkEnumeratePhysicalDevices");

	for (uint32_t i = 0; i < n; i++) {
		VkPhysicalDeviceDriverProperties drv = {
			.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES,
		};
		VkPhysicalDeviceProperties2 props = {
			.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
			.pNext = &drv,
		};

		vkGetPhysicalDeviceProperties2(list[i], &props);
		if (drv.driverID != DEMO_DRIVER_ID)
			continue;
		if (!find_family(list[i], flags, &vk->family))
			continue;
		vk->physical = list[i];
		vk->props = props.properties;
		printf("device: %s, driver %s %s\n", props.properties.deviceName,
		       drv.driverName, drv.driverInfo);
		return;
	}
	vk_die("no Vulkan device of the Venus driver: see vulkaninfo --summary and the guest's kernel log");
}

void vk_open(struct vk *vk, const char *name, VkQueueFlags flags)
{
	const VkApplicationInfo app = {
		.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
		.pApplicationName = name,
		.apiVersion = VK_API_VERSION_1_2,
	};
	const VkInstanceCreateInfo inst_info = {
		.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
		.pApplicationInfo = &app,
	};
	const float priority = 1.0f;
	VkDeviceQueueCreateInfo queue_info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
		.queueCount = 1,
		.pQueuePriorities = &priority,
	};
	const VkDeviceCreateInfo dev_info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
		.queueCreateInfoCount = 1,
		.pQueueCreateInfos = &queue_info,
	};
	VkCommandPoolCreateInfo pool_info = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
		.flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT,
	};

	memset(vk, 0, sizeof(*vk));
	vk_check(vkCreateInstance(&inst_info, NULL, &vk->instance),
		 "vkCreateInstance");
	pick_device(vk, flags);
	vkGetPhysicalDeviceMemoryProperties(vk->physical, &vk->mem);

	queue_info.queueFamilyIndex = vk->family;
	vk_check(vkCreateDevice(vk->physical, &dev_info, NULL, &vk->device),
		 "vkCreateDevice");
	vkGetDeviceQueue(vk->device, vk->family, 0, &vk->queue);

	pool_info.queueFamilyIndex = vk->family;
	vk_check(vkCreateCommandPool(vk->device, &pool_info, NULL, &vk->pool),
		 "vkCreateCommandPool");
}

void vk_close(struct vk *vk)
{
	vkDestroyCommandPool(vk->device, vk->pool, NULL);
	vkDestroyDevice(vk->device, NULL);
	vkDestroyInstance(vk->instance, NULL);
}

uint32_t vk_memory_type(const struct vk *vk, uint32_t allowed,
			VkMemoryPropertyFlags want)
{
	for (uint32_t i = 0; i < vk->mem.memoryTypeCount; i++) {
		VkMemoryPropertyFlags has = vk->mem.memoryTypes[i].propertyFlags;

		if ((allowed & (1u << i)) && (has & want) == want)
			return i;
	}
	vk_die("no memory type that fits");
	return 0;
}

static VkDeviceMemory allocate(const struct vk *vk, VkMemoryRequirements req,
			       VkMemoryPropertyFlags want)
{
	const VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.allocationSize = req.size,
		.memoryTypeIndex = vk_memory_type(vk, req.memoryTypeBits, want),
	};
	VkDeviceMemory memory;

	vk_check(vkAllocateMemory(vk->device, &info, NULL, &memory),
		 "vkAllocateMemory");
	return memory;
}

void vk_buffer_create(const struct vk *vk, struct vk_buffer *buf,
		      VkDeviceSize size, VkBufferUsageFlags usage)
{
	const VkBufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.size = size,
		.usage = usage,
		.sharingMode = VK_SHARING_MODE_EXCLUSIVE,
	};
	VkMemoryRequirements req;

	buf->size = size;
	vk_check(vkCreateBuffer(vk->device, &info, NULL, &buf->handle),
		 "vkCreateBuffer");
	vkGetBufferMemoryRequirements(vk->device, buf->handle, &req);
	buf->memory = allocate(vk, req, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
					VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
	vk_check(vkBindBufferMemory(vk->device, buf->handle, buf->memory, 0),
		 "vkBindBufferMemory");
	vk_check(vkMapMemory(vk->device, buf->memory, 0, VK_WHOLE_SIZE, 0,
			     &buf->map), "vkMapMemory");
}

void vk_buffer_destroy(const struct vk *vk, struct vk_buffer *buf)
{
	vkUnmapMemory(vk->device, buf->memory);
	vkDestroyBuffer(vk->device, buf->handle, NULL);
	vkFreeMemory(vk->device, buf->memory, NULL);
}

void vk_image_create(const struct vk *vk, struct vk_image *img,
		     VkExtent2D extent, VkFormat format,
		     VkSampleCountFlagBits samples, VkImageUsageFlags usage)
{
	const int depth = usage & VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT;
	const VkImageCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = format,
		.extent = { extent.width, extent.height, 1 },
		.mipLevels = 1,
		.arrayLayers = 1,
		.samples = samples,
		.tiling = VK_IMAGE_TILING_OPTIMAL,
		.usage = usage,
		.sharingMode = VK_SHARING_MODE_EXCLUSIVE,
		.initialLayout = VK_IMAGE_LAYOUT_UNDEFINED,
	};
	VkImageViewCreateInfo view = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO,
		.viewType = VK_IMAGE_VIEW_TYPE_2D,
		.format = format,
		.subresourceRange = {
			.aspectMask = depth ? VK_IMAGE_ASPECT_DEPTH_BIT :
					      VK_IMAGE_ASPECT_COLOR_BIT,
			.levelCount = 1,
			.layerCount = 1,
		},
	};
	VkMemoryRequirements req;

	img->format = format;
	vk_check(vkCreateImage(vk->device, &info, NULL, &img->handle),
		 "vkCreateImage");
	vkGetImageMemoryRequirements(vk->device, img->handle, &req);
	img->memory = allocate(vk, req, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
	vk_check(vkBindImageMemory(vk->device, img->handle, img->memory, 0),
		 "vkBindImageMemory");

	view.image = img->handle;
	vk_check(vkCreateImageView(vk->device, &view, NULL, &img->view),
		 "vkCreateImageView");
}

void vk_image_destroy(const struct vk *vk, struct vk_image *img)
{
	vkDestroyImageView(vk->device, img->view, NULL);
	vkDestroyImage(vk->device, img->handle, NULL);
	vkFreeMemory(vk->device, img->memory, NULL);
}

VkShaderModule vk_shader_load(const struct vk *vk, const char *dir,
			      const char *file)
{
	static uint32_t code[64 * 1024];
	VkShaderModuleCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
		.pCode = code,
	};
	VkShaderModule module;
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	f = fopen(path, "rb");
	if (!f) {
		fprintf(stderr, "demo: cannot open %s\n", path);
		exit(1);
	}
	info.codeSize = fread(code, 1, sizeof(code), f);
	fclose(f);
	if (!info.codeSize || info.codeSize % 4)
		vk_die("not a SPIR-V file");
	vk_check(vkCreateShaderModule(vk->device, &info, NULL, &module),
		 "vkCreateShaderModule");
	return module;
}

VkCommandBuffer vk_begin(const struct vk *vk)
{
	const VkCommandBufferAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
		.commandPool = vk->pool,
		.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
		.commandBufferCount = 1,
	};
	const VkCommandBufferBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
		.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
	};
	VkCommandBuffer cmd;

	vk_check(vkAllocateCommandBuffers(vk->device, &info, &cmd),
		 "vkAllocateCommandBuffers");
	vk_check(vkBeginCommandBuffer(cmd, &begin), "vkBeginCommandBuffer");
	return cmd;
}

void vk_run(const struct vk *vk, VkCommandBuffer cmd)
{
	const VkFenceCreateInfo fence_info = {
		.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO,
	};
	const VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.commandBufferCount = 1,
		.pCommandBuffers = &cmd,
	};
	VkFence fence;

	vk_check(vkEndCommandBuffer(cmd), "vkEndCommandBuffer");
	vk_check(vkCreateFence(vk->device, &fence_info, NULL, &fence),
		 "vkCreateFence");
	vk_check(vkQueueSubmit(vk->queue, 1, &submit, fence), "vkQueueSubmit");
	vk_check(vkWaitForFences(vk->device, 1, &fence, VK_TRUE, WAIT_NS),
		 "vkWaitForFences");
	vkDestroyFence(vk->device, fence, NULL);
	vkFreeCommandBuffers(vk->device, vk->pool, 1, &cmd);
}
