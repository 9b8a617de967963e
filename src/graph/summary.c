/* cn_summary: collects the rows of a model and prints them in one of two styles. */
#include "graph/summary.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---- text ------------------------------------------------------------------------------------ */

cn_status cn_text_add(cn_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    cn_status status = cn_grow(&text->data, &text->capacity, text->length + length + 1, 1);
    if (status == CN_OK) {
        (void)vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += length;
    }
    va_end(again);
    return status;
}

const char *cn_count_print(int64_t count, cn_count_text *text)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRId64, count), at = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
            text->text[at++] = ',';
        text->text[at++] = digits[i];
    }
    text->text[at] = '\0';
    return text->text;
}

size_t cn_utf8_bytes(const char *text, int64_t count)
{
    size_t at = 0;
    for (; text[at] != '\0' && count > 0; count--) {
        at++;
        while (((unsigned char)text[at] & 0xC0) == 0x80) /* the rest of a character */
            at++;
    }
    return at;
}

int64_t cn_utf8_length(const char *text)
{
    int64_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* ---- rows ------------------------------------------------------------------------------------ */

struct collector {
    const cn_graph *graph;
    cn_summary_table *table;
    cn_arena *memory;
    bool keras2, expand_nested;
};

/* "(None, 3)", or "[(None, 3), (None, 4)]" for several. */
static const char *shapes_text(cn_tensor *const *tensors, int64_t n, cn_arena *memory)
{
    if (n == 1)
        return cn_arena_text(memory, cn_shape_str(&tensors[0]->shape));
    const char *text = "[";
    for (int64_t i = 0; i < n && text != NULL; i++)
        text = cn_arena_format(memory, "%s%s%s", text, cn_shape_str(&tensors[i]->shape),
                               i + 1 < n ? ", " : "]");
    return text;
}

/* Keras 2 has a call for the making of a model too; where calls made different shapes it prints
 * none of them. */
static const char *shape_keras2(const cn_layer *layer, cn_arena *memory)
{
    const char *text = NULL;
    if (layer->graph != NULL && layer->graph->n_outputs > 0)
        text = shapes_text(layer->graph->outputs, layer->graph->n_outputs, memory);
    for (int64_t i = 0; i < layer->n_nodes; i++) {
        const char *next =
            shapes_text(layer->nodes[i]->outputs, layer->nodes[i]->n_outputs, memory);
        if (next == NULL || (text != NULL && strcmp(text, next) != 0))
            return next == NULL ? NULL : "multiple";
        text = next;
    }
    return text == NULL ? "multiple" : text;
}

static const char *shape_keras3(const cn_layer *layer, cn_arena *memory)
{
    if (layer->n_nodes == 0)
        return "?";
    const cn_node *last = layer->nodes[layer->n_nodes - 1];
    return shapes_text(last->outputs, last->n_outputs, memory);
}

/* In Keras 2 the first call of a model has number 1. */
static const char *connection_text(const struct collector *to, const cn_tensor *tensor)
{
    const cn_layer *layer = tensor->node->layer;
    const int64_t node = tensor->node->index + (to->keras2 && layer->graph != NULL);
    return cn_arena_format(to->memory, "%s[%" PRId64 "][%" PRId64 "]", layer->name, node,
                           tensor->index);
}

static cn_status connect_node(const struct collector *to, const cn_node *node, cn_summary_row *row,
                              int64_t *capacity)
{
    for (int64_t i = 0; i < node->n_inputs; i++) {
        if (node->inputs[i]->is_constant)
            continue;
        CN_TRY(
            cn_grow(&row->connections, capacity, row->n_connections + 1, sizeof *row->connections));
        const char *text = connection_text(to, node->inputs[i]);
        CN_CHECK_MEMORY(text);
        row->connections[row->n_connections++] = text;
    }
    return CN_OK;
}

static cn_status connect(const struct collector *to, const cn_layer *layer, cn_summary_row *row)
{
    int64_t capacity = 0;
    for (int64_t i = 0; i < layer->n_nodes; i++)
        if (cn_graph_has_node(to->graph, layer->nodes[i]))
            CN_TRY(connect_node(to, layer->nodes[i], row, &capacity));
    return CN_OK;
}

static cn_status add_row(const struct collector *to, const cn_layer *layer, int level)
{
    cn_summary_table *table = to->table;
    CN_TRY(cn_grow(&table->rows, &table->capacity, table->n_rows + 1, sizeof *table->rows));
    cn_summary_row *row = &table->rows[table->n_rows++];
    *row = (cn_summary_row){
        .name = layer->name, .class_name = layer->class->base.name, .level = level};
    if (!to->keras2 && layer->class == &cn_functional_class)
        row->class_name = "Functional";
    row->shape = to->keras2 ? shape_keras2(layer, to->memory) : shape_keras3(layer, to->memory);
    CN_CHECK_MEMORY(row->shape);
    row->params = cn_count_params(layer);
    row->trainable = cn_weight_count(layer) == 0 ? '-' : layer->trainable ? 'Y' : 'N';
    return table->chain ? CN_OK : connect(to, layer, row);
}

static cn_status add_rows(const struct collector *to, const cn_layer *layer, int level)
{
    CN_TRY(add_row(to, layer, level));
    for (int64_t i = 0; to->expand_nested && layer->graph != NULL && i < layer->graph->n_layers;
         i++)
        CN_TRY(add_rows(to, layer->graph->layers[i], level + 1));
    return CN_OK;
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Whether node i takes one tensor, which the node before it made. */
static bool follows(const cn_graph *graph, int64_t i)
{
    const cn_node *node = graph->nodes[i];
    int64_t inputs = 0;
    for (int64_t k = 0; k < node->n_inputs; k++)
        inputs += !node->inputs[k]->is_constant;
    return inputs == 1 &&
           (node->inputs[0]->is_constant || node->inputs[0]->node == graph->nodes[i - 1]);
}

/* Each layer is called once then, so that there are as many as calls. */
static bool is_chain(const cn_graph *graph)
{
    if (graph->sequential)
        return true;
    for (int64_t i = 1; i < graph->n_nodes; i++)
        if (!follows(graph, i))
            return false;
    return graph->n_layers == graph->n_nodes;
}

/* The policy of a layer, which for a cell is that of the layer around it; NULL: float32. */
static const char *policy_of(const cn_layer *layer)
{
    const char *policy = NULL;
    for (; layer != NULL && policy == NULL; layer = layer->outer) {
        const cn_layer_keywords *own =
            (const void *)((const char *)layer->args + layer->class->keywords);
        policy = own->dtype;
    }
    return policy;
}

int64_t cn_weight_element_bytes(const cn_weight *weight)
{
    const bool is_float = weight->variable.dtype == CN_FLOAT32;
    const char *policy = is_float ? policy_of(weight->layer) : NULL;
    if (policy != NULL && strcmp(policy, "float64") == 0)
        return 8;
    if (policy != NULL && (strcmp(policy, "float16") == 0 || strcmp(policy, "bfloat16") == 0))
        return 2;
    return (int64_t)cn_dtype_size(weight->variable.dtype);
}

static cn_status count_weights(const cn_model *model, cn_summary_table *table, cn_arena *memory)
{
    cn_weight **weights;
    int64_t n;
    CN_TRY(cn_layer_weights(model, memory, &weights, &n));
    for (int64_t i = 0; i < n; i++) {
        cn_summary_size *size = cn_weight_is_trained(weights[i]) ? &table->trainable
                                                                 : &table->frozen;
        const int64_t elements = cn_shape_size(&weights[i]->variable.shape);
        size->elements += elements;
        size->bytes += elements * cn_weight_element_bytes(weights[i]);
    }
    const cn_graph *graph = model->graph;
    table->has_optimizer = graph->training != NULL && graph->count_optimizer != NULL;
    if (table->has_optimizer)
        graph->count_optimizer(graph->training, &table->optimizer.elements,
                               &table->optimizer.bytes);
    return CN_OK;
}

static cn_status fill_table(const cn_summary_args *args, bool keras2, cn_summary_table *table,
                            cn_arena *memory)
{
    const cn_graph *graph = args->model->graph;
    const struct collector to = {graph, table, memory, keras2, args->expand_nested};
    table->name = args->model->name;
    table->chain = is_chain(graph);
    table->show_trainable = args->show_trainable;
    table->line_length = args->line_length;
    for (int64_t i = 0; i < graph->n_layers; i++)
        CN_TRY(add_rows(&to, graph->layers[i], 0));
    return count_weights(args->model, table, memory);
}

/* ---- printing -------------------------------------------------------------------------------- */

/* As Python finds it: the variable COLUMNS, then the terminal, then 80. */
static int64_t terminal_columns(void)
{
    const char *wanted = getenv("COLUMNS");
    int64_t columns = wanted == NULL ? 0 : strtol(wanted, NULL, 10);
    struct winsize size;
    if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    return columns > 0 ? columns : 80;
}

static void print_lines(const cn_summary_args *args, char *text)
{
    for (char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
        *end = '\0';
        args->print(args->context, text);
    }
}

static cn_status print_text(const cn_summary_args *args, bool keras2, const cn_text *text)
{
    if (args->print != NULL && keras2) {
        print_lines(args, text->data);
        return CN_OK;
    }
    if (args->print != NULL) {
        args->print(args->context, text->data);
        return CN_OK;
    }
    bool written = fwrite(text->data, 1, (size_t)text->length, stdout) == (size_t)text->length;
    if (!written || fflush(stdout) != 0)
        return cn_fail(CN_IO, "%s: the summary could not be written to standard output",
                       args->model->name);
    return CN_OK;
}

static cn_status check_args(const cn_summary_args *args, bool *keras2)
{
    const char *style = args->style == NULL ? "keras2" : args->style;
    CN_TRY(cn_model_check(args->model, "cn_summary"));
    *keras2 = strcmp(style, "keras2") == 0;
    CN_CHECK(*keras2 || strcmp(style, "keras3") == 0,
             "cn_summary: style must be \"keras2\" or \"keras3\", got \"%s\"", style);
    CN_CHECK(args->line_length == CN_NONE || args->line_length >= 20,
             "cn_summary: line_length must be at least 20, got %" PRId64, args->line_length);
    CN_CHECK(!*keras2 || args->model->built,
             "%s: is not built yet: give its first layer .input_shape, or fit it to data",
             args->model->name);
    return CN_OK;
}

static void release_table(cn_summary_table *table)
{
    for (int64_t i = 0; i < table->n_rows; i++)
        cn_release(table->rows[i].connections);
    cn_release(table->rows);
}

cn_status cn_summary_with(const cn_summary_args *args)
{
    bool keras2;
    CN_TRY(check_args(args, &keras2));
    cn_arena memory = {0};
    cn_text text = {0};
    cn_summary_table table = {.columns = terminal_columns()};
    table.colours = args->print == NULL && isatty(STDOUT_FILENO);
    cn_status status = fill_table(args, keras2, &table, &memory);
    if (status == CN_OK)
        status = keras2 ? cn_summary_keras2(&table, &text) : cn_summary_keras3(&table, &text);
    if (status == CN_OK)
        status = print_text(args, keras2, &text);
    release_table(&table);
    cn_release(text.data);
    cn_arena_free(&memory);
    return status;
}
