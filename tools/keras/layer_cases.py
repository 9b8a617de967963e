"""layers.json and sequence_layers.json. A case: {"name", "layer", "inputs", "output_shape", "parameters", "weights", "output", "losses", "r",
"input_gradients", "weight_gradients"}.

layer is the record of the layer before it is built. weights are in the order of layer.weights, each {"path", "array"}.
output = layer(inputs, training=False). output_shape is that of the symbolic call, with null for the batch. losses are
the penalties: those of the call, then those of the weights. The gradients are those of sum(output * r), without the
losses. Some cases have "input_shapes" (with null for what is not known) in place of "inputs": they tell output_shape
and parameters, and nothing else. Cases of sequence_layers.json may have "mask", the mask of the only input, and
"output_mask", that of the output. Inputs of int32 have no gradient.
"""

import jax
import keras
import numpy

from common import array, arrays, contents, integers, numbers, record, title


def weight_values(layer, seed=201):
    return [numbers(seed + index, weight.shape) for index, weight in enumerate(layer.weights)]


def class_of(kind):
    """A class by name; those of one application's own are in its module."""
    modules = [keras.layers, keras.src.applications.convnext, keras.src.applications.inception_resnet_v2]
    return next(getattr(module, kind) for module in modules if hasattr(module, kind))


def case(kind, arguments, *shapes, low=-2.0, high=2.0):
    keras.backend.clear_session()
    layer = class_of(kind)(**arguments)
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
    layer = class_of(kind)(**arguments)
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


# ---- sequence_layers.json --------------------------------------------------------------------------------------------


def sequence_case(kind, arguments, x, mask=None):
    """A layer of one input, which may be integers or have a mask."""
    keras.backend.clear_session()
    layer = class_of(kind)(**arguments)
    identifier = record(layer)
    integer = x.dtype == "int32"
    symbolic = layer(keras.Input(x.shape[1:], dtype=str(x.dtype)))
    layer.set_weights(weight_values(layer))

    def call(x, weights):
        with keras.StatelessScope(zip(layer.weights, weights), collect_losses=True):
            output = layer(x) if mask is None else layer(x, mask=mask)
            return output, list(layer.losses)

    weights = [weight.value for weight in layer.weights]
    x = jax.numpy.asarray(x)
    output, losses = call(x, weights)
    r = numbers(221, output.shape)

    def loss(*values):
        return (call(*((x, *values) if integer else values))[0] * r).sum()

    values = (weights,) if integer else (x, weights)
    gradients = jax.grad(loss, tuple(range(len(values))))(*values)
    name = title(kind, arguments, f"shape {x.shape}", "" if mask is None else "masked")
    made = {"name": name, "layer": identifier, "inputs": [array(x)], "output_shape": list(symbolic.shape),
            "parameters": layer.count_params(),
            "weights": [{"path": w.path, "array": array(w)} for w in layer.weights], "output": array(output),
            "losses": arrays(losses), "r": array(r), "input_gradients": [] if integer else [array(gradients[0])],
            "weight_gradients": arrays(gradients[-1])}
    if mask is not None:
        made["mask"] = array(mask.astype("int32"))
    makes_mask = kind == "Masking" or arguments.get("mask_zero")
    output_mask = layer.compute_mask(x) if makes_mask else None
    return made if output_mask is None else {**made, "output_mask": array(numpy.asarray(output_mask, "int32"))}


def embedding():
    for shape in ((3,), (2, 4), (2, 3, 2)):
        yield sequence_case("Embedding", {"input_dim": 5, "output_dim": 3}, integers(231, shape, 5))
    yield sequence_case("Embedding", {"input_dim": 3, "output_dim": 1, "mask_zero": True}, integers(232, (3, 4), 3))
    yield sequence_case("Embedding", {"input_dim": 4, "output_dim": 2, "embeddings_initializer": "zeros",
                                      "embeddings_regularizer": keras.regularizers.L2(0.1),
                                      "activity_regularizer": keras.regularizers.L1(0.2)}, integers(233, (2, 3), 4))
    yield shape_case("Embedding", {"input_dim": 5, "output_dim": 3}, (None, None))


def masking():
    x = numbers(234, (2, 4, 3))
    x[0, 1] = x[1, 0] = 0
    x[1, 2, 1] = 0
    yield sequence_case("Masking", {}, x)
    x[0, 3] = x[1, 3] = -1
    yield sequence_case("Masking", {"mask_value": -1.0}, x)
    yield sequence_case("Masking", {"mask_value": 0.5}, numpy.full((2, 3), 0.5, "float32"))
    yield shape_case("Masking", {}, (None, None, 3))


def normalization():
    for arguments in ({}, {"epsilon": 0.1}, {"center": False}, {"scale": False}, {"center": False, "scale": False},
                      {"rms_scaling": True}, {"gamma_regularizer": keras.regularizers.L2(0.1),
                                              "beta_regularizer": keras.regularizers.L1(0.2)}):
        yield case("LayerNormalization", arguments, (3, 4))
    for kind in ("LayerNormalization", "RMSNormalization"):
        for axis, shape in ((-1, (2, 3, 4)), (1, (2, 3, 4)), ([1, 2], (2, 3, 4)), ([-2, -1], (2, 2, 3, 2)),
                            ([1, 3], (2, 2, 3, 2))):
            if kind == "LayerNormalization" or axis not in (1, [1, 3]):  # Keras's own call fails for these
                yield case(kind, {"axis": axis}, shape)
        yield shape_case(kind, {}, (None, None, 3))
    yield case("RMSNormalization", {}, (3, 4))
    yield case("RMSNormalization", {"epsilon": 0.1}, (3, 4))


def steps():
    mask = numpy.array([[True, True, False, True], [False, False, True, False]])
    for kind in ("GlobalAveragePooling1D", "GlobalMaxPooling1D"):
        for arguments in ({}, {"keepdims": True}, {"data_format": "channels_first"},
                          {"data_format": "channels_first", "keepdims": True}):
            yield case(kind, arguments, (2, 4, 3))
        yield shape_case(kind, {}, (None, None, 3))
    for arguments in ({}, {"keepdims": True}):
        yield sequence_case("GlobalAveragePooling1D", arguments, numbers(235, (2, 4, 3)), mask)
    yield sequence_case("GlobalAveragePooling1D", {"data_format": "channels_first"}, numbers(236, (2, 3, 4)), mask)
    for padding in (1, 2, (0, 1), (2, 0), (1, 2), 0):
        yield case("ZeroPadding1D", {"padding": padding}, (2, 3, 2))
    yield case("ZeroPadding1D", {"padding": (1, 0), "data_format": "channels_first"}, (2, 3, 2))
    yield shape_case("ZeroPadding1D", {}, (None, None, 3))
    for cropping in (1, (0, 1), (2, 0), (1, 2), 0):
        yield case("Cropping1D", {"cropping": cropping}, (2, 5, 2))
    yield shape_case("Cropping1D", {}, (None, None, 3))
    for size in (1, 2, 3):
        yield case("UpSampling1D", {"size": size}, (2, 3, 2))
    yield shape_case("UpSampling1D", {}, (None, None, 3))
    yield case("SpatialDropout1D", {"rate": 0.2}, (2, 3, 2))
    yield case("SpatialDropout1D", {"rate": 0.2, "seed": 5}, (2, 3, 2))


def sequence_file():
    return contents([*embedding(), *masking(), *normalization(), *steps()])
