"""The table of models that file_models.py saves: every layer in several forms, and graphs of every form.

A new layer needs a line here: each(CLASS, SHAPES, {arguments}, {arguments}...) makes a model of each form, whose inputs
have these shapes. What needs a graph of its own is a function in GRAPHS. It must run under old versions too: what a
version does not know is left out there.
"""
import keras
from keras import layers

Input = layers.Input
Model = keras.models.Model
Sequential = keras.models.Sequential


class Case:
    """A model to be made. since: the first version that computes what 3.15 does. sources: {"classes": n} for an input of integers, {"scale", "offset"} for one of numbers."""

    def __init__(self, family, name, build, deep=False, legacy=True, since=(), **source):
        self.family, self.name, self.build, self.deep, self.legacy = family, name, build, deep, legacy
        self.since, self.source = since, source


CASES = []
FIRST = {"data_format": "channels_first"}  # not every backend can do it


def class_of(kind):
    if hasattr(layers, kind):
        return getattr(layers, kind)
    from keras.src.applications import convnext, inception_resnet_v2
    return next(getattr(module, kind) for module in (convnext, inception_resnet_v2) if hasattr(module, kind))


def each(family, kind, shapes, *forms, dtype="float32", listed=False, **source):
    """A model with one layer for each form."""
    shapes = shapes if isinstance(shapes, list) else [shapes]

    def maker(form):
        def build():
            inputs = [Input(shape, dtype=dtype) for shape in shapes]
            return Model(inputs if len(inputs) > 1 else inputs[0],
                         class_of(kind)(**form)(inputs if listed or len(inputs) > 1 else inputs[0]))
        return build

    count = sum(case.name.split(".")[0] == kind for case in CASES)
    for i, form in enumerate(forms or ({},)):
        CASES.append(Case(family, f"{kind}.{count + i}", maker(form), legacy=count + i == 0, **source))


def graph(family, deep=False, legacy=True, **source):
    """Lists a function that makes a model."""
    def add(build):
        CASES.append(Case(family, build.__name__, build, deep, legacy, **source))
        return build
    return add


# ---- layers that are not about images or sequences -------------------------------------------------------------------

def core():
    each("core", "Dense", (5,), {"units": 4}, {"units": 3, "use_bias": False, "activation": "relu"},
         {"units": 3, "kernel_regularizer": "l2", "bias_regularizer": "l1", "activity_regularizer": "l1",
          "kernel_constraint": "max_norm", "bias_constraint": "non_neg", "kernel_initializer": "he_normal",
          "bias_initializer": "ones", "activation": "softmax"},
         {"units": 2, "trainable": False, "name": "frozen", "activation": "gelu"})
    each("core", "Dense", (2, 3, 5), {"units": 4, "activation": "elu"})
    for activation in ("selu", "softplus", "softsign", "tanh", "sigmoid", "hard_sigmoid", "exponential", "linear", "silu",
                       "leaky_relu", "mish", "log_softmax", "relu6", "celu", "glu", "hard_silu", "hard_tanh",
                       "hard_shrink", "log_sigmoid", "soft_shrink", "sparse_plus", "sparse_sigmoid",
                       "squareplus", "tanh_shrink", "threshold"):
        each("core", "Activation", (4,), {"activation": activation})
    each("core", "ReLU", (3, 4), {}, {"max_value": 0.5, "negative_slope": 0.1, "threshold": 0.25})
    each("core", "LeakyReLU", (4,), {}, {"negative_slope": 0.1}, {"alpha": 0.2})
    each("core", "ELU", (4,), {}, {"alpha": 0.5})
    each("core", "PReLU", (2, 2, 3), {}, {"shared_axes": [1, 2], "alpha_initializer": "ones"},
         {"alpha_regularizer": "l2", "alpha_constraint": "non_neg"})
    each("core", "Softmax", (2, 3), {}, {"axis": 1}, {"axis": [1, 2]})
    each("core", "Dropout", (3, 4), {"rate": 0.4}, {"rate": 0.4, "noise_shape": [None, 1, 4], "seed": 5})
    each("core", "AlphaDropout", (4,), {"rate": 0.4}, {"rate": 0.2, "seed": 3})
    each("core", "GaussianDropout", (4,), {"rate": 0.4}, {"rate": 0.2, "seed": 3})
    each("core", "GaussianNoise", (4,), {"stddev": 0.4}, {"stddev": 0.2, "seed": 3})
    each("core", "ActivityRegularization", (4,), {"l1": 0.1}, {"l1": 0.1, "l2": 0.2})
    each("core", "Flatten", (2, 3), {}, {"data_format": "channels_first"})
    each("core", "Reshape", (2, 6), {"target_shape": (3, 4)}, {"target_shape": (-1, 2, 2)})
    each("core", "Permute", (2, 3, 4), {"dims": (3, 1, 2)}, {"dims": [1, 3, 2]})
    each("core", "RepeatVector", (3,), {"n": 2})
    each("core", "Identity", (3,))
    each("core", "Rescaling", (3, 4), {"scale": 0.5}, {"scale": 0.5, "offset": -1.0},
         {"scale": [0.5, 2.0, 1.0, 4.0], "offset": [0.0, 1.0, -1.0, 0.5]})
    for kind in ("Add", "Multiply", "Average", "Maximum", "Minimum"):
        each("core", kind, [(3, 4), (3, 4)])
        each("core", kind, [(3, 4), (3, 1), (4,)] if kind != "Average" else [(4,), (4,), (4,)])
    each("core", "Subtract", [(3, 4), (3, 4)])
    each("core", "Concatenate", [(3, 4), (3, 2)])
    each("core", "Concatenate", [(3, 4), (2, 4), (1, 4)], {"axis": 1})
    each("core", "Dot", [(3,), (3,)], {"axes": 1}, {"axes": -1, "normalize": True})
    each("core", "Dot", [(3, 4), (5, 3)], {"axes": [1, 2]})
    each("core", "BatchNormalization", (2, 3), {}, {"axis": 1}, {"center": False}, {"scale": False, "epsilon": 0.01},
         {"momentum": 0.5, "center": False, "scale": False, "moving_mean_initializer": "ones"},
         {"beta_regularizer": "l1", "gamma_regularizer": "l2", "gamma_constraint": "non_neg", "trainable": False})
    each("core", "LayerNormalization", (3, 4), {}, {"axis": [1, 2]}, {"center": False}, {"scale": False},
         {"epsilon": 0.1, "gamma_regularizer": "l2"}, {"rms_scaling": True})
    each("core", "RMSNormalization", (3, 4), {}, {"axis": [1, 2], "epsilon": 0.1})
    each("core", "GroupNormalization", (2, 3, 4), {"groups": 2}, {"groups": -1, "center": False}, {"groups": 1, "axis": 1})
    each("core", "UnitNormalization", (3, 4), {}, {"axis": 1}, {"axis": [1, 2]})
    each("core", "LayerScale", (4,), {"init_values": 0.5, "projection_dim": 4})
    each("core", "CustomScaleLayer", [(4,), (4,)], {"scale": 0.25})
    each("core", "Normalization", (3,), {"mean": [0.5, -1.0, 0.25], "variance": [1.0, 2.0, 0.5]},
         {"mean": 0.5, "variance": 2.0, "invert": True}, {"mean": 0.25, "variance": 4.0, "axis": None})


