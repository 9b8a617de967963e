"""What all the case modules share: numbers to feed in, arrays and records as JSON, and the writer."""

import json
import math
from importlib import import_module

import jax
import keras
import numpy

jax.config.update("jax_default_matmul_precision", "highest")


class Uniform:
    """The generator that the C tests repeat: s = s*1664525 + 1013904223 (mod 2^32), u = (s >> 8) / 2^24.

    s starts at the seed and is advanced before each number, so the first number is not made from the seed itself.
    """

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return (self.state >> 8) / 2**24

    def array(self, shape, scale=1.0, offset=0.0):
        """offset + scale*u in float32, row-major."""
        u = numpy.array([self.next() for _ in range(math.prod(shape))], "float32")
        return (numpy.float32(offset) + numpy.float32(scale) * u).reshape(shape)

    def integers(self, shape, count):
        """Integer part of u*count."""
        return numpy.array([int(self.next() * count) for _ in range(math.prod(shape))], "int32").reshape(shape)


def spread(seed):
    """A generator for numbers that are stored: seeds that are neighbours give unlike numbers."""
    return Uniform(seed * 2654435761 % 2**32)


def numbers(seed, shape, low=-1.0, high=1.0):
    """Numbers with three decimals, none of them 0 (where many functions have a kink)."""
    made = numpy.round(spread(seed).array(shape, high - low, low).astype("float64"), 3)
    return numpy.where(made == 0, 0.001, made).astype("float32")


def integers(seed, shape, count):
    return spread(seed).integers(shape, count)


def probabilities(seed, shape, axis=-1):
    """Positive numbers whose sum over the axis is about 1 (they are rounded)."""
    raw = numbers(seed, shape, 0.05, 1.0)
    return numpy.round(raw.astype("float64") / raw.sum(axis, keepdims=True), 3).astype("float32")


def one_hot(seed, shape):
    return numpy.eye(shape[-1], dtype="float32")[integers(seed, shape[:-1], shape[-1])]


def array(value):
    """An array as the files hold it."""
    value = numpy.asarray(value)
    if value.dtype == numpy.float32 and not numpy.isfinite(value).all():
        raise ValueError(f"not finite: {value}")
    return {"shape": list(value.shape), "dtype": str(value.dtype), "values": value.reshape(-1).tolist()}


def arrays(values):
    return [array(value) for value in values]


def optional(value):
    return None if value is None else array(value)


def record(thing, arguments=None):
    """Keras's own record of an object.

    Arguments that Keras leaves out of the config (delta of Huber) are added, and those that it writes as a tensor
    (label_weights of AUC, which Keras itself then cannot read) stand as lists.
    """
    made = keras.saving.serialize_keras_object(thing)
    for key, value in (arguments or {}).items():
        written = made["config"].get(key, {"class_name": "__tensor__"})
        if isinstance(written, dict) and written.get("class_name") == "__tensor__":
            made["config"][key] = value
    return made


def words(value):
    """A short readable form of an argument for the names of cases."""
    if isinstance(value, dict):
        return ", ".join(f"{key}={words(item)}" for key, item in value.items())
    if isinstance(value, (str, int, float, bool)) or value is None:
        return str(value)
    if isinstance(value, (list, tuple)):
        return "(" + " ".join(words(item) for item in value) + ")"
    return type(value).__name__


def title(kind, arguments, *more):
    """For instance "Huber(delta=0.5), weights (4,)"."""
    return ", ".join([f"{kind}({words(arguments)})", *[text for text in more if text]])


def made_with():
    backend = keras.backend.backend()
    return {"keras": keras.__version__, "backend": f"{backend} {import_module(backend).__version__}", "dtype": "float32"}


def contents(cases, **more):
    names = [case["name"] for case in cases]
    if len(set(names)) != len(names):
        raise ValueError(f"two cases have one name: {sorted(n for n in names if names.count(n) > 1)}")
    return {"made_with": made_with(), **more, "cases": cases}


def number_text(value):
    """The shortest text that names the number: of a float32 (at most nine digits) if it is one, else of a float64."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return json.dumps(value)
    return str(numpy.float32(value)) if float(numpy.float32(value)) == value else repr(float(value))


def is_array(value):
    return isinstance(value, dict) and list(value) == ["shape", "dtype", "values"]


def numbers_text(values):
    """The numbers of an array: without spaces, whole ones without a point; or its texts."""
    if values and isinstance(values[0], str):
        return json.dumps(values)
    return "[" + ",".join(number_text(value).removesuffix(".0") for value in values) + "]"


def compact(value):
    """JSON on one line."""
    if value is None or isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, (bool, int, float)):
        return number_text(value)
    if is_array(value):
        start = {key: item for key, item in value.items() if key != "values"}
        return f'{compact(start)[:-1]}, "values": {numbers_text(value["values"])}' + "}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {compact(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(compact(item) for item in value) + "]"
    raise TypeError(f"no JSON for {type(value)}")


def text(value, indent=""):
    """JSON with a line for each member, but a line for what is short or one array or record."""
    line = compact(value)
    is_record = isinstance(value, dict) and "class_name" in value
    if len(line) + len(indent) <= 118 or is_array(value) or is_record or not isinstance(value, (dict, list)):
        return line
    inner = indent + " "
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(key)}: {text(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + indent + "}"
    if all(isinstance(item, (int, float)) for item in value):
        return line
    return "[\n" + ",\n".join(inner + text(item, inner) for item in value) + "\n" + indent + "]"


def write(path, value):
    lines = text(value) + "\n"
    json.loads(lines)
    with open(path, "w") as file:
        file.write(lines)
