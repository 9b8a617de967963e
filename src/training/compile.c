/* compile: which loss, metrics and optimizer a model is trained with. */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "training/training.h"

/* ---- life ------------------------------------------------------------------------------------ */

static void free_training(void *object)
{
    cn_training *training = object;
    cn_plans_free(training);
    for (int64_t i = 0; i < training->n_trackers; i++)
        for (int64_t k = 0; k < training->trackers[i].n_states; k++)
            cn_variable_free(&training->trackers[i].states[k]);
    cn_optimizer_free(training->optimizer);
    (void)pthread_mutex_destroy(&training->lock);
    cn_arena_free(&training->arena);
    cn_release(training);
}

static cn_status make_training(cn_model *model, cn_training **training)
{
    cn_training *made = cn_allocate(sizeof *made);
    CN_CHECK_MEMORY(made);
    made->model = model;
    if (pthread_mutex_init(&made->lock, NULL) != 0) {
        cn_release(made);
        return cn_fail(CN_OUT_OF_MEMORY, "%s: no mutex could be had", model->name);
    }
    *training = made;
    return CN_OK;
}

/* Threads that predict at the same time may meet here: one wins, the others take what it made. */
cn_status cn_training_of(cn_model *model, const char *who, cn_training **training)
{
    CN_TRY(cn_model_check(model, who));
    *training = model->graph->training;
    if (*training != NULL)
        return CN_OK;
    cn_training *made = NULL;
    CN_TRY(make_training(model, &made));
    void *found = NULL;
    model->graph->free_training = free_training;
    if (atomic_compare_exchange_strong(&model->graph->training, &found, made)) {
        *training = made;
    } else {
        free_training(made);
        *training = found;
    }
    return CN_OK;
}

cn_status cn_training_check_compiled(cn_model *model, const char *who, cn_training **training)
{
    CN_TRY(cn_training_of(model, who, training));
    if (!(*training)->compiled)
        return cn_fail(CN_STATE, "%s: %s is not compiled: call cn_compile first", who, model->name);
    return CN_OK;
}

/* ---- outputs --------------------------------------------------------------------------------- */

/* The line of the table for an output, if there is a table. */
static const cn_output_args *line_of(const cn_compile_args *args, const char *name)
{
    for (int i = 0; i < CN_MAX_LIST && args->outputs[i].name != NULL; i++)
        if (strcmp(args->outputs[i].name, name) == 0)
            return &args->outputs[i];
    return NULL;
}

static int64_t length(const char *const list[CN_MAX_LIST])
{
    int64_t n = 0;
    while (n < CN_MAX_LIST && list[n] != NULL)
        n++;
    return n;
}

static const char *known_outputs(const cn_training *training, char *text, size_t size)
{
    size_t at = 0;
    for (int64_t i = 0; i < training->n_targets && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s", i == 0 ? "" : ", ",
                               training->targets[i].name);
    return text;
}

static int64_t count_lines(const cn_compile_args *args, const char *name)
{
    int64_t n = 0;
    for (int i = 0; i < CN_MAX_LIST && args->outputs[i].name != NULL; i++)
        n += strcmp(args->outputs[i].name, name) == 0;
    return n;
}

/* The table has one line for each output, and no others. */
static cn_status check_table(const cn_training *training, const cn_compile_args *args)
{
    char known[512];
    const char *model = training->model->name;
    for (int i = 0; i < CN_MAX_LIST && args->outputs[i].name != NULL; i++) {
        bool found = false;
        for (int64_t k = 0; k < training->n_targets; k++)
            found |= strcmp(training->targets[k].name, args->outputs[i].name) == 0;
        CN_CHECK(found, "cn_compile: %s has no output \"%s\"; its outputs are: %s", model,
                 args->outputs[i].name, known_outputs(training, known, sizeof known));
        CN_CHECK(count_lines(args, args->outputs[i].name) == 1,
                 "cn_compile: outputs has two lines for \"%s\"", args->outputs[i].name);
    }
    for (int64_t k = 0; args->outputs[0].name != NULL && k < training->n_targets; k++)
        CN_CHECK(line_of(args, training->targets[k].name) != NULL,
                 "cn_compile: outputs has no line for \"%s\"; the outputs of %s are: %s (a line "
                 "without a loss is an output that is not trained)",
                 training->targets[k].name, model, known_outputs(training, known, sizeof known));
    return CN_OK;
}

