/* Convolutions by several threads, and of sizes that are cut up; small ones are tested with the ops
 * (src/ops/ops_test.c). */
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
    cn_conv_prepare(&prepared);
    assert_int_equal(cn_conv_run(&prepared, x, kernel, results, NULL), CN_OK);
    assert_int_equal(cn_conv_input_gradient_run(&conv, dy, kernel, results + y_size), CN_OK);
    assert_int_equal(cn_conv_kernel_gradient_run(&prepared, x, dy, results + y_size + x_size),
                     CN_OK);
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

/* ---- images, against plain loops ------------------------------------------------------------- */

/* x[2, H, W, groups C], square windows, all of the same stride and padding. */
typedef struct image_example {
    int64_t height, width, kernel, stride, dilation, before, groups, channels, filters;
} image_example;

static cn_conv image_conv(const image_example *e)
{
    const int64_t in = e->groups * e->channels, out = e->groups * e->filters;
    const int64_t span = (e->kernel - 1) * e->dilation + 1;
    const int64_t h = (e->height + 2 * e->before - span) / e->stride + 1,
                  w = (e->width + 2 * e->before - span) / e->stride + 1;
    const int64_t cell = e->channels * out;
    return (cn_conv){
        .rank = 3,
        .axis = {{2, 2, 1, 1, 1, 0, e->height * e->width * in, h * w * out, 0},
                 {e->height, h, e->kernel, e->stride, e->dilation, e->before, e->width * in,
                  w * out, e->kernel * cell},
                 {e->width, w, e->kernel, e->stride, e->dilation, e->before, in, out, cell}},
        .groups = e->groups,
        .channels = e->channels,
        .filters = e->filters};
}

/* Where window (n, h, w) has cell (i, j) of channel c in x; -1 if that is outside. */
static int64_t place_in_x(const cn_conv *c, const int64_t window[3], int64_t i, int64_t j)
{
    const cn_conv_axis *h = &c->axis[1], *w = &c->axis[2];
    const int64_t row = window[1] * h->stride + i * h->dilation - h->before,
                  column = window[2] * w->stride + j * w->dilation - w->before;
    const bool inside = row >= 0 && row < h->in && column >= 0 && column < w->in;
    return inside ? window[0] * c->axis[0].x_step + row * h->x_step + column * w->x_step : -1;
}

/* Every seventh filter of y and dkernel, every fifth channel of dx. */
typedef struct image_sums {
    double *y, *dx, *dkernel;
} image_sums;

static void add_cell(const cn_conv *c, const float *x, const float *kernel, const float *dy,
                     int64_t at_x, int64_t at_kernel, int64_t at_y, const image_sums *sums)
{
    const int64_t width = c->groups * c->filters;
    for (int64_t f = 0; f < width; f += 7)
        for (int64_t k = 0; k < c->channels; k++) {
            const int64_t in_x = at_x + f / c->filters * c->channels + k,
                          in_kernel = at_kernel + k * width + f;
            sums->y[at_y + f] += (double)x[in_x] * (double)kernel[in_kernel];
            sums->dkernel[in_kernel] += (double)x[in_x] * (double)dy[at_y + f];
        }
    for (int64_t k = 0; k < c->groups * c->channels; k += 5)
        for (int64_t i = 0; i < c->filters; i++) {
            const int64_t f = k / c->channels * c->filters + i;
            sums->dx[at_x + k] += (double)dy[at_y + f] *
                                  (double)kernel[at_kernel + k % c->channels * width + f];
        }
}

static void add_window(const cn_conv *c, const float *x, const float *kernel, const float *dy,
                       const int64_t window[3], const image_sums *sums)
{
    for (int64_t i = 0; i < c->axis[1].kernel; i++)
        for (int64_t j = 0; j < c->axis[2].kernel; j++) {
            const int64_t at_x = place_in_x(c, window, i, j);
            if (at_x >= 0)
                add_cell(c, x, kernel, dy, at_x,
                         i * c->axis[1].kernel_step + j * c->axis[2].kernel_step,
                         window[0] * c->axis[0].y_step + window[1] * c->axis[1].y_step +
                             window[2] * c->axis[2].y_step,
                         sums);
        }
}

static void expect_close(const char *what, const float *got, const double *want, int64_t n,
                         int64_t row, int64_t step, int64_t terms)
{
    for (int64_t i = 0; i < n; i++)
        if (i % row % step == 0 &&
            !(fabs((double)got[i] - want[i]) <= 4e-6 * sqrt((double)terms + 1)))
            fail_msg("%s: element %d is %.9g, expected %.9g", what, (int)i, (double)got[i],
                     want[i]);
}

static void check_image(const image_example *e)
{
    const cn_conv conv = image_conv(e);
    cn_conv prepared = conv;
    const int64_t in = e->groups * e->channels, out = e->groups * e->filters;
    const int64_t x_size = 2 * conv.axis[0].x_step, y_size = 2 * conv.axis[0].y_step,
                  kernel_size = cn_conv_kernel_size(&conv), rows = y_size / out;
    float *x = numbers(x_size), *kernel = numbers(kernel_size), *dy = numbers(y_size);
    float *results = malloc((size_t)(y_size + x_size + kernel_size) * sizeof *results);
    double *wanted = calloc((size_t)(y_size + x_size + kernel_size), sizeof *wanted);
    const image_sums sums = {wanted, wanted + y_size, wanted + y_size + x_size};
    const int64_t *out_of = (const int64_t[]){2, conv.axis[1].out, conv.axis[2].out};
    for (int64_t i = 0; i < rows; i++)
        add_window(
            &conv, x, kernel, dy,
            (const int64_t[]){i / out_of[2] / out_of[1], i / out_of[2] % out_of[1], i % out_of[2]},
            &sums);
    cn_conv_prepare(&prepared);
    assert_int_equal(cn_conv_run(&prepared, x, kernel, results, NULL), CN_OK);
    assert_int_equal(cn_conv_input_gradient_run(&conv, dy, kernel, results + y_size), CN_OK);
    assert_int_equal(cn_conv_kernel_gradient_run(&prepared, x, dy, results + y_size + x_size),
                     CN_OK);
    const int64_t cells = e->kernel * e->kernel;
    expect_close("y", results, sums.y, y_size, out, 7, cells * e->channels);
    expect_close("dx", results + y_size, sums.dx, x_size, in, 5, cells * e->filters);
    expect_close("dkernel", results + y_size + x_size, sums.dkernel, kernel_size, out, 7, rows);
    free(x), free(kernel), free(dy), free(results), free(wanted);
}

/* Sizes beyond those of one slice, chunk and panel. */
static void test_images(void **unused)
{
    (void)unused;
    static const image_example examples[] = {
        {9, 11, 3, 1, 1, 1, 1, 40, 37},   {9, 11, 3, 2, 1, 1, 1, 40, 37},
        {20, 21, 3, 1, 1, 1, 1, 400, 5},  {20, 21, 1, 2, 1, 0, 1, 70, 230},
        {20, 21, 1, 1, 1, 0, 1, 70, 230}, {40, 31, 3, 2, 1, 0, 1, 3, 32},
        {30, 31, 5, 1, 2, 3, 1, 2, 18},   {7, 7, 3, 1, 1, 1, 1, 130, 250},
        {30, 17, 3, 1, 1, 1, 3, 20, 12},  {30, 17, 3, 2, 1, 1, 70, 1, 1},
        {12, 17, 3, 1, 2, 2, 9, 1, 3},    {33, 33, 9, 2, 1, 4, 1, 1, 9}};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        check_image(&examples[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_do_not_change_bits),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
