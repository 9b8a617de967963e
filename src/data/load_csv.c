/* Loading CSV tables: one pass finds rows and kinds of columns, a second one fills the arrays. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cornu/data.h"
#include "data/csv_reader.h"
#include "data/word_table.h"
#include "runtime/array.h"
#include "runtime/dtype.h"
#include "runtime/file.h"
#include "runtime/number.h"

typedef enum column_kind { UNKNOWN, NUMBER, TEXT, FREE_TEXT, KINDS } column_kind;

typedef struct column {
    const char *name;
    int64_t field; /* its place in the file's rows */
    column_kind kind;
    int64_t place;            /* among the columns of its kind */
    const cn_csv_text *known; /* of an earlier table: the vocabulary to use */
    cn_word_table vocabulary; /* text */
    cn_array *codes;          /* text; moves into the table */
    const char **rows;        /* free text */
} column;

typedef struct loader {
    const cn_load_csv_args *args;
    cn_dtype dtype;
    char *text;
    size_t bytes;
    cn_csv_reader reader;
    cn_arena arena; /* names, texts without doubled quotes */
    const char **names;
    int64_t name_count;
    const char *data; /* where the first row of data starts, and its line */
    int64_t data_line;
    column *columns;
    int64_t column_count, kind_count[KINDS], rows;
    cn_array *numbers; /* moves into the table */
} loader;

/* ---- Fields ---- */

static bool is_missing(const loader *l, const cn_csv_field *field)
{
    if (field->length == 0)
        return true;
    const char *missing = l->args->missing;
    return missing != NULL && strlen(missing) == field->length &&
           memcmp(missing, field->text, field->length) == 0;
}

/* Blanks around a number do not matter. */
static bool read_number(const cn_csv_field *field, double *number)
{
    const char *start = field->text, *end = start + field->length;
    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return cn_number_read(start, (size_t)(end - start), number);
}

static cn_status bad_field(const loader *l, const column *c, const cn_csv_field *field,
                           const char *what)
{
    const int shown = (int)(field->length < 40 ? field->length : 40);
    return cn_fail(
        CN_BAD_FILE, "%s: line %" PRId64 ", column %" PRId64 " ('%.100s'): %s, found '%.*s'",
        l->args->path, l->reader.row_line, c->field + 1, c->name, what, shown, field->text);
}

static cn_status next_row(loader *l, bool *more)
{
    CN_TRY(cn_csv_next(&l->reader, more));
    if (!*more || l->reader.count == l->name_count)
        return CN_OK;
    return cn_fail(CN_BAD_FILE,
                   "%s: line %" PRId64 ": %" PRId64
                   " fields were expected as in the first row, found %" PRId64,
                   l->args->path, l->reader.row_line, l->name_count, l->reader.count);
}

/* ---- The first row ---- */

static cn_status read_text(loader *l)
{
    static const char byte_order_mark[3] = "\xEF\xBB\xBF";
    const cn_load_csv_args *args = l->args;
    CN_TRY(cn_file_read_all(args->path, INT64_MAX / 2, &l->text, &l->bytes));
    const char *zero = memchr(l->text, '\0', l->bytes);
    if (zero != NULL)
        return cn_fail(CN_BAD_FILE, "%s: byte %td is 0; a text was expected", args->path,
                       zero - l->text);
    const bool marked = l->bytes >= 3 && memcmp(l->text, byte_order_mark, 3) == 0;
    l->reader = (cn_csv_reader){.path = args->path,
                                .at = l->text + (marked ? 3 : 0),
                                .end = l->text + l->bytes,
                                .separator = args->separator,
                                .quote = args->quote,
                                .line = 1};
    cn_csv_skip_lines(&l->reader, args->skip_rows);
    return CN_OK;
}

static bool looks_like_a_header(const cn_csv_reader *reader)
{
    double ignored;
    for (int64_t i = 0; i < reader->count; i++)
        if (read_number(&reader->fields[i], &ignored))
            return false;
    return true;
}

