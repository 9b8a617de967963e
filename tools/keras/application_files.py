"""Writes tests/keras/data/applications/keras3.15.1.zip: weights of applications, as Keras saves them.

    KERAS_BACKEND=tensorflow python tools/keras/application_files.py tests/keras/data/applications [NAME...]

Each application as NAME.weights.h5, NAME.h5 (weights alone, by layers' names) and NAME.keras, and cases.json: {"made_with",
"cases": [{"name", "weights", "model", "deep", "input", "predict"}]}, as file_models.py has it. Weights repeat themselves after
PERIOD numbers, so that the archive is small. Names may also be of larger ones, such as Xception, whose files are too large
to be kept: they stay in the folder.
"""
import json
import os
import shutil
import sys
import tempfile

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import h5py  # noqa: E402
import keras  # noqa: E402
from keras.src.legacy.saving import legacy_h5_format  # noqa: E402

from file_models import array, uniform, values, zip_all  # noqa: E402

PERIOD = 512
SMALL = {"MobileNet": {"alpha": 0.25, "input_shape": (32, 32, 3), "classes": 5},
         "MobileNetV2": {"alpha": 0.35, "input_shape": (32, 32, 3), "include_top": False, "pooling": "avg"}}
ENDS = {"weights": [".weights.h5", ".h5"], "model": [".keras"]}


def fill(model):
    """Small enough for the signal neither to grow nor to vanish."""
    for i, weight in enumerate(model.weights):
        numbers = np.resize(uniform(31 + i, (PERIOD,)), weight.shape)
        if len(weight.shape) > 1:
            numbers = (numbers - 0.5) * np.float32(3.4 / np.sqrt(np.prod(weight.shape[:-1])))
        elif "variance" in weight.name or "gamma" in weight.name:
            numbers = numbers + 0.5
        weight.assign((numbers * (0.2 if "mean" in weight.name or "beta" in weight.name else 1)).astype("float32"))


def make_case(name, folder):
    keras.backend.clear_session()
    model = getattr(keras.applications, name)(weights=None, **SMALL.get(name, {}))
    fill(model)
    source = {"kind": "uniform", "shape": [2, *model.input.shape[1:]], "seed": 71, "scale": 2.0, "offset": -1.0}
    files = {member: [name + end for end in ends] for member, ends in ENDS.items()}
    model.save_weights(os.path.join(folder, name + ".weights.h5"))
    model.save(os.path.join(folder, name + ".keras"))
    with h5py.File(os.path.join(folder, name + ".h5"), "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    return {"name": name, **files, "deep": True, "input": [source],
            "predict": [array(model.predict(values(source), verbose=0))]}


def main(folder, names):
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        cases = [make_case(name, temporary) for name in names or SMALL]
        if names:
            with open(os.path.join(temporary, "cases.json"), "w") as file:
                json.dump({"cases": cases}, file)
            shutil.copytree(temporary, folder, dirs_exist_ok=True)
        else:
            zip_all(os.path.join(folder, "keras3.15.1.zip"), temporary, cases)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
