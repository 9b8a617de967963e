/* RandomZoom: images made larger or smaller around their middle, in training. */
#include <math.h>

#include "layers/image.h"

static const cn_random_zoom_args defaults = {CN_RANDOM_ZOOM_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_zoom_args),
    CN_FACTOR_FIELD(cn_random_zoom_args, height_factor),
    CN_FACTOR_FIELD(cn_random_zoom_args, width_factor),
    CN_FIELD(cn_random_zoom_args, fill_mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_zoom_args, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_zoom_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_zoom_args, fill_value, CN_FIELD_REAL, 0),
    CN_FIELD(cn_random_zoom_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

/* At -1 nothing would be left to see. */
static cn_status check_zoom(const char *argument, const double *factor)
{
    CN_TRY(cn_check_factor(argument, factor, -1, 1));
    CN_CHECK(factor[0] > -1 && !(factor[1] <= -1), "%s must be above -1", argument);
    return CN_OK;
}

static cn_status check(const void *own)
{
    const cn_random_zoom_args *args = own;
    CN_TRY(check_zoom("height_factor", args->height_factor));
    if (!isnan(args->width_factor[0]))
        CN_TRY(check_zoom("width_factor", args->width_factor));
    CN_TRY(cn_check_warping((cn_warping){args->interpolation, args->fill_mode, args->fill_value}));
    return cn_check_data_format(args->data_format);
}

/* How many cells of x one of y takes. */
static cn_value draw(cn_call_frame *frame, int64_t n, const double *factor)
{
    const cn_range range = cn_factor_range(factor, -1);
    return cn_call_between(frame, CN_SHAPE(n, 1), (cn_range){1 + range.low, 1 + range.high});
}

/* What keeps the middle of size cells in its place. */
static cn_value offset(cn_program *p, cn_value zoom, int64_t size)
{
    return cn_emit_multiply_scalar(p, cn_emit_subtract_from(p, 1, zoom), ((double)size - 1) / 2);
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_zoom_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_shape shape = *cn_shape_of(p, x);
    cn_value height = draw(frame, shape.dim[0], args->height_factor), width = height;
    if (!isnan(args->width_factor[0]))
        width = draw(frame, shape.dim[0], args->width_factor);
    cn_value right = offset(p, width, shape.dim[2]), down = offset(p, height, shape.dim[1]);
    const cn_matrix matrix = {width, CN_NO_VALUE, right, CN_NO_VALUE, height, down};
    return cn_emit_moved(p, x, &matrix,
                         (cn_warping){args->interpolation, args->fill_mode, args->fill_value});
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_zoom_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_random_zoom_layer_class = {
    CN_LAYER_CLASS("RandomZoom", cn_random_zoom_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_zoom_with(const cn_random_zoom_args *args)
{
    cn_random_zoom_args own = *args;
    cn_split_factors(own.height_factor, own.width_factor);
    return cn_image_layer_make(&cn_random_zoom_layer_class, &own);
}
