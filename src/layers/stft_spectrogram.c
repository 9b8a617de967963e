/* STFTSpectrogram: the short-time Fourier transform of signals, by convolutions with two kernels:
 * power = real^2 + imag^2, x[N, T, C] -> y[N, T', C F]. */
#include <inttypes.h>
#include <string.h>

#include "cornu/sounds.h"
#include "initializers/initializers.h"
#include "layers/convolution.h"

static const double epsilon = 1e-7;

static const cn_stft_spectrogram_args defaults = {CN_STFT_SPECTROGRAM_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_stft_spectrogram_args),
    CN_FIELD(cn_stft_spectrogram_args, mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_stft_spectrogram_args, frame_length, CN_FIELD_INT, 0),
    CN_FIELD(cn_stft_spectrogram_args, frame_step, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_stft_spectrogram_args, fft_length, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_OBJECT_FIELD(cn_stft_spectrogram_args, window, "window"),
    CN_FIELD(cn_stft_spectrogram_args, periodic, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_stft_spectrogram_args, scaling, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_stft_spectrogram_args, padding, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_stft_spectrogram_args, data_format, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_stft_spectrogram_args, expand_dims, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

/* ---- arguments ------------------------------------------------------------------------------- */

static bool is(const cn_stft_spectrogram_args *args, const char *mode)
{
    return strcmp(args->mode, mode) == 0;
}

static cn_status check_mode(const char *mode)
{
    static const char *const modes[] = {"log",  "magnitude", "psd",  "real",
                                        "imag", "angle",     "stft", NULL};
    size_t i = 0;
    while (mode != NULL && modes[i] != NULL && strcmp(modes[i], mode) != 0)
        i++;
    CN_CHECK(modes[i] != NULL && mode != NULL,
             "mode must be \"log\", \"magnitude\", \"psd\", \"real\", \"imag\", \"angle\" or "
             "\"stft\", got \"%s\"",
             mode == NULL ? "NULL" : mode);
    return CN_OK;
}

/* The window of samples and its steps, as a convolution of one axis. size and step are written
 * there. */
static cn_convolution windows_of(const cn_stft_spectrogram_args *args, int64_t size[CN_MAX_RANK],
                                 int64_t step[CN_MAX_RANK])
{
    static const int64_t one[CN_MAX_RANK] = {1};
    size[0] = args->frame_length;
    step[0] = args->frame_step == CN_NONE ? args->frame_length / 2 : args->frame_step;
    return (cn_convolution){1, size, step, one, args->padding, args->data_format};
}

static int64_t fft_length_of(const cn_stft_spectrogram_args *args)
{
    int64_t length = 1;
    while (length < args->frame_length)
        length *= 2;
    return args->fft_length == CN_NONE ? length : args->fft_length;
}

static int64_t frequencies_of(const cn_stft_spectrogram_args *args)
{
    return fft_length_of(args) / 2 + 1;
}

static cn_status check(const void *own)
{
    const cn_stft_spectrogram_args *args = own;
    int64_t size[CN_MAX_RANK] = {0}, step[CN_MAX_RANK] = {0};
    CN_TRY(check_mode(args->mode));
    CN_CHECK(args->frame_length >= 2, "frame_length must be 2 or more, got %" PRId64,
             args->frame_length);
    CN_TRY(cn_check_positive("frame_length", args->frame_length));
    CN_CHECK(args->frame_step == CN_NONE ||
                 (args->frame_step > 0 && args->frame_step <= args->frame_length),
             "frame_step must be from 1 to frame_length, %" PRId64 ", got %" PRId64,
             args->frame_length, args->frame_step);
    CN_CHECK(args->fft_length == CN_NONE || args->fft_length >= args->frame_length,
             "fft_length must not be less than frame_length, %" PRId64 ", got %" PRId64,
             args->frame_length, args->fft_length);
    CN_TRY(cn_check_positive("fft_length", fft_length_of(args)));
    CN_CHECK(args->padding == NULL || strcmp(args->padding, "causal") != 0,
             "padding must be \"valid\" or \"same\", got \"causal\"");
    const cn_convolution c = windows_of(args, size, step);
    return cn_convolution_check(&c);
}

/* The kernels' first values, which refuse what they cannot have. */
static const char *initializer_of(const cn_stft_spectrogram_args *args, const char *side)
{
    return cn_stft_initializer(side, .window = args->window, .scaling = args->scaling,
                               .periodic = args->periodic);
}

static cn_status prepare(cn_layer *layer)
{
    const cn_stft_spectrogram_args *args = layer->args;
    cn_arena memory = {0};
    double *values = cn_arena_allocate(&memory, (size_t)args->frame_length * sizeof *values);
    cn_status status =
        values == NULL ? cn_fail(CN_OUT_OF_MEMORY, "out of memory")
                       : cn_window_values(args->window, args->periodic, args->frame_length, values);
    cn_arena_free(&memory);
    CN_TRY(status);
    return initializer_of(args, "real") == NULL ? cn_error_status() : CN_OK;
}

/* ---- shapes ---------------------------------------------------------------------------------- */

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    int64_t size[CN_MAX_RANK] = {0}, step[CN_MAX_RANK] = {0};
    const cn_convolution c = windows_of(layer->args, size, step);
    CN_TRY(cn_check_rank(layer, &inputs[0].shape, 3));
    CN_CHECK(inputs[0].dtype == CN_FLOAT32, "%s: takes float32, got %s", layer->name,
             cn_dtype_name(inputs[0].dtype));
    CN_CHECK(cn_convolution_channels(&c, &inputs[0].shape) != CN_NONE,
             "%s: needs to know the channels of its input, got shape %s", layer->name,
             cn_shape_str(&inputs[0].shape));
    return cn_convolution_check_windows(layer, &c, &inputs[0].shape);
}

static cn_status build(cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)inputs, (void)n;
    const cn_stft_spectrogram_args *args = layer->args;
    static const char *const sides[] = {"real", "imag"};
    for (int i = 0; i < 2; i++) {
        if (is(args, sides[1 - i]))
            continue;
        const char *initializer = initializer_of(args, sides[i]);
        CN_CHECK_MEMORY(initializer);
        CN_TRY(cn_layer_add_weight(
            layer,
            &(cn_weight_args){.name = i == 0 ? "real_kernel" : "imag_kernel",
                              .shape = CN_SHAPE(args->frame_length, 1, frequencies_of(args)),
                              .initializer = initializer},
            NULL));
    }
    return CN_OK;
}

