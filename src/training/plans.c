/* The cache of plans: one for each phase and each set of shapes. The least recently used one makes
 * room. */
#include <string.h>

#include "compiler/compiler.h"
#include "training/training.h"

enum { MOST_PLANS = 64, MOST_KEY = 4 + CN_MOST_TENSORS * 3 * (CN_MAX_RANK + 1) };

static int64_t add_shape(int64_t *key, int64_t at, const cn_array *array)
{
    key[at++] = array == NULL ? -1 : array->shape.rank;
    for (int64_t i = 1; array != NULL && i < array->shape.rank; i++)
        key[at++] = array->shape.dim[i];
    return at;
}

/* Everything that a program depends on besides the model. */
static int64_t make_key(const cn_training *training, cn_phase phase, const cn_dataset *dataset,
                        int64_t size, int64_t *key)
{
    int64_t at = 0;
    key[at++] = phase;
    if (phase == CN_RESULTS)
        return at;
    key[at++] = size;
    key[at++] = dataset->class_weight != NULL;
    for (int64_t i = 0; i < training->model->graph->n_inputs; i++)
        at = add_shape(key, at, dataset->x[i]);
    for (int64_t i = 0; phase != CN_PREDICT && i < training->n_targets; i++) {
        at = add_shape(key, at, dataset->y[i]);
        at = add_shape(key, at, dataset->weights[i]);
    }
    return at;
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
        if (!prepared->busy && prepared->key_size == key_size &&
            memcmp(prepared->key, key, (size_t)key_size * sizeof *key) == 0) {
            prepared->busy = true;
            prepared->last_use = ++training->clock;
            return prepared;
        }
    }
    return NULL;
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
    free_prepared(training->plans[oldest]);
    training->plans[oldest] = training->plans[--training->n_plans];
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

static cn_status make(cn_training *training, cn_phase phase, const cn_dataset *dataset,
                      int64_t size, cn_plan *plan)
{
    cn_program program = {0};
    cn_status status = cn_step_build(training, phase, dataset, size, &program);
    if (status == CN_OK)
        status = cn_optimize(&program);
    if (status == CN_OK)
        status = cn_make_plan(&program, plan);
    cn_program_free(&program);
    return status;
}

static cn_status make_prepared(cn_training *training, cn_phase phase, const cn_dataset *dataset,
                               int64_t size, const int64_t *key, int64_t key_size,
                               cn_prepared **prepared)
{
    cn_prepared *made = cn_allocate(sizeof *made);
    CN_CHECK_MEMORY(made);
    made->phase = phase;
    made->key_size = key_size;
    made->key = cn_allocate((size_t)key_size * sizeof *key);
    cn_status status = made->key == NULL ? CN_OUT_OF_MEMORY
                                         : make(training, phase, dataset, size, &made->plan);
    if (status != CN_OK) {
        free_prepared(made);
        return status;
    }
    memcpy(made->key, key, (size_t)key_size * sizeof *key);
    *prepared = made;
    return CN_OK;
}

cn_status cn_plan_take(cn_training *training, cn_phase phase, const cn_dataset *dataset,
                       int64_t size, cn_prepared **prepared)
{
    int64_t key[MOST_KEY];
    const int64_t key_size = make_key(training, phase, dataset, size, key);
    (void)pthread_mutex_lock(&training->lock);
    *prepared = find_free(training, key, key_size);
    (void)pthread_mutex_unlock(&training->lock);
    if (*prepared != NULL)
        return CN_OK;
    cn_prepared *made = NULL;
    CN_TRY(make_prepared(training, phase, dataset, size, key, key_size, &made));
    (void)pthread_mutex_lock(&training->lock);
    cn_status status = keep(training, made);
    (void)pthread_mutex_unlock(&training->lock);
    if (status != CN_OK) {
        free_prepared(made);
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
    prepared->busy = false;
    (void)pthread_mutex_unlock(&training->lock);
}

void cn_plans_free(cn_training *training)
{
    for (int64_t i = 0; i < training->n_plans; i++)
        free_prepared(training->plans[i]);
    cn_release(training->plans);
    training->plans = NULL;
    training->n_plans = 0;
}
