/* Threads that read the samples of the next batches while a step runs. Batches wait in a ring of
 * places; a thread takes the next sample of the next batch that has a place. */
#include <inttypes.h>
#include <string.h>

#include "data/samples.h"
#include "training/training.h"

enum { MOST_LAZY = 3 * CN_MOST_TENSORS, MOST_THREADS = 64 };

/* A batch that is being read or waits. */
struct place {
    char *memory[MOST_LAZY]; /* of each column of samples: [batch size, sample] */
    int64_t left;            /* samples that are not read yet */
    int64_t failed;          /* the first in the batch that cannot be read, and why */
    cn_status status;
    char message[1024];
};

struct cn_loader {
    const cn_schedule *schedule;
    bool training;
    int64_t epoch;
    const cn_samples *columns[MOST_LAZY];
    int64_t n_columns;
    struct place *places;
    int64_t n_places;
    int64_t step, sample; /* what is read next */
    int64_t given;        /* steps that are done with */
    bool ends;
    pthread_mutex_t lock;
    pthread_cond_t room, ready;
    pthread_t threads[MOST_THREADS];
    int n_threads;
};

/* ---- reading --------------------------------------------------------------------------------- */

static struct place *place_of(cn_loader *loader, int64_t step)
{
    return &loader->places[step % loader->n_places];
}

/* Keeps the failure of the first sample that fails, whichever thread comes first. */
static void keep_failure(struct place *place, int64_t sample, cn_status status, const char *message)
{
    if (place->status != CN_OK && place->failed < sample)
        return;
    place->status = status;
    place->failed = sample;
    (void)strncpy(place->message, message, sizeof place->message - 1);
}

/* Reads sample k of a step's batch, for every column. */
static cn_status read_sample(cn_loader *loader, const struct place *place, const cn_batch *batch,
                             int64_t k)
{
    const cn_sample_request request = {
        .index = cn_batch_sample(batch, k), .training = loader->training, .epoch = loader->epoch};
    for (int64_t i = 0; i < loader->n_columns; i++)
        CN_TRY(
            cn_samples_read(loader->columns[i], request,
                            place->memory[i] + (size_t)k * cn_samples_bytes(loader->columns[i])));
    return CN_OK;
}

/* The next sample to read; false if there is none, ever. The lock is held. */
static bool wait_for_work(cn_loader *loader, int64_t *step, int64_t *sample)
{
    while (!loader->ends && loader->step < loader->schedule->range.steps &&
           loader->step >= loader->given + loader->n_places)
        pthread_cond_wait(&loader->room, &loader->lock);
    if (loader->ends || loader->step >= loader->schedule->range.steps)
        return false;
    *step = loader->step;
    *sample = loader->sample++;
    const int64_t size = cn_schedule_batch(loader->schedule, *step).size;
    if (*sample == 0) {
        place_of(loader, *step)->left = size;
        place_of(loader, *step)->status = CN_OK;
    }
    if (loader->sample == size) {
        loader->sample = 0;
        loader->step++;
    }
    return true;
}

static void *work(void *context)
{
    cn_loader *loader = context;
    int64_t step = 0, sample = 0;
    pthread_mutex_lock(&loader->lock);
    while (wait_for_work(loader, &step, &sample)) {
        struct place *place = place_of(loader, step);
        const cn_batch batch = cn_schedule_batch(loader->schedule, step);
        pthread_mutex_unlock(&loader->lock);
        cn_status status = read_sample(loader, place, &batch, sample);
        pthread_mutex_lock(&loader->lock);
        if (status != CN_OK)
            keep_failure(place, sample, status, cn_error());
        cn_clear_error();
        if (--place->left == 0)
            pthread_cond_broadcast(&loader->ready);
    }
    pthread_mutex_unlock(&loader->lock);
    return NULL;
}

/* ---- life ------------------------------------------------------------------------------------ */

static void find_columns(cn_loader *loader, const cn_column *columns)
{
    for (int64_t i = 0; i < CN_MOST_TENSORS; i++)
        if (columns[i].samples != NULL)
            loader->columns[loader->n_columns++] = columns[i].samples;
}

static bool is_lazy(const cn_dataset *dataset)
{
    for (int64_t i = 0; i < CN_MOST_TENSORS; i++)
        if (dataset->x[i].samples != NULL || dataset->y[i].samples != NULL ||
            dataset->weights[i].samples != NULL)
            return true;
    return false;
}

