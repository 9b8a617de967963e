/* fold: what is known before the program runs is computed now; what changes nothing goes; and shape
 * ops that an elementwise op or a product can do itself are taken into it. */
#include <math.h>

#include "compiler/compiler.h"
#include "compiler/rewrite.h"
#include "ops/emit.h"

/* The new program's instruction behind an input of the one being folded. */
static const cn_instruction *maker(const cn_rewrite *rewrite, cn_value value)
{
    return value == CN_NO_VALUE ? NULL : cn_rewrite_producer(rewrite, value);
}

static bool constant(const cn_rewrite *rewrite, cn_value value, double *number)
{
    const cn_instruction *full = maker(rewrite, value);
    if (full == NULL || full->op != &cn_op_full)
        return false;
    *number = ((const cn_full_attributes *)full->attributes)->value;
    return true;
}

static bool same_type(const cn_program *program, cn_value a, const cn_type *type)
{
    const cn_type *of_a = cn_type_of(program, a);
    return of_a->dtype == type->dtype && cn_shape_equal(&of_a->shape, &type->shape);
}

/* A number as the type stores it. */
static double stored(double value, cn_dtype dtype)
{
    if (dtype == CN_FLOAT32)
        return (double)(float)value;
    return dtype == CN_BOOL ? value != 0 : trunc(value);
}

/* An elementwise op of constants only is a constant. */
static cn_value fold_constants(cn_rewrite *rewrite, const cn_instruction *i, const cn_value *in,
                               const cn_type *type)
{
    double number[3] = {0};
    if (!(i->op->flags & CN_OP_ELEMENTWISE) || i->op->scalar == NULL || i->n_inputs > 3)
        return CN_NO_VALUE;
    for (int64_t k = 0; k < i->n_inputs; k++)
        if (!constant(rewrite, in[k], &number[k]))
            return CN_NO_VALUE;
    double value = i->op->scalar(number[0], number[1], number[2]);
    return cn_emit_full(&rewrite->to, stored(value, type->dtype), type->dtype, type->shape);
}

/* x + 0, x - 0, x * 1, x / 1, x ^ 1 are x; x ^ 2, x ^ 0.5 and x ^ -1 have ops of their own. */
static cn_value fold_identity(cn_rewrite *rewrite, const cn_instruction *i, const cn_value *in,
                              const cn_type *type)
{
    double left, right;
    bool known = i->n_inputs == 2 && constant(rewrite, in[1], &right);
    bool known_left = i->n_inputs == 2 && constant(rewrite, in[0], &left);
    const cn_op *op = i->op;
    if (known && same_type(&rewrite->to, in[0], type)) {
        if ((right == 0 && (op == &cn_op_add || op == &cn_op_subtract)) ||
            (right == 1 && (op == &cn_op_multiply || op == &cn_op_divide || op == &cn_op_power)))
            return in[0];
        if (op == &cn_op_power && type->dtype == CN_FLOAT32)
            return right == 2     ? cn_emit_square(&rewrite->to, in[0])
                   : right == 0.5 ? cn_emit_sqrt(&rewrite->to, in[0])
                   : right == -1  ? cn_emit_reciprocal(&rewrite->to, in[0])
                                  : CN_NO_VALUE;
    }
    if (known_left && same_type(&rewrite->to, in[1], type))
        if ((left == 0 && op == &cn_op_add) || (left == 1 && op == &cn_op_multiply))
            return in[1];
    return CN_NO_VALUE;
}

/* Shape ops of a constant are a smaller or larger constant; of the same shape, nothing; of each
 * other, one. */
static cn_value fold_shape(cn_rewrite *rewrite, const cn_instruction *i, const cn_value *in,
                           const cn_type *type)
{
    const bool reshapes = i->op == &cn_op_reshape, broadcasts = i->op == &cn_op_broadcast_to;
    double number;
    if (!reshapes && !broadcasts && i->op != &cn_op_transpose)
        return CN_NO_VALUE;
    if (constant(rewrite, in[0], &number))
        return cn_emit_full(&rewrite->to, number, type->dtype, type->shape);
    if ((reshapes || broadcasts) && same_type(&rewrite->to, in[0], type))
        return in[0];
    const cn_instruction *before = maker(rewrite, in[0]);
    if (reshapes && before->op == &cn_op_reshape)
        return cn_emit_reshape(&rewrite->to, before->inputs[0], type->shape);
    return CN_NO_VALUE;
}

/* A transpose of a transpose is one, and of what is turned round and back again nothing is left. */
static cn_value fold_order(cn_rewrite *rewrite, const cn_instruction *i, const cn_value *in)
{
    if (i->op != &cn_op_transpose && i->op != &cn_op_slice)
        return CN_NO_VALUE;
    const cn_instruction *before = maker(rewrite, in[0]);
    if (before->op != i->op)
        return CN_NO_VALUE;
    if (i->op == &cn_op_transpose) {
        const cn_shape *first = &((const cn_transpose_attributes *)before->attributes)->permutation;
        cn_shape both = ((const cn_transpose_attributes *)i->attributes)->permutation;
        for (int64_t k = 0; k < both.rank; k++)
            both.dim[k] = first->dim[both.dim[k]];
        return cn_emit_transpose(&rewrite->to, before->inputs[0], both);
    }
    const cn_slice_attributes *slice = i->attributes;
    const bool turns = cn_shape_equal(&slice->size, cn_shape_of(&rewrite->to, before->inputs[0]));
    return turns && cn_fields_equal(i->op->fields, slice, before->attributes) ? before->inputs[0]
                                                                              : CN_NO_VALUE;
}

