/* Operations that find the numbers below which given parts of others lie: median, quantiles and
 * percentiles, also of what is no NaN. */
#include <math.h>
#include <string.h>

#include "cornu/math_ops.h"

#include "graph/draw.h"
#include "ops/emit.h"

/* ---- the parts: one number, or a list -------------------------------------------------------- */

enum { MOST_PARTS = CN_MAX_LIST };

struct parts {
    bool is_list;
    int64_t n;
    double at[MOST_PARTS];
};

static cn_status read_parts(const json_t *record, const void **thing)
{
    struct parts *parts = cn_arena_allocate(cn_session_arena(cn_session_current()), sizeof *parts);
    CN_CHECK_MEMORY(parts);
    parts->is_list = json_is_array(record);
    parts->n = parts->is_list ? (int64_t)json_array_size(record) : 1;
    CN_CHECK(parts->n >= 1 && parts->n <= MOST_PARTS,
             "a quantile's q must be a number or a list of 1 to %d", MOST_PARTS);
    for (int64_t i = 0; i < parts->n; i++) {
        const json_t *item = parts->is_list ? json_array_get(record, (size_t)i) : record;
        CN_CHECK(json_is_number(item), "a quantile's q must be a number or a list of numbers");
        parts->at[i] = cn_json_number(item);
    }
    *thing = parts;
    return CN_OK;
}

static json_t *write_parts(const void *thing)
{
    const struct parts *parts = thing;
    json_t *list = json_array();
    if (!parts->is_list) {
        json_decref(list);
        return cn_json_real(parts->at[0]);
    }
    for (int64_t i = 0; i < parts->n; i++)
        cn_json_append(&list, cn_json_real(parts->at[i]));
    return list;
}

static const cn_records part_records = {write_parts, read_parts};

/* ---- rows ------------------------------------------------------------------------------------ */

/* What is asked of rows in ascending order [..., n], NaN last. */
struct question {
    cn_value sorted;
    cn_value last; /* float32 [..., 1] or (): the place of the last that counts, a whole number */
    const char *method;
};

/* x as float32 with the axes that vanish as its last one; they are 1 in kept. */
static cn_value as_rows(cn_program *p, const cn_operation_class *class, cn_value x, cn_shape axes,
                        cn_shape *kept)
{
    const cn_shape shape = *cn_shape_of(p, x);
    cn_shape order = {.rank = 0}, rows = {.rank = 0};
    bool goes[CN_MAX_RANK] = {false};
    for (int64_t i = 0; i < axes.rank; i++) {
        const int64_t axis = cn_shape_axis(&shape, axes.dim[i]);
        if (axis < 0 || goes[axis])
            return cn_program_fail(
                p, cn_fail(CN_INVALID, "%s: axes %s are not different ones of shape %s",
                           class->layer.automatic_name, cn_shape_str(&axes), cn_shape_str(&shape)));
        goes[axis] = true;
    }
    for (int pass = 0; pass < 2; pass++)
        for (int64_t i = 0; i < shape.rank; i++)
            if ((axes.rank < 0 || goes[i]) == (pass == 1))
                order.dim[order.rank++] = i;
    *kept = shape;
    for (int64_t i = 0; i < shape.rank; i++) {
        if (axes.rank < 0 || goes[i])
            kept->dim[i] = 1;
        else
            rows.dim[rows.rank++] = shape.dim[i];
    }
    rows.dim[rows.rank++] = cn_shape_size(&shape) / cn_shape_size(kept);
    x = cn_emit_transpose(p, cn_emit_cast(p, x, CN_FLOAT32), order);
    return cn_emit_reshape(p, x, rows);
}

static cn_value element_at(cn_program *p, const struct question *q, cn_value place)
{
    cn_value zero = cn_emit_scalar(p, 0);
    place = cn_emit_maximum(p, zero, cn_emit_minimum(p, place, q->last));
    cn_shape shape = *cn_shape_of(p, q->sorted);
    shape.dim[shape.rank - 1] = 1;
    place = cn_emit_broadcast_to(p, cn_emit_cast(p, place, CN_INT32), shape);
    return cn_emit_take_along_axis(p, q->sorted, place, -1);
}

