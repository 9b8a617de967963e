/* Batches: rows of the user's arrays, in the order wanted, converted to what programs compute in. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "training/training.h"

cn_dtype cn_target_dtype(const cn_target *target)
{
    const cn_loss_class *class = (const cn_loss_class *)(const void *)target->loss.class;
    return class != NULL && class->integer_labels ? CN_INT32 : CN_FLOAT32;
}

static int64_t row_of(const cn_batch *batch, int64_t i)
{
    return batch->order == NULL ? batch->begin + i : batch->order[batch->begin + i];
}

static void copy_rows(const cn_array *from, const cn_batch *batch, char *to)
{
    const size_t bytes = cn_array_row_bytes(from);
    const char *data = from->data;
    if (batch->order == NULL) {
        memcpy(to, data + (size_t)batch->begin * bytes, (size_t)batch->size * bytes);
        return;
    }
    for (int64_t i = 0; i < batch->size; i++)
        memcpy(to + (size_t)i * bytes, data + (size_t)row_of(batch, i) * bytes, bytes);
}

/* ---- conversions of one row: n elements ------------------------------------------------------ */

static void floats_from_doubles(const void *from, float *to, int64_t n)
{
    const double *values = from;
    for (int64_t i = 0; i < n; i++)
        to[i] = (float)values[i];
}

static void floats_from_ints(const void *from, float *to, int64_t n)
{
    const int32_t *values = from;
    for (int64_t i = 0; i < n; i++)
        to[i] = (float)values[i];
}

static void floats_from_longs(const void *from, float *to, int64_t n)
{
    const int64_t *values = from;
    for (int64_t i = 0; i < n; i++)
        to[i] = (float)values[i];
}

static void floats_from_bytes(const void *from, float *to, int64_t n)
{
    const uint8_t *values = from;
    for (int64_t i = 0; i < n; i++)
        to[i] = (float)values[i];
}

static void row_to_floats(cn_dtype dtype, const void *from, float *to, int64_t n)
{
    switch (dtype) {
    case CN_FLOAT32: memcpy(to, from, (size_t)n * sizeof *to); break;
    case CN_FLOAT64: floats_from_doubles(from, to, n); break;
    case CN_INT32: floats_from_ints(from, to, n); break;
    case CN_INT64: floats_from_longs(from, to, n); break;
    case CN_UINT8:
    case CN_BOOL: floats_from_bytes(from, to, n); break;
    }
}

static double element(cn_dtype dtype, const void *from, int64_t i)
{
    switch (dtype) {
    case CN_FLOAT32: return ((const float *)from)[i];
    case CN_FLOAT64: return ((const double *)from)[i];
    case CN_INT32: return ((const int32_t *)from)[i];
    case CN_INT64: return (double)((const int64_t *)from)[i];
    default: return ((const uint8_t *)from)[i];
    }
}

/* Whole numbers only: a fraction or a number beyond 32 bits would not mean what it says. */
static cn_status row_to_ints(const cn_array *array, const void *from, int32_t *to, int64_t n,
                             int64_t row, const char *what)
{
    for (int64_t i = 0; i < n; i++) {
        double value = element(array->dtype, from, i);
        CN_CHECK(value >= INT32_MIN && value <= INT32_MAX && value == trunc(value),
                 "%s: row %" PRId64 " has %g, where a whole number of 32 bits is needed", what, row,
                 value);
        to[i] = (int32_t)value;
    }
    return CN_OK;
}

static cn_status row_to_bytes(const cn_array *array, const void *from, uint8_t *to, int64_t n,
                              cn_dtype dtype, int64_t row, const char *what)
{
    for (int64_t i = 0; i < n; i++) {
        double value = element(array->dtype, from, i);
        CN_CHECK(dtype == CN_BOOL || (value >= 0 && value <= UINT8_MAX && value == trunc(value)),
                 "%s: row %" PRId64 " has %g, where a whole number from 0 to 255 is needed", what,
                 row, value);
        to[i] = dtype == CN_BOOL ? value != 0 : (uint8_t)value;
    }
    return CN_OK;
}

cn_status cn_gather_rows(const cn_array *from, const cn_batch *batch, cn_dtype dtype, void *to,
                         const char *what)
{
    if (from->dtype == dtype) {
        copy_rows(from, batch, to);
        return CN_OK;
    }
    const size_t row_bytes = cn_array_row_bytes(from);
    const int64_t n = (int64_t)(row_bytes / cn_dtype_size(from->dtype));
    for (int64_t i = 0; i < batch->size; i++) {
        const int64_t row = row_of(batch, i);
        const char *source = (const char *)from->data + (size_t)row * row_bytes;
        char *target = (char *)to + (size_t)(i * n) * cn_dtype_size(dtype);
        if (dtype == CN_FLOAT32)
            row_to_floats(from->dtype, source, (float *)(void *)target, n);
        else if (dtype == CN_INT32)
            CN_TRY(row_to_ints(from, source, (int32_t *)(void *)target, n, row, what));
        else
            CN_TRY(row_to_bytes(from, source, (uint8_t *)target, n, dtype, row, what));
    }
    return CN_OK;
}

/* ---- sample weights -------------------------------------------------------------------------- */

static double weight_of_class(const cn_class_weight *table, int64_t class_index)
{
    for (int i = 0; i < CN_MAX_LIST && (table[i].class_index != 0 || table[i].weight != 0); i++)
        if (table[i].class_index == class_index)
            return table[i].weight;
    return 1;
}

/* The class of a sample: its label, or the largest place of its one-hot row. */
static int64_t class_of(const cn_array *y, int64_t row)
{
    const int64_t n = (int64_t)(cn_array_row_bytes(y) / cn_dtype_size(y->dtype));
    const char *source = (const char *)y->data + (size_t)row * cn_array_row_bytes(y);
    if (n == 1)
        return (int64_t)round(element(y->dtype, source, 0));
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++)
        if (element(y->dtype, source, i) > element(y->dtype, source, best))
            best = i;
    return best;
}

static void weigh_classes(const cn_dataset *dataset, int64_t output, const cn_batch *batch,
                          float *to)
{
    for (int64_t i = 0; i < batch->size; i++)
        to[i] = (float)weight_of_class(dataset->class_weight,
                                       class_of(dataset->y[output], row_of(batch, i)));
}

/* ---- a whole batch --------------------------------------------------------------------------- */

cn_status cn_dataset_gather(const cn_training *training, const cn_dataset *dataset, cn_phase phase,
                            const cn_batch *batch, const cn_plan *plan)
{
    const cn_graph *graph = training->model->graph;
    int64_t at = 0;
    for (int64_t i = 0; i < graph->n_inputs; i++)
        CN_TRY(cn_gather_rows(dataset->x[i], batch, graph->inputs[i]->dtype, plan->inputs[at++],
                              graph->inputs[i]->node->layer->name));
    for (int64_t i = 0; phase != CN_PREDICT && i < training->n_targets; i++)
        if (dataset->y[i] != NULL)
            CN_TRY(cn_gather_rows(dataset->y[i], batch, cn_target_dtype(&training->targets[i]),
                                  plan->inputs[at++], training->targets[i].name));
    for (int64_t i = 0; phase != CN_PREDICT && i < training->n_targets; i++) {
        if (dataset->weights[i] != NULL)
            CN_TRY(cn_gather_rows(dataset->weights[i], batch, CN_FLOAT32, plan->inputs[at++],
                                  "sample_weight"));
        else if (dataset->class_weight != NULL && dataset->y[i] != NULL)
            weigh_classes(dataset, i, batch, plan->inputs[at++]);
    }
    return CN_OK;
}
