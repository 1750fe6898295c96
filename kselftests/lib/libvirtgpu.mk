# SPDX-License-Identifier: GPL-2.0-only
# How is the helper library built into the tests? Included by a Makefile that included the kernel's lib.mk.

LIBVIRTGPU_O := $(patsubst $(here)/lib/%.c,$(OUTPUT)/lib/%.o,$(wildcard $(here)/lib/*.c))
LIBVIRTGPU_H := $(wildcard $(here)/*.h $(here)/lib/include/*.h $(here)/lib/include/*/*.h $(here)/../include-uapi/*/*.h)

$(LIBVIRTGPU_O): $(OUTPUT)/lib/%.o: $(here)/lib/%.c $(LIBVIRTGPU_H)
	$(call msg,CC,,$@)
	$(Q)$(CC) $(CFLAGS) -c $< -o $@

LOCAL_HDRS += $(LIBVIRTGPU_H)
$(TEST_GEN_PROGS) $(TEST_GEN_PROGS_EXTENDED): $(LIBVIRTGPU_O) $(LIBVIRTGPU_H)
