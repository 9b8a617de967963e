/* Tiles: arithmetic on float lanes. */
#include "kernels/native/isa/tiles.h"

CN_TILE_FUNCTION(copy)
{
    memmove(out, a, (size_t)n * sizeof(float));
}

CN_TILE_FUNCTION(negative)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = -x[i];
}

CN_TILE_FUNCTION(absolute)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = fabsf(x[i]);
}

CN_TILE_FUNCTION(sign)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] > 0 ? 1.0f : x[i] < 0 ? -1.0f : x[i];
}

CN_TILE_FUNCTION(square)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] * x[i];
}

CN_TILE_FUNCTION(sqrt)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = sqrtf(x[i]);
}

CN_TILE_FUNCTION(rsqrt)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = 1.0f / sqrtf(x[i]);
}

CN_TILE_FUNCTION(reciprocal)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = 1.0f / x[i];
}

CN_TILE_FUNCTION(relu)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] < 0 ? 0 : x[i];
}

CN_TILE_FUNCTION(floor)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = cn_floorf(x[i]);
}

CN_TILE_FUNCTION(ceil)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = cn_ceilf(x[i]);
}

CN_TILE_FUNCTION(round)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = cn_roundf(x[i]);
}

CN_TILE_FUNCTION(add)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] + y[i];
}

CN_TILE_FUNCTION(subtract)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] - y[i];
}

CN_TILE_FUNCTION(multiply)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] * y[i];
}

CN_TILE_FUNCTION(divide)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] / y[i];
}

/* NaN in either operand gives NaN. */
CN_TILE_FUNCTION(maximum)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = cn_larger(x[i], y[i]);
}

CN_TILE_FUNCTION(minimum)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = cn_smaller(x[i], y[i]);
}

CN_TILE_FUNCTION(fma)
{
    const float *x = a, *y = b, *z = c;
    float *w = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        w[i] = x[i] * y[i] + z[i];
}
