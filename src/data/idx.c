/* IDX files: 0, 0, type, number of axes; the axes, four bytes each; the elements. All with the high
 * byte first. */
#include <inttypes.h>
#include <zlib.h>

#include "cornu/data.h"
#include "data/elements.h"

/* Deflate makes at most 1032 bytes of one. */
enum { MOST_EXPANSION = 1032, CHUNK = 1 << 30 };

static const struct {
    uint8_t code;
    char name[3];
} types[] = {{0x08, "u1"}, {0x09, "i1"}, {0x0B, "i2"}, {0x0C, "i4"}, {0x0D, "f4"}, {0x0E, "f8"}};

/* zlib also hands through what is not compressed. */
static int64_t read_gzip(void *context, void *to, size_t bytes)
{
    gzFile stream = context;
    size_t done = 0;
    while (done < bytes) {
        size_t part = bytes - done < CHUNK ? bytes - done : CHUNK;
        int got = gzread(stream, (char *)to + done, (unsigned)part);
        int error = Z_OK;
        (void)gzerror(stream, &error);
        if (got < 0 || (error != Z_OK && error != Z_STREAM_END))
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (int64_t)done;
}

static cn_status read_type(cn_source *source, const cn_element_type **type, int64_t *rank)
{
    uint8_t start[4];
    CN_TRY(cn_source_read(source, start, sizeof start));
    if (start[0] != 0 || start[1] != 0)
        return cn_fail(CN_BAD_FILE,
                       "%s: is not an IDX file: it starts with %02x %02x instead of 00 00",
                       source->name, start[0], start[1]);
    if (start[3] == 0 || start[3] > CN_MAX_RANK)
        return cn_fail(CN_BAD_FILE, "%s: byte 3: 1 to %d axes were expected, found %d",
                       source->name, CN_MAX_RANK, start[3]);
    *rank = start[3];
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].code == start[2]) {
            *type = cn_element_type_by_name(types[i].name);
            return CN_OK;
        }
    return cn_fail(CN_BAD_FILE,
                   "%s: byte 2: type 08, 09, 0b, 0c, 0d or 0e was expected, found %02x",
                   source->name, start[2]);
}

static cn_status read_idx(cn_source *source, cn_array **array)
{
    const cn_element_type *type = NULL;
    cn_shape shape = {0};
    cn_array *made = NULL;
    CN_TRY(read_type(source, &type, &shape.rank));
    for (int64_t i = 0; i < shape.rank; i++) {
        uint8_t b[4];
        CN_TRY(cn_source_read(source, b, sizeof b));
        shape.dim[i] = (int64_t)b[0] << 24 | (int64_t)b[1] << 16 | (int64_t)b[2] << 8 | b[3];
    }
    CN_TRY(cn_elements_read(source, type, false, &shape, &made));
    cn_status status = cn_source_finish(source);
    if (status == CN_OK)
        *array = made;
    else
        cn_array_free(made);
    return status;
}

static cn_status load(const char *path, cn_array **array)
{
    cn_input_file file;
    CN_TRY(cn_file_open(&file, path)); /* for its length and a message if there is no such file */
    cn_file_close(&file);
    gzFile stream = gzopen(path, "rb");
    if (stream == NULL)
        return cn_fail(CN_OUT_OF_MEMORY, "%s: out of memory", path);
    cn_source source = {
        .name = path, .bytes = file.bytes, .exact = true, .read = read_gzip, .context = stream};
    if (gzdirect(stream) == 0) {
        source.bytes = file.bytes > UINT64_MAX / MOST_EXPANSION ? UINT64_MAX
                                                                : file.bytes * MOST_EXPANSION;
        source.exact = false;
    }
    cn_status status = read_idx(&source, array);
    (void)gzclose_r(stream);
    return status;
}

cn_array *cn_load_idx(const char *path)
{
    cn_array *array = NULL;
    return cn_array_or_null(load(path, &array), "cn_load_idx", &array);
}
