"""layers.json. A case: {"name", "layer", "inputs", "output_shape", "parameters", "weights", "output", "losses", "r",
"input_gradients", "weight_gradients"}.

layer is the record of the layer before it is built. weights are in the order of layer.weights, each {"path", "array"}.
output = layer(inputs, training=False). output_shape is that of the symbolic call, with null for the batch. losses are
the penalties: those of the call, then those of the weights. The gradients are those of sum(output * r), without the
losses. Some cases have "input_shapes" (with null for what is not known) in place of "inputs": they tell output_shape
and parameters, and nothing else.
"""

import jax
import keras

from common import array, arrays, contents, numbers, record, title


def weight_values(layer, seed=201):
    return [numbers(seed + index, weight.shape) for index, weight in enumerate(layer.weights)]


def case(kind, arguments, *shapes, low=-2.0, high=2.0):
    keras.backend.clear_session()
    layer = getattr(keras.layers, kind)(**arguments)
    identifier = record(layer)
    inputs = [numbers(211 + index, shape, low, high) for index, shape in enumerate(shapes)]
    symbols = [keras.Input(shape[1:]) for shape in shapes]
    symbolic = layer(symbols if len(symbols) > 1 else symbols[0])
    layer.set_weights(weight_values(layer))

    def call(inputs, weights):
        with keras.StatelessScope(zip(layer.weights, weights), collect_losses=True):
            return layer(inputs if len(inputs) > 1 else inputs[0]), list(layer.losses)

    inputs = [jax.numpy.asarray(x) for x in inputs]
    weights = [weight.value for weight in layer.weights]
    output, losses = call(inputs, weights)
    r = numbers(221, output.shape)
    gradients = jax.grad(lambda x, w: (call(x, w)[0] * r).sum(), (0, 1))(inputs, weights)
    name = title(kind, arguments, "shapes " + " ".join(str(shape) for shape in shapes))
    return {"name": name, "layer": identifier, "inputs": arrays(inputs), "output_shape": list(symbolic.shape),
            "parameters": layer.count_params(),
            "weights": [{"path": w.path, "array": array(w)} for w in layer.weights], "output": array(output),
            "losses": arrays(losses), "r": array(r), "input_gradients": arrays(gradients[0]),
            "weight_gradients": arrays(gradients[1])}


def shape_case(kind, arguments, *shapes):
    """Only shapes, for inputs with unknown dimensions other than the batch, or a known batch."""
    keras.backend.clear_session()
    layer = getattr(keras.layers, kind)(**arguments)
    identifier = record(layer)
    symbols = [keras.Input(batch_shape=shape) for shape in shapes]
    symbolic = layer(symbols if len(symbols) > 1 else symbols[0])
    name = title(kind, arguments, "symbolic " + " ".join(str(shape) for shape in shapes))
    return {"name": name, "layer": identifier, "input_shapes": [list(shape) for shape in shapes],
            "output_shape": list(symbolic.shape), "parameters": layer.count_params()}


ACTIVATIONS = ["linear", "relu", "sigmoid", "tanh", "softmax", "gelu", "elu", "selu", "softplus", "silu", "leaky_relu",
               "hard_sigmoid", "log_softmax", "mish"]


def dense():
    for activation in ACTIVATIONS:
        yield case("Dense", {"units": 4, "activation": activation}, (3, 5))
    yield case("Dense", {"units": 4}, (1, 1))
    yield case("Dense", {"units": 4, "use_bias": False}, (3, 5))
    yield case("Dense", {"units": 1, "use_bias": False, "activation": "relu"}, (3, 5))
    yield case("Dense", {"units": 4, "activation": "relu"}, (2, 3, 5))
    yield case("Dense", {"units": 4, "activation": "softmax"}, (2, 3, 5))
    yield case("Dense", {"units": 3, "activation": "tanh"}, (2, 2, 2, 5))
    yield case("Dense", {"units": 3, "kernel_regularizer": keras.regularizers.L2(0.01),
                         "bias_regularizer": keras.regularizers.L1(0.02),
                         "activity_regularizer": keras.regularizers.L1L2(0.01, 0.02)}, (4, 2))
    yield shape_case("Dense", {"units": 4}, (None, None, 5))
    yield shape_case("Dense", {"units": 4}, (8, 5))


def activations():
    for activation in ("relu", "tanh", "softmax", "hard_silu", "softsign", "exponential"):
        yield case("Activation", {"activation": activation}, (2, 3))
    yield case("Activation", {"activation": "softmax"}, (2, 2, 3))
    for arguments in ({}, {"max_value": 1.5}, {"negative_slope": 0.1}, {"threshold": 0.5},
                      {"negative_slope": 0.1, "max_value": 1.5, "threshold": 0.5}):
        yield case("ReLU", arguments, (3, 4))
    for arguments in ({}, {"negative_slope": 0.1}):
        yield case("LeakyReLU", arguments, (3, 4))
    for arguments in ({}, {"alpha": 0.5}):
        yield case("ELU", arguments, (3, 4))
    yield case("PReLU", {}, (3, 4))
    yield case("PReLU", {}, (2, 2, 3))
    yield case("PReLU", {"shared_axes": [1, 2]}, (2, 2, 2, 3))
    yield case("PReLU", {"shared_axes": [1]}, (2, 2, 3))
    for arguments, shape in [({}, (2, 3)), ({"axis": 1}, (2, 3, 2)), ({"axis": [1, 2]}, (2, 3, 2)),
                             ({"axis": -1}, (2, 2, 2, 3))]:
        yield case("Softmax", arguments, shape)
    yield shape_case("PReLU", {"shared_axes": [1]}, (None, None, 3))


