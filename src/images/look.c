/* An image seen turned, nearer, moved: each new pixel looks up its place in the old image. */
#include <math.h>
#include <string.h>

#include "images/images.h"

void cn_image_crop_to_ratio(cn_image *image, int64_t height, int64_t width)
{
    int64_t kept_height = image->width * height / width,
            kept_width = image->height * width / height;
    kept_height = kept_height < 1 ? 1 : kept_height < image->height ? kept_height : image->height;
    kept_width = kept_width < 1 ? 1 : kept_width < image->width ? kept_width : image->width;
    const int64_t top = (image->height - kept_height) / 2, left = (image->width - kept_width) / 2;
    for (int64_t y = 0; y < kept_height; y++)
        memmove(image->pixels + y * kept_width * image->channels,
                image->pixels + ((top + y) * image->width + left) * image->channels,
                (size_t)(kept_width * image->channels));
    image->height = kept_height;
    image->width = kept_width;
}

/* Mirrored at both ends: ... 1 0 0 1 2 ... n-1 n-1 n-2 ... */
static int64_t mirror(int64_t i, int64_t n)
{
    i %= 2 * n;
    i = i < 0 ? i + 2 * n : i;
    return i < n ? i : 2 * n - 1 - i;
}

/* Two places along an axis, and how near the second is. */
struct between {
    int64_t first, second;
    float share;
};

static struct between find(double at, int64_t n, bool smooth)
{
    const double low = smooth ? floor(at) : floor(at + 0.5);
    const int64_t first = (int64_t)low;
    return (struct between){mirror(first, n), mirror(first + 1, n), smooth ? (float)(at - low) : 0};
}

static void look_up(const cn_image *image, struct between row, struct between column, float *to)
{
    const int64_t channels = image->channels;
    const uint8_t *upper = image->pixels + row.first * image->width * channels,
                  *lower = image->pixels + row.second * image->width * channels;
    const int64_t left = column.first * channels, right = column.second * channels;
    for (int64_t c = 0; c < channels; c++) {
        const float top = (1 - column.share) * upper[left + c] + column.share * upper[right + c],
                    bottom = (1 - column.share) * lower[left + c] + column.share * lower[right + c];
        to[c] = (1 - row.share) * top + row.share * bottom;
    }
}

const cn_image_view cn_image_whole_view = {.matrix = {{1, 0}, {0, 1}}, .smooth = true};

void cn_image_look(const cn_image *image, const cn_image_view *view, int64_t height, int64_t width,
                   float *to)
{
    for (int64_t i = 0; i < height; i++)
        for (int64_t k = 0; k < width; k++, to += image->channels) {
            const double v = ((double)i + 0.5) / (double)height - 0.5,
                         u = ((double)k + 0.5) / (double)width - 0.5;
            const double y = view->matrix[0][0] * v + view->matrix[0][1] * u + view->shift[0],
                         x = view->matrix[1][0] * v + view->matrix[1][1] * u + view->shift[1];
            look_up(image,
                    find((y + 0.5) * (double)image->height - 0.5, image->height, view->smooth),
                    find((x + 0.5) * (double)image->width - 0.5, image->width, view->smooth), to);
        }
}
