// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where do the instructions of an operation go? A plugin of QEMU's emulator that counts
 * how often each block of code runs between the two marks of virtgpu-bench.
 *
 * Of all that the machine does, threads of the device in software included. At its end
 * it writes a line for each block and operation: the operation's number, the address,
 * instructions of the block, how often it ran. ./functions makes functions of them.
 *
 * QEMU's packages have no header for plugins: what is used of it is declared here, as of
 * version 7 of the interface (QEMU 11.1).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define MAX_BLOCKS (1u << 20)
#define MAX_OPERATIONS 64
#define BUCKETS 65536
#define ADD 0

typedef uint64_t plugin_id;
struct tb;
struct insn;
struct scoreboard;

struct entry {
	struct scoreboard *scoreboard;
	size_t offset;
};

typedef void (*block_call)(plugin_id id, struct tb *tb, void *data);
typedef void (*cpu_call)(unsigned int cpu, void *data);
typedef void (*exit_call)(void);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, block_call call, void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, exit_call call, void *data);
void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(struct tb *tb, int op,
						       struct entry entry, uint64_t value);
void qemu_plugin_register_vcpu_insn_exec_cb(struct insn *insn, cpu_call call, int flags,
					    void *data);
size_t qemu_plugin_tb_n_insns(const struct tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct tb *tb);
struct insn *qemu_plugin_tb_get_insn(const struct tb *tb, size_t index);
size_t qemu_plugin_insn_data(const struct insn *insn, void *data, size_t size);
struct scoreboard *qemu_plugin_scoreboard_new(size_t size);
void *qemu_plugin_scoreboard_find(struct scoreboard *scoreboard, unsigned int cpu);

EXPORT int qemu_plugin_version = 7;

struct block {
	struct block *next;
	uint64_t address;
	unsigned int size;
};

static struct block blocks[MAX_BLOCKS], *buckets[BUCKETS];
static unsigned int num_blocks;
static uint64_t before[MAX_BLOCKS];
static uint32_t (*counts)[MAX_OPERATIONS];
static struct scoreboard *scoreboard;
static plugin_id own_id;
static int operation = -1;
static const char *out = "/out/bench/blocks.txt";

/* BENCH_MARK() of bench.h, without its argument */
static const unsigned char mark[] = { 0x0f, 0x1f, 0x80, 0, 0x47, 0x56, 0x42 };

static void begin(unsigned int cpu, void *data)
{
	if (operation < MAX_OPERATIONS - 1)
		operation++;
	memcpy(before, qemu_plugin_scoreboard_find(scoreboard, cpu), sizeof(before));
}

static void end(unsigned int cpu, void *data)
{
	const uint64_t *now = qemu_plugin_scoreboard_find(scoreboard, cpu);
	unsigned int i;

	for (i = 0; operation >= 0 && i < num_blocks; i++)
		counts[i][operation] += now[i] - before[i];
}

static struct block *find(uint64_t address, unsigned int size)
{
	struct block **bucket = &buckets[(address * 2654435761u >> 7) % BUCKETS], *block;

	for (block = *bucket; block; block = block->next)
		if (block->address == address && block->size == size)
			return block;
	if (num_blocks == MAX_BLOCKS)
		return NULL;
	block = &blocks[num_blocks++];
	block->address = address;
	block->size = size;
	block->next = *bucket;
	*bucket = block;
	return block;
}

static void look_for_marks(struct tb *tb, size_t size)
{
	unsigned char bytes[sizeof(mark)], is_begin;
	struct insn *insn;
	size_t i;

	for (i = 0; i < size; i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		if (qemu_plugin_insn_data(insn, bytes, sizeof(bytes)) != sizeof(bytes))
			continue;
		is_begin = bytes[3];
		bytes[3] = 0;
		if (!memcmp(bytes, mark, sizeof(mark)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, is_begin ? begin : end, 0,
							       NULL);
	}
}

static void translate(plugin_id id, struct tb *tb, void *data)
{
	size_t size;
	struct block *block;
	struct entry entry = { .scoreboard = scoreboard };

	/* Interfaces differ in whether the id comes first. */
	if (id != own_id)
		tb = (struct tb *)(uintptr_t)id;
	size = qemu_plugin_tb_n_insns(tb);
	block = find(qemu_plugin_tb_vaddr(tb), size);
	if (!block)
		return;
	entry.offset = (block - blocks) * sizeof(uint64_t);
	qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(tb, ADD, entry, 1);
	/* Programs have addresses in the lower half. */
	if (!(block->address >> 63))
		look_for_marks(tb, size);
}

static void finish(void)
{
	FILE *file = fopen(out, "w");
	unsigned int i;
	int k;

	if (!file)
		return;
	for (i = 0; i < num_blocks; i++)
		for (k = 0; k < MAX_OPERATIONS; k++)
			if (counts[i][k])
				fprintf(file, "%d %llx %u %u\n", k,
					(unsigned long long)blocks[i].address, blocks[i].size,
					counts[i][k]);
	fclose(file);
}

EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	own_id = id;
	scoreboard = qemu_plugin_scoreboard_new(sizeof(before));
	counts = calloc(MAX_BLOCKS, sizeof(*counts));
	if (!counts)
		return 1;
	if (argc && !strncmp(argv[0], "out=", 4))
		out = argv[0] + 4;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate, NULL);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
