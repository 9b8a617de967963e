/* What the files in this folder share. Each is compiled once for every instruction set, CN_ISA,
 * whose name ends all names that leave the file; the rest is static. Loops are plain, and
 * written so that gcc and clang vectorize them. */
#ifndef CORNU_KERNELS_NATIVE_ISA_H
#define CORNU_KERNELS_NATIVE_ISA_H

#include "kernels/native/native.h"

#define CN_JOIN_(name, isa) name##_##isa
#define CN_JOIN(name, isa) CN_JOIN_(name, isa)
#define CN_TEXT_(isa) #isa
#define CN_TEXT(isa) CN_TEXT_(isa)

/* cn_reduce in cn_reduce_v3, cn_reduce_v4, ... */
#define CN_LOCAL(name) CN_JOIN(name, CN_ISA)

/* In front of a loop: no iteration reads what another one writes. (An output may be an operand,
 * at the same place, so pointers of tiles cannot be restrict.) The second is for short bodies,
 * which gcc does not unroll by itself. */
#if defined __clang__
#define CN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#define CN_INDEPENDENT_SHORT CN_INDEPENDENT
#else
#define CN_INDEPENDENT _Pragma("GCC ivdep")
#define CN_INDEPENDENT_SHORT _Pragma("GCC ivdep") _Pragma("GCC unroll 4")
#endif

/* In front of a loop whose count is known where it is inlined: no loop is left of it, or is
 * until it is vectorized. */
#if defined __clang__
#define CN_UNROLLED _Pragma("clang loop unroll(full)")
#define CN_NOT_UNROLLED
#else
#define CN_UNROLLED _Pragma("GCC unroll 16")
#define CN_NOT_UNROLLED _Pragma("GCC unroll 1")
#endif

/* For the few helpers that take a function: without inlining they would call it for each
 * element. */
#define CN_INLINE static inline __attribute__((always_inline))

/* Lanes of the widest vector. */
enum { CN_WIDE = 16 };

/* Head of a tile: each names the operands that it lacks too. */
#define CN_TILE_FUNCTION(name)                                                                     \
    void CN_LOCAL(cn_tile_##name)(void *out, const void *a, const void *b, const void *c, int64_t n)

#define CN_TILE_ENTRY(name) CN_TILE_FUNCTION(name);
#include "kernels/native/tiles.def"
#undef CN_TILE_ENTRY

/* The table's other functions; native.h describes them. */
void CN_LOCAL(cn_sgemm)(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                        const float *a, int64_t lda, const float *b, int64_t ldb, float *c,
                        int64_t ldc, bool accumulate, const struct cn_finish *finish);
void CN_LOCAL(cn_pack_columns)(const float *b, int64_t depth_step, int64_t column_step, int64_t k,
                               int64_t n, float *to, int64_t all, int64_t first);
void CN_LOCAL(cn_multiply_windows)(const cn_window_product *product);
void CN_LOCAL(cn_sum_window_products)(const cn_window_sums *sums);
void CN_LOCAL(cn_multiply_channels)(const cn_channel_product *product);
void CN_LOCAL(cn_multiply_rows)(const cn_row_products *products);
void CN_LOCAL(cn_sum_row_products)(const cn_row_products *products);
void CN_LOCAL(cn_reduce)(cn_reduction kind, const float *in, float *out, int64_t outer,
                         int64_t reduced, int64_t inner);
void CN_LOCAL(cn_argmax)(bool smallest, const float *in, int32_t *out, int64_t outer,
                         int64_t reduced, int64_t inner);
void CN_LOCAL(cn_moments)(const float *x, int64_t x_row, float *mean, float *variance, int64_t rows,
                          int64_t columns);
void CN_LOCAL(cn_product_sums)(const float *a, int64_t a_row, const float *b, int64_t b_row,
                               float *sum, float *product, int64_t rows, int64_t columns);
void CN_LOCAL(cn_softmax)(bool log, const float *in, float *out, int64_t rows, int64_t columns);
void CN_LOCAL(cn_softmax_gradient)(bool log, const float *y, const float *dy, float *dx,
                                   int64_t rows, int64_t columns);
void CN_LOCAL(cn_sparsemax)(const float *in, float *out, int64_t rows, int64_t columns,
                            float *scratch);
void CN_LOCAL(cn_max_pool)(const cn_pool *pool, const float *x, float *y, void *index);
void CN_LOCAL(cn_max_pool_gradient)(const cn_pool *pool, const float *dy, const void *index,
                                    float *dx);
void CN_LOCAL(cn_average_pool)(const cn_pool *pool, const float *x, float *y);
void CN_LOCAL(cn_average_pool_gradient)(const cn_pool *pool, const float *dy, float *dx);
void CN_LOCAL(cn_resample)(const cn_resample *resample, const float *x, float *y);
void CN_LOCAL(cn_warp)(const cn_warp *warp, const float *x, float *y);
void CN_LOCAL(cn_warp_gradient)(const cn_warp *warp, const float *dy, float *dx);
void CN_LOCAL(cn_rfft)(const cn_fft *fft, const float *x, float *re, float *im, int64_t rows,
                       float *scratch);
void CN_LOCAL(cn_rfft_gradient)(const cn_fft *fft, const float *dre, const float *dim, float *dx,
                                int64_t rows, float *scratch);
void CN_LOCAL(cn_random_uniform)(uint64_t seed, uint64_t counter, float *out, int64_t n);
void CN_LOCAL(cn_gather_windows)(const cn_windows *windows, const float *table,
                                 const int32_t *indices, float *out);
void CN_LOCAL(cn_scatter_windows)(const cn_windows *windows, float *table, int64_t table_rows,
                                  const int32_t *indices, const float *rows);
void CN_LOCAL(cn_lstm)(const cn_recurrent *r);
void CN_LOCAL(cn_lstm_gradient)(const cn_recurrent *r);
void CN_LOCAL(cn_gru)(const cn_recurrent *r);
void CN_LOCAL(cn_gru_gradient)(const cn_recurrent *r);
void CN_LOCAL(cn_simple_rnn)(const cn_recurrent *r);
void CN_LOCAL(cn_simple_rnn_gradient)(const cn_recurrent *r);

#endif
