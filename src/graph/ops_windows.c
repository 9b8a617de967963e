/* Public operations of windows over x[N, space..., C], or x[N, C, space...]: convolutions with a
 * kernel that is a tensor like others, and pooling. */
#include <inttypes.h>
#include <string.h>

#include "cornu/nn.h"
#include "graph/operation.h"
#include "ops/emit.h"
#include "ops/padding.h"

/* ---- axes ------------------------------------------------------------------------------------ */

/* An axis's number of a list; one is for all. */
static int64_t for_axis(const cn_shape *list, int64_t axis)
{
    return list->rank < 0 ? -1 : list->dim[list->rank == 1 ? 0 : axis];
}

static bool fits(const cn_shape *list, int64_t axes, int64_t least)
{
    if (list->rank < 0)
        return true;
    for (int64_t i = 0; i < list->rank; i++)
        if (list->dim[i] < least || list->dim[i] > INT32_MAX)
            return false;
    return list->rank == 1 || list->rank == axes;
}

static bool check(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                  cn_value x)
{
    const int64_t axes = x == CN_NO_VALUE ? 0 : cn_shape_of(p, x)->rank - 2;
    if (axes < 1 || axes > 3) {
        (void)cn_refuse(p, class, "takes inputs of 3 to 5 axes, got %d", (int)axes + 2);
        return false;
    }
    if (strcmp(args->padding, "valid") != 0 && strcmp(args->padding, "same") != 0)
        (void)cn_refuse(p, class, "padding must be \"valid\" or \"same\", got \"%.50s\"",
                        args->padding);
    else if (!fits(&args->size, axes, 1) || !fits(&args->strides, axes, 1) ||
             !fits(&args->dilation, axes, 1) || !fits(&args->output_padding, axes, 0))
        (void)cn_refuse(p, class,
                        "sizes, strides and dilation_rate must be positive numbers, one or one for "
                        "each of %" PRId64 " axes",
                        axes);
    (void)cn_channels_are_first(p, class, args);
    return p->status == CN_OK;
}

static cn_value enter(cn_program *p, const cn_operation_args *args, cn_value x)
{
    return cn_move_channels(p, args, cn_emit_cast(p, x, CN_FLOAT32), true);
}

/* ---- convolution ----------------------------------------------------------------------------- */

static cn_window window_of(const cn_operation_args *args, const cn_shape *kernel, int64_t axis)
{
    const int64_t stride = for_axis(&args->strides, axis);
    return (cn_window){.size = kernel->dim[axis],
                       .stride = stride < 0 ? 1 : stride,
                       .dilation = for_axis(&args->dilation, axis),
                       .padding = args->padding};
}

static cn_conv_attributes attributes_of(const cn_operation_args *args, const cn_shape *x,
                                        const cn_shape *kernel)
{
    const int64_t axes = x->rank - 2, channels = kernel->dim[axes];
    cn_conv_attributes a = {
        .groups = channels > 0 && x->dim[axes + 1] >= channels ? x->dim[axes + 1] / channels : 1};
    a.strides.rank = a.dilation.rank = a.before.rank = a.after.rank = axes;
    for (int64_t i = 0; i < axes; i++) {
        const cn_window window = window_of(args, kernel, i);
        a.strides.dim[i] = window.stride;
        a.dilation.dim[i] = window.dilation;
        cn_window_around(&window, x->dim[i + 1], &a.before.dim[i], &a.after.dim[i]);
    }
    return a;
}

/* Both operands as the ops take them; false, having failed, if they do not fit. */
static bool take(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                 const cn_value *inputs, cn_value *x, cn_value *kernel)
{
    if (!check(p, class, args, inputs[0]))
        return false;
    *x = enter(p, args, inputs[0]);
    *kernel = cn_emit_cast(p, inputs[1], CN_FLOAT32);
    if (*x != CN_NO_VALUE && *kernel != CN_NO_VALUE &&
        cn_shape_of(p, *x)->rank != cn_shape_of(p, *kernel)->rank)
        (void)cn_refuse(p, class, "the kernel must have as many axes as the input, got %s",
                        cn_shape_str(cn_shape_of(p, *kernel)));
    return p->status == CN_OK;
}

CN_EMIT(emit_conv)
{
    cn_value x, kernel;
    (void)n;
    if (!take(p, class, args, inputs, &x, &kernel))
        return CN_NO_VALUE;
    const cn_conv_attributes a = attributes_of(args, cn_shape_of(p, x), cn_shape_of(p, kernel));
    return cn_move_channels(p, args, cn_emit_conv(p, x, kernel, &a), false);
}

