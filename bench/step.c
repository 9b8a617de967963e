/* step: one training step of the 64-32-32-10 model at batch 128 on one thread, what the framework
 * adds to it, one prediction, and the time from process start to the first prediction. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "bench.h"
#include "training/training.h"

enum { FEATURES = 64, CLASSES = 10, BATCH = 128, ROUNDS = 41, STEPS = 400 };

extern char **environ;

/* The kernels alone: the step's plan, run on a batch that is already in place. */
static double time_kernels(cn_model *model, const cn_array *x, const cn_array *y)
{
    cn_training *training = NULL;
    cn_prepared *prepared = NULL;
    cn_dataset data;
    const cn_items xs = {.one = x}, ys = {.one = y}, none = {0};
    const cn_batch batch = {.size = BATCH};
    if (cn_training_of(model, "bench", &training) != CN_OK ||
        cn_dataset_make(training, "bench", &xs, &ys, &none, &data) != CN_OK ||
        cn_plan_take(training, CN_TRAIN, &data, &batch, &prepared) != CN_OK ||
        cn_dataset_gather(training, &data, CN_TRAIN, &batch, &prepared->plan) != CN_OK)
        return -1;
    const double begin = bench_now();
    for (int i = 0; i < STEPS; i++)
        (void)cn_plan_run(&prepared->plan);
    const double each = (bench_now() - begin) / STEPS;
    cn_plan_give_back(training, prepared);
    return each;
}

static double time_fit(cn_model *model, const cn_array *x, const cn_array *y)
{
    const int64_t in_an_epoch = cn_array_dim(x, 0) / BATCH;
    const double begin = bench_now();
    cn_fit(model, x, y, .batch_size = BATCH, .epochs = STEPS / in_an_epoch, .verbose = 0);
    return (bench_now() - begin) / (double)(STEPS / in_an_epoch * in_an_epoch);
}

static double time_prediction(cn_model *model, const cn_array *x)
{
    float out[CLASSES];
    const double begin = bench_now();
    for (int i = 0; i < 10 * STEPS; i++)
        cn_predict_into(model, cn_array_data(x), 1, out);
    return (bench_now() - begin) / (10 * STEPS);
}

/* This program again, with the command `first`, from fork to exit. */
static double time_start(char *program)
{
    char *arguments[] = {program, "first", NULL};
    pid_t child;
    int status;
    const double begin = bench_now();
    if (posix_spawn(&child, program, NULL, NULL, arguments, environ) != 0 ||
        waitpid(child, &status, 0) < 0)
        return -1;
    return bench_now() - begin;
}

static int first_prediction(void)
{
    float x[FEATURES] = {0}, out[CLASSES];
    cn_model *model = bench_mlp(FEATURES, (const int64_t[]){32, 32}, 2, CLASSES);
    cn_status status = cn_predict_into(model, x, 1, out);
    cn_clear_session();
    return status != CN_OK;
}

static void print_row(const char *what, double *us, int n, const char *target)
{
    const double median = bench_median(us, n);
    printf("%-52s %10.2f %10.2f %10.2f   %s\n", what, us[0], median, us[n - 1], target);
}

int bench_step(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "first") == 0)
        return first_prediction();
    double fit[ROUNDS], kernels[ROUNDS], added[ROUNDS], prediction[ROUNDS], start[ROUNDS];
    cn_set_threads(1);
    cn_set_random_seed(1);
    cn_model *model = bench_mlp(FEATURES, (const int64_t[]){32, 32}, 2, CLASSES);
    cn_array *x = cn_random({8 * BATCH, FEATURES}), *y = cn_random({8 * BATCH, CLASSES});
    (void)time_fit(model, x, y);
    bench_check("step");
    for (int i = 0; i < ROUNDS; i++) { /* in turns, so that all meet the same noise */
        fit[i] = time_fit(model, x, y);
        kernels[i] = time_kernels(model, x, y);
        added[i] = fit[i] - kernels[i];
        prediction[i] = time_prediction(model, x);
        start[i] = time_start(argv[0]);
    }
    printf("%-52s %10s %10s %10s   %s\n", "us, one thread", "min", "median", "max", "at most");
    print_row("training step, 64-32-32-10, batch 128, RMSprop", fit, ROUNDS, "50");
    print_row("its kernels alone", kernels, ROUNDS, "");
    print_row("what fit adds, the batch's copy included", added, ROUNDS, "5");
    print_row("one prediction, one row", prediction, ROUNDS, "6");
    print_row("process start to first prediction and exit", start, ROUNDS, "10000");
    printf("floor of the step: 2.1 MFLOP, %.0f KB of weights, gradients and slots\n",
           3.0 * 3466 * 4 / 1024);
    cn_clear_session();
    return 0;
}
