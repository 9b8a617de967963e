/* Any bytes as a .keras file: every member is read, and the weights among them opened. */
#include <stdint.h>

#include "data/archive.h"
#include "hdf5/hdf5.h"

enum { MOST_BYTES = 1 << 20, MOST_MEMBERS = 64 };

static void read_member(const cn_archive *archive, int64_t index)
{
    cn_member member;
    cn_h5_file *file = NULL;
    char *bytes = NULL;
    if (cn_archive_member(archive, index, &member) != CN_OK ||
        cn_archive_read_all(archive, &member, MOST_BYTES, &bytes) != CN_OK)
        return;
    if (cn_h5_open(member.name, bytes, (size_t)member.bytes, &file) == CN_OK)
        cn_h5_close(file);
    cn_release(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    cn_archive archive;
    if (cn_archive_open_memory(&archive, "fuzz", "a .keras", bytes, size) == CN_OK) {
        for (int64_t i = 0; i < cn_archive_count(&archive) && i < MOST_MEMBERS; i++) {
            read_member(&archive, i);
            cn_clear_error();
        }
        cn_archive_close(&archive);
    }
    cn_clear_error();
    return 0;
}
