/* sum: over count axes from axis on. Gradient: dx = dy repeated over them. */
#include "ops/reduce.h"

static void gradient(cn_program *p, const cn_instruction *i, const cn_value *dy, cn_value *dx)
{
    dx[0] = cn_spread_reduced(p, i, dy[0]);
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_lower_reduce(lowering, instruction, CN_REDUCE_SUM);
}

static double fold(double so_far, double x)
{
    return so_far + x;
}

static void reference(const cn_reference_call *call)
{
    cn_reference_reduce(call, 0, fold);
}

const cn_op cn_op_sum = {
    CN_REDUCE("sum"),       .gradient = gradient,          .lower = lower,
    .reference = reference, CN_SAMPLES(cn_samples_reduce),
};
