/* RandomGaussianBlur: some images smoothed by a Gaussian, in training. */
#include <inttypes.h>

#include "layers/image.h"

static const cn_random_gaussian_blur_args defaults = {CN_RANDOM_GAUSSIAN_BLUR_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_gaussian_blur_args),
    CN_FACTOR_FIELD(cn_random_gaussian_blur_args, factor),
    CN_FIELD(cn_random_gaussian_blur_args, kernel_size, CN_FIELD_DIMS, CN_FIELD_PAIR),
    CN_FACTOR_FIELD(cn_random_gaussian_blur_args, sigma),
    CN_VALUE_RANGE_FIELD(cn_random_gaussian_blur_args),
    CN_FIELD(cn_random_gaussian_blur_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_gaussian_blur_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check_size(int64_t size, bool may_be_absent)
{
    CN_CHECK((size > 0 && size % 2 == 1 && size < INT16_MAX) || (may_be_absent && size == CN_NONE),
             "kernel_size must be one odd number or two, got %" PRId64, size);
    return CN_OK;
}

static cn_status check(const void *own)
{
    const cn_random_gaussian_blur_args *args = own;
    CN_TRY(cn_check_factor("factor", args->factor, 0, 1));
    for (int i = 0; i < 2; i++)
        CN_TRY(check_size(args->kernel_size[i], i == 1));
    CN_TRY(cn_check_factor("sigma", args->sigma, 0, 1));
    CN_TRY(cn_check_value_range(args->value_range));
    return cn_check_data_format(args->data_format);
}

/* [down, across, C, 1]; one pair of widths for the whole batch, as in Keras. */
static cn_value draw_kernel(cn_call_frame *frame, int64_t channels)
{
    const cn_random_gaussian_blur_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const int64_t across = args->kernel_size[0], down = cn_second_end(args->kernel_size);
    cn_value sigma = cn_call_between(frame, CN_SHAPE(2), cn_factor_range(args->sigma, 0));
    sigma = cn_emit_add_scalar(p, sigma, 1e-6);
    cn_value rows = cn_emit_bell(p, down, 0, cn_emit_slice_axis(p, sigma, 0, 1, 1), CN_NO_VALUE);
    cn_value columns =
        cn_emit_bell(p, across, 1, cn_emit_slice_axis(p, sigma, 0, 0, 1), CN_NO_VALUE);
    return cn_emit_broadcast_to(p, cn_emit_multiply(p, rows, columns),
                                CN_SHAPE(down, across, channels, 1));
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_gaussian_blur_args *args = frame->layer->args;
    const cn_range values = cn_value_range(args->value_range);
    cn_program *p = frame->program;
    const int64_t channels = cn_shape_of(p, x)->dim[3];
    cn_value applies = cn_call_applies(frame, x, cn_factor_range(args->factor, 0));
    cn_value kernel = draw_kernel(frame, channels);
    cn_value smooth = cn_emit_filtered(p, x, kernel);
    return cn_emit_clip(p, cn_emit_where(p, applies, smooth, x), values.low, values.high);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_gaussian_blur_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_random_gaussian_blur_layer_class = {
    CN_LAYER_CLASS("RandomGaussianBlur", cn_random_gaussian_blur_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_gaussian_blur_with(const cn_random_gaussian_blur_args *args)
{
    cn_random_gaussian_blur_args own = *args;
    return cn_image_layer_make(&cn_random_gaussian_blur_layer_class, &own);
}
