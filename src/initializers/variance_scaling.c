/* VarianceScaling: s = scale / max(1, fan); w from U[-sqrt(3 s), sqrt(3 s)), from N(0, s), or
 * from a normal cut at two stddev that has variance s after the cut. Glorot, He and Lecun
 * (glorot_he_lecun.c) are cases of it. */
#include <math.h>
#include <string.h>

#include "initializers/initializers.h"

/* The stddev of a standard normal that is cut at -2 and 2. */
static const double truncated_stddev = 0.87962566103423978;

static double fan_of(const char *mode, double fan_in, double fan_out)
{
    if (strcmp(mode, "fan_in") == 0)
        return fan_in;
    return strcmp(mode, "fan_out") == 0 ? fan_out : (fan_in + fan_out) / 2;
}

/* ---- axes given by the user: they override the rule of the fans ------------------------------ */

static bool is_given(const int64_t *axes)
{
    return axes[0] != 0 || axes[1] != 0;
}

/* The product of the listed dimensions. */
static cn_status multiply_axes(const cn_shape *shape, const int64_t *axes, int64_t *product)
{
    const cn_shape list = cn_shape_of_axes(axes);
    *product = 1;
    for (int64_t i = 0; i < list.rank; i++) {
        int64_t axis = cn_shape_axis(shape, list.dim[i]);
        CN_CHECK(axis >= 0, "axis %d does not exist in shape %s", (int)list.dim[i],
                 cn_shape_str(shape));
        *product *= shape->dim[axis];
    }
    return CN_OK;
}

/* Like Keras, only both together; the zeros of an absent list say axis 0 where the other list is
 * given. */
static cn_status apply_axes(const int64_t *input_axes, const int64_t *output_axes,
                            cn_weight_fill *fill)
{
    if (!is_given(input_axes) && !is_given(output_axes))
        return CN_OK;
    CN_TRY(multiply_axes(fill->shape, input_axes, &fill->fan_in));
    return multiply_axes(fill->shape, output_axes, &fill->fan_out);
}

cn_status cn_fill_scaled(const cn_weight_fill *fill, const cn_scaling *scaling)
{
    cn_weight_fill chosen = *fill;
    CN_TRY(apply_axes(scaling->input_axes, scaling->output_axes, &chosen));
    double s = scaling->scale /
               fmax(1, fan_of(scaling->mode, (double)chosen.fan_in, (double)chosen.fan_out));
    if (strcmp(scaling->distribution, "uniform") == 0)
        cn_fill_uniform(fill, -sqrt(3 * s), sqrt(3 * s));
    else if (strcmp(scaling->distribution, "untruncated_normal") == 0)
        cn_fill_normal(fill, 0, sqrt(s));
    else
        cn_fill_truncated_normal(fill, 0, sqrt(s) / truncated_stddev);
    return CN_OK;
}

static cn_status fill_by_args(const void *arguments, const cn_weight_fill *fill)
{
    const cn_variance_scaling_args *args = arguments;
    return cn_fill_scaled(fill, &(cn_scaling){args->scale, args->mode, args->distribution,
                                              args->input_axes, args->output_axes});
}

/* expected: the words allowed, as "one, two or three". */
static cn_status check_word(const char *argument, const char *word, const char *const *words,
                            const char *expected)
{
    for (const char *const *known = words; word != NULL && *known != NULL; known++)
        if (strcmp(word, *known) == 0)
            return CN_OK;
    return cn_fail(CN_INVALID, "VarianceScaling: %s must be %s, not %s", argument, expected,
                   word == NULL ? "absent" : word);
}

static cn_status check(const void *arguments)
{
    static const char *const modes[] = {"fan_in", "fan_out", "fan_avg", NULL};
    static const char *const distributions[] = {"uniform", "truncated_normal", "untruncated_normal",
                                                "normal", NULL};
    const cn_variance_scaling_args *args = arguments;
    CN_CHECK(isfinite(args->scale) && args->scale > 0,
             "VarianceScaling: scale must be positive, not %g", args->scale);
    CN_TRY(check_word("mode", args->mode, modes, "fan_in, fan_out or fan_avg"));
    return check_word("distribution", args->distribution, distributions,
                      "uniform, truncated_normal or untruncated_normal");
}

static const cn_field fields[] = {
    CN_FIELD(cn_variance_scaling_args, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_variance_scaling_args, scale, CN_FIELD_REAL, 0),
    CN_FIELD(cn_variance_scaling_args, mode, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_variance_scaling_args, distribution, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_variance_scaling_args, input_axes, CN_FIELD_DIMS,
             CN_FIELD_OPTIONAL | CN_FIELD_AXES | CN_FIELD_RECENT),
    CN_FIELD(cn_variance_scaling_args, output_axes, CN_FIELD_DIMS,
             CN_FIELD_OPTIONAL | CN_FIELD_AXES | CN_FIELD_RECENT),
    CN_END_FIELDS,
};

static const cn_variance_scaling_args defaults = {CN_VARIANCE_SCALING_DEFAULTS};

const cn_initializer_class cn_initializer_VarianceScaling = {
    .base = {CN_INITIALIZER("VarianceScaling"), .fields = fields, .args_size = sizeof defaults,
             .defaults = &defaults, .check = check},
    .fill = fill_by_args,
    .seed_offset = offsetof(cn_variance_scaling_args, seed),
};

const char *cn_variance_scaling_with(const cn_variance_scaling_args *args)
{
    return cn_object_text(&cn_initializer_VarianceScaling.base, args);
}
