/* Orthogonal: the Q of a QR decomposition of normal numbers whose R has a positive diagonal,
 * times gain. The weight is a matrix of rows = product of all dimensions but the last; whichever
 * are fewer, rows or columns, are orthonormal. Saxe et al., Exact solutions to the nonlinear
 * dynamics of learning in deep linear neural networks (2013). */
#include <math.h>

#include "initializers/initializers.h"
#include "runtime/threads.h"

/* count vectors of length numbers each, one behind the other; first .. last - 1 is the block in
 * work. */
typedef struct vectors {
    double *data;
    int64_t count, length, first, last;
} vectors;

/* Eight sums, so that the compiler may use vector registers without changing the order of
 * additions. */
static double dot(const double *a, const double *b, int64_t n)
{
    double sums[8] = {0};
    int64_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (int lane = 0; lane < 8; lane++)
            sums[lane] += a[i + lane] * b[i + lane];
    for (; i < n; i++)
        sums[0] += a[i] * b[i];
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
           ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

static void normalize(double *v, int64_t n)
{
    double norm = sqrt(dot(v, v, n));
    for (int64_t i = 0; i < n; i++)
        v[i] /= norm;
}

/* Takes the directions of the vectors from .. to - 1, which have length 1, out of vector j. */
static void take_out(const vectors *v, int64_t from, int64_t to, int64_t j)
{
    double *other = v->data + j * v->length;
    for (int64_t k = from; k < to; k++) {
        const double *q = v->data + k * v->length;
        double along = dot(q, other, v->length);
        for (int64_t i = 0; i < v->length; i++)
            other[i] -= along * q[i];
    }
}

/* Takes the block's directions out of the vectors last + begin .. last + end - 1. */
static void take_out_block(void *context, int64_t begin, int64_t end)
{
    const vectors *v = context;
    for (int64_t j = v->last + begin; j < v->last + end; j++)
        take_out(v, v->first, v->last, j);
}

/* Modified Gram-Schmidt, in blocks that stay in the cache. In double its loss of orthogonality,
 * about 1e-16 times the condition of a matrix of normal numbers, is far below what float32 can
 * hold. */
static void orthonormalize(vectors *v)
{
    enum { BLOCK = 16, LEAST_WORK = 1 << 12 };
    for (v->first = 0; v->first < v->count; v->first = v->last) {
        v->last = v->first + BLOCK < v->count ? v->first + BLOCK : v->count;
        for (int64_t k = v->first; k < v->last; k++) {
            take_out(v, v->first, k, k);
            normalize(v->data + k * v->length, v->length);
        }
        cn_parallel_for(v->count - v->last, 1 + LEAST_WORK / v->length, take_out_block, v);
    }
}

static cn_status fill_matrix(const cn_weight_fill *fill, int64_t rows, int64_t columns, double gain)
{
    bool tall = rows >= columns;
    vectors v = {.count = tall ? columns : rows, .length = tall ? rows : columns};
    v.data = cn_allocate_raw((size_t)(rows * columns) * sizeof *v.data);
    CN_CHECK_MEMORY(v.data);
    for (int64_t i = 0; i < rows * columns; i++)
        v.data[i] = cn_random_normal_at(fill->stream, (uint64_t)i);
    orthonormalize(&v);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            fill->values[i * columns + j] =
                (float)(gain * v.data[tall ? j * rows + i : i * columns + j]);
    cn_release(v.data);
    return CN_OK;
}

static cn_status fill(const void *arguments, const cn_weight_fill *fill)
{
    const cn_orthogonal_args *args = arguments;
    CN_CHECK(fill->shape->rank >= 2,
             "Orthogonal: at least two dimensions are needed, the shape is %s",
             cn_shape_str(fill->shape));
    int64_t columns = fill->shape->dim[fill->shape->rank - 1], size = cn_shape_size(fill->shape);
    return size == 0 ? CN_OK : fill_matrix(fill, size / columns, columns, args->gain);
}

static cn_status check(const void *arguments)
{
    const cn_orthogonal_args *args = arguments;
    CN_CHECK(isfinite(args->gain), "Orthogonal: gain must be finite, not %g", args->gain);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_orthogonal_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_orthogonal_args, gain, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"OrthogonalInitializer", NULL};
static const cn_orthogonal_args defaults = {CN_ORTHOGONAL_DEFAULTS};

const cn_initializer_class cn_initializer_Orthogonal = {
    .base = {CN_INITIALIZER("Orthogonal"), .aliases = aliases, .fields = fields,
             .args_size = sizeof defaults, .defaults = &defaults, .check = check},
    .fill = fill,
    .seed_offset = offsetof(cn_orthogonal_args, seed),
};

const char *cn_orthogonal_with(const cn_orthogonal_args *args)
{
    return cn_object_text(&cn_initializer_Orthogonal.base, args);
}
