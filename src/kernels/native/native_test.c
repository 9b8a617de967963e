/* Reductions, softmax and random numbers of every table against plain loops in double. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cornu/session.h"
#include "kernels/native/native.h"
#include "runtime/random.h"

static uint32_t state = 1;

static double uniform(double low, double high)
{
    state = state * 1664525u + 1013904223u;
    return low + (high - low) * (double)(state >> 8) * 0x1p-24;
}

static float *numbers(int64_t n, double low, double high)
{
    float *x = malloc(((size_t)n + 1) * sizeof *x);
    for (int64_t i = 0; i < n; i++)
        x[i] = (float)uniform(low, high);
    return x;
}

/* ---- reductions ------------------------------------------------------------------------------ */

typedef struct shape {
    int64_t outer, reduced, inner;
} shape;

static const shape shapes[] = {
    {1, 1, 1},      {5, 1, 3},     {1, 7, 1},      {3, 31, 1},   {9, 32, 1},     {4, 1000, 1},
    {128, 10, 1},   {6, 5, 1},     {1, 128, 32},   {1, 128, 10}, {1, 1000, 3},   {1, 65, 256},
    {1, 200, 257},  {7, 9, 5},     {2, 100, 64},   {2, 70, 600}, {1, 300001, 1}, {1, 9000, 33},
    {3, 100000, 1}, {2000, 70, 2}, {1, 3000, 256},
};

enum { SHAPES = sizeof shapes / sizeof *shapes };

static double reduce_plainly(cn_reduction kind, const float *x, int64_t n, int64_t stride,
                             double *magnitude)
{
    double result = kind == CN_REDUCE_PROD ? 1 : kind == CN_REDUCE_SUM ? 0 : (double)x[0];
    *magnitude = kind == CN_REDUCE_SUM ? 0 : 1;
    for (int64_t i = 0; i < n; i++) {
        const double now = (double)x[i * stride];
        if (kind == CN_REDUCE_SUM)
            result += now, *magnitude += fabs(now);
        else if (kind == CN_REDUCE_PROD)
            result *= now;
        else if (kind == CN_REDUCE_MAX)
            result = now > result ? now : result;
        else
            result = now < result ? now : result;
    }
    return result;
}

/* Errors relative to the sum of magnitudes, or to a product that stays near 1. */
static void check_reduction(const cn_native *table, cn_reduction kind, shape s)
{
    static const double tolerance[] = {
        [CN_REDUCE_SUM] = 3e-7, [CN_REDUCE_MAX] = 0, [CN_REDUCE_MIN] = 0, [CN_REDUCE_PROD] = 1e-4};
    const double spread = kind == CN_REDUCE_PROD ? 1e-3 : 1;
    float *in = numbers(s.outer * s.reduced * s.inner, 1 - spread, 1 + spread / 2),
          *out = numbers(s.outer * s.inner, 0, 1);
    out[s.outer * s.inner] = 77;
    table->reduce(kind, in, out, s.outer, s.reduced, s.inner);
    for (int64_t i = 0; i < s.outer * s.inner; i++) {
        double magnitude;
        const float *x = in + i / s.inner * s.reduced * s.inner + i % s.inner;
        const double want = reduce_plainly(kind, x, s.reduced, s.inner, &magnitude);
        if (!(fabs((double)out[i] - want) <= tolerance[kind] * fmax(magnitude, fabs(want))))
            fail_msg("%s: reduction %d of [%d,%d,%d]: element %d is %.9g, expected %.9g",
                     table->name, (int)kind, (int)s.outer, (int)s.reduced, (int)s.inner, (int)i,
                     (double)out[i], want);
    }
    assert_true(out[s.outer * s.inner] == 77);
    free(in), free(out);
}

static void test_reductions(void **unused)
{
    (void)unused;
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (int i = 0; i < SHAPES; i++)
            for (cn_reduction kind = CN_REDUCE_SUM; kind <= CN_REDUCE_PROD; kind++)
                check_reduction(*table, kind, shapes[i]);
}

static void test_empty_reductions(void **unused)
{
    (void)unused;
    static const float want[] = {[CN_REDUCE_SUM] = 0,
                                 [CN_REDUCE_MAX] = -INFINITY,
                                 [CN_REDUCE_MIN] = INFINITY,
                                 [CN_REDUCE_PROD] = 1};
    for (cn_reduction kind = CN_REDUCE_SUM; kind <= CN_REDUCE_PROD; kind++) {
        float out[6] = {7, 7, 7, 7, 7, 7}, in = 0;
        cn_native_kernels()->reduce(kind, &in, out, 2, 0, 3);
        for (int i = 0; i < 6; i++)
            assert_true(out[i] == want[kind]);
        cn_native_kernels()->reduce(kind, &in, out, 0, 3, 3);
    }
}

