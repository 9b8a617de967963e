/* The summary of Keras 3: a table with borders, texts wrapped at spaces and cut with an ellipsis,
 * centred or right. */
#include "graph/summary.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_COLUMNS = 5, MOST_BREAKS = 64 };

enum alignment { LEFT, RIGHT, CENTRE };

/* What a piece of text is, for its colour. */
enum part { PLAIN, BOLD, CLASS, NUMBER, NONE, YES, NO, N_PARTS };

static const char *const colours[N_PARTS] = {
    [PLAIN] = "",
    [BOLD] = "\x1b[1m",
    [CLASS] = "\x1b[38;5;33m",
    [NUMBER] = "\x1b[38;5;34m",
    [NONE] = "\x1b[38;5;45m",
    [YES] = "\x1b[1;38;5;34m",
    [NO] = "\x1b[1;38;5;9m",
};

/* A cell: its characters, and what each is part of. */
struct cell {
    char *text;
    unsigned char *parts; /* of each byte */
};

struct printer {
    const cn_summary_table *table;
    cn_text *text;
    int64_t widths[MOST_COLUMNS]; /* of the texts, without the blank on either side */
    enum alignment alignment[MOST_COLUMNS];
    int n;
    int64_t column; /* characters in the line so far */
    enum part part; /* of the last character */
};

/* ---- columns --------------------------------------------------------------------------------- */

/* The table library takes what borders and blanks need from the columns, left to right, rounding
 * halves to even. */
static void take_borders(int64_t *widths, int n)
{
    int64_t excess = 3 * n + 1;
    for (int i = 0; i < n; i++) {
        int64_t taken = (int64_t)nearbyint((double)excess / (n - i));
        widths[i] -= taken;
        excess -= taken;
    }
}

static cn_status place_columns(struct printer *printer)
{
    static const double chain[] = {.45, .80, 1}, connected[] = {.30, .56, .74, 1};
    const cn_summary_table *table = printer->table;
    const double *places = table->chain ? chain : connected;
    int64_t length = (table->chain ? 88 : 108) + (table->show_trainable ? 12 : 0), end = 0;
    if (length > table->columns - 4)
        length = table->columns - 4;
    if (table->line_length != CN_NONE)
        length = table->line_length;
    const int before = table->chain ? 3 : 4;
    printer->n = before + table->show_trainable;
    for (int i = 0; i < printer->n; i++) {
        double place = i == before ? 1.0 : table->show_trainable ? places[i] * 0.90 : places[i];
        int64_t width = (int64_t)(place * (double)length) - end;
        CN_CHECK(width >= 4,
                 "cn_summary: a line of %" PRId64 " characters is too short for the table", length);
        printer->alignment[i] = i == 2 ? RIGHT : i == before ? CENTRE : LEFT;
        printer->widths[i] = width;
        end += width;
    }
    take_borders(printer->widths, printer->n);
    return CN_OK;
}

/* ---- characters ------------------------------------------------------------------------------ */

static cn_status change_part(struct printer *printer, enum part part)
{
    if (part == printer->part || !printer->table->colours)
        return CN_OK;
    printer->part = part;
    return cn_text_add(printer->text, "\x1b[0m%s", colours[part]);
}

/* One character; what lies behind the right edge of the terminal is left out. */
static cn_status add_character(struct printer *printer, const char *character, size_t bytes,
                               enum part part)
{
    if (printer->column++ >= printer->table->columns)
        return CN_OK;
    CN_TRY(change_part(printer, part));
    return cn_text_add(printer->text, "%.*s", (int)bytes, character);
}

static cn_status add_plain(struct printer *printer, const char *text, int64_t times)
{
    for (int64_t i = 0; i < times; i++)
        for (const char *c = text; *c != '\0'; c += cn_utf8_bytes(c, 1))
            CN_TRY(add_character(printer, c, cn_utf8_bytes(c, 1), PLAIN));
    return CN_OK;
}

static cn_status end_line(struct printer *printer)
{
    CN_TRY(change_part(printer, PLAIN));
    printer->column = 0;
    return cn_text_add(printer->text, "\n");
}

/* left, then each column's part of the line with middles between, then right. */
static cn_status add_border(struct printer *printer, const char *left, const char *line,
                            const char *middle, const char *right)
{
    CN_TRY(add_plain(printer, left, 1));
    for (int i = 0; i < printer->n; i++) {
        CN_TRY(add_plain(printer, line, printer->widths[i] + 2));
        CN_TRY(add_plain(printer, i + 1 < printer->n ? middle : right, 1));
    }
    return end_line(printer);
}

/* ---- wrapping -------------------------------------------------------------------------------- */

/* Bytes of the word at text with the spaces around it; letters: its characters with the spaces
 * before it. */
static size_t next_word(const char *text, int64_t *letters, int64_t *all)
{
    size_t at = strspn(text, " ");
    *letters = (int64_t)at;
    for (; text[at] != '\0' && text[at] != ' '; at += cn_utf8_bytes(text + at, 1))
        ++*letters;
    size_t spaces = strspn(text + at, " ");
    *all = *letters + (int64_t)spaces;
    return at + spaces;
}

