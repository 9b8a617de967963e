#!/usr/bin/env python3
"""Writes the pages of this folder from the public headers, one for each, README.md, which lists them, and the table of
what works in the README.md of the whole, which comes from the lists (.def) in src/.

    docs/reference/make.py           writes
    docs/reference/make.py --check   only says which pages are out of date, and fails if there are any

What a page says is what the header says: comments become text, argument structs become tables. Only the words at the
top of a page, SEE below, are written here.
"""
import json
import pathlib
import re
import sys
import textwrap

import keras_table

HERE = pathlib.Path(__file__).resolve().parent
HEADERS = HERE.parent.parent / "include" / "cornu"

# Order of the pages, and where to look next.
SEE = {
    "model": "Examples: `functional.c`, `shared_layers.c`, `several_inputs_outputs.c`, `sequential.c`.",
    "layers": "Examples: `functional.c`, `shared_layers.c`. Own layers: [custom](custom.md).",
    "convolution": "All other layers: [layers](layers.md).",
    "normalization": "All other layers: [layers](layers.md).",
    "pooling": "All other layers: [layers](layers.md).",
    "spatial": "All other layers: [layers](layers.md).",
    "sounds": "Example: `sounds.c`. All other layers: [layers](layers.md).",
    "image_layers": "All other layers: [layers](layers.md).",
    "attention": "All other layers: [layers](layers.md).",
    "convolution": "All other layers: [layers](layers.md).",
    "preprocessing": "Texts: [text](text.md). All other layers: [layers](layers.md).",
    "recurrent": "Example: `recurrent.c`. Own cells: [custom](custom.md).",
    "training": "Examples: `several_inputs_outputs.c`, `predict_threads.c`, `demo.c`.",
    "saving": "Own layers: `cn_register_layer` in [custom](custom.md).",
    "losses": "Own losses: `cn_register_loss` in [training](training.md).",
    "metrics": "Own metrics: `cn_register_metric` in [training](training.md).",
    "optimizers": "Example: `demo.c` (a rate that falls along a cosine).",
    "callback_classes": "Example: `callbacks.c`. Own callbacks: [callbacks](callbacks.md).",
    "callbacks": "Example: `callbacks.c`. Keras's own: [callback_classes](callback_classes.md).",
    "applications": "Example: `applications.c`.",
    "initializers": "",
    "regularizers": "",
    "constraints": "",
    "array": "Example: `data_files.c`.",
    "data": "Example: `data_files.c`.",
    "samples": "Data in memory: [data](data.md). Images one by one: [image_files](image_files.md).",
    "text": "Examples: `question_answering.c`, `sentence_pairs.c`.",
    "image_files": "",
    "plotting": "Example: `demo.c`.",
    "ops": "Example: `custom.c`. More: [activation_ops](activation_ops.md), [math_ops](math_ops.md), [array_ops](array_ops.md), "
           "[product_ops](product_ops.md), [signal_ops](signal_ops.md), [image_ops](image_ops.md), [nn](nn.md).",
    "activation_ops": "All other operations: [ops](ops.md).",
    "image_ops": "All other operations: [ops](ops.md). Layers: [image_layers](image_layers.md).",
    "math_ops": "All other operations: [ops](ops.md).",
    "array_ops": "All other operations: [ops](ops.md).",
    "product_ops": "All other operations: [ops](ops.md).",
    "signal_ops": "All other operations: [ops](ops.md).",
    "nn": "All other operations: [ops](ops.md).",
    "linalg_ops": "All other operations: [ops](ops.md).",
    "custom": "Example: `custom.c`. Own losses and metrics: [training](training.md); own callbacks: [callbacks](callbacks.md).",
    "session": "Example: `predict_threads.c`.",
    "error": "Example: `errors.c`.",
    "keywords": "",
}

TYPES = {
    "int64_t": "integer", "int": "integer", "uint64_t": "integer", "size_t": "integer", "double": "number",
    "bool": "bool", "char": "character", "const char *": "text", "cn_items": "array or tensor, list or dictionary",
    "cn_dtype": "`cn_dtype`",
}


