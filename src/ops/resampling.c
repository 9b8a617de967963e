/* Resizing along one axis. Cell o of `out` lies at (o + 1/2) in / out - 1/2 among `in` cells, and
 * is made from those around, weighted by a kernel of their distance; weights are divided by their
 * sum, so that cells outside do not count. */
#include "ops/resampling.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* ---- kernels --------------------------------------------------------------------------------- */

static double triangle(double x)
{
    return x < 1 ? 1 - x : 0;
}

/* Keys, with a = -1/2. */
static double cubic(double x)
{
    if (x < 1)
        return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

static double lanczos(double x, double radius)
{
    if (x <= 1e-3)
        return 1;
    return x > radius ? 0 : radius * sin(pi * x) * sin(pi * x / radius) / (pi * pi * x * x);
}

static double lanczos3(double x)
{
    return lanczos(x, 3);
}

static double lanczos5(double x)
{
    return lanczos(x, 5);
}

typedef struct interpolation {
    const char *name;
    double radius;
    double (*weight)(double distance); /* NULL: said elsewhere */
} interpolation;

static const interpolation interpolations[] = {
    {"nearest", 0, NULL},      {"bilinear", 1, triangle}, {"bicubic", 2, cubic},
    {"lanczos3", 3, lanczos3}, {"lanczos5", 5, lanczos5}, {"area", 0.5, NULL},
};

static const interpolation *interpolation_of(const char *name)
{
    for (size_t i = 0; i < sizeof interpolations / sizeof *interpolations; i++)
        if (strcmp(interpolations[i].name, name) == 0)
            return &interpolations[i];
    return NULL;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static double stretch(const cn_resample_attributes *a, int64_t in, int64_t out)
{
    return (a->antialias || strcmp(a->method, "area") == 0) && in > out ? (double)in / (double)out
                                                                        : 1;
}

int64_t cn_resample_most(const cn_resample_attributes *a, int64_t in, int64_t out)
{
    const double reach = interpolation_of(a->method)->radius * stretch(a, in, out);
    const int64_t most = (int64_t)ceil(2 * reach) + 2;
    return most < in ? most : in;
}

/* Of the cells that part o of `out` equal parts of the axis covers, how much it covers. */
static cn_resample_row covered(int64_t in, int64_t out, int64_t cell, double *weights)
{
    const int64_t first = cell * in / out, end = ((cell + 1) * in + out - 1) / out;
    for (int64_t i = first; i < end; i++) {
        const int64_t from = cell * in > i * out ? cell * in : i * out,
                      to = (cell + 1) * in < (i + 1) * out ? (cell + 1) * in : (i + 1) * out;
        weights[i - first] = (double)(to - from) / (double)in;
    }
    return (cn_resample_row){first, end - first};
}

static cn_resample_row around(const interpolation *by, double center, double reach, int64_t in,
                              double *weights)
{
    const double lowest = ceil(center - by->radius * reach),
                 highest = floor(center + by->radius * reach);
    const int64_t first = lowest < 0 ? 0 : (int64_t)lowest,
                  last = highest < (double)in - 1 ? (int64_t)highest : in - 1;
    double sum = 0;
    for (int64_t i = first; i <= last; i++)
        sum += weights[i - first] = by->weight(fabs(center - (double)i) / reach);
    for (int64_t i = first; i <= last; i++)
        weights[i - first] /= sum;
    return (cn_resample_row){first, last - first + 1};
}

cn_resample_row cn_resample_cells(const cn_resample_attributes *a, int64_t in, int64_t out,
                                  int64_t cell, double *weights)
{
    const interpolation *by = interpolation_of(a->method);
    if (by->weight != NULL)
        return around(by, ((double)cell + 0.5) * (double)in / (double)out - 0.5,
                      stretch(a, in, out), in, weights);
    if (by->radius > 0)
        return covered(in, out, cell, weights);
    weights[0] = 1;
    return (cn_resample_row){(2 * cell + 1) * in / (2 * out), 1};
}

/* How much of the cell behind x lies in a part of this width around 0. */
static double overlap(double x, double width)
{
    const double from = fmax(x - 0.5, -width / 2), to = fmin(x + 0.5, width / 2);
    return to > from ? to - from : 0;
}

static double raw_weight(const cn_resample_attributes *a, int64_t in, int64_t out, int64_t cell,
                         int64_t i)
{
    const interpolation *by = interpolation_of(a->method);
    const double ratio = (double)in / (double)out, center = ((double)cell + 0.5) * ratio - 0.5,
                 distance = fabs((double)i - center);
    if (by->weight != NULL)
        return by->weight(distance / (a->antialias && ratio > 1 ? ratio : 1));
    if (by->radius > 0)
        return overlap(distance, ratio);
    return i == (int64_t)floor(center + 0.5) ? 1 : 0;
}

double cn_resample_weight(const cn_resample_attributes *a, int64_t in, int64_t out, int64_t cell,
                          int64_t i)
{
    double sum = 0;
    for (int64_t k = 0; k < in; k++)
        sum += raw_weight(a, in, out, cell, k);
    return raw_weight(a, in, out, cell, i) / sum;
}

/* ---- the op ---------------------------------------------------------------------------------- */

cn_status cn_resample_infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                            cn_type *outputs)
{
    (void)n_inputs;
    const cn_resample_attributes *a = attributes;
    const cn_shape *x = &inputs[0].shape;
    CN_CHECK(inputs[0].dtype == CN_FLOAT32, "takes float32, got %s",
             cn_dtype_name(inputs[0].dtype));
    CN_CHECK(a->axis >= 0 && a->axis < x->rank, "axis %d is not in shape %s", (int)a->axis,
             cn_shape_str(x));
    CN_CHECK(a->size > 0 && a->size <= INT32_MAX && x->dim[a->axis] > 0 &&
                 x->dim[a->axis] <= INT32_MAX,
             "cannot make %lld cells from %lld", (long long)a->size, (long long)x->dim[a->axis]);
    CN_CHECK(a->method != NULL && interpolation_of(a->method) != NULL, "unknown method \"%s\"",
             a->method == NULL ? "NULL" : a->method);
    outputs[0] = inputs[0];
    outputs[0].shape.dim[a->axis] = a->size;
    return CN_OK;
}

const cn_field cn_resample_fields[] = {
    CN_FIELD(cn_resample_attributes, axis, CN_FIELD_INT, 0),
    CN_FIELD(cn_resample_attributes, size, CN_FIELD_INT, 0),
    CN_FIELD(cn_resample_attributes, method, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_resample_attributes, antialias, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

/* ---- lowering -------------------------------------------------------------------------------- */

/* A kernel's tables. */
typedef struct table {
    int64_t cells, taps;
    cn_resample_row *rows;
    float *weights;
} table;

static cn_status allocate(table *t)
{
    t->rows = cn_allocate((size_t)t->cells * sizeof *t->rows);
    t->weights = cn_allocate((size_t)(t->cells * t->taps) * sizeof *t->weights);
    CN_CHECK_MEMORY(t->rows);
    CN_CHECK_MEMORY(t->weights);
    return CN_OK;
}

static void release(table *t)
{
    cn_release(t->rows);
    cn_release(t->weights);
}

static cn_status make_table(const cn_resample_attributes *a, int64_t in, int64_t out, table *t)
{
    *t = (table){.cells = out, .taps = cn_resample_most(a, in, out)};
    double *weights = cn_allocate((size_t)t->taps * sizeof *weights);
    cn_status status = weights == NULL ? cn_fail(CN_OUT_OF_MEMORY, "out of memory") : allocate(t);
    for (int64_t i = 0; status == CN_OK && i < out; i++) {
        t->rows[i] = cn_resample_cells(a, in, out, i, weights);
        for (int64_t k = 0; k < t->rows[i].count; k++)
            t->weights[i * t->taps + k] = (float)weights[k];
    }
    cn_release(weights);
    return status;
}

/* The cells of `out` that each of `in` cells goes into: they lie side by side. */
static cn_status transpose_table(const table *from, int64_t in, table *t)
{
    *t = (table){.cells = in};
    int64_t *counts = cn_allocate((size_t)in * sizeof *counts);
    CN_CHECK_MEMORY(counts);
    for (int64_t o = 0; o < from->cells; o++)
        for (int64_t k = 0; k < from->rows[o].count; k++)
            counts[from->rows[o].first + k]++;
    for (int64_t i = 0; i < in; i++)
        t->taps = counts[i] > t->taps ? counts[i] : t->taps;
    cn_release(counts);
    CN_TRY(allocate(t));
    for (int64_t o = 0; o < from->cells; o++)
        for (int64_t k = 0; k < from->rows[o].count; k++) {
            cn_resample_row *row = &t->rows[from->rows[o].first + k];
            if (row->count == 0)
                row->first = o;
            t->weights[(from->rows[o].first + k) * t->taps + row->count++] =
                from->weights[o * from->taps + k];
        }
    return CN_OK;
}

/* What a run is told; the table's rows and weights follow. */
struct call {
    void (*run)(const cn_resample *resample, const float *x, float *y);
    cn_resample resample;
    const float *x;
    float *y;
};

static cn_status run(const void *arguments)
{
    const struct call *c = arguments;
    cn_resample resample = c->resample;
    resample.rows = (const void *)(c + 1);
    resample.weights = (const void *)(resample.rows + resample.out);
    c->run(&resample, c->x, c->y);
    return CN_OK;
}

static cn_status add_call(cn_plan *plan, const char *name, const struct call *call, const table *t)
{
    const size_t rows = (size_t)t->cells * sizeof *t->rows,
                 weights = (size_t)(t->cells * t->taps) * sizeof *t->weights;
    char *whole = cn_allocate(sizeof *call + rows + weights);
    CN_CHECK_MEMORY(whole);
    memcpy(whole, call, sizeof *call);
    memcpy(whole + sizeof *call, t->rows, rows);
    memcpy(whole + sizeof *call + rows, t->weights, weights);
    cn_status status = cn_plan_add(plan, name, run, whole, sizeof *call + rows + weights);
    cn_release(whole);
    return status;
}

cn_status cn_resample_lower(cn_lowering *lowering, const cn_instruction *instruction,
                            bool transposed)
{
    const cn_resample_attributes *a = instruction->attributes;
    const cn_shape *x = cn_shape_of(lowering->program, instruction->inputs[0]);
    const cn_extents extents = cn_extents_of(x, a->axis, 1);
    struct call call = {
        .run = cn_native_kernels()->resample,
        .resample = {extents.outer, extents.along, a->size, extents.inner, 0, NULL, NULL},
        .x = cn_address(lowering, instruction->inputs[0]),
        .y = cn_address(lowering, instruction->output)};
    table forward = {0}, backward = {0};
    cn_status status = transposed ? make_table(a, a->size, extents.along, &forward)
                                  : make_table(a, extents.along, a->size, &forward);
    if (status == CN_OK && transposed)
        status = transpose_table(&forward, a->size, &backward);
    const table *used = transposed ? &backward : &forward;
    call.resample.taps = used->taps;
    if (status == CN_OK)
        status = add_call(lowering->plan, instruction->op->name, &call, used);
    release(&forward);
    release(&backward);
    return status;
}
