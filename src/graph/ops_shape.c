/* Public operations that multiply, look up and move elements. */
#include "cornu/ops.h"

#include "graph/graph.h"
#include "ops/emit.h"

/* ---- products and lookups -------------------------------------------------------------------- */

static cn_tensor *of_two(const char *name, cn_operation_emit *emit, cn_tensor *a, cn_tensor *b)
{
    cn_tensor *inputs[2];
    inputs[0] = a;
    inputs[1] = b;
    return cn_operation(name, emit, NULL, 0, inputs, 2);
}

static cn_value emit_matmul(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)args, (void)n;
    return cn_emit_matmul(p, inputs[0], inputs[1]);
}

cn_tensor *cn_ops_matmul(cn_tensor *a, cn_tensor *b)
{
    return of_two("matmul", emit_matmul, a, b);
}

static cn_value emit_take(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)args, (void)n;
    return cn_emit_gather(p, inputs[0], cn_emit_cast(p, inputs[1], CN_INT32));
}

cn_tensor *cn_ops_take(cn_tensor *x, cn_tensor *indices)
{
    return of_two("take", emit_take, x, indices);
}

/* What the functions below need besides tensors: numbers and a shape or two. */
struct arguments {
    int64_t number[2];
    cn_shape shape, start;
};

static cn_tensor *of_one(const char *name, cn_operation_emit *emit, const struct arguments *args,
                         cn_tensor *x)
{
    return cn_operation(name, emit, args, sizeof *args, &x, 1);
}

static cn_value emit_one_hot(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    const struct arguments *own = args;
    if (own->number[0] <= 0)
        return cn_program_fail(p,
                               cn_fail(CN_INVALID, "one_hot: num_classes must be positive, got %d",
                                       (int)own->number[0]));
    return cn_emit_one_hot(p, cn_emit_cast(p, inputs[0], CN_INT32), own->number[0]);
}

cn_tensor *cn_ops_one_hot(cn_tensor *labels, int64_t num_classes)
{
    return of_one("one_hot", emit_one_hot, &(struct arguments){.number = {num_classes}}, labels);
}

/* ---- axes ------------------------------------------------------------------------------------ */

static cn_value emit_expand_dims(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return cn_emit_expand_dims(p, inputs[0], ((const struct arguments *)args)->number[0]);
}

cn_tensor *cn_ops_expand_dims(cn_tensor *x, int64_t axis)
{
    return of_one("expand_dims", emit_expand_dims, &(struct arguments){.number = {axis}}, x);
}

static cn_value emit_squeeze(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return cn_emit_squeeze(p, inputs[0], ((const struct arguments *)args)->number[0]);
}

cn_tensor *cn_ops_squeeze(cn_tensor *x, int64_t axis)
{
    return of_one("squeeze", emit_squeeze, &(struct arguments){.number = {axis}}, x);
}

static cn_value emit_swapaxes(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    const struct arguments *own = args;
    return cn_emit_swap_axes(p, inputs[0], own->number[0], own->number[1]);
}

cn_tensor *cn_ops_swapaxes(cn_tensor *x, int64_t axis1, int64_t axis2)
{
    return of_one("swapaxes", emit_swapaxes, &(struct arguments){.number = {axis1, axis2}}, x);
}

static cn_value emit_repeat(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    const struct arguments *own = args;
    if (own->number[0] <= 0)
        return cn_program_fail(p, cn_fail(CN_INVALID, "repeat: repeats must be positive, got %d",
                                          (int)own->number[0]));
    return cn_emit_repeat(p, inputs[0], own->number[0], own->number[1]);
}

cn_tensor *cn_ops_repeat(cn_tensor *x, int64_t repeats, int64_t axis)
{
    return of_one("repeat", emit_repeat, &(struct arguments){.number = {repeats, axis}}, x);
}

/* ---- shapes ---------------------------------------------------------------------------------- */

static cn_value emit_reshape(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    return cn_emit_reshape(p, inputs[0], ((const struct arguments *)args)->shape);
}

cn_tensor *cn_ops_reshape_with(const cn_ops_shape_args *args)
{
    return of_one("reshape", emit_reshape,
                  &(struct arguments){.shape = cn_shape_of_dims(args->shape)}, args->x);
}

