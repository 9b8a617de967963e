/* Regularizers: penalties on a weight or on a layer's output, which are added to the loss in
 * training and evaluation. Each constructor returns an identifier: the text of the object's Keras
 * record, which lives in the current session, for arguments such as .kernel_regularizer. NULL and
 * cn_error() if a factor is negative or not a number.
 *
 *     cn_dense(64, .kernel_regularizer = cn_l2(0.001), .activity_regularizer = "l1")
 *
 * A bare name is the object with its defaults: "l1", "l2", "l1_l2", "orthogonal_regularizer", or
 * the class name. All functions may be called from any thread; each draws in that thread's
 * session. */
#ifndef CORNU_REGULARIZERS_PUBLIC_H
#define CORNU_REGULARIZERS_PUBLIC_H

#include "cornu/keywords.h"

CN_BEGIN_DECLS

/* cn_l1(0.01): l1 times the sum of |x|. Keras: L1. */
typedef struct cn_l1_args {
    char begin_;
    double l1;
    char end_;
} cn_l1_args;
#define CN_L1_DEFAULTS .l1 = 0.01
CN_API const char *cn_l1_with(const cn_l1_args *args);

/* cn_l2(0.01): l2 times the sum of x squared; there is no half in front. Keras: L2. */
typedef struct cn_l2_args {
    char begin_;
    double l2;
    char end_;
} cn_l2_args;
#define CN_L2_DEFAULTS .l2 = 0.01
CN_API const char *cn_l2_with(const cn_l2_args *args);

/* cn_l1_l2(.l1 = 0.01, .l2 = 0.01): the sum of both; without arguments it is no penalty at all.
 * Keras: L1L2. */
typedef struct cn_l1_l2_args {
    char begin_;
    double l1, l2;
    char end_;
} cn_l1_l2_args;
#define CN_L1_L2_DEFAULTS .l1 = 0, .l2 = 0
CN_API const char *cn_l1_l2_with(const cn_l1_l2_args *args);

/* cn_orthogonal_regularizer(.mode = "columns"): draws the rows (or columns) of a matrix apart:
 * factor times the mean, over all pairs of them, of |cosine of the angle between the two|. mode:
 * "rows" or "columns". Keras: OrthogonalRegularizer. */
typedef struct cn_orthogonal_regularizer_args {
    char begin_;
    double factor;
    const char *mode;
    char end_;
} cn_orthogonal_regularizer_args;
#define CN_ORTHOGONAL_REGULARIZER_DEFAULTS .factor = 0.01, .mode = "rows"
CN_API const char *cn_orthogonal_regularizer_with(const cn_orthogonal_regularizer_args *args);

#ifndef __cplusplus
#define cn_l1(...) CN_OPTIONAL_KEYWORDS_(cn_l1_with, cn_l1_args, CN_L1_DEFAULTS, __VA_ARGS__)
#define cn_l2(...) CN_OPTIONAL_KEYWORDS_(cn_l2_with, cn_l2_args, CN_L2_DEFAULTS, __VA_ARGS__)
#define cn_l1_l2(...)                                                                              \
    CN_OPTIONAL_KEYWORDS_(cn_l1_l2_with, cn_l1_l2_args, CN_L1_L2_DEFAULTS, __VA_ARGS__)
#define cn_orthogonal_regularizer(...)                                                             \
    CN_OPTIONAL_KEYWORDS_(cn_orthogonal_regularizer_with, cn_orthogonal_regularizer_args,          \
                          CN_ORTHOGONAL_REGULARIZER_DEFAULTS, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
