"""losses.json. A case: {"name", "loss", "y_true", "y_pred", "mask", "sample_weight", "value", "gradient"}.

loss is a string as `compile` takes it, or a record. value = loss(y_true, y_pred, sample_weight), a scalar except where
the reduction is "none". gradient is that of value (of its sum, with reduction "none") with respect to y_pred. mask is
null, or an int32 array of 0 and 1 that lies on y_pred as a Keras mask.
"""

import jax
import keras
import numpy
from keras.src import backend
from keras.src.trainers.compile_utils import get_loss

from common import array, contents, integers, numbers, one_hot, optional, probabilities, record, title

WEIGHTS = {shape: numbers(31, shape, 0, 2) for shape in [(4,), (4, 1), (2,), (2, 1), (2, 3), (2, 3, 1), (5,), (5, 1)]}


def case(name, identifier, loss, t, p, sample_weight=None, mask=None):
    def value(p):
        p = jax.numpy.asarray(p)
        if mask is not None:
            backend.set_keras_mask(p, jax.numpy.asarray(mask, bool))
        return loss(t, p, sample_weight)

    gradient = jax.grad(lambda p: jax.numpy.sum(value(jax.numpy.array(p))))(jax.numpy.asarray(p))
    return {"name": name, "loss": identifier, "y_true": array(t), "y_pred": array(p), "mask": optional(mask),
            "sample_weight": optional(sample_weight), "value": array(value(jax.numpy.array(p))),
            "gradient": array(gradient)}


def of_class(kind, arguments, data, weights=None, mask=None, label=""):
    """A case for a loss class; data is (label, y_true, y_pred), weights the shape of the sample weights."""
    loss = getattr(keras.losses, kind)(**arguments)
    name = title(kind, arguments, data[0], weights and f"weights {weights}", mask is not None and "mask", label)
    return case(name, record(loss, arguments), loss, data[1], data[2], weights and WEIGHTS[weights], mask)


def of_string(identifier, data):
    """A case, of two rows, for a name as `compile` takes it."""
    data = (data[0], data[1][:2], data[2][:2])
    return case(f'"{identifier}", {data[0]}', identifier, get_loss(identifier, data[1], data[2]), data[1], data[2])


REAL = ("real numbers", numbers(1, (4, 3), -2, 2), numbers(2, (4, 3), -2, 2))
REAL_3 = ("rank 3", numbers(3, (2, 3, 2), -2, 2), numbers(4, (2, 3, 2), -2, 2))
POSITIVE = ("positive numbers", numbers(5, (4, 3), 0.1, 2), numbers(6, (4, 3), 0.1, 2))
SIGNS = ("signs", numpy.sign(numbers(8, (4, 3))), numbers(9, (4, 3), -2, 2))
SIGNS_3 = ("signs, rank 3", numpy.sign(numbers(8, (2, 3, 2))), numbers(9, (2, 3, 2), -2, 2))
ZEROS_ONES = ("labels 0 and 1", (numbers(8, (4, 3)) > 0).astype("float32"), numbers(9, (4, 3), -2, 2))
BINARY = ("labels 0 and 1, probabilities", ZEROS_ONES[1], numbers(12, (4, 3), 0.02, 0.98))
BINARY_COLUMN = ("one column", (numbers(8, (4, 1)) > 0).astype("int32"), numbers(12, (4, 1), 0.02, 0.98))
BINARY_EDGE = ("probabilities 0 and 1", numpy.array([[0, 1, 0, 1]], "float32"), numpy.array([[0, 0, 1, 1]], "float32"))
LOGITS = ("logits", ZEROS_ONES[1], numbers(14, (4, 3), -4, 4))
LOGITS_LARGE = ("large logits", numpy.array([[0, 1, 0, 1]], "float32"), numpy.array([[50, 50, -50, -50]], "float32"))
CLASSES = ("one-hot", one_hot(15, (4, 5)), probabilities(16, (4, 5)))
CLASSES_RAW = ("one-hot, rows not normalised", one_hot(15, (4, 5)), numbers(17, (4, 5), 0.1, 2))
CLASSES_SOFT = ("any targets", numbers(18, (4, 5), 0, 1), probabilities(16, (4, 5)))
CLASSES_EDGE = ("one-hot, probabilities 0 and 1", numpy.eye(3, dtype="float32"),
                numpy.array([[1, 0, 0], [1, 0, 0], [0.5, 0, 0.5]], "float32"))
