/* Losses: what training makes small. Each constructor returns an identifier: the text of the
 * object's Keras record, which lives in the current session, for .loss of cn_compile and the like.
 * NULL and cn_error() if an argument is impossible.
 *
 *     cn_compile(model, .loss = cn_categorical_crossentropy(.label_smoothing = 0.1))
 *
 * A bare name is the loss with its defaults: the class name, the same in snake_case, or one of
 * Keras's short names ("mse", "mae", "mape", "msle", "bce", "kld"). "crossentropy" ("ce") takes the
 * cross-entropy that fits the shapes.
 *
 * A loss makes one number for each sample, or for each step of a sequence: [N, ...] from
 * predictions p [N, ..., C] and targets t of the same shape, except where labels are said: class
 * numbers of shape [N, ...] or [N, ..., 1]. A label that is no class ends the run with an error
 * that names its row. Ranks that differ by one are matched where the larger shape ends in 1.
 *
 * Weights multiply these numbers, masked ones count as 0, and then the reduction makes one number:
 *   "sum_over_batch_size"      their sum divided by how many there are, not counting masked ones;
 *                              "mean" is the same
 *   "sum"                      their sum
 *   "mean_with_sample_weight"  their sum divided by the sum of the weights
 *   "none", NULL               none: all of them
 * A sum divided by nothing is 0. Every constructor has .reduction and .name (which is kept in the
 * config) as its last arguments.
 *
 * All functions may be called from any thread; each draws in that thread's session. */
#ifndef CORNU_LOSSES_PUBLIC_H
#define CORNU_LOSSES_PUBLIC_H

#include "cornu/keywords.h"

CN_BEGIN_DECLS

/* Losses without arguments of their own; t are the targets, p the predictions, means and sums go
 * over the last axis. Their short names stand behind.
 *   cn_mean_squared_error              the mean of (t - p)^2; "mse"
 *   cn_mean_absolute_error             the mean of |t - p|; "mae"
 *   cn_mean_absolute_percentage_error  100 times the mean of |t - p| / max(|t|, 1e-7); "mape"
 *   cn_mean_squared_logarithmic_error  the mean of (log(1 + p) - log(1 + t))^2, for numbers that
 *                                      are not negative: smaller ones count as 1e-7; "msle"
 *   cn_log_cosh                        the mean of log(cosh(p - t)): like (p - t)^2 / 2 near 0,
 *                                      like |p - t| far away
 *   cn_hinge                           the mean of max(1 - t p, 0), t = -1 or 1; the labels 0 and
 *                                      1 become -1 and 1 if a batch has no others
 *   cn_squared_hinge                   the mean of max(1 - t p, 0)^2, with the same labels
 *   cn_categorical_hinge               max(0, 1 + max of (1 - t) p - sum of t p), t one-hot
 *   cn_kl_divergence                   the sum of t log(t / p), both clipped to [1e-7, 1]; "kld";
 *                                      Kullback and Leibler (1951)
 *   cn_poisson                         the mean of p - t log(p + 1e-7), for counts t
 *   cn_ctc                             -log of the probability that logits p [N, T, C] read as
 *                                      labels t [N, L]; class 0 is the blank and fills up short
 *                                      rows of labels; Graves et al. (2006)
 * Keras: MeanSquaredError, MeanAbsoluteError, ... */
typedef struct cn_loss_args {
    char begin_;
    const char *reduction, *name;
    char end_;
} cn_loss_args;
#define CN_MEAN_SQUARED_ERROR_DEFAULTS                                                             \
    .reduction = "sum_over_batch_size", .name = "mean_squared_error"
#define CN_MEAN_ABSOLUTE_ERROR_DEFAULTS                                                            \
    .reduction = "sum_over_batch_size", .name = "mean_absolute_error"
#define CN_MEAN_ABSOLUTE_PERCENTAGE_ERROR_DEFAULTS                                                 \
    .reduction = "sum_over_batch_size", .name = "mean_absolute_percentage_error"
#define CN_MEAN_SQUARED_LOGARITHMIC_ERROR_DEFAULTS                                                 \
    .reduction = "sum_over_batch_size", .name = "mean_squared_logarithmic_error"
