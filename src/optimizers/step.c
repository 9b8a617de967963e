/* Emitting one step in Keras 3's order: unscale, accumulate, clip, decay, update, average,
 * constrain, count. What does not depend on a weight is computed once; the rest of a weight's step
 * is one elementwise chain, which the compiler makes one pass over memory. What happens in some
 * steps only is chosen by `where` on scalars. */
#include <math.h>
#include <string.h>

#include "constraints/constraints.h"
#include "optimizers/optimizers.h"

typedef struct step {
    cn_program *p;
    cn_optimizer *optimizer;
    const cn_optimizer_class *class;
    const cn_optimizer_keywords *keywords;
    cn_optimizer_call call;
    cn_value iteration;    /* int32: batches before this one */
    cn_value updates;      /* int32: updates before this one */
    cn_value acts;         /* bool: this batch makes an update; CN_NO_VALUE: every batch does */
    cn_value global_scale; /* of all gradients; CN_NO_VALUE: none */
    cn_value decay;        /* weight_decay * lr; CN_NO_VALUE: none */
    cn_value ema_momentum; /* 0 at first */
    cn_value overwrites;   /* bool: weights become their averages; CN_NO_VALUE: never */
    cn_value scale;        /* what the gradients were multiplied by; CN_NO_VALUE: nothing */
    cn_value finite;       /* bool: all of them are; otherwise nothing changes but the scale */
} step;

static bool given(double argument)
{
    return !isnan(argument);
}

/* ---- once for all weights -------------------------------------------------------------------- */

/* Whether counter + 1 is a multiple of n. */
static cn_value every(cn_program *p, cn_value counter, int64_t n)
{
    cn_value next = cn_emit_add_scalar(p, counter, 1);
    cn_value divisor = cn_emit_full(p, (double)n, CN_INT32, (cn_shape){0});
    return cn_emit_equal_scalar(p, cn_emit_mod(p, next, divisor), 0);
}

/* A variable's new value, unless the step is left out. */
static void assign(const step *s, cn_variable *variable, cn_value new)
{
    if (s->finite != CN_NO_VALUE)
        new = cn_emit_where(s->p, s->finite, new, cn_program_read(s->p, variable));
    cn_program_assign(s->p, variable, new);
}

static cn_value learning_rate(const step *s)
{
    const cn_object *schedule = &s->optimizer->schedule;
    if (schedule->class == NULL)
        return cn_program_read(s->p, &s->optimizer->learning_rate);
    const cn_schedule_class *class = (const cn_schedule_class *)schedule->class;
    return class->emit(s->p, schedule->args, cn_emit_cast(s->p, s->iteration, CN_FLOAT32));
}

static void begin_averages(step *s)
{
    cn_program *p = s->p;
    cn_value first = cn_emit_equal_scalar(p, s->updates, 0);
    s->ema_momentum =
        cn_emit_where(p, first, cn_emit_scalar(p, 0), cn_emit_scalar(p, s->keywords->ema_momentum));
    if (s->keywords->ema_overwrite_frequency != CN_NONE)
        s->overwrites = every(p, s->updates, s->keywords->ema_overwrite_frequency);
}

static void begin(step *s)
{
    cn_program *p = s->p;
    const int64_t n = s->keywords->gradient_accumulation_steps;
    s->iteration = s->updates = cn_program_read(p, &s->optimizer->iteration);
    s->acts = s->global_scale = s->decay = s->ema_momentum = s->overwrites = CN_NO_VALUE;
    if (n != CN_NONE) {
        s->acts = every(p, s->iteration, n);
        s->updates = cn_emit_floor_divide(p, s->iteration,
                                          cn_emit_full(p, (double)n, CN_INT32, (cn_shape){0}));
    }
    if (s->keywords->use_ema)
        begin_averages(s);
    s->call = (cn_optimizer_call){
        .p = p, .args = s->optimizer->object.args, .learning_rate = learning_rate(s)};
    s->call.step = cn_emit_cast(p, cn_emit_add_scalar(p, s->updates, 1), CN_FLOAT32);
    if (given(s->keywords->weight_decay) && s->class->weight_decay == NULL)
        s->decay = cn_emit_multiply_scalar(p, s->call.learning_rate, s->keywords->weight_decay);
}

