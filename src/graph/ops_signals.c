/* Operations that transform signals. A complex tensor is two: its
 * real and its imaginary part. */
#include "cornu/signal_ops.h"

#include <math.h>
#include <string.h>

#include "graph/draw.h"
#include "ops/emit.h"
#include "ops/fourier.h"

typedef struct complex_value {
    cn_value re, im;
} complex_value;

/* ---- shapes ---------------------------------------------------------------------------------- */

static int64_t rank_of(cn_program *p, cn_value x)
{
    return x == CN_NO_VALUE ? 0 : cn_shape_of(p, x)->rank;
}

static int64_t last_of(cn_program *p, cn_value x)
{
    const int64_t rank = rank_of(p, x);
    return rank == 0 ? 0 : cn_shape_of(p, x)->dim[rank - 1];
}

/* The last axis with so many elements, of which the last are left out, or zeros. */
static cn_value fitted(cn_program *p, cn_value x, int64_t size)
{
    const int64_t rank = rank_of(p, x), length = last_of(p, x);
    cn_shape before = {.rank = rank}, after = before;
    if (length >= size)
        return cn_emit_slice_axis(p, x, -1, 0, size);
    after.dim[rank - 1] = size - length;
    return cn_emit_pad(p, x, before, after, 0);
}

/* Elements of the last axis from one downwards. */
static cn_value downwards(cn_program *p, cn_value x, int64_t from, int64_t count)
{
    const int64_t last = rank_of(p, x) - 1;
    if (x == CN_NO_VALUE)
        return x;
    cn_shape size = *cn_shape_of(p, x), start = {.rank = size.rank}, step = start;
    for (int64_t i = 0; i <= last; i++)
        step.dim[i] = i == last ? -1 : 1;
    start.dim[last] = from;
    size.dim[last] = count;
    return cn_emit_slice(p, x, start, size, step);
}

/* ---- transforms of rows ---------------------------------------------------------------------- */

/* All n numbers of the transform of real rows: those of the second half are the conjugates. */
static complex_value whole_transform(cn_program *p, cn_value x)
{
    const int64_t n = last_of(p, x), half = (n - 1) / 2;
    complex_value y;
    y.re = cn_emit_rfft(p, x, &y.im);
    if (half < 1 || p->status != CN_OK)
        return y;
    const cn_value re[] = {y.re, downwards(p, y.re, half, half)};
    const cn_value turned = downwards(p, y.im, half, half);
    const cn_value im[] = {y.im, cn_emit_negative(p, turned)};
    y.re = cn_emit_concatenate(p, re, 2, -1);
    y.im = cn_emit_concatenate(p, im, 2, -1);
    return y;
}

/* Of complex rows: that of the real part and i times that of the imaginary part. */
static complex_value transform(cn_program *p, complex_value x)
{
    const complex_value a = whole_transform(p, x.re), b = whole_transform(p, x.im);
    complex_value y = {cn_emit_subtract(p, a.re, b.im), CN_NO_VALUE};
    y.im = cn_emit_add(p, a.im, b.re);
    return y;
}

/* Real rows of n numbers of which these are the first n/2 + 1 of the transform. */
static cn_value real_inverse(cn_program *p, complex_value x, int64_t n)
{
    const cn_fourier_attributes attributes = {n};
    const int64_t bins = n / 2 + 1;
    cn_value operands[] = {fitted(p, x.re, bins), fitted(p, x.im, bins)};
    cn_value bin = cn_emit_iota(p, CN_SHAPE(bins), 0);
    cn_value once = cn_emit_equal_scalar(p, bin, 0);
    if (n % 2 == 0)
        once = cn_emit_logical_or(p, once, cn_emit_equal_scalar(p, bin, (double)(n / 2)));
    cn_value often = cn_emit_scalar(p, 2.0 / (double)n);
    cn_value weight = cn_emit_where(p, once, cn_emit_scalar(p, 1.0 / (double)n), often);
    for (int i = 0; i < 2; i++)
        operands[i] = cn_emit_multiply(p, operands[i], weight);
    return cn_program_append(p, &cn_op_rfft_gradient, &attributes, operands, 2);
}

