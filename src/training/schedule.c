/* In which order samples are taken. Where sequences have lengths of their own, a batch costs as
 * much as its longest one, so batches are made of samples of similar length: a shuffled epoch is
 * cut into windows of several batches, and each window is sorted by length. Lengths are rounded up
 * to buckets, of which each power of two has the same number: that bounds the number of plans, and
 * within a bucket samples stay in random order. */
#include <string.h>

#include "training/training.h"

enum {
    WINDOW = 50,       /* batches that are sorted together */
    MOST_BUCKETS = 512 /* more than 8 for each of the 63 bits of a length */
};

/* ---- buckets --------------------------------------------------------------------------------- */

/* Buckets for each power of two: 8, which pads less than 1/8 and 4 % on average. With several
 * inputs plans come from combinations of lengths, and there are 4. */
static int fineness(const cn_dataset *dataset)
{
    return dataset->n_open > 1 ? 2 : 3;
}

/* log2 of the distance between buckets around a length. */
static int spacing(int64_t length, int bits)
{
    int spaces = 0;
    while (length >> (spaces + bits + 1) > 0)
        spaces++;
    return spaces;
}

static int64_t round_up(int64_t length, int bits)
{
    const int spaces = spacing(length, bits);
    const int64_t rounded = (length + ((int64_t)1 << spaces) - 1) >> spaces << spaces;
    return rounded > 0 ? rounded : 1; /* programs have no axes of 0 */
}

/* The number of a bucket: 0, 1, 2 ... with their lengths. */
static int64_t bucket_number(int64_t length, int bits)
{
    const int spaces = spacing(length, bits);
    return ((int64_t)spaces << bits) + ((length + ((int64_t)1 << spaces) - 1) >> spaces);
}

static bool is_open(const cn_dataset *dataset, int64_t i)
{
    return dataset->x[i].sequences != NULL && dataset->steps[i] == CN_NONE;
}

/* The bucket of a sample's longest sequence. */
static int64_t bucket_of_sample(const cn_dataset *dataset, int64_t sample)
{
    int64_t longest = 0;
    for (int64_t i = 0, seen = 0; seen < dataset->n_open; i++) {
        if (!is_open(dataset, i))
            continue;
        const int64_t length = cn_sequences_steps(dataset->x[i].sequences, sample);
        longest = length > longest ? length : longest;
        seen++;
    }
    return bucket_number(longest, fineness(dataset));
}

/* The longest text of a batch: not rounded, for its padding is seen by layers. */
static int64_t measure_texts(const cn_measured_call *call, const cn_array *texts,
                             const cn_batch *batch)
{
    int64_t longest = 1;
    for (int64_t i = 0; i < batch->size; i++) {
        const char *text = ((const char *const *)texts->data)[cn_batch_sample(batch, i)];
        const int64_t steps = call->layer->class->measure(call->layer, text);
        longest = steps > longest ? steps : longest;
    }
    return longest;
}

void cn_batch_measure(const cn_dataset *dataset, cn_batch *batch)
{
    for (int64_t i = 0; i < dataset->n_measured; i++)
        batch->measured[i] = measure_texts(&dataset->measured[i],
                                           dataset->x[dataset->measured[i].input].array, batch);
    for (int64_t i = 0; i < CN_MOST_TENSORS && cn_column_is_given(&dataset->x[i]); i++) {
        const cn_sequences *sequences = dataset->x[i].sequences;
        batch->steps[i] = dataset->steps[i];
        if (!is_open(dataset, i))
            continue;
        int64_t longest = 0;
        for (int64_t k = 0; k < batch->size; k++) {
            const int64_t length = cn_sequences_steps(sequences, cn_batch_sample(batch, k));
            longest = length > longest ? length : longest;
        }
        batch->steps[i] = round_up(longest, fineness(dataset));
    }
}

cn_batch cn_longest_batch(const cn_dataset *dataset, const cn_range *range)
{
    cn_batch batch = {.begin = range->begin, .size = range->end - range->begin};
    cn_batch_measure(dataset, &batch);
    batch.size = range->batch_size;
    return batch;
}

