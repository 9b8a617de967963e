"""training.json: whole training runs. Data and initial weights are not stored but come from a generator:

    s = seed; for each number: s = s*1664525 + 1013904223 (mod 2^32), u = (s >> 8) / 2^24

filling arrays in row-major order. A source of numbers is one of

    {"kind": "uniform", "shape", "seed", "scale", "offset"}   float32, offset + scale*u (every scale is a power of two,
                                                              so that the product is exact)
    {"kind": "classes", "shape", "seed", "classes"}           int32, the integer part of u*classes
    {"kind": "one_hot", "shape", "seed"}                      float32, rows with a 1 at the integer part of u*(last dim)

A case: {"name", "model", "compile", "weights", "x", "y", "sample_weight", "class_weight", "run", results...}. model is
what to_json gives. compile holds the arguments of compile(), objects as records. weights has a source with its path for
each weight, in the order of model.weights. x and y are lists of sources in the order of the model's inputs and outputs;
sample_weight is null or a source; class_weight null or a list of [class, weight].

Results of a run {"kind": "train_on_batch", "batch_size", "steps"}: the rows are taken in order, the last batch of the
array is smaller, then it starts again from the first row. losses[i] is that of step i+1; weights_after_first_step and
weights_after_last_step are in the order of model.weights.

Results of a run {"kind": "fit", "batch_size", "epochs", "validation_split"} (shuffle is False): history (what
History.history holds, keys in its order), batch_logs (the logs that on_train_batch_end gets, one list for all batches
of all epochs: running means), evaluate_list and evaluate_dict (of evaluate on all of the data, same batch size and
sample weights), predict (of the first three rows, a list with an array for each output), weights_after_last_step.
"""

import json

import keras
import numpy
from keras import layers

from common import Uniform, array, arrays, contents, record


def uniform(shape, seed, scale=1.0, offset=0.0):
    return {"kind": "uniform", "shape": list(shape), "seed": seed, "scale": scale, "offset": offset}


def classes(shape, seed, count):
    return {"kind": "classes", "shape": list(shape), "seed": seed, "classes": count}


def one_hot(shape, seed):
    return {"kind": "one_hot", "shape": list(shape), "seed": seed}


def values(source):
    if source is None:
        return None
    numbers = Uniform(source["seed"])
    if source["kind"] == "uniform":
        return numbers.array(source["shape"], source["scale"], source["offset"])
    if source["kind"] == "classes":
        return numbers.integers(source["shape"], source["classes"])
    *rows, columns = source["shape"]
    return numpy.eye(columns, dtype="float32")[numbers.integers(rows, columns)]


# The models.


def dense_model():
    """64-32-32-10, with relu, relu and softmax."""
    x = keras.Input((64,))
    hidden = layers.Dense(32, activation="relu")(x)
    hidden = layers.Dense(32, activation="relu")(hidden)
    return keras.Model(x, layers.Dense(10, activation="softmax")(hidden))


def penalised_model():
    x = keras.Input((8,))
    hidden = layers.Dense(6, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.01),
                          activity_regularizer=keras.regularizers.L1(0.02),
                          kernel_constraint=keras.constraints.MaxNorm(0.75))(x)
    hidden = layers.ActivityRegularization(l2=0.01)(hidden)
    return keras.Model(x, layers.Dense(2, kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02),
                                       bias_regularizer=keras.regularizers.L2(0.02),
                                       bias_constraint=keras.constraints.NonNeg())(hidden))


def two_by_two_model():
    """Two inputs, two outputs."""
    left, right = keras.Input((6,), name="left"), keras.Input((4,), name="right")
    merged = layers.Concatenate()([layers.Dense(5, activation="relu")(left), layers.Dense(3, activation="tanh")(right)])
    hidden = layers.Dense(6, activation="gelu")(merged)
    return keras.Model([left, right], [layers.Dense(1, name="age")(hidden),
                                       layers.Dense(4, activation="softmax", name="income")(hidden)])


def shared_layer_model():
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    shared = layers.Dense(5, activation="tanh")
    merged = layers.Concatenate()([shared(left), shared(right)])
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(merged))


def nested_model():
    """A model called twice inside a model."""
    x = keras.Input((6,))
    inner = keras.Model(x, layers.Dense(4)(layers.Dense(5, activation="elu")(x)), name="encoder")
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    distance = layers.Subtract()([inner(left), inner(right)])
    return keras.Model([left, right], layers.Dense(1)(distance))


