/* Products with those rows of a matrix that indices name, however often: what is gathered from a
 * large table names a part of it. */
#ifndef CORNU_KERNELS_CHOSEN_ROWS_H
#define CORNU_KERNELS_CHOSEN_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One call; indices outside the matrix name nothing. */
typedef struct cn_chosen_rows {
    int64_t rows, inner, columns;
    int64_t n;
    const int32_t *indices; /* [n] */
    const float *a;         /* [rows, inner] */
    const float *b, *bias;  /* bias[columns] or NULL */
    bool transpose_b;
    float *c;
    void *scratch; /* cn_chosen_rows_scratch bytes, aligned to 64 */
} cn_chosen_rows;

size_t cn_chosen_rows_scratch(const cn_chosen_rows *call); /* pointers do not matter */

/* c[r, columns] = a[r] op(b) + bias for chosen rows, bias (or 0) for others; b[inner, columns], or
 * b[columns, inner] if it is to be transposed. */
void cn_multiply_chosen_rows(const cn_chosen_rows *call);

/* c[inner, columns] = the sum over chosen rows of a[r]' b[r], with b[rows, columns]. */
void cn_sum_chosen_rows(const cn_chosen_rows *call);

#endif
