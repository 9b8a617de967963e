"""Makes the samples keras3_*.txt by running real Keras 3:

    pip install keras jax
    KERAS_BACKEND=jax COLUMNS=80 python tests/data/summary/make_samples.py

keras2_*.txt were printed by Keras 2.2.4, with a backend that knows shapes only.
"""

import os

import keras
from keras.layers import LSTM, Add, Concatenate, Dense, Embedding, GlobalAveragePooling1D, Masking

HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, model, **options):
    texts = []
    model.summary(print_fn=texts.append, **options)
    with open(os.path.join(HERE, f"keras3_{name}.txt"), "w", encoding="utf-8") as file:
        file.write("".join(texts))


def functional():
    x = keras.Input((64,), name="input_layer")
    y = Dense(10, name="dense_2")(Dense(32, name="dense_1")(Dense(32, name="dense")(x)))
    write("functional", keras.Model(x, y, name="functional"))


def shared_sequential():
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    encoder = keras.Sequential([Dense(3, name="dense"), Dense(3, name="dense_1")], name="enc")
    second = Dense(2, name="dense_2")
    both = Concatenate(name="concatenate")([second(encoder(left)), second(encoder(right))])
    model = keras.Model([left, right], Dense(1, name="dense_3")(both), name="functional_1")
    write("shared_sequential", model)
    write("expanded", model, expand_nested=True, show_trainable=True)


def unbuilt():
    write("unbuilt", keras.Sequential([Dense(3, name="dense"), Dense(2, name="dense_1")], name="sequential"))


def long_names():
    x, y = keras.Input((4,), name="a_rather_long_input_name"), keras.Input((None, 3), name="y")
    hidden = Dense(3, name="hidden_layer_with_a_very_long_name_that_is_cut")(x)
    inner = keras.Model(x, [hidden, Dense(2, name="second")(hidden)], name="two_outputs")
    inner.trainable = False
    a, b = inner(x)
    joined = Concatenate(name="concatenation_1_is_long")([a, b])
    outputs = [Add(name="sum")([a, y]), Dense(1000, name="big")(joined)]
    model = keras.Model([x, y], outputs, name="everything")
    write("long", model, expand_nested=True, show_trainable=True)
    write("line_72", model, line_length=72)
    write("line_60", model, line_length=60, expand_nested=True)


def masks():
    """With its record, for the calls by which Keras makes masks have rows of their own."""
    tokens, series = keras.Input((5,), dtype="int32", name="tokens"), keras.Input((5, 3), name="series")
    words = Embedding(10, 4, mask_zero=True, name="words")(tokens)
    last = LSTM(3, name="last")(Masking(name="masking")(series))
    mean = GlobalAveragePooling1D(name="mean")(LSTM(3, return_sequences=True, name="all")(words))
    model = keras.Model([tokens, series], Concatenate(name="both")([last, mean]), name="masks")
    write("masks", model)
    with open(os.path.join(HERE, "keras3_masks.json"), "w", encoding="utf-8") as file:
        file.write(model.to_json() + "\n")


functional()
masks()
shared_sequential()
unbuilt()
long_names()
