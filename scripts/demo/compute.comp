// SPDX-License-Identifier: GPL-2.0-only
#version 450
// Mixes every element with integer arithmetic only, so that a CPU gets the
// same bits, and folds each group's results into one word.

layout(local_size_x = 64) in;

layout(std430, binding = 0) readonly buffer In { uint src[]; };
layout(std430, binding = 1) writeonly buffer Out { uint dst[]; };
layout(std430, binding = 2) writeonly buffer Folded { uint folded[]; };

layout(push_constant) uniform Job {
	uint seed;
	uint rounds;
} job;

shared uint part[64];

uint mix_word(uint x, uint key)
{
	for (uint i = 0; i < job.rounds; i++) {
		x ^= key + i * 0x9e3779b9u;
		x = (x << 13) | (x >> 19);
		x = x * 0x85ebca6bu + 0xc2b2ae35u;
		x ^= x >> 16;
	}
	return x;
}

void main()
{
	uint i = gl_GlobalInvocationID.x;
	uint lane = gl_LocalInvocationID.x;
	uint word = mix_word(src[i], job.seed ^ i);

	dst[i] = word;
	part[lane] = word;
	for (uint step = 32; step > 0; step >>= 1) {
		barrier();
		if (lane < step)
			part[lane] ^= part[lane + step];
	}
	if (lane == 0)
		folded[gl_WorkGroupID.x] = part[0];
}
