/* The order of a model's layers and nodes, as Keras has it: by depth, which is the longest way to
 * an output, the deepest first; within a depth, layers in the order in which a walk from the
 * outputs first meets them. */
#include <stdlib.h>
#include <string.h>

#include "graph/graph.h"
#include "runtime/pointer_map.h"

struct entry {
    cn_node *node;
    int64_t depth;
    int32_t number; /* in the order in which the walk finished */
    bool active;    /* its inputs are being walked */
};

struct place {
    cn_layer *layer;
    int64_t depth, index; /* when the walk first met it; inputs that nothing uses come first */
};

struct walk {
    const cn_graph *graph;
    const char *name; /* the model's, for messages */
    cn_arena memory;
    struct entry **entries; /* finished nodes, inputs before what uses them */
    int64_t n, capacity;
    struct entry **met; /* the same, and those that are being walked */
    int64_t n_met, met_capacity;
    cn_pointer_map by_node; /* numbers in met */
    struct place *places;
    int64_t n_places, places_capacity;
    cn_pointer_map by_layer; /* numbers in places, until those are sorted */
};

/* ---- tables ---------------------------------------------------------------------------------- */

static struct entry *find(const struct walk *walk, const cn_node *node)
{
    const int64_t at = cn_pointer_map_get(&walk->by_node, node);
    return at < 0 ? NULL : walk->met[at];
}

static cn_status enter(struct walk *walk, cn_node *node, struct entry **entry)
{
    *entry = cn_arena_allocate(&walk->memory, sizeof **entry);
    CN_CHECK_MEMORY(*entry);
    (*entry)->node = node;
    CN_TRY(cn_pointer_map_add(&walk->by_node, node, walk->n_met));
    CN_TRY(cn_grow(&walk->met, &walk->met_capacity, walk->n_met + 1, sizeof(struct entry *)));
    walk->met[walk->n_met++] = *entry;
    return CN_OK;
}

static struct place *find_place(const struct walk *walk, const cn_layer *layer)
{
    const int64_t at = cn_pointer_map_get(&walk->by_layer, layer);
    return at < 0 ? NULL : &walk->places[at];
}

static cn_status meet_layer(struct walk *walk, cn_layer *layer, int64_t index)
{
    if (find_place(walk, layer) != NULL)
        return CN_OK;
    CN_TRY(
        cn_grow(&walk->places, &walk->places_capacity, walk->n_places + 1, sizeof *walk->places));
    CN_TRY(cn_pointer_map_add(&walk->by_layer, layer, walk->n_places));
    walk->places[walk->n_places++] = (struct place){layer, 0, index};
    return CN_OK;
}

/* ---- the walk -------------------------------------------------------------------------------- */

static bool is_input(const cn_graph *graph, const cn_tensor *tensor)
{
    for (int64_t i = 0; i < graph->n_inputs; i++)
        if (graph->inputs[i] == tensor)
            return true;
    return false;
}

static cn_status not_connected(const struct walk *walk, const cn_tensor *tensor)
{
    return cn_fail(
        CN_INVALID,
        "%s: its outputs need %s (shape %s), which is not among its inputs and not computed from them",
        walk->name, tensor->node->layer->name, cn_shape_str(&tensor->shape));
}

static cn_status walk_to(struct walk *walk, cn_node *node)
{
    struct entry *entry = find(walk, node);
    if (entry != NULL) {
        CN_CHECK(!entry->active, "%s: there is a cycle through %s", walk->name, node->layer->name);
        return CN_OK;
    }
    CN_TRY(enter(walk, node, &entry));
    CN_TRY(meet_layer(walk, node->layer, walk->n_places));
    entry->active = true;
    for (int64_t i = 0; i < node->n_inputs; i++) {
        const cn_tensor *input = node->inputs[i];
        if (!input->is_constant && !is_input(walk->graph, node->outputs[0]))
            CN_TRY(walk_to(walk, input->node));
    }
    if (node->n_inputs == 0 && !is_input(walk->graph, node->outputs[0]))
        return not_connected(walk, node->outputs[0]);
    entry->active = false;
    CN_TRY(cn_grow(&walk->entries, &walk->capacity, walk->n + 1, sizeof(struct entry *)));
    entry->number = (int32_t)walk->n;
    walk->entries[walk->n++] = entry;
    return CN_OK;
}

static void raise(int64_t *depth, int64_t at_least)
{
    if (*depth < at_least)
        *depth = at_least;
}

