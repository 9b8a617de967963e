/* Functions of one float, branch-free, so that a loop over them is vectorized. Errors are in
 * units in the last place, measured over every float. Results that are denormal are kept. */
#ifndef CORNU_KERNELS_NATIVE_MATH_H
#define CORNU_KERNELS_NATIVE_MATH_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t cn_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float cn_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* |x| with the sign of y. */
static inline float cn_with_sign(float x, float y)
{
    return cn_float((cn_bits(x) & 0x7FFFFFFFu) | (cn_bits(y) & 0x80000000u));
}

/* The larger and the smaller; NaN if there is one. */
static inline float cn_larger(float x, float y)
{
    const float larger = x > y ? x : y; /* y if either is NaN */
    return x == x ? larger : x;
}

static inline float cn_smaller(float x, float y)
{
    const float smaller = x < y ? x : y;
    return x == x ? smaller : x;
}

/* 1.5 * 2^23: adding it rounds to an integer, which then stands in the low bits. */
#define CN_ROUNDER 12582912.0f

/* 2^n for n in -126 .. 127. */
static inline float cn_power_of_2(int32_t n)
{
    return cn_float((uint32_t)(n + 127) << 23);
}

/* x = n ln 2 + r with |r| <= ln 2 / 2, for |x| < 2^21. */
typedef struct cn_exp_parts {
    int32_t n;
    float r;
} cn_exp_parts;

static inline cn_exp_parts cn_exp_split(float x)
{
    float shifted = x * 1.44269504f + CN_ROUNDER;
    float n = shifted - CN_ROUNDER;
    float r = x - n * 0x1.62e400p-1f; /* exact: the constant has few bits */
    return (cn_exp_parts){(int32_t)(cn_bits(shifted) - cn_bits(CN_ROUNDER)),
                          r - n * 0x1.7f7d1cp-20f};
}

/* (e^r - 1 - r) / r^2 for |r| <= 0.35. */
static inline float cn_exp_rest(float r)
{
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    return p * r + 5.0000001201e-1f;
}

/* Beyond the bounds the result is 0 or infinite anyway; NaN passes both comparisons. The scale
 * has two factors because 2^128 and 2^-150 are no floats. */
static inline float cn_expf(float x)
{
    x = x > 89.0f ? 89.0f : x;
    x = x < -105.0f ? -105.0f : x;
    cn_exp_parts parts = cn_exp_split(x);
    float y = parts.r * parts.r * cn_exp_rest(parts.r) + parts.r + 1.0f;
    int32_t half = parts.n >> 1;
    return y * cn_power_of_2(half) * cn_power_of_2(parts.n - half);
}

/* e^x - 1 = 2^n (e^r - 1) + (2^n - 1), with 2^(n-1) because 2^128 is no float. */
static inline float cn_expm1f(float x)
{
    float bounded = x > 89.0f ? 89.0f : x;
    bounded = bounded < -20.0f ? -20.0f : bounded;
    cn_exp_parts parts = cn_exp_split(bounded);
    float y = parts.r * parts.r * cn_exp_rest(parts.r) + parts.r;
    float half_scale = cn_power_of_2(parts.n - 1);
    float result = 2.0f * (half_scale * y + (half_scale - 0.5f));
    return x == 0 ? x : result;
}

/* t = e^(-2|x|) - 1 never overflows; tanh |x| = -t / (2 + t). */
static inline float cn_tanhf(float x)
{
    float t = cn_expm1f(-2.0f * fabsf(x));
    return cn_with_sign(t / (2.0f + t), x);
}

/* 1 / (1 + e^-x) = e^x / (1 + e^x): that of the two whose power is at most 1. */
static inline float cn_sigmoidf(float x)
{
    float power = cn_expf(-fabsf(x));
    return (x < 0 ? power : 1.0f) / (1.0f + power);
}

/* A sigmoid and a tanh before their division, so that several can share one: the sigmoid's bottom
 * is within 1 .. 2, tanh's too. Powers of at most 1 need no bound above, and below 2^-126 are as
 * good as 0. */
typedef struct cn_fraction {
    float top, bottom;
} cn_fraction;

static inline cn_fraction cn_sigmoid_parts(float x)
{
    float bounded = -fabsf(x);
    bounded = bounded < -87.0f ? -87.0f : bounded;
    cn_exp_parts parts = cn_exp_split(bounded);
    float y = parts.r * parts.r * cn_exp_rest(parts.r) + parts.r + 1.0f;
    float power = y * cn_power_of_2(parts.n);
    return (cn_fraction){x < 0 ? power : 1.0f, 1.0f + power};
}

