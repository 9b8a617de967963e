/* Reading Keras's model configs, sources of numbers and compile arguments. */
#include "support/keras_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "saving/saving.h"

static const char *text_of(const json_t *record, const char *member)
{
    return json_string_value(json_object_get(record, member));
}

cn_model *cn_keras_model(json_t *record)
{
    cn_model *model = NULL;
    if (cn_model_of_record(record, NULL, &model) != CN_OK)
        fail_msg("%s", cn_error());
    return model;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static double next_number(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / 16777216.0;
}

static void fill_rows(const json_t *source, cn_array *array, uint32_t state)
{
    const int64_t size = cn_array_size(array), columns = cn_array_dim(array, -1);
    const char *kind = text_of(source, "kind");
    const double scale = json_number_value(json_object_get(source, "scale"));
    const double offset = json_number_value(json_object_get(source, "offset"));
    const double classes = json_number_value(json_object_get(source, "classes"));
    float *floats = cn_array_data(array);
    int32_t *ints = cn_array_data(array);
    for (int64_t i = 0; strcmp(kind, "uniform") == 0 && i < size; i++)
        floats[i] = (float)offset + (float)(scale * next_number(&state));
    for (int64_t i = 0; strcmp(kind, "classes") == 0 && i < size; i++)
        ints[i] = (int32_t)(classes * next_number(&state));
    for (int64_t i = 0; strcmp(kind, "one_hot") == 0 && i < size; i += columns)
        floats[i + (int64_t)((double)columns * next_number(&state))] = 1;
}

cn_array *cn_keras_source(const json_t *source)
{
    if (!json_is_object(source))
        return NULL;
    int64_t dims[CN_MAX_RANK];
    const json_t *shape = json_object_get(source, "shape");
    const size_t rank = json_array_size(shape);
    for (size_t i = 0; i < rank; i++)
        dims[i] = json_integer_value(json_array_get(shape, i));
    const cn_dtype dtype = strcmp(text_of(source, "kind"), "classes") == 0 ? CN_INT32 : CN_FLOAT32;
    cn_array *array = cn_array_new(dtype, dims, (int)rank, NULL);
    assert_non_null(array);
    fill_rows(source, array, (uint32_t)json_integer_value(json_object_get(source, "seed")));
    return array;
}

/* ---- compile --------------------------------------------------------------------------------- */

cn_status cn_keras_compile(cn_model *model, const json_t *arguments)
{
    return cn_compile_of_record(model, arguments, NULL);
}
