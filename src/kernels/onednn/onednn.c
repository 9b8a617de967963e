/* Kernels of oneDNN: the one file that includes its header. What is used here is the same in
 * versions 2 and 3. */
#include "kernels/onednn/onednn.h"

#include <dnnl.h>

#include <dlfcn.h>
#include <pthread.h>

#include "runtime/threads.h"

/* The distributions' oneDNN brings OpenMP with it and uses as many threads as that gives to the
 * calling thread. It is to give one, since the parts are ours, and the caller's number again
 * afterwards; where there is no OpenMP there is nothing to say. */
static int (*get_openmp_threads)(void);
static void (*set_openmp_threads)(int count);
static pthread_once_t found_once = PTHREAD_ONCE_INIT;

static void find_openmp(void)
{
    void *program = dlopen(NULL, RTLD_LAZY);
    if (program == NULL)
        return;
    *(void **)(void *)&get_openmp_threads = dlsym(program, "omp_get_max_threads");
    *(void **)(void *)&set_openmp_threads = dlsym(program, "omp_set_num_threads");
    (void)dlclose(program);
}

/* Sets the number of the calling thread's OpenMP threads; returns the one before. */
static int use_threads(int count)
{
    (void)pthread_once(&found_once, find_openmp);
    if (get_openmp_threads == NULL || set_openmp_threads == NULL)
        return count;
    const int before = get_openmp_threads();
    set_openmp_threads(count);
    return before;
}

enum { LEAST_ROWS = 64 /* of a thread's part */ };

struct product {
    bool transpose_a, transpose_b, accumulate;
    int64_t n, k, lda, ldb, ldc;
    const float *a, *b;
    float *c;
    _Atomic int status; /* of any part that failed */
};

static void multiply_rows(void *context, int64_t begin, int64_t end)
{
    struct product *p = context;
    const int before = use_threads(1);
    const dnnl_status_t status =
        dnnl_sgemm(p->transpose_a ? 'T' : 'N', p->transpose_b ? 'T' : 'N', end - begin, p->n, p->k,
                   1.0f, p->transpose_a ? p->a + begin : p->a + begin * p->lda, p->lda, p->b,
                   p->ldb, p->accumulate ? 1.0f : 0.0f, p->c + begin * p->ldc, p->ldc);
    (void)use_threads(before);
    if (status != dnnl_success)
        p->status = (int)status;
}

cn_status cn_onednn_sgemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                          const float *a, int64_t lda, const float *b, int64_t ldb, float *c,
                          int64_t ldc, bool accumulate)
{
    struct product product = {transpose_a, transpose_b, accumulate, n, k, lda,
                              ldb,         ldc,         a,          b, c, dnnl_success};
    cn_parallel_for(m, LEAST_ROWS, multiply_rows, &product);
    if (product.status == dnnl_out_of_memory)
        return cn_fail(CN_OUT_OF_MEMORY, "oneDNN: out of memory");
    if (product.status != dnnl_success)
        return cn_fail(CN_INTERNAL, "oneDNN: sgemm failed with status %d", product.status);
    return CN_OK;
}
