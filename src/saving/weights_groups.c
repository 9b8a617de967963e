/* Where Keras's saving_lib puts variables: the model's tree of objects, lists by snake_case of
 * class names. */
#include <string.h>

#include "layers/lookup.h"
#include "runtime/pointer_map.h"
#include "saving/weights.h"

struct walk {
    cn_arena *arena;
    const char *layers;
    cn_saved_group *list;
    int64_t n, capacity;
    cn_pointer_map seen; /* layers */
};

static bool is_oldest(const struct walk *walk)
{
    return strcmp(walk->layers, "layers") != 0;
}

static cn_status add_group(struct walk *walk, const char *path, const char *name,
                           cn_variable **variables, int64_t n)
{
    CN_TRY(cn_grow(&walk->list, &walk->capacity, walk->n + 1, sizeof *walk->list));
    walk->list[walk->n++] =
        (cn_saved_group){.path = path, .name = name, .variables = variables, .n = n};
    return CN_OK;
}

/* The part that a weight of a layer belongs to, such as "query/kernel"; NULL: none. */
static const cn_layer_part *part_of(const cn_layer *layer, const cn_weight *weight)
{
    for (const cn_layer_part *part = layer->class->parts; part != NULL && part->name != NULL;
         part++) {
        const size_t length = part->weights == NULL ? 0 : strlen(part->weights);
        if (length > 0 && strncmp(weight->name, part->weights, length) == 0 &&
            weight->name[length] == '/')
            return part;
    }
    return NULL;
}

/* Those of a layer's own weights that belong to a part (NULL: to none): first what can be
 * trained. */
static cn_status add_weights(struct walk *walk, const cn_layer *layer, const cn_layer_part *part,
                             const char *path, const char *name)
{
    cn_variable **variables =
        cn_arena_allocate(walk->arena, (size_t)(layer->n_weights + 1) * sizeof(cn_variable *));
    int64_t n = 0;
    if (variables == NULL || path == NULL)
        return CN_OUT_OF_MEMORY;
    for (int trained = 1; trained >= 0; trained--)
        for (int64_t i = 0; i < layer->n_weights; i++)
            if (layer->weights[i]->trainable == (trained == 1) &&
                part_of(layer, layer->weights[i]) == part)
                variables[n++] = &layer->weights[i]->variable;
    return add_group(walk, path, name, variables, n);
}

static cn_status walk_layer(struct walk *walk, const cn_layer *layer, const char *path);

static const char *join(struct walk *walk, const char *path, const char *name)
{
    return *path == '\0' ? cn_arena_text(walk->arena, name)
                         : cn_arena_format(walk->arena, "%s/%s", path, name);
}

/* What Python calls a layer's class. */
static const char *class_of(const cn_layer *layer)
{
    return layer->class->python_name != NULL ? layer->class->python_name : layer->class->base.name;
}

static cn_status look_for_weights(void *context, cn_layer *layer)
{
    *(bool *)context |= layer->n_weights > 0;
    return CN_OK;
}

static bool has_weights(cn_layer *layer)
{
    bool has = false;
    (void)cn_layer_visit(layer, look_for_weights, &has);
    return has;
}

/* How many names of a class were used before in a list. A list of the oldest files has each layer
 * with weights twice. */
static int64_t count_class(cn_layer *const *list, int64_t n, const char *class, bool twice)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++)
        if (cn_operation_of(list[i]) == NULL && strcmp(class_of(list[i]), class) == 0)
            count += twice && has_weights(list[i]) ? 2 : 1;
    return count;
}

/* Members of a list are called by their classes: dense, dense_1... */
static cn_status walk_list(struct walk *walk, cn_layer *const *list, int64_t n, const char *path,
                           bool twice)
{
    for (int64_t i = 0; i < n; i++) {
        if (cn_operation_of(list[i]) != NULL)
            continue;
        const int64_t before = count_class(list, i, class_of(list[i]), twice);
        const char *name = cn_snake_case(walk->arena, class_of(list[i]));
        if (name != NULL && before > 0)
            name = cn_arena_format(walk->arena, "%s_%d", name, (int)before);
        if (name == NULL)
            return CN_OUT_OF_MEMORY;
        CN_TRY(walk_layer(walk, list[i], join(walk, path, name)));
    }
    return CN_OK;
}

/* Layers inside a layer: each has a name of its own, or they are a list. */
static cn_status walk_inner(struct walk *walk, const cn_layer *layer, const char *path)
{
    const cn_layer_part *part = layer->class->parts;
    while (part != NULL && part->name != NULL && part->weights != NULL)
        part++;
    if (part == NULL || part->name == NULL || part->is_list) {
        const char *name = part == NULL || part->name == NULL ? walk->layers : part->name;
        return walk_list(walk, layer->inner, layer->n_inner, join(walk, path, name), false);
    }
    for (int64_t i = 0; i < layer->n_inner && part->name != NULL; i++, part++)
        CN_TRY(walk_layer(walk, layer->inner[i], join(walk, path, part->name)));
    return CN_OK;
}