/* Between the two elements beside the place q * last. */
static cn_value answer(cn_program *p, const struct question *q, double part)
{
    cn_value place = cn_emit_multiply_scalar(p, q->last, part), low = cn_emit_floor(p, place);
    cn_value below = element_at(p, q, low), above = element_at(p, q, cn_emit_ceil(p, place));
    cn_value weight = cn_emit_subtract(p, place, low);
    if (strcmp(q->method, "lower") == 0)
        return below;
    if (strcmp(q->method, "higher") == 0)
        return above;
    if (strcmp(q->method, "midpoint") == 0)
        return cn_emit_multiply_scalar(p, cn_emit_add(p, below, above), 0.5);
    if (strcmp(q->method, "nearest") == 0) {
        cn_value is_above = cn_emit_greater_scalar(p, weight, 0.5);
        return cn_emit_where(p, is_above, above, below);
    }
    below = cn_emit_multiply(p, below, cn_emit_subtract_from(p, 1, weight));
    return cn_emit_add(p, below, cn_emit_multiply(p, above, weight));
}

static bool method_known(cn_program *p, const cn_operation_class *class, const char *method)
{
    static const char *const known[] = {"linear", "lower", "higher", "midpoint", "nearest"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(method, known[i]) == 0)
            return true;
    (void)cn_program_fail(
        p, cn_fail(CN_INVALID,
                   "%s: unknown method '%s'; known are linear, lower, higher, midpoint and nearest",
                   class->layer.automatic_name, method));
    return false;
}

/* The rows in order, and what counts of them: without ignore a NaN makes all of its row NaN. */
static struct question ask(cn_program *p, cn_value x, bool ignore, const char *method)
{
    const cn_shape shape = *cn_shape_of(p, x);
    struct question q = {.method = method};
    if (ignore) {
        cn_value valid = cn_emit_logical_not(p, cn_emit_is_nan(p, x));
        cn_value count = cn_emit_sum(p, cn_emit_cast(p, valid, CN_FLOAT32), CN_AXES(-1), true);
        q.last = cn_emit_add_scalar(p, count, -1);
    } else {
        cn_value any = cn_emit_any(p, cn_emit_is_nan(p, x), CN_AXES(-1), true);
        x = cn_emit_where(p, any, cn_emit_scalar(p, NAN), x);
        q.last = cn_emit_scalar(p, (double)(shape.dim[shape.rank - 1] - 1));
    }
    q.sorted = cn_emit_sort(p, x);
    return q;
}

/* parts: of 0 to whole. Several of them make a first axis. */
static cn_value quantiles(cn_program *p, const cn_operation_class *class,
                          const cn_operation_args *args, cn_value x, const struct parts *parts,
                          double whole, bool ignore, const char *method)
{
    cn_value list[MOST_PARTS];
    cn_shape kept;
    x = x == CN_NO_VALUE ? x : as_rows(p, class, x, args->axis, &kept);
    if (x == CN_NO_VALUE || !method_known(p, class, method))
        return CN_NO_VALUE;
    if (cn_shape_of(p, x)->dim[cn_shape_of(p, x)->rank - 1] == 0)
        return cn_program_fail(p, cn_fail(CN_INVALID, "%s: there is nothing along its axes",
                                          class->layer.automatic_name));
    struct question q = ask(p, x, ignore, method);
    for (int64_t i = 0; i < parts->n; i++) {
        list[i] = answer(p, &q, (double)((float)parts->at[i] / (float)whole));
        if (args->keepdims)
            list[i] = cn_emit_reshape(p, list[i], kept);
        else
            list[i] = cn_emit_squeeze(p, list[i], -1);
        if (parts->is_list)
            list[i] = cn_emit_expand_dims(p, list[i], 0);
    }
    return parts->n == 1 ? list[0] : cn_emit_concatenate(p, list, parts->n, 0);
}

/* ---- operations ------------------------------------------------------------------------------ */

static const struct parts half = {.n = 1, .at = {0.5}};

static const struct parts *parts_of(const cn_operation_args *args)
{
    return args->key == NULL ? &half : args->key;
}

static const char *method_of(const cn_operation_args *args)
{
    return args->dtype == NULL ? "linear" : args->dtype;
}

CN_EMIT(emit_median)
{
    (void)n;
    return quantiles(p, class, args, inputs[0], &half, 1, false, "midpoint");
}

CN_EMIT(emit_nanmedian)
{
    (void)n;
    return quantiles(p, class, args, inputs[0], &half, 1, true, "midpoint");
}

/* Keras 3.15 keeps the method of a drawn Quantile, and computes it linearly. */
CN_EMIT(emit_quantile)
{
    (void)n;
    return quantiles(p, class, args, inputs[0], parts_of(args), 1, false, "linear");
}

