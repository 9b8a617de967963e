/* Samples that a function reads when they are needed. */
#include "data/samples.h"

#include <inttypes.h>

#include "runtime/dtype.h"

cn_status cn_samples_check(const void *object, const char *who, const cn_samples **samples)
{
    CN_CHECK(object != NULL, "%s: samples were expected, not NULL", who);
    CN_CHECK(*(const cn_kind *)object == CN_KIND_SAMPLES, "%s: samples were expected, not %s", who,
             cn_kind_name(object));
    *samples = object;
    return CN_OK;
}

size_t cn_samples_bytes(const cn_samples *samples)
{
    return (size_t)cn_shape_size(&samples->shape) * cn_dtype_size(samples->dtype);
}

cn_status cn_sample_fail(const char *message)
{
    return cn_fail(CN_BAD_FILE, "%s", message == NULL ? "it cannot be read" : message);
}

cn_status cn_samples_read(const cn_samples *samples, cn_sample_request request, void *to)
{
    request.data = samples->data;
    const bool failed_before = cn_failed();
    cn_status status = samples->read(&request, to);
    if (status != CN_OK && !failed_before) {
        if (!cn_failed())
            (void)cn_fail(status, "it cannot be read");
        cn_fail_in("sample %" PRId64, request.index);
    }
    return status;
}

static cn_status check_args(const cn_samples_args *args, cn_shape *shape)
{
    int64_t size = 0;
    CN_CHECK(args->read != NULL, "needs a function to read with, .read");
    CN_CHECK(args->dtype != CN_STRING, "samples are numbers, dtype must not be CN_STRING");
    CN_CHECK(args->count >= 0, "count must not be negative, got %" PRId64, args->count);
    CN_CHECK(args->workers >= CN_NONE && args->workers <= 256,
             "workers must be from 0 to 256, got %d", args->workers);
    CN_CHECK(args->ahead > 0 && args->ahead <= 1024,
             "ahead must be from 1 to 1024 batches, got %" PRId64, args->ahead);
    *shape = (cn_shape){0};
    while (shape->rank < CN_MAX_RANK - 1 && args->shape[shape->rank] != 0) {
        CN_CHECK(args->shape[shape->rank] > 0,
                 "a sample's dimensions must be positive, got %" PRId64, args->shape[shape->rank]);
        shape->dim[shape->rank] = args->shape[shape->rank];
        shape->rank++;
    }
    return cn_shape_checked_size(shape, cn_dtype_size(args->dtype), &size);
}

cn_status cn_samples_make(const cn_samples_args *args, cn_samples **samples)
{
    cn_shape shape;
    cn_array *storage = NULL;
    CN_TRY(check_args(args, &shape));
    CN_TRY(cn_array_create_storage(sizeof **samples, &storage));
    cn_samples *made = storage->data;
    *made = (cn_samples){.kind = CN_KIND_SAMPLES,
                         .dtype = args->dtype,
                         .shape = shape,
                         .count = args->count,
                         .read = args->read,
                         .data = args->data,
                         .workers = args->workers,
                         .ahead = args->ahead,
                         .storage = storage};
    *samples = made;
    return CN_OK;
}

cn_samples *cn_samples_of_with(const cn_samples_args *args)
{
    cn_samples *samples = NULL;
    if (cn_samples_make(args, &samples) == CN_OK)
        return samples;
    cn_fail_in("cn_samples_of");
    return NULL;
}

int64_t cn_samples_count(const cn_samples *samples)
{
    return cn_samples_check(samples, "cn_samples_count", &samples) == CN_OK ? samples->count : 0;
}

void cn_samples_free(cn_samples *samples)
{
    const cn_samples *checked;
    if (samples == NULL || cn_samples_check(samples, "cn_samples_free", &checked) != CN_OK)
        return;
    cn_array *storage = samples->storage;
    samples->kind = (cn_kind)0;
    cn_array_free(storage);
}

static cn_array *read_one(const cn_samples *samples, const char *who, cn_sample_request request)
{
    cn_array *array = NULL;
    if (cn_samples_check(samples, who, &samples) != CN_OK)
        return NULL;
    cn_status status = CN_OK;
    if (request.index < 0 || request.index >= samples->count)
        status = cn_fail(CN_INVALID, "there is no sample %" PRId64 " among %" PRId64, request.index,
                         samples->count);
    if (status == CN_OK)
        status = cn_array_create(samples->dtype, &samples->shape, &array);
    if (status == CN_OK)
        status = cn_samples_read(samples, request, array->data);
    if (status != CN_OK)
        cn_array_free(array);
    return cn_array_or_null(status, who, &array);
}

cn_array *cn_samples_at(const cn_samples *samples, int64_t index)
{
    return read_one(samples, "cn_samples_at", (cn_sample_request){.index = index});
}

cn_array *cn_samples_at_epoch(const cn_samples *samples, int64_t index, int64_t epoch)
{
    return read_one(samples, "cn_samples_at_epoch",
                    (cn_sample_request){.index = index, .training = true, .epoch = epoch});
}
