/* Metrics: typed constructors for what cn_compile's .metrics and .weighted_metrics take: names,
 * constructors with arguments, and losses, of which the mean is taken.
 *
 *     cn_compile(model, .metrics = {"mae", "acc"});
 *     cn_compile(model, .metrics = {cn_auc(.curve = "PR"), "precision"});
 *     cn_compile(model, .metrics = {cn_binary_crossentropy(.from_logits = true)});
 *
 * "accuracy" and "acc" choose by the shapes: BinaryAccuracy if predictions have one column,
 * SparseCategoricalAccuracy if labels have no class axis, otherwise CategoricalAccuracy.
 * Metrics that are the mean of a loss have no constructor of their own: name them ("mse",
 * "binary_crossentropy"), or give the loss with its arguments. Metrics without arguments have none
 * either: "categorical_accuracy", "sparse_categorical_accuracy", "root_mean_squared_error".
 *
 * A constructor returns the metric's Keras config record as text, which lives until the session is
 * cleared; NULL if an argument is impossible (cn_error() says which) or memory ran out. Any thread
 * may call these, each in its own session.
 *
 * Metrics start from nothing with every epoch and every evaluation. In the formulas t are targets,
 * p predictions; "mean" is weighted by sample weights for weighted_metrics. name: what the metric
 * is called in logs; NULL is the class's name, "auc" and so on. A metric with several thresholds or
 * without average gives one number for each.
 */
#ifndef CORNU_METRICS_H
#define CORNU_METRICS_H

#include "cornu/keywords.h"

CN_BEGIN_DECLS

/* ---- accuracy -------------------------------------------------------------------------------- */

/* cn_binary_accuracy(0.3): the mean of (p > threshold) == t. Keras: keras.metrics.BinaryAccuracy.
 */
typedef struct cn_binary_accuracy_args {
    char begin_;
    double threshold;
    const char *name;
    char end_;
} cn_binary_accuracy_args;
#define CN_BINARY_ACCURACY_DEFAULTS .threshold = 0.5, .name = "binary_accuracy"
CN_API const char *cn_binary_accuracy_with(const cn_binary_accuracy_args *args);

/* cn_top_k_categorical_accuracy(3): how often the class of the largest target is among the k
 * largest predictions; a class counts if fewer than k predictions are greater than its own. Keras:
 * keras.metrics.TopKCategoricalAccuracy. */
typedef struct cn_top_k_categorical_accuracy_args {
    char begin_;
    int64_t k;
    const char *name;
    char end_;
} cn_top_k_categorical_accuracy_args;
#define CN_TOP_K_CATEGORICAL_ACCURACY_DEFAULTS .k = 5, .name = "top_k_categorical_accuracy"
CN_API const char *cn_top_k_categorical_accuracy_with(
    const cn_top_k_categorical_accuracy_args *args);

/* cn_sparse_top_k_categorical_accuracy(3): the same for labels that are class numbers.
 * from_sorted_ids: predictions are class numbers too, the likeliest first. Keras:
 * keras.metrics.SparseTopKCategoricalAccuracy. */
typedef struct cn_sparse_top_k_categorical_accuracy_args {
    char begin_;
    int64_t k;
    const char *name;
    bool from_sorted_ids;
    char end_;
} cn_sparse_top_k_categorical_accuracy_args;
#define CN_SPARSE_TOP_K_CATEGORICAL_ACCURACY_DEFAULTS                                              \
    .k = 5, .name = "sparse_top_k_categorical_accuracy", .from_sorted_ids = false
CN_API const char *cn_sparse_top_k_categorical_accuracy_with(
    const cn_sparse_top_k_categorical_accuracy_args *args);

/* ---- regression ------------------------------------------------------------------------------ */

/* cn_cosine_similarity_metric(.axis = 1): the mean of sum(t*p)/(|t|*|p|) along axis; the loss of
 * that name has the other sign. Keras: keras.metrics.CosineSimilarity. */
