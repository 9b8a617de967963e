/* Constants in calls: numbers, and arrays as {"class_name": "__numpy__", "config": {"value":
 * [[...], ...], "dtype": ...}}, the same with "__tensor__", or the list alone. */
#include <string.h>

#include "cornu/ops.h"
#include "records/calls.h"
#include "runtime/array.h"
#include "runtime/dtype.h"

/* ---- reading --------------------------------------------------------------------------------- */

static cn_status number_of_json(const char *who, const json_t *json, cn_tensor **made)
{
    cn_tensor *tensor =
        cn_ops_scalar(json_is_boolean(json) ? json_is_true(json) : cn_json_number(json));
    CN_CHECK_MEMORY(tensor);
    if (json_is_integer(json) || json_is_boolean(json)) {
        CN_CHECK(json_is_boolean(json) || (json_integer_value(json) >= INT32_MIN &&
                                           json_integer_value(json) <= INT32_MAX),
                 "%s: the number %lld does not fit in 32 bits", who,
                 (long long)json_integer_value(json));
        tensor->dtype = json_is_boolean(json) ? CN_BOOL : CN_INT32;
        tensor->dtype_name = json_is_boolean(json) ? "bool" : "int32";
    }
    *made = tensor;
    return CN_OK;
}

/* The shape of lists in lists, by the first of each. */
static cn_status shape_of_json(const char *who, const json_t *json, cn_shape *shape)
{
    *shape = (cn_shape){0};
    for (; json_is_array(json); json = json_array_get(json, 0)) {
        CN_CHECK(shape->rank < CN_MAX_RANK, "%s: a constant has more than %d axes", who,
                 CN_MAX_RANK);
        shape->dim[shape->rank++] = (int64_t)json_array_size(json);
    }
    return CN_OK;
}

/* Puts the numbers into the array, row-major from *at on. */
static cn_status fill(const char *who, const json_t *json, int64_t axis, cn_array *array,
                      int64_t *at)
{
    if (axis == array->shape.rank) {
        const bool is_number = json_is_number(json) || json_is_boolean(json);
        const double number = json_is_boolean(json) ? json_is_true(json) : cn_json_number(json);
        CN_CHECK(is_number && cn_array_put(array, (*at)++, number),
                 "%s: a constant holds something that is no %s", who, cn_dtype_name(array->dtype));
        return CN_OK;
    }
    CN_CHECK(json_is_array(json) && (int64_t)json_array_size(json) == array->shape.dim[axis],
             "%s: the lists of a constant are not equally long", who);
    for (size_t i = 0; i < json_array_size(json); i++)
        CN_TRY(fill(who, json_array_get(json, i), axis + 1, array, at));
    return CN_OK;
}

/* What Keras makes of a list: real if any number is. */
static cn_dtype dtype_of_list(const json_t *json)
{
    cn_dtype dtype = CN_BOOL;
    if (json_is_real(json))
        return CN_FLOAT32;
    if (!json_is_array(json))
        return json_is_boolean(json) ? CN_BOOL : CN_INT32;
    for (size_t i = 0; i < json_array_size(json) && dtype != CN_FLOAT32; i++) {
        const cn_dtype other = dtype_of_list(json_array_get(json, i));
        dtype = other == CN_BOOL ? dtype : other;
    }
    return dtype;
}

static cn_status array_of_json(const char *who, const json_t *value, cn_dtype dtype,
                               const char *form, cn_tensor **made)
{
    cn_shape shape;
    cn_array *array = NULL;
    int64_t at = 0;
    CN_TRY(shape_of_json(who, value, &shape));
    CN_TRY(cn_array_create(dtype, &shape, &array));
    cn_status status = fill(who, value, 0, array, &at);
    if (status == CN_OK) {
        *made = cn_ops_convert_to_tensor(array);
        status = *made == NULL ? cn_error_status() : CN_OK;
    }
    cn_array_free(array);
    if (status == CN_OK)
        (*made)->numbers->form = form;
    return status;
}

cn_status cn_constant_of_json(const char *who, const json_t *json, cn_tensor **tensor)
{
    const json_t *config = json_object_get(json, "config");
    const char *name = cn_record_text(config, "dtype");
    cn_dtype dtype;
    if (json_is_number(json) || json_is_boolean(json))
        return number_of_json(who, json, tensor);
    if (json_is_array(json))
        return array_of_json(who, json, dtype_of_list(json), NULL, tensor);
    CN_TRY(cn_dtype_by_name(who, name == NULL ? "float32" : name, &dtype));
    CN_CHECK(dtype != CN_STRING, "%s: a constant must hold numbers", who);
    return array_of_json(
        who, json_object_get(config, "value"), dtype,
        strcmp(cn_record_text(json, "class_name"), "__numpy__") == 0 ? "__numpy__" : "__tensor__",
        tensor);
}

bool cn_is_constant_record(const json_t *json)
{
    const char *class = cn_record_text(json, "class_name");
    while (json_is_array(json) && json_array_size(json) > 0)
        json = json_array_get(json, 0);
    return json_is_number(json) || json_is_boolean(json) ||
           (class != NULL && (strcmp(class, "__numpy__") == 0 || strcmp(class, "__tensor__") == 0));
}

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *number_json(cn_dtype dtype, double number)
{
    if (dtype == CN_BOOL)
        return json_boolean(number != 0);
    return dtype == CN_FLOAT32 ? cn_json_real(number) : json_integer((json_int_t)number);
}

static double number_at(const cn_variable *variable, int64_t i)
{
    switch (variable->dtype) {
    case CN_FLOAT32: return ((const float *)variable->data)[i];
    case CN_INT32: return ((const int32_t *)variable->data)[i];
    default: return ((const uint8_t *)variable->data)[i];
    }
}

static json_t *lists_json(const cn_variable *variable, int64_t axis, int64_t *at)
{
    if (axis == variable->shape.rank)
        return number_json(variable->dtype, number_at(variable, (*at)++));
    json_t *list = json_array();
    for (int64_t i = 0; i < variable->shape.dim[axis]; i++)
        cn_json_append(&list, lists_json(variable, axis + 1, at));
    return list;
}

json_t *cn_constant_json(const cn_tensor *tensor)
{
    int64_t at = 0;
    if (tensor->numbers == NULL)
        return number_json(tensor->dtype, tensor->constant);
    json_t *value = lists_json(&tensor->numbers->variable, 0, &at);
    if (tensor->numbers->form == NULL)
        return value;
    return json_pack("{s:s, s:{s:o, s:s}}", "class_name", tensor->numbers->form, "config", "value",
                     value, "dtype", tensor->dtype_name);
}
