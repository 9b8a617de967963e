/* Any bytes as an .npy file. */
#include <stdint.h>
#include <string.h>

#include "data/npy.h"

struct bytes {
    const uint8_t *at;
    size_t left;
};

static int64_t take(void *context, void *to, size_t n)
{
    struct bytes *bytes = context;
    const size_t got = n < bytes->left ? n : bytes->left;
    if (got > 0)
        memcpy(to, bytes->at, got);
    bytes->at += got;
    bytes->left -= got;
    return (int64_t)got;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct bytes rest = {bytes, size};
    cn_source source = {
        .name = "fuzz", .bytes = size, .exact = true, .read = take, .context = &rest};
    cn_array *array = NULL;
    if (cn_npy_read(&source, &array) == CN_OK)
        cn_array_free(array);
    cn_clear_error();
    return 0;
}
