/* The list of layer classes, and what they share. */
#include "layers/layers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const cn_class *const cn_layer_classes[] = {
#define CN_LAYER_ENTRY(name) &cn_##name##_layer_class.base,
#include "layers/layers.def"
#undef CN_LAYER_ENTRY
    NULL,
};

const cn_layer_args cn_plain_layer_defaults = {CN_LAYER_DEFAULTS_};

const cn_field cn_plain_layer_fields[] = {CN_LAYER_FIELDS(cn_layer_args), CN_END_FIELDS};

cn_status cn_call_activation(const cn_call_frame *call, const char *identifier, cn_value x,
                             cn_value *result)
{
    cn_object activation;
    CN_TRY(cn_activation_parse(identifier, call->trace->memory, &activation));
    *result = cn_emit_activation(call->program, &activation, x);
    return call->program->status;
}

cn_status cn_check_axes(const cn_layer *layer, const cn_shape *shape,
                        const int64_t axes[CN_MAX_RANK])
{
    const cn_shape list = cn_shape_of_axes(axes);
    for (int64_t i = 0; i < list.rank; i++)
        CN_CHECK(cn_shape_axis(shape, list.dim[i]) >= 0,
                 "%s: axis %" PRId64 " is not in its input's shape %s", layer->name, list.dim[i],
                 cn_shape_str(shape));
    return CN_OK;
}

cn_status cn_check_rank(const cn_layer *layer, const cn_shape *shape, int64_t rank)
{
    CN_CHECK(shape->rank == rank, "%s: takes an input of rank %" PRId64 ", got shape %s",
             layer->name, rank, cn_shape_str(shape));
    return CN_OK;
}

bool cn_channels_first(const char *data_format)
{
    return strcmp(data_format, "channels_first") == 0;
}

cn_status cn_check_data_format(const char *data_format)
{
    CN_CHECK(data_format != NULL &&
                 (cn_channels_first(data_format) || strcmp(data_format, "channels_last") == 0),
             "data_format must be \"channels_last\" or \"channels_first\", got \"%s\"",
             data_format == NULL ? "NULL" : data_format);
    return CN_OK;
}

cn_status cn_check_positive(const char *argument, int64_t value)
{
    CN_CHECK(value > 0, "%s must be positive, got %" PRId64, argument, value);
    CN_CHECK(value <= INT32_MAX, "%s %" PRId64 " is too large", argument, value);
    return CN_OK;
}

int64_t cn_for_axis(const int64_t list[CN_MAX_RANK], int64_t axis)
{
    return list[1] == 0 ? list[0] : list[axis];
}

/* As the user wrote it; of a list that is much too long, the beginning. */
static const char *numbers_text(const int64_t list[CN_MAX_RANK], char text[128])
{
    const cn_shape numbers = cn_shape_of_dims(list);
    int at = 0;
    if (numbers.rank <= 1)
        snprintf(text, 128, "%" PRId64, list[0]);
    for (int64_t i = 0; numbers.rank > 1 && i < numbers.rank && at < 128; i++)
        at += snprintf(text + at, (size_t)(128 - at), "%s%" PRId64 "%s", i == 0 ? "(" : ", ",
                       numbers.dim[i], i == numbers.rank - 1 ? ")" : "");
    return text;
}

cn_status cn_check_each(const char *argument, const int64_t list[CN_MAX_RANK], int64_t axes)
{
    const cn_shape numbers = cn_shape_of_dims(list);
    bool positive = numbers.rank == 1 || numbers.rank == axes, small = true;
    char text[128];
    for (int64_t i = 0; i < numbers.rank; i++) {
        positive &= numbers.dim[i] > 0;
        small &= numbers.dim[i] <= INT32_MAX;
    }
    if (axes == 1)
        CN_CHECK(positive, "%s must be one positive number, got %s", argument,
                 numbers_text(list, text));
    CN_CHECK(positive, "%s must be one positive number or %" PRId64 ", got %s", argument, axes,
             numbers_text(list, text));
    CN_CHECK(small, "%s %s is too large", argument, numbers_text(list, text));
    return CN_OK;
}

int64_t cn_second_end(const int64_t ends[CN_MAX_RANK])
{
    return ends[1] == CN_NONE ? ends[0] : ends[1];
}

cn_status cn_check_ends(const char *argument, const int64_t ends[CN_MAX_RANK])
{
    CN_CHECK(ends[0] >= 0 && ends[1] >= CN_NONE && ends[2] == 0,
             "%s must be one number or two, none of them negative, got (%" PRId64 ", %" PRId64 "%s",
             argument, ends[0], cn_second_end(ends), ends[2] == 0 ? ")" : ", ...)");
    return CN_OK;
}