/* The new value in a step that acts, otherwise the old one. */
static cn_value if_acting(const step *s, cn_value new, cn_value old)
{
    return s->acts == CN_NO_VALUE ? new : cn_emit_where(s->p, s->acts, new, old);
}

static void begin_class(step *s)
{
    cn_variable *common = &s->optimizer->common;
    cn_value old = s->class->has_common ? cn_program_read(s->p, common) : CN_NO_VALUE;
    s->call.common = old;
    if (s->class->begin != NULL)
        s->class->begin(&s->call);
    if (s->class->has_common)
        assign(s, common, if_acting(s, s->call.common, old));
}

/* ---- gradients ------------------------------------------------------------------------------- */

/* The mean of the gradients since the last update; between updates they are only added up. */
static cn_value accumulate(const step *s, cn_variable *accumulator, cn_value gradient)
{
    cn_program *p = s->p;
    cn_value sum = cn_emit_add(p, gradient, cn_program_read(p, accumulator));
    assign(s, accumulator, cn_emit_where(p, s->acts, cn_emit_scalar(p, 0), sum));
    return cn_emit_multiply_scalar(p, sum, 1 / (double)s->keywords->gradient_accumulation_steps);
}

/* LossScaleOptimizer's part: the scale is halved when a gradient is not finite, and doubled after
 * growth_steps steps without that. */
static void begin_scale(step *s, const cn_value *gradients)
{
    cn_program *p = s->p;
    cn_optimizer *optimizer = s->optimizer;
    s->scale = s->finite = CN_NO_VALUE;
    if (optimizer->scaling == NULL)
        return;
    for (int64_t i = 0; i < optimizer->n; i++) {
        if (gradients[i] == CN_NO_VALUE)
            continue;
        cn_value finite = cn_emit_all(p, cn_emit_is_finite(p, gradients[i]), CN_ALL_AXES, false);
        s->finite = s->finite == CN_NO_VALUE ? finite : cn_emit_logical_and(p, s->finite, finite);
    }
    cn_variable *counter = &optimizer->scale[CN_SCALE_STEPS], *scale = &optimizer->scale[CN_SCALE];
    s->scale = cn_program_read(p, scale);
    cn_value steps = cn_program_read(p, counter);
    cn_value next = cn_emit_add_scalar(p, steps, 1);
    cn_value grows =
        cn_emit_equal_scalar(p, next, (double)optimizer->scaling->dynamic_growth_steps);
    cn_value none = cn_emit_zeros_like(p, steps);
    cn_value doubled = cn_emit_multiply_scalar(p, s->scale, 2);
    cn_value halved = cn_emit_multiply_scalar(p, s->scale, 0.5);
    cn_value grown = cn_emit_where(p, grows, doubled, s->scale);
    cn_value counted = cn_emit_where(p, grows, none, next);
    cn_program_assign(p, scale, cn_emit_where(p, s->finite, grown, halved));
    cn_program_assign(p, counter, cn_emit_where(p, s->finite, counted, none));
}

/* Unscaled and accumulated gradients. */
static void gather_gradients(const step *s, const cn_value *gradients, cn_value *gathered)
{
    const double factor = s->keywords->loss_scale_factor;
    for (int64_t i = 0; i < s->optimizer->n; i++) {
        gathered[i] = gradients[i];
        if (gathered[i] != CN_NO_VALUE && s->scale != CN_NO_VALUE)
            gathered[i] = cn_emit_divide(s->p, gathered[i], s->scale);
        if (gathered[i] != CN_NO_VALUE && given(factor))
            gathered[i] = cn_emit_multiply_scalar(s->p, gathered[i], 1 / factor);
        if (gathered[i] != CN_NO_VALUE && s->optimizer->accumulators != NULL)
            gathered[i] = accumulate(s, &s->optimizer->accumulators[i], gathered[i]);
    }
}

