# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What do the checks share? Where things are, which files there are, how a check ends. Sourced, never run.

check_name=$(basename "$0")
check_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(cd "$check_dir/../.." && pwd)
lab=$checkout/scripts/lab
# Folders as the repository names them: relative to the checkout.
driver=drivers-gpu-drm-virtio
export LC_ALL=C
# shellcheck source=scripts/lab/kernels.sh
. "$lab/kernels.sh"

say()
{
	echo "$check_name: $*" >&2
}

# The check could not be made, through nobody's fault.
skip()
{
	say "skipped: $*"
	exit 77
}

# The check could not be made because it was called wrongly or something it needs is broken.
die()
{
	say "error: $*"
	exit 2
}

usage_of()
{
	sed -n '/^# Usage:/,/^[^#]/{/^#/{s/^# \{0,1\}//;p}}' "$1"
}

# only_help ARGUMENT...: for checks that take no argument but --help.
only_help()
{
	case ${1:-} in
	'')
		;;
	-h | --help)
		usage_of "$0"
		exit 0
		;;
	*)
		die "unknown option $1; see --help"
		;;
	esac
}

# Offences are counted as they are reported; finish turns the count into the exit status.
offences=0
offence()
{
	echo "$*"
	offences=$((offences + 1))
}

# finish WHAT-WAS-CHECKED
finish()
{
	if [ "$offences" -gt 0 ]; then
		say "$offences found in $1"
		exit 1
	fi
	say "nothing wrong in $1"
}

# The files of the project, tracked or about to be: relative names, one a line. Without git, all but what is generated.
project_files()
{
	if git -C "$checkout" rev-parse --git-dir > /dev/null 2>&1; then
		git -C "$checkout" ls-files --cached --others --exclude-standard | while read -r file; do
			[ ! -f "$checkout/$file" ] || echo "$file"
		done
	else
		(cd "$checkout" && find . -path ./.git -prune -o -path ./out -prune -o -type f -printf '%P\n')
	fi | sort
}

# Bash and sh scripts: by suffix, by first line, or by a directive for shellcheck.
shell_files()
{
	local file

	project_files | while read -r file; do
		case $file in
		*.sh)
			echo "$file"
			;;
		*)
			! head -n3 "$checkout/$file" | tr -d '\0' |
				grep -qE '^#!.*[/ ](ba|da)?sh( |$)|^# shellcheck shell=' || echo "$file"
			;;
		esac
	done
}

