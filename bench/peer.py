"""One peer of the comparison: times a workload on demand. Each line on standard input is "train", "forward" or "predict"
and a number of steps, batches or predictions of one row; the answer is the microseconds that each took.

    python peer.py torch|keras-jax|keras-tensorflow mlp|qa|posts|posts-wide|convnet|xception|resnet50|mobilenet_v2 [THREADS]

"memory" and a number of steps answers the most memory, in KiB, that the process held since its model was made, above what
it held then. bench/workloads.c draws the same models.
"""
import os
import sys
import time

import numpy

import peer_vision

WORKLOAD = sys.argv[2]
THREADS = int(sys.argv[3]) if len(sys.argv) > 3 else 1
BATCH = {"posts": 64, "posts-wide": 64, "xception": 2, "resnet50": 1, "mobilenet_v2": 1}.get(WORKLOAD, 128)
IMAGES = {"convnet": (28, 28, 1), "xception": (250, 250, 3), "resnet50": (224, 224, 3), "mobilenet_v2": (224, 224, 3)}
CLASSES = {"resnet50": 1000, "mobilenet_v2": 1000}.get(WORKLOAD, 10)
WORDS, FEATURES = (256, 50000) if WORKLOAD == "posts-wide" else (50000, 256)

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS",
             "TF_NUM_INTEROP_THREADS"):
    os.environ[name] = str(THREADS)
if THREADS == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def data():
    """Inputs and targets of a workload, as lists of arrays."""
    random = numpy.random.default_rng(1)
    one_hot = lambda n, classes: numpy.eye(classes, dtype="float32")[random.integers(0, classes, n)]
    if WORKLOAD == "mlp":
        return [random.random((1024, 64), dtype="float32")], [random.random((1024, 10), dtype="float32")]
    if WORKLOAD in IMAGES:
        return [random.random((4 * BATCH, *IMAGES[WORKLOAD]), dtype="float32")], [one_hot(4 * BATCH, CLASSES)]
    if WORKLOAD == "qa":
        return [random.integers(1, 10000, (512, 100), dtype="int32") for _ in range(2)], [one_hot(512, 500)]
    return ([random.integers(0, WORDS, (128, 500), dtype="int32")],
            [random.random((128, 1), dtype="float32"), one_hot(128, 10),
             random.integers(0, 2, (128, 1)).astype("float32")])


