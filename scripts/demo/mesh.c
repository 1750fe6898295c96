// SPDX-License-Identifier: GPL-2.0-only
/* What stands in the picture, and where? */
#include <math.h>
#include <stdlib.h>

#include "mat.h"
#include "mesh.h"
#include "vk.h"

#define TURN		6.28318530718f

#define KNOT_ALONG	720
#define KNOT_AROUND	36
#define KNOT_TUBE	0.34f
#define KNOT_HEIGHT	2.35f

#define BALLS		9
#define BALL_RINGS	32
#define BALL_SECTORS	64

#define FLOOR_HALF	40.0f

/* A grid of @rows x @columns cells has one more vertex each way. */
static uint32_t grid_vertices(uint32_t rows, uint32_t columns)
{
	return (rows + 1) * (columns + 1);
}

static struct vertex *add_vertex(struct mesh *mesh)
{
	return &mesh->vertex[mesh->vertices++];
}

/* Two triangles for each cell of the grid whose vertices start at @first. */
static void add_grid(struct mesh *mesh, uint32_t first, uint32_t rows,
		     uint32_t columns)
{
	const uint32_t pitch = columns + 1;

	for (uint32_t row = 0; row < rows; row++) {
		for (uint32_t col = 0; col < columns; col++) {
			const uint32_t a = first + row * pitch + col;
			const uint32_t quad[6] = {
				a, a + pitch, a + 1,
				a + 1, a + pitch, a + pitch + 1,
			};

			for (int i = 0; i < 6; i++)
				mesh->index[mesh->indices++] = quad[i];
		}
	}
}

/* The colour wheel: @hue from 0 to 1, full saturation, @dim of brightness. */
static void set_hue(float color[3], float hue, float dim)
{
	for (int i = 0; i < 3; i++) {
		const float wave = cosf(TURN * (hue - i / 3.0f));

		color[i] = dim * (0.5f + 0.5f * wave);
	}
}

/* The (2,3) torus knot at @t of its length, standing upright. */
static void knot_point(float out[3], float t)
{
	const float angle = TURN * t;
	const float radius = 1.35f + 0.55f * cosf(3.0f * angle);

	out[0] = radius * cosf(2.0f * angle);
	out[1] = KNOT_HEIGHT + radius * sinf(2.0f * angle);
	out[2] = 0.75f * sinf(3.0f * angle);
}

/* Two directions square to the curve at @t, the same from turn to turn. */
static void knot_frame(float t, float side[3], float out[3])
{
	const float step = 1e-3f;
	float a[3], b[3], along[3], inward[3];

	knot_point(a, t - step);
	knot_point(b, t + step);
	for (int i = 0; i < 3; i++) {
		along[i] = b[i] - a[i];
		inward[i] = b[i] + a[i];
	}
	inward[1] -= 2.0f * KNOT_HEIGHT;
	vec_normalize(along);
	vec_cross(side, along, inward);
	vec_normalize(side);
	vec_cross(out, side, along);
}

static void add_knot(struct mesh *mesh)
{
	const uint32_t first = mesh->vertices;

	for (uint32_t i = 0; i <= KNOT_ALONG; i++) {
		const float t = (float)i / KNOT_ALONG;
		float center[3], side[3], out[3];

		knot_point(center, t);
		knot_frame(t, side, out);
		for (uint32_t j = 0; j <= KNOT_AROUND; j++) {
			const float a = TURN * j / KNOT_AROUND;
			struct vertex *v = add_vertex(mesh);

			for (int k = 0; k < 3; k++) {
				v->normal[k] = cosf(a) * side[k] + sinf(a) * out[k];
				v->pos[k] = center[k] + KNOT_TUBE * v->normal[k];
			}
			set_hue(v->color, t, 0.95f);
			v->gloss = 1.0f;
		}
	}
	add_grid(mesh, first, KNOT_ALONG, KNOT_AROUND);
}

static void add_ball(struct mesh *mesh, const float center[3], float radius,
		     float hue)
{
	const uint32_t first = mesh->vertices;

	for (uint32_t i = 0; i <= BALL_RINGS; i++) {
		const float polar = TURN / 2.0f * i / BALL_RINGS;

		for (uint32_t j = 0; j <= BALL_SECTORS; j++) {
			const float a = TURN * j / BALL_SECTORS;
			struct vertex *v = add_vertex(mesh);

			v->normal[0] = sinf(polar) * cosf(a);
			v->normal[1] = cosf(polar);
			v->normal[2] = sinf(polar) * sinf(a);
			for (int k = 0; k < 3; k++)
				v->pos[k] = center[k] + radius * v->normal[k];
			set_hue(v->color, hue, 0.85f);
			v->gloss = 0.6f;
		}
	}
	add_grid(mesh, first, BALL_RINGS, BALL_SECTORS);
}

static void add_floor(struct mesh *mesh)
{
	const uint32_t first = mesh->vertices;

	for (int i = 0; i <= 1; i++) {
		for (int j = 0; j <= 1; j++) {
			struct vertex *v = add_vertex(mesh);

			*v = (struct vertex){
				.pos = { FLOOR_HALF * (2 * i - 1), 0.0f,
					 FLOOR_HALF * (2 * j - 1) },
				.normal = { 0.0f, 1.0f, 0.0f },
				.color = { 0.82f, 0.83f, 0.86f },
				.gloss = -1.0f,
			};
		}
	}
	add_grid(mesh, first, 1, 1);
}

void mesh_build_scene(struct mesh *mesh)
{
	const uint32_t cells = KNOT_ALONG * KNOT_AROUND +
			       BALLS * BALL_RINGS * BALL_SECTORS + 1;

	*mesh = (struct mesh){ 0 };
	mesh->vertex = calloc(grid_vertices(KNOT_ALONG, KNOT_AROUND) +
			      BALLS * grid_vertices(BALL_RINGS, BALL_SECTORS) +
			      grid_vertices(1, 1), sizeof(*mesh->vertex));
	mesh->index = calloc(6 * cells, sizeof(*mesh->index));
	if (!mesh->vertex || !mesh->index)
		vk_die("out of memory");

	add_floor(mesh);
	add_knot(mesh);
	for (int i = 0; i < BALLS; i++) {
		const float a = TURN * (i + 0.5f) / BALLS;
		const float radius = 0.36f + 0.12f * (i % 3);
		const float center[3] = { 3.3f * cosf(a), radius,
					  3.3f * sinf(a) };

		add_ball(mesh, center, radius, (float)i / BALLS);
	}
}

void mesh_free(struct mesh *mesh)
{
	free(mesh->index);
	free(mesh->vertex);
}
