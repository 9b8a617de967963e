/* Sums over the rows of [R,C] of one array and of its products with another, in one pass over
 * memory: mean and variance of columns, and what their gradients need. */
#include "kernels/native/isa/reduce.h"
#include "runtime/threads.h"

enum {
    PARTS = 16,               /* that long columns are cut into, however many threads there are */
    THREAD_ELEMENTS = 1 << 17 /* worth cutting */
};

/* A chunk of at most CN_MOST_COLUMNS columns. Narrow rows are joined to wide ones of `width`
 * elements, so that loops are long enough for vectors. */
struct sums {
    const float *a, *b; /* where the chunk begins; b is a for moments */
    int64_t rows, a_stride, b_stride, width;
    float shift[CN_MOST_COLUMNS];
    double sum[PARTS][CN_MOST_COLUMNS], product[PARTS][CN_MOST_COLUMNS];
    int64_t parts;
    bool moments;
};

/* Four rows: sum += a - shift, product += (a - shift) (b - shift), or without shift. */
CN_INLINE void add_4_rows(bool moments, float *restrict sum, float *restrict product,
                          const float *restrict shift, const float *restrict a,
                          const float *restrict b, int64_t a_row, int64_t b_row, int64_t n)
{
    const float *restrict a1 = a + a_row, *restrict a2 = a1 + a_row, *restrict a3 = a2 + a_row;
    const float *restrict b1 = b + b_row, *restrict b2 = b1 + b_row, *restrict b3 = b2 + b_row;
    for (int64_t j = 0; j < n; j++) {
        const float s = moments ? shift[j] : 0;
        const float x0 = moments ? a[j] - s : a[j], x1 = moments ? a1[j] - s : a1[j];
        const float x2 = moments ? a2[j] - s : a2[j], x3 = moments ? a3[j] - s : a3[j];
        const float y0 = moments ? x0 : b[j], y1 = moments ? x1 : b1[j];
        const float y2 = moments ? x2 : b2[j], y3 = moments ? x3 : b3[j];
        sum[j] += (x0 + x1) + (x2 + x3);
        product[j] += (x0 * y0 + x1 * y1) + (x2 * y2 + x3 * y3);
    }
}

CN_INLINE void add_row(bool moments, float *restrict sum, float *restrict product,
                       const float *restrict shift, const float *restrict a,
                       const float *restrict b, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        const float x = moments ? a[j] - shift[j] : a[j], y = moments ? x : b[j];
        sum[j] += x;
        product[j] += x * y;
    }
}

/* Blocks of rows are added in float, and the blocks' sums in double. */
CN_INLINE void add_rows(bool moments, struct sums *g, int64_t part, int64_t begin, int64_t end)
{
    const int64_t n = g->width, a_row = g->a_stride, b_row = g->b_stride;
    double *restrict total = g->sum[part], *restrict products = g->product[part];
    for (int64_t j = 0; j < n; j++)
        total[j] = products[j] = 0;
    for (int64_t block = begin; block < end; block += CN_REDUCE_BLOCK) {
        const int64_t last = end - block < CN_REDUCE_BLOCK ? end : block + CN_REDUCE_BLOCK;
        float sum[CN_MOST_COLUMNS] = {0}, product[CN_MOST_COLUMNS] = {0};
        int64_t r = block;
        for (; r + 4 <= last; r += 4)
            add_4_rows(moments, sum, product, g->shift, g->a + r * a_row, g->b + r * b_row, a_row,
                       b_row, n);
        for (; r < last; r++)
            add_row(moments, sum, product, g->shift, g->a + r * a_row, g->b + r * b_row, n);
        for (int64_t j = 0; j < n; j++) {
            total[j] += (double)sum[j];
            products[j] += (double)product[j];
        }
    }
}

static void add_parts(void *context, int64_t begin, int64_t end)
{
    struct sums *g = context;
    for (int64_t part = begin; part < end; part++) {
        const int64_t first = g->rows * part / g->parts, last = g->rows * (part + 1) / g->parts;
        if (g->moments)
            add_rows(true, g, part, first, last);
        else
            add_rows(false, g, part, first, last);
    }
}

/* Adds up parts and the joined rows: sum[0][c] and product[0][c] of c < n, and the `left` single
 * rows behind the wide ones. */
static void join(struct sums *g, int64_t n, int64_t left)
{
    double *sum = g->sum[0], *product = g->product[0];
    for (int64_t part = 1; part < g->parts; part++)
        for (int64_t j = 0; j < g->width; j++) {
            sum[j] += g->sum[part][j];
            product[j] += g->product[part][j];
        }
    for (int64_t j = n; j < g->width; j++) {
        sum[j % n] += sum[j];
        product[j % n] += product[j];
    }
    const float *a = g->a + g->rows * g->a_stride, *b = g->b + g->rows * g->b_stride;
    for (int64_t i = 0; i < left * n; i++) {
        const double shift = g->moments ? (double)g->shift[i % n] : 0, x = (double)a[i] - shift;
        sum[i % n] += x;
        product[i % n] += x * ((double)b[i] - shift);
    }
}

/* n columns from those on where a and b begin, whose rows begin so many floats apart. */
static void add_columns(struct sums *g, bool moments, const float *a, int64_t a_row, const float *b,
                        int64_t b_row, int64_t rows, int64_t n)
{
    const bool narrow = n == a_row && n == b_row && 2 * n <= CN_REDUCE_LANES;
    const int64_t together = narrow ? CN_REDUCE_LANES / n : 1;
    g->a = a, g->b = b;
    g->moments = moments;
    g->rows = rows / together, g->width = n * together;
    g->a_stride = a_row * together, g->b_stride = b_row * together;
    for (int64_t j = 0; j < g->width; j++)
        g->shift[j] = moments && rows > 0 ? g->a[j % n] : 0;
    g->parts = g->rows >= PARTS && rows * n >= THREAD_ELEMENTS ? PARTS : 1;
    cn_parallel_for(g->parts, 1, add_parts, g);
    join(g, n, rows % together);
}

/* Squares are taken of the distance to the first row, which is not far from the mean: so that
 * little is lost when the square of the mean is subtracted. */
void CN_LOCAL(cn_moments)(const float *x, int64_t x_row, float *mean, float *variance, int64_t rows,
                          int64_t columns)
{
    struct sums g;
    for (int64_t first = 0; first < columns; first += CN_MOST_COLUMNS) {
        const int64_t rest = columns - first, n = rest < CN_MOST_COLUMNS ? rest : CN_MOST_COLUMNS;
        add_columns(&g, true, x + first, x_row, x + first, x_row, rows, n);
        for (int64_t j = 0; j < n; j++) {
            const double off = g.sum[0][j] / (double)rows;
            const double square = g.product[0][j] / (double)rows - off * off;
            mean[first + j] = (float)((double)g.shift[j] + off);
            variance[first + j] = square < 0 ? 0 : (float)square;
        }
    }
}

void CN_LOCAL(cn_product_sums)(const float *a, int64_t a_row, const float *b, int64_t b_row,
                               float *sum, float *product, int64_t rows, int64_t columns)
{
    struct sums g;
    for (int64_t first = 0; first < columns; first += CN_MOST_COLUMNS) {
        const int64_t rest = columns - first, n = rest < CN_MOST_COLUMNS ? rest : CN_MOST_COLUMNS;
        add_columns(&g, false, a + first, a_row, b + first, b_row, rows, n);
        for (int64_t j = 0; j < n; j++) {
            sum[first + j] = (float)g.sum[0][j];
            product[first + j] = (float)g.product[0][j];
        }
    }
}
