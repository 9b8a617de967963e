"""Makes the values that the tests in tests/keras compare with, by running real Keras 3.

    pip install keras jax
    python tools/keras_values.py              # all files
    python tools/keras_values.py losses       # one of them
    KERAS_BACKEND=tensorflow python tools/keras_values.py applications      # pip install tensorflow: quicker

Writes tests/keras/data/<name>.json. The result is the same on every run; it changes only with the versions of Keras
and JAX, which each file names. The library and its tests read the files and never need Python.

What every file looks like is said at the top of the module that makes it, in tools/keras/.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "tests", "keras", "data")

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"
sys.path.insert(0, os.path.join(HERE, "keras"))

import activation_cases
import application_cases
import application_layer_cases
import attention_cases
import category_cases
import conv_lstm_cases
import convolution_cases
import embedding_cases
import frame_training_cases
import function_cases
import image_cases
import image_function_cases
import window_cases
import layer_cases
import linalg_cases
import nn_cases
import loss_cases
import metric_cases
import operation_cases
import optimizer_cases
import signal_cases
import sound_cases
import swap_cases
import tensor_cases
import string_cases
import text_cases
import pooling_cases
import preprocessing_cases
import product_cases
import record_cases
import recurrent_cases
import sequence_training_cases
import training_cases
import vision_cases
import vision_training_cases
import weight_cases
from common import write

FILES = {
    "applications": application_cases.file,
    "application_layers": application_layer_cases.file,
    "activations": activation_cases.file,
    "functions": function_cases.file,
    "array_functions": function_cases.arrays_file,
    "losses": loss_cases.file,
    "metrics": metric_cases.file,
    "operations": operation_cases.file,
    "image_functions": image_function_cases.file,
    "linear_functions": linalg_cases.file,
    "nn_functions": nn_cases.file,
    "signal_functions": signal_cases.file,
    "tensor_functions": tensor_cases.file,
    "product_functions": product_cases.file,
    "optimizers": optimizer_cases.file,
    "schedules": optimizer_cases.schedules_file,
    "regularizers": weight_cases.regularizers_file,
    "constraints": weight_cases.constraints_file,
    "initializers": weight_cases.initializers_file,
    "layers": layer_cases.file,
    "sequence_layers": layer_cases.sequence_file,
    "text": text_cases.file,
    "sound_layers": sound_cases.file,
    "swapped_averages": swap_cases.file,
    "string_layers": string_cases.file,
    "category_layers": category_cases.file,
    "convolution_layers": convolution_cases.file,
    "pooling_layers": pooling_cases.file,
    "preprocessing_layers": preprocessing_cases.file,
    "recurrent_layers": recurrent_cases.file,
    "conv_lstm_layers": conv_lstm_cases.file,
    "attention_layers": attention_cases.file,
    "embedding_calls": embedding_cases.file,
    "window_layers": window_cases.file,
    "training": training_cases.file,
    "records": record_cases.file,
    "sequence_training": sequence_training_cases.file,
    "vision_training": vision_training_cases.file,
    "frame_training": frame_training_cases.file,
    "image_layers": image_cases.file,
    "vision_layers": vision_cases.file,
    "vision_calls": vision_cases.calls_file,
}


def main(names):
    os.makedirs(DATA, exist_ok=True)
    for name in names or FILES:
        contents = FILES[name]()
        path = os.path.join(DATA, name + ".json")
        write(path, contents)
        print(f"{name}.json: {len(contents['cases'])} cases, {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
