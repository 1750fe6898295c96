# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What do all lab scripts share? Where things are, how they speak, how a package is fetched. Sourced, never run.

lab_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(cd "$lab_dir/../.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:?set HOME or XDG_CACHE_HOME}/.cache}/virtio-gpu-lab
# Debian leaves the folders of chroot and its like out of a user's PATH, and a guest's own users read what is made here.
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin
umask 022
# shellcheck source=scripts/lab/kernels.sh
. "$lab_dir/kernels.sh"

# The release whose packages make up the root; raise the number when the way it is unpacked changes.
root_suite=forky
root_recipe=2
kernel_recipe=1

say()
{
	echo "lab: $*" >&2
}

failure_status=1

die()
{
	echo "lab: error: $*" >&2
	exit "$failure_status"
}

# usage_of FILE: print the block of comment lines that follows the "Usage" line of a script.
usage_of()
{
	sed -n '/^# Usage:/,/^[^#]/{/^#/{s/^# \{0,1\}//;p}}' "$1"
}

short_hash()
{
	sha256sum | cut -c1-12
}

# The guest's processor, as Debian calls it, and after a dash what its kernel has that is not usual: a page size, or that
# nearly everything can be interrupted (rt: PREEMPT_RT). For every function here; a script's --arch sets it.
arches='amd64 amd64-rt arm64 arm64-16k arm64-64k'
arch=amd64

set_arch()
{
	[[ " $arches " = *" $1 "* ]] || die "--arch is one of $arches, not '$1'"
	arch=$1
}

# What a guest's root holds beyond the programs of every day: nothing, or what packages-NAME lists. --packages sets it.
extra=

# The lists that there are.
extras()
{
	find "$lab_dir" -name 'packages-*' -printf '%f\n' | sed 's/^packages-//' | sort
}

set_extra()
{
	extras | grep -qxF "$1" || die "--packages is one of $(extras | xargs), not '$1'"
	extra=$1
}

# What --arch cannot be when a guest is to boot: no package carries a kernel with pages of 64 KiB.
need_bootable_arch()
{
	[ "$arch" != arm64-64k ] || die "kernels for arm64-64k are only built for, never booted; try --arch arm64-16k"
}

# The root of the host's tools, and of amd64 guests.
root_path()
{
	echo "$cache/root-$( { cat "$lab_dir/packages"; echo "$root_suite $root_recipe"; } | short_hash)"
}

# One number for the packages that really are in the root: the list names them, the mirror decides which versions. A
# package's files keep their times, wherever it is unpacked.
root_contents()
{
	(cd "$(root_path)" && find usr -xdev -type f -printf '%p %s %T@\n' | sort | short_hash)
}

# The packages that a guest's own programs come from: in the list, the paragraphs whose first line begins thus.
# Debian builds IGT for PC processors only.
guest_packages()
{
	awk '!NF { on = 0 } /^# (base|guest|both sides)/ { on = 1 } on && !/^#/ && !/^igt-/' "$lab_dir/packages"
	[ -z "$extra" ] || sed 's/#.*//; /^$/d' "$lab_dir/packages-$extra"
}

guest_root_path()
{
	if [ "${arch%-*}$extra" = amd64 ]; then
		root_path
	else
		echo "$cache/root-${arch%-*}${extra:+-$extra}-$( { guest_packages; echo "$root_suite $root_recipe"; } | short_hash)"
	fi
}

kernel_path()
{
	local suite name recipe=("$lab_dir/kernel-modules.keep" "$lab_dir/checker-valid.sh")

	suite=$(kernel_suite "$1")
	[ -n "$suite" ] || die "no kernel named '$1'; scripts/lab/kernels knows: $(kernel_names | xargs)"
	is_packaged "$1" || recipe=("$lab_dir/debug-kernel.config" "$lab_dir/build-debug-kernel")
	name=$1
	[ "$arch" = amd64 ] || name+=-$arch
	echo "$cache/kernels/$name-$( { cat "${recipe[@]}"; echo "$1 $suite $kernel_recipe"; } | short_hash)"
}

# The kernel's release string (uname -r), as its unpacked package says.
kernel_release()
{
	cat "$(kernel_path "$1")/release"
}

# Where the built module of this checkout for one kernel lives. One folder per checkout, so that two never meet.
build_path()
{
	echo "$cache/build/$(printf %s "$checkout" | short_hash)/$1$([ "$arch" = amd64 ] || echo "-$arch")"
}

# What make must be told of the compiler: it is the root's, whatever the kernel's own was called. One word a line.
make_words()
{
	if [ "${arch%-*}" = amd64 ]; then
		printf '%s\n' CC=gcc HOSTCC=gcc
	else
		printf '%s\n' ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- CC=aarch64-linux-gnu-gcc HOSTCC=gcc
	fi
}

# reconfigure HEADERS NAME=VALUE...: change a kernel's configuration where make and the compiler read it. VALUE is as in
# a configuration file; none at all takes the setting away.
reconfigure()
{
	local headers=$1 setting name value file

	shift
	for setting in "$@"; do
		name=CONFIG_${setting%%=*}
		value=${setting#*=}
		file=$headers/include/config/auto.conf
		sed -i "/^$name=/d" "$file"
		[ -z "$value" ] || echo "$name=$value" >> "$file"
		file=$headers/include/generated/autoconf.h
		sed -i "/^#define $name /d" "$file"
		[ "$value" != y ] || value=1
		[ -z "$value" ] || echo "#define $name $value" >> "$file"
	done
}

# Run a command in a private set of processes and mounts that cannot outlive this shell:
# the kernel kills the first process when we die, and the mounts go with the last one.
# Without root, a user namespace gives the right to mount.
in_namespace()
{
	(become_in_namespace "$@")
}

# The same in place of this shell. In the background it must be this one, so that no shell stands between it and us.
become_in_namespace()
{
	local -a flags=(--mount --pid --fork --kill-child --propagation private)

	[ "$(id -u)" = 0 ] || flags+=(--user --map-root-user)
	exec setpriv --pdeathsig KILL unshare "${flags[@]}" -- "$@"
}

# Say that this lab uses the cache, so that no other removes a root or kernel it holds for stale. Lasts as long as we do.
hold_cache()
{
	# What another user owns in it is another's to remove.
	touch -c "$(root_path)" "$(guest_root_path)" "$cache"/kernels/* 2> /dev/null || true
	exec 8>> "$cache/in-use"
	flock -s 8
}

# The guest's first file system: the few modules that reach the host's shares, and the script that mounts them.
initramfs_path()
{
	echo "$(kernel_path "$1")/initramfs-$(short_hash < "$lab_dir/guest/initramfs-init")"
}

# accelerator KERNEL: kvm if a guest really boots with it here, tcg otherwise. Tried once per host kernel. The host's
# tools are for amd64, and so is KVM.
accelerator()
{
	local answer=tcg key memo=$cache/accelerator

	if [ "${arch%-*}" != amd64 ]; then
		echo tcg
		return
	fi
	key="$(uname -r) $(basename "$(root_path)") $([ -w /dev/kvm ] && echo rw)"
	if [ "$(sed -n 2p "$memo" 2> /dev/null)" = "$key" ]; then
		head -n1 "$memo"
		return
	fi
	if [ -w /dev/kvm ]; then
		say "trying KVM"
		if in_namespace "$lab_dir/namespace" --bind "$(kernel_path "$1")" /scratch ro -- timeout 30 \
			qemu-system-x86_64 -nodefaults -no-reboot -machine q35 -accel kvm -cpu host -m 512M -display none \
			-kernel /scratch/vmlinuz -initrd "/scratch/$(basename "$(initramfs_path "$1")")" \
			-append 'console=ttyS0 quiet panic=-1 lab.probe' -serial stdio < /dev/null 2>&1 |
			grep -q 'lab: probe passed'; then
			answer=kvm
		else
			say "/dev/kvm cannot run this guest; using emulation"
		fi
	fi
	printf '%s\n' "$answer" "$key" > "$memo.$$"
	mv "$memo.$$" "$memo"
	echo "$answer"
}

# A DRM render node that QEMU can draw with, or /dev/null for drawing by software.
render_node()
{
	local node

	for node in ${LAB_RENDERNODE:-/dev/dri/renderD*}; do
		[ -r "$node" ] && [ -w "$node" ] || continue
		if echo quit | in_namespace "$lab_dir/namespace" -- timeout 20 qemu-system-x86_64 -nodefaults -S \
			-display "egl-headless,rendernode=$node" -device virtio-gpu-gl-pci -monitor stdio \
			> /dev/null 2>&1; then
			echo "$node"
			return
		fi
	done
	echo /dev/null
}
