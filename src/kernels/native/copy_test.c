/* Copies, fills, gathers and scatters against plain loops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cornu/session.h"
#include "kernels/native/native.h"

enum { SPACE = 1 << 19, CASES = 3000 };

static uint8_t source[SPACE], result[SPACE], expected[SPACE];

static uint32_t state = 7;

static int64_t below(int64_t bound)
{
    state = state * 1664525u + 1013904223u;
    return (int64_t)((state >> 8) % (uint32_t)bound);
}

static void copy_plainly(const cn_copy *copy, int64_t axis, int64_t from, int64_t to)
{
    if (axis == copy->rank) {
        memcpy(expected + (size_t)to * copy->item, source + (size_t)from * copy->item, copy->item);
        return;
    }
    for (int64_t i = 0; i < copy->dim[axis]; i++)
        copy_plainly(copy, axis + 1, from + i * copy->from_stride[axis],
                     to + i * copy->to_stride[axis]);
}

/* Strides of a block of these dims inside a larger one, its axes in any order; with repeats some
 * are 0. */
static void draw_strides(int64_t rank, const int64_t *dim, bool repeats, int64_t *stride)
{
    int64_t order[CN_MAX_RANK], step = 1;
    for (int64_t i = 0; i < rank; i++)
        order[i] = i;
    for (int64_t i = rank - 1; i > 0 && below(2) == 0; i--) {
        const int64_t j = below(i + 1), kept = order[i];
        order[i] = order[j], order[j] = kept;
    }
    for (int64_t i = rank - 1; i >= 0; i--) {
        stride[order[i]] = repeats && below(4) == 0 ? 0 : step;
        step *= dim[order[i]] + (below(3) == 0 ? below(3) : 0);
    }
}

static void describe(const cn_copy *copy, char *text, size_t size)
{
    size_t n = (size_t)snprintf(text, size, "item %d:", (int)copy->item);
    for (int64_t i = 0; i < copy->rank && n < size; i++)
        n += (size_t)snprintf(text + n, size - n, " %d(%d > %d)", (int)copy->dim[i],
                              (int)copy->from_stride[i], (int)copy->to_stride[i]);
}

static void check_copy(int64_t most_elements)
{
    cn_copy copy = {.from = source, .to = result, .rank = below(6), .item = below(2) == 0 ? 4 : 1};
    int64_t elements = 1;
    for (int64_t i = 0; i < copy.rank; i++) {
        const int64_t most = below(3) == 0 ? 90 : 7;
        copy.dim[i] = 1 + below(most);
        if (elements * (copy.dim[i] + 2) > most_elements)
            copy.dim[i] = 1;
        elements *= copy.dim[i] + 2;
    }
    draw_strides(copy.rank, copy.dim, true, copy.from_stride);
    draw_strides(copy.rank, copy.dim, false, copy.to_stride);
    char text[256];
    describe(&copy, text, sizeof text);
    memset(result, 0xEE, SPACE);
    memset(expected, 0xEE, SPACE);
    copy_plainly(&copy, 0, 0, 0);
    cn_copy_prepare(&copy);
    cn_copy_run(&copy);
    for (size_t i = 0; memcmp(result, expected, SPACE) != 0; i++)
        if (result[i] != expected[i])
            fail_msg("%s: byte %d is %d, expected %d", text, (int)i, result[i], expected[i]);
}

static void test_copies(void **unused)
{
    (void)unused;
    for (int i = 0; i < CASES; i++)
        check_copy(i % 20 == 0 ? SPACE / 4 : SPACE / 200);
}

