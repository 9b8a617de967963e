"""The page keras.md: each class of Keras, and whether it is here, compared with Keras, or absent and why.

What is here comes from the lists (.def) in src/; what Keras has from keras_names.txt, which tools/keras/public_names.py
wrote; what is compared from the records in tests/keras/data; why something is absent from absent.txt.
"""
import functools
import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DATA = ROOT / "tests" / "keras" / "data"

# Kind, list, what stands in front of its classes in records, title.
KINDS = [
    ("layers", "layers/layers", r"keras\.layers", "Layers"),
    ("losses", "losses/losses", r"keras\.losses", "Losses"),
    ("metrics", "metrics/metrics", r"keras\.metrics", "Metrics"),
    ("optimizers", "optimizers/optimizers", r"keras\.optimizers", "Optimizers"),
    ("schedules", "optimizers/schedules", r"keras\.optimizers\.schedules", "Learning-rate schedules"),
    ("callbacks", "callbacks/callbacks", r"keras\.callbacks", "Callbacks"),
    ("initializers", "initializers/initializers", r"keras\.initializers", "Initializers"),
    ("regularizers", "regularizers/regularizers", r"keras\.regularizers", "Regularizers"),
    ("constraints", "constraints/constraints", r"keras\.constraints", "Constraints"),
    ("activations", "activations/activations", None, "Activations"),
    ("applications", "applications/applications", None, "Applications"),
    ("ops", "graph/operations", r"keras\.src\.ops\.\w+|keras\.src\.activations\.\w+", "Recorded operations"),
]


def keras_names():
    """{kind: [[name, other names...]]}"""
    names = {}
    for line in (HERE / "keras_names.txt").read_text().split("\n"):
        if line and not line.startswith("#"):
            kind, *rest = line.split(" ")
            names.setdefault(kind, []).append(rest)
    return names


def reasons():
    """{(kind, name): why}, of what is absent, and of what is here and not in Keras."""
    found = {}
    for line in (HERE / "absent.txt").read_text().split("\n"):
        if line and not line.startswith("#"):
            names, why = line.split(": ", 1)
            kind, *rest = names.split(" ")
            found.update({(kind, name): why for name in rest})
    return found


@functools.cache
def records():
    """{(module, class): names of files in which real Keras wrote it}"""
    found = {}
    for path in sorted(DATA.glob("*.json")):
        for pair in set(re.findall(r'"module": "([\w.]+)", "class_name": "(\w+)"', path.read_text())):
            found.setdefault(pair, []).append(path.stem)
    return found


def names_in(name):
    return {case["name"].split("(")[0].split(",")[0] for case in json.loads((DATA / f"{name}.json").read_text())["cases"]}


def compared(kind, module, names):
    """The files of test data that have it."""
    if kind == "activations":
        return [kind] if names_in(kind) & set(names) else []
    if kind == "applications":
        text = (ROOT / "src" / "applications" / "applications.def").read_text()
        function = {keras: own for own, keras in re.findall(r'^CN_\w+\((\w+), "(\w+)"', text, re.M)}
        return [kind] if names_in(kind) & {function.get(name) for name in names} else []
    files = []
    for (where, name), stems in records().items():
        if name in names and re.fullmatch(module, where):
            files += [stem for stem in stems if stem not in files]
    return files


def operation_classes():
    """{entry: Keras's class}"""
    found = {}
    for path in sorted((ROOT / "src" / "graph").glob("ops_*.c")):
        for entry, text in re.findall(r"cn_operation_(\w+)\s*=\s*([^;]*);", path.read_text()):
            words = re.findall(r'"(\w+)"', text)
            if len(words) > 1:
                found[entry] = words[1]
    return found


def entries(kind, path, class_name):
    """What is here: Keras's names of the entries of a list."""
    file = ROOT / "src" / f"{path}.def"
    if kind == "applications":
        return re.findall(r'^CN_\w+\(\w+, "(\w+)"', file.read_text(), re.M)
    listed = re.findall(r"^CN_\w+\((\w+)", file.read_text(), re.M)
    if kind == "ops":
        classes = operation_classes()
        return [classes.get(entry, entry) for entry in listed]
    return [class_name(file.parent, entry) for entry in listed]


def rows_of(kind, names, here, module, why, problems):
    rows, seen = [], set()
    for entry in names:
        known = entry[1:2] if kind == "ops" else entry
        shown = ", ".join(f"`{name}`" for name in (entry[:1] if kind == "ops" else entry))
        seen.update(known)
        if set(known) & set(here):
            files = compared(kind, module, known)
            rows.append((shown, "yes", ", ".join(files[:3]) if files else "not compared"))
            continue
        reason = why.get((kind, entry[0]))
        if reason is None:
            problems.append(f"{kind}: {entry[0]} is absent and absent.txt does not say why")
        rows.append((shown, "no", reason))
    for name in here:
        if name not in seen and (kind, name) not in why:
            problems.append(f"{kind}: {name} is here, but not in keras_names.txt, and absent.txt does not say why")
        if name not in seen:
            rows.append((f"`{name}`", "yes", why.get((kind, name), "")))
    return rows


def check_reasons(names, everything, why, problems):
    """A reason for what is here by now, or is not there at all, is out of date."""
    for kind, name in why:
        of_keras, here = {one[0] for one in names.get(kind, [])}, set(everything.get(kind, []))
        if name not in of_keras | here:
            problems.append(f"absent.txt: {kind} has no {name}")
        if name in of_keras & here:
            problems.append(f"absent.txt: {kind} has a reason why {name} is absent, but it is here")


def page(class_name):
    """The page, and what is wrong with the lists."""
    names, why, problems, everything = keras_names(), reasons(), [], {}
    version = (HERE / "keras_names.txt").read_text().split(":")[0].lstrip("# ")
    text, counts = [], []
    for kind, path, module, title in KINDS:
        here = entries(kind, path, class_name)
        everything[kind] = here
        rows = rows_of(kind, names[kind], here, module, why, problems)
        own = [row for row in rows[: len(names[kind])] if row[1] == "yes"]
        with_data = sum(bool(compared(kind, module, entry[1:2] if kind == "ops" else entry)) for entry in names[kind]
                        if set(entry[1:2] if kind == "ops" else entry) & set(here))
        counts.append(f"| [{title}](#{title.lower().replace(' ', '-')}) | {len(names[kind])} | {len(own)} | {with_data} |")
        text += ["", f"## {title}", "", "| Keras | here | compared by test data, or why not |", "| --- | --- | --- |"]
        text += [f"| {shown} | {is_here} | {note or ''} |" for shown, is_here, note in rows]
    check_reasons(names, everything, why, problems)
    head = [f"# What is here of {version}", "",
            "Made by `make.py` from the lists in `src/`, from `keras_names.txt` and from `absent.txt`. Test data are the files of",
            "that name in `tests/keras/data`, whose values real Keras computed.", "",
            "| | in Keras | here | compared |", "| --- | ---: | ---: | ---: |", *counts]
    return "\n".join(head + text) + "\n", problems
