"""string_layers.json. A case is one of category_layers.json, whose arrays may be strings: {"shape", "dtype": "string",
"values"}; vocabulary is what the layer has learnt, without special tokens.
Run with KERAS_BACKEND=tensorflow: no other backend has strings.
"saved" is what the model of saved/strings.keras, which is written too, gives.
"""

import os

import keras
import numpy

import common
from common import contents, record, title

WORDS = numpy.array([["red", "green", "red"], ["", "blue", "a longer word than sixteen bytes"],
                     ["green", "Grün", "[UNK]"], ["yellow", "green", "blue"]])
ONE = WORDS[:, :1]
TEXTS = numpy.array(["The cat sat.  On the MAT!", "a dog, a cat & the\tbird", "", "Zoë's naïve café -- 10,000 words?", "?!",
                     "the the [UNK] the"])
WHOLE = numpy.array([[1], [0], [-7], [100000]], "int32")


def array(value):
    value = numpy.asarray(value)
    if value.dtype.kind not in "UO":
        return common.array(value)
    texts = [text.decode() if isinstance(text, bytes) else str(text) for text in value.reshape(-1)]
    return {"shape": list(value.shape), "dtype": "string", "values": texts}


def plain(output):
    output = output.numpy() if hasattr(output, "numpy") else numpy.asarray(output)
    return output if output.dtype.kind in "OS" else output.astype("float32")


def case(kind, arguments, *inputs, adapt=None):
    keras.backend.clear_session()
    layer = getattr(keras.layers, kind)(**arguments)
    shapes = "shapes " + " ".join(str(x.shape) for x in inputs) + ("" if adapt is None else f" learnt from {adapt.shape}")
    made = {"name": title(kind, arguments, shapes), "layer": record(layer)}
    if adapt is not None:
        layer.adapt(adapt)
        made |= {"adapt": array(adapt), "vocabulary": layer.get_vocabulary(include_special_tokens=False)}
    output = plain(layer(tuple(inputs) if len(inputs) > 1 else inputs[0]))
    return made | {"inputs": [array(x) for x in inputs], "output": array(output)}


def string_lookup():
    words = ["green", "blue", "red"]
    for mode in ("int", "one_hot", "multi_hot", "count"):
        for arguments in ({}, {"mask_token": ""}, {"num_oov_indices": 3}, {"mask_token": "blue", "num_oov_indices": 2}):
            given = [word for word in words if word != arguments.get("mask_token")]
            yield case("StringLookup", {"vocabulary": given, "output_mode": mode, **arguments}, WORDS)
    yield case("StringLookup", {"vocabulary": words, "num_oov_indices": 4, "salt": [3, 4]}, WORDS)
    yield case("StringLookup", {"vocabulary": words, "num_oov_indices": 4, "salt": 5}, WORDS)
    yield case("StringLookup", {"vocabulary": ["", "[UNK]", *words], "mask_token": ""}, WORDS)
    yield case("StringLookup", {"vocabulary": words, "num_oov_indices": 0}, numpy.array([["red", "blue"], ["red", "green"]]))
    yield case("StringLookup", {"vocabulary": words, "max_tokens": 8, "pad_to_max_tokens": True, "output_mode": "count"},
               WORDS)
    yield case("StringLookup", {"vocabulary": words, "output_mode": "tf_idf", "idf_weights": [0.5, 1.0, 2.0]}, WORDS)
    places = numpy.array([[0, 1, 2], [3, 4, 9], [-1, 5, 1]], "int32")
    for arguments in ({}, {"mask_token": ""}, {"oov_token": "?", "num_oov_indices": 2}):
        yield case("StringLookup", {"vocabulary": words, "invert": True, **arguments}, places)
    for arguments in ({}, {"max_tokens": 4}, {"mask_token": "red"}, {"mask_token": ""}, {"output_mode": "multi_hot"},
                      {"output_mode": "tf_idf"}, {"output_mode": "tf_idf", "max_tokens": 3},
                      {"output_mode": "tf_idf", "max_tokens": 9, "pad_to_max_tokens": True}):
        yield case("StringLookup", arguments, WORDS, adapt=WORDS)
    yield case("StringLookup", {"output_mode": "tf_idf"}, WORDS, adapt=WORDS[:, 1])


