/* RMSprop: v = rho*v + (1-rho)*g^2; w -= lr*g / sqrt(v + epsilon). */
#include "optimizers/optimizers.h"

enum { VELOCITY, FIRST_OPTIONAL };

/* Keras makes all velocities, then all momenta, then all averages: three groups. */
static int slots(const void *args, cn_slot *slots)
{
    const cn_rmsprop_args *rmsprop = args;
    int n = 0;
    slots[n++].name = "velocity";
    if (rmsprop->momentum > 0)
        slots[n++].name = "momentum";
    if (rmsprop->centered)
        slots[n++].name = "average_gradient";
    for (int i = 0; i < n; i++)
        slots[i].group = i;
    return n;
}

/* rho*average + (1-rho)*value */
static cn_value average(cn_program *p, double rho, cn_value average, cn_value value)
{
    return cn_emit_add(p, cn_emit_multiply_scalar(p, average, rho),
                       cn_emit_multiply_scalar(p, value, 1 - rho));
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_rmsprop_args *args = call->args;
    cn_program *p = call->p;
    cn_value *momentum = args->momentum > 0 ? &slots[FIRST_OPTIONAL] : NULL;
    slots[VELOCITY] = average(p, args->rho, slots[VELOCITY], cn_emit_square(p, gradient));
    cn_value variance = slots[VELOCITY];
    if (args->centered) {
        cn_value *mean = momentum == NULL ? &slots[FIRST_OPTIONAL] : momentum + 1;
        *mean = average(p, args->rho, *mean, gradient);
        variance = cn_emit_subtract(p, variance, cn_emit_square(p, *mean));
    }
    cn_value root = args->epsilon_outside
                        ? cn_emit_add_scalar(p, cn_emit_sqrt(p, variance), args->epsilon)
                        : cn_emit_sqrt(p, cn_emit_add_scalar(p, variance, args->epsilon));
    cn_value change = cn_emit_divide(p, cn_emit_multiply(p, gradient, call->learning_rate), root);
    if (momentum != NULL)
        change = *momentum =
            cn_emit_add(p, cn_emit_multiply_scalar(p, *momentum, args->momentum), change);
    *variable = cn_emit_subtract(p, *variable, change);
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_rmsprop_args),
    CN_FIELD(cn_rmsprop_args, rho, CN_FIELD_REAL, 0),
    CN_FIELD(cn_rmsprop_args, momentum, CN_FIELD_REAL, 0),
    CN_FIELD(cn_rmsprop_args, epsilon, CN_FIELD_REAL, 0),
    CN_FIELD(cn_rmsprop_args, epsilon_outside, CN_FIELD_BOOL, CN_FIELD_HIDDEN),
    CN_FIELD(cn_rmsprop_args, centered, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"rmsprop", NULL};

static const cn_rmsprop_args defaults = {CN_RMSPROP_DEFAULTS};

const cn_optimizer_class cn_optimizer_rmsprop = {
    .base = {.name = "RMSprop",
             .module = "keras.optimizers",
             .aliases = aliases,
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults},
    .slots = slots,
    .update = update,
};

const char *cn_rmsprop_with(const cn_rmsprop_args *args)
{
    return cn_optimizer_text(&cn_optimizer_rmsprop.base, args);
}