#define CN_LOG_COSH_DEFAULTS .reduction = "sum_over_batch_size", .name = "log_cosh"
#define CN_HINGE_DEFAULTS .reduction = "sum_over_batch_size", .name = "hinge"
#define CN_SQUARED_HINGE_DEFAULTS .reduction = "sum_over_batch_size", .name = "squared_hinge"
#define CN_CATEGORICAL_HINGE_DEFAULTS                                                              \
    .reduction = "sum_over_batch_size", .name = "categorical_hinge"
#define CN_KL_DIVERGENCE_DEFAULTS .reduction = "sum_over_batch_size", .name = "kl_divergence"
#define CN_POISSON_DEFAULTS .reduction = "sum_over_batch_size", .name = "poisson"
#define CN_CTC_DEFAULTS .reduction = "sum_over_batch_size", .name = "ctc"
CN_API const char *cn_mean_squared_error_with(const cn_loss_args *args);
CN_API const char *cn_mean_absolute_error_with(const cn_loss_args *args);
CN_API const char *cn_mean_absolute_percentage_error_with(const cn_loss_args *args);
CN_API const char *cn_mean_squared_logarithmic_error_with(const cn_loss_args *args);
CN_API const char *cn_log_cosh_with(const cn_loss_args *args);
CN_API const char *cn_hinge_with(const cn_loss_args *args);
CN_API const char *cn_squared_hinge_with(const cn_loss_args *args);
CN_API const char *cn_categorical_hinge_with(const cn_loss_args *args);
CN_API const char *cn_kl_divergence_with(const cn_loss_args *args);
CN_API const char *cn_poisson_with(const cn_loss_args *args);
CN_API const char *cn_ctc_with(const cn_loss_args *args);

/* cn_cosine_similarity(): minus the cosine of the angle between t and p along an axis: -1 for one
 * direction, 0 for a right angle, 1 for opposite directions. A vector of zeros has no direction and
 * gives 0. Keras: CosineSimilarity. */
typedef struct cn_cosine_similarity_args {
    char begin_;
    int64_t axis;
    const char *reduction, *name;
    char end_;
} cn_cosine_similarity_args;
#define CN_COSINE_SIMILARITY_DEFAULTS                                                              \
    .axis = -1, .reduction = "sum_over_batch_size", .name = "cosine_similarity"
CN_API const char *cn_cosine_similarity_with(const cn_cosine_similarity_args *args);

/* cn_huber(1.0): the mean of e^2 / 2 where |e| = |p - t| is at most delta, and of
 * delta |e| - delta^2 / 2 beyond that. Keras: Huber; Huber (1964). */
typedef struct cn_huber_args {
    char begin_;
    double delta;
    const char *reduction, *name;
    char end_;
} cn_huber_args;
#define CN_HUBER_DEFAULTS .delta = 1, .reduction = "sum_over_batch_size", .name = "huber_loss"
CN_API const char *cn_huber_with(const cn_huber_args *args);

/* cn_binary_crossentropy(.from_logits = true): the mean of -(t log p + (1 - t) log(1 - p)), for
 * answers of yes or no that do not depend on each other.
 *   from_logits      p are logits; otherwise probabilities, clipped to [1e-7, 1 - 1e-7]
 *   label_smoothing  s in 0 .. 1: t becomes t (1 - s) + s / 2
 *   axis             what the mean goes over
 * Keras: BinaryCrossentropy. */
typedef struct cn_binary_crossentropy_args {
    char begin_;
    bool from_logits;
    double label_smoothing;
    int64_t axis;
    const char *reduction, *name;
    char end_;
} cn_binary_crossentropy_args;
#define CN_BINARY_CROSSENTROPY_DEFAULTS                                                            \
    .from_logits = false, .label_smoothing = 0, .axis = -1, .reduction = "sum_over_batch_size",    \
    .name = "binary_crossentropy"
CN_API const char *cn_binary_crossentropy_with(const cn_binary_crossentropy_args *args);

/* cn_binary_focal_crossentropy(.gamma = 3.0): the same times (1 - q)^gamma, where q is the
 * probability given to what is right, so that easy samples count less.
 *   apply_class_balancing  also times alpha where t = 1, and 1 - alpha where t = 0
 * Keras: BinaryFocalCrossentropy; Lin et al. (2017). */
