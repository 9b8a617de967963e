/* What the lookups share: tokens, which are whole numbers or strings, as places in a vocabulary.
 * First comes the mask token's place, if there is one, then those of tokens that the vocabulary
 * lacks, then its own. */
#ifndef CORNU_LAYERS_LOOKUP_H
#define CORNU_LAYERS_LOOKUP_H

#include "data/word_counter.h"
#include "layers/categories.h"

/* Of a layer's arguments, what does not depend on the kind of token. */
typedef struct cn_lookup_common {
    int64_t max_tokens, num_oov_indices;
    int64_t given; /* tokens in the vocabulary, and */
    int64_t words; /* without the special ones that it may begin with */
    bool masked;   /* there is a mask token */
    bool invert, pad_to_max_tokens;
    const char *output_mode;
    cn_numbers idf_weights;
} cn_lookup_common;

/* A layer's state. */
typedef struct cn_lookup {
    cn_kept_numbers keys, values, weights;
    bool learnt;
} cn_lookup;

/* Whether the mask token has a place: where tokens are counted it has none. */
bool cn_lookup_has_mask_place(const cn_lookup_common *common);

/* How many places there are before the vocabulary's own, and in all. */
int64_t cn_lookup_start(const cn_lookup_common *common);
int64_t cn_lookup_depth(const cn_lookup_common *common);

/* Refuses arguments, and calls, that are impossible whatever the tokens are. */
cn_status cn_lookup_check(const cn_lookup_common *common);
cn_status cn_lookup_check_inputs(const cn_layer *layer, const cn_lookup_common *common,
                                 const cn_type *input);

/* Keeps the weights of all places, for "tf_idf". */
cn_status cn_lookup_keep_weights(cn_layer *layer, const cn_lookup_common *common);

/* Those of the vocabulary's places, special ones among them: a list in the arena. */
cn_status cn_lookup_list_weights(const cn_lookup_common *common, cn_arena *arena, cn_numbers *all);

/* The place that the mask token is looked up as. */
int64_t cn_lookup_mask_value(const cn_lookup_common *common);

/* The places of tokens x, of which keys and values are kept; unknown: those of others, for which
 * there are num_oov_indices. */
cn_value cn_emit_places(cn_call_frame *frame, const cn_lookup_common *common, cn_value x,
                        cn_value unknown);

/* Which of the places of unknown tokens, given as 0 .. num_oov_indices - 1 (CN_NO_VALUE: there is
 * one). */
cn_value cn_emit_unknown(cn_program *p, const cn_lookup_common *common, cn_value which);

/* The tokens at places x, from values, whose last one is for places that there are not. */
cn_value cn_emit_tokens(cn_call_frame *frame, cn_value x);

/* The output of places, as the output mode says. */
cn_value cn_emit_lookup_output(cn_call_frame *frame, const cn_lookup_common *common,
                               cn_value places);

/* The weights of all places of a layer that is built, which any layer may be; NULL: it has none. */
const cn_variable *cn_lookup_weights(const cn_layer *layer);

void cn_lookup_free(void *state);

/* ---- strings --------------------------------------------------------------------------------- */

/* Fills in how many words a vocabulary of strings has without the special tokens that it may begin
 * with; and those words. mask_token: NULL if there is none. */
void cn_lookup_count_texts(cn_lookup_common *common, const cn_texts *vocabulary,
                           const char *mask_token, const char *oov_token);
cn_texts cn_lookup_texts(const cn_lookup_common *common, const cn_texts *vocabulary);

/* Refuses what is no text, special tokens and what is there twice. */
cn_status cn_lookup_check_texts(const cn_lookup_common *common, const cn_texts *vocabulary,
                                const char *mask_token, const char *oov_token);

/* Refuses another encoding than UTF-8, which is all there is here. */
cn_status cn_check_encoding(const char *encoding);

/* Keeps words and their places, which the mask token is among if it is not NULL; or, inverted, the
 * words at all places and for what is no place. */
cn_status cn_keep_words(cn_layer *layer, const cn_lookup_common *common, const cn_texts *words,
                        const char *mask_token);
cn_status cn_keep_inverse(cn_layer *layer, const cn_lookup_common *common, const cn_texts *words,
                          const char *mask_token, const char *oov_token);

/* ---- learning -------------------------------------------------------------------------------- */

/* Learns a vocabulary, if none was given, by one of the functions below. */
cn_status cn_lookup_begin(const cn_layer *layer, const cn_lookup_common *common, int64_t *most);
cn_status cn_check_learnt(cn_layer *layer, int64_t words);

/* Puts the most frequent numbers of data, at most so many, into the arguments. */
cn_status cn_learn_numbers(cn_layer *layer, cn_integer_lookup_args *args, int64_t most,
                           const cn_array *data);

/* The same for strings that a counter counted in so many samples; special: tokens that are not
 * learnt. */
cn_status cn_learn_texts(cn_layer *layer, cn_word_counter *counter, const char *const special[2],
                         int64_t most, int64_t samples, cn_texts *vocabulary, cn_numbers *weights);

/* Fails unless data are strings, each of them UTF-8. */
cn_status cn_check_texts_to_learn(const cn_layer *layer, const cn_array *data);

#endif
