/* Operations that make a tensor for another's shape: filled ones, grids; and what a tensor's shape
 * says. */
#include "cornu/array_ops.h"
#include "cornu/math_ops.h"

#include <string.h>

#include "graph/draw.h"
#include "ops/emit.h"
#include "runtime/dtype.h"

/* ---- of the same shape ----------------------------------------------------------------------- */

/* The fill, broadcast; of x only the shape is used, and the type if none is said. */
CN_EMIT(emit_full_like)
{
    (void)n;
    if (inputs[0] == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape shape = *cn_shape_of(p, inputs[0]);
    cn_value fill = cn_emit_broadcast_to(p, inputs[1], shape);
    if (args->dtype == NULL)
        return cn_emit_cast(p, fill, cn_dtype_of(p, inputs[0]));
    return cn_emit_typed(p, class, args, fill);
}

/* Zeros, where Keras leaves what is in memory. */
CN_EMIT(emit_empty_like)
{
    (void)n;
    return cn_emit_typed(p, class, args, cn_emit_zeros_like(p, inputs[0]));
}

/* The least and the largest number of the type, as float32 has them. */
static void limits_of(cn_dtype dtype, double *least, double *most)
{
    *least = dtype == CN_FLOAT32 ? -(double)3.4028235e38f : dtype == CN_INT32 ? INT32_MIN : 0;
    *most = dtype == CN_FLOAT32 ? (double)3.4028235e38f
            : dtype == CN_INT32 ? 2147483520
            : dtype == CN_UINT8 ? UINT8_MAX
                                : 1;
}

/* The bits of each number as those of another type of as many. */
CN_EMIT(emit_view)
{
    cn_dtype dtype;
    (void)n;
    if (inputs[0] == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_dtype from = cn_dtype_of(p, inputs[0]);
    if (args->dtype == NULL)
        return inputs[0];
    const cn_status status = cn_dtype_by_name(class->layer.automatic_name, args->dtype, &dtype);
    if (status != CN_OK)
        return cn_program_fail(p, status);
    if (dtype != from && (dtype != CN_FLOAT32 || from != CN_INT32) &&
        (dtype != CN_INT32 || from != CN_FLOAT32))
        return cn_refuse(p, class,
                         "of float32 and int32 the bits can be exchanged, not of %s and %s",
                         cn_dtype_name(from), cn_dtype_name(dtype));
    return cn_emit_view_bits(p, inputs[0], dtype);
}

/* As another type, in which a number outside is the nearest that there is. */
CN_EMIT(emit_saturate_cast)
{
    double least, most;
    (void)n;
    if (inputs[0] == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_dtype from = cn_dtype_of(p, inputs[0]);
    cn_value y = cn_emit_typed(p, class, args, inputs[0]);
    const cn_dtype to = y == CN_NO_VALUE ? from : cn_dtype_of(p, y);
    if (from == CN_BOOL || (from != CN_FLOAT32 && (to == CN_FLOAT32 || to == CN_INT32)))
        return y;
    limits_of(to, &least, &most);
    if (from == CN_FLOAT32)
        return cn_emit_cast(p, cn_emit_clip(p, inputs[0], least, most), to);
    y = cn_emit_maximum(p, inputs[0], cn_emit_whole(p, (int64_t)least));
    return cn_emit_cast(p, cn_emit_minimum(p, y, cn_emit_whole(p, (int64_t)most)), to);
}

/* Of real numbers: 0 or pi; and that they are real. */
static cn_value emit_angle(cn_program *p, cn_value x)
{
    x = cn_emit_cast(p, x, CN_FLOAT32);
    return cn_emit_arctan2(p, cn_emit_zeros_like(p, x), x);
}

static cn_value emit_isreal(cn_program *p, cn_value x)
{
    return cn_emit_cast(p, cn_emit_ones_like(p, x), CN_BOOL);
}

/* ---- what the shape says --------------------------------------------------------------------- */

static cn_value emit_size(cn_program *p, cn_value x)
{
    return x == CN_NO_VALUE ? x : cn_emit_whole(p, cn_shape_size(cn_shape_of(p, x)));
}

static cn_value emit_ndim(cn_program *p, cn_value x)
{
    return x == CN_NO_VALUE ? x : cn_emit_whole(p, cn_shape_of(p, x)->rank);
}

/* ---- grids ----------------------------------------------------------------------------------- */

/* Each of n lists along an axis of its own, repeated along those of the others; args->dtype is the
 * order of axes: "xy" exchanges the first two. */
CN_EMIT_SEVERAL(emit_meshgrid)
{
    const bool turned = n > 1 && args->dtype != NULL && strcmp(args->dtype, "xy") == 0;
    cn_shape whole = {.rank = n};
    if (!turned && args->dtype != NULL && strcmp(args->dtype, "xy") != 0 &&
        strcmp(args->dtype, "ij") != 0) {
        (void)cn_refuse(p, class, "indexing must be \"xy\" or \"ij\", got \"%.20s\"", args->dtype);
        return 0;
    }
    if (n > CN_MAX_RANK) {
        (void)cn_refuse(p, class, "takes at most %d tensors", CN_MAX_RANK);
        return 0;
    }
    for (int64_t i = 0; i < n; i++) {
        const int64_t axis = turned && i < 2 ? 1 - i : i;
        cn_shape along = {.rank = n};
        for (int64_t k = 0; k < n; k++)
            along.dim[k] = k == axis ? CN_NONE : 1;
        outputs[i] = cn_emit_reshape(p, inputs[i], along);
        if (outputs[i] != CN_NO_VALUE)
            whole.dim[axis] = cn_shape_of(p, outputs[i])->dim[axis];
    }
    for (int64_t i = 0; i < n; i++)
        outputs[i] = cn_emit_broadcast_to(p, outputs[i], whole);
    return n;
}

/* ---- classes --------------------------------------------------------------------------------- */

CN_EMIT(emit_function)
{
    (void)args, (void)n;
    return class->function(p, inputs[0]);
}

#define OF_SHAPE(name, class, function_)                                                           \
    {                                                                                              \
        CN_OPERATION(name, class, "numpy", cn_no_operation_fields, 1, 1), .emit = emit_function,   \
                                                                          .function = (function_)  \
    }

static const cn_field like_fields[] = {
    CN_OPERATION_FIELD("dtype", dtype, CN_FIELD_TEXT, CN_FIELD_OPTIONAL), CN_END_FIELDS};
static const cn_field meshgrid_fields[] = {CN_OPERATION_FIELD("indexing", dtype, CN_FIELD_TEXT, 0),
                                           CN_END_FIELDS};

const cn_operation_class cn_operation_full_like =
    CN_OPERATION_OF("full_like", "FullLike", "numpy", like_fields, 2, emit_full_like);
const cn_operation_class cn_operation_empty_like =
    CN_OPERATION_OF("empty_like", "EmptyLike", "numpy", like_fields, 1, emit_empty_like);
const cn_operation_class cn_operation_saturate_cast =
    CN_OPERATION_OF("saturate_cast", "SaturateCast", "core", like_fields, 1, emit_saturate_cast);
const cn_operation_class cn_operation_view =
    CN_OPERATION_OF("view", "View", "numpy", like_fields, 1, emit_view);
const cn_operation_class cn_operation_angle = OF_SHAPE("angle", "Angle", emit_angle);
const cn_operation_class cn_operation_isreal = OF_SHAPE("isreal", "Isreal", emit_isreal);
const cn_operation_class cn_operation_size = OF_SHAPE("size", "Size", emit_size);
const cn_operation_class cn_operation_ndim = OF_SHAPE("ndim", "Ndim", emit_ndim);
const cn_operation_class cn_operation_meshgrid = {
    CN_OPERATION("meshgrid", "Meshgrid", "numpy", meshgrid_fields, 1, CN_MAX_RANK),
    .emit_several = emit_meshgrid};

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_angle(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_angle, x);
}
cn_tensor *cn_ops_isreal(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_isreal, x);
}

cn_tensor *cn_ops_saturate_cast(cn_tensor *x, const char *dtype)
{
    return cn_draw_typed(&cn_operation_saturate_cast, x, dtype);
}
cn_tensor *cn_ops_view(cn_tensor *x, const char *dtype)
{
    return cn_draw_typed(&cn_operation_view, x, dtype);
}
cn_tensor *cn_ops_size(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_size, x);
}
cn_tensor *cn_ops_ndim(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_ndim, x);
}
cn_tensor *cn_ops_empty_like(cn_tensor *x)
{
    return cn_draw_1(&cn_operation_empty_like, x);
}
cn_tensor *cn_ops_full_like(cn_tensor *x, cn_tensor *fill_value)
{
    return cn_draw_2(&cn_operation_full_like, x, fill_value);
}

cn_tensors cn_ops_meshgrid_with(const cn_ops_meshgrid_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[CN_MOST_TENSORS];
    const int64_t n = cn_listed_tensors(&cn_operation_meshgrid, from->xs, inputs);
    args.dtype = from->indexing;
    return n == 0 ? cn_no_tensors()
                  : cn_operation_outputs(&cn_operation_meshgrid, &args, inputs, n);
}
