/* MelSpectrogram: y = 10 log10(|STFT(x)|^mag_exp M), M the weights of each frequency in each band,
 * x[N, T] -> y[N, bands, T']. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cornu/sounds.h"
#include "initializers/initializers.h"
#include "layers/categories.h"

static const cn_mel_spectrogram_args defaults = {CN_MEL_SPECTROGRAM_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_mel_spectrogram_args),
    CN_FIELD(cn_mel_spectrogram_args, fft_length, CN_FIELD_INT, 0),
    CN_FIELD(cn_mel_spectrogram_args, sequence_stride, CN_FIELD_INT, 0),
    CN_FIELD(cn_mel_spectrogram_args, sequence_length, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_OBJECT_FIELD(cn_mel_spectrogram_args, window, "window"),
    CN_FIELD(cn_mel_spectrogram_args, sampling_rate, CN_FIELD_INT, 0),
    CN_FIELD(cn_mel_spectrogram_args, num_mel_bins, CN_FIELD_INT, 0),
    CN_FIELD(cn_mel_spectrogram_args, min_freq, CN_FIELD_REAL, 0),
    CN_FIELD(cn_mel_spectrogram_args, max_freq, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_mel_spectrogram_args, power_to_db, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_mel_spectrogram_args, top_db, CN_FIELD_REAL, 0),
    CN_FIELD(cn_mel_spectrogram_args, mag_exp, CN_FIELD_REAL, 0),
    CN_FIELD(cn_mel_spectrogram_args, min_power, CN_FIELD_REAL, 0),
    CN_FIELD(cn_mel_spectrogram_args, ref_power, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static cn_status check_lengths(const cn_mel_spectrogram_args *args)
{
    CN_TRY(cn_check_positive("fft_length", args->fft_length));
    CN_TRY(cn_check_positive("sequence_stride", args->sequence_stride));
    CN_CHECK(args->fft_length >= 2, "fft_length must be 2 or more, got %" PRId64, args->fft_length);
    CN_CHECK(args->sequence_length == CN_NONE ||
                 (args->sequence_length > 0 && args->sequence_length <= args->fft_length),
             "sequence_length must be from 1 to fft_length, %" PRId64 ", got %" PRId64,
             args->fft_length, args->sequence_length);
    return CN_OK;
}

static cn_status check(const void *own)
{
    const cn_mel_spectrogram_args *args = own;
    CN_TRY(check_lengths(args));
    CN_CHECK(args->window == NULL || cn_window_is_list(args->window) ||
                 strcmp(args->window, "hann") == 0 || strcmp(args->window, "hamming") == 0,
             "window must be \"hann\", \"hamming\", a list of numbers or none, got \"%s\"",
             args->window);
    CN_TRY(cn_check_positive("sampling_rate", args->sampling_rate));
    CN_TRY(cn_check_positive("num_mel_bins", args->num_mel_bins));
    CN_CHECK(args->min_freq >= 0 && !(args->max_freq <= args->min_freq),
             "min_freq must be from 0 to max_freq, %g, got %g", args->max_freq, args->min_freq);
    CN_CHECK(!args->power_to_db || args->min_power > 0, "min_power must be positive, got %g",
             args->min_power);
    return CN_OK;
}

static int64_t window_length(const cn_mel_spectrogram_args *args)
{
    return args->sequence_length == CN_NONE ? args->fft_length : args->sequence_length;
}

/* Keeps the numbers of a window that is a list. */
static cn_status prepare(cn_layer *layer)
{
    const cn_mel_spectrogram_args *args = layer->args;
    const int64_t length = window_length(args);
    cn_arena memory = {0};
    if (!cn_window_is_list(args->window))
        return CN_OK;
    double *values = cn_arena_allocate(&memory, (size_t)length * sizeof *values);
    cn_status status = values == NULL ? cn_fail(CN_OUT_OF_MEMORY, "out of memory")
                                      : cn_window_values(args->window, true, length, values);
    if (status == CN_OK)
        status = cn_keep_numbers(layer, layer->state, "window", CN_FLOAT32, values, length);
    cn_arena_free(&memory);
    return status;
}

static void free_state(void *state)
{
    cn_variable_free(&((cn_kept_numbers *)state)->variable);
}

static cn_status check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n)
{
    (void)n;
    const cn_mel_spectrogram_args *args = layer->args;
    const cn_shape *shape = &inputs[0].shape;
    CN_CHECK(shape->rank == 1 || shape->rank == 2,
             "%s: takes signals of shape (batch, samples), got shape %s", layer->name,
             cn_shape_str(shape));
    const int64_t samples = shape->dim[shape->rank - 1];
    CN_CHECK(samples == CN_NONE || samples > args->fft_length / 2,
             "%s: the mirror image of half of fft_length, %" PRId64
             ", needs more samples than shape %s has",
             layer->name, args->fft_length, cn_shape_str(shape));
    return CN_OK;
}

static cn_status infer(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs)
{
    (void)n;
    const cn_mel_spectrogram_args *args = layer->args;
    cn_shape shape = inputs[0].shape;
    int64_t steps = shape.dim[shape.rank - 1];
    if (steps != CN_NONE)
        steps = (steps + args->fft_length / 2 * 2 - args->fft_length) / args->sequence_stride + 1;
    shape.dim[shape.rank - 1] = args->num_mel_bins;
    shape.dim[shape.rank++] = steps;
    outputs[0] = (cn_type){CN_FLOAT32, shape};
    *n_outputs = 1;
    return CN_OK;
}

