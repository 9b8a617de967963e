/* Sequences of different lengths as one array. Keras: keras.utils.pad_sequences. */
#include <inttypes.h>
#include <string.h>

#include "data/sequences.h"
#include "runtime/dtype.h"

static cn_status check_side(const char *what, const char *side, bool *front)
{
    CN_CHECK(side != NULL && (strcmp(side, "pre") == 0 || strcmp(side, "post") == 0),
             "%s must be \"pre\" or \"post\", not %.100s", what, side == NULL ? "NULL" : side);
    *front = strcmp(side, "pre") == 0;
    return CN_OK;
}

/* Lays the steps of one sequence into its row, which holds value everywhere. */
static cn_status fill_row(const cn_pad_sequences_args *args, bool pad_front, bool cut_front,
                          int64_t row, cn_array *array)
{
    const cn_sequences *sequences = args->sequences;
    const int64_t size = cn_shape_size(&sequences->step), room = array->shape.dim[1];
    const int64_t length = cn_sequences_steps(sequences, row), kept = length < room ? length : room;
    const int64_t skipped = cut_front ? length - kept : 0;
    const int64_t from = (cn_sequences_start(sequences, row) + skipped) * size;
    const int64_t to = (row * room + (pad_front ? room - kept : 0)) * size;
    for (int64_t i = 0; i < kept * size; i++) {
        const double value = cn_array_at(sequences->steps, from + i);
        CN_CHECK(cn_array_put(array, to + i, value),
                 "sequence %" PRId64 ", step %" PRId64 " is %g, which %s cannot hold", row,
                 skipped + i / size, value, cn_dtype_name(array->dtype));
    }
    return CN_OK;
}

static cn_status fill(const cn_pad_sequences_args *args, bool pad_front, bool cut_front,
                      cn_array *array)
{
    const int64_t size = cn_shape_size(&array->shape);
    for (int64_t i = 0; i < size; i++)
        CN_CHECK(cn_array_put(array, i, args->value), "value is %g, which %s cannot hold",
                 args->value, cn_dtype_name(array->dtype));
    for (int64_t row = 0; row < args->sequences->count; row++)
        CN_TRY(fill_row(args, pad_front, cut_front, row, array));
    return CN_OK;
}

cn_status cn_sequences_pad(const cn_pad_sequences_args *args, cn_array **array)
{
    bool pad_front = true, cut_front = true;
    const cn_sequences *sequences;
    cn_array *made = NULL;
    CN_TRY(check_side("padding", args->padding, &pad_front));
    CN_TRY(check_side("truncating", args->truncating, &cut_front));
    CN_TRY(cn_sequences_check(args->sequences, "its argument", &sequences));
    CN_CHECK(sequences->dtype != CN_STRING, "sequences of numbers were expected, not of strings");
    CN_CHECK(args->maxlen >= 0 || args->maxlen == CN_NONE, "maxlen must be 0 or more, not %" PRId64,
             args->maxlen);
    cn_shape shape = CN_SHAPE(sequences->count, args->maxlen);
    if (args->maxlen == CN_NONE)
        shape.dim[1] = cn_sequences_longest(sequences);
    for (int64_t i = 0; i < sequences->step.rank; i++)
        shape.dim[shape.rank++] = sequences->step.dim[i];
    CN_TRY(cn_array_create_raw(args->dtype, &shape, &made));
    cn_status status = fill(args, pad_front, cut_front, made);
    if (status == CN_OK)
        *array = made;
    else
        cn_array_free(made);
    return status;
}

cn_array *cn_pad_sequences_with(const cn_pad_sequences_args *args)
{
    cn_array *array = NULL;
    return cn_array_or_null(cn_sequences_pad(args, &array), "cn_pad_sequences", &array);
}