static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_stft_spectrogram_args *args = layer->args;
    int64_t size[CN_MAX_RANK] = {0}, step[CN_MAX_RANK] = {0};
    const cn_convolution c = windows_of(args, size, step);
    const int64_t channels = cn_convolution_channels(&c, &inputs[0].shape);
    const int64_t told = frequencies_of(args) * (is(args, "stft") ? 2 : 1);
    outputs[0] = cn_convolution_output(&c, &inputs[0], channels * told);
    *n_outputs = 1;
    if (!args->expand_dims)
        return CN_OK;
    const cn_shape *flat = &outputs[0].shape;
    outputs[0].shape = cn_channels_first(args->data_format)
                           ? CN_SHAPE(flat->dim[0], channels, flat->dim[2], told)
                           : CN_SHAPE(flat->dim[0], flat->dim[1], told, channels);
    return CN_OK;
}

/* ---- calling --------------------------------------------------------------------------------- */

/* x[N, T, C] or [N, C, T] as signals of one channel, [N C, T, 1]. */
static cn_value part_channels(const cn_call_frame *frame, const cn_shape *x)
{
    const bool first =
        cn_channels_first(((const cn_stft_spectrogram_args *)frame->layer->args)->data_format);
    cn_value apart = first ? frame->inputs[0]
                           : cn_emit_transpose(frame->program, frame->inputs[0], CN_SHAPE(0, 2, 1));
    return cn_emit_reshape(
        frame->program, apart,
        CN_SHAPE(x->dim[0] * (first ? x->dim[1] : x->dim[2]), first ? x->dim[2] : x->dim[1], 1));
}

