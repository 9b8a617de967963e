/* Operations that models of Keras may hold and that multiply and sum: NumPy's products of two
 * tensors. */
#include <string.h>

#include "graph/operation.h"
#include "ops/emit.h"

static cn_value failed(cn_program *p, const char *message)
{
    return cn_program_fail(p, cn_fail(CN_INVALID, "%s", message));
}

static int64_t rank_of(const cn_program *p, cn_value x)
{
    return x == CN_NO_VALUE ? 0 : cn_shape_of(p, x)->rank;
}

/* ---- sums over letters ----------------------------------------------------------------------- */

static cn_value by_letters(cn_program *p, cn_value a, cn_value b, int64_t n_a, int64_t n_b,
                           const int *letter_of_b, const bool *summed)
{
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
        return failed(p, "a product of two tensors has too many axes");
    return cn_emit_einsum(p, cn_emit_cast(p, a, CN_FLOAT32), of_a, cn_emit_cast(p, b, CN_FLOAT32),
                          of_b, out);
}

/* Sums over one axis of a and one of b, which counts from the end if it is below 0. */
static cn_value over_one(cn_program *p, cn_value a, cn_value b, int64_t axis_of_b)
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
    return by_letters(p, a, b, n_a, n_b, letter_of_b, summed);
}

static cn_value emit_dot(cn_program *p, cn_value a, cn_value b)
{
    return over_one(p, a, b, rank_of(p, b) < 2 ? -1 : -2);
}

static cn_value emit_inner(cn_program *p, cn_value a, cn_value b)
{
    return over_one(p, a, b, -1);
}

static cn_value flat(cn_program *p, cn_value x)
{
    return cn_emit_reshape(p, cn_emit_cast(p, x, CN_FLOAT32), CN_SHAPE(CN_NONE));
}

static cn_value emit_outer(cn_program *p, cn_value a, cn_value b)
{
    cn_value rows = cn_emit_expand_dims(p, flat(p, a), 1);
    return cn_emit_multiply(p, rows, cn_emit_expand_dims(p, flat(p, b), 0));
}

static cn_value emit_vdot(cn_program *p, cn_value a, cn_value b)
{
    cn_value first = flat(p, a);
    return cn_emit_sum(p, cn_emit_multiply(p, first, flat(p, b)), CN_ALL_AXES, false);
}

static cn_value emit_two(cn_program *p, const cn_operation_class *class,
                         const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)args, (void)n;
    return class->of_two(p, inputs[0], inputs[1]);
}

#define OF_TWO(name, class, function_)                                                             \
    {                                                                                              \
        CN_OPERATION(name, class, "numpy", cn_no_operation_fields, 2, 2), .emit = emit_two,        \
                                                                          .of_two = (function_)    \
    }

const cn_operation_class cn_operation_dot = OF_TWO("dot", "Dot", emit_dot);
const cn_operation_class cn_operation_inner = OF_TWO("inner", "Inner", emit_inner);
const cn_operation_class cn_operation_outer = OF_TWO("outer", "Outer", emit_outer);
const cn_operation_class cn_operation_vdot = OF_TWO("vdot", "Vdot", emit_vdot);

/* The last axes of a with the first of b. */
static cn_value emit_tensordot(cn_program *p, const cn_operation_class *class,
                               const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    (void)class, (void)n;
    const int64_t n_a = rank_of(p, inputs[0]), n_b = rank_of(p, inputs[1]), axes = args->number;
    int letter_of_b[CN_MAX_RANK];
    bool summed[CN_MAX_RANK] = {false};
    if (axes < 0 || axes > n_a || axes > n_b)
        return failed(p, "tensordot: axes must be a number of axes that both tensors have");
    for (int64_t i = 0; i < n_b; i++) {
        letter_of_b[i] = i < axes ? (int)(n_a - axes + i) : -1;
        if (i < axes)
            summed[n_a - axes + i] = true;
    }
    return by_letters(p, inputs[0], inputs[1], n_a, n_b, letter_of_b, summed);
}

static const cn_field tensordot_fields[] = {CN_OPERATION_FIELD("axes", number, CN_FIELD_INT, 0),
                                            CN_END_FIELDS};

const cn_operation_class cn_operation_tensordot = {
    CN_OPERATION("tensordot", "Tensordot", "numpy", tensordot_fields, 2, 2),
    .emit = emit_tensordot};

/* ---- einsum ---------------------------------------------------------------------------------- */

/* "bij,bjk->bik" without blanks, as three texts. */
static bool split_subscripts(const char *text, char parts[3][CN_MAX_RANK + 1])
{
    static const char *const ends[] = {",", "->", ""};
    for (int i = 0; i < 3; i++) {
        size_t n = 0;
        for (; *text == ' '; text++) {}
        while ((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z')) {
            if (n == CN_MAX_RANK || memchr(parts[i], *text, n) != NULL)
                return false;
            parts[i][n++] = *text++;
        }
        parts[i][n] = '\0';
        for (; *text == ' '; text++) {}
        if (strncmp(text, ends[i], strlen(ends[i])) != 0)
            return false;
        text += strlen(ends[i]);
    }
    return *text == '\0';
}

static cn_value emit_einsum(cn_program *p, const cn_operation_class *class,
                            const cn_operation_args *args, const cn_value *inputs, int64_t n)
{
    char parts[3][CN_MAX_RANK + 1];
    (void)class, (void)n;
    if (args->dtype == NULL || !split_subscripts(args->dtype, parts))
        return failed(p,
                      "einsum: subscripts must be of two tensors, with each letter once in each: "
                      "\"bij,bjk->bik\"");
    for (int i = 0; i < 2; i++)
        if ((int64_t)strlen(parts[i]) != rank_of(p, inputs[i]))
            return failed(p, "einsum: the subscripts do not have a letter for each axis");
    return cn_emit_einsum(p, cn_emit_cast(p, inputs[0], CN_FLOAT32), parts[0],
                          cn_emit_cast(p, inputs[1], CN_FLOAT32), parts[1], parts[2]);
}

static const cn_field einsum_fields[] = {CN_OPERATION_FIELD("subscripts", dtype, CN_FIELD_TEXT, 0),
                                         CN_END_FIELDS};

const cn_operation_class cn_operation_einsum = {
    CN_OPERATION("einsum", "Einsum", "numpy", einsum_fields, 2, 2), .emit = emit_einsum};
