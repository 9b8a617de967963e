/* RandomFlip: some images mirrored, in training. */
#include <string.h>

#include "layers/image.h"

static const cn_random_flip_args defaults = {CN_RANDOM_FLIP_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_random_flip_args),
    CN_FIELD(cn_random_flip_args, mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_random_flip_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_flip_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_random_flip_args *args = own;
    static const char *const modes[] = {"horizontal_and_vertical", "horizontal", "vertical", NULL};
    CN_TRY(cn_check_choice("mode", args->mode, modes));
    return cn_check_data_format(args->data_format);
}

static cn_value mirrored(cn_program *p, cn_value x, int64_t axis)
{
    const cn_shape shape = *cn_shape_of(p, x);
    cn_shape start = {.rank = shape.rank}, step = {.rank = shape.rank};
    for (int64_t i = 0; i < shape.rank; i++)
        step.dim[i] = 1;
    start.dim[axis] = shape.dim[axis] - 1;
    step.dim[axis] = -1;
    return cn_emit_slice(p, x, start, shape, step);
}

static cn_value augment(cn_call_frame *frame, cn_value x)
{
    const cn_random_flip_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value u = cn_call_for_each(frame, x, (cn_range){0, 1});
    cn_value flips = cn_emit_less_equal(p, u, cn_emit_scalar(p, 0.5));
    cn_value flipped = x;
    if (strncmp(args->mode, "horizontal", strlen("horizontal")) == 0)
        flipped = mirrored(p, flipped, 2);
    if (flipped != CN_NO_VALUE && strcmp(args->mode, "horizontal") != 0)
        flipped = mirrored(p, flipped, 1);
    return cn_emit_where(p, flips, flipped, x);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_random_flip_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, augment);
}

const cn_layer_class cn_random_flip_layer_class = {
    CN_LAYER_CLASS("RandomFlip", cn_random_flip_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    CN_RANDOM_LAYER,
    .check_inputs = cn_check_images,
    .build = cn_seeded_build,
    .call = call,
};

cn_layer *cn_random_flip_with(const cn_random_flip_args *args)
{
    return cn_layer_make(&cn_random_flip_layer_class, args);
}
