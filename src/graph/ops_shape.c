/* Public operations that multiply and move elements. */
#include "cornu/ops.h"

#include "graph/draw.h"
#include "ops/emit.h"

/* The body of an emit that needs no more than its arguments. */
#define EMIT(name)                                                                                 \
    static cn_value name(cn_program *p, const cn_operation_class *class,                           \
                         const cn_operation_args *args, const cn_value *inputs, int64_t n)

/* ---- products -------------------------------------------------------------------------------- */

EMIT(emit_matmul)
{
    (void)class, (void)args, (void)n;
    return cn_emit_matmul(p, inputs[0], inputs[1]);
}

const cn_operation_class cn_operation_matmul = {
    CN_OPERATION("matmul", "Matmul", "numpy", cn_no_operation_fields, 2, 2), .emit = emit_matmul};

cn_tensor *cn_ops_matmul(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_matmul, a, b);
}

/* ---- axes ------------------------------------------------------------------------------------ */

static const cn_field axis_fields[] = {CN_OPERATION_FIELD("axis", number, CN_FIELD_INT, 0),
                                       CN_END_FIELDS};

EMIT(emit_expand_dims)
{
    (void)class, (void)n;
    return cn_emit_expand_dims(p, inputs[0], args->number);
}

const cn_operation_class cn_operation_expand_dims = {
    CN_OPERATION("expand_dims", "ExpandDims", "numpy", axis_fields, 1, 1),
    .emit = emit_expand_dims};

cn_tensor *cn_ops_expand_dims(cn_tensor *x, int64_t axis)
{
    return cn_draw_numbers(&cn_operation_expand_dims, x, axis, 0);
}

EMIT(emit_squeeze)
{
    (void)class, (void)n;
    return cn_emit_squeeze(p, inputs[0], args->number);
}

const cn_operation_class cn_operation_squeeze = {
    CN_OPERATION("squeeze", "Squeeze", "numpy", axis_fields, 1, 1), .emit = emit_squeeze};

cn_tensor *cn_ops_squeeze(cn_tensor *x, int64_t axis)
{
    return cn_draw_numbers(&cn_operation_squeeze, x, axis, 0);
}

EMIT(emit_swapaxes)
{
    (void)class, (void)n;
    return cn_emit_swap_axes(p, inputs[0], args->number, args->other);
}

static const cn_field swapaxes_fields[] = {CN_OPERATION_FIELD("axis1", number, CN_FIELD_INT, 0),
                                           CN_OPERATION_FIELD("axis2", other, CN_FIELD_INT, 0),
                                           CN_END_FIELDS};

const cn_operation_class cn_operation_swapaxes = {
    CN_OPERATION("swapaxes", "Swapaxes", "numpy", swapaxes_fields, 1, 1), .emit = emit_swapaxes};

cn_tensor *cn_ops_swapaxes(cn_tensor *x, int64_t axis1, int64_t axis2)
{
    return cn_draw_numbers(&cn_operation_swapaxes, x, axis1, axis2);
}

EMIT(emit_repeat)
{
    (void)class, (void)n;
    if (args->number <= 0)
        return cn_program_fail(
            p, cn_fail(CN_INVALID, "repeat: repeats must be positive, got %d", (int)args->number));
    return cn_emit_repeat(p, inputs[0], args->number, args->other);
}

static const cn_field repeat_fields[] = {CN_OPERATION_FIELD("repeats", number, CN_FIELD_INT, 0),
                                         CN_OPERATION_FIELD("axis", other, CN_FIELD_INT, 0),
                                         CN_END_FIELDS};

const cn_operation_class cn_operation_repeat = {
    CN_OPERATION("repeat", "Repeat", "numpy", repeat_fields, 1, 1), .emit = emit_repeat};

cn_tensor *cn_ops_repeat(cn_tensor *x, int64_t repeats, int64_t axis)
{
    return cn_draw_numbers(&cn_operation_repeat, x, repeats, axis);
}

/* ---- shapes ---------------------------------------------------------------------------------- */

/* Operations on one tensor with a shape. */
static cn_tensor *with_shape(const cn_operation_class *class, const cn_ops_shape_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.shape = cn_shape_of_dims(from->shape);
    return cn_operation(class, &args, &from->x, 1);
}

EMIT(emit_reshape)
{
    (void)class, (void)n;
    return cn_emit_reshape(p, inputs[0], args->shape);
}

static const cn_field reshape_fields[] = {
    CN_OPERATION_FIELD("newshape", shape, CN_FIELD_SHAPE, CN_FIELD_SIGNED), CN_END_FIELDS};

const cn_operation_class cn_operation_reshape = {
    CN_OPERATION("reshape", "Reshape", "numpy", reshape_fields, 1, 1), .emit = emit_reshape};

cn_tensor *cn_ops_reshape_with(const cn_ops_shape_args *args)
{
    return with_shape(&cn_operation_reshape, args);
}

/* CN_NONE in the shape is x's own dimension, counted from the end. */
EMIT(emit_broadcast_to)
{
    (void)class, (void)n;
    cn_shape shape = args->shape;
    const cn_shape *own = cn_shape_of(p, inputs[0]);
    for (int64_t i = 0; i < shape.rank; i++)
        if (shape.dim[i] == CN_NONE && shape.rank - i <= own->rank)
            shape.dim[i] = own->dim[own->rank - (shape.rank - i)];
    return cn_emit_broadcast_to(p, inputs[0], shape);
}

