# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Which checks have passed before, with all that they depend on as it is now? Sourced by scripts/check/all, after lib.sh.
#
# A check is known by its command, the files of the project without those that only people read, and the roots and kernels
# of the lab's cache as they really are. Failures are kept, too, to be told of: what passes at the second attempt has not
# simply passed.

# memo_init FOLDER CACHE: results are kept in FOLDER/known; CACHE is the lab's.
memo_init()
{
	memo_file=$1/known
	memo_cache=$2
	touch "$memo_file"
}

# The pages that a check reads, as a pattern.
memo_pages()
{
	case $1 in
	matrix) echo '^Documentation/admin-guide/kernels\.rst$' ;;
	in-tree) echo '^Documentation/dev/in-tree\.rst$' ;;
	packages | dkms | test-package) echo '.' ;;
	*) echo '^$' ;;
	esac
}

# The files that a check depends on.
memo_files()
{
	local pages

	pages=$(memo_pages "$1")
	project_files | awk -v pages="$pages" '$0 ~ pages {print; next}
		!/\.(md|rst|[18])$/ && !/^(Documentation|LICENSES|scripts\/check\/mutations)\// && !/^scripts\/check\/(all|memo\.sh)$/'
}

# One number for what is in the lab's cache. A kernel's folder is named after what it is made from and its release; the
# list of a root's packages does not say which versions they have.
memo_lab()
{
	local root

	for root in "$memo_cache"/root-*; do
		[ ! -d "$root/usr" ] || (cd "$root" && find usr -xdev -type f -printf '%p %s %T@\n' | sort | sha256sum)
	done
	find "$memo_cache/kernels" -mindepth 2 -maxdepth 2 -name release -printf '%h\n' -exec cat {} + 2> /dev/null | sort
}

# memo_key NAME COMMAND
memo_key()
{
	local files

	mapfile -t files < <(memo_files "$1")
	key_of "$1" "$2" "$(memo_lab)" "${files[@]}"
}

# memo_known KEY: "DATE SECONDS FAILURES" of a success; false if there is none.
memo_known()
{
	awk -v key="$1" '$2 == key && $3 == "failed" { failures++ }
		$2 == key && $3 == "passed" { date = $4; seconds = $5 }
		END { if (date) print date, seconds, failures + 0; exit !date }' "$memo_file"
}

# memo_keep NAME COMMAND KEY RESULT SECONDS: KEY is from before it ran. What has changed meanwhile has no result.
memo_keep()
{
	[ "$(memo_key "$1" "$2")" != "$3" ] || echo "$1 $3 $4 $(date +%F) $5" >> "$memo_file"
}
