/* Images moved by a matrix each, and the gradient: for every cell of the result, the place in the
 * image that it comes from, and the cells around that place with their weights. */
#include <math.h>
#include <string.h>

#include "kernels/native/isa/isa.h"
#include "runtime/threads.h"

enum { BLOCK = 64, THREAD_ELEMENTS = 1 << 13 /* worth a thread */ };

static const float FARTHEST = 0x1p30f;

/* Of some cells of the result that lie side by side, the rows and columns around the places they
 * come from (-1: outside), and how far behind the first ones the places are. */
typedef struct block {
    int64_t n;
    int32_t rows[2][BLOCK], columns[2][BLOCK];
    float down[BLOCK], right[BLOCK];
} block;

typedef struct warping {
    const cn_warp *warp;
    const float *in;
    float *out;
} warping;

/* ---- places ---------------------------------------------------------------------------------- */

static int32_t modulo(int32_t i, int32_t n)
{
    const int32_t rest = i % n;
    return rest < 0 ? rest + n : rest;
}

/* Which of n cells stands for cell i outside of them; -1: none. */
static int32_t cell_of(cn_fill fill, int32_t i, int32_t n)
{
    switch (fill) {
    case CN_FILL_NEAREST: return i < 0 ? 0 : n - 1;
    case CN_FILL_WRAP: return modulo(i, n);
    case CN_FILL_REFLECT: {
        const int32_t place = modulo(i, 2 * n);
        return place < n ? place : 2 * n - 1 - place;
    }
    default: return -1;
    }
}

static void bring_inside(cn_fill fill, int32_t *cells, int64_t n, int64_t size)
{
    uint32_t farthest = 0;
    for (int64_t k = 0; k < n; k++)
        farthest = (uint32_t)cells[k] > farthest ? (uint32_t)cells[k] : farthest;
    for (int64_t k = 0; farthest >= size && k < n; k++)
        if ((uint32_t)cells[k] >= size)
            cells[k] = cell_of(fill, cells[k], (int32_t)size);
}

static inline float limited(float place)
{
    return place > FARTHEST ? FARTHEST : place >= -FARTHEST ? place : -FARTHEST;
}

/* The nearest whole number, halves away from 0. */
static inline float rounded(float place)
{
    return truncf(place + copysignf(0x1.fffffep-2f, place));
}

/* The places themselves: of row i, from column j on. */
static void find_places(const cn_warp *w, const float *transform, float i, float j, float *rows,
                        float *columns, int64_t n)
{
    const float *a = transform, *b = transform + 3, *c = transform + 6;
    for (int64_t k = 0; k < n; k++) {
        rows[k] = b[0] * (j + (float)k) + b[1] * i + b[2];
        columns[k] = a[0] * (j + (float)k) + a[1] * i + a[2];
    }
    for (int64_t k = 0; w->columns == 8 && k < n; k++) {
        const float scale = 1 / (c[0] * (j + (float)k) + c[1] * i + 1);
        rows[k] *= scale;
        columns[k] *= scale;
    }
}

static void find_nearest(const cn_warp *w, block *found)
{
    for (int64_t k = 0; k < found->n; k++) {
        found->rows[0][k] = (int32_t)rounded(limited(found->down[k]));
        found->columns[0][k] = (int32_t)rounded(limited(found->right[k]));
    }
    bring_inside(w->fill, found->rows[0], found->n, w->height);
    bring_inside(w->fill, found->columns[0], found->n, w->width);
}

static void find_around(const cn_warp *w, block *found)
{
    for (int64_t k = 0; k < found->n; k++) {
        const float row = limited(found->down[k]), column = limited(found->right[k]);
        const float top = floorf(row), left = floorf(column);
        found->rows[0][k] = (int32_t)top;
        found->rows[1][k] = (int32_t)top + 1;
        found->columns[0][k] = (int32_t)left;
        found->columns[1][k] = (int32_t)left + 1;
        found->down[k] = row - top;
        found->right[k] = column - left;
    }
    for (int i = 0; i < 2; i++) {
        bring_inside(w->fill, found->rows[i], found->n, w->height);
        bring_inside(w->fill, found->columns[i], found->n, w->width);
    }
}

static void find_block(const cn_warp *w, const float *transform, int64_t i, int64_t j, block *found)
{
    found->n = w->width - j < BLOCK ? w->width - j : BLOCK;
    find_places(w, transform, (float)i, (float)j, found->down, found->right, found->n);
    if (w->nearest)
        find_nearest(w, found);
    else
        find_around(w, found);
}

/* The four taps of cell k: where they are in the image, counted in cells (-1: outside), and their
 * weights. */
typedef struct taps {
    int64_t cell[4];
    float weight[4];
} taps;

static inline int64_t cell_at(const block *from, int64_t k, int row, int column, int64_t width)
{
    const int32_t i = from->rows[row][k], j = from->columns[column][k];
    return (i | j) < 0 ? -1 : i * width + j;
}