static inline cn_fraction cn_tanh_parts(float x)
{
    float bounded = -2.0f * fabsf(x);
    bounded = bounded < -20.0f ? -20.0f : bounded;
    cn_exp_parts parts = cn_exp_split(bounded);
    float y = parts.r * parts.r * cn_exp_rest(parts.r) + parts.r;
    float scale = cn_power_of_2(parts.n);
    float less = scale * y + (scale - 1.0f); /* e^(-2|x|) - 1 */
    return (cn_fraction){cn_with_sign(less, x), 2.0f + less};
}

/* log(1 + f) for 1 + f in sqrt(1/2) .. sqrt(2), after S. Moshier's Cephes. */
static inline float cn_log_near_1(float f)
{
    float p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    return p * f * f * f;
}

/* x = 2^exponent (1 + f), with 1 + f in sqrt(1/2) .. sqrt(2); for finite x > 0, denormal ones
 * too. */
typedef struct cn_log_parts {
    int32_t exponent;
    float f;
} cn_log_parts;

static inline cn_log_parts cn_log_split(float x)
{
    bool denormal = x < 0x1p-126f;
    uint32_t bits = cn_bits(x * (denormal ? 0x1p23f : 1.0f));
    int32_t exponent = (int32_t)(bits - 0x3F3504F3u) >> 23;
    float f = cn_float(bits - ((uint32_t)exponent << 23)) - 1.0f;
    return (cn_log_parts){exponent - (denormal ? 23 : 0), f};
}

/* The logarithm of x from its parts; x outside the floats above 0 gives what C says. */
static inline float cn_log_joined(float x, cn_log_parts parts)
{
    float n = (float)parts.exponent, f = parts.f;
    float y = cn_log_near_1(f) + n * -2.12194440e-4f;
    y = y - 0.5f * f * f + f + n * 0.693359375f;
    y = x == 0 ? -INFINITY : y;
    y = x < 0 ? NAN : y;
    return x < INFINITY ? y : x; /* NaN and infinity stay */
}

static inline float cn_logf(float x)
{
    return cn_log_joined(x, cn_log_split(x));
}

/* log(1 + x): what 1 + x loses in rounding is added to f. From 2^25 on the 1 is lost anyway. */
static inline float cn_log1pf(float x)
{
    float sum = 1.0f + x;
    float rest = sum < 0x1p25f ? x - (sum - 1.0f) : 0;
    cn_log_parts parts = cn_log_split(sum);
    parts.f += rest * cn_power_of_2(parts.exponent < 127 ? -parts.exponent : 0);
    return x == 0 ? x : cn_log_joined(sum, parts);
}

/* log(1 + e^x) = max(x, 0) + log(1 + e^-|x|): 1 + e^-|x| in 1 .. 2 is halved if it is above
 * sqrt(2). */
static inline float cn_softplusf(float x)
{
    float power = cn_expf(-fabsf(x));
    bool above = power > 0.41421356f;
    float f = above ? 0.5f * (power - 1.0f) : power;
    float y = cn_log_near_1(f) - 0.5f * f * f + f + (above ? 0.69314718f : 0);
    return (x < 0 ? 0 : x) + y;
}

/* Small: x plus an odd polynomial. Large: 1 - e^p(|x|). After N. Juffa. */
static inline float cn_erff(float x)
{
    float t = fabsf(x), s = x * x;
    float small = -5.96761703e-4f;
    small = small * s + 4.99119423e-3f;
    small = small * s - 2.67681349e-2f;
    small = small * s + 1.12819925e-1f;
    small = small * s - 3.76125336e-1f;
    small = small * s + 1.28379166e-1f;
    small = small * x + x;
    t = t > 4.0f ? 4.0f : t;
    float large = -1.72853470e-5f;
    large = large * t + 3.83197126e-4f;
    large = large * t - 3.88396438e-3f;
    large = large * t + 2.42546219e-2f;
    large = large * t - 1.06777877e-1f;
    large = large * t - 6.34846687e-1f;
    large = large * t - 1.28717512e-1f;
    large = large * t - t;
    large = cn_with_sign(1.0f - cn_expf(large), x);
    return t > 0.927734375f ? large : small;
}

/* ---- rounding -------------------------------------------------------------------------------- */

/* From 2^23 on every float is an integer. */
static inline bool cn_has_fraction(float x)
{
    return fabsf(x) < 0x1p23f;
}