@graph("core")
def adapted():
    import numpy
    layer = layers.Normalization()
    layer.adapt(numpy.arange(12, dtype="float32").reshape(4, 3) ** 2 / 7)
    x = Input((3,))
    return Model(x, layers.Dense(2)(layer(x)))


@graph("core")
def adapted_to_all():
    import numpy
    layer = layers.Normalization(axis=None)
    layer.adapt(numpy.arange(12, dtype="float32").reshape(4, 3) ** 2 / 7)
    x = Input((3,))
    return Model(x, layers.Dense(2)(layer(x)))


@graph("core")
def spectral():
    x = Input((6, 4))
    y = layers.SpectralNormalization(layers.Dense(3), power_iterations=2)(x)
    y = layers.SpectralNormalization(layers.Conv1D(2, 3, padding="same"), name="second")(y)
    return Model(x, layers.SpectralNormalization(layers.Dense(2, use_bias=False, activation="tanh"))(y))


# ---- sequences -------------------------------------------------------------------------------------------------------

RECURRENT = [{}, {"return_sequences": True, "go_backwards": True}, {"use_bias": False, "return_state": True},
             {"unroll": True, "dropout": 0.2, "recurrent_dropout": 0.1},
             {"activation": "relu", "kernel_regularizer": "l2", "recurrent_constraint": "unit_norm",
              "bias_initializer": "ones", "return_sequences": True}]


