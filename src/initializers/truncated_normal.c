/* TruncatedNormal: w from N(mean, stddev^2), drawn again while |w - mean| > 2 stddev. */
#include <math.h>

#include "initializers/initializers.h"

static cn_status fill(const void *arguments, const cn_weight_fill *fill)
{
    const cn_truncated_normal_args *args = arguments;
    cn_fill_truncated_normal(fill, args->mean, args->stddev);
    return CN_OK;
}

static cn_status check(const void *arguments)
{
    const cn_truncated_normal_args *args = arguments;
    CN_CHECK(isfinite(args->mean), "TruncatedNormal: mean must be finite, not %g", args->mean);
    CN_CHECK(isfinite(args->stddev) && args->stddev >= 0,
             "TruncatedNormal: stddev must be finite and not negative, not %g", args->stddev);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_truncated_normal_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_truncated_normal_args, mean, CN_FIELD_REAL, 0),
    CN_FIELD(cn_truncated_normal_args, stddev, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const cn_truncated_normal_args defaults = {CN_TRUNCATED_NORMAL_DEFAULTS};

const cn_initializer_class cn_initializer_TruncatedNormal = {
    .base = {CN_INITIALIZER("TruncatedNormal"), .fields = fields, .args_size = sizeof defaults,
             .defaults = &defaults, .check = check},
    .fill = fill,
    .seed_offset = offsetof(cn_truncated_normal_args, seed),
};

const char *cn_truncated_normal_with(const cn_truncated_normal_args *args)
{
    return cn_object_text(&cn_initializer_TruncatedNormal.base, args);
}
