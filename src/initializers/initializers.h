/* Initializers: first values of a weight, by Keras's formulas. */
#ifndef CORNU_INITIALIZERS_H
#define CORNU_INITIALIZERS_H

#include "config/config.h"
#include "cornu/initializers.h"
#include "runtime/variable.h"

/* What there is to fill: row-major float32 values of a weight. */
typedef struct cn_weight_fill {
    const cn_shape *shape;
    int64_t fan_in, fan_out;
    cn_stream stream; /* fresh for this weight unless the arguments have a seed */
    float *values;
} cn_weight_fill;

typedef struct cn_initializer_class {
    cn_class base;
    cn_status (*fill)(const void *args, const cn_weight_fill *fill);
    size_t seed_offset; /* of the int64_t seed in args; 0: has none (a seed is never the first
                           member) */
} cn_initializer_class;

/* One constant for each: cn_initializer_GlorotUniform, ... */
#define CN_INITIALIZER_ENTRY(name) extern const cn_initializer_class cn_initializer_##name;
#include "initializers/initializers.def"
#undef CN_INITIALIZER_ENTRY

extern const cn_classes cn_initializer_classes;

/* Fills a variable by an identifier (None: zeros); its name stands in front of messages. An
 * initializer without a seed takes the next stream of the session; with one, it always gives the
 * same values. */
cn_status cn_initialize(const char *identifier, cn_variable *variable, cn_session *session);

/* The same for a weight whose fans are not those of its shape, such as EinsumDense's. */
cn_status cn_initialize_with_fans(const char *identifier, cn_variable *variable, int64_t fan_in,
                                  int64_t fan_out, cn_session *session);

/* Keras's rule for the fans of a shape: 1 and 1 of a scalar, n and n of a vector, otherwise the
 * last two dimensions times the product of those before them. */
void cn_fans(const cn_shape *shape, int64_t *fan_in, int64_t *fan_out);

/* ---- windows of signals ---------------------------------------------------------------------- */

/* A window's values: by its name, of one period or symmetric; or, if it is the text of a JSON list,
 * its numbers, of which there must be length. NULL: ones. The second refuses a name that is not
 * known. */
cn_status cn_window_values(const char *window, bool periodic, int64_t length, double *values);
cn_status cn_window_check(const char *window);
bool cn_window_is_list(const char *window);

/* ---- distributions: each writes all values of fill ------------------------------------------- */

void cn_fill_uniform(const cn_weight_fill *fill, double low, double high); /* in [low, high) */
void cn_fill_normal(const cn_weight_fill *fill, double mean, double stddev);
/* Normal, drawn again while further than 2 stddev from the mean; stddev is that of the normal
 * before it is cut. */
void cn_fill_truncated_normal(const cn_weight_fill *fill, double mean, double stddev);

/* Uniform or (truncated) normal values whose variance comes from the fans; see
 * cn_variance_scaling for the words. Axes override the fans where any are given. */
typedef struct cn_scaling {
    double scale;
    const char *mode, *distribution;
    const int64_t *input_axes, *output_axes;
} cn_scaling;
cn_status cn_fill_scaled(const cn_weight_fill *fill, const cn_scaling *scaling);

/* The parts of a class that all have in common. */
#define CN_INITIALIZER(name_) .name = (name_), .module = "keras.initializers"

#endif
