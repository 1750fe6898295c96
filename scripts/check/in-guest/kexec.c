// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a guest start another kernel without the machine being reset?
 *
 *	kexec KERNEL INITRAMFS WORDS
 *
 * Loads them, with WORDS as the kernel's command line, and starts them at once: the
 * devices are shut down, but no process ends before. Returns only if that fails.
 */
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int kernel, initramfs;

	if (argc != 4) {
		fprintf(stderr, "Usage: kexec KERNEL INITRAMFS WORDS\n");
		return 2;
	}
	kernel = open(argv[1], O_RDONLY | O_CLOEXEC);
	initramfs = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (kernel < 0 || initramfs < 0 ||
	    syscall(SYS_kexec_file_load, kernel, initramfs, strlen(argv[3]) + 1, argv[3], 0UL)) {
		perror("kexec: load");
		return 1;
	}
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, NULL);
	perror("kexec: start");
	return 1;
}