static const char *header_name(loader *l, int64_t i)
{
    size_t length = 0;
    const char *text = cn_csv_unquote(&l->reader.fields[i], l->reader.quote, &l->arena, &length);
    char *name = text == NULL ? NULL : cn_arena_allocate(&l->arena, length + 1);
    if (name != NULL)
        memcpy(name, text, length);
    return name;
}

/* Names the columns, and remembers where the data starts. */
static cn_status read_names(loader *l)
{
    bool more = false;
    const char *start = l->reader.at;
    const int64_t start_line = l->reader.line;
    CN_TRY(cn_csv_next(&l->reader, &more));
    if (!more)
        return cn_fail(CN_BAD_FILE, "%s: has no rows", l->args->path);
    const bool header = l->args->header == CN_NONE ? looks_like_a_header(&l->reader)
                                                   : l->args->header != 0;
    l->name_count = l->reader.count;
    l->names = cn_arena_allocate(&l->arena, (size_t)l->name_count * sizeof *l->names);
    if (l->names == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < l->name_count; i++) {
        l->names[i] = header ? header_name(l, i) : cn_arena_format(&l->arena, "%" PRId64, i);
        if (l->names[i] == NULL)
            return CN_OUT_OF_MEMORY;
    }
    l->data = header ? l->reader.at : start;
    l->data_line = header ? l->reader.line : start_line;
    return CN_OK;
}

/* ---- Which columns ---- */

static cn_status find_name(const loader *l, const char *name, int64_t *field)
{
    *field = CN_NONE;
    for (int64_t i = 0; i < l->name_count; i++) {
        if (strcmp(l->names[i], name) != 0)
            continue;
        CN_CHECK(*field == CN_NONE, "%s: two columns are called '%s'", l->args->path, name);
        *field = i;
    }
    if (*field != CN_NONE)
        return CN_OK;
    return cn_fail(CN_INVALID, "%s: has no column '%s'; it has %" PRId64 ", from '%s' to '%s'",
                   l->args->path, name, l->name_count, l->names[0], l->names[l->name_count - 1]);
}

static cn_status allocate_columns(loader *l, int64_t count)
{
    l->columns = cn_allocate((size_t)count * sizeof *l->columns);
    l->column_count = l->columns == NULL ? 0 : count;
    return l->columns == NULL ? CN_OUT_OF_MEMORY : CN_OK;
}

static int64_t list_length(const char *const list[CN_MAX_LIST])
{
    int64_t n = 0;
    while (n < CN_MAX_LIST && list[n] != NULL)
        n++;
    return n;
}

static cn_status choose_like(loader *l, const cn_csv *like)
{
    const cn_load_csv_args *args = l->args;
    CN_CHECK(args->columns[0] == NULL && args->text[0] == NULL && args->free_text[0] == NULL,
             "%s: .like already says which columns there are and which are text", args->path);
    CN_TRY(allocate_columns(l, like->number_count + like->text_count + like->free_text_count));
    column *c = l->columns;
    for (int64_t i = 0; i < like->number_count; i++)
        *c++ = (column){.kind = NUMBER, .name = like->number_names[i]};
    for (int64_t i = 0; i < like->text_count; i++)
        *c++ = (column){.kind = TEXT, .name = like->texts[i].name, .known = &like->texts[i]};
    for (int64_t i = 0; i < like->free_text_count; i++)
        *c++ = (column){.kind = FREE_TEXT, .name = like->free_texts[i].name};
    for (c = l->columns; c < l->columns + l->column_count; c++)
        CN_TRY(find_name(l, c->name, &c->field));
    l->dtype = cn_array_dtype(like->numbers);
    return CN_OK;
}

/* What the arguments say of the kind of columns. */
static cn_status choose_kind(loader *l, const char *const names[CN_MAX_LIST], column_kind kind)
{
    for (int64_t i = 0; i < list_length(names); i++) {
        int64_t field = 0;
        CN_TRY(find_name(l, names[i], &field));
        for (int64_t j = 0; j < l->column_count; j++)
            if (l->columns[j].field == field)
                l->columns[j].kind = kind;
    }
    return CN_OK;
}

