/* Layers of the user's: a class for each, whose rules are the user's functions. */
#include "cornu/custom.h"

#include <string.h>

#include "graph/graph.h"
#include "ops/emit.h"

/* The call that a function of the user's is working for, in this thread. */
static _Thread_local const cn_call_frame *current;

static const cn_field fields[] = {
    CN_FIELD(cn_custom_layer_args, name, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_custom_layer_args, trainable, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_custom_layer_args, dtype, CN_FIELD_TEXT, CN_FIELD_HIDDEN),
    CN_FIELD(cn_custom_layer_args, input_shape, CN_FIELD_DIMS, CN_FIELD_HIDDEN),
    CN_FIELD(cn_custom_layer_args, config, CN_FIELD_TEXT, CN_FIELD_OPTIONAL | CN_FIELD_HIDDEN),
    CN_END_FIELDS,
};

static const cn_custom_layer_args defaults = {CN_CUSTOM_LAYER_DEFAULTS};

/* ---- build ----------------------------------------------------------------------------------- */

/* Tensors that only have a type. */
static cn_status tensors_of_types(const cn_type *types, int64_t n, cn_arena *memory,
                                  cn_tensor ***tensors)
{
    *tensors = cn_arena_allocate(memory, (size_t)n * sizeof(cn_tensor *));
    CN_CHECK_MEMORY(*tensors);
    for (int64_t i = 0; i < n; i++) {
        cn_tensor *tensor = cn_arena_allocate(memory, sizeof *tensor);
        CN_CHECK_MEMORY(tensor);
        *tensor = (cn_tensor){.kind = CN_KIND_TENSOR,
                              .dtype = types[i].dtype,
                              .dtype_name = cn_dtype_name(types[i].dtype),
                              .shape = types[i].shape,
                              .value = CN_NO_VALUE,
                              .mask = CN_NO_VALUE};
        (*tensors)[i] = tensor;
    }
    return CN_OK;
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    const cn_custom_layer_args *args = layer->args;
    if (args->build == NULL)
        return CN_OK;
    cn_arena memory = {0};
    cn_tensor **tensors;
    cn_status status = tensors_of_types(inputs, n, &memory, &tensors);
    if (status == CN_OK)
        status = args->build(layer, (cn_tensors){n, tensors});
    cn_arena_free(&memory);
    return status == CN_OK || cn_failed() ? status
                                          : cn_fail(status, "%s: its build failed", layer->name);
}

/* ---- call ------------------------------------------------------------------------------------ */

static cn_status take_output(cn_call_frame *frame, const cn_tensor *output, int64_t index)
{
    CN_TRY(frame->program->status);
    if (output == NULL)
        return cn_failed() ? cn_error_status()
                           : cn_fail(CN_INVALID, "%s: its call returned NULL%s", frame->layer->name,
                                     frame->n_outputs == 1 ? "" : " as one of its outputs");
    CN_CHECK(output->kind == CN_KIND_TENSOR && output->trace == frame->trace,
             "%s: its call must return a tensor that it computed from its inputs",
             frame->layer->name);
    frame->outputs[index] = output->value;
    return CN_OK;
}

/* Runs the user's function; NULLs in outputs are found by take_output. */
static cn_status run_function(const cn_call_frame *frame, cn_tensors inputs, cn_tensor **outputs)
{
    const cn_custom_layer_args *args = frame->layer->args;
    if (args->call_all == NULL) {
        outputs[0] = args->call(frame->layer, inputs, frame->training);
        return CN_OK;
    }
    cn_status status = args->call_all(frame->layer, inputs, frame->training, outputs);
    return status == CN_OK || cn_failed()
               ? status
               : cn_fail(status, "%s: its call failed", frame->layer->name);
}

static cn_status call(cn_call_frame *frame)
{
    cn_tensor *inputs[CN_MOST_TENSORS], *outputs[CN_MOST_TENSORS] = {NULL};
    for (int64_t i = 0; i < frame->n_inputs; i++) {
        inputs[i] = cn_trace_tensor(frame->trace, frame->inputs[i], frame->masks[i]);
        CN_CHECK_MEMORY(inputs[i]);
    }
    const cn_call_frame *before = current;
    current = frame;
    cn_status status = run_function(frame, (cn_tensors){frame->n_inputs, inputs}, outputs);
    current = before;
    frame->n_outputs = ((const cn_custom_layer_args *)frame->layer->args)->n_outputs;
    for (int64_t i = 0; status == CN_OK && i < frame->n_outputs; i++)
        status = take_output(frame, outputs[i], i);
    return status;
}

