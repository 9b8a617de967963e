/* silu (swish): y = x * sigmoid(x). hard_silu (hard_swish): y = x * clip(x/6 + 1/2, 0, 1).
 * mish: y = x * tanh(softplus(x)). */
#include "activations/activations.h"

static cn_value emit_silu(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_multiply(p, x, cn_emit_sigmoid(p, x));
}

static cn_value emit_hard_silu(cn_program *p, const void *args, cn_value x)
{
    return cn_emit_multiply(p, x, cn_activation_hard_sigmoid.emit(p, args, x));
}

static cn_value emit_mish(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_multiply(p, x, cn_emit_tanh(p, cn_emit_softplus(p, x)));
}

static const char *const silu_aliases[] = {"swish", NULL}, *const hard_silu_aliases[] = {
                                                               "hard_swish", NULL};

const cn_activation_class cn_activation_silu = {
    {CN_PLAIN_ACTIVATION("silu"), .aliases = silu_aliases}, emit_silu};
const cn_activation_class cn_activation_hard_silu = {
    {CN_PLAIN_ACTIVATION("hard_silu"), .aliases = hard_silu_aliases}, emit_hard_silu};
const cn_activation_class cn_activation_mish = {{CN_PLAIN_ACTIVATION("mish")}, emit_mish};
