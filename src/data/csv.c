/* CSV tables: their columns, their end, and saving arrays as CSV. */
#include <inttypes.h>
#include <string.h>

#include "cornu/data.h"
#include "runtime/array.h"
#include "runtime/dtype.h"
#include "runtime/file.h"
#include "runtime/number.h"

/* ---- Columns ---- */

static const cn_csv_text *text_of(const cn_csv *table, const char *name)
{
    for (int64_t i = 0; i < table->text_count; i++)
        if (strcmp(table->texts[i].name, name) == 0)
            return &table->texts[i];
    return NULL;
}

static cn_status copy_numbers(const cn_csv *table, const char *name, cn_array **array)
{
    int64_t column = 0;
    while (column < table->number_count && strcmp(table->number_names[column], name) != 0)
        column++;
    CN_CHECK(column < table->number_count, "the table has no column '%s'", name);
    CN_TRY(cn_array_create_raw(table->numbers->dtype, &CN_SHAPE(table->rows), array));
    const size_t size = cn_dtype_size((*array)->dtype), row = cn_array_row_bytes(table->numbers);
    const char *from = (const char *)table->numbers->data + (size_t)column * size;
    for (size_t i = 0; i < (size_t)table->rows; i++)
        memcpy((char *)(*array)->data + i * size, from + i * row, size);
    return CN_OK;
}

static cn_status copy_column(const cn_csv *table, const char *name, cn_array **array)
{
    CN_CHECK(table != NULL && name != NULL, "a table and a name were expected, not NULL");
    const cn_csv_text *text = text_of(table, name);
    if (text == NULL)
        return copy_numbers(table, name, array);
    *array = cn_array_cast(text->codes, CN_INT32);
    return *array == NULL ? CN_OUT_OF_MEMORY : CN_OK;
}

cn_array *cn_csv_column(const cn_csv *table, const char *name)
{
    cn_array *array = NULL;
    return cn_array_or_null(copy_column(table, name, &array), "cn_csv_column", &array);
}

const cn_csv_text *cn_csv_find_text(const cn_csv *table, const char *name)
{
    const cn_csv_text *text = table == NULL || name == NULL ? NULL : text_of(table, name);
    if (text == NULL)
        (void)cn_fail(CN_INVALID, "cn_csv_find_text: the table has no column of text called '%s'",
                      name == NULL ? "NULL" : name);
    return text;
}

cn_texts cn_csv_texts(const cn_csv *table, const char *name)
{
    for (int64_t i = 0; table != NULL && name != NULL && i < table->free_text_count; i++)
        if (strcmp(table->free_texts[i].name, name) == 0)
            return table->free_texts[i].texts;
    (void)cn_fail(CN_INVALID,
                  "cn_csv_texts: the table has no column of free text called '%s'; "
                  "cn_load_csv takes such columns as .free_text",
                  name == NULL ? "NULL" : name);
    return (cn_texts){0};
}

void cn_csv_free(cn_csv *table)
{
    if (table == NULL)
        return;
    for (int64_t i = 0; i < table->text_count; i++)
        cn_array_free(table->texts[i].codes);
    cn_array_free(table->numbers);
    cn_array_free(table->storage_);
}

/* ---- Saving ---- */

static cn_status write_text(cn_file *file, const char *text)
{
    return cn_file_write(file, text, strlen(text));
}

/* In quotes if it would be read as something else without them. */
static cn_status write_name(cn_file *file, const char *name, char separator)
{
    const char special[] = {separator, '"', '\n', '\r', '\0'};
    if (name[0] != '\0' && strpbrk(name, special) == NULL)
        return write_text(file, name);
    CN_TRY(write_text(file, "\""));
    for (; *name != '\0'; name++)
        CN_TRY(cn_file_write(file, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1));
    return write_text(file, "\"");
}

static cn_status write_element(cn_file *file, const cn_array *array, int64_t index)
{
    char integer[32];
    if (cn_dtype_is_float(array->dtype)) {
        cn_number_text text;
        return write_text(
            file, cn_number_print(cn_array_at(array, index), array->dtype == CN_FLOAT32, &text));
    }
    const int64_t value = array->dtype == CN_INT64 ? ((const int64_t *)array->data)[index]
                                                   : (int64_t)cn_array_at(array, index);
    (void)snprintf(integer, sizeof integer, "%" PRId64, value);
    return write_text(file, integer);
}

static cn_status write_rows(cn_file *file, const cn_save_csv_args *args, const cn_array *array)
{
    const int64_t rows = array->shape.dim[0],
                  columns = array->shape.rank == 1 ? 1 : array->shape.dim[1];
    for (int64_t column = 0; args->names[0] != NULL && column < columns; column++) {
        CN_TRY(write_name(file, args->names[column], args->separator));
        CN_TRY(cn_file_write(file, column + 1 < columns ? &args->separator : "\n", 1));
    }
    for (int64_t i = 0; i < rows * columns; i++) {
        CN_TRY(write_element(file, array, i));
        CN_TRY(cn_file_write(file, (i + 1) % columns != 0 ? &args->separator : "\n", 1));
    }
    return CN_OK;
}

static cn_status check_save(const cn_save_csv_args *args, const cn_array **array)
{
    CN_TRY(cn_numbers_check(args->array, "array", array));
    const cn_shape *shape = &(*array)->shape;
    CN_CHECK(shape->rank == 1 || shape->rank == 2,
             "shape (rows, columns) or (rows,) was expected, not %s", cn_shape_str(shape));
    CN_CHECK(args->separator != '\0' && args->separator != '\n' && args->separator != '"',
             "the separator must be a character other than quote and line end");
    const int64_t columns = shape->rank == 1 ? 1 : shape->dim[1];
    int64_t names = 0;
    while (names < CN_MAX_LIST && args->names[names] != NULL)
        names++;
    CN_CHECK(names == 0 || names == columns,
             "%" PRId64 " names were expected, one for each column, found %" PRId64, columns,
             names);
    return CN_OK;
}

static cn_status save(const cn_save_csv_args *args)
{
    cn_file file;
    const cn_array *array = NULL;
    CN_TRY(check_save(args, &array));
    CN_TRY(cn_file_begin(&file, args->path));
    cn_status status = write_rows(&file, args, array);
    if (status == CN_OK)
        return cn_file_commit(&file);
    cn_file_abort(&file);
    return status;
}

cn_status cn_save_csv_with(const cn_save_csv_args *args)
{
    cn_status status = save(args);
    if (status != CN_OK)
        cn_fail_in("cn_save_csv");
    return status;
}
