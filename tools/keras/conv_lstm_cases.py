"""conv_lstm_layers.json: ConvLSTM1D, ConvLSTM2D and ConvLSTM3D, in the form of call_cases. Without masks: under JAX,
Keras fails for them."""

from call_cases import call_case
from common import contents, numbers
from recurrent_cases import with_states

N, T, C, FILTERS = 2, 3, 2, 2
SPACE = (5, 4, 3)


def case(axes, arguments, state=None):
    """state: the shape of h and c without batch, where they are given."""
    space = SPACE[:axes]
    x = numbers(211, (N, T, *space, C))
    states = [] if state is None else [numbers(215 + index, (N, *state)) for index in range(2)]
    given = {"filters": FILTERS, "kernel_size": 2, **arguments}
    return call_case(f"ConvLSTM{axes}D", given, [x, *states], call=with_states)


def forms(axes):
    same = (*SPACE[:axes], FILTERS)
    return [
        case(axes, {}),
        case(axes, {"padding": "same", "return_sequences": True, "return_state": True}),
        case(axes, {"padding": "same", "strides": 2, "return_sequences": True, "go_backwards": True}),
        case(axes, {"dilation_rate": 2, "use_bias": False, "return_state": True}),
        case(axes, {"padding": "same", "return_state": True, "go_backwards": True}, state=same),
        case(axes, {"padding": "same", "return_sequences": True, "return_state": True}, same),
        case(axes, {"data_format": "channels_first", "padding": "same", "return_state": True}),
        case(axes, {"activation": "relu", "recurrent_activation": "hard_sigmoid", "unit_forget_bias": False}),
    ]


def file():
    made = [case for axes in (1, 2, 3) for case in forms(axes)]
    made += [
        case(2, {"kernel_size": (3, 2), "padding": "same", "strides": (1, 2), "return_sequences": True}),
        case(2, {"kernel_size": (1, 3), "dilation_rate": (2, 1), "filters": 3}),
        case(2, {"kernel_regularizer": "l2", "recurrent_regularizer": "l1", "bias_regularizer": "l2",
                 "activity_regularizer": "l2", "return_sequences": True}),
        case(2, {"kernel_initializer": "zeros", "recurrent_initializer": "glorot_normal", "bias_initializer": "ones",
                 "kernel_constraint": "unit_norm", "recurrent_constraint": "non_neg", "bias_constraint": "max_norm",
                 "seed": 7}),
        case(2, {"unroll": True, "return_sequences": True}),
    ]
    return contents(made)
