/* RandomUniform: w from U[minval, maxval). */
#include <math.h>

#include "initializers/initializers.h"

static cn_status fill(const void *arguments, const cn_weight_fill *fill)
{
    const cn_random_uniform_initializer_args *args = arguments;
    cn_fill_uniform(fill, args->minval, args->maxval);
    return CN_OK;
}

static cn_status check(const void *arguments)
{
    const cn_random_uniform_initializer_args *args = arguments;
    CN_CHECK(isfinite(args->minval) && isfinite(args->maxval) && args->minval <= args->maxval,
             "RandomUniform: minval and maxval must be finite and in this order, not %g and %g",
             args->minval, args->maxval);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_random_uniform_initializer_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_uniform_initializer_args, minval, CN_FIELD_REAL, 0),
    CN_FIELD(cn_random_uniform_initializer_args, maxval, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"uniform", NULL};
static const cn_random_uniform_initializer_args defaults = {CN_RANDOM_UNIFORM_INITIALIZER_DEFAULTS};

const cn_initializer_class cn_initializer_RandomUniform = {
    .base = {CN_INITIALIZER("RandomUniform"), .aliases = aliases, .fields = fields,
             .args_size = sizeof defaults, .defaults = &defaults, .check = check},
    .fill = fill,
    .seed_offset = offsetof(cn_random_uniform_initializer_args, seed),
};

const char *cn_random_uniform_initializer_with(const cn_random_uniform_initializer_args *args)
{
    return cn_object_text(&cn_initializer_RandomUniform.base, args);
}