static void test_large_transpose_by_threads(void **unused)
{
    (void)unused;
    enum { R = 700, C = 900 };
    uint32_t *from = calloc(R * C, sizeof *from), *to = calloc(R * C, sizeof *to);
    for (uint32_t i = 0; i < R * C; i++)
        from[i] = i * 2654435761u;
    cn_copy copy = {.from = from,
                    .to = to,
                    .rank = 2,
                    .dim = {C, R},
                    .from_stride = {1, C},
                    .to_stride = {R, 1},
                    .item = 4};
    cn_set_threads(3);
    cn_copy_prepare(&copy);
    cn_copy_run(&copy);
    cn_set_threads(0);
    for (int r = 0; r < R; r++)
        for (int c = 0; c < C; c++)
            if (to[c * R + r] != from[r * C + c])
                fail_msg("element (%d, %d) is %u, expected %u", r, c, to[c * R + r],
                         from[r * C + c]);
    free(from);
    free(to);
}

static void test_fills(void **unused)
{
    (void)unused;
    static const uint32_t values[] = {0, 0x3F800000, 0x01010101, 0xFFFFFFFF};
    for (size_t v = 0; v < 4; v++)
        for (int64_t n = 0; n < 70; n++)
            for (size_t item = 1; item <= 4; item += 3) {
                memset(result, 0x77, 300);
                cn_fill_run(result, values + v, item, n);
                for (int64_t i = 0; i < n; i++)
                    if (memcmp(result + (size_t)i * item, values + v, item) != 0)
                        fail_msg("element %d of %d (item %d) is wrong", (int)i, (int)n, (int)item);
                assert_int_equal(result[(size_t)n * item], 0x77);
            }
}

static void check_gather(int64_t rows, int64_t width, int64_t n)
{
    float *table = calloc((size_t)(rows * width), sizeof *table),
          *out = calloc((size_t)(n * width), sizeof *out);
    double *sums = calloc((size_t)(rows * width), sizeof *sums);
    int32_t *indices = calloc((size_t)n, sizeof *indices);
    for (int64_t i = 0; i < rows * width; i++)
        table[i] = (float)i;
    for (int64_t i = 0; i < n; i++)
        indices[i] = (int32_t)below(rows);
    cn_gather_run(table, indices, out, n, (size_t)width * sizeof *table);
    for (int64_t i = 0; i < n * width; i++) {
        const float want = (float)(indices[i / width] * width + i % width);
        if (out[i] != want)
            fail_msg("gather [%d,%d]: element %d is %g, expected %g", (int)rows, (int)width, (int)i,
                     (double)out[i], (double)want);
        out[i] = (float)(i % 5);
        sums[indices[i / width] * width + i % width] += (double)out[i];
    }
    cn_scatter_add_run(table, rows, indices, out, n, width);
    for (int64_t i = 0; i < rows * width; i++)
        if ((double)table[i] != sums[i])
            fail_msg("scatter [%d,%d]: element %d is %g, expected %g", (int)rows, (int)width,
                     (int)i, (double)table[i], sums[i]);
    free(table), free(out), free(sums), free(indices);
}

static void test_gather_and_scatter(void **unused)
{
    (void)unused;
    cn_set_threads(2);
    check_gather(1, 1, 3);
    check_gather(10, 1, 100);
    check_gather(7, 5, 40);
    check_gather(5000, 64, 3000);
    check_gather(3, 33, 0);
    cn_set_threads(0);
}

static void test_first_outside(void **unused)
{
    (void)unused;
    int32_t indices[100];
    for (int32_t i = 0; i < 100; i++)
        indices[i] = i;
    assert_int_equal(cn_first_outside(indices, 100, 100), -1);
    assert_int_equal(cn_first_outside(indices, 100, 60), 60);
    indices[17] = -1;
    assert_int_equal(cn_first_outside(indices, 100, INT64_MAX), 17);
    indices[3] = INT32_MAX;
    assert_int_equal(cn_first_outside(indices, 100, INT32_MAX), 3);
    assert_int_equal(cn_first_outside(indices, 0, 1), -1);
}

int main(void)
{
    for (size_t i = 0; i < SPACE; i++)
        source[i] = (uint8_t)(i * 2654435761u >> 13);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies),        cmocka_unit_test(test_large_transpose_by_threads),
        cmocka_unit_test(test_fills),         cmocka_unit_test(test_gather_and_scatter),
        cmocka_unit_test(test_first_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
