/* Public operations that say how far two tensors are apart, as losses do. */
#include "cornu/nn.h"

#include <inttypes.h>
#include <math.h>

#include "graph/operation.h"
#include "ops/emit.h"

static cn_value real(cn_program *p, cn_value x)
{
    return cn_emit_cast(p, x, CN_FLOAT32);
}

/* ---- crossentropies -------------------------------------------------------------------------- */

/* A sigmoid's or softmax's result without the ends, where logarithms are infinite. */
static cn_value inside(cn_program *p, cn_value x)
{
    return cn_emit_clip(p, x, 1e-7, 1 - 1e-7);
}

CN_EMIT(emit_binary_crossentropy)
{
    cn_value target = real(p, inputs[0]), x = real(p, inputs[1]);
    (void)class, (void)n;
    if (args->keepdims) {
        cn_value most = cn_emit_relu(p, x), size = cn_emit_negative(p, cn_emit_absolute(p, x));
        cn_value loss = cn_emit_subtract(p, most, cn_emit_multiply(p, x, target));
        return cn_emit_add(p, loss, cn_emit_log1p(p, cn_emit_exp(p, size)));
    }
    x = inside(p, x);
    cn_value hit = cn_emit_multiply(p, target, cn_emit_log(p, x));
    cn_value rest = cn_emit_log(p, cn_emit_subtract_from(p, 1, x));
    cn_value miss = cn_emit_multiply(p, cn_emit_subtract_from(p, 1, target), rest);
    return cn_emit_negative(p, cn_emit_add(p, hit, miss));
}

CN_EMIT(emit_categorical_crossentropy)
{
    cn_value target = real(p, inputs[0]), x = real(p, inputs[1]);
    (void)class, (void)n;
    if (args->keepdims) {
        x = cn_emit_log_softmax(p, x, args->number);
    } else {
        x = cn_emit_divide(p, x, cn_emit_sum(p, x, CN_AXES(args->number), true));
        x = cn_emit_log(p, inside(p, x));
    }
    cn_value sum = cn_emit_sum(p, cn_emit_multiply(p, target, x), CN_AXES(args->number), false);
    return cn_emit_negative(p, sum);
}

