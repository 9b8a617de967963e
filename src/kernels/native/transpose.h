/* Four rows of four floats (or of other elements of 4 bytes), transposed. gcc and clang make
 * shuffles of this where plain loops give them one element at a time. */
#ifndef CORNU_KERNELS_NATIVE_TRANSPOSE_H
#define CORNU_KERNELS_NATIVE_TRANSPOSE_H

#include <stdint.h>

typedef float cn_four __attribute__((vector_size(16), aligned(4), may_alias));

#if defined __clang__
#define CN_SHUFFLE(x, y, i, j, k, l) __builtin_shufflevector(x, y, i, j, k, l)
#else
typedef int32_t cn_four_indices __attribute__((vector_size(16)));
#define CN_SHUFFLE(x, y, i, j, k, l) __builtin_shuffle(x, y, (cn_four_indices){i, j, k, l})
#endif

static inline void cn_transpose_4_by_4(const float *from, int64_t from_row, float *to,
                                       int64_t to_row)
{
    const cn_four a = *(const cn_four *)from, b = *(const cn_four *)(from + from_row);
    const cn_four c = *(const cn_four *)(from + 2 * from_row),
                  d = *(const cn_four *)(from + 3 * from_row);
    const cn_four ab_low = CN_SHUFFLE(a, b, 0, 4, 1, 5), ab_high = CN_SHUFFLE(a, b, 2, 6, 3, 7);
    const cn_four cd_low = CN_SHUFFLE(c, d, 0, 4, 1, 5), cd_high = CN_SHUFFLE(c, d, 2, 6, 3, 7);
    *(cn_four *)to = CN_SHUFFLE(ab_low, cd_low, 0, 1, 4, 5);
    *(cn_four *)(to + to_row) = CN_SHUFFLE(ab_low, cd_low, 2, 3, 6, 7);
    *(cn_four *)(to + 2 * to_row) = CN_SHUFFLE(ab_high, cd_high, 0, 1, 4, 5);
    *(cn_four *)(to + 3 * to_row) = CN_SHUFFLE(ab_high, cd_high, 2, 3, 6, 7);
}

#endif