def sequences():
    each("sequences", "Embedding", (4,), {"input_dim": 7, "output_dim": 3},
         {"input_dim": 7, "output_dim": 2, "mask_zero": True, "embeddings_regularizer": "l2",
          "embeddings_constraint": "unit_norm"}, dtype="int32", classes=7)
    for kind, more in (("SimpleRNN", []),
                       ("LSTM", [{"unit_forget_bias": False}, {"recurrent_activation": "hard_sigmoid"}]),
                       ("GRU", [{"reset_after": False}, {"reset_after": False, "return_state": True},
                                {"recurrent_activation": "hard_sigmoid"}])):
        each("sequences", kind, (4, 3), *({"units": 3, **form} for form in RECURRENT + more))
    each("sequences", "Conv1D", (7, 3), {"filters": 2, "kernel_size": 3},
         {"filters": 2, "kernel_size": 2, "padding": "causal", "dilation_rate": 2, "activation": "relu"},
         {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "groups": 3, "use_bias": False},
         {"filters": 2, "kernel_size": 2, "kernel_regularizer": "l2", "activity_regularizer": "l1"})
    each("sequences", "Conv1DTranspose", (4, 3), {"filters": 2, "kernel_size": 3},
         {"filters": 2, "kernel_size": 2, "strides": 2, "padding": "same", "use_bias": False},
         {"filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 1, "activation": "relu"})
    each("sequences", "SeparableConv1D", (6, 3), {"filters": 2, "kernel_size": 3},
         {"filters": 4, "kernel_size": 2, "depth_multiplier": 2, "padding": "same", "activation": "relu",
          "depthwise_regularizer": "l2", "pointwise_constraint": "non_neg"},
         {"filters": 2, "kernel_size": 3, "strides": 2, "use_bias": False})
    each("sequences", "DepthwiseConv1D", (6, 3), {"kernel_size": 3},
         {"kernel_size": 2, "depth_multiplier": 2, "padding": "same", "use_bias": False, "activation": "tanh"})
    for kind in ("MaxPooling1D", "AveragePooling1D"):
        each("sequences", kind, (7, 3), {"pool_size": 2}, {"pool_size": 3, "strides": 1, "padding": "same"})
    for kind in ("GlobalMaxPooling1D", "GlobalAveragePooling1D"):
        each("sequences", kind, (5, 3), {}, {"keepdims": True}, {"data_format": "channels_first"})
    for kind in ("AdaptiveMaxPooling1D", "AdaptiveAveragePooling1D"):
        each("sequences", kind, (7, 3), {"output_size": 3})
    each("sequences", "ZeroPadding1D", (4, 3), {}, {"padding": (0, 2)})
    each("sequences", "Cropping1D", (6, 3), {}, {"cropping": (2, 1)})
    each("sequences", "UpSampling1D", (4, 3), {}, {"size": 3})
    each("sequences", "SpatialDropout1D", (4, 3), {"rate": 0.3}, {"rate": 0.3, "seed": 2})
    each("sequences", "Attention", [(4, 3), (5, 3)], {}, {"use_scale": True, "dropout": 0.2},
         {"score_mode": "concat", "use_scale": True}, listed=True)
    each("sequences", "AdditiveAttention", [(4, 3), (5, 3)], {}, {"use_scale": False}, listed=True)
    each("sequences", "Attention", [(4, 3), (5, 3), (5, 3)], {}, listed=True)


@graph("sounds", since=(3, 12), classes=7)
def reversible():
    x = Input((4,), dtype="int32")
    words = layers.ReversibleEmbedding(7, 3, tie_weights=False, logit_soft_cap=2.0, name="words")
    tied = layers.ReversibleEmbedding(7, 3, name="tied")
    return Model(x, [words(layers.Dense(3)(words(x)), reverse=True), tied(layers.Dense(3)(tied(x)), reverse=True)])


def wrapped(name, family, make, shape=(4, 3), **source):
    def build():
        x = Input(shape)
        y = make()(x)
        return Model(x, y)
    CASES.append(Case(family, name, build, **source))


def wrappers():
    for mode in ("concat", "sum", "mul", "ave"):
        wrapped(f"Bidirectional.{mode}", "sequences", lambda mode=mode: layers.Bidirectional(layers.LSTM(2), merge_mode=mode))
    wrapped("Bidirectional.sequences", "sequences", lambda: layers.Bidirectional(layers.GRU(2, return_sequences=True)))
    wrapped("Bidirectional.none", "sequences", lambda: layers.Bidirectional(layers.GRU(2), merge_mode=None))
    wrapped("Bidirectional.states", "sequences", lambda: layers.Bidirectional(layers.LSTM(2, return_state=True)))
    wrapped("Bidirectional.simple", "sequences", lambda: layers.Bidirectional(layers.SimpleRNN(2, activation="relu")))
    wrapped("Bidirectional.two", "sequences", lambda: layers.Bidirectional(
        layers.LSTM(2), backward_layer=layers.GRU(2, go_backwards=True)))
    wrapped("Bidirectional.cell", "sequences", lambda: layers.Bidirectional(
        layers.RNN(layers.LSTMCell(2), return_sequences=True)))
    wrapped("TimeDistributed.dense", "sequences", lambda: layers.TimeDistributed(layers.Dense(2, activation="relu")))
    wrapped("TimeDistributed.conv", "sequences",
            lambda: layers.TimeDistributed(layers.Conv2D(2, 2, padding="same")), (3, 4, 4, 2))
    wrapped("TimeDistributed.normalized", "sequences", lambda: layers.TimeDistributed(layers.BatchNormalization()))
    wrapped("TimeDistributed.lstm", "sequences", lambda: layers.TimeDistributed(layers.LSTM(2)), (3, 4, 2))
    wrapped("TimeDistributed.twice", "sequences",
            lambda: layers.TimeDistributed(layers.TimeDistributed(layers.Dense(2))), (3, 4, 2))
    wrapped("TimeDistributed.bidirectional", "sequences",
            lambda: layers.TimeDistributed(layers.Bidirectional(layers.GRU(2))), (3, 4, 2))
    for cell in ("SimpleRNNCell", "LSTMCell", "GRUCell"):
        wrapped(f"RNN.{cell}", "sequences", lambda cell=cell: layers.RNN(getattr(layers, cell)(3)))
        wrapped(f"RNN.{cell}.forms", "sequences", lambda cell=cell: layers.RNN(
            getattr(layers, cell)(3, use_bias=False, dropout=0.1), return_sequences=True, go_backwards=True))
    wrapped("RNN.list", "sequences", lambda: layers.RNN([layers.LSTMCell(2), layers.GRUCell(3), layers.LSTMCell(2)]))
    wrapped("RNN.stacked", "sequences", lambda: layers.RNN(
        layers.StackedRNNCells([layers.SimpleRNNCell(2), layers.LSTMCell(3)]), return_sequences=True))
    wrapped("RNN.states", "sequences", lambda: layers.RNN(layers.GRUCell(3), return_state=True))


def nested_states():
    """Outputs in lists in lists."""
    for name, cells in (("list", lambda: [layers.LSTMCell(2), layers.GRUCell(3)]),
                        ("stacked", lambda: layers.StackedRNNCells([layers.SimpleRNNCell(2), layers.LSTMCell(3)]))):
        wrapped(f"RNN.{name}.states", "lists", lambda cells=cells: layers.RNN(
            cells(), return_state=True, return_sequences=True), since=(3, 12))


@graph("lists", legacy=False, since=(3, 12))
def lists_of_outputs():
    x = Input((4,))
    a, b, c = layers.Dense(2)(x), layers.Dense(3)(x), layers.Dense(1)(x)
    return Model(x, [a, [b, [c, a]]])


@graph("sequences")
def heads():
    x, y = Input((4, 6)), Input((5, 6))
    a = layers.MultiHeadAttention(2, 3)(x, y)
    b = layers.MultiHeadAttention(2, 3, value_dim=2, use_bias=False, dropout=0.1)(x, y)
    c = layers.MultiHeadAttention(3, 2, output_shape=4, kernel_regularizer="l2")(y, x)
    return Model([x, y], [layers.Add()([a, b]), c])


@graph("sequences")
def causal_heads():
    x = Input((4, 6))
    return Model(x, layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True))


@graph("sequences")
def head_axes():
    x = Input((3, 4, 6))
    return Model(x, layers.MultiHeadAttention(2, 3, attention_axes=(2,))(x, x))


@graph("sequences")
def head_scores():
    x, y = Input((4, 6)), Input((5, 6))
    out, scores = layers.MultiHeadAttention(2, 3)(x, y, return_attention_scores=True)
    return Model([x, y], [out, scores])


@graph("sequences")
def gated_heads():
    x = Input((4, 6))
    return Model(x, layers.MultiHeadAttention(2, 3, use_gate=True)(x, x))


@graph("sequences")
def sliding_heads():
    x = Input((5, 6))
    return Model(x, layers.MultiHeadAttention(2, 3, sliding_window=2)(x, x))


@graph("sequences")
def grouped_heads():
    x, y = Input((4, 6)), Input((5, 6))
    return Model([x, y], layers.GroupQueryAttention(3, 4, 2, use_bias=False)(x, y))


@graph("sequences", since=(3,), classes=7)
def masked_heads():
    a, b = Input((4,), dtype="int32"), Input((5,), dtype="int32")
    table = layers.Embedding(7, 6, mask_zero=True)
    x, y = table(a), table(b)
    return Model([a, b], layers.GlobalAveragePooling1D()(layers.MultiHeadAttention(2, 3)(x, y)))


@graph("sequences", classes=7)
def masked_stack():
    words = Input((5,), dtype="int32")
    x = layers.Embedding(7, 4, mask_zero=True)(words)
    x = layers.LSTM(3, return_sequences=True)(x)
    x = layers.Bidirectional(layers.GRU(2, return_sequences=True))(x)
    return Model(words, layers.SimpleRNN(2)(layers.TimeDistributed(layers.Dense(3))(x)))


@graph("sequences")
def masking():
    x = Input((6, 1))
    y = layers.Masking(mask_value=0.0)(layers.ReLU(threshold=0.25)(x))
    return Model(x, [layers.LSTM(2)(y), layers.GRU(2, return_sequences=True)(y), layers.GlobalAveragePooling1D()(y)])


@graph("sequences", since=(3, 15), classes=7)
def masks_merged():
    a, b = Input((4,), dtype="int32"), Input((4,), dtype="int32")
    x, y = layers.Embedding(7, 3, mask_zero=True)(a), layers.Embedding(7, 3, mask_zero=True)(b)
    z = layers.Concatenate(axis=1)([layers.Add()([x, y]), layers.Multiply()([x, y])])
    return Model([a, b], [layers.LSTM(2)(z), layers.Attention()([x, y])])


@graph("sequences")
def states_given():
    x, y = Input((4, 3)), Input((5, 3))
    sequence, h, c = layers.LSTM(3, return_sequences=True, return_state=True)(x)
    z = layers.LSTM(3, return_sequences=True)(y, initial_state=[h, c])
    return Model([x, y], [layers.GRU(3)(z, initial_state=h), layers.Dot(axes=2)([sequence, z])])


@graph("sequences", classes=7)
def question_answering():
    text, question = Input((6,), dtype="int32", name="text"), Input((4,), dtype="int32", name="question")
    a = layers.LSTM(4)(layers.Embedding(7, 5)(text))
    b = layers.LSTM(3)(layers.Embedding(7, 4)(question))
    return Model([text, question], layers.Dense(5, activation="softmax")(layers.Concatenate(axis=-1)([a, b])))


@graph("sequences", classes=7)
def three_outputs():
    posts = Input((40,), dtype="int32", name="posts")
    x = layers.Embedding(7, 4)(posts)
    x = layers.MaxPooling1D(3)(layers.Conv1D(4, 5, activation="relu")(x))
    x = layers.Conv1D(3, 3, activation="relu")(layers.Conv1D(4, 3, activation="relu")(x))
    x = layers.Dense(6, activation="relu")(layers.GlobalMaxPooling1D()(x))
    return Model(posts, [layers.Dense(1, name="age")(x), layers.Dense(4, activation="softmax", name="income")(x),
                         layers.Dense(1, activation="sigmoid", name="gender")(x)])


@graph("sequences")
def siamese():
    lstm = layers.LSTM(4)
    left, right = Input((5, 6)), Input((5, 6))
    merged = layers.Concatenate(axis=-1)([lstm(left), lstm(right)])
    return Model([left, right], layers.Dense(1, activation="sigmoid")(merged))


@graph("sequences", classes=7)
def any_length():
    words = Input((None,), dtype="int32")
    x = layers.Embedding(7, 3)(words)
    x = layers.Conv1D(2, 2, padding="same")(x)
    return Model(words, layers.Dense(2)(layers.LSTM(2)(x)))


# ---- images ----------------------------------------------------------------------------------------------------------

def images():
    each("images", "Conv2D", (5, 6, 2), {"filters": 3, "kernel_size": 3},
         {"filters": 2, "kernel_size": [2, 3], "strides": [2, 1], "padding": "same", "activation": "relu"},
         {"filters": 4, "kernel_size": 2, "groups": 2, "use_bias": False, "dilation_rate": 2},
         {"filters": 2, "kernel_size": 1, "kernel_initializer": "he_uniform", "kernel_regularizer": "l2",
          "kernel_constraint": "max_norm", "bias_constraint": "non_neg", "activation": "softmax"})
    each("images", "Conv3D", (3, 4, 4, 2), {"filters": 2, "kernel_size": 2},
         {"filters": 2, "kernel_size": [1, 2, 3], "strides": 2, "padding": "same", "activation": "tanh"})
    each("images", "Conv2DTranspose", (3, 4, 2), {"filters": 2, "kernel_size": 3},
         {"filters": 2, "kernel_size": 2, "strides": 2, "padding": "same", "activation": "relu", "use_bias": False},
         {"filters": 2, "kernel_size": 3, "strides": [2, 2], "output_padding": 1})
    each("images", "Conv3DTranspose", (2, 3, 3, 2), {"filters": 2, "kernel_size": 2},
         {"filters": 2, "kernel_size": 2, "strides": 2, "padding": "same"})
    each("images", "DepthwiseConv2D", (5, 4, 3), {"kernel_size": 3},
         {"kernel_size": 2, "depth_multiplier": 2, "strides": 2, "padding": "same", "activation": "relu"},
         {"kernel_size": [2, 2], "use_bias": False, "dilation_rate": 2, "depthwise_regularizer": "l1"})
    each("images", "SeparableConv2D", (5, 4, 3), {"filters": 2, "kernel_size": 3},
         {"filters": 4, "kernel_size": 3, "depth_multiplier": 2, "padding": "same", "use_bias": False},
         {"filters": 2, "kernel_size": 2, "strides": 2, "activation": "relu", "pointwise_regularizer": "l2",
          "depthwise_constraint": "max_norm"})
    for kind in ("MaxPooling", "AveragePooling"):
        each("images", kind + "2D", (5, 6, 2), {"pool_size": 2}, {"pool_size": 3, "strides": 2, "padding": "same"},
             {"pool_size": [1, 2], "strides": [2, 1]})
        each("images", kind + "3D", (4, 4, 4, 2), {"pool_size": 2}, {"pool_size": [1, 2, 2], "strides": 1, "padding": "same"})
        each("images", "Adaptive" + kind + "2D", (5, 6, 2), {"output_size": 2}, {"output_size": [3, 2]})
        each("images", "Adaptive" + kind + "3D", (4, 4, 5, 2), {"output_size": 2}, {"output_size": [1, 2, 3]})
        each("images", "Global" + kind + "2D", (3, 4, 2), {}, {"keepdims": True}, FIRST)
        each("images", "Global" + kind + "3D", (3, 4, 2, 2), {}, {"keepdims": True})
    each("images", "ZeroPadding2D", (3, 4, 2), {}, {"padding": (1, 2)}, {"padding": ((0, 1), (2, 0))})
    each("images", "ZeroPadding3D", (2, 3, 3, 2), {}, {"padding": ((0, 1), (1, 0), (2, 1))})
    each("images", "Cropping2D", (5, 6, 2), {"cropping": 1}, {"cropping": ((0, 1), (2, 0))})
    each("images", "Cropping3D", (4, 4, 4, 2), {"cropping": 1}, {"cropping": ((0, 1), (1, 0), (1, 1))})
    each("images", "UpSampling2D", (3, 4, 2), {}, {"size": (3, 2)}, {"size": 2, "interpolation": "bilinear"},
         {"size": 2, "interpolation": "bicubic"})
    each("images", "UpSampling3D", (2, 3, 2, 2), {}, {"size": (1, 2, 3)})
    each("images", "SpatialDropout2D", (3, 4, 2), {"rate": 0.3})
    each("images", "SpatialDropout3D", (2, 3, 3, 2), {"rate": 0.3})
    each("images", "BatchNormalization", (3, 4, 3), {})
    pixels = {"scale": 256.0, "offset": 0.0}
    each("images", "Resizing", (5, 7, 3), {"height": 3, "width": 4}, {"height": 8, "width": 9, "interpolation": "nearest"},
         {"height": 4, "width": 4, "crop_to_aspect_ratio": True},
         {"height": 4, "width": 4, "pad_to_aspect_ratio": True, "fill_value": 1.0},
         {"height": 6, "width": 9, "interpolation": "bicubic"},
         {"height": 3, "width": 3, "interpolation": "lanczos3", "antialias": True}, **pixels)
    each("images", "CenterCrop", (6, 7, 3), {"height": 3, "width": 4}, {"height": 9, "width": 5}, **pixels)
    for kind, form in (("RandomFlip", {"mode": "horizontal"}), ("RandomRotation", {"factor": 0.2}),
                       ("RandomTranslation", {"height_factor": 0.2, "width_factor": [-0.1, 0.3]}),
                       ("RandomZoom", {"height_factor": 0.2}), ("RandomBrightness", {"factor": 0.2}),
                       ("RandomContrast", {"factor": 0.2}), ("RandomShear", {"x_factor": 0.2}),
                       ("RandomErasing", {"factor": 0.5}), ("RandomGaussianBlur", {"sigma": 0.5}),
                       ("RandomGrayscale", {"factor": 0.5}), ("RandomHue", {"factor": 0.2}),
                       ("RandomInvert", {"factor": 0.5}), ("RandomPerspective", {"factor": 0.5}),
                       ("RandomPosterization", {"factor": 3}), ("RandomSaturation", {"factor": 0.2}),
                       ("RandomSharpness", {"factor": 0.2}), ("RandomColorDegeneration", {"factor": 0.2}),
                       ("RandomColorJitter", {"brightness_factor": 0.2, "hue_factor": 0.1}),
                       ("AutoContrast", {}), ("Equalization", {}), ("Solarization", {"threshold_factor": 0.5}),
                       ("MixUp", {}), ("CutMix", {}), ("RandAugment", {})):
        each("images", kind, (4, 5, 3), form, {**form, "seed": 7}, **pixels)


# ---- sequences of images ---------------------------------------------------------------------------------------------

FRAMES = [{}, {"return_sequences": True, "go_backwards": True, "padding": "same"}, {"use_bias": False, "return_state": True},
          {"strides": 2, "activation": "relu", "recurrent_activation": "hard_sigmoid", "unit_forget_bias": False},
          {"dilation_rate": 2, "dropout": 0.2, "recurrent_dropout": 0.1, "kernel_regularizer": "l2"}]


def frames():
    for kind, shape in (("ConvLSTM1D", (3, 7, 2)), ("ConvLSTM2D", (2, 7, 6, 2)), ("ConvLSTM3D", (2, 5, 5, 5, 1))):
        each("frames", kind, shape, *({"filters": 2, "kernel_size": 2, **form} for form in FRAMES))


# ---- layers of several models ----------------------------------------------------------------------------------------
# Keras writes these files, and cannot read them.


@graph("shared", legacy=False)
def shared_layer():
    dense = layers.Dense(4, name="both")
    a, b, x = Input((4,)), Input((4,)), Input((4,))
    one = Model(a, layers.Activation("relu")(dense(a)), name="one")
    other = Model(b, dense(layers.Activation("tanh")(b)), name="other")
    return Model(x, layers.Add()([one(x), other(x), dense(x)]))


@graph("shared", legacy=False)
def shared_model():
    a, b, x = Input((4,)), Input((4,)), Input((4,))
    core_model = Model(a, layers.Dense(4)(a), name="core")
    around = Model(b, core_model(layers.ReLU()(b)), name="around")
    return Model(x, layers.Add()([around(x), core_model(x)]))


@graph("shared", legacy=False)
def shared_stacks():
    dense = layers.Dense(4)
    first = Sequential([Input((4,)), dense, layers.ReLU()])
    second = Sequential([Input((4,)), dense])
    x = Input((4,))
    return Model(x, second(first(x)))


@graph("shared", legacy=False)
def shared_cell():
    cell = layers.LSTMCell(4)
    x = Input((3, 2))
    return Model(x, layers.Add()([layers.RNN(cell)(x), layers.RNN(cell, go_backwards=True)(x)]))


def separable(x, filters, stride):
    y = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(layers.Activation("relu")(x))
    y = layers.BatchNormalization()(y)
    y = layers.MaxPooling2D(3, strides=stride, padding="same")(y)
    z = layers.BatchNormalization()(layers.Conv2D(filters, 1, strides=stride, padding="same", use_bias=False)(x))
    return layers.add([y, z])


def base_of(size):
    x = Input((size, size, 3))
    y = layers.BatchNormalization()(layers.Conv2D(4, 3, strides=2, use_bias=False)(x))
    y = separable(separable(layers.Activation("relu")(y), 6, 2), 8, 2)
    return Model(x, layers.Activation("relu")(y), name="base")


@graph("images", deep=True)
def two_cameras():
    base = base_of(20)
    left, right = Input((20, 20, 3), name="left"), Input((20, 20, 3), name="right")
    return Model([left, right], layers.Concatenate()([base(left), base(right)]))


@graph("images", deep=True)
def two_cameras_pooled():
    base = base_of(16)
    left, right = Input((16, 16, 3), name="left"), Input((16, 16, 3), name="right")
    x = layers.Concatenate()([layers.GlobalAveragePooling2D()(base(left)), layers.GlobalAveragePooling2D()(base(right))])
    return Model([left, right], layers.Dense(2, activation="softmax")(x))


@graph("images", deep=True)
def inception_residual():
    x = Input((9, 9, 4))
    a = layers.Conv2D(3, 1, activation="relu", strides=2, padding="same")(x)
    b = layers.Conv2D(3, 3, activation="relu", strides=2, padding="same")(layers.Conv2D(3, 1, activation="relu")(x))
    c = layers.Conv2D(2, 3, activation="relu", padding="same")(layers.AveragePooling2D(3, strides=2, padding="same")(x))
    merged = layers.Concatenate()([a, b, c])
    y = layers.Conv2D(8, (3, 3), padding="same")(layers.Conv2D(4, 3, activation="relu", padding="same")(merged))
    return Model(x, layers.Add()([y, merged]))


@graph("images", deep=True)
def stack_of_images():
    return Sequential([Input((12, 12, 1)), layers.Conv2D(3, 3, activation="relu"), layers.MaxPooling2D(2),
                       layers.Conv2D(4, 3, activation="relu"), layers.Flatten(), layers.Dropout(0.5),
                       layers.Dense(5, activation="softmax")], name="stack")


@graph("images", deep=True)
def there_and_back():
    x = Input((8, 8, 2))
    a = layers.Conv2D(3, 3, padding="same", activation="relu")(x)
    b = layers.Conv2D(4, 3, padding="same", activation="relu")(layers.MaxPooling2D()(a))
    c = layers.Conv2DTranspose(3, 2, strides=2)(b)
    return Model(x, layers.Conv2D(1, 1, activation="sigmoid")(layers.Concatenate()([a, c])))


# ---- graphs ----------------------------------------------------------------------------------------------------------

@graph("graphs")
def stack():
    return Sequential([Input((4,)), layers.Dense(5, activation="relu"), layers.BatchNormalization(),
                       layers.Dense(3, activation="softmax")])


@graph("graphs")
def stack_by_shape():
    return Sequential([layers.Dense(5, activation="relu", input_shape=(4,)), layers.LeakyReLU(), layers.Dense(2)])


@graph("graphs")
def stack_in_stack():
    inner = Sequential([Input((4,)), layers.Dense(3, activation="tanh"), layers.Dense(2)], name="inner")
    return Sequential([Input((4,)), layers.Dense(4), inner, layers.Dense(2)])


@graph("graphs")
def stack_of_models():
    x = Input((4,))
    inner = Model(x, layers.Dense(3)(x), name="inner")
    return Sequential([Input((4,)), inner, layers.Activation("relu"), layers.Dense(2)])


@graph("graphs")
def built_later():
    model = Sequential([layers.Dense(3, activation="relu"), layers.Dense(2)])
    model.build((None, 4))
    return model


@graph("graphs")
def many_of_a_kind():
    """Numbers with two digits are to be sorted as numbers."""
    x = y = Input((3,))
    for i in range(13):
        y = layers.Dense(3, activation="tanh", name=f"step_{(i * 5) % 13}")(y)
    return Model(x, y)


@graph("graphs")
def shared():
    dense = layers.Dense(4, activation="relu")
    x, y = Input((4,)), Input((4,))
    return Model([x, y], layers.Concatenate()([dense(x), dense(y), dense(dense(x))]))


@graph("graphs")
def nested():
    x = Input((6,))
    inner = Model(x, [layers.Dense(2)(x), layers.Dense(3, activation="tanh")(x)], name="inner")
    deep = Sequential([Input((6,)), layers.Dense(4), layers.BatchNormalization()], name="deep")
    p, q = Input((6,), name="p"), Input((6,), name="q")
    a, b = inner(p), inner(q)
    merged = layers.add([deep(p), deep(q)])
    return Model([p, q], [merged, a[0], layers.concatenate([a[1], b[1]]), deep(layers.Dense(6)(merged))])


@graph("graphs")
def nested_frozen():
    """What is frozen comes last in old files."""
    x = Input((4,))
    y = layers.Dense(3, name="free")(layers.Dense(4, trainable=False, name="held")(x))
    inner = Model(x, layers.BatchNormalization()(y), name="inner")
    z = Input((4,))
    model = Model(z, layers.Dense(2)(inner(z)))
    inner.layers[1].trainable = False
    return model


@graph("graphs")
def nested_twice():
    a = Input((3,))
    one = Model(a, layers.Dense(3, activation="relu")(a), name="one")
    b = Input((3,))
    two = Model(b, layers.Add()([one(b), layers.Dense(3)(one(one(b)))]), name="two")
    c = Input((3,))
    return Model(c, two(two(c)))


@graph("graphs")
def nested_outputs():
    x = Input((4,))
    inner = Model(x, layers.Dense(3)(x), name="inner")
    deep = Sequential([Input((4,)), layers.Dense(2)], name="deep")
    return Model(x, [inner(x), deep(x), inner(layers.Dense(4)(x))])


@graph("graphs")
def list_of_one():
    x = Input((3,))
    return Model([x], [layers.Dense(2)(x)])


@graph("graphs")
def dictionary_of_outputs():
    b, a = Input((3,), name="b"), Input((2,), name="a")
    return Model({"b": b, "a": a}, {"sum": layers.Dense(1)(layers.Concatenate()([a, b])), "only": layers.Dense(2)(a)})


@graph("graphs")
def dictionary_of_inputs():
    b, a = Input((3,), name="b"), Input((2,), name="a")
    return Model({"b": b, "a": a}, layers.Dense(2)(layers.Concatenate()([b, a])))


@graph("graphs")
def dictionary_inside():
    a, b = Input((2,), name="a"), Input((3,), name="b")
    inner = Model({"a": a, "b": b}, {"y": layers.Dense(1)(layers.Concatenate()([a, b])), "z": layers.Dense(2)(a)},
                  name="inner")
    x, y = Input((2,), name="x"), Input((3,), name="y")
    out = inner({"a": x, "b": y})
    return Model([x, y], layers.Concatenate()([out["y"], out["z"]]))


@graph("graphs")
def outputs_twice():
    x = Input((3,))
    y = layers.Dense(2)(x)
    return Model(x, [y, y])


@graph("graphs")
def input_is_output():
    x = Input((3,))
    return Model(x, [x, layers.Dense(2)(x)])


@graph("graphs")
def cut_out():
    x = Input((4,))
    a = layers.Dense(3, activation="relu", name="a")(x)
    b = layers.Dense(3, activation="relu", name="b")(a)
    whole = Model(x, layers.Dense(2, name="c")(b))
    return Model(whole.input, [whole.get_layer("b").output, whole.get_layer("a").output])


@graph("graphs", since=(3, 3))
def middle_of_model():
    x = Input((4,))
    a = layers.Dense(3, activation="relu", name="a")(x)
    b = layers.Dense(3, activation="tanh", name="b")(a)
    return Model(a, layers.Dense(2)(b))


@graph("graphs")
def residual():
    x = y = Input((4,))
    for _ in range(4):
        y = layers.Add()([y, layers.Dense(4, activation="relu")(layers.LayerNormalization()(y))])
    return Model(x, y)


@graph("graphs")
def unicode():
    x = Input((3,), name="entrée")
    return Model(x, layers.Dense(2, name="größe")(x), name="modèle")


@graph("graphs")
def numbers_of_types():
    x = Input((3,), dtype="float32", name="x")
    ids = Input((2,), dtype="int32", name="ids")
    return Model([x, ids], layers.Concatenate()([x, layers.Flatten()(layers.Embedding(3, 2)(ids))]))


@graph("graphs")
def fixed_batch():
    x = Input(batch_shape=(2, 3, 2))
    return Model(x, layers.LSTM(3, stateful=True)(x))


@graph("graphs")
def scaled_by_layers():
    """Objects with arguments in their records."""
    x = Input((6,))
    y = layers.Dense(4, activation=layers.LeakyReLU(0.1), kernel_initializer=keras.initializers.RandomNormal(0.0, 0.1, 3),
                     bias_initializer=keras.initializers.Constant(0.5), kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2),
                     activity_regularizer=keras.regularizers.L2(0.01), kernel_constraint=keras.constraints.MaxNorm(2.0),
                     bias_constraint=keras.constraints.MinMaxNorm(0.1, 0.9))(x)
    return Model(x, layers.PReLU(alpha_initializer=keras.initializers.TruncatedNormal(stddev=0.2))(y))


