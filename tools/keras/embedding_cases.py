"""embedding_calls.json: ReversibleEmbedding, both ways. Cases are those of call_cases.py; "options" may have "reverse"."""

import keras

from call_cases import call_case
from common import contents, integers, numbers

SIZES = {"input_dim": 7, "output_dim": 3}
FORMS = ({}, {"tie_weights": False}, {"logit_soft_cap": 0.5}, {"tie_weights": False, "logit_soft_cap": 2.0, "reverse_dtype": "float32"},
         {"mask_zero": True, "embeddings_regularizer": keras.regularizers.L2(0.1), "embeddings_constraint": "unit_norm"})


def file():
    words, hidden = integers(5, (2, 4), 7).astype("int32"), numbers(6, (2, 4, 3))
    cases = []
    for form in FORMS:
        cases.append(call_case("ReversibleEmbedding", {**SIZES, **form}, [words]))
        cases.append(call_case("ReversibleEmbedding", {**SIZES, **form}, [hidden], reverse=True, note="reverse"))
    cases.append(call_case("ReversibleEmbedding", SIZES, [numbers(7, (2, 3))], reverse=True, note="reverse, rank 2"))
    return contents(cases)
