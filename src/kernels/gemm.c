/* Which kernel multiplies. */
#include "kernels/gemm.h"

#include <string.h>

#include "kernels/native/native.h"

#ifdef CN_HAVE_ONEDNN
#include "kernels/onednn/onednn.h"

/* On AVX2 ours are as fast as oneDNN's, whose first product costs 40 ms or more, in which it
 * generates code. Measured on AVX-512: up to some 500 million multiplications ours are faster or as
 * fast; beyond, oneDNN's are up to a quarter faster. A vector times a matrix is limited by memory
 * in both. oneDNN refuses rows that overlap. */
static bool is_for_onednn(int64_t m, int64_t n, int64_t k, bool rows_overlap)
{
    const double large = 500e6;
    return m > 1 && n > 1 && !rows_overlap && (double)m * (double)n * (double)k >= large &&
           strcmp(cn_native_kernels()->name, "v4") == 0;
}
#endif

cn_status cn_sgemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                   const float *a, int64_t lda, const float *b, int64_t ldb, float *c, int64_t ldc,
                   bool accumulate, const cn_finish *finish)
{
#ifdef CN_HAVE_ONEDNN
    if (is_for_onednn(m, n, k, lda < (transpose_a ? m : k))) {
        CN_TRY(
            cn_onednn_sgemm(transpose_a, transpose_b, m, n, k, a, lda, b, ldb, c, ldc, accumulate));
        cn_finish_rows(finish, c, ldc, m);
        return CN_OK;
    }
#endif
    cn_native_kernels()->sgemm(transpose_a, transpose_b, m, n, k, a, lda, b, ldb, c, ldc,
                               accumulate, finish);
    return CN_OK;
}