class Torch:
    """PyTorch, eager, as its tutorials write it."""

    def __init__(self):
        import torch

        torch.set_num_threads(THREADS)
        self.torch = torch
        self.version = f"torch {torch.__version__}"
        self.model = self.make(torch.nn)
        self.optimizer = torch.optim.RMSprop(self.model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
        x, y = data()
        self.x = [torch.from_numpy(a if a.dtype == "float32" else a.astype("int64")) for a in x]
        self.y = [torch.from_numpy(a) for a in y]
        if WORKLOAD in IMAGES:  # [N, H, W, C] in memory is PyTorch's channels_last
            self.x = [a.permute(0, 3, 1, 2) for a in self.x]

    def make(self, nn):
        if WORKLOAD in IMAGES:
            return peer_vision.make(WORKLOAD, CLASSES).to(memory_format=self.torch.channels_last)
        return {"mlp": self.mlp, "qa": self.qa}.get(WORKLOAD, self.posts)(nn)

    @staticmethod
    def mlp(nn):
        return nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 10))

    def qa(self, nn):
        torch = self.torch

        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.embeddings = nn.ModuleList([nn.Embedding(10000, 64), nn.Embedding(10000, 32)])
                self.lstms = nn.ModuleList([nn.LSTM(64, 32, batch_first=True), nn.LSTM(32, 16, batch_first=True)])
                self.answer = nn.Linear(48, 500)

            def forward(self, text, question):
                ends = [lstm(embedding(x))[1][0][0]
                        for embedding, lstm, x in zip(self.embeddings, self.lstms, (text, question))]
                return self.answer(torch.cat(ends, -1))

        return Model()

    def posts(self, nn):
        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                convolution = lambda before, after: nn.Sequential(nn.Conv1d(before, after, 5), nn.ReLU())
                self.embedding = nn.Embedding(WORDS, FEATURES)
                self.stack = nn.Sequential(convolution(FEATURES, 128), nn.MaxPool1d(5), convolution(128, 256),
                                           convolution(256, 256), nn.MaxPool1d(5), convolution(256, 256),
                                           convolution(256, 256), nn.AdaptiveMaxPool1d(1), nn.Flatten(),
                                           nn.Linear(256, 128), nn.ReLU())
                self.heads = nn.ModuleList([nn.Linear(128, 1), nn.Linear(128, 10), nn.Linear(128, 1)])

            def forward(self, posts):
                x = self.stack(self.embedding(posts).transpose(1, 2))
                return [head(x) for head in self.heads]

        return Model()

    def loss(self, outputs, y):
        functional = self.torch.nn.functional
        if len(y) == 1:
            return functional.cross_entropy(outputs, y[0])
        return (0.25 * functional.mse_loss(outputs[0], y[0]) + functional.cross_entropy(outputs[1], y[1])
                + 10 * functional.binary_cross_entropy_with_logits(outputs[2], y[2]))

    def batch(self, step):
        begin = step % (len(self.x[0]) // BATCH) * BATCH
        return [a[begin:begin + BATCH] for a in self.x], [a[begin:begin + BATCH] for a in self.y]

    def train(self, steps):
        for step in range(steps):
            x, y = self.batch(step)
            self.optimizer.zero_grad(set_to_none=True)
            self.loss(self.model(*x), y).backward()
            self.optimizer.step()

    def forward(self, batches):
        self.model.eval()
        with self.torch.inference_mode():
            for step in range(batches):
                self.model(*self.batch(step)[0])
        self.model.train()

    def predict(self, n):
        with self.torch.inference_mode():
            for _ in range(n):
                self.torch.softmax(self.model(self.x[0][:1]), -1)


class Keras:
    """Keras through fit and predict and, for single predictions, its fastest way: predict_on_batch."""

    def __init__(self, backend):
        os.environ["KERAS_BACKEND"] = backend
        import keras

        self.version = f"keras {keras.__version__} on {backend}"
        self.keras, self.layers = keras, keras.layers
        self.model = self.vision() if WORKLOAD in IMAGES else {"mlp": self.mlp, "qa": self.qa}.get(WORKLOAD, self.posts)()
        self.x, self.y = data()

    def mlp(self):
        inputs = self.keras.Input((64,))
        x = self.layers.Dense(32, activation="relu")(inputs)
        x = self.layers.Dense(32, activation="relu")(x)
        model = self.keras.Model(inputs, self.layers.Dense(10, activation="softmax")(x))
        model.compile(optimizer="rmsprop", loss="categorical_crossentropy")
        return model

    def qa(self):
        inputs = [self.keras.Input((None,), dtype="int32") for _ in range(2)]
        ends = [self.layers.LSTM(units)(self.layers.Embedding(10000, width)(x))
                for x, width, units in zip(inputs, (64, 32), (32, 16))]
        merged = self.layers.Concatenate()(ends)
        model = self.keras.Model(inputs, self.layers.Dense(500, activation="softmax")(merged))
        model.compile(optimizer="rmsprop", loss="categorical_crossentropy")
        return model

    def posts(self):
        layers = self.layers
        inputs = self.keras.Input((None,), dtype="int32")
        x = layers.Embedding(WORDS, FEATURES)(inputs)
        for filters in (128, 0, 256, 256, 0, 256, 256):
            x = layers.Conv1D(filters, 5, activation="relu")(x) if filters else layers.MaxPooling1D(5)(x)
        x = layers.Dense(128, activation="relu")(layers.GlobalMaxPooling1D()(x))
        outputs = [layers.Dense(1, name="age")(x), layers.Dense(10, activation="softmax", name="income")(x),
                   layers.Dense(1, activation="sigmoid", name="gender")(x)]
        model = self.keras.Model(inputs, outputs)
        model.compile(optimizer="rmsprop", loss=["mse", "categorical_crossentropy", "binary_crossentropy"],
                      loss_weights=[0.25, 1, 10])
        return model

    def vision(self):
        if WORKLOAD == "convnet":
            layers = self.layers
            model = self.keras.Sequential([
                self.keras.Input(IMAGES[WORKLOAD]), layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2),
                layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2), layers.Flatten(),
                layers.Dense(CLASSES, activation="softmax")])
        elif WORKLOAD == "xception":
            base = self.keras.applications.Xception(weights=None, include_top=False, pooling="avg",
                                                    input_shape=IMAGES[WORKLOAD])
            model = self.keras.Model(base.input, self.layers.Dense(CLASSES, activation="softmax")(base.output))
        else:
            name = {"resnet50": "ResNet50", "mobilenet_v2": "MobileNetV2"}[WORKLOAD]
            model = getattr(self.keras.applications, name)(weights=None)
        model.compile(optimizer="rmsprop", loss="categorical_crossentropy")
        return model

    def train(self, steps):
        epochs = max(1, steps * BATCH // len(self.x[0]))
        self.model.fit(self.x if len(self.x) > 1 else self.x[0], self.y if len(self.y) > 1 else self.y[0],
                       batch_size=BATCH, epochs=epochs, verbose=0)

    def forward(self, batches):
        for _ in range(max(1, batches * BATCH // len(self.x[0]))):
            self.model.predict(self.x if len(self.x) > 1 else self.x[0], batch_size=BATCH, verbose=0)

    def predict(self, n):
        for _ in range(n):
            self.model.predict_on_batch(self.x[0][:1])


def memory(what):
    """A line of this process's status, in KiB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(what + ":"))


def main():
    peer = Torch() if sys.argv[1] == "torch" else Keras(sys.argv[1].split("-")[1])
    at_rest = memory("VmRSS")
    print(peer.version, flush=True)
    for line in sys.stdin:
        kind, n = line.split()
        begin = time.perf_counter()
        getattr(peer, "train" if kind == "memory" else kind)(int(n))
        microseconds = (time.perf_counter() - begin) / int(n) * 1e6
        print(memory("VmHWM") - at_rest if kind == "memory" else f"{microseconds:.3f}", flush=True)


main()
