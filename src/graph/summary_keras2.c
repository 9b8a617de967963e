/* The summary of Keras 2.2: columns at fixed places, each text cut where its column ends. Keras 2.2
 * has neither nested rows nor a column for trainable; here nested rows begin with "| ", and the
 * column is that of later versions. */
#include "graph/summary.h"

#include <inttypes.h>
#include <stdio.h>

enum { MOST_COLUMNS = 5 };

struct layout {
    int64_t ends[MOST_COLUMNS]; /* where each column ends */
    int n;
    cn_text *text;
};

static void place_columns(const cn_summary_table *table, struct layout *layout)
{
    static const double chain[] = {.45, .85, 1}, connected[] = {.33, .55, .67, 1};
    const double *places = table->chain ? chain : connected;
    const int64_t own = table->chain ? 65 : 98,
                  length = table->line_length == CN_NONE ? own : table->line_length;
    layout->n = table->chain ? 3 : 4;
    for (int i = 0; i < layout->n; i++)
        layout->ends[i] = (int64_t)((double)length * places[i]);
    if (table->show_trainable) {
        layout->ends[layout->n] = length + 11;
        layout->n++;
    }
}

/* The last character of each column but the last gives way to a space. */
static cn_status add_row(const struct layout *layout, const char *const *fields)
{
    int64_t at = 0;
    for (int i = 0; i < layout->n; i++) {
        const int64_t room = layout->ends[i] - at - (i + 1 < layout->n);
        const size_t bytes = cn_utf8_bytes(fields[i], room);
        CN_TRY(cn_text_add(layout->text, "%.*s", (int)bytes, fields[i]));
        at += cn_utf8_length(fields[i]) < room ? cn_utf8_length(fields[i]) : room;
        CN_TRY(cn_text_add(layout->text, "%*s", (int)(layout->ends[i] - at), ""));
        at = layout->ends[i];
    }
    return cn_text_add(layout->text, "\n");
}

static cn_status add_line(const struct layout *layout, char c)
{
    for (int64_t i = 0; i < layout->ends[layout->n - 1]; i++)
        CN_TRY(cn_text_add(layout->text, "%c", c));
    return cn_text_add(layout->text, "\n");
}

/* A layer's name and class, with the marks of its level. */
static cn_status name_text(const cn_summary_row *row, cn_text *text)
{
    for (int i = 0; i < row->level; i++)
        CN_TRY(cn_text_add(text, "| "));
    return cn_text_add(text, "%s (%s)", row->name, row->class_name);
}

/* One row, and one more for each connection behind the first. */
static cn_status add_layer(const struct layout *layout, const cn_summary_table *table,
                           const cn_summary_row *row, const char *name)
{
    const char trainable[2] = {row->trainable, '\0'};
    char params[24];
    (void)snprintf(params, sizeof params, "%" PRId64, row->params < 0 ? 0 : row->params);
    const char *fields[MOST_COLUMNS];
    int n = 0;
    fields[n++] = name;
    fields[n++] = row->shape;
    fields[n++] = params;
    const int connection = n;
    if (!table->chain)
        fields[n++] = row->n_connections > 0 ? row->connections[0] : "";
    if (table->show_trainable)
        fields[n++] = trainable;
    CN_TRY(add_row(layout, fields));
    for (int i = 0; i < n; i++)
        fields[i] = "";
    for (int64_t i = 1; i < row->n_connections; i++) {
        fields[connection] = row->connections[i];
        CN_TRY(add_row(layout, fields));
    }
    return CN_OK;
}

static cn_status add_header(const struct layout *layout, const cn_summary_table *table)
{
    const char *fields[MOST_COLUMNS] = {"Layer (type)", "Output Shape", "Param #"};
    int n = 3;
    if (!table->chain)
        fields[n++] = "Connected to";
    if (table->show_trainable)
        fields[n++] = "Trainable";
    CN_TRY(add_line(layout, '_'));
    CN_TRY(add_row(layout, fields));
    return add_line(layout, '=');
}

static cn_status add_totals(const struct layout *layout, const cn_summary_table *table)
{
    const int64_t trainable = table->trainable.elements, frozen = table->frozen.elements;
    CN_TRY(cn_text_add(layout->text, "Total params: %s\n", cn_count_str(trainable + frozen)));
    CN_TRY(cn_text_add(layout->text, "Trainable params: %s\n", cn_count_str(trainable)));
    CN_TRY(cn_text_add(layout->text, "Non-trainable params: %s\n", cn_count_str(frozen)));
    return add_line(layout, '_');
}

cn_status cn_summary_keras2(const cn_summary_table *table, cn_text *text)
{
    struct layout layout = {.text = text};
    place_columns(table, &layout);
    CN_TRY(add_header(&layout, table));
    for (int64_t i = 0; i < table->n_rows; i++) {
        cn_text name = {0};
        cn_status status = name_text(&table->rows[i], &name);
        if (status == CN_OK)
            status = add_layer(&layout, table, &table->rows[i], name.data);
        cn_release(name.data);
        CN_TRY(status);
        CN_TRY(add_line(&layout, i + 1 < table->n_rows ? '_' : '='));
    }
    return add_totals(&layout, table);
}
