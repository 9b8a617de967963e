/* A model's graph as Graphviz's text, in the look of Keras 3: a black title over white cells for
 * each layer. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/graph.h"
#include "plotting/plotting.h"

struct edge {
    int64_t from, to;
};

/* Layers have numbers in the order in which they are written, from 1. */
struct writer {
    FILE *out;
    const cn_plot_model_args *args;
    cn_arena *memory;
    const cn_layer **layers;
    int64_t n_layers, layers_capacity;
    struct edge *edges;
    int64_t n_edges, edges_capacity;
};

/* 0: the layer is not drawn. */
static int64_t number_of(const struct writer *writer, const cn_layer *layer)
{
    for (int64_t i = 0; i < writer->n_layers; i++)
        if (writer->layers[i] == layer)
            return i + 1;
    return 0;
}

static cn_status add_layer(struct writer *writer, const cn_layer *layer)
{
    CN_TRY(cn_grow(&writer->layers, &writer->layers_capacity, writer->n_layers + 1,
                   sizeof(cn_layer *)));
    writer->layers[writer->n_layers++] = layer;
    return CN_OK;
}

static bool is_expanded(const struct writer *writer, const cn_layer *layer)
{
    return writer->args->expand_nested && layer->graph != NULL;
}

/* ---- text ------------------------------------------------------------------------------------ */

/* In a table: what HTML would take for its own, and control characters, which it forbids. */
static void put_html(const struct writer *writer, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&': (void)fputs("&amp;", writer->out); break;
        case '<': (void)fputs("&lt;", writer->out); break;
        case '>': (void)fputs("&gt;", writer->out); break;
        case '"': (void)fputs("&quot;", writer->out); break;
        default: (void)fputc((unsigned char)*text < ' ' ? ' ' : *text, writer->out); break;
        }
    }
}

/* In quotation marks, where a backslash would begin one of Graphviz's own codes. */
static void put_quoted(const struct writer *writer, const char *text)
{
    (void)fputc('"', writer->out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            (void)fputc('\\', writer->out);
        (void)fputc((unsigned char)*text < ' ' ? ' ' : *text, writer->out);
    }
    (void)fputc('"', writer->out);
}

/* ---- what is known about a layer ------------------------------------------------------------- */

typedef const char *description(const cn_tensor *tensor, cn_shape_text *text);

static const char *describe_shape(const cn_tensor *tensor, cn_shape_text *text)
{
    return cn_shape_print(&tensor->shape, text);
}

static const char *describe_dtype(const cn_tensor *tensor, cn_shape_text *text)
{
    (void)text;
    return cn_dtype_name(tensor->dtype);
}

/* "(None, 64)", or "[(None, 64), (None, 32)]". NULL if memory ran out. */
static const char *describe_all(cn_tensor *const *tensors, int64_t n, description *describe,
                                cn_arena *memory)
{
    cn_shape_text text;
    const char *all = n == 1 ? "" : "[";
    for (int64_t i = 0; i < n && all != NULL; i++)
        all =
            cn_arena_format(memory, "%s%s%s", all, i == 0 ? "" : ", ", describe(tensors[i], &text));
    return n == 1 || all == NULL ? all : cn_arena_format(memory, "%s]", all);
}

/* What the layer's calls in this model have in common. NULL if memory ran out. */
static const char *describe_calls(const struct writer *writer, const cn_graph *graph,
                                  const cn_layer *layer, bool outputs, description *describe)
{
    const char *found = NULL;
    for (int64_t i = 0; i < graph->n_nodes; i++) {
        const cn_node *node = graph->nodes[i];
        if (node->layer != layer)
            continue;
        const char *text =
            outputs ? describe_all(node->outputs, node->n_outputs, describe, writer->memory)
                    : describe_all(node->inputs, node->n_inputs, describe, writer->memory);
        if (text == NULL || (found != NULL && strcmp(found, text) != 0))
            return text == NULL ? NULL : "multiple";
        found = text;
    }
    return found == NULL ? "?" : found;
}

static const cn_field *activation_field(const cn_layer *layer)
{
    for (const cn_field *field = layer->class->base.fields; field != NULL && field->name != NULL;
         field++)
        if (field->kind == CN_FIELD_OBJECT && strcmp(field->name, "activation") == 0)
            return field;
    return NULL;
}

