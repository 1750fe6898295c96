/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All of the helper library, for tests.
 */
#ifndef LIBVIRTGPU_H
#define LIBVIRTGPU_H

#include <libvirtgpu/assert.h>
#include <libvirtgpu/atomic.h>
#include <libvirtgpu/device.h>
#include <libvirtgpu/fault.h>
#include <libvirtgpu/ioctl.h>
#include <libvirtgpu/kms.h>
#include <libvirtgpu/log.h>
#include <libvirtgpu/process.h>
#include <libvirtgpu/resource.h>
#include <libvirtgpu/sim.h>
#include <libvirtgpu/submit.h>
#include <libvirtgpu/sync.h>
#include <libvirtgpu/trigger.h>
#include <libvirtgpu/userfault.h>

#endif
