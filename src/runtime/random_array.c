/* Arrays of random numbers. */
#include <inttypes.h>
#include <math.h>

#include "runtime/array.h"

/* A seed given in the call has a counter that no session reaches, so that it never repeats a
 * session's stream. */
static cn_status stream_for(int64_t seed, cn_stream *stream)
{
    cn_session *session = cn_session_current();
    if (session == NULL)
        return CN_OUT_OF_MEMORY;
    *stream = seed == CN_NONE ? cn_session_stream(session)
                              : (cn_stream){.seed = (uint64_t)seed, .counter = UINT64_MAX};
    return CN_OK;
}

static cn_status create(cn_dtype dtype, const int64_t *dims, int64_t seed, cn_array **array,
                        cn_stream *stream)
{
    cn_shape shape = cn_shape_of_dims(dims);
    CN_TRY(stream_for(seed, stream));
    return cn_array_create_raw(dtype, &shape, array);
}

static cn_status uniform(const cn_random_args *args, cn_array **array)
{
    cn_stream stream;
    const float low = (float)args->minval, high = (float)args->maxval;
    CN_CHECK(isfinite(low) && isfinite(high) && args->minval <= args->maxval,
             "minval and maxval must be finite and in this order, not %g and %g", args->minval,
             args->maxval);
    CN_TRY(create(CN_FLOAT32, args->shape, args->seed, array, &stream));
    float *data = (*array)->data;
    const int64_t size = cn_shape_size(&(*array)->shape);
    for (int64_t i = 0; i < size; i++) {
        double u = cn_random_uniform_at(stream, (uint64_t)i);
        data[i] = (float)(args->minval + u * (args->maxval - args->minval));
        if (data[i] >= high && low < high) /* rounded up to the bound that stays outside */
            data[i] = nextafterf(high, low);
    }
    return CN_OK;
}

cn_array *cn_random_with(const cn_random_args *args)
{
    cn_array *array = NULL;
    return cn_array_or_null(uniform(args, &array), "cn_random", &array);
}

static cn_status normal(const cn_random_normal_args *args, cn_array **array)
{
    cn_stream stream;
    CN_CHECK(isfinite(args->mean) && isfinite(args->stddev) && args->stddev >= 0,
             "mean must be finite, stddev finite and not negative, not %g and %g", args->mean,
             args->stddev);
    CN_TRY(create(CN_FLOAT32, args->shape, args->seed, array, &stream));
    float *data = (*array)->data;
    const int64_t size = cn_shape_size(&(*array)->shape);
    for (int64_t i = 0; i < size; i++)
        data[i] = (float)(args->mean + args->stddev * cn_random_normal_at(stream, (uint64_t)i));
    return CN_OK;
}

cn_array *cn_random_normal_with(const cn_random_normal_args *args)
{
    cn_array *array = NULL;
    return cn_array_or_null(normal(args, &array), "cn_random_normal", &array);
}

static cn_status integers(const cn_random_integers_args *args, cn_array **array)
{
    cn_stream stream;
    CN_CHECK(args->low >= INT32_MIN && args->high <= (int64_t)INT32_MAX + 1 &&
                 args->low < args->high,
             "low must be below high and both must fit into int32, not %" PRId64 " and %" PRId64,
             args->low, args->high);
    CN_TRY(create(CN_INT32, args->shape, args->seed, array, &stream));
    int32_t *data = (*array)->data;
    const int64_t size = cn_shape_size(&(*array)->shape);
    const uint64_t bound = (uint64_t)(args->high - args->low);
    for (int64_t i = 0; i < size; i++)
        data[i] = (int32_t)(args->low + (int64_t)cn_random_below_at(stream, (uint64_t)i, bound));
    return CN_OK;
}

cn_array *cn_random_integers_with(const cn_random_integers_args *args)
{
    cn_array *array = NULL;
    return cn_array_or_null(integers(args, &array), "cn_random_integers", &array);
}
