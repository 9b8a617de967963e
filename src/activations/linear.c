/* linear: y = x. exponential: y = e^x. */
#include "activations/activations.h"

static cn_value emit_linear(cn_program *p, const void *args, cn_value x)
{
    (void)p, (void)args;
    return x;
}

static cn_value emit_exponential(cn_program *p, const void *args, cn_value x)
{
    (void)args;
    return cn_emit_exp(p, x);
}

const cn_activation_class cn_activation_linear = {{CN_PLAIN_ACTIVATION("linear")}, emit_linear};
const cn_activation_class cn_activation_exponential = {{CN_PLAIN_ACTIVATION("exponential")},
                                                       emit_exponential};
