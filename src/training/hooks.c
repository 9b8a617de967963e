/* Callbacks as fit, evaluate and predict call them. */
#include <math.h>
#include <string.h>

#include "callbacks/callbacks.h"
#include "training/training.h"

typedef cn_status hook(cn_event *event);

static hook *hook_at(const cn_callback *callback, size_t offset)
{
    hook *function;
    memcpy(&function, (const char *)callback + offset, sizeof function);
    return function;
}

cn_status cn_hooks_make(cn_hooks *hooks, cn_model *model, const char *const *identifiers)
{
    *hooks = (cn_hooks){.event = {.model = model}};
    hooks->event.training_ = hooks;
    for (int i = 0; i < CN_MAX_LIST && identifiers[i] != NULL; i++) {
        CN_TRY(cn_callback_create(identifiers[i], &hooks->list[hooks->n]));
        const cn_callback *made = &hooks->list[hooks->n++];
        hooks->batch_logs |= made->on_train_batch_end != NULL || made->on_test_batch_end != NULL;
    }
    return CN_OK;
}

void cn_hooks_free(cn_hooks *hooks)
{
    for (int64_t i = 0; i < hooks->n; i++)
        if (hooks->list[i].free != NULL)
            hooks->list[i].free(hooks->list[i].data);
    cn_logs_free(&hooks->logs);
    cn_arena_free(&hooks->names);
    hooks->n = 0;
}

static void show_logs(cn_hooks *hooks)
{
    hooks->event.count = hooks->logs.count;
    hooks->event.names = hooks->logs.names;
    hooks->event.values = hooks->logs.values;
}

cn_status cn_hooks_call(cn_hooks *hooks, size_t offset)
{
    for (int64_t i = 0; i < hooks->n; i++) {
        hook *function = hook_at(&hooks->list[i], offset);
        if (function == NULL)
            continue;
        show_logs(hooks);
        hooks->event.data = hooks->list[i].data;
        CN_TRY(function(&hooks->event));
    }
    return CN_OK;
}

cn_status cn_hooks_backup(cn_hooks *hooks)
{
    const cn_request request = hooks->backup;
    hooks->backup = (cn_request){0};
    if (request.run == NULL)
        return CN_OK;
    cn_training *training = hooks->event.model->graph->training;
    const bool averaged = training->optimizer->averaged;
    cn_optimizer_average(training->optimizer, false);
    cn_status status = request.run(hooks, &request);
    cn_optimizer_average(training->optimizer, averaged);
    return status;
}

cn_status cn_hooks_restore(cn_hooks *hooks)
{
    return hooks->restore.run == NULL ? CN_OK : hooks->restore.run(hooks, &hooks->restore);
}

double cn_event_value(const cn_event *event, const char *name)
{
    for (int64_t i = 0; i < event->count; i++)
        if (strcmp(event->names[i], name) == 0)
            return event->values[i];
    return NAN;
}

cn_status cn_event_log(cn_event *event, const char *name, double value)
{
    cn_hooks *hooks = event->training_;
    const char *kept = cn_arena_text(&hooks->names, name);
    CN_CHECK_MEMORY(kept);
    CN_TRY(cn_logs_set(&hooks->logs, kept, value));
    show_logs(hooks);
    return CN_OK;
}

void cn_event_warn(cn_event *event, const char *message)
{
    cn_hooks *hooks = event->training_;
    if (hooks != NULL && hooks->history != NULL)
        cn_history_warn(hooks->history, "%s", message);
}
