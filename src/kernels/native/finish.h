/* What follows a product, row by row while the rows are in the cache: a bias, an activation. */
#ifndef CORNU_KERNELS_NATIVE_FINISH_H
#define CORNU_KERNELS_NATIVE_FINISH_H

#include "kernels/native/native.h"

/* y = activation(y + bias) for rows of N columns. The bias is repeated: as many whole rows of it as
 * a tile holds. */
typedef struct cn_finish {
    const float *bias;         /* [N], or NULL */
    cn_tile *add, *activation; /* activation may be NULL */
    int64_t columns, tile_rows /* 0: a row is longer than a tile */;
    float repeated[CN_TILE];
} cn_finish;

/* Makes it ready, each time before it is used: the bias is read. */
void cn_finish_begin(cn_finish *finish, const float *bias, cn_tile *activation, int64_t columns);

/* Rows of y that are ldy apart. */
void cn_finish_rows(const cn_finish *finish, float *y, int64_t ldy, int64_t rows);

#endif