typedef struct cn_cosine_similarity_metric_args {
    char begin_;
    const char *name;
    int64_t axis;
    char end_;
} cn_cosine_similarity_metric_args;
#define CN_COSINE_SIMILARITY_METRIC_DEFAULTS .name = "cosine_similarity", .axis = -1
CN_API const char *cn_cosine_similarity_metric_with(const cn_cosine_similarity_metric_args *args);

/* cn_r2_score(): 1 - sum((t - p)^2)/(sum(t^2) - sum(t)^2/n) for each column of targets (samples,
 * columns); an infinite score is 0. class_aggregation: "uniform_average",
 * "variance_weighted_average" or NULL, a score for each column. num_regressors above 0: the score
 * adjusted for so many. Keras: keras.metrics.R2Score. */
typedef struct cn_r2_score_args {
    char begin_;
    const char *class_aggregation;
    int64_t num_regressors;
    const char *name;
    char end_;
} cn_r2_score_args;
#define CN_R2_SCORE_DEFAULTS                                                                       \
    .class_aggregation = "uniform_average", .num_regressors = 0, .name = "r2_score"
CN_API const char *cn_r2_score_with(const cn_r2_score_args *args);

/* cn_pearson_correlation(): the mean over samples of the correlation of t and p along axis.
 * Keras: keras.metrics.PearsonCorrelation. */
typedef struct cn_pearson_correlation_args {
    char begin_;
    const char *name;
    int64_t axis;
    char end_;
} cn_pearson_correlation_args;
#define CN_PEARSON_CORRELATION_DEFAULTS .name = "pearson_correlation", .axis = -1
CN_API const char *cn_pearson_correlation_with(const cn_pearson_correlation_args *args);

/* cn_concordance_correlation(): the mean over samples of Lin's concordance along axis, with Keras's
 * covariance, which takes the mean of p from both factors. Keras:
 * keras.metrics.ConcordanceCorrelation. */
typedef struct cn_concordance_correlation_args {
    char begin_;
    const char *name;
    int64_t axis;
    char end_;
} cn_concordance_correlation_args;
#define CN_CONCORDANCE_CORRELATION_DEFAULTS .name = "concordance_correlation", .axis = -1
CN_API const char *cn_concordance_correlation_with(const cn_concordance_correlation_args *args);

/* ---- decisions at thresholds --------------------------------------------------------------------
 *
 * thresholds: one or several numbers from 0 to 1, {0.2, 0.5, 0.8}, in rising order; a prediction is
 * positive if it is greater. Not given: 0.5. top_k: instead, the k largest predictions of each
 * sample are positive. class_id: only this class counts. CN_NONE: not given. */

/* cn_true_positives({0.3, 0.6}) and its kin: the sum of weights of decisions that are right or
 * wrong in this way. Keras: keras.metrics.TruePositives, TrueNegatives, FalsePositives,
 * FalseNegatives. */
typedef struct cn_true_positives_args {
    char begin_;
    double thresholds[CN_MAX_LIST];
    const char *name;
    char end_;
} cn_true_positives_args;
typedef cn_true_positives_args cn_true_negatives_args, cn_false_positives_args,
    cn_false_negatives_args;
#define CN_TRUE_POSITIVES_DEFAULTS .thresholds = {CN_UNSET}, .name = NULL
#define CN_TRUE_NEGATIVES_DEFAULTS CN_TRUE_POSITIVES_DEFAULTS
#define CN_FALSE_POSITIVES_DEFAULTS CN_TRUE_POSITIVES_DEFAULTS
#define CN_FALSE_NEGATIVES_DEFAULTS CN_TRUE_POSITIVES_DEFAULTS
CN_API const char *cn_true_positives_with(const cn_true_positives_args *args);
CN_API const char *cn_true_negatives_with(const cn_true_negatives_args *args);
CN_API const char *cn_false_positives_with(const cn_false_positives_args *args);
CN_API const char *cn_false_negatives_with(const cn_false_negatives_args *args);

