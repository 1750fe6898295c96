#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Does the source checker work? Kbuild asks this before `make C=2` and drops the checker without the answer 1.
#
# Usage: checker-valid.sh CHECKER [FLAG]...
# Debian's kbuild packages lack this file from 7.x on, so the lab puts it there. The answer is a test: the checker must
# see a pointer that leaves its address space.
if [ -n "$1" ] && printf '%s\n' '#define far __attribute__((address_space(1)))' 'int *f(int far *p);' \
	'int *f(int far *p) { return p; }' | "$@" - 2>&1 | grep -q 'different address spaces'; then
	echo 1
else
	echo 0
fi
