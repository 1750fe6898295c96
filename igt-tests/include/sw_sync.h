/* SPDX-License-Identifier: MIT */
/*
 * Which of IGT's sync_file helpers do the tests here use?
 */
#ifndef SW_SYNC_H
#define SW_SYNC_H

int sync_fence_merge(int fence1, int fence2);
/* 0, or -ETIME after @timeout milliseconds */
int sync_fence_wait(int fence, int timeout);
/* 1 done, 0 pending, a negative errno after an error */
int sync_fence_status(int fence);

#endif