# Arguments that must be given, where the macro does not tell: other than the first.
REQUIRED = {
    "cn_save": {"path"}, "cn_save_weights": {"path"}, "cn_load_weights": {"path"}, "cn_random_integers": {"high", "shape"}, "cn_save_csv": {"array"}, "cn_custom_layer": {"call"},
    "cn_add_weight": {"name"}, "cn_conv1d": {"kernel_size"}, "cn_separable_conv1d": {"kernel_size"},
    "cn_conv1d_transpose": {"kernel_size"}, "cn_ops_reshape": {"shape"}, "cn_ops_broadcast_to": {"shape"},
    "cn_ops_moveaxis": {"source", "destination"}, "cn_ops_roll": {"shift"}, "cn_ops_tile": {"repeats"}, "cn_ops_pad": {"pad_width"},
    "cn_ops_append": {"x2"}, "cn_ops_tensordot": {"x2"}, "cn_ops_cross": {"x2"}, "cn_ops_irfft": {"imag"},
    "cn_ops_stft": {"sequence_length", "sequence_stride", "fft_length"}, "cn_ops_unfold": {"kernel_size"},
    "cn_ops_fold": {"output_size", "kernel_size"}, "cn_ops_ctc_decode": {"sequence_lengths"}, "cn_ops_take_along_axis": {"indices"}, "cn_ops_isclose": {"x2"}, "cn_ops_argpartition": {"kth"},
    "cn_ops_nanquantile": {"q"}, "cn_ops_nanpercentile": {"q"},
    "cn_exponential_decay": {"decay_steps", "decay_rate"}, "cn_inverse_time_decay": {"decay_steps", "decay_rate"},
    "cn_polynomial_decay": {"decay_steps"}, "cn_cosine_decay": {"decay_steps"},
    "cn_cosine_decay_restarts": {"first_decay_steps"}, "cn_piecewise_constant_decay": {"values"},
    "cn_resizing": {"width"}, "cn_center_crop": {"width"}, "cn_random_crop": {"width"},
    "cn_random_translation": {"width_factor"}, "cn_save_image": {"image"}, "cn_layer_scale": {"projection_dim"}, "cn_decode_predictions": {"class_index"},
    "cn_plot_images": {"images"}, "cn_plot_confusion": {"y_true", "y_pred"}, "cn_plot_history": {"path"},
}


# ---- reading a header ------------------------------------------------------------------------------------------------


class Item:
    """A comment and the declarations under it."""

    def __init__(self, comment, section=None):
        self.comment, self.section, self.code = comment, section, []


def comment_text(lines):
    """The text of a comment, without stars; its first line may be that of a section."""
    text = "\n".join(lines).strip()
    text = re.sub(r"^/\*+ ?", "", text)
    text = re.sub(r"\s*\*/$", "", text)
    lines = [re.sub(r"^ ?\*( |$)", "", line) if i else line for i, line in enumerate(text.split("\n"))]
    section = None
    match = re.match(r"^-{3,} (.*?) -{3,}$", lines[0].strip())
    if match:
        section, lines = match.group(1), lines[1:]
    return section, "\n".join(lines).strip("\n")


def read(path):
    """The title, the text under it, the items and the keyword macros of a header."""
    lines = path.read_text().split("\n")
    items, macros, i, skipping = [], [], 0, False
    while i < len(lines):
        line = lines[i]
        if line.startswith("#ifndef __cplusplus"):
            skipping = True
        elif skipping and line.startswith("#e"):
            skipping = False
        elif skipping:
            macros.append(line)
        elif line.startswith("/*"):
            start = i
            while "*/" not in lines[i]:
                i += 1
            section, text = comment_text(lines[start : i + 1])
            items.append(Item(text, section))
        elif items and line.strip() and not re.match(r"#(include|ifndef CORNU|endif|if|else)|CN_(BEGIN|END)_DECLS", line):
            items[-1].code.append(line)
        elif items and not line.strip() and items[-1].code and not open_braces(items[-1].code):
            items.append(Item(""))
        i += 1
    return items, "\n".join(macros).replace("\\\n", " ")


def open_braces(code):
    text = "\n".join(code)
    return text.count("{") > text.count("}")


