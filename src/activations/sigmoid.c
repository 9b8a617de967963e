/* sigmoid: y = 1 / (1 + e^-x). log_sigmoid: y = -log(1 + e^-x). hard_sigmoid: y = clip(x/6 + 1/2,
 * 0, 1), and as Keras 2 had it, hard_sigmoid_keras2: y = clip(x/5 + 1/2, 0, 1). sparse_sigmoid: y =
 * clip((x + 1)/2, 0, 1). */
#include "activations/activations.h"

static cn_value emit_sigmoid(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_sigmoid(p, x);
}

static cn_value emit_log_sigmoid(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_negative(p, cn_emit_softplus(p, cn_emit_negative(p, x)));
}

/* clip(x + half, 0, 2 half) / (2 half): clipped before the division, so that x = half is exactly
 * at the kink. */
static cn_value emit_ramp(cn_program *p, cn_value x, double half)
{
    cn_value clipped = cn_emit_clip(p, cn_emit_add_scalar(p, x, half), 0, 2 * half);
    return cn_emit_multiply_scalar(p, clipped, 1 / (2 * half));
}

static cn_value emit_hard_sigmoid(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return emit_ramp(p, x, 3);
}

static cn_value emit_hard_sigmoid_keras2(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return emit_ramp(p, x, 2.5);
}

static cn_value emit_sparse_sigmoid(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return emit_ramp(p, x, 1);
}

const cn_activation_class cn_activation_sigmoid = {{CN_PLAIN_ACTIVATION("sigmoid")}, emit_sigmoid};
const cn_activation_class cn_activation_log_sigmoid = {{CN_PLAIN_ACTIVATION("log_sigmoid")},
                                                       emit_log_sigmoid};
const cn_activation_class cn_activation_hard_sigmoid = {{CN_PLAIN_ACTIVATION("hard_sigmoid")},
                                                        emit_hard_sigmoid};
const cn_activation_class cn_activation_hard_sigmoid_keras2 = {
    {CN_PLAIN_ACTIVATION("hard_sigmoid_keras2")}, emit_hard_sigmoid_keras2};
const cn_activation_class cn_activation_sparse_sigmoid = {{CN_PLAIN_ACTIVATION("sparse_sigmoid")},
                                                          emit_sparse_sigmoid};
