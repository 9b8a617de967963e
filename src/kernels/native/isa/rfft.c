/* Fourier transforms of rows of real numbers, and their adjoint: LANES rows at a time are spread
 * over the lanes of complex ones. */
#include "kernels/native/isa/fft.h"
#include "runtime/threads.h"

enum {
    LANES = CN_FFT_LANES,
    BLOCK = 32, /* numbers of all lanes that stay near while rows are read or written */
    THREAD_ELEMENTS = 1 << 14 /* worth a thread */
};

/* ---- rows ------------------------------------------------------------------------------------ */

typedef struct rows_call {
    const cn_fft *fft;
    const float *x;
    float *re, *im;
    const float *dre, *dim;
    float *dx, *scratch;
    int64_t rows, blocks, parts;
} rows_call;

/* The first row of a block, and how many it has. */
static int64_t block_rows(const rows_call *g, int64_t block, int64_t *first)
{
    *first = block * LANES;
    return g->rows - *first < LANES ? g->rows - *first : LANES;
}

/* Lanes beyond the last row have that row again. */
CN_INLINE const float *lane_of(const float *rows, int64_t n, int64_t lane, int64_t count)
{
    return rows + (lane < count ? lane : count - 1) * n;
}

static int64_t block_end(int64_t begin, int64_t n)
{
    return n - begin < BLOCK ? n : begin + BLOCK;
}

static void take_numbers(const cn_fft *fft, const float *rows, int64_t count, cn_planes z)
{
    const int64_t step = fft->halves != NULL ? 2 : 1;
    for (int64_t begin = 0; begin < fft->length; begin += BLOCK)
        for (int64_t lane = 0; lane < LANES; lane++) {
            const float *row = lane_of(rows, fft->n, lane, count);
            const int64_t end = block_end(begin, fft->length);
            for (int64_t t = begin; t < end; t++) {
                z.re[t * LANES + lane] = row[t * step];
                z.im[t * LANES + lane] = step == 2 ? row[t * step + 1] : 0;
            }
        }
}

/* Of z = even + i odd numbers: number k is E + e^(-2 pi i k / n) O, with 2 E = Z[k] + conj Z[-k]
 * and 2 i O = Z[k] - conj Z[-k]. */
static void part_halves(const cn_fft *fft, cn_planes z, int64_t k, float *restrict re,
                        float *restrict im)
{
    const int64_t one = k % fft->length * LANES, other = (fft->length - k) % fft->length * LANES;
    const float *ar = z.re + one, *ai = z.im + one, *br = z.re + other, *bi = z.im + other;
    const float r = fft->halves[2 * k], i = fft->halves[2 * k + 1];
    for (int64_t lane = 0; lane < LANES; lane++) {
        const float even_r = 0.5f * (ar[lane] + br[lane]), even_i = 0.5f * (ai[lane] - bi[lane]);
        const float odd_r = 0.5f * (ai[lane] + bi[lane]), odd_i = 0.5f * (br[lane] - ar[lane]);
        re[lane] = even_r + r * odd_r - i * odd_i;
        im[lane] = even_i + r * odd_i + i * odd_r;
    }
}

/* Numbers begin .. end-1 of all lanes, [.., LANES], become a part of each row. */
static void give_block(const float *from, int64_t begin, int64_t end, int64_t bins, int64_t count,
                       float *rows)
{
    for (int64_t lane = 0; lane < count; lane++)
        for (int64_t k = begin; k < end; k++)
            rows[lane * bins + k] = from[(k - begin) * LANES + lane];
}

static void give_spectrum(const cn_fft *fft, cn_planes z, int64_t count, float *re, float *im)
{
    const int64_t bins = cn_fft_bins(fft->n);
    for (int64_t begin = 0; begin < bins; begin += BLOCK) {
        float r[BLOCK * LANES], i[BLOCK * LANES];
        const int64_t end = block_end(begin, bins);
        for (int64_t k = begin; fft->halves != NULL && k < end; k++)
            part_halves(fft, z, k, r + (k - begin) * LANES, i + (k - begin) * LANES);
        const bool parted = fft->halves != NULL;
        give_block(parted ? r : z.re + begin * LANES, begin, end, bins, count, re);
        give_block(parted ? i : z.im + begin * LANES, begin, end, bins, count, im);
    }
}

