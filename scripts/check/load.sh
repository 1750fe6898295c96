# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # the variables of the script that sources it
# What do busy clients, and some of the events that befall them, need in $LAB_OUT/load? Sourced by load and pictures.

build_clients()
{
	mkdir -p "$LAB_OUT/load"
	# shellcheck disable=SC2016 # for the inner shell
	"$lab/in-root" --scratch "$LAB_OUT/load" -- sh -c 'gcc -std=gnu11 -O2 -Wall -D_FILE_OFFSET_BITS=64 \
		-Ikselftests/lib/include -Iinclude-uapi $(pkg-config --cflags libdrm) -o /scratch/load-clients \
		scripts/check/in-guest/load-clients.c kselftests/lib/*.c -lpthread
		gcc -std=gnu11 -O2 -Wall -o /scratch/kexec scripts/check/in-guest/kexec.c'
}

# What keeps the guest's file shares while it hibernates.
build_awake()
{
	local log=$LAB_OUT/load/awake.log

	"$lab/build" --kernel "$1" --helpers > "$log" 2>&1 || die "the helpers do not build for $1; see $log"
	cp "$(grep -x '/.*/lab_awake\.ko' "$log")" "$LAB_OUT/load/"
}

# The kernel to start, which is the one that runs.
copy_kernel()
{
	bash -eu -c '. "$1/lib.sh"; cp "$(kernel_path "$2")/vmlinuz" "$3/vmlinuz"
		cp "$(initramfs_path "$2")" "$3/initramfs"' _ "$lab" "$1" "$LAB_OUT/load"
}

# prepare_event KERNEL EVENT
prepare_event()
{
	[ "$2" != hibernate ] || build_awake "$1"
	[ "$2" != kexec ] || copy_kernel "$1"
}
