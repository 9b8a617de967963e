/* Tiles: exponentials, logarithms, sine, power and the like. */
#include "kernels/native/isa/tiles.h"

CN_TILE_FUNCTION(exp)
{
    cn_each(cn_expf, out, a, n);
}

CN_TILE_FUNCTION(expm1)
{
    cn_each(cn_expm1f, out, a, n);
}

CN_TILE_FUNCTION(log)
{
    cn_each(cn_logf, out, a, n);
}

CN_TILE_FUNCTION(log1p)
{
    cn_each(cn_log1pf, out, a, n);
}

CN_TILE_FUNCTION(tanh)
{
    cn_each(cn_tanhf, out, a, n);
}

CN_TILE_FUNCTION(sigmoid)
{
    cn_each(cn_sigmoidf, out, a, n);
}

CN_TILE_FUNCTION(softplus)
{
    cn_each(cn_softplusf, out, a, n);
}

CN_TILE_FUNCTION(erf)
{
    cn_each(cn_erff, out, a, n);
}

/* Whether all |a[i]| are below bound; no NaN is. */
static bool all_below(const float *a, float bound, int64_t n)
{
    int32_t outside = 0;
    for (int64_t i = 0; i < n; i++)
        outside |= fabsf(a[i]) < bound ? 0 : 1;
    return outside == 0;
}

/* Larger arguments are rare, and their reduction is long: they are left to the C library. */
CN_TILE_FUNCTION(sin)
{
    const float *x = a;
    float *y = out;
    if (all_below(x, CN_SIN_BOUND, n)) {
        cn_each(cn_sinf, y, x, n);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        y[i] = (float)sin((double)x[i]);
}

CN_TILE_FUNCTION(cos)
{
    const float *x = a;
    float *y = out;
    if (all_below(x, CN_SIN_BOUND, n)) {
        cn_each(cn_cosf, y, x, n);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        y[i] = (float)cos((double)x[i]);
}

CN_TILE_FUNCTION(power)
{
    cn_each_of_2(cn_powf, out, a, b, n);
}

/* Python's: the quotient rounded down, and the remainder with the divisor's sign. Both are exact
 * in double while the quotient is below 2^29. */
static inline float floor_quotient(float x, float y)
{
    return (float)floor((double)x / (double)y);
}

static inline float remainder_of(float x, float y)
{
    return (float)((double)x - floor((double)x / (double)y) * (double)y);
}

static bool small_quotients(const float *x, const float *y, int64_t n)
{
    int32_t outside = 0;
    for (int64_t i = 0; i < n; i++)
        outside |= ((fabsf(x[i]) < fabsf(y[i]) * 0x1p28f) & (fabsf(y[i]) < INFINITY)) ? 0 : 1;
    return outside == 0;
}

static float exact_remainder(float x, float y)
{
    float r = fmodf(x, y);
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

/* (x - remainder) / y is an integer but for rounding. */
static float exact_floor_quotient(float x, float y)
{
    return y == 0 ? x / y : rintf((x - exact_remainder(x, y)) / y);
}

CN_TILE_FUNCTION(floor_divide)
{
    const float *x = a, *y = b;
    float *z = out;
    if (small_quotients(x, y, n)) {
        cn_each_of_2(floor_quotient, z, x, y, n);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        z[i] = exact_floor_quotient(x[i], y[i]);
}

CN_TILE_FUNCTION(mod)
{
    const float *x = a, *y = b;
    float *z = out;
    if (small_quotients(x, y, n)) {
        cn_each_of_2(remainder_of, z, x, y, n);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        z[i] = exact_remainder(x[i], y[i]);
}
