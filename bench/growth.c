/* growth: how the cost of a step, of building its plan, and its memory grow with batch, width and
 * depth. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "compiler/compiler.h"
#include "training/training.h"

enum { FEATURES = 64, CLASSES = 10, DEEPEST = 200 };

struct cost {
    double step_us, build_us;
    int64_t arena_bytes, kernels;
    double megaflop;
};

static cn_status build(cn_training *training, const cn_dataset *data, int64_t batch, cn_plan *plan)
{
    cn_program program = {0};
    cn_status status = cn_step_build(training, CN_TRAIN, data, batch, &program);
    if (status == CN_OK)
        status = cn_optimize(&program);
    if (status == CN_OK)
        status = cn_make_plan(&program, plan);
    cn_program_free(&program);
    return status;
}

/* At least three runs and a fifth of a second; the fastest counts. */
static double fastest_run(const cn_plan *plan)
{
    double best = 1e30, spent = 0;
    for (int i = 0; i < 3 || (spent < 2e5 && i < 2000); i++) {
        const double begin = bench_now();
        (void)cn_plan_run(plan);
        const double took = bench_now() - begin;
        spent += took;
        best = took < best ? took : best;
    }
    return best;
}

static double count_megaflop(int64_t batch, int64_t width, int64_t depth)
{
    const double products =
        (double)(FEATURES * width + (depth - 1) * width * width + width * CLASSES);
    return 6e-6 * (double)batch * products;
}

static cn_status measure(int64_t batch, int64_t width, int64_t depth, struct cost *cost)
{
    int64_t widths[DEEPEST];
    cn_training *training = NULL;
    cn_dataset data;
    cn_plan plan = {0};
    for (int64_t i = 0; i < depth; i++)
        widths[i] = width;
    cn_model *model = bench_mlp(FEATURES, widths, (int)depth, CLASSES);
    const cn_array *x = cn_random({batch, FEATURES}), *y = cn_random({batch, CLASSES});
    const cn_items xs = {.one = x}, ys = {.one = y}, none = {0};
    const cn_batch whole = {0, batch, NULL};
    CN_TRY(cn_training_of(model, "bench", &training));
    CN_TRY(cn_dataset_make(training, "bench", &xs, &ys, &none, &data));
    CN_TRY(cn_training_prepare(training, &data));
    const double begin = bench_now();
    CN_TRY(build(training, &data, batch, &plan));
    *cost = (struct cost){.build_us = bench_now() - begin,
                          .arena_bytes = (int64_t)plan.arena_bytes,
                          .kernels = plan.n_steps,
                          .megaflop = count_megaflop(batch, width, depth)};
    CN_TRY(cn_dataset_gather(training, &data, CN_TRAIN, &whole, &plan));
    cost->step_us = fastest_run(&plan);
    cn_plan_free(&plan);
    cn_clear_session();
    return CN_OK;
}

static void print_row(int64_t batch, int64_t width, int64_t depth)
{
    struct cost cost = {0};
    if (measure(batch, width, depth, &cost) != CN_OK)
        bench_check("growth");
    printf("%7lld %7lld %7lld %12.1f %12.1f %10.2f %10.1f %9lld %10.1f\n", (long long)batch,
           (long long)width, (long long)depth, cost.step_us, cost.build_us,
           (double)cost.arena_bytes / 1048576, cost.megaflop, (long long)cost.kernels,
           1e-3 * 1e6 * cost.megaflop / cost.step_us);
}

static void print_head(const char *what)
{
    printf("\n%s\n%7s %7s %7s %12s %12s %10s %10s %9s %10s\n", what, "batch", "width", "depth",
           "step us", "build us", "arena MB", "MFLOP", "kernels", "GFLOP/s");
}

int bench_growth(int argc, char **argv)
{
    (void)argc, (void)argv;
    print_head("batch grows");
    for (int64_t batch = 1; batch <= 4096; batch *= 4)
        print_row(batch, 32, 2);
    print_head("width grows");
    for (int64_t width = 16; width <= 4096; width *= 4)
        print_row(128, width, 2);
    print_row(128, 4096, 2);
    print_head("depth grows");
    for (int64_t depth = 2; depth <= DEEPEST;
         depth = depth < 10 ? depth * 5 : depth * 2 + (depth == 80 ? 40 : 0))
        print_row(128, 32, depth);
    return 0;
}
