/* The cache of plans: one for each phase and each set of shapes; the least recently used one makes
 * room. Plans that never run at the same time share a workspace, for memory is what a new plan
 * costs most. A thread that predicts while another one does gets a workspace of its own. */
#include <string.h>

#include "compiler/compiler.h"
#include "training/training.h"

enum { MOST_PLANS = 256, MOST_KEY = 4 + CN_MOST_TENSORS * (3 * (CN_MAX_RANK + 1) + 1) };

/* ---- keys ------------------------------------------------------------------------------------ */

static int64_t add_column(int64_t *key, int64_t at, const cn_column *column, int64_t steps)
{
    if (!cn_column_is_given(column)) {
        key[at++] = -1;
        return at;
    }
    const cn_shape shape = cn_column_shape(column, 0, steps);
    key[at++] = column->sequences == NULL ? shape.rank : -1 - shape.rank;
    for (int64_t i = 1; i < shape.rank; i++)
        key[at++] = shape.dim[i];
    return at;
}

/* Everything that a program depends on besides the model. */
static int64_t make_key(const cn_training *training, cn_phase phase, const cn_dataset *dataset,
                        const cn_batch *batch, int64_t *key)
{
    int64_t at = 0;
    key[at++] = phase;
    if (phase == CN_RESULTS)
        return at;
    key[at++] = batch->size;
    key[at++] = dataset->class_weight != NULL;
    for (int64_t i = 0; i < training->model->graph->n_inputs; i++)
        at = add_column(key, at, &dataset->x[i], batch->steps[i]);
    for (int64_t i = 0; i < dataset->n_measured; i++)
        key[at++] = batch->measured[i];
    for (int64_t i = 0; phase != CN_PREDICT && i < training->n_targets; i++) {
        at = add_column(key, at, &dataset->y[i], CN_NONE);
        at = add_column(key, at, &dataset->weights[i], CN_NONE);
    }
    return at;
}

/* ---- the cache ------------------------------------------------------------------------------- */

static void free_workspace(cn_workspace *workspace)
{
    cn_release(workspace->memory);
    cn_release(workspace);
}

static void free_prepared(cn_prepared *prepared)
{
    cn_plan_free(&prepared->plan);
    cn_release(prepared->key);
    cn_release(prepared);
}

static cn_prepared *find_free(cn_training *training, const int64_t *key, int64_t key_size)
{
    for (int64_t i = 0; i < training->n_plans; i++) {
        cn_prepared *prepared = training->plans[i];
        if (!prepared->workspace->busy && prepared->key_size == key_size &&
            memcmp(prepared->key, key, (size_t)key_size * sizeof *key) == 0) {
            prepared->busy = prepared->workspace->busy = true;
            prepared->last_use = ++training->clock;
            return prepared;
        }
    }
    return NULL;
}

/* A workspace goes with its last plan. */
static void drop_workspace_if_unused(cn_training *training, const cn_workspace *workspace)
{
    for (int64_t i = 0; i < training->n_plans; i++)
        if (training->plans[i]->workspace == workspace)
            return;
    for (int64_t i = 0; i < training->n_workspaces; i++)
        if (training->workspaces[i] == workspace && !workspace->busy) {
            free_workspace(training->workspaces[i]);
            training->workspaces[i] = training->workspaces[--training->n_workspaces];
            return;
        }
}

static void drop_oldest(cn_training *training)
{
    int64_t oldest = -1;
    for (int64_t i = 0; i < training->n_plans; i++)
        if (!training->plans[i]->busy &&
            (oldest < 0 || training->plans[i]->last_use < training->plans[oldest]->last_use))
            oldest = i;
    if (oldest < 0)
        return;
    const cn_workspace *workspace = training->plans[oldest]->workspace;
    free_prepared(training->plans[oldest]);
    training->plans[oldest] = training->plans[--training->n_plans];
    drop_workspace_if_unused(training, workspace);
}

static cn_status keep(cn_training *training, cn_prepared *prepared)
{
    if (training->n_plans >= MOST_PLANS)
        drop_oldest(training);
    CN_TRY(cn_grow(&training->plans, &training->plans_capacity, training->n_plans + 1,
                   sizeof(cn_prepared *)));
    prepared->busy = true;
    prepared->last_use = ++training->clock;
    training->plans[training->n_plans++] = prepared;
    return CN_OK;
}

/* ---- workspaces ------------------------------------------------------------------------------ */

/* The largest workspace that is free, if it is large enough. Otherwise a larger one is needed: by
 * half at least, so that growing stays rare. What is too small keeps the plans that it has. */
static cn_workspace *find_workspace(const cn_training *training, size_t *bytes)
{
    cn_workspace *largest = NULL;
    for (int64_t i = 0; i < training->n_workspaces; i++) {
        cn_workspace *workspace = training->workspaces[i];
        if (!workspace->busy && (largest == NULL || workspace->bytes > largest->bytes))
            largest = workspace;
    }
    if (largest == NULL || largest->bytes >= *bytes)
        return largest;
    if (*bytes < largest->bytes + largest->bytes / 2)
        *bytes = largest->bytes + largest->bytes / 2;
    return NULL;
}

