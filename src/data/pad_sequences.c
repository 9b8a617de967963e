/* Sequences of different lengths as one array. Keras: keras.utils.pad_sequences. */
#include <inttypes.h>
#include <string.h>

#include "cornu/data.h"
#include "runtime/array.h"
#include "runtime/dtype.h"

static cn_status check_side(const char *what, const char *side, bool *front)
{
    CN_CHECK(side != NULL && (strcmp(side, "pre") == 0 || strcmp(side, "post") == 0),
             "%s must be \"pre\" or \"post\", not %.100s", what, side == NULL ? "NULL" : side);
    *front = strcmp(side, "pre") == 0;
    return CN_OK;
}

static cn_status measure(const cn_sequences *sequences, int64_t *longest)
{
    *longest = 0;
    CN_CHECK(sequences->count >= 0, "sequences.count is negative: %" PRId64, sequences->count);
    CN_CHECK(sequences->count == 0 || (sequences->items != NULL && sequences->lengths != NULL),
             "sequences.items and .lengths were expected, not NULL");
    for (int64_t i = 0; i < sequences->count; i++) {
        const int64_t length = sequences->lengths[i];
        CN_CHECK(length >= 0, "sequence %" PRId64 " has a negative length, %" PRId64, i, length);
        CN_CHECK(length == 0 || sequences->items[i] != NULL,
                 "sequence %" PRId64 " is NULL, but has length %" PRId64, i, length);
        *longest = length > *longest ? length : *longest;
    }
    return CN_OK;
}

/* Lays the items of one sequence into its row, which holds value everywhere. */
static cn_status fill_row(const cn_pad_sequences_args *args, bool pad_front, bool cut_front,
                          int64_t row, cn_array *array)
{
    const int64_t room = array->shape.dim[1], length = args->sequences.lengths[row];
    const int64_t kept = length < room ? length : room;
    const int32_t *from = args->sequences.items[row];
    const int64_t skipped = cut_front ? length - kept : 0;
    const int64_t start = row * room + (pad_front ? room - kept : 0);
    for (int64_t i = 0; i < kept; i++)
        CN_CHECK(cn_array_put(array, start + i, (double)from[skipped + i]),
                 "sequence %" PRId64 ", item %" PRId64 " is %d, which %s cannot hold", row,
                 skipped + i, from[skipped + i], cn_dtype_name(array->dtype));
    return CN_OK;
}

static cn_status fill(const cn_pad_sequences_args *args, bool pad_front, bool cut_front,
                      cn_array *array)
{
    const int64_t size = cn_shape_size(&array->shape);
    for (int64_t i = 0; i < size; i++)
        CN_CHECK(cn_array_put(array, i, args->value), "value is %g, which %s cannot hold",
                 args->value, cn_dtype_name(array->dtype));
    for (int64_t row = 0; row < args->sequences.count; row++)
        CN_TRY(fill_row(args, pad_front, cut_front, row, array));
    return CN_OK;
}

static cn_status pad(const cn_pad_sequences_args *args, cn_array **array)
{
    bool pad_front = true, cut_front = true;
    int64_t longest = 0;
    cn_array *made = NULL;
    CN_TRY(check_side("padding", args->padding, &pad_front));
    CN_TRY(check_side("truncating", args->truncating, &cut_front));
    CN_TRY(measure(&args->sequences, &longest));
    CN_CHECK(args->maxlen >= 0 || args->maxlen == CN_NONE, "maxlen must be 0 or more, not %" PRId64,
             args->maxlen);
    const int64_t room = args->maxlen == CN_NONE ? longest : args->maxlen;
    CN_TRY(cn_array_create_raw(args->dtype, &CN_SHAPE(args->sequences.count, room), &made));
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
    return cn_array_or_null(pad(args, &array), "cn_pad_sequences", &array);
}
