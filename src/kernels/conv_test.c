/* Convolutions by several threads, and of inputs so large that their products could be others'. What
 * they compute is tested with the ops (src/ops/ops_test.c). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cornu/session.h"
#include "kernels/conv.h"

/* x[N, T, groups C], windows of k cells, as many zeros on both sides as leave T outputs. */
typedef struct example {
    int64_t batch, steps, kernel, groups, channels, filters;
} example;

static cn_conv conv_of(const example *e)
{
    const int64_t in = e->groups * e->channels, out = e->groups * e->filters;
    return (cn_conv){
        .rank = 2,
        .axis = {{e->batch, e->batch, 1, 1, 1, 0, e->steps * in, e->steps * out, 0},
                 {e->steps, e->steps, e->kernel, 1, 1, e->kernel / 2, in, out, e->channels * out}},
        .groups = e->groups,
        .channels = e->channels,
        .filters = e->filters};
}

static float *numbers(int64_t n)
{
    float *x = malloc((size_t)n * sizeof *x);
    for (int64_t i = 0; i < n; i++)
        x[i] = (float)(i * 7919 % 2001 - 1000) * 1e-3f;
    return x;
}

/* What the three kernels make of an example: y, dx and dkernel, one behind the other. */
static void run_all(const example *e, const float *x, const float *kernel, const float *dy,
                    float *results)
{
    const cn_conv conv = conv_of(e);
    cn_conv prepared = conv;
    const int64_t rows = e->batch * e->steps, x_size = rows * e->groups * e->channels,
                  y_size = rows * e->groups * e->filters;
    float *scratch = malloc((size_t)cn_conv_kernel_size(&conv) * sizeof *scratch);
    cn_conv_prepare(&prepared);
    assert_int_equal(cn_conv_run(&prepared, x, kernel, results, NULL), CN_OK);
    assert_int_equal(cn_conv_input_gradient_run(&conv, dy, kernel, results + y_size, scratch),
                     CN_OK);
    assert_int_equal(cn_conv_kernel_gradient_run(&prepared, x, dy, results + y_size + x_size),
                     CN_OK);
    free(scratch);
}

static void check_threads(const example *e)
{
    const cn_conv conv = conv_of(e);
    const int64_t rows = e->batch * e->steps, x_size = rows * e->groups * e->channels,
                  y_size = rows * e->groups * e->filters, kernel_size = cn_conv_kernel_size(&conv);
    const size_t bytes = (size_t)(x_size + y_size + kernel_size) * sizeof(float);
    float *x = numbers(x_size), *dy = numbers(y_size), *kernel = numbers(kernel_size);
    float *one = malloc(bytes), *several = malloc(bytes);
    cn_set_threads(1);
    run_all(e, x, kernel, dy, one);
    for (int threads = 2; threads <= 5; threads++) {
        cn_set_threads(threads);
        run_all(e, x, kernel, dy, several);
        assert_memory_equal(one, several, bytes);
    }
    cn_set_threads(0);
    free(x), free(dy), free(kernel), free(one), free(several);
}

static void test_threads_do_not_change_bits(void **unused)
{
    (void)unused;
    static const example examples[] = {{7, 40, 5, 1, 37, 50},  {1, 900, 3, 1, 40, 41},
                                       {60, 9, 4, 1, 33, 37},  {3, 2000, 3, 200, 1, 1},
                                       {2, 2000, 3, 70, 1, 3}, {5, 300, 3, 6, 20, 19}};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        check_threads(&examples[i]);
}

/* A line of more than 500 million multiplications: the windows overlap, which not every kernel of
 * matrix products takes. */
static void test_long_line(void **unused)
{
    (void)unused;
    const example e = {1, 5000, 5, 1, 160, 130};
    const cn_conv conv = conv_of(&e);
    float *x = numbers(e.steps * e.channels), *kernel = numbers(cn_conv_kernel_size(&conv));
    float *y = malloc((size_t)(e.steps * e.filters) * sizeof *y);
    assert_int_equal(cn_conv_run(&conv, x, kernel, y, NULL), CN_OK);
    for (int64_t o = 2; o < e.steps - 2; o += 701) {
        double sum = 0;
        for (int64_t i = 0; i < e.kernel * e.channels; i++)
            sum += (double)x[(o - 2) * e.channels + i] * (double)kernel[i * e.filters + 7];
        assert_true(fabs(sum - (double)y[o * e.filters + 7]) < 1e-3);
    }
    free(x), free(kernel), free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_do_not_change_bits),
        cmocka_unit_test(test_long_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
