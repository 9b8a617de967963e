"""Opens with real Keras what the library wrote of the models of FILES, and compares.

    build/release/tests/test.tests.keras.records FOLDER       # writes FOLDER/<name>.json
    python tools/keras/open_models.py FOLDER

Every model must load, have as many weights as Keras's own, and, where Keras's record has predictions, give them.
"""

import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
import numpy

import function_cases  # noqa: F401 (it mends an operation of Keras)
from training_cases import values

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "tests", "keras", "data")
FILES = ["records.json", "functions.json", "array_functions.json", "operations.json", "tensor_functions.json",
         "image_functions.json", "nn_functions.json", "signal_functions.json", "linear_functions.json"]

# Keras itself cannot run these once they are read (operation_cases.py and tensor_cases.py say why).
UNREADABLE = {"quantiles", "norms", "infinite_norms", "singular_norms"}


def weights_count(model):
    return len(model.weights) if model.built else None


def check(case, text):
    keras.backend.clear_session()
    own = weights_count(keras.models.model_from_json(json.dumps(case["model"])))
    keras.backend.clear_session()
    model = keras.models.model_from_json(text)
    if weights_count(model) != own:
        return f"{weights_count(model)} weights, Keras's own has {own}"
    if "predict" not in case or case["name"] in UNREADABLE:
        return None
    model.set_weights([values(source) for source in case["weights"]])
    data = [values(source) for source in case["input"]]
    if isinstance(model.input, dict):
        data = dict(zip([x.name for x in model.inputs], data))
    elif not isinstance(model.input, list):
        data = data[0]
    for output, expected in zip(keras.tree.flatten(model(data, training=False)), case["predict"], strict=True):
        expected = numpy.array(expected["values"]).reshape(expected["shape"])
        difference = float(numpy.abs(numpy.asarray(output).astype("float64") - expected).max())
        if difference > 1e-5 * max(1.0, float(numpy.abs(expected).max())):
            return f"predictions differ by {difference}"
    return None


def main(folder):
    wrong, cases = 0, []
    for name in FILES:
        with open(os.path.join(DATA, name)) as file:
            cases += json.load(file)["cases"]
    for case in cases:
        with open(os.path.join(folder, case["name"] + ".json")) as file:
            text = file.read()
        try:
            problem = check(case, text)
        except Exception as error:
            problem = f"{type(error).__name__}: {str(error)[:400]}"
        wrong += problem is not None
        if problem is not None:
            print(f"{case['name']}: {problem}")
    print(f"Keras {keras.__version__} ({keras.backend.backend()}): {len(cases) - wrong} of {len(cases)} models open, "
          "with the same weights and predictions")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
