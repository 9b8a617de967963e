/* Public operations that normalize: y = (x - mean) / sqrt(variance + epsilon) scale + offset. */
#include "cornu/nn.h"

#include <math.h>

#include "graph/operation.h"
#include "ops/emit.h"

static cn_value real(cn_program *p, cn_value x)
{
    return cn_emit_cast(p, x, CN_FLOAT32);
}

/* What is added to a variance is args->low; Keras's own where that is not said. */
static cn_value scale_of(cn_program *p, const cn_operation_args *args, cn_value variance)
{
    const double epsilon = isnan(args->low) ? 1e-7 : args->low;
    return cn_emit_rsqrt(p, cn_emit_add_scalar(p, variance, epsilon));
}

/* The axes counted from 0; false, having failed, if one does not exist. */
static bool axes_of(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                    cn_value x, cn_shape *axes)
{
    *axes = args->axis;
    for (int64_t i = 0; i < axes->rank; i++)
        if ((axes->dim[i] = cn_axis_of(p, class, x, axes->dim[i])) < 0)
            return false;
    return axes->rank > 0 && p->status == CN_OK;
}

/* Numbers for axes of x, brought to its rank; those that broadcast as they are stay. */
static cn_value along(cn_program *p, cn_value x, const cn_shape *axes, cn_value v)
{
    if (v == CN_NO_VALUE)
        return v;
    const cn_shape shape = *cn_shape_of(p, x);
    cn_shape wanted = {.rank = shape.rank};
    v = real(p, v);
    if (v == CN_NO_VALUE || cn_shape_of(p, v)->rank == shape.rank ||
        (axes->rank == 1 && axes->dim[0] == shape.rank - 1))
        return v;
    for (int64_t i = 0; i < shape.rank; i++)
        wanted.dim[i] = 1;
    for (int64_t i = 0; i < axes->rank; i++)
        wanted.dim[axes->dim[i]] = shape.dim[axes->dim[i]];
    return cn_emit_reshape(p, v, wanted);
}

/* x scale + offset, either of which there may not be. */
static cn_value scaled(cn_program *p, cn_value x, cn_value scale, cn_value offset)
{
    if (scale != CN_NO_VALUE)
        x = cn_emit_multiply(p, x, scale);
    return offset == CN_NO_VALUE ? x : cn_emit_add(p, x, offset);
}

/* Mean, variance, offset and scale are inputs, numbers of one axis. */
CN_EMIT(emit_batch_normalization)
{
    cn_value x = real(p, inputs[0]), of[4];
    cn_shape axes;
    (void)n;
    if (!axes_of(p, class, args, x, &axes))
        return CN_NO_VALUE;
    for (int i = 0; i < 4; i++)
        of[i] = along(p, x, &axes, inputs[i + 1]);
    x = cn_emit_subtract(p, x, of[0]);
    x = cn_emit_multiply(p, x, scale_of(p, args, of[1]));
    return scaled(p, x, of[3], of[2]);
}

/* keepdims stands for "rms_scaling": divided by the deviation only, and without an offset. */
CN_EMIT(emit_layer_normalization)
{
    cn_value x = real(p, inputs[0]);
    cn_shape axes;
    (void)n;
    if (!axes_of(p, class, args, x, &axes))
        return CN_NO_VALUE;
    cn_value scale = along(p, x, &axes, inputs[1]), offset = along(p, x, &axes, inputs[2]);
    cn_value apart = cn_emit_subtract(p, x, cn_emit_mean(p, x, axes, true));
    cn_value variance = cn_emit_mean(p, cn_emit_square(p, apart), axes, true);
    variance = scale_of(p, args, variance);
    return args->keepdims ? scaled(p, cn_emit_multiply(p, x, variance), scale, CN_NO_VALUE)
                          : scaled(p, cn_emit_multiply(p, apart, variance), scale, offset);
}

