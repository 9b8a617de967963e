/* RandAugment: a few times one of eleven changes, in training. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "layers/image.h"

enum { CHANGES = 11, MOST_OPS = 16 };

static const cn_rand_augment_args defaults = {CN_RAND_AUGMENT_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_rand_augment_args),
    CN_VALUE_RANGE_FIELD(cn_rand_augment_args),
    CN_FIELD(cn_rand_augment_args, num_ops, CN_FIELD_INT, 0),
    CN_FACTOR_FIELD(cn_rand_augment_args, factor),
    CN_FIELD(cn_rand_augment_args, interpolation, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_rand_augment_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_rand_augment_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_rand_augment_args *args = own;
    CN_TRY(cn_check_value_range(args->value_range));
    CN_CHECK(args->num_ops > 0 && args->num_ops <= MOST_OPS,
             "num_ops must be from 1 to %d, got %" PRId64, MOST_OPS, args->num_ops);
    CN_TRY(cn_check_factor("factor", args->factor, 0, 1));
    CN_TRY(cn_check_warping((cn_warping){args->interpolation, "reflect", 0}));
    return cn_check_data_format(args->data_format);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    return cn_check_colors(layer, inputs, ((const cn_rand_augment_args *)layer->args)->data_format,
                           true);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    return cn_layer_stream_build(layer, ((const cn_rand_augment_args *)layer->args)->seed);
}

/* The arguments of the layers whose changes are made. */
typedef struct arguments {
    cn_random_shear_args shear;
    cn_random_translation_args translation;
    cn_random_rotation_args rotation;
    cn_random_brightness_args brightness;
    cn_random_color_degeneration_args degeneration;
    cn_random_contrast_args contrast;
    cn_random_sharpness_args sharpness;
    cn_random_posterization_args posterization;
    cn_solarization_args solarization;
    cn_auto_contrast_args auto_contrast;
    cn_equalization_args equalization;
} arguments;

static const arguments unset = {{CN_RANDOM_SHEAR_DEFAULTS},
                                {CN_RANDOM_TRANSLATION_DEFAULTS},
                                {CN_RANDOM_ROTATION_DEFAULTS},
                                {CN_RANDOM_BRIGHTNESS_DEFAULTS},
                                {CN_RANDOM_COLOR_DEGENERATION_DEFAULTS},
                                {CN_RANDOM_CONTRAST_DEFAULTS},
                                {CN_RANDOM_SHARPNESS_DEFAULTS},
                                {CN_RANDOM_POSTERIZATION_DEFAULTS},
                                {CN_SOLARIZATION_DEFAULTS},
                                {CN_AUTO_CONTRAST_DEFAULTS},
                                {CN_EQUALIZATION_DEFAULTS}};

static void set_numbers(arguments *a, const cn_rand_augment_args *args)
{
    const cn_range range = cn_factor_range(args->factor, 0);
    double *const factors[] = {a->shear.x_factor,
                               a->shear.y_factor,
                               a->translation.height_factor,
                               a->translation.width_factor,
                               a->rotation.factor,
                               a->brightness.factor,
                               a->degeneration.factor,
                               a->contrast.factor,
                               a->sharpness.factor,
                               a->solarization.addition_factor,
                               a->solarization.threshold_factor};
    double *const values[] = {a->brightness.value_range,    a->degeneration.value_range,
                              a->contrast.value_range,      a->sharpness.value_range,
                              a->posterization.value_range, a->solarization.value_range,
                              a->auto_contrast.value_range, a->equalization.value_range};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        memcpy(factors[i], (const double[]){range.low, range.high, CN_UNSET}, 3 * sizeof(double));
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        memcpy(values[i], args->value_range, 3 * sizeof(double));
    a->posterization.factor[0] = fmax(1, floor(8 * range.high));
    a->shear.interpolation = a->translation.interpolation = a->rotation.interpolation =
        args->interpolation;
}

/* Another layer's change, by its arguments, with this layer's random numbers. */
static cn_value changed(const cn_call_frame *frame, cn_augment *augment, const void *args,
                        cn_value x)
{
    cn_layer other = *frame->layer;
    cn_call_frame call = *frame;
    other.args = args;
    call.layer = &other;
    return augment(&call, x);
}

/* All changes are made, and the chosen one is kept: the choice is known only when the program runs. */
static cn_value change(cn_call_frame *frame, const arguments *a, cn_value x, cn_value choice)
{
    const struct {
        cn_augment *augment;
        const void *args;
    } changes[CHANGES] = {
        {cn_random_shear_augment, &a->shear},
        {cn_random_translation_augment, &a->translation},
        {cn_random_rotation_augment, &a->rotation},
        {cn_random_brightness_augment, &a->brightness},
        {cn_random_color_degeneration_augment, &a->degeneration},
        {cn_random_contrast_augment, &a->contrast},
        {cn_random_sharpness_augment, &a->sharpness},
        {cn_random_posterization_augment, &a->posterization},
        {cn_solarization_augment, &a->solarization},
        {cn_auto_contrast_augment, &a->auto_contrast},
        {cn_equalization_augment, &a->equalization},
    };
    cn_value y = x;
    for (int i = 0; i < CHANGES && frame->program->status == CN_OK; i++) {
        cn_value other = changed(frame, changes[i].augment, changes[i].args, x);
        cn_value chosen = cn_emit_equal_scalar(frame->program, choice, i);
        y = cn_emit_where(frame->program, chosen, other, y);
    }
    return y;
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_rand_augment_args *args = frame->layer->args;
    const cn_range range = {0, CHANGES};
    cn_program *p = frame->program;
    arguments a = unset;
    set_numbers(&a, args);
    cn_value choices = cn_emit_floor(p, cn_call_between(frame, CN_SHAPE(args->num_ops), range));
    for (int64_t i = 0; i < args->num_ops && p->status == CN_OK; i++)
        x = change(frame, &a, x, cn_emit_slice_axis(p, choices, 0, i, 1));
    return x;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_rand_augment_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_rand_augment_layer_class = {
    CN_LAYER_CLASS("RandAugment", cn_rand_augment_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .mixes_samples = true,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
};

cn_layer *cn_rand_augment_with(const cn_rand_augment_args *args)
{
    cn_rand_augment_args own = *args;
    return cn_image_layer_make(&cn_rand_augment_layer_class, &own);
}
