/* The library's allocator and arenas. */
#include "runtime/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

enum {
    ALIGNMENT = 64,
    ARENA_ALIGNMENT = 16,
    FIRST_BLOCK = 1000, /* many arenas hold a few words, and are gone */
    BLOCK = 16 * 1024,
    HUGE_PAGE = 2 << 20,
    LARGE = 2 * HUGE_PAGE /* from which on memory is had in huge pages, where the system has some */
};

/* Tests let the n-th allocation fail; 0 is off. */
static _Thread_local int64_t allocations_left;
static _Thread_local bool has_failed;

void cn_memory_fail_at(int64_t n)
{
    allocations_left = n;
    has_failed = false;
}

bool cn_memory_has_failed(void)
{
    return has_failed;
}

static bool fails_now(void)
{
    if (allocations_left == 0 || --allocations_left > 0)
        return false;
    has_failed = true;
    return true;
}

/* A table of millions of rows lies in thousands of small pages: finding them, and getting them from
 * the system one by one, costs more than reading them. */
static void *allocate_large(size_t bytes)
{
    void *pointer = aligned_alloc(HUGE_PAGE, (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE);
#ifdef MADV_HUGEPAGE
    if (pointer != NULL)
        (void)madvise(pointer, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return pointer;
}

void *cn_allocate_raw(size_t bytes)
{
    void *pointer = NULL;
    if (!fails_now() && bytes < SIZE_MAX - HUGE_PAGE) {
        size_t rounded = (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
        pointer = bytes >= LARGE ? allocate_large(bytes) : aligned_alloc(ALIGNMENT, rounded);
    }
    if (pointer == NULL)
        (void)cn_fail(CN_OUT_OF_MEMORY, "out of memory: %zu bytes could not be had", bytes);
    return pointer;
}

void *cn_allocate(size_t bytes)
{
    void *pointer = cn_allocate_raw(bytes);
    if (pointer != NULL)
        memset(pointer, 0, bytes);
    return pointer;
}

cn_status cn_grow(void *list, int64_t *capacity, int64_t count, size_t item_size)
{
    if (count <= *capacity)
        return CN_OK;
    int64_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    if (wanted < count)
        wanted = count;
    char *grown = cn_allocate_raw((size_t)wanted * item_size);
    if (grown == NULL)
        return CN_OUT_OF_MEMORY;
    void **place = list;
    const size_t used = (size_t)*capacity * item_size;
    if (*place != NULL)
        memcpy(grown, *place, used);
    memset(grown + used, 0, (size_t)wanted * item_size - used);
    cn_release(*place);
    *place = grown;
    *capacity = wanted;
    return CN_OK;
}

void cn_release(void *pointer)
{
    free(pointer);
}

char *cn_copy_text(const char *text)
{
    if (text == NULL)
        return NULL;
    size_t bytes = strlen(text) + 1;
    char *copy = cn_allocate_raw(bytes);
    if (copy != NULL)
        memcpy(copy, text, bytes);
    return copy;
}

typedef struct cn_arena_block {
    struct cn_arena_block *next;
    size_t used, size;
    _Alignas(ARENA_ALIGNMENT) unsigned char bytes[];
} cn_arena_block;

static void *take_piece(cn_arena *arena, size_t bytes)
{
    size_t rounded = (bytes + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    cn_arena_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < rounded) {
        const size_t least = block == NULL ? FIRST_BLOCK : BLOCK;
        const size_t size = rounded > least ? rounded : least;
        block = cn_allocate_raw(sizeof *block + size);
        if (block == NULL)
            return NULL;
        *block = (cn_arena_block){.next = arena->blocks, .size = size};
        arena->blocks = block;
    }
    void *piece = block->bytes + block->used;
    block->used += rounded;
    return piece;
}

void *cn_arena_allocate(cn_arena *arena, size_t bytes)
{
    void *piece = take_piece(arena, bytes);
    return piece == NULL ? NULL : memset(piece, 0, bytes);
}

void *cn_arena_copy(cn_arena *arena, const void *data, size_t bytes)
{
    void *copy = take_piece(arena, bytes);
    if (copy != NULL && bytes > 0)
        memcpy(copy, data, bytes);
    return copy;
}

char *cn_arena_text(cn_arena *arena, const char *text)
{
    return text == NULL ? NULL : cn_arena_copy(arena, text, strlen(text) + 1);
}

char *cn_arena_format(cn_arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : cn_arena_allocate(arena, (size_t)length + 1);
    if (text != NULL)
        (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void cn_arena_take(cn_arena *arena, cn_arena *from)
{
    cn_arena_block **last = &arena->blocks;
    while (*last != NULL)
        last = &(*last)->next;
    *last = from->blocks;
    from->blocks = NULL;
}

void cn_arena_free(cn_arena *arena)
{
    while (arena->blocks != NULL) {
        cn_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        cn_release(block);
    }
}
