/* HashedCrossing: y = a hash of several numbers or strings together, modulo num_bins. */
#include <inttypes.h>
#include <string.h>

#include "layers/categories.h"

enum { MOST = 16 };

static const cn_hashed_crossing_args defaults = {CN_HASHED_CROSSING_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_hashed_crossing_args),
    CN_FIELD(cn_hashed_crossing_args, num_bins, CN_FIELD_INT, 0),
    CN_FIELD(cn_hashed_crossing_args, output_mode, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_hashed_crossing_args *args = own;
    CN_TRY(cn_check_positive("num_bins", args->num_bins));
    return cn_check_output_mode(args->output_mode, cn_output_modes, 2);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_shape *shape = &inputs[0].shape;
    for (int64_t i = 0; i < n; i++) {
        CN_CHECK(shape->rank == 1 || (shape->rank == 2 && shape->dim[1] == 1),
                 "%s: takes inputs of shape (None,) or (None, 1), got %s", layer->name,
                 cn_shape_str(shape));
        CN_CHECK(cn_shape_equal(&inputs[i].shape, shape),
                 "%s: takes inputs of one shape, got %s and %s", layer->name, cn_shape_str(shape),
                 cn_shape_str(&inputs[i].shape));
        CN_CHECK(inputs[i].dtype != CN_FLOAT32, "%s: takes whole numbers or strings, got float32",
                 layer->name);
    }
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const cn_hashed_crossing_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_value inputs[MOST];
    for (int64_t i = 0; i < frame->n_inputs; i++)
        inputs[i] = cn_dtype_of(p, frame->inputs[i]) == CN_STRING
                        ? frame->inputs[i]
                        : cn_emit_cast(p, frame->inputs[i], CN_INT32);
    CN_TRY(p->status);
    cn_value bins = cn_program_append(p, &cn_op_cross_hash, &(cn_rows_attributes){args->num_bins},
                                      inputs, frame->n_inputs);
    frame->outputs[0] = cn_emit_categories(p, bins, args->output_mode, args->num_bins, CN_NO_VALUE);
    return p->status;
}

const cn_layer_class cn_hashed_crossing_layer_class = {
    CN_LAYER_CLASS("HashedCrossing", cn_hashed_crossing_args, fields, defaults),
    .base.check = check,
    .min_inputs = 2,
    .max_inputs = MOST,
    .takes_strings = true,
    .check_inputs = check_inputs,
    .call = call,
};

/* Keras takes no other type for whole numbers. */
cn_layer *cn_hashed_crossing_with(const cn_hashed_crossing_args *args)
{
    cn_hashed_crossing_args own = *args;
    if (own.dtype == NULL && own.output_mode != NULL && strcmp(own.output_mode, "int") == 0)
        own.dtype = "int64";
    return cn_layer_make(&cn_hashed_crossing_layer_class, &own);
}