/* Labels in the place of the chances of each class, which are the last axis. */
CN_EMIT(emit_sparse_categorical_crossentropy)
{
    cn_value both[2] = {cn_emit_cast(p, inputs[0], CN_INT32), inputs[1]};
    const int64_t axis = cn_axis_of(p, class, both[1], args->number);
    if (axis < 0 || both[0] == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape shape = *cn_shape_of(p, both[1]);
    const int64_t rank = cn_shape_of(p, both[0])->rank;
    if (axis != shape.rank - 1)
        return cn_refuse(p, class, "the classes must be the last axis, not axis %" PRId64, axis);
    if (rank == shape.rank && cn_shape_of(p, both[0])->dim[rank - 1] == 1)
        both[0] = cn_emit_squeeze(p, both[0], -1);
    both[0] = cn_emit_one_hot(p, both[0], shape.dim[axis]);
    if (both[0] != CN_NO_VALUE && !cn_shape_equal(cn_shape_of(p, both[0]), &shape))
        return cn_refuse(p, class, "the target does not have a label for each of %s",
                         cn_shape_str(&shape));
    return emit_categorical_crossentropy(p, class, args, both, n);
}

static const cn_field binary_fields[] = {
    CN_OPERATION_FIELD("from_logits", keepdims, CN_FIELD_BOOL, 0), CN_END_FIELDS};
static const cn_field categorical_fields[] = {
    CN_OPERATION_FIELD("from_logits", keepdims, CN_FIELD_BOOL, 0),
    CN_OPERATION_FIELD("axis", number, CN_FIELD_INT, 0), CN_END_FIELDS};

const cn_operation_class cn_operation_binary_crossentropy = {
    CN_OPERATION("binary_crossentropy", "BinaryCrossentropy", "nn", binary_fields, 2, 2),
    .emit = emit_binary_crossentropy};
const cn_operation_class cn_operation_categorical_crossentropy = {
    CN_OPERATION("categorical_crossentropy", "CategoricalCrossentropy", "nn", categorical_fields, 2,
                 2),
    .emit = emit_categorical_crossentropy};
const cn_operation_class cn_operation_sparse_categorical_crossentropy =
    CN_OPERATION_OF("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy", "nn",
                    categorical_fields, 2, emit_sparse_categorical_crossentropy);

/* ---- images ---------------------------------------------------------------------------------- */

/* 20 log10(max_val) - 10 log10(mean((a - b)^2)) */
CN_EMIT(emit_psnr)
{
    (void)class, (void)n;
    cn_value apart = cn_emit_subtract(p, real(p, inputs[0]), real(p, inputs[1]));
    cn_value error = cn_emit_mean(p, cn_emit_square(p, apart), CN_ALL_AXES, false);
    error = cn_emit_multiply_scalar(p, cn_emit_log(p, error), -10 / log(10));
    return cn_emit_add_scalar(p, error, 20 * log10(args->low));
}

static const cn_field psnr_fields[] = {CN_OPERATION_FIELD("max_val", low, CN_FIELD_REAL, 0),
                                       CN_END_FIELDS};

const cn_operation_class cn_operation_psnr =
    CN_OPERATION_OF("psnr", "PSNR", "nn", psnr_fields, 2, emit_psnr);

/* ---- sequences ------------------------------------------------------------------------------- */

/* Of logits[N, T, C], target[N, L], and how many of both count. */
CN_EMIT(emit_ctc_loss)
{
    (void)class, (void)n;
    cn_value chances = cn_emit_log_softmax(p, real(p, inputs[1]), -1);
    return cn_emit_ctc(p, chances, inputs[0], inputs[2], inputs[3], args->number);
}

/* The class of each step [N, T] that is the likeliest; behind the end it is the mask. */
static cn_value likeliest(cn_program *p, cn_value x, cn_value is_over, cn_value mask, bool merge)
{
    cn_value found = cn_emit_where(p, is_over, mask, cn_emit_argmax(p, x, -1));
    if (found == CN_NO_VALUE || !merge || cn_shape_of(p, found)->dim[1] < 2)
        return found;
    const cn_shape shape = *cn_shape_of(p, found);
    cn_value before = cn_emit_slice_axis(p, found, 1, 0, shape.dim[1] - 1);
    before = cn_emit_pad(p, before, CN_SHAPE(0, 1), CN_SHAPE(0, 0), -1);
    return cn_emit_where(p, cn_emit_equal(p, found, before), mask, found);
}

/* The classes without the mask, [1, N, T], -1 filling up the rows; and minus the sum [N, 1] of what
 * they had. keepdims stands for "merge_repeated". */
CN_EMIT_SEVERAL(emit_ctc_decode)
{
    cn_value x = real(p, inputs[0]);
    (void)n;
    if (x == CN_NO_VALUE || cn_shape_of(p, x)->rank != 3 || cn_shape_of(p, x)->dim[1] < 1) {
        (void)cn_refuse(p, class, "takes logits of shape (N, T, C)");
        return 0;
    }
    const cn_shape shape = *cn_shape_of(p, x), of_steps = CN_SHAPE(shape.dim[0], shape.dim[1]);
    cn_value step = cn_emit_iota(p, of_steps, 1), mask = cn_emit_whole(p, args->number);
    cn_value length = cn_emit_expand_dims(p, cn_emit_cast(p, inputs[1], CN_INT32), 1);
    cn_value is_over = cn_emit_greater_equal(p, step, length);
    cn_value found = likeliest(p, x, is_over, mask, args->keepdims);
    cn_value nothing = cn_emit_equal(p, found, mask);
    found = cn_emit_where(p, nothing, cn_emit_whole(p, -1), found);
    cn_value order = cn_emit_where(p, nothing, cn_emit_whole(p, shape.dim[1]), step);
    order = cn_emit_argsort(p, cn_emit_cast(p, order, CN_FLOAT32), false, 0);
    outputs[0] = cn_emit_expand_dims(p, cn_emit_take_along_axis(p, found, order, 1), 0);
    cn_value most = cn_emit_max(p, x, CN_AXES(2), false);
    most = cn_emit_where(p, is_over, cn_emit_zeros_like(p, most), most);
    outputs[1] = cn_emit_negative(p, cn_emit_sum(p, most, CN_AXES(1), true));
    return 2;
}

static const cn_field ctc_fields[] = {CN_OPERATION_FIELD("mask_index", number, CN_FIELD_INT, 0),
                                      CN_END_FIELDS};
static const cn_field decode_fields[] = {
    CN_OPERATION_FIELD("merge_repeated", keepdims, CN_FIELD_BOOL, 0),
    CN_OPERATION_FIELD("mask_index", number, CN_FIELD_INT, 0), CN_END_FIELDS};

const cn_operation_class cn_operation_ctc_loss =
    CN_OPERATION_OF("ctc_loss", "CTCLoss", "nn", ctc_fields, 4, emit_ctc_loss);
const cn_operation_class cn_operation_ctc_decode = {
    CN_OPERATION("ctc_decode", "CTCDecode", "nn", decode_fields, 2, 2),
    .emit_several = emit_ctc_decode,
    .rest = "{\"strategy\": \"greedy\", \"beam_width\": 100, \"top_paths\": 1}"};

/* ---- in C ------------------------------------------------------------------------------------ */

static cn_tensor *crossentropy(const cn_operation_class *class, cn_tensor *target,
                               cn_tensor *output, bool from_logits)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {target, output};
    args.keepdims = from_logits;
    return cn_operation(class, &args, inputs, 2);
}

cn_tensor *cn_ops_binary_crossentropy(cn_tensor *target, cn_tensor *output, bool from_logits)
{
    return crossentropy(&cn_operation_binary_crossentropy, target, output, from_logits);
}
cn_tensor *cn_ops_categorical_crossentropy(cn_tensor *target, cn_tensor *output, bool from_logits)
{
    return crossentropy(&cn_operation_categorical_crossentropy, target, output, from_logits);
}
cn_tensor *cn_ops_sparse_categorical_crossentropy(cn_tensor *target, cn_tensor *output,
                                                  bool from_logits)
{
    return crossentropy(&cn_operation_sparse_categorical_crossentropy, target, output, from_logits);
}

cn_tensor *cn_ops_psnr(cn_tensor *x1, cn_tensor *x2, double max_val)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {x1, x2};
    args.low = max_val;
    return cn_operation(&cn_operation_psnr, &args, inputs, 2);
}

cn_tensor *cn_ops_ctc_loss(cn_tensor *target, cn_tensor *output, cn_tensor *target_length,
                           cn_tensor *output_length, int64_t mask_index)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {target, output, target_length, output_length};
    args.number = mask_index;
    return cn_operation(&cn_operation_ctc_loss, &args, inputs, 4);
}

cn_tensors cn_ops_ctc_decode_with(const cn_ops_ctc_decode_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {from->inputs, from->sequence_lengths};
    args.keepdims = from->merge_repeated;
    args.number = from->mask_index;
    return cn_operation_outputs(&cn_operation_ctc_decode, &args, inputs, 2);
}
