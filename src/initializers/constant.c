/* Zeros, Ones, Constant: w = 0, 1, value. */
#include <math.h>

#include "initializers/initializers.h"

static cn_status fill_with(double value, const cn_weight_fill *fill)
{
    int64_t size = cn_shape_size(fill->shape);
    for (int64_t i = 0; i < size; i++)
        fill->values[i] = (float)value;
    return CN_OK;
}

static cn_status fill_zeros(const void *args, const cn_weight_fill *fill)
{
    (void)args;
    return fill_with(0, fill);
}

static cn_status fill_ones(const void *args, const cn_weight_fill *fill)
{
    (void)args;
    return fill_with(1, fill);
}

static cn_status fill_constant(const void *arguments, const cn_weight_fill *fill)
{
    const cn_constant_args *args = arguments;
    return fill_with(args->value, fill);
}

static cn_status check_constant(const void *arguments)
{
    const cn_constant_args *args = arguments;
    CN_CHECK(!isnan(args->value), "Constant: value must be a number");
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_constant_args, value, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const char *const zeros_aliases[] = {"zero", NULL}, *const ones_aliases[] = {"one", NULL};
static const cn_constant_args defaults = {CN_CONSTANT_DEFAULTS};

const cn_initializer_class cn_initializer_Zeros = {
    .base = {CN_INITIALIZER("Zeros"), .aliases = zeros_aliases, .args_size = 1, .defaults = ""},
    .fill = fill_zeros,
};

const cn_initializer_class cn_initializer_Ones = {
    .base = {CN_INITIALIZER("Ones"), .aliases = ones_aliases, .args_size = 1, .defaults = ""},
    .fill = fill_ones,
};

const cn_initializer_class cn_initializer_Constant = {
    .base = {CN_INITIALIZER("Constant"), .fields = fields, .args_size = sizeof defaults,
             .defaults = &defaults, .check = check_constant},
    .fill = fill_constant,
};

const char *cn_constant_with(const cn_constant_args *args)
{
    return cn_object_text(&cn_initializer_Constant.base, args);
}
