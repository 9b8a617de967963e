/* plans: what it costs to trace a training step, to pass over it and to make its plan, the first
 * time and for a batch of another size, which nothing is kept for; and the memory that the step
 * needs. */
#include <stdio.h>

#include "bench.h"

enum { OTHERS = 9 };

static double time_plan(cn_model *model, int64_t batch, int64_t *bytes)
{
    const double begin = bench_now();
    *bytes = cn_step_memory(model, batch, true);
    const double took = bench_now() - begin;
    if (*bytes < 0)
        bench_check("plans");
    return took / 1e3;
}

int bench_plans(int argc, char **argv)
{
    static const char *const names[] = {"convnet", "mobilenet_v2", "resnet50", "xception",
                                        "densenet121"};
    (void)argc, (void)argv;
    printf("%-14s%8s%12s%18s%12s\n", "", "batch", "first, ms", "other sizes, ms", "step, MB");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bench_workload work;
        double others[OTHERS];
        int64_t bytes, unused;
        bench_make(names[i], &work);
        const double first = time_plan(work.model, work.batch, &bytes);
        for (int64_t k = 0; k < OTHERS; k++)
            others[k] = time_plan(work.model, work.batch + 1 + k, &unused);
        printf("%-14s%8d%12.1f%18.1f%12.1f\n", names[i], (int)work.batch, first,
               bench_median(others, OTHERS), (double)bytes / 1e6);
        cn_clear_session();
    }
    return 0;
}