/* Parts that keep own weights of a layer are private in the oldest files: _query_dense. */
static const char *join_part(struct walk *walk, const char *path, const char *name)
{
    const char *private = is_oldest(walk) ? cn_arena_format(walk->arena, "_%s", name) : name;
    return private == NULL ? NULL : join(walk, path, private);
}

/* The weights of words, which Keras asks for; those of a TextVectorization belong to a layer inside
 * it. */
static cn_status add_idf_weights(struct walk *walk, const cn_layer *layer, const char *path)
{
    const cn_variable *weights = cn_lookup_weights(layer);
    if (weights == NULL)
        return CN_OK;
    walk->list[walk->n - 1].idf_weights = weights;
    if (layer->class != &cn_text_vectorization_layer_class)
        return CN_OK;
    const char *inside = join(walk, path, "_lookup_layer");
    CN_CHECK_MEMORY(inside);
    CN_TRY(add_group(walk, inside, "string_lookup", NULL, 0));
    walk->list[walk->n - 1].idf_weights = weights;
    return CN_OK;
}

static cn_status walk_layer(struct walk *walk, const cn_layer *layer, const char *path)
{
    if (path == NULL)
        return CN_OUT_OF_MEMORY;
    if (cn_pointer_map_get(&walk->seen, layer) >= 0)
        return CN_OK;
    CN_TRY(cn_pointer_map_add(&walk->seen, layer, 0));
    CN_TRY(add_weights(walk, layer, NULL, path, layer->name));
    CN_TRY(add_idf_weights(walk, layer, path));
    for (const cn_layer_part *part = layer->class->parts; part != NULL && part->name != NULL;
         part++)
        if (part->weights != NULL)
            CN_TRY(
                add_weights(walk, layer, part, join_part(walk, path, part->name), part->weights));
    if (layer->graph != NULL)
        CN_TRY(walk_list(walk, layer->graph->layers, layer->graph->n_layers,
                         join(walk, path, walk->layers), is_oldest(walk)));
    return layer->n_inner > 0 ? walk_inner(walk, layer, path) : CN_OK;
}

cn_status cn_list_groups(const cn_model *model, const char *layers, cn_arena *arena,
                         cn_saved_groups *groups)
{
    struct walk walk = {.arena = arena, .layers = layers};
    cn_status status = walk_layer(&walk, model, "");
    if (status == CN_OK) {
        groups->n = walk.n;
        groups->list = cn_arena_copy(arena, walk.list, (size_t)walk.n * sizeof *walk.list);
        status = groups->list == NULL ? CN_OUT_OF_MEMORY : CN_OK;
    }
    cn_release(walk.list);
    cn_pointer_map_free(&walk.seen);
    return status;
}

/* ---- the optimizer --------------------------------------------------------------------------- */

static cn_status count_variable(void *context, cn_variable *variable)
{
    (void)variable;
    ++*(int64_t *)context;
    return CN_OK;
}

static cn_status list_variable(void *context, cn_variable *variable)
{
    cn_saved_group *group = context;
    group->variables[group->n++] = variable;
    return CN_OK;
}

/* LossScaleOptimizer's variables are its own and the inner optimizer's, which is an object too. */
static cn_status list_inner(const cn_optimizer *optimizer, cn_arena *arena, cn_saved_group *group)
{
    cn_saved_group *inner = cn_arena_allocate(arena, sizeof *inner);
    if (inner == NULL)
        return CN_OUT_OF_MEMORY;
    *inner = (cn_saved_group){.path = "optimizer/inner_optimizer",
                              .name = optimizer->name,
                              .variables = group->variables + CN_SCALE_VARIABLES,
                              .n = group->n - CN_SCALE_VARIABLES};
    group->name = optimizer->scaling_name;
    group->part = inner;
    return CN_OK;
}

cn_status cn_saved_optimizer(const cn_model *model, bool make, cn_arena *arena,
                             cn_saved_group **group)
{
    cn_training *training = model->graph->training;
    int64_t n = 0;
    *group = NULL;
    if (training == NULL || !training->compiled)
        return CN_OK;
    if (make)
        CN_TRY(cn_training_make_optimizer(training));
    if (training->optimizer == NULL)
        return CN_OK;
    CN_TRY(cn_optimizer_visit(training->optimizer, count_variable, &n));
    cn_saved_group *made = cn_arena_allocate(arena, sizeof *made);
    if (made == NULL)
        return CN_OUT_OF_MEMORY;
    *made = (cn_saved_group){.path = "optimizer", .name = training->optimizer->name};
    made->variables = cn_arena_allocate(arena, (size_t)n * sizeof(cn_variable *));
    if (made->variables == NULL)
        return CN_OUT_OF_MEMORY;
    *group = made;
    CN_TRY(cn_optimizer_visit(training->optimizer, list_variable, made));
    return training->optimizer->scaling == NULL ? CN_OK
                                                : list_inner(training->optimizer, arena, made);
}
