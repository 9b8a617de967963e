/* A compiled model's optimizer: its variables, made once, and what may be asked of it between the
 * steps. */
#include <string.h>

#include "optimizers/optimizers.h"

/* ---- variables ------------------------------------------------------------------------------- */

/* "adam/dense_kernel_momentum" from "dense/kernel". */
static const char *slot_name(cn_optimizer *optimizer, const cn_variable *weight, const char *slot)
{
    char *name =
        cn_arena_format(&optimizer->arena, "%s/%s_%s", optimizer->name, weight->name, slot);
    for (char *c = name == NULL ? NULL : strchr(name, '/') + 1; c != NULL && *c != '\0'; c++)
        if (*c == '/')
            *c = '_';
    return name;
}

/* Slots without a name are called like the weight, and scalars among them stand outside the
 * optimizer's scope. */
static const char *unnamed_slot_name(cn_optimizer *optimizer, const cn_variable *weight,
                                     const cn_slot *slot)
{
    const char *path = weight->name == NULL ? "variable" : weight->name,
               *slash = strrchr(path, '/');
    const char *own = slash == NULL ? path : slash + 1;
    return slot->shape.rank == 0
               ? cn_arena_text(&optimizer->arena, own)
               : cn_arena_format(&optimizer->arena, "%s/%s", optimizer->name, own);
}

static cn_status init(cn_optimizer *optimizer, cn_variable *variable, const char *name,
                      cn_dtype dtype, cn_shape shape, double value)
{
    CN_CHECK_MEMORY(name);
    CN_TRY(cn_variable_init(variable, name, dtype, shape, &optimizer->pool));
    float *data = variable->data;
    const int64_t size = dtype == CN_FLOAT32 ? cn_shape_size(&shape) : 0;
    for (int64_t i = 0; i < size; i++)
        data[i] = (float)value;
    return CN_OK;
}

/* One variable like each weight: averages, accumulators. */
static cn_status init_companions(cn_optimizer *optimizer, const char *suffix,
                                 cn_variable **companions)
{
    *companions = cn_arena_allocate(&optimizer->arena, (size_t)optimizer->n * sizeof(cn_variable));
    CN_CHECK_MEMORY(*companions);
    for (int64_t i = 0; i < optimizer->n; i++) {
        const cn_variable *weight = optimizer->variables[i];
        CN_TRY(init(optimizer, &(*companions)[i], slot_name(optimizer, weight, suffix), CN_FLOAT32,
                    weight->shape, 0));
    }
    return CN_OK;
}

static int describe_slots(const cn_optimizer *optimizer, const cn_variable *weight,
                          cn_slot slots[CN_MOST_SLOTS])
{
    const cn_optimizer_class *class = (const cn_optimizer_class *)optimizer->object.class;
    for (int k = 0; k < CN_MOST_SLOTS; k++)
        slots[k] = (cn_slot){.shape = weight->shape, .path = weight->name};
    return class->slots(optimizer->object.args, slots);
}

static cn_status init_slot(cn_optimizer *optimizer, const cn_variable *weight, const cn_slot *slot,
                           cn_variable *variable)
{
    if (slot->absent)
        return CN_OK;
    const char *name = slot->name == NULL ? unnamed_slot_name(optimizer, weight, slot)
                                          : slot_name(optimizer, weight, slot->name);
    return init(optimizer, variable, name, CN_FLOAT32, slot->shape, slot->initial);
}

static cn_status init_slots(cn_optimizer *optimizer)
{
    cn_slot slots[CN_MOST_SLOTS];
    const cn_variable none = {0};
    const int n = describe_slots(optimizer, &none, slots);
    if (n < 0)
        return cn_error_status();
    optimizer->n_slots = n;
    for (int k = 0; k < CN_MOST_SLOTS; k++)
        optimizer->groups[k] = slots[k].group;
    optimizer->slots = cn_arena_allocate(
        &optimizer->arena, (size_t)(optimizer->n * optimizer->n_slots) * sizeof(cn_variable));
    CN_CHECK_MEMORY(optimizer->slots);
    for (int64_t i = 0; i < optimizer->n; i++) {
        if (describe_slots(optimizer, optimizer->variables[i], slots) < 0)
            return cn_error_status();
        for (int64_t k = 0; k < n; k++)
            CN_TRY(init_slot(optimizer, optimizer->variables[i], &slots[k],
                             &optimizer->slots[i * n + k]));
    }
    return CN_OK;
}

static void copy_weights(cn_optimizer *optimizer, const cn_slot *slots, int64_t i)
{
    const cn_variable *weight = optimizer->variables[i];
    for (int64_t k = 0; k < optimizer->n_slots; k++)
        if (slots[k].copies)
            memcpy(optimizer->slots[i * optimizer->n_slots + k].data, weight->data,
                   cn_variable_bytes(weight));
}

cn_status cn_optimizer_begin(cn_optimizer *optimizer)
{
    cn_slot slots[CN_MOST_SLOTS];
    if (*(const int32_t *)optimizer->iteration.data > 0)
        return CN_OK;
    for (int64_t i = 0; i < optimizer->n; i++) {
        if (describe_slots(optimizer, optimizer->variables[i], slots) < 0)
            return cn_error_status();
        copy_weights(optimizer, slots, i);
    }
    return CN_OK;
}