static cn_status state_shapes(const cn_layer *cell, const cn_shape *step, cn_shape *shapes,
                              int64_t *n)
{
    (void)step;
    const cn_custom_layer_args *args = cell->args;
    for (*n = 0; *n < CN_MAX_LIST && args->state_sizes[*n] != 0; ++*n)
        shapes[*n] = CN_SHAPE(args->state_sizes[*n]);
    return CN_OK;
}

/* ---- the class ------------------------------------------------------------------------------- */

/* The text of a JSON object. */
static cn_status check_config(const cn_custom_layer_args *args)
{
    if (args->config == NULL)
        return CN_OK;
    json_error_t error;
    json_t *config =
        cn_json_load(args->config, strlen(args->config), JSON_REJECT_DUPLICATES, &error);
    const bool is_object = json_is_object(config);
    json_decref(config);
    CN_CHECK(is_object, "cn_custom_layer: %s: config must be a JSON object: %s", args->class_name,
             config == NULL ? error.text : "it is another value");
    return CN_OK;
}

static cn_status check_args(const cn_custom_layer_args *args)
{
    CN_CHECK(args->class_name != NULL && args->class_name[0] != '\0',
             "cn_custom_layer: it needs a class_name");
    CN_CHECK(args->call != NULL || args->call_all != NULL,
             "cn_custom_layer: %s needs a call function", args->class_name);
    CN_TRY(check_config(args));
    CN_CHECK(args->call == NULL || args->call_all == NULL,
             "cn_custom_layer: %s has both call and call_all, needs one", args->class_name);
    CN_CHECK(args->n_outputs >= 1 && args->n_outputs <= CN_MOST_TENSORS,
             "cn_custom_layer: %s cannot have %d outputs", args->class_name, (int)args->n_outputs);
    CN_CHECK(args->call_all != NULL || args->n_outputs == 1,
             "cn_custom_layer: %s needs call_all for %d outputs", args->class_name,
             (int)args->n_outputs);
    CN_CHECK(args->min_inputs >= 1 && args->min_inputs <= args->max_inputs &&
                 args->max_inputs <= CN_MOST_TENSORS,
             "cn_custom_layer: %s cannot take from %d to %d inputs", args->class_name,
             (int)args->min_inputs, (int)args->max_inputs);
    return CN_OK;
}

/* A cell takes and gives its states beside one input and one output. */
static cn_status take_states(cn_custom_layer_args *args)
{
    int64_t n = 0;
    for (; n < CN_MAX_LIST && args->state_sizes[n] != 0; n++)
        CN_CHECK(args->state_sizes[n] > 0, "cn_custom_layer: %s has the state size %d",
                 args->class_name == NULL ? "a cell" : args->class_name, (int)args->state_sizes[n]);
    if (n > 0)
        args->n_outputs = args->min_inputs = args->max_inputs = n + 1;
    return CN_OK;
}

static cn_status make_class(const cn_custom_layer_args *args, cn_arena *arena,
                            cn_layer_class **class)
{
    *class = cn_arena_allocate(arena, sizeof **class);
    CN_CHECK_MEMORY(*class);
    **class = (cn_layer_class){
        .base = {.name = cn_arena_text(arena, args->class_name),
                 .module = "custom",
                 .fields = fields,
                 .args_size = sizeof *args,
                 .defaults = &defaults},
        .keywords = offsetof(cn_custom_layer_args, name),
        .min_inputs = args->min_inputs,
        .max_inputs = args->max_inputs,
        .takes = args->min_inputs == 1 ? CN_TAKES_ONE_OR_LIST : 0,
        .passes_mask = args->supports_masking,
        .mixes_samples = true, /* it may */
        .build = build,
        .call = call,
        .state_shapes = args->state_sizes[0] == 0 ? NULL : state_shapes,
    };
    CN_CHECK_MEMORY((*class)->base.name);
    return CN_OK;
}

cn_layer *cn_custom_layer_with(const cn_custom_layer_args *args)
{
    cn_session *session = cn_session_current();
    cn_layer_class *class = NULL;
    cn_custom_layer_args own = *args;
    if (session == NULL || take_states(&own) != CN_OK || check_args(&own) != CN_OK ||
        make_class(&own, cn_session_arena(session), &class) != CN_OK)
        return NULL;
    own.class_name = class->base.name;
    if (args->data_size > 0)
        own.data = cn_arena_copy(cn_session_arena(session), args->data, args->data_size);
    return args->data_size > 0 && own.data == NULL ? NULL : cn_layer_make(class, &own);
}