/* Where the lines of a text begin (in bytes), the first being 0; returns how many there are. A word
 * that is longer than a whole line gets one of its own. */
static int wrap(const char *text, int64_t width, size_t breaks[MOST_BREAKS + 1])
{
    int n = 1;
    int64_t used = 0, letters, all;
    size_t at = 0;
    breaks[0] = 0;
    while (text[at] != '\0' && n < MOST_BREAKS) {
        size_t bytes = next_word(text + at, &letters, &all);
        if (used + letters > width && at > 0) {
            breaks[n++] = at;
            used = 0;
        }
        used += all;
        at += bytes;
    }
    breaks[n] = strlen(text);
    return n;
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* Characters of text[0..bytes), without the spaces at its end that do not fit, or without any of
 * them. */
static int64_t trimmed_length(const char *text, size_t *bytes, int64_t width, bool all)
{
    int64_t length = 0;
    for (size_t i = 0; i < *bytes; i += cn_utf8_bytes(text + i, 1))
        length++;
    while (*bytes > 0 && text[*bytes - 1] == ' ' && (all || length > width)) {
        --*bytes;
        length--;
    }
    return length;
}

/* One line of a cell, aligned in its column, with a blank on either side. */
static cn_status add_cell_line(struct printer *printer, int column, const struct cell *cell,
                               size_t from, size_t to)
{
    const int64_t width = printer->widths[column];
    const enum alignment alignment = printer->alignment[column];
    size_t bytes = to - from;
    int64_t length = trimmed_length(cell->text + from, &bytes, width, alignment != LEFT);
    const bool cut = length > width;
    if (cut) {
        bytes = cn_utf8_bytes(cell->text + from, width - 1);
        length = width;
    }
    const int64_t left = alignment == LEFT    ? 0
                         : alignment == RIGHT ? width - length
                                              : (width - length) / 2;
    CN_TRY(add_plain(printer, " ", left + 1));
    for (size_t i = from; i < from + bytes;) {
        size_t size = cn_utf8_bytes(cell->text + i, 1);
        CN_TRY(add_character(printer, cell->text + i, size, cell->parts[i]));
        i += size;
    }
    if (cut)
        CN_TRY(add_character(printer, "…", strlen("…"),
                             from + bytes > 0 ? cell->parts[from + bytes - 1] : PLAIN));
    return add_plain(printer, " ", width - length - left + 1);
}

/* A row of cells, as many lines high as its highest one. */
static cn_status add_cells(struct printer *printer, const struct cell *cells, const char *bar)
{
    size_t breaks[MOST_COLUMNS][MOST_BREAKS + 1];
    int lines[MOST_COLUMNS], most = 1;
    for (int i = 0; i < printer->n; i++) {
        lines[i] = wrap(cells[i].text, printer->widths[i], breaks[i]);
        most = lines[i] > most ? lines[i] : most;
    }
    for (int line = 0; line < most; line++) {
        CN_TRY(add_plain(printer, bar, 1));
        for (int i = 0; i < printer->n; i++) {
            const bool empty = line >= lines[i];
            CN_TRY(add_cell_line(printer, i, &cells[i], empty ? 0 : breaks[i][line],
                                 empty ? 0 : breaks[i][line + 1]));
            CN_TRY(add_plain(printer, bar, 1));
        }
        CN_TRY(end_line(printer));
    }
    return CN_OK;
}

static cn_status make_cell(cn_arena *memory, char *text, enum part part, struct cell *cell)
{
    CN_CHECK_MEMORY(text);
    cell->text = text;
    cell->parts = cn_arena_allocate(memory, strlen(text) + 1);
    CN_CHECK_MEMORY(cell->parts);
    memset(cell->parts, (int)part, strlen(text));
    return CN_OK;
}

/* ---- the texts of a row ---------------------------------------------------------------------- */

static cn_status name_cell(const cn_summary_row *row, cn_arena *memory, struct cell *cell)
{
    char *text = cn_arena_format(memory, "%*s%s%s (%s)", 3 * row->level, "",
                                 row->level > 0 ? "└ " : "", row->name, row->class_name);
    CN_TRY(make_cell(memory, text, PLAIN, cell));
    const size_t class_bytes = strlen(row->class_name);
    memset(cell->parts + strlen(text) - 1 - class_bytes, CLASS, class_bytes);
    return CN_OK;
}

/* Numbers and None of "(None, 64)"; the numbers in brackets of "dense_1[0][0]" (only_in_brackets).
 */
static void mark_numbers(struct cell *cell, bool only_in_brackets)
{
    bool inside = !only_in_brackets;
    for (size_t i = 0; cell->text[i] != '\0'; i++) {
        if (only_in_brackets && (cell->text[i] == '[' || cell->text[i] == ']'))
            inside = cell->text[i] == '[';
        if (inside && cell->text[i] >= '0' && cell->text[i] <= '9')
            cell->parts[i] = NUMBER;
        if (!only_in_brackets && strncmp(cell->text + i, "None", 4) == 0)
            memset(cell->parts + i, NONE, 4);
    }
}

static cn_status params_cell(const cn_summary_row *row, cn_arena *memory, struct cell *cell)
{
    const int64_t count = row->params < 0 ? 0 : row->params;
    char *text =
        cn_arena_format(memory, "%s%s", cn_count_str(count), row->params < 0 ? " (unbuilt)" : "");
    CN_TRY(make_cell(memory, text, PLAIN, cell));
    memset(cell->parts, NUMBER, strcspn(text, " "));
    return CN_OK;
}

static cn_status connections_cell(const cn_summary_row *row, cn_arena *memory, struct cell *cell)
{
    char *text = cn_arena_text(memory, row->n_connections > 0 ? row->connections[0] : "-");
    for (int64_t i = 1; i < row->n_connections && text != NULL; i++)
        text = cn_arena_format(memory, "%s, %s", text, row->connections[i]);
    CN_TRY(make_cell(memory, text, PLAIN, cell));
    mark_numbers(cell, true);
    return CN_OK;
}

static cn_status add_row(struct printer *printer, const cn_summary_row *row, cn_arena *memory)
{
    struct cell cells[MOST_COLUMNS];
    int n = 0;
    CN_TRY(name_cell(row, memory, &cells[n++]));
    CN_TRY(make_cell(memory, cn_arena_text(memory, row->shape), PLAIN, &cells[n]));
    mark_numbers(&cells[n++], false);
    CN_TRY(params_cell(row, memory, &cells[n++]));
    if (!printer->table->chain)
        CN_TRY(connections_cell(row, memory, &cells[n++]));
    const enum part part = row->trainable == 'Y' ? YES : row->trainable == 'N' ? NO : BOLD;
    if (printer->table->show_trainable)
        CN_TRY(make_cell(memory, cn_arena_format(memory, "%c", row->trainable), part, &cells[n++]));
    return add_cells(printer, cells, "│");
}

static cn_status add_header(struct printer *printer, cn_arena *memory)
{
    const char *texts[MOST_COLUMNS] = {"Layer (type)", "Output Shape", "Param #"};
    struct cell cells[MOST_COLUMNS];
    int n = 3;
    if (!printer->table->chain)
        texts[n++] = "Connected to";
    if (printer->table->show_trainable)
        texts[n++] = "Trainable";
    for (int i = 0; i < n; i++)
        CN_TRY(make_cell(memory, cn_arena_text(memory, texts[i]), BOLD, &cells[i]));
    CN_TRY(add_border(printer, "┏", "━", "┳", "┓"));
    CN_TRY(add_cells(printer, cells, "┃"));
    return add_border(printer, "┡", "━", "╇", "┩");
}

/* ---- totals ---------------------------------------------------------------------------------- */

static cn_status add_part(struct printer *printer, enum part part, const char *text)
{
    CN_TRY(change_part(printer, part));
    return cn_text_add(printer->text, "%s", text);
}

/* " Total params: 3,466 (13.54 KB)" */
static cn_status add_total(struct printer *printer, const char *label, cn_summary_size size)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
    double bytes = (double)size.bytes;
    int unit = 0;
    while (bytes >= 1024 && unit < 5) {
        bytes /= 1024;
        unit++;
    }
    CN_TRY(add_part(printer, BOLD, label));
    CN_TRY(add_part(printer, NUMBER, cn_count_str(size.elements)));
    CN_TRY(change_part(printer, PLAIN));
    CN_TRY(cn_text_add(printer->text, " (%.2f %s)", bytes, units[unit]));
    return end_line(printer);
}

