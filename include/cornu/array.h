/* Arrays: a user's data. Row-major, with a known shape and data type. */
#ifndef CORNU_ARRAY_H
#define CORNU_ARRAY_H

#include "cornu/keywords.h"

CN_BEGIN_DECLS

/* An element of CN_STRING is a const char *: a text in UTF-8, ended by 0. An array holds the
 * pointers only, copies of it too: the texts are the caller's and must outlive it. What a model
 * takes strings with is in cornu/preprocessing.h; other functions want numbers. */
typedef enum cn_dtype {
    CN_FLOAT32,
    CN_FLOAT64,
    CN_INT32,
    CN_INT64,
    CN_UINT8,
    CN_BOOL,
    CN_STRING
} cn_dtype;

/* Bytes of one element, and the name as in Keras ("float32"). */
CN_API size_t cn_dtype_size(cn_dtype dtype);
CN_API const char *cn_dtype_name(cn_dtype dtype);

/* Every function that makes an array returns NULL on failure (see cn_error()). The array belongs to
 * the caller, who may free it with cn_array_free(); what is left when the session is cleared is
 * freed with it. A thread's own session ends with the thread: one that makes arrays for others
 * first makes their session current, cn_session_use(). In each, a shape is given as dimensions,
 * ended by 0 if there are fewer than CN_MAX_RANK; none is a scalar. */

/* Zeros, or a copy of data: dims are the dimensions, rank how many. data may be NULL. */
CN_API cn_array *cn_array_new(cn_dtype dtype, const int64_t *dims, int rank, const void *data);

/* A view over the caller's memory, which is not copied and must outlive the array: data has the
 * row-major elements. */
CN_API cn_array *cn_array_view(cn_dtype dtype, const int64_t *dims, int rank, void *data);

/* Rows from start up to (not with) stop, sharing memory with array, which must outlive it. As in
 * Python, negative bounds count from the end, and bounds beyond the ends are cut to them: a stop of
 * INT64_MAX is the end. */
CN_API cn_array *cn_array_slice(const cn_array *array, int64_t start, int64_t stop);

/* A list of texts as an array of strings, (count,): a view, which the list must outlive too. */
CN_API cn_array *cn_array_of_texts(cn_texts texts);

/* A copy with another data type; strings have no other. Fractions are cut towards zero when
 * integers are asked for, and bool is whether a number is not 0, as in NumPy; numbers out of the
 * new type's range (to integers also NaN) are an error naming the first one. */
CN_API cn_array *cn_array_cast(const cn_array *array, cn_dtype dtype);

/* A view of the same elements with another shape; one dimension may be CN_NONE and is computed. */
CN_API cn_array *cn_array_reshape(const cn_array *array, const int64_t *dims, int rank);

/* Frees the array (not memory that it only views). NULL is allowed. */
CN_API void cn_array_free(cn_array *array);

CN_API cn_dtype cn_array_dtype(const cn_array *array);
CN_API int cn_array_rank(const cn_array *array);
CN_API int64_t cn_array_dim(const cn_array *array,
                            int axis);               /* axis may be negative; -1 is the last */
CN_API int64_t cn_array_size(const cn_array *array); /* number of elements */
CN_API void *cn_array_data(const cn_array *array);

/* The element with this row-major index, as a double. Out of range gives NaN and an error. */
CN_API double cn_array_at(const cn_array *array, int64_t index);

/* The same of an array of strings, as the text. Out of range, or among numbers, NULL and an
 * error. */
CN_API const char *cn_array_text(const cn_array *array, int64_t index);

/* cn_random({1000, 64}): uniform float32 numbers in [minval, maxval). */
typedef struct cn_random_args {
    int64_t shape[CN_MAX_RANK];
    double minval, maxval;
    int64_t seed; /* CN_NONE: from the session's seed, different in every call */
    char end_;
} cn_random_args;
#define CN_RANDOM_DEFAULTS .minval = 0, .maxval = 1, .seed = CN_NONE
CN_API cn_array *cn_random_with(const cn_random_args *args);

/* cn_random_normal({1000, 64}): normal float32 numbers. */
typedef struct cn_random_normal_args {
    int64_t shape[CN_MAX_RANK];
    double mean, stddev;
    int64_t seed;
    char end_;
} cn_random_normal_args;
#define CN_RANDOM_NORMAL_DEFAULTS .mean = 0, .stddev = 1, .seed = CN_NONE
CN_API cn_array *cn_random_normal_with(const cn_random_normal_args *args);

/* cn_random_integers(1, 10000, {1000, 100}): int32 numbers from low up to, not with, high. */
typedef struct cn_random_integers_args {
    int64_t low, high;
    int64_t shape[CN_MAX_RANK];
    int64_t seed;
    char end_;
} cn_random_integers_args;
#define CN_RANDOM_INTEGERS_DEFAULTS .seed = CN_NONE
CN_API cn_array *cn_random_integers_with(const cn_random_integers_args *args);

#ifndef __cplusplus
#define cn_random(...)                                                                             \
    CN_KEYWORDS_(cn_random_with, cn_random_args, CN_RANDOM_DEFAULTS, .shape = __VA_ARGS__)
#define cn_random_normal(...)                                                                      \
    CN_KEYWORDS_(cn_random_normal_with, cn_random_normal_args, CN_RANDOM_NORMAL_DEFAULTS,          \
                 .shape = __VA_ARGS__)
#define cn_random_integers(...)                                                                    \
    CN_KEYWORDS_(cn_random_integers_with, cn_random_integers_args, CN_RANDOM_INTEGERS_DEFAULTS,    \
                 .low = __VA_ARGS__)
#define cn_zeros(...)                                                                              \
    CN_KEYWORDS_(cn_zeros_with, cn_zeros_args, CN_ZEROS_DEFAULTS, .shape = __VA_ARGS__)
#endif

/* cn_zeros({100, 10}, .dtype = CN_INT32): zeros. */
typedef struct cn_zeros_args {
    int64_t shape[CN_MAX_RANK];
    cn_dtype dtype;
    char end_;
} cn_zeros_args;
#define CN_ZEROS_DEFAULTS .dtype = CN_FLOAT32
CN_API cn_array *cn_zeros_with(const cn_zeros_args *args);

CN_END_DECLS

#endif
