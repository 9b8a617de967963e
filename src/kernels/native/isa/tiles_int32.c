/* Tiles: int32 lanes, which wrap around, and conversions. */
#include "kernels/native/isa/tiles.h"

CN_TILE_FUNCTION(negative_i32)
{
    const uint32_t *x = a;
    uint32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = 0 - x[i];
}

CN_TILE_FUNCTION(absolute_i32)
{
    const uint32_t *x = a;
    uint32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] >> 31 != 0 ? 0 - x[i] : x[i];
}

CN_TILE_FUNCTION(sign_i32)
{
    const int32_t *x = a;
    int32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = (x[i] > 0) - (x[i] < 0);
}

CN_TILE_FUNCTION(square_i32)
{
    const uint32_t *x = a;
    uint32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] * x[i];
}

CN_TILE_FUNCTION(add_i32)
{
    const uint32_t *x = a, *y = b;
    uint32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] + y[i];
}

CN_TILE_FUNCTION(subtract_i32)
{
    const uint32_t *x = a, *y = b;
    uint32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] - y[i];
}

CN_TILE_FUNCTION(multiply_i32)
{
    const uint32_t *x = a, *y = b;
    uint32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] * y[i];
}

CN_TILE_FUNCTION(maximum_i32)
{
    const int32_t *x = a, *y = b;
    int32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] > y[i] ? x[i] : y[i];
}

CN_TILE_FUNCTION(minimum_i32)
{
    const int32_t *x = a, *y = b;
    int32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] < y[i] ? x[i] : y[i];
}

/* Python's quotient, rounded down; by zero it is 0, as in NumPy. It is exact in double, and
 * -2^31 / -1 wraps. */
static inline int32_t floor_quotient(int32_t x, int32_t y)
{
    double quotient = floor((double)x / (double)(y == 0 ? 1 : y));
    return y == 0 ? 0 : (int32_t)(quotient > 2147483647.0 ? -2147483648.0 : quotient);
}

CN_TILE_FUNCTION(floor_divide_i32)
{
    const int32_t *x = a, *y = b;
    int32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = floor_quotient(x[i], y[i]);
}

/* The remainder has the divisor's sign; by zero it is 0. */
CN_TILE_FUNCTION(mod_i32)
{
    const int32_t *x = a, *y = b;
    int32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = y[i] == 0 ? 0
                         : (int32_t)((uint32_t)x[i] -
                                     (uint32_t)floor_quotient(x[i], y[i]) * (uint32_t)y[i]);
}

/* Rounds toward zero; beyond int32 the nearest int32, and 0 for NaN. */
static inline int32_t truncated(float x)
{
    float inside = x >= -0x1p31f ? x : -0x1p31f;
    int32_t y = inside < 0x1p31f ? (int32_t)inside : INT32_MAX;
    return x == x ? y : 0;
}

CN_TILE_FUNCTION(i32_from_f32)
{
    const float *x = a;
    int32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = truncated(x[i]);
}

CN_TILE_FUNCTION(f32_from_i32)
{
    const int32_t *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = (float)x[i];
}

CN_TILE_FUNCTION(truth_from_f32)
{
    const float *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] != 0 ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(truth_from_i32)
{
    const int32_t *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] != 0 ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(i32_from_truth)
{
    const float *x = a;
    int32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] != 0 ? 1 : 0;
}

/* Memory of 1 byte for each element; out is other memory then. */
CN_TILE_FUNCTION(i32_load_u8)
{
    const uint8_t *x = a;
    int32_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i];
}

CN_TILE_FUNCTION(truth_load_u8)
{
    const uint8_t *x = a;
    float *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] != 0 ? 1.0f : 0.0f;
}

CN_TILE_FUNCTION(u8_store_i32)
{
    const int32_t *x = a;
    uint8_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = (uint8_t)x[i];
}

CN_TILE_FUNCTION(u8_store_truth)
{
    const float *x = a;
    uint8_t *z = out;
    CN_INDEPENDENT_SHORT
    for (int64_t i = 0; i < n; i++)
        z[i] = x[i] != 0 ? 1 : 0;
}
