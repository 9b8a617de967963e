/* Operations that write into tensors: at places, over a part, and by segments. */
#include "cornu/ops.h"

#include <math.h>
#include <string.h>

#include "graph/operation.h"
#include "ops/emit.h"

/* ---- places ---------------------------------------------------------------------------------- */

/* One column of indices [..., D] along an axis of so many; below 0 they count from its end. */
static cn_value checked(cn_program *p, const cn_operation_class *class, cn_value indices,
                        int64_t column, int64_t length)
{
    const cn_check_range_attributes range = {0, length - 1, class->layer.automatic_name, "index"};
    cn_value own = cn_emit_squeeze(p, cn_emit_slice_axis(p, indices, -1, column, 1), -1);
    cn_value below = cn_emit_less_scalar(p, own, 0);
    own = cn_emit_where(p, below, cn_emit_add(p, own, cn_emit_whole(p, length)), own);
    return cn_program_append(p, &cn_op_check_range, &range, &own, 1);
}

/* The first D axes as one of rows, and by indices [..., D] which rows. */
static cn_value rows_of(cn_program *p, const cn_operation_class *class, cn_value indices,
                        const cn_shape *shape, cn_shape *table)
{
    indices = cn_emit_cast(p, indices, CN_INT32);
    const cn_shape *given = indices == CN_NO_VALUE ? NULL : cn_shape_of(p, indices);
    if (given == NULL)
        return CN_NO_VALUE;
    const int64_t depth = given->rank == 0 ? 0 : given->dim[given->rank - 1];
    if (depth < 1 || depth > shape->rank)
        return cn_program_fail(
            p, cn_fail(CN_INVALID, "%s: indices %s do not name places of a tensor %s",
                       class->layer.automatic_name, cn_shape_str(given), cn_shape_str(shape)));
    cn_value row = checked(p, class, indices, 0, shape->dim[0]);
    *table = CN_SHAPE(shape->dim[0]);
    for (int64_t i = 1; i < shape->rank; i++) {
        if (i >= depth) {
            table->dim[table->rank++] = shape->dim[i];
            continue;
        }
        row = cn_emit_multiply(p, row, cn_emit_whole(p, shape->dim[i]));
        row = cn_emit_add(p, row, checked(p, class, indices, i, shape->dim[i]));
        table->dim[0] *= shape->dim[i];
    }
    return row;
}

/* Values brought to rows, as many as these are, and of the table's width. */
static cn_value values_for(cn_program *p, cn_value values, cn_value rows, const cn_shape *table)
{
    if (rows == CN_NO_VALUE)
        return rows;
    cn_shape wanted = *cn_shape_of(p, rows);
    for (int64_t i = 1; i < table->rank; i++)
        wanted.dim[wanted.rank++] = table->dim[i];
    return cn_emit_broadcast_to(p, values, wanted);
}

static cn_value sums(cn_program *p, cn_value values, cn_value rows, int64_t n, cn_dtype dtype)
{
    values = cn_emit_cast(p, values, CN_FLOAT32);
    return cn_emit_cast(p, cn_emit_scatter_add(p, values, rows, n), dtype);
}

CN_EMIT(emit_scatter)
{
    (void)n;
    cn_shape table;
    if (inputs[1] == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_value rows = rows_of(p, class, inputs[0], &args->shape, &table);
    cn_value values = values_for(p, inputs[1], rows, &table);
    values = sums(p, values, rows, table.dim[0], cn_dtype_of(p, inputs[1]));
    return cn_emit_reshape(p, values, args->shape);
}

/* The engine's word for one of Keras's; NULL: it is none. */
static const char *reduction_of(const char *name)
{
    static const char *const words[][2] = {
        {"add", "add"}, {"max", "max"}, {"min", "min"}, {"mul", "multiply"}};
    if (name == NULL)
        return "set";
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(name, words[i][0]) == 0)
            return words[i][1];
    return NULL;
}

static cn_value update(cn_program *p, cn_value x, cn_value rows, cn_value values,
                       const cn_shape *table, const char *reduction)
{
    const cn_shape shape = *cn_shape_of(p, x);
    const cn_dtype dtype = cn_dtype_of(p, x),
                   computed = dtype == CN_FLOAT32 ? CN_FLOAT32 : CN_INT32;
    cn_value base = cn_emit_reshape(p, cn_emit_cast(p, x, computed), *table);
    values = cn_emit_cast(p, values_for(p, values, rows, table), computed);
    if (strcmp(reduction, "add") == 0)
        base = cn_emit_add(p, base, sums(p, values, rows, table->dim[0], computed));
    else
        base = cn_emit_scatter(p, base, rows, values, reduction);
    return cn_emit_reshape(p, cn_emit_cast(p, base, dtype), shape);
}