def residual_model():
    """Merging layers, a reshape, a rank-3 Dense and a broadcast product."""
    x = keras.Input((12,))
    rows = layers.Reshape((3, 4))(x)
    hidden = layers.Add()([rows, layers.Dense(4, activation="silu")(rows)])
    gate = layers.Dense(1, activation="sigmoid")(hidden)
    flat = layers.Flatten()(layers.Multiply()([hidden, gate]))
    return keras.Model(x, layers.Dense(3)(flat))


def sequential_model():
    return keras.Sequential([keras.Input((8,)), layers.Dense(6, use_bias=False), layers.PReLU(), layers.Dense(5),
                             layers.Softmax()])


def binary_model():
    x = keras.Input((8,))
    return keras.Model(x, layers.Dense(1, activation="sigmoid")(layers.Dense(6, activation="relu")(x)))


# One run.


def weight_sources(model, seed):
    """Kernels within +-0.25 (+-0.125 if they are tall), vectors within +-0.0625."""
    sources = []
    for index, weight in enumerate(model.weights):
        scale = 0.125 if len(weight.shape) < 2 else 0.25 if weight.shape[0] > 16 else 0.5
        sources.append({"path": weight.path, **uniform(weight.shape, seed + index, scale, -scale / 2)})
    return sources


def compile_record(arguments):
    made = dict(arguments)
    for key in ("optimizer", "loss"):
        if not isinstance(made[key], (str, dict, list)):
            made[key] = record(made[key])
    for key in ("metrics", "weighted_metrics"):
        if isinstance(made.get(key), list):
            made[key] = [item if isinstance(item, (str, list)) else record(item) for item in made[key]]
    return made


class Run:
    """A model with its weights set and compiled, its data, and the first half of its case."""

    def __init__(self, name, make_model, compile_with, x, y, sample_weight=None, class_weight=None, seed=1000):
        keras.backend.clear_session()
        self.model = make_model()
        sources = weight_sources(self.model, seed)
        self.model.set_weights([values(source) for source in sources])
        arguments = compile_with()
        compiled = compile_record(arguments)
        self.model.compile(**arguments)
        self.x, self.y = [values(source) for source in x], [values(source) for source in y]
        self.sample_weight, self.class_weight = values(sample_weight), class_weight
        self.case = {"name": name, "model": json.loads(self.model.to_json()), "compile": compiled, "weights": sources,
                     "x": x, "y": y, "sample_weight": sample_weight,
                     "class_weight": class_weight and [list(pair) for pair in class_weight.items()]}

    def rows(self, first=0, last=None):
        """x, y and sample weight of some rows, single arrays where there is one input or output."""
        x, y = [part[first:last] for part in self.x], [part[first:last] for part in self.y]
        weight = None if self.sample_weight is None else self.sample_weight[first:last]
        return x if len(x) > 1 else x[0], y if len(y) > 1 else y[0], weight

    def weights(self):
        return arrays(self.model.get_weights())


def train_on_batch(run, batch_size, steps):
    losses, first, after_first = [], 0, None
    for _ in range(steps):
        x, y, weight = run.rows(first, first + batch_size)
        logs = run.model.train_on_batch(x, y, weight, run.class_weight, return_dict=True)
        losses.append(logs["loss"])
        after_first = after_first or run.weights()
        first = first + batch_size if first + batch_size < len(run.x[0]) else 0
    return {**run.case, "run": {"kind": "train_on_batch", "batch_size": batch_size, "steps": steps},
            "losses": array(numpy.array(losses, "float32")), "weights_after_first_step": after_first,
            "weights_after_last_step": run.weights()}


