/* Sequences of different lengths: made from arrays, from flat values, or one by one. */
#include "data/sequences.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "runtime/dtype.h"

cn_status cn_sequences_check(const void *object, const char *who, const cn_sequences **sequences)
{
    CN_CHECK(object != NULL, "%s: sequences were expected, not NULL", who);
    CN_CHECK(*(const cn_kind *)object == CN_KIND_SEQUENCES, "%s: sequences were expected, not %s",
             who, cn_kind_name(object));
    *sequences = object;
    return CN_OK;
}

static size_t step_bytes(const cn_sequences *sequences)
{
    return (size_t)cn_shape_size(&sequences->step) * cn_dtype_size(sequences->dtype);
}

const void *cn_sequences_data(const cn_sequences *sequences, int64_t index)
{
    return (const char *)sequences->steps->data +
           (size_t)cn_sequences_start(sequences, index) * step_bytes(sequences);
}

int64_t cn_sequences_longest(const cn_sequences *sequences)
{
    int64_t longest = 0;
    for (int64_t i = 0; i < sequences->count; i++)
        if (cn_sequences_steps(sequences, i) > longest)
            longest = cn_sequences_steps(sequences, i);
    return longest;
}

/* ---- Room ---- */

/* Replaces an array by one with room for more rows; the first rows are kept. */
static cn_status grow(cn_array **array, int64_t kept, int64_t rows)
{
    cn_array *made = NULL;
    cn_shape shape = (*array)->shape;
    const int64_t room = shape.dim[0];
    if (rows <= room)
        return CN_OK;
    shape.dim[0] = 2 * room < rows ? rows : 2 * room;
    CN_TRY(cn_array_create_raw((*array)->dtype, &shape, &made));
    memcpy(made->data, (*array)->data, (size_t)kept * cn_array_row_bytes(*array));
    cn_array_free(*array);
    *array = made;
    return CN_OK;
}

/* Room for steps without sequences; on failure nothing is left. */
static cn_status make(cn_dtype dtype, const cn_shape *step, int64_t steps, int64_t count,
                      cn_sequences **sequences)
{
    cn_array *storage = NULL, *values = NULL, *starts = NULL;
    cn_shape shape;
    CN_CHECK(step->rank <= CN_MAX_RANK - 2, "a step may have at most %d axes, has %" PRId64,
             CN_MAX_RANK - 2, step->rank);
    CN_TRY(cn_shape_with_batch(*step, steps, &shape));
    CN_TRY(cn_array_create_raw(dtype, &shape, &values));
    cn_status status = cn_array_create(CN_INT64, &CN_SHAPE(count + 1), &starts);
    if (status == CN_OK)
        status = cn_array_create_storage(sizeof **sequences, &storage);
    if (status != CN_OK) {
        cn_array_free(values);
        cn_array_free(starts);
        return status;
    }
    *sequences = storage->data;
    **sequences = (cn_sequences){.kind = CN_KIND_SEQUENCES,
                                 .dtype = dtype,
                                 .step = *step,
                                 .steps = values,
                                 .starts = starts,
                                 .storage = storage};
    return CN_OK;
}

static cn_status append(cn_sequences *sequences, const void *data, int64_t length)
{
    const int64_t i = sequences->count, start = cn_sequences_start(sequences, i);
    CN_CHECK(length >= 0, "sequence %" PRId64 " has a negative length, %" PRId64, i, length);
    CN_CHECK(data != NULL || length == 0, "sequence %" PRId64 " is NULL, but has length %" PRId64,
             i, length);
    CN_CHECK(length <= INT64_MAX / 4 - start, "sequence %" PRId64 " is too long: %" PRId64, i,
             length);
    CN_TRY(grow(&sequences->starts, i + 1, i + 2));
    CN_TRY(grow(&sequences->steps, start, start + length));
    if (length > 0)
        memcpy((char *)sequences->steps->data + (size_t)start * step_bytes(sequences), data,
               (size_t)length * step_bytes(sequences));
    ((int64_t *)sequences->starts->data)[++sequences->count] = start + length;
    return CN_OK;
}

/* What a public constructor returns: *sequences, or NULL with who in front of the kept message and
 * what was made freed. */
static cn_sequences *made_or_null(cn_status status, const char *who, cn_sequences *const *sequences)
{
    if (status == CN_OK)
        return *sequences;
    cn_fail_in("%s", who);
    cn_sequences_free(*sequences);
    return NULL;
}

/* ---- One by one ---- */

static cn_status new (cn_dtype dtype, const int64_t *dims, int rank, cn_sequences **sequences)
{
    cn_shape step = {.rank = rank};
    CN_CHECK(rank >= 0 && rank <= CN_MAX_RANK - 2, "rank must be 0 to %d, not %d", CN_MAX_RANK - 2,
             rank);
    CN_CHECK(rank == 0 || dims != NULL, "dims is NULL, %d dimensions were expected", rank);
    for (int i = 0; i < rank; i++)
        step.dim[i] = dims[i];
    return make(dtype, &step, 0, 0, sequences);
}