/* ---- bands ----------------------------------------------------------------------------------- */

static double mel_of(double hertz)
{
    return 1127 * log1p(hertz / 700);
}

/* count numbers, begin + i step, along the axis of [frequencies, bands] that has so many. */
static cn_value emit_steps(cn_program *p, double begin, double step, cn_shape shape)
{
    const int64_t axis = shape.dim[0] == 1 ? 1 : 0;
    cn_value i = cn_emit_cast(p, cn_emit_iota(p, shape, axis), CN_FLOAT32);
    return cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, i, step), begin);
}

/* [frequencies, bands]: a band rises from the middle of the one before to its own and falls to that
 * of the next, along a line of mels. The first frequency, 0, is in none. */
static cn_value emit_bands(cn_program *p, const cn_mel_spectrogram_args *args)
{
    const double highest = isnan(args->max_freq) ? (double)(args->sampling_rate / 2)
                                                 : args->max_freq;
    const double begin = mel_of(args->min_freq);
    const double step = (mel_of(highest) - begin) / (double)(args->num_mel_bins + 1);
    const int64_t frequencies = args->fft_length / 2;
    const double hertz = (double)args->sampling_rate / 2 / (double)frequencies;
    cn_value mels = emit_steps(p, hertz / 700, hertz / 700, CN_SHAPE(frequencies, 1));
    mels = cn_emit_multiply_scalar(p, cn_emit_log1p(p, mels), 1127 / step);
    cn_value lower = emit_steps(p, begin / step, 1, CN_SHAPE(1, args->num_mel_bins));
    cn_value rising = cn_emit_subtract(p, mels, lower);
    cn_value falling = cn_emit_subtract_from(p, 2, rising);
    cn_value weights = cn_emit_maximum_scalar(p, cn_emit_minimum(p, rising, falling), 0);
    return cn_emit_pad(p, weights, CN_SHAPE(1, 0), CN_SHAPE(0, 0), 0);
}

/* ---- calling --------------------------------------------------------------------------------- */

static cn_value emit_window(const cn_call_frame *frame)
{
    const cn_mel_spectrogram_args *args = frame->layer->args;
    cn_kept_numbers *kept = frame->layer->state;
    if (cn_window_is_list(args->window))
        return cn_program_read(frame->program, &kept->variable);
    return args->window == NULL ? CN_NO_VALUE
                                : cn_emit_window(frame->program, args->window, window_length(args));
}

static cn_value emit_powers(const cn_call_frame *frame)
{
    const cn_mel_spectrogram_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_stft_arguments stft = {.sequence_length = window_length(args),
                                    .sequence_stride = args->sequence_stride,
                                    .fft_length = args->fft_length,
                                    .window = emit_window(frame),
                                    .center = true};
    cn_value imag, real = cn_emit_stft(p, frame->inputs[0], &stft, &imag);
    cn_value square = cn_emit_square(p, real);
    cn_value power = cn_emit_add(p, square, cn_emit_square(p, imag));
    if (args->mag_exp == 2)
        return power;
    cn_value magnitude = cn_emit_sqrt(p, power);
    return args->mag_exp == 1 ? magnitude : cn_emit_power_scalar(p, magnitude, args->mag_exp);
}

static cn_value emit_decibels(cn_program *p, const cn_mel_spectrogram_args *args, cn_value power)
{
    const double reference = 10 * log10(fmax(fabs(args->ref_power), args->min_power));
    cn_value log = cn_emit_log(p, cn_emit_maximum_scalar(p, power, args->min_power));
    cn_value decibels =
        cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, log, 10 / log1p(9)), -reference);
    cn_value largest = cn_emit_max(p, decibels, CN_ALL_AXES, false);
    return cn_emit_maximum(p, decibels, cn_emit_add_scalar(p, largest, -args->top_db));
}

static cn_status call(cn_call_frame *frame)
{
    const cn_mel_spectrogram_args *args = frame->layer->args;
    cn_program *p = frame->program;
    const cn_type type = *cn_type_of(p, frame->inputs[0]);
    CN_TRY(check_inputs(frame->layer, &type, 1));
    cn_value powers = emit_powers(frame);
    cn_value y = cn_emit_matmul(p, powers, emit_bands(p, args));
    if (args->power_to_db)
        y = emit_decibels(p, args, y);
    frame->outputs[0] = cn_emit_swap_axes(p, y, -1, -2);
    return p->status;
}

const cn_layer_class cn_mel_spectrogram_layer_class = {
    CN_LAYER_CLASS("MelSpectrogram", cn_mel_spectrogram_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .mixes_samples = true, /* by the largest of all */
    .state_size = sizeof(cn_kept_numbers),
    .free_state = free_state,
    .prepare = prepare,
    .check_inputs = check_inputs,
    .infer = infer,
    .call = call,
};

cn_layer *cn_mel_spectrogram_with(const cn_mel_spectrogram_args *args)
{
    return cn_layer_make(&cn_mel_spectrogram_layer_class, args);
}
