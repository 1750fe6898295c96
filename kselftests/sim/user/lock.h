/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks, as the kernel calls them. Nothing here runs in an interrupt.
 */
#ifndef VSIM_USER_LOCK_H
#define VSIM_USER_LOCK_H

#include <pthread.h>

struct mutex {
	pthread_mutex_t lock;
};

#define DEFINE_MUTEX(name)	struct mutex name = { PTHREAD_MUTEX_INITIALIZER }
#define DEFINE_SPINLOCK(name)	DEFINE_MUTEX(name)
#define lockdep_assert_held(mutex)	((void)(mutex))

static inline void mutex_init(struct mutex *mutex)
{
	pthread_mutex_init(&mutex->lock, NULL);
}

static inline void mutex_lock(struct mutex *mutex)
{
	pthread_mutex_lock(&mutex->lock);
}

static inline void mutex_unlock(struct mutex *mutex)
{
	pthread_mutex_unlock(&mutex->lock);
}

#define spin_lock_irqsave(mutex, flags) \
	do { (flags) = 0; mutex_lock(mutex); } while (0)
#define spin_unlock_irqrestore(mutex, flags) \
	do { (void)(flags); mutex_unlock(mutex); } while (0)

#endif
