/* Adam's pieces that its descendants share. */
#ifndef CORNU_OPTIMIZERS_ADAM_H
#define CORNU_OPTIMIZERS_ADAM_H

#include "optimizers/optimizers.h"

/* average + (value - average) * (1 - beta) */
static inline cn_value cn_emit_moving_average(cn_program *p, cn_value average, cn_value value,
                                              double beta)
{
    return cn_emit_add(p, average,
                       cn_emit_multiply_scalar(p, cn_emit_subtract(p, value, average), 1 - beta));
}

/* 1 - beta^t */
static inline cn_value cn_emit_bias_correction(const cn_optimizer_call *call, double beta)
{
    return cn_emit_subtract_from(call->p, 1,
                                 cn_emit_power(call->p, cn_emit_scalar(call->p, beta), call->step));
}

/* Adam's step size, lr * sqrt(1 - beta_2^t) / (1 - beta_1^t). */
cn_value cn_emit_adam_rate(const cn_optimizer_call *call, double beta_1, double beta_2);

/* Adam's update with that step size in shared[0]; slots: momentum, velocity and, for amsgrad,
 * velocity_hat. */
typedef struct cn_adam_options {
    double beta_1, beta_2, epsilon;
    bool amsgrad;
} cn_adam_options;
int cn_adam_slots(bool amsgrad, cn_slot *slots);
void cn_emit_adam_update(const cn_optimizer_call *call, const cn_adam_options *options,
                         cn_value gradient, cn_value *variable, cn_value *slots);

#endif
