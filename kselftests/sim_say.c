// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a script speak to the software device, be it a module or a process?
 */
#include <stdio.h>
#include <string.h>

#include <libvirtgpu.h>

static const char usage[] =
	"Usage: sim_say control LINE | violations | forget\n"
	"Has the software device do what LINE says, or tells of the violations, or forgets them.\n"
	"Exit status: 3 without a software device.\n";

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	int ret = 0;

	if (!strcmp(word, "control") ? argc != 3 :
	    argc != 2 || (strcmp(word, "violations") && strcmp(word, "forget"))) {
		fputs(usage, strcmp(word, "--help") ? stderr : stdout);
		return strcmp(word, "--help") ? 2 : 0;
	}
	if (!vg_sim_is_there())
		return 3;
	if (!strcmp(word, "control"))
		ret = __vg_sim_control(argv[2]);
	else if (!strcmp(word, "forget"))
		vg_sim_forget_violations();
	else
		printf("%s%s", vg_sim_violations(), "\n");
	if (ret)
		fprintf(stderr, "sim_say: %s: %s\n", argv[2], strerror(-ret));
	return !!ret;
}
