/* Memory: the one place that calls the C library's allocator, and arenas that are freed as a
 * whole. */
#ifndef CORNU_RUNTIME_MEMORY_H
#define CORNU_RUNTIME_MEMORY_H

#include "runtime/status.h"

/* Zeroed bytes, aligned for every kernel (64 bytes); NULL with a kept failure if there are none.
 * Size 0 is fine. */
void *cn_allocate(size_t bytes);

/* The same, not zeroed: for large buffers that are written before they are read. */
void *cn_allocate_raw(size_t bytes);

/* Makes *list (of items of item_size bytes, room for *capacity) hold at least count; what is new is
 * zeroed. */
cn_status cn_grow(void *list, int64_t *capacity, int64_t count, size_t item_size);

void cn_release(void *pointer);

/* A copy of a string; NULL stays NULL. */
char *cn_copy_text(const char *text);

/* An arena: many small pieces, freed together. A zeroed struct is an empty arena. */
typedef struct cn_arena {
    struct cn_arena_block *blocks;
} cn_arena;

void *cn_arena_allocate(cn_arena *arena, size_t bytes); /* zeroed, aligned to 16 */
void *cn_arena_copy(cn_arena *arena, const void *data, size_t bytes);
char *cn_arena_text(cn_arena *arena, const char *text); /* NULL stays NULL */
char *cn_arena_format(cn_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Everything in from lives on in arena; from is empty then. */
void cn_arena_take(cn_arena *arena, cn_arena *from);
void cn_arena_free(cn_arena *arena);

/* For tests: the n-th allocation from now (1 is the next) fails; 0 turns that off. Per thread. */
void cn_memory_fail_at(int64_t n);

/* For tests: whether the failure asked for has happened. */
bool cn_memory_has_failed(void);

#endif