def split_code(code):
    """Declarations as text, one each: prototypes, structs, macros..."""
    text = re.sub(r"\\\n\s*", " ", "\n".join(code))
    out, current, depth = [], "", 0
    for line in text.split("\n"):
        if not current and line.startswith("#"):
            out.append(re.sub(r"\s+", " ", line))
            continue
        current += line + "\n"
        bare = re.sub(r"/\*.*?\*/", "", line)
        depth += bare.count("{") - bare.count("}")
        if depth == 0 and bare.rstrip().endswith((";", "}")) and "/*" not in re.sub(r"/\*.*?\*/", "", current, flags=re.S):
            out.append(current.rstrip())
            current = ""
    return out


def keyword_macros(text):
    """function -> (macro, struct, first arguments, defaults)"""
    found = {}
    for match in re.finditer(r"#define (cn_\w+)\(([^)]*)\)((?:[^#]|#(?!define))*)", text):
        macro, body = match.group(1), re.sub(r"\s+", " ", match.group(3))
        function = re.search(r"(cn_\w+_(?:with|with_args|list))\b", body)
        if function is None:
            continue
        first = re.findall(r"\.(\w+) = (?:__VA_ARGS__|CN_ITEMS_\(CN_|CN_FIRST_|\(CN_FIRST_)", body)
        if "CN_MODEL_X_Y_" in body:
            first = ["model", "x", "y"]
        elif "CN_OPS_" in body and not first:
            first = ["x"]
        found[function.group(1)] = (macro, first, match.group(2))
    return found


# ---- Markdown --------------------------------------------------------------------------------------------------------


def inline(text, table=False):
    """Escapes what Markdown would take as its own, and sets names of the API as code."""
    name = r"\b[a-z]+/[a-z_]+\.h\b|\b(?:cn|CN)_\w+\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)(?:\.\w+)*|\.\w+ = (?:\{[^}]*\}|\"[^\"]*\"|[\w-]+(?:\.\w+)*)|\.?\b[\w.]*[a-zA-Z]_[\w]*\b|\b\w+\[[^\]\s]*\]|\"[^\"\s]*\"|\bkeras(?:\.\w+)+"
    out, at = "", 0
    for match in re.finditer(name, text):
        out += escape(text[at : match.start()]) + "`" + match.group(0) + "`"
        at = match.end()
    out += escape(text[at:])
    return out.replace("|", "\\|") if table else out


def escape(text):
    return re.sub(r"([*_<>\[\]])", r"\\\1", text)


def is_code(line):
    if line.strip().startswith('"'):
        return False
    return bool(re.search(r"[;{}]\s*(/\*.*)?$|^(cn_|static |return|\.callbacks|\.optimizer)|^\}", line.strip())) and not re.match(
        r"^cn_\w+  ", line.strip()
    )


def prose(text):
    """Paragraphs; indented lines are code, or a list of `name  text`."""
    out, mode = [], None
    lines = text.split("\n")
    for i, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        stripped = line.strip()
        if not stripped:
            if mode == "code" and any(l.startswith("    ") for l in lines[i + 1 : i + 2]):
                out.append("")
                continue
            if mode == "code":
                out.append("```")
            mode = None
            out.append("")
        elif mode == "code" or (indent >= 2 and mode != "list" and is_code(line)):
            if mode == "code" and indent == 0:
                out += ["```", "", inline(stripped)]
                mode = "text"
                continue
            if mode != "code":
                out += ["", "```c"]
                mode = "code"
            out.append(line)
        elif re.match(r"^[\w\", .]+?(  +)\S", stripped) and (indent >= 2 or re.match(r"^\w+   ?\w", stripped)) or (
            mode == "list" and indent == 0 and re.match(r"^[a-z_]+( {2,})\S", stripped)
        ):
            head, tail = re.split(r"  +", stripped, maxsplit=1)
            if mode != "list":
                out.append("")
            mode = "list"
            heads = ", ".join(f"`{h.strip()}`" for h in head.split(","))
            out.append(f"- {heads}: {inline(tail)}")
        elif mode == "list" and indent >= 2:
            out.append("  " + inline(stripped))
        else:
            if mode == "list":
                out.append("")
            mode = "text"
            out.append(inline(stripped))
    if mode == "code":
        out.append("```")
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip("\n")
    return re.sub(r"(?<=```c\n)(.*?)(?=\n```)", lambda match: textwrap.dedent(match.group(1)), text, flags=re.S)


