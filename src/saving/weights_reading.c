/* Reading into variables in two steps: everything is read and checked, then everything is
 * changed. */
#include <stdarg.h>
#include <string.h>

#include "saving/weights.h"

/* raw: the values in the file, if they are used as they are; otherwise staged has a copy in the
 * variable's type. */
struct cn_assignment {
    cn_variable *variable;
    const void *raw;
    void *staged;
};

/* Reads a dataset that has to be unpacked or converted. */
static cn_status read_and_convert(const cn_h5_data *data, const cn_variable *variable, void *to)
{
    const int64_t n = cn_shape_size(&variable->shape);
    if (data->dtype == variable->dtype)
        return cn_h5_read(data, to);
    void *read = cn_allocate_raw((size_t)n * cn_dtype_size(data->dtype));
    if (read == NULL)
        return CN_OUT_OF_MEMORY;
    cn_status status = cn_h5_read(data, read);
    if (status == CN_OK)
        status = cn_convert(data->dtype, read, variable->dtype, to, n,
                            &(cn_place){.what = variable->name, .unit = "row"});
    cn_release(read);
    return status;
}

static cn_status stage(const cn_h5_data *data, struct cn_assignment *assignment)
{
    const cn_variable *variable = assignment->variable;
    if (data->raw != NULL && data->dtype == variable->dtype) {
        assignment->raw = data->raw;
        return CN_OK;
    }
    assignment->staged = cn_allocate_raw(cn_variable_bytes(variable));
    if (assignment->staged == NULL)
        return CN_OUT_OF_MEMORY;
    cn_status status = read_and_convert(data, variable, assignment->staged);
    if (status != CN_OK)
        cn_release(assignment->staged);
    return status;
}

cn_status cn_reading_add(cn_weights_reading *reading, cn_variable *variable, cn_h5_object *object)
{
    cn_h5_data data;
    struct cn_assignment assignment = {.variable = variable};
    CN_TRY(cn_h5_data_of(object, &data));
    if (!cn_shape_equal(&data.shape, &variable->shape))
        return cn_fail(CN_INVALID, "%s has shape %s, the file has %s", variable->name,
                       cn_shape_str(&variable->shape), cn_shape_str(&data.shape));
    CN_TRY(cn_grow(&reading->list, &reading->capacity, reading->n + 1, sizeof *reading->list));
    CN_TRY(stage(&data, &assignment));
    reading->list[reading->n++] = assignment;
    return CN_OK;
}

void cn_reading_cut(cn_weights_reading *reading, int64_t n)
{
    while (reading->n > n)
        cn_release(reading->list[--reading->n].staged);
}

void cn_reading_apply(const cn_weights_reading *reading)
{
    for (int64_t i = 0; i < reading->n; i++) {
        const struct cn_assignment *assignment = &reading->list[i];
        const size_t bytes = cn_variable_bytes(assignment->variable);
        if (bytes > 0)
            memcpy(assignment->variable->data,
                   assignment->raw != NULL ? assignment->raw : assignment->staged, bytes);
    }
}

void cn_reading_free(cn_weights_reading *reading)
{
    cn_reading_cut(reading, 0);
    cn_release(reading->list);
    reading->list = NULL;
    reading->capacity = 0;
}

/* ---- warnings -------------------------------------------------------------------------------- */

void cn_reading_warn(const cn_weights_reading *reading, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    if (reading->args->warn == NULL)
        return;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    reading->args->warn(reading->args->context, text);
}

cn_status cn_reading_forgive(const cn_weights_reading *reading, cn_status status, const char *what)
{
    if (status != CN_INVALID)
        return status;
    cn_reading_warn(reading, "%s: %s", what, reading->failed_before ? "does not fit" : cn_error());
    if (!reading->failed_before)
        cn_clear_error();
    return CN_OK;
}
