/* Lambda: y = function(inputs, arguments), with a function of the user's that has a name, or an
 * activation. */
#include "layers/functions.h"

#include <stdlib.h>
#include <string.h>

/* What a layer found under the names in its arguments. */
struct found {
    const cn_registered_function *function, *mask;
    cn_object activation; /* instead of a function */
};

static const cn_lambda_args defaults = {CN_LAMBDA_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_lambda_args),
    CN_THING_FIELD(cn_lambda_args, function, CN_FIELD_THING, &cn_function_records),
    CN_FIELD(cn_lambda_args, output_shape, CN_FIELD_DIMS, CN_FIELD_OPTIONAL),
    CN_THING_FIELD(cn_lambda_args, mask, CN_FIELD_THING, &cn_function_records),
    CN_DICTIONARY_FIELD(cn_lambda_args, arguments),
    CN_END_FIELDS,
};

/* ---- making ---------------------------------------------------------------------------------- */

static cn_status check_arguments(const char *text)
{
    json_error_t error;
    json_t *arguments = cn_json_load(text, strlen(text), JSON_REJECT_DUPLICATES, &error);
    const bool is_object = json_is_object(arguments);
    json_decref(arguments);
    CN_CHECK(is_object, "arguments must be a JSON object: %s",
             arguments == NULL ? error.text : "it is another value");
    return CN_OK;
}

static cn_status check(const void *own)
{
    const cn_lambda_args *args = own;
    CN_CHECK(args->function != NULL && args->function[0] != '\0', "it needs a function's name");
    return args->arguments == NULL ? CN_OK : check_arguments(args->arguments);
}

static cn_status prepare(cn_layer *layer)
{
    const cn_lambda_args *args = layer->args;
    struct found *found = layer->state;
    cn_arena *arena = cn_session_arena(layer->session);
    found->function = cn_function_find(args->function);
    if (found->function == NULL && cn_is_activation(args->function))
        CN_TRY(cn_activation_parse(args->function, arena, &found->activation));
    else if (found->function == NULL)
        return cn_unknown_function(args->function);
    found->mask = args->mask == NULL ? NULL : cn_function_find(args->mask);
    return args->mask == NULL || found->mask != NULL ? CN_OK : cn_unknown_function(args->mask);
}

/* ---- calling --------------------------------------------------------------------------------- */

/* Where the arguments say the output's shape, it is so, whatever the batch. */
static cn_status check_shape(const cn_layer *layer, const cn_shape *made)
{
    const cn_lambda_args *args = layer->args;
    const cn_shape wanted = cn_shape_of_dims(args->output_shape);
    bool fits = wanted.rank == 0 || made->rank == wanted.rank + 1;
    for (int64_t i = 0; fits && i < wanted.rank; i++)
        fits = wanted.dim[i] == CN_NONE || wanted.dim[i] == made->dim[i + 1];
    CN_CHECK(fits, "its function made shape %s, its output_shape is %s behind the batch axis",
             cn_shape_str(made), cn_shape_str(&wanted));
    return CN_OK;
}

static cn_status call_function(cn_call_frame *frame, const cn_registered_function *function,
                               cn_tensor **result)
{
    cn_tensor *inputs[CN_MOST_TENSORS], *masks[CN_MOST_TENSORS];
    const cn_lambda_args *args = frame->layer->args;
    for (int64_t i = 0; i < frame->n_inputs; i++) {
        inputs[i] = cn_trace_tensor(frame->trace, frame->inputs[i], frame->masks[i]);
        masks[i] = cn_trace_tensor(frame->trace, frame->masks[i], CN_NO_VALUE);
        CN_CHECK_MEMORY(inputs[i]);
        CN_CHECK(masks[i] != NULL || frame->masks[i] == CN_NO_VALUE, "out of memory");
    }
    const cn_function_call call = {.arguments = args->arguments == NULL ? "{}" : args->arguments,
                                   .masks = masks,
                                   .training = frame->training};
    CN_TRY(cn_function_run(function, (cn_tensors){frame->n_inputs, inputs}, &call, result));
    CN_TRY(frame->program->status);
    CN_CHECK(*result == NULL ||
                 ((*result)->kind == CN_KIND_TENSOR && (*result)->trace == frame->trace),
             "its function must return a tensor that it computed from its inputs");
    return CN_OK;
}

static cn_status call_mask(cn_call_frame *frame, const cn_registered_function *function)
{
    cn_tensor *mask = NULL;
    CN_TRY(call_function(frame, function, &mask));
    CN_CHECK(mask == NULL || mask->dtype == CN_BOOL,
             "its mask must be a tensor of bool, got one of %s", mask->dtype_name);
    frame->output_masks[0] = mask == NULL ? CN_NO_VALUE : mask->value;
    return CN_OK;
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs;
    const struct found *found = layer->state;
    CN_CHECK(n == 1 || found->function != NULL, "%s: the activation %s takes 1 input, got %d",
             layer->name, found->activation.class->name, (int)n);
    return CN_OK;
}

static cn_status call(cn_call_frame *frame)
{
    const struct found *found = frame->layer->state;
    cn_tensor *output = NULL;
    if (found->function == NULL) {
        frame->outputs[0] =
            cn_emit_activation(frame->program, &found->activation, frame->inputs[0]);
        CN_TRY(frame->program->status);
    } else {
        CN_TRY(call_function(frame, found->function, &output));
        CN_CHECK(output != NULL, "its function returned NULL");
        frame->outputs[0] = output->value;
    }
    CN_TRY(check_shape(frame->layer, cn_shape_of(frame->program, frame->outputs[0])));
    return found->mask == NULL ? CN_OK : call_mask(frame, found->mask);
}

const cn_layer_class cn_lambda_layer_class = {
    CN_LAYER_CLASS("Lambda", cn_lambda_args, fields, defaults),
    .base.check = check,
    .min_inputs = 1,
    .max_inputs = CN_MOST_TENSORS,
    .takes = CN_TAKES_ONE_OR_LIST,
    .mixes_samples = true, /* it may */
    .state_size = sizeof(struct found),
    .prepare = prepare,
    .check_inputs = check_inputs,
    .call = call,
};

static bool keep(cn_arena *arena, const char **text)
{
    const char *given = *text;
    *text = given == NULL ? NULL : cn_arena_text(arena, given);
    return given == NULL || *text != NULL;
}

cn_layer *cn_lambda_with(const cn_lambda_args *args)
{
    cn_session *session = cn_session_current();
    cn_lambda_args own = *args;
    if (session == NULL)
        return NULL;
    cn_arena *arena = cn_session_arena(session);
    if (own.arguments == NULL)
        own.arguments = "{}";
    if (!keep(arena, &own.function) || !keep(arena, &own.mask))
        return NULL;
    return cn_layer_make(&cn_lambda_layer_class, &own);
}
