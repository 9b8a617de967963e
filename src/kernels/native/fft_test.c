/* Fourier transforms of every table, of many lengths, against sums in double; and that the adjoint
 * is one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cornu/session.h"
#include "kernels/native/native.h"

static uint32_t state_of_numbers = 1;

static float *numbers(int64_t n)
{
    float *x = malloc(((size_t)n + 1) * sizeof *x);
    for (int64_t i = 0; i < n; i++) {
        state_of_numbers = state_of_numbers * 1664525u + 1013904223u;
        x[i] = (float)(state_of_numbers >> 8) * 0x1p-23f - 1;
    }
    x[n] = 77;
    return x;
}

struct transform {
    cn_fft fft;
    cn_arena memory;
    int64_t n, bins, rows;
    float *x, *re, *im, *scratch;
};

static void make(struct transform *t, int64_t n, int64_t rows)
{
    *t = (struct transform){.n = n, .bins = cn_fft_bins(n), .rows = rows};
    assert_int_equal(cn_fft_prepare(n, &t->memory, &t->fft), CN_OK);
    t->x = numbers(rows * n);
    t->re = numbers(rows * t->bins);
    t->im = numbers(rows * t->bins);
    t->scratch = malloc(cn_fft_scratch(n));
}

static void release(struct transform *t)
{
    cn_arena_free(&t->memory);
    free(t->x);
    free(t->re);
    free(t->im);
    free(t->scratch);
}

static void check_number(const struct transform *t, int64_t row, int64_t k)
{
    const double step = 2 * acos(-1) / (double)t->n;
    double re = 0, im = 0, squares = 0;
    for (int64_t i = 0; i < t->n; i++) {
        const double x = (double)t->x[row * t->n + i], angle = step * (double)(i * k % t->n);
        re += x * cos(angle);
        im -= x * sin(angle);
        squares += x * x;
    }
    const double error =
        hypot(re - (double)t->re[row * t->bins + k], im - (double)t->im[row * t->bins + k]);
    const double tolerance =
        t->fft.chirp == NULL ? 5e-7 : 2e-6; /* one transform, or two of twice the length */
    if (!(error <= tolerance * sqrt(squares)))
        fail_msg("n %d, row %d, frequency %d: off by %g of %g", (int)t->n, (int)row, (int)k, error,
                 sqrt(squares));
}

/* All numbers of short rows, some of long ones. */
static void check_spectrum(const cn_native *table, int64_t n, int64_t rows)
{
    struct transform t;
    make(&t, n, rows);
    table->rfft(&t.fft, t.x, t.re, t.im, rows, t.scratch);
    const int64_t step = t.bins > 64 ? t.bins / 13 : 1;
    for (int64_t row = 0; row < rows; row++)
        for (int64_t k = 0; k < t.bins; k += step)
            check_number(&t, row, k);
    check_number(&t, rows - 1, t.bins - 1);
    assert_true(t.re[rows * t.bins] == 77 && t.im[rows * t.bins] == 77);
    release(&t);
}

static double product(const float *a, const float *b, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* <transform x, y> = <x, adjoint y>. */
static void check_adjoint(const cn_native *table, int64_t n, int64_t rows)
{
    struct transform t;
    make(&t, n, rows);
    float *dre = numbers(rows * t.bins), *dim = numbers(rows * t.bins), *dx = numbers(rows * n);
    table->rfft(&t.fft, t.x, t.re, t.im, rows, t.scratch);
    table->rfft_gradient(&t.fft, dre, dim, dx, rows, t.scratch);
    const double there = product(t.re, dre, rows * t.bins) + product(t.im, dim, rows * t.bins);
    const double back = product(t.x, dx, rows * n);
    if (!(fabs(there - back) <= 3e-6 * (double)n * sqrt((double)rows)))
        fail_msg("n %d, rows %d: %g there, %g back", (int)n, (int)rows, there, back);
    assert_true(dx[rows * n] == 77);
    free(dre);
    free(dim);
    free(dx);
    release(&t);
}

static void every_length(void **state)
{
    static const int64_t lengths[] = {1,   2,   3,   4,   5,   6,    7,    8,    9,    12,   15,
                                      16,  30,  32,  62,  64,  90,   97,   100,  128,  250,  256,
                                      400, 441, 500, 512, 997, 1000, 1024, 1999, 2048, 4096, 4410};
    (void)state;
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
            for (int64_t rows = 1; rows <= 19; rows += 6) {
                check_spectrum(*table, lengths[i], rows);
                check_adjoint(*table, lengths[i], rows);
            }
}

/* Rows are cut into the same parts whatever the threads: the bits are the same. */
static void every_number_of_threads(void **state)
{
    enum { N = 512, ROWS = 333 };
    struct transform one, three;
    (void)state;
    make(&one, N, ROWS);
    make(&three, N, ROWS);
    cn_set_threads(1);
    cn_native_kernels()->rfft(&one.fft, one.x, one.re, one.im, ROWS, one.scratch);
    cn_set_threads(3);
    cn_native_kernels()->rfft(&three.fft, one.x, three.re, three.im, ROWS, three.scratch);
    cn_set_threads(0);
    for (int64_t i = 0; i < ROWS * one.bins; i++)
        assert_true(one.re[i] == three.re[i] && one.im[i] == three.im[i]);
    release(&one);
    release(&three);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length),
        cmocka_unit_test(every_number_of_threads),
    };
    return cmocka_run_group_tests_name("Fourier transforms", tests, NULL, NULL);
}
