"""Keras's applications: applications.json.

A case is one application with some arguments: its parameters (all and trained, with the top and without), the layers of
the model with its top, and what it computes. Nothing is downloaded: weights are numbers that both sides make by one
formula (see weight_values), and so are the images.

    name        of the case; function: of the function, without cn_; keras: Keras's
    arguments   other than those of every application; {} if there are none
    model       the model's name
    params      [all, trained] with the top and the default input
    params_without_top
    layers      how many there are, with the top, operations (x + y) included
    hash        of the lines "name Class shape,shape" of all layers, joined by newlines: FNV-1a of 64 bits. A layer that
                Keras named by itself stands as ~ and the name without number; a shape is 3x3x64, or 1 for one number
    lines       these lines, for a few; otherwise null
    gain        how large weights are, see weight_values: so that the images count, and numbers stay moderate
    runs        what it computes: {"include_top", "size", "low", "high", "values"}: images of this side, of numbers
                low .. high; 32 of the outputs, evenly spaced. Without top, pooling is "avg"
"""

import math
import re

import keras
import numpy
from keras.src.utils.naming import to_snake_case

from common import contents, title

# Function, Keras's function, other arguments, how large weights are, the side of the images without top, and with it
# (0: not run). The lines of layers are written for those that are also run with the top.
APPLICATIONS = [
    ("xception", "Xception", {}, 1.7, 96, 96),
    ("vgg16", "VGG16", {}, 1.7, 64, 32),
    ("vgg19", "VGG19", {}, 1.7, 64, 0),
    ("resnet50", "ResNet50", {}, 1.7, 64, 64),
    ("resnet101", "ResNet101", {}, 1.7, 64, 0),
    ("resnet152", "ResNet152", {}, 1.7, 64, 0),
    ("resnet50_v2", "ResNet50V2", {}, 1.7, 64, 64),
    ("resnet101_v2", "ResNet101V2", {}, 1.7, 64, 0),
    ("resnet152_v2", "ResNet152V2", {}, 1.7, 64, 0),
    ("inception_v3", "InceptionV3", {}, 1.7, 96, 96),
    ("inception_resnet_v2", "InceptionResNetV2", {}, 1.7, 80, 80),
    ("mobilenet", "MobileNet", {}, 2.4, 64, 64),
    ("mobilenet", "MobileNet", {"alpha": 0.5, "depth_multiplier": 2}, 2.4, 70, 0),
    ("mobilenet_v2", "MobileNetV2", {}, 1.7, 64, 64),
    ("mobilenet_v2", "MobileNetV2", {"alpha": 0.35}, 1.7, 75, 0),
    ("mobilenet_v2", "MobileNetV2", {"alpha": 1.4}, 1.7, 64, 0),
    ("mobilenet_v3_small", "MobileNetV3Small", {}, 3, 64, 64),
    ("mobilenet_v3_small", "MobileNetV3Small", {"minimalistic": True}, 2, 65, 0),
    ("mobilenet_v3_small", "MobileNetV3Small", {"alpha": 1.5, "include_preprocessing": False}, 3, 64, 0),
    ("mobilenet_v3_large", "MobileNetV3Large", {}, 3, 64, 64),
    ("mobilenet_v3_large", "MobileNetV3Large", {"alpha": 0.75}, 3, 75, 0),
    ("densenet121", "DenseNet121", {}, 1.7, 64, 64),
    ("densenet169", "DenseNet169", {}, 1.7, 64, 0),
    ("densenet201", "DenseNet201", {}, 1.7, 64, 0),
    ("efficientnet_b0", "EfficientNetB0", {}, 4, 64, 64),
    ("efficientnet_b1", "EfficientNetB1", {}, 3.7, 75, 0),
    ("efficientnet_b2", "EfficientNetB2", {}, 3.7, 64, 0),
    ("efficientnet_b3", "EfficientNetB3", {}, 3.5, 64, 0),
    ("efficientnet_b4", "EfficientNetB4", {}, 3.7, 64, 0),
    ("efficientnet_b5", "EfficientNetB5", {}, 3.4, 64, 0),
    ("efficientnet_b6", "EfficientNetB6", {}, 3.4, 64, 0),
    ("efficientnet_b7", "EfficientNetB7", {}, 2.8, 64, 0),
    ("efficientnet_v2_b0", "EfficientNetV2B0", {}, 2.3, 64, 64),
    ("efficientnet_v2_b0", "EfficientNetV2B0", {"include_preprocessing": False}, 2.3, 75, 0),
    ("efficientnet_v2_b1", "EfficientNetV2B1", {}, 2.3, 64, 0),
    ("efficientnet_v2_b2", "EfficientNetV2B2", {}, 2.3, 64, 0),
    ("efficientnet_v2_b3", "EfficientNetV2B3", {}, 2.3, 64, 0),
    ("efficientnet_v2_s", "EfficientNetV2S", {}, 2, 64, 64),
    ("efficientnet_v2_m", "EfficientNetV2M", {}, 1.9, 64, 0),
    ("efficientnet_v2_l", "EfficientNetV2L", {}, 1.9, 64, 0),
    ("nasnet_mobile", "NASNetMobile", {}, 1.7, 64, 64),
    ("nasnet_large", "NASNetLarge", {}, 1.7, 64, 0),
    ("convnext_tiny", "ConvNeXtTiny", {}, 1.7, 64, 64),
    ("convnext_tiny", "ConvNeXtTiny", {"include_preprocessing": False}, 1.7, 64, 0),
    ("convnext_small", "ConvNeXtSmall", {}, 1.7, 64, 0),
    ("convnext_base", "ConvNeXtBase", {}, 1.7, 64, 0),
    ("convnext_large", "ConvNeXtLarge", {}, 1.7, 64, 0),
    ("convnext_xlarge", "ConvNeXtXLarge", {}, 1.7, 64, 0),
]