/* ---- orders ---------------------------------------------------------------------------------- */

/* Sorts samples by bucket, stably: a counting sort. */
static void sort_by_length(const cn_schedule *schedule, int64_t *samples, int64_t n)
{
    int64_t places[MOST_BUCKETS] = {0};
    for (int64_t i = 0; i < n; i++)
        places[bucket_of_sample(schedule->dataset, samples[i])]++;
    for (int64_t bucket = 0, at = 0; bucket < MOST_BUCKETS; bucket++) {
        const int64_t count = places[bucket];
        places[bucket] = at;
        at += count;
    }
    for (int64_t i = 0; i < n; i++)
        schedule->sorted[places[bucket_of_sample(schedule->dataset, samples[i])]++] = samples[i];
    memcpy(samples, schedule->sorted, (size_t)n * sizeof *samples);
}

static int64_t count_batches(const cn_range *range)
{
    return (range->end - range->begin + range->batch_size - 1) / range->batch_size;
}

static cn_status make(cn_schedule *schedule, bool sorts, bool shuffles)
{
    const cn_range *range = &schedule->range;
    const size_t samples = (size_t)range->end * sizeof(int64_t);
    if (!sorts && !shuffles)
        return CN_OK;
    schedule->order = cn_allocate_raw(samples);
    CN_CHECK_MEMORY(schedule->order);
    for (int64_t i = 0; i < range->end; i++)
        schedule->order[i] = i;
    if (!sorts)
        return CN_OK;
    schedule->sorted = cn_allocate_raw(samples);
    CN_CHECK_MEMORY(schedule->sorted);
    if (!shuffles)
        return CN_OK;
    schedule->batches = cn_allocate_raw((size_t)count_batches(range) * sizeof(int64_t));
    CN_CHECK_MEMORY(schedule->batches);
    return CN_OK;
}

cn_status cn_schedule_make(cn_schedule *schedule, const cn_dataset *dataset, const cn_range *range,
                           cn_schedule_kind kind)
{
    *schedule = (cn_schedule){.range = *range, .dataset = dataset};
    const bool sorts = dataset->n_open > 0 && !dataset->keeps_order && kind != CN_IN_ORDER;
    CN_TRY(make(schedule, sorts, kind == CN_SHUFFLED));
    if (kind != CN_BY_LENGTH || !sorts)
        return CN_OK;
    const int64_t most = range->steps * range->batch_size, all = range->end - range->begin;
    sort_by_length(schedule, schedule->order + range->begin, most < all ? most : all);
    return CN_OK;
}

void cn_schedule_shuffle(const cn_schedule *schedule, cn_stream stream)
{
    const int64_t n = schedule->range.end, window = WINDOW * schedule->range.batch_size;
    if (schedule->order == NULL)
        return;
    cn_random_permutation(stream, schedule->order, n);
    for (int64_t begin = 0; schedule->sorted != NULL && begin < n; begin += window)
        sort_by_length(schedule, schedule->order + begin, n - begin < window ? n - begin : window);
    stream.counter ^= (uint64_t)1 << 63; /* another stream */
    if (schedule->batches != NULL)
        cn_random_permutation(stream, schedule->batches, count_batches(&schedule->range));
}

cn_batch cn_schedule_batch(const cn_schedule *schedule, int64_t step)
{
    const cn_range *range = &schedule->range;
    const int64_t number = schedule->batches == NULL ? step : schedule->batches[step];
    cn_batch batch = {.begin = range->begin + number * range->batch_size,
                      .size = range->batch_size,
                      .order = schedule->order,
                      .loader = schedule->loader,
                      .step = step};
    if (batch.begin + batch.size > range->end)
        batch.size = range->end - batch.begin;
    if (schedule->dataset != NULL)
        cn_batch_measure(schedule->dataset, &batch);
    return batch;
}

void cn_schedule_free(cn_schedule *schedule)
{
    cn_loader_stop(schedule);
    cn_release(schedule->order);
    cn_release(schedule->batches);
    cn_release(schedule->sorted);
    *schedule = (cn_schedule){0};
}
