/* Muon: for matrices m += g + (momentum - 1)*m; x = g + momentum*m (or m), made nearly orthogonal
 * by steps of x = a*x + (b*S + c*S^2) x with S = x x^T, from x/|x|; w -= lr*x*sqrt(max(rows,
 * columns))*rms_rate. All else is Adam's. */
#include <math.h>
#include <regex.h>
#include <string.h>
#include <strings.h>

#include "optimizers/adam.h"

enum { MOMENTUM, VELOCITY };

/* ---- which weights --------------------------------------------------------------------------- */

static cn_status compile(const char *patterns, regex_t *compiled)
{
    char text[256];
    CN_CHECK(strstr(patterns, "(?") == NULL && strstr(patterns, "\\d") == NULL,
             "Muon: exclude_layers: (?...) and \\d are not known, got \"%s\"", patterns);
    const int failure = regcomp(compiled, patterns, REG_EXTENDED | REG_NOSUB);
    if (failure == REG_ESPACE)
        return cn_fail(CN_OUT_OF_MEMORY, "out of memory");
    if (failure == 0)
        return CN_OK;
    (void)regerror(failure, compiled, text, sizeof text);
    return cn_fail(CN_INVALID, "Muon: exclude_layers \"%s\": %s", patterns, text);
}

static bool has_embedding(const char *path)
{
    static const char word[] = "embedding";
    for (; *path != '\0'; path++)
        if (strncasecmp(path, word, sizeof word - 1) == 0)
            return true;
    return false;
}

static cn_status is_excluded(const cn_muon_args *args, const char *path, bool *excluded)
{
    regex_t compiled;
    *excluded = args->exclude_embeddings && has_embedding(path);
    if (*excluded || args->exclude_layers == NULL || args->exclude_layers[0] == '\0')
        return CN_OK;
    CN_TRY(compile(args->exclude_layers, &compiled));
    *excluded = regexec(&compiled, path, 0, NULL, 0) == 0;
    regfree(&compiled);
    return CN_OK;
}

/* Only Adam's weights have a velocity. */
static int slots(const void *args, cn_slot *slots)
{
    bool excluded;
    const char *path = slots[MOMENTUM].path == NULL ? "" : slots[MOMENTUM].path;
    if (is_excluded(args, path, &excluded) != CN_OK)
        return -1;
    slots[MOMENTUM].name = "momentum";
    slots[VELOCITY].name = "velocity";
    slots[VELOCITY].absent = slots[VELOCITY].shape.rank == 2 && !excluded;
    return 2;
}

static double weight_decay(const void *arguments, const cn_value *slots)
{
    const cn_muon_args *args = arguments;
    return slots[VELOCITY] == CN_NO_VALUE ? args->weight_decay : args->adam_weight_decay;
}

/* ---- a step ---------------------------------------------------------------------------------- */

static void begin(cn_optimizer_call *call)
{
    const cn_muon_args *args = call->args;
    cn_value rate = cn_emit_adam_rate(call, args->adam_beta_1, args->adam_beta_2);
    call->shared[0] = cn_emit_multiply_scalar(call->p, rate, args->adam_lr_ratio);
}

/* x, for which all singular values come near 1. */
static cn_value orthogonal(cn_program *p, const cn_muon_args *args, cn_value x)
{
    cn_value squares = cn_emit_sum(p, cn_emit_square(p, x), CN_ALL_AXES, false);
    x = cn_emit_divide(p, x, cn_emit_add_scalar(p, cn_emit_sqrt(p, squares), 1e-7));
    for (int64_t i = 0; i < args->ns_steps; i++) {
        cn_value s = cn_emit_matmul_transposed(p, x, false, x, true);
        cn_value scaled = cn_emit_multiply_scalar(p, s, args->muon_c);
        cn_value square = cn_emit_matmul(p, scaled, s);
        cn_value both = cn_emit_add(p, cn_emit_multiply_scalar(p, s, args->muon_b), square);
        cn_value turned = cn_emit_matmul(p, both, x);
        x = cn_emit_add(p, cn_emit_multiply_scalar(p, x, args->muon_a), turned);
    }
    return x;
}

