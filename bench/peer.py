"""One peer of the comparison: times training steps of the 64-32-32-10 model, batch 128, RMSprop, categorical
cross-entropy, on one thread, on demand. Each line on standard input is a number of steps; the answer is microseconds per
step (after the word "predict": per prediction of one row).

    python peer.py torch | keras-jax | keras-tensorflow
"""
import os
import sys
import time

BATCH, SAMPLES, FEATURES, CLASSES = 128, 1024, 64, 10

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS",
             "TF_NUM_INTEROP_THREADS"):
    os.environ[name] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


class Torch:
    """PyTorch, eager, as its tutorials write it."""

    def __init__(self):
        import torch

        torch.set_num_threads(1)
        self.torch = torch
        self.version = f"torch {torch.__version__}"
        layers = torch.nn
        self.model = layers.Sequential(layers.Linear(FEATURES, 32), layers.ReLU(), layers.Linear(32, 32),
                                       layers.ReLU(), layers.Linear(32, CLASSES))
        self.optimizer = torch.optim.RMSprop(self.model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
        self.loss = layers.CrossEntropyLoss()
        self.x, self.y = torch.rand(SAMPLES, FEATURES), torch.rand(SAMPLES, CLASSES)

    def train(self, steps):
        for step in range(steps):
            begin = step % (SAMPLES // BATCH) * BATCH
            x, y = self.x[begin:begin + BATCH], self.y[begin:begin + BATCH]
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss(self.model(x), y)
            loss.backward()
            self.optimizer.step()

    def predict(self, n):
        with self.torch.inference_mode():
            for _ in range(n):
                self.torch.softmax(self.model(self.x[:1]), -1)


class Keras:
    """Keras through fit and, for predictions, its fastest way: predict_on_batch."""

    def __init__(self, backend):
        os.environ["KERAS_BACKEND"] = backend
        import keras
        import numpy

        self.version = f"keras {keras.__version__} on {backend}"
        layers = keras.layers
        inputs = keras.Input((FEATURES,))
        x = layers.Dense(32, activation="relu")(inputs)
        x = layers.Dense(32, activation="relu")(x)
        self.model = keras.Model(inputs, layers.Dense(CLASSES, activation="softmax")(x))
        self.model.compile(optimizer="rmsprop", loss="categorical_crossentropy")
        random = numpy.random.default_rng(1)
        self.x = random.random((SAMPLES, FEATURES), dtype="float32")
        self.y = random.random((SAMPLES, CLASSES), dtype="float32")

    def train(self, steps):
        self.model.fit(self.x, self.y, batch_size=BATCH, epochs=max(1, steps * BATCH // SAMPLES), verbose=0)

    def predict(self, n):
        for _ in range(n):
            self.model.predict_on_batch(self.x[:1])


def main():
    peer = Torch() if sys.argv[1] == "torch" else Keras(sys.argv[1].split("-")[1])
    peer.train(64)
    peer.predict(3)
    print(peer.version, flush=True)
    for line in sys.stdin:
        words = line.split()
        run, n = (peer.predict, int(words[1])) if words[0] == "predict" else (peer.train, int(words[0]))
        begin = time.perf_counter()
        run(n)
        print(f"{(time.perf_counter() - begin) / n * 1e6:.3f}", flush=True)


main()