def default_values(text):
    """{field: value} of a ..._DEFAULTS macro."""
    values = {}
    for match in re.finditer(r"\.(\w+) = (\{[^}]*\}|\"[^\"]*\"|'[^']+'|[^,]+?)(?=,\s*(?:\.|CN_)|\s*,?\s*$)", text):
        values[match.group(1)] = match.group(2).strip()
    return values


def fields(body):
    """(type, name, array?, note) of a struct's members."""
    out = []
    body = re.sub(r"(CN_\w+_KEYWORDS_)\s*", r"\1;\n", body)
    # A note belongs to the declaration before it.
    for match in re.finditer(r"([^;]*);((?:[ \t]*\n?[ \t]*/\*.*?\*/)?)", body, re.S):
        note = " ".join(re.sub(r"^\s*/?\*+/?", "", l).strip() for l in match.group(2).replace("*/", "").split("\n")).strip()
        declaration = re.sub(r"/\*.*?\*/", "", match.group(1), flags=re.S)
        declaration = re.sub(r"\s+", " ", declaration).strip()
        if declaration.startswith("CN_") and declaration.endswith("KEYWORDS_"):
            out.append((declaration, None, False, ""))
            continue
        pointer = re.match(r"^(.*?)\(\*(\w+)\)(\(.*\))$", declaration)
        if pointer:
            out.append(("function", pointer.group(2), False, note))
            continue
        base = re.match(r"^((?:const )?(?:struct )?\w+(?: const)?) ?(.*)$", declaration)
        if not base:
            continue
        for one in base.group(2).split(","):
            one = one.strip()
            stars = len(one) - len(one.lstrip("*const "))
            name = re.search(r"(\w+)((?:\[[^\]]*\])*)$", one)
            kind = base.group(1) + (" *" if one.startswith("*") else "")
            if stars and "**" in one:
                kind = base.group(1) + " **"
            many = name.group(2).count("[") + (base.group(1) == "const char" and one.startswith("*const *"))
            out.append((kind, name.group(1), many, note))
    return out


def type_name(kind, many):
    if many == 2:
        return "pairs of " + type_name(kind, 1)
    name = TYPES.get(kind)
    if name is None:
        name = kind if kind == "function" else "`" + re.sub("const |struct ", "", kind).strip() + "`"
    return {"integer": "integers", "number": "numbers", "text": "texts"}.get(name, f"list of {name}") if many else name


def default_text(kind, many, name, values, first, required):
    if name in values:
        value = values[name]
        return {"CN_UNSET": "not given", "CN_NONE": "`CN_NONE`", "NULL": "none", "{CN_UNSET}": "not given",
                "{CN_EVERY_AXIS}": "all", "?": "by function"}.get(value, f"`{value}`")
    if name in required:
        return "must be given"
    if many or kind.endswith("*") or kind in ("cn_items", "cn_validation_data", "function"):
        return "none"
    return {"bool": "`false`"}.get(kind, "`0`")


def table(members, values, first, required):
    rows, extra = [], []
    for kind, name, many, note in members:
        if name is None:
            extra.append({"CN_LAYER_KEYWORDS_": "and the keywords of every layer: `name`, `trainable`, `dtype`, `input_shape`",
                          "CN_APPLICATION_KEYWORDS_": "and the keywords of every application, above",
                          "CN_CELL_KEYWORDS_": "and the keywords of every cell, above",
                          "CN_RECURRENT_KEYWORDS_": "and the keywords of every recurrent layer, above",
                          "CN_OPTIMIZER_KEYWORDS_": "and the arguments of every optimizer, above"}.get(kind, ""))
            continue
        if name in ("begin_", "end_") or name.endswith("_"):
            continue
        rows.append(f"| `{name}` | {type_name(kind, many)} | {default_text(kind, many, name, values, first, required)} | {inline(note, True)} |")
    if not rows:
        return [e.replace("and the", "Takes the", 1) + "." for e in extra]
    return ["| argument | type | default | |", "| --- | --- | --- | --- |", *rows, *([""] + [e + "." for e in extra] if extra else [])]


