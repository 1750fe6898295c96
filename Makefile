# SPDX-License-Identifier: GPL-2.0-only
# What can a person do here? Kbuild never reads this file: it finds Kbuild beside it.
#
#   make [KDIR=...]                build virtio-gpu.ko for the running kernel, or the one whose build folder is KDIR
#   make modules_install [KDIR=..] install it where modprobe prefers it over the kernel's own
#   make dkms-install, dkms-remove  have dkms build it for each kernel (DKMSFLAGS=...), and back
#   make deb, make rpm             packages, in out/packages
#   make deb-tests                 the package virtio-gpu-tests: the tests, for guests without this checkout
#   make clean                     remove what a build here left
#   make run                       build, boot a guest in QEMU, render in it through Vulkan and OpenGL
#   make check                     the tests; make check-quick: the essential ones; make check-all: the long ones too
#   make kunit                     the driver's unit tests, in a guest with the debug kernel
#   make kselftest                 the tests of the user interface in a guest (VARIANT=..., KERNEL=...)
#   make sim                       the same on a virtio-gpu device in software, and a hostile host
#   make check-install             install the Debian package in whole Debian 12 and 13 guests, and remove it again
#   make igt                       this project's own IGT tests, in a guest (VARIANT=..., KERNEL=...)
#   make bench                     what each operation costs, beside the kernel's own driver (VARIANT=..., KERNEL=...)
#   make mutate                    break the driver in many ways and see that the tests notice
#   make lab-shell                 a shell in a guest that runs this module (VARIANT=..., KERNEL=...)

KDIR ?= /lib/modules/$(shell uname -r)/build
INSTALL_MOD_DIR ?= updates
DEPMOD ?= depmod
lab_options = $(if $(KERNEL),--kernel $(KERNEL)) $(if $(VARIANT),--variant $(VARIANT))

# The same source and compiler give the same module, wherever they stand: no path gets into it.
modules: have-headers
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" KCFLAGS="$(KCFLAGS) -ffile-prefix-map=$(CURDIR)=." modules

# The kernel's own rule leaves depmod out where the headers come without System.map.
modules_install: have-headers
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" INSTALL_MOD_DIR=$(INSTALL_MOD_DIR) modules_install
	PATH="$$PATH:/usr/sbin:/sbin" $(DEPMOD) $(if $(INSTALL_MOD_PATH),-b "$(INSTALL_MOD_PATH)") \
		"$$(cat "$(KDIR)/include/config/kernel.release")"

dkms-install:
	scripts/packaging/dkms install $(DKMSFLAGS)

dkms-remove:
	scripts/packaging/dkms remove $(DKMSFLAGS)

deb:
	scripts/packaging/deb

deb-tests:
	scripts/packaging/deb-tests

rpm:
	scripts/packaging/rpm

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

kselftest:
	kselftests/run-in-lab $(lab_options)

sim:
	scripts/check/sim $(if $(KERNEL),--kernel $(KERNEL))

check-all:
	scripts/check/all --long

kunit:
	scripts/check/kunit

check-install:
	scripts/check/install

igt:
	igt-tests/run-in-lab $(lab_options)

bench:
	kselftests/bench/run $(lab_options)

mutate:
	scripts/check/mutate

lab-shell:
	scripts/lab/run --shell $(lab_options)

.DEFAULT_GOAL := modules
.PHONY: modules modules_install dkms-install dkms-remove deb deb-tests rpm check-install clean have-headers run check check-quick check-all kunit kselftest sim igt bench mutate lab-shell
