"""text.json: what keras.layers.TextVectorization learns from texts, and what it makes of others.

{"name", "texts", "more", "max_tokens" or null, "standardize", "split", "ngrams" (a list), "vocabulary", "int", and from
layers with other output modes "multi_hot", "count", "tf_idf"}. vocabulary, with "" and "[UNK]" in front, is learnt from
texts; the arrays are made of more. multi_hot and the rest have no column for "", and max_tokens does not count it.

Making this file needs TensorFlow too (pip install tensorflow), which that layer is written with.
"""

import keras
import numpy

from common import array, contents

FABLE = [
    "The Fox, and the Grapes!",
    "One hot day a Fox was strolling through an orchard;  he came to a bunch of grapes (just ripening).",
    "\"Just the thing to quench my thirst,\" said the fox -- and took a run & a jump.\n\tHe just missed.",
    "It's easy to despise what you can't get: it's e_a_s_y #easy [easy] {easy} @easy ^easy~ 50% a+b=c d\\e|f <g> `h` $i",
    "",
    "  ",
    "\u00c4PFEL sind \u00e4pfel; \u00c9t\u00e9 \u2014 \u00bfqu\u00e9? na\u00efve\u00a0caf\u00e9",
    "a b c a b a zebra zebra yak yak",
]
MORE = ["The fox and the zebra", "unknown words only, here", "", "a b c a b", "\u00e9t\u00e9 \u00c4PFEL it's", "[UNK] a [UNK]"]

SETTINGS = {
    "as it comes": {},
    "ten numbers": {"max_tokens": 10},
    "lower": {"standardize": "lower"},
    "strip punctuation": {"standardize": "strip_punctuation"},
    "not standardized": {"standardize": None},
    "characters": {"split": "character"},
    "characters, not standardized, in pairs": {"split": "character", "standardize": None, "ngrams": (2,)},
    "words and pairs": {"ngrams": 2},
    "triples, then words": {"ngrams": (3, 1), "max_tokens": 40},
    "not split": {"split": None},
}


def layer(settings, mode, texts):
    settings = dict(settings)
    if mode != "int" and settings.get("max_tokens"):
        settings["max_tokens"] -= 1
    made = keras.layers.TextVectorization(output_mode=mode, **settings)
    made.adapt(texts)
    return made


def case(name, settings):
    # A text of nothing is a word in the other modes if texts are not split, and padding in mode "int".
    split = settings.get("split", "whitespace")
    texts, more = [[text for text in part if split or text] for part in (FABLE, MORE)]
    ngrams = settings.get("ngrams", ())
    made = {"name": name, "texts": texts, "more": more, "max_tokens": settings.get("max_tokens"),
            "standardize": settings.get("standardize", "lower_and_strip_punctuation"), "split": split,
            "ngrams": list(range(1, ngrams + 1) if isinstance(ngrams, int) else ngrams)}
    more = numpy.array(more).reshape(-1, 1)
    for mode in ("int", "multi_hot", "count", "tf_idf"):
        learnt = layer(settings, mode, texts)
        made[mode] = array(keras.ops.convert_to_numpy(learnt(more)).astype("int32" if mode == "int" else "float32"))
        if mode == "int":
            made["vocabulary"] = [str(word) for word in learnt.get_vocabulary()]
    return made


def file():
    return contents([case(name, settings) for name, settings in SETTINGS.items()])
