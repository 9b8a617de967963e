"""records.json: models as real Keras writes them. A case: {"name", "model"}, model being what to_json gives, with what
compile was told.

A model is small but has the form that its name says. Where a case has "input" (sources of numbers, as training_cases.py
says) and "predict", the second is what the model gives for the first, with the weights of "weights" (their sources).
"""

import json

import keras
from keras import layers, ops

from common import arrays, contents
from training_cases import uniform, classes, values, weight_sources


def text(name, steps=None):
    return keras.Input((steps,), dtype="int32", name=name)


def functional():
    x = keras.Input((64,))
    hidden = layers.Dense(32, activation="relu")(x)
    model = keras.Model(x, layers.Dense(10, activation="softmax")(layers.Dense(32, activation="relu")(hidden)))
    model.compile("rmsprop", "categorical_crossentropy")
    return model


def question_answering():
    passage, question = text("text"), text("question")
    left = layers.LSTM(32)(layers.Embedding(100, 64)(passage))
    right = layers.LSTM(16)(layers.Embedding(100, 32)(question))
    answer = layers.Dense(500, activation="softmax")(layers.Concatenate(axis=-1)([left, right]))
    model = keras.Model([passage, question], answer)
    model.compile("rmsprop", "categorical_crossentropy", metrics=["acc"])
    return model


def three_outputs():
    posts = text("posts")
    x = layers.Conv1D(8, 5, activation="relu")(layers.Embedding(50, 6)(posts))
    x = layers.GlobalMaxPooling1D()(layers.MaxPooling1D(5)(x))
    x = layers.Dense(8, activation="relu")(x)
    model = keras.Model(posts, [layers.Dense(1, name="age")(x), layers.Dense(10, activation="softmax", name="income")(x),
                                layers.Dense(1, activation="sigmoid", name="gender")(x)])
    model.compile(keras.optimizers.RMSprop(1e-4),
                  {"age": "mse", "income": "categorical_crossentropy", "gender": "binary_crossentropy"},
                  loss_weights={"age": 0.25, "gender": 10.0}, metrics={"age": ["mae"], "gender": ["accuracy"]})
    return model


def siamese():
    lstm = layers.LSTM(32)
    left, right = keras.Input((None, 128)), keras.Input((None, 128))
    model = keras.Model([left, right], layers.Dense(1, activation="sigmoid")(layers.Concatenate()([lstm(left), lstm(right)])))
    model.compile("rmsprop", "binary_crossentropy", metrics=["acc"])
    return model


def stack():
    model = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dropout(0.5),
                              layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.9, staircase=True),
                                       momentum=0.9, nesterov=True, clipnorm=1.0),
                  keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
                  metrics=["accuracy", keras.metrics.TopKCategoricalAccuracy(3)],
                  weighted_metrics=[keras.metrics.AUC(curve="PR", num_thresholds=50)])
    return model


def unbuilt_stack():
    return keras.Sequential([layers.Dense(4, activation="gelu"), layers.BatchNormalization()])


def late_stack():
    model = keras.Sequential([layers.Dense(4), layers.Dense(2)], name="late")
    model.build((None, 3))
    return model


def frozen():
    base = keras.Sequential([keras.Input((4,)), layers.Dense(3)], name="base")
    base.trainable = False
    x = keras.Input((4,))
    return keras.Model(x, layers.Dense(1)(base(x)))


def nested():
    """A stack in a model in a model; the inner ones are called twice, and give several outputs."""
    x = keras.Input((6,))
    hidden = keras.Sequential([keras.Input((6,)), layers.Dense(5, activation="tanh")], name="encoder")(x)
    inner = keras.Model(x, [layers.Dense(2, name="first")(hidden), layers.Dense(3, name="second")(hidden)], name="inner")
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    a, b = inner(left), inner(right)
    middle = keras.Model([left, right], [layers.Subtract()([a[0], b[0]]), layers.Add()([a[1], b[1]])], name="middle")
    p, q = keras.Input((6,), name="p"), keras.Input((6,), name="q")
    once, twice = middle([p, q]), middle([q, p])
    return keras.Model([p, q], [once[0], twice[1], layers.Concatenate()([once[1], twice[0]])])


