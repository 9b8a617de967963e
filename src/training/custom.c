/* Losses and metrics of the user's own: C functions on traced tensors, as classes like any
 * other. */
#include <string.h>

#include "training/training.h"

struct function_args {
    cn_loss_function *function;
    void *data;
    const char *reduction;
};

static const cn_field fields[] = {
    CN_FIELD(struct function_args, reduction, CN_FIELD_TEXT, CN_FIELD_HIDDEN),
    CN_END_FIELDS,
};

/* The function sees tensors; behind them are the values of the program. */
static cn_value call_function(cn_program *p, const void *own, cn_value y_true, cn_value y_pred)
{
    const struct function_args *args = own;
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    cn_arena memory = {0};
    cn_trace trace = {.program = p, .memory = &memory};
    cn_tensor *a = cn_trace_tensor(&trace, y_true, CN_NO_VALUE),
              *b = cn_trace_tensor(&trace, y_pred, CN_NO_VALUE);
    const cn_tensor *result = a == NULL || b == NULL ? NULL : args->function(a, b, args->data);
    cn_value value = result == NULL ? CN_NO_VALUE : result->value;
    cn_arena_free(&memory);
    if (value == CN_NO_VALUE && p->status == CN_OK) {
        cn_status status = cn_fail(CN_INVALID, "a registered loss or metric returned no value");
        return cn_program_fail(p, status == CN_OK ? CN_INVALID : status);
    }
    return value;
}

static int mean_states(const void *args, const cn_shape *y_true, const cn_shape *y_pred,
                       cn_metric_state *states)
{
    (void)args, (void)y_true, (void)y_pred;
    states[0] = (cn_metric_state){"total", {0}};
    states[1] = (cn_metric_state){"count", {0}};
    return 2;
}

static void update_mean(cn_program *p, const void *args, cn_value *states, cn_value y_true,
                        cn_value y_pred, cn_value sample_weight)
{
    cn_emit_mean_update(p, states, call_function(p, args, y_true, y_pred), sample_weight);
}

static cn_value mean_result(cn_program *p, const void *args, const cn_value *states)
{
    (void)args;
    return cn_emit_mean_result(p, states);
}

static cn_status fill_class(cn_class *class, const char *who, const char *name,
                            cn_loss_function *function, void *data)
{
    cn_session *session = cn_session_current();
    CN_CHECK(name != NULL && name[0] != '\0' && name[0] != '{', "%s: needs a name", who);
    CN_CHECK(function != NULL, "%s: %s has no function", who, name);
    CN_CHECK_MEMORY(session);
    struct function_args args = {function, data, "sum_over_batch_size"};
    class->name = cn_arena_text(cn_session_arena(session), name);
    class->module = "cornu";
    class->fields = fields;
    class->args_size = sizeof args;
    class->defaults = cn_arena_copy(cn_session_arena(session), &args, sizeof args);
    CN_CHECK_MEMORY(class->name);
    CN_CHECK_MEMORY(class->defaults);
    return CN_OK;
}

cn_status cn_register_loss(const char *name, cn_loss_function *function, void *data)
{
    cn_loss_class class = {.call = call_function,
                           .reduction_offset = offsetof(struct function_args, reduction)};
    CN_TRY(fill_class(&class.base, "cn_register_loss", name, function, data));
    const cn_loss_class *kept =
        cn_arena_copy(cn_session_arena(cn_session_current()), &class, sizeof class);
    CN_CHECK_MEMORY(kept);
    return cn_class_register(cn_loss_classes.kind, &kept->base);
}

cn_status cn_register_metric(const char *name, cn_loss_function *function, void *data)
{
    cn_metric_class class = {.states = mean_states, .update = update_mean, .result = mean_result};
    CN_TRY(fill_class(&class.base, "cn_register_metric", name, function, data));
    const cn_metric_class *kept =
        cn_arena_copy(cn_session_arena(cn_session_current()), &class, sizeof class);
    CN_CHECK_MEMORY(kept);
    return cn_class_register(cn_metric_classes.kind, &kept->base);
}