/* How many loss weights were given: a list ends with its last weight that is not 0. */
static int64_t count_weights(const cn_compile_args *args)
{
    int64_t n = CN_MAX_LIST;
    while (n > 0 && args->loss_weights[n - 1] == 0)
        n--;
    return n;
}

/* Lists have an entry for each output. */
static cn_status check_lists(const cn_training *training, const cn_compile_args *args)
{
    char known[512];
    const int64_t losses = length(args->losses), weights = count_weights(args);
    CN_CHECK(losses == 0 || losses == training->n_targets,
             "cn_compile: %s has %" PRId64 " output%s (%s), got %" PRId64 " loss%s",
             training->model->name, training->n_targets, training->n_targets == 1 ? "" : "s",
             known_outputs(training, known, sizeof known), losses, losses == 1 ? "" : "es");
    CN_CHECK(weights == 0 || weights == training->n_targets,
             "cn_compile: %s has %" PRId64 " output%s (%s), got %" PRId64
             " loss weight%s that are not 0 at the end",
             training->model->name, training->n_targets, training->n_targets == 1 ? "" : "s",
             known_outputs(training, known, sizeof known), weights, weights == 1 ? "" : "s");
    return CN_OK;
}

static const char *output_name(const cn_model *model, int64_t i)
{
    const cn_graph *graph = model->graph;
    if (graph->sequential && graph->n_outputs == 0)
        return model->name;
    return graph->output_structure.keys != NULL ? graph->output_structure.keys[i]
                                                : graph->outputs[i]->node->layer->name;
}

static cn_status fill_target(cn_training *training, const cn_compile_args *args, int64_t i)
{
    cn_target *target = &training->targets[i];
    const cn_output_args *line = line_of(args, target->name);
    target->weight = count_weights(args) > 0 ? args->loss_weights[i] : 1;
    if (line != NULL && line->loss_weight != 0)
        target->weight = line->loss_weight;
    const char *loss = args->losses[0] != NULL ? args->losses[i] : args->loss;
    if (args->outputs[0].name != NULL)
        loss = line == NULL ? NULL : line->loss;
    target->loss_identifier = cn_arena_text(&training->arena, loss);
    const cn_shape any = {
        .rank = 2, .dim = {1, 2}}; /* "crossentropy" is chosen by shapes, with the first data */
    return cn_loss_parse(target->loss_identifier, &any, &any, &training->arena, &target->loss);
}

static cn_status fill_targets(cn_training *training, const cn_compile_args *args)
{
    const cn_graph *graph = training->model->graph;
    training->n_targets = graph->n_outputs > 0 ? graph->n_outputs
                                               : 1; /* a Sequential will have one */
    training->targets =
        cn_arena_allocate(&training->arena, (size_t)training->n_targets * sizeof(cn_target));
    CN_CHECK_MEMORY(training->targets);
    for (int64_t i = 0; i < training->n_targets; i++)
        training->targets[i].name = output_name(training->model, i);
    CN_TRY(check_lists(training, args));
    if (graph->n_outputs > 0)
        CN_TRY(check_table(training, args));
    for (int64_t i = 0; i < training->n_targets; i++)
        CN_TRY(fill_target(training, args, i));
    return CN_OK;
}

/* ---- trackers -------------------------------------------------------------------------------- */

enum { MOST_TRACKERS = 256 };

