/* Batch renormalization (Ioffe, 2017): r = std / renorm_stddev and d = (mean - renorm_mean) /
 * renorm_stddev make of what the batch's moments normalized what moving ones would have. */
#include "layers/renormalizing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- clipping -------------------------------------------------------------------------------- */

static const cn_renorm_clipping_args no_clipping = {CN_RENORM_CLIPPING_DEFAULTS};

static const cn_field clipping_fields[] = {
    CN_FIELD(cn_renorm_clipping_args, rmax, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_renorm_clipping_args, rmin, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(cn_renorm_clipping_args, dmax, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static cn_status check_clipping(const void *own)
{
    const cn_renorm_clipping_args *args = own;
    CN_CHECK(!(args->rmax < args->rmin),
             "renorm_clipping: rmax must not be below rmin, got %g and %g", args->rmax, args->rmin);
    CN_CHECK(!(args->dmax < 0), "renorm_clipping: dmax must not be negative, got %g", args->dmax);
    return CN_OK;
}

static const cn_class clipping_class = {.name = "renorm_clipping",
                                        .fields = clipping_fields,
                                        .args_size = sizeof no_clipping,
                                        .defaults = &no_clipping,
                                        .check = check_clipping};

const char *cn_renorm_clipping_with(const cn_renorm_clipping_args *args)
{
    cn_session *session = cn_session_current();
    if (session == NULL || check_clipping(args) != CN_OK)
        return NULL;
    json_t *config = cn_args_json(&clipping_class, args);
    char *dump = config == NULL ? NULL : cn_json_text(config, JSON_COMPACT);
    const char *text = dump == NULL ? NULL : cn_arena_text(cn_session_arena(session), dump);
    if (text == NULL)
        (void)cn_fail(CN_OUT_OF_MEMORY, "renorm_clipping: out of memory");
    free(dump);
    json_decref(config);
    return text;
}

static cn_status parse_clipping(const char *text, cn_renorm_clipping_args *clipping)
{
    *clipping = no_clipping;
    if (text == NULL)
        return CN_OK;
    cn_arena memory = {0};
    void *parsed = NULL;
    json_t *config = cn_json_load(text, strlen(text), JSON_REJECT_DUPLICATES, NULL);
    cn_status status =
        json_is_object(config)
            ? cn_args_parse(&clipping_class, "renorm_clipping", config, NULL, &memory, &parsed)
            : cn_fail(CN_INVALID, "renorm_clipping must be a cn_renorm_clipping, got \"%s\"", text);
    if (status == CN_OK)
        *clipping = *(const cn_renorm_clipping_args *)parsed;
    json_decref(config);
    cn_arena_free(&memory);
    return status;
}

cn_status cn_check_renorm_clipping(const char *text)
{
    cn_renorm_clipping_args clipping;
    return parse_clipping(text, &clipping);
}

/* ---- weights --------------------------------------------------------------------------------- */

/* One that begins as the root of what the moving variance begins as. */
static cn_status add_stddev(cn_layer *layer, cn_shape shape, const char *name,
                            const char *variance_initializer)
{
    cn_weight *weight = NULL;
    CN_TRY(cn_layer_add_moving(layer, shape, name, variance_initializer, &weight));
    float *values = weight->variable.data;
    for (int64_t i = 0; i < cn_shape_size(&shape); i++)
        values[i] = sqrtf(values[i]);
    return CN_OK;
}

cn_status cn_layer_add_renorm_weights(cn_layer *layer, cn_shape shape)
{
    const cn_batch_normalization_args *args = layer->args;
    CN_TRY(add_stddev(layer, shape, "moving_stddev", args->moving_variance_initializer));
    CN_TRY(cn_layer_add_moving(layer, shape, "renorm_mean", args->moving_mean_initializer, NULL));
    return add_stddev(layer, shape, "renorm_stddev", args->moving_variance_initializer);
}

/* ---- the call -------------------------------------------------------------------------------- */

/* By their numbers behind the first. */
enum { MOVING_MEAN, MOVING_VARIANCE, MOVING_STDDEV, RENORM_MEAN, RENORM_STDDEV };

static cn_value at_most(cn_program *p, cn_value a, double most)
{
    return isnan(most) ? a : cn_emit_minimum(p, a, cn_emit_scalar(p, most));
}

static cn_value at_least(cn_program *p, cn_value a, double least)
{
    return isnan(least) ? a : cn_emit_maximum(p, a, cn_emit_scalar(p, least));
}

/* moving_variance is what moving_stddev says now. */
static void move_all(cn_call_frame *frame, int64_t first, cn_value mean, cn_value stddev)
{
    const cn_batch_normalization_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_call_move(frame, first + RENORM_MEAN, mean, args->renorm_momentum);
    cn_call_move(frame, first + RENORM_STDDEV, stddev, args->renorm_momentum);
    cn_call_move(frame, first + MOVING_MEAN, mean, args->momentum);
    cn_value moved = cn_call_move(frame, first + MOVING_STDDEV, stddev, args->momentum);
    cn_value variance = cn_emit_add_scalar(p, cn_emit_square(p, moved), -args->epsilon);
    cn_program_assign(p, &frame->layer->weights[first + MOVING_VARIANCE]->variable,
                      cn_emit_relu(p, variance));
}

cn_status cn_call_renorm(cn_call_frame *frame, int64_t first, cn_value mean, cn_value variance,
                         cn_correction *correction)
{
    const cn_batch_normalization_args *args = frame->layer->args;
    cn_program *p = frame->program;
    cn_renorm_clipping_args clipping;
    CN_TRY(parse_clipping(args->renorm_clipping, &clipping));
    cn_value stddev = cn_emit_sqrt(p, cn_emit_add_scalar(p, variance, args->epsilon));
    cn_value usual = cn_emit_maximum(p, cn_call_weight(frame, first + RENORM_STDDEV),
                                     cn_emit_scalar(p, sqrt(args->epsilon)));
    cn_value r = cn_emit_divide(p, stddev, usual);
    cn_value d = cn_emit_divide(
        p, cn_emit_subtract(p, mean, cn_call_weight(frame, first + RENORM_MEAN)), usual);
    r = at_most(p, at_least(p, r, clipping.rmin), clipping.rmax);
    d = at_most(p, at_least(p, d, -clipping.dmax), clipping.dmax);
    *correction = (cn_correction){cn_emit_stop_gradient(p, r), cn_emit_stop_gradient(p, d)};
    move_all(frame, first, mean, stddev);
    return p->status;
}
