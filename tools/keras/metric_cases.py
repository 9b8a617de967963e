"""metrics.json. A case: {"name", "metric", "batches", "after_reset"}.

metric is a string as `compile` takes it, or a record. A batch: {"y_true", "y_pred", "sample_weight", "result"}; result
is what the metric says after this batch and those before it. after_reset is its result after reset_state(), null where
Keras says NaN. Mean and Sum take values alone; they stand as y_pred and y_true is null.
"""

import keras
import numpy
from keras.src.trainers.compile_utils import get_metric

from common import array, contents, integers, numbers, one_hot, optional, probabilities, record, title

WEIGHTS = {shape: [numbers(seed, shape, 0, 2) for seed in (91, 92)] for shape in [(4,), (4, 1), (2,), (2, 3), (6,)]}


def after_reset(metric):
    metric.reset_state()
    result = numpy.asarray(metric.result())
    return array(result) if numpy.isfinite(result).all() else None


def case(name, identifier, metric, batches):
    """batches: a list of (y_true, y_pred, sample_weight)."""
    rows = []
    for t, p, weight in batches:
        metric.update_state(t, p, sample_weight=weight)
        rows.append({"y_true": array(t), "y_pred": array(p), "sample_weight": optional(weight),
                     "result": array(metric.result())})
    return {"name": name, "metric": identifier, "batches": rows, "after_reset": after_reset(metric)}


def weighted(data, weights):
    """The batches with their sample weights, the second one smaller than the first."""
    batches = []
    for index, (t, p) in enumerate(data[1]):
        rows = len(t) if index == 0 else len(t) // 2 + 1
        batches.append((t[:rows], p[:rows], weights and WEIGHTS[weights][index][:rows]))
    return batches


def of_class(kind, arguments, data, weights=None):
    """A case for a metric class; data is (label, [(y_true, y_pred)...]), weights the shape of the sample weights."""
    keras.backend.clear_session()
    metric = getattr(keras.metrics, kind)(**arguments)
    name = title(kind, arguments, data[0], weights and f"weights {weights}")
    return case(name, record(metric, arguments), metric, weighted(data, weights))


def of_string(identifier, data, weights=None):
    name = f'"{identifier}", {data[0]}' + (f", weights {weights}" if weights else "")
    return case(name, identifier, get_metric(identifier, *data[1][0]), weighted(data, weights))


def two(label, make_true, make_pred):
    """Two batches."""
    return label, [(make_true(seed), make_pred(seed + 50)) for seed in (101, 103)]


def bits(shape):
    return lambda seed: (numbers(seed, shape) > 0).astype("float32")


