/* GlorotUniform, GlorotNormal: VarianceScaling with scale 1 and fan_avg; HeUniform, HeNormal: 2
 * and fan_in; LecunUniform, LecunNormal: 1 and fan_in. */
#include "initializers/initializers.h"

static cn_status fill(const void *arguments, const cn_weight_fill *fill, double scale,
                      const char *mode, const char *distribution)
{
    const cn_scaled_initializer_args *args = arguments;
    return cn_fill_scaled(
        fill, &(cn_scaling){scale, mode, distribution, args->input_axes, args->output_axes});
}

static cn_status fill_glorot_uniform(const void *args, const cn_weight_fill *weight)
{
    return fill(args, weight, 1, "fan_avg", "uniform");
}

static cn_status fill_glorot_normal(const void *args, const cn_weight_fill *weight)
{
    return fill(args, weight, 1, "fan_avg", "truncated_normal");
}

static cn_status fill_he_uniform(const void *args, const cn_weight_fill *weight)
{
    return fill(args, weight, 2, "fan_in", "uniform");
}

static cn_status fill_he_normal(const void *args, const cn_weight_fill *weight)
{
    return fill(args, weight, 2, "fan_in", "truncated_normal");
}

static cn_status fill_lecun_uniform(const void *args, const cn_weight_fill *weight)
{
    return fill(args, weight, 1, "fan_in", "uniform");
}

static cn_status fill_lecun_normal(const void *args, const cn_weight_fill *weight)
{
    return fill(args, weight, 1, "fan_in", "truncated_normal");
}

static const cn_field fields[] = {
    CN_FIELD(cn_scaled_initializer_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_scaled_initializer_args, input_axes, CN_FIELD_DIMS,
             CN_FIELD_OPTIONAL | CN_FIELD_AXES | CN_FIELD_RECENT),
    CN_FIELD(cn_scaled_initializer_args, output_axes, CN_FIELD_DIMS,
             CN_FIELD_OPTIONAL | CN_FIELD_AXES | CN_FIELD_RECENT),
    CN_END_FIELDS,
};

static const cn_scaled_initializer_args defaults = {CN_SCALED_INITIALIZER_DEFAULTS};

#define NAMED(name_)                                                                               \
    {                                                                                              \
        CN_INITIALIZER(name_), .fields = fields, .args_size = sizeof defaults,                     \
                               .defaults = &defaults                                               \
    }
#define SEED offsetof(cn_scaled_initializer_args, seed)

const cn_initializer_class cn_initializer_GlorotUniform = {NAMED("GlorotUniform"),
                                                           fill_glorot_uniform, SEED};
const cn_initializer_class cn_initializer_GlorotNormal = {NAMED("GlorotNormal"), fill_glorot_normal,
                                                          SEED};
const cn_initializer_class cn_initializer_HeUniform = {NAMED("HeUniform"), fill_he_uniform, SEED};
const cn_initializer_class cn_initializer_HeNormal = {NAMED("HeNormal"), fill_he_normal, SEED};
const cn_initializer_class cn_initializer_LecunUniform = {NAMED("LecunUniform"), fill_lecun_uniform,
                                                          SEED};
const cn_initializer_class cn_initializer_LecunNormal = {NAMED("LecunNormal"), fill_lecun_normal,
                                                         SEED};

const char *cn_glorot_uniform_with(const cn_scaled_initializer_args *args)
{
    return cn_object_text(&cn_initializer_GlorotUniform.base, args);
}

const char *cn_glorot_normal_with(const cn_scaled_initializer_args *args)
{
    return cn_object_text(&cn_initializer_GlorotNormal.base, args);
}

const char *cn_he_uniform_with(const cn_scaled_initializer_args *args)
{
    return cn_object_text(&cn_initializer_HeUniform.base, args);
}

const char *cn_he_normal_with(const cn_scaled_initializer_args *args)
{
    return cn_object_text(&cn_initializer_HeNormal.base, args);
}

const char *cn_lecun_uniform_with(const cn_scaled_initializer_args *args)
{
    return cn_object_text(&cn_initializer_LecunUniform.base, args);
}

const char *cn_lecun_normal_with(const cn_scaled_initializer_args *args)
{
    return cn_object_text(&cn_initializer_LecunNormal.base, args);
}
