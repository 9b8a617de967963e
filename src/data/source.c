/* Reading with every length checked. */
#include "data/source.h"

#include <inttypes.h>

static int64_t read_file(void *context, void *to, size_t bytes)
{
    cn_input_file *file = context;
    size_t got = fread(to, 1, bytes, file->stream);
    return ferror(file->stream) ? -1 : (int64_t)got;
}

cn_source cn_source_of_file(cn_input_file *file)
{
    return (cn_source){.name = file->path,
                       .bytes = file->bytes,
                       .exact = true,
                       .read = read_file,
                       .context = file};
}

static cn_status damaged(const cn_source *source)
{
    return cn_fail(CN_BAD_FILE, "%s: damaged at or behind byte %" PRIu64, source->name,
                   source->offset);
}

static cn_status too_short(const cn_source *source, uint64_t got, size_t wanted)
{
    return cn_fail(CN_BAD_FILE,
                   "%s: ends after byte %" PRIu64 ", %zu bytes were expected from byte %" PRIu64,
                   source->name, source->offset + got, wanted, source->offset);
}

cn_status cn_source_read(cn_source *source, void *to, size_t bytes)
{
    if (bytes > source->bytes - source->offset)
        return too_short(source, source->bytes - source->offset, bytes);
    int64_t got = source->read(source->context, to, bytes);
    if (got < 0)
        return damaged(source);
    if ((uint64_t)got < bytes)
        return too_short(source, (uint64_t)got, bytes);
    source->offset += bytes;
    return CN_OK;
}

cn_status cn_source_check_data(const cn_source *source, const cn_shape *shape, size_t item_size)
{
    int64_t size = 0;
    const uint64_t left = source->bytes - source->offset;
    if (cn_shape_checked_size(shape, item_size, &size) != CN_OK) {
        cn_fail_in("%s", source->name);
        return CN_BAD_FILE;
    }
    const uint64_t need = (uint64_t)size * item_size;
    if (need == left || (need < left && !source->exact))
        return CN_OK;
    return cn_fail(CN_BAD_FILE,
                   "%s: shape %s with %zu bytes for each element needs %" PRIu64
                   " bytes from byte %" PRIu64 ", the file has %s%" PRIu64,
                   source->name, cn_shape_str(shape), item_size, need, source->offset,
                   source->exact ? "" : "at most ", left);
}

cn_status cn_source_finish(cn_source *source)
{
    char more;
    int64_t got = source->read(source->context, &more, 1);
    if (got < 0)
        return damaged(source);
    if (got > 0)
        return cn_fail(CN_BAD_FILE, "%s: goes on behind byte %" PRIu64 ", where its data ends",
                       source->name, source->offset);
    return CN_OK;
}