class Page:
    def __init__(self, path, structs, defaults):
        self.items, macro_text = read(path)
        self.macros = keyword_macros(macro_text)
        self.structs, self.defaults = structs, defaults
        self.name = path.stem
        self.out = []

    def macro_for(self, function):
        return self.macros.get(function)

    def call(self, prototype):
        """How a prototype is called: by its macro if it has one."""
        function = re.search(r"(cn_\w+)\(", prototype).group(1)
        macro = self.macro_for(function)
        return function, macro

    def heading(self, declarations):
        names = []
        used = any(d.startswith("CN_API") for d in declarations)
        for declaration in declarations:
            if declaration.startswith("CN_API"):
                function, macro = self.call(declaration)
                names.append(macro[0] if macro else function)
            elif declaration.startswith("typedef") and not (re.search(r"_args\b;?$", declaration) and used):
                name = re.search(r"\(\*(\w+)\)\(|(\w+)\(|(\w+);?$", re.sub(r"\{.*\}", "", declaration, flags=re.S).strip())
                names.append(next((g for g in name.groups() if g), None) if name else None)
            elif declaration.startswith("#define") and not re.match(r"#define (CN_\w+DEFAULTS_?|CN_\w+_)\b", declaration):
                names.append(re.match(r"#define (\w+)", declaration).group(1))
            elif declaration.startswith("extern"):
                names.append(re.search(r"(\w+);", declaration).group(1))
        names = [n for n in dict.fromkeys(names) if n and not n.endswith("_")]
        return names

    def render(self, item):
        declarations = split_code(item.code)
        names = self.heading(declarations)
        if declarations and not names and all(re.match(r"#define (?!CN_\w+KEYWORDS_)(CN_|cn_)\w+_\b", d) for d in declarations):
            return  # of macros that nobody writes
        if names:
            shown = names if len(names) <= 4 else names[:3] + ["..."]
            self.out += ["", "### " + ", ".join(f"`{n}`" if n != "..." else "..." for n in shown)]
        if item.comment:
            self.out += ["", prose(item.comment)]
        self.render_code(declarations)

    def render_code(self, declarations):
        shown = []
        used = " ".join(d for d in declarations if d.startswith("CN_API"))
        for declaration in declarations:
            if re.match(r"#define (CN_\w+DEFAULTS_?|CN_\w+_)\b", declaration) or declaration.startswith("static inline"):
                continue
            args = re.search(r"(\w+_args)(?:,.*)?;$", declaration)
            if declaration.startswith("typedef struct") and args and args.group(1) in used:
                continue
            if re.match(r"typedef \w+_args ", declaration):
                continue
            if declaration.startswith("CN_API"):
                declaration = re.sub(r"\s+", " ", re.sub(r"^CN_API ", "", declaration)) if "/*" not in declaration else declaration[7:]
                function = re.search(r"(cn_\w+)\(", declaration).group(1)
                if self.macro_for(function) and function.endswith(("_with", "_with_args")):
                    continue
            shown.append(declaration.replace("extern CN_API", "extern"))
        tables = self.argument_tables(declarations)
        if shown:
            self.out += ["", "```c", *shown, "```"]
        self.out += tables

    def argument_tables(self, declarations):
        groups = {}
        for declaration in declarations:
            match = re.match(r"CN_API .*?\b(cn_\w+_with(?:_args)?)\(\s*const (\w+) \*", declaration, re.S)
            if match:
                groups.setdefault(match.group(2), []).append(match.group(1))
        out = []
        for struct, functions in groups.items():
            macro = self.macro_for(functions[0])
            calls = ", ".join(f"`{(self.macro_for(f) or (f, [], ''))[0]}`" for f in functions)
            all_values = [self.values_for(f[: -len("_with")], struct) for f in functions]
            values = {n: v if all(o.get(n) == v for o in all_values) else "?" for n, v in all_values[0].items()}
            members = self.structs.get(struct)
            if members is None:
                continue
            first = macro[1] if macro else []
            required = {n for n in first if n not in values} | (REQUIRED.get(macro[0], set()) if macro else set())
            rows = table(members, values, first, required)
            if len(functions) > 1 or len(groups) > 1:
                out += ["", f"Arguments of {calls}:" if len(functions) <= 4 else "Arguments of each:"]
            out += ["", *rows] if rows else []
            plain = [f"`{f}`" for f in functions]
            shown = ", ".join(plain) if len(plain) <= 2 else plain[0] + " and the like"
            out += ["", f"Without the macro: {shown}, which take{'s' if len(plain) == 1 else ''} a `const {struct} *`."]
        return out

    def values_for(self, base, struct):
        for name in (base, struct[: -len("_args")]):
            for key in (name.upper() + "_DEFAULTS",):
                if key in self.defaults:
                    return default_values(self.defaults[key])
        return {}

    def text(self):
        first = self.items[0]
        title, _, rest = first.comment.partition("\n")
        # The first sentence is the page's title line; a comment of one paragraph goes on in the next line.
        self.out = [f"# {self.name}", "", f"`#include <cornu/{self.name}.h>`, or all of them by `#include <cornu/cornu.h>`."]
        if SEE.get(self.name):
            self.out[-1] += " " + SEE[self.name]
        self.out += ["", prose(first.comment)]
        for item in self.items[1:]:
            if item.section and item.section != "keywords":
                self.out += ["", f"## {item.section[0].upper()}{item.section[1:]}"]
            if item.comment or any(re.match("CN_API (?!__)|typedef", line) for line in item.code):
                self.render(item)
        if self.name == "applications":
            self.out += ["", "## All applications", "", *table_of_applications()]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.out)).strip() + "\n"


