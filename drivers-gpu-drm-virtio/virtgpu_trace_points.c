// SPDX-License-Identifier: GPL-2.0-only
/* Where do the trace points live? */
#define CREATE_TRACE_POINTS
#include "virtgpu_trace.h"