/* cn_precision(.top_k = 3): tp/(tp + fp); cn_recall(): tp/(tp + fn); 0 where there is nothing to
 * divide. Keras: keras.metrics.Precision, Recall. */
typedef struct cn_precision_args {
    char begin_;
    double thresholds[CN_MAX_LIST];
    int64_t top_k, class_id;
    const char *name;
    char end_;
} cn_precision_args;
typedef cn_precision_args cn_recall_args;
#define CN_PRECISION_DEFAULTS                                                                      \
    .thresholds = {CN_UNSET}, .top_k = CN_NONE, .class_id = CN_NONE, .name = NULL
#define CN_RECALL_DEFAULTS CN_PRECISION_DEFAULTS
CN_API const char *cn_precision_with(const cn_precision_args *args);
CN_API const char *cn_recall_with(const cn_recall_args *args);

/* cn_sensitivity_at_specificity(0.9): the best tp/(tp + fn) among num_thresholds even thresholds
 * with tn/(tn + fp) of at least `specificity`; and the other way round. Keras:
 * keras.metrics.SensitivityAtSpecificity, SpecificityAtSensitivity. */
typedef struct cn_sensitivity_at_specificity_args {
    double specificity;
    int64_t num_thresholds, class_id;
    const char *name;
    char end_;
} cn_sensitivity_at_specificity_args;
#define CN_SENSITIVITY_AT_SPECIFICITY_DEFAULTS                                                     \
    .num_thresholds = 200, .class_id = CN_NONE, .name = NULL
CN_API const char *cn_sensitivity_at_specificity_with(
    const cn_sensitivity_at_specificity_args *args);

typedef struct cn_specificity_at_sensitivity_args {
    double sensitivity;
    int64_t num_thresholds, class_id;
    const char *name;
    char end_;
} cn_specificity_at_sensitivity_args;
#define CN_SPECIFICITY_AT_SENSITIVITY_DEFAULTS                                                     \
    .num_thresholds = 200, .class_id = CN_NONE, .name = NULL
CN_API const char *cn_specificity_at_sensitivity_with(
    const cn_specificity_at_sensitivity_args *args);

/* cn_precision_at_recall(0.8): the best precision among thresholds with a recall of at least
 * `recall`; and the other way round. Keras: keras.metrics.PrecisionAtRecall, RecallAtPrecision. */
typedef struct cn_precision_at_recall_args {
    double recall;
    int64_t num_thresholds, class_id;
    const char *name;
    char end_;
} cn_precision_at_recall_args;
#define CN_PRECISION_AT_RECALL_DEFAULTS .num_thresholds = 200, .class_id = CN_NONE, .name = NULL
CN_API const char *cn_precision_at_recall_with(const cn_precision_at_recall_args *args);

typedef struct cn_recall_at_precision_args {
    double precision;
    int64_t num_thresholds, class_id;
    const char *name;
    char end_;
} cn_recall_at_precision_args;
#define CN_RECALL_AT_PRECISION_DEFAULTS .num_thresholds = 200, .class_id = CN_NONE, .name = NULL
CN_API const char *cn_recall_at_precision_with(const cn_recall_at_precision_args *args);

/* cn_auc(.curve = "PR"): the area under a curve through num_thresholds even thresholds.
 * curve: "ROC" (true over false positive rate), "PR" (precision over recall) or "PRGAIN" (their
 * gains). summation_method: "interpolation" (trapezoids; for PR Davis and Goadrich's), "minoring"
 * or "majoring". thresholds: instead of even ones. multi_label: the mean of an area for each
 * column, weighted by label_weights; otherwise label_weights weigh the columns' elements.
 * num_labels: how many columns, for Keras's records. from_logits: sigmoid of the predictions first.
 * Davis and Goadrich, ICML 2006. Keras: keras.metrics.AUC. */
