/* Layers: made from keyword arguments, named, and given weights. */
#include "graph/graph.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "activations/activations.h"
#include "constraints/constraints.h"
#include "initializers/initializers.h"
#include "regularizers/regularizers.h"
#include "runtime/dtype.h"
#include "runtime/pointer_map.h"

/* ---- names ----------------------------------------------------------------------------------- */

/* The next automatic name of a class: "dense_1". */
static const char *automatic_name(cn_session *session, const char *class_name)
{
    cn_arena *arena = cn_session_arena(session);
    const char *snake = cn_snake_case(arena, class_name);
    int64_t number = snake == NULL ? 0 : cn_session_count_name(session, snake);
    return number == 0 ? NULL : cn_arena_format(arena, "%s_%" PRId64, snake, number);
}

static const cn_layer_keywords *keywords(const cn_layer_class *class, const void *args)
{
    return (const cn_layer_keywords *)(const void *)((const char *)args + class->keywords);
}

static const char *name_layer(const cn_layer_class *class, cn_session *session, const char *wanted)
{
    if (wanted != NULL)
        return cn_arena_text(cn_session_arena(session), wanted);
    return automatic_name(session,
                          class->automatic_name != NULL ? class->automatic_name : class->base.name);
}

/* ---- life ------------------------------------------------------------------------------------ */

/* Those that are another layer's too are freed there. */
static void free_weights(cn_layer *layer)
{
    for (int64_t i = 0; i < layer->n_weights; i++)
        if (layer->weights[i]->layer == layer)
            cn_variable_free(&layer->weights[i]->variable);
}

static void release_layer(void *object)
{
    cn_layer *layer = object;
    if (layer->class->free_state != NULL && layer->state != NULL)
        layer->class->free_state(layer->state);
    free_weights(layer);
    cn_release(layer->weights);
    cn_release(layer->nodes);
    cn_release(layer->inner);
    if (layer->graph != NULL) {
        if (layer->graph->training != NULL)
            layer->graph->free_training(layer->graph->training);
        cn_release(layer->graph->layers);
    }
}

static cn_status check_keywords(const cn_layer *layer, const cn_layer_keywords *own)
{
    cn_dtype dtype = CN_FLOAT32;
    CN_CHECK(layer->name[0] != '\0' && strchr(layer->name, '/') == NULL,
             "%s: a layer's name must not be empty or contain \"/\"", layer->name);
    if (own->dtype != NULL)
        CN_TRY(cn_policy_by_name(layer->name, own->dtype, &dtype));
    CN_CHECK(own->dtype == NULL || dtype != CN_STRING || layer->class->takes_strings,
             "%s: dtype must be one of numbers, got \"string\"", layer->name);
    for (int i = 0; i < CN_MAX_RANK; i++)
        CN_CHECK(own->input_shape[i] >= CN_NONE, "%s: input_shape has the dimension %" PRId64,
                 layer->name, own->input_shape[i]);
    return CN_OK;
}

/* Identifiers are parsed once here, so that a misspelt name is an error where it was written. */
static cn_status check_identifiers(const cn_layer *layer)
{
    const cn_classes *const kinds[] = {&cn_activation_classes, &cn_initializer_classes,
                                       &cn_regularizer_classes, &cn_constraint_classes};
    cn_arena memory = {0};
    cn_status status = CN_OK;
    for (const cn_field *field = layer->class->base.fields; status == CN_OK && field->name != NULL;
         field++) {
        for (size_t i = 0; field->kind == CN_FIELD_OBJECT && i < sizeof kinds / sizeof kinds[0];
             i++) {
            cn_object object;
            const char *const *identifier =
                (const void *)((const char *)layer->args + field->offset);
            if (status == CN_OK && strcmp(kinds[i]->kind, field->object) == 0)
                status = cn_object_parse(kinds[i], *identifier, &memory, &object);
        }
    }
    cn_arena_free(&memory);
    return status;
}

static cn_status check_args(const cn_layer *layer)
{
    const cn_class *class = &layer->class->base;
    CN_TRY(check_identifiers(layer));
    return class->check == NULL ? CN_OK : class->check(layer->args);
}

static cn_status finish_layer(cn_layer *layer)
{
    CN_TRY(check_args(layer));
    return layer->class->prepare == NULL ? CN_OK : layer->class->prepare(layer);
}