static cn_status add_tracker(cn_training *training, const char *name, const char *identifier,
                             int64_t output, bool weighted)
{
    CN_CHECK(training->n_trackers < MOST_TRACKERS, "cn_compile: more than %d metrics",
             MOST_TRACKERS);
    cn_tracker *tracker = &training->trackers[training->n_trackers++];
    *tracker = (cn_tracker){.output = output, .weighted = weighted};
    tracker->name = cn_arena_text(&training->arena, name);
    CN_CHECK_MEMORY(tracker->name);
    tracker->val_name = cn_arena_format(&training->arena, "val_%s", name);
    CN_CHECK_MEMORY(tracker->val_name);
    tracker->identifier = cn_arena_text(&training->arena, identifier);
    return CN_OK;
}

static bool name_taken(const cn_training *training, const char *name)
{
    for (int64_t i = 0; i < training->n_trackers; i++)
        if (strcmp(training->trackers[i].name, name) == 0)
            return true;
    return false;
}

/* Keras's name of a metric in logs: the output's in front if there are several; "weighted_" or a
 * number behind if it is taken. Shapes choose among the accuracies later; the name is the user's
 * word. */
static cn_status name_metric(const cn_training *training, const char *word, int64_t output,
                             bool weighted, char *name, size_t size)
{
    const char *prefix = training->n_targets > 1 ? training->targets[output].name : NULL;
    for (int64_t number = -1; number < MOST_TRACKERS; number++) {
        const char *also = number == -1 || !weighted ? "" : "weighted_";
        int64_t suffix = weighted ? number : number + 1;
        (void)snprintf(name, size, suffix > 0 ? "%s%s%s%s_%" PRId64 : "%s%s%s%s",
                       prefix == NULL ? "" : prefix, prefix == NULL ? "" : "_", also, word, suffix);
        if (!name_taken(training, name))
            return CN_OK;
    }
    return cn_fail(CN_INVALID, "cn_compile: too many metrics called %s", word);
}

static cn_status add_metric(cn_training *training, const char *identifier, int64_t output,
                            bool weighted)
{
    const cn_shape any = {.rank = 2, .dim = {1, 2}};
    cn_object metric;
    const char *word;
    char name[256];
    CN_TRY(cn_metric_parse(identifier, &any, &any, &training->arena, &metric, &word));
    CN_TRY(name_metric(training, word, output, weighted, name, sizeof name));
    CN_TRY(add_tracker(training, name, identifier, output, weighted));
    training->trackers[training->n_trackers - 1].renamed = strcmp(name, word) != 0;
    return CN_OK;
}

static cn_status add_metrics_of(cn_training *training, const cn_compile_args *args, int64_t output)
{
    const cn_output_args *line = line_of(args, training->targets[output].name);
    for (int i = 0; i < CN_MAX_LIST && args->metrics[i] != NULL; i++)
        CN_TRY(add_metric(training, args->metrics[i], output, false));
    for (int i = 0; line != NULL && i < 8 && line->metrics[i] != NULL; i++)
        CN_TRY(add_metric(training, line->metrics[i], output, false));
    for (int i = 0; i < CN_MAX_LIST && args->weighted_metrics[i] != NULL; i++)
        CN_TRY(add_metric(training, args->weighted_metrics[i], output, true));
    for (int i = 0; line != NULL && i < 8 && line->weighted_metrics[i] != NULL; i++)
        CN_TRY(add_metric(training, line->weighted_metrics[i], output, true));
    return CN_OK;
}

static bool comes_after(const cn_tracker *a, const cn_tracker *b)
{
    return a->renamed != b->renamed ? a->renamed : a->renamed && strcmp(a->name, b->name) > 0;
}

/* Keras's list of evaluate: what is called as the user said, as it came; then all others by
 * name. */