static cn_status add_totals(struct printer *printer)
{
    const cn_summary_table *table = printer->table;
    cn_summary_size total = {table->trainable.elements + table->frozen.elements +
                                 table->optimizer.elements,
                             table->trainable.bytes + table->frozen.bytes + table->optimizer.bytes};
    CN_TRY(add_total(printer, " Total params: ", total));
    CN_TRY(add_total(printer, " Trainable params: ", table->trainable));
    CN_TRY(add_total(printer, " Non-trainable params: ", table->frozen));
    return table->has_optimizer ? add_total(printer, " Optimizer params: ", table->optimizer)
                                : CN_OK;
}

static cn_status add_all(struct printer *printer, cn_arena *memory)
{
    const cn_summary_table *table = printer->table;
    CN_TRY(place_columns(printer));
    CN_TRY(change_part(printer, BOLD));
    CN_TRY(cn_text_add(printer->text, "Model: \"%s\"", table->name));
    CN_TRY(end_line(printer));
    CN_TRY(add_header(printer, memory));
    for (int64_t i = 0; i < table->n_rows; i++) {
        if (i > 0)
            CN_TRY(add_border(printer, "├", "─", "┼", "┤"));
        CN_TRY(add_row(printer, &table->rows[i], memory));
    }
    CN_TRY(add_border(printer, "└", "─", "┴", "┘"));
    return add_totals(printer);
}

cn_status cn_summary_keras3(const cn_summary_table *table, cn_text *text)
{
    cn_arena memory = {0};
    struct printer printer = {.table = table, .text = text};
    cn_status status = add_all(&printer, &memory);
    cn_arena_free(&memory);
    return status;
}