def model_outputs():
    """Outputs of inner models are the model's."""
    x = keras.Input((4,))
    inner = keras.Model(x, layers.Dense(3)(x), name="inner")
    deep = keras.Sequential([keras.Input((4,)), layers.Dense(2)], name="deep")
    return keras.Model(x, [inner(x), deep(x), inner(layers.Dense(4)(x))])


def dictionaries():
    b, a = keras.Input((3,), name="b"), keras.Input((2,), name="a")
    model = keras.Model({"b": b, "a": a}, {"sum": layers.Dense(1)(layers.Concatenate()([a, b])), "only": layers.Dense(2)(a)})
    model.compile("adam", {"sum": "mse", "only": "mae"}, metrics={"sum": ["mae"]})
    return model


def dictionary_inside():
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    inner = keras.Model({"a": a, "b": b}, layers.Dense(1)(layers.Concatenate()([a, b])), name="inner")
    x, y = keras.Input((2,), name="x"), keras.Input((3,), name="y")
    return keras.Model([x, y], inner({"a": x, "b": y}))


def list_of_one():
    x = keras.Input((3,))
    return keras.Model([x], [layers.Dense(2)(x)])


def masks():
    x = text("x", 5)
    steps = layers.LSTM(3, return_sequences=True)(layers.Embedding(10, 4, mask_zero=True)(x))
    return keras.Model(x, layers.Dense(2)(layers.Bidirectional(layers.GRU(3))(steps)))


def merged_masks():
    x = text("x", 5)
    a, b = layers.Embedding(10, 4, mask_zero=True)(x), layers.Embedding(10, 4, mask_zero=True)(x)
    return keras.Model(x, layers.GRU(2)(layers.Concatenate()([a, layers.Add()([a, b])])))


def masked_numbers():
    x = keras.Input((5, 3))
    return keras.Model(x, layers.SimpleRNN(4)(layers.Masking(-1.0)(x)))


def translation():
    """The states of one LSTM begin another."""
    source, target = text("source"), text("target")
    _, h, c = layers.LSTM(4, return_state=True)(layers.Embedding(12, 4)(source))
    decoded = layers.LSTM(4, return_sequences=True)(layers.Embedding(12, 4)(target), initial_state=[h, c])
    return keras.Model([source, target], layers.TimeDistributed(layers.Dense(12, activation="softmax"))(decoded))


def recurrent_forms():
    x, h = keras.Input((5, 3)), keras.Input((4,))
    outputs, state = layers.GRU(4, return_state=True, reset_after=False, go_backwards=True)(x, initial_state=h)
    sequence = layers.Bidirectional(layers.LSTM(2, return_sequences=True), merge_mode="sum")(x)
    return keras.Model([x, h], [outputs, state, layers.RNN([layers.LSTMCell(2), layers.GRUCell(3)])(sequence),
                                layers.RNN(layers.SimpleRNNCell(3), return_sequences=True)(x)])


def two_directions():
    x = keras.Input((5, 3))
    both = layers.Bidirectional(layers.LSTM(2, return_state=True), merge_mode=None,
                                backward_layer=layers.LSTM(2, go_backwards=True, return_state=True, activation="relu"))
    return keras.Model(x, both(x))


def attention():
    q, v = keras.Input((5, 8), name="q"), keras.Input((6, 8), name="v")
    many = layers.MultiHeadAttention(2, 4)(q, v, use_causal_mask=True)
    one = layers.Attention(use_scale=True)([q, v])
    added = layers.AdditiveAttention()([q, v, v])
    grouped, weights = layers.GroupQueryAttention(4, 4, 2)(q, v, return_attention_scores=True)
    return keras.Model([q, v], [layers.LayerNormalization()(layers.Add()([q, many])), one, added, grouped, weights])