static void update_matrix(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                          cn_value *slots)
{
    const cn_muon_args *args = call->args;
    cn_program *p = call->p;
    if (*variable == CN_NO_VALUE)
        return;
    const cn_shape shape = *cn_shape_of(p, *variable);
    const bool tall = shape.dim[0] > shape.dim[1];
    cn_value old = cn_emit_multiply_scalar(p, slots[MOMENTUM], args->momentum - 1);
    slots[MOMENTUM] = cn_emit_add(p, slots[MOMENTUM], cn_emit_add(p, gradient, old));
    cn_value x = slots[MOMENTUM];
    if (args->nesterov)
        x = cn_emit_add(p, gradient, cn_emit_multiply_scalar(p, x, args->momentum));
    x = orthogonal(p, args, tall ? cn_emit_swap_axes(p, x, 0, 1) : x);
    if (tall)
        x = cn_emit_swap_axes(p, x, 0, 1);
    cn_value change = cn_emit_multiply(p, x, call->learning_rate);
    if (!isnan(args->rms_rate))
        change = cn_emit_multiply_scalar(p, change,
                                         args->rms_rate * sqrt((double)shape.dim[tall ? 0 : 1]));
    *variable = cn_emit_subtract(p, *variable, change);
}

static void update(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots)
{
    const cn_muon_args *args = call->args;
    const cn_adam_options options = {args->adam_beta_1, args->adam_beta_2, args->epsilon, false};
    if (slots[VELOCITY] == CN_NO_VALUE)
        update_matrix(call, gradient, variable, slots);
    else
        cn_emit_adam_update(call, &options, gradient, variable, slots);
}

/* ---- the class ------------------------------------------------------------------------------- */

static cn_status check(const void *arguments)
{
    const cn_muon_args *args = arguments;
    regex_t compiled;
    CN_CHECK(args->ns_steps >= 0 && args->ns_steps <= 100,
             "Muon: ns_steps must be from 0 to 100, got %lld", (long long)args->ns_steps);
    if (args->exclude_layers == NULL)
        return CN_OK;
    CN_TRY(compile(args->exclude_layers, &compiled));
    regfree(&compiled);
    return CN_OK;
}

static const cn_field fields[] = {
    CN_OPTIMIZER_FIELDS(cn_muon_args),
    CN_FIELD(cn_muon_args, adam_beta_1, CN_FIELD_REAL, 0),
    CN_FIELD(cn_muon_args, adam_beta_2, CN_FIELD_REAL, 0),
    CN_FIELD(cn_muon_args, epsilon, CN_FIELD_REAL, 0),
    CN_FIELD(cn_muon_args, exclude_layers, CN_FIELD_TEXT, CN_FIELD_OPTIONAL | CN_FIELD_HIDDEN),
    CN_FIELD(cn_muon_args, muon_a, CN_FIELD_REAL, 0),
    CN_FIELD(cn_muon_args, muon_b, CN_FIELD_REAL, 0),
    CN_FIELD(cn_muon_args, muon_c, CN_FIELD_REAL, 0),
    CN_FIELD(cn_muon_args, adam_lr_ratio, CN_FIELD_REAL, 0),
    CN_FIELD(cn_muon_args, momentum, CN_FIELD_REAL, 0),
    CN_FIELD(cn_muon_args, ns_steps, CN_FIELD_INT, 0),
    CN_FIELD(cn_muon_args, nesterov, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_muon_args, exclude_embeddings, CN_FIELD_BOOL, 0),
    CN_FIELD(cn_muon_args, adam_weight_decay, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_muon_args, rms_rate, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const cn_muon_args defaults = {CN_MUON_DEFAULTS};

const cn_optimizer_class cn_optimizer_muon = {
    .base = {.name = "Muon",
             .module = "keras.optimizers",
             .fields = fields,
             .args_size = sizeof defaults,
             .defaults = &defaults,
             .check = check},
    .slots = slots,
    .begin = begin,
    .update = update,
    .weight_decay = weight_decay,
};

const char *cn_muon_with(const cn_muon_args *args)
{
    return cn_optimizer_text(&cn_optimizer_muon.base, args);
}
