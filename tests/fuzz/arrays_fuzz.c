/* Any bytes as an IDX file, packed by gzip or not, as an .npz, and as a list of words. */
#include "cornu/cornu.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *path = memory_file(bytes, size);
    cn_array_free(cn_load_idx(path));
    cn_clear_error();
    cn_arrays_free(cn_load_npz(path));
    cn_clear_error();
    cn_vocabulary_free(cn_load_vocabulary(path));
    cn_clear_error();
    return 0;
}
