/* PNG by libpng. Its errors come back by longjmp: what is needed after one lives in a struct, and
 * no function that it leaves owns anything. */
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "images/images.h"
#include "runtime/memory.h"

struct coder {
    const char *path;
    jmp_buf failed;
    char message[128];
    const uint8_t *bytes; /* reading: what is left */
    size_t left;
    uint8_t *made; /* writing */
    size_t size;
    int64_t capacity;
    bool out_of_memory;
    png_structp png;
    png_infop info;
    png_bytep *rows;
};

static void fail(png_structp png, png_const_charp message)
{
    struct coder *coder = png_get_error_ptr(png);
    (void)snprintf(coder->message, sizeof coder->message, "%s", message);
    longjmp(coder->failed, 1);
}

static void ignore(png_structp png, png_const_charp message)
{
    (void)png, (void)message;
}

static cn_status result(const struct coder *coder)
{
    if (coder->out_of_memory)
        return CN_OUT_OF_MEMORY;
    return cn_fail(CN_BAD_FILE, "%s: is a damaged PNG image: %s", coder->path, coder->message);
}

static cn_status make_rows(struct coder *coder, const cn_image *image)
{
    coder->rows = cn_allocate((size_t)image->height * sizeof *coder->rows);
    CN_CHECK_MEMORY(coder->rows);
    for (int64_t y = 0; y < image->height; y++)
        coder->rows[y] = image->pixels + y * image->width * image->channels;
    return CN_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void read_bytes(png_structp png, png_bytep to, size_t n)
{
    struct coder *coder = png_get_io_ptr(png);
    if (n > coder->left)
        png_error(png, "the file ends too early");
    memcpy(to, coder->bytes, n);
    coder->bytes += n;
    coder->left -= n;
}

/* Asks libpng for 8 bits and 1, 3 or 4 channels, whatever the file has. */
static void ask_for_bytes(png_structp png, png_infop info)
{
    const int type = png_get_color_type(png, info);
    png_set_expand(png);
    png_set_strip_16(png);
    if (type == PNG_COLOR_TYPE_GRAY_ALPHA ||
        (type == PNG_COLOR_TYPE_GRAY && png_get_valid(png, info, PNG_INFO_tRNS)))
        png_set_gray_to_rgb(png);
    (void)png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

static cn_status read_header(struct coder *coder, cn_image *image)
{
    if (setjmp(coder->failed) != 0)
        return result(coder);
    png_set_read_fn(coder->png, coder, read_bytes);
    png_set_user_limits(coder->png, CN_MOST_IMAGE_BYTES, CN_MOST_IMAGE_BYTES);
    png_read_info(coder->png, coder->info);
    ask_for_bytes(coder->png, coder->info);
    *image = (cn_image){.height = png_get_image_height(coder->png, coder->info),
                        .width = png_get_image_width(coder->png, coder->info),
                        .channels = png_get_channels(coder->png, coder->info)};
    return CN_OK;
}

/* Deflate makes at most 1032 bytes of one: a file that claims more has nothing to fill it with. */
static cn_status check_claim(const struct coder *coder, const cn_image *image)
{
    const double least = (double)image->height * (double)image->width / 8; /* of one bit each */
    if (least / 1032 > (double)coder->left)
        return cn_fail(CN_BAD_FILE, "%s: is a damaged PNG image: it is too short for its size",
                       coder->path);
    return CN_OK;
}

static cn_status read_pixels(struct coder *coder)
{
    if (setjmp(coder->failed) != 0)
        return result(coder);
    png_read_image(coder->png, coder->rows);
    png_read_end(coder->png, NULL);
    return CN_OK;
}

static cn_status decode(struct coder *coder, cn_image *image)
{
    CN_TRY(read_header(coder, image));
    CN_TRY(check_claim(coder, image));
    CN_TRY(cn_image_create(coder->path, image->height, image->width, image->channels, image));
    CN_TRY(make_rows(coder, image));
    return read_pixels(coder);
}

cn_status cn_png_decode(const char *path, const void *bytes, size_t size, cn_image *image)
{
    struct coder coder = {.path = path, .bytes = bytes, .left = size};
    coder.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &coder, fail, ignore);
    coder.info = coder.png == NULL ? NULL : png_create_info_struct(coder.png);
    cn_status status = coder.info == NULL ? CN_OUT_OF_MEMORY : decode(&coder, image);
    png_destroy_read_struct(&coder.png, &coder.info, NULL);
    cn_release(coder.rows);
    return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void write_bytes(png_structp png, png_bytep from, size_t n)
{
    struct coder *coder = png_get_io_ptr(png);
    if (cn_grow(&coder->made, &coder->capacity, (int64_t)(coder->size + n), 1) != CN_OK) {
        coder->out_of_memory = true;
        png_error(png, "out of memory");
    }
    memcpy(coder->made + coder->size, from, n);
    coder->size += n;
}

static void flush(png_structp png)
{
    (void)png;
}

static cn_status encode(struct coder *coder, const cn_image *image)
{
    static const int types[5] = {0, PNG_COLOR_TYPE_GRAY, 0, PNG_COLOR_TYPE_RGB,
                                 PNG_COLOR_TYPE_RGB_ALPHA};
    CN_TRY(make_rows(coder, image));
    if (setjmp(coder->failed) != 0)
        return result(coder);
    png_set_write_fn(coder->png, coder, write_bytes, flush);
    png_set_IHDR(coder->png, coder->info, (png_uint_32)image->width, (png_uint_32)image->height, 8,
                 types[image->channels], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(coder->png, coder->info);
    png_write_image(coder->png, coder->rows);
    png_write_end(coder->png, coder->info);
    return CN_OK;
}

cn_status cn_png_encode(const char *path, const cn_image *image, void **bytes, size_t *size)
{
    struct coder coder = {.path = path};
    coder.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &coder, fail, ignore);
    coder.info = coder.png == NULL ? NULL : png_create_info_struct(coder.png);
    cn_status status = coder.info == NULL ? CN_OUT_OF_MEMORY : encode(&coder, image);
    png_destroy_write_struct(&coder.png, &coder.info);
    cn_release(coder.rows);
    if (status == CN_OK) {
        *bytes = coder.made;
        *size = coder.size;
    } else {
        cn_release(coder.made);
    }
    return status;
}
