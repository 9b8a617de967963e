"""Writes tests/keras/data/refused/keras3.15.1.zip: models that Keras saves, and of which the library must say why it cannot
have them.

    KERAS_BACKEND=tensorflow python tools/keras/refused_files.py tests/keras/data/refused

cases.json: {"made_with", "cases": [{"name", "file", "says"}]}; says: what the message must have in it, the layer's name first.
"""
import os
import sys
import tempfile

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import keras  # noqa: E402
from keras import layers, ops  # noqa: E402

from file_models import zip_all  # noqa: E402


class Scale(layers.Layer):
    def call(self, x):
        return 2 * x


@keras.saving.register_keras_serializable("mine")
class Doubled(Scale):
    pass


@keras.saving.register_keras_serializable("mine")
def twice(x):
    return 2 * x


def one(layer, shape=(4,), **more):
    x = keras.Input(shape, **more)
    return keras.Model(x, layer(x))


def quantized():
    model = one(layers.Dense(3, name="small"))
    model.quantize("int8")
    return model


def adapted_by_rank():
    layer = layers.Dense(3, name="tuned")
    model = one(layer)
    layer.enable_lora(2)
    return model


def compiled(**arguments):
    model = one(layers.Dense(1, name="y"))
    model.compile(**{"optimizer": "sgd", "loss": "mse", **arguments})
    return model


def norm_order():
    x = keras.Input((3, 4))
    return keras.Model(x, ops.normalize(x, axis=1, order=1))


def unknown_operation():
    x = keras.Input((3, 3))
    return keras.Model(x, ops.eig(x)[0])


REFUSED = [
    ("lambda", lambda: one(layers.Lambda(lambda x: 2 * x, name="code")), ["code", "Lambda", "Python"]),
    ("custom class", lambda: one(Scale(name="mine")), ["mine", "unknown layer \"Scale\"", "cn_register_layer"]),
    ("registered class", lambda: one(Doubled(name="two")), ["two", "Doubled", "cn_register_layer"]),
    ("registered function", lambda: one(layers.Dense(2, activation=twice, name="hidden")), ["hidden", "twice"]),
    ("quantized", quantized, ["small", "QuantizedDTypePolicy"]),
    ("lora", adapted_by_rank, ["tuned", "lora_rank"]),
    ("policy map", lambda: one(layers.Dense(2, dtype=keras.dtype_policies.DTypePolicyMap(), name="map")), ["map", "DTypePolicyMap"]),
    ("sparse input", lambda: one(layers.Dense(2), sparse=True, name="rare"), ["rare", "sparse"]),
    ("optional input", lambda: one(layers.Identity(), optional=True, name="maybe"), ["maybe", "optional"]),
    ("norm order", norm_order, ["normalize", "order must be 2"]),
    ("unknown operation", unknown_operation, ["eig", "Eig", "not known"]),
    ("registered loss", lambda: compiled(loss=twice), ["twice"]),
    ("registered metric", lambda: compiled(metrics=[twice]), ["twice"]),
]


def main(folder):
    os.makedirs(folder, exist_ok=True)
    cases = []
    with tempfile.TemporaryDirectory() as temporary:
        for name, build, says in REFUSED:
            keras.backend.clear_session()
            try:
                build().save(os.path.join(temporary, name + ".keras"))
                cases.append({"name": name, "file": name + ".keras", "says": says})
            except Exception as error:
                print(f"{name}: Keras cannot: {type(error).__name__}: {str(error)[:100]!r}")
        zip_all(os.path.join(folder, "keras3.15.1.zip"), temporary, cases)


if __name__ == "__main__":
    main(sys.argv[1])
