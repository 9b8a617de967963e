/* Rows of a table by index: gathered, and added back. */
#include <string.h>

#include "kernels/native/native.h"
#include "runtime/threads.h"

enum {
    THREAD_BYTES = 1 << 18, /* worth a thread */
    AHEAD = 4,              /* rows that are asked for before they are read: */
    MOST_ASKED = 1 << 10,   /* so many bytes of each */
    LINE = 64
};

/* ---- gathering ------------------------------------------------------------------------------- */

typedef struct gathering {
    const char *table;
    const int32_t *indices;
    char *out;
    size_t row_bytes;
} gathering;

static void ask_for(const char *row, size_t bytes)
{
    for (size_t i = 0; i < bytes && i < MOST_ASKED; i += LINE)
        __builtin_prefetch(row + i);
}

static void gather_part(void *context, int64_t begin, int64_t end)
{
    const gathering *g = context;
    const size_t bytes = g->row_bytes;
    for (int64_t i = begin; i < end; i++) {
        if (i + AHEAD < end)
            ask_for(g->table + (size_t)g->indices[i + AHEAD] * bytes, bytes);
        memcpy(g->out + (size_t)i * bytes, g->table + (size_t)g->indices[i] * bytes, bytes);
    }
}

static void gather_words(void *context, int64_t begin, int64_t end)
{
    const gathering *g = context;
    const uint32_t *table = (const void *)g->table;
    uint32_t *out = (void *)g->out;
    for (int64_t i = begin; i < end; i++)
        out[i] = table[g->indices[i]];
}

void cn_gather_run(const void *table, const int32_t *indices, void *out, int64_t n,
                   size_t row_bytes)
{
    gathering g = {table, indices, out, row_bytes};
    if (row_bytes > 0)
        cn_parallel_for(n, THREAD_BYTES / (int64_t)row_bytes + 1,
                        row_bytes == 4 ? gather_words : gather_part, &g);
}

/* ---- adding back ----------------------------------------------------------------------------- */

/* Windows of one cell. */
void cn_scatter_add_run(float *table, int64_t table_rows, const int32_t *indices, const float *rows,
                        int64_t n, int64_t width)
{
    const cn_windows windows = {
        .n = 1, .steps = n, .out = n, .taps = 1, .width = width, .stride = 1, .dilation = 1};
    cn_native_kernels()->scatter_windows(&windows, table, table_rows, indices, rows);
}

/* ---- checking -------------------------------------------------------------------------------- */

/* All in one loop without an exit, which vectorizes; the place is looked for only if there is
 * one. */
int64_t cn_first_outside(const int32_t *indices, int64_t n, int64_t bound)
{
    const uint32_t limit = bound > INT32_MAX ? INT32_MAX + 1u : bound < 0 ? 0 : (uint32_t)bound;
    uint32_t outside = 0;
    for (int64_t i = 0; i < n; i++)
        outside |= (uint32_t)indices[i] >= limit;
    for (int64_t i = 0; i < n && outside != 0; i++)
        if ((uint32_t)indices[i] >= limit)
            return i;
    return -1;
}
