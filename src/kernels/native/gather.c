/* Rows of a table by index: gathered, and added back. */
#include "kernels/native/native.h"

#include <string.h>

#include "runtime/threads.h"

void cn_gather_run(const void *table, const int32_t *indices, void *out, int64_t n, size_t row_bytes)
{
    for (int64_t i = 0; i < n; i++)
        memcpy((char *)out + (size_t)i * row_bytes, (const char *)table + (size_t)indices[i] * row_bytes, row_bytes);
}

void cn_scatter_add_run(float *table, int64_t table_rows, const int32_t *indices, const float *rows, int64_t n,
                        int64_t width)
{
    memset(table, 0, (size_t)(table_rows * width) * sizeof *table);
    for (int64_t i = 0; i < n; i++) {
        float *to = table + indices[i] * width;
        const float *from = rows + i * width;
        for (int64_t j = 0; j < width; j++)
            to[j] += from[j];
    }
}

int64_t cn_first_outside(const int32_t *indices, int64_t n, int64_t bound)
{
    for (int64_t i = 0; i < n; i++)
        if (indices[i] < 0 || indices[i] >= bound)
            return i;
    return -1;
}
