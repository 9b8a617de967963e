/* serve: times training steps of the 64-32-32-10 model on demand. Each line on standard input is a
 * number of steps; the answer is microseconds per step (or per prediction of one row, after the
 * word "predict"). So that a driver can let contestants take turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum { SAMPLES = 1024, FEATURES = 64, CLASSES = 10, BATCH = 128 };

static double time_steps(cn_model *model, const cn_array *x, const cn_array *y, int64_t steps)
{
    const int64_t in_an_epoch = SAMPLES / BATCH, epochs = (steps + in_an_epoch - 1) / in_an_epoch;
    const double begin = bench_now();
    cn_fit(model, x, y, .batch_size = BATCH, .epochs = epochs, .verbose = 0);
    return (bench_now() - begin) / (double)(epochs * in_an_epoch);
}

static double time_predictions(cn_model *model, const cn_array *x, int64_t n)
{
    float out[CLASSES];
    const double begin = bench_now();
    for (int64_t i = 0; i < n; i++)
        cn_predict_into(model, cn_array_data(x), 1, out);
    return (bench_now() - begin) / (double)n;
}

int bench_serve(int argc, char **argv)
{
    (void)argc, (void)argv;
    char line[64];
    cn_set_threads(1);
    cn_set_random_seed(1);
    cn_model *model = bench_mlp(FEATURES, (const int64_t[]){32, 32}, 2, CLASSES);
    cn_array *x = cn_random({SAMPLES, FEATURES}), *y = cn_random({SAMPLES, CLASSES});
    time_steps(model, x, y, 100);
    while (fgets(line, sizeof line, stdin) != NULL) {
        double us = strncmp(line, "predict", 7) == 0 ? time_predictions(model, x, atoll(line + 7))
                                                     : time_steps(model, x, y, atoll(line));
        bench_check("serve");
        printf("%.4f\n", us);
        fflush(stdout);
    }
    cn_clear_session();
    return 0;
}