static cn_status make_places(cn_loader *loader)
{
    const int64_t size = loader->schedule->range.batch_size;
    loader->n_places = 1;
    for (int64_t i = 0; i < loader->n_columns; i++)
        if (loader->columns[i]->ahead > loader->n_places)
            loader->n_places = loader->columns[i]->ahead;
    loader->places = cn_allocate((size_t)loader->n_places * sizeof *loader->places);
    CN_CHECK_MEMORY(loader->places);
    for (int64_t i = 0; i < loader->n_places * loader->n_columns; i++) {
        char **memory = &loader->places[i / loader->n_columns].memory[i % loader->n_columns];
        *memory = cn_allocate_raw((size_t)size *
                                  cn_samples_bytes(loader->columns[i % loader->n_columns]));
        CN_CHECK_MEMORY(*memory);
    }
    return CN_OK;
}

static int count_threads(const cn_loader *loader)
{
    int most = 0;
    for (int64_t i = 0; i < loader->n_columns; i++) {
        const int wanted = loader->columns[i]->workers == CN_NONE ? cn_threads()
                                                                  : loader->columns[i]->workers;
        most = wanted > most ? wanted : most;
    }
    return most < MOST_THREADS ? most : MOST_THREADS;
}

/* If fewer threads can be had than are wanted, those do it; without any, the samples are read when
 * they are needed. */
static void start_threads(cn_loader *loader)
{
    const int wanted = count_threads(loader);
    while (loader->n_threads < wanted &&
           pthread_create(&loader->threads[loader->n_threads], NULL, work, loader) == 0)
        loader->n_threads++;
}

cn_status cn_loader_start(cn_schedule *schedule, bool training, int64_t epoch, int64_t first)
{
    cn_loader_stop(schedule);
    if (!is_lazy(schedule->dataset))
        return CN_OK;
    cn_loader *loader = cn_allocate(sizeof *loader);
    CN_CHECK_MEMORY(loader);
    schedule->loader = loader;
    loader->schedule = schedule;
    loader->training = training;
    loader->epoch = epoch;
    loader->step = loader->given = first;
    pthread_mutex_init(&loader->lock, NULL);
    pthread_cond_init(&loader->room, NULL);
    pthread_cond_init(&loader->ready, NULL);
    find_columns(loader, schedule->dataset->x);
    find_columns(loader, schedule->dataset->y);
    find_columns(loader, schedule->dataset->weights);
    CN_TRY(make_places(loader));
    start_threads(loader);
    return CN_OK;
}

void cn_loader_stop(cn_schedule *schedule)
{
    cn_loader *loader = schedule->loader;
    if (loader == NULL)
        return;
    pthread_mutex_lock(&loader->lock);
    loader->ends = true;
    pthread_cond_broadcast(&loader->room);
    pthread_mutex_unlock(&loader->lock);
    for (int i = 0; i < loader->n_threads; i++)
        pthread_join(loader->threads[i], NULL);
    for (int64_t i = 0; i < loader->n_places && loader->places != NULL; i++)
        for (int64_t k = 0; k < loader->n_columns; k++)
            cn_release(loader->places[i].memory[k]);
    cn_release(loader->places);
    pthread_cond_destroy(&loader->ready);
    pthread_cond_destroy(&loader->room);
    pthread_mutex_destroy(&loader->lock);
    cn_release(loader);
    schedule->loader = NULL;
}

/* ---- giving ---------------------------------------------------------------------------------- */

/* Without threads: all samples of the batch, here. */
static cn_status read_here(cn_loader *loader, const cn_batch *batch)
{
    for (int64_t k = 0; k < batch->size; k++)
        CN_TRY(read_sample(loader, place_of(loader, batch->step), batch, k));
    return CN_OK;
}

cn_status cn_loader_wait(cn_loader *loader, const cn_batch *batch)
{
    if (loader->n_threads == 0)
        return read_here(loader, batch);
    struct place *place = place_of(loader, batch->step);
    pthread_mutex_lock(&loader->lock);
    while (loader->step <= batch->step || place->left > 0)
        pthread_cond_wait(&loader->ready, &loader->lock);
    pthread_mutex_unlock(&loader->lock);
    return place->status == CN_OK ? CN_OK : cn_fail(place->status, "%s", place->message);
}

void cn_loader_done(cn_loader *loader, const cn_batch *batch)
{
    pthread_mutex_lock(&loader->lock);
    loader->given = batch->step + 1;
    pthread_cond_broadcast(&loader->room);
    pthread_mutex_unlock(&loader->lock);
}

const void *cn_loader_samples(const cn_loader *loader, const cn_batch *batch,
                              const cn_samples *samples)
{
    for (int64_t i = 0; i < loader->n_columns; i++)
        if (loader->columns[i] == samples)
            return loader->places[batch->step % loader->n_places].memory[i];
    return NULL;
}
