"""Writes the archives of tests/keras/data/files, and opens what the library makes of them.

    python tools/keras/file_models.py make tests/keras/data/files keras3.15.1 [FAMILY or NAME...]
    CORNU_KEEP_FILES=FOLDER build/release/tests/test.tests.keras.files
    python tools/keras/file_models.py check tests/keras/data/files/keras3.15.1_core.zip FOLDER

make runs under Keras 3.x, Keras 2.13 and Keras 2.2, whose name is the second word; the models are those of
file_cases.py. An archive NAME_FAMILY.zip holds each model as this Keras saved it (.keras, and .h5 for some) and cases.json:
{"made_with", "cases": [{"name", "files", "deep", "input", "predict"}]}. input has sources of numbers, as training_cases.py
says; predict is what Keras says to them. Weights are uniform numbers of few digits, so that the files become small.

check opens the files that the library saved under the same names, and compares the weights and the predictions with those
of Keras's own files.
"""
import io
import json
import os
import sys
import tempfile
import zipfile

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import keras  # noqa: E402

import file_cases  # noqa: E402

VERSION = tuple(int(number) for number in keras.__version__.split(".")[:2])
OLD = VERSION < (3,)
BACKEND = "tensorflow" if OLD else keras.backend.backend()
SAMPLES = 2


def uniform(seed, shape):
    """The generator of training_cases.py."""
    numbers, state = [], seed
    for _ in range(int(np.prod(shape))):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers.append((state >> 8) / 2**24)
    return np.array(numbers, "float32").reshape(shape)


def source(tensor, seed, case):
    shape = [int(dim) if dim is not None else 4 for dim in (getattr(dim, "value", dim) for dim in list(tensor.shape)[1:])]
    shape = [SAMPLES] + shape
    if "int" in str(tensor.dtype):
        return {"kind": "classes", "shape": shape, "seed": seed, "classes": case.source.get("classes", 3)}
    return {"kind": "uniform", "shape": shape, "seed": seed, "scale": case.source.get("scale", 2.0),
            "offset": case.source.get("offset", -1.0)}


def values(made):
    numbers = uniform(made["seed"], made["shape"])
    if made["kind"] == "classes":
        return (numbers * made["classes"]).astype("int32")
    return np.float32(made["offset"]) + np.float32(made["scale"]) * numbers


def fill(model, seed=31):
    """Few digits: multiples of 1/64 between -1/2 and 1/2; of variances, between 1/2 and 3/2. What was adapted stays."""
    if OLD and hasattr(model, "layers"):  # whose lists of weights have several orders
        for layer in model.layers:
            seed = fill(layer, seed)
        return seed
    names = [getattr(weight, "path", weight.name) for weight in model.weights]
    weights = model.get_weights()
    for i, weight in enumerate(weights):
        adapted = names[i].split("/")[-1].split(":")[0] in ("mean", "variance", "count")
        if weight.dtype == np.float32 and not adapted:
            numbers = np.round(64 * uniform(seed + i, weight.shape)) / 64
            weights[i] = (numbers + (0.5 if "variance" in names[i] else -0.5)).astype("float32")
    model.set_weights(weights)
    return seed + len(weights)


def array(value):
    value = np.asarray(value)
    numbers = [float(f"{v:.9g}") for v in value.astype("float64").reshape(-1)]
    return {"shape": list(value.shape), "dtype": str(value.dtype), "values": numbers}


def structure(model):
    """Inputs as the model has them; a stack has one."""
    return model.inputs[0] if isinstance(model, file_cases.Sequential) else model.input


def outputs(model, sources):
    data = [values(made) for made in sources]
    inputs = structure(model)
    if isinstance(inputs, dict):
        data = dict(zip(sorted(inputs), data))
    elif not isinstance(inputs, list):
        data = data[0]
    y = model.predict(data, verbose=0)
    if isinstance(y, dict):
        return [y[key] for key in sorted(y)]
    if not OLD and VERSION >= (3, 12):
        return keras.tree.flatten(y)
    return list(y) if isinstance(y, (list, tuple)) else [y]


def inputs_of(model):
    inputs = structure(model)
    return [inputs[key] for key in sorted(inputs)] if isinstance(inputs, dict) else model.inputs