# kernels_of ARGUMENT...: for checks that take --kernel NAME, as often as wanted. Fills the array kernels.
kernels_of()
{
	kernels=()
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel)
			kernels+=("${2:?--kernel needs a name}")
			shift 2
			;;
		*)
			only_help "$1"
			;;
		esac
	done
	[ ${#kernels[@]} -gt 0 ] || mapfile -t kernels < <(checked_kernels)
}

# builds_of ARGUMENT...: the same for checks that start no guest: without a name, all packaged kernels.
builds_of()
{
	kernels_of "$@"
	[ $# -gt 0 ] || mapfile -t kernels < <(packaged_kernels)
}

# guest_arguments ARGUMENT...: as kernels_of, and --driver, which goes into the variable which.
guest_arguments()
{
	local rest=()

	which=ours
	while [ $# -gt 0 ]; do
		case $1 in
		--driver)
			which=${2:?--driver needs ours or in-tree}
			shift 2
			;;
		*)
			rest+=("$1")
			shift
			;;
		esac
	done
	kernels_of "${rest[@]}"
	[ "$which" = in-tree ] || need_driver
}

# in_guest ARGUMENT...: the lab's run with the driver that was asked for.
in_guest()
{
	"$lab/run" --driver "$which" "$@"
}

need_driver()
{
	if [ ! -f "$checkout/Kbuild" ] || [ ! -d "$checkout/$driver" ]; then
		skip "there is no driver in $driver/ (or no Kbuild beside it)"
	fi
}

# Build the driver for a kernel from a copy of its own, so that a check's make flags do not make every lab rebuild:
# driver_build KERNEL LOG MAKE-ARGUMENT... leaves what make said in LOG; false if it does not build.
driver_build()
{
	local kernel=$1 log=$2 copy

	shift 2
	copy=$(driver_copy)
	mkdir -p "$copy/scripts"
	(
		flock 9
		cd "$checkout" || exit
		for part in Kbuild "$driver" include-uapi scripts/lab; do
			rm -rf "${copy:?}/$part"
			cp -a "$part" "$copy/$part"
		done
		"$copy/scripts/lab/build" --kernel "$kernel" "$@" > "$log" 2>&1
	) 9> "$copy/lock"
}

# The same for headers that are not the lab's, those of a kernel's tree or package: headers_build FOLDER ARCH LOG CONF
# MAKE-ARGUMENT... leaves in CONF what the probes answered. What stands beside FOLDER may be part of it.
headers_build()
{
	local folder arch=$2 log=$3 conf=$4

	folder=$(realpath "$1")
	shift 4
	# A tree that was never built has no list of what it exports; modpost then only warns.
	[ -e "$folder/Module.symvers" ] || set -- "$@" KBUILD_MODPOST_WARN=1
	# shellcheck disable=SC2016 # for the inner shell
	"$lab/in-root" --scratch "$(dirname "$folder")" --arch "$arch" -- sh -c 'set -eu
		headers=/scratch/$1
		shift
		mkdir /tmp/src
		tar -c --exclude="*.o" --exclude="*.ko" --exclude="*.probe" --exclude="*.cmd" --exclude=virtgpu_conf.h \
			Kbuild drivers-gpu-drm-virtio include-uapi | tar -C /tmp/src -x
		status=0
		make -C "$headers" $LAB_MAKE M=/tmp/src "-j$(nproc)" "$@" >&2 || status=$?
		cat /tmp/src/drivers-gpu-drm-virtio/compat/virtgpu_conf.h
		exit "$status"' sh "$(basename "$folder")" "$@" 2> "$log" > "$conf"
}

# probe_answers CONF: what a kernel has, one name a line.
probe_answers()
{
	sed -n 's/^#define HAVE_\([A-Z0-9_]*\) 1$/\1/p' "$1" | sort
}

# The path of virtio-gpu.ko that a driver_build printed last.
driver_product()
{
	tail -n1 "$1"
}

driver_copy()
{
	local cache=${XDG_CACHE_HOME:-${HOME:?set HOME or XDG_CACHE_HOME}/.cache}/virtio-gpu-lab

	echo "$cache/check/$(printf %s "$checkout" | sha256sum | cut -c1-12)"
}

# key_of WORD|PATH...: one number for these words, and for what is in these files and those below these folders, their
# names, and which of them are programs.
key_of()
{
	local word paths=() plain=()

	for word; do
		if [ -e "$checkout/$word" ]; then
			paths+=("$word")
		else
			plain+=("$word")
		fi
	done
	(
		printf '%s\n' "${plain[@]}"
		cd "$checkout" || exit
		find "${paths[@]}" -type f \( -perm -100 -printf 'x %p\n' -o -printf '- %p\n' \) | sort
		find "${paths[@]}" -type f -print0 | sort -z | xargs -0 sha256sum
	) | sha256sum | cut -c1-16
}

# lab_key KERNEL: what the lab's root and this kernel really are, not only what was asked for. Both have to be there.
lab_key()
{
	bash -eu -c '. "$1/lib.sh"; root_contents; kernel_release "$2"; basename "$(kernel_path "$2")"' _ "$lab" "$1" | xargs
}

# A folder of our own that goes away with the check.
work_folder()
{
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# lintian_packages DIR: is anything wrong with the Debian packages there? Some pedantic tags are meant so: there is no page
# to name, and Debian 12 can build the packages too.
lintian_packages()
{
	local accepted=no-homepage-field,upstream-metadata-file-is-missing,package-uses-old-debhelper-compat-version

	accepted+=,redundant-priority-optional-field,redundant-rules-requires-root-no-field
	"$lab/in-root" --scratch "$1" -- sh -c "cd /tmp; lintian --allow-root --info --pedantic --display-info \
		--fail-on error,warning,info,pedantic --suppress-tags $accepted /scratch/*.changes" > "$1/lintian" 2>&1 ||
		{ cat "$1/lintian"; offence "lintian: status $?"; }
}

# Suites whose last line is "N passed, N failed, N skipped": their sums.
suites_passed=0
suites_failed=0
suites_skipped=0

# counts_in LOG: what its last line says passed, failed and was skipped; nothing if it is no such line.
counts_in()
{
	sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/p' "$1"
}

# suite WHAT COMMAND...: runs it and counts. A command that fails is an offence.
suite()
{
	local what=$1 log status=0 line counts=()

	shift
	echo "$what:"
	log=$(mktemp)
	"$@" < /dev/null > "$log" || status=$?
	cat "$log"
	line=$(counts_in "$log")
	rm -f "$log"
	# Without counts it ended before anything could be counted.
	read -r -a counts <<< "${line:-0 1 0}"
	suites_passed=$((suites_passed + counts[0]))
	suites_failed=$((suites_failed + counts[1]))
	suites_skipped=$((suites_skipped + counts[2]))
	[ "$status" = 0 ] || offence "$what: status $status"
}

# finish_suites: the end of a check that ran suites. Offences beyond failed tests have been told by then.
finish_suites()
{
	echo "$suites_passed passed, $suites_failed failed, $suites_skipped skipped"
	[ "$offences" = 0 ]
}
