/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How are a few words read from user memory?
 *
 * What copy_from_user() and get_user() do before and after each of them is done once.
 */
#ifndef VIRTGPU_USER_H
#define VIRTGPU_USER_H

#include <linux/types.h>
#include <linux/uaccess.h>

/**
 * virtgpu_user_read_words - read words; may sleep
 * @words: gets them
 * @user: where they are, aligned or not
 * @count: how many; few, because nobody else runs here meanwhile; not 0
 *
 * Return: 0 or -EFAULT; then some may have been read.
 */
static inline int virtgpu_user_read_words(u32 *words, const u32 __user *user, size_t count)
{
	might_fault();
	if (!user_read_access_begin(user, count * sizeof(*user)))
		return -EFAULT;
	for (size_t i = 0; i < count; i++)
		unsafe_get_user(words[i], user + i, err_end);
	user_read_access_end();
	return 0;

err_end:
	user_read_access_end();
	return -EFAULT;
}

#endif
