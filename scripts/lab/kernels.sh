# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Which kernels are there, and what for? What scripts/lab/kernels says of them. Sourced, never run.

kernel_list=$(dirname "${BASH_SOURCE[0]}")/kernels

kernel_suite()
{
	awk -v name="$1" '$1 == name { print $2 }' "$kernel_list"
}

kernel_names()
{
	awk '!/^#/ && NF { print $1 }' "$kernel_list"
}

# kernel_has_note NAME WORD: is WORD among the notes of scripts/lab/kernels on it?
kernel_has_note()
{
	awk -v name="$1" -v note="$2" '$1 == name { for (i = 3; i <= NF; i++) if ($i == note) found = 1 }
		END { exit !found }' "$kernel_list"
}

# Those that Debian builds; the others the lab builds itself, and only when asked by name.
packaged_kernels()
{
	awk '!/^#/ && NF && !/[ \t]built( |$)/ { print $1 }' "$kernel_list"
}

is_packaged()
{
	packaged_kernels | grep -qxF "$1"
}

default_kernel()
{
	awk '!/^#/ && /[ \t]default( |$)/ { print $1 }' "$kernel_list"
}

# Those that a check takes when none is named.
checked_kernels()
{
	awk '!/^#/ && /[ \t]checks( |$)/ { print $1 }' "$kernel_list"
}
