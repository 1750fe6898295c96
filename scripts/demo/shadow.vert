// SPDX-License-Identifier: GPL-2.0-only
#version 450
// Where does a vertex stand on the lamp's depth map?

layout(binding = 0) uniform Scene {
	mat4 camera;
	mat4 lamp;
	vec4 eye;
	vec4 to_lamp;
} scene;

layout(location = 0) in vec3 pos;

void main()
{
	gl_Position = scene.lamp * vec4(pos, 1.0);
}
