/* SGD: w -= lr*g; with momentum m = momentum*m - lr*g and w += m, or with nesterov w += momentum*m
 * - lr*g. */
#include "optimizers/optimizers.h"

static int slots(const void *args, cn_slot *slots)
{
    slots[0].name = "momentum";
    return ((const cn_sgd_args *)args)->momentum != 0 ? 1 : 0;
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_sgd_args *args = call->args;
    cn_program *p = call->p;
    cn_value step = cn_emit_multiply(p, gradient, call->learning_rate);
    if (args->momentum == 0) {
        *variable = cn_emit_subtract(p, *variable, step);
        return;
    }
    slots[0] = cn_emit_subtract(p, cn_emit_multiply_scalar(p, slots[0], args->momentum), step);
    cn_value change = slots[0];
    if (args->nesterov)
        change = cn_emit_subtract(p, cn_emit_multiply_scalar(p, slots[0], args->momentum), step);
    *variable = cn_emit_add(p, *variable, change);
}

static cn_status check(const void *args)
{
    double momentum = ((const cn_sgd_args *)args)->momentum;
    CN_CHECK(momentum >= 0 && momentum <= 1, "SGD: momentum must be between 0 and 1, got %g",
             momentum);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_sgd_args),
    CN_FIELD(cn_sgd_args, momentum, CN_FIELD_REAL, 0),
    CN_FIELD(cn_sgd_args, nesterov, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const cn_sgd_args defaults = {CN_SGD_DEFAULTS};

const cn_optimizer_class cn_optimizer_sgd = {
    .base = {.name = "SGD",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .slots = slots,
    .update = update,
};

const char *cn_sgd_with(const cn_sgd_args *args)
{
    return cn_optimizer_text(&cn_optimizer_sgd.base, args);
}
