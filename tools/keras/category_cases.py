"""category_layers.json. A case: {"name", "layer", "adapt", "inputs", "output"}: layer is the record of the layer before
it learns; adapt, which may be missing, what it learns from; learnt, which then is there too, its config afterwards.
Run with KERAS_BACKEND=jax, as the others: hashes and lookups are TensorFlow's all the same.
"saved" is what the model of saved/lookups.keras, which is written too, gives.
"""

import os

import keras
import numpy

from common import array, contents, record, title

WHOLE = numpy.array([[1, 5, 3], [0, 3, 3], [-7, 12, 2], [100000, 5, -1]], "int32")
ONE = WHOLE[:, :1]


def case(kind, arguments, *inputs, adapt=None):
    keras.backend.clear_session()
    layer = getattr(keras.layers, kind)(**arguments)
    made = {"name": title(kind, arguments, "shapes " + " ".join(str(x.shape) for x in inputs)), "layer": record(layer)}
    if adapt is not None:
        layer.adapt(adapt)
        made |= {"adapt": array(adapt), "learnt": record(layer)["config"]}
        if kind == "IntegerLookup":
            made["vocabulary"] = [int(word) for word in layer.get_vocabulary(include_special_tokens=False)]
    if kind == "CategoryEncoding" and len(inputs) > 1:
        output = layer(inputs[0], count_weights=inputs[1])
    else:
        output = layer(list(inputs) if len(inputs) > 1 else inputs[0])
    output = numpy.asarray(output)
    return made | {"inputs": [array(x) for x in inputs], "output": array(output.astype("float32"))}


def discretization():
    x = numpy.array([[-1.5, 0.0, 3.25], [10.0, 0.5, 1.0]], "float32")
    for mode in ("int", "one_hot", "multi_hot", "count"):
        yield case("Discretization", {"bin_boundaries": [0.0, 1.0, 2.5], "output_mode": mode}, x)
        yield case("Discretization", {"bin_boundaries": [0.5], "output_mode": mode}, x[:, :1])
    data = numpy.random.default_rng(5).normal(size=(500, 2)).astype("float32")
    for arguments in ({"num_bins": 4}, {"num_bins": 10, "epsilon": 0.1}, {"num_bins": 3, "epsilon": 0.001}):
        yield case("Discretization", arguments, x, adapt=data)
    yield case("Discretization", {"num_bins": 3}, x, adapt=data[:7])


def category_encoding():
    x = numpy.array([[0, 3, 3], [1, 2, 0]], "int32")
    weights = numpy.array([[0.5, 1.0, 2.0], [1.0, 0.25, 3.0]], "float32")
    for mode in ("one_hot", "multi_hot", "count"):
        yield case("CategoryEncoding", {"num_tokens": 4, "output_mode": mode}, x)
        yield case("CategoryEncoding", {"num_tokens": 5, "output_mode": mode}, x[:, :1])
    yield case("CategoryEncoding", {"num_tokens": 4, "output_mode": "count"}, x, weights)


def hashing():
    for arguments in ({}, {"salt": 5}, {"salt": [133, 137]}, {"mask_value": 3}, {"mask_value": 5, "salt": 2}):
        for mode in ("int", "one_hot", "multi_hot", "count"):
            yield case("Hashing", {"num_bins": 6, "output_mode": mode, **arguments}, WHOLE)
    yield case("Hashing", {"num_bins": 1000, "output_mode": "int"}, WHOLE)
    for mode in ("int", "one_hot"):
        yield case("HashedCrossing", {"num_bins": 5, "output_mode": mode}, ONE, WHOLE[:, 1:2])
        yield case("HashedCrossing", {"num_bins": 7, "output_mode": mode}, ONE, WHOLE[:, 1:2], WHOLE[:, 2:])


def integer_lookup():
    words = [3, 12, 5, -7]
    for mode in ("int", "one_hot", "multi_hot", "count"):
        for arguments in ({}, {"mask_token": 0}, {"num_oov_indices": 3}, {"mask_token": 0, "num_oov_indices": 2}):
            yield case("IntegerLookup", {"vocabulary": words, "output_mode": mode, **arguments}, WHOLE)
    for arguments in ({"oov_method": "farmhash"}, {"oov_method": "farmhash", "salt": [3, 4]}):
        yield case("IntegerLookup", {"vocabulary": words, "num_oov_indices": 4, **arguments}, WHOLE)
    yield case("IntegerLookup", {"vocabulary": [-1, 3, 12], "output_mode": "int"}, WHOLE)
    yield case("IntegerLookup", {"vocabulary": words, "max_tokens": 8, "pad_to_max_tokens": True,
                                 "output_mode": "count"}, WHOLE)
    yield case("IntegerLookup", {"vocabulary": words, "output_mode": "tf_idf",
                                 "idf_weights": [0.5, 1.0, 2.0, 0.25]}, WHOLE)
    yield case("IntegerLookup", {"vocabulary": words, "num_oov_indices": 0}, numpy.array([[3, 5], [12, -7]], "int32"))
    places = numpy.array([[0, 1, 2], [3, 4, 9]], "int32")
    for arguments in ({}, {"mask_token": 0}, {"oov_token": -5, "num_oov_indices": 2}):
        yield case("IntegerLookup", {"vocabulary": words, "invert": True, **arguments}, places)
    for arguments in ({}, {"max_tokens": 4}, {"mask_token": 3}, {"output_mode": "multi_hot"},
                      {"output_mode": "tf_idf"}, {"output_mode": "tf_idf", "max_tokens": 3}):
        yield case("IntegerLookup", arguments, WHOLE, adapt=WHOLE)


def saved():
    """saved/lookups.keras, whose layers keep what they learnt beside the config; and what the model gives."""
    keras.backend.clear_session()
    x = keras.Input((3,), dtype="int32")
    inner = keras.Input((3,), dtype="int32")
    learnt = [keras.layers.IntegerLookup(**arguments) for arguments in
              ({}, {"output_mode": "tf_idf"}, {"mask_token": 3, "num_oov_indices": 2}, {"output_mode": "count"})]
    for layer in learnt:
        layer.adapt(WHOLE)
    bins = keras.layers.Discretization(num_bins=3)
    bins.adapt(WHOLE.astype("float32"))
    within = keras.Model(inner, learnt[3](inner), name="within")
    model = keras.Model(x, [learnt[0](x), learnt[1](x), learnt[2](x), within(x), bins(x)])
    model.save(os.path.join(os.path.dirname(__file__), "../../tests/keras/data/saved/lookups.keras"))
    outputs = [numpy.asarray(output).astype("float32") for output in model(WHOLE)]
    return {"input": array(WHOLE), "outputs": [array(output) for output in outputs]}


def normalization():
    data = numpy.random.default_rng(7).normal(3, 2, size=(20, 3, 2)).astype("float32")
    for arguments in ({}, {"axis": 1}, {"axis": [1, 2]}, {"axis": -1, "invert": True}):
        yield case("Normalization", arguments, data[:4], adapt=data)
    yield case("Normalization", {"axis": 1}, WHOLE, adapt=WHOLE)


def file():
    return contents([*discretization(), *category_encoding(), *hashing(), *integer_lookup(), *normalization()],
                    saved=saved())