CLASS_LOGITS = ("one-hot, logits", one_hot(15, (4, 5)), numbers(19, (4, 5), -4, 4))
CLASSES_3 = ("one-hot, rank 3", one_hot(20, (2, 3, 4)), probabilities(21, (2, 3, 4)))
CLASSES_AXIS = ("classes along axis 1", numpy.moveaxis(one_hot(20, (2, 3, 4)), -1, 1),
                probabilities(22, (2, 4, 3), axis=1))
SPARSE = ("labels", integers(23, (4,), 5), probabilities(16, (4, 5)))
SPARSE_COLUMN = ("labels in a column", integers(23, (4, 1), 5), probabilities(16, (4, 5)))
SPARSE_FLOAT = ("labels as floats", integers(23, (4,), 5).astype("float32"), probabilities(16, (4, 5)))
SPARSE_LOGITS = ("labels, logits", integers(23, (4,), 5), numbers(19, (4, 5), -4, 4))
SPARSE_3 = ("labels, rank 3", integers(24, (2, 3), 4), probabilities(21, (2, 3, 4)))
SPARSE_3_LOGITS = ("labels, logits, rank 3", integers(24, (2, 3), 4), numbers(25, (2, 3, 4), -4, 4))
IGNORED = ("some labels ignored", numpy.array([[1, -1, 3], [-1, 0, 2]], "int32"), probabilities(21, (2, 3, 4)))
IMAGES = ("images", (numbers(26, (2, 2, 2, 1)) > 0).astype("float32"), numbers(27, (2, 2, 2, 1), 0, 1))

ELEMENTWISE = {"MeanSquaredError": REAL, "MeanAbsoluteError": REAL, "MeanAbsolutePercentageError": REAL,
               "MeanSquaredLogarithmicError": POSITIVE, "CosineSimilarity": REAL, "Huber": REAL, "LogCosh": REAL,
               "Hinge": SIGNS, "SquaredHinge": SIGNS, "CategoricalHinge": ZEROS_ONES, "KLDivergence": POSITIVE,
               "Poisson": POSITIVE, "BinaryCrossentropy": BINARY, "BinaryFocalCrossentropy": BINARY,
               "CategoricalCrossentropy": CLASSES, "CategoricalFocalCrossentropy": CLASSES,
               "SparseCategoricalCrossentropy": SPARSE, "CategoricalGeneralizedCrossEntropy": SPARSE}
RANK_3 = {"MeanSquaredError": REAL_3, "MeanAbsoluteError": REAL_3, "Hinge": SIGNS_3, "CosineSimilarity": REAL_3,
          "CategoricalCrossentropy": CLASSES_3, "SparseCategoricalCrossentropy": SPARSE_3}


def every_loss():
    """Each loss without weights, with weights, and with each reduction."""
    for kind, data in ELEMENTWISE.items():
        yield of_class(kind, {}, data)
        yield of_class(kind, {}, data, (4,))
        yield of_class(kind, {"reduction": "none"}, data, (4,))
    for kind, data in RANK_3.items():
        for weights in (None, (2,), (2, 1), (2, 3)):
            if weights != (2,):
                yield of_class(kind, {}, data, weights)
        yield of_class(kind, {"reduction": "none"}, data)


def reductions():
    for kind in ("MeanSquaredError", "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"):
        for reduction in ("sum", "mean", "mean_with_sample_weight"):
            for weights in (None, (4,), (4, 1)):
                yield of_class(kind, {"reduction": reduction}, ELEMENTWISE[kind], weights)
        yield of_class(kind, {"reduction": None}, ELEMENTWISE[kind])
        yield of_class(kind, {}, ELEMENTWISE[kind], (4, 1))
    for reduction in ("sum_over_batch_size", "sum", "mean_with_sample_weight", "none"):
        yield of_class("MeanSquaredError", {"reduction": reduction}, REAL_3, (2, 3), label="each step weighted")
    zero = numpy.zeros(4, "float32")
    for reduction in ("sum_over_batch_size", "mean_with_sample_weight"):
        loss = keras.losses.MeanSquaredError(reduction=reduction)
        yield case(f"MeanSquaredError(reduction={reduction}), all weights zero", record(loss), loss, *REAL[1:], zero)


