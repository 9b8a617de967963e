/* Cropping1D: without the first steps and the last, x[N, T, F] -> y[N, T - first - last, F]. */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_cropping1d_args defaults = {CN_CROPPING1D_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_cropping1d_args),
    CN_FIELD(cn_cropping1d_args, cropping, CN_FIELD_DIMS, CN_FIELD_PAIR),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    return cn_check_ends("cropping", ((const cn_cropping1d_args *)own)->cropping);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_cropping1d_args *args = layer->args;
    const cn_shape *shape = &inputs[0].shape;
    const int64_t first = args->cropping[0], last = cn_second_end(args->cropping);
    CN_TRY(cn_check_rank(layer, shape, 3));
    CN_CHECK(shape->dim[1] == CN_NONE || (first < shape->dim[1] && last < shape->dim[1] - first),
             "%s: cropping (%" PRId64 ", %" PRId64 ") leaves nothing of an input of shape %s",
             layer->name, first, last, cn_shape_str(shape));
    return CN_OK;
}

/* A batch may be shorter than what was drawn tells. */
static cn_status call(cn_call_frame *frame)
{
    const cn_cropping1d_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_type type = *cn_type_of(p, frame->inputs[0]);
    const int64_t first = args->cropping[0], last = cn_second_end(args->cropping);
    CN_TRY(check_inputs(frame->layer, &type, 1));
    frame->outputs[0] =
        cn_emit_slice_axis(p, frame->inputs[0], 1, first, type.shape.dim[1] - first - last);
    return p->status;
}

/* Known also where the sizes that stand for unknown ones in tracing would be too small. */
static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_cropping1d_args *args = layer->args;
    outputs[0] = inputs[0];
    if (inputs[0].shape.dim[1] != CN_NONE)
        outputs[0].shape.dim[1] -= args->cropping[0] + cn_second_end(args->cropping);
    *n_outputs = 1;
    return CN_OK;
}

const cn_layer_class cn_cropping1d_layer_class = {
    CN_LAYER_CLASS("Cropping1D", cn_cropping1d_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .infer = infer,
    .call = call,
};

cn_layer *cn_cropping1d_with(const cn_cropping1d_args *args)
{
    return cn_layer_make(&cn_cropping1d_layer_class, args);
}