static cn_value squared_norm(cn_program *p, cn_value gradient)
{
    return cn_emit_sum(p, cn_emit_square(p, gradient), CN_ALL_AXES, false);
}

/* clip / max(norm, clip); a norm that is not finite makes everything NaN, as in Keras. */
static cn_value global_scale(const step *s, const cn_value *gradients)
{
    const double clip = s->keywords->global_clipnorm;
    cn_program *p = s->p;
    cn_value sum = CN_NO_VALUE;
    for (int64_t i = 0; i < s->optimizer->n; i++) {
        if (gradients[i] == CN_NO_VALUE)
            continue;
        cn_value square = squared_norm(p, gradients[i]);
        sum = sum == CN_NO_VALUE ? square : cn_emit_add(p, sum, square);
    }
    cn_value norm = cn_emit_sqrt(p, sum);
    cn_value scale = cn_emit_minimum_scalar(p, cn_emit_reciprocal(p, norm), 1 / clip);
    scale = cn_emit_multiply_scalar(p, scale, clip);
    return cn_emit_add(p, scale, cn_emit_subtract(p, norm, norm));
}

static cn_value clip(const step *s, cn_value gradient)
{
    const cn_optimizer_keywords *keywords = s->keywords;
    cn_program *p = s->p;
    if (s->global_scale != CN_NO_VALUE)
        return cn_emit_multiply(p, gradient, s->global_scale);
    if (given(keywords->clipvalue))
        return cn_emit_clip(p, gradient, -keywords->clipvalue, keywords->clipvalue);
    if (!given(keywords->clipnorm))
        return gradient;
    cn_value norm =
        cn_emit_maximum_scalar(p, cn_emit_sqrt(p, squared_norm(p, gradient)), keywords->clipnorm);
    return cn_emit_multiply(p, gradient,
                            cn_emit_divide(p, cn_emit_scalar(p, keywords->clipnorm), norm));
}

/* ---- one weight ------------------------------------------------------------------------------ */

/* Whether one of the parts, which are separated by |, is in the last part of the weight's path. */
static bool is_excluded(const cn_variable *weight, const char *parts)
{
    const char *slash = strrchr(weight->name, '/'), *own = slash == NULL ? weight->name : slash + 1;
    while (parts != NULL && *parts != '\0') {
        size_t length = strcspn(parts, "|");
        for (const char *at = own; length > 0 && *at != '\0'; at++)
            if (strncmp(at, parts, length) == 0)
                return true;
        parts += length + (parts[length] == '|');
    }
    return false;
}

/* slots: old values. */
static cn_value decayed(const step *s, const cn_variable *weight, const cn_value *slots, cn_value w)
{
    if (s->class->weight_decay != NULL) {
        const double decay = s->class->weight_decay(s->call.args, slots);
        if (!given(decay) || is_excluded(weight, s->keywords->exclude_from_weight_decay))
            return w;
        cn_value part = cn_emit_multiply_scalar(s->p, s->call.learning_rate, decay);
        return cn_emit_subtract(s->p, w, cn_emit_multiply(s->p, w, part));
    }
    if (s->decay == CN_NO_VALUE || is_excluded(weight, s->keywords->exclude_from_weight_decay))
        return w;
    return cn_emit_subtract(s->p, w, cn_emit_multiply(s->p, w, s->decay));
}

