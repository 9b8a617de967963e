/* What the benchmarks share: a clock, medians, the model that is timed. */
#ifndef CORNU_BENCH_H
#define CORNU_BENCH_H

#include <cornu/cornu.h>

/* Microseconds of a clock that only goes on. */
double bench_now(void);

/* The median of n values, which are sorted. */
double bench_median(double *values, int n);

/* A stack of dense layers: inputs features, widths of the hidden layers (relu), and classes outputs
 * (softmax); compiled with RMSprop and categorical cross-entropy. Exits with a message if it cannot
 * be made. */
cn_model *bench_mlp(int64_t features, const int64_t *widths, int n_widths, int64_t classes);

/* Ends the program if the library reports a failure. */
void bench_check(const char *what);

/* One measurement of growth, and a series of them while x (batch, width or depth) grows. */
typedef struct bench_point {
    double x, step_us, build_us, kilobytes;
} bench_point;

typedef struct bench_sweep {
    const char *name;
    bench_point points[16];
    int count;
} bench_sweep;

/* Draws sweeps side by side, logarithmic both ways, as SVG. False if the file cannot be written. */
bool bench_draw(const char *path, const bench_sweep *sweeps, int count);

/* The commands. */
int bench_serve(int argc, char **argv);   /* timings on demand, for compare.py */
int bench_step(int argc, char **argv);    /* one step: time, overhead, one prediction, start */
int bench_growth(int argc, char **argv);  /* how cost grows with batch, width and depth */
int bench_lengths(int argc, char **argv); /* sequences of different lengths */

#endif