cn_sequences *cn_sequences_new(cn_dtype dtype, const int64_t *dims, int rank)
{
    cn_sequences *made = NULL;
    return made_or_null(new (dtype, dims, rank, &made), "cn_sequences_new", &made);
}

cn_status cn_sequences_append(cn_sequences *sequences, const void *data, int64_t length)
{
    const cn_sequences *checked;
    CN_TRY(cn_sequences_check(sequences, "cn_sequences_append", &checked));
    cn_status status = append(sequences, data, length);
    if (status != CN_OK)
        cn_fail_in("cn_sequences_append");
    return status;
}

/* ---- From arrays ---- */

static cn_status check_alike(const cn_array *array, const cn_array *first, int64_t i)
{
    cn_shape mine = array->shape, others = first->shape;
    CN_CHECK(mine.rank > 0, "sequence %" PRId64 " is a single number, it needs a time axis", i);
    CN_CHECK(array->dtype == first->dtype,
             "sequence %" PRId64 " is %s, sequence 0 %s: all need one data type", i,
             cn_dtype_name(array->dtype), cn_dtype_name(first->dtype));
    mine.dim[0] = others.dim[0] = CN_NONE;
    CN_CHECK(cn_shape_equal(&mine, &others),
             "sequence %" PRId64 " has shape %s, sequence 0 %s: only the lengths may differ", i,
             cn_shape_str(&array->shape), cn_shape_str(&first->shape));
    return CN_OK;
}

static cn_shape step_of(const cn_array *array)
{
    cn_shape step = {.rank = array->shape.rank - 1};
    memcpy(step.dim, array->shape.dim + 1, (size_t)step.rank * sizeof step.dim[0]);
    return step;
}

static cn_status of(cn_array *const *arrays, int64_t count, cn_sequences **sequences)
{
    int64_t steps = 0;
    CN_CHECK(count > 0, "at least one sequence was expected, got %" PRId64, count);
    CN_CHECK(arrays != NULL, "arrays is NULL, %" PRId64 " were expected", count);
    for (int64_t i = 0; i < count; i++) {
        char what[48];
        const cn_array *array;
        (void)snprintf(what, sizeof what, "sequence %" PRId64, i);
        CN_TRY(cn_array_check(arrays[i], what, &array));
        CN_TRY(check_alike(array, arrays[0], i));
        steps += array->shape.dim[0];
    }
    const cn_shape step = step_of(arrays[0]);
    CN_TRY(make(arrays[0]->dtype, &step, steps, count, sequences));
    for (int64_t i = 0; i < count; i++)
        CN_TRY(append(*sequences, arrays[i]->data, arrays[i]->shape.dim[0]));
    return CN_OK;
}

cn_sequences *cn_sequences_of(cn_array *const *arrays, int64_t count)
{
    cn_sequences *made = NULL;
    return made_or_null(of(arrays, count, &made), "cn_sequences_of", &made);
}

/* ---- From flat values ---- */

/* lengths, or else the bounds that splits gives: each sequence begins where the last one ended. */
struct cuts {
    const int64_t *lengths, *splits;
    int64_t count;
};

static cn_status cut(const cn_array *values, const struct cuts *cuts, cn_sequences **sequences)
{
    const int64_t *lengths = cuts->lengths, *splits = cuts->splits;
    CN_TRY(cn_array_check(values, "values", &values));
    CN_CHECK(values->shape.rank > 0, "values is a single number, it needs a time axis");
    CN_CHECK(cuts->count >= 0, "the number of sequences is negative: %" PRId64, cuts->count);
    CN_CHECK(lengths != NULL || splits != NULL, "%s were expected, not NULL",
             splits == NULL ? "lengths" : "splits");
    const int64_t steps = values->shape.dim[0];
    const size_t bytes = cn_array_row_bytes(values);
    const cn_shape step = step_of(values);
    CN_TRY(make(values->dtype, &step, steps, cuts->count, sequences));
    int64_t at = 0;
    for (int64_t i = 0; i < cuts->count; i++) {
        const int64_t length = lengths != NULL ? lengths[i] : splits[i + 1] - splits[i];
        CN_CHECK(length <= steps - at,
                 "sequence %" PRId64 " has length %" PRId64 ", but %" PRId64 " of %" PRId64
                 " values are left",
                 i, length, steps - at, steps);
        CN_TRY(append(*sequences, (const char *)values->data + (size_t)at * bytes, length));
        at += length;
    }
    CN_CHECK(at == steps, "the lengths add up to %" PRId64 ", there are %" PRId64 " values", at,
             steps);
    return CN_OK;
}

