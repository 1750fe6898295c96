# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What do the packaging scripts share? Where the source is, which version it has. Sourced, never run.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# What a package holds is for everybody, whoever makes it.
umask 022

say()
{
	echo "$(basename "$0"): $*" >&2
}

die()
{
	say "error: $*"
	exit 1
}

usage_of()
{
	sed -n '/^# Usage:/,/^[^#]/{/^#/{s/^# \{0,1\}//;p}}' "$1"
}

# only_help ARGUMENT...: for scripts that take no argument but --help.
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
		die "unknown argument $1; see --help"
		;;
	esac
}

# The version of the module, which the source of the driver alone decides.
module_version()
{
	sed -n 's/^MODULE_VERSION("\(.*\)");$/\1/p' "$checkout/drivers-gpu-drm-virtio/virtgpu_drv.c"
}

# The files that git knows beneath the paths named (all if none is); without git, all but what a build left behind.
source_files()
{
	if git -C "$checkout" rev-parse --git-dir > /dev/null 2>&1; then
		git -C "$checkout" ls-files --cached --others --exclude-standard -- "$@"
	else
		[ $# -gt 0 ] || set -- .
		(cd "$checkout" && find "$@" \( -name .git -o -path ./out -o -path ./debian \) -prune -o -type f \
			! -name '*.o' ! -name '*.ko' ! -name '*.mod' ! -name '*.mod.c' ! -name '*.cmd' ! -name '*.probe' \
			! -name '*.probe.log' ! -name '.*.d' ! -name virtgpu_conf.h ! -name modules.order ! -name Module.symvers -print)
	fi | sort
}

# copy_source DIR [PATH]...: copy those files into a folder, permissions included.
copy_source()
{
	local dir=$1

	shift
	mkdir -p "$dir"
	source_files "$@" | while read -r file; do
		[ ! -f "$checkout/$file" ] || echo "$file"
	done | tar -C "$checkout" -c --mode=go=rX --files-from=- | tar -C "$dir" -x
}

# What dkms needs, into a folder.
copy_dkms_source()
{
	local paths

	mapfile -t paths < <(grep -v '^#' "$checkout/packaging/dkms-source")
	copy_source "$1" "${paths[@]}"
}

# debian_packages DEST TOP: of the source in TOP (.../NAME-VERSION, with a folder debian) the source package and the
# packages, in DEST. The same source gives the same bytes.
debian_packages()
{
	local dest=$1 top=$2 work name version

	work=$(dirname "$top")
	version=${top##*-}
	name=$(basename "$top" "-$version")
	SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$top/debian/changelog" -S Timestamp)
	export SOURCE_DATE_EPOCH
	find "$work" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
	tar -C "$work" -c --sort=name --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw --format=gnu \
		--mtime="@$SOURCE_DATE_EPOCH" --exclude="$name-$version/debian" "$name-$version" |
		xz -c -T1 > "$work/${name}_$version.orig.tar.xz"
	# The tools are there, but the lab's root has no list of installed packages that says so: -d.
	(cd "$top" && DEB_BUILD_OPTIONS=nocheck dpkg-buildpackage -d -us -uc)
	find "$work" -maxdepth 1 -type f -exec cp -t "$dest" {} +
}
