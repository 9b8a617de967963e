/* Operations that models of Keras may hold and that cut tensors into windows, or put such
 * together. */
#include "cornu/image_ops.h"
#include "cornu/nn.h"

#include <inttypes.h>
#include <string.h>

#include "graph/draw.h"
#include "ops/emit.h"
#include "ops/padding.h"

/* An axis's number of a list, of which one is for all. */
static int64_t of_axis(const cn_shape *list, int64_t axis, int64_t otherwise)
{
    return list->rank < 1 ? otherwise : list->dim[list->rank == 1 ? 0 : axis];
}

static bool fits(const cn_shape *list, int64_t least)
{
    bool fits = list->rank <= 3;
    for (int64_t i = 0; fits && i < list->rank; i++)
        fits = list->dim[i] >= least && list->dim[i] <= INT32_MAX;
    return fits;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Rows and columns of blocks become channels, or the other way round: axes split, moved and
 * joined. */
static cn_value blocks(cn_program *p, const cn_operation_class *class,
                       const cn_operation_args *args, cn_value x, bool to_depth)
{
    const int64_t b = args->number;
    const bool first = cn_channels_are_first(p, class, args);
    if (x == CN_NO_VALUE)
        return x;
    const cn_shape s = *cn_shape_of(p, x);
    const int64_t h = s.dim[first ? 2 : 1], w = s.dim[first ? 3 : 2], c = s.dim[first ? 1 : 3];
    if (s.rank != 4 || b < 1 || b > INT16_MAX ||
        (to_depth ? h % b != 0 || w % b != 0 : c % (b * b) != 0))
        return cn_refuse(p, class, "%s cannot be divided into blocks of %" PRId64, cn_shape_str(&s),
                         b);
    const int64_t n = s.dim[0], rows = to_depth ? h / b : h * b, columns = to_depth ? w / b : w * b;
    const int64_t depth = to_depth ? c * b * b : c / b / b;
    cn_shape apart, order;
    if (to_depth) {
        apart = first ? CN_SHAPE(n, c, rows, b, columns, b) : CN_SHAPE(n, rows, b, columns, b, c);
        order = first ? CN_SHAPE(0, 1, 3, 5, 2, 4) : CN_SHAPE(0, 1, 3, 2, 4, 5);
    } else {
        apart = first ? CN_SHAPE(n, depth, b, b, h, w) : CN_SHAPE(n, h, w, b, b, depth);
        order = first ? CN_SHAPE(0, 1, 4, 2, 5, 3) : CN_SHAPE(0, 1, 3, 2, 4, 5);
    }
    x = cn_emit_transpose(p, cn_emit_reshape(p, x, apart), order);
    return cn_emit_reshape(
        p, x, first ? CN_SHAPE(n, depth, rows, columns) : CN_SHAPE(n, rows, columns, depth));
}

CN_EMIT(emit_depth_to_space)
{
    (void)n;
    return blocks(p, class, args, inputs[0], false);
}

CN_EMIT(emit_space_to_depth)
{
    (void)n;
    return blocks(p, class, args, inputs[0], true);
}

static const cn_field block_fields[] = {
    CN_OPERATION_FIELD("block_size", number, CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("data_format", data_format, CN_FIELD_TEXT, 0), CN_END_FIELDS};

const cn_operation_class cn_operation_depth_to_space =
    CN_OPERATION_OF("depth_to_space", "DepthToSpace", "nn", block_fields, 1, emit_depth_to_space);
const cn_operation_class cn_operation_space_to_depth =
    CN_OPERATION_OF("space_to_depth", "SpaceToDepth", "nn", block_fields, 1, emit_space_to_depth);

/* ---- windows --------------------------------------------------------------------------------- */

/* Windows along an axis, of which a new one before it has the cells: [..., size, windows, ...]. */
static cn_value windows_along(cn_program *p, cn_value x, int64_t axis, const cn_window *window)
{
    cn_value cells[CN_MOST_TENSORS];
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t reach = (window->size - 1) * window->dilation;
    const int64_t count = (shape.dim[axis] - reach - 1) / window->stride + 1;
    for (int64_t i = 0; i < window->size; i++) {
        cn_shape start = {.rank = shape.rank}, size = shape, step = start;
        for (int64_t k = 0; k < shape.rank; k++)
            step.dim[k] = k == axis ? window->stride : 1;
        start.dim[axis] = i * window->dilation;
        size.dim[axis] = count;
        cells[i] = cn_emit_expand_dims(p, cn_emit_slice(p, x, start, size, step), axis);
    }
    return cn_emit_concatenate(p, cells, window->size, axis);
}

/* Of n axes from `axis` on, zeros being around: [..., sizes..., numbers of windows..., ...]. */
static cn_value windows_of(cn_program *p, const cn_operation_class *class, cn_value x, int64_t axis,
                           int64_t n, const cn_window *windows, const cn_shape *before,
                           const cn_shape *after)
{
    cn_shape around[2] = {{.rank = cn_shape_of(p, x)->rank}, {.rank = cn_shape_of(p, x)->rank}};
    cn_shape order = {.rank = around[0].rank + n};
    for (int64_t i = 0; i < n; i++) {
        around[0].dim[axis + i] = before->dim[i];
        around[1].dim[axis + i] = after->dim[i];
    }
    x = cn_emit_pad(p, x, around[0], around[1], 0);
    for (int64_t i = 0; i < n && x != CN_NO_VALUE; i++) {
        const int64_t length = cn_shape_of(p, x)->dim[axis + 2 * i];
        if (windows[i].size > CN_MOST_TENSORS ||
            (windows[i].size - 1) * windows[i].dilation >= length)
            return cn_refuse(p, class,
                             "a window of %" PRId64 " cells does not fit an axis of %" PRId64,
                             windows[i].size, length);
        x = windows_along(p, x, axis + 2 * i, &windows[i]);
    }
    for (int64_t i = 0; i < order.rank; i++)
        order.dim[i] = i;
    for (int64_t i = 0; i < n; i++) {
        order.dim[axis + i] = axis + 2 * i;
        order.dim[axis + n + i] = axis + 2 * i + 1;
    }
    return cn_emit_transpose(p, x, order);
}

/* Windows of args, of one axis. */
static cn_window window_of(const cn_operation_args *args, int64_t axis)
{
    const int64_t size = of_axis(&args->size, axis, 1);
    return (cn_window){size, of_axis(&args->strides, axis, size), of_axis(&args->dilation, axis, 1),
                       args->padding};
}

static bool check(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                  cn_value x, int64_t rank)
{
    if (x == CN_NO_VALUE)
        return false;
    if (cn_shape_of(p, x)->rank != rank)
        (void)cn_refuse(p, class, "takes a tensor of %d axes, got %s", (int)rank,
                        cn_shape_str(cn_shape_of(p, x)));
    else if (!fits(&args->size, 1) || !fits(&args->strides, 1) || !fits(&args->dilation, 1) ||
             !fits(&args->start, 0) || !fits(&args->shape, 1))
        (void)cn_refuse(p, class,
                        "sizes must be positive numbers, one for all axes or one for each");
    return p->status == CN_OK;
}

/* x[N, C, H, W] -> [N, C kH kW, oH oW]. */
CN_EMIT(emit_unfold)
{
    const cn_window windows[] = {window_of(args, 0), window_of(args, 1)};
    const cn_shape around = {2, {of_axis(&args->start, 0, 0), of_axis(&args->start, 1, 0)}};
    (void)n;
    if (!check(p, class, args, inputs[0], 4))
        return CN_NO_VALUE;
    const cn_shape s = *cn_shape_of(p, inputs[0]);
    cn_value y = windows_of(p, class, inputs[0], 2, 2, windows, &around, &around);
    const int64_t cells = windows[0].size * windows[1].size;
    return cn_emit_reshape(p, y, CN_SHAPE(s.dim[0], s.dim[1] * cells, CN_NONE));
}

/* x[N, space..., C] of `axes` spatial axes -> [N, windows..., sizes... C]. */
static cn_value patches(cn_program *p, const cn_operation_class *class,
                        const cn_operation_args *args, cn_value x, int64_t axes)
{
    cn_window windows[3];
    cn_shape before = {.rank = axes}, after = before, s = *cn_shape_of(p, x), order = {.rank = 0};
    for (int64_t i = 0; i < axes; i++) {
        windows[i] = window_of(args, i);
        cn_window_around(&windows[i], s.dim[i + 1], &before.dim[i], &after.dim[i]);
    }
    x = windows_of(p, class, x, 1, axes, windows, &before, &after);
    order.dim[order.rank++] = 0;
    for (int64_t i = 0; i < 2 * axes; i++)
        order.dim[order.rank++] = 1 + (i + axes) % (2 * axes);
    order.dim[order.rank++] = 2 * axes + 1;
    x = cn_emit_transpose(p, x, order);
    if (x == CN_NO_VALUE)
        return x;
    for (int64_t i = 0; i < axes; i++) {
        s.dim[i + 1] = cn_shape_of(p, x)->dim[i + 1];
        s.dim[axes + 1] *= windows[i].size;
    }
    return cn_emit_reshape(p, x, s);
}

/* One image, or volume, or a batch of them. */
CN_EMIT(emit_extract_patches)
{
    const int64_t axes = args->size.rank == 3 ? 3 : 2;
    (void)n;
    (void)cn_channels_are_first(p, class, args);
    if (inputs[0] == CN_NO_VALUE)
        return inputs[0];
    const bool single = cn_shape_of(p, inputs[0])->rank == axes + 1;
    cn_value x = single ? cn_emit_expand_dims(p, inputs[0], 0) : inputs[0];
    if (!check(p, class, args, x, axes + 2))
        return CN_NO_VALUE;
    x = patches(p, class, args, cn_move_channels(p, args, x, true), axes);
    x = cn_move_channels(p, args, x, false);
    return single ? cn_emit_squeeze(p, x, 0) : x;
}

/* [size windows, length]: 1 where a cell of a window lies in the output. */
static cn_value places(cn_program *p, const cn_window *window, int64_t count, int64_t before,
                       int64_t length)
{
    const cn_shape shape = CN_SHAPE(window->size, count, length);
    cn_value cell =
        cn_emit_multiply(p, cn_emit_iota(p, shape, 0), cn_emit_whole(p, window->dilation));
    cn_value first =
        cn_emit_multiply(p, cn_emit_iota(p, shape, 1), cn_emit_whole(p, window->stride));
    cell = cn_emit_add(p, cn_emit_add(p, cell, first), cn_emit_whole(p, -before));
    cell = cn_emit_cast(p, cn_emit_equal(p, cell, cn_emit_iota(p, shape, 2)), CN_FLOAT32);
    return cn_emit_reshape(p, cell, CN_SHAPE(window->size * count, length));
}

/* x[N, C kH kW, oH oW] -> [N, C, H, W]: sums of what lies on each other, along W and then along
 * H. */
CN_EMIT(emit_fold)
{
    cn_window windows[2];
    int64_t count[2], length[2], before[2];
    (void)n;
    if (!check(p, class, args, inputs[0], 3))
        return CN_NO_VALUE;
    for (int64_t i = 0; i < 2; i++) {
        windows[i] = window_of(args, i);
        length[i] = of_axis(&args->shape, i, 1);
        before[i] = of_axis(&args->start, i, 0);
        const int64_t reach = (windows[i].size - 1) * windows[i].dilation;
        count[i] = (length[i] + 2 * before[i] - reach - 1) / windows[i].stride + 1;
    }
    const cn_shape s = *cn_shape_of(p, inputs[0]);
    const int64_t kh = windows[0].size, kw = windows[1].size;
    if (count[0] < 1 || count[1] < 1 || s.dim[1] % (kh * kw) != 0 ||
        s.dim[2] != count[0] * count[1])
        return cn_refuse(p, class, "%s are not the windows of such an output", cn_shape_str(&s));
    const int64_t channels = s.dim[1] / (kh * kw);
    cn_value x = cn_emit_cast(p, inputs[0], CN_FLOAT32);
    x = cn_emit_reshape(p, x, CN_SHAPE(s.dim[0], channels, kh, kw, count[0], count[1]));
    x = cn_emit_transpose(p, x, CN_SHAPE(0, 1, 2, 4, 3, 5));
    x = cn_emit_reshape(p, x, CN_SHAPE(s.dim[0], channels, kh * count[0], kw * count[1]));
    x = cn_emit_matmul(p, x, places(p, &windows[1], count[1], before[1], length[1]));
    cn_value rows = places(p, &windows[0], count[0], before[0], length[0]);
    return cn_emit_matmul(p, cn_emit_swap_axes(p, rows, 0, 1), x);
}

/* Windows of the last axis: x[..., T] -> [..., windows, length]. */
CN_EMIT(emit_extract_sequences)
{
    (void)n;
    if (args->number < 1 || args->other < 1)
        return cn_refuse(p, class, "sequence_length and sequence_stride must be positive");
    return cn_emit_frames(p, cn_emit_cast(p, inputs[0], CN_FLOAT32), args->number, args->other);
}

#define NUMBERS(name, member, more)                                                                \
    CN_OPERATION_FIELD(name, member, CN_FIELD_SHAPE, CN_FIELD_ONE_OR_MORE | (more))
#define WINDOWS                                                                                    \
    NUMBERS("kernel_size", size, 0), NUMBERS("dilation", dilation, 0),                             \
        NUMBERS("padding", start, 0), NUMBERS("stride", strides, 0)

static const cn_field unfold_fields[] = {WINDOWS, CN_END_FIELDS};
static const cn_field fold_fields[] = {NUMBERS("output_size", shape, 0), WINDOWS, CN_END_FIELDS};
static const cn_field patches_fields[] = {
    NUMBERS("size", size, 0),
    NUMBERS("strides", strides, CN_FIELD_OPTIONAL),
    NUMBERS("dilation_rate", dilation, 0),
    CN_OPERATION_FIELD("padding", padding, CN_FIELD_TEXT, 0),
    CN_OPERATION_FIELD("data_format", data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS};
static const cn_field sequences_fields[] = {
    CN_OPERATION_FIELD("sequence_length", number, CN_FIELD_INT, 0),
    CN_OPERATION_FIELD("sequence_stride", other, CN_FIELD_INT, 0), CN_END_FIELDS};

const cn_operation_class cn_operation_unfold =
    CN_OPERATION_OF("unfold", "Unfold", "nn", unfold_fields, 1, emit_unfold);
const cn_operation_class cn_operation_fold =
    CN_OPERATION_OF("fold", "Fold", "nn", fold_fields, 1, emit_fold);
const cn_operation_class cn_operation_extract_patches = {
    CN_OPERATION("extract_patches", "ExtractPatches", "image", patches_fields, 1, 1),
    .emit = emit_extract_patches, .is_nameless = true};
const cn_operation_class cn_operation_extract_sequences = CN_OPERATION_OF(
    "extract_sequences", "ExtractSequences", "math", sequences_fields, 1, emit_extract_sequences);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_depth_to_space(cn_tensor *x, int64_t block_size)
{
    return cn_draw_numbers(&cn_operation_depth_to_space, x, block_size, 0);
}
cn_tensor *cn_ops_space_to_depth(cn_tensor *x, int64_t block_size)
{
    return cn_draw_numbers(&cn_operation_space_to_depth, x, block_size, 0);
}
cn_tensor *cn_ops_extract_sequences(cn_tensor *x, int64_t sequence_length, int64_t sequence_stride)
{
    return cn_draw_numbers(&cn_operation_extract_sequences, x, sequence_length, sequence_stride);
}

/* CN_NONE behind the first stands for the first. */
static cn_operation_args windows_args(const int64_t *size, const int64_t *dilation,
                                      const int64_t *padding, const int64_t *stride)
{
    cn_operation_args args = cn_operation_defaults;
    args.size = cn_shape_of_dims(size);
    args.dilation = cn_shape_of_dims(dilation);
    args.strides = cn_shape_of_dims(stride);
    args.start = CN_SHAPE(padding[0], padding[1] == CN_NONE ? padding[0] : padding[1]);
    return args;
}

cn_tensor *cn_ops_unfold_with(const cn_ops_unfold_args *from)
{
    const cn_operation_args args =
        windows_args(from->kernel_size, from->dilation, from->padding, from->stride);
    return cn_operation(&cn_operation_unfold, &args, &from->x, 1);
}
cn_tensor *cn_ops_fold_with(const cn_ops_fold_args *from)
{
    cn_operation_args args =
        windows_args(from->kernel_size, from->dilation, from->padding, from->stride);
    args.shape = cn_shape_of_dims(from->output_size);
    return cn_operation(&cn_operation_fold, &args, &from->x, 1);
}

cn_tensor *cn_ops_image_extract_patches_with(const cn_ops_image_extract_patches_args *own)
{
    cn_operation_args args = cn_operation_defaults;
    args.size = cn_shape_of_dims(own->size);
    if (own->strides[0] != 0)
        args.strides = cn_shape_of_dims(own->strides);
    args.dilation = cn_shape_of_dims(own->dilation_rate);
    args.padding = own->padding;
    args.data_format = own->data_format;
    return cn_operation(&cn_operation_extract_patches, &args, &own->images, 1);
}
