/* Logs: the trackers' results by name. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "training/training.h"

cn_status cn_logs_set(cn_logs *logs, const char *name, double value)
{
    int64_t at = 0;
    while (at < logs->count && strcmp(logs->names[at], name) < 0)
        at++;
    if (at < logs->count && strcmp(logs->names[at], name) == 0) {
        logs->values[at] = value;
        return CN_OK;
    }
    CN_TRY(cn_grow(&logs->names, &logs->capacity, logs->count + 1, sizeof *logs->names));
    CN_TRY(cn_grow(&logs->values, &logs->values_capacity, logs->count + 1, sizeof *logs->values));
    for (int64_t i = logs->count++; i > at; i--) {
        logs->names[i] = logs->names[i - 1];
        logs->values[i] = logs->values[i - 1];
    }
    logs->names[at] = name;
    logs->values[at] = value;
    return CN_OK;
}

void cn_logs_free(cn_logs *logs)
{
    cn_release(logs->names);
    cn_release(logs->values);
    *logs = (cn_logs){0};
}

void cn_trackers_reset(cn_training *training)
{
    for (int64_t i = 0; i < training->n_trackers; i++)
        for (int64_t k = 0; k < training->trackers[i].n_states; k++) {
            cn_variable *state = &training->trackers[i].states[k];
            memset(state->data, 0, cn_variable_bytes(state));
        }
}

cn_status cn_trackers_read(cn_training *training)
{
    cn_prepared *prepared = NULL;
    CN_TRY(cn_plan_take(training, CN_RESULTS, NULL, NULL, &prepared));
    cn_status status = cn_plan_run(&prepared->plan);
    for (int64_t i = 0; i < training->n_trackers; i++)
        training->score_values[i] = (double)*(const float *)prepared->plan.outputs[i];
    cn_plan_give_back(training, prepared);
    return status;
}

cn_status cn_trackers_log(cn_training *training, bool validation, cn_logs *logs)
{
    CN_TRY(cn_trackers_read(training));
    for (int64_t i = 0; i < training->n_trackers; i++) {
        const cn_tracker *tracker = &training->trackers[i];
        CN_TRY(cn_logs_set(logs, validation ? tracker->val_name : tracker->name,
                           training->score_values[i]));
    }
    return CN_OK;
}

cn_scores cn_training_scores(const cn_training *training, cn_status status)
{
    if (status != CN_OK)
        return (cn_scores){.loss = NAN};
    return (cn_scores){training->score_values[0], training->n_trackers, training->score_names,
                       training->score_values};
}

double cn_score(cn_scores scores, const char *name)
{
    for (int64_t i = 0; i < scores.count; i++)
        if (strcmp(scores.names[i], name) == 0)
            return scores.values[i];
    char known[512] = "";
    for (int64_t i = 0; i < scores.count; i++) {
        const size_t at = strlen(known);
        (void)snprintf(known + at, sizeof known - at, "%s%s", i == 0 ? "" : ", ", scores.names[i]);
    }
    (void)cn_fail(CN_INVALID, "cn_score: there is no \"%s\"; there are: %s", name, known);
    return NAN;
}
