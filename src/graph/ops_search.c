/* Operations that look numbers up among others, and count them. */
#include "cornu/ops.h"

#include <string.h>

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- among numbers in order ------------------------------------------------------------------ */

static bool is_list(cn_program *p, const cn_operation_class *class, cn_value list)
{
    const bool fits = list != CN_NO_VALUE && cn_shape_of(p, list)->rank == 1;
    if (!fits && list != CN_NO_VALUE)
        (void)cn_program_fail(p, cn_fail(CN_INVALID, "%s: must look in a list, got shape %s",
                                         class->layer.automatic_name,
                                         cn_shape_str(cn_shape_of(p, list))));
    return fits;
}

static cn_value reversed(cn_program *p, cn_value list)
{
    const int64_t n = cn_shape_of(p, list)->dim[0];
    return cn_emit_slice(p, list, CN_SHAPE(n - 1), CN_SHAPE(n), CN_SHAPE(-1));
}

static cn_value negated(cn_program *p, cn_value x)
{
    return cn_emit_negative(p, cn_emit_cast(p, x, CN_FLOAT32));
}

/* How many of the list are smaller: those whose negatives are not among the others', which are
 * counted from the other end. */
static cn_value count_smaller(cn_program *p, cn_value list, cn_value x)
{
    cn_value length = cn_emit_whole(p, cn_shape_of(p, list)->dim[0]);
    if (cn_shape_of(p, list)->dim[0] == 0)
        return cn_emit_bucketize(p, x, list);
    cn_value turned = negated(p, reversed(p, list));
    cn_value others = cn_emit_bucketize(p, negated(p, x), turned);
    return cn_emit_subtract(p, length, others);
}

/* The text is the side. */
CN_EMIT(emit_searchsorted)
{
    (void)n;
    const bool right = args->dtype != NULL && strcmp(args->dtype, "right") == 0;
    if (!is_list(p, class, inputs[0]) || inputs[1] == CN_NO_VALUE)
        return CN_NO_VALUE;
    return right ? cn_emit_bucketize(p, inputs[1], inputs[0])
                 : count_smaller(p, inputs[0], inputs[1]);
}

/* Boundaries ascend, or descend: then those that are not larger are counted from their end. */
CN_EMIT(emit_digitize)
{
    (void)args, (void)n;
    const cn_value x = inputs[0], list = inputs[1];
    if (!is_list(p, class, list) || x == CN_NO_VALUE)
        return CN_NO_VALUE;
    const int64_t length = cn_shape_of(p, list)->dim[0];
    cn_value up = cn_emit_bucketize(p, x, list);
    if (length < 2)
        return up;
    cn_value down = cn_emit_bucketize(p, x, reversed(p, list));
    down = cn_emit_subtract(p, cn_emit_whole(p, length), down);
    cn_value first = cn_emit_slice_axis(p, list, 0, 0, 1);
    cn_value ascends = cn_emit_less_equal(p, first, cn_emit_slice_axis(p, list, 0, length - 1, 1));
    return cn_emit_where(p, cn_emit_squeeze(p, ascends, 0), up, down);
}

/* ---- among others ---------------------------------------------------------------------------- */

/* keepdims stands for "invert", approximate for "assume_unique", which changes nothing. */
CN_EMIT(emit_isin)
{
    (void)class, (void)n;
    cn_value others = cn_emit_reshape(p, inputs[1], CN_SHAPE(CN_NONE));
    cn_value same = cn_emit_equal(p, cn_emit_expand_dims(p, inputs[0], -1), others);
    cn_value found = cn_emit_any(p, same, CN_AXES(-1), false);
    return args->keepdims ? cn_emit_logical_not(p, found) : found;
}

/* ---- places as one index for each axis ------------------------------------------------------- */

/* Below 0 indices count from the end; one outside gives the first or the last place. */
CN_EMIT_SEVERAL(emit_unravel_index)
{
    (void)n;
    cn_value x = inputs[0];
    (void)class;
    const int64_t size = cn_shape_size(&args->shape);
    cn_value rest = cn_emit_cast(p, x, CN_INT32), length = cn_emit_whole(p, size);
    cn_value below = cn_emit_less_scalar(p, rest, 0);
    rest = cn_emit_where(p, below, cn_emit_add(p, rest, length), rest);
    rest = cn_emit_minimum(p, rest, cn_emit_whole(p, size - 1));
    rest = cn_emit_maximum(p, rest, cn_emit_whole(p, 0));
    for (int64_t i = args->shape.rank - 1; i >= 0; i--) {
        cn_value along = cn_emit_whole(p, args->shape.dim[i]);
        outputs[i] = cn_emit_mod(p, rest, along);
        rest = cn_emit_floor_divide(p, rest, along);
    }
    return args->shape.rank;
}

/* ---- counts ---------------------------------------------------------------------------------- */

