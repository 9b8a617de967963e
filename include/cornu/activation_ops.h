/* Activations as operations, with the names and defaults of keras.ops. All that cornu/ops.h says of
 * operations holds for these; layers take activations by name too. */
#ifndef CORNU_ACTIVATION_OPS_H
#define CORNU_ACTIVATION_OPS_H

#include "cornu/ops.h"

CN_BEGIN_DECLS

/* ---- without arguments ----------------------------------------------------------------------- */

/* x's shape. */
CN_API cn_tensor *cn_ops_relu(cn_tensor *x);           /* max(x, 0) */
CN_API cn_tensor *cn_ops_relu6(cn_tensor *x);          /* min(max(x, 0), 6) */
CN_API cn_tensor *cn_ops_sigmoid(cn_tensor *x);        /* 1 / (1 + e^-x) */
CN_API cn_tensor *cn_ops_log_sigmoid(cn_tensor *x);    /* its logarithm */
CN_API cn_tensor *cn_ops_hard_sigmoid(cn_tensor *x);   /* relu6(x + 3) / 6 */
CN_API cn_tensor *cn_ops_sparse_sigmoid(cn_tensor *x); /* (x + 1) / 2, at least 0, at most 1 */
CN_API cn_tensor *cn_ops_silu(cn_tensor *x);           /* x sigmoid(x); swish too */
CN_API cn_tensor *cn_ops_hard_silu(cn_tensor *x);      /* x hard_sigmoid(x); hard_swish too */
CN_API cn_tensor *cn_ops_swish(cn_tensor *x);
CN_API cn_tensor *cn_ops_hard_swish(cn_tensor *x);
CN_API cn_tensor *cn_ops_hard_tanh(cn_tensor *x);   /* at least -1, at most 1 */
CN_API cn_tensor *cn_ops_tanh_shrink(cn_tensor *x); /* x - tanh(x) */
CN_API cn_tensor *cn_ops_softplus(cn_tensor *x);    /* log(1 + e^x) */
CN_API cn_tensor *cn_ops_sparse_plus(cn_tensor *x); /* 0, (x + 1)^2 / 4, and x from 1 on */
CN_API cn_tensor *cn_ops_softsign(cn_tensor *x);    /* x / (1 + |x|) */
CN_API cn_tensor *cn_ops_selu(cn_tensor *x);        /* 1.0507 elu(x, 1.67326) */

/* ---- with arguments -------------------------------------------------------------------------- */

/* cn_ops_leaky_relu(x, 0.1): x, times negative_slope below 0. */
typedef struct cn_ops_leaky_relu_args {
    cn_tensor *x;
    double negative_slope;
    char end_;
} cn_ops_leaky_relu_args;
#define CN_OPS_LEAKY_RELU_DEFAULTS .negative_slope = 0.2
CN_API cn_tensor *cn_ops_leaky_relu_with(const cn_ops_leaky_relu_args *args);

/* cn_ops_elu(x, .alpha = 0.5): x, but below 0 alpha (e^x - 1), of celu alpha (e^(x / alpha) -
 * 1). */
typedef struct cn_ops_elu_args {
    cn_tensor *x;
    double alpha;
    char end_;
} cn_ops_elu_args;
#define CN_OPS_ELU_DEFAULTS .alpha = 1
CN_API cn_tensor *cn_ops_elu_with(const cn_ops_elu_args *args);
CN_API cn_tensor *cn_ops_celu_with(const cn_ops_elu_args *args);

/* cn_ops_gelu(x, .approximate = false): x times the chance that a normal number is below it, by
 * tanh or exactly. */
typedef struct cn_ops_gelu_args {
    cn_tensor *x;
    bool approximate;
    char end_;
} cn_ops_gelu_args;
#define CN_OPS_GELU_DEFAULTS .approximate = true
CN_API cn_tensor *cn_ops_gelu_with(const cn_ops_gelu_args *args);

/* cn_ops_squareplus(x, .b = 1): (x + sqrt(x^2 + b)) / 2. */
typedef struct cn_ops_squareplus_args {
    cn_tensor *x;
    double b;
    char end_;
} cn_ops_squareplus_args;
#define CN_OPS_SQUAREPLUS_DEFAULTS .b = 4
CN_API cn_tensor *cn_ops_squareplus_with(const cn_ops_squareplus_args *args);

/* cn_ops_hard_shrink(x, .threshold = 1): 0 up to a distance of threshold from 0, behind it x, which
 * soft_shrink brings nearer to 0 by as much. */
typedef struct cn_ops_shrink_args {
    cn_tensor *x;
    double threshold;
    char end_;
} cn_ops_shrink_args;
#define CN_OPS_SHRINK_DEFAULTS .threshold = 0.5
CN_API cn_tensor *cn_ops_hard_shrink_with(const cn_ops_shrink_args *args);
CN_API cn_tensor *cn_ops_soft_shrink_with(const cn_ops_shrink_args *args);

/* x where it is above threshold, elsewhere default_value. */
CN_API cn_tensor *cn_ops_threshold(cn_tensor *x, double threshold, double default_value);

/* cn_ops_glu(x), cn_ops_glu(x, .axis = 1): the first half of an axis times the sigmoid of the
 * other. sparsemax: along an axis the nearest numbers of 0 and more whose sum is 1. */
CN_API cn_tensor *cn_ops_glu_with(const cn_ops_axis_args *args);
CN_API cn_tensor *cn_ops_sparsemax_with(const cn_ops_axis_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_ops_leaky_relu(...)                                                                     \
    CN_KEYWORDS_(cn_ops_leaky_relu_with, cn_ops_leaky_relu_args, CN_OPS_LEAKY_RELU_DEFAULTS,       \
                 .x = __VA_ARGS__)
#define CN_OPS_ELU_(function, ...)                                                                 \
    CN_KEYWORDS_(function, cn_ops_elu_args, CN_OPS_ELU_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_elu(...) CN_OPS_ELU_(cn_ops_elu_with, __VA_ARGS__)
#define cn_ops_celu(...) CN_OPS_ELU_(cn_ops_celu_with, __VA_ARGS__)
#define cn_ops_gelu(...)                                                                           \
    CN_KEYWORDS_(cn_ops_gelu_with, cn_ops_gelu_args, CN_OPS_GELU_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_squareplus(...)                                                                     \
    CN_KEYWORDS_(cn_ops_squareplus_with, cn_ops_squareplus_args, CN_OPS_SQUAREPLUS_DEFAULTS,       \
                 .x = __VA_ARGS__)
#define CN_OPS_SHRINK_(function, ...)                                                              \
    CN_KEYWORDS_(function, cn_ops_shrink_args, CN_OPS_SHRINK_DEFAULTS, .x = __VA_ARGS__)
#define cn_ops_hard_shrink(...) CN_OPS_SHRINK_(cn_ops_hard_shrink_with, __VA_ARGS__)
#define cn_ops_soft_shrink(...) CN_OPS_SHRINK_(cn_ops_soft_shrink_with, __VA_ARGS__)
#define cn_ops_glu(...) CN_OPS_AXIS_(cn_ops_glu_with, __VA_ARGS__)
#define cn_ops_sparsemax(...) CN_OPS_AXIS_(cn_ops_sparsemax_with, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
