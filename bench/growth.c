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

static cn_status build(cn_training *training, const cn_dataset *data, const cn_batch *batch,
                       cn_plan *plan)
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
    const cn_batch whole = {.size = batch};
    CN_TRY(cn_training_of(model, "bench", &training));
    CN_TRY(cn_dataset_make(training, "bench", &xs, &ys, &none, &data));
    CN_TRY(cn_training_prepare(training, &data));
    const double begin = bench_now();
    CN_TRY(build(training, &data, &whole, &plan));
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

static void print_row(bench_sweep *sweep, int64_t x, int64_t batch, int64_t width, int64_t depth)
{
    struct cost cost = {0};
    if (measure(batch, width, depth, &cost) != CN_OK)
        bench_check("growth");
    printf("%7lld %7lld %7lld %12.1f %12.1f %10.2f %10.1f %9lld %10.1f\n", (long long)batch,
           (long long)width, (long long)depth, cost.step_us, cost.build_us,
           (double)cost.arena_bytes / 1048576, cost.megaflop, (long long)cost.kernels,
           1e3 * cost.megaflop / cost.step_us);
    fflush(stdout);
    sweep->points[sweep->count++] =
        (bench_point){(double)x, cost.step_us, cost.build_us, (double)cost.arena_bytes / 1024};
}

static void print_head(const char *what)
{
    printf("\n%s grows\n%7s %7s %7s %12s %12s %10s %10s %9s %10s\n", what, "batch", "width",
           "depth", "step us", "build us", "arena MB", "MFLOP", "kernels", "GFLOP/s");
}

int bench_growth(int argc, char **argv)
{
    static const int64_t depths[] = {2, 5, 10, 20, 50, 100, DEEPEST};
    const char *picture = argc > 2 ? argv[2] : "growth.svg";
    bench_sweep sweeps[3] = {{.name = "batch"}, {.name = "width"}, {.name = "depth"}};
    print_head(sweeps[0].name);
    for (int64_t batch = 1; batch <= 4096; batch *= 4)
        print_row(&sweeps[0], batch, batch, 32, 2);
    print_head(sweeps[1].name);
    for (int64_t width = 16; width <= 4096; width *= 2)
        print_row(&sweeps[1], width, 128, width, 2);
    print_head(sweeps[2].name);
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++)
        print_row(&sweeps[2], depths[i], 128, 32, depths[i]);
    if (!bench_draw(picture, sweeps, 3)) {
        fprintf(stderr, "growth: %s cannot be written\n", picture);
        return 1;
    }
    printf("\ndrawn: %s\n", picture);
    return 0;
}
