/* What the benchmarks share. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

double bench_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e6 * (double)now.tv_sec + 1e-3 * (double)now.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

/* A line of this process's status. */
static long status(const char *what)
{
    char line[256];
    long found = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, what, strlen(what)) == 0)
            found = strtol(line + strlen(what), NULL, 10);
    if (file != NULL)
        fclose(file);
    return found;
}

long bench_memory(void)
{
    return status("VmRSS:");
}

long bench_memory_peak(void)
{
    return status("VmHWM:");
}

double bench_median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, ascending);
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

void bench_check(const char *what)
{
    if (!cn_failed())
        return;
    fprintf(stderr, "%s: %s\n", what, cn_error());
    exit(1);
}

cn_model *bench_mlp(int64_t features, const int64_t *widths, int n_widths, int64_t classes)
{
    cn_tensor *input = cn_input({features}), *x = input;
    for (int i = 0; i < n_widths; i++)
        x = cn_call(cn_dense(widths[i], .activation = "relu"), x);
    cn_model *model = cn_model_of(input, cn_call(cn_dense(classes, .activation = "softmax"), x));
    cn_compile(model, .optimizer = "rmsprop", .loss = "categorical_crossentropy");
    bench_check("model");
    return model;
}