def hashing():
    for arguments in ({}, {"salt": 5}, {"salt": [133, 137]}):
        for mode in ("int", "one_hot", "multi_hot", "count"):
            yield case("Hashing", {"num_bins": 6, "output_mode": mode, **arguments}, WORDS)
    yield case("Hashing", {"num_bins": 1000, "output_mode": "int"}, WORDS)
    for mode in ("int", "one_hot"):
        yield case("HashedCrossing", {"num_bins": 5, "output_mode": mode}, ONE, WORDS[:, 1:2])
        yield case("HashedCrossing", {"num_bins": 1000, "output_mode": mode}, ONE, WHOLE, WORDS[:, 2:])


def text_vectorization():
    for standardize in ("lower_and_strip_punctuation", "lower", "strip_punctuation", None):
        for split in ("whitespace", "character", None):
            arguments = {"standardize": standardize, "split": split}
            yield case("TextVectorization", arguments, TEXTS, adapt=TEXTS)
            yield case("TextVectorization", {**arguments, "output_sequence_length": 4}, TEXTS[:, None], adapt=TEXTS)
            yield case("TextVectorization", {**arguments, "output_mode": "tf_idf"}, TEXTS[:, None], adapt=TEXTS)
    for mode in ("int", "multi_hot", "count", "tf_idf"):
        for arguments in ({"max_tokens": 6}, {"ngrams": 2}, {"ngrams": (1, 3), "max_tokens": 9}, {"ngrams": (2,)},
                          {"ngrams": 2, "split": "character"}, {"max_tokens": 50, "pad_to_max_tokens": True}):
            yield case("TextVectorization", {"output_mode": mode, **arguments}, TEXTS, adapt=TEXTS[:, None])
    words = ["the", "cat", "café"]
    yield case("TextVectorization", {"vocabulary": words, "output_sequence_length": 9}, TEXTS)
    yield case("TextVectorization", {"vocabulary": ["", "[UNK]", *words]}, TEXTS)
    yield case("TextVectorization", {"vocabulary": words, "output_mode": "tf_idf", "idf_weights": [0.5, 1.0, 2.0]}, TEXTS)
    yield case("TextVectorization", {"vocabulary": ["red", "green"], "output_mode": "one_hot", "split": None}, ONE)


def saved():
    """saved/strings.keras, whose layers keep what they learnt beside the config; and what the model gives."""
    keras.backend.clear_session()
    x = keras.Input((1,), dtype="string")
    inner = keras.Input((1,), dtype="string")
    learnt = [keras.layers.TextVectorization(output_sequence_length=5),
              keras.layers.TextVectorization(output_mode="tf_idf", ngrams=2),
              keras.layers.TextVectorization(standardize="lower", output_mode="count"),
              keras.layers.TextVectorization(),
              keras.layers.StringLookup(output_mode="tf_idf"), keras.layers.StringLookup(num_oov_indices=2, mask_token="")]
    for layer in learnt:  # an empty word at the end of a vocabulary is lost where Keras reads it
        layer.adapt(TEXTS[TEXTS != ""][:, None])
    within = keras.Model(inner, [learnt[3](inner), learnt[5](inner)], name="within")
    known = keras.layers.StringLookup(vocabulary=["?!", "words"], invert=False)
    outputs = [learnt[0](x), learnt[1](x), learnt[2](x), *within(x), learnt[4](x), known(x), keras.layers.Hashing(7)(x)]
    embedded = keras.layers.Embedding(16, 3, embeddings_initializer=keras.initializers.RandomUniform(seed=5))(outputs[0])
    model = keras.Model(x, [*outputs, embedded])
    model.save(os.path.join(os.path.dirname(__file__), "../../tests/keras/data/saved/strings.keras"))
    tensor = keras.ops.convert_to_tensor(TEXTS[:, None])
    return {"input": array(TEXTS[:, None]), "outputs": [array(plain(output)) for output in model(tensor)]}


def empty_words():
    """saved/empty_word.MODE.keras, whose vocabulary ends with "": Keras writes them, and does not open them."""
    for mode in ("multi_hot", "count", "tf_idf"):
        lookup = keras.layers.StringLookup(output_mode=mode)
        lookup.adapt(numpy.array(["a", "b", "", "a"], dtype=object))
        model = keras.Sequential([keras.Input((3,), dtype="string"), lookup])
        model.save(os.path.join(os.path.dirname(__file__), f"../../tests/keras/data/saved/empty_word.{mode}.keras"))


def file():
    empty_words()
    return contents([*string_lookup(), *hashing(), *text_vectorization()], saved=saved())