/* From the outputs back: a layer that is used several times has its greatest depth everywhere. */
static void find_depths(struct walk *walk)
{
    for (int64_t i = walk->n - 1; i >= 0; i--) {
        struct entry *entry = walk->entries[i];
        struct place *place = find_place(walk, entry->node->layer);
        raise(&entry->depth, place->depth);
        raise(&place->depth, entry->depth);
        if (is_input(walk->graph, entry->node->outputs[0]))
            continue;
        for (int64_t k = 0; k < entry->node->n_inputs; k++)
            if (!entry->node->inputs[k]->is_constant)
                raise(&find(walk, entry->node->inputs[k]->node)->depth, entry->depth + 1);
    }
}

/* Inputs that no output uses belong to the model too. */
static cn_status add_unused_inputs(struct walk *walk)
{
    for (int64_t i = 0; i < walk->graph->n_inputs; i++) {
        cn_node *node = walk->graph->inputs[i]->node;
        if (find(walk, node) != NULL)
            continue;
        CN_TRY(walk_to(walk, node));
        find_place(walk, node->layer)->index = -1;
    }
    return CN_OK;
}

/* ---- sorting --------------------------------------------------------------------------------- */

static int by_depth_then_index(const void *a, const void *b)
{
    const struct place *left = a, *right = b;
    if (left->depth != right->depth)
        return left->depth > right->depth ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static int nodes_by_depth(const void *a, const void *b)
{
    const struct entry *left = *(const struct entry *const *)a,
                       *right = *(const struct entry *const *)b;
    if (left->depth != right->depth)
        return left->depth > right->depth ? -1 : 1;
    return left->number < right->number ? -1 : left->number > right->number;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static cn_status check_names(struct walk *walk)
{
    const char **names = cn_arena_allocate(&walk->memory, (size_t)walk->n_places * sizeof *names);
    CN_CHECK_MEMORY(names);
    for (int64_t i = 0; i < walk->n_places; i++)
        names[i] = walk->places[i].layer->name;
    qsort(names, (size_t)walk->n_places, sizeof *names, by_name);
    for (int64_t i = 1; i < walk->n_places; i++)
        CN_CHECK(strcmp(names[i - 1], names[i]) != 0,
                 "%s: two layers are called \"%s\": names must be unique in a model", walk->name,
                 names[i]);
    return CN_OK;
}

static cn_status store(const struct walk *walk, cn_graph *graph, cn_session *session)
{
    cn_arena *arena = cn_session_arena(session);
    graph->nodes = cn_arena_allocate(arena, (size_t)walk->n * sizeof(cn_node *));
    CN_CHECK_MEMORY(graph->nodes);
    CN_TRY(cn_grow(&graph->layers, &graph->layers_capacity, walk->n_places, sizeof(cn_layer *)));
    for (int64_t i = 0; i < walk->n; i++)
        graph->nodes[i] = walk->entries[i]->node;
    graph->n_nodes = walk->n;
    graph->n_layers = 0;
    for (int64_t i = 0; i < walk->n_places; i++)
        if (!graph->sequential || walk->places[i].layer->class != &cn_input_layer_class)
            graph->layers[graph->n_layers++] = walk->places[i].layer;
    return CN_OK;
}

static cn_status order(struct walk *walk, cn_graph *graph, cn_session *session)
{
    for (int64_t i = 0; i < graph->n_outputs; i++)
        CN_TRY(walk_to(walk, graph->outputs[i]->node));
    find_depths(walk);
    CN_TRY(add_unused_inputs(walk));
    qsort(walk->entries, (size_t)walk->n, sizeof(struct entry *), nodes_by_depth);
    qsort(walk->places, (size_t)walk->n_places, sizeof *walk->places, by_depth_then_index);
    CN_TRY(check_names(walk));
    return store(walk, graph, session);
}

cn_status cn_graph_order(cn_graph *graph, cn_session *session, const char *name)
{
    struct walk walk = {.graph = graph, .name = name};
    cn_status status = order(&walk, graph, session);
    cn_release(walk.entries);
    cn_release(walk.met);
    cn_release(walk.places);
    cn_pointer_map_free(&walk.by_node);
    cn_pointer_map_free(&walk.by_layer);
    cn_arena_free(&walk.memory);
    return status;
}

bool cn_graph_has_node(const cn_graph *graph, const cn_node *node)
{
    for (int64_t i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i] == node)
            return true;
    return false;
}
