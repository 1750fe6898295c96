/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The few 4x4 matrices that a camera and a lamp need: column-major as GLSL
 * has them, looking down -z, depth from 0 to 1, y down as Vulkan wants it.
 */
#ifndef DEMO_MAT_H
#define DEMO_MAT_H

#include <math.h>
#include <string.h>

struct mat {
	float m[16];
};

static inline struct mat mat_mul(const struct mat *a, const struct mat *b)
{
	struct mat out;

	for (int col = 0; col < 4; col++) {
		for (int row = 0; row < 4; row++) {
			float sum = 0.0f;

			for (int k = 0; k < 4; k++)
				sum += a->m[k * 4 + row] * b->m[col * 4 + k];
			out.m[col * 4 + row] = sum;
		}
	}
	return out;
}

static inline float vec_dot(const float a[3], const float b[3])
{
	return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline void vec_cross(float out[3], const float a[3], const float b[3])
{
	out[0] = a[1] * b[2] - a[2] * b[1];
	out[1] = a[2] * b[0] - a[0] * b[2];
	out[2] = a[0] * b[1] - a[1] * b[0];
}

static inline void vec_normalize(float v[3])
{
	float len = sqrtf(vec_dot(v, v));

	for (int i = 0; i < 3; i++)
		v[i] /= len;
}

static inline struct mat mat_look_at(const float eye[3], const float at[3])
{
	const float up[3] = { 0.0f, 1.0f, 0.0f };
	float back[3] = { eye[0] - at[0], eye[1] - at[1], eye[2] - at[2] };
	float right[3], top[3];
	const float *axis[3] = { right, top, back };
	struct mat out;

	vec_normalize(back);
	vec_cross(right, up, back);
	vec_normalize(right);
	vec_cross(top, back, right);

	memset(&out, 0, sizeof(out));
	for (int row = 0; row < 3; row++) {
		for (int col = 0; col < 3; col++)
			out.m[col * 4 + row] = axis[row][col];
		out.m[12 + row] = -vec_dot(axis[row], eye);
	}
	out.m[15] = 1.0f;
	return out;
}

static inline struct mat mat_perspective(float fov_y, float aspect,
					 float near, float far)
{
	const float scale = 1.0f / tanf(fov_y / 2.0f);
	struct mat out;

	memset(&out, 0, sizeof(out));
	out.m[0] = scale / aspect;
	out.m[5] = -scale;
	out.m[10] = far / (near - far);
	out.m[11] = -1.0f;
	out.m[14] = near * far / (near - far);
	return out;
}

static inline struct mat mat_ortho(float half, float near, float far)
{
	struct mat out;

	memset(&out, 0, sizeof(out));
	out.m[0] = 1.0f / half;
	out.m[5] = -1.0f / half;
	out.m[10] = 1.0f / (near - far);
	out.m[14] = near / (near - far);
	out.m[15] = 1.0f;
	return out;
}

#endif
