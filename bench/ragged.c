/* What sequences of different lengths cost: time for each step of training on 50 lengths, in ratio
 * to as many steps of one length. */
#include <stdio.h>
#include <time.h>

#include "bench.h"
#include "training/training.h"

enum { SAMPLES = 3200, BATCH = 32, SHORTEST = 11, LENGTHS = 50, FEATURES = 32, ROUNDS = 41 };

static cn_sequences *make_sequences(bool fixed)
{
    static float steps[(SHORTEST + LENGTHS) * FEATURES];
    cn_sequences *made = cn_sequences_new(CN_FLOAT32, (int64_t[]){FEATURES}, 1);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        steps[i] = (float)(i % 17) / 17;
    for (int64_t i = 0; i < SAMPLES; i++) {
        const int64_t length = SHORTEST + (fixed ? LENGTHS / 2 : i % LENGTHS);
        (void)cn_sequences_append(made, steps, length);
    }
    return made;
}

static int64_t count_steps(const cn_sequences *sequences)
{
    int64_t n = 0;
    for (int64_t i = 0; i < SAMPLES; i++)
        n += cn_sequences_length(sequences, i);
    return n;
}

static cn_model *make_model(void)
{
    cn_tensor *x = cn_input({CN_NONE, FEATURES});
    cn_model *model = cn_model_of(x, cn_chain(x, cn_dense(64, .activation = "relu"),
                                              cn_dense(64, .activation = "relu"),
                                              cn_global_average_pooling1d(), cn_dense(1)));
    cn_compile(model, .optimizer = "adam", .loss = "mse");
    return model;
}

/* The process's own time, which others on the machine disturb least. */
static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Microseconds for each step of a sequence, in one epoch. */
static double time_epoch(cn_model *model, const cn_sequences *x, const cn_array *y)
{
    const double begin = now();
    cn_fit(model, x, y, .batch_size = BATCH, .verbose = 0);
    return (now() - begin) / (double)count_steps(x);
}

/* Steps of padding for each step of a sequence, in a shuffled epoch. */
static double measure_padding(cn_model *model, const cn_sequences *x, const cn_array *y)
{
    cn_training *training = NULL;
    cn_dataset data;
    cn_range range;
    cn_schedule schedule = {0};
    const cn_items xs = {.one = x}, ys = {.one = y}, none = {0};
    int64_t all = 0;
    if (cn_training_of(model, "bench", &training) != CN_OK ||
        cn_dataset_make(training, "bench", &xs, &ys, &none, &data) != CN_OK ||
        cn_range_make("bench", 0, SAMPLES, BATCH, CN_NONE, &range) != CN_OK ||
        cn_schedule_make(&schedule, &data, &range, CN_SHUFFLED) != CN_OK)
        return -1;
    cn_schedule_shuffle(&schedule, (cn_stream){1, 2});
    for (int64_t step = 0; step < range.steps; step++) {
        const cn_batch batch = cn_schedule_batch(&schedule, step);
        all += batch.steps[0] * batch.size;
    }
    cn_schedule_free(&schedule);
    return (double)all / (double)count_steps(x) - 1;
}

int bench_ragged(int argc, char **argv)
{
    (void)argc, (void)argv;
    double ratio[ROUNDS], one[ROUNDS], many[ROUNDS];
    cn_set_threads(1);
    cn_set_random_seed(1);
    cn_model *model = make_model();
    cn_sequences *fixed = make_sequences(true), *ragged = make_sequences(false);
    const cn_array *y = cn_random({SAMPLES, 1});
    (void)time_epoch(model, fixed, y);
    const double first = time_epoch(model, ragged, y);
    bench_check("ragged");
    for (int i = 0; i < ROUNDS; i++) {
        one[i] = time_epoch(model, fixed, y);
        many[i] = time_epoch(model, ragged, y);
        ratio[i] = many[i] / one[i];
    }
    const double median = bench_median(ratio, ROUNDS);
    (void)bench_median(one, ROUNDS);
    (void)bench_median(many, ROUNDS);
    printf("us for each step of a sequence, fastest of %d: %.4f of one length, %.4f of %d lengths, "
           "ratio %.3f\n",
           ROUNDS, one[0], many[0], LENGTHS, many[0] / one[0]);
    printf("median ratio: %.3f (%.3f to %.3f); of the first epoch, which makes the plans: %.3f\n",
           median, ratio[0], ratio[ROUNDS - 1], first / one[0]);
    printf("padding: %.1f %%\n", 100 * measure_padding(model, ragged, y));
    cn_clear_session();
    return 0;
}
