/* Constraints: what a weight is projected to after each update. Each constructor returns an
 * identifier: the text of the object's Keras record, which lives in the current session, for
 * arguments such as .kernel_constraint. NULL and cn_error() if an argument is impossible.
 *
 *     cn_dense(64, .kernel_constraint = cn_max_norm(3), .bias_constraint = "non_neg")
 *
 * A bare name is the object with its defaults: "max_norm", "min_max_norm", "non_neg",
 * "unit_norm", or the class name.
 *
 * The norms are Euclidean, over one axis or several together: .axis = 0 (the inputs of a dense
 * kernel [inputs, units], so that each unit has one norm), .axis = {0, 1, 2} (a kernel of a
 * two-dimensional convolution). Negative axes count from the end; 0 can only be the first of a
 * list. All functions may be called from any thread; each draws in that thread's session. */
#ifndef CORNU_CONSTRAINTS_PUBLIC_H
#define CORNU_CONSTRAINTS_PUBLIC_H

#include "cornu/keywords.h"

CN_BEGIN_DECLS

/* cn_max_norm(2): no norm is larger than max_value: w * min(n, max_value) / (1e-7 + n). Keras:
 * MaxNorm; Srivastava et al., Dropout (2014). */
typedef struct cn_max_norm_args {
    char begin_;
    double max_value;
    int64_t axis[CN_MAX_RANK];
    char end_;
} cn_max_norm_args;
#define CN_MAX_NORM_DEFAULTS .max_value = 2, .axis = {0}
CN_API const char *cn_max_norm_with(const cn_max_norm_args *args);

/* cn_min_max_norm(0.5, 1): norms are drawn into min_value .. max_value; with a rate below 1 each
 * update goes that part of the way: w * (rate * clip(n, min_value, max_value) + (1 - rate) * n) /
 * (1e-7 + n). Keras: MinMaxNorm. */
typedef struct cn_min_max_norm_args {
    char begin_;
    double min_value, max_value, rate;
    int64_t axis[CN_MAX_RANK];
    char end_;
} cn_min_max_norm_args;
#define CN_MIN_MAX_NORM_DEFAULTS .min_value = 0, .max_value = 1, .rate = 1, .axis = {0}
CN_API const char *cn_min_max_norm_with(const cn_min_max_norm_args *args);

/* cn_unit_norm(): all norms are 1: w / (1e-7 + n). Keras: UnitNorm. */
typedef struct cn_unit_norm_args {
    char begin_;
    int64_t axis[CN_MAX_RANK];
    char end_;
} cn_unit_norm_args;
#define CN_UNIT_NORM_DEFAULTS .axis = {0}
CN_API const char *cn_unit_norm_with(const cn_unit_norm_args *args);

/* cn_non_neg(): negative numbers become 0. Keras: NonNeg. */
typedef struct cn_non_neg_args {
    char begin_, end_;
} cn_non_neg_args;
#define CN_NON_NEG_DEFAULTS .end_ = 0
CN_API const char *cn_non_neg_with(const cn_non_neg_args *args);

#ifndef __cplusplus
#define cn_max_norm(...)                                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_max_norm_with, cn_max_norm_args, CN_MAX_NORM_DEFAULTS, __VA_ARGS__)
#define cn_min_max_norm(...)                                                                       \
    CN_OPTIONAL_KEYWORDS_(cn_min_max_norm_with, cn_min_max_norm_args, CN_MIN_MAX_NORM_DEFAULTS,    \
                          __VA_ARGS__)
#define cn_unit_norm(...)                                                                          \
    CN_OPTIONAL_KEYWORDS_(cn_unit_norm_with, cn_unit_norm_args, CN_UNIT_NORM_DEFAULTS, __VA_ARGS__)
#define cn_non_neg(...)                                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_non_neg_with, cn_non_neg_args, CN_NON_NEG_DEFAULTS, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
