/* Splitting CSV text into rows and fields. */
#include "data/csv_reader.h"

#include <inttypes.h>
#include <string.h>

static bool at_line_end(const cn_csv_reader *r)
{
    return r->at == r->end || *r->at == '\n' ||
           (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n');
}

static void skip_line_end(cn_csv_reader *r)
{
    if (r->at < r->end && *r->at == '\r')
        r->at++;
    if (r->at < r->end)
        r->at++;
    r->line++;
}

void cn_csv_skip_lines(cn_csv_reader *r, int64_t lines)
{
    for (int64_t i = 0; i < lines && r->at < r->end; i++) {
        const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
        r->at = newline == NULL ? r->end : newline + 1;
        r->line++;
    }
}

/* at is behind the opening quote. */
static cn_status read_quoted(cn_csv_reader *r, cn_csv_field *field)
{
    const int64_t start_line = r->line;
    *field = (cn_csv_field){.text = r->at, .quoted = true};
    for (; r->at < r->end; r->at++) {
        r->line += *r->at == '\n';
        if (*r->at != r->quote)
            continue;
        if (r->at + 1 < r->end && r->at[1] == r->quote) {
            r->at++;
            continue;
        }
        field->length = (size_t)(r->at - field->text);
        r->at++;
        if (at_line_end(r) || *r->at == r->separator)
            return CN_OK;
        return cn_fail(CN_BAD_FILE,
                       "%s: line %" PRId64 ", column %" PRId64
                       ": '%c' behind a closing quote, a separator was expected",
                       r->path, r->line, r->count + 1, *r->at);
    }
    return cn_fail(CN_BAD_FILE,
                   "%s: line %" PRId64 ", column %" PRId64 ": a quote opens here and never closes",
                   r->path, start_line, r->count + 1);
}

static cn_status read_field(cn_csv_reader *r, cn_csv_field *field)
{
    if (r->quote != '\0' && r->at < r->end && *r->at == r->quote) {
        r->at++;
        return read_quoted(r, field);
    }
    *field = (cn_csv_field){.text = r->at};
    while (!at_line_end(r) && *r->at != r->separator)
        r->at++;
    field->length = (size_t)(r->at - field->text);
    return CN_OK;
}

static cn_status read_row(cn_csv_reader *r)
{
    r->count = 0;
    r->row_line = r->line;
    for (;;) {
        CN_TRY(cn_grow(&r->fields, &r->capacity, r->count + 1, sizeof *r->fields));
        CN_TRY(read_field(r, &r->fields[r->count]));
        r->count++;
        if (at_line_end(r))
            break;
        r->at++;
    }
    skip_line_end(r);
    return CN_OK;
}

static bool is_blank(const cn_csv_reader *r)
{
    return r->count == 1 && r->fields[0].length == 0 && !r->fields[0].quoted;
}

cn_status cn_csv_next(cn_csv_reader *r, bool *more)
{
    do {
        *more = r->at < r->end;
        if (!*more)
            return CN_OK;
        CN_TRY(read_row(r));
    } while (is_blank(r));
    return CN_OK;
}

const char *cn_csv_unquote(const cn_csv_field *field, char quote, cn_arena *arena, size_t *length)
{
    *length = field->length;
    if (!field->quoted || memchr(field->text, quote, field->length) == NULL)
        return field->text;
    char *copy = cn_arena_copy(arena, field->text, field->length);
    if (copy == NULL)
        return NULL;
    *length = 0;
    for (size_t i = 0; i < field->length; i++) {
        copy[(*length)++] = copy[i];
        if (copy[i] == quote)
            i++;
    }
    return copy;
}
