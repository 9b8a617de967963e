"""attention_layers.json: cases as call_cases.py describes them."""

import keras
import numpy

from call_cases import apart, call_case
from common import contents, numbers

N, T, S, F = 2, 3, 4, 5


def masks(rows_hidden=False):
    """Of query and value; rows_hidden: a step of the query may look at nothing."""
    query = numpy.array([[True, True, False], [True, True, True]])
    value = numpy.array([[True, False, True, True], [False, True, True, False]])
    if rows_hidden:
        value[1] = False
    return query, value


def tensors(n, steps=S, features=(F, F, F)):
    shapes = [(N, T, features[0]), (N, steps, features[1]), (N, steps, features[2])]
    return [numbers(241 + index, shape) for index, shape in enumerate(shapes[:n])]


def one_head():
    for kind in ("Attention", "AdditiveAttention"):
        several = [{}, {"use_scale": True}] if kind == "Attention" else [{}, {"use_scale": False}]
        if kind == "Attention":
            several += [{"score_mode": "concat"}, {"score_mode": "concat", "use_scale": True}]
        query, value = masks()
        for arguments in several:
            yield call_case(kind, arguments, tensors(2))
            yield call_case(kind, arguments, tensors(2), [query, value])
        yield call_case(kind, {}, tensors(3))
        yield call_case(kind, {}, tensors(3, features=(F, 2, F)))
        yield call_case(kind, {}, tensors(2), [None, value], note="of the value")
        yield call_case(kind, {}, tensors(2), [query, None], note="of the query")
        yield call_case(kind, {}, tensors(2), use_causal_mask=True)
        yield call_case(kind, {}, tensors(2), [query, value], return_attention_scores=True)
        yield call_case(kind, {}, tensors(3), [None, value[::-1], None], use_causal_mask=True,
                        return_attention_scores=True)
        yield call_case(kind, {"dropout": 0.3, "seed": 3}, tensors(2), [query, value], return_attention_scores=True)


def heads(kind, basic):
    query, value = masks()
    last = numpy.array([[True, True, True, False], [True, False, True, True]])
    regular = {"kernel_regularizer": keras.regularizers.L2(0.01), "bias_regularizer": keras.regularizers.L1(0.02),
               "activity_regularizer": keras.regularizers.L2(0.03)}
    for arguments in ({}, {"use_bias": False}, {"use_gate": True}, {"dropout": 0.2, "seed": 4}, {"sliding_window": 2},
                      regular):
        yield call_case(kind, {**basic, **arguments}, tensors(2), call=apart)
    yield call_case(kind, {**basic, "use_gate": True, "use_bias": False}, tensors(3, features=(F, F, 2)), call=apart)
    yield call_case(kind, basic, tensors(2), [query, value], call=apart)
    yield call_case(kind, basic, tensors(3), [None, value, last], call=apart)
    yield call_case(kind, basic, tensors(2), list(masks(True)), call=apart, note="rows hidden")
    yield call_case(kind, {**basic, "dropout": 0.5}, tensors(2), list(masks(True)), call=apart, note="rows hidden")
    yield call_case(kind, basic, tensors(2, T), call=apart, return_attention_scores=True)
    yield call_case(kind, basic, tensors(2, T), [query, query], call=apart, use_causal_mask=True,
                    return_attention_scores=True)
    yield call_case(kind, basic, tensors(2), call=apart, use_causal_mask=True)
    yield call_case(kind, {**basic, "sliding_window": 2}, tensors(2), [None, value], call=apart, use_causal_mask=True)
    allowed = numpy.array(numpy.arange(N * T * S).reshape(N, T, S) % 3 != 0)
    yield call_case(kind, basic, tensors(2), call=apart, attention_mask=allowed)
    yield call_case(kind, basic, tensors(2), [query, value], call=apart, attention_mask=allowed, use_causal_mask=True)


def multi_head():
    kind, basic = "MultiHeadAttention", {"num_heads": 2, "key_dim": 3}
    yield from heads(kind, basic)
    yield call_case(kind, {"num_heads": 1, "key_dim": 2, "value_dim": 4, "dropout": 0.1}, tensors(3, features=(F, 2, 3)),
                    call=apart)  # without dropout, Keras on JAX takes only value_dim = key_dim
    yield call_case(kind, {**basic, "output_shape": 7}, tensors(2), call=apart)
    yield call_case(kind, {**basic, "output_shape": (2, 3)}, tensors(2), call=apart)
    for arguments in ({}, {"attention_axes": (2,)}, {"attention_axes": (1,)}, {"attention_axes": (-2, 1)}):
        inputs = [numbers(251, (2, 2, 3, 4)), numbers(252, (2, 2, 3, 4))]
        yield call_case(kind, {**basic, **arguments}, inputs, call=apart)
    inputs = [numbers(251, (2, 2, 3, 4)), numbers(252, (2, 2, 5, 4))]
    yield call_case(kind, {**basic, "attention_axes": (2,)}, inputs, call=apart)


def group_query():
    yield from heads("GroupQueryAttention", {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2})
    yield call_case("GroupQueryAttention", {"head_dim": 2, "num_query_heads": 3, "num_key_value_heads": 1}, tensors(2),
                    call=apart)
    yield call_case("GroupQueryAttention", {"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 2}, tensors(2),
                    call=apart)


def file():
    return contents([*one_head(), *multi_head(), *group_query()])
