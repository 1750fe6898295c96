# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # the variables of the script that sources it
# What do desktops made with wlroots have in common? Sourced by their files, never run.
#
# The seat is the program's own, bound to the virtual terminal in front.

# Where the device draws nothing, drawing by OpenGL would be emulated twice.

export LIBSEAT_BACKEND=builtin WLR_LIBINPUT_NO_DEVICES=1
[ "$LAB_VARIANT" = virgl ] || export WLR_RENDERER=pixman

# start_on_wayland COMMAND...: in the background; true once clients can reach it.
start_on_wayland()
{
	"$@" > "$folder/$name.txt" 2>&1 &
	desktop=$!
	wait_for "its socket" socket_is_there || return 1
	# Clients may look it up in their environment only.
	export WAYLAND_DISPLAY
	wait_for "its output" wlr_output_is_on
}

socket_is_there()
{
	local sockets=("$XDG_RUNTIME_DIR"/wayland-?)

	WAYLAND_DISPLAY=${sockets[0]##*/}
	[ -S "${sockets[0]}" ]
}

wlr_output_is_on()
{
	timeout 10 wlr-randr > "$folder/$name-outputs.txt" 2>&1
	grep -q 'Enabled: yes' "$folder/$name-outputs.txt"
}

start_wayland_client()
{
	local program=weston-simple-shm

	[ "$LAB_VARIANT" != virgl ] || program=weston-simple-egl
	stdbuf -oL "$program" > "$folder/$name-client.txt" 2>&1 &
	client=$!
}

desktop_client()
{
	start_wayland_client
}

desktop_grab()
{
	timeout 20 grim -t ppm "$1"
}

desktop_power()
{
	timeout 10 wlopm "--$1" '*'
}

# desktop_follow OUTPUT WIDTH HEIGHT: what the host's user has a tool do in the guest, as these desktops take modes from
# an output when it is plugged in, and never again.
desktop_follow()
{
	timeout 10 wlr-randr --output "$1" --on --custom-mode "${2}x$3"
}