def attention_mask():
    x, mask = keras.Input((5, 8), name="x"), keras.Input((5, 5), dtype="bool", name="mask")
    return keras.Model([x, mask], layers.MultiHeadAttention(2, 4)(x, x, attention_mask=mask))


def training_said():
    x = keras.Input((6,))
    return keras.Model(x, layers.BatchNormalization()(layers.Dropout(0.5)(x, training=True), training=False))


def operators():
    x, y = keras.Input((4, 6), name="x"), keras.Input((4, 6), name="y")
    a = (x + y) * 2.5 - x / (1 + abs(y)) + x ** 2
    b = ops.maximum(a, 0) + ops.where(x > y, x, -y) - ops.clip(x, -1, 1)
    c = ops.matmul(b, ops.transpose(a, (0, 2, 1)))
    d = x[:, 0] + y[:, -1, ::-1] + x[..., 1:3, :][:, 0]
    e = ops.concatenate([ops.mean(c, axis=-1, keepdims=True), ops.expand_dims(ops.sum(x, axis=(1, 2)), (1))[:, None]
                         + ops.max(y, axis=1, keepdims=True)[:, :, :1] + 0 * c[:, :, :1]], axis=1)
    return keras.Model([x, y], [c, d, ops.softmax(e, axis=1), ops.reshape(x, (-1, 24)), ops.stack([x, y], axis=1)])


def functions():
    x = keras.Input((4, 6), name="x")
    y = ops.relu(x) + ops.gelu(x) + ops.silu(x) + ops.leaky_relu(x) + ops.elu(x) + ops.selu(x) + ops.sigmoid(x)
    y = ops.tanh(y) + ops.exp(-ops.square(x)) + ops.sqrt(ops.absolute(x)) + ops.log1p(ops.square(x))
    y = y + ops.erf(x) + ops.round(x) + ops.floor(x) + ops.sign(x) + ops.normalize(x) + ops.log_softmax(x)
    y = y + ops.cast(x > 0, "float32") + ops.zeros_like(x) + ops.ones_like(x) + keras.activations.hard_sigmoid(x)
    y = y + keras.activations.relu(x, negative_slope=0.1, max_value=2.0) + ops.softplus(x) + ops.relu6(x)
    z = ops.repeat(ops.swapaxes(y, 1, 2), 2, axis=1)
    return keras.Model(x, [y, z, ops.squeeze(ops.std(y, axis=1, keepdims=True), 1), ops.argmax(y, axis=-1),
                           ops.logsumexp(y, axis=1), ops.var(x), ops.slice(x, (0, 1, 2), (2, 2, 3))])


def inverse_functions():
    """Numbers within -1 and 1."""
    x = keras.Input((4, 6), name="x")
    s = ops.tanh(x)
    y = ops.arcsin(s) + ops.arccos(s) + ops.arctan(x) + ops.arcsinh(x) + ops.arctanh(s) + ops.arccosh(ops.exp2(s) + 1.0)
    z = ops.arctan2(x, s) + ops.hypot(x, s) + ops.sinh(x) + ops.cosh(x) + ops.tan(s) + ops.sinc(x) + ops.erfc(x)
    z = z + ops.log2(ops.square(x) + 1.0) + ops.log10(ops.square(x) + 1.0) + ops.cbrt(x) + ops.deg2rad(x) + ops.rad2deg(s)
    return keras.Model(x, [y, z, ops.logaddexp(x, s), ops.logaddexp2(x, s), ops.heaviside(ops.relu(x), s)])


