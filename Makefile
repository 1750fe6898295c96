# SPDX-License-Identifier: GPL-2.0-only
# What can a person do here? Kbuild never reads this file: it finds Kbuild beside it.
#
#   make [KDIR=...]                build virtio-gpu.ko for the running kernel, or the one whose build folder is KDIR
#   make modules_install [KDIR=..] install it where modprobe prefers it over the kernel's own
#   make clean                     remove what a build here left
#   make run                       build, boot a guest in QEMU, render in it through Vulkan and OpenGL
#   make check                     all tests; make check-quick: those that need no guest
#   make lab-shell                 a shell in a guest that runs this module (VARIANT=..., KERNEL=...)

KDIR ?= /lib/modules/$(shell uname -r)/build
INSTALL_MOD_DIR ?= updates
lab_options = $(if $(KERNEL),--kernel $(KERNEL)) $(if $(VARIANT),--variant $(VARIANT))

modules: have-headers
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" modules

modules_install: have-headers
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" INSTALL_MOD_DIR=$(INSTALL_MOD_DIR) modules_install

clean: have-headers
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" clean

have-headers:
	@test -e "$(KDIR)/Makefile" || { echo "No kernel headers in $(KDIR)." \
	"Install them (Debian: linux-headers-$$(uname -r)) or name another folder: make KDIR=/lib/modules/VERSION/build" >&2; exit 1; }

run:
	scripts/demo/run $(lab_options)

check:
	scripts/check/all

check-quick:
	scripts/check/all --quick

lab-shell:
	scripts/lab/run --shell $(lab_options)

.DEFAULT_GOAL := modules
.PHONY: modules modules_install clean have-headers run check check-quick lab-shell