typedef struct cn_binary_focal_crossentropy_args {
    char begin_;
    bool apply_class_balancing;
    double alpha, gamma;
    bool from_logits;
    double label_smoothing;
    int64_t axis;
    const char *reduction, *name;
    char end_;
} cn_binary_focal_crossentropy_args;
#define CN_BINARY_FOCAL_CROSSENTROPY_DEFAULTS                                                      \
    .apply_class_balancing = false, .alpha = 0.25, .gamma = 2, .from_logits = false,               \
    .label_smoothing = 0, .axis = -1, .reduction = "sum_over_batch_size",                          \
    .name = "binary_focal_crossentropy"
CN_API const char *cn_binary_focal_crossentropy_with(const cn_binary_focal_crossentropy_args *args);

/* cn_categorical_crossentropy(.label_smoothing = 0.1): -sum of t log p over the classes; t are
 * one-hot rows or probabilities.
 *   from_logits      p are logits; otherwise probabilities, which are divided by their sum and
 *                    clipped to [1e-7, 1 - 1e-7]
 *   label_smoothing  s in 0 .. 1: t becomes t (1 - s) + s / C
 *   axis             that of the classes
 * Keras: CategoricalCrossentropy. */
typedef struct cn_categorical_crossentropy_args {
    char begin_;
    bool from_logits;
    double label_smoothing;
    int64_t axis;
    const char *reduction, *name;
    char end_;
} cn_categorical_crossentropy_args;
#define CN_CATEGORICAL_CROSSENTROPY_DEFAULTS                                                       \
    .from_logits = false, .label_smoothing = 0, .axis = -1, .reduction = "sum_over_batch_size",    \
    .name = "categorical_crossentropy"
CN_API const char *cn_categorical_crossentropy_with(const cn_categorical_crossentropy_args *args);

/* cn_categorical_focal_crossentropy(.alpha = {0.1, 0.9}): -sum of alpha (1 - p)^gamma t log p over
 * the classes.
 *   alpha  one weight for all classes, or one for each, at most 32
 * Keras: CategoricalFocalCrossentropy; Lin et al. (2017). */
typedef struct cn_categorical_focal_crossentropy_args {
    char begin_;
    double alpha[CN_MAX_LIST];
    double gamma;
    bool from_logits;
    double label_smoothing;
    int64_t axis;
    const char *reduction, *name;
    char end_;
} cn_categorical_focal_crossentropy_args;
#define CN_CATEGORICAL_FOCAL_CROSSENTROPY_DEFAULTS                                                 \
    .alpha = {0.25, CN_UNSET}, .gamma = 2, .from_logits = false, .label_smoothing = 0, .axis = -1, \
    .reduction = "sum_over_batch_size", .name = "categorical_focal_crossentropy"
CN_API const char *cn_categorical_focal_crossentropy_with(
    const cn_categorical_focal_crossentropy_args *args);

/* cn_sparse_categorical_crossentropy(.ignore_class = -1): -log p[t], t labels.
 *   from_logits   p are logits; otherwise probabilities, which are divided by their sum and
 *                 clipped to [1e-7, 1 - 1e-7]
 *   ignore_class  a label whose places do not count, which may be no class; CN_UNSET: none
 *   axis          that of the classes
 * Keras: SparseCategoricalCrossentropy. */
typedef struct cn_sparse_categorical_crossentropy_args {
    char begin_;
    bool from_logits;
    double ignore_class;
    int64_t axis;
    const char *reduction, *name;
    char end_;
} cn_sparse_categorical_crossentropy_args;
#define CN_SPARSE_CATEGORICAL_CROSSENTROPY_DEFAULTS                                                \
    .from_logits = false, .ignore_class = CN_UNSET, .axis = -1,                                    \
    .reduction = "sum_over_batch_size", .name = "sparse_categorical_crossentropy"
CN_API const char *cn_sparse_categorical_crossentropy_with(
    const cn_sparse_categorical_crossentropy_args *args);

