/* Operations that multiply and sum: NumPy's products of two tensors. */
#include "cornu/product_ops.h"

#include <inttypes.h>

#include "graph/draw.h"
#include "ops/emit.h"

static int64_t rank_of(const cn_program *p, cn_value x)
{
    return x == CN_NO_VALUE ? 0 : cn_shape_of(p, x)->rank;
}

/* ---- sums over letters ----------------------------------------------------------------------- */

/* b's axes have the letters of a's axes with which sums go over them, or their own (-1). */
static cn_value by_letters(cn_program *p, const cn_operation_class *class, cn_value a, cn_value b,
                           const int *letter_of_b, const bool *summed)
{
    const int64_t n_a = rank_of(p, a), n_b = rank_of(p, b);
    char of_a[CN_MAX_RANK + 1] = "", of_b[CN_MAX_RANK + 1] = "", out[2 * CN_MAX_RANK + 1] = "";
    size_t at = 0;
    for (int64_t i = 0; i < n_a; i++) {
        of_a[i] = (char)('a' + i);
        if (!summed[i])
            out[at++] = of_a[i];
    }
    for (int64_t i = 0; i < n_b; i++) {
        of_b[i] = (char)(letter_of_b[i] >= 0 ? 'a' + letter_of_b[i] : 'k' + i);
        if (letter_of_b[i] < 0)
            out[at++] = of_b[i];
    }
    if (at > CN_MAX_RANK)
        return cn_refuse(p, class, "the product has more than %d axes", CN_MAX_RANK);
    return cn_emit_einsum(p, cn_emit_cast(p, a, CN_FLOAT32), of_a, cn_emit_cast(p, b, CN_FLOAT32),
                          of_b, out);
}

/* Sums over one axis of a and one of b, which counts from the end if it is below 0. */
static cn_value over_one(cn_program *p, const cn_operation_class *class, cn_value a, cn_value b,
                         int64_t axis_of_b)
{
    const int64_t n_a = rank_of(p, a), n_b = rank_of(p, b);
    int letter_of_b[CN_MAX_RANK];
    bool summed[CN_MAX_RANK] = {false};
    if (n_a == 0 || n_b == 0)
        return cn_emit_multiply(p, a, b);
    for (int64_t i = 0; i < n_b; i++)
        letter_of_b[i] = -1;
    letter_of_b[axis_of_b < 0 ? n_b + axis_of_b : axis_of_b] = (int)n_a - 1;
    summed[n_a - 1] = true;
    return by_letters(p, class, a, b, letter_of_b, summed);
}

CN_EMIT(emit_dot)
{
    (void)args, (void)n;
    return over_one(p, class, inputs[0], inputs[1], rank_of(p, inputs[1]) < 2 ? -1 : -2);
}

CN_EMIT(emit_inner)
{
    (void)args, (void)n;
    return over_one(p, class, inputs[0], inputs[1], -1);
}

static cn_value flat(cn_program *p, cn_value x)
{
    return cn_emit_reshape(p, cn_emit_cast(p, x, CN_FLOAT32), CN_SHAPE(CN_NONE));
}

CN_EMIT(emit_vdot)
{
    cn_value a = flat(p, inputs[0]), b = flat(p, inputs[1]);
    (void)args, (void)n;
    if (a == CN_NO_VALUE || b == CN_NO_VALUE)
        return CN_NO_VALUE;
    if (cn_shape_of(p, a)->dim[0] != cn_shape_of(p, b)->dim[0])
        return cn_refuse(p, class, "takes tensors of as many elements, got %s and %s",
                         cn_shape_str(cn_shape_of(p, inputs[0])),
                         cn_shape_str(cn_shape_of(p, inputs[1])));
    return cn_emit_sum(p, cn_emit_multiply(p, a, b), CN_ALL_AXES, false);
}

CN_EMIT(emit_outer)
{
    cn_value rows = cn_emit_expand_dims(p, flat(p, inputs[0]), 1);
    (void)class, (void)args, (void)n;
    return cn_emit_multiply(p, rows, cn_emit_expand_dims(p, flat(p, inputs[1]), 0));
}

const cn_operation_class cn_operation_dot =
    CN_OPERATION_OF("dot", "Dot", "numpy", cn_no_operation_fields, 2, emit_dot);
const cn_operation_class cn_operation_inner =
    CN_OPERATION_OF("inner", "Inner", "numpy", cn_no_operation_fields, 2, emit_inner);
const cn_operation_class cn_operation_outer =
    CN_OPERATION_OF("outer", "Outer", "numpy", cn_no_operation_fields, 2, emit_outer);
const cn_operation_class cn_operation_vdot =
    CN_OPERATION_OF("vdot", "Vdot", "numpy", cn_no_operation_fields, 2, emit_vdot);

/* ---- sums over several axes ------------------------------------------------------------------ */

/* Over so many last axes of a and first ones of b, or over pairs of axes. */
struct sums {
    bool is_number;
    cn_shape of_a, of_b; /* both of the same rank, which is the number */
};