def rounded_functions():
    x, y = keras.Input((4, 6), name="x"), keras.Input((4, 6), name="y")
    a = ops.trunc(3 * x) + ops.fmod(3 * x, y) + ops.divide_no_nan(x, ops.relu(y)) + ops.fmax(x, y) + ops.fmin(x, y)
    a = a + ops.fabs(x) + ops.abs(y) + ops.copy(x) + ops.real(x) + ops.conj(y) + ops.conjugate(y) + ops.imag(x)
    b = ops.logical_xor(x > 0, y > 0)
    c = ops.log(x + 0.8)
    d = ops.nan_to_num(c, nan=2.0, posinf=3.0, neginf=-4.0) + ops.nan_to_num(c, neginf=1.0)
    return keras.Model([x, y], [a, b, ops.isinf(1 / ops.relu(x)), ops.isposinf(1 / ops.relu(x)),
                                ops.isneginf(-1 / ops.relu(x)), ops.signbit(x), d, ops.nanmean(c, axis=2), ops.nansum(c, axis=1),
                                ops.nanvar(x, axis=(1, 2)), ops.nanstd(x, axis=-1, keepdims=True), ops.nanprod(c, axis=2),
                                ops.nan_to_num(ops.nanmax(c, axis=1), neginf=0.0), ops.ldexp(x, ops.cast(4 * y, "int32")),
                                ops.nan_to_num(ops.nanmin(c, axis=2), neginf=0.0)])


def more_activations():
    x = keras.Input((4, 6), name="x")
    y = ops.celu(x) + ops.celu(x, 0.5) + ops.hard_shrink(x) + ops.soft_shrink(x, 0.2) + ops.hard_tanh(2 * x)
    y = y + ops.tanh_shrink(x) + ops.squareplus(x) + ops.threshold(x, 0.1, -2.0) + ops.sparse_plus(x) + ops.sparse_sigmoid(x)
    return keras.Model(x, [y, ops.glu(x), ops.glu(x, axis=1)])


def along_axes():
    x = keras.Input((4, 6), name="x")
    a = ops.cumsum(x, axis=1) + ops.cumprod(x, axis=-1) + ops.flip(x, axis=1) + ops.flip(x, axis=(1, 2)) + ops.fliplr(x)
    a = a + ops.roll(x, 2, axis=1) + ops.roll(x, (1, -2), axis=(1, 2)) + ops.roll(x, 3) + ops.triu(x) + ops.tril(x, -1)
    a = a + ops.nancumsum(ops.log(x), axis=2) + ops.nancumprod(ops.sqrt(x), axis=1)
    b = ops.moveaxis(x, 1, 2) + ops.rot90(x, axes=(1, 2)) + ops.rot90(x, k=-1, axes=(1, 2))
    c = [ops.diff(x), ops.diff(x, n=2, axis=1), ops.diagonal(x, axis1=1, axis2=2), ops.diagonal(x, offset=-2, axis1=1, axis2=2),
         ops.trace(x, offset=1, axis1=1, axis2=2)]
    return keras.Model(x, [a, b, *c, ops.amax(x, axis=1), ops.amin(x, axis=(1, 2)), ops.ptp(x, axis=2, keepdims=True),
                           ops.count_nonzero(ops.relu(x), axis=1), ops.tile(x, (1, 2, 3)),
                           ops.tile(x, 2)])


def products():
    x, y = keras.Input((4, 6), name="x"), keras.Input((6, 3), name="y")
    row = ops.mean(x, axis=(0, 1))
    square = ops.outer(row, row)
    return keras.Model([x, y], [ops.einsum("bij,bjk->bik", x, y), ops.einsum("bij,bjk->bki", x, y), ops.tensordot(x, row, axes=0),
                                ops.inner(x, row), ops.inner(x, square), ops.dot(x, row), ops.dot(x, square),
                                ops.tensordot(x, square, axes=1), x * ops.vdot(row, row)])


def joins():
    x, y = keras.Input((4, 6), name="x"), keras.Input((4, 6), name="y")
    places = ops.argmax(x, axis=2, keepdims=True)
    return keras.Model([x, y], [ops.hstack([x, y]), x + ops.sum(ops.vstack([x, y]), axis=0), ops.dstack([x, y]), ops.append(x, y, axis=1),
                                ops.take_along_axis(x, places, axis=2), ops.take_along_axis(y, ops.argmin(y, axis=1, keepdims=True), axis=1)])


