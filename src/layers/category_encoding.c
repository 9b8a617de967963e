/* CategoryEncoding: whole numbers as one_hot, multi_hot or count. */
#include <inttypes.h>
#include <string.h>

#include "layers/categories.h"

static const cn_category_encoding_args defaults = {CN_CATEGORY_ENCODING_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_category_encoding_args),
    CN_FIELD(cn_category_encoding_args, num_tokens, CN_FIELD_INT, 0),
    CN_FIELD(cn_category_encoding_args, output_mode, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_category_encoding_args *args = own;
    CN_TRY(cn_check_positive("num_tokens", args->num_tokens));
    return cn_check_output_mode(args->output_mode, cn_output_modes + 1, 3);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_category_encoding_args *args = layer->args;
    cn_shape both;
    CN_TRY(cn_check_counted(layer, &inputs[0], args->output_mode));
    if (n == 1)
        return CN_OK;
    CN_CHECK(strcmp(args->output_mode, "count") == 0,
             "%s: count_weights are for output_mode \"count\", not \"%s\"", layer->name,
             args->output_mode);
    CN_CHECK(inputs[0].shape.rank == inputs[1].shape.rank &&
                 cn_shape_broadcast(&inputs[0].shape, &inputs[1].shape, &both) == CN_OK,
             "%s: count_weights of shape %s do not fit an input of shape %s", layer->name,
             cn_shape_str(&inputs[1].shape), cn_shape_str(&inputs[0].shape));
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_category_encoding_args *args = frame->layer->args;
    frame->outputs[0] = cn_emit_categories(
        frame->program, cn_emit_cast(frame->program, frame->inputs[0], CN_INT32), args->output_mode,
        args->num_tokens, frame->n_inputs > 1 ? frame->inputs[1] : CN_NO_VALUE);
    return frame->program->status;
}

const cn_layer_class cn_category_encoding_layer_class = {
    CN_LAYER_CLASS("CategoryEncoding", cn_category_encoding_args, fields, defaults),
    .base.check = check,
    .min_inputs = 1,
    .max_inputs = 2,
    .takes = CN_TAKES_APART,
    .check_inputs = check_inputs,
    .call = call,
};

cn_layer *cn_category_encoding_with(const cn_category_encoding_args *args)
{
    return cn_layer_make(&cn_category_encoding_layer_class, args);
}
