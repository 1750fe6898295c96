# SPDX-License-Identifier: GPL-2.0-only
# What does "make install" put where? Included by the Makefile after the kernel's lib.mk, whose rule it fills.
#
# Processors differ in lib only; all finds the rest relative to the command, so that the folder may be moved.

programs_dir := $(DESTDIR)$(prefix)/lib/virtio-gpu-tests
data_dir := $(DESTDIR)$(prefix)/share/virtio-gpu-tests
doc_dir := $(DESTDIR)$(prefix)/share/doc/virtio-gpu-tests
expectations := $(wildcard $(here)/product/expectations/*)
man_dir := $(DESTDIR)$(prefix)/share/man/man1

define INSTALL_RULE
	$(Q)install -D -m 755 -t $(DESTDIR)$(prefix)/bin $(here)/product/virtio-gpu-tests
	$(Q)install -D -m 755 -t $(programs_dir) $(TEST_GEN_PROGS) $(here)/run-in-guest $(here)/list-tests
	$(Q)install -D -m 644 -t $(data_dir) $(here)/product/tags $(here)/config
	$(Q)install -d -m 755 $(data_dir)/expectations
	$(Q)$(if $(expectations),install -m 644 -t $(data_dir)/expectations $(expectations))
	$(Q)install -D -m 644 -t $(data_dir)/source/kselftests/sim $(here)/sim/Kbuild $(wildcard $(here)/sim/*.[ch])
	$(Q)install -D -m 644 -t $(data_dir)/source/include-uapi/drm $(here)/../include-uapi/drm/virtgpu_drm.h
	$(Q)install -D -m 644 -t $(data_dir)/source/include-uapi/linux $(here)/../include-uapi/linux/virtio_gpu.h
	$(Q)install -D -m 644 -t $(doc_dir) $(here)/README.rst $(here)/../Documentation/dev/test-your-driver.rst
	$(Q)install -D -m 644 -t $(man_dir) $(here)/product/virtio-gpu-tests.1
endef
