/* Masking: a step of x[N, T, ..., F] of which every feature is mask_value is masked, and 0 in y. */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_masking_args defaults = {CN_MASKING_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_masking_args),
    CN_FIELD(cn_masking_args, mask_value, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_shape *shape = &inputs[0].shape;
    CN_CHECK(shape->rank >= 2, "%s: input needs rank >= 2, has %" PRId64 " (shape %s)", layer->name,
             shape->rank, cn_shape_str(shape));
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_masking_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value x = frame->inputs[0];
    cn_value differs = cn_emit_not_equal(p, x, cn_emit_scalar(p, args->mask_value));
    cn_value kept = cn_emit_any(p, differs, CN_AXES(-1), true);
    frame->outputs[0] = cn_emit_where(p, kept, x, cn_emit_zeros_like(p, x));
    frame->output_masks[0] = cn_emit_squeeze(p, kept, -1);
    return p->status;
}

const cn_layer_class cn_masking_layer_class = {
    CN_LAYER_CLASS("Masking", cn_masking_args, fields, defaults),
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_masking_with(const cn_masking_args *args)
{
    return cn_layer_make(&cn_masking_layer_class, args);
}
