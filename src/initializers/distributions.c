/* Random values of a whole weight: value i is a function of the stream and i alone. */
#include <math.h>

#include "initializers/initializers.h"
#include "runtime/threads.h"

struct job {
    const cn_fill *fill;
    uint64_t size;
    double a, b; /* low and high, or mean and stddev */
};

static void uniform(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    const float low = (float)job->a, high = (float)job->b;
    for (int64_t i = begin; i < end; i++) {
        double u = cn_random_uniform_at(job->fill->stream, (uint64_t)i);
        float value = (float)(job->a + u * (job->b - job->a));
        if (value >= high && low < high) /* rounded up to the bound that stays outside */
            value = nextafterf(high, low);
        job->fill->values[i] = value;
    }
}

static void normal(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    for (int64_t i = begin; i < end; i++)
        job->fill->values[i] =
            (float)(job->a + job->b * cn_random_normal_at(job->fill->stream, (uint64_t)i));
}

/* The k-th redraw of value i is number i + k * size of the stream. */
static void truncated_normal(void *context, int64_t begin, int64_t end)
{
    const struct job *job = context;
    for (int64_t i = begin; i < end; i++) {
        uint64_t draw = (uint64_t)i;
        double z = cn_random_normal_at(job->fill->stream, draw);
        while (fabs(z) > 2)
            z = cn_random_normal_at(job->fill->stream, draw += job->size);
        job->fill->values[i] = (float)(job->a + job->b * z);
    }
}

static void run(cn_parallel_body *body, const cn_fill *fill, double a, double b)
{
    enum { GRAIN = 4096 };
    int64_t size = cn_shape_size(fill->shape);
    struct job job = {fill, (uint64_t)size, a, b};
    cn_parallel_for(size, GRAIN, body, &job);
}

void cn_fill_uniform(const cn_fill *fill, double low, double high)
{
    run(uniform, fill, low, high);
}

void cn_fill_normal(const cn_fill *fill, double mean, double stddev)
{
    run(normal, fill, mean, stddev);
}

void cn_fill_truncated_normal(const cn_fill *fill, double mean, double stddev)
{
    run(truncated_normal, fill, mean, stddev);
}