typedef struct cn_auc_args {
    char begin_;
    int64_t num_thresholds;
    const char *curve, *summation_method, *name;
    double thresholds[CN_MAX_LIST];
    bool multi_label;
    int64_t num_labels;
    double label_weights[CN_MAX_LIST];
    bool from_logits;
    char end_;
} cn_auc_args;
#define CN_AUC_DEFAULTS                                                                            \
    .num_thresholds = 200, .curve = "ROC", .summation_method = "interpolation", .name = NULL,      \
    .thresholds = {CN_UNSET}, .multi_label = false, .num_labels = CN_NONE,                         \
    .label_weights = {CN_UNSET}, .from_logits = false
CN_API const char *cn_auc_with(const cn_auc_args *args);

/* cn_f1_score(.average = "macro"): 2*precision*recall/(precision + recall) for each class of
 * targets (samples, classes). average: NULL, a score for each class; "micro": of all counts
 * together; "macro": the mean; "weighted": by the number of labels. threshold: a class is predicted
 * above it; not given: the class of the largest prediction. Keras: keras.metrics.F1Score. */
typedef struct cn_f1_score_args {
    char begin_;
    const char *average;
    double threshold;
    const char *name;
    char end_;
} cn_f1_score_args;
#define CN_F1_SCORE_DEFAULTS .average = NULL, .threshold = CN_UNSET, .name = "f1_score"
CN_API const char *cn_f1_score_with(const cn_f1_score_args *args);

/* cn_fbeta_score(.beta = 2): (1 + beta^2)*precision*recall/(beta^2*precision + recall), otherwise
 * as cn_f1_score. Keras: keras.metrics.FBetaScore. */
typedef struct cn_fbeta_score_args {
    char begin_;
    const char *average;
    double beta, threshold;
    const char *name;
    char end_;
} cn_fbeta_score_args;
#define CN_FBETA_SCORE_DEFAULTS                                                                    \
    .average = NULL, .beta = 1, .threshold = CN_UNSET, .name = "fbeta_score"
CN_API const char *cn_fbeta_score_with(const cn_fbeta_score_args *args);

/* ---- intersection over union --------------------------------------------------------------------
 *
 * tp/(tp + fp + fn) of each class, over all labels of all samples, and the mean over the classes
 * that occur. Sample weights count as whole numbers. target_class_ids: only these classes, in
 * rising order, {0, 2}. ignore_class: labels of this class count nowhere. sparse_y_true,
 * sparse_y_pred: class numbers, not one number for each class along axis. */

/* cn_iou(3, {0, 2}). Keras: keras.metrics.IoU. */
typedef struct cn_iou_args {
    int64_t num_classes;
    double target_class_ids[CN_MAX_LIST];
    const char *name;
    int64_t ignore_class;
    bool sparse_y_true, sparse_y_pred;
    int64_t axis;
    char end_;
} cn_iou_args;
#define CN_IOU_DEFAULTS                                                                            \
    .target_class_ids = {CN_UNSET}, .name = NULL, .ignore_class = CN_NONE, .sparse_y_true = true,  \
    .sparse_y_pred = true, .axis = -1
CN_API const char *cn_iou_with(const cn_iou_args *args);

/* cn_binary_iou(.threshold = 0.3): labels 0 and 1, predictions p >= threshold. Keras:
 * keras.metrics.BinaryIoU. */
typedef struct cn_binary_iou_args {
    char begin_;
    double target_class_ids[CN_MAX_LIST];
    double threshold;
    const char *name;
    char end_;
} cn_binary_iou_args;
#define CN_BINARY_IOU_DEFAULTS .target_class_ids = {0, 1, CN_UNSET}, .threshold = 0.5, .name = NULL
CN_API const char *cn_binary_iou_with(const cn_binary_iou_args *args);

/* cn_mean_iou(3): of all classes. Keras: keras.metrics.MeanIoU. */
typedef struct cn_mean_iou_args {
    int64_t num_classes;
    const char *name;
    int64_t ignore_class;
    bool sparse_y_true, sparse_y_pred;
    int64_t axis;
    char end_;
} cn_mean_iou_args;
#define CN_MEAN_IOU_DEFAULTS                                                                       \
    .name = NULL, .ignore_class = CN_NONE, .sparse_y_true = true, .sparse_y_pred = true, .axis = -1
