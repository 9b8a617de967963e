/* Columns: what was given for one input or output, an array, sequences or samples. */
#include <inttypes.h>
#include <string.h>

#include "training/training.h"

cn_status cn_column_take(const void *object, const char *what, cn_column *column)
{
    if (object != NULL && *(const cn_kind *)object == CN_KIND_SEQUENCES)
        return cn_sequences_check(object, what, &column->sequences);
    if (object != NULL && *(const cn_kind *)object == CN_KIND_SAMPLES)
        return cn_samples_check(object, what, &column->samples);
    return cn_array_check(object, what, &column->array);
}

bool cn_column_is_given(const cn_column *column)
{
    return column->array != NULL || column->sequences != NULL || column->samples != NULL;
}

int64_t cn_column_samples(const cn_column *column)
{
    return column->sequences != NULL ? column->sequences->count
           : column->samples != NULL ? column->samples->count
                                     : column->array->shape.dim[0];
}

cn_dtype cn_column_dtype(const cn_column *column)
{
    return column->sequences != NULL ? column->sequences->dtype
           : column->samples != NULL ? column->samples->dtype
                                     : column->array->dtype;
}

cn_shape cn_column_shape(const cn_column *column, int64_t samples, int64_t steps)
{
    const cn_shape *rest = column->sequences != NULL ? &column->sequences->step
                           : column->samples != NULL ? &column->samples->shape
                                                     : NULL;
    cn_shape shape = rest == NULL                ? column->array->shape
                     : column->sequences != NULL ? CN_SHAPE(samples, steps)
                                                 : CN_SHAPE(samples);
    shape.dim[0] = samples;
    for (int64_t i = 0; rest != NULL && i < rest->rank; i++)
        shape.dim[shape.rank++] = rest->dim[i];
    return shape;
}

/* ---- sequences of a batch -------------------------------------------------------------------- */

/* One step of padding, repeated: the first is converted, the others are copies. */
static cn_status pad(const cn_sequences *from, cn_dtype dtype, char *to, int64_t n,
                     const cn_place *place)
{
    const size_t size = cn_dtype_size(dtype);
    if (n == 0)
        return CN_OK;
    if (dtype == CN_STRING) {
        for (int64_t i = 0; i < n; i++)
            ((const char **)(void *)to)[i] = "";
        return CN_OK;
    }
    if (from->pad_value == 0) {
        memset(to, 0, (size_t)n * size);
        return CN_OK;
    }
    CN_TRY(cn_convert(CN_FLOAT64, &from->pad_value, dtype, to, 1, place));
    for (int64_t i = 1; i < n; i++)
        memcpy(to + (size_t)i * size, to, size);
    return CN_OK;
}

static cn_status gather_sequence(const cn_sequences *from, const cn_padded *padded, char *row,
                                 const cn_place *place)
{
    const int64_t length = cn_sequences_steps(from, place->sample), steps = padded->steps;
    const int64_t width = cn_shape_size(&from->step);
    const size_t bytes = (size_t)width * cn_dtype_size(padded->dtype);
    CN_CHECK(length <= steps,
             "%s: sequence %" PRId64 " has %" PRId64 " steps, the model has %" PRId64 " here",
             place->what, place->sample, length, steps);
    char *kept = row + (padded->front ? (size_t)(steps - length) * bytes : 0);
    char *padding = row + (padded->front ? 0 : (size_t)length * bytes);
    CN_TRY(cn_convert(from->dtype, cn_sequences_data(from, place->sample), padded->dtype, kept,
                      length * width, place));
    return pad(from, padded->dtype, padding, (steps - length) * width, place);
}

cn_status cn_gather_sequences(const cn_sequences *from, const cn_batch *batch,
                              const cn_padded *padded, const char *what)
{
    const int64_t steps = padded->steps;
    const size_t row = (size_t)(steps * cn_shape_size(&from->step)) * cn_dtype_size(padded->dtype);
    for (int64_t i = 0; i < batch->size; i++) {
        const cn_place place = {what, "sequence", cn_batch_sample(batch, i)};
        CN_TRY(gather_sequence(from, padded, (char *)padded->to + (size_t)i * row, &place));
        const int64_t length = cn_sequences_steps(from, place.sample);
        const int64_t first = padded->front ? steps - length : 0;
        for (int64_t t = 0; padded->mask != NULL && t < steps; t++)
            padded->mask[i * steps + t] = t >= first && t < first + length;
    }
    return CN_OK;
}