static cn_status fill_layer(cn_layer *layer, const cn_layer_class *class, const void *args,
                            cn_session *session)
{
    cn_arena *arena = cn_session_arena(session);
    const cn_layer_keywords *own = keywords(class, args);
    *layer = (cn_layer){
        .kind = CN_KIND_LAYER, .class = class, .session = session, .trainable = own->trainable};
    layer->user_named = own->name != NULL;
    layer->name = name_layer(class, session, own->name);
    CN_CHECK_MEMORY(layer->name);
    CN_TRY(check_keywords(layer, own));
    layer->args = cn_fields_copy(class->base.fields, args, class->base.args_size, arena);
    CN_CHECK_MEMORY(layer->args);
    if (class->state_size > 0) {
        layer->state = cn_arena_allocate(arena, class->state_size);
        CN_CHECK_MEMORY(layer->state);
    }
    return cn_session_on_clear(session, release_layer, layer);
}

cn_layer *cn_layer_make(const cn_layer_class *class, const void *args)
{
    cn_session *session = cn_session_current();
    cn_layer *layer = session == NULL ? NULL
                                      : cn_arena_allocate(cn_session_arena(session), sizeof *layer);
    if (layer == NULL || fill_layer(layer, class, args, session) != CN_OK)
        return NULL;
    bool failed_before = cn_failed();
    if (finish_layer(layer) != CN_OK) {
        if (!failed_before)
            cn_fail_in("%s", layer->name);
        return NULL;
    }
    return layer;
}

cn_status cn_layer_check(const void *object, const char *who)
{
    if (object == NULL)
        return cn_fail(CN_INVALID, "%s: got NULL instead of a layer", who);
    CN_CHECK(*(const cn_kind *)object == CN_KIND_LAYER, "%s: expected a layer or model, got %s",
             who, cn_kind_name(object));
    return CN_OK;
}

/* ---- weights --------------------------------------------------------------------------------- */

const char *cn_layer_path(const cn_layer *layer)
{
    if (layer->outer == NULL)
        return layer->name;
    const char *outer = cn_layer_path(layer->outer);
    return outer == NULL
               ? NULL
               : cn_arena_format(cn_session_arena(layer->session), "%s/%s", outer, layer->name);
}

/* Before memory is asked for. */
static cn_status take_weight(const cn_layer *layer, const cn_shape *shape)
{
    int64_t size = 0;
    cn_status status = cn_shape_checked_size(shape, sizeof(float), &size);
    if (status == CN_OK)
        status = cn_session_take_weight(layer->session, (uint64_t)size * sizeof(float));
    if (status != CN_OK)
        cn_fail_in("%s", layer->name);
    return status;
}

cn_status cn_layer_add_weight(cn_layer *layer, const cn_weight_args *args, cn_weight **weight)
{
    cn_arena *arena = cn_session_arena(layer->session);
    cn_weight *added = cn_arena_allocate(arena, sizeof *added);
    CN_CHECK_MEMORY(added);
    const char *path = cn_layer_path(layer);
    CN_CHECK_MEMORY(path);
    path = cn_arena_format(arena, "%s/%s", path, args->name);
    CN_CHECK_MEMORY(path);
    CN_CHECK(
        !cn_shape_has_none(&args->shape),
        "%s: the weight %s would have shape %s: the input's size must be known along that axis",
        layer->name, args->name, cn_shape_str(&args->shape));
    *added = (cn_weight){.name = cn_arena_text(arena, args->name),
                         .trainable = !args->frozen,
                         .regularizer = cn_arena_text(arena, args->regularizer),
                         .constraint = cn_arena_text(arena, args->constraint),
                         .layer = layer};
    CN_TRY(cn_grow(&layer->weights, &layer->weights_capacity, layer->n_weights + 1,
                   sizeof(cn_weight *)));
    CN_TRY(take_weight(layer, &args->shape));
    CN_TRY(cn_variable_init(&added->variable, path, CN_FLOAT32, args->shape,
                            cn_session_variables(layer->session)));
    layer->weights[layer->n_weights++] = added;
    if (weight != NULL)
        *weight = added;
    if (args->fan_in == 0)
        return cn_initialize(args->initializer, &added->variable, layer->session);
    return cn_initialize_with_fans(args->initializer, &added->variable, args->fan_in, args->fan_out,
                                   layer->session);
}