static cn_status add_workspace(cn_training *training, size_t bytes, cn_workspace **workspace)
{
    CN_TRY(cn_grow(&training->workspaces, &training->workspaces_capacity,
                   training->n_workspaces + 1, sizeof(cn_workspace *)));
    cn_workspace *made = cn_allocate(sizeof *made);
    CN_CHECK_MEMORY(made);
    made->bytes = bytes;
    made->memory = cn_allocate_raw(bytes);
    if (made->memory == NULL) {
        cn_release(made);
        return CN_OUT_OF_MEMORY;
    }
    training->workspaces[training->n_workspaces++] = made;
    *workspace = made;
    return CN_OK;
}

/* A plan that is being made, and for which model. */
struct making {
    cn_training *training;
    cn_prepared *prepared;
};

/* cn_arena_source: a workspace that is busy until the plan's first run has ended. */
static cn_status claim(void *context, size_t bytes, void **arena)
{
    const struct making *making = context;
    cn_training *training = making->training;
    cn_status status = CN_OK;
    (void)pthread_mutex_lock(&training->lock);
    cn_workspace *workspace = find_workspace(training, &bytes);
    if (workspace == NULL)
        status = add_workspace(training, bytes, &workspace);
    if (status == CN_OK)
        workspace->busy = true;
    (void)pthread_mutex_unlock(&training->lock);
    making->prepared->workspace = workspace;
    *arena = workspace == NULL ? NULL : workspace->memory;
    return status;
}

/* ---- taking and giving back ------------------------------------------------------------------ */

static cn_status make(cn_training *training, const cn_dataset *dataset, const cn_batch *batch,
                      cn_prepared *prepared)
{
    cn_program program = {0};
    struct making making = {training, prepared};
    cn_status status = cn_step_build(training, prepared->phase, dataset, batch, &program);
    if (status == CN_OK)
        status = cn_optimize(&program);
    if (status == CN_OK)
        status = cn_make_plan_in(&program, claim, &making, &prepared->plan);
    cn_program_free(&program);
    return status;
}

/* Frees a plan that is not in the cache. */
static void discard(cn_training *training, cn_prepared *prepared)
{
    (void)pthread_mutex_lock(&training->lock);
    if (prepared->workspace != NULL)
        prepared->workspace->busy = false;
    (void)pthread_mutex_unlock(&training->lock);
    free_prepared(prepared);
}

static cn_status make_prepared(cn_training *training, cn_phase phase, const cn_dataset *dataset,
                               const cn_batch *batch, const int64_t *key, int64_t key_size,
                               cn_prepared **prepared)
{
    cn_prepared *made = cn_allocate(sizeof *made);
    CN_CHECK_MEMORY(made);
    made->phase = phase;
    made->key_size = key_size;
    made->key = cn_allocate((size_t)key_size * sizeof *key);
    cn_status status = made->key == NULL ? CN_OUT_OF_MEMORY : make(training, dataset, batch, made);
    if (status != CN_OK) {
        discard(training, made);
        return status;
    }
    memcpy(made->key, key, (size_t)key_size * sizeof *key);
    *prepared = made;
    return CN_OK;
}

cn_status cn_plan_take(cn_training *training, cn_phase phase, const cn_dataset *dataset,
                       const cn_batch *batch, cn_prepared **prepared)
{
    int64_t key[MOST_KEY];
    const int64_t key_size = make_key(training, phase, dataset, batch, key);
    (void)pthread_mutex_lock(&training->lock);
    *prepared = find_free(training, key, key_size);
    (void)pthread_mutex_unlock(&training->lock);
    if (*prepared != NULL)
        return CN_OK;
    cn_prepared *made = NULL;
    CN_TRY(make_prepared(training, phase, dataset, batch, key, key_size, &made));
    (void)pthread_mutex_lock(&training->lock);
    cn_status status = keep(training, made);
    (void)pthread_mutex_unlock(&training->lock);
    if (status != CN_OK) {
        discard(training, made);
        return status;
    }
    *prepared = made;
    return CN_OK;
}

void cn_plan_give_back(cn_training *training, cn_prepared *prepared)
{
    if (prepared == NULL)
        return;
    (void)pthread_mutex_lock(&training->lock);
    prepared->busy = prepared->workspace->busy = false;
    (void)pthread_mutex_unlock(&training->lock);
}

void cn_plans_free(cn_training *training)
{
    for (int64_t i = 0; i < training->n_plans; i++)
        free_prepared(training->plans[i]);
    for (int64_t i = 0; i < training->n_workspaces; i++)
        free_workspace(training->workspaces[i]);
    cn_release(training->plans);
    cn_release(training->workspaces);
    training->plans = NULL;
    training->workspaces = NULL;
    training->n_plans = training->n_workspaces = 0;
}
