/* Results saved from real Keras: reading them, and comparing with them. */
#include "support/keras_data.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"
#include "runtime/file.h"

json_t *cn_keras_load(const char *file)
{
    char path[1024];
    json_error_t error = {.line = 0};
    char *text = NULL;
    size_t bytes = 0;
    (void)snprintf(path, sizeof path, "%s/tests/keras/data/%s", CN_SOURCE_DIR, file);
    if (cn_file_read_all(path, (uint64_t)1 << 30, &text, &bytes) != CN_OK)
        fail_msg("%s", cn_error());
    json_t *root = cn_json_load(text, bytes, JSON_REJECT_DUPLICATES, &error);
    free(text);
    if (root == NULL)
        fail_msg("%s: line %d: %s", path, error.line, error.text);
    if (json_array_size(json_object_get(root, "cases")) == 0)
        fail_msg("%s has no cases", path);
    return root;
}

const char *cn_keras_name(const json_t *item)
{
    const char *name = json_string_value(json_object_get(item, "name"));
    return name == NULL ? "(a case without a name)" : name;
}

static cn_dtype dtype_by_name(const char *name)
{
    for (int dtype = CN_FLOAT32; dtype <= CN_BOOL; dtype++)
        if (name != NULL && strcmp(cn_dtype_name((cn_dtype)dtype), name) == 0)
            return (cn_dtype)dtype;
    fail_msg("unknown dtype %s", name == NULL ? "(none)" : name);
    return CN_FLOAT32;
}

static double number(const json_t *value)
{
    return json_is_boolean(value) ? json_is_true(value) : json_number_value(value);
}

bool cn_keras_read(const json_t *item, const char *member, cn_keras_array *array)
{
    const json_t *value = json_object_get(item, member), *shape = json_object_get(value, "shape");
    const json_t *values = json_object_get(value, "values");
    *array = (cn_keras_array){0};
    if (!json_is_object(value))
        return false;
    array->dtype = dtype_by_name(json_string_value(json_object_get(value, "dtype")));
    for (size_t i = 0; i < json_array_size(shape) && i < CN_MAX_RANK; i++)
        array->shape.dim[array->shape.rank++] = json_integer_value(json_array_get(shape, i));
    array->size = cn_shape_size(&array->shape);
    if ((int64_t)json_array_size(values) != array->size)
        fail_msg("%s: %s has %zu values for shape %s", cn_keras_name(item), member,
                 json_array_size(values), cn_shape_str(&array->shape));
    array->values = calloc((size_t)array->size + 1, sizeof *array->values);
    assert_non_null(array->values);
    for (int64_t i = 0; i < array->size; i++)
        array->values[i] = number(json_array_get(values, (size_t)i));
    return true;
}

void cn_keras_array_free(cn_keras_array *array)
{
    free(array->values);
    *array = (cn_keras_array){0};
}

char *cn_keras_identifier(const json_t *item, const char *member)
{
    const json_t *value = json_object_get(item, member);
    if (json_is_object(value))
        return json_dumps(value, 0);
    const char *name = json_is_string(value) ? json_string_value(value) : "";
    char *copy = calloc(strlen(name) + 1, 1);
    return copy == NULL ? NULL : strcpy(copy, name);
}

bool cn_keras_compare(const json_t *item, const char *what, const cn_keras_array *expected,
                      const double *got, double absolute, double relative)
{
    int64_t wrong = 0, first = 0;
    for (int64_t i = 0; i < expected->size; i++) {
        bool right = fabs(got[i] - expected->values[i]) <=
                     absolute + relative * fabs(expected->values[i]);
        if (!right && wrong++ == 0)
            first = i;
    }
    if (wrong > 0)
        print_error("%s: %s[%" PRId64 "] is %.9g, Keras has %.9g (%" PRId64 " of %" PRId64
                    " differ)\n",
                    cn_keras_name(item), what, first, got[first], expected->values[first], wrong,
                    expected->size);
    return wrong == 0;
}