CN_EMIT(emit_scatter_update)
{
    (void)n;
    cn_shape table;
    const char *reduction = reduction_of(args->dtype);
    if (reduction == NULL)
        return cn_program_fail(p, cn_fail(CN_INVALID,
                                          "scatter_update: unknown reduction '%s'; known are add, "
                                          "max, min and mul",
                                          args->dtype));
    if (inputs[0] == CN_NO_VALUE || inputs[2] == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape shape = *cn_shape_of(p, inputs[0]);
    cn_value rows = rows_of(p, class, inputs[1], &shape, &table);
    return rows == CN_NO_VALUE ? rows : update(p, inputs[0], rows, inputs[2], &table, reduction);
}

/* The part of x that begins at start [rank], moved to lie inside, is what is given. */
CN_EMIT(emit_slice_update)
{
    (void)args, (void)n;
    if (inputs[0] == CN_NO_VALUE || inputs[1] == CN_NO_VALUE || inputs[2] == CN_NO_VALUE)
        return CN_NO_VALUE;
    const cn_shape shape = *cn_shape_of(p, inputs[0]), part = *cn_shape_of(p, inputs[2]);
    bool fits = part.rank == shape.rank && cn_shape_size(cn_shape_of(p, inputs[1])) == shape.rank;
    for (int64_t i = 0; fits && i < shape.rank; i++)
        fits = part.dim[i] <= shape.dim[i];
    if (!fits || shape.rank == 0)
        return cn_program_fail(
            p, cn_fail(CN_INVALID, "%s: %s at %s numbers is no part of a tensor %s",
                       class->layer.automatic_name, cn_shape_str(&part),
                       cn_shape_str(cn_shape_of(p, inputs[1])), cn_shape_str(&shape)));
    cn_value start = cn_emit_reshape(p, cn_emit_cast(p, inputs[1], CN_INT32), CN_SHAPE(CN_NONE));
    cn_value place = cn_emit_whole(p, 0);
    for (int64_t i = 0; i < shape.rank; i++) {
        cn_value first = cn_emit_squeeze(p, cn_emit_slice_axis(p, start, 0, i, 1), 0);
        first = cn_emit_minimum(p, first, cn_emit_whole(p, shape.dim[i] - part.dim[i]));
        first = cn_emit_maximum(p, first, cn_emit_whole(p, 0));
        first = cn_emit_add(p, first, cn_emit_iota(p, part, i));
        place = cn_emit_multiply(p, place, cn_emit_whole(p, shape.dim[i]));
        place = cn_emit_add(p, place, first);
    }
    const cn_shape table = CN_SHAPE(cn_shape_size(&shape));
    return update(p, inputs[0], place, inputs[2], &table, "set");
}

/* ---- segments -------------------------------------------------------------------------------- */

/* What a segment without rows has, by the reduction. */
static double nothing_of(const char *reduction, cn_dtype dtype)
{
    if (strcmp(reduction, "multiply") == 0)
        return 1;
    const double largest = dtype == CN_FLOAT32 ? (double)INFINITY : INT32_MAX,
                 smallest = dtype == CN_FLOAT32 ? -(double)INFINITY : INT32_MIN;
    return strcmp(reduction, "max") == 0 ? smallest : largest;
}

/* Rows of data[R, ...] by their segments ids[R]; those outside go to one more segment, which is
 * left out. */
static cn_value segments(cn_program *p, const cn_operation_class *class,
                         const cn_operation_args *args, const cn_value *inputs,
                         const char *reduction)
{
    if (inputs[0] == CN_NO_VALUE || inputs[1] == CN_NO_VALUE)
        return CN_NO_VALUE;
    cn_shape table = *cn_shape_of(p, inputs[0]);
    const cn_shape *ids = cn_shape_of(p, inputs[1]);
    if (args->number < 0)
        return cn_program_fail(
            p, cn_fail(CN_INVALID, "%s: num_segments must be given", class->layer.automatic_name));
    if (table.rank < 1 || ids->rank != 1 || ids->dim[0] != table.dim[0])
        return cn_program_fail(p, cn_fail(CN_INVALID, "%s: rows of %s do not have segments %s",
                                          class->layer.automatic_name, cn_shape_str(&table),
                                          cn_shape_str(ids)));
    const cn_dtype dtype = cn_dtype_of(p, inputs[0]),
                   computed = dtype == CN_FLOAT32 ? CN_FLOAT32 : CN_INT32;
    cn_value id = cn_emit_cast(p, inputs[1], CN_INT32), other = cn_emit_whole(p, args->number);
    cn_value below = cn_emit_less_scalar(p, id, 0);
    id = cn_emit_where(p, below, other, cn_emit_minimum(p, id, other));
    table.dim[0] = args->number + 1;
    cn_value y = CN_NO_VALUE, data = cn_emit_cast(p, inputs[0], computed);
    if (strcmp(reduction, "add") == 0) {
        y = sums(p, data, id, table.dim[0], computed);
    } else {
        y = cn_emit_full(p, nothing_of(reduction, computed), computed, table);
        y = cn_emit_scatter(p, y, id, data, reduction);
    }
    return cn_emit_cast(p, cn_emit_slice_axis(p, y, 0, 0, args->number), dtype);
}

CN_EMIT(emit_segment_sum)
{
    (void)n;
    return segments(p, class, args, inputs, "add");
}

CN_EMIT(emit_segment_max)
{
    (void)n;
    return segments(p, class, args, inputs, "max");
}

CN_EMIT(emit_segment_min)
{
    (void)n;
    return segments(p, class, args, inputs, "min");
}

CN_EMIT(emit_segment_prod)
{
    (void)n;
    return segments(p, class, args, inputs, "multiply");
}

/* ---- classes --------------------------------------------------------------------------------- */

static const cn_field scatter_fields[] = {CN_OPERATION_FIELD("shape", shape, CN_FIELD_SHAPE, 0),
                                          CN_END_FIELDS};
static const cn_field update_fields[] = {
    CN_OPERATION_FIELD("reduction", dtype, CN_FIELD_TEXT, CN_FIELD_OPTIONAL), CN_END_FIELDS};
/* keepdims stands for "sorted", which changes nothing here. */
static const cn_field segment_fields[] = {
    CN_OPERATION_FIELD("num_segments", number, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_OPERATION_FIELD("sorted", keepdims, CN_FIELD_BOOL, 0), CN_END_FIELDS};

const cn_operation_class cn_operation_scatter =
    CN_OPERATION_OF("scatter", "Scatter", "core", scatter_fields, 2, emit_scatter);
const cn_operation_class cn_operation_scatter_update = CN_OPERATION_OF(
    "scatter_update", "ScatterUpdate", "core", update_fields, 3, emit_scatter_update);
const cn_operation_class cn_operation_slice_update = CN_OPERATION_OF(
    "slice_update", "SliceUpdate", "core", cn_no_operation_fields, 3, emit_slice_update);
const cn_operation_class cn_operation_segment_sum =
    CN_OPERATION_OF("segment_sum", "SegmentSum", "math", segment_fields, 2, emit_segment_sum);
const cn_operation_class cn_operation_segment_max =
    CN_OPERATION_OF("segment_max", "SegmentMax", "math", segment_fields, 2, emit_segment_max);
const cn_operation_class cn_operation_segment_min =
    CN_OPERATION_OF("segment_min", "SegmentMin", "math", segment_fields, 2, emit_segment_min);
const cn_operation_class cn_operation_segment_prod =
    CN_OPERATION_OF("segment_prod", "SegmentProd", "math", segment_fields, 2, emit_segment_prod);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_scatter_with(const cn_ops_scatter_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[2];
    args.shape = cn_shape_of_dims(from->shape);
    inputs[0] = from->indices;
    inputs[1] = from->values;
    return cn_operation(&cn_operation_scatter, &args, inputs, 2);
}

cn_tensor *cn_ops_scatter_update_with(const cn_ops_scatter_update_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[3];
    args.dtype = from->reduction;
    inputs[0] = from->inputs;
    inputs[1] = from->indices;
    inputs[2] = from->updates;
    return cn_operation(&cn_operation_scatter_update, &args, inputs, 3);
}

cn_tensor *cn_ops_slice_update(cn_tensor *x, cn_tensor *start_indices, cn_tensor *updates)
{
    cn_tensor *inputs[3];
    inputs[0] = x;
    inputs[1] = start_indices;
    inputs[2] = updates;
    return cn_operation(&cn_operation_slice_update, NULL, inputs, 3);
}

static cn_tensor *segment(const cn_operation_class *class, cn_tensor *data, cn_tensor *ids,
                          int64_t num_segments)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[2];
    args.number = num_segments;
    inputs[0] = data;
    inputs[1] = ids;
    return cn_operation(class, &args, inputs, 2);
}

cn_tensor *cn_ops_segment_sum(cn_tensor *data, cn_tensor *segment_ids, int64_t num_segments)
{
    return segment(&cn_operation_segment_sum, data, segment_ids, num_segments);
}
cn_tensor *cn_ops_segment_max(cn_tensor *data, cn_tensor *segment_ids, int64_t num_segments)
{
    return segment(&cn_operation_segment_max, data, segment_ids, num_segments);
}
cn_tensor *cn_ops_segment_min(cn_tensor *data, cn_tensor *segment_ids, int64_t num_segments)
{
    return segment(&cn_operation_segment_min, data, segment_ids, num_segments);
}
cn_tensor *cn_ops_segment_prod(cn_tensor *data, cn_tensor *segment_ids, int64_t num_segments)
{
    return segment(&cn_operation_segment_prod, data, segment_ids, num_segments);
}
