/* The vocabulary of an IntegerLookup: where its parts are, and how it is learnt. */
#ifndef CORNU_LAYERS_LOOKUP_H
#define CORNU_LAYERS_LOOKUP_H

#include "layers/categories.h"

typedef struct cn_lookup {
    cn_kept_numbers keys, values, weights;
    bool learnt;
} cn_lookup;

/* How many places there are before the vocabulary's own, and in all. */
int64_t cn_lookup_start(const cn_integer_lookup_args *args);
int64_t cn_lookup_depth(const cn_integer_lookup_args *args);

/* The vocabulary without the special tokens that it may begin with. */
cn_numbers cn_lookup_words(const cn_integer_lookup_args *args);

cn_status cn_lookup_adapt(cn_layer *layer, void *args, const cn_array *data);

#endif