/* Divided by the root of the mean square; the scale is broadcast. */
CN_EMIT(emit_rms_normalization)
{
    cn_value x = real(p, inputs[0]);
    cn_shape axes;
    (void)n;
    if (!axes_of(p, class, args, x, &axes))
        return CN_NO_VALUE;
    cn_value square = cn_emit_mean(p, cn_emit_square(p, x), axes, true);
    x = cn_emit_multiply(p, x, scale_of(p, args, square));
    return scaled(p, x, inputs[1] == CN_NO_VALUE ? inputs[1] : real(p, inputs[1]), CN_NO_VALUE);
}

static const cn_argument batch_arguments[] = {{"x", 0},
                                              {"mean", 0},
                                              {"variance", 0},
                                              {"offset", CN_ARGUMENT_OPTIONAL},
                                              {"scale", CN_ARGUMENT_OPTIONAL},
                                              {NULL, 0}};
static const cn_argument layer_arguments[] = {
    {"x", 0}, {"gamma", CN_ARGUMENT_OPTIONAL}, {"beta", CN_ARGUMENT_OPTIONAL}, {NULL, 0}};
static const cn_argument rms_arguments[] = {
    {"x", 0}, {"scale", CN_ARGUMENT_OPTIONAL | CN_ARGUMENT_NAMED}, {NULL, 0}};

#define AXIS_AND_EPSILON                                                                           \
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE, CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED),      \
        CN_OPERATION_FIELD("epsilon", low, CN_FIELD_REAL, CN_FIELD_OPTIONAL)
static const cn_field fields[] = {AXIS_AND_EPSILON, CN_END_FIELDS};
static const cn_field layer_fields[] = {
    AXIS_AND_EPSILON, CN_OPERATION_FIELD("rms_scaling", keepdims, CN_FIELD_BOOL, 0), CN_END_FIELDS};

#define NORMALIZATION(name, class, fields, most, arguments_, emit_)                                \
    {                                                                                              \
        CN_OPERATION(name, class, "nn", fields, 1, most), .emit = (emit_),                         \
                                                          .arguments = (arguments_)                \
    }

const cn_operation_class cn_operation_batch_normalization =
    NORMALIZATION("batch_norm", "BatchNorm", fields, 5, batch_arguments, emit_batch_normalization);
const cn_operation_class cn_operation_layer_normalization = NORMALIZATION(
    "layer_norm", "LayerNorm", layer_fields, 3, layer_arguments, emit_layer_normalization);
const cn_operation_class cn_operation_rms_normalization =
    NORMALIZATION("rms_norm", "RMSNorm", fields, 2, rms_arguments, emit_rms_normalization);

/* ---- in C ------------------------------------------------------------------------------------ */

static cn_operation_args args_of(const int64_t *axis, double epsilon)
{
    cn_operation_args args = cn_operation_defaults;
    args.axis = cn_shape_of_axes(axis);
    args.low = epsilon;
    return args;
}

cn_tensor *cn_ops_batch_normalization_with(const cn_ops_batch_normalization_args *from)
{
    const cn_operation_args args = args_of((const int64_t[CN_MAX_RANK]){from->axis}, from->epsilon);
    cn_tensor *const inputs[] = {from->x, from->mean, from->variance, from->offset, from->scale};
    return cn_operation(&cn_operation_batch_normalization, &args, inputs, 5);
}

cn_tensor *cn_ops_layer_normalization_with(const cn_ops_layer_normalization_args *from)
{
    cn_operation_args args = args_of(from->axis, from->epsilon);
    cn_tensor *const inputs[] = {from->x, from->gamma, from->beta};
    args.keepdims = from->rms_scaling;
    return cn_operation(&cn_operation_layer_normalization, &args, inputs, 3);
}

cn_tensor *cn_ops_rms_normalization_with(const cn_ops_rms_normalization_args *from)
{
    const cn_operation_args args = args_of(from->axis, from->epsilon);
    cn_tensor *const inputs[] = {from->x, from->scale};
    return cn_operation(&cn_operation_rms_normalization, &args, inputs, 2);
}
