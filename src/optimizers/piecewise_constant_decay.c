/* PiecewiseConstantDecay: values[0] while s <= boundaries[0], values[1] while s <= boundaries[1],
 * and so on. */
#include <math.h>

#include "optimizers/optimizers.h"

static int length(const double *list)
{
    int n = 0;
    while (n < CN_MAX_LIST && !isnan(list[n]))
        n++;
    return n;
}

/* As in Keras, the boundaries are cut to whole steps. */
static cn_value emit(cn_program *p, const void *args, cn_value step)
{
    const cn_piecewise_constant_decay_args *decay = args;
    const int n = length(decay->boundaries);
    cn_value rate = cn_emit_scalar(p, decay->values[n]);
    for (int i = n - 1; i >= 0; i--) {
        cn_value before =
            cn_emit_less_equal(p, step, cn_emit_scalar(p, trunc(decay->boundaries[i])));
        rate = cn_emit_where(p, before, cn_emit_scalar(p, decay->values[i]), rate);
    }
    return rate;
}

static cn_status check(const void *args)
{
    const cn_piecewise_constant_decay_args *decay = args;
    const int n = length(decay->boundaries), n_values = length(decay->values);
    CN_CHECK(n_values == n + 1,
             "PiecewiseConstantDecay: needs one more value than boundaries, got %d boundaries "
             "and %d values",
             n, n_values);
    for (int i = 1; i < n; i++)
        CN_CHECK(decay->boundaries[i - 1] < decay->boundaries[i],
                 "PiecewiseConstantDecay: boundaries must rise, got %g and then %g",
                 decay->boundaries[i - 1], decay->boundaries[i]);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_piecewise_constant_decay_args, boundaries, CN_FIELD_REALS, 0),
    CN_FIELD(cn_piecewise_constant_decay_args, values, CN_FIELD_REALS, 0),
    CN_FIELD(cn_piecewise_constant_decay_args, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_piecewise_constant_decay_args defaults = {CN_PIECEWISE_CONSTANT_DECAY_DEFAULTS};

const cn_schedule_class cn_schedule_piecewise_constant_decay = {
    .base = {.name = "PiecewiseConstantDecay",
             .module = "keras.optimizers.schedules",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .emit = emit,
};

/* A list written out in C goes on with zeros: ends it with NaN behind its last other number. */
static void end_list(double *list)
{
    int n = length(list);
    if (n < CN_MAX_LIST)
        return;
    while (n > 1 && list[n - 1] == 0)
        n--;
    if (n < CN_MAX_LIST)
        list[n] = CN_UNSET;
}

const char *cn_piecewise_constant_decay_with(const cn_piecewise_constant_decay_args *args)
{
    cn_piecewise_constant_decay_args ended = *args;
    end_list(ended.boundaries);
    end_list(ended.values);
    return cn_object_text(&cn_schedule_piecewise_constant_decay.base, &ended);
}