/* ---- saved models ---------------------------------------------------------------------------- */

bool cn_is_custom(const cn_layer *layer)
{
    return layer->class->call == call;
}

const char *cn_custom_config(const cn_layer *layer)
{
    return ((const cn_custom_layer_args *)layer->args)->config;
}

cn_status cn_register_layer(const char *class_name, cn_layer_maker *make, void *data)
{
    cn_session *session = cn_session_current();
    CN_CHECK_MEMORY(session);
    CN_CHECK(class_name != NULL && class_name[0] != '\0', "cn_register_layer: it needs a name");
    CN_CHECK(make != NULL, "cn_register_layer: \"%s\" needs a function", class_name);
    cn_arena *arena = cn_session_arena(session);
    cn_registered_layer *own = cn_arena_allocate(arena, sizeof *own);
    CN_CHECK_MEMORY(own);
    *own = (cn_registered_layer){
        .base = {.name = cn_arena_text(arena, class_name), .module = "custom"},
        .make = make,
        .data = data};
    CN_CHECK_MEMORY(own->base.name);
    return cn_class_register("layer", &own->base);
}

/* ---- what the user's functions ask ----------------------------------------------------------- */

static cn_status check_custom(const cn_layer *layer, const char *who)
{
    CN_TRY(cn_layer_check(layer, who));
    CN_CHECK(layer->class->call == call, "%s: %s was not made by cn_custom_layer", who,
             layer->name);
    return CN_OK;
}

const void *cn_layer_data(const cn_layer *layer)
{
    if (check_custom(layer, "cn_layer_data") != CN_OK)
        return NULL;
    return ((const cn_custom_layer_args *)layer->args)->data;
}

static cn_weight *find_weight(const cn_layer *layer, const char *name)
{
    for (int64_t i = 0; i < layer->n_weights; i++)
        if (strcmp(layer->weights[i]->name, name) == 0)
            return layer->weights[i];
    return NULL;
}

cn_status cn_add_weight_with(const cn_add_weight_args *args)
{
    CN_TRY(check_custom(args->layer, "cn_add_weight"));
    const char *layer = args->layer->name;
    CN_CHECK(args->name != NULL && args->name[0] != '\0', "%s: a weight needs a name", layer);
    CN_CHECK(!args->layer->built, "%s: the weight \"%s\" can be added in build only", layer,
             args->name);
    CN_CHECK(find_weight(args->layer, args->name) == NULL, "%s: has a weight \"%s\" already", layer,
             args->name);
    for (int i = 0; i < CN_MAX_RANK; i++)
        CN_CHECK(args->shape[i] >= CN_NONE, "%s: the weight \"%s\" has the dimension %d", layer,
                 args->name, (int)args->shape[i]);
    return cn_layer_add_weight(args->layer,
                               &(cn_weight_args){.name = args->name,
                                                 .shape = cn_shape_of_dims(args->shape),
                                                 .initializer = args->initializer,
                                                 .regularizer = args->regularizer,
                                                 .constraint = args->constraint,
                                                 .frozen = !args->trainable},
                               NULL);
}

cn_status cn_add_layer(cn_layer *layer, cn_layer *inner)
{
    CN_TRY(check_custom(layer, "cn_add_layer"));
    CN_TRY(cn_layer_check(inner, "cn_add_layer"));
    CN_CHECK(!layer->built, "%s: the layer %s can be added in build only", layer->name,
             inner->name);
    return cn_layer_add_inner(layer, inner);
}

static cn_status weight_in_call(const cn_layer *layer, const char *name, cn_weight **weight)
{
    CN_TRY(check_custom(layer, "cn_layer_weight"));
    CN_CHECK(current != NULL, "%s: cn_layer_weight can be asked in call only", layer->name);
    CN_CHECK(name != NULL, "%s: the weight's name is NULL", layer->name);
    *weight = find_weight(layer, name);
    CN_CHECK(*weight != NULL, "%s: has no weight \"%s\"", layer->name, name);
    return CN_OK;
}

cn_tensor *cn_layer_weight(const cn_layer *layer, const char *name)
{
    cn_weight *weight;
    if (weight_in_call(layer, name, &weight) != CN_OK)
        return NULL;
    return cn_trace_tensor(current->trace, cn_program_read(current->program, &weight->variable),
                           CN_NO_VALUE);
}