/* A name; of a record the class's; no activation is "linear". NULL if memory ran out. */
static const char *activation_name(const struct writer *writer, const cn_layer *layer,
                                   const cn_field *field)
{
    const char *identifier =
        *(const char *const *)(const void *)((const char *)layer->args + field->offset);
    if (identifier == NULL || identifier[0] == '\0')
        return "linear";
    if (identifier[0] != '{')
        return identifier;
    json_t *record = cn_identifier_json(identifier);
    const char *name = json_string_value(json_object_get(record, "class_name"));
    name = cn_arena_text(writer->memory, name == NULL ? "?" : name);
    json_decref(record);
    return name;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static bool has_trainable_cell(const struct writer *writer, const cn_layer *layer)
{
    return writer->args->show_trainable && cn_weight_count(layer) > 0;
}

static int count_cells(const struct writer *writer, const cn_layer *layer)
{
    const cn_plot_model_args *args = writer->args;
    const int shapes = layer->class == &cn_input_layer_class ? 1 : 2;
    return shapes * args->show_shapes + args->show_dtype + has_trainable_cell(writer, layer);
}

static void put_title(const struct writer *writer, const cn_layer *layer, int columns)
{
    const bool named = writer->args->show_layer_names;
    const char *const class = layer->class->base.name;
    (void)fprintf(
        writer->out,
        "<tr><td colspan=\"%d\" bgcolor=\"black\"><font point-size=\"16\" color=\"white\"><b>",
        columns);
    put_html(writer, named ? layer->name : class);
    (void)fputs("</b>", writer->out);
    if (named) {
        (void)fputs(" (", writer->out);
        put_html(writer, class);
        (void)fputs(")", writer->out);
    }
    (void)fputs("</font></td></tr>", writer->out);
}

static cn_status put_activation(const struct writer *writer, const cn_layer *layer, int columns)
{
    const cn_field *field = activation_field(layer);
    if (!writer->args->show_layer_activations || field == NULL)
        return CN_OK;
    const char *activation = activation_name(writer, layer, field);
    CN_CHECK_MEMORY(activation);
    (void)fprintf(
        writer->out,
        "<tr><td bgcolor=\"white\" colspan=\"%d\"><font point-size=\"14\">Activation: <b>",
        columns);
    put_html(writer, activation);
    (void)fputs("</b></font></td></tr>", writer->out);
    return CN_OK;
}

static cn_status put_cell(const struct writer *writer, const char *what, const char *text)
{
    CN_CHECK_MEMORY(text);
    (void)fprintf(writer->out, "<td bgcolor=\"white\"><font point-size=\"14\">%s: <b>", what);
    put_html(writer, text);
    (void)fputs("</b></font></td>", writer->out);
    return CN_OK;
}

static cn_status put_cells(const struct writer *writer, const cn_graph *graph,
                           const cn_layer *layer)
{
    const cn_plot_model_args *args = writer->args;
    if (args->show_shapes && layer->class != &cn_input_layer_class)
        CN_TRY(put_cell(writer, "Input shape",
                        describe_calls(writer, graph, layer, false, describe_shape)));
    if (args->show_shapes)
        CN_TRY(put_cell(writer, "Output shape",
                        describe_calls(writer, graph, layer, true, describe_shape)));
    if (args->show_dtype)
        CN_TRY(put_cell(writer, "Output dtype",
                        describe_calls(writer, graph, layer, true, describe_dtype)));
    if (has_trainable_cell(writer, layer))
        (void)fprintf(
            writer->out,
            "<td bgcolor=\"%s\"><font point-size=\"14\" color=\"white\"><b>%s</b></font></td>",
            layer->trainable ? "forestgreen" : "firebrick",
            layer->trainable ? "Trainable" : "Non-trainable");
    return CN_OK;
}

static cn_status put_node(struct writer *writer, const cn_graph *graph, const cn_layer *layer)
{
    CN_TRY(add_layer(writer, layer));
    (void)fprintf(
        writer->out,
        "%" PRId64
        " [label=<<table border=\"0\" cellborder=\"1\" bgcolor=\"black\" cellpadding=\"10\">",
        writer->n_layers);
    const int cells = count_cells(writer, layer), columns = cells > 1 ? cells : 1;
    put_title(writer, layer, columns);
    CN_TRY(put_activation(writer, layer, columns));
    if (cells > 0) {
        (void)fputs("<tr>", writer->out);
        CN_TRY(put_cells(writer, graph, layer));
        (void)fputs("</tr>", writer->out);
    }
    (void)fputs("</table>>, fontname=\"Helvetica\", border=\"0\", margin=\"0\"];\n", writer->out);
    return CN_OK;
}

/* A nested model is a node or, expanded, a dashed frame around its own layers. */
static cn_status put_layers(struct writer *writer, const cn_graph *graph)
{
    for (int64_t i = 0; i < graph->n_layers; i++) {
        const cn_layer *layer = graph->layers[i];
        if (number_of(writer, layer) > 0)
            continue;
        if (!is_expanded(writer, layer)) {
            CN_TRY(put_node(writer, graph, layer));
            continue;
        }
        CN_TRY(add_layer(writer, layer));
        (void)fprintf(writer->out,
                      "subgraph cluster_%" PRId64 " {\nstyle=dashed;\nlabel=", writer->n_layers);
        put_quoted(writer, layer->name);
        (void)fputs(";\nlabeljust=\"l\";\nfontname=\"Helvetica\";\n", writer->out);
        CN_TRY(put_layers(writer, layer->graph));
        (void)fputs("}\n", writer->out);
    }
    return CN_OK;
}

/* ---- edges ----------------------------------------------------------------------------------- */

/* The layer whose output a tensor is, inside expanded models. */
static const cn_layer *source_of(const struct writer *writer, const cn_tensor *tensor)
{
    while (tensor->node != NULL && is_expanded(writer, tensor->node->layer))
        tensor = tensor->node->layer->graph->outputs[tensor->index];
    return tensor->node == NULL ? NULL : tensor->node->layer;
}

/* The layer that takes input number index: the input layer or, in a Sequential, which shows none,
 * the first layer. */
static const cn_layer *destination_of(const struct writer *writer, const cn_layer *layer,
                                      int64_t index)
{
    while (is_expanded(writer, layer))
        layer = layer->graph->sequential ? layer->graph->layers[0]
                                         : layer->graph->inputs[index]->node->layer;
    return layer;
}

static cn_status put_edge(struct writer *writer, const cn_layer *source,
                          const cn_layer *destination)
{
    const struct edge edge = {source == NULL ? 0 : number_of(writer, source),
                              number_of(writer, destination)};
    if (edge.from == 0 || edge.to == 0)
        return CN_OK;
    for (int64_t i = 0; i < writer->n_edges; i++)
        if (writer->edges[i].from == edge.from && writer->edges[i].to == edge.to)
            return CN_OK;
    CN_TRY(cn_grow(&writer->edges, &writer->edges_capacity, writer->n_edges + 1, sizeof edge));
    writer->edges[writer->n_edges++] = edge;
    (void)fprintf(writer->out, "%" PRId64 " -> %" PRId64 " [penwidth=2];\n", edge.from, edge.to);
    return CN_OK;
}

static cn_status put_edges(struct writer *writer, const cn_graph *graph)
{
    for (int64_t i = 0; i < graph->n_nodes; i++) {
        const cn_node *node = graph->nodes[i];
        for (int64_t k = 0; k < node->n_inputs; k++)
            CN_TRY(put_edge(writer, source_of(writer, node->inputs[k]),
                            destination_of(writer, node->layer, k)));
    }
    for (int64_t i = 0; i < graph->n_layers; i++)
        if (is_expanded(writer, graph->layers[i]))
            CN_TRY(put_edges(writer, graph->layers[i]->graph));
    return CN_OK;
}

/* ---- the graph ------------------------------------------------------------------------------- */

static cn_status put_graph(struct writer *writer, int64_t dpi)
{
    const cn_graph *graph = writer->args->model->graph;
    (void)fprintf(writer->out, "digraph G {\nrankdir=%s;\nconcentrate=True;\n",
                  writer->args->rankdir);
    if (dpi > 0)
        (void)fprintf(writer->out, "dpi=%" PRId64 ";\n", dpi);
    (void)fprintf(writer->out, "splines=%s;\nnode [shape=record];\n", writer->args->splines);
    CN_TRY(put_layers(writer, graph));
    CN_TRY(put_edges(writer, graph));
    (void)fputs("}\n", writer->out);
    return CN_OK;
}

cn_status cn_model_dot(const cn_plot_model_args *args, int64_t dpi, cn_arena *memory, char **text)
{
    char *written = NULL;
    size_t size = 0;
    struct writer writer = {.args = args, .memory = memory, .out = open_memstream(&written, &size)};
    CN_CHECK_MEMORY(writer.out);
    cn_status status = put_graph(&writer, dpi);
    const bool complete = !ferror(writer.out);
    if ((fclose(writer.out) != 0 || !complete) && status == CN_OK)
        status = cn_fail(CN_OUT_OF_MEMORY, "out of memory");
    *text = status == CN_OK ? cn_arena_text(memory, written) : NULL;
    if (status == CN_OK && *text == NULL)
        status = CN_OUT_OF_MEMORY;
    free(written);
    cn_release(writer.layers);
    cn_release(writer.edges);
    return status;
}
