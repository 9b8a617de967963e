/* STFT: w[t, 0, f] = window[t] * cos(-2 pi t f / (2 (F - 1))) / scale, or sin for the imaginary
 * side: the kernel of a Conv1D that makes a short-time Fourier transform. Shape [T, 1, F], F the
 * frequencies from 0 up to half of all. */
#include <math.h>
#include <string.h>

#include "initializers/initializers.h"

static const double pi = 3.14159265358979323846;

/* "density": the window's length in the Euclidean norm; "spectrum": its sum. */
static double scale_of(const cn_stft_initializer_args *args, const double *window, int64_t length)
{
    double sum = 0, squares = 0;
    for (int64_t t = 0; t < length; t++) {
        sum += fabs(window[t]);
        squares += window[t] * window[t];
    }
    if (args->window == NULL || args->scaling == NULL)
        return 1;
    return strcmp(args->scaling, "density") == 0 ? sqrt(squares) : sum;
}

static void fill_side(const cn_stft_initializer_args *args, const double *window,
                      const cn_weight_fill *fill)
{
    const int64_t length = fill->shape->dim[0], frequencies = fill->shape->dim[2];
    const double scale = scale_of(args, window, length);
    const bool imaginary = strcmp(args->side, "imag") == 0;
    for (int64_t t = 0; t < length; t++)
        for (int64_t f = 0; f < frequencies; f++) {
            double angle = -pi * (double)(t * f) / (double)(frequencies - 1);
            double value = window[t] * (imaginary ? sin(angle) : cos(angle));
            fill->values[t * frequencies + f] = (float)(value / scale);
        }
}

static cn_status fill(const void *arguments, const cn_weight_fill *fill)
{
    const cn_stft_initializer_args *args = arguments;
    const cn_shape *shape = fill->shape;
    CN_CHECK(shape->rank == 3 && shape->dim[1] == 1 && shape->dim[2] >= 2,
             "STFT: the shape must be (time, 1, frequencies), with 2 frequencies or more, not %s",
             cn_shape_str(shape));
    cn_arena memory = {0};
    double *window = cn_arena_allocate(&memory, (size_t)shape->dim[0] * sizeof *window);
    cn_status status = window == NULL
                           ? cn_fail(CN_OUT_OF_MEMORY, "out of memory")
                           : cn_window_values(args->window, args->periodic, shape->dim[0], window);
    if (status == CN_OK)
        fill_side(args, window, fill);
    cn_arena_free(&memory);
    return status;
}

static cn_status check(const void *arguments)
{
    const cn_stft_initializer_args *args = arguments;
    CN_CHECK(args->side != NULL &&
                 (strcmp(args->side, "real") == 0 || strcmp(args->side, "imag") == 0),
             "STFT: side must be real or imag, not %s", args->side == NULL ? "absent" : args->side);
    cn_status status = cn_window_check(args->window);
    if (status != CN_OK)
        cn_fail_in("STFT");
    CN_TRY(status);
    CN_CHECK(args->scaling == NULL || strcmp(args->scaling, "density") == 0 ||
                 strcmp(args->scaling, "spectrum") == 0,
             "STFT: scaling must be density, spectrum or absent, not %s", args->scaling);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_stft_initializer_args, side, CN_FIELD_TEXT, 0),
    CN_OBJECT_FIELD(cn_stft_initializer_args, window, "window"),
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
