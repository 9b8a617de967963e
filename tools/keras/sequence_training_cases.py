"""sequence_training.json: training runs of models over sequences, in the form of training.json.

Of an array of weights with more than 300 elements only every stride-th is kept: {"shape", "dtype", "stride", "values"}.
"""

import keras
from keras import layers

from common import contents
from training_cases import Run, classes, fit, one_hot, train_on_batch, uniform


def question_answering():
    """Two inputs of any length, two embeddings and LSTMs, 500 answers."""
    text, question = (keras.Input((None,), dtype="int32", name=name) for name in ("text", "question"))
    encoded_text = layers.LSTM(32)(layers.Embedding(10000, 64)(text))
    encoded_question = layers.LSTM(16)(layers.Embedding(10000, 32)(question))
    merged = layers.Concatenate(axis=-1)([encoded_text, encoded_question])
    return keras.Model([text, question], layers.Dense(500, activation="softmax")(merged))


def three_outputs():
    """An embedding whose table is small beside the batch, convolutions, and three outputs."""
    posts = keras.Input((None,), dtype="int32", name="posts")
    x = layers.Embedding(256, 200)(posts)
    for filters in (32, 0, 48, 48, 0, 48, 48):
        x = layers.Conv1D(filters, 5, activation="relu")(x) if filters else layers.MaxPooling1D(5)(x)
    x = layers.Dense(32, activation="relu")(layers.GlobalMaxPooling1D()(x))
    return keras.Model(posts, [layers.Dense(1, name="age")(x), layers.Dense(10, activation="softmax", name="income")(x),
                               layers.Dense(1, activation="sigmoid", name="gender")(x)])


def siamese():
    """One LSTM for two sequences of vectors."""
    left, right = keras.Input((None, 128), name="left"), keras.Input((None, 128), name="right")
    lstm = layers.LSTM(32)
    merged = layers.Concatenate(axis=-1)([lstm(left), lstm(right)])
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(merged))


def masked_steps():
    """Words with padding, an answer for each step: the mask reaches the loss. (It reaches metrics too, but not while
    Keras trains on JAX, which loses it on the way.)"""
    words = keras.Input((None,), dtype="int32", name="words")
    x = layers.Embedding(12, 6, mask_zero=True)(words)
    x = layers.Bidirectional(layers.GRU(5, return_sequences=True))(x)
    x = layers.LSTM(4, return_sequences=True, go_backwards=True)(x)
    return keras.Model(words, layers.TimeDistributed(layers.Dense(3, activation="softmax"))(x))


def notebook_runs():
    arguments = lambda: {"optimizer": "rmsprop", "loss": "categorical_crossentropy"}
    x = [classes((256, 100), 31, 10000), classes((256, 100), 32, 10000)]
    yield train_on_batch(Run("question answering", question_answering, arguments, x, [one_hot((256, 500), 33)]), 128, 20)
    arguments = lambda: {"optimizer": "rmsprop", "loss": ["mse", "categorical_crossentropy", "binary_crossentropy"],
                         "loss_weights": [0.25, 1.0, 10.0]}
    y = [uniform((16, 1), 35, 4.0), one_hot((16, 10), 36), classes((16, 1), 37, 2)]
    yield train_on_batch(Run("three outputs", three_outputs, arguments, [classes((16, 300), 34, 256)], y), 8, 20)
    arguments = lambda: {"optimizer": "rmsprop", "loss": "binary_crossentropy"}
    x = [uniform((64, 40, 128), seed, 2.0, -1.0) for seed in (38, 39)]
    yield train_on_batch(Run("one LSTM for two inputs", siamese, arguments, x, [classes((64, 1), 40, 2)]), 32, 20)


def masked_runs():
    arguments = lambda: {"optimizer": keras.optimizers.Adam(0.02), "loss": "sparse_categorical_crossentropy"}
    data = {"x": [classes((40, 9), 41, 12)], "y": [classes((40, 9), 42, 3)]}
    yield fit(Run("masked steps", masked_steps, arguments, **data), 16, 4, 0.2)


def keep_some(case):
    for member in ("weights_after_first_step", "weights_after_last_step"):
        for kept in case.get(member, []):
            stride = len(kept["values"]) // 150
            if stride > 1:
                kept.update(stride=stride, values=kept["values"][::stride])
    return case


def file():
    return contents([keep_some(case) for case in (*notebook_runs(), *masked_runs())])
