/* Reshape: x[N, ...] -> y[N, target_shape]; one dimension may be -1 and is computed. */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_reshape_args defaults = {CN_RESHAPE_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_reshape_args),
    CN_FIELD(cn_reshape_args, target_shape, CN_FIELD_DIMS, CN_FIELD_AXES),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_reshape_args *args = own;
    const cn_shape shape = cn_shape_of_dims(args->target_shape);
    int64_t unknown = 0;
    CN_CHECK(shape.rank > 0, "target_shape has no dimensions");
    for (int64_t i = 0; i < shape.rank; i++) {
        CN_CHECK(shape.dim[i] > 0 || shape.dim[i] == -1, "target_shape has the dimension %" PRId64,
                 shape.dim[i]);
        unknown += shape.dim[i] == -1;
    }
    CN_CHECK(unknown <= 1,
             "target_shape has %" PRId64 " dimensions that are -1, at most 1 can be computed",
             unknown);
    return CN_OK;
}

/* The product of dimensions from `from` on that are known; unknown: whether some are not. */
static int64_t known_size(const cn_shape *shape, int64_t from, bool *unknown)
{
    int64_t size = 1;
    *unknown = false;
    for (int64_t i = from; i < shape->rank; i++) {
        if (shape->dim[i] == CN_NONE)
            *unknown = true;
        else
            size *= shape->dim[i];
    }
    return size;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_reshape_args *args = layer->args;
    const cn_shape *shape = &inputs[0].shape, target = cn_shape_of_dims(args->target_shape);
    bool input_unknown, target_unknown;
    CN_CHECK(shape->rank >= 1, "%s: input has no batch axis", layer->name);
    int64_t size = known_size(shape, 1, &input_unknown),
            wanted = known_size(&target, 0, &target_unknown);
    CN_CHECK(input_unknown || (target_unknown ? size % wanted == 0 : size == wanted),
             "%s: the %" PRId64
             " elements of each sample of shape %s do not fill the target shape %s",
             layer->name, size, cn_shape_str(shape), cn_shape_str(&target));
    return CN_OK;
}

static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_reshape_args *args = layer->args;
    cn_shape target = cn_shape_of_dims(args->target_shape);
    bool input_unknown, target_unknown;
    int64_t size = known_size(&inputs[0].shape, 1, &input_unknown),
            wanted = known_size(&target, 0, &target_unknown);
    for (int64_t i = 0; !input_unknown && i < target.rank; i++)
        if (target.dim[i] == CN_NONE)
            target.dim[i] = size / wanted;
    *n_outputs = 1;
    outputs[0].dtype = inputs[0].dtype;
    return cn_shape_with_batch(target, inputs[0].shape.dim[0], &outputs[0].shape);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_reshape_args *args = frame->layer->args;
    cn_shape shape;
    CN_TRY(cn_shape_with_batch(cn_shape_of_dims(args->target_shape),
                               cn_shape_of(frame->program, frame->inputs[0])->dim[0], &shape));
    frame->outputs[0] = cn_emit_reshape(frame->program, frame->inputs[0], shape);
    return frame->program->status;
}

const cn_layer_class cn_reshape_layer_class = {
    CN_LAYER_CLASS("Reshape", cn_reshape_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .check_inputs = check_inputs,
    .infer = infer,
    .call = call,
};

cn_layer *cn_reshape_with(const cn_reshape_args *args)
{
    return cn_layer_make(&cn_reshape_layer_class, args);
}