def ranks():
    """Ranks that differ by one: squeezed where the last dimension is 1, or expanded."""
    shapes = [((4,), (4, 1)), ((4, 1), (4,)), ((4,), (4,)), ((2, 3), (2, 3, 1)), ((2, 3, 1), (2, 3))]
    for true, pred in shapes:
        data = (f"shapes {true} and {pred}", numbers(1, true, -2, 2), numbers(2, pred, -2, 2))
        yield of_class("MeanSquaredError", {}, data)
        yield of_class("MeanAbsoluteError", {"reduction": "none"}, data)
        yield of_class("MeanSquaredError", {}, data, true[:1])
    binary = ("shapes (4,) and (4, 1)", integers(8, (4,), 2), numbers(12, (4, 1), 0.02, 0.98))
    yield of_class("BinaryCrossentropy", {}, binary)
    yield of_class("BinaryCrossentropy", {}, binary, (4,))
    yield of_class("BinaryCrossentropy", {}, binary, (4, 1))


def with_options():
    for delta in (0.5, 2.0):
        yield of_class("Huber", {"delta": delta}, REAL)
    yield of_class("CosineSimilarity", {"axis": 1}, REAL_3)
    yield of_class("Hinge", {}, ZEROS_ONES)
    yield of_class("SquaredHinge", {}, ZEROS_ONES)
    yield of_class("CategoricalHinge", {}, CLASSES)
    yield of_class("KLDivergence", {}, CLASSES)
    zeros = ("zeros", numpy.array([[0, 0.5, 2]], "float32"), numpy.array([[0.4, 0, 1.5]], "float32"))
    for kind in ("MeanAbsolutePercentageError", "MeanSquaredLogarithmicError", "KLDivergence"):
        yield of_class(kind, {}, zeros)
    negative = ("negative numbers", REAL[1], REAL[2])
    yield of_class("MeanSquaredLogarithmicError", {}, negative)
    large = ("large differences", numpy.array([[0, 0, 100]], "float32"), numpy.array([[90, -90, 100.5]], "float32"))
    yield of_class("LogCosh", {}, large)


def binary():
    for kind in ("BinaryCrossentropy", "BinaryFocalCrossentropy"):
        yield of_class(kind, {}, BINARY_COLUMN)
        yield of_class(kind, {"label_smoothing": 0.2}, BINARY)
        yield of_class(kind, {"from_logits": True}, LOGITS)
        yield of_class(kind, {"from_logits": True, "label_smoothing": 0.1}, LOGITS, (4,))
        yield of_class(kind, {"axis": 0, "reduction": "none"}, BINARY)
    yield of_class("BinaryCrossentropy", {}, BINARY_EDGE)
    yield of_class("BinaryCrossentropy", {"from_logits": True}, LOGITS_LARGE)
    yield of_class("BinaryFocalCrossentropy", {"gamma": 3.0, "apply_class_balancing": True, "alpha": 0.4}, BINARY)
    yield of_class("BinaryFocalCrossentropy", {"apply_class_balancing": True, "from_logits": True}, LOGITS)


def categorical():
    for kind in ("CategoricalCrossentropy", "CategoricalFocalCrossentropy"):
        yield of_class(kind, {}, CLASSES_RAW)
        yield of_class(kind, {}, CLASSES_SOFT)
        yield of_class(kind, {"label_smoothing": 0.1}, CLASSES)
        yield of_class(kind, {"from_logits": True}, CLASS_LOGITS)
        yield of_class(kind, {"from_logits": True, "label_smoothing": 0.1}, CLASS_LOGITS, (4,))
        yield of_class(kind, {"axis": 1}, CLASSES_AXIS)
        yield of_class(kind, {"axis": 1, "from_logits": True, "label_smoothing": 0.1}, CLASSES_AXIS, (2, 3))
        yield of_class(kind, {}, CLASSES_EDGE)
    yield of_class("CategoricalFocalCrossentropy", {"alpha": 0.5, "gamma": 3.0}, CLASSES)
    yield of_class("CategoricalFocalCrossentropy", {"alpha": [0.1, 0.2, 0.3, 0.4, 0.5]}, CLASSES)


