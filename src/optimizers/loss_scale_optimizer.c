/* LossScaleOptimizer: another optimizer, for a loss that is multiplied by a scale which is halved
 * or doubled. The steps are the other's: step.c knows what stands around them. */
#include <inttypes.h>
#include <math.h>

#include "optimizers/optimizers.h"

static cn_status check(const void *arguments)
{
    const cn_loss_scale_optimizer_args *args = arguments;
    CN_CHECK(args->initial_scale > 0 && isfinite(args->initial_scale),
             "LossScaleOptimizer: initial_scale must be positive, got %g", args->initial_scale);
    CN_CHECK(args->dynamic_growth_steps > 0 && args->dynamic_growth_steps <= INT32_MAX,
             "LossScaleOptimizer: dynamic_growth_steps must be from 1 to %d, got %" PRId64,
             INT32_MAX, args->dynamic_growth_steps);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_loss_scale_optimizer_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_OBJECT_FIELD(cn_loss_scale_optimizer_args, inner_optimizer, "optimizer"),
    CN_FIELD(cn_loss_scale_optimizer_args, initial_scale, CN_FIELD_REAL, 0),
    CN_FIELD(cn_loss_scale_optimizer_args, dynamic_growth_steps, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_loss_scale_optimizer_args defaults = {CN_LOSS_SCALE_OPTIMIZER_DEFAULTS};

const cn_optimizer_class cn_optimizer_loss_scale_optimizer = {
    .base = {.name = "LossScaleOptimizer",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
};

const char *cn_loss_scale_optimizer_with(const cn_loss_scale_optimizer_args *args)
{
    return cn_optimizer_text(&cn_optimizer_loss_scale_optimizer.base, args);
}