/* The sum of a constant. */
static cn_value fold_sum(cn_rewrite *rewrite, const cn_instruction *i, const cn_value *in,
                         const cn_type *type)
{
    double number;
    if (i->op != &cn_op_sum || !constant(rewrite, in[0], &number))
        return CN_NO_VALUE;
    int64_t from = cn_shape_size(cn_shape_of(&rewrite->to, in[0])),
            to = cn_shape_size(&type->shape);
    return cn_emit_full(&rewrite->to, number * (double)from / (double)to, type->dtype, type->shape);
}

/* Elementwise ops broadcast by themselves: a broadcast or full operand may stay small if the output
 * keeps its shape. */
static void shrink_operands(cn_rewrite *rewrite, const cn_instruction *i, cn_value *in,
                            const cn_type *type)
{
    if (!(i->op->flags & CN_OP_ELEMENTWISE) || i->op == &cn_op_fused)
        return;
    for (int64_t k = 0; k < i->n_inputs; k++) {
        const cn_instruction *before = maker(rewrite, in[k]);
        cn_value small = CN_NO_VALUE;
        if (before->op == &cn_op_broadcast_to)
            small = before->inputs[0];
        else if (before->op == &cn_op_full && cn_shape_of(&rewrite->to, in[k])->rank > 0)
            small = cn_emit_full(&rewrite->to,
                                 ((const cn_full_attributes *)before->attributes)->value,
                                 cn_dtype_of(&rewrite->to, in[k]), (cn_shape){0});
        if (small == CN_NO_VALUE)
            continue;
        cn_shape shape = *cn_shape_of(&rewrite->to, small);
        for (int64_t j = 0; j < i->n_inputs; j++)
            if (j != k)
                (void)cn_shape_broadcast(&shape, cn_shape_of(&rewrite->to, in[j]), &shape);
        if (cn_shape_equal(&shape, &type->shape))
            in[k] = small;
    }
}

/* A product reads its operand exchanged: matmul of a transposed matrix. */
static cn_value fold_matmul(cn_rewrite *rewrite, const cn_instruction *i, const cn_value *in)
{
    if (i->op != &cn_op_matmul)
        return CN_NO_VALUE;
    const cn_matmul_attributes *attributes = i->attributes;
    bool transposed[2] = {attributes->transpose_a, attributes->transpose_b}, changed = false;
    cn_value operand[2] = {in[0], in[1]};
    for (int k = 0; k < 2; k++) {
        const cn_instruction *before = maker(rewrite, in[k]);
        if (before->op != &cn_op_transpose || cn_shape_of(&rewrite->to, in[k])->rank != 2)
            continue;
        operand[k] = before->inputs[0];
        transposed[k] = !transposed[k];
        changed = true;
    }
    if (!changed)
        return CN_NO_VALUE;
    return cn_emit_matmul_transposed(&rewrite->to, operand[0], transposed[0], operand[1],
                                     transposed[1]);
}

static cn_value fold_instruction(cn_rewrite *rewrite, const cn_instruction *i, cn_value *in)
{
    const cn_type *type = cn_type_of(rewrite->from, i->output);
    cn_value value = fold_constants(rewrite, i, in, type);
    if (value == CN_NO_VALUE)
        value = fold_identity(rewrite, i, in, type);
    if (value == CN_NO_VALUE)
        value = fold_shape(rewrite, i, in, type);
    if (value == CN_NO_VALUE)
        value = fold_order(rewrite, i, in);
    if (value == CN_NO_VALUE)
        value = fold_sum(rewrite, i, in, type);
    if (value == CN_NO_VALUE)
        value = fold_matmul(rewrite, i, in);
    if (value == CN_NO_VALUE) {
        shrink_operands(rewrite, i, in, type);
        value = cn_program_append(&rewrite->to, i->op, i->attributes, in, i->n_inputs);
    }
    return value;
}

static cn_status fold_all(cn_rewrite *rewrite)
{
    const cn_program *from = rewrite->from;
    enum { FEW = 3 };
    for (int64_t n = 0; n < from->n_code; n++) {
        const cn_instruction *i = &from->code[n];
        if (i->n_inputs == 0 || i->n_inputs > FEW || i->n_outputs > 1) {
            cn_rewrite_copy(rewrite, i);
            CN_TRY(rewrite->to.status);
            continue;
        }
        cn_value in[FEW];
        for (int64_t k = 0; k < i->n_inputs; k++)
            in[k] = i->inputs[k] == CN_NO_VALUE ? CN_NO_VALUE : rewrite->map[i->inputs[k]];
        rewrite->map[i->output] = fold_instruction(rewrite, i, in);
        CN_TRY(rewrite->to.status);
    }
    return CN_OK;
}

cn_status cn_pass_fold(cn_program *program)
{
    cn_rewrite rewrite;
    cn_status status = cn_rewrite_begin(&rewrite, program);
    return cn_rewrite_end(&rewrite, status == CN_OK ? fold_all(&rewrite) : status);
}