CN_EMIT(emit_depthwise_conv)
{
    cn_value x, kernel;
    (void)n;
    if (!take(p, class, args, inputs, &x, &kernel))
        return CN_NO_VALUE;
    const cn_conv_attributes a = attributes_of(args, cn_shape_of(p, x), cn_shape_of(p, kernel));
    return cn_move_channels(p, args, cn_emit_depthwise_conv(p, x, kernel, &a), false);
}

/* The second kernel [1..., between, filters] mixes the channels of each cell. */
CN_EMIT(emit_separable_conv)
{
    cn_value x, kernel, mixing = cn_emit_cast(p, inputs[2], CN_FLOAT32);
    cn_operation_args cell = *args;
    (void)n;
    if (!take(p, class, args, inputs, &x, &kernel) || mixing == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_conv_attributes a = attributes_of(args, cn_shape_of(p, x), cn_shape_of(p, kernel));
    x = cn_emit_depthwise_conv(p, x, kernel, &a);
    if (x == CN_NO_VALUE || cn_shape_of(p, mixing)->rank != cn_shape_of(p, x)->rank)
        return cn_refuse(p, class, "the pointwise kernel must have as many axes as the input");
    cell.padding = "valid";
    cell.strides = (cn_shape){1, {1}};
    const cn_conv_attributes b = attributes_of(&cell, cn_shape_of(p, x), cn_shape_of(p, mixing));
    return cn_move_channels(p, args, cn_emit_conv(p, x, mixing, &b), false);
}

/* The kernel [k..., filters, C] is that of a convolution from the output to the input. */
CN_EMIT(emit_conv_transpose)
{
    cn_value x, kernel;
    (void)n;
    if (!take(p, class, args, inputs, &x, &kernel))
        return CN_NO_VALUE;
    cn_shape y = *cn_shape_of(p, x);
    const cn_shape k = *cn_shape_of(p, kernel);
    cn_conv_attributes a = attributes_of(args, &y, &k);
    a.groups = 1;
    if (k.dim[k.rank - 1] != y.dim[y.rank - 1])
        return cn_refuse(p, class,
                         "a kernel of shape %s does not fit an input of %" PRId64 " channels",
                         cn_shape_str(&k), y.dim[y.rank - 1]);
    for (int64_t i = 0; i < k.rank - 2; i++) {
        const cn_window window = window_of(args, &k, i);
        const int64_t more = for_axis(&args->output_padding, i);
        if (more >= window.stride)
            return cn_refuse(p, class, "output_padding must be below strides, got %" PRId64, more);
        const cn_transposed_axis axis = cn_window_transposed(&window, y.dim[i + 1], more);
        y.dim[i + 1] = axis.size;
        a.before.dim[i] = axis.before;
        a.after.dim[i] = axis.after;
    }
    cn_value made = cn_emit_conv_input_gradient(p, x, kernel, &a, &y);
    return cn_move_channels(p, args, made, false);
}

#define NUMBERS(name, member, more)                                                                \
    CN_OPERATION_FIELD(name, member, CN_FIELD_SHAPE, CN_FIELD_ONE_OR_MORE | (more))
#define PLACES                                                                                     \
    CN_OPERATION_FIELD("padding", padding, CN_FIELD_TEXT, 0),                                      \
        CN_OPERATION_FIELD("data_format", data_format, CN_FIELD_TEXT, 0)

static const cn_field conv_fields[] = {NUMBERS("strides", strides, 0), PLACES,
                                       NUMBERS("dilation_rate", dilation, 0), CN_END_FIELDS};
static const cn_field conv_transpose_fields[] = {
    NUMBERS("strides", strides, 0), PLACES,
    NUMBERS("output_padding", output_padding, CN_FIELD_OPTIONAL),
    NUMBERS("dilation_rate", dilation, 0), CN_END_FIELDS};

const cn_operation_class cn_operation_conv = {CN_OPERATION("conv", "Conv", "nn", conv_fields, 2, 2),
                                              .emit = emit_conv};
const cn_operation_class cn_operation_depthwise_conv = {
    CN_OPERATION("depthwise_conv", "DepthwiseConv", "nn", conv_fields, 2, 2),
    .emit = emit_depthwise_conv};
const cn_operation_class cn_operation_separable_conv = {
    CN_OPERATION("separable_conv", "SeparableConv", "nn", conv_fields, 3, 3),
    .emit = emit_separable_conv};
const cn_operation_class cn_operation_conv_transpose = {
    CN_OPERATION("conv_transpose", "ConvTranspose", "nn", conv_transpose_fields, 2, 2),
    .emit = emit_conv_transpose};

/* ---- pooling --------------------------------------------------------------------------------- */

typedef cn_value emit_windows(cn_program *p, cn_value x, const cn_pool_attributes *pool);

static cn_value pool(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                     cn_value x, emit_windows *emit)
{
    cn_pool_attributes pool = {.size.rank = 0};
    if (!check(p, class, args, x))
        return CN_NO_VALUE;
    x = enter(p, args, x);
    if (x == CN_NO_VALUE)
        return x;
    const cn_shape shape = *cn_shape_of(p, x);
    pool.size.rank = pool.strides.rank = pool.before.rank = pool.after.rank = shape.rank - 2;
    for (int64_t i = 0; i < shape.rank - 2; i++) {
        const int64_t size = for_axis(&args->size, i), stride = for_axis(&args->strides, i);
        const cn_window window = {size, stride < 0 ? size : stride, 1, args->padding};
        pool.size.dim[i] = size;
        pool.strides.dim[i] = window.stride;
        cn_window_around(&window, shape.dim[i + 1], &pool.before.dim[i], &pool.after.dim[i]);
    }
    return cn_move_channels(p, args, emit(p, x, &pool), false);
}

CN_EMIT(emit_max_pool)
{
    (void)n;
    return pool(p, class, args, inputs[0], cn_emit_max_pool);
}

CN_EMIT(emit_average_pool)
{
    (void)n;
    return pool(p, class, args, inputs[0], cn_emit_average_pool);
}

static const cn_field pool_fields[] = {NUMBERS("pool_size", size, 0),
                                       NUMBERS("strides", strides, CN_FIELD_OPTIONAL), PLACES,
                                       CN_END_FIELDS};

const cn_operation_class cn_operation_max_pool = {
    CN_OPERATION("max_pool", "MaxPool", "nn", pool_fields, 1, 1), .emit = emit_max_pool};
const cn_operation_class cn_operation_average_pool = {
    CN_OPERATION("average_pool", "AveragePool", "nn", pool_fields, 1, 1),
    .emit = emit_average_pool};

/* ---- public ---------------------------------------------------------------------------------- */

/* The arguments that several have; a list of which the first number is CN_NONE was not given. */
static cn_operation_args windows(const int64_t *strides, const char *padding,
                                 const char *data_format)
{
    cn_operation_args args = cn_operation_defaults;
    if (strides[0] != 0)
        args.strides = cn_shape_of_dims(strides);
    args.padding = padding == NULL ? "" : padding;
    args.data_format = data_format == NULL ? "" : data_format;
    return args;
}

static cn_tensor *convolve(const cn_operation_class *class, const cn_ops_conv_args *from)
{
    cn_operation_args args = windows(from->strides, from->padding, from->data_format);
    cn_tensor *const inputs[] = {from->inputs, from->kernel};
    args.dilation = cn_shape_of_dims(from->dilation_rate);
    return cn_operation(class, &args, inputs, 2);
}

cn_tensor *cn_ops_conv_with(const cn_ops_conv_args *args)
{
    return convolve(&cn_operation_conv, args);
}
cn_tensor *cn_ops_depthwise_conv_with(const cn_ops_conv_args *args)
{
    return convolve(&cn_operation_depthwise_conv, args);
}

cn_tensor *cn_ops_separable_conv_with(const cn_ops_separable_conv_args *from)
{
    cn_operation_args args = windows(from->strides, from->padding, from->data_format);
    cn_tensor *const inputs[] = {from->inputs, from->depthwise_kernel, from->pointwise_kernel};
    args.dilation = cn_shape_of_dims(from->dilation_rate);
    return cn_operation(&cn_operation_separable_conv, &args, inputs, 3);
}

cn_tensor *cn_ops_conv_transpose_with(const cn_ops_conv_transpose_args *from)
{
    cn_operation_args args = windows(from->strides, from->padding, from->data_format);
    cn_tensor *const inputs[] = {from->inputs, from->kernel};
    args.dilation = cn_shape_of_dims(from->dilation_rate);
    if (from->output_padding[0] != CN_NONE && from->inputs != NULL) {
        args.output_padding.rank = from->inputs->shape.rank - 2;
        for (int64_t i = 0; i < 3; i++)
            args.output_padding.dim[i] = from->output_padding[i];
    }
    return cn_operation(&cn_operation_conv_transpose, &args, inputs, 2);
}

static cn_tensor *take_windows(const cn_operation_class *class, const cn_ops_pool_args *from)
{
    cn_operation_args args = windows(from->strides, from->padding, from->data_format);
    args.size = cn_shape_of_dims(from->pool_size);
    return cn_operation(class, &args, &from->inputs, 1);
}

cn_tensor *cn_ops_max_pool_with(const cn_ops_pool_args *args)
{
    return take_windows(&cn_operation_max_pool, args);
}
cn_tensor *cn_ops_average_pool_with(const cn_ops_pool_args *args)
{
    return take_windows(&cn_operation_average_pool, args);
}
