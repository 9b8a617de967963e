/* Any bytes as a PNG and as a JPEG: decoded, with every number of channels, and made smaller. */
#include "images/images.h"
#include "memory_file.h"
#include "runtime/memory.h"

typedef cn_status decoder(const char *path, const void *bytes, size_t size, cn_image *image);

static void try_decoder(decoder *decode, int64_t channels, const uint8_t *bytes, size_t size)
{
    enum { EDGE = 5 };
    float small[EDGE * EDGE * 4];
    cn_image image = {0};
    if (decode("fuzz", bytes, size, &image) == CN_OK &&
        cn_image_convert("fuzz", &image, channels) == CN_OK)
        cn_image_look(&image, &cn_image_whole_view, EDGE, EDGE, small);
    cn_release(image.pixels);
    cn_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const int64_t channels[] = {1, 3, 4};
    for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++) {
        try_decoder(cn_png_decode, channels[i], bytes, size);
        try_decoder(cn_jpeg_decode, channels[i], bytes, size);
    }
    return 0;
}