static cn_status read_axes(const json_t *list, cn_shape *axes)
{
    *axes = (cn_shape){.rank = json_is_integer(list) ? 1 : (int64_t)json_array_size(list)};
    CN_CHECK(axes->rank <= CN_MAX_RANK && (json_is_integer(list) || json_is_array(list)),
             "tensordot: axes must be a number, or two lists of at most %d", CN_MAX_RANK);
    for (int64_t i = 0; i < axes->rank; i++) {
        const json_t *item = json_is_integer(list) ? list : json_array_get(list, (size_t)i);
        CN_CHECK(json_is_integer(item), "tensordot: axes must be whole numbers");
        axes->dim[i] = json_integer_value(item);
    }
    return CN_OK;
}

static cn_status read_sums(const json_t *record, const void **thing)
{
    struct sums sums = {.is_number = json_is_integer(record)};
    if (sums.is_number) {
        sums.of_a.rank = sums.of_b.rank = json_integer_value(record);
    } else {
        CN_CHECK(json_array_size(record) == 2, "tensordot: axes must be a number or two lists");
        CN_TRY(read_axes(json_array_get(record, 0), &sums.of_a));
        CN_TRY(read_axes(json_array_get(record, 1), &sums.of_b));
    }
    *thing = cn_keep(&cn_operation_tensordot, &sums, sizeof sums);
    return *thing == NULL ? CN_OUT_OF_MEMORY : CN_OK;
}

static json_t *write_sums(const void *thing)
{
    const struct sums *sums = thing;
    if (sums->is_number)
        return json_integer(sums->of_a.rank);
    json_t *lists[] = {json_array(), json_array()};
    for (int64_t i = 0; i < sums->of_a.rank; i++) {
        cn_json_append(&lists[0], json_integer(sums->of_a.dim[i]));
        cn_json_append(&lists[1], json_integer(sums->of_b.dim[i]));
    }
    return json_pack("[o, o]", lists[0], lists[1]);
}

static const cn_records sums_records = {write_sums, read_sums};

CN_EMIT(emit_tensordot)
{
    static const struct sums two = {true, {.rank = 2}, {.rank = 2}};
    const struct sums *sums = args->key == NULL ? &two : args->key;
    const int64_t n_a = rank_of(p, inputs[0]), n_b = rank_of(p, inputs[1]), axes = sums->of_a.rank;
    int letter_of_b[CN_MAX_RANK];
    bool summed[CN_MAX_RANK] = {false};
    (void)n;
    if (axes < 0 || axes > n_a || axes > n_b || axes != sums->of_b.rank)
        return cn_refuse(p, class,
                         "axes must be as many of both tensors, at most all, got %" PRId64, axes);
    for (int64_t i = 0; i < n_b; i++)
        letter_of_b[i] = -1;
    for (int64_t i = 0; i < axes; i++) {
        const int64_t a =
            cn_axis_of(p, class, inputs[0], sums->is_number ? n_a - axes + i : sums->of_a.dim[i]);
        const int64_t b = cn_axis_of(p, class, inputs[1], sums->is_number ? i : sums->of_b.dim[i]);
        if (a < 0 || b < 0)
            return CN_NO_VALUE;
        if (summed[a] || letter_of_b[b] >= 0)
            return cn_refuse(p, class, "an axis stands in axes twice");
        letter_of_b[b] = (int)a;
        summed[a] = true;
    }
    return by_letters(p, class, inputs[0], inputs[1], letter_of_b, summed);
}

static const cn_field tensordot_fields[] = {{"axes", CN_FIELD_THING,
                                             offsetof(cn_operation_args, key), CN_FIELD_OPTIONAL,
                                             NULL, &sums_records},
                                            CN_END_FIELDS};

const cn_operation_class cn_operation_tensordot =
    CN_OPERATION_OF("tensordot", "Tensordot", "numpy", tensordot_fields, 2, emit_tensordot);

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_dot(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_dot, a, b);
}
cn_tensor *cn_ops_inner(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_inner, a, b);
}
cn_tensor *cn_ops_outer(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_outer, a, b);
}
cn_tensor *cn_ops_vdot(cn_tensor *a, cn_tensor *b)
{
    return cn_draw_2(&cn_operation_vdot, a, b);
}

/* Both lists are as long as the longer, which axis 0 ends too unless it comes first. */
cn_tensor *cn_ops_tensordot_with(const cn_ops_tensordot_args *from)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *const inputs[] = {from->x1, from->x2};
    struct sums sums = {.is_number = from->x1_axes[0] == CN_EVERY_AXIS &&
                                     from->x2_axes[0] == CN_EVERY_AXIS};
    if (sums.is_number) {
        sums.of_a.rank = sums.of_b.rank = from->axes;
    } else {
        sums.of_a = cn_shape_of_axes(from->x1_axes);
        sums.of_b = cn_shape_of_axes(from->x2_axes);
        if (sums.of_a.rank < sums.of_b.rank)
            sums.of_a.rank = sums.of_b.rank;
        sums.of_b.rank = sums.of_a.rank;
    }
    args.key = cn_keep(&cn_operation_tensordot, &sums, sizeof sums);
    return args.key == NULL ? NULL : cn_operation(&cn_operation_tensordot, &args, inputs, 2);
}
