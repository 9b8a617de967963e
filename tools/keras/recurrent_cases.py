"""recurrent_layers.json: recurrent layers, cells and wrappers, in the form of call_cases."""

import keras
import numpy
from keras.src import backend

from call_cases import call_case
from common import contents, numbers

N, T, F, U = 3, 4, 2, 3
LAYERS = keras.layers

# Rows of a mask: some steps, the first step, everything, nothing masked.
MASK = numpy.array([[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1]], "int32")
ALL_MASKED = numpy.array([[0, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0]], "int32")

STATES = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2}


def sequence(steps=T, features=F):
    return numbers(211, (N, steps, features))


def states(*units):
    return [numbers(215 + index, (N, size)) for index, size in enumerate(units)]


def with_states(layer, inputs, arguments):
    """layer(x, initial_state=[...]). Keras 3 overlooks the mask that x carries where there are states: it is said."""
    if len(inputs) == 1:
        return layer(inputs[0], **arguments)
    mask = backend.get_keras_mask(inputs[0])
    masked = {} if mask is None else {"mask": mask}
    return layer(inputs[0], initial_state=list(inputs[1:]), **masked, **arguments)


def with_cell_states(layer, inputs, arguments):
    """cell(x, [h, ...]): one step."""
    return layer(inputs[0], list(inputs[1:]), **arguments)


def nested(count):
    """Initial states of stacked cells, count[i] of each."""

    def call(layer, inputs, arguments):
        flat, lists = list(inputs[1:]), []
        for size in count:
            lists.append(flat[:size])
            flat = flat[size:]
        return layer(inputs[0], **({"initial_state": lists} if len(inputs) > 1 else {}), **arguments)

    return call


def case(kind, arguments=None, mask=None, initial=(), x=None, **more):
    inputs = [sequence() if x is None else x, *states(*initial)]
    masks = None if mask is None else [mask] + [None] * (len(inputs) - 1)
    return call_case(kind, arguments or {}, inputs, masks, more.pop("call", with_states), **more)


def layer_cases(kind):
    initial = [U] * STATES[kind]

    def one(mask=None, initial=(), **arguments):
        return case(kind, {"units": U, **arguments}, mask, initial)

    return [
        one(),
        one(return_sequences=True),
        one(return_state=True),
        one(return_sequences=True, return_state=True),
        one(go_backwards=True, return_sequences=True),
        one(go_backwards=True, return_state=True),
        one(unroll=True, return_sequences=True),
        one(use_bias=False, return_sequences=True),
        one(activation="relu", return_sequences=True),
        one(activation=None, return_sequences=True),
        one(activation="softplus", return_sequences=True),
        one(initial=initial),
        one(initial=initial, return_sequences=True, return_state=True, go_backwards=True),
        one(MASK),
        one(MASK, return_sequences=True, return_state=True),
        one(MASK, return_sequences=True, zero_output_for_mask=True),
        one(MASK, zero_output_for_mask=True, return_state=True),
        one(MASK, go_backwards=True, return_sequences=True, return_state=True),
        one(MASK, initial, return_sequences=True, return_state=True),
        one(ALL_MASKED, return_sequences=True),
        one(ALL_MASKED, initial, return_state=True),
        one(dropout=0.5, recurrent_dropout=0.5, return_sequences=True),
        one(kernel_regularizer="l2", recurrent_regularizer="l1", bias_regularizer="l2", activity_regularizer="l2",
            return_sequences=True, return_state=True),
        one(kernel_initializer="zeros", recurrent_initializer="glorot_normal", bias_initializer="ones",
            kernel_constraint="unit_norm", recurrent_constraint="non_neg", bias_constraint="max_norm", seed=7),
    ]


def gate_cases():
    made = []
    for kind in ("LSTM", "GRU"):
        for gate in ("hard_sigmoid", "relu", None, "softsign"):
            made.append(case(kind, {"units": U, "recurrent_activation": gate, "return_sequences": True}))
    made.append(case("LSTM", {"units": U, "unit_forget_bias": False}))
    for more in ({}, {"use_bias": False}, {"activation": "softplus"}, {"recurrent_activation": "softsign"},
                 {"go_backwards": True, "return_state": True}):
        made.append(case("GRU", {"units": U, "reset_after": False, "return_sequences": True, **more}))
    made.append(case("GRU", {"units": U, "reset_after": False, "return_state": True}, MASK, [U]))
    made.append(case("LSTM", {"units": 1}, x=sequence(1, 1)))
    made.append(case("GRU", {"units": 5, "return_sequences": True}, x=sequence(7, 3)))
    return made