REAL = two("real numbers", lambda s: numbers(s, (4, 3), -2, 2), lambda s: numbers(s, (4, 3), -2, 2))
REAL_3 = two("rank 3", lambda s: numbers(s, (2, 3, 2), -2, 2), lambda s: numbers(s, (2, 3, 2), -2, 2))
REAL_1 = two("shapes (4,) and (4, 1)", lambda s: numbers(s, (4,), -2, 2), lambda s: numbers(s, (4, 1), -2, 2))
POSITIVE = two("positive numbers", lambda s: numbers(s, (4, 3), 0.1, 2), lambda s: numbers(s, (4, 3), 0.1, 2))
SIGNS = two("signs", lambda s: numpy.sign(numbers(s, (4, 3))), lambda s: numbers(s, (4, 3), -2, 2))
BINARY = two("labels 0 and 1", bits((4, 3)), lambda s: numbers(s, (4, 3), 0, 1))
COLUMN = two("one column", lambda s: integers(s, (4, 1), 2), lambda s: numbers(s, (4, 1), 0, 1))
FLAT = two("shapes (6,)", bits((6,)), lambda s: numbers(s, (6,), 0, 1))
FLAT_COLUMN = two("shapes (4,) and (4, 1)", lambda s: integers(s, (4,), 2), lambda s: numbers(s, (4, 1), 0, 1))
LOGITS = two("logits", bits((4, 3)), lambda s: numbers(s, (4, 3), -4, 4))
CLASSES = two("one-hot", lambda s: one_hot(s, (4, 5)), lambda s: probabilities(s, (4, 5)))
CLASSES_3 = two("one-hot, rank 3", lambda s: one_hot(s, (2, 3, 4)), lambda s: probabilities(s, (2, 3, 4)))
CLASS_LOGITS = two("one-hot, logits", lambda s: one_hot(s, (4, 5)), lambda s: numbers(s, (4, 5), -4, 4))
SPARSE = two("labels", lambda s: integers(s, (4,), 5), lambda s: probabilities(s, (4, 5)))
SPARSE_COLUMN = two("labels in a column", lambda s: integers(s, (4, 1), 5), lambda s: probabilities(s, (4, 5)))
SPARSE_3 = two("labels, rank 3", lambda s: integers(s, (2, 3), 4), lambda s: probabilities(s, (2, 3, 4)))
SPARSE_LOGITS = two("labels, logits", lambda s: integers(s, (4,), 5), lambda s: numbers(s, (4, 5), -4, 4))
LABELS = two("labels on both sides", lambda s: integers(s, (6,), 3), lambda s: integers(s, (6,), 3))
EQUAL = two("some equal", lambda s: integers(s, (4, 3), 2).astype("float32"),
            lambda s: integers(s, (4, 3), 2).astype("float32"))
TIES = ("ties", [(numpy.eye(3, dtype="float32"), numpy.array([[.4, .4, .2], [.4, .4, .2], [.3, .4, .3]], "float32"))])
EMPTY = ("no positives", [(numpy.zeros((4, 3), "float32"), numbers(153, (4, 3), 0, 0.45))])


def accuracies():
    for identifier, data, weights in [
            ("accuracy", COLUMN, (4,)), ("accuracy", FLAT_COLUMN, (4,)), ("accuracy", CLASSES, (4,)),
            ("accuracy", SPARSE, (4,)), ("accuracy", SPARSE_COLUMN, (4, 1)), ("acc", CLASSES_3, (2, 3)),
            ("acc", SPARSE_3, (2, 3))]:
        yield of_string(identifier, data)
        yield of_string(identifier, data, weights)
    yield of_class("Accuracy", {}, EQUAL)
    yield of_class("Accuracy", {}, EQUAL, (4,))
    yield of_class("BinaryAccuracy", {}, BINARY)
    yield of_class("BinaryAccuracy", {"threshold": 0.3}, BINARY, (4,))
    yield of_class("CategoricalAccuracy", {}, CLASSES)
    yield of_class("CategoricalAccuracy", {}, TIES)
    yield of_class("CategoricalAccuracy", {}, CLASSES_3, (2, 3))
    yield of_class("SparseCategoricalAccuracy", {}, SPARSE_COLUMN)
    yield of_class("SparseCategoricalAccuracy", {}, SPARSE_3, (2,))
    for k in (1, 2, 5):
        yield of_class("TopKCategoricalAccuracy", {"k": k}, CLASSES)
        yield of_class("SparseTopKCategoricalAccuracy", {"k": k}, SPARSE)
    yield of_class("TopKCategoricalAccuracy", {"k": 1}, TIES)
    yield of_class("TopKCategoricalAccuracy", {"k": 2}, CLASSES, (4,))
    yield of_class("SparseTopKCategoricalAccuracy", {"k": 2}, SPARSE, (4, 1))
    yield of_class("SparseTopKCategoricalAccuracy", {"k": 2}, SPARSE_3, (2, 3))
    ranked = two("labels, sorted ids", lambda s: integers(s, (4,), 5),
                 lambda s: numpy.argsort(-numbers(s, (4, 5)), axis=-1).astype("float32"))
    yield of_class("SparseTopKCategoricalAccuracy", {"k": 2, "from_sorted_ids": True}, ranked)


