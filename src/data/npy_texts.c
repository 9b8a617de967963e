/* Strings in .npy files: each takes the room of the longest, in UCS-4 ('U') or bytes ('S'); here
 * they are UTF-8. */
#include <inttypes.h>
#include <string.h>

#include "data/npy.h"
#include "runtime/text.h"

/* ---- UTF-8 ----------------------------------------------------------------------------------- */

static bool is_character(uint32_t code)
{
    return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

/* Writes at most 4 bytes; returns what is behind them. */
static char *put_character(char *to, uint32_t code)
{
    const int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char starts[] = {0, 0xC0, 0xE0, 0xF0};
    *to++ = (char)(starts[more] | code >> 6 * more);
    for (int i = more - 1; i >= 0; i--)
        *to++ = (char)(0x80 | (code >> 6 * i & 63));
    return to;
}

/* Of UTF-8 without faults; moves on. */
static uint32_t take_character(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    const int more = at[0] < 0xC0 ? 0 : at[0] < 0xE0 ? 1 : at[0] < 0xF0 ? 2 : 3;
    uint32_t code = more == 0 ? at[0] : at[0] & (0x3Fu >> more);
    for (int i = 1; i <= more; i++)
        code = code << 6 | (at[i] & 63);
    *text += 1 + more;
    return code;
}

/* ---- reading --------------------------------------------------------------------------------- */

static uint32_t code_at(const cn_npy_header *header, const uint8_t *cell, uint64_t i)
{
    const uint8_t *at = cell + 4 * i;
    if (header->kind == 'S')
        return cell[i];
    return header->little_endian
               ? at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24
               : at[3] | (uint32_t)at[2] << 8 | (uint32_t)at[1] << 16 | (uint32_t)at[0] << 24;
}

/* Zeros fill a cell behind its text. Bytes are UTF-8 already. */
static cn_status decode(const cn_source *source, const cn_npy_header *header, const uint8_t *cell,
                        char **to)
{
    uint64_t length = header->width;
    char *const start = *to, *end = start;
    while (length > 0 && code_at(header, cell, length - 1) == 0)
        length--;
    for (uint64_t i = 0; i < length; i++) {
        const uint32_t code = code_at(header, cell, i);
        if (code == 0 || !is_character(code))
            return cn_fail(CN_BAD_FILE,
                           "%s: a text has the character %" PRIX32
                           ", which no text of ours can have",
                           source->name, code);
        end = header->kind == 'S' ? end + 1 : put_character(end, code);
        if (header->kind == 'S')
            end[-1] = (char)code;
    }
    *end++ = '\0';
    *to = end;
    return cn_utf8_fault(start) == NULL
               ? CN_OK
               : cn_fail(CN_BAD_FILE, "%s: a byte string is not UTF-8", source->name);
}

static cn_status read_cells(cn_source *source, const cn_npy_header *header, uint8_t *cell,
                            cn_array *array)
{
    const int64_t size = cn_shape_size(&header->shape);
    char **texts = array->data, *to = (char *)(texts + size);
    for (int64_t i = 0; i < size; i++) {
        CN_TRY(cn_source_read(source, cell, (size_t)cn_npy_cell(header)));
        texts[i] = to;
        CN_TRY(decode(source, header, cell, &to));
    }
    return CN_OK;
}

/* The pointers, and behind them the texts, of which none is longer than its cell. */
static cn_status make_array(const cn_npy_header *header, cn_array **array)
{
    const uint64_t size = (uint64_t)cn_shape_size(&header->shape);
    const uint64_t each = cn_npy_cell(header) + 1 + sizeof(char *);
    if (size > INT64_MAX / each)
        return cn_fail(CN_OUT_OF_MEMORY, "out of memory");
    CN_TRY(cn_array_create_raw(CN_UINT8, &CN_SHAPE((int64_t)(size * each)), array));
    (*array)->dtype = CN_STRING;
    (*array)->shape = header->shape;
    return CN_OK;
}

cn_status cn_npy_read_texts(cn_source *source, const cn_npy_header *header, cn_array **array)
{
    cn_array *made = NULL;
    CN_TRY(cn_source_check_data(source, &header->shape, (size_t)cn_npy_cell(header)));
    uint8_t *cell = cn_allocate_raw((size_t)cn_npy_cell(header));
    cn_status status = cell == NULL ? CN_OUT_OF_MEMORY : make_array(header, &made);
    if (status == CN_OK)
        status = read_cells(source, header, cell, made);
    cn_release(cell);
    if (status == CN_OK)
        *array = made;
    else
        cn_array_free(made);
    return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

static int64_t length_of(const char *text)
{
    int64_t n = 0;
    for (; *text != '\0'; text++)
        n += (*text & 0xC0) != 0x80;
    return n;
}

cn_status cn_npy_width(const cn_array *array, const char *who, int64_t *width)
{
    const char *const *texts = array->data;
    *width = 1;
    for (int64_t i = 0; i < cn_shape_size(&array->shape); i++) {
        CN_CHECK(texts[i] != NULL, "%s: text %" PRId64 " is NULL", who, i);
        CN_CHECK(cn_utf8_fault(texts[i]) == NULL, "%s: text %" PRId64 " is not UTF-8", who, i);
        const int64_t length = length_of(texts[i]);
        *width = length > *width ? length : *width;
    }
    return CN_OK;
}

cn_status cn_npy_texts(const cn_array *array, int64_t width, cn_arena *arena, cn_bytes *bytes)
{
    const int64_t size = cn_shape_size(&array->shape);
    if (size > 0 && width > INT64_MAX / 8 / size)
        return cn_fail(CN_OUT_OF_MEMORY, "out of memory");
    uint32_t *cells = cn_arena_allocate(arena, (size_t)(size * width + 1) * sizeof *cells);
    CN_CHECK_MEMORY(cells);
    for (int64_t i = 0; i < size; i++) {
        const char *text = ((const char *const *)array->data)[i];
        for (int64_t k = 0; *text != '\0'; k++)
            cells[i * width + k] = take_character(&text);
    }
    *bytes = (cn_bytes){cells, (size_t)(size * width) * sizeof *cells};
    return CN_OK;
}