def save(case, model, folder):
    """The files that this Keras can write and read again."""
    made = []
    for end in [".h5"] if VERSION < (2, 12) else [".keras", ".h5"] if case.legacy else [".keras"]:
        name = case.name.replace("/", "|").replace(" ", "") + end
        path = os.path.join(folder, name)
        try:
            model.save(path)
            if end == ".h5" or OLD:
                keras.models.load_model(path)
        except Exception as error:
            print(f"  {name}: this Keras cannot: {type(error).__name__}: {str(error)[:90]!r}")
            if os.path.exists(path):
                os.remove(path)
            continue
        made.append(name)
    return made


def make_case(case, folder):
    keras.backend.clear_session()
    model = case.build()
    fill(model)
    sources = [source(x, 71 + i, case) for i, x in enumerate(inputs_of(model))]
    predictions = [array(y) for y in outputs(model, sources)]
    made = {"name": case.name, "deep": case.deep, "files": save(case, model, folder), "input": sources,
            "predict": predictions}
    return made if made["files"] else None


def zip_all(path, folder, cases, **more):
    """Times of members are the same each time: an archive changes only with what it holds."""
    made_with = {"keras": keras.__version__, "backend": BACKEND}
    text = json.dumps({"made_with": made_with, **more, "cases": cases}, separators=(",", ":"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("cases.json"), text, zipfile.ZIP_DEFLATED)
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                archive.writestr(zipfile.ZipInfo(name), file.read(), zipfile.ZIP_DEFLATED)


def make(folder, version, wanted):
    os.makedirs(folder, exist_ok=True)
    families = {}
    for case in file_cases.CASES:
        if wanted and case.family not in wanted and case.name not in wanted:
            continue
        families.setdefault(case.family, []).append(case)
    for family, cases in families.items():
        made = []
        with tempfile.TemporaryDirectory() as temporary:
            for case in cases:
                if (version != "keras3.15.1" and not case.legacy) or VERSION < case.since:
                    continue  # of other versions, fewer
                try:
                    made.append(make_case(case, temporary))
                except Exception as error:
                    print(f"{case.name}: not known here: {type(error).__name__}: {str(error)[:150]!r}", flush=True)
            path = os.path.join(folder, f"{version}_{family}.zip")
            made = [case for case in made if case]
            if not made:
                continue
            zip_all(path, temporary, made)
        print(f"{path}: {len(made)} models, {sum(len(case['files']) for case in made)} files, "
              f"{os.path.getsize(path)} bytes", flush=True)


# ---- what the library made of them -----------------------------------------------------------------------------------


def difference(a, b):
    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    if a.shape != b.shape:
        return float("inf")
    return float(np.max(np.abs(a - b))) if a.size else 0.0


def check_file(case, own, written):
    keras.backend.clear_session()
    ours = keras.models.load_model(written)
    theirs = keras.models.load_model(own)
    if [w.shape for w in ours.weights] != [w.shape for w in theirs.weights]:
        return "other weights"
    for mine, other in zip(ours.weights, theirs.weights):
        if difference(keras.ops.convert_to_numpy(mine), keras.ops.convert_to_numpy(other)) != 0:
            return f"{mine.path} differs"
    for got, expected in zip(outputs(ours, case["input"]), case["predict"], strict=True):
        expected = np.array(expected["values"]).reshape(expected["shape"])
        if not difference(got, expected) <= 1e-5 * max(1, np.abs(expected).max(initial=0)):
            return f"predictions differ by {difference(got, expected)}"
    return None


def check(archives, folder):
    right = wrong = 0
    for path in archives:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as temporary:
            archive.extractall(temporary)
            for case in json.loads(archive.read("cases.json"))["cases"]:
                for name in case["files"]:
                    try:
                        problem = check_file(case, os.path.join(temporary, name),
                                             os.path.join(folder, os.path.basename(path)[:-4], name))
                    except Exception as error:
                        problem = f"{type(error).__name__}: {str(error)[:300]!r}"
                    right, wrong = right + (problem is None), wrong + (problem is not None)
                    if problem is not None:
                        print(f"{os.path.basename(path)}: {name}: {problem}", flush=True)
    print(f"Keras {keras.__version__}: {right} of {right + wrong} files open, with the same weights and predictions")
    return wrong > 0


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        sys.exit(check(sys.argv[2:-1], sys.argv[-1]))
