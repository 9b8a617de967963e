/* Equalization: the values of each channel made equally frequent, over the batch, in training. */
#include <inttypes.h>
#include <math.h>

#include "layers/image.h"

static const cn_equalization_args defaults = {CN_EQUALIZATION_DEFAULTS};

static const cn_field fields[] = {
    CN_LAYER_FIELDS(cn_equalization_args),
    CN_VALUE_RANGE_FIELD(cn_equalization_args),
    CN_FIELD(cn_equalization_args, bins, CN_FIELD_INT, 0),
    CN_FIELD(cn_equalization_args, data_format, CN_FIELD_TEXT, 0),
    CN_END_FIELDS,
};

static cn_status check(const void *own)
{
    const cn_equalization_args *args = own;
    CN_TRY(cn_check_value_range(args->value_range));
    CN_CHECK(args->bins > 1 && args->bins <= 4096, "bins must be from 2 to 4096, got %" PRId64,
             args->bins);
    return cn_check_data_format(args->data_format);
}

/* x[N, H, W, C], from 0 to bins - 1, as a row of a table [C bins]: c bins + x. */
static cn_value row_of(cn_program *p, cn_value x, int64_t channels, int64_t bins)
{
    cn_value bin = cn_emit_cast(p, cn_emit_clip(p, x, 0, (double)bins - 1), CN_INT32);
    cn_value first =
        cn_emit_multiply_scalar(p, cn_emit_iota(p, CN_SHAPE(channels), 0), (double)bins);
    return cn_emit_add(p, bin, first);
}

/* How many numbers are in each bin of a channel or in one below, [C, bins]. */
static cn_value count_up_to(cn_program *p, cn_value rows, int64_t channels, int64_t bins)
{
    const cn_rows_attributes table = {channels * bins};
    cn_value ones = cn_emit_ones_like(p, cn_emit_cast(p, rows, CN_FLOAT32));
    if (ones == CN_NO_VALUE)
        return ones;
    const cn_value operands[] = {ones, rows};
    cn_value counts = cn_program_append(p, &cn_op_scatter_add, &table, operands, 2);
    cn_value from = cn_emit_iota(p, CN_SHAPE(bins, bins), 0);
    cn_value to = cn_emit_iota(p, CN_SHAPE(bins, bins), 1);
    cn_value up_to = cn_emit_cast(p, cn_emit_less_equal(p, from, to), CN_FLOAT32);
    return cn_emit_matmul(p, cn_emit_reshape(p, counts, CN_SHAPE(channels, bins)), up_to);
}

/* What the numbers of each bin become, [C, bins], and which channels are in one bin, [C, 1]. */
static cn_value lookup_table(cn_program *p, cn_value up_to, int64_t bins, cn_value *flat)
{
    cn_value none = cn_emit_equal_scalar(p, up_to, 0);
    cn_value beyond = cn_emit_scalar(p, HUGE_VALF);
    cn_value first = cn_emit_min(p, cn_emit_where(p, none, beyond, up_to), CN_AXES(1), true);
    cn_value all = cn_emit_slice_axis(p, up_to, 1, bins - 1, 1);
    cn_value others = cn_emit_subtract(p, all, first);
    *flat = cn_emit_equal_scalar(p, others, 0);
    cn_value divisor = cn_emit_where(p, *flat, cn_emit_scalar(p, 1), others);
    cn_value above = cn_emit_multiply_scalar(p, cn_emit_subtract(p, up_to, first), 255);
    return cn_emit_clip(p, cn_emit_round(p, cn_emit_divide(p, above, divisor)), 0, 255);
}

/* The two ways to a bin differ in what is rounded, as Keras's do. */
cn_value cn_equalization_augment(cn_call_frame *frame, cn_value x)
{
    const cn_equalization_args *args = frame->layer->args;
    const cn_range values = cn_value_range(args->value_range), bytes = {0, 255};
    const double last = (double)args->bins - 1;
    cn_program *p = frame->program;
    const int64_t channels = cn_shape_of(p, x)->dim[3];
    cn_value byte = cn_emit_value_range(p, x, values, bytes), flat = CN_NO_VALUE;
    cn_value full = cn_emit_scalar(p, 255);
    cn_value counted = cn_emit_divide(p, cn_emit_multiply_scalar(p, byte, last), full);
    cn_value looked_up = cn_emit_multiply_scalar(p, cn_emit_divide(p, byte, full), last);
    cn_value up_to = count_up_to(p, row_of(p, counted, channels, args->bins), channels, args->bins);
    cn_value table = lookup_table(p, up_to, args->bins, &flat);
    table = cn_emit_reshape(p, table, CN_SHAPE(channels * args->bins));
    cn_value equal = cn_emit_gather(p, table, row_of(p, looked_up, channels, args->bins));
    flat = cn_emit_reshape(p, flat, CN_SHAPE(channels));
    return cn_emit_value_range(p, cn_emit_where(p, flat, byte, equal), bytes, values);
}

static cn_status call(cn_call_frame *frame)
{
    const cn_equalization_args *args = frame->layer->args;
    return cn_call_augmented(frame, args->data_format, cn_equalization_augment);
}

const cn_layer_class cn_equalization_layer_class = {
    CN_LAYER_CLASS("Equalization", cn_equalization_args, fields, defaults),
    .base.check = check,
    CN_ONE_INPUT,
    .mixes_samples = true,
    .check_inputs = cn_check_images,
    .call = call,
};

cn_layer *cn_equalization_with(const cn_equalization_args *args)
{
    cn_equalization_args own = *args;
    return cn_image_layer_make(&cn_equalization_layer_class, &own);
}
