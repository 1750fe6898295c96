// SPDX-License-Identifier: GPL-2.0-only
#version 450
// Where does a vertex stand, seen by the camera and by the lamp?

layout(binding = 0) uniform Scene {
	mat4 camera;
	mat4 lamp;
	vec4 eye;
	vec4 to_lamp;
} scene;

layout(location = 0) in vec3 pos;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec3 color;
layout(location = 3) in float gloss;

layout(location = 0) out vec3 out_pos;
layout(location = 1) out vec3 out_normal;
layout(location = 2) out vec3 out_color;
layout(location = 3) out float out_gloss;
layout(location = 4) out vec3 out_lamp_pos;

void main()
{
	vec4 seen = scene.lamp * vec4(pos, 1.0);

	gl_Position = scene.camera * vec4(pos, 1.0);
	out_pos = pos;
	out_normal = normal;
	out_color = color;
	out_gloss = gloss;
	out_lamp_pos = vec3(seen.xy * 0.5 + 0.5, seen.z);
}
