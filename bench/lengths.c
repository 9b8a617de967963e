/* lengths: what sequences of many lengths cost. The model with two recurrent branches gets batches
 * of 50 different lengths: how long a new length takes to plan, and what a token costs then, beside
 * what it costs where all batches have one length. */
#include <stdio.h>

#include "bench.h"
#include "training/training.h"

enum { BATCH = 128, SHORTEST = 51, LENGTHS = 50, ROUNDS = 15, VOCABULARY = 10000, ANSWERS = 500 };

/* Batches of one length each. */
struct batches {
    const cn_array *text[LENGTHS], *question[LENGTHS], *answers;
};

static void make_batches(struct batches *batches)
{
    for (int i = 0; i < LENGTHS; i++) {
        batches->text[i] = cn_random_integers(1, VOCABULARY, {BATCH, SHORTEST + i});
        batches->question[i] = cn_random_integers(1, VOCABULARY, {BATCH, SHORTEST + i});
    }
    batches->answers =
        cn_to_categorical(cn_random_integers(0, ANSWERS, {BATCH}), .num_classes = ANSWERS);
    bench_check("batches");
}

/* Trace, passes and plan of the training step for a length that is new. */
static double time_plan(cn_model *model, const struct batches *batches, int i)
{
    cn_training *training = NULL;
    cn_prepared *prepared = NULL;
    cn_dataset data;
    const cn_batch batch = {.begin = 0, .size = BATCH};
    const cn_items x = CN_LIST(batches->text[i], batches->question[i]),
                   y = {.one = batches->answers}, none = {0};
    if (cn_training_of(model, "bench", &training) != CN_OK ||
        cn_dataset_make(training, "bench", &x, &y, &none, &data) != CN_OK ||
        cn_training_prepare(training, &data) != CN_OK)
        bench_check("lengths");
    const double begin = bench_now();
    if (cn_plan_take(training, CN_TRAIN, &data, &batch, &prepared) != CN_OK)
        bench_check("lengths");
    const double took = bench_now() - begin;
    cn_plan_give_back(training, prepared);
    return took;
}

static double time_step(cn_model *model, const struct batches *batches, int i)
{
    const double begin = bench_now();
    (void)cn_train_on_batch(model, CN_LIST(batches->text[i], batches->question[i]),
                            batches->answers);
    return bench_now() - begin;
}

int bench_lengths(int argc, char **argv)
{
    (void)argc, (void)argv;
    struct batches batches;
    double plan[LENGTHS], many[ROUNDS], one[ROUNDS], ratio[ROUNDS];
    cn_set_random_seed(1);
    cn_model *model = bench_qa();
    make_batches(&batches);
    (void)time_step(model, &batches, 0); /* what is made once is made now */
    for (int i = 1; i < LENGTHS; i++)
        plan[i - 1] = time_plan(model, &batches, i);
    const int middle = LENGTHS / 2;
    for (int round = 0; round < ROUNDS; round++) {
        double tokens = 0;
        many[round] = one[round] = 0;
        for (int i = 0; i < LENGTHS; i++) { /* in turns, so that both meet the same noise */
            many[round] += time_step(model, &batches, i);
            one[round] += time_step(model, &batches, middle);
            tokens += 2.0 * BATCH * (SHORTEST + i);
        }
        many[round] = 1e3 * many[round] / tokens;
        one[round] = 1e3 * one[round] / (2.0 * BATCH * (SHORTEST + middle) * LENGTHS);
        ratio[round] = many[round] / one[round];
    }
    bench_check("lengths");
    const double median = bench_median(plan, LENGTHS - 1);
    printf("a new length: trace, passes and plan, us (median, min .. max)  %8.0f  %.0f .. %.0f\n",
           median, plan[0], plan[LENGTHS - 2]);
    printf("ns per token, %d lengths (%d .. %d), median of %d rounds       %8.2f\n", LENGTHS,
           SHORTEST, SHORTEST + LENGTHS - 1, ROUNDS, bench_median(many, ROUNDS));
    printf("ns per token, one length (%d)                                  %8.2f\n",
           SHORTEST + middle, bench_median(one, ROUNDS));
    printf("ratio                                                         %8.3f\n",
           bench_median(ratio, ROUNDS));
    cn_clear_session();
    return 0;
}