/* The ends of `bins` parts of equal width between the smallest and the largest number, which are
 * half a number apart at least where they are the same. */
static cn_value edges_of(cn_program *p, cn_value x, int64_t bins)
{
    cn_value low = cn_emit_min(p, x, CN_ALL_AXES, false);
    cn_value high = cn_emit_max(p, x, CN_ALL_AXES, false);
    cn_value same = cn_emit_equal(p, low, high);
    low = cn_emit_where(p, same, cn_emit_add_scalar(p, low, -0.5), low);
    high = cn_emit_where(p, same, cn_emit_add_scalar(p, high, 0.5), high);
    cn_value part = cn_emit_cast(p, cn_emit_iota(p, CN_SHAPE(bins + 1), 0), CN_FLOAT32);
    part = cn_emit_multiply_scalar(p, part, 1.0 / (double)bins);
    cn_value left = cn_emit_multiply(p, low, cn_emit_subtract_from(p, 1, part));
    return cn_emit_add(p, left, cn_emit_multiply(p, high, part));
}

/* The number of bins is args->number. The last of them holds its upper end too. */
CN_EMIT_SEVERAL(emit_histogram)
{
    (void)n;
    cn_value x = inputs[0];
    const int64_t bins = args->number;
    if (!is_list(p, class, x))
        return 0;
    if (bins < 1) {
        (void)cn_program_fail(
            p, cn_fail(CN_INVALID, "histogram: bins must be positive, got %d", (int)bins));
        return 0;
    }
    x = cn_emit_cast(p, x, CN_FLOAT32);
    outputs[1] = edges_of(p, x, bins);
    cn_value bin = cn_emit_bucketize(p, x, outputs[1]);
    bin = cn_emit_minimum(p, cn_emit_add_scalar(p, bin, -1), cn_emit_whole(p, bins - 1));
    bin = cn_emit_maximum(p, bin, cn_emit_whole(p, 0));
    outputs[0] = cn_emit_scatter_add(p, cn_emit_ones_like(p, x), bin, bins);
    return 2;
}

/* ---- classes --------------------------------------------------------------------------------- */

static const cn_field side_fields[] = {CN_OPERATION_FIELD("side", dtype, CN_FIELD_TEXT, 0),
                                       CN_END_FIELDS};
static const cn_field isin_fields[] = {
    CN_OPERATION_FIELD("assume_unique", approximate, CN_FIELD_BOOL, 0),
    CN_OPERATION_FIELD("invert", keepdims, CN_FIELD_BOOL, 0), CN_END_FIELDS};
static const cn_field shape_fields[] = {CN_OPERATION_FIELD("shape", shape, CN_FIELD_SHAPE, 0),
                                        CN_END_FIELDS};
static const cn_field bins_fields[] = {CN_OPERATION_FIELD("bins", number, CN_FIELD_INT, 0),
                                       CN_END_FIELDS};

const cn_operation_class cn_operation_searchsorted = {
    CN_OPERATION("search_sorted", "SearchSorted", "numpy", side_fields, 2, 2),
    .emit = emit_searchsorted};
const cn_operation_class cn_operation_digitize = {
    CN_OPERATION("digitize", "Digitize", "numpy", cn_no_operation_fields, 2, 2),
    .emit = emit_digitize};
const cn_operation_class cn_operation_isin = {
    CN_OPERATION("is_in", "IsIn", "numpy", isin_fields, 2, 2), .emit = emit_isin};
const cn_operation_class cn_operation_unravel_index = {
    CN_OPERATION("unravel_index", "UnravelIndex", "numpy", shape_fields, 1, 1),
    .emit_several = emit_unravel_index};
const cn_operation_class cn_operation_histogram = {
    CN_OPERATION("histogram", "Histogram", "numpy", bins_fields, 1, 1),
    .emit_several = emit_histogram, .rest = "{\"range\": null}"};

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_searchsorted(cn_tensor *sorted_sequence, cn_tensor *values, const char *side)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[2];
    args.dtype = side;
    inputs[0] = sorted_sequence;
    inputs[1] = values;
    return cn_operation(&cn_operation_searchsorted, &args, inputs, 2);
}

cn_tensor *cn_ops_digitize(cn_tensor *x, cn_tensor *bins)
{
    return cn_draw_2(&cn_operation_digitize, x, bins);
}

cn_tensor *cn_ops_isin(cn_tensor *x1, cn_tensor *x2)
{
    return cn_draw_2(&cn_operation_isin, x1, x2);
}

cn_tensors cn_ops_histogram(cn_tensor *x, int64_t bins)
{
    cn_operation_args args = cn_operation_defaults;
    args.number = bins;
    return cn_operation_several(&cn_operation_histogram, &args, x);
}

cn_tensors cn_ops_unravel_index_with(const cn_ops_shape_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    args.shape = cn_shape_of_dims(from->shape);
    return cn_operation_several(&cn_operation_unravel_index, &args, from->x);
}
