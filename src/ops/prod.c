/* prod: the product over count axes from axis on. Gradient: dx = dy * the product of the others,
 * also where some are 0. */
#include "ops/reduce.h"

/* With one 0 in a group only that element has a gradient, the product of the others; with more
 * there is none. */
static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    cn_value x = i->inputs[0], zero = cn_emit_scalar(p, 0), one = cn_emit_scalar(p, 1);
    cn_value is_zero = cn_emit_equal(p, x, zero);
    cn_value zeros = cn_emit_cast(p, is_zero, CN_FLOAT32),
             others = cn_emit_where(p, is_zero, one, x);
    if (others == CN_NO_VALUE)
        return;
    cn_value count =
        cn_keep_reduced(p, i, cn_program_append(p, &cn_op_sum, i->attributes, &zeros, 1));
    cn_value product =
        cn_keep_reduced(p, i, cn_program_append(p, &cn_op_prod, i->attributes, &others, 1));
    /* The zeros among the others: all in the group, but for the element itself. */
    cn_value left = cn_emit_subtract(p, count, zeros);
    cn_value rest = cn_emit_divide(p, product, others);
    rest = cn_emit_where(p, cn_emit_equal(p, left, zero), rest, zero);
    dx[0] = cn_emit_multiply(p, cn_keep_reduced(p, i, dy[0]), rest);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_lower_reduce(lowering, instruction, CN_REDUCE_PROD);
}

static double fold(double so_far, double x)
{
    return so_far * x;
}

static void reference(const cn_reference_call *call)
{
    cn_reference_reduce(call, 1, fold);
}

const cn_op cn_op_prod = {
    CN_REDUCE("prod"),      .gradient = gradient,          .lower = lower,
    .reference = reference, CN_SAMPLES(cn_samples_reduce),
};