/* Fails if the two are not of one shape, or have no axis. */
static complex_value parts_of(cn_program *p, const cn_operation_class *class,
                              const cn_value *inputs)
{
    const cn_value re = cn_emit_cast(p, inputs[0], CN_FLOAT32);
    const cn_value im = cn_emit_cast(p, inputs[1], CN_FLOAT32);
    if (re != CN_NO_VALUE && im != CN_NO_VALUE &&
        (rank_of(p, re) == 0 || !cn_shape_equal(cn_shape_of(p, re), cn_shape_of(p, im))))
        (void)cn_refuse(p, class, "takes a real and an imaginary part of one shape, got %s and %s",
                        cn_shape_str(cn_shape_of(p, re)), cn_shape_str(cn_shape_of(p, im)));
    return p->status == CN_OK ? (complex_value){re, im} : (complex_value){CN_NO_VALUE, CN_NO_VALUE};
}

/* ---- operations ------------------------------------------------------------------------------ */

CN_EMIT_SEVERAL(emit_fft)
{
    (void)args, (void)n;
    const complex_value x = parts_of(p, class, inputs);
    if (p->status != CN_OK)
        return 0;
    const complex_value y = transform(p, x);
    outputs[0] = y.re;
    outputs[1] = y.im;
    return 2;
}

/* Over the last two axes; the inverse is the conjugate of the conjugate's transform, divided. */
CN_EMIT_SEVERAL(emit_fft2)
{
    const bool inverse = class == &cn_operation_ifft2;
    complex_value x = parts_of(p, class, inputs);
    (void)args, (void)n;
    if (rank_of(p, x.re) < 2) {
        (void)cn_refuse(p, class, "takes tensors of two axes or more");
        return 0;
    }
    const int64_t count = last_of(p, x.re) * cn_shape_of(p, x.re)->dim[rank_of(p, x.re) - 2];
    if (inverse)
        x.im = cn_emit_negative(p, x.im);
    for (int i = 0; i < 2; i++) {
        x = transform(p, x);
        x.re = cn_emit_swap_axes(p, x.re, -1, -2);
        x.im = cn_emit_swap_axes(p, x.im, -1, -2);
    }
    outputs[0] = inverse ? cn_emit_multiply_scalar(p, x.re, 1.0 / (double)count) : x.re;
    outputs[1] = inverse ? cn_emit_multiply_scalar(p, x.im, -1.0 / (double)count) : x.im;
    return 2;
}

/* args->number is how many numbers are transformed, or come of it; CN_NONE: those that there
 * are. */
static bool check_length(cn_program *p, const cn_operation_class *class,
                         const cn_operation_args *args)
{
    if (args->number == 0 || args->number < CN_NONE || args->number > CN_FOURIER_MOST)
        (void)cn_refuse(p, class, "fft_length must be from 1 to %d", CN_FOURIER_MOST);
    return p->status == CN_OK;
}

CN_EMIT_SEVERAL(emit_rfft)
{
    cn_value x = cn_emit_cast(p, inputs[0], CN_FLOAT32);
    (void)n;
    if (!check_length(p, class, args))
        return 0;
    outputs[0] = cn_emit_rfft(p, args->number < 0 ? x : fitted(p, x, args->number), &outputs[1]);
    return 2;
}

CN_EMIT(emit_irfft)
{
    const complex_value x = parts_of(p, class, inputs);
    (void)n;
    if (p->status != CN_OK || !check_length(p, class, args))
        return CN_NO_VALUE;
    const int64_t length = args->number < 0 ? 2 * (last_of(p, x.re) - 1) : args->number;
    if (length < 1)
        return cn_refuse(p, class, "fft_length must be said of one number");
    return real_inverse(p, x, length);
}

/* The numbers of args->shape are length and stride of the windows, and how many numbers of each are
 * transformed; keepdims stands for "center". */