static const cn_field broadcast_fields[] = {CN_OPERATION_FIELD("shape", shape, CN_FIELD_SHAPE, 0),
                                            CN_END_FIELDS};

const cn_operation_class cn_operation_broadcast_to = {
    CN_OPERATION("broadcast_to", "BroadcastTo", "numpy", broadcast_fields, 1, 1),
    .emit = emit_broadcast_to};

cn_tensor *cn_ops_broadcast_to_with(const cn_ops_shape_args *args)
{
    return with_shape(&cn_operation_broadcast_to, args);
}

/* Without axes all are reversed. */
EMIT(emit_transpose)
{
    (void)class, (void)n;
    cn_shape permutation = args->axis;
    const int64_t rank = cn_shape_of(p, inputs[0])->rank;
    for (int64_t i = 0; permutation.rank < 0 && i < rank; i++)
        permutation.dim[i] = rank - 1 - i;
    if (permutation.rank < 0)
        permutation.rank = rank;
    return cn_emit_transpose(p, inputs[0], permutation);
}

static const cn_field transpose_fields[] = {
    CN_OPERATION_FIELD("axes", axis, CN_FIELD_SHAPE, CN_FIELD_OPTIONAL | CN_FIELD_SIGNED),
    CN_END_FIELDS};

const cn_operation_class cn_operation_transpose = {
    CN_OPERATION("transpose", "Transpose", "numpy", transpose_fields, 1, 1),
    .emit = emit_transpose};

/* The list has the rank of x. */
cn_tensor *cn_ops_transpose_with(const cn_ops_transpose_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    if (from->axes[0] != CN_EVERY_AXIS && from->x != NULL && from->x->kind == CN_KIND_TENSOR) {
        args.axis.rank = from->x->shape.rank;
        for (int i = 0; i < CN_MAX_RANK; i++)
            args.axis.dim[i] = from->axes[i];
    }
    return cn_operation(&cn_operation_transpose, &args, &from->x, 1);
}

/* Lists that are too short go on with zeros. */
EMIT(emit_slice)
{
    (void)class, (void)n;
    const cn_shape shape = *cn_shape_of(p, inputs[0]);
    cn_shape start = args->start, size = args->shape, step = {.rank = shape.rank};
    start.rank = size.rank = shape.rank;
    for (int64_t i = 0; i < shape.rank; i++) {
        if (start.dim[i] < 0)
            start.dim[i] += shape.dim[i];
        if (size.dim[i] <= 0)
            size.dim[i] = shape.dim[i] - start.dim[i];
        step.dim[i] = 1;
    }
    return cn_emit_slice(p, inputs[0], start, size, step);
}

static const cn_field slice_fields[] = {
    CN_OPERATION_FIELD("shape", shape, CN_FIELD_SHAPE, CN_FIELD_SIGNED),
    CN_OPERATION_FIELD("start_indices", start, CN_FIELD_SHAPE, CN_FIELD_IN_CALL | CN_FIELD_SIGNED),
    CN_END_FIELDS};

const cn_operation_class cn_operation_slice = {
    CN_OPERATION("slice", "Slice", "core", slice_fields, 1, 1), .emit = emit_slice};

cn_tensor *cn_ops_slice_with(const cn_ops_slice_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    if (from->x != NULL && from->x->kind == CN_KIND_TENSOR)
        args.start.rank = args.shape.rank = from->x->shape.rank;
    for (int i = 0; i < CN_MAX_RANK; i++) {
        args.start.dim[i] = from->start_indices[i];
        args.shape.dim[i] = from->shape[i] == 0 ? CN_NONE : from->shape[i];
    }
    return cn_operation(&cn_operation_slice, &args, &from->x, 1);
}

/* ---- joining --------------------------------------------------------------------------------- */

static cn_tensor *join(const cn_operation_class *class, const cn_ops_join_args *from)
{
    cn_tensor *inputs[CN_MOST_TENSORS];
    const int64_t n = cn_listed_tensors(class, from->xs, inputs);
    cn_operation_args args = cn_operation_defaults;
    args.number = from->axis;
    return n == 0 ? NULL : cn_operation(class, &args, inputs, n);
}

EMIT(emit_concatenate)
{
    (void)class;
    return cn_emit_concatenate(p, inputs, n, args->number);
}

const cn_operation_class cn_operation_concatenate = {
    CN_OPERATION("concatenate", "Concatenate", "numpy", axis_fields, 1, CN_MOST_TENSORS),
    .emit = emit_concatenate, .takes_list = true};

cn_tensor *cn_ops_concatenate_with(const cn_ops_join_args *args)
{
    return join(&cn_operation_concatenate, args);
}

EMIT(emit_stack)
{
    (void)class;
    cn_value parts[CN_MOST_TENSORS];
    for (int64_t i = 0; i < n; i++)
        parts[i] = cn_emit_expand_dims(p, inputs[i], args->number);
    return cn_emit_concatenate(p, parts, n, args->number);
}

const cn_operation_class cn_operation_stack = {
    CN_OPERATION("stack", "Stack", "numpy", axis_fields, 1, CN_MOST_TENSORS), .emit = emit_stack,
    .takes_list = true};

cn_tensor *cn_ops_stack_with(const cn_ops_join_args *args)
{
    return join(&cn_operation_stack, args);
}