/* What LossScaleOptimizer keeps. */
static cn_status init_scale(cn_optimizer *optimizer)
{
    static const char *const names[] = {"iteration", "learning_rate", "step_counter",
                                        "dynamic_scale"};
    if (optimizer->scaling == NULL)
        return CN_OK;
    for (int i = 0; i < CN_SCALE_VARIABLES; i++) {
        const bool counts = i == CN_SCALE_ITERATION || i == CN_SCALE_STEPS;
        const char *path =
            cn_arena_format(&optimizer->arena, "%s/%s", optimizer->scaling_name, names[i]);
        CN_TRY(init(optimizer, &optimizer->scale[i], path, counts ? CN_INT32 : CN_FLOAT32,
                    (cn_shape){0}, i == CN_SCALE ? optimizer->scaling->initial_scale : 0));
    }
    return CN_OK;
}

static cn_status init_scalars(cn_optimizer *optimizer)
{
    const cn_optimizer_class *class = (const cn_optimizer_class *)optimizer->object.class;
    cn_arena *arena = &optimizer->arena;
    const char *iteration = cn_arena_format(arena, "%s/iteration", optimizer->name);
    const char *rate = cn_arena_format(arena, "%s/learning_rate", optimizer->name);
    CN_TRY(init(optimizer, &optimizer->iteration, iteration, CN_INT32, (cn_shape){0}, 0));
    CN_TRY(init(optimizer, &optimizer->learning_rate, rate, CN_FLOAT32, (cn_shape){0},
                optimizer->keywords.learning_rate));
    if (class->has_common)
        CN_TRY(init(optimizer, &optimizer->common, "variable", CN_FLOAT32, (cn_shape){0},
                    class->initial_common));
    if (optimizer->keywords.use_ema)
        CN_TRY(init_companions(optimizer, "average", &optimizer->averages));
    if (optimizer->keywords.gradient_accumulation_steps != CN_NONE)
        CN_TRY(init_companions(optimizer, "gradient_accumulator", &optimizer->accumulators));
    return CN_OK;
}

/* ---- create and free ------------------------------------------------------------------------- */

/* "adam", then "adam_1": counted in the session, as layers are. */
static cn_status choose_name(cn_arena *arena, const char *given, const cn_class *class,
                             const char **chosen)
{
    *chosen = given;
    if (given != NULL)
        return CN_OK;
    const char *name = cn_snake_case(arena, class->name);
    CN_CHECK_MEMORY(name);
    int64_t count = cn_session_count_name(cn_session_current(), name);
    *chosen = count <= 1 ? name : cn_arena_format(arena, "%s_%lld", name, (long long)count - 1);
    CN_CHECK_MEMORY(*chosen);
    return CN_OK;
}

static cn_status copy_lists(cn_optimizer *optimizer, cn_variable *const *variables,
                            const char *const *constraints, int64_t n)
{
    cn_arena *arena = &optimizer->arena;
    optimizer->n = n;
    optimizer->variables = cn_arena_copy(arena, variables, (size_t)n * sizeof *variables);
    CN_CHECK_MEMORY(optimizer->variables);
    optimizer->constraints = cn_arena_allocate(arena, (size_t)n * sizeof *optimizer->constraints);
    CN_CHECK_MEMORY(optimizer->constraints);
    for (int64_t i = 0; i < n && constraints != NULL; i++) {
        optimizer->constraints[i] = cn_arena_text(arena, constraints[i]);
        if (constraints[i] != NULL)
            CN_CHECK_MEMORY(optimizer->constraints[i]);
    }
    return CN_OK;
}

/* Of one that wraps another, the inner one is what has the steps. */
static cn_status unwrap(cn_optimizer *optimizer)
{
    if (optimizer->object.class != &cn_optimizer_loss_scale_optimizer.base)
        return CN_OK;
    optimizer->scaling = optimizer->object.args;
    CN_TRY(choose_name(&optimizer->arena, optimizer->scaling->name, optimizer->object.class,
                       &optimizer->scaling_name));
    CN_TRY(cn_optimizer_parse(optimizer->scaling->inner_optimizer, &optimizer->arena,
                              &optimizer->object, &optimizer->keywords));
    optimizer->keywords.loss_scale_factor = CN_UNSET;
    return CN_OK;
}

static cn_status build(cn_optimizer *optimizer, const char *identifier)
{
    CN_TRY(cn_optimizer_parse(identifier, &optimizer->arena, &optimizer->object,
                              &optimizer->keywords));
    CN_TRY(unwrap(optimizer));
    CN_TRY(cn_object_parse(&cn_schedule_classes, optimizer->keywords.learning_rate_schedule,
                           &optimizer->arena, &optimizer->schedule));
    CN_TRY(choose_name(&optimizer->arena, optimizer->keywords.name, optimizer->object.class,
                       &optimizer->name));
    CN_TRY(init_scale(optimizer));
    CN_TRY(init_scalars(optimizer));
    return init_slots(optimizer);
}

