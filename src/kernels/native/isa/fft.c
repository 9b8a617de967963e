/* Fourier transforms of complex numbers, of several rows together: each step of the loops works on
 * the same place of all of them. */
#include "kernels/native/isa/fft.h"

enum { LANES = CN_FFT_LANES };

/* ---- one transform of size numbers ----------------------------------------------------------- */

/* Four parts of x, which lie apart, become four of y, each n floats: sums, turned by the roots. */
CN_INLINE void join_4(const float *restrict xr, const float *restrict xi, int64_t apart,
                      float *restrict yr, float *restrict yi, int64_t n, const float *roots,
                      int64_t step)
{
    const float r1 = roots[2 * step], i1 = roots[2 * step + 1], r2 = roots[4 * step],
                i2 = roots[4 * step + 1], r3 = roots[6 * step], i3 = roots[6 * step + 1];
    CN_INDEPENDENT
    for (int64_t i = 0; i < n; i++) {
        const float ar = xr[i], br = xr[i + apart], cr = xr[i + 2 * apart], dr = xr[i + 3 * apart];
        const float ai = xi[i], bi = xi[i + apart], ci = xi[i + 2 * apart], di = xi[i + 3 * apart];
        const float even_r = ar + cr, even_i = ai + ci, odd_r = br + dr, odd_i = bi + di;
        const float less_r = ar - cr, less_i = ai - ci, turn_r = bi - di, turn_i = dr - br;
        const float one_r = less_r + turn_r, one_i = less_i + turn_i, two_r = even_r - odd_r,
                    two_i = even_i - odd_i, three_r = less_r - turn_r, three_i = less_i - turn_i;
        yr[i] = even_r + odd_r;
        yi[i] = even_i + odd_i;
        yr[i + n] = one_r * r1 - one_i * i1;
        yi[i + n] = one_r * i1 + one_i * r1;
        yr[i + 2 * n] = two_r * r2 - two_i * i2;
        yi[i + 2 * n] = two_r * i2 + two_i * r2;
        yr[i + 3 * n] = three_r * r3 - three_i * i3;
        yi[i + 3 * n] = three_r * i3 + three_i * r3;
    }
}

/* A pass of Stockham's transform, which needs no order of bits: `done` numbers lie together, size /
 * done / 4 times. */
static void pass_4(const cn_fft *fft, cn_planes x, cn_planes y, int64_t done)
{
    const int64_t quarter = fft->size / done / 4, n = done * LANES;
    for (int64_t p = 0; p < quarter; p++) {
        const float *xr = x.re + p * n, *xi = x.im + p * n;
        float *yr = y.re + 4 * p * n, *yi = y.im + 4 * p * n;
        if (done == 1)
            join_4(xr, xi, quarter * n, yr, yi, LANES, fft->roots, p);
        else
            join_4(xr, xi, quarter * n, yr, yi, n, fft->roots, p * done);
    }
}

static void pass_2(const float *restrict x, float *restrict y, int64_t n)
{
    CN_INDEPENDENT
    for (int64_t i = 0; i < n; i++) {
        y[i] = x[i] + x[i + n];
        y[i + n] = x[i] - x[i + n];
    }
}

/* Of x, with room in y; the result is in one of them, and the room in the other. */
static void transform(const cn_fft *fft, cn_planes *x, cn_planes *y)
{
    int64_t done = 1;
    for (; done * 2 <= fft->size; done *= 4) {
        const cn_planes from = *x;
        if (done * 4 <= fft->size) {
            pass_4(fft, from, *y, done);
        } else {
            pass_2(from.re, y->re, done * LANES);
            pass_2(from.im, y->im, done * LANES);
        }
        *x = *y;
        *y = from;
    }
}

/* ---- of any length --------------------------------------------------------------------------- */

/* Numbers 0 .. n-1 of all lanes, each times its factor. */
static void turn(cn_planes x, const float *factors, int64_t n)
{
    for (int64_t k = 0; k < n; k++) {
        const float r = factors[2 * k], i = factors[2 * k + 1];
        float *restrict re = x.re + k * LANES, *restrict im = x.im + k * LANES;
        CN_INDEPENDENT
        for (int64_t lane = 0; lane < LANES; lane++) {
            const float a = re[lane], b = im[lane];
            re[lane] = a * r - b * i;
            im[lane] = a * i + b * r;
        }
    }
}

static void clear(cn_planes x, int64_t begin, int64_t end)
{
    for (int64_t i = begin * LANES; i < end * LANES; i++)
        x.re[i] = x.im[i] = 0;
}

/* Backwards is forwards with real and imaginary parts exchanged. */
static void transform_back(const cn_fft *fft, cn_planes *x, cn_planes *y)
{
    cn_planes other = cn_exchanged(*x), room = cn_exchanged(*y);
    transform(fft, &other, &room);
    *x = cn_exchanged(other);
    *y = cn_exchanged(room);
}

/* Bluestein: j k = (j^2 + k^2 - (j - k)^2) / 2, so that the sum over j is a convolution. */
void CN_LOCAL(cn_transform)(const cn_fft *fft, cn_planes *x, cn_planes *y)
{
    if (fft->chirp == NULL) {
        transform(fft, x, y);
        return;
    }
    turn(*x, fft->chirp, fft->length);
    clear(*x, fft->length, fft->size);
    transform(fft, x, y);
    turn(*x, fft->chirp_powers, fft->size);
    transform_back(fft, x, y);
    turn(*x, fft->chirp, fft->length);
}