def table_of_applications():
    """From the list, and from what was saved of Keras's."""
    root = HERE.parent.parent
    entries = re.findall(r'ENTRY\((\w+), "(\w+)", "[^"]*", (\d+), (\d+),\s*"(\w+)"',
                         (root / "src" / "applications" / "applications.def").read_text())
    saved = json.loads((root / "tests" / "keras" / "data" / "applications.json").read_text())["cases"]
    params = {case["name"]: (case["params"][0], case["params_without_top"][0]) for case in saved}
    rows = ["| function | Keras | parameters | without top | default size | smallest | pixels |",
            "| --- | --- | ---: | ---: | ---: | ---: | --- |"]
    for function, keras, size, smallest, mode in entries:
        size = "any" if function.startswith("mobilenet_v3") else size
        pixels = "0 to 255" if mode == "none" else mode
        rows.append(f"| `cn_{function}` | {keras} | {params[function][0]:,} | {params[function][1]:,} | {size} | "
                    f"{smallest} | {pixels} |")
    return rows


def gather():
    """All argument structs and defaults, of all headers: {name: members}, {macro: text}."""
    structs, defaults = {}, {}
    for path in HEADERS.glob("*.h"):
        text = path.read_text()
        for match in re.finditer(r"typedef struct (\w+) \{(.*?)\n\}([^;]*);", text, re.S):
            structs[match.group(1)] = fields(match.group(2))
        for match in re.finditer(r"typedef (\w+_args) ([^;{]*);", text):
            for alias in match.group(2).split(","):
                structs[alias.strip()] = structs.get(match.group(1))
        for match in re.finditer(r"#define (CN_\w+_DEFAULTS_?)((?:\\\n|.)*)", text):
            defaults[match.group(1)] = re.sub(r"\s+", " ", match.group(2).replace("\\\n", " ")).strip()
    for name, value in list(defaults.items()):  # defaults that are those of another
        if value in defaults:
            defaults[name] = defaults[value]
    return structs, defaults


def index(pages):
    lines = ["# Reference", "",
             "One page for each public header, made from it by `make.py` in this folder. Every function can be called with",
             "keywords, `cn_dense(32, .activation = \"relu\")`, where the page has a table of arguments; the function behind it,",
             "`cn_dense_with`, takes the same arguments as a struct, which is how C++ and other languages call it.", "",
             "| page | what |", "| --- | --- |"]
    for name, page in pages:
        what = re.split(r"\.(?=\s|$)", page.items[0].comment.replace("\n", " "))[0]
        lines.append(f"| [{name}]({name}.md) | {inline(what, True)} |")
    lines.append("| [keras](keras.md) | What is here of Keras, class by class, and what is not |")
    return "\n".join(lines) + "\n"


# ---- what works --------------------------------------------------------------------------------------------------------

