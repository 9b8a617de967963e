/* Zip archives, such as .npz and .keras files: their members read with every size checked first,
 * and archives written whole or not at all. */
#ifndef CORNU_DATA_ARCHIVE_H
#define CORNU_DATA_ARCHIVE_H

#include "data/source.h"
#include "runtime/memory.h"

/* ---- reading --------------------------------------------------------------------------------- */

/* An archive that is being read. No two members have the same name. */
typedef struct cn_archive {
    const char *path; /* the caller's */
    uint64_t bytes;   /* of the file */
    struct zip *zip;
} cn_archive;

typedef struct cn_member {
    int64_t index;
    const char *name; /* lives as long as the archive */
    uint64_t bytes;   /* once unpacked; not more than the packed bytes can hold */
} cn_member;

/* Opens an archive; kind is what it should be, such as ".npz", for messages. cn_archive_close must
 * follow, unless this fails. In memory: bytes[0 .. size), which must outlive it, with path in
 * messages. */
cn_status cn_archive_open(cn_archive *archive, const char *path, const char *kind);
cn_status cn_archive_open_memory(cn_archive *archive, const char *path, const char *kind,
                                 const void *bytes, size_t size);
void cn_archive_close(cn_archive *archive);

int64_t cn_archive_count(const cn_archive *archive);

/* Member number index; one that is encrypted, packed in another way than by deflate, or that cannot
 * be what it says, is an error. */
cn_status cn_archive_member(const cn_archive *archive, int64_t index, cn_member *member);

/* The member of a name; *found says whether there is one. */
cn_status cn_archive_find(const cn_archive *archive, const char *name, cn_member *member,
                          bool *found);

/* Calls read with the bytes of a member. */
cn_status cn_archive_read(const cn_archive *archive, const cn_member *member,
                          cn_status (*read)(void *context, cn_source *source), void *context);

/* A member's bytes with a 0 behind them, to be released with cn_release; more than limit is an
 * error. */
cn_status cn_archive_read_all(const cn_archive *archive, const cn_member *member, uint64_t limit,
                              char **bytes);

/* ---- writing --------------------------------------------------------------------------------- */

/* An archive that is being written. */
typedef struct cn_archive_writer {
    const char *path;
    cn_file file;
    struct zip *zip;
} cn_archive_writer;

/* Begins to write path. Either commit or abort must follow, unless this fails. */
cn_status cn_archive_begin(cn_archive_writer *writer, const char *path);

/* Adds a member whose bytes are the n parts, which must stay until the end. All members have the
 * same old date, so that the same members make the same file. */
typedef struct cn_bytes {
    const void *data;
    size_t bytes;
} cn_bytes;
cn_status cn_archive_add(cn_archive_writer *writer, const char *name, const cn_bytes *parts,
                         int64_t n, bool compressed);

/* As cn_file_commit and cn_file_abort. */
cn_status cn_archive_commit(cn_archive_writer *writer);
void cn_archive_abort(cn_archive_writer *writer);

#endif