# Those that prepare pixels themselves.
TAKES_PIXELS = ("efficientnet", "mobilenet_v3", "convnext")


def uniform(seed, size):
    """size numbers of common.Uniform, made by blocks: state k steps on is a^k state + c_k."""
    block = 1 << 14
    a, c = numpy.empty(block, "uint32"), numpy.empty(block, "uint32")
    a[0], c[0] = 1664525, 1013904223
    known = 1
    while known < block:
        c[known:2 * known] = a[:known] * c[known - 1] + c[:known]
        a[known:2 * known] = a[:known] * a[known - 1]
        known *= 2
    state = numpy.uint32(seed)
    made = numpy.empty(size, "float32")
    for start in range(0, size, block):
        states = a * state + c
        count = min(block, size - start)
        made[start:start + count] = (states[:count] >> 8).astype("float32") / numpy.float32(2**24)
        state = states[-1]
    return made


def weight_values(name, kind, shape, number, gain):
    """The values of weight number of a model, by the last part of its path and the class of its layer.

    kernels       uniform around 0 with variance gain / fan_in
    gamma         0.6 to 1, variances 0.7 to 1.3
    anything else -0.1 to 0.1
    """
    u = uniform((number + 1) * 2654435761 % 2**32, math.prod(shape))
    if "kernel" in name:
        apart = len(shape) == 4 and (name == "depthwise_kernel" or kind == "DepthwiseConv2D")
        fan_in = math.prod(shape[:2] if apart else shape[:-1])
        values = (u * 2 - 1) * numpy.float32(math.sqrt(3 * gain / fan_in))
    elif "gamma" in name:
        values = 0.6 + 0.4 * u
    elif "variance" in name:
        values = 0.7 + 0.6 * u
    else:
        values = 0.2 * u - 0.1
    return values.astype("float32").reshape(shape)


def layers_of(model):
    """Each layer with weights, those inside other models too."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from layers_of(layer)
        else:
            yield layer


def weight_name(layer, weight):
    return "gamma" if type(layer).__name__ == "LayerScale" else weight.name


def fill(model, gain):
    number = 0
    for layer in layers_of(model):
        for weight in layer.weights:
            if weight.dtype == "uint32":  # the state of a generator of random numbers
                continue
            weight.assign(weight_values(weight_name(layer, weight), type(layer).__name__, weight.shape, number, gain))
            number += 1
        if hasattr(layer, "finalize_state"):  # Normalization computes with copies of its weights
            layer.finalize_state()


def line(layer):
    kind = type(layer).__name__
    name = layer.name
    if re.fullmatch(to_snake_case(kind) + r"(_\d+)?", name):
        name = "~" + to_snake_case(kind)
    weights = [w for w in getattr(layer, "weights", []) if w.dtype != "uint32"]  # an operation has none
    shapes = ",".join("x".join(str(n) for n in w.shape) or "1" for w in weights)
    return f"{name} {kind} {shapes}".rstrip()


def fnv(text):
    hashed = 0xCBF29CE484222325
    for byte in text.encode():
        hashed = (hashed ^ byte) * 0x100000001B3 % 2**64
    return f"{hashed:016x}"


def counts(model):
    """All and trained; states of random generators do not count, as in model.summary()."""
    return [model.count_params(), sum(math.prod(w.shape) for w in model.trainable_weights)]


def images(seed, size, low, high):
    return (low + (high - low) * uniform(seed, size * size * 3)).astype("float32").reshape(1, size, size, 3)


def run(name, make, arguments, gain, include_top, size):
    low, high = (0, 255) if name.startswith(TAKES_PIXELS) and arguments.get("include_preprocessing", True) else (-1, 1)
    keras.utils.clear_session()
    pooling = {} if include_top else {"pooling": "avg"}
    model = make(include_top=include_top, weights=None, input_shape=(size, size, 3), **pooling, **arguments)
    fill(model, gain)
    outputs, others = (numpy.asarray(model(images(seed, size, low, high), training=False)).reshape(-1)
                       for seed in (12345, 54321))
    differ = numpy.abs(outputs - others).mean() / numpy.abs(outputs).mean()
    print(f"  {name} {arguments}: top {include_top}, numbers up to {numpy.abs(outputs).max():.3g}, "
          f"other images change them by {differ:.2%}", flush=True)
    if not (differ > 1e-3 and numpy.abs(outputs).max() < (0.9 if include_top else 100)):
        raise ValueError("the gain does not fit: the images hardly count, or numbers grow too large")
    values = outputs[numpy.arange(32) * len(outputs) // 32]
    return {"include_top": include_top, "size": size, "low": low, "high": high, "values": values.tolist()}


def case(name, function, arguments, gain, size, top_size):
    make = getattr(keras.applications, function)
    keras.utils.clear_session()
    model = make(weights=None, **arguments)
    lines = [line(layer) for layer in model.operations]
    made = {"name": title(name, arguments) if arguments else name, "function": name, "keras": function,
            "arguments": arguments, "model": model.name, "params": counts(model)}
    keras.utils.clear_session()
    made["params_without_top"] = counts(make(weights=None, include_top=False, **arguments))
    made |= {"layers": len(lines), "hash": fnv("\n".join(lines)), "lines": lines if top_size else None, "gain": gain}
    made["runs"] = [run(name, make, arguments, gain, top, side) for top, side in ((False, size), (True, top_size)) if side]
    return made


def file():
    return contents([case(*application) for application in APPLICATIONS])