static void test_reductions_keep_nan(void **unused)
{
    (void)unused;
    static const int64_t places[] = {0, 5, 31, 32, 63, 64, 99};
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            for (cn_reduction kind = CN_REDUCE_SUM; kind <= CN_REDUCE_PROD; kind++) {
                float *in = numbers(100, 0, 1), out[1], columns[10];
                in[places[i]] = NAN;
                (*table)->reduce(kind, in, out, 1, 100, 1);
                (*table)->reduce(kind, in, columns, 1, 10, 10);
                if (!isnan(out[0]) || !isnan(columns[places[i] % 10]))
                    fail_msg("%s: reduction %d lost the NaN at %d", (*table)->name, (int)kind,
                             (int)places[i]);
                free(in);
            }
}

/* A float sum in order would be off by 1e-3 and more. */
static void test_long_sums(void **unused)
{
    (void)unused;
    enum { N = 8 << 20 };
    float *in = numbers(N, 0, 1), out[2];
    double magnitude;
    const double want = reduce_plainly(CN_REDUCE_SUM, in, N, 1, &magnitude);
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (int threads = 1; threads <= 3; threads += 2) {
            cn_set_threads(threads);
            (*table)->reduce(CN_REDUCE_SUM, in, out + threads / 2, 1, N, 1);
            if (!(fabs((double)out[threads / 2] - want) <= 1e-6 * want))
                fail_msg("%s: the sum is %.9g, expected %.9g", (*table)->name,
                         (double)out[threads / 2], want);
            if (threads == 3 && out[0] != out[1])
                fail_msg("%s: %.9g by one thread, %.9g by three", (*table)->name, (double)out[0],
                         (double)out[1]);
        }
    cn_set_threads(0);
    free(in);
}

/* ---- argmax ---------------------------------------------------------------------------------- */

static int32_t argmax_plainly(bool smallest, const float *x, int64_t n, int64_t stride)
{
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++) {
        const float now = x[i * stride], kept = x[best * stride];
        if (!isnan(kept) && (isnan(now) || (smallest ? now < kept : now > kept)))
            best = i;
    }
    return (int32_t)best;
}

static void check_argmax(const cn_native *table, bool smallest, shape s, bool equals, bool with_nan)
{
    const int64_t n = s.outer * s.reduced * s.inner;
    float *in = numbers(n, -2, 2);
    int32_t *out = malloc((size_t)(s.outer * s.inner) * sizeof *out);
    for (int64_t i = 0; i < n; i++) {
        in[i] = equals ? floorf(in[i]) : in[i];
        in[i] = with_nan && uniform(0, 1) < 0.01 ? NAN : in[i];
    }
    table->argmax(smallest, in, out, s.outer, s.reduced, s.inner);
    for (int64_t i = 0; i < s.outer * s.inner; i++) {
        const float *x = in + i / s.inner * s.reduced * s.inner + i % s.inner;
        const int32_t want = argmax_plainly(smallest, x, s.reduced, s.inner);
        if (out[i] != want)
            fail_msg("%s: arg%s of [%d,%d,%d]: element %d is %d, expected %d", table->name,
                     smallest ? "min" : "max", (int)s.outer, (int)s.reduced, (int)s.inner, (int)i,
                     (int)out[i], (int)want);
    }
    free(in), free(out);
}

static void test_argmax(void **unused)
{
    (void)unused;
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (int i = 0; i < SHAPES; i++)
            for (int variant = 0; variant < 8; variant++)
                check_argmax(*table, variant % 2 == 1, shapes[i], variant / 2 % 2 == 1,
                             variant / 4 == 1);
}

/* ---- moments and sums of products ------------------------------------------------------------ */