def regression():
    data = {"MeanSquaredLogarithmicError": POSITIVE}
    for kind in ("MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError", "MeanAbsolutePercentageError",
                 "MeanSquaredLogarithmicError", "CosineSimilarity", "LogCoshError"):
        yield of_class(kind, {}, data.get(kind, REAL))
        yield of_class(kind, {}, data.get(kind, REAL), (4,))
    for kind in ("MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError"):
        yield of_class(kind, {}, REAL_1)
        yield of_class(kind, {}, REAL_1, (4,))
        yield of_class(kind, {}, REAL, (4, 1))
        yield of_class(kind, {}, REAL_3)
        yield of_class(kind, {}, REAL_3, (2, 3))
        yield of_class(kind, {}, REAL_3, (2,))
    yield of_class("CosineSimilarity", {"axis": 1}, REAL_3)
    for aggregation in ("uniform_average", "variance_weighted_average", None):
        yield of_class("R2Score", {"class_aggregation": aggregation}, REAL)
    yield of_class("R2Score", {"num_regressors": 2}, REAL)
    yield of_class("R2Score", {}, REAL, (4,))
    for kind in ("PearsonCorrelation", "ConcordanceCorrelation"):
        yield of_class(kind, {}, REAL)
        yield of_class(kind, {}, REAL, (4,))
        yield of_class(kind, {"axis": 1}, REAL_3)