CN_EMIT(emit_nanquantile)
{
    (void)n;
    return quantiles(p, class, args, inputs[0], parts_of(args), 1, true, method_of(args));
}

CN_EMIT(emit_percentile)
{
    (void)n;
    return quantiles(p, class, args, inputs[0], parts_of(args), 100, false, method_of(args));
}

CN_EMIT(emit_nanpercentile)
{
    (void)n;
    return quantiles(p, class, args, inputs[0], parts_of(args), 100, true, method_of(args));
}

#define AXES                                                                                       \
    CN_OPERATION_FIELD("axis", axis, CN_FIELD_SHAPE,                                               \
                       CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE | CN_FIELD_SIGNED)
static const cn_field median_fields[] = {
    AXES, CN_OPERATION_FIELD("keepdims", keepdims, CN_FIELD_BOOL, 0), CN_END_FIELDS};
static const cn_field quantile_fields[] = {
    AXES,
    CN_OPERATION_FIELD("method", dtype, CN_FIELD_TEXT, 0),
    CN_OPERATION_FIELD("keepdims", keepdims, CN_FIELD_BOOL, 0),
    {"q", CN_FIELD_THING, offsetof(cn_operation_args, key), CN_FIELD_OPTIONAL | CN_FIELD_IN_CALL,
     NULL, &part_records},
    CN_END_FIELDS,
};

const cn_operation_class cn_operation_median =
    CN_OPERATION_OF("median", "Median", "numpy", median_fields, 1, emit_median);
const cn_operation_class cn_operation_nanmedian =
    CN_OPERATION_OF("nanmedian", "Nanmedian", "numpy", median_fields, 1, emit_nanmedian);
const cn_operation_class cn_operation_quantile =
    CN_OPERATION_OF("quantile", "Quantile", "numpy", quantile_fields, 1, emit_quantile);
const cn_operation_class cn_operation_nanquantile =
    CN_OPERATION_OF("nanquantile", "Nanquantile", "numpy", quantile_fields, 1, emit_nanquantile);
const cn_operation_class cn_operation_percentile =
    CN_OPERATION_OF("percentile", "Percentile", "numpy", quantile_fields, 1, emit_percentile);
const cn_operation_class cn_operation_nanpercentile = CN_OPERATION_OF(
    "nanpercentile", "Nanpercentile", "numpy", quantile_fields, 1, emit_nanpercentile);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_median_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_median, args);
}
cn_tensor *cn_ops_nanmedian_with(const cn_ops_reduce_args *args)
{
    return cn_draw_over(&cn_operation_nanmedian, args);
}

/* Of a quantile with a method a percentile is drawn, whose method Keras heeds. */
static cn_tensor *draw(const cn_operation_class *class, const cn_ops_quantile_args *from,
                       double times)
{
    cn_operation_args args = cn_operation_defaults;
    const struct parts one = {.n = 1, .at = {times * from->q}};
    const double most = class == &cn_operation_nanquantile || class == &cn_operation_quantile ? 1
                                                                                              : 100;
    if (!(one.at[0] >= 0 && one.at[0] <= most)) {
        (void)cn_fail(CN_INVALID, "%s: q must be from 0 to %g, got %g", class->layer.automatic_name,
                      most, one.at[0]);
        return NULL;
    }
    args.keepdims = from->keepdims;
    args.dtype = from->method;
    args.key = cn_keep(class, &one, sizeof one);
    if (args.key == NULL)
        return NULL;
    if (from->axis[0] != CN_EVERY_AXIS)
        args.axis = cn_shape_of_axes(from->axis);
    return cn_operation(class, &args, &from->x, 1);
}

cn_tensor *cn_ops_quantile_with(const cn_ops_quantile_args *args)
{
    const bool linear = args->method == NULL || strcmp(args->method, "linear") == 0;
    return linear ? draw(&cn_operation_quantile, args, 1)
                  : draw(&cn_operation_percentile, args, 100);
}
cn_tensor *cn_ops_percentile_with(const cn_ops_quantile_args *args)
{
    return draw(&cn_operation_percentile, args, 1);
}
cn_tensor *cn_ops_nanquantile_with(const cn_ops_quantile_args *args)
{
    return draw(&cn_operation_nanquantile, args, 1);
}
cn_tensor *cn_ops_nanpercentile_with(const cn_ops_quantile_args *args)
{
    return draw(&cn_operation_nanpercentile, args, 1);
}
