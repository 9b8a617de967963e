/* Matrix products C[M,N] = op(A)[M,K] op(B)[K,N]. C is made in blocks of a few rows of a strip
 * of columns, which stay in registers while K runs; A and B are read where they lie as long as
 * that is as fast, otherwise from copies on the stack. Each element of C is summed in the same
 * order however the work is cut. */
#include "kernels/native/finish.h"
#include "kernels/native/isa/gemm.h"
#include "runtime/threads.h"

enum {
    STRIP = 2 * CN_GEMM_LANES,             /* columns of a strip of two vectors */
    WIDE_STRIP = 2 * STRIP,                /* and of one for few rows */
    DEPTH = CN_GEMM_LANES > 8 ? 256 : 384, /* most of K at a time: a strip of B then stays in */
    PANEL = 72, /* the first cache, and so many rows of A in the second, beside */
    LEAST_DEPTH = 256,
    CHUNK = 72 * 1024,                       /* a chunk of B, in floats, */
    CACHED = 16 * 1024,                      /* and so much of C beside */
    COPIED_ROWS = CN_GEMM_ROWS > 8 ? 16 : 8, /* a block's, in whole vectors */
    LINE = 16,                               /* floats in a line of a cache */
    PLACES = 64,          /* where a line can lie in the first cache, by its address */
    THREAD_FLOP = 1 << 23 /* work worth a thread: about 50 to 100 microseconds */
};

/* One product, or a part of it. Element (i, p) of op(A) is a[i * a_row + p * a_depth], and (p,
 * j) of op(B) is b[p * b_depth + j * b_column]. */
typedef struct product {
    int64_t m, n, k;
    const float *a, *b;
    int64_t a_row, a_depth, b_depth, b_column;
    const float *const *a_rows; /* NULL, or where each row of K of a transposed A begins */
    int64_t a_block;            /* 0, or how far apart blocks of rows of a copy of op(A) are */
    float *c;
    int64_t ldc;
    bool add;                /* to what is in C */
    const cn_finish *finish; /* what follows; NULL: nothing, or nothing yet */
} product;

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How many pieces of at most most items, and where the i-th of count pieces begins; their
 * lengths differ by one. */
static int64_t count_pieces(int64_t items, int64_t most)
{
    return (items + most - 1) / most;
}

static int64_t piece_begin(int64_t items, int64_t count, int64_t i)
{
    return items / count * i + smaller(i, items % count);
}

/* How many of some rows, so far apart, fall on one place of the first cache. */
static int64_t rows_in_one_place(int64_t rows, int64_t stride)
{
    int64_t places = PLACES;
    for (int64_t lines = stride / LINE; places > 1 && lines % 2 == 0; lines /= 2)
        places /= 2;
    return count_pieces(rows, places);
}

/* ---- op(B), a chunk of columns at a time ----------------------------------------------------- */

/* Columns of the strip that begins at column begin. A wide one leaves room for fewer rows. */
static int64_t strip_width(const product *g, int64_t begin, bool in_place)
{
    const int64_t rest = g->n - begin;
    if (in_place && g->m <= CN_GEMM_ROWS / 2 && rest >= WIDE_STRIP)
        return WIDE_STRIP;
    return cn_gemm_strip_width(rest);
}

/* op(B) is read in place if it lies in rows that do not push each other out of the cache, or is
 * read too seldom to be worth a copy. */
