/* AdamW: Adam with weight decay; the decay itself, w -= w*weight_decay*lr, is every optimizer's. */
#include <math.h>

#include "optimizers/adam.h"

static int slots(const void *args, cn_slot *slots)
{
    return cn_adam_slots(((const cn_adam_w_args *)args)->amsgrad, slots);
}

static void begin(cn_optimizer_call *call)
{
    const cn_adam_w_args *args = call->args;
    call->shared[0] = cn_emit_adam_rate(call, args->beta_1, args->beta_2);
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_adam_w_args *args = call->args;
    const cn_adam_options options = {args->beta_1, args->beta_2, args->epsilon, args->amsgrad};
    cn_emit_adam_update(call, &options, gradient, variable, slots);
}

static cn_status check(const void *args)
{
    CN_CHECK(!isnan(((const cn_adam_w_args *)args)->weight_decay),
             "AdamW: weight_decay must be a number, got none");
    return CN_OK;
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_adam_w_args),
    CN_FIELD(cn_adam_w_args, beta_1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adam_w_args, beta_2, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adam_w_args, epsilon, CN_FIELD_REAL, 0),
    CN_FIELD(cn_adam_w_args, amsgrad, CN_FIELD_BOOL, 0),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"adamw", NULL};

static const cn_adam_w_args defaults = {CN_ADAM_W_DEFAULTS};

const cn_optimizer_class cn_optimizer_adam_w = {
    .base = {.name = "AdamW",
             .module = "keras.optimizers",
             .aliases = aliases,
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .slots = slots,
    .begin = begin,
    .update = update,
};

const char *cn_adam_w_with(const cn_adam_w_args *args)
{
    return cn_optimizer_text(&cn_optimizer_adam_w.base, args);
}
