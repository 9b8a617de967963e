/* tanh. hard_tanh: y = clip(x, -1, 1). tanh_shrink: y = x - tanh(x). */
#include "activations/activations.h"

static cn_value emit_tanh(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_tanh(p, x);
}

/* Not a clip: at -1 and 1 the slope is 1. */
static cn_value emit_hard_tanh(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    cn_value one = cn_emit_scalar(p, 1), minus_one = cn_emit_scalar(p, -1);
    cn_value lower = cn_emit_where(p, cn_emit_less(p, x, minus_one), minus_one, x);
    return cn_emit_where(p, cn_emit_greater(p, x, one), one, lower);
}

static cn_value emit_tanh_shrink(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_subtract(p, x, cn_emit_tanh(p, x));
}

const cn_activation_class cn_activation_tanh = {{CN_PLAIN_ACTIVATION("tanh")}, emit_tanh};
const cn_activation_class cn_activation_hard_tanh = {{CN_PLAIN_ACTIVATION("hard_tanh")},
                                                     emit_hard_tanh};
const cn_activation_class cn_activation_tanh_shrink = {{CN_PLAIN_ACTIVATION("tanh_shrink")},
                                                       emit_tanh_shrink};