static cn_status choose_columns(loader *l)
{
    const cn_load_csv_args *args = l->args;
    const int64_t listed = list_length(args->columns);
    if (args->like != NULL)
        return choose_like(l, args->like);
    CN_TRY(allocate_columns(l, listed > 0 ? listed : l->name_count));
    for (int64_t i = 0; i < l->column_count; i++) {
        column *c = &l->columns[i];
        c->field = i;
        if (listed > 0)
            CN_TRY(find_name(l, args->columns[i], &c->field));
        c->name = l->names[c->field];
    }
    CN_TRY(choose_kind(l, args->text, TEXT));
    return choose_kind(l, args->free_text, FREE_TEXT);
}

/* ---- First pass ---- */

/* Counts the rows, and decides a column's kind by the first field that is there. */
static cn_status look(loader *l)
{
    bool more = true;
    double ignored;
    for (;;) {
        CN_TRY(next_row(l, &more));
        if (!more)
            break;
        l->rows++;
        for (int64_t i = 0; i < l->column_count; i++) {
            column *c = &l->columns[i];
            const cn_csv_field *field = &l->reader.fields[c->field];
            if (c->kind == UNKNOWN && !is_missing(l, field))
                c->kind = read_number(field, &ignored) ? NUMBER : TEXT;
        }
    }
    return l->rows > 0 ? CN_OK : cn_fail(CN_BAD_FILE, "%s: has no rows of data", l->args->path);
}

/* Starts again at the first row of data. */
static void rewind_rows(loader *l)
{
    l->reader.at = l->data;
    l->reader.line = l->data_line;
}

/* Fills the vocabulary that an earlier table has. */
static cn_status use_vocabulary(column *c)
{
    int32_t number;
    for (int64_t i = 0; i < c->known->vocabulary_size; i++)
        CN_TRY(cn_word_table_add(&c->vocabulary, c->known->vocabulary[i],
                                 strlen(c->known->vocabulary[i]), &number));
    return CN_OK;
}

static cn_status make_arrays(loader *l)
{
    for (int64_t i = 0; i < l->column_count; i++) {
        column *c = &l->columns[i];
        if (c->kind ==
            UNKNOWN) /* nothing but missing fields: numbers only if those may be missing */
            c->kind = l->args->missing != NULL ? NUMBER : TEXT;
        c->place = l->kind_count[c->kind]++;
        if (c->kind == TEXT)
            CN_TRY(cn_array_create_raw(CN_INT32, &CN_SHAPE(l->rows), &c->codes));
        if (c->kind == FREE_TEXT) {
            c->rows = cn_allocate_raw((size_t)l->rows * sizeof *c->rows);
            if (c->rows == NULL)
                return CN_OUT_OF_MEMORY;
        }
        if (c->known != NULL)
            CN_TRY(use_vocabulary(c));
    }
    return cn_array_create_raw(l->dtype, &CN_SHAPE(l->rows, l->kind_count[NUMBER]), &l->numbers);
}

/* ---- Second pass ---- */

static cn_status fill_number(loader *l, const column *c, const cn_csv_field *field, int64_t row)
{
    double number = NAN;
    if (is_missing(l, field)) {
        if (l->args->missing == NULL)
            return bad_field(l, c, field, "a number was expected (.missing would make it NaN)");
    } else if (!read_number(field, &number))
        return bad_field(l, c, field, "a number was expected");
    if (cn_array_put(l->numbers, row * l->kind_count[NUMBER] + c->place, number))
        return CN_OK;
    char what[64];
    (void)snprintf(what, sizeof what, "a number that %s can hold was expected",
                   cn_dtype_name(l->dtype));
    return bad_field(l, c, field, what);
}