cn_status cn_layer_share_weight(cn_layer *layer, cn_weight *weight)
{
    CN_TRY(cn_grow(&layer->weights, &layer->weights_capacity, layer->n_weights + 1,
                   sizeof(cn_weight *)));
    layer->weights[layer->n_weights++] = weight;
    return CN_OK;
}

static void drop_weights(cn_layer *layer)
{
    free_weights(layer);
    layer->n_weights = 0;
}

cn_status cn_layer_build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    if (layer->built)
        return CN_OK;
    if (layer->class->build != NULL) {
        cn_status status = layer->class->build(layer, inputs, n);
        if (status != CN_OK) {
            drop_weights(layer);
            return status;
        }
    }
    layer->built_for =
        cn_arena_copy(cn_session_arena(layer->session), inputs, (size_t)n * sizeof *inputs);
    CN_CHECK_MEMORY(layer->built_for);
    layer->n_built_for = n;
    layer->built = true;
    return CN_OK;
}

/* ---- layers inside --------------------------------------------------------------------------- */

static cn_status is_other(void *context, cn_layer *layer)
{
    return layer == context ? cn_fail(CN_INVALID, "%s: cannot be part of itself", layer->name)
                            : CN_OK;
}

cn_status cn_layer_check_apart(cn_layer *layer, cn_layer *outer)
{
    return cn_layer_visit(layer, is_other, outer);
}

static cn_status freeze(void *context, cn_layer *layer)
{
    (void)context;
    layer->trainable = false;
    return CN_OK;
}

cn_status cn_layer_add_inner(cn_layer *layer, cn_layer *inner)
{
    CN_TRY(cn_layer_check_apart(inner, layer));
    CN_TRY(cn_grow(&layer->inner, &layer->inner_capacity, layer->n_inner + 1, sizeof(cn_layer *)));
    layer->inner[layer->n_inner++] = inner;
    if (inner->outer == NULL && !inner->built)
        inner->outer = layer;
    return layer->trainable ? CN_OK : cn_layer_visit(inner, freeze, NULL);
}

cn_status cn_layer_visit(cn_layer *layer, cn_status (*visit)(void *context, cn_layer *layer),
                         void *context)
{
    CN_TRY(visit(context, layer));
    for (int64_t i = 0; layer->graph != NULL && i < layer->graph->n_layers; i++)
        CN_TRY(cn_layer_visit(layer->graph->layers[i], visit, context));
    for (int64_t i = 0; i < layer->n_inner; i++)
        CN_TRY(cn_layer_visit(layer->inner[i], visit, context));
    return CN_OK;
}

struct weight_list {
    cn_weight **weights;
    int64_t n, capacity;
    cn_pointer_map listed; /* a layer may stand in several places, a weight in several layers */
};

static cn_status list_weight(struct weight_list *list, cn_weight *weight)
{
    const int64_t number = list->n;
    CN_TRY(cn_pointer_map_add(&list->listed, weight, number));
    if (cn_pointer_map_get(&list->listed, weight) != number)
        return CN_OK;
    CN_TRY(cn_grow(&list->weights, &list->capacity, list->n + 1, sizeof(cn_weight *)));
    list->weights[list->n++] = weight;
    return CN_OK;
}

static cn_status list_weights(void *context, cn_layer *layer)
{
    for (int64_t i = 0; i < layer->n_weights; i++)
        CN_TRY(list_weight(context, layer->weights[i]));
    return CN_OK;
}

cn_status cn_layer_weights(const cn_layer *layer, cn_arena *arena, cn_weight ***weights, int64_t *n)
{
    struct weight_list list = {0};
    cn_status status = cn_layer_visit((cn_layer *)(uintptr_t)layer, list_weights, &list);
    if (status == CN_OK) {
        *n = list.n;
        *weights = cn_arena_copy(arena, list.weights, (size_t)list.n * sizeof(cn_weight *));
        if (*weights == NULL)
            status = CN_OUT_OF_MEMORY;
    }
    cn_release(list.weights);
    cn_pointer_map_free(&list.listed);
    return status;
}
