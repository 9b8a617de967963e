/* JPEG by libjpeg. Its errors come back by longjmp: what is needed after one lives in a struct, and
 * no function that it leaves owns anything. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "images/images.h"
#include "runtime/memory.h"

struct errors {
    struct jpeg_error_mgr base; /* first: libjpeg gives its address back */
    const char *path;
    jmp_buf failed;
    char message[JMSG_LENGTH_MAX];
    bool warned; /* damaged, but libjpeg would go on */
};

static void fail(j_common_ptr coder)
{
    struct errors *errors = (struct errors *)(void *)coder->err;
    coder->err->format_message(coder, errors->message);
    longjmp(errors->failed, 1);
}

/* Keeps the first warning: what follows it is guessed. */
static void warn(j_common_ptr coder, int level)
{
    struct errors *errors = (struct errors *)(void *)coder->err;
    if (level >= 0 || errors->warned)
        return;
    errors->warned = true;
    coder->err->format_message(coder, errors->message);
}

static void be_silent(j_common_ptr coder)
{
    (void)coder;
}

static struct jpeg_error_mgr *begin(struct errors *errors, const char *path)
{
    errors->path = path;
    struct jpeg_error_mgr *base = jpeg_std_error(&errors->base);
    base->error_exit = fail;
    base->emit_message = warn;
    base->output_message = be_silent;
    return base;
}

static cn_status damaged(const struct errors *errors)
{
    return cn_fail(CN_BAD_FILE, "%s: is a damaged JPEG image: %s", errors->path, errors->message);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Huffman's codes have a bit at least for each block of 8 x 8: a file that claims more has nothing
 * to fill them with. */
static cn_status check_claim(const struct jpeg_decompress_struct *coder, const char *path,
                             size_t size)
{
    const double blocks = (double)coder->image_height * (double)coder->image_width / 64;
    if (!coder->arith_code && blocks / 8 > (double)size)
        return cn_fail(CN_BAD_FILE, "%s: is a damaged JPEG image: it is too short for its size",
                       path);
    return CN_OK;
}

static cn_status read_header(struct jpeg_decompress_struct *coder, struct errors *errors,
                             const void *bytes, size_t size, cn_image *image)
{
    if (setjmp(errors->failed) != 0)
        return damaged(errors);
    jpeg_create_decompress(coder);
    jpeg_mem_src(coder, bytes, (unsigned long)size);
    (void)jpeg_read_header(coder, TRUE);
    CN_TRY(check_claim(coder, errors->path, size));
    coder->out_color_space = coder->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_calc_output_dimensions(coder);
    return cn_image_create(errors->path, coder->output_height, coder->output_width,
                           coder->output_components, image);
}

static cn_status read_pixels(struct jpeg_decompress_struct *coder, struct errors *errors,
                             const cn_image *image)
{
    const size_t row_bytes = (size_t)(image->width * image->channels);
    if (setjmp(errors->failed) != 0)
        return damaged(errors);
    (void)jpeg_start_decompress(coder);
    while (coder->output_scanline < coder->output_height && !errors->warned) {
        JSAMPROW row = image->pixels + coder->output_scanline * row_bytes;
        (void)jpeg_read_scanlines(coder, &row, 1);
    }
    return errors->warned ? damaged(errors) : CN_OK;
}

cn_status cn_jpeg_decode(const char *path, const void *bytes, size_t size, cn_image *image)
{
    struct errors errors = {.warned = false};
    struct jpeg_decompress_struct coder = {.err = begin(&errors, path)};
    cn_status status = read_header(&coder, &errors, bytes, size, image);
    if (status == CN_OK)
        status = read_pixels(&coder, &errors, image);
    jpeg_destroy_decompress(&coder);
    return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* libjpeg's own memory, which malloc gave it. */
struct written {
    unsigned char *bytes;
    unsigned long size;
};

static cn_status write_image(struct jpeg_compress_struct *coder, struct errors *errors,
                             const cn_image *image, int quality, struct written *written)
{
    const size_t row_bytes = (size_t)(image->width * image->channels);
    if (setjmp(errors->failed) != 0)
        return cn_fail(CN_INTERNAL, "%s: libjpeg: %s", errors->path, errors->message);
    jpeg_create_compress(coder);
    jpeg_mem_dest(coder, &written->bytes, &written->size);
    coder->image_width = (JDIMENSION)image->width;
    coder->image_height = (JDIMENSION)image->height;
    coder->input_components = (int)image->channels;
    coder->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(coder);
    jpeg_set_quality(coder, quality, TRUE);
    jpeg_start_compress(coder, TRUE);
    while (coder->next_scanline < coder->image_height) {
        JSAMPROW row = image->pixels + coder->next_scanline * row_bytes;
        (void)jpeg_write_scanlines(coder, &row, 1);
    }
    jpeg_finish_compress(coder);
    return CN_OK;
}

cn_status cn_jpeg_encode(const char *path, const cn_image *image, int quality, void **bytes,
                         size_t *size)
{
    struct errors errors = {.warned = false};
    struct jpeg_compress_struct coder = {.err = begin(&errors, path)};
    struct written written = {NULL, 0};
    CN_CHECK(image->height <= JPEG_MAX_DIMENSION && image->width <= JPEG_MAX_DIMENSION,
             "%s: a JPEG image has at most %ld rows and columns", path, JPEG_MAX_DIMENSION);
    cn_status status = write_image(&coder, &errors, image, quality, &written);
    jpeg_destroy_compress(&coder);
    if (status == CN_OK) {
        *size = (size_t)written.size;
        *bytes = cn_allocate(*size);
        if (*bytes == NULL)
            status = CN_OUT_OF_MEMORY;
        else
            memcpy(*bytes, written.bytes, *size);
    }
    free(written.bytes);
    return status;
}
