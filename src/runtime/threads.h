/* Threads: one pool for the process, used by fork and join. */
#ifndef CORNU_RUNTIME_THREADS_H
#define CORNU_RUNTIME_THREADS_H

#include <stdint.h>

typedef void cn_parallel_body(void *context, int64_t begin, int64_t end);

/* Calls body for consecutive parts of 0 .. count-1, one part for each thread, and waits for all.
 * Parts have at least grain items: with fewer than 2 * grain there is one part, and it runs here.
 * Which part an item falls into depends only on count, grain and the number of threads. */
void cn_parallel_for(int64_t count, int64_t grain, cn_parallel_body *body, void *context);

#endif