cn_sequences *cn_sequences_from_lengths(const cn_array *values, const int64_t *lengths,
                                        int64_t count)
{
    cn_sequences *made = NULL;
    const struct cuts cuts = {.lengths = lengths, .count = count};
    return made_or_null(cut(values, &cuts, &made), "cn_sequences_from_lengths", &made);
}

static cn_status cut_at(const cn_array *values, const int64_t *splits, int64_t count,
                        cn_sequences **sequences)
{
    const struct cuts cuts = {.splits = splits, .count = count};
    CN_CHECK(splits != NULL, "splits were expected, not NULL");
    CN_CHECK(splits[0] == 0, "splits begins with %" PRId64 ", it must begin with 0", splits[0]);
    return cut(values, &cuts, sequences);
}

cn_sequences *cn_sequences_from_splits(const cn_array *values, const int64_t *splits, int64_t count)
{
    cn_sequences *made = NULL;
    return made_or_null(cut_at(values, splits, count, &made), "cn_sequences_from_splits", &made);
}

/* ---- From sequences ---- */

static cn_status slice(const cn_sequences *from, int64_t start, int64_t stop,
                       cn_sequences **sequences)
{
    CN_TRY(cn_sequences_check(from, "its argument", &from));
    start = cn_slice_bound(start, from->count);
    stop = cn_slice_bound(stop, from->count);
    const int64_t count = stop > start ? stop - start : 0;
    const int64_t first = cn_sequences_start(from, start);
    const int64_t steps = count == 0 ? 0 : cn_sequences_start(from, stop) - first;
    CN_TRY(make(from->dtype, &from->step, steps, count, sequences));
    (*sequences)->pad_front = from->pad_front;
    (*sequences)->pad_value = from->pad_value;
    for (int64_t i = start; i < start + count; i++)
        CN_TRY(append(*sequences, cn_sequences_data(from, i), cn_sequences_steps(from, i)));
    return CN_OK;
}

cn_sequences *cn_sequences_slice(const cn_sequences *sequences, int64_t start, int64_t stop)
{
    cn_sequences *made = NULL;
    return made_or_null(slice(sequences, start, stop, &made), "cn_sequences_slice", &made);
}

/* ---- Padding ---- */

static cn_status set_padding(cn_sequences *sequences, const char *padding, double value)
{
    cn_array probe = {.dtype = sequences->dtype, .shape = {0}, .data = &(double){0}};
    CN_CHECK(padding != NULL && (strcmp(padding, "pre") == 0 || strcmp(padding, "post") == 0),
             "padding must be \"pre\" or \"post\", not %.100s", padding == NULL ? "NULL" : padding);
    CN_CHECK(value == 0 || cn_array_put(&probe, 0, value), "value is %g, which %s cannot hold",
             value, cn_dtype_name(sequences->dtype));
    sequences->pad_front = strcmp(padding, "pre") == 0;
    sequences->pad_value = value;
    return CN_OK;
}

cn_status cn_sequences_set_padding(cn_sequences *sequences, const char *padding, double value)
{
    const cn_sequences *checked;
    CN_TRY(cn_sequences_check(sequences, "cn_sequences_set_padding", &checked));
    cn_status status = set_padding(sequences, padding, value);
    if (status != CN_OK)
        cn_fail_in("cn_sequences_set_padding");
    return status;
}

/* ---- Asking ---- */

int64_t cn_sequences_count(const cn_sequences *sequences)
{
    return cn_sequences_check(sequences, "cn_sequences_count", &sequences) == CN_OK
               ? sequences->count
               : 0;
}

static cn_status check_index(const cn_sequences *sequences, int64_t index, const char *who)
{
    CN_TRY(cn_sequences_check(sequences, who, &sequences));
    CN_CHECK(index >= 0 && index < sequences->count,
             "%s: there is no sequence %" PRId64 " among %" PRId64, who, index, sequences->count);
    return CN_OK;
}

int64_t cn_sequences_length(const cn_sequences *sequences, int64_t index)
{
    return check_index(sequences, index, "cn_sequences_length") == CN_OK
               ? cn_sequences_steps(sequences, index)
               : 0;
}

cn_array *cn_sequences_at(const cn_sequences *sequences, int64_t index)
{
    if (check_index(sequences, index, "cn_sequences_at") != CN_OK)
        return NULL;
    return cn_array_slice(sequences->steps, cn_sequences_start(sequences, index),
                          cn_sequences_start(sequences, index + 1));
}

void cn_sequences_free(cn_sequences *sequences)
{
    const cn_sequences *checked;
    if (sequences == NULL || cn_sequences_check(sequences, "cn_sequences_free", &checked) != CN_OK)
        return;
    cn_array *storage = sequences->storage;
    sequences->kind = (cn_kind)0;
    cn_array_free(sequences->steps);
    cn_array_free(sequences->starts);
    cn_array_free(storage);
}
