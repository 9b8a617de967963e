"""Writes docs/reference/keras_names.txt: what Keras 3 offers, for the table that says what is here and what is not.

    python tools/keras/public_names.py > docs/reference/keras_names.txt      (Keras 3.15.1)

A line for each: its kind, its name, and other names of the same class. Of keras.ops there are those functions whose
calls a model's file can hold, each with the class and module that the file names.
"""
import inspect
import os

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras  # noqa: E402
from keras.src.ops.operation import Operation  # noqa: E402

CLASSES = {
    "layers": keras.layers, "losses": keras.losses, "metrics": keras.metrics, "optimizers": keras.optimizers,
    "schedules": keras.optimizers.schedules, "callbacks": keras.callbacks, "initializers": keras.initializers,
    "regularizers": keras.regularizers, "constraints": keras.constraints,
}
FUNCTIONS = {"activations": keras.activations, "applications": keras.applications}
HELPERS = {"get", "serialize", "deserialize"}


def public(module):
    return [(name, getattr(module, name)) for name in sorted(dir(module)) if not name.startswith("_")]


def classes(module):
    """Each class with its own name first; a name in lower case is a shorthand that needs no line."""
    found = {}
    for name, thing in public(module):
        if inspect.isclass(thing) and name[0].isupper():
            found.setdefault(thing, []).append(name)
    for thing, names in found.items():
        own = thing.__name__ if thing.__name__ in names else names[0]
        yield [own, *[name for name in names if name != own]]


def functions(module):
    found = {}
    for name, thing in public(module):
        if inspect.isfunction(thing) and name not in HELPERS:
            found.setdefault(thing, []).append(name)
    for thing, names in found.items():
        own = thing.__name__ if thing.__name__ in names else names[0]
        yield [own, *[name for name in names if name != own]]


def operations():
    """Functions of keras.ops and keras.ops.image with their classes. A function finds its class by its name, in its
    own module."""
    import sys

    for place, names in [(place, names) for place in (keras.ops, keras.ops.image) for names in functions(place)]:
        module = sys.modules[inspect.getmodule(getattr(place, names[0])).__name__]
        wanted = {name.replace("_", "").lower() for name in names}
        for name, thing in vars(module).items():
            if inspect.isclass(thing) and issubclass(thing, Operation) and name.lower() in wanted:
                yield [names[0], name, module.__name__.rsplit(".", 1)[1]]
                break


def main():
    print(f"# Keras {keras.__version__}: made by tools/keras/public_names.py.")
    lines = [[kind, *names] for kind, module in CLASSES.items() for names in classes(module)]
    lines += [[kind, *names] for kind, module in FUNCTIONS.items() for names in functions(module)]
    lines += [["ops", *names] for names in operations()]
    for line in lines:
        print(" ".join(line))


if __name__ == "__main__":
    main()
