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

/* Two inputs of any length, each embedded and read by an LSTM, and 500 answers; compiled. */
cn_model *bench_qa(void);

/* A compiled model and data for it, by name: mlp, qa, posts (an embedding of 50,000 words with 256
 * features, convolutions, three outputs), posts-wide (256 words with 50,000 features), or a model
 * of images: convnet, xception, resnet50, mobilenet_v2. */
typedef struct bench_workload {
    cn_model *model;
    int64_t batch, samples;
    const void *xs[4], *ys[4]; /* arrays, ended by CN_END */
} bench_workload;

/* Ends the program with a message if there is no such workload. */
void bench_make(const char *name, bench_workload *work);

/* KiB that the process holds, and the most that it ever held. */
long bench_memory(void);
long bench_memory_peak(void);

/* Microseconds of a training step, and of predicting a batch. */
double bench_train(bench_workload *work, int64_t steps);
double bench_forward(bench_workload *work, int64_t batches);

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
int bench_lengths(int argc, char **argv); /* what sequences of many lengths cost */
int bench_ragged(int argc, char **argv);  /* the same through cn_sequences and their buckets */
int bench_plans(int argc, char **argv);   /* what planning the steps of image models costs */

#endif
