/* Dot: for each sample the products of two tensors, summed over one axis of each. */
#include <inttypes.h>

#include "layers/layers.h"

static const cn_dot_args defaults = {CN_DOT_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_dot_args),
    CN_FIELD(cn_dot_args, axes, CN_FIELD_DIMS, CN_FIELD_ONE_OR_MORE | CN_FIELD_AXES),
    CN_FIELD(cn_dot_args, normalize, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_dot_args *args = own;
    const cn_shape axes = cn_shape_of_dims(args->axes);
    CN_CHECK(axes.rank == 1 || axes.rank == 2,
             "axes must be one axis or two, none of them 0 (the batch), got %s",
             cn_shape_str(&axes));
    return CN_OK;
}

/* The axis of input i over which it is summed: 1 .. rank-1; otherwise 0 or less. */
static int64_t axis_of(const cn_layer *layer, const cn_shape *shape, int i)
{
    const cn_dot_args *args = layer->args;
    return cn_shape_axis(shape, args->axes[1] == 0 ? args->axes[0] : args->axes[i]);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_shape *a = &inputs[0].shape, *b = &inputs[1].shape;
    for (int i = 0; i < n; i++)
        CN_CHECK(inputs[i].shape.rank >= 2 && axis_of(layer, &inputs[i].shape, i) > 0,
                 "%s: axes are not in its inputs' shapes %s and %s, or one is the batch",
                 layer->name, cn_shape_str(a), cn_shape_str(b));
    const int64_t i = axis_of(layer, a, 0), k = axis_of(layer, b, 1);
    CN_CHECK(a->dim[i] == b->dim[k] || a->dim[i] == CN_NONE || b->dim[k] == CN_NONE,
             "%s: axis %" PRId64 " of shape %s and axis %" PRId64 " of shape %s must be equal",
             layer->name, i, cn_shape_str(a), k, cn_shape_str(b));
    CN_CHECK(a->rank + b->rank - 3 <= CN_MAX_RANK, "%s: its output would have more than %d axes",
             layer->name, CN_MAX_RANK);
    return CN_OK;
}

/* What remains of both shapes: the batch, then the axes of a but the summed one, then those of b.
 */
static cn_shape rest(const cn_shape *a, int64_t i, const cn_shape *b, int64_t k)
{
    cn_shape shape = {0};
    for (int64_t axis = 0; axis < a->rank; axis++)
        if (axis != i)
            shape.dim[shape.rank++] = a->dim[axis];
    for (int64_t axis = 1; axis < b->rank; axis++)
        if (axis != k)
            shape.dim[shape.rank++] = b->dim[axis];
    if (shape.rank == 1)
        shape.dim[shape.rank++] = 1;
    return shape;
}

static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_shape *a = &inputs[0].shape, *b = &inputs[1].shape;
    outputs[0] = (cn_type){CN_FLOAT32, rest(a, axis_of(layer, a, 0), b, axis_of(layer, b, 1))};
    *n_outputs = 1;
    return CN_OK;
}

/* x with one axis brought to the place `to` (1: behind the batch, -1: the end) and the others
 * joined: rank 3. */
static cn_value as_matrices(cn_program *p, cn_value x, int64_t axis, int64_t to)
{
    const cn_shape shape = *cn_shape_of(p, x);
    cn_shape permutation = {.rank = 1};
    if (to == 1)
        permutation.dim[permutation.rank++] = axis;
    for (int64_t i = 1; i < shape.rank; i++)
        if (i != axis)
            permutation.dim[permutation.rank++] = i;
    if (to != 1)
        permutation.dim[permutation.rank++] = axis;
    const int64_t first = to == 1 ? shape.dim[axis] : CN_NONE,
                  last = to == 1 ? CN_NONE : shape.dim[axis];
    return cn_emit_reshape(p, cn_emit_transpose(p, x, permutation),
                           CN_SHAPE(shape.dim[0], first, last));
}

static cn_status call(cn_call_frame *frame)
{
    const cn_dot_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value a = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32),
             b = cn_emit_cast(p, frame->inputs[1], CN_FLOAT32);
    CN_TRY(p->status);
    const cn_shape left = *cn_shape_of(p, a), right = *cn_shape_of(p, b);
    const int64_t i = axis_of(frame->layer, &left, 0), k = axis_of(frame->layer, &right, 1);
    if (args->normalize) {
        a = cn_emit_l2_normalize(p, a, CN_AXES(i), 1e-7);
        b = cn_emit_l2_normalize(p, b, CN_AXES(k), 1e-7);
    }
    CN_TRY(p->status);
    cn_value product = cn_emit_matmul(p, as_matrices(p, a, i, -1), as_matrices(p, b, k, 1));
    frame->outputs[0] = cn_emit_reshape(p, product, rest(&left, i, &right, k));
    return p->status;
}

const cn_layer_class cn_dot_layer_class = {
    CN_LAYER_CLASS("Dot", cn_dot_args, fields, defaults),
    .base.check = check,
    .min_inputs = 2,
    .max_inputs = 2,
    .check_inputs = check_inputs,
    .infer = infer,
    .call = call,
};

cn_layer *cn_dot_with(const cn_dot_args *args)
{
    return cn_layer_make(&cn_dot_layer_class, args);
}
