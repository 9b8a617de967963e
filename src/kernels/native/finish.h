/* What follows a product, row by row while the rows are in the cache: an elementwise program over
 * the product's elements, the product being one of its operands. */
#ifndef CORNU_KERNELS_NATIVE_FINISH_H
#define CORNU_KERNELS_NATIVE_FINISH_H

#include "kernels/native/map.h"

typedef struct cn_finish {
    cn_map map;     /* prepared for rows; no program at all if map.prepared is NULL */
    const float *y; /* where the whole product begins, */
    int64_t pitch;  /* and floats from one of its rows to the next */
} cn_finish;

/* Before the first rows of a run, by one thread. */
static inline void cn_finish_begin(const cn_finish *finish)
{
    if (finish->map.prepared != NULL)
        cn_map_begin_rows(&finish->map);
}

/* Rows of the product that begin at y, ldy apart, when they are complete; NULL: nothing follows.
 * The program counts elements as if all lay together. */
static inline void cn_finish_rows(const cn_finish *finish, const float *y, int64_t ldy,
                                  int64_t rows)
{
    if (finish == NULL || finish->map.prepared == NULL)
        return;
    const int64_t columns = finish->map.columns, pitch = finish->pitch;
    if (pitch == columns)
        cn_map_run_rows(&finish->map, y - finish->y, ldy, rows);
    else
        cn_map_run_rows(&finish->map, (y - finish->y) / pitch * columns, ldy / pitch * columns,
                        rows);
}

#endif