/* Twice what lies between the first and the last frequency of y[..., F]. */
static cn_value emit_density(cn_program *p, cn_value power)
{
    const cn_shape shape = *cn_shape_of(p, power);
    const int64_t last = shape.rank - 1;
    cn_shape around = {.rank = shape.rank};
    around.dim[last] = 1;
    cn_value middle = cn_emit_slice_axis(p, power, last, 1, shape.dim[last] - 2);
    return cn_emit_add(p, power, cn_emit_pad(p, middle, around, around, 0));
}

static cn_value emit_mode(cn_program *p, const cn_stft_spectrogram_args *args, cn_value real,
                          cn_value imag)
{
    if (is(args, "real") || is(args, "imag"))
        return is(args, "real") ? real : imag;
    if (is(args, "angle"))
        return cn_emit_arctan2(p, imag, real);
    if (is(args, "stft"))
        return cn_emit_concatenate(p, (const cn_value[]){real, imag}, 2, 2);
    cn_value square = cn_emit_square(p, real);
    cn_value power = cn_emit_add(p, square, cn_emit_square(p, imag));
    if (is(args, "psd"))
        return p->status == CN_OK ? emit_density(p, power) : CN_NO_VALUE;
    cn_value size = cn_emit_sqrt(p, cn_emit_maximum_scalar(p, power, epsilon));
    return is(args, "log") ? cn_emit_log(p, cn_emit_maximum_scalar(p, size, epsilon)) : size;
}

/* y[N C, T', F] as the layer's output. */
static cn_value join_channels(cn_program *p, const cn_stft_spectrogram_args *args, cn_value y,
                              int64_t channels)
{
    const cn_shape shape = *cn_shape_of(p, y);
    const int64_t n = shape.dim[0] / channels, steps = shape.dim[1], told = shape.dim[2];
    const bool first = cn_channels_first(args->data_format);
    cn_value apart = cn_emit_reshape(p, y, CN_SHAPE(n, channels, steps, told));
    if (args->expand_dims)
        return first ? apart : cn_emit_transpose(p, apart, CN_SHAPE(0, 2, 3, 1));
    if (first)
        return cn_emit_reshape(p, cn_emit_transpose(p, apart, CN_SHAPE(0, 1, 3, 2)),
                               CN_SHAPE(n, channels * told, steps));
    return cn_emit_reshape(p, cn_emit_transpose(p, apart, CN_SHAPE(0, 2, 1, 3)),
                           CN_SHAPE(n, steps, channels * told));
}

static cn_status call(cn_call_frame *frame)
{
    const cn_stft_spectrogram_args *args = frame->layer->args;
    cn_program *p = frame->program;
    int64_t size[CN_MAX_RANK] = {0}, step[CN_MAX_RANK] = {0};
    cn_convolution c = windows_of(args, size, step);
    const cn_type type = *cn_type_of(p, frame->inputs[0]);
    CN_TRY(check_inputs(frame->layer, &type, 1));
    cn_value x = part_channels(frame, &type.shape), sides[2] = {CN_NO_VALUE, CN_NO_VALUE};
    CN_TRY(p->status);
    const cn_conv_attributes attributes = cn_convolution_attributes(&c, cn_shape_of(p, x), 1);
    for (int i = 0, weight = 0; i < 2; i++)
        if (!is(args, i == 0 ? "imag" : "real"))
            sides[i] = cn_emit_conv(p, x, cn_call_weight(frame, weight++), &attributes);
    cn_value y = emit_mode(p, args, sides[0], sides[1]);
    CN_TRY(p->status);
    frame->outputs[0] = join_channels(p, args, y, cn_convolution_channels(&c, &type.shape));
    return p->status;
}

const cn_layer_class cn_stft_spectrogram_layer_class = {
    CN_LAYER_CLASS("STFTSpectrogram", cn_stft_spectrogram_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .prepare = prepare,
    .check_inputs = check_inputs,
    .build = build,
    .infer = infer,
    .call = call,
};

cn_layer *cn_stft_spectrogram_with(const cn_stft_spectrogram_args *args)
{
    return cn_layer_make(&cn_stft_spectrogram_layer_class, args);
}