static inline taps taps_of(const block *from, int64_t k, int64_t width)
{
    const float down = from->down[k], right = from->right[k];
    return (taps){{cell_at(from, k, 0, 0, width), cell_at(from, k, 0, 1, width),
                   cell_at(from, k, 1, 0, width), cell_at(from, k, 1, 1, width)},
                  {(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right}};
}

static inline bool is_inside(const taps *from)
{
    return (from->cell[0] | from->cell[1] | from->cell[2] | from->cell[3]) >= 0;
}

/* ---- the image ------------------------------------------------------------------------------- */

/* One cell, some of whose taps are outside. */
static void read_border(const cn_warp *w, const float *image, const taps *from, float *out)
{
    for (int64_t c = 0; c < w->channels; c++) {
        float sum = 0;
        for (int t = 0; t < 4; t++)
            sum += from->weight[t] *
                   (from->cell[t] < 0 ? w->value : image[from->cell[t] * w->channels + c]);
        out[c] = sum;
    }
}

CN_INLINE void read_inside(const float *restrict image, const taps *from, int64_t channels,
                           float *restrict out)
{
    const float *x[4];
    for (int t = 0; t < 4; t++)
        x[t] = image + from->cell[t] * channels;
    for (int64_t c = 0; c < channels; c++)
        out[c] = from->weight[0] * x[0][c] + from->weight[1] * x[1][c] + from->weight[2] * x[2][c] +
                 from->weight[3] * x[3][c];
}

CN_INLINE void read_around(const cn_warp *w, const float *image, const block *from,
                           int64_t channels, float *out)
{
    for (int64_t k = 0; k < from->n; k++, out += channels) {
        const taps at = taps_of(from, k, w->width);
        if (is_inside(&at))
            read_inside(image, &at, channels, out);
        else
            read_border(w, image, &at, out);
    }
}

static void read_nearest(const cn_warp *w, const float *image, const block *from, float *out)
{
    const int64_t channels = w->channels;
    for (int64_t k = 0; k < from->n; k++, out += channels) {
        const int64_t cell = cell_at(from, k, 0, 0, w->width);
        for (int64_t c = 0; c < channels; c++)
            out[c] = cell < 0 ? w->value : image[cell * channels + c];
    }
}

static void read_cells(const cn_warp *w, const float *image, const block *from, float *out)
{
    if (w->nearest)
        read_nearest(w, image, from, out);
    else if (w->channels == 1)
        read_around(w, image, from, 1, out);
    else if (w->channels == 3)
        read_around(w, image, from, 3, out);
    else
        read_around(w, image, from, w->channels, out);
}

static void warp_rows(void *context, int64_t begin, int64_t end)
{
    const warping *job = context;
    const cn_warp *w = job->warp;
    block from;
    for (int64_t row = begin; row < end; row++) {
        const int64_t sample = row / w->height, i = row % w->height;
        const float *transform = w->transforms + sample * w->columns,
                    *image = job->in + sample * w->height * w->width * w->channels;
        for (int64_t j = 0; j < w->width; j += BLOCK) {
            find_block(w, transform, i, j, &from);
            read_cells(w, image, &from, job->out + (row * w->width + j) * w->channels);
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

CN_INLINE void add_cell(float *image, int64_t cell, float weight, const float *dy, int64_t channels)
{
    for (int64_t c = 0; cell >= 0 && c < channels; c++)
        image[cell * channels + c] += weight * dy[c];
}

CN_INLINE void add_around(const cn_warp *w, float *image, const block *from, int64_t channels,
                          const float *dy)
{
    for (int64_t k = 0; k < from->n; k++, dy += channels) {
        const taps at = taps_of(from, k, w->width);
        for (int t = 0; t < 4; t++)
            add_cell(image, at.cell[t], at.weight[t], dy, channels);
    }
}

static void add_back(const cn_warp *w, float *image, const block *from, const float *dy)
{
    const int64_t channels = w->channels;
    if (w->nearest)
        for (int64_t k = 0; k < from->n; k++)
            add_cell(image, cell_at(from, k, 0, 0, w->width), 1, dy + k * channels, channels);
    else if (channels == 1)
        add_around(w, image, from, 1, dy);
    else if (channels == 3)
        add_around(w, image, from, 3, dy);
    else
        add_around(w, image, from, channels, dy);
}

/* A whole image at a time, so that every sum has one order. */
static void add_images(void *context, int64_t begin, int64_t end)
{
    const warping *job = context;
    const cn_warp *w = job->warp;
    const int64_t size = w->height * w->width * w->channels;
    block from;
    for (int64_t sample = begin; sample < end; sample++) {
        const float *transform = w->transforms + sample * w->columns, *dy = job->in + sample * size;
        float *image = job->out + sample * size;
        memset(image, 0, (size_t)size * sizeof *image);
        for (int64_t i = 0; i < w->height; i++)
            for (int64_t j = 0; j < w->width; j += BLOCK) {
                find_block(w, transform, i, j, &from);
                add_back(w, image, &from, dy + (i * w->width + j) * w->channels);
            }
    }
}

void CN_LOCAL(cn_warp_gradient)(const cn_warp *warp, const float *dy, float *dx)
{
    warping job = {warp, dy, dx};
    cn_parallel_for(warp->samples, 1, add_images, &job);
}