cn_status cn_optimizer_create(const char *identifier, cn_variable *const *variables,
                              const char *const *constraints, int64_t n, cn_optimizer **optimizer)
{
    cn_optimizer *made = cn_allocate(sizeof *made);
    *optimizer = NULL;
    CN_CHECK_MEMORY(made);
    cn_status status = copy_lists(made, variables, constraints, n);
    if (status == CN_OK)
        status = build(made, identifier);
    if (status == CN_OK)
        status = cn_optimizer_begin(made);
    if (status != CN_OK)
        cn_optimizer_free(made);
    else
        *optimizer = made;
    return status;
}

static cn_status free_one(void *context, cn_variable *variable)
{
    (void)context;
    cn_variable_free(variable);
    return CN_OK;
}

void cn_optimizer_free(cn_optimizer *optimizer)
{
    if (optimizer == NULL)
        return;
    (void)cn_optimizer_visit(optimizer, free_one, NULL);
    cn_variable_free(&optimizer->learning_rate); /* not visited where there is a schedule */
    cn_variable_pool_free(&optimizer->pool);
    cn_arena_free(&optimizer->arena);
    cn_release(optimizer);
}

/* ---- between the steps ----------------------------------------------------------------------- */

static cn_status visit_list(cn_variable *list, int64_t n, cn_status (*visit)(void *, cn_variable *),
                            void *context)
{
    for (int64_t i = 0; i < n && list != NULL; i++)
        CN_TRY(visit(context, &list[i]));
    return CN_OK;
}

/* A weight's slots of one group after each other, then the next weight's; then the next group. */
static cn_status visit_slots(cn_optimizer *optimizer, cn_status (*visit)(void *, cn_variable *),
                             void *context)
{
    for (int group = 0; group < CN_MOST_SLOTS && optimizer->slots != NULL; group++)
        for (int64_t i = 0; i < optimizer->n; i++)
            for (int64_t k = 0; k < optimizer->n_slots; k++)
                if (optimizer->groups[k] == group &&
                    optimizer->slots[i * optimizer->n_slots + k].data != NULL)
                    CN_TRY(visit(context, &optimizer->slots[i * optimizer->n_slots + k]));
    return CN_OK;
}

cn_status cn_optimizer_visit(cn_optimizer *optimizer,
                             cn_status (*visit)(void *context, cn_variable *variable),
                             void *context)
{
    for (int i = 0; i < CN_SCALE_VARIABLES && optimizer->scaling != NULL; i++)
        CN_TRY(visit(context, &optimizer->scale[i]));
    CN_TRY(visit(context, &optimizer->iteration));
    if (optimizer->schedule.class == NULL)
        CN_TRY(visit(context, &optimizer->learning_rate));
    CN_TRY(visit_list(optimizer->averages, optimizer->n, visit, context));
    CN_TRY(visit_list(optimizer->accumulators, optimizer->n, visit, context));
    CN_TRY(visit_slots(optimizer, visit, context));
    return optimizer->common.name == NULL ? CN_OK : visit(context, &optimizer->common);
}

static void exchange(char *a, char *b, size_t bytes)
{
    char room[1024];
    for (size_t at = 0; at < bytes; at += sizeof room) {
        const size_t n = bytes - at < sizeof room ? bytes - at : sizeof room;
        memcpy(room, a + at, n);
        memcpy(a + at, b + at, n);
        memcpy(b + at, room, n);
    }
}

void cn_optimizer_average(cn_optimizer *optimizer, bool averaged)
{
    if (optimizer->averages == NULL || optimizer->averaged == averaged)
        return;
    for (int64_t i = 0; i < optimizer->n; i++)
        exchange(optimizer->variables[i]->data, optimizer->averages[i].data,
                 cn_variable_bytes(optimizer->variables[i]));
    optimizer->averaged = averaged;
}

void cn_optimizer_finalize(cn_optimizer *optimizer)
{
    cn_optimizer_average(optimizer, false);
    for (int64_t i = 0; i < optimizer->n && optimizer->averages != NULL; i++) {
        const cn_variable *weight = optimizer->variables[i];
        memcpy(weight->data, optimizer->averages[i].data, cn_variable_bytes(weight));
    }
}

double cn_optimizer_learning_rate(const cn_optimizer *optimizer)
{
    if (optimizer->schedule.class == NULL)
        return (double)*(const float *)optimizer->learning_rate.data;
    return cn_schedule_at(&optimizer->schedule,
                          (double)*(const int32_t *)optimizer->iteration.data);
}

cn_status cn_optimizer_set_learning_rate(cn_optimizer *optimizer, double rate)
{
    if (optimizer->schedule.class != NULL)
        return cn_fail(CN_STATE, "%s: the learning rate follows a schedule (%s) and cannot be set",
                       optimizer->name, optimizer->schedule.class->name);
    CN_CHECK(rate >= 0, "%s: learning_rate must not be negative, got %g", optimizer->name, rate);
    *(float *)optimizer->learning_rate.data = (float)rate;
    return CN_OK;
}
