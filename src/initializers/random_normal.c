/* RandomNormal: w from N(mean, stddev^2). */
#include <math.h>

#include "initializers/initializers.h"

static cn_status fill(const void *arguments, const cn_weight_fill *fill)
{
    const cn_random_normal_initializer_args *args = arguments;
    cn_fill_normal(fill, args->mean, args->stddev);
    return CN_OK;
}

static cn_status check(const void *arguments)
{
    const cn_random_normal_initializer_args *args = arguments;
    CN_CHECK(isfinite(args->mean), "RandomNormal: mean must be finite, not %g", args->mean);
    CN_CHECK(isfinite(args->stddev) && args->stddev >= 0,
             "RandomNormal: stddev must be finite and not negative, not %g", args->stddev);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_random_normal_initializer_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_random_normal_initializer_args, mean, CN_FIELD_REAL, 0),
    CN_FIELD(cn_random_normal_initializer_args, stddev, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"normal", NULL};
static const cn_random_normal_initializer_args defaults = {CN_RANDOM_NORMAL_INITIALIZER_DEFAULTS};

const cn_initializer_class cn_initializer_RandomNormal = {
    .base = {CN_INITIALIZER("RandomNormal"), .aliases = aliases, .fields = fields,
             .args_size = sizeof defaults, .defaults = &defaults, .check = check},
    .fill = fill,
    .seed_offset = offsetof(cn_random_normal_initializer_args, seed),
};

const char *cn_random_normal_initializer_with(const cn_random_normal_initializer_args *args)
{
    return cn_object_text(&cn_initializer_RandomNormal.base, args);
}
