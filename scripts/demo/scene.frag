// SPDX-License-Identifier: GPL-2.0-only
#version 450
// What colour is a surface under one lamp, the sky, shadow and mist?

layout(binding = 0) uniform Scene {
	mat4 camera;
	mat4 lamp;
	vec4 eye;
	vec4 to_lamp;
} scene;
layout(binding = 1) uniform sampler2DShadow lamp_depth;

layout(location = 0) in vec3 pos;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec3 color;
layout(location = 3) in float gloss;
layout(location = 4) in vec3 lamp_pos;

layout(location = 0) out vec4 out_color;

// The same as the clear colour in render.c, before gamma.
const vec3 mist = vec3(0.10, 0.15, 0.28);

vec3 sky(vec3 dir)
{
	float height = clamp(dir.y * 0.5 + 0.5, 0.0, 1.0);

	return mix(vec3(0.16, 0.12, 0.10), vec3(0.45, 0.62, 0.95),
		   smoothstep(0.35, 0.9, height));
}

// Nine taps with the hardware's own 2x2 comparison: a soft edge.
float lit_part(float facing)
{
	float bias = mix(0.004, 0.0012, facing);
	vec2 texel = 1.0 / vec2(textureSize(lamp_depth, 0));
	float sum = 0.0;

	for (int y = -1; y <= 1; y++)
		for (int x = -1; x <= 1; x++)
			sum += texture(lamp_depth,
				       vec3(lamp_pos.xy + vec2(x, y) * texel,
					    lamp_pos.z - bias));
	return sum / 9.0;
}

// Tiles whose edges are as wide as a pixel, so that far ones do not flicker.
vec3 tiles(vec3 base)
{
	vec2 wave = sin(pos.xz * 2.6);
	vec2 edge = max(fwidth(wave), vec2(1e-4));
	vec2 side = clamp(wave / edge, -1.0, 1.0);
	float which = 0.5 + 0.5 * side.x * side.y;

	return mix(base * 0.14, base, which);
}

void main()
{
	vec3 n = normalize(normal);
	vec3 to_eye = scene.eye.xyz - pos;
	float dist = length(to_eye);
	vec3 v = to_eye / dist;
	vec3 l = scene.to_lamp.xyz;
	vec3 h = normalize(l + v);
	bool is_floor = gloss < 0.0;
	float shine = is_floor ? 0.25 : gloss;
	vec3 base = is_floor ? tiles(color) : color * color;

	float facing = max(dot(n, l), 0.0);
	float lit = lit_part(facing);
	float fresnel = 0.04 + 0.96 * pow(1.0 - max(dot(n, v), 0.0), 5.0);

	vec3 light = base * (0.28 * sky(n) + lit * facing * vec3(1.9, 1.75, 1.5));
	light += shine * lit * pow(max(dot(n, h), 0.0), 90.0) * vec3(1.6);
	light += shine * 0.7 * fresnel * sky(reflect(-v, n));
	light = mix(mist, light, exp(-pow(dist / 22.0, 3.0)));

	light = light / (1.0 + 0.25 * light);
	out_color = vec4(pow(clamp(light, 0.0, 1.0), vec3(1.0 / 2.2)), 1.0);
}
