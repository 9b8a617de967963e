/* The eleven changes that RandAugment and AugMix choose from. */
#ifndef CORNU_LAYERS_CHANGES_H
#define CORNU_LAYERS_CHANGES_H

#include "layers/image.h"

/* The arguments of the layers whose changes are made. */
typedef struct cn_changes {
    cn_random_shear_args shear;
    cn_random_translation_args translation;
    cn_random_rotation_args rotation;
    cn_color_args brightness;
    cn_color_args degeneration;
    cn_color_args contrast;
    cn_color_args sharpness;
    cn_color_args posterization;
    cn_solarization_args solarization;
    cn_auto_contrast_args auto_contrast;
    cn_equalization_args equalization;
} cn_changes;

/* All are as strong as factor says. */
cn_changes cn_changes_of(const double factor[CN_MAX_LIST], const double value_range[CN_MAX_LIST],
                         const char *interpolation);

/* How many there are; without four of them, which change colors in all images: brightness, color
 * degeneration, contrast and sharpness. */
int64_t cn_change_count(bool all);

/* x changed as choice says, a whole number as float32 [1]; from the count of changes on, x
 * itself. */
cn_value cn_call_change(cn_call_frame *frame, const cn_changes *changes, bool all, cn_value x,
                        cn_value choice);

#endif
