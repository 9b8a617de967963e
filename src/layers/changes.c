/* One of eleven changes of images, which is known only when the program runs. */
#include "layers/changes.h"

#include <math.h>
#include <string.h>

enum { CHANGES = 11, COLORS = 4 };

static const cn_changes unset = {{CN_RANDOM_SHEAR_DEFAULTS},    {CN_RANDOM_TRANSLATION_DEFAULTS},
                                 {CN_RANDOM_ROTATION_DEFAULTS}, {CN_COLOR_DEFAULTS},
                                 {CN_COLOR_DEFAULTS},           {CN_COLOR_DEFAULTS},
                                 {CN_COLOR_DEFAULTS},           {CN_COLOR_DEFAULTS},
                                 {CN_SOLARIZATION_DEFAULTS},    {CN_AUTO_CONTRAST_DEFAULTS},
                                 {CN_EQUALIZATION_DEFAULTS}};

cn_changes cn_changes_of(const double factor[CN_MAX_LIST], const double value_range[CN_MAX_LIST],
                         const char *interpolation)
{
    cn_changes a = unset;
    const cn_range range = cn_factor_range(factor, 0);
    double *const factors[] = {a.shear.x_factor,
                               a.shear.y_factor,
                               a.translation.height_factor,
                               a.translation.width_factor,
                               a.rotation.factor,
                               a.brightness.factor,
                               a.degeneration.factor,
                               a.contrast.factor,
                               a.sharpness.factor,
                               a.solarization.addition_factor,
                               a.solarization.threshold_factor};
    double *const values[] = {a.brightness.value_range,    a.degeneration.value_range,
                              a.contrast.value_range,      a.sharpness.value_range,
                              a.posterization.value_range, a.solarization.value_range,
                              a.auto_contrast.value_range, a.equalization.value_range};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        memcpy(factors[i], (const double[]){range.low, range.high, CN_UNSET}, 3 * sizeof(double));
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        memcpy(values[i], value_range, 3 * sizeof(double));
    a.posterization.factor[0] = fmax(1, floor(8 * range.high));
    a.shear.interpolation = a.translation.interpolation = a.rotation.interpolation = interpolation;
    return a;
}

int64_t cn_change_count(bool all)
{
    return all ? CHANGES : CHANGES - COLORS;
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

/* All changes are made, and the chosen one is kept. */
cn_value cn_call_change(cn_call_frame *frame, const cn_changes *a, bool all, cn_value x,
                        cn_value choice)
{
    const struct {
        cn_augment *augment;
        const void *args;
        bool colors;
    } changes[CHANGES] = {
        {cn_random_shear_augment, &a->shear, false},
        {cn_random_translation_augment, &a->translation, false},
        {cn_random_rotation_augment, &a->rotation, false},
        {cn_random_brightness_augment, &a->brightness, true},
        {cn_random_color_degeneration_augment, &a->degeneration, true},
        {cn_random_contrast_augment, &a->contrast, true},
        {cn_random_sharpness_augment, &a->sharpness, true},
        {cn_random_posterization_augment, &a->posterization, false},
        {cn_solarization_augment, &a->solarization, false},
        {cn_auto_contrast_augment, &a->auto_contrast, false},
        {cn_equalization_augment, &a->equalization, false},
    };
    cn_value y = x;
    for (int i = 0, n = 0; i < CHANGES && frame->program->status == CN_OK; i++) {
        if (changes[i].colors && !all)
            continue;
        cn_value other = changed(frame, changes[i].augment, changes[i].args, x);
        cn_value chosen = cn_emit_equal_scalar(frame->program, choice, n++);
        y = cn_emit_where(frame->program, chosen, other, y);
    }
    return y;
}
