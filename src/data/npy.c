/* Loading and saving .npy files. */
#include "data/npy.h"

#include <inttypes.h>
#include <string.h>

#include "cornu/data.h"

static const char magic[6] = "\x93NUMPY";

/* Real headers have about 100 bytes; NumPy itself stops at 10,000. */
enum { LONGEST_HEADER = 65536 };

/* Version 1 has the header's length in two bytes, 2 and 3 in four, the low byte first. */
static cn_status read_header_length(cn_source *source, size_t *length)
{
    uint8_t start[8], bytes[4] = {0};
    CN_TRY(cn_source_read(source, start, sizeof start));
    if (memcmp(start, magic, sizeof magic) != 0)
        return cn_fail(CN_BAD_FILE, "%s: is not an .npy file: it does not start with \\x93NUMPY",
                       source->name);
    if (start[6] < 1 || start[6] > 3 || start[7] != 0)
        return cn_fail(CN_BAD_FILE,
                       "%s: byte 6: format version 1.0, 2.0 or 3.0 was expected, found %d.%d",
                       source->name, start[6], start[7]);
    CN_TRY(cn_source_read(source, bytes, start[6] == 1 ? 2 : 4));
    *length = (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 |
              (size_t)bytes[3] << 24;
    if (*length > LONGEST_HEADER)
        return cn_fail(CN_BAD_FILE,
                       "%s: byte 8: a header of at most %d bytes was expected, found %zu",
                       source->name, LONGEST_HEADER, *length);
    return CN_OK;
}

static cn_status read_header(cn_source *source, cn_npy_header *header)
{
    size_t length = 0;
    CN_TRY(read_header_length(source, &length));
    const uint64_t first = source->offset;
    char *text = cn_allocate_raw(length);
    if (text == NULL)
        return CN_OUT_OF_MEMORY;
    cn_status status = cn_source_read(source, text, length);
    if (status == CN_OK)
        status = cn_npy_parse_header(text, length, source->name, first, header);
    cn_release(text);
    return status;
}

/* Walks through the row-major elements of to with an odometer; at is the same element's index in
 * from, whose first axis is the fastest. */
static void transpose_elements(const char *from, char *to, const cn_shape *shape, size_t item_size)
{
    int64_t index[CN_MAX_RANK] = {0}, step[CN_MAX_RANK] = {1};
    for (int64_t axis = 1; axis < shape->rank; axis++)
        step[axis] = step[axis - 1] * shape->dim[axis - 1];
    const int64_t size = cn_shape_size(shape);
    int64_t at = 0;
    for (int64_t i = 0; i < size; i++) {
        memcpy(to + (size_t)i * item_size, from + (size_t)at * item_size, item_size);
        for (int64_t axis = shape->rank - 1; axis >= 0; axis--) {
            at += step[axis];
            if (++index[axis] < shape->dim[axis])
                break;
            at -= step[axis] * shape->dim[axis];
            index[axis] = 0;
        }
    }
}

/* From Fortran order to row-major order. */
static cn_status transpose(cn_array *array)
{
    const size_t bytes = (size_t)cn_shape_size(&array->shape) * cn_dtype_size(array->dtype);
    if (array->shape.rank < 2 || bytes == 0)
        return CN_OK;
    void *copy = cn_allocate_raw(bytes);
    if (copy == NULL)
        return CN_OUT_OF_MEMORY;
    memcpy(copy, array->data, bytes);
    transpose_elements(copy, array->data, &array->shape, cn_dtype_size(array->dtype));
    cn_release(copy);
    return CN_OK;
}

cn_status cn_npy_read(cn_source *source, cn_array **array)
{
    cn_npy_header header = {0};
    cn_array *made = NULL;
    CN_TRY(read_header(source, &header));
    if (header.type == NULL)
        CN_TRY(cn_npy_read_texts(source, &header, &made));
    else
        CN_TRY(cn_elements_read(source, header.type, header.little_endian, &header.shape, &made));
    cn_status status = cn_source_finish(source);
    if (status == CN_OK && header.fortran_order)
        status = transpose(made);
    if (status == CN_OK)
        *array = made;
    else
        cn_array_free(made);
    return status;
}

static cn_status load(const char *path, cn_array **array)
{
    cn_input_file file;
    CN_TRY(cn_file_open(&file, path));
    cn_source source = cn_source_of_file(&file);
    cn_status status = cn_npy_read(&source, array);
    cn_file_close(&file);
    return status;
}

cn_array *cn_load_npy(const char *path)
{
    cn_array *array = NULL;
    return cn_array_or_null(load(path, &array), "cn_load_npy", &array);
}

size_t cn_npy_print_prefix(const cn_array *array, int64_t width, char prefix[CN_NPY_PREFIX])
{
    enum { START = 10, ALIGNMENT = 64 };
    const bool texts = array->dtype == CN_STRING;
    const cn_element_type *type = texts ? NULL : cn_element_type_of(array->dtype);
    const char order = !texts && type->size == 1 ? '|' : cn_is_little_endian() ? '<' : '>';
    char name[24];
    if (texts)
        (void)snprintf(name, sizeof name, "U%" PRId64, width);
    else
        (void)snprintf(name, sizeof name, "%s", type->name);
    int length = snprintf(prefix + START, CN_NPY_PREFIX - START,
                          "{'descr': '%c%s', 'fortran_order': False, 'shape': %s, }", order, name,
                          cn_shape_str(&array->shape));
    size_t used = START + (size_t)length, all = (used + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    memset(prefix + used, ' ', all - used - 1);
    prefix[all - 1] = '\n';
    memcpy(prefix, magic, sizeof magic);
    prefix[6] = 1, prefix[7] = 0;
    prefix[8] = (char)((all - START) & 255), prefix[9] = (char)((all - START) >> 8);
    return all;
}

cn_status cn_npy_parts(const cn_array *array, const char *who, cn_arena *arena, cn_bytes parts[2])
{
    int64_t width = 0;
    char *prefix = cn_arena_allocate(arena, CN_NPY_PREFIX);
    CN_CHECK_MEMORY(prefix);
    parts[1] =
        (cn_bytes){array->data, (size_t)cn_shape_size(&array->shape) * cn_dtype_size(array->dtype)};
    if (array->dtype == CN_STRING) {
        CN_TRY(cn_npy_width(array, who, &width));
        CN_TRY(cn_npy_texts(array, width, arena, &parts[1]));
    }
    parts[0] = (cn_bytes){prefix, cn_npy_print_prefix(array, width, prefix)};
    return CN_OK;
}

static cn_status write(const char *path, const cn_bytes parts[2])
{
    cn_file file;
    CN_TRY(cn_file_begin(&file, path));
    cn_status status = cn_file_write(&file, parts[0].data, parts[0].bytes);
    if (status == CN_OK)
        status = cn_file_write(&file, parts[1].data, parts[1].bytes);
    if (status == CN_OK)
        return cn_file_commit(&file);
    cn_file_abort(&file);
    return status;
}

static cn_status save(const char *path, const cn_array *array)
{
    cn_arena memory = {0};
    cn_bytes parts[2];
    CN_TRY(cn_array_check(array, "array", &array));
    cn_status status = cn_npy_parts(array, "array", &memory, parts);
    if (status == CN_OK)
        status = write(path, parts);
    cn_arena_free(&memory);
    return status;
}

cn_status cn_save_npy(const char *path, const cn_array *array)
{
    cn_status status = save(path, array);
    if (status != CN_OK)
        cn_fail_in("cn_save_npy");
    return status;
}