/* The weight's new value; its slots are assigned. */
static cn_value update(const step *s, int64_t i, cn_value gradient, cn_value w)
{
    const int64_t n = s->optimizer->n_slots;
    cn_variable *slots = &s->optimizer->slots[i * n];
    cn_value old[CN_MOST_SLOTS], new[CN_MOST_SLOTS];
    for (int64_t k = 0; k < n; k++)
        old[k] = new[k] = slots[k].data == NULL ? CN_NO_VALUE : cn_program_read(s->p, &slots[k]);
    cn_value updated = decayed(s, s->optimizer->variables[i], old, w);
    s->class->update(&s->call, clip(s, gradient), &updated, new);
    for (int64_t k = 0; k < n; k++)
        if (slots[k].data != NULL)
            assign(s, &slots[k], if_acting(s, new[k], old[k]));
    return if_acting(s, updated, w);
}

/* average = m * average + (1 - m) * w; the weight itself, or the average in steps that overwrite
 * it. */
static cn_value averaged(const step *s, cn_variable *average, cn_value w)
{
    cn_program *p = s->p;
    cn_value kept = cn_emit_multiply(p, s->ema_momentum, cn_program_read(p, average));
    cn_value new =
        cn_emit_add(p, kept, cn_emit_multiply(p, cn_emit_subtract_from(p, 1, s->ema_momentum), w));
    assign(s, average, new);
    return s->overwrites == CN_NO_VALUE ? w : cn_emit_where(p, s->overwrites, new, w);
}

static void emit_weight(const step *s, int64_t i, cn_value gradient)
{
    cn_variable *weight = s->optimizer->variables[i];
    cn_value w = cn_program_read(s->p, weight);
    if (gradient != CN_NO_VALUE)
        w = update(s, i, gradient, w);
    if (s->optimizer->averages != NULL)
        w = averaged(s, &s->optimizer->averages[i], w);
    if (gradient != CN_NO_VALUE)
        w = cn_emit_constraint(s->p, s->optimizer->constraints[i], w);
    assign(s, weight, w);
}

static cn_status check_gradients(const cn_optimizer *optimizer, const cn_value *gradients)
{
    for (int64_t i = 0; i < optimizer->n; i++)
        if (gradients[i] != CN_NO_VALUE)
            return CN_OK;
    CN_CHECK(
        optimizer->n == 0,
        "%s: none of the %lld trainable weights has a gradient: the loss does not depend on them",
        optimizer->name, (long long)optimizer->n);
    return CN_OK;
}

void cn_emit_optimizer_step(cn_program *p, cn_optimizer *optimizer, const cn_value *gradients)
{
    if (p->status != CN_OK)
        return;
    step s = {.p = p,
              .optimizer = optimizer,
              .class = (const cn_optimizer_class *)optimizer->object.class,
              .keywords = &optimizer->keywords};
    cn_value *gathered = cn_arena_allocate(&p->memory, (size_t)optimizer->n * sizeof *gathered);
    cn_status status = gathered == NULL ? CN_OUT_OF_MEMORY : check_gradients(optimizer, gradients);
    if (status != CN_OK) {
        (void)cn_program_fail(p, status);
        return;
    }
    begin(&s);
    begin_scale(&s, gradients);
    gather_gradients(&s, gradients, gathered);
    if (given(s.keywords->global_clipnorm) && optimizer->n > 0)
        s.global_scale = global_scale(&s, gathered);
    begin_class(&s);
    for (int64_t i = 0; i < optimizer->n; i++)
        emit_weight(&s, i, gathered[i]);
    assign(&s, &optimizer->iteration, cn_emit_add_scalar(p, s.iteration, 1));
}

cn_value cn_emit_scaled_loss(cn_program *p, const cn_optimizer *optimizer, cn_value loss)
{
    const double scale = optimizer->keywords.loss_scale_factor;
    if (optimizer->scaling != NULL) {
        cn_variable *dynamic = (cn_variable *)(uintptr_t)&optimizer->scale[CN_SCALE];
        return cn_emit_multiply(p, loss, cn_program_read(p, dynamic));
    }
    return given(scale) ? cn_emit_multiply_scalar(p, loss, scale) : loss;
}