def cell_cases():
    made = []
    for kind, n in (("SimpleRNNCell", 1), ("LSTMCell", 2), ("GRUCell", 1)):
        step = numbers(211, (N, F))
        for more in ({}, {"use_bias": False}, {"activation": "softsign", "kernel_regularizer": "l2"}):
            made.append(case(kind, {"units": U, **more}, None, [U] * n, step, call=with_cell_states))
    made.append(case("GRUCell", {"units": U, "reset_after": False}, None, [U], numbers(211, (N, F)),
                     call=with_cell_states))
    return made


def rnn(note, cell, mask=None, initial=(), counts=None, **arguments):
    """RNN over what cell() makes. counts: the number of states of each stacked cell."""
    return case("RNN", arguments, mask, initial, note=note, make=lambda: LAYERS.RNN(cell(), **arguments),
                call=nested(counts) if counts else with_states)


def rnn_cases():
    def lstm():
        return LAYERS.LSTMCell(U)

    def stack():
        return [LAYERS.LSTMCell(2), LAYERS.GRUCell(U)]

    def deep():
        return [LAYERS.SimpleRNNCell(2), LAYERS.LSTMCell(4, activation="softsign"), LAYERS.LSTMCell(U)]

    return [
        rnn("LSTMCell", lstm),
        rnn("LSTMCell", lstm, MASK, [U, U], return_sequences=True, return_state=True),
        rnn("SimpleRNNCell", lambda: LAYERS.SimpleRNNCell(U, activation="softsign"), go_backwards=True,
            return_sequences=True),
        rnn("stacked", stack, return_sequences=True),
        rnn("stacked", stack, return_state=True, counts=[2, 1]),
        rnn("stacked", stack, MASK, return_sequences=True),
        rnn("stacked", stack, MASK, return_sequences=True, zero_output_for_mask=True),
        rnn("stacked", stack, None, [2, 2, U], [2, 1], return_sequences=True, return_state=True),
        rnn("three cells", deep),
        rnn("three cells", deep, ALL_MASKED, go_backwards=True, return_state=True),
    ]


def both(note, layer, mask=None, initial=(), backward=None, **arguments):
    """Bidirectional over what layer() makes."""

    def make():
        more = {"backward_layer": backward()} if backward else {}
        return LAYERS.Bidirectional(layer(), **more, **arguments)

    return case("Bidirectional", arguments, mask, initial, note=note, make=make)


def bidirectional_cases():
    def lstm(**more):
        return lambda: LAYERS.LSTM(U, **more)

    def gru(**more):
        return lambda: LAYERS.GRU(U, **more)

    made = []
    for mode in ("concat", "sum", "mul", "ave", None):
        made.append(both("LSTM", lstm(), merge_mode=mode))
        made.append(both("LSTM sequences", lstm(return_sequences=True), merge_mode=mode))
        made.append(both("GRU sequences", gru(return_sequences=True), MASK, merge_mode=mode))
    return made + [
        both("LSTM states", lstm(return_state=True)),
        both("LSTM sequences states", lstm(return_sequences=True, return_state=True), None, [U] * 4),
        both("GRU sequences states", gru(return_sequences=True, return_state=True), None, [U] * 2, merge_mode=None),
        both("SimpleRNN", lambda: LAYERS.SimpleRNN(U), MASK),
        both("LSTM, first backwards", lstm(return_sequences=True),
             backward=lambda: LAYERS.LSTM(U, go_backwards=True, return_sequences=True, activation="softsign")),
        both("LSTM and GRU", lstm(), MASK, backward=lambda: LAYERS.GRU(U, go_backwards=True)),
        both("RNN of LSTMCell", lambda: LAYERS.RNN(LAYERS.LSTMCell(U), return_sequences=True), ALL_MASKED),
    ]


def distributed(note, layer, x=None, mask=None):
    return case("TimeDistributed", {}, mask, (), x, note=note, make=lambda: LAYERS.TimeDistributed(layer()))


def time_distributed_cases():
    return [
        distributed("Dense", lambda: LAYERS.Dense(U, activation="tanh")),
        distributed("Dense", lambda: LAYERS.Dense(U), mask=MASK),
        distributed("Dense, rank 4", lambda: LAYERS.Dense(U), numbers(211, (N, T, 2, F))),
        distributed("Flatten", LAYERS.Flatten, numbers(211, (N, T, 2, F))),
        distributed("LSTM", lambda: LAYERS.LSTM(U), numbers(211, (2, 3, T, F))),
        distributed("TimeDistributed of Dense", lambda: LAYERS.TimeDistributed(LAYERS.Dense(U)),
                    numbers(211, (2, 3, 2, F))),
        distributed("Bidirectional", lambda: LAYERS.Bidirectional(LAYERS.GRU(2)), numbers(211, (2, 2, T, F))),
        distributed("Dense, regularized", lambda: LAYERS.Dense(U, kernel_regularizer="l2")),
    ]


def file():
    made = [case for kind in STATES for case in layer_cases(kind)]
    made += gate_cases() + cell_cases() + rnn_cases() + bidirectional_cases() + time_distributed_cases()
    return contents(made)
