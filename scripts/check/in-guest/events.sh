# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # the variables of the script that sources it
# What can become of the device, or of the machine? Sourced by others here. $helpers is a folder with what hibernation and
# kexec need; scripts/check/load makes it.

bus=/sys/bus/virtio/drivers/virtio_gpu

device()
{
	basename "$(echo "$bus"/virtio*)"
}

unbind()
{
	local name

	name=$(device)
	echo "$name" > "$bus/unbind"
	echo "$name" > "$bus/bind"
}

plug()
{
	local pci

	pci=$(dirname "$(realpath "$bus/$(device)")")
	echo 1 > "$pci/remove"
	echo 1 > /sys/bus/pci/rescan
}

# The file shares, which all this runs from, do not come back from hibernation by themselves: see the module.
keep_shares()
{
	[ -e /sys/module/lab_awake ] || insmod "$helpers/lab_awake.ko"
}

# to_sleep STATE: all but the last step, in which the machine itself would stop.
to_sleep()
{
	echo core > /sys/power/pm_test
	echo 0 > /sys/module/suspend/parameters/pm_test_delay 2> /dev/null || true
	echo "$1" > /sys/power/state
	echo none > /sys/power/pm_test
}

# restart WORD: does not return. The next kernel knows by this word on its command line, of the form NAME=VALUE.
restart()
{
	local words

	words=$(sed "s/ ${1%%=*}=.*//" /proc/cmdline)
	"$helpers/kexec" "$helpers/vmlinuz" "$helpers/initramfs" "$words $1"
}

# A short timeout, for a host that takes four times as long.
shorten_timeout()
{
	local file

	for file in /sys/kernel/debug/dri/*/virtio-gpu-hang-timeout; do
		[ ! -e "$file" ] || echo 5000 > "$file"
	done
}

# For four times the shortened timeout; the clock must have gone on, or nothing is shown.
stand_still()
{
	local start=$SECONDS

	lab-stop 20
	[ $((SECONDS - start)) -ge 19 ] || { echo "$(basename "$0"): the clock stood still, too: nothing is shown" >&2; exit 1; }
}
