/* cornu-bench: the benchmarks that need nothing but the library. bench/compare.py runs the peers
 * beside it. */
#include <stdio.h>
#include <string.h>

#include "bench.h"

static int usage(void)
{
    puts("cornu-bench step     one training step, its overhead, one prediction, process start\n"
         "cornu-bench growth [PICTURE.svg]   cost and memory as batch, width and depth grow\n"
         "cornu-bench lengths  sequences of different lengths against sequences of one\n"
         "cornu-bench serve    timings on demand (for bench/compare.py)");
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
    if (strcmp(argv[1], "serve") == 0)
        return bench_serve(argc, argv);
    return usage();
}
