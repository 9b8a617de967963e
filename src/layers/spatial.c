/* Padding, cropping, repeating and reducing along spatial axes. */
#include "layers/spatial.h"

#include <inttypes.h>
#include <string.h>

cn_shape cn_spatial_axes(int64_t n, const char *data_format)
{
    const int64_t first = cn_channels_first(data_format) ? 2 : 1;
    cn_shape axes = {.rank = n};
    for (int64_t i = 0; i < n; i++)
        axes.dim[i] = first + i;
    return axes;
}

cn_status cn_check_spatial(const cn_layer *layer, const cn_shape *shape, int64_t n)
{
    return cn_check_rank(layer, shape, n + 2);
}

/* ---- the ends -------------------------------------------------------------------------------- */

/* Before (0) or behind (1) an axis; one number without a second is for all. */
static int64_t end_of(const cn_ends *ends, int64_t axis, int64_t side)
{
    return ends->ends[0][1] == CN_NONE ? ends->ends[0][0] : ends->ends[axis][side];
}

cn_ends cn_ends_of(const char *argument, const char *data_format, int64_t axes,
                   const int64_t ends[CN_MAX_RANK / 2][2])
{
    cn_ends result = {argument, data_format, axes, {{0}}};
    memcpy(result.ends, ends, sizeof result.ends);
    return result;
}

cn_ends cn_ends_of_one(const char *argument, const char *data_format,
                       const int64_t list[CN_MAX_RANK])
{
    return (cn_ends){argument, data_format, 1, {{list[0], cn_second_end(list)}}};
}

cn_status cn_ends_check(const cn_ends *ends)
{
    for (int64_t i = 0; i < ends->axes; i++)
        CN_CHECK(end_of(ends, i, 0) >= 0 && end_of(ends, i, 1) >= 0,
                 "%s must not be negative, got (%" PRId64 ", %" PRId64 ") for spatial axis %d",
                 ends->argument, end_of(ends, i, 0), end_of(ends, i, 1), (int)i);
    return cn_check_data_format(ends->data_format);
}

cn_status cn_ends_pad(const cn_ends *ends, cn_call_frame *frame)
{
    const cn_shape axes = cn_spatial_axes(ends->axes, ends->data_format);
    cn_shape before = {.rank = ends->axes + 2}, after = before;
    for (int64_t i = 0; i < ends->axes; i++) {
        before.dim[axes.dim[i]] = end_of(ends, i, 0);
        after.dim[axes.dim[i]] = end_of(ends, i, 1);
    }
    frame->outputs[0] = cn_emit_pad(frame->program, frame->inputs[0], before, after, 0);
    return frame->program->status;
}

cn_status cn_ends_check_crop(const cn_ends *ends, const cn_layer *layer, const cn_shape *shape)
{
    const cn_shape axes = cn_spatial_axes(ends->axes, ends->data_format);
    CN_TRY(cn_check_spatial(layer, shape, ends->axes));
    for (int64_t i = 0; i < ends->axes; i++) {
        const int64_t dim = shape->dim[axes.dim[i]], first = end_of(ends, i, 0),
                      last = end_of(ends, i, 1);
        CN_CHECK(dim == CN_NONE || (first < dim && last < dim - first),
                 "%s: cropping (%" PRId64 ", %" PRId64 ") leaves nothing of an input of shape %s",
                 layer->name, first, last, cn_shape_str(shape));
    }
    return CN_OK;
}

cn_type cn_ends_crop_type(const cn_ends *ends, const cn_type *input)
{
    const cn_shape axes = cn_spatial_axes(ends->axes, ends->data_format);
    cn_type type = *input;
    for (int64_t i = 0; i < ends->axes; i++)
        if (type.shape.dim[axes.dim[i]] != CN_NONE)
            type.shape.dim[axes.dim[i]] -= end_of(ends, i, 0) + end_of(ends, i, 1);
    return type;
}

/* A batch may have smaller samples than what was drawn tells. */
cn_status cn_ends_crop(const cn_ends *ends, cn_call_frame *frame)
{
    cn_program *p = frame->program;
    const cn_type type = *cn_type_of(p, frame->inputs[0]);
    const cn_shape axes = cn_spatial_axes(ends->axes, ends->data_format);
    cn_shape start = {.rank = type.shape.rank}, step = start;
    CN_TRY(cn_ends_check_crop(ends, frame->layer, &type.shape));
    for (int64_t i = 0; i < step.rank; i++)
        step.dim[i] = 1;
    for (int64_t i = 0; i < ends->axes; i++)
        start.dim[axes.dim[i]] = end_of(ends, i, 0);
    frame->outputs[0] =
        cn_emit_slice(p, frame->inputs[0], start, cn_ends_crop_type(ends, &type).shape, step);
    return p->status;
}

/* ---- repeating ------------------------------------------------------------------------------- */

cn_status cn_call_repeat(cn_call_frame *frame, const int64_t sizes[CN_MAX_RANK], int64_t n,
                         const char *data_format)
{
    const cn_shape axes = cn_spatial_axes(n, data_format);
    cn_value y = frame->inputs[0];
    for (int64_t i = 0; i < n; i++) /* the last axis first: larger pieces are moved later */
        y = cn_emit_repeat(frame->program, y, cn_for_axis(sizes, n - 1 - i), axes.dim[n - 1 - i]);
    frame->outputs[0] = y;
    return frame->program->status;
}

/* ---- reducing -------------------------------------------------------------------------------- */

cn_status cn_call_global_pooling(cn_call_frame *frame, cn_reduction_emit *reduce, int64_t n,
                                 const char *data_format, bool keepdims)
{
    frame->outputs[0] =
        reduce(frame->program, frame->inputs[0], cn_spatial_axes(n, data_format), keepdims);
    return frame->program->status;
}