/* The adjoint of part_halves, where number 0 and that of half the length have real parts alone. */
static void take_halves(const cn_fft *fft, const float *re, const float *im, int64_t count,
                        cn_planes z)
{
    const int64_t length = fft->length, bins = length + 1;
    for (int64_t begin = 0; begin < length; begin += BLOCK)
        for (int64_t lane = 0; lane < LANES; lane++) {
            const float *a = lane_of(re, bins, lane, count), *b = lane_of(im, bins, lane, count);
            const int64_t end = block_end(begin, length);
            for (int64_t k = begin; k < end; k++) {
                const float r = fft->halves[2 * k], i = fft->halves[2 * k + 1];
                const float ar = k == 0 ? 2 * a[0] : a[k], ai = k == 0 ? 0 : b[k];
                const float br = k == 0 ? 2 * a[length] : a[length - k],
                            bi = k == 0 ? 0 : -b[length - k];
                const float less_r = 0.5f * (ar - br), less_i = 0.5f * (ai - bi);
                z.re[k * LANES + lane] = 0.5f * (ar + br) - (less_i * r - less_r * i);
                z.im[k * LANES + lane] = 0.5f * (ai + bi) + (less_r * r + less_i * i);
            }
        }
}

static void take_spectrum(const cn_fft *fft, const float *re, const float *im, int64_t count,
                          cn_planes z)
{
    const int64_t bins = cn_fft_bins(fft->n);
    for (int64_t i = bins * LANES; i < fft->length * LANES; i++)
        z.re[i] = z.im[i] = 0;
    for (int64_t lane = 0; lane < LANES; lane++) {
        const float *a = lane_of(re, bins, lane, count), *b = lane_of(im, bins, lane, count);
        for (int64_t k = 0; k < bins; k++) {
            z.re[k * LANES + lane] = a[k];
            z.im[k * LANES + lane] = b[k];
        }
    }
}

static void give_numbers(const cn_fft *fft, cn_planes z, int64_t count, float *rows)
{
    const int64_t step = fft->halves != NULL ? 2 : 1;
    for (int64_t begin = 0; begin < fft->length; begin += BLOCK)
        for (int64_t lane = 0; lane < count; lane++) {
            float *row = rows + lane * fft->n;
            const int64_t end = block_end(begin, fft->length);
            for (int64_t t = begin; t < end; t++) {
                row[t * step] = z.re[t * LANES + lane];
                if (step == 2)
                    row[t * step + 1] = z.im[t * LANES + lane];
            }
        }
}

/* ---- the two kernels ------------------------------------------------------------------------- */

static void transform_block(const rows_call *g, int64_t block, cn_planes x, cn_planes y)
{
    int64_t first;
    const int64_t count = block_rows(g, block, &first), n = g->fft->n, bins = cn_fft_bins(n);
    if (g->x != NULL) {
        take_numbers(g->fft, g->x + first * n, count, x);
        CN_LOCAL(cn_transform)(g->fft, &x, &y);
        give_spectrum(g->fft, x, count, g->re + first * bins, g->im + first * bins);
        return;
    }
    const float *re = g->dre + first * bins, *im = g->dim + first * bins;
    (g->fft->halves != NULL ? take_halves : take_spectrum)(g->fft, re, im, count, x);
    cn_planes back = cn_exchanged(x), room = cn_exchanged(y);
    CN_LOCAL(cn_transform)(g->fft, &back, &room);
    give_numbers(g->fft, cn_exchanged(back), count, g->dx + first * n);
}

static void transform_parts(void *context, int64_t begin, int64_t end)
{
    const rows_call *g = context;
    const int64_t plane = g->fft->size * LANES;
    for (int64_t part = begin; part < end; part++) {
        float *at = g->scratch + 4 * plane * part;
        const cn_planes x = {at, at + plane}, y = {at + 2 * plane, at + 3 * plane};
        const int64_t last = g->blocks * (part + 1) / g->parts;
        for (int64_t block = g->blocks * part / g->parts; block < last; block++)
            transform_block(g, block, x, y);
    }
}

static void transform_rows(rows_call *g)
{
    g->blocks = (g->rows + LANES - 1) / LANES;
    g->parts = g->blocks < CN_FFT_PARTS ? g->blocks : CN_FFT_PARTS;
    const int64_t elements = g->fft->n * (g->rows / (g->parts + 1) + 1);
    cn_parallel_for(g->parts, THREAD_ELEMENTS / elements + 1, transform_parts, g);
}

void CN_LOCAL(cn_rfft)(const cn_fft *fft, const float *x, float *re, float *im, int64_t rows,
                       float *scratch)
{
    rows_call g = {.fft = fft, .x = x, .re = re, .im = im, .rows = rows, .scratch = scratch};
    transform_rows(&g);
}

void CN_LOCAL(cn_rfft_gradient)(const cn_fft *fft, const float *dre, const float *dim, float *dx,
                                int64_t rows, float *scratch)
{
    rows_call g = {.fft = fft, .dre = dre, .dim = dim, .dx = dx, .rows = rows, .scratch = scratch};
    transform_rows(&g);
}
