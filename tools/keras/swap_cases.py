"""swapped_averages.json: what SwapEMAWeights does to a training. A case: {"name", "swap_on_epoch", "epochs": [{"loss", "val_loss", "kernel"}],
"kernel", "evaluate"}.

One Dense(1) without bias, from a kernel of ones, is trained towards 2x by SGD with averages, on two batches of two. "kernel" is what a
callback behind SwapEMAWeights sees at each epoch's end, and what is left in the end; "evaluate" is the loss then.
"""

import keras
import numpy

from common import contents


class Keep(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.epochs = []

    def on_epoch_end(self, epoch, logs=None):
        kernel = float(self.model.get_weights()[0][0, 0])
        self.epochs.append({"loss": float(logs["loss"]), "val_loss": float(logs["val_loss"]), "kernel": kernel})


def case(swap_on_epoch):
    x = numpy.array([[1], [2], [3], [4]], "float32")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.01, use_ema=True, ema_momentum=0.75), "mse")
    keep = Keep()
    model.fit(x, 2 * x, batch_size=2, epochs=4, shuffle=False, verbose=0, validation_data=(x, 2 * x),
              callbacks=[keras.callbacks.SwapEMAWeights(swap_on_epoch), keep])
    return {"name": f"swap_on_epoch={swap_on_epoch}", "swap_on_epoch": swap_on_epoch, "epochs": keep.epochs,
            "kernel": float(model.get_weights()[0][0, 0]), "evaluate": float(model.evaluate(x, 2 * x, verbose=0))}


def file():
    return contents([case(False), case(True)])