static inline float cn_roundf(float x)
{
    float magnitude = (fabsf(x) + 0x1p23f) - 0x1p23f;
    return cn_has_fraction(x) ? cn_with_sign(magnitude, x) : x;
}

static inline float cn_floorf(float x)
{
#if defined __SSE2__ && !defined __SSE4_1__
    float rounded = cn_roundf(x);
    float lower = rounded > x ? rounded - 1.0f : rounded;
    return cn_has_fraction(x) ? cn_with_sign(lower, x) : x;
#else
    return floorf(x);
#endif
}

static inline float cn_ceilf(float x)
{
    return -cn_floorf(-x);
}

/* ---- sine and cosine ------------------------------------------------------------------------- */

/* The bound for which the reduction below is exact enough. */
#define CN_SIN_BOUND 0x1p20f

/* sin(x + quarters * pi / 2) for |x| < CN_SIN_BOUND. The reduction x = k pi/2 + r is made in
 * double. */
static inline float cn_sin_shifted(float x, uint32_t quarters)
{
    double shifted = (double)x * 0x1.45f306dc9c883p-1 + 0x1.8p52;
    double k = shifted - 0x1.8p52;
    float r = (float)(((double)x - k * 0x1.921fb544p+0) - k * 0x1.0b4611a626331p-34);
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    uint32_t quarter = (uint32_t)bits + quarters;
    float s = r * r;
    float sine = ((-1.9515295891e-4f * s + 8.3321608736e-3f) * s - 1.6666654611e-1f) * s * r + r;
    float cosine =
        ((2.443315711809948e-5f * s - 1.388731625493765e-3f) * s + 4.166664568298827e-2f) * s * s -
        0.5f * s + 1.0f;
    float y = (quarter & 1) != 0 ? cosine : sine;
    return cn_float(cn_bits(y) ^ (quarter & 2) << 30);
}

static inline float cn_sinf(float x)
{
    return cn_sin_shifted(x, 0);
}

static inline float cn_cosf(float x)
{
    return cn_sin_shifted(x, 1);
}

/* ---- power ----------------------------------------------------------------------------------- */

/* log2 x for finite x > 0, in double, with an error below 2^-40. */
static inline double cn_log2_positive(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint64_t above = (bits - 0x3FE6A09E667F3BCDu) >> 52 << 52; /* 2^52 times the exponent of 2 */
    bits -= above;
    double mantissa;
    memcpy(&mantissa, &bits, sizeof mantissa);
    bits = 0x4338000000000000u + (uint64_t)((int64_t)above >> 52); /* 1.5 * 2^52 + exponent */
    double exponent;
    memcpy(&exponent, &bits, sizeof exponent);
    double s = (mantissa - 1) / (mantissa + 1), z = s * s;
    double p = 2.0 / 15;
    p = p * z + 2.0 / 13;
    p = p * z + 2.0 / 11;
    p = p * z + 2.0 / 9;
    p = p * z + 2.0 / 7;
    p = p * z + 2.0 / 5;
    p = p * z + 2.0 / 3;
    return (exponent - 0x1.8p52) + (p * z * s + 2 * s) * 1.4426950408889634;
}

/* 2^t for |t| <= 1000, in double, with an error below 2^-30. */
static inline double cn_exp2_bounded(double t)
{
    double shifted = t + 0x1.8p52;
    double r = (t - (shifted - 0x1.8p52)) * 0.69314718055994531;
    double p = 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = p * r + 0.5;
    p = p * r + 1;
    p = p * r + 1;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023) << 52;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    return p * scale;
}

/* x^y as in C: also for zeros, infinities, NaN, and negative x. */
static inline float cn_powf(float x, float y)
{
    float base = fabsf(x);
    double log2 = cn_log2_positive((double)base);
    log2 = base == 0 ? -HUGE_VAL : log2;
    log2 = base == INFINITY ? HUGE_VAL : log2;
    double t = (double)y * log2;
    t = t > 1000 ? 1000 : t;
    t = t < -1000 ? -1000 : t;
    float result = (float)cn_exp2_bounded(t);
    result = base == 1 ? 1.0f : result;
    float half = 0.5f * y;
    bool integer = cn_floorf(y) == y, odd = integer & (cn_floorf(half) != half);
    result = odd ? cn_with_sign(result, x) : result;
    result = ((x < 0) & (base < INFINITY) & !integer) ? NAN : result;
    result = x == x ? result : x;
    result = y == y ? result : y;
    return ((y == 0) | (x == 1)) ? 1.0f : result;
}

#endif
