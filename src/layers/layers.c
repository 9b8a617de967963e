/* The list of layer classes, and what they share. */
#include "layers/layers.h"

#include <inttypes.h>

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