class BatchLogs(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.logs = []

    def on_train_batch_end(self, batch, logs=None):
        self.logs.append({key: float(value) for key, value in logs.items()})


def fit(run, batch_size, epochs, validation_split=0.0):
    x, y, weight = run.rows()
    batches = BatchLogs()
    history = run.model.fit(x, y, batch_size, epochs, verbose=0, callbacks=[batches], shuffle=False,
                            validation_split=validation_split, sample_weight=weight, class_weight=run.class_weight)
    after = run.weights()
    evaluate = [run.model.evaluate(x, y, batch_size, verbose=0, sample_weight=weight, return_dict=as_dict)
                for as_dict in (False, True)]
    predicted = run.model.predict(run.rows(0, 3)[0], verbose=0)
    return {**run.case, "run": {"kind": "fit", "batch_size": batch_size, "epochs": epochs,
                                "validation_split": validation_split},
            "history": {key: [float(value) for value in list_] for key, list_ in history.history.items()},
            "batch_logs": batches.logs,
            "evaluate_list": [float(value) for value in numpy.atleast_1d(evaluate[0])],
            "evaluate_dict": {key: float(value) for key, value in evaluate[1].items()},
            "predict": arrays(predicted if isinstance(predicted, list) else [predicted]),
            "weights_after_last_step": after}


# The runs.

ROWS = 50
THOUSAND = {"x": [uniform((1000, 64), 1)], "y": [uniform((1000, 10), 2)]}
OPTIMIZERS = {
    "rmsprop": lambda: keras.optimizers.RMSprop(),
    "sgd": lambda: keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    "adam": lambda: keras.optimizers.Adam(),
}


def dense_runs():
    for name, optimizer in OPTIMIZERS.items():
        arguments = lambda: {"optimizer": optimizer(), "loss": "categorical_crossentropy"}
        yield train_on_batch(Run(f"dense model, {name}", dense_model, arguments, **THOUSAND), 138, 20)


def batch_log_run():
    arguments = lambda: {"optimizer": "rmsprop", "loss": "categorical_crossentropy", "metrics": ["acc", "mse"]}
    small = {"x": [uniform((150, 64), 1)], "y": [uniform((150, 10), 2)]}
    made = fit(Run("dense model, logs of every batch", dense_model, arguments, **small), 40, 2)
    return {key: value for key, value in made.items() if key != "weights_after_last_step"}


def penalised_runs():
    data = {"x": [uniform((ROWS, 8), 3, 2.0, -1.0)], "y": [uniform((ROWS, 2), 4, 2.0, -1.0)]}
    arguments = lambda: {"optimizer": keras.optimizers.SGD(0.1), "loss": "mse"}
    yield train_on_batch(Run("regularizers, activity and constraints", penalised_model, arguments, **data), 16, 20)
    arguments = lambda: {"optimizer": keras.optimizers.Adam(0.02), "loss": "mse", "metrics": ["mae"]}
    yield fit(Run("regularizers, activity and constraints, fit", penalised_model, arguments, **data), 16, 3, 0.2)


def weighted_runs():
    data = {"x": [uniform((ROWS, 8), 5, 2.0, -1.0)], "y": [classes((ROWS, 1), 6, 2)]}
    arguments = lambda: {"optimizer": keras.optimizers.SGD(0.25, momentum=0.5), "loss": "binary_crossentropy"}
    for shape in ((ROWS,), (ROWS, 1)):
        weighted = {**data, "sample_weight": uniform(shape, 7, 2.0)}
        yield train_on_batch(Run(f"sample weights {shape}", binary_model, arguments, **weighted), 16, 20)
    yield train_on_batch(Run("class weights", binary_model, arguments, class_weight={0: 0.5, 1: 3.0}, **data), 16, 20)
    arguments = lambda: {"optimizer": keras.optimizers.RMSprop(0.02), "loss": "binary_crossentropy",
                         "metrics": ["accuracy"], "weighted_metrics": ["accuracy", "mae"]}
    yield fit(Run("sample weights, fit with weighted metrics", binary_model, arguments, **weighted), 16, 3, 0.2)
    yield fit(Run("class weights, fit with weighted metrics", binary_model, arguments, class_weight={1: 3.0}, **data),
              16, 3, 0.2)
    data = {"x": data["x"], "y": [classes((ROWS,), 8, 5)], "class_weight": {0: 2.0, 3: 0.25}}
    arguments = lambda: {"optimizer": keras.optimizers.Adam(0.02), "loss": "sparse_categorical_crossentropy",
                         "weighted_metrics": ["acc"]}
    yield fit(Run("class weights of five classes", sequential_model, arguments, **data), 16, 3)


TWO_BY_TWO = {"x": [uniform((ROWS, 6), 9, 2.0, -1.0), uniform((ROWS, 4), 10, 2.0, -1.0)],
              "y": [uniform((ROWS, 1), 11, 4.0), one_hot((ROWS, 4), 12)]}


def several_outputs_runs():
    by_name = lambda: {"optimizer": keras.optimizers.RMSprop(0.01),
                       "loss": {"age": "mse", "income": "categorical_crossentropy"},
                       "loss_weights": {"age": 0.25, "income": 2.0}, "metrics": {"age": ["mae"], "income": ["acc"]}}
    yield fit(Run("two inputs, two outputs, by name", two_by_two_model, by_name, **TWO_BY_TWO), 16, 3, 0.2)
    by_list = lambda: {"optimizer": keras.optimizers.Adam(0.01), "loss": ["mae", "categorical_crossentropy"],
                       "loss_weights": [0.5, 1.0], "metrics": [["mse", "mae"], ["accuracy", "mse"]],
                       "weighted_metrics": [[], ["mae"]]}
    weighted = {**TWO_BY_TWO, "sample_weight": uniform((ROWS,), 13, 2.0)}
    yield fit(Run("two inputs, two outputs, by position, sample weights", two_by_two_model, by_list, **weighted), 16, 3)
    one_loss = lambda: {"optimizer": keras.optimizers.SGD(0.05), "loss": "mse"}
    yield fit(Run("two inputs, two outputs, one loss for both", two_by_two_model, one_loss, **TWO_BY_TWO), 16, 2)


def graph_runs():
    pair = [uniform((ROWS, 6), 14, 2.0, -1.0), uniform((ROWS, 6), 15, 2.0, -1.0)]
    arguments = lambda: {"optimizer": keras.optimizers.RMSprop(0.02), "loss": "binary_crossentropy"}
    yield train_on_batch(Run("shared layer", shared_layer_model, arguments, pair, [classes((ROWS, 1), 16, 2)]), 16, 20)
    arguments = lambda: {"optimizer": keras.optimizers.Adam(0.02), "loss": "mse"}
    target = [uniform((ROWS, 1), 17, 2.0, -1.0)]
    yield train_on_batch(Run("a model called twice", nested_model, arguments, pair, target), 16, 20)
    arguments = lambda: {"optimizer": keras.optimizers.SGD(0.05, momentum=0.9), "loss": "mae"}
    data = [uniform((ROWS, 12), 18, 2.0, -1.0)], [uniform((ROWS, 3), 19, 2.0, -1.0)]
    yield train_on_batch(Run("residual, reshaped, gated", residual_model, arguments, *data), 16, 20)
    arguments = lambda: {"optimizer": keras.optimizers.SGD(0.1), "loss": "sparse_categorical_crossentropy",
                         "metrics": ["accuracy", "sparse_top_k_categorical_accuracy"]}
    data = [uniform((ROWS, 8), 20, 2.0, -1.0)], [classes((ROWS, 1), 21, 5)]
    yield fit(Run("sequential, sparse labels", sequential_model, arguments, *data), 16, 3, 0.2)


def optimizer_runs():
    """What optimizers do beside the update itself, inside whole runs."""
    schedule = keras.optimizers.schedules.ExponentialDecay(0.05, 5, 0.5)
    made = {
        "EMA, written at the end of fit": lambda: keras.optimizers.Adam(0.02, use_ema=True, ema_momentum=0.75),
        "EMA, overwriting": lambda: keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.75,
                                                         ema_overwrite_frequency=3),
        "accumulated gradients": lambda: keras.optimizers.RMSprop(0.02, gradient_accumulation_steps=3),
        "a schedule, decay and clipping": lambda: keras.optimizers.Adam(schedule, weight_decay=0.05,
                                                                        global_clipnorm=0.25),
    }
    data = {"x": [uniform((ROWS, 8), 22, 2.0, -1.0)], "y": [uniform((ROWS, 2), 23, 2.0, -1.0)]}
    for name, optimizer in made.items():
        arguments = lambda: {"optimizer": optimizer(), "loss": keras.losses.Huber()}
        yield fit(Run(name, penalised_model, arguments, **data), 16, 2)


def file():
    cases = [*dense_runs(), batch_log_run(), *penalised_runs(), *weighted_runs(), *several_outputs_runs(),
             *graph_runs(), *optimizer_runs()]
    return contents(cases)