/* Rows begin a few numbers further apart than they are long. */
static void check_moments(const cn_native *table, int64_t rows, int64_t n, int64_t gap)
{
    const int64_t a_row = n + gap, b_row = n + 2 * gap;
    float *a = numbers(rows * a_row, 30, 32), *b = numbers(rows * b_row, -1, 2);
    float *first = numbers(n, 0, 1), *second = numbers(n, 0, 1), *sum = numbers(n, 0, 1),
          *product = numbers(n, 0, 1);
    first[n] = second[n] = sum[n] = product[n] = 77;
    table->moments(a, a_row, first, second, rows, n);
    table->product_sums(a, a_row, b, b_row, sum, product, rows, n);
    for (int64_t c = 0; c < n; c++) {
        double total = 0, squares = 0, products = 0, magnitude = 0;
        for (int64_t r = 0; r < rows; r++)
            total += (double)a[r * a_row + c];
        for (int64_t r = 0; r < rows; r++) {
            const double x = (double)a[r * a_row + c], distance = x - total / (double)rows;
            const double xy = x * (double)b[r * b_row + c];
            squares += distance * distance;
            products += xy;
            magnitude += fabs(xy);
        }
        if (!(fabs((double)first[c] - total / (double)rows) < 4e-6) ||
            !(fabs((double)second[c] - squares / (double)rows) < 2e-6) ||
            !(fabs((double)sum[c] - total) <= 3e-7 * total) ||
            !(fabs((double)product[c] - products) <= 1e-6 * magnitude))
            fail_msg("%s: moments of [%d,%d], column %d: %g %g %g %g, expected %g %g %g %g",
                     table->name, (int)rows, (int)n, (int)c, (double)first[c], (double)second[c],
                     (double)sum[c], (double)product[c], total / (double)rows,
                     squares / (double)rows, total, products);
    }
    assert_true(first[n] == 77 && second[n] == 77 && sum[n] == 77 && product[n] == 77);
    free(a), free(b), free(first), free(second), free(sum), free(product);
}

static void test_moments(void **unused)
{
    (void)unused;
    static const int64_t shapes_of[][2] = {{1, 1},    {7, 1},    {100, 3},   {33, 16},
                                           {70, 17},  {64, 64},  {131, 256}, {9, 300},
                                           {3, 1000}, {5000, 3}, {9001, 20}, {600, 256}};
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (size_t i = 0; i < sizeof shapes_of / sizeof *shapes_of; i++)
            for (int64_t gap = 0; gap < 6; gap += 5)
                check_moments(*table, shapes_of[i][0], shapes_of[i][1], gap);
}

/* The product of an array with itself is not taken for its squares. */
static void test_products_with_itself(void **unused)
{
    (void)unused;
    const float x[6] = {1, 2, 3, 4, 5, 6};
    float sum[2], product[2];
    cn_native_kernels()->product_sums(x, 2, x, 2, sum, product, 3, 2);
    assert_true(sum[0] == 9 && sum[1] == 12 && product[0] == 35 && product[1] == 56);
}

/* ---- softmax --------------------------------------------------------------------------------- */

static const int64_t widths[] = {1, 2, 3, 10, 31, 32, 33, 100, 511, 512, 1000, 3000};

enum { WIDTHS = sizeof widths / sizeof *widths, ROWS = 9 };

static void softmax_plainly(bool log_wanted, const float *x, double *y, int64_t n)
{
    double max = (double)x[0], sum = 0;
    for (int64_t i = 1; i < n; i++)
        max = fmax(max, (double)x[i]);
    for (int64_t i = 0; i < n; i++)
        sum += exp((double)x[i] - max);
    for (int64_t i = 0; i < n; i++)
        y[i] = log_wanted ? (double)x[i] - max - log(sum) : exp((double)x[i] - max) / sum;
}

static void compare(const char *what, const cn_native *table, int64_t n, const float *got,
                    const double *want, double scale)
{
    for (int64_t i = 0; i < n; i++)
        if (!(fabs((double)got[i] - want[i]) <= 1e-6 * (scale + fabs(want[i]))))
            fail_msg("%s of %s, %d columns: element %d is %.9g, expected %.9g", what, table->name,
                     (int)n, (int)i, (double)got[i], want[i]);
}

static void check_softmax(const cn_native *table, bool log_wanted, int64_t n, bool in_place)
{
    float *x = numbers(ROWS * n, -20, 20), *dy = numbers(ROWS * n, -1, 1),
          *y = numbers(ROWS * n, 0, 1);
    float *kept = malloc((size_t)(ROWS * n) * sizeof *kept), *out = in_place ? x : y;
    double *want = malloc((size_t)n * sizeof *want);
    memcpy(kept, x, (size_t)(ROWS * n) * sizeof *kept);
    table->softmax(log_wanted, x, out, ROWS, n);
    for (int64_t r = 0; r < ROWS; r++) {
        softmax_plainly(log_wanted, kept + r * n, want, n);
        compare(log_wanted ? "log_softmax" : "softmax", table, n, out + r * n, want,
                log_wanted ? 10 : 1e-3);
    }
    memcpy(kept, dy, (size_t)(ROWS * n) * sizeof *kept);
    table->softmax_gradient(log_wanted, out, dy, dy, ROWS, n);
    for (int64_t r = 0; r < ROWS; r++) {
        double sum = 0;
        for (int64_t i = r * n; i < (r + 1) * n; i++)
            sum += log_wanted ? (double)kept[i] : (double)kept[i] * (double)out[i];
        for (int64_t i = 0; i < n; i++) {
            const double p = (double)out[r * n + i], g = (double)kept[r * n + i];
            want[i] = log_wanted ? g - exp(p) * sum : p * (g - sum);
        }
        compare("softmax_gradient", table, n, dy + r * n, want, 1);
    }
    free(x), free(dy), free(y), free(kept), free(want);
}