static bool check_windows(cn_program *p, const cn_operation_class *class,
                          const cn_operation_args *args)
{
    const int64_t *numbers = args->shape.dim;
    const bool known = args->dtype == NULL || strcmp(args->dtype, "hann") == 0 ||
                       strcmp(args->dtype, "hamming") == 0;
    if (numbers[0] < 1 || numbers[1] < 1 || numbers[1] > CN_FOURIER_MOST ||
        numbers[2] < numbers[0] || numbers[2] > CN_FOURIER_MOST)
        (void)cn_refuse(p, class,
                        "sequence_length and sequence_stride must be positive, and fft_length not "
                        "less than the first");
    else if (!known)
        (void)cn_refuse(p, class, "window must be \"hann\" or \"hamming\", got \"%.20s\"",
                        args->dtype);
    return p->status == CN_OK;
}

CN_EMIT_SEVERAL(emit_stft)
{
    (void)n;
    if (!check_windows(p, class, args))
        return 0;
    cn_value x = cn_emit_cast(p, inputs[0], CN_FLOAT32);
    const int64_t *numbers = args->shape.dim;
    const cn_stft_arguments stft = {
        .sequence_length = numbers[0],
        .sequence_stride = numbers[1],
        .fft_length = numbers[2],
        .window = args->dtype == NULL ? CN_NO_VALUE : cn_emit_window(p, args->dtype, numbers[0]),
        .center = args->keepdims};
    outputs[0] = cn_emit_stft(p, x, &stft, &outputs[1]);
    return 2;
}

/* Windows brought back, times the window, added up and divided by the sum of its squares. Without a
 * window that is ones, and Keras scales by what it calls their sum over the stride. */
CN_EMIT(emit_istft)
{
    (void)n;
    if (!check_windows(p, class, args))
        return CN_NO_VALUE;
    const int64_t length = args->shape.dim[0], stride = args->shape.dim[1],
                  all = args->shape.dim[2];
    cn_value frames = real_inverse(p, parts_of(p, class, inputs), all);
    if (rank_of(p, frames) < 2)
        return cn_refuse(p, class, "takes tensors of two axes or more");
    const int64_t count = cn_shape_of(p, frames)->dim[rank_of(p, frames) - 2];
    const int64_t size = all + stride * (count - 1), start = args->keepdims ? all / 2 : 0;
    cn_value window = CN_NO_VALUE;
    if (args->dtype == NULL) {
        window = cn_emit_full(p, 1, CN_FLOAT32, CN_SHAPE(all));
        frames = cn_emit_multiply_scalar(p, frames, (double)all / (double)stride);
    } else {
        window = cn_emit_pad(p, cn_emit_window(p, args->dtype, length),
                             CN_SHAPE((all - length) / 2),
                             CN_SHAPE(all - length - (all - length) / 2), 0);
    }
    cn_value sum = cn_emit_overlap_add(p, cn_emit_multiply(p, frames, window), stride, size);
    cn_value squares = cn_emit_broadcast_to(p, cn_emit_square(p, window), CN_SHAPE(count, all));
    squares = cn_emit_overlap_add(p, squares, stride, size);
    cn_value some = cn_emit_greater_scalar(p, squares, 1e-10);
    sum = cn_emit_divide(p, sum, cn_emit_where(p, some, squares, cn_emit_scalar(p, 1)));
    int64_t end = args->keepdims ? size - start : size;
    if (args->number >= 0)
        end = args->number < size - start ? start + args->number : size;
    return cn_emit_slice_axis(p, sum, -1, start, end - start);
}

/* ---- classes --------------------------------------------------------------------------------- */

#define WINDOWS                                                                                    \
    CN_OPERATION_FIELD("sequence_length", shape.dim[0], CN_FIELD_INT, 0),                          \
        CN_OPERATION_FIELD("sequence_stride", shape.dim[1], CN_FIELD_INT, 0),                      \
        CN_OPERATION_FIELD("fft_length", shape.dim[2], CN_FIELD_INT, 0),                           \
        CN_OPERATION_FIELD("window", dtype, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),                     \
        CN_OPERATION_FIELD("center", keepdims, CN_FIELD_BOOL, 0)