def reshaping():
    for shape in ((3, 4), (2, 3, 2), (2, 2, 3, 2), (3,)):
        yield case("Flatten", {}, shape)
    yield case("Flatten", {"data_format": "channels_first"}, (2, 2, 3, 2))
    for target, shape in [((6,), (2, 3, 2)), ((2, 3), (2, 6)), ((-1,), (2, 3, 2)), ((2, -1), (2, 3, 4)),
                          ((-1, 2, 2), (2, 3, 4))]:
        yield case("Reshape", {"target_shape": target}, shape)
    for dims, shape in [((1,), (2, 3)), ((2, 1), (2, 3, 2)), ((3, 1, 2), (2, 2, 3, 4)), ((2, 3, 1), (2, 2, 3, 4)),
                        ((1, 3, 2), (2, 2, 3, 4))]:
        yield case("Permute", {"dims": dims}, shape)
    for n in (1, 3):
        yield case("RepeatVector", {"n": n}, (2, 4))
    yield shape_case("Flatten", {}, (None, None, 3))
    yield shape_case("Reshape", {"target_shape": (-1, 2)}, (None, None, 3))
    yield shape_case("Reshape", {"target_shape": (2, 3)}, (4, 6))
    yield shape_case("Permute", {"dims": (2, 1)}, (None, None, 3))
    yield shape_case("RepeatVector", {"n": 3}, (None, 4))


MERGING = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"]


def merging():
    for kind in MERGING:
        yield case(kind, {}, (2, 3), (2, 3))
        if kind != "Subtract":
            yield case(kind, {}, (2, 3), (2, 3), (2, 3))
        yield case(kind, {}, (2, 3, 2), (2, 3, 1))
        yield case(kind, {}, (2, 3, 1), (2, 1, 4))
        yield case(kind, {}, (2, 4), (2, 3, 4))
        yield case(kind, {}, (2, 3, 4), (2, 4))
    for kind in ("Add", "Multiply"):
        yield shape_case(kind, {}, (None, None, 3), (None, 5, 3))
        yield shape_case(kind, {}, (None, None, 1), (None, 1, 3))
    for axis, shapes in [(-1, [(2, 3), (2, 1)]), (1, [(2, 3), (2, 1)]), (1, [(2, 3, 2), (2, 1, 2)]),
                         (-1, [(2, 3, 2), (2, 3, 1)]), (2, [(2, 2, 3, 2), (2, 2, 1, 2)]),
                         (-1, [(2, 2), (2, 3), (2, 1)]), (0, [(2, 3), (1, 3)])]:
        yield case("Concatenate", {"axis": axis}, *shapes)
    yield shape_case("Concatenate", {}, (None, None, 3), (None, None, 4))
    yield shape_case("Concatenate", {"axis": 1}, (None, None, 3), (None, 2, 3))
    for axes, shapes in [(1, [(2, 3), (2, 3)]), (-1, [(2, 3), (2, 3)]), ([1, 2], [(2, 3, 4), (2, 5, 3)]),
                         (2, [(2, 3, 4), (2, 5, 4)]), (1, [(2, 3, 4), (2, 3, 5)]), ([2, 1], [(2, 3, 4), (2, 4, 5)]),
                         ([2, 1], [(2, 3, 4), (2, 4)]), ([1, 2], [(2, 4), (2, 3, 4)]),
                         ([3, 2], [(2, 2, 2, 3), (2, 2, 3)])]:
        yield case("Dot", {"axes": axes}, *shapes)
        yield case("Dot", {"axes": axes, "normalize": True}, *shapes)
    yield shape_case("Dot", {"axes": (2, 1)}, (None, None, 4), (None, 4, None))


def others():
    yield case("Dropout", {"rate": 0.4}, (2, 3))
    yield case("Dropout", {"rate": 0.4, "noise_shape": (None, 1, 3), "seed": 5}, (2, 2, 3))
    for arguments in ({"scale": 0.5}, {"scale": 0.25, "offset": -1.0},
                      {"scale": [0.5, 2.0, 1.0], "offset": [0.0, 1.0, -1.0]}):
        yield case("Rescaling", arguments, (2, 2, 3))
    yield case("Identity", {}, (2, 3))
    yield case("Identity", {}, (2, 2, 3))
    for arguments in ({}, {"l1": 0.1}, {"l2": 0.2}, {"l1": 0.1, "l2": 0.2}):
        yield case("ActivityRegularization", arguments, (4, 3))
    yield case("ActivityRegularization", {"l1": 0.1, "l2": 0.2}, (2, 2, 3))
    for arguments, shape in [({}, (2, 3)), ({"axis": 1}, (2, 3, 2)), ({"axis": [1, 2]}, (2, 3, 2)),
                             ({"axis": -1}, (2, 2, 2, 3))]:
        yield case("UnitNormalization", arguments, shape)


def file():
    return contents([*dense(), *activations(), *reshaping(), *merging(), *others()])
