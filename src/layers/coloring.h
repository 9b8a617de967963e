/* What the layers share that change colors by one random factor. */
#ifndef CORNU_LAYERS_COLORING_H
#define CORNU_LAYERS_COLORING_H

#include "layers/image.h"

extern const cn_color_args cn_color_defaults;
extern const cn_field cn_color_fields[];

/* Checks of arguments whose factor is from 0, or from -1, to 1. */
cn_status cn_color_check(const void *own);
cn_status cn_color_check_signed(const void *own);

/* Checks of inputs of three channels, or also of a gray one. */
cn_status cn_color_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n);
cn_status cn_color_check_inputs_or_gray(const cn_layer *layer, const cn_type *inputs, int64_t n);

/* The parts of a class constant. The class says how it checks and is called. */
#define CN_COLOR_LAYER(name)                                                                       \
    CN_LAYER_CLASS(name, cn_color_args, cn_color_fields, cn_color_defaults), CN_ONE_INPUT,         \
        CN_RANDOM_LAYER, .build = cn_seeded_build

/* The layer's call. */
cn_status cn_color_call(cn_call_frame *frame, cn_augment *augment);

/* The layer of a class, from the caller's arguments. */
cn_layer *cn_color_layer_make(const cn_layer_class *class, const cn_color_args *args);

#endif
