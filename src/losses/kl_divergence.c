/* KLDivergence: the sum over the last axis of t log(t / p), both clipped to [epsilon, 1].
 * Poisson: the mean of p - t log(p + epsilon). */
#include "losses/losses.h"

static cn_value kl_divergence(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    cn_value t = cn_emit_clip(p, y_true, CN_EPSILON, 1), q = cn_emit_clip(p, y_pred, CN_EPSILON, 1);
    return cn_emit_sum_along(p, cn_emit_multiply(p, t, cn_emit_log(p, cn_emit_divide(p, t, q))),
                             -1);
}

static cn_value poisson(cn_program *p, const void *args, cn_value y_true, cn_value y_pred)
{
    (void)args;
    cn_value logarithm = cn_emit_log(p, cn_emit_add_scalar(p, y_pred, CN_EPSILON));
    cn_value value = cn_emit_subtract(p, y_pred, cn_emit_multiply(p, y_true, logarithm));
    return cn_emit_mean_along(p, value, -1);
}

static const char *const kl_aliases[] = {"kld", "KLD", "kullback_leibler_divergence", NULL};
static const cn_loss_args kl_defaults = {CN_KL_DIVERGENCE_DEFAULTS},
                          poisson_defaults = {CN_POISSON_DEFAULTS};

const cn_loss_class cn_loss_KLDivergence = {
    .base = {CN_PLAIN_LOSS("KLDivergence", kl_defaults), .aliases = kl_aliases},
    .call = kl_divergence,
    CN_PLAIN_REDUCTION,
};

const cn_loss_class cn_loss_Poisson = {
    .base = {CN_PLAIN_LOSS("Poisson", poisson_defaults)},
    .call = poisson,
    CN_PLAIN_REDUCTION,
};

const char *cn_kl_divergence_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_KLDivergence.base, args);
}

const char *cn_poisson_with(const cn_loss_args *args)
{
    return cn_object_text(&cn_loss_Poisson.base, args);
}
