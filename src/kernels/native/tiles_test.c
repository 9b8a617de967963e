/* Every tile of every table that this machine can run, against the C library in double. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernels/native/native.h"

enum { N = 403 }; /* neither a whole number of vectors nor a whole tile */

static const char *const names[] = {
#define CN_TILE_ENTRY(name) #name,
#include "kernels/native/tiles.def"
#undef CN_TILE_ENTRY
};

/* ---- what the tiles should do ---------------------------------------------------------------- */

/* Each takes all three operands; lanes of int32 and of truth come as doubles too. */
typedef double expected(double a, double b, double c);

/* clang-format off */
static double x_copy(double a, double b, double c) { (void)b, (void)c; return a; }
static double x_negative(double a, double b, double c) { (void)b, (void)c; return -a; }
static double x_absolute(double a, double b, double c) { (void)b, (void)c; return fabs(a); }
static double x_sign(double a, double b, double c)
{
    (void)b, (void)c;
    return isnan(a) ? a : (a > 0) - (a < 0);
}
static double x_square(double a, double b, double c) { (void)b, (void)c; return a * a; }
static double x_sqrt(double a, double b, double c) { (void)b, (void)c; return sqrt(a); }
static double x_rsqrt(double a, double b, double c) { (void)b, (void)c; return 1 / sqrt(a); }
static double x_reciprocal(double a, double b, double c) { (void)b, (void)c; return 1 / a; }
static double x_exp(double a, double b, double c) { (void)b, (void)c; return exp(a); }
static double x_expm1(double a, double b, double c) { (void)b, (void)c; return expm1(a); }
static double x_log(double a, double b, double c) { (void)b, (void)c; return log(a); }
static double x_log1p(double a, double b, double c) { (void)b, (void)c; return log1p(a); }
static double x_sin(double a, double b, double c) { (void)b, (void)c; return sin(a); }
static double x_cos(double a, double b, double c) { (void)b, (void)c; return cos(a); }
static double x_tanh(double a, double b, double c) { (void)b, (void)c; return tanh(a); }
static double x_sigmoid(double a, double b, double c)
{
    (void)b, (void)c;
    return 1 / (1 + exp(-a));
}
static double x_softplus(double a, double b, double c)
{
    (void)b, (void)c;
    return a > 0 ? a + log1p(exp(-a)) : log1p(exp(a));
}
static double x_erf(double a, double b, double c) { (void)b, (void)c; return erf(a); }
static double x_relu(double a, double b, double c) { (void)b, (void)c; return a < 0 ? 0 : a; }
static double x_floor(double a, double b, double c) { (void)b, (void)c; return floor(a); }
static double x_ceil(double a, double b, double c) { (void)b, (void)c; return ceil(a); }
static double x_round(double a, double b, double c) { (void)b, (void)c; return rint(a); }
static double x_is_finite(double a, double b, double c)
{
    (void)b, (void)c;
    return isfinite(a) != 0;
}
static double x_is_nan(double a, double b, double c) { (void)b, (void)c; return isnan(a) != 0; }
static double x_not(double a, double b, double c) { (void)b, (void)c; return a == 0; }
static double x_add(double a, double b, double c) { (void)c; return a + b; }
static double x_subtract(double a, double b, double c) { (void)c; return a - b; }
static double x_multiply(double a, double b, double c) { (void)c; return a * b; }
static double x_divide(double a, double b, double c) { (void)c; return a / b; }
static double x_power(double a, double b, double c) { (void)c; return pow(a, b); }
static double x_maximum(double a, double b, double c) { (void)c; return isnan(a) || a > b ? a : b; }
static double x_minimum(double a, double b, double c) { (void)c; return isnan(a) || a < b ? a : b; }
static double x_mod(double a, double b, double c)
{
    (void)c;
    double r = fmod(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
static double x_floor_divide(double a, double b, double c)
{
    return b == 0 ? a / b : rint((a - x_mod(a, b, c)) / b);
}
static double x_equal(double a, double b, double c) { (void)c; return a == b; }
static double x_not_equal(double a, double b, double c) { (void)c; return a != b; }
static double x_less(double a, double b, double c) { (void)c; return a < b; }
static double x_less_equal(double a, double b, double c) { (void)c; return a <= b; }
static double x_greater(double a, double b, double c) { (void)c; return a > b; }
static double x_greater_equal(double a, double b, double c) { (void)c; return a >= b; }
static double x_and(double a, double b, double c) { (void)c; return a != 0 && b != 0; }
static double x_or(double a, double b, double c) { (void)c; return a != 0 || b != 0; }
static double x_where(double a, double b, double c) { return a != 0 ? b : c; }
static double x_fma(double a, double b, double c) { return a * b + c; }
static double x_is_true(double a, double b, double c) { (void)b, (void)c; return a != 0; }
static double x_truncate(double a, double b, double c)
{
    (void)b, (void)c;
    const double low = -2147483648.0, high = 2147483647.0;
    return isnan(a) ? 0 : a > high ? high : a < low ? low : trunc(a);
}
static double wrapped(int64_t x) { return (double)(int32_t)(uint32_t)(uint64_t)x; }
static double i_negative(double a, double b, double c)
{
    (void)b, (void)c;
    return wrapped(-(int64_t)a);
}
static double i_absolute(double a, double b, double c)
{
    (void)b, (void)c;
    return wrapped((int64_t)fabs(a));
}
static double i_square(double a, double b, double c)
{
    (void)b, (void)c;
    return wrapped((int64_t)a * (int64_t)a);
}
static double i_add(double a, double b, double c)
{
    (void)c;
    return wrapped((int64_t)a + (int64_t)b);
}
static double i_subtract(double a, double b, double c)
{
    (void)c;
    return wrapped((int64_t)a - (int64_t)b);
}
static double i_multiply(double a, double b, double c)
{
    (void)c;
    return wrapped((int64_t)a * (int64_t)b);
}
static double i_floor_divide(double a, double b, double c)
{
    (void)c;
    return b == 0 ? 0 : wrapped((int64_t)floor(a / b));
}
static double i_mod(double a, double b, double c) { return b == 0 ? 0 : x_mod(a, b, c); }
static double u_wrapped(double a, double b, double c)
{
    (void)b, (void)c;
    return (double)(uint8_t)(int64_t)a;
}
/* clang-format on */

typedef enum lane { F, I, T, U } lane; /* float, int32, truth in a float, a byte */

/* How the operands of a case are drawn. */
typedef enum draw {
    REAL,     /* of all sizes */
    POSITIVE, /* of all sizes */
    MEDIUM,   /* within +-100 */
    WHOLE,    /* small integers, also as floats: for comparisons */
    EXTREME   /* any int32 */
} draw;

typedef struct tile_case {
    cn_tile_id tile;
    expected *expect;
    lane out, in;
    draw draw;
    double ulp; /* most units in the last place that the result may be off */
} tile_case;

static const tile_case cases[] = {
    {CN_TILE_copy, x_copy, F, F, REAL, 0},
    {CN_TILE_negative, x_negative, F, F, REAL, 0},
    {CN_TILE_absolute, x_absolute, F, F, REAL, 0},
    {CN_TILE_sign, x_sign, F, F, WHOLE, 0},
    {CN_TILE_square, x_square, F, F, REAL, 0.5},
    {CN_TILE_sqrt, x_sqrt, F, F, POSITIVE, 0.5},
    {CN_TILE_rsqrt, x_rsqrt, F, F, POSITIVE, 1.6},
    {CN_TILE_reciprocal, x_reciprocal, F, F, REAL, 0.5},
    {CN_TILE_exp, x_exp, F, F, MEDIUM, 1.1},
    {CN_TILE_exp, x_exp, F, F, REAL, 1.1},
    {CN_TILE_expm1, x_expm1, F, F, MEDIUM, 1.6},
    {CN_TILE_expm1, x_expm1, F, F, REAL, 1.6},
    {CN_TILE_log, x_log, F, F, POSITIVE, 1},
    {CN_TILE_log1p, x_log1p, F, F, POSITIVE, 1.6},
    {CN_TILE_sin, x_sin, F, F, MEDIUM, 1.6},
    {CN_TILE_sin, x_sin, F, F, REAL, 1.6},
    {CN_TILE_cos, x_cos, F, F, MEDIUM, 1.6},
    {CN_TILE_cos, x_cos, F, F, REAL, 1.6},
    {CN_TILE_tanh, x_tanh, F, F, MEDIUM, 2.6},
    {CN_TILE_tanh, x_tanh, F, F, REAL, 2.6},
    {CN_TILE_sigmoid, x_sigmoid, F, F, MEDIUM, 2.6},
    {CN_TILE_sigmoid, x_sigmoid, F, F, REAL, 2.6},
    {CN_TILE_softplus, x_softplus, F, F, MEDIUM, 1.8},
    {CN_TILE_softplus, x_softplus, F, F, REAL, 1.8},
    {CN_TILE_erf, x_erf, F, F, MEDIUM, 1.3},
    {CN_TILE_erf, x_erf, F, F, REAL, 1.3},
    {CN_TILE_relu, x_relu, F, F, REAL, 0},
    {CN_TILE_floor, x_floor, F, F, MEDIUM, 0},
    {CN_TILE_floor, x_floor, F, F, REAL, 0},
    {CN_TILE_ceil, x_ceil, F, F, REAL, 0},
    {CN_TILE_round, x_round, F, F, MEDIUM, 0},
    {CN_TILE_round, x_round, F, F, WHOLE, 0},
    {CN_TILE_round, x_round, F, F, REAL, 0},
    {CN_TILE_is_finite, x_is_finite, T, F, REAL, 0},
    {CN_TILE_is_nan, x_is_nan, T, F, REAL, 0},
    {CN_TILE_logical_not, x_not, T, F, WHOLE, 0},
    {CN_TILE_add, x_add, F, F, MEDIUM, 0.5},
    {CN_TILE_subtract, x_subtract, F, F, MEDIUM, 0.5},
    {CN_TILE_multiply, x_multiply, F, F, REAL, 0.5},
    {CN_TILE_divide, x_divide, F, F, REAL, 0.5},
    {CN_TILE_power, x_power, F, F, MEDIUM, 0.6},
    {CN_TILE_power, x_power, F, F, REAL, 0.6},
    {CN_TILE_power, x_power, F, F, WHOLE, 0.6},
    {CN_TILE_maximum, x_maximum, F, F, REAL, 0},
    {CN_TILE_minimum, x_minimum, F, F, REAL, 0},
    {CN_TILE_floor_divide, x_floor_divide, F, F, WHOLE, 0},
    {CN_TILE_mod, x_mod, F, F, WHOLE, 0.5},
    {CN_TILE_mod, x_mod, F, F, MEDIUM, 0.5},
    {CN_TILE_equal, x_equal, T, F, WHOLE, 0},
    {CN_TILE_not_equal, x_not_equal, T, F, WHOLE, 0},
    {CN_TILE_less, x_less, T, F, WHOLE, 0},
    {CN_TILE_less_equal, x_less_equal, T, F, WHOLE, 0},
    {CN_TILE_greater, x_greater, T, F, WHOLE, 0},
    {CN_TILE_greater_equal, x_greater_equal, T, F, WHOLE, 0},
    {CN_TILE_logical_and, x_and, T, F, WHOLE, 0},
    {CN_TILE_logical_or, x_or, T, F, WHOLE, 0},
    {CN_TILE_where, x_where, F, F, WHOLE, 0},
    {CN_TILE_fma, x_fma, F, F, WHOLE, 0},
    {CN_TILE_negative_i32, i_negative, I, I, EXTREME, 0},
    {CN_TILE_absolute_i32, i_absolute, I, I, EXTREME, 0},
    {CN_TILE_sign_i32, x_sign, I, I, WHOLE, 0},
    {CN_TILE_square_i32, i_square, I, I, EXTREME, 0},
    {CN_TILE_add_i32, i_add, I, I, EXTREME, 0},
    {CN_TILE_subtract_i32, i_subtract, I, I, EXTREME, 0},
    {CN_TILE_multiply_i32, i_multiply, I, I, EXTREME, 0},
    {CN_TILE_maximum_i32, x_maximum, I, I, EXTREME, 0},
    {CN_TILE_minimum_i32, x_minimum, I, I, EXTREME, 0},
    {CN_TILE_floor_divide_i32, i_floor_divide, I, I, WHOLE, 0},
    {CN_TILE_floor_divide_i32, i_floor_divide, I, I, EXTREME, 0},
    {CN_TILE_mod_i32, i_mod, I, I, WHOLE, 0},
    {CN_TILE_mod_i32, i_mod, I, I, EXTREME, 0},
    {CN_TILE_equal_i32, x_equal, T, I, WHOLE, 0},
    {CN_TILE_not_equal_i32, x_not_equal, T, I, WHOLE, 0},
    {CN_TILE_less_i32, x_less, T, I, WHOLE, 0},
    {CN_TILE_less_equal_i32, x_less_equal, T, I, WHOLE, 0},
    {CN_TILE_greater_i32, x_greater, T, I, WHOLE, 0},
    {CN_TILE_greater_equal_i32, x_greater_equal, T, I, WHOLE, 0},
    {CN_TILE_i32_from_f32, x_truncate, I, F, REAL, 0},
    {CN_TILE_f32_from_i32, x_copy, F, I, EXTREME, 0.5},
    {CN_TILE_truth_from_f32, x_is_true, T, F, WHOLE, 0},
    {CN_TILE_truth_from_i32, x_is_true, T, I, WHOLE, 0},
    {CN_TILE_i32_from_truth, x_is_true, I, F, WHOLE, 0},
    {CN_TILE_i32_load_u8, x_copy, I, U, EXTREME, 0},
    {CN_TILE_truth_load_u8, x_is_true, T, U, WHOLE, 0},
    {CN_TILE_u8_store_i32, u_wrapped, U, I, EXTREME, 0},
    {CN_TILE_u8_store_truth, x_is_true, U, F, WHOLE, 0},
};

/* ---- operands -------------------------------------------------------------------------------- */

static uint32_t state = 12345;

static uint32_t next_bits(void)
{
    state = state * 1664525u + 1013904223u;
    return state ^ state >> 15;
}

static const float corners[] = {
    0.0f,      -0.0f, 1.0f,    -1.0f,    0.5f,    -0.5f,    2.5f,         -2.5f,   INFINITY,
    -INFINITY, NAN,   FLT_MAX, -FLT_MAX, FLT_MIN, -FLT_MIN, 1e-41f,       8388608, -8388609,
    16777216,  88.7f, -87.4f,  1e-10f,   3,       -3,       2147483648.0f};

static float draw_float(draw kind, int i)
{
    const int n_corners = (int)(sizeof corners / sizeof *corners);
    if (kind == WHOLE)
        return (float)((int)(next_bits() >> 8) % 9 - 4) / (i % 3 == 0 ? 2.0f : 1.0f);
    if (kind == MEDIUM)
        return ((float)(next_bits() >> 8) * 0x1p-24f - 0.5f) * (i % 2 == 0 ? 200.0f : 4.0f);
    float x = 0;
    uint32_t bits = next_bits();
    memcpy(&x, &bits, sizeof x);
    if (next_bits() % 4 == 0)
        x = corners[next_bits() % (unsigned)n_corners];
    return kind == POSITIVE ? fabsf(x) : x;
}

static void draw_lanes(const tile_case *test, void *lanes, double *values)
{
    for (int i = 0; i < N; i++) {
        if (test->in == F) {
            ((float *)lanes)[i] = draw_float(test->draw, i);
            values[i] = (double)((float *)lanes)[i];
        } else if (test->in == I) {
            int32_t x = test->draw == WHOLE ? (int32_t)(next_bits() >> 8) % 7 - 3
                                            : (int32_t)next_bits();
            ((int32_t *)lanes)[i] = next_bits() % 16 == 0   ? INT32_MIN
                                    : next_bits() % 16 == 0 ? -1
                                                            : x;
            values[i] = (double)((int32_t *)lanes)[i];
        } else {
            ((uint8_t *)lanes)[i] = (uint8_t)(test->draw == WHOLE ? next_bits() % 3 : next_bits());
            values[i] = (double)((uint8_t *)lanes)[i];
        }
    }
}

/* ---- comparing ------------------------------------------------------------------------------- */

static double result_at(const tile_case *test, const void *out, int i)
{
    if (test->out == I)
        return (double)((const int32_t *)out)[i];
    return test->out == U ? (double)((const uint8_t *)out)[i] : (double)((const float *)out)[i];
}

static bool is_near(const tile_case *test, double got, double want)
{
    if (test->out != F)
        return got == want;
    const float rounded = (float)want;
    if (isnan(rounded) || isinf(rounded) || isnan(got) || isinf(got))
        return (isnan(rounded) && isnan(got)) || (double)rounded == got;
    int exponent;
    frexp(want, &exponent);
    const double ulp = ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
    return fabs(got - want) <= (test->ulp > 0.5 ? test->ulp : 0.5) * ulp * 1.0000001;
}

static void check(const cn_native *table, const tile_case *test, int64_t n, bool in_place)
{
    _Alignas(64) float a[N + 1], b[N + 1], c[N + 1], out[N + 1];
    static double values[3][N];
    memset(out, 0x55, sizeof out);
    draw_lanes(test, a, values[0]);
    draw_lanes(test, b, values[1]);
    draw_lanes(test, c, values[2]);
    void *result = in_place ? b : out;
    const float behind = ((float *)result)[n];
    table->tiles[test->tile](result, a, b, c, n);
    for (int i = 0; i < n; i++) {
        const double want = test->expect(values[0][i], values[1][i], values[2][i]);
        const double got = result_at(test, result, i);
        if (!is_near(test, got, want))
            fail_msg("%s of %s: f(%.9g, %.9g, %.9g) is %.9g, expected %.9g (element %d of %d)",
                     names[test->tile], table->name, values[0][i], values[1][i], values[2][i], got,
                     want, i, (int)n);
    }
    if (memcmp(&behind, (float *)result + n, sizeof behind) != 0)
        fail_msg("%s of %s wrote behind %d elements", names[test->tile], table->name, (int)n);
}

static void test_tiles(void **unused)
{
    (void)unused;
    static const int64_t lengths[] = {N, 1, 16, 17, 31, 320};
    for (const cn_native *const *table = cn_native_all(); *table != NULL; table++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            for (size_t j = 0; j < sizeof lengths / sizeof *lengths * 4; j++) {
                const bool bytes = cases[i].in == U || cases[i].out == U;
                check(*table, cases + i, lengths[j % 6], !bytes && j % 2 == 1);
            }
}

static void test_every_tile_has_a_case(void **unused)
{
    (void)unused;
    for (int tile = 0; tile < CN_TILE_COUNT; tile++) {
        bool found = false;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            found = found || (int)cases[i].tile == tile;
        if (!found)
            fail_msg("the tile %s has no case", names[tile]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tiles),
        cmocka_unit_test(test_every_tile_has_a_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
