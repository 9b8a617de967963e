/* Identity: w[i, j] = gain where i = j, otherwise 0. */
#include <math.h>

#include "initializers/initializers.h"

static cn_status fill(const void *arguments, const cn_weight_fill *fill)
{
    const cn_identity_initializer_args *args = arguments;
    CN_CHECK(fill->shape->rank == 2, "Identity: only a matrix can be initialized, the shape is %s",
             cn_shape_str(fill->shape));
    int64_t rows = fill->shape->dim[0], columns = fill->shape->dim[1];
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            fill->values[i * columns + j] = i == j ? (float)args->gain : 0;
    return CN_OK;
}

static cn_status check(const void *arguments)
{
    const cn_identity_initializer_args *args = arguments;
    CN_CHECK(!isnan(args->gain), "Identity: gain must be a number");
    return CN_OK;
}

static const cn_field fields[] = {
    CN_FIELD(cn_identity_initializer_args, gain, CN_FIELD_REAL, 0),
    CN_END_FIELDS,
};

static const char *const aliases[] = {"IdentityInitializer", NULL};
static const cn_identity_initializer_args defaults = {CN_IDENTITY_INITIALIZER_DEFAULTS};

const cn_initializer_class cn_initializer_Identity = {
    .base = {CN_INITIALIZER("Identity"), .aliases = aliases, .fields = fields,
             .args_size = sizeof defaults, .defaults = &defaults, .check = check},
    .fill = fill,
};

const char *cn_identity_initializer_with(const cn_identity_initializer_args *args)
{
    return cn_object_text(&cn_initializer_Identity.base, args);
}
