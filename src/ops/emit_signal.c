/* Emitting the ops on signals: Fourier transforms, of windows too. */
#include <math.h>
#include <string.h>

#include "ops/emit.h"

cn_value cn_emit_rfft(cn_program *p, cn_value x, cn_value *imaginary)
{
    cn_value number = cn_emit_cast(p, x, CN_FLOAT32);
    cn_value real = number == CN_NO_VALUE ? CN_NO_VALUE
                                          : cn_program_append(p, &cn_op_rfft, NULL, &number, 1);
    *imaginary = real == CN_NO_VALUE ? CN_NO_VALUE : real + 1;
    return real;
}

cn_value cn_emit_frames(cn_program *p, cn_value x, int64_t length, int64_t step)
{
    const cn_frames_attributes attributes = {.length = length, .step = step};
    return x == CN_NO_VALUE ? x : cn_program_append(p, &cn_op_frames, &attributes, &x, 1);
}

cn_value cn_emit_overlap_add(cn_program *p, cn_value x, int64_t step, int64_t size)
{
    const cn_frames_attributes attributes = {.step = step, .size = size};
    return x == CN_NO_VALUE ? x : cn_program_append(p, &cn_op_overlap_add, &attributes, &x, 1);
}

/* ---- windows --------------------------------------------------------------------------------- */

/* a - (1 - a) cos(2 pi t / length), t < length. */
cn_value cn_emit_window(cn_program *p, const char *window, int64_t length)
{
    const double a = strcmp(window, "hann") == 0 ? 0.5 : 0.54;
    cn_value t = cn_emit_cast(p, cn_emit_iota(p, CN_SHAPE(length), 0), CN_FLOAT32);
    cn_value cosine = cn_emit_cos(p, cn_emit_multiply_scalar(p, t, 2 * acos(-1) / (double)length));
    return cn_emit_add_scalar(p, cn_emit_multiply_scalar(p, cosine, a - 1), a);
}

/* x with `more` elements at both ends of the last axis, its mirror image. */
static cn_value emit_reflected(cn_program *p, cn_value x, int64_t more)
{
    if (x == CN_NO_VALUE || more == 0)
        return x;
    const cn_shape shape = *cn_shape_of(p, x);
    const int64_t last = shape.rank - 1, size = shape.dim[last];
    cn_shape start = {.rank = shape.rank}, count = shape, step = start;
    for (int64_t i = 0; i < last; i++)
        step.dim[i] = 1;
    step.dim[last] = -1, count.dim[last] = more, start.dim[last] = more;
    cn_value parts[3] = {cn_emit_slice(p, x, start, count, step), x};
    start.dim[last] = size - 2;
    parts[2] = cn_emit_slice(p, x, start, count, step);
    return cn_emit_concatenate(p, parts, 3, last);
}

cn_value cn_emit_stft(cn_program *p, cn_value x, const cn_stft_arguments *stft, cn_value *imaginary)
{
    const int64_t length = stft->sequence_length, all = stft->fft_length;
    cn_value signal = cn_emit_cast(p, x, CN_FLOAT32);
    if (stft->center)
        signal = emit_reflected(p, signal, all / 2);
    cn_value frames = cn_emit_frames(p, signal, all, stft->sequence_stride);
    if (stft->window != CN_NO_VALUE) {
        cn_value window = cn_emit_pad(p, stft->window, CN_SHAPE((all - length) / 2),
                                      CN_SHAPE(all - length - (all - length) / 2), 0);
        frames = cn_emit_multiply(p, frames, window);
    }
    return cn_emit_rfft(p, frames, imaginary);
}
