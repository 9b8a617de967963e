/* Images moved by a matrix each, and the gradient: for every cell of the result, the place in the
 * image that it comes from, and the cells around that place with their weights. */
#include <math.h>
#include <string.h>

#include "kernels/native/isa/isa.h"
#include "runtime/threads.h"

enum { MOST_TAPS = 4, THREAD_ELEMENTS = 1 << 13 /* worth a thread */ };

static const float FARTHEST = 0x1p30f;

/* Cells of an image, counted from its first; -1: outside. */
typedef struct taps {
    int64_t n, cell[MOST_TAPS];
    float weight[MOST_TAPS];
} taps;

typedef struct warping {
    const cn_warp *warp;
    const float *in;
    float *out;
} warping;

/* ---- places ---------------------------------------------------------------------------------- */

static int64_t modulo(int64_t i, int64_t n)
{
    const int64_t rest = i % n;
    return rest < 0 ? rest + n : rest;
}

/* Which of n cells stands for cell i of an axis without end; -1: none. */
static int64_t cell_of(cn_fill fill, int64_t i, int64_t n)
{
    if (i >= 0 && i < n)
        return i;
    switch (fill) {
    case CN_FILL_NEAREST: return i < 0 ? 0 : n - 1;
    case CN_FILL_WRAP: return modulo(i, n);
    case CN_FILL_REFLECT: {
        const int64_t place = modulo(i, 2 * n);
        return place < n ? place : 2 * n - 1 - place;
    }
    default: return -1;
    }
}

static float limited(float place)
{
    return place > FARTHEST ? FARTHEST : place >= -FARTHEST ? place : -FARTHEST;
}

static void add_tap(const cn_warp *w, taps *found, int64_t row, int64_t column, float weight)
{
    const int64_t i = cell_of(w->fill, row, w->height), j = cell_of(w->fill, column, w->width);
    found->cell[found->n] = i < 0 || j < 0 ? -1 : i * w->width + j;
    found->weight[found->n++] = weight;
}

/* The cells that y[i,j] is made from; transform is that of its image. */
static taps find_taps(const cn_warp *w, const float *transform, float i, float j)
{
    const float *a = transform, *b = transform + 3, *c = transform + 6;
    const float scale = w->columns == 8 ? 1 / (c[0] * j + c[1] * i + 1) : 1;
    const float row = limited((b[0] * j + b[1] * i + b[2]) * scale),
                column = limited((a[0] * j + a[1] * i + a[2]) * scale);
    taps found = {0};
    if (w->nearest) {
        add_tap(w, &found, (int64_t)roundf(row), (int64_t)roundf(column), 1);
        return found;
    }
    const float top = floorf(row), left = floorf(column), down = row - top, right = column - left;
    const int64_t y = (int64_t)top, x = (int64_t)left;
    add_tap(w, &found, y, x, (1 - down) * (1 - right));
    add_tap(w, &found, y, x + 1, (1 - down) * right);
    add_tap(w, &found, y + 1, x, down * (1 - right));
    add_tap(w, &found, y + 1, x + 1, down * right);
    return found;
}

/* ---- the image ------------------------------------------------------------------------------- */

static void read_cell(const cn_warp *w, const float *image, const taps *from, float *out)
{
    const int64_t channels = w->channels;
    for (int64_t c = 0; c < channels; c++) {
        float sum = 0;
        for (int64_t t = 0; t < from->n; t++)
            sum += from->weight[t] *
                   (from->cell[t] < 0 ? w->value : image[from->cell[t] * channels + c]);
        out[c] = sum;
    }
}

static void warp_rows(void *context, int64_t begin, int64_t end)
{
    const warping *job = context;
    const cn_warp *w = job->warp;
    for (int64_t row = begin; row < end; row++) {
        const int64_t sample = row / w->height, i = row % w->height;
        const float *transform = w->transforms + sample * w->columns,
                    *image = job->in + sample * w->height * w->width * w->channels;
        for (int64_t j = 0; j < w->width; j++) {
            const taps from = find_taps(w, transform, (float)i, (float)j);
            read_cell(w, image, &from, job->out + (row * w->width + j) * w->channels);
        }
    }
}

void CN_LOCAL(cn_warp)(const cn_warp *warp, const float *x, float *y)
{
    warping job = {warp, x, y};
    cn_parallel_for(warp->samples * warp->height,
                    THREAD_ELEMENTS / (warp->width * (warp->channels + 4) + 1) + 1, warp_rows,
                    &job);
}

/* ---- the gradient ---------------------------------------------------------------------------- */

static void add_back(const cn_warp *w, float *image, const taps *from, const float *dy)
{
    const int64_t channels = w->channels;
    for (int64_t t = 0; t < from->n; t++)
        for (int64_t c = 0; from->cell[t] >= 0 && c < channels; c++)
            image[from->cell[t] * channels + c] += from->weight[t] * dy[c];
}

/* A whole image at a time, so that every sum has one order. */
static void add_images(void *context, int64_t begin, int64_t end)
{
    const warping *job = context;
    const cn_warp *w = job->warp;
    const int64_t cells = w->height * w->width, size = cells * w->channels;
    for (int64_t sample = begin; sample < end; sample++) {
        const float *transform = w->transforms + sample * w->columns, *dy = job->in + sample * size;
        float *image = job->out + sample * size;
        memset(image, 0, (size_t)size * sizeof *image);
        for (int64_t cell = 0; cell < cells; cell++) {
            const taps from =
                find_taps(w, transform, (float)(cell / w->width), (float)(cell % w->width));
            add_back(w, image, &from, dy + cell * w->channels);
        }
    }
}

void CN_LOCAL(cn_warp_gradient)(const cn_warp *warp, const float *dy, float *dx)
{
    warping job = {warp, dy, dx};
    cn_parallel_for(warp->samples, 1, add_images, &job);
}
