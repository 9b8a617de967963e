/* STFT: w[t, 0, f] = window[t] * cos(-2 pi t f / (2 (F - 1))) / scale, or sin for the imaginary
 * side: the kernel of a Conv1D that makes a short-time Fourier transform. Shape [T, 1, F], F the
 * frequencies from 0 up to half of all. */
#include <math.h>
#include <string.h>

#include "initializers/initializers.h"

static const double pi = 3.14159265358979323846;

/* A sum of cosines with these coefficients is the window. */
struct window {
    const char *name;
    double constant, first, second;
};

static const struct window windows[] = {
    {"hann", 0.5, -0.5, 0},   {"hamming", 0.54, -0.46, 0}, {"blackman", 0.42, -0.5, 0.08},
    {"rectangular", 1, 0, 0}, {"boxcar", 1, 0, 0},         {NULL, 1, 0, 0},
};

static const struct window *find_window(const char *name)
{
    const struct window *window = windows;
    while (window->name != NULL && (name == NULL || strcmp(window->name, name) != 0))
        window++;
    return window;
}

static double window_at(const struct window *window, int64_t t, int64_t length, bool periodic)
{
    double period = (double)(periodic ? length : length - 1);
    double angle = period == 0 ? pi : 2 * pi * (double)t / period;
    return window->constant + window->first * cos(angle) + window->second * cos(2 * angle);
}

/* "density": the window's length in the Euclidean norm; "spectrum": its sum. */
static double scale_of(const cn_stft_initializer_args *args, const struct window *window,
                       int64_t length)
{
    double sum = 0, squares = 0;
    for (int64_t t = 0; t < length; t++) {
        double value = window_at(window, t, length, args->periodic);
        sum += fabs(value);
        squares += value * value;
    }
    if (args->window == NULL || args->scaling == NULL)
        return 1;
    return strcmp(args->scaling, "density") == 0 ? sqrt(squares) : sum;
}

static cn_status fill(const void *arguments, const cn_weight_fill *fill)
{
    const cn_stft_initializer_args *args = arguments;
    const cn_shape *shape = fill->shape;
    CN_CHECK(shape->rank == 3 && shape->dim[1] == 1 && shape->dim[2] >= 2,
             "STFT: the shape must be (time, 1, frequencies), with 2 frequencies or more, not %s",
             cn_shape_str(shape));
    int64_t length = shape->dim[0], frequencies = shape->dim[2];
    const struct window *window = find_window(args->window);
    double scale = scale_of(args, window, length);
    bool imaginary = strcmp(args->side, "imag") == 0;
    for (int64_t t = 0; t < length; t++)
        for (int64_t f = 0; f < frequencies; f++) {
            double angle = -pi * (double)(t * f) / (double)(frequencies - 1);
            double value = window_at(window, t, length, args->periodic) *
                           (imaginary ? sin(angle) : cos(angle));
            fill->values[t * frequencies + f] = (float)(value / scale);
        }
    return CN_OK;
}

static cn_status check(const void *arguments)
{
    const cn_stft_initializer_args *args = arguments;
    CN_CHECK(args->side != NULL &&
                 (strcmp(args->side, "real") == 0 || strcmp(args->side, "imag") == 0),
             "STFT: side must be real or imag, not %s", args->side == NULL ? "absent" : args->side);
    CN_CHECK(args->window == NULL || find_window(args->window)->name != NULL,
             "STFT: window must be hann, hamming, blackman, rectangular or absent, not %s",
             args->window);
    CN_CHECK(args->scaling == NULL || strcmp(args->scaling, "density") == 0 ||
                 strcmp(args->scaling, "spectrum") == 0,
             "STFT: scaling must be density, spectrum or absent, not %s", args->scaling);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_stft_initializer_args, side, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_stft_initializer_args, window, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_stft_initializer_args, periodic, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_stft_initializer_args, scaling, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"STFTInitializer", NULL};
static const cn_stft_initializer_args defaults = {CN_STFT_INITIALIZER_DEFAULTS};

const cn_initializer_class cn_initializer_STFT = {
    .base = {CN_INITIALIZER("STFT"), .aliases = aliases, .fields = fields,
             .args_size = sizeof defaults, .defaults = &defaults, .check = check},
    .fill = fill,
};

const char *cn_stft_initializer_with(const cn_stft_initializer_args *args)
{
    return cn_object_text(&cn_initializer_STFT.base, args);
}
