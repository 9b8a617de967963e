/* The tables of Fourier transforms, worked out in double. */
#include "kernels/native/fft.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

static bool is_power_of_two(int64_t n)
{
    return (n & (n - 1)) == 0;
}

static int64_t length_of(int64_t n)
{
    return n % 2 == 0 ? n / 2 : n;
}

/* The length itself, or the first power of two in which a convolution with 2 length - 1 numbers
 * fits. */
static int64_t size_of(int64_t length)
{
    int64_t size = 1;
    while (size < 2 * length - 1)
        size *= 2;
    return is_power_of_two(length) ? length : size;
}

size_t cn_fft_scratch(int64_t n)
{
    /* two buffers of pairs, and a row of each lane */
    return CN_FFT_PARTS * CN_FFT_LANES * 4 * (size_t)size_of(length_of(n)) * sizeof(float);
}

/* e^(-2 pi i k step / n) for k < count; the angle is that of the remainder, so that it stays
 * exact. */
static float *roots_of(int64_t n, int64_t count, cn_arena *arena)
{
    float *roots = cn_arena_allocate(arena, 2 * (size_t)count * sizeof *roots);
    for (int64_t k = 0; roots != NULL && k < count; k++) {
        const double angle = -2 * pi * (double)k / (double)n;
        roots[2 * k] = (float)cos(angle);
        roots[2 * k + 1] = (float)sin(angle);
    }
    return roots;
}

static double chirp_angle(int64_t k, int64_t length)
{
    return -pi * (double)(k * k % (2 * length)) / (double)length;
}

static float *chirp_of(int64_t length, cn_arena *arena)
{
    float *chirp = cn_arena_allocate(arena, 2 * (size_t)length * sizeof *chirp);
    for (int64_t k = 0; chirp != NULL && k < length; k++) {
        chirp[2 * k] = (float)cos(chirp_angle(k, length));
        chirp[2 * k + 1] = (float)sin(chirp_angle(k, length));
    }
    return chirp;
}

/* ---- a transform in double ------------------------------------------------------------------- */

static void exchange(double *x, int64_t a, int64_t b)
{
    for (int64_t part = 0; part < 2; part++) {
        const double kept = x[2 * a + part];
        x[2 * a + part] = x[2 * b + part];
        x[2 * b + part] = kept;
    }
}

static void reverse_bits(double *x, int64_t n)
{
    for (int64_t i = 1, j = 0; i < n; i++) {
        int64_t bit = n / 2;
        for (; j & bit; bit /= 2)
            j ^= bit;
        j ^= bit;
        if (i < j)
            exchange(x, i, j);
    }
}

/* x[n] pairs, in place. n is a power of two. */
static void transform(double *x, int64_t n)
{
    reverse_bits(x, n);
    for (int64_t half = 1; half < n; half *= 2)
        for (int64_t i = 0; i < n; i++) {
            if (i & half)
                continue;
            double *a = x + 2 * i, *b = a + 2 * half;
            const double angle = -pi * (double)(i % half) / (double)half;
            const double real = b[0] * cos(angle) - b[1] * sin(angle);
            const double imaginary = b[0] * sin(angle) + b[1] * cos(angle);
            b[0] = a[0] - real, b[1] = a[1] - imaginary;
            a[0] += real, a[1] += imaginary;
        }
}

static float *chirp_powers_of(int64_t length, int64_t size, cn_arena *arena)
{
    cn_arena memory = {0};
    double *x = cn_arena_allocate(&memory, 2 * (size_t)size * sizeof *x);
    float *powers = cn_arena_allocate(arena, 2 * (size_t)size * sizeof *powers);
    for (int64_t k = 1 - length; x != NULL && k < length; k++) {
        double *pair = x + 2 * (k < 0 ? k + size : k);
        pair[0] = cos(chirp_angle(k, length));
        pair[1] = -sin(chirp_angle(k, length));
    }
    if (x != NULL)
        transform(x, size);
    for (int64_t i = 0; x != NULL && powers != NULL && i < 2 * size; i++)
        powers[i] = (float)(x[i] / (double)size);
    const bool made = x != NULL;
    cn_arena_free(&memory);
    return made ? powers : NULL;
}

/* ---- all of it ------------------------------------------------------------------------------- */

cn_status cn_fft_prepare(int64_t n, cn_arena *arena, cn_fft *fft)
{
    const int64_t length = length_of(n), size = size_of(length);
    *fft = (cn_fft){.n = n, .length = length, .size = size};
    fft->roots = roots_of(size, size, arena);
    CN_CHECK_MEMORY(fft->roots);
    if (n % 2 == 0) {
        fft->halves = roots_of(n, length + 1, arena);
        CN_CHECK_MEMORY(fft->halves);
    }
    if (size == length)
        return CN_OK;
    fft->chirp = chirp_of(length, arena);
    fft->chirp_powers = chirp_powers_of(length, size, arena);
    CN_CHECK_MEMORY(fft->chirp);
    CN_CHECK_MEMORY(fft->chirp_powers);
    return CN_OK;
}