INITIALIZERS = ["zeros", "ones", "random_normal", "random_uniform", "truncated_normal", "variance_scaling", "orthogonal",
                "identity", "lecun_uniform", "lecun_normal", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform"]


@graph("graphs")
def initializers():
    x = y = Input((3,))
    for name in INITIALIZERS:
        y = layers.Dense(3, activation="tanh", kernel_initializer=name)(y)
    return Model(x, y)


# ---- operations ------------------------------------------------------------------------------------------------------

# What is done with x (2, 3), y (2, 3), and i, integers (2, 3) from 0 to 2.
OPERATIONS = [
    "x + y", "x - y", "x * y", "x / y", "x // y", "x % y", "abs(x) ** y", "x ** 2", "2 ** x", "x + 1", "1 - x", "0.5 * x",
    "x * 3", "1 / (2 + x)", "-x", "abs(x)", "x > y", "x >= 0", "x < y", "x <= 0.5", "x == y", "x != y", "i + 1", "i * 2",
    "i // 2", "i % 2", "i / 2", "(x > 0) & (y > 0)", "(x > 0) | (y > 0)", "~(x > 0)",
    "x[:, 0]", "x[:, -1:]", "x[..., None]", "x[:, ::-1]", "x[:, :, 1]", "x[:, 0:2, 1:]", "x[:, None]",
    "ops.absolute(x)", "ops.add(x, y)", "ops.all(x > -2, axis=1)", "ops.any(x > 0, axis=-1, keepdims=True)",
    "ops.argmax(x, axis=-1)", "ops.argmin(x, axis=1)", "ops.argmax(x, axis=1, keepdims=True)", "ops.cast(x > 0, 'float32')", "ops.cast(i, 'float32')",
    "ops.ceil(x)", "ops.clip(x, -0.5, 0.5)", "ops.concatenate([x, y], axis=1)", "ops.cos(x)",
    "ops.divide(x, y)", "ops.elu(x, alpha=0.5)", "ops.equal(i, 1)", "ops.erf(x)", "ops.exp(x)",
    "ops.expand_dims(x, 1)", "ops.expand_dims(x, -1)", "ops.expm1(x)", "ops.floor(x)", "ops.floor_divide(x, 0.3)",
    "ops.gelu(x)", "ops.gelu(x, approximate=False)", "ops.greater(x, y)", "ops.hard_sigmoid(x)", "ops.hard_silu(x)",
    "ops.isfinite(x)", "ops.isnan(x)", "ops.leaky_relu(x, 0.1)", "ops.less_equal(x, 0.25)", "ops.log(abs(x) + 0.5)",
    "ops.log1p(abs(x))", "ops.log_sigmoid(x)", "ops.log_softmax(x)", "ops.log_softmax(x, axis=1)",
    "ops.logical_and(x > 0, y > 0)", "ops.logical_not(x > 0)", "ops.logical_or(x > 0, y > 0)",
    "ops.logsumexp(x, axis=1)", "ops.logsumexp(x, axis=(1, 2), keepdims=True)", "ops.matmul(x, ops.transpose(y, (0, 2, 1)))",
    "ops.max(x, axis=1)", "ops.maximum(x, 0.0)", "ops.maximum(x, y)", "ops.mean(x, axis=-1)",
    "ops.mean(x, axis=(1, 2), keepdims=True)", "ops.min(x, axis=2)", "ops.minimum(x, y)", "ops.mod(x, 0.3)", "ops.multiply(x, 2.5)",
    "ops.negative(x)", "ops.normalize(x, axis=-1)", "ops.not_equal(i, 2)",
    "ops.one_hot(i, 3)", "ops.ones_like(x)", "ops.power(abs(x), 1.5)", "ops.prod(x, axis=1)", "ops.reciprocal(2 + x)",
    "ops.relu(x)", "ops.relu6(x * 8)", "ops.repeat(x, 2, axis=1)", "ops.reshape(x, (-1, 6))", "ops.reshape(x, (-1, 3, 2))",
    "ops.round(x * 4)", "ops.rsqrt(abs(x) + 0.5)", "ops.selu(x)", "ops.sigmoid(x)", "ops.sign(x)", "ops.silu(x)", "ops.sin(x)",
    "ops.softmax(x)", "ops.softmax(x, axis=1)", "ops.softplus(x)", "ops.softsign(x)", "ops.sqrt(abs(x))", "ops.square(x)",
    "ops.squeeze(ops.expand_dims(x, 1), 1)", "ops.stack([x, y], axis=1)", "ops.stack([x, y], axis=-1)", "ops.std(x, axis=1)",
    "ops.stop_gradient(x)", "ops.subtract(1.0, x)", "ops.sum(x, axis=1)", "ops.sum(x, axis=(1, 2))", "ops.swapaxes(x, 1, 2)",
    "ops.tanh(x)", "ops.transpose(x, (0, 2, 1))", "ops.true_divide(x, 4.0)",
    "ops.var(x, axis=(1, 2))", "ops.where(x > y, x, y)", "ops.where(x > 0, x, 0.0)", "ops.zeros_like(x)",
    "keras.activations.relu(x)", "keras.activations.relu(x, negative_slope=0.1, max_value=0.5, threshold=0.1)",
    "keras.activations.gelu(x)", "keras.activations.softmax(x)", "keras.activations.elu(x)", "keras.activations.swish(x)",
    "layers.add([x, y]) * layers.Dense(1)(x)", "layers.maximum([x, y]) - layers.average([x, y])",
]


def operation(expression):
    def build():
        from keras import ops
        x, y, i = Input((2, 3), name="x"), Input((2, 3), name="y"), Input((2, 3), dtype="int32", name="i")
        names = {"x": x, "y": y, "i": i, "ops": ops, "keras": keras, "layers": layers}
        return Model([x, y, i], eval(expression, names))
    return build


def operations():
    for expression in OPERATIONS:
        CASES.append(Case("operations", expression, operation(expression), legacy=False, classes=3))

# ---- sounds ----------------------------------------------------------------------------------------------------------

def sounds():
    each("sounds", "STFTSpectrogram", (40, 2), {"frame_length": 8},
         {"mode": "stft", "frame_length": 6, "frame_step": 2, "fft_length": 9, "window": "hamming", "periodic": True,
          "scaling": "spectrum", "padding": "same", "expand_dims": True},
         {"mode": "real", "frame_length": 4, "window": None, "scaling": None, "trainable": False}, since=(3, 9))
    each("sounds", "MelSpectrogram", (300,), {"fft_length": 64, "sequence_stride": 16, "num_mel_bins": 8},
         {"fft_length": 50, "sequence_stride": 20, "sequence_length": 40, "window": "hamming", "sampling_rate": 8000,
          "num_mel_bins": 6, "min_freq": 100.0, "max_freq": 3000.0, "power_to_db": False, "mag_exp": 1.0}, since=(3, 9))


# ---- functions -------------------------------------------------------------------------------------------------------
# files_test.c has the same functions in C.

def registered(package="Custom"):
    saving = getattr(keras, "saving", None)
    return getattr(saving, "register_keras_serializable", lambda package: lambda function: function)(package)


@registered()
def twice(x):
    return x * 2


@registered("mine")
def scaled(x, by=1.0, shifted=False):
    return x * by + (1 if shifted else 0)


@registered("mine")
def parted(inputs):
    return inputs[0] / (1 + abs(inputs[1]))


@registered("mine")
def where_positive(x, mask=None):
    return x[:, :, 0] > 0


@registered("mine")
def same_shape(shape):
    return shape


def functions():
    for i, make in enumerate((
            lambda: layers.Lambda(twice), lambda: layers.Lambda(keras.activations.tanh, name="bent"),
            lambda: layers.Lambda(scaled, arguments={"by": 3.0, "shifted": True}, output_shape=(4, 3)),
            lambda: layers.Lambda(scaled, output_shape=same_shape, dtype="float32"),
            lambda: layers.TimeDistributed(layers.Lambda(twice)))):
        wrapped(f"Lambda.{i}", "functions", make, since=(3, 6))


@graph("functions", since=(3, 6))
def two_inputs():
    a, b = Input((3,)), Input((3,))
    return Model([a, b], layers.Lambda(parted)([a, layers.Dense(3)(b)]))


@graph("functions", since=(3, 6))
def mask_function():
    x = Input((5, 3))
    return Model(x, layers.LSTM(2)(layers.Lambda(scaled, mask=where_positive, arguments={"by": 2})(x)))


core()
sequences()
wrappers()
nested_states()
images()
frames()
operations()
sounds()
functions()
