/* Random values of a whole weight: value i is a function of the stream and i alone. */
#include <math.h>

#include "initializers/initializers.h"
#include "kernels/native/native.h"
#include "runtime/random.h"
#include "runtime/threads.h"

/* How numbers u, uniform in [0, 1), become values, part by part and in place. */
struct job {
    float *values;
    double a, b; /* low and high, or mean and stddev */
};

static void to_uniform(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const float low = (float)job->a, high = (float)job->b, width = (float)(job->b - job->a),
                most = low < high ? nextafterf(high, low) : low; /* the bound stays outside */
    for (int64_t i = begin; i < end; i++) {
        const float value = low + job->values[i] * width;
        job->values[i] = value < most ? value : most;
    }
}

/* Box and Muller, of pair number i: values 2 i and 2 i + 1. */
static void to_normal(void *context, int64_t begin, int64_t end)
{
    const double two_pi = 6.283185307179586477;
    const struct job *job = context;
    for (int64_t i = begin; i < end; i++) {
        float *pair = job->values + 2 * i;
        const double radius = job->b * sqrt(-2 * log(1 - (double)pair[0])),
                     angle = two_pi * (double)pair[1];
        pair[0] = (float)(job->a + radius * cos(angle));
        pair[1] = (float)(job->a + radius * sin(angle));
    }
}

/* erf^-1(x) for |x| < 0.99, from w = -log(1 - x^2) (Giles, 2010). */
static float inverse_erf(float x, float w)
{
    static const float coefficients[] = {3.43273939e-07F, -3.5233877e-06F, -4.39150654e-06F,
                                         0.00021858087F,  -0.00125372503F, -0.00417768164F,
                                         0.246640727F,    1.50140941F};
    float p = 2.81022636e-08F;
    w -= 2.5F;
    for (int i = 0; i < 8; i++)
        p = coefficients[i] + p * w;
    return p * x;
}

/* The normal distribution's inverse, between the points that -2 and 2 are the inverse of. */
static void to_truncated_normal(void *context, int64_t begin, int64_t end)
{
    const float erf_of_2 = 0.954499736F; /* erf(2 / sqrt 2) */
    const struct job *job = context;
    const float mean = (float)job->a, scale = (float)(job->b * sqrt(2)),
                limit = (float)(2 * job->b);
    cn_tile *log_tile = cn_native_kernels()->tiles[CN_TILE_log];
    float w[CN_TILE];
    for (int64_t place = begin; place < end; place += CN_TILE) {
        float *x = job->values + place;
        const int64_t n = end - place < CN_TILE ? end - place : CN_TILE;
        for (int64_t i = 0; i < n; i++) {
            x[i] = (2 * x[i] - 1) * erf_of_2;
            w[i] = 1 - x[i] * x[i];
        }
        log_tile(w, w, NULL, NULL, n);
        for (int64_t i = 0; i < n; i++) {
            const float z = scale * inverse_erf(x[i], -w[i]);
            x[i] = mean + (z < -limit ? -limit : z > limit ? limit : z);
        }
    }
}

enum { GRAIN = 1 << 14 };

/* The stream's numbers, of which value i has number i. */
static struct job draw(const cn_weight_fill *fill, double a, double b)
{
    const int64_t size = cn_shape_size(fill->shape);
    cn_native_kernels()->random_uniform(fill->stream.seed, fill->stream.counter, fill->values,
                                        size);
    return (struct job){fill->values, a, b};
}

void cn_fill_uniform(const cn_weight_fill *fill, double low, double high)
{
    struct job job = draw(fill, low, high);
    cn_parallel_for(cn_shape_size(fill->shape), GRAIN, to_uniform, &job);
}

/* An odd last value is the first of a pair whose other one is nobody's. */
void cn_fill_normal(const cn_weight_fill *fill, double mean, double stddev)
{
    const int64_t size = cn_shape_size(fill->shape);
    struct job job = draw(fill, mean, stddev);
    cn_parallel_for(size / 2, GRAIN / 2, to_normal, &job);
    if (size % 2 == 0)
        return;
    float pair[2] = {fill->values[size - 1],
                     (float)cn_random_uniform_at(fill->stream, (uint64_t)size)};
    job.values = pair;
    to_normal(&job, 0, 1);
    fill->values[size - 1] = pair[0];
}

void cn_fill_truncated_normal(const cn_weight_fill *fill, double mean, double stddev)
{
    struct job job = draw(fill, mean, stddev);
    cn_parallel_for(cn_shape_size(fill->shape), GRAIN, to_truncated_normal, &job);
}
