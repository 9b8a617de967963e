/* Rescaling: y = x * scale + offset, each one number or one for each member of the last axis. */
#include <math.h>

#include "layers/layers.h"

static const cn_rescaling_args defaults = {
    .scale = {1, CN_UNSET}, .offset = {0, CN_UNSET}, CN_RESCALING_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_rescaling_args),
    CN_FIELD(cn_rescaling_args, scale, CN_FIELD_REALS, CN_FIELD_ONE_OR_MORE),
    CN_FIELD(cn_rescaling_args, offset, CN_FIELD_REALS, CN_FIELD_ONE_OR_MORE),
    CN_END_FIELDS,
};

static int64_t length(const double *numbers)
{
    int64_t n = 0;
    while (n < CN_MAX_LIST && !isnan(numbers[n]))
        n++;
    return n;
}

/* As lists are written in C they end in zeros; from here on they end at a NaN. */
static void end_list(double *numbers, int64_t at_least)
{
    int64_t n = length(numbers);
    if (n < CN_MAX_LIST) /* it does already */
        return;
    while (n > at_least && numbers[n - 1] == 0)
        n--;
    if (n < CN_MAX_LIST)
        numbers[n] = CN_UNSET;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_rescaling_args *args = layer->args;
    const cn_shape *shape = &inputs[0].shape;
    const int64_t features = shape->rank == 0 ? 1 : shape->dim[shape->rank - 1];
    const int64_t scales = length(args->scale), offsets = length(args->offset);
    CN_CHECK((scales == 1 || features == scales || features == CN_NONE || features == 1) &&
                 (offsets == 1 || features == offsets || features == CN_NONE || features == 1),
             "%s: has %d scales and %d offsets, which do not fit the last axis of shape %s",
             layer->name, (int)scales, (int)offsets, cn_shape_str(shape));
    return CN_OK;
}

/* One number as a scalar; several as a vector [n], put together from scalars (a pass folds them).
 */
static cn_value emit_numbers(cn_program *p, const double *numbers)
{
    cn_value parts[CN_MAX_LIST];
    const int64_t n = length(numbers);
    for (int64_t i = 0; i < n; i++)
        parts[i] = cn_emit_full(p, numbers[i], CN_FLOAT32, n == 1 ? (cn_shape){0} : CN_SHAPE(1));
    return n == 1 ? parts[0] : cn_emit_concatenate(p, parts, n, 0);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_rescaling_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    cn_value y = cn_emit_multiply(p, x, emit_numbers(p, args->scale));
    if (length(args->offset) > 1 || args->offset[0] != 0)
        y = cn_emit_add(p, y, emit_numbers(p, args->offset));
    frame->outputs[0] = y;
    return p->status;
}

const cn_layer_class cn_rescaling_layer_class = {
    CN_LAYER_CLASS("Rescaling", cn_rescaling_args, fields, defaults),
    CN_ONE_INPUT,
    .passes_mask = true,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_rescaling_with(const cn_rescaling_args *args)
{
    cn_rescaling_args own = *args;
    end_list(own.scale, 1);
    const int64_t scales = length(own.scale);
    end_list(own.offset, scales > 1 ? scales : 1);
    return cn_layer_make(&cn_rescaling_layer_class, &own);
}