static const cn_field length_fields[] = {
    CN_OPERATION_FIELD("fft_length", number, CN_FIELD_INT, CN_FIELD_OPTIONAL), CN_END_FIELDS};
static const cn_field stft_fields[] = {WINDOWS, CN_END_FIELDS};
static const cn_field istft_fields[] = {
    WINDOWS, CN_OPERATION_FIELD("length", number, CN_FIELD_INT, CN_FIELD_OPTIONAL), CN_END_FIELDS};

const cn_operation_class cn_operation_fft = {
    CN_OPERATION("fft", "FFT", "math", cn_no_operation_fields, 2, 2), .emit_several = emit_fft,
    .takes_list = true};
const cn_operation_class cn_operation_fft2 = {
    CN_OPERATION("fft2", "FFT2", "math", cn_no_operation_fields, 2, 2), .emit_several = emit_fft2,
    .takes_list = true};
const cn_operation_class cn_operation_ifft2 = {
    CN_OPERATION("ifft2", "IFFT2", "math", cn_no_operation_fields, 2, 2), .emit_several = emit_fft2,
    .takes_list = true};
const cn_operation_class cn_operation_rfft = {
    CN_OPERATION("rfft", "RFFT", "math", length_fields, 1, 1), .emit_several = emit_rfft};
const cn_operation_class cn_operation_irfft = {
    CN_OPERATION("irfft", "IRFFT", "math", length_fields, 2, 2), .emit = emit_irfft,
    .takes_list = true};
const cn_operation_class cn_operation_stft = {
    CN_OPERATION("stft", "STFT", "math", stft_fields, 1, 1), .emit_several = emit_stft};
const cn_operation_class cn_operation_istft = {
    CN_OPERATION("istft", "ISTFT", "math", istft_fields, 2, 2), .emit = emit_istft,
    .takes_list = true};

/* ---- in C ------------------------------------------------------------------------------------ */

static cn_tensors of_complex(const cn_operation_class *class, cn_tensor *real, cn_tensor *imag)
{
    cn_tensor *const inputs[] = {real, imag};
    return cn_operation_outputs(class, NULL, inputs, 2);
}

cn_tensors cn_ops_fft(cn_tensor *real, cn_tensor *imag)
{
    return of_complex(&cn_operation_fft, real, imag);
}
cn_tensors cn_ops_fft2(cn_tensor *real, cn_tensor *imag)
{
    return of_complex(&cn_operation_fft2, real, imag);
}
cn_tensors cn_ops_ifft2(cn_tensor *real, cn_tensor *imag)
{
    return of_complex(&cn_operation_ifft2, real, imag);
}

cn_tensors cn_ops_rfft_with(const cn_ops_rfft_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.number = from->fft_length;
    return cn_operation_several(&cn_operation_rfft, &args, from->x);
}

cn_tensor *cn_ops_irfft_with(const cn_ops_irfft_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {from->real, from->imag};
    args.number = from->fft_length;
    return cn_operation(&cn_operation_irfft, &args, inputs, 2);
}

cn_tensors cn_ops_stft_with(const cn_ops_stft_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.shape = CN_SHAPE(from->sequence_length, from->sequence_stride, from->fft_length);
    args.dtype = from->window;
    args.keepdims = from->center;
    return cn_operation_several(&cn_operation_stft, &args, from->x);
}

cn_tensor *cn_ops_istft_with(const cn_ops_istft_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {from->real, from->imag};
    args.shape = CN_SHAPE(from->sequence_length, from->sequence_stride, from->fft_length);
    args.number = from->length;
    args.dtype = from->window;
    args.keepdims = from->center;
    return cn_operation(&cn_operation_istft, &args, inputs, 2);
}
