/* serve: times a workload on demand, so that a driver can let contestants take turns. Each line on
 * standard input is "train", "forward" or "predict" and a number of steps, batches or predictions
 * of one row; the answer is the microseconds that each took. "memory" and a number of steps answers
 * the most memory, in KiB, that the process held since the model was made, above what it held
 * then. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* Of the model with one input and one output. */
static double time_predictions(const bench_workload *work, int64_t n)
{
    enum { MOST_OUTPUTS = 1000 };
    float out[MOST_OUTPUTS];
    const cn_tensor *output = cn_model_outputs(work->model).at[0];
    if (cn_tensor_rank(output) != 2 || cn_tensor_dim(output, 1) > MOST_OUTPUTS) {
        fprintf(stderr, "predict needs a model with at most %d outputs\n", MOST_OUTPUTS);
        exit(2);
    }
    const double begin = bench_now();
    for (int64_t i = 0; i < n; i++)
        cn_predict_into(work->model, cn_array_data(work->xs[0]), 1, out);
    return (bench_now() - begin) / (double)n;
}

static double answer(bench_workload *work, const char *line, long at_rest)
{
    char kind[16] = "";
    long long n = 1;
    (void)sscanf(line, "%15s %lld", kind, &n);
    if (strcmp(kind, "predict") == 0)
        return time_predictions(work, n);
    if (strcmp(kind, "memory") == 0) {
        bench_train(work, n);
        return (double)(bench_memory_peak() - at_rest);
    }
    return strcmp(kind, "forward") == 0 ? bench_forward(work, n) : bench_train(work, n);
}

int bench_serve(int argc, char **argv)
{
    char line[64];
    bench_workload work;
    cn_set_threads(argc > 3 ? atoi(argv[3]) : 1);
    bench_make(argc > 2 ? argv[2] : "mlp", &work);
    const long at_rest = bench_memory();
    while (fgets(line, sizeof line, stdin) != NULL) {
        const double us = answer(&work, line, at_rest);
        bench_check("serve");
        printf("%.4f\n", us);
        fflush(stdout);
    }
    cn_clear_session();
    return 0;
}