/* cn_categorical_generalized_cross_entropy(0.7): (1 - p[t]^q) / q, t labels, 0 < q < 1: bears wrong
 * labels better than cross-entropy does, the more so the larger q is.
 * Keras: CategoricalGeneralizedCrossEntropy; Zhang and Sabuncu (2018). */
typedef struct cn_categorical_generalized_cross_entropy_args {
    char begin_;
    double q;
    const char *reduction, *name;
    char end_;
} cn_categorical_generalized_cross_entropy_args;
#define CN_CATEGORICAL_GENERALIZED_CROSS_ENTROPY_DEFAULTS                                          \
    .q = 0.5, .reduction = "sum_over_batch_size", .name = "categorical_generalized_cross_entropy"
CN_API const char *cn_categorical_generalized_cross_entropy_with(
    const cn_categorical_generalized_cross_entropy_args *args);

/* cn_dice(.axis = {1, 2, 3}): 1 - 2 sum of t p / (sum of t + sum of p + 1e-7): how little two areas
 * overlap.
 *   axis  what the sums go over; not given: the whole batch, whose loss is one number. A 0 can only
 *         be the first of a list
 * Keras: Dice. */
typedef struct cn_dice_args {
    char begin_;
    int64_t axis[CN_MAX_RANK];
    const char *reduction, *name;
    char end_;
} cn_dice_args;
#define CN_DICE_DEFAULTS .reduction = "sum_over_batch_size", .name = "dice"
CN_API const char *cn_dice_with(const cn_dice_args *args);

/* cn_tversky(.alpha = 0.3, .beta = 0.7): 1 - i / (i + alpha a + beta b + 1e-7), where i is the sum
 * of t p, a that of t (1 - p), b that of p (1 - t); axis as in cn_dice.
 * Keras: Tversky; Salehi et al. (2017). */
typedef struct cn_tversky_args {
    char begin_;
    double alpha, beta;
    int64_t axis[CN_MAX_RANK];
    const char *reduction, *name;
    char end_;
} cn_tversky_args;
#define CN_TVERSKY_DEFAULTS                                                                        \
    .alpha = 0.5, .beta = 0.5, .reduction = "sum_over_batch_size", .name = "tversky"
CN_API const char *cn_tversky_with(const cn_tversky_args *args);

/* cn_circle(): draws the embeddings p [N, D] (of length 1) of one class together and others apart;
 * t are labels [N]. Of each row: softplus(log sum of e^x over its class + log sum of e^y over the
 * others), where x = gamma (margin + d)(d - margin), y = gamma max(1 + margin - d, 0)(1 - margin -
 * d), and d is 1 - the cosine, at least 0. Rows whose loss is 0 do not count in the mean.
 *   remove_diagonal  whether an embedding is no partner of itself
 * Keras: Circle; Sun et al. (2020). */
typedef struct cn_circle_args {
    char begin_;
    double gamma, margin;
    bool remove_diagonal;
    const char *reduction, *name;
    char end_;
} cn_circle_args;
#define CN_CIRCLE_DEFAULTS                                                                         \
    .gamma = 80, .margin = 0.4, .remove_diagonal = true, .reduction = "sum_over_batch_size",       \
    .name = "circle"
CN_API const char *cn_circle_with(const cn_circle_args *args);

#ifndef __cplusplus
#define cn_mean_squared_error(...)                                                                 \
    CN_OPTIONAL_KEYWORDS_(cn_mean_squared_error_with, cn_loss_args,                                \
                          CN_MEAN_SQUARED_ERROR_DEFAULTS, __VA_ARGS__)
#define cn_mean_absolute_error(...)                                                                \
    CN_OPTIONAL_KEYWORDS_(cn_mean_absolute_error_with, cn_loss_args,                               \
                          CN_MEAN_ABSOLUTE_ERROR_DEFAULTS, __VA_ARGS__)
#define cn_mean_absolute_percentage_error(...)                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_mean_absolute_percentage_error_with, cn_loss_args,                    \
                          CN_MEAN_ABSOLUTE_PERCENTAGE_ERROR_DEFAULTS, __VA_ARGS__)
#define cn_mean_squared_logarithmic_error(...)                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_mean_squared_logarithmic_error_with, cn_loss_args,                    \
                          CN_MEAN_SQUARED_LOGARITHMIC_ERROR_DEFAULTS, __VA_ARGS__)
