/* One-hot labels: result[..., k] = (labels[...] == k). Keras: keras.utils.to_categorical. */
#include <inttypes.h>
#include <math.h>

#include "cornu/data.h"
#include "runtime/array.h"

/* Labels that are whole and not negative; *classes becomes one more than the largest, if that is
 * not given. */
static cn_status check_labels(const cn_array *labels, int64_t *classes)
{
    const int64_t size = cn_shape_size(&labels->shape), given = *classes;
    int64_t largest = -1;
    CN_CHECK(size > 0 || given != CN_NONE, "without labels num_classes must be given");
    for (int64_t i = 0; i < size; i++) {
        const double label = cn_array_at(labels, i);
        CN_CHECK(label == trunc(label) && label >= 0 && label < 0x1p53,
                 "row %" PRId64 ": a label is a whole number from 0, not %g", i, label);
        CN_CHECK(given == CN_NONE || label < (double)given,
                 "row %" PRId64 ": label %g is not below num_classes, which is %" PRId64, i, label,
                 given);
        largest = (int64_t)label > largest ? (int64_t)label : largest;
    }
    if (given == CN_NONE)
        *classes = largest + 1;
    return CN_OK;
}

static cn_status one_hot(const cn_to_categorical_args *args, cn_array **array)
{
    const cn_array *labels = NULL;
    int64_t classes = args->num_classes;
    CN_TRY(cn_numbers_check(args->labels, "labels", &labels));
    CN_CHECK(classes > 0 || classes == CN_NONE, "num_classes must be 1 or more, not %" PRId64,
             classes);
    CN_TRY(check_labels(labels, &classes));
    cn_shape shape = labels->shape;
    if (shape.rank > 1 && shape.dim[shape.rank - 1] == 1)
        shape.rank--;
    CN_CHECK(shape.rank < CN_MAX_RANK, "labels of shape %s leave no axis for the classes",
             cn_shape_str(&labels->shape));
    shape.dim[shape.rank++] = classes;
    CN_TRY(cn_array_create(CN_FLOAT32, &shape, array));
    float *data = (*array)->data;
    const int64_t size = cn_shape_size(&labels->shape);
    for (int64_t i = 0; i < size; i++)
        data[i * classes + (int64_t)cn_array_at(labels, i)] = 1;
    return CN_OK;
}

cn_array *cn_to_categorical_with(const cn_to_categorical_args *args)
{
    cn_array *array = NULL;
    return cn_array_or_null(one_hot(args, &array), "cn_to_categorical", &array);
}