static cn_status fill_text(loader *l, column *c, const cn_csv_field *field, int64_t row)
{
    size_t length = 0;
    int32_t number = CN_NONE;
    const char *text = cn_csv_unquote(field, l->reader.quote, &l->arena, &length);
    if (text == NULL)
        return CN_OUT_OF_MEMORY;
    if (c->known == NULL)
        CN_TRY(cn_word_table_add(&c->vocabulary, text, length, &number));
    else
        number = cn_word_table_find(&c->vocabulary, text, length);
    if (number == CN_NONE)
        return bad_field(l, c, field, "a text of the earlier table's vocabulary was expected");
    ((int32_t *)c->codes->data)[row] = number;
    return CN_OK;
}

static cn_status fill_free_text(loader *l, const column *c, const cn_csv_field *field, int64_t row)
{
    size_t length = 0;
    const char *text = cn_csv_unquote(field, l->reader.quote, &l->arena, &length);
    char *copy = text == NULL ? NULL : cn_arena_allocate(&l->arena, length + 1);
    if (copy == NULL)
        return CN_OUT_OF_MEMORY;
    memcpy(copy, text, length);
    c->rows[row] = copy;
    return CN_OK;
}

static cn_status fill_field(loader *l, column *c, const cn_csv_field *field, int64_t row)
{
    if (c->kind == FREE_TEXT)
        return fill_free_text(l, c, field, row);
    return c->kind == TEXT ? fill_text(l, c, field, row) : fill_number(l, c, field, row);
}

static cn_status fill(loader *l)
{
    bool more = true;
    for (int64_t row = 0; row < l->rows; row++) {
        CN_TRY(next_row(l, &more));
        for (int64_t i = 0; i < l->column_count; i++) {
            column *c = &l->columns[i];
            CN_TRY(fill_field(l, c, &l->reader.fields[c->field], row));
        }
    }
    return CN_OK;
}

static cn_status sort_vocabularies(loader *l)
{
    for (int64_t i = 0; i < l->column_count; i++) {
        column *c = &l->columns[i];
        int32_t *new_number = NULL;
        if (c->kind != TEXT || c->known != NULL)
            continue;
        CN_TRY(cn_word_table_sort(&c->vocabulary, &new_number));
        int32_t *codes = c->codes->data;
        for (int64_t row = 0; row < l->rows; row++)
            codes[row] = new_number[codes[row]];
        cn_release(new_number);
    }
    return CN_OK;
}

/* ---- The table ---- */

/* Of how many texts a column consists in the table, and where they are now. */
static int64_t text_count(const loader *l, const column *c, const char *const **texts)
{
    *texts = c->kind == FREE_TEXT ? c->rows : c->vocabulary.texts;
    return c->kind == FREE_TEXT ? l->rows : c->vocabulary.count;
}

/* The table is one piece of memory: the struct, its lists, the pointers to texts, the texts. */
static size_t list_bytes(const loader *l)
{
    return sizeof(cn_csv) + (size_t)l->kind_count[TEXT] * sizeof(cn_csv_text) +
           (size_t)l->kind_count[FREE_TEXT] * sizeof(cn_csv_free_text) +
           (size_t)l->kind_count[NUMBER] * sizeof(char *);
}

static void measure_texts(const loader *l, size_t *pointer_bytes, size_t *bytes)
{
    *pointer_bytes = *bytes = 0;
    for (int64_t i = 0; i < l->column_count; i++) {
        const char *const *texts = NULL;
        const int64_t count = text_count(l, &l->columns[i], &texts);
        *pointer_bytes += (size_t)count * sizeof(char *);
        *bytes += strlen(l->columns[i].name) + 1;
        for (int64_t j = 0; j < count; j++)
            *bytes += strlen(texts[j]) + 1;
    }
}

static const char *put_text(char **at, const char *text)
{
    char *start = *at;
    const size_t bytes = strlen(text) + 1;
    memcpy(start, text, bytes);
    *at += bytes;
    return start;
}

