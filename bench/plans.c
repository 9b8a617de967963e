/* plans: what it costs to trace a training step, to pass over it and to make its plan, the first time
 * and for a batch of another size, which nothing is kept for. */
#include <stdio.h>

#include "bench.h"

enum { OTHERS = 9 };

static double time_plan(cn_model *model, int64_t batch)
{
    const double begin = bench_now();
    const int64_t bytes = cn_step_memory(model, batch, true);
    const double took = bench_now() - begin;
    if (bytes < 0)
        bench_check("plans");
    return took / 1e3;
}

int bench_plans(int argc, char **argv)
{
    static const char *const names[] = {"convnet", "mobilenet_v2", "resnet50", "xception"};
    (void)argc, (void)argv;
    printf("%-14s%12s%18s\n", "", "first, ms", "other sizes, ms");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bench_workload work;
        double others[OTHERS];
        bench_make(names[i], &work);
        const double first = time_plan(work.model, work.batch);
        for (int64_t k = 0; k < OTHERS; k++)
            others[k] = time_plan(work.model, work.batch + 1 + k);
        printf("%-14s%12.1f%18.1f\n", names[i], first, bench_median(others, OTHERS));
        cn_clear_session();
    }
    return 0;
}