#define cn_log_cosh(...)                                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_log_cosh_with, cn_loss_args, CN_LOG_COSH_DEFAULTS, __VA_ARGS__)
#define cn_hinge(...)                                                                              \
    CN_OPTIONAL_KEYWORDS_(cn_hinge_with, cn_loss_args, CN_HINGE_DEFAULTS, __VA_ARGS__)
#define cn_squared_hinge(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_squared_hinge_with, cn_loss_args, CN_SQUARED_HINGE_DEFAULTS,          \
                          __VA_ARGS__)
#define cn_categorical_hinge(...)                                                                  \
    CN_OPTIONAL_KEYWORDS_(cn_categorical_hinge_with, cn_loss_args, CN_CATEGORICAL_HINGE_DEFAULTS,  \
                          __VA_ARGS__)
#define cn_kl_divergence(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_kl_divergence_with, cn_loss_args, CN_KL_DIVERGENCE_DEFAULTS,          \
                          __VA_ARGS__)
#define cn_poisson(...)                                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_poisson_with, cn_loss_args, CN_POISSON_DEFAULTS, __VA_ARGS__)
#define cn_ctc(...) CN_OPTIONAL_KEYWORDS_(cn_ctc_with, cn_loss_args, CN_CTC_DEFAULTS, __VA_ARGS__)
#define cn_cosine_similarity(...)                                                                  \
    CN_OPTIONAL_KEYWORDS_(cn_cosine_similarity_with, cn_cosine_similarity_args,                    \
                          CN_COSINE_SIMILARITY_DEFAULTS, __VA_ARGS__)
#define cn_huber(...)                                                                              \
    CN_OPTIONAL_KEYWORDS_(cn_huber_with, cn_huber_args, CN_HUBER_DEFAULTS, __VA_ARGS__)
#define cn_binary_crossentropy(...)                                                                \
    CN_OPTIONAL_KEYWORDS_(cn_binary_crossentropy_with, cn_binary_crossentropy_args,                \
                          CN_BINARY_CROSSENTROPY_DEFAULTS, __VA_ARGS__)
#define cn_binary_focal_crossentropy(...)                                                          \
    CN_OPTIONAL_KEYWORDS_(cn_binary_focal_crossentropy_with, cn_binary_focal_crossentropy_args,    \
                          CN_BINARY_FOCAL_CROSSENTROPY_DEFAULTS, __VA_ARGS__)
#define cn_categorical_crossentropy(...)                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_categorical_crossentropy_with, cn_categorical_crossentropy_args,      \
                          CN_CATEGORICAL_CROSSENTROPY_DEFAULTS, __VA_ARGS__)
#define cn_categorical_focal_crossentropy(...)                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_categorical_focal_crossentropy_with,                                  \
                          cn_categorical_focal_crossentropy_args,                                  \
                          CN_CATEGORICAL_FOCAL_CROSSENTROPY_DEFAULTS, __VA_ARGS__)
#define cn_sparse_categorical_crossentropy(...)                                                    \
    CN_OPTIONAL_KEYWORDS_(cn_sparse_categorical_crossentropy_with,                                 \
                          cn_sparse_categorical_crossentropy_args,                                 \
                          CN_SPARSE_CATEGORICAL_CROSSENTROPY_DEFAULTS, __VA_ARGS__)
#define cn_categorical_generalized_cross_entropy(...)                                              \
    CN_OPTIONAL_KEYWORDS_(cn_categorical_generalized_cross_entropy_with,                           \
                          cn_categorical_generalized_cross_entropy_args,                           \
                          CN_CATEGORICAL_GENERALIZED_CROSS_ENTROPY_DEFAULTS, __VA_ARGS__)
#define cn_dice(...)                                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_dice_with, cn_dice_args, CN_DICE_DEFAULTS, __VA_ARGS__)
#define cn_tversky(...)                                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_tversky_with, cn_tversky_args, CN_TVERSKY_DEFAULTS, __VA_ARGS__)
#define cn_circle(...)                                                                             \
    CN_OPTIONAL_KEYWORDS_(cn_circle_with, cn_circle_args, CN_CIRCLE_DEFAULTS, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