static void test_softmax(void **unused)
{
    (void)unused;
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (int i = 0; i < WIDTHS; i++)
            for (int variant = 0; variant < 4; variant++)
                check_softmax(*table, variant % 2 == 1, widths[i], variant / 2 == 1);
}

/* The projection is what lies above a threshold for which the result sums to 1. */
static void test_sparsemax(void **unused)
{
    (void)unused;
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (int i = 0; i < 2 * WIDTHS; i++) {
            const int64_t n = widths[i / 2];
            const double spread = i % 2 == 0 ? 0.3 : 30;
            float *x = numbers(n, -spread, spread), *y = numbers(n, 0, 1),
                  *scratch = numbers(n, 0, 1);
            (*table)->sparsemax(x, y, 1, n, scratch);
            double sum = 0, threshold = NAN;
            for (int64_t j = 0; j < n; j++) {
                sum += (double)y[j];
                threshold = y[j] > 0 ? (double)x[j] - (double)y[j] : threshold;
            }
            if (!(fabs(sum - 1) < 1e-5))
                fail_msg("%s: sparsemax of %d sums to %.9g, expected 1", (*table)->name, (int)n,
                         sum);
            for (int64_t j = 0; j < n; j++) {
                const double want = fmax((double)x[j] - threshold, 0);
                if (!(fabs((double)y[j] - want) < 1e-5))
                    fail_msg("%s: sparsemax of %d: element %d is %.9g, expected %.9g",
                             (*table)->name, (int)n, (int)j, (double)y[j], want);
            }
            free(x), free(y), free(scratch);
        }
}

/* ---- random numbers, the table --------------------------------------------------------------- */

static void test_random_uniform(void **unused)
{
    (void)unused;
    static const int64_t lengths[] = {0, 1, 127, 128, 129, 1000, 200000};
    const cn_stream streams[] = {{0, 0}, {0x123456789ABCDEF0u, 0xFEDCBA9876543210u}};
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (size_t i = 0; i < 14; i++) {
            const int64_t n = lengths[i / 2];
            const cn_stream stream = streams[i % 2];
            float *out = numbers(n, 0, 1);
            out[n] = 7;
            (*table)->random_uniform(stream.seed, stream.counter, out, n);
            for (int64_t j = 0; j < n; j++) {
                uint32_t block[4];
                cn_random_block(stream, (uint64_t)j / 4, block);
                const float want = (float)(block[j % 4] >> 8) * 0x1p-24f;
                if (out[j] != want)
                    fail_msg("%s: number %d of %d is %.9g, expected %.9g", (*table)->name, (int)j,
                             (int)n, (double)out[j], (double)want);
            }
            assert_true(out[n] == 7);
            free(out);
        }
}

static void test_choice_of_table(void **unused)
{
    (void)unused;
    const cn_native *const *all = cn_native_all();
    assert_string_equal(all[0]->name, "base");
    const cn_native *best = all[0];
    for (; *all != NULL; all++)
        best = *all;
    const char *wanted = getenv("CORNU_ISA");
    if (wanted == NULL)
        assert_ptr_equal(cn_native_kernels(), best);
    for (all = cn_native_all(); *all != NULL && wanted != NULL; all++)
        if (strcmp((*all)->name, wanted) == 0)
            assert_ptr_equal(cn_native_kernels(), *all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reductions),
        cmocka_unit_test(test_empty_reductions),
        cmocka_unit_test(test_reductions_keep_nan),
        cmocka_unit_test(test_long_sums),
        cmocka_unit_test(test_argmax),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_products_with_itself),
        cmocka_unit_test(test_softmax),
        cmocka_unit_test(test_sparsemax),
        cmocka_unit_test(test_random_uniform),
        cmocka_unit_test(test_choice_of_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