static bool reads_b_in_place(const product *g)
{
    return g->b_column == 1 &&
           (g->m <= 2 * CN_GEMM_ROWS || rows_in_one_place(g->k, g->b_depth) <= 4);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* A block at the edge of C: of the strip's width only columns are inside. */
static void multiply_edge(int64_t rows, int64_t width, int64_t columns, cn_gemm_block run)
{
    float block[CN_GEMM_ROWS * STRIP];
    float *c = run.c;
    const int64_t ldc = run.ldc;
    for (int64_t i = 0; i < rows && run.add; i++)
        cn_copy_few(block + i * width, c + i * ldc, columns);
    run.c = block, run.ldc = width;
    cn_gemm_run(rows, width / CN_GEMM_LANES, &run);
    for (int64_t i = 0; i < rows; i++)
        cn_copy_few(c + i * ldc, block + i * width, columns);
}

/* All rows of one strip, whose part of op(B) is b[K, width] with rows ldb apart. */
static void multiply_strip(const product *g, int64_t begin, int64_t width, const float *b,
                           int64_t ldb)
{
    const int64_t blocks = count_pieces(g->m, CN_GEMM_ROWS), columns = smaller(width, g->n - begin);
    for (int64_t block = 0; block < blocks; block++) {
        const int64_t i = piece_begin(g->m, blocks, block),
                      rows = piece_begin(g->m, blocks, block + 1) - i;
        const cn_gemm_block run = {.k = g->k,
                                   .a = g->a_block > 0 ? g->a + block * g->a_block
                                                       : g->a + i * g->a_row,
                                   .a_row = g->a_row,
                                   .a_depth = g->a_depth,
                                   .b = b,
                                   .ldb = ldb,
                                   .c = g->c + i * g->ldc + begin,
                                   .ldc = g->ldc,
                                   .add = g->add};
        if (columns < width)
            multiply_edge(rows, width, columns, run);
        else
            cn_gemm_run(rows, width / CN_GEMM_LANES, &run);
    }
}

/* copy: of op(B), or NULL. */
static void multiply_strips(const product *g, const float *copy)
{
    float edge[DEPTH * STRIP];
    for (int64_t begin = 0, width; begin < g->n; begin += width) {
        width = strip_width(g, begin, copy == NULL);
        if (copy != NULL) {
            multiply_strip(g, begin, width, copy + begin * g->k, width);
        } else if (begin + width <= g->n) {
            multiply_strip(g, begin, width, g->b + begin, g->b_depth);
        } else {
            cn_gemm_pack(g->b + begin, g->b_depth, 1, g->k, g->n - begin, edge, g->k, 0);
            multiply_strip(g, begin, width, edge, width);
        }
    }
}

/* ---- op(A), a panel of rows at a time -------------------------------------------------------- */

/* Rows begin .. end-1 of a product. */
static product rows_of(const product *g, int64_t begin, int64_t end)
{
    product part = *g;
    part.m = end - begin;
    part.a += begin * g->a_row;
    part.c += begin * g->ldc;
    return part;
}

static product columns_of(const product *g, int64_t begin, int64_t end)
{
    product part = *g;
    part.n = end - begin;
    part.b += begin * g->b_column;
    part.c += begin;
    return part;
}

static product depth_of(const product *g, int64_t begin, int64_t end)
{
    product part = *g;
    part.k = end - begin;
    part.a += begin * g->a_depth;
    part.b += begin * g->b_depth;
    part.add = g->add || begin > 0;
    part.finish = end == g->k ? g->finish : NULL;
    return part;
}

/* Columns of op(A), which lie in one piece, to [blocks, K, CN_GEMM_ROWS], row by row as they lie. A
 * whole vector is copied at a time, where there is one: what it writes behind the block's rows is
 * written again with the next row, or lies between two blocks. */
static void copy_columns(const product *g, int64_t step, float *to)
{
    const int64_t blocks = count_pieces(g->m, CN_GEMM_ROWS);
    int64_t begin[PANEL / CN_GEMM_ROWS + 1], whole = 0;
    for (int64_t block = 0; block <= blocks; block++)
        begin[block] = piece_begin(g->m, blocks, block);
    while (whole < blocks && begin[whole] + COPIED_ROWS <= g->m)
        whole++;
    for (int64_t p = 0; p < g->k; p++) {
        const float *from = g->a_rows == NULL ? g->a + p * g->a_depth : g->a_rows[p] + g->a_row;
        float *row = to + p * CN_GEMM_ROWS;
        for (int64_t i = 0; i < whole; i++)
            memcpy(row + i * step, from + begin[i], COPIED_ROWS * sizeof *row);
        for (int64_t i = whole; i < blocks; i++)
            cn_copy_few(row + i * step, from + begin[i], begin[i + 1] - begin[i]);
    }
}

/* Rows of op(A) to places that do not push each other out of the cache, or columns to such that a
 * block reads in order. Changes g to read the copy. */
static void copy_panel(product *g, float *to)
{
    if (g->a_depth == 1) {
        const int64_t stride = g->k + LINE;
        for (int64_t i = 0; i < g->m; i++)
            memcpy(to + i * stride, g->a + i * g->a_row, (size_t)g->k * sizeof *to);
        g->a_row = stride;
    } else {
        g->a_block = g->k * CN_GEMM_ROWS + LINE;
        copy_columns(g, g->a_block, to);
        g->a_row = 1;
        g->a_depth = CN_GEMM_ROWS;
    }
    g->a = to;
}

/* A is copied if its rows push each other out of the cache and are read for more than two
 * strips. */
static bool copies_a(const product *g)
{
    const int64_t rows = g->a_depth == 1 ? CN_GEMM_ROWS : g->k,
                  stride = g->a_depth == 1 ? g->a_row : g->a_depth;
    return g->n > 2 * STRIP && g->m > CN_GEMM_ROWS &&
           rows_in_one_place(smaller(rows, DEPTH), stride) > 2;
}

static void multiply_copied_panel(product *g, const float *b)
{
    float panel[PANEL * (DEPTH + LINE)] __attribute__((aligned(64)));
    copy_panel(g, panel);
    multiply_strips(g, b);
}

/* b: a copy of op(B), or NULL. Panels are finished while they are in the second cache, all at once
 * if all are. */
static void multiply_panels(const product *g, const float *b)
{
    const bool at_once = g->m * g->n <= CACHED;
    const int64_t panels = count_pieces(g->m, PANEL);
    const bool copies = copies_a(g);
    for (int64_t i = 0; i < panels; i++) {
        product part = rows_of(g, piece_begin(g->m, panels, i), piece_begin(g->m, panels, i + 1));
        if (copies)
            multiply_copied_panel(&part, b);
        else
            multiply_strips(&part, b);
        if (!at_once)
            cn_finish_rows(g->finish, part.c, part.ldc, part.m);
    }
    if (at_once)
        cn_finish_rows(g->finish, g->c, g->ldc, g->m);
}

static void multiply_chunks(const product *g)
{
    float copy[CHUNK] __attribute__((aligned(64)));
    const int64_t strips = count_pieces(g->n, STRIP),
                  chunks = count_pieces(strips, CHUNK / (STRIP * g->k));
    for (int64_t i = 0; i < chunks; i++) {
        const int64_t end = piece_begin(strips, chunks, i + 1) * STRIP;
        product part = columns_of(g, piece_begin(strips, chunks, i) * STRIP, smaller(end, g->n));
        part.finish = chunks == 1 ? g->finish : NULL;
        cn_gemm_pack(part.b, part.b_depth, part.b_column, part.k, part.n, copy, part.k, 0);
        multiply_panels(&part, copy);
    }
    if (chunks > 1)
        cn_finish_rows(g->finish, g->c, g->ldc, g->m);
}

/* Of few columns so much at a time that they are one chunk. */
static void multiply(const product *g)
{
    const int64_t fits = CHUNK / (count_pieces(g->n, STRIP) * STRIP);
    const int64_t parts = count_pieces(g->k, fits < LEAST_DEPTH ? DEPTH : smaller(fits, DEPTH));
    for (int64_t part = 0; part < parts; part++) {
        const product slice =
            depth_of(g, piece_begin(g->k, parts, part), piece_begin(g->k, parts, part + 1));
        if (reads_b_in_place(&slice))
            multiply_panels(&slice, NULL);
        else
            multiply_chunks(&slice);
    }
}

/* ---- rows that lie anywhere ------------------------------------------------------------------ */

void CN_LOCAL(cn_sum_window_products)(const cn_window_sums *w)
{
    float panel[PANEL * (DEPTH + LINE)] __attribute__((aligned(64)));
    const int64_t panels = count_pieces(w->channels, PANEL);
    for (int64_t i = 0; i < panels; i++) {
        const int64_t begin = piece_begin(w->channels, panels, i);
        product part = {.m = piece_begin(w->channels, panels, i + 1) - begin,
                        .n = w->columns,
                        .k = w->rows,
                        .a_rows = w->x,
                        .a_row = begin,
                        .c = w->sums + begin * w->sums_row,
                        .ldc = w->sums_row,
                        .add = w->add};
        copy_panel(&part, panel);
        multiply_strips(&part, w->packed);
    }
}

/* ---- threads --------------------------------------------------------------------------------- */

static void multiply_rows(void *context, int64_t begin, int64_t end)
{
    const product *g = context;
    const product share = rows_of(g, begin * CN_GEMM_ROWS, smaller(end * CN_GEMM_ROWS, g->m));
    multiply(&share);
}

static void multiply_columns(void *context, int64_t begin, int64_t end)
{
    const product *g = context;
    const product share = columns_of(g, begin * STRIP, smaller(end * STRIP, g->n));
    multiply(&share);
}

/* Products with one row or one column, in the two ways in which the matrix can be read in order. */
static bool multiply_vector(const product *g)
{
    cn_gemv v = {.n = g->n,
                 .k = g->k,
                 .a = g->a,
                 .b = g->b,
                 .a_stride = g->a_depth,
                 .c = g->c,
                 .add = g->add};
    v.c_stride = 1;
    if (g->m != 1) {
        v.n = g->m, v.a = g->b, v.b = g->a, v.a_stride = g->b_depth, v.c_stride = g->ldc;
    }
    const int64_t along_n = g->m == 1 ? g->b_column : g->a_row,
                  along_k = g->m == 1 ? g->b_depth : g->a_depth;
    if (along_n == 1 && v.c_stride == 1) {
        v.ldb = along_k;
        cn_gemv_rows(&v);
        return true;
    }
    if (along_k == 1 && v.a_stride == 1) {
        v.ldb = along_n;
        cn_gemv_dots(&v);
        return true;
    }
    return false;
}

void CN_LOCAL(cn_sgemm)(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                        const float *a, int64_t lda, const float *b, int64_t ldb, float *c,
                        int64_t ldc, bool accumulate, const cn_finish *finish)
{
    product g = {.m = m,
                 .n = n,
                 .k = k,
                 .a = a,
                 .b = b,
                 .c = c,
                 .ldc = ldc,
                 .add = accumulate,
                 .finish = finish};
    g.a_row = transpose_a ? 1 : lda, g.a_depth = transpose_a ? lda : 1;
    g.b_depth = transpose_b ? 1 : ldb, g.b_column = transpose_b ? ldb : 1;
    if (k == 0 && !accumulate)
        for (int64_t i = 0; i < m; i++)
            memset(c + i * ldc, 0, (size_t)n * sizeof *c);
    if (m == 0 || n == 0)
        return;
    if (k == 0 || ((m == 1 || n == 1) && multiply_vector(&g))) {
        cn_finish_rows(finish, c, ldc, m);
        return;
    }
    const int64_t row_blocks = count_pieces(m, CN_GEMM_ROWS), strips = count_pieces(n, STRIP);
    if (strips < 2 || (row_blocks > 1 && m * (copies_a(&g) ? 4 : 1) >= 4 * n))
        cn_parallel_for(row_blocks, THREAD_FLOP / (2 * CN_GEMM_ROWS * n * k) + 1, multiply_rows,
                        &g);
    else {
        g.finish = NULL;
        cn_parallel_for(strips, THREAD_FLOP / (2 * STRIP * m * k) + 1, multiply_columns, &g);
        cn_finish_rows(finish, c, ldc, m);
    }
}
