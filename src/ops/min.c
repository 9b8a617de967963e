/* min: over count axes from axis on; NaN if one is. Gradient: dy, split evenly among the smallest.
 */
#include "ops/reduce.h"

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    return cn_lower_reduce(lowering, instruction, CN_REDUCE_MIN);
}

static double fold(double so_far, double x)
{
    return isnan(so_far) || so_far < x ? so_far : x;
}

static void reference(const cn_reference_call *call)
{
    cn_reference_reduce(call, INFINITY, fold);
}

const cn_op cn_op_min = {
    CN_REDUCE("min"),       .gradient = cn_gradient_of_extreme, .lower = lower,
    .reference = reference, CN_SAMPLES(cn_samples_reduce),
};
