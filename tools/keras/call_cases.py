"""Cases of calls with masks, options and several outputs, for the files of recurrent and attention layers.

A case: {"name", "layer", "inputs", "masks", "options", "attention_mask", "output_shapes", "parameters", "weights",
"outputs", "output_masks", "losses", "r", "input_gradients", "weight_gradients"}.

A call in training has "training": true, and "new_weights": for each weight the value after the call if it is not
trained, such as moving statistics, or null.

inputs are all positional tensors, initial states included; masks has one for each, or null, and is left out where there
are none. options are those of the call (use_causal_mask, return_attention_scores); attention_mask is one too. outputs =
layer(inputs, training=training), all of them; output_masks are the masks that Keras gives them, or null. weights are in the
order of layer.weights. losses are the penalties: those of the call, then those of the weights. The gradients are those
of the sum over all outputs of sum(output * r); inputs of int32 have none (null).
"""

import jax
import keras
import numpy
from keras.src import backend, tree

from common import array, arrays, numbers, record, title


def optional_arrays(values):
    return [None if value is None else array(numpy.asarray(value, "int32")) for value in values]


def together(layer, inputs, arguments):
    """layer([a, b]): merging and attention layers."""
    return layer(inputs if len(inputs) > 1 else inputs[0], **arguments)


def apart(layer, inputs, arguments):
    """layer(a, b): MultiHeadAttention."""
    return layer(*inputs, **arguments)


def with_states(layer, inputs, arguments):
    """layer(x, initial_state=[...]): recurrent layers."""
    states = {"initial_state": inputs[1:]} if len(inputs) > 1 else {}
    return layer(inputs[0], **states, **arguments)


def weight_value(index, weight):
    """A variance is positive."""
    return numbers(201 + index, weight.shape, 0.5 if "variance" in weight.name else -1.0)


def call_case(kind, arguments, inputs, masks=None, call=together, attention_mask=None, make=None, note="",
              training=False, **options):
    """One case. make: a function that returns the layer, where arguments of its constructor are layers themselves."""
    keras.backend.clear_session()
    layer = make() if make is not None else getattr(keras.layers, kind)(**arguments)
    identifier = record(layer)
    masks = masks or [None] * len(inputs)
    given = dict(options, training=training)
    if attention_mask is not None:
        given["attention_mask"] = jax.numpy.asarray(attention_mask)
    symbols = [keras.Input(x.shape[1:], dtype=str(x.dtype)) for x in inputs]
    symbolic = dict(options)
    if attention_mask is not None:
        symbolic["attention_mask"] = keras.Input(attention_mask.shape[1:], dtype="bool")
    drawn = tree.flatten(call(layer, symbols, symbolic))
    layer.set_weights([weight_value(index, weight) for index, weight in enumerate(layer.weights)])

    def run(inputs, weights):
        with keras.StatelessScope(zip(layer.weights, weights), collect_losses=True) as scope:
            for x, mask in zip(inputs, masks):
                if mask is not None:
                    backend.set_keras_mask(x, jax.numpy.asarray(mask))
            outputs = tree.flatten(call(layer, inputs, given))
            output_masks = [backend.get_keras_mask(output) for output in outputs]
            return outputs, output_masks, list(layer.losses), [scope.get_current_value(w) for w in layer.weights]

    inputs = [jax.numpy.asarray(x) for x in inputs]
    weights = [weight.value for weight in layer.weights]
    outputs, output_masks, losses, after = run(inputs, weights)
    r = [numbers(221 + index, output.shape) for index, output in enumerate(outputs)]
    real = [index for index, x in enumerate(inputs) if x.dtype == "float32"]

    def loss(values, weights):
        every = list(inputs)
        for index, value in zip(real, values):
            every[index] = value
        return sum((output * factor).sum() for output, factor in zip(run(every, weights)[0], r))

    gradients = jax.grad(loss, (0, 1))([inputs[index] for index in real], weights)
    input_gradients = [None] * len(inputs)
    for index, gradient in zip(real, gradients[0]):
        input_gradients[index] = array(gradient)
    more = [f"shapes {' '.join(str(x.shape) for x in inputs)}"]
    more += ["masked"] if any(mask is not None for mask in masks) else []
    more += ["in training"] if training else []
    more += [name for name, value in options.items() if value] + (["attention_mask"] if attention_mask is not None else [])
    made = {"name": title(kind, arguments, *more, note) if note else title(kind, arguments, *more), "layer": identifier,
            "inputs": arrays(inputs)}
    if any(mask is not None for mask in masks):
        made["masks"] = optional_arrays(masks)
    if options:
        made["options"] = options
    if training:
        made["training"] = True
        made["new_weights"] = [None if w.trainable else array(value) for w, value in zip(layer.weights, after)]
    if attention_mask is not None:
        made["attention_mask"] = array(numpy.asarray(attention_mask, "int32"))
    return {**made, "output_shapes": [list(output.shape) for output in drawn], "parameters": layer.count_params(),
            "weights": [{"path": w.path, "array": array(w)} for w in layer.weights], "outputs": arrays(outputs),
            "output_masks": optional_arrays(output_masks), "losses": arrays(losses), "r": arrays(r),
            "input_gradients": input_gradients, "weight_gradients": arrays(gradients[1])}
