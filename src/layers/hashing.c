/* Hashing: y = hash(x) modulo num_bins, x being whole numbers or strings. */
#include <math.h>
#include <string.h>

#include "layers/lookup.h"

static const cn_hashing_args defaults = {CN_HASHING_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_hashing_args),
    CN_FIELD(cn_hashing_args, num_bins, CN_FIELD_INT, 0),
    CN_FIELD(cn_hashing_args, mask_value, CN_FIELD_REAL,
             CN_FIELD_OPTIONAL | CN_FIELD_WHOLE | CN_FIELD_OR_TEXT),
    CN_FIELD(cn_hashing_args, mask_text, CN_FIELD_TEXT, CN_FIELD_OPTIONAL | CN_FIELD_HIDDEN),
    CN_FIELD(cn_hashing_args, salt, CN_FIELD_DIMS,
             CN_FIELD_OPTIONAL | CN_FIELD_COUNTS | CN_FIELD_EACH_2),
    CN_FIELD(cn_hashing_args, output_mode, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_hashing_args *args = own;
    CN_TRY(cn_check_positive("num_bins", args->num_bins));
    CN_CHECK(isnan(args->mask_value) || args->mask_value == trunc(args->mask_value),
             "mask_value must be a whole number, got %g", args->mask_value);
    CN_CHECK(isnan(args->mask_value) || args->mask_text == NULL,
             "mask_value is for whole numbers, mask_text for strings, got both");
    return cn_check_output_mode(args->output_mode, cn_output_modes, CN_OUTPUT_MODES_OF_BINS);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_hashing_args *args = layer->args;
    CN_CHECK(inputs[0].dtype != CN_STRING || isnan(args->mask_value),
             "%s: takes whole numbers, such as mask_value, got strings", layer->name);
    CN_CHECK(inputs[0].dtype == CN_STRING || args->mask_text == NULL,
             "%s: takes strings, such as mask_text, got %s", layer->name,
             cn_dtype_name(inputs[0].dtype));
    return cn_check_counted(layer, &inputs[0], args->output_mode);
}

/* A vocabulary of the masked text alone, whose place is 0. */
static const cn_lookup_common masked_text = {
    .masked = true, .num_oov_indices = 1, .output_mode = "int"};

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_hashing_args *args = layer->args;
    const cn_texts none = {0};
    return args->mask_text == NULL ? CN_OK
                                   : cn_keep_words(layer, &masked_text, &none, args->mask_text);
}

static cn_value mask_bins(cn_call_frame *frame, cn_value x, cn_value bins)
{
    const cn_hashing_args *args = frame->layer->args;
    cn_program *p = frame->program;
    bins = cn_emit_add(p, bins, cn_emit_whole(p, 1));
    if (args->mask_text != NULL)
        return cn_emit_places(frame, &masked_text, x, bins);
    cn_value is_mask = cn_emit_equal(p, x, cn_emit_whole(p, (int64_t)args->mask_value));
    return cn_emit_where(p, is_mask, cn_emit_whole(p, 0), bins);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_hashing_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const bool masked = (!isnan(args->mask_value) || args->mask_text != NULL) && args->num_bins > 1;
    cn_value x = frame->inputs[0];
    if (cn_dtype_of(p, x) != CN_STRING)
        x = cn_emit_cast(p, x, CN_INT32);
    cn_value bins = cn_emit_bins(p, x, masked ? args->num_bins - 1 : args->num_bins, args->salt);
    if (masked)
        bins = mask_bins(frame, x, bins);
    frame->outputs[0] = cn_emit_categories(p, bins, args->output_mode, args->num_bins, CN_NO_VALUE);
    return p->status;
}

const cn_layer_class cn_hashing_layer_class = {
    CN_LAYER_CLASS("Hashing", cn_hashing_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .takes_strings = true,
    .check_inputs = check_inputs,
    .build = build,
    .call = call,
    .state_size = sizeof(cn_lookup),
    .free_state = cn_lookup_free,
};

/* Keras takes no other type for whole numbers. */
cn_layer *cn_hashing_with(const cn_hashing_args *args)
{
    cn_hashing_args own = *args;
    if (own.dtype == NULL && own.output_mode != NULL && strcmp(own.output_mode, "int") == 0)
        own.dtype = "int64";
    return cn_layer_make(&cn_hashing_layer_class, &own);
}
