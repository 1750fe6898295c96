/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands in the picture: one list of triangles, made from formulas. */
#ifndef DEMO_MESH_H
#define DEMO_MESH_H

#include <stdint.h>

struct vertex {
	float pos[3];
	float normal[3];
	float color[3];
	/* 0: matt, 1: polished, below 0: the chequered floor */
	float gloss;
};

struct mesh {
	struct vertex *vertex;
	uint32_t *index;
	uint32_t vertices;
	uint32_t indices;
};

void mesh_build_scene(struct mesh *mesh);
void mesh_free(struct mesh *mesh);

#endif
