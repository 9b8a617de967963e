/* cornu-bench: the benchmarks that need nothing but the library. bench/compare.py runs the peers
 * beside it. */
#include <stdio.h>
#include <string.h>

#include "bench.h"

static int usage(void)
{
    puts("cornu-bench step     one training step, its overhead, one prediction, process start\n"
         "cornu-bench growth [PICTURE.svg]   cost and memory as batch, width and depth grow\n"
         "cornu-bench lengths  what sequences of many lengths cost: planning, and per token\n"
         "cornu-bench ragged   an epoch of cn_sequences of 50 lengths against one length\n"
         "cornu-bench plans    what it costs to plan a training step of models of images\n"
         "cornu-bench serve [mlp|qa|posts|posts-wide [THREADS]]   timings on demand (for\n"
         "                     bench/compare.py)");
    return 2;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return usage();
    if (strcmp(argv[1], "step") == 0 || strcmp(argv[1], "first") == 0)
        return bench_step(argc, argv);
    if (strcmp(argv[1], "growth") == 0)
        return bench_growth(argc, argv);
    if (strcmp(argv[1], "lengths") == 0)
        return bench_lengths(argc, argv);
    if (strcmp(argv[1], "ragged") == 0)
        return bench_ragged(argc, argv);
    if (strcmp(argv[1], "plans") == 0)
        return bench_plans(argc, argv);
    if (strcmp(argv[1], "serve") == 0)
        return bench_serve(argc, argv);
    return usage();
}