static void order_trackers(cn_training *training)
{
    for (int64_t i = 1; i < training->n_trackers; i++) {
        const cn_tracker moved = training->trackers[i];
        int64_t at = i;
        for (; at > 0 && comes_after(&training->trackers[at - 1], &moved); at--)
            training->trackers[at] = training->trackers[at - 1];
        training->trackers[at] = moved;
    }
}

static cn_status fill_trackers(cn_training *training, const cn_compile_args *args)
{
    training->trackers = cn_arena_allocate(&training->arena, MOST_TRACKERS * sizeof(cn_tracker));
    CN_CHECK_MEMORY(training->trackers);
    CN_TRY(add_tracker(training, "loss", NULL, -1, true));
    for (int64_t i = 0; training->n_targets > 1 && i < training->n_targets; i++) {
        char name[256];
        (void)snprintf(name, sizeof name, "%s_loss", training->targets[i].name);
        if (training->targets[i].loss.class != NULL)
            CN_TRY(add_tracker(training, name, NULL, i, true));
    }
    for (int64_t i = 0; i < training->n_targets; i++)
        CN_TRY(add_metrics_of(training, args, i));
    order_trackers(training);
    return CN_OK;
}

/* Logs are in alphabetical order. */
static cn_status order_logs(cn_training *training)
{
    const size_t n = (size_t)training->n_trackers;
    training->log_order = cn_arena_allocate(&training->arena, n * sizeof *training->log_order);
    CN_CHECK_MEMORY(training->log_order);
    training->score_values =
        cn_arena_allocate(&training->arena, n * sizeof *training->score_values);
    CN_CHECK_MEMORY(training->score_values);
    training->score_names = cn_arena_allocate(&training->arena, n * sizeof *training->score_names);
    CN_CHECK_MEMORY(training->score_names);
    for (int64_t i = 0; i < training->n_trackers; i++) {
        int64_t at = i;
        for (; at > 0 && strcmp(training->trackers[training->log_order[at - 1]].name,
                                training->trackers[i].name) > 0;
             at--)
            training->log_order[at] = training->log_order[at - 1];
        training->log_order[at] = i;
        training->score_names[i] = training->trackers[i].name;
    }
    return CN_OK;
}

/* ---- cn_compile ------------------------------------------------------------------------------ */

/* A misspelt optimizer is an error now, although it is made with the first step. */
static cn_status check_optimizer(cn_training *training, const char *identifier)
{
    cn_object object;
    cn_optimizer_keywords keywords;
    training->optimizer_identifier = cn_arena_text(&training->arena, identifier);
    return cn_optimizer_parse(identifier, &training->arena, &object, &keywords);
}

static cn_status compile(cn_training *training, const cn_compile_args *args)
{
    CN_TRY(cn_training_keep_told(training, args));
    CN_TRY(check_optimizer(training, args->optimizer));
    CN_TRY(fill_targets(training, args));
    CN_TRY(fill_trackers(training, args));
    CN_TRY(order_logs(training));
    CN_TRY(cn_training_list_trainable(
        training)); /* what is frozen later is trained until the next compile */
    training->compiled = true;
    return CN_OK;
}

cn_status cn_compile_with(const cn_compile_args *args)
{
    cn_training *training = NULL;
    CN_TRY(cn_model_check(args->model, "cn_compile"));
    CN_TRY(make_training(args->model, &training));
    cn_status status = compile(training, args);
    if (status != CN_OK) { /* what an earlier call said stays */
        if (strncmp(cn_error(), "cn_compile", strlen("cn_compile")) != 0)
            cn_fail_in("cn_compile: %s", args->model->name);
        free_training(training);
        return status;
    }
    cn_graph *graph = args->model->graph;
    if (graph->training != NULL)
        graph->free_training(graph->training);
    graph->training = training;
    graph->free_training = free_training;
    graph->compile_json = cn_compile_json;
    graph->count_optimizer = NULL; /* until the optimizer is made */
    return CN_OK;
}