/* CN_NONE in the shape is x's own dimension, counted from the end. */
static cn_value emit_broadcast_to(cn_program *p, const void *args, const cn_value *inputs,
                                  int64_t n)
{
    (void)n;
    cn_shape shape = ((const struct arguments *)args)->shape;
    const cn_shape *own = cn_shape_of(p, inputs[0]);
    for (int64_t i = 0; i < shape.rank; i++)
        if (shape.dim[i] == CN_NONE && shape.rank - i <= own->rank)
            shape.dim[i] = own->dim[own->rank - (shape.rank - i)];
    return cn_emit_broadcast_to(p, inputs[0], shape);
}

cn_tensor *cn_ops_broadcast_to_with(const cn_ops_shape_args *args)
{
    const struct arguments own = {.shape = cn_shape_of_dims(args->shape)};
    return of_one("broadcast_to", emit_broadcast_to, &own, args->x);
}

/* The list of axes has the rank of x; number[0]: whether there is none, which reverses all. */
static cn_value emit_transpose(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    const struct arguments *own = args;
    cn_shape permutation = own->shape;
    permutation.rank = cn_shape_of(p, inputs[0])->rank;
    for (int64_t i = 0; own->number[0] && i < permutation.rank; i++)
        permutation.dim[i] = permutation.rank - 1 - i;
    return cn_emit_transpose(p, inputs[0], permutation);
}

cn_tensor *cn_ops_transpose_with(const cn_ops_transpose_args *args)
{
    struct arguments own = {.number = {args->axes[0] == CN_EVERY_AXIS}};
    for (int i = 0; i < CN_MAX_RANK; i++)
        own.shape.dim[i] = args->axes[i];
    return of_one("transpose", emit_transpose, &own, args->x);
}

static cn_value emit_slice(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    (void)n;
    const struct arguments *own = args;
    const cn_shape shape = *cn_shape_of(p, inputs[0]);
    cn_shape start = own->start, size = own->shape, step = {.rank = shape.rank};
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

cn_tensor *cn_ops_slice_with(const cn_ops_slice_args *args)
{
    struct arguments own = {.number = {0}};
    for (int i = 0; i < CN_MAX_RANK; i++) {
        own.start.dim[i] = args->start_indices[i];
        own.shape.dim[i] = args->shape[i];
    }
    return of_one("slice", emit_slice, &own, args->x);
}

/* ---- joining --------------------------------------------------------------------------------- */

static cn_tensor *join(const char *name, cn_operation_emit *emit, const cn_ops_join_args *args)
{
    cn_tensor *inputs[CN_MOST_TENSORS];
    int64_t n = 0;
    for (; args->xs.list != NULL && args->xs.list[n] != CN_END; n++) {
        if (n == CN_MOST_TENSORS) {
            (void)cn_fail(CN_INVALID, "%s: takes at most %d tensors", name, CN_MOST_TENSORS);
            return NULL;
        }
        inputs[n] = (cn_tensor *)(uintptr_t)args->xs.list[n];
    }
    if (n == 0) {
        (void)cn_fail(CN_INVALID, "%s: takes CN_LIST(...) of tensors", name);
        return NULL;
    }
    return cn_operation(name, emit, &(struct arguments){.number = {args->axis}},
                        sizeof(struct arguments), inputs, n);
}

static cn_value emit_concatenate(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    return cn_emit_concatenate(p, inputs, n, ((const struct arguments *)args)->number[0]);
}

cn_tensor *cn_ops_concatenate_with(const cn_ops_join_args *args)
{
    return join("concatenate", emit_concatenate, args);
}

static cn_value emit_stack(cn_program *p, const void *args, const cn_value *inputs, int64_t n)
{
    const int64_t axis = ((const struct arguments *)args)->number[0];
    cn_value parts[CN_MOST_TENSORS];
    for (int64_t i = 0; i < n; i++)
        parts[i] = cn_emit_expand_dims(p, inputs[i], axis);
    return cn_emit_concatenate(p, parts, n, axis);
}

cn_tensor *cn_ops_stack_with(const cn_ops_join_args *args)
{
    return join("stack", emit_stack, args);
}