CN_API const char *cn_mean_iou_with(const cn_mean_iou_args *args);

/* cn_one_hot_iou(3, {0, 2}), cn_one_hot_mean_iou(3): labels are one-hot, and so are predictions
 * unless sparse_y_pred. Keras: keras.metrics.OneHotIoU, OneHotMeanIoU. */
typedef struct cn_one_hot_iou_args {
    int64_t num_classes;
    double target_class_ids[CN_MAX_LIST];
    const char *name;
    int64_t ignore_class;
    bool sparse_y_pred;
    int64_t axis;
    char end_;
} cn_one_hot_iou_args;
#define CN_ONE_HOT_IOU_DEFAULTS                                                                    \
    .target_class_ids = {CN_UNSET}, .name = NULL, .ignore_class = CN_NONE, .sparse_y_pred = false, \
    .axis = -1
CN_API const char *cn_one_hot_iou_with(const cn_one_hot_iou_args *args);

typedef struct cn_one_hot_mean_iou_args {
    int64_t num_classes;
    const char *name;
    int64_t ignore_class;
    bool sparse_y_pred;
    int64_t axis;
    char end_;
} cn_one_hot_mean_iou_args;
#define CN_ONE_HOT_MEAN_IOU_DEFAULTS                                                               \
    .name = NULL, .ignore_class = CN_NONE, .sparse_y_pred = false, .axis = -1
CN_API const char *cn_one_hot_mean_iou_with(const cn_one_hot_mean_iou_args *args);

#ifndef __cplusplus
#define cn_binary_accuracy(...)                                                                    \
    CN_OPTIONAL_KEYWORDS_(cn_binary_accuracy_with, cn_binary_accuracy_args,                        \
                          CN_BINARY_ACCURACY_DEFAULTS, __VA_ARGS__)
#define cn_top_k_categorical_accuracy(...)                                                         \
    CN_OPTIONAL_KEYWORDS_(cn_top_k_categorical_accuracy_with, cn_top_k_categorical_accuracy_args,  \
                          CN_TOP_K_CATEGORICAL_ACCURACY_DEFAULTS, __VA_ARGS__)
#define cn_sparse_top_k_categorical_accuracy(...)                                                  \
    CN_OPTIONAL_KEYWORDS_(cn_sparse_top_k_categorical_accuracy_with,                               \
                          cn_sparse_top_k_categorical_accuracy_args,                               \
                          CN_SPARSE_TOP_K_CATEGORICAL_ACCURACY_DEFAULTS, __VA_ARGS__)
#define cn_cosine_similarity_metric(...)                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_cosine_similarity_metric_with, cn_cosine_similarity_metric_args,      \
                          CN_COSINE_SIMILARITY_METRIC_DEFAULTS, __VA_ARGS__)
#define cn_r2_score(...)                                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_r2_score_with, cn_r2_score_args, CN_R2_SCORE_DEFAULTS, __VA_ARGS__)
#define cn_pearson_correlation(...)                                                                \
    CN_OPTIONAL_KEYWORDS_(cn_pearson_correlation_with, cn_pearson_correlation_args,                \
                          CN_PEARSON_CORRELATION_DEFAULTS, __VA_ARGS__)
#define cn_concordance_correlation(...)                                                            \
    CN_OPTIONAL_KEYWORDS_(cn_concordance_correlation_with, cn_concordance_correlation_args,        \
                          CN_CONCORDANCE_CORRELATION_DEFAULTS, __VA_ARGS__)
#define cn_true_positives(...)                                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_true_positives_with, cn_true_positives_args,                          \
                          CN_TRUE_POSITIVES_DEFAULTS, __VA_ARGS__)
#define cn_true_negatives(...)                                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_true_negatives_with, cn_true_negatives_args,                          \
                          CN_TRUE_NEGATIVES_DEFAULTS, __VA_ARGS__)