# Kind, list, header. Some entries are there for Keras's files only.
LISTS = [("layers", "layers", "layers"), ("losses", "losses", "losses"), ("metrics", "metrics", "metrics"),
         ("optimizers", "optimizers", "optimizers"), ("learning-rate schedules", "optimizers/schedules", "optimizers"),
         ("callbacks", "callbacks", "callback_classes"), ("activations", "activations", "layers"),
         ("initializers", "initializers", "initializers"), ("regularizers", "regularizers", "regularizers"),
         ("constraints", "constraints", "constraints")]
OPERATIONS = {"ops": "basic ones", "math_ops": "functions and sums", "array_ops": "turns, joins, parts", "nn": "of layers", "activation_ops": "activations",
              "product_ops": "products", "linalg_ops": "factors and norms of matrices", "signal_ops": "signals",
              "image_ops": "images"}
NOT_BY_NAME = {"mean", "sum", "mean_metric_wrapper"}


def class_name(folder, entry):
    """Keras's name of an entry: as its file says, or in camel case."""
    if entry[0].isupper() or folder.name == "activations":
        return entry
    path = folder / f"{entry}.c"
    texts = re.findall(r'"([A-Z]\w*)"', path.read_text()) if path.exists() else []
    same = [t for t in texts if t.lower() == entry.replace("_", "")]
    return same[0] if same else "".join(part.capitalize() for part in entry.split("_"))


def table_of_what_works():
    source = HERE.parent.parent / "src"
    rows = ["| kind | what works |", "| --- | --- |"]
    for kind, path, header in LISTS:
        path = source / (f"{path}.def" if "/" in path else f"{path}/{path}.def")
        entries = re.findall(r"^CN_\w+\((\w+)", path.read_text(), re.M)
        names = [class_name(path.parent, e) for e in entries if e not in NOT_BY_NAME]
        rows.append(f"| [{kind}](docs/reference/{header}.md) | {', '.join(names)} |")
    names = re.findall(r'^CN_\w+\(\w+, "(\w+)"', (source / "applications" / "applications.def").read_text(), re.M)
    rows.append(f"| [applications](docs/reference/applications.md) | {', '.join(names)} |")
    drawn = {"get_item", "re_lu"}  # which C has under other names: cn_ops_slice, cn_ops_relu
    for header in (n for n in SEE if n in ("ops", "nn") or n.endswith("_ops")):
        functions = re.findall(r"^CN_API cn_tensors? \*?cn_ops_(\w+?)(?:_with)?\(", (HEADERS / f"{header}.h").read_text(), re.M)
        rows.append(f"| [operations: {OPERATIONS.get(header, header)}](docs/reference/{header}.md) | {', '.join(dict.fromkeys(functions))} |")
        drawn.update(name.removeprefix("image_") for name in functions)
    operations = re.findall(r"^CN_OPERATION_ENTRY\((\w+)", (source / "graph" / "operations.def").read_text(), re.M)
    assert drawn.issuperset(operations), f"operations without a function of C: {set(operations) - drawn}"
    return "\n".join(rows)


def with_table(text):
    """The README of the whole, with the table between its marks."""
    begin, end = "<!-- made by docs/reference/make.py -->\n", "\n<!-- end -->"
    first, last = text.index(begin) + len(begin), text.index(end)
    return text[:first] + table_of_what_works() + text[last:]


def main():
    structs, defaults = gather()
    names = [n for n in SEE if (HEADERS / f"{n}.h").exists()]
    names += sorted(p.stem for p in HEADERS.glob("*.h") if p.stem not in SEE and p.stem != "cornu")
    pages = [(name, Page(HEADERS / f"{name}.h", structs, defaults)) for name in names]
    files = {f"{name}.md": page.text() for name, page in pages}
    files["README.md"] = index(pages)
    whole = HERE.parent.parent / "README.md"
    files["../../README.md"] = with_table(whole.read_text())
    files["keras.md"], problems = keras_table.page(class_name)
    for problem in problems:
        print(f"docs/reference: {problem}")
    stale = [n for n, text in files.items() if not (HERE / n).exists() or (HERE / n).read_text() != text]
    if "--check" in sys.argv:
        for name in stale:
            print(f"docs/reference/{name} is out of date: run docs/reference/make.py")
        return 1 if stale or problems else 0
    for name in stale:
        (HERE / name).write_text(files[name])
    print(f"{len(files)} pages, {len(stale)} written")
    return 1 if problems else 0


sys.exit(main())
