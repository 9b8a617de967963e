/* RandomCrop: in training a part of the images at a random place, otherwise the images. */
#include "layers/image.h"

static const cn_random_crop_args defaults = {CN_RANDOM_CROP_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_crop_args),
    CN_FIELD(cn_random_crop_args, height, CN_FIELD_INT, 0),
    CN_FIELD(cn_random_crop_args, width, CN_FIELD_INT, 0),
    CN_FIELD(cn_random_crop_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_crop_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_random_crop_args *args = own;
    CN_TRY(cn_check_positive("height", args->height));
    CN_TRY(cn_check_positive("width", args->width));
    return cn_check_data_format(args->data_format);
}

/* Some of the first 0 .. choices-1, as int32 [1]. */
static cn_value draw(cn_call_frame *frame, int64_t choices)
{
    const cn_range range = {0, (double)choices};
    cn_value place = cn_call_between(frame, CN_SHAPE(1), range);
    return cn_emit_cast(frame->program, place, CN_INT32);
}

/* [everything up to the axis, everything behind it] */
static cn_shape rows_of(const cn_shape *shape, int64_t axis)
{
    cn_shape rows = CN_SHAPE(1, 1);
    for (int64_t i = 0; i < shape->rank; i++)
        rows.dim[i <= axis ? 0 : 1] *= shape->dim[i];
    return rows;
}

/* Elements start .. start+size-1 of an axis, start being a value: rows of the elements behind the
 * axis are gathered. */
static cn_value part_of_axis(cn_program *p, cn_value x, int64_t axis, cn_value start, int64_t size)
{
    if (x == CN_NO_VALUE)
        return x;
    cn_shape shape = *cn_shape_of(p, x);
    int64_t outer = 1;
    for (int64_t i = 0; i < axis; i++)
        outer *= shape.dim[i];
    cn_value length = cn_emit_full(p, (double)shape.dim[axis], CN_INT32, CN_SHAPE(1));
    cn_value begins = cn_emit_multiply(p, cn_emit_iota(p, CN_SHAPE(outer, 1), 0), length);
    cn_value places = cn_emit_add(p, cn_emit_iota(p, CN_SHAPE(size), 0), start);
    cn_value rows = cn_emit_reshape(p, x, rows_of(&shape, axis));
    cn_value part = cn_emit_gather(p, rows, cn_emit_add(p, begins, places));
    shape.dim[axis] = size;
    return cn_emit_reshape(p, part, shape);
}

static cn_value cropped(cn_call_frame *frame, cn_value x, int64_t axis, cn_image_size size)
{
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, x);
    cn_value top = draw(frame, shape.dim[axis] - size.height + 1);
    cn_value left = draw(frame, shape.dim[axis + 1] - size.width + 1);
    cn_value rows = part_of_axis(p, x, axis, top, size.height);
    return part_of_axis(p, rows, axis + 1, left, size.width);
}

/* As Keras has it: from where the largest part in the middle would begin, as much as there is. */
static cn_value cut_as_far(cn_program *p, cn_value x, int64_t axis, cn_image_size size)
{
    const cn_shape shape = *cn_shape_of(p, x);
    cn_value middle = cn_emit_cropped_to_aspect(p, x, axis, size);
    if (middle == CN_NO_VALUE)
        return middle;
    const cn_shape part = *cn_shape_of(p, middle);
    cn_value cut = cn_emit_cropped(p, x, axis, (shape.dim[axis] - part.dim[axis]) / 2,
                                   (shape.dim[axis + 1] - part.dim[axis + 1]) / 2, size);
    const cn_resizing how = {.size = size, .interpolation = "bilinear"};
    return cn_emit_resized(p, cut, axis, &how);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_crop_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const int64_t axis = cn_first_spatial_axis(args->data_format);
    const cn_image_size size = {args->height, args->width};
    cn_value x = cn_emit_cast(p, frame->inputs[0], CN_FLOAT32);
    CN_TRY(p->status);
    const cn_shape shape = *cn_shape_of(p, x);
    if (frame->training && shape.dim[axis] > size.height && shape.dim[axis + 1] > size.width)
        x = cropped(frame, x, axis, size);
    else if (frame->training)
        x = cut_as_far(p, x, axis, size);
    frame->outputs[0] = x;
    return p->status;
}

/* That of training. */
static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_random_crop_args *args = layer->args;
    const int64_t axis = cn_first_spatial_axis(args->data_format);
    outputs[0] = (cn_type){CN_FLOAT32, inputs[0].shape};
    outputs[0].shape.dim[axis] = args->height;
    outputs[0].shape.dim[axis + 1] = args->width;
    *n_outputs = 1;
    return CN_OK;
}

const cn_layer_class cn_random_crop_layer_class = {
    CN_LAYER_CLASS("RandomCrop", cn_random_crop_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .infer = infer,
    .call = call,
};

cn_layer *cn_random_crop_with(const cn_random_crop_args *args)
{
    return cn_layer_make(&cn_random_crop_layer_class, args);
}