def parts():
    x = keras.Input((4, 6), name="x")
    a, b = ops.split(x, 2, axis=-1)
    c, d, e = ops.dsplit(x, 3)
    f, g = ops.hsplit(x, 2)
    mean, variance = ops.moments(x, axes=[1, 2])
    scaled, _ = ops.moments(x, axes=1, keepdims=True)
    return keras.Model(x, [a * b, ops.concatenate([e, d, c], axis=2), f - g, *ops.unstack(x, axis=1), mean + variance, scaled,
                           ops.pad(x, ((0, 0), (1, 2), (0, 3)))])


def objects():
    """Initializers, regularizers, constraints and activations with arguments of their own."""
    x = keras.Input((6,))
    y = layers.Dense(4, activation=layers.LeakyReLU(0.1), kernel_initializer=keras.initializers.HeNormal(3),
                     bias_initializer=keras.initializers.Constant(0.5), kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2),
                     bias_regularizer="l2", activity_regularizer=keras.regularizers.L1(0.01),
                     kernel_constraint=keras.constraints.MaxNorm(2.0), bias_constraint="non_neg")(x)
    y = layers.Dense(4, activation=layers.ReLU(6.0), kernel_initializer="orthogonal", trainable=False, name="frozen")(y)
    y = layers.Activation("swish")(y)
    return keras.Model(x, layers.PReLU(alpha_initializer="ones")(y))


def wrapped_models():
    x = keras.Input((5, 6))
    inner = keras.Input((6,))
    model = keras.Model(inner, layers.Dense(3)(layers.Dense(4, activation="relu")(inner)), name="each")
    y = layers.TimeDistributed(model)(x)
    return keras.Model(x, layers.TimeDistributed(keras.Sequential([keras.Input((3,)), layers.Dense(2)], name="deep"))(y))


def fixed_batch():
    x = keras.Input(batch_shape=(4, 3, 2), name="x")
    return keras.Model(x, layers.LSTM(3, stateful=True)(x))


def parts_of_layers():
    """A layer called several times, in several depths."""
    x = keras.Input((5,))
    dense = layers.Dense(5, activation="relu", name="again")
    return keras.Model(x, layers.Add()([dense(dense(dense(x))), x]))


MODELS = [functional, question_answering, three_outputs, siamese, stack, unbuilt_stack, late_stack, frozen, nested,
          model_outputs, dictionaries, dictionary_inside, list_of_one, masks, merged_masks, masked_numbers, translation,
          recurrent_forms, two_directions, attention, attention_mask, training_said, operators, functions,
          inverse_functions, rounded_functions, more_activations, along_axes, products, joins, parts, objects,
          wrapped_models, fixed_batch, parts_of_layers]

# Whose predictions are compared too.
PREDICTED = {"nested", "model_outputs", "masks", "merged_masks", "translation", "recurrent_forms", "two_directions",
             "attention", "operators", "functions", "objects", "wrapped_models", "parts_of_layers", "dictionaries",
             "dictionary_inside", "inverse_functions", "rounded_functions", "more_activations", "along_axes", "products",
             "joins", "parts"}


def input_source(tensor, seed):
    shape = [2, *[4 if dim is None else dim for dim in tensor.shape[1:]]]
    if tensor.dtype == "int32":
        return classes(shape, seed, 10)
    return uniform(shape, seed, 2.0, -1.0)


def case(build):
    keras.backend.clear_session()
    model = build()
    made = {"name": build.__name__, "model": json.loads(model.to_json())}
    if build.__name__ in PREDICTED:
        made["weights"] = weight_sources(model, 11)
        made["input"] = [input_source(x, 71 + i) for i, x in enumerate(model.inputs)]
        model.set_weights([values(source) for source in made["weights"]])
        data = [values(source) for source in made["input"]]
        if isinstance(model.input, dict):
            data = dict(zip([x.name for x in model.inputs], data))
        elif not isinstance(model.input, list):
            data = data[0]
        made["predict"] = arrays(keras.tree.flatten(model(data, training=False)))
    return made


def file():
    return contents([case(build) for build in MODELS])