static void fill_table(loader *l, cn_array *storage, size_t pointer_bytes)
{
    cn_csv *table = storage->data;
    cn_csv_text *texts = (cn_csv_text *)(void *)(table + 1);
    cn_csv_free_text *free_texts = (cn_csv_free_text *)(void *)(texts + l->kind_count[TEXT]);
    const char **names = (const char **)(void *)(free_texts + l->kind_count[FREE_TEXT]),
               **pointer = names + l->kind_count[NUMBER];
    char *at = (char *)pointer + pointer_bytes;
    *table = (cn_csv){.rows = l->rows,
                      .numbers = l->numbers,
                      .number_count = l->kind_count[NUMBER],
                      .number_names = names,
                      .text_count = l->kind_count[TEXT],
                      .texts = texts,
                      .free_text_count = l->kind_count[FREE_TEXT],
                      .free_texts = free_texts,
                      .storage_ = storage};
    for (int64_t i = 0; i < l->column_count; i++) {
        column *c = &l->columns[i];
        const char *name = put_text(&at, c->name), *const *from = NULL;
        const int64_t count = text_count(l, c, &from);
        if (c->kind == NUMBER)
            names[c->place] = name;
        else if (c->kind == TEXT)
            texts[c->place] = (cn_csv_text){name, c->codes, count, pointer};
        else
            free_texts[c->place] = (cn_csv_free_text){name, {count, pointer}};
        for (int64_t j = 0; j < count; j++)
            *pointer++ = put_text(&at, from[j]);
        c->codes = NULL;
    }
    l->numbers = NULL;
}

static cn_status check_args(const cn_load_csv_args *args)
{
    CN_CHECK(args->path != NULL && args->path[0] != '\0', "the path of a file is needed");
    CN_CHECK(args->separator != '\0' && args->separator != '\n' && args->separator != args->quote,
             "%s: the separator must be a character other than quote and line end", args->path);
    CN_CHECK(cn_dtype_is_valid(args->dtype), "%s: %d is not a dtype", args->path, (int)args->dtype);
    CN_CHECK(args->dtype != CN_STRING,
             "%s: dtype is that of numbers; columns of strings are named in .free_text",
             args->path);
    CN_CHECK(args->missing == NULL || args->like != NULL || cn_dtype_is_float(args->dtype),
             "%s: missing numbers become NaN, which %s cannot hold", args->path,
             cn_dtype_name(args->dtype));
    return CN_OK;
}

static cn_status load(loader *l, cn_csv **table)
{
    cn_array *storage = NULL;
    size_t pointer_bytes = 0, bytes = 0;
    CN_TRY(check_args(l->args));
    CN_TRY(read_text(l));
    CN_TRY(read_names(l));
    CN_TRY(choose_columns(l));
    rewind_rows(l);
    CN_TRY(look(l));
    CN_TRY(make_arrays(l));
    rewind_rows(l);
    CN_TRY(fill(l));
    CN_TRY(sort_vocabularies(l));
    measure_texts(l, &pointer_bytes, &bytes);
    CN_TRY(cn_array_create_storage(list_bytes(l) + pointer_bytes + bytes, &storage));
    fill_table(l, storage, pointer_bytes);
    *table = storage->data;
    return CN_OK;
}

static void drop(loader *l)
{
    for (int64_t i = 0; i < l->column_count; i++) {
        cn_word_table_free(&l->columns[i].vocabulary);
        cn_array_free(l->columns[i].codes);
        cn_release(l->columns[i].rows);
    }
    cn_array_free(l->numbers);
    cn_release(l->columns);
    cn_release(l->reader.fields);
    cn_release(l->text);
    cn_arena_free(&l->arena);
}

cn_csv *cn_load_csv_with(const cn_load_csv_args *args)
{
    loader l = {.args = args, .dtype = args->dtype};
    cn_csv *table = NULL;
    if (load(&l, &table) != CN_OK)
        cn_fail_in("cn_load_csv");
    drop(&l);
    return table;
}