def losses():
    for kind, data in [("Hinge", SIGNS), ("Hinge", BINARY), ("SquaredHinge", SIGNS), ("CategoricalHinge", CLASSES),
                       ("KLDivergence", POSITIVE), ("Poisson", POSITIVE), ("BinaryCrossentropy", BINARY),
                       ("CategoricalCrossentropy", CLASSES), ("SparseCategoricalCrossentropy", SPARSE)]:
        yield of_class(kind, {}, data)
        yield of_class(kind, {}, data, (4,))
    yield of_class("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, LOGITS)
    yield of_class("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, CLASS_LOGITS)
    yield of_class("SparseCategoricalCrossentropy", {"from_logits": True}, SPARSE_LOGITS)
    yield of_class("SparseCategoricalCrossentropy", {}, SPARSE_3, (2, 3))


def reductions():
    for kind in ("Mean", "Sum"):
        for weights in (None, (4,), (4, 1)):
            keras.backend.clear_session()
            metric = getattr(keras.metrics, kind)()
            yield value_case(title(kind, {}, weights and f"weights {weights}"), metric, weights)


def value_case(name, metric, weights):
    rows = []
    for index, (_, values) in enumerate(REAL[1]):
        weight = weights and WEIGHTS[weights][index]
        metric.update_state(values, sample_weight=weight)
        rows.append({"y_true": None, "y_pred": array(values), "sample_weight": optional(weight),
                     "result": array(metric.result())})
    return {"name": name, "metric": record(metric), "batches": rows, "after_reset": after_reset(metric)}


def confusion():
    for kind in ("TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives", "Precision", "Recall"):
        yield of_class(kind, {}, BINARY)
        yield of_class(kind, {"thresholds": 0.3}, BINARY, (4,))
        yield of_class(kind, {"thresholds": [0.2, 0.5, 0.8]}, BINARY)
        yield of_class(kind, {"thresholds": [0.2, 0.5, 0.8]}, BINARY, (4, 1))
    for kind in ("Precision", "Recall"):
        yield of_class(kind, {"class_id": 1}, BINARY)
        yield of_class(kind, {"top_k": 2}, CLASSES)
        yield of_class(kind, {"top_k": 2, "class_id": 1}, CLASSES)
        yield of_class(kind, {}, EMPTY)
    for kind, argument in [("SensitivityAtSpecificity", "specificity"), ("SpecificityAtSensitivity", "sensitivity"),
                           ("PrecisionAtRecall", "recall"), ("RecallAtPrecision", "precision")]:
        yield of_class(kind, {argument: 0.6}, FLAT)
        yield of_class(kind, {argument: 0.4, "num_thresholds": 7}, FLAT, (6,))
        yield of_class(kind, {argument: 0.5, "class_id": 1}, BINARY)


def auc():
    for curve in ("ROC", "PR", "PRGAIN"):
        yield of_class("AUC", {"curve": curve}, FLAT)
        for method in ("interpolation", "minoring", "majoring"):
            if curve == "ROC" or method != "interpolation":
                yield of_class("AUC", {"curve": curve, "summation_method": method, "num_thresholds": 9}, FLAT)
        yield of_class("AUC", {"curve": curve, "num_thresholds": 9}, FLAT, (6,))
    yield of_class("AUC", {"thresholds": [0.2, 0.45, 0.7]}, FLAT)
    yield of_class("AUC", {}, COLUMN)
    yield of_class("AUC", {"multi_label": True, "num_labels": 3}, BINARY)
    yield of_class("AUC", {"multi_label": True, "label_weights": [0.5, 1.0, 2.0], "curve": "PR"}, BINARY)
    yield of_class("AUC", {"from_logits": True}, LOGITS)


def f_scores():
    for average in (None, "micro", "macro", "weighted"):
        yield of_class("F1Score", {"average": average}, CLASSES)
        yield of_class("FBetaScore", {"average": average, "beta": 2.0, "threshold": 0.4}, BINARY)
    yield of_class("F1Score", {"average": "macro"}, CLASSES, (4,))
    yield of_class("FBetaScore", {"average": "weighted", "beta": 0.5, "threshold": 0.4}, BINARY, (4,))
    yield of_class("F1Score", {}, TIES)


def intersections():
    yield of_class("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, LABELS)
    yield of_class("IoU", {"num_classes": 3, "target_class_ids": [0]}, LABELS, (6,))
    yield of_class("IoU", {"num_classes": 5, "target_class_ids": [1, 3], "sparse_y_pred": False}, SPARSE)
    yield of_class("IoU", {"num_classes": 3, "target_class_ids": [0, 2], "ignore_class": 1}, LABELS)
    yield of_class("MeanIoU", {"num_classes": 3}, LABELS)
    yield of_class("MeanIoU", {"num_classes": 5}, LABELS)
    yield of_class("MeanIoU", {"num_classes": 3}, LABELS, (6,))
    yield of_class("MeanIoU", {"num_classes": 3, "ignore_class": 2}, LABELS)
    yield of_class("BinaryIoU", {}, BINARY)
    yield of_class("BinaryIoU", {"target_class_ids": [1], "threshold": 0.3}, BINARY)
    yield of_class("OneHotIoU", {"num_classes": 5, "target_class_ids": [0, 2]}, CLASSES)
    yield of_class("OneHotMeanIoU", {"num_classes": 5}, CLASSES)
    yield of_class("OneHotMeanIoU", {"num_classes": 5}, CLASSES, (4,))


def strings():
    for data, names in [
            (REAL, ["mse", "MSE", "mean_squared_error", "mae", "MAE", "mean_absolute_error", "mape",
                    "cosine_similarity", "root_mean_squared_error", "r2_score", "log_cosh_error"]),
            (POSITIVE, ["msle", "poisson", "kl_divergence"]), (SIGNS, ["hinge", "squared_hinge"]),
            (BINARY, ["bce", "binary_crossentropy", "binary_accuracy", "precision", "recall", "auc"]),
            (CLASSES, ["categorical_crossentropy", "categorical_accuracy", "top_k_categorical_accuracy", "f1_score"]),
            (SPARSE, ["sparse_categorical_crossentropy", "sparse_categorical_accuracy",
                      "sparse_top_k_categorical_accuracy"])]:
        for name in names:
            yield of_string(name, data)


def file():
    families = [accuracies, regression, losses, reductions, confusion, auc, f_scores, intersections, strings]
    return contents([case for family in families for case in family()])
