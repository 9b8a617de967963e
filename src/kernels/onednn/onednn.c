/* Kernels of oneDNN: the one file that includes its header. What is used here is the same in versions 2 and 3. */
#include "kernels/onednn/onednn.h"

#include <dnnl.h>

#include "cornu/session.h"

#if DNNL_CPU_THREADING_RUNTIME == DNNL_RUNTIME_OMP && defined _OPENMP
#include <omp.h>

/* oneDNN uses as many threads as OpenMP gives to the calling thread. */
static int begin_threads(int count)
{
    const int before = omp_get_max_threads();
    omp_set_num_threads(count);
    return before;
}

static void end_threads(int before)
{
    omp_set_num_threads(before);
}
#else
static int begin_threads(int count)
{
    return count;
}

static void end_threads(int before)
{
    (void)before;
}
#endif

cn_status cn_onednn_sgemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const float *a,
                          int64_t lda, const float *b, int64_t ldb, float *c, int64_t ldc, bool accumulate)
{
    const double small = 1e6;
    const int before = begin_threads((double)m * (double)n * (double)k < small ? 1 : cn_threads());
    const dnnl_status_t status = dnnl_sgemm(transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k, 1.0f, a, lda, b,
                                            ldb, accumulate ? 1.0f : 0.0f, c, ldc);
    end_threads(before);
    if (status == dnnl_out_of_memory)
        return cn_fail(CN_OUT_OF_MEMORY, "oneDNN: out of memory");
    if (status != dnnl_success)
        return cn_fail(CN_INTERNAL, "oneDNN: sgemm failed with status %d", (int)status);
    return CN_OK;
}