#define cn_false_positives(...)                                                                    \
    CN_OPTIONAL_KEYWORDS_(cn_false_positives_with, cn_false_positives_args,                        \
                          CN_FALSE_POSITIVES_DEFAULTS, __VA_ARGS__)
#define cn_false_negatives(...)                                                                    \
    CN_OPTIONAL_KEYWORDS_(cn_false_negatives_with, cn_false_negatives_args,                        \
                          CN_FALSE_NEGATIVES_DEFAULTS, __VA_ARGS__)
#define cn_precision(...)                                                                          \
    CN_OPTIONAL_KEYWORDS_(cn_precision_with, cn_precision_args, CN_PRECISION_DEFAULTS, __VA_ARGS__)
#define cn_recall(...)                                                                             \
    CN_OPTIONAL_KEYWORDS_(cn_recall_with, cn_recall_args, CN_RECALL_DEFAULTS, __VA_ARGS__)
#define cn_auc(...) CN_OPTIONAL_KEYWORDS_(cn_auc_with, cn_auc_args, CN_AUC_DEFAULTS, __VA_ARGS__)
#define cn_f1_score(...)                                                                           \
    CN_OPTIONAL_KEYWORDS_(cn_f1_score_with, cn_f1_score_args, CN_F1_SCORE_DEFAULTS, __VA_ARGS__)
#define cn_fbeta_score(...)                                                                        \
    CN_OPTIONAL_KEYWORDS_(cn_fbeta_score_with, cn_fbeta_score_args, CN_FBETA_SCORE_DEFAULTS,       \
                          __VA_ARGS__)
#define cn_binary_iou(...)                                                                         \
    CN_OPTIONAL_KEYWORDS_(cn_binary_iou_with, cn_binary_iou_args, CN_BINARY_IOU_DEFAULTS,          \
                          __VA_ARGS__)
#define cn_sensitivity_at_specificity(...)                                                         \
    CN_KEYWORDS_(cn_sensitivity_at_specificity_with, cn_sensitivity_at_specificity_args,           \
                 CN_SENSITIVITY_AT_SPECIFICITY_DEFAULTS, .specificity = __VA_ARGS__)
#define cn_specificity_at_sensitivity(...)                                                         \
    CN_KEYWORDS_(cn_specificity_at_sensitivity_with, cn_specificity_at_sensitivity_args,           \
                 CN_SPECIFICITY_AT_SENSITIVITY_DEFAULTS, .sensitivity = __VA_ARGS__)
#define cn_precision_at_recall(...)                                                                \
    CN_KEYWORDS_(cn_precision_at_recall_with, cn_precision_at_recall_args,                         \
                 CN_PRECISION_AT_RECALL_DEFAULTS, .recall = __VA_ARGS__)
#define cn_recall_at_precision(...)                                                                \
    CN_KEYWORDS_(cn_recall_at_precision_with, cn_recall_at_precision_args,                         \
                 CN_RECALL_AT_PRECISION_DEFAULTS, .precision = __VA_ARGS__)
#define cn_iou(...)                                                                                \
    CN_KEYWORDS_(cn_iou_with, cn_iou_args, CN_IOU_DEFAULTS, .num_classes = __VA_ARGS__)
#define cn_mean_iou(...)                                                                           \
    CN_KEYWORDS_(cn_mean_iou_with, cn_mean_iou_args, CN_MEAN_IOU_DEFAULTS,                         \
                 .num_classes = __VA_ARGS__)
#define cn_one_hot_iou(...)                                                                        \
    CN_KEYWORDS_(cn_one_hot_iou_with, cn_one_hot_iou_args, CN_ONE_HOT_IOU_DEFAULTS,                \
                 .num_classes = __VA_ARGS__)
#define cn_one_hot_mean_iou(...)                                                                   \
    CN_KEYWORDS_(cn_one_hot_mean_iou_with, cn_one_hot_mean_iou_args, CN_ONE_HOT_MEAN_IOU_DEFAULTS, \
                 .num_classes = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