def sparse():
    kind = "SparseCategoricalCrossentropy"
    for data in (SPARSE_COLUMN, SPARSE_FLOAT, ("labels, rows not normalised", SPARSE[1], CLASSES_RAW[2])):
        yield of_class(kind, {}, data)
    yield of_class(kind, {}, SPARSE_COLUMN, (4, 1))
    yield of_class(kind, {"from_logits": True}, SPARSE_LOGITS)
    yield of_class(kind, {"from_logits": True}, SPARSE_3_LOGITS, (2, 3))
    for reduction in ("sum_over_batch_size", "sum", "mean_with_sample_weight", "none"):
        yield of_class(kind, {"ignore_class": -1, "reduction": reduction}, IGNORED)
        yield of_class(kind, {"ignore_class": -1, "reduction": reduction}, IGNORED, (2, 3))
    yield of_class(kind, {"ignore_class": 2}, SPARSE_3)
    yield of_class(kind, {"ignore_class": 2, "from_logits": True}, SPARSE_3_LOGITS)
    yield of_class("CategoricalGeneralizedCrossEntropy", {"q": 0.8}, SPARSE)


def segmentation():
    for kind, options in (("Dice", [{}]), ("Tversky", [{}, {"alpha": 0.3, "beta": 0.7}])):
        for option in options:
            yield of_class(kind, option, IMAGES)
            yield of_class(kind, {**option, "axis": [1, 2, 3]}, IMAGES)
        yield of_class(kind, {"axis": [1, 2, 3], "reduction": "none"}, IMAGES)
        yield of_class(kind, {"axis": [1, 2, 3]}, IMAGES, (2,))


def others():
    embeddings = numbers(28, (5, 4))
    embeddings /= numpy.sqrt((embeddings**2).sum(-1, keepdims=True))
    data = ("embeddings", numpy.array([0, 1, 0, 1, 2], "int32"), numpy.round(embeddings, 6))
    for options in ({}, {"gamma": 16.0, "margin": 0.25}, {"remove_diagonal": False}, {"reduction": "none"}):
        yield of_class("Circle", options, data)
    yield of_class("Circle", {}, data, (5,))
    data = ("two sequences", numpy.array([[1, 2], [2, 0]], "int32"), numbers(29, (2, 4, 3)))
    yield of_class("CTC", {}, data)
    yield of_class("CTC", {"reduction": "none"}, data)
    data = ("a label twice", numpy.array([[1, 1, 2]], "int32"), numbers(30, (1, 6, 4)))
    yield of_class("CTC", {}, data)


def masked():
    mask = numpy.array([[1, 1, 0], [1, 0, 0]], "int32")
    for kind in ("MeanSquaredError", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"):
        for reduction in ("sum_over_batch_size", "sum", "mean_with_sample_weight", "none"):
            for weights in (None, (2, 3)):
                yield of_class(kind, {"reduction": reduction}, RANK_3[kind], weights, mask)


def strings():
    names = ["mse", "MSE", "mean_squared_error", "MeanSquaredError", "mae", "MAE", "mean_absolute_error", "mape",
             "MAPE", "mean_absolute_percentage_error", "cosine_similarity", "huber", "log_cosh"]
    for data, names in [
            (REAL, names),
            (POSITIVE, ["msle", "MSLE", "mean_squared_logarithmic_error", "poisson"]),
            (SIGNS, ["hinge", "squared_hinge"]), (ZEROS_ONES, ["categorical_hinge"]),
            (BINARY, ["bce", "BCE", "binary_crossentropy", "BinaryCrossentropy", "binary_focal_crossentropy"]),
            (CLASSES, ["categorical_crossentropy", "categorical_focal_crossentropy", "crossentropy", "ce", "kld", "KLD",
                       "kl_divergence"]),
            (SPARSE, ["sparse_categorical_crossentropy", "crossentropy"]), (BINARY_COLUMN, ["crossentropy"]),
            (IMAGES, ["dice", "tversky"])]:
        for name in names:
            yield of_string(name, data)


def file():
    families = [every_loss, reductions, ranks, with_options, binary, categorical, sparse, segmentation, others, masked,
                strings]
    return contents([case for family in families for case in family()])
