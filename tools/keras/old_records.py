"""Writes tests/keras/data/records_NAME.json under an old Keras: models as its to_json gives them, with predictions.

    python tools/keras/old_records.py keras2          (Keras 2.2.5, Python 3.6, TensorFlow 1.14)
    python tools/keras/old_records.py tf_keras        (Keras 2.13, TensorFlow 2.13)
    python tools/keras/old_records.py keras3_0        (Keras 3.0.5)

A case: {"name", "model", "input", "predict"}, as in records.json (see record_cases.py). A weight is filled by its shape and
the last part of its name: uniform numbers between -0.25 and 0.25 (of a moving variance: 0.5 to 1) from the generator of
training_cases.py, whose seed is 131 * (letters of the name) + the sum of (i + 1) * shape[i].
"""
import json
import os
import sys

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "jax" if sys.argv[1].startswith("keras3") else "tensorflow")
import keras  # noqa: E402
from keras import layers  # noqa: E402
from keras.models import Model, Sequential  # noqa: E402

Input = layers.Input
HERE = os.path.dirname(os.path.abspath(__file__))


def uniform(seed, shape):
    state, numbers = seed, []
    for _ in range(int(np.prod(shape))):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers.append((state >> 8) / 2**24)
    return np.array(numbers, "float32").reshape(shape)


def fill(weight):
    leaf = getattr(weight, "path", weight.name).split("/")[-1].split(":")[0]
    shape = [int(dim) for dim in weight.shape]
    seed = 131 * len(leaf) + sum((i + 1) * dim for i, dim in enumerate(shape))
    return uniform(seed, shape) * 0.5 + (0.5 if leaf == "moving_variance" else -0.25)


def fill_all(model):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            fill_all(layer)
        else:
            layer.set_weights([fill(weight) for weight in layer.weights])


def siamese():
    lstm = layers.LSTM(3)
    left, right = Input((4, 5)), Input((4, 5))
    return Model([left, right], layers.Dense(1, activation="sigmoid")(layers.concatenate([lstm(left), lstm(right)])))


def old_sigmoid():
    """hard_sigmoid was 0.2 x + 0.5 in Keras 2, and stood in recurrent layers by default."""
    x = Input((4, 5))
    y = layers.GRU(3, return_sequences=True)(x)
    y = layers.Bidirectional(layers.LSTM(2, return_sequences=True, recurrent_activation="hard_sigmoid"))(y)
    y = layers.TimeDistributed(layers.Dense(3, activation="hard_sigmoid"))(y)
    return Model(x, layers.Activation("hard_sigmoid")(layers.SimpleRNN(2)(y)))


def nested():
    """A model and a stack inside a model, each called twice; one of them is an output."""
    x = Input((6,))
    inner = Model(x, [layers.Dense(2)(x), layers.Dense(3, activation="tanh")(x)], name="inner")
    deep = Sequential([layers.Dense(4, input_shape=(6,)), layers.BatchNormalization()], name="deep")
    p, q = Input((6,), name="p"), Input((6,), name="q")
    a, b = inner(p), inner(q)
    merged = layers.add([deep(p), deep(q)])
    return Model([p, q], [merged, a[0], layers.concatenate([a[1], b[1]]), deep(layers.Dense(6)(merged))])


def stack():
    return Sequential([layers.Dense(5, input_shape=(4,)), layers.LeakyReLU(), layers.Dropout(0.2),
                       layers.BatchNormalization(axis=1), layers.Dense(3, activation="softmax", kernel_regularizer="l2")])


def words():
    text = Input((None,), dtype="int32", name="text")
    x = layers.Embedding(10, 4)(text)
    x = layers.Conv1D(3, 3, padding="same", activation="relu")(x)
    return Model(text, layers.Dense(2)(layers.GlobalMaxPooling1D()(x)))


def masked():
    text = Input((5,), dtype="int32", name="text")
    x = layers.LSTM(3, return_sequences=True)(layers.Embedding(10, 4, mask_zero=True)(text))
    return Model(text, layers.GRU(2)(x))


def translation():
    source, target = Input((4, 3), name="source"), Input((3, 3), name="target")
    _, h, c = layers.LSTM(4, return_state=True)(source)
    return Model([source, target], layers.LSTM(4, return_sequences=True)(target, initial_state=[h, c]))


def sources(model):
    data = []
    for i, x in enumerate(model.inputs):
        shape = [2] + [4 if d is None else int(d) for d in (getattr(d, "value", d) for d in list(x.shape)[1:])]
        kind = {"kind": "uniform", "shape": shape, "seed": 71 + i, "scale": 2.0, "offset": -1.0}
        if "int" in str(x.dtype):
            kind = {"kind": "classes", "shape": shape, "seed": 71 + i, "classes": 10}
        data.append(kind)
    return data


def values(source):
    numbers = uniform(source["seed"], source["shape"])
    if source["kind"] == "classes":
        return (numbers * source["classes"]).astype("int32")
    return np.float32(source["offset"]) + np.float32(source["scale"]) * numbers


def array(value):
    value = np.asarray(value, "float32")
    return {"shape": list(value.shape), "dtype": "float32", "values": [float(v) for v in value.reshape(-1)]}


def case(builder):
    model = builder()
    fill_all(model)
    made = {"name": builder.__name__, "model": json.loads(model.to_json()), "input": sources(model)}
    x = [values(source) for source in made["input"]]
    y = model.predict(x if len(x) > 1 else x[0])
    made["predict"] = [array(v) for v in (y if isinstance(y, (list, tuple)) else [y])]
    return made


def main(name):
    cases = [case(builder) for builder in (siamese, old_sigmoid, nested, stack, words, masked, translation)]
    with open(os.path.join(HERE, "..", "..", "tests", "keras", "data", "records_" + name + ".json"), "w") as file:
        json.dump({"made_with": {"keras": keras.__version__}, "cases": cases}, file, separators=(",", ":"))
        file.write("\n")


main(sys.argv[1])
