/* Tiles: comparisons, truth values (floats 0 and 1), and choosing. */
#include "kernels/native/isa/tiles.h"

CN_TILE_FUNCTION(is_finite)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = fabsf(x[i]) < INFINITY ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(is_nan)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] != x[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(logical_not)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] != 0 ? 0.0f : 1.0f;
}

CN_TILE_FUNCTION(logical_and)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = ((x[i] != 0) & (y[i] != 0)) ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(logical_or)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = ((x[i] != 0) | (y[i] != 0)) ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(equal)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] == y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(not_equal)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] != y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(less)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] < y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(less_equal)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] <= y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(greater)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] > y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(greater_equal)
{
    const float *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] >= y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(equal_i32)
{
    const int32_t *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] == y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(not_equal_i32)
{
    const int32_t *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] != y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(less_i32)
{
    const int32_t *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] < y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(less_equal_i32)
{
    const int32_t *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] <= y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(greater_i32)
{
    const int32_t *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] > y[i] ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(greater_equal_i32)
{
    const int32_t *x = a, *y = b;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] >= y[i] ? 1.0f : 0.0f;
}

/* The lanes chosen from may be of either kind: they are moved as they are. */
CN_TILE_FUNCTION(where)
{
    const float *x = a;
    const uint32_t *y = b, *z = c;
    uint32_t *w = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++) {
        uint32_t chosen = y[i], other = z[i];
        w[i] = x[i] != 0 ? chosen : other;
    }
}
