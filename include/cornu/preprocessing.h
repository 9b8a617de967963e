/* Layers that turn numbers and strings into categories, and categories into numbers. Whole numbers
 * are int32 here, where Keras has int64 too.
 *
 * Strings come into a model by cn_input({1}, .dtype = "string") and arrays of CN_STRING, or
 * sequences of them: a sample is a text, or a word for each step. They must be UTF-8 and not NULL;
 * a batch with another one is an error that names the row. The layers here that take strings make
 * numbers of them, as a part of each step; no other layer takes any. A model whose outputs are
 * strings predicts an array of CN_STRING, whose texts belong to the model. What text.h does beside
 * a model is the same work. */
#ifndef CORNU_PREPROCESSING_H
#define CORNU_PREPROCESSING_H

#include "cornu/array.h"
#include "cornu/error.h"
#include "cornu/layers.h"

CN_BEGIN_DECLS

/* Where a layer has an output_mode, depth being how many categories there are:
 *   "int"        the number of the category, int32, in the input's shape
 *   "one_hot"    float32 [..., depth]: 1 at the number. A last axis of size 1 vanishes before
 *   "multi_hot"  float32 [N, ..., depth]: 1 where one of the numbers along axis 1 is the category
 *   "count"      the same: how many of them are
 *   "tf_idf"     the same: how many, times the category's weight
 * Numbers outside of 0 .. depth - 1 count nowhere. No gradient flows, and masks are dropped. */

/* cn_adapt(layer, data): the layer learns what it needs from data of shape [N, ...] or [N], before
 * it is first called: a Discretization its boundaries from numbers, an IntegerLookup its vocabulary
 * from whole numbers, a StringLookup from strings, a TextVectorization from texts. A second time
 * begins anew. A Normalization learns its weights mean and variance, of the data's numbers at each
 * place of its axes, and may have been called before.
 * Keras: adapt. */
CN_API cn_status cn_adapt(cn_layer *layer, const cn_array *data);

/* cn_discretization(.bin_boundaries = CN_NUMBERS(0, 10, 20)): y = how many boundaries, in ascending
 * order, are not greater than x; there is one category more than boundaries. With num_bins instead,
 * cn_adapt finds boundaries between so many bins with about equally many numbers each, from a
 * summary that is wrong by a part of epsilon of them. output_mode: "int", "one_hot", "multi_hot" or
 * "count". Keras: Discretization. */
typedef struct cn_discretization_args {
    char begin_;
    cn_numbers bin_boundaries;
    int64_t num_bins;
    double epsilon;
    const char *output_mode;
    CN_LAYER_KEYWORDS_
} cn_discretization_args;
#define CN_DISCRETIZATION_DEFAULTS                                                                 \
    .num_bins = CN_NONE, .epsilon = 0.01, .output_mode = "int", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_discretization_with(const cn_discretization_args *args);

/* cn_category_encoding(10): whole numbers from 0 up to, not with, num_tokens as "one_hot",
 * "multi_hot" or "count". With "count" there may be a second input of x's shape: how much each
 * number counts, cn_call(layer, x, count_weights). Keras: CategoryEncoding. */
typedef struct cn_category_encoding_args {
    int64_t num_tokens;
    const char *output_mode;
    CN_LAYER_KEYWORDS_
} cn_category_encoding_args;
#define CN_CATEGORY_ENCODING_DEFAULTS .output_mode = "multi_hot", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_category_encoding_with(const cn_category_encoding_args *args);

/* cn_hashing(1000): y = a hash of x, strings or the digits of whole numbers, modulo num_bins, the
 * same in every run and as in Keras: FarmHash64, or with a salt of two numbers SipHash64 (CN_NONE
 * as the second: both are the first).
 * mask_value, of strings mask_text, if given has bin 0 for itself. output_mode: "int", "one_hot",
 * "multi_hot" or "count". Keras: Hashing. */
typedef struct cn_hashing_args {
    int64_t num_bins;
    double mask_value;
    const char *mask_text;
    int64_t salt[CN_MAX_RANK];
    const char *output_mode;
    CN_LAYER_KEYWORDS_
} cn_hashing_args;
#define CN_HASHING_DEFAULTS                                                                        \
    .mask_value = CN_UNSET, .salt = {CN_NONE}, .output_mode = "int", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_hashing_with(const cn_hashing_args *args);

/* cn_hashed_crossing(1000): a hash of two or more whole numbers or strings together, each [N] or
 * [N, 1], modulo num_bins, as in Keras. output_mode: "int" or "one_hot". Keras: HashedCrossing. */
typedef struct cn_hashed_crossing_args {
    int64_t num_bins;
    const char *output_mode;
    CN_LAYER_KEYWORDS_
} cn_hashed_crossing_args;
#define CN_HASHED_CROSSING_DEFAULTS .output_mode = "int", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_hashed_crossing_with(const cn_hashed_crossing_args *args);

/* cn_integer_lookup(.vocabulary = CN_NUMBERS(12, 36, 42)): whole numbers as their places in a
 * vocabulary, which is given, or learnt by cn_adapt: the most frequent first, of equally frequent
 * ones the larger. Place 0 is mask_token's, if there is one and output_mode is "int"; then come
 * num_oov_indices places for numbers that the vocabulary lacks, then the vocabulary. The vocabulary
 * may begin with these special tokens.
 * max_tokens: at most so many places. Without places for others, such a number fails when it runs;
 * with several, its place is chosen by x modulo num_oov_indices (oov_method "floormod") or by a
 * hash ("farmhash", with or without salt, as in cn_hashing). invert: places become numbers, those
 * of no word oov_token. output_mode: all; "tf_idf" needs idf_weights, one for each of the
 * vocabulary, or learns them, log(1 + D / (1 + d)) for d of D samples that have the number.
 * pad_to_max_tokens: the depth is max_tokens. Keras: IntegerLookup. */
typedef struct cn_integer_lookup_args {
    char begin_;
    int64_t max_tokens, num_oov_indices;
    double mask_token, oov_token;
    cn_numbers vocabulary;
    const char *vocabulary_dtype;
    cn_numbers idf_weights;
    bool invert;
    const char *output_mode;
    bool pad_to_max_tokens;
    const char *oov_method;
    int64_t salt[CN_MAX_RANK];
    int64_t vocabulary_size; /* of Keras's records; means nothing here */
    CN_LAYER_KEYWORDS_
} cn_integer_lookup_args;
#define CN_INTEGER_LOOKUP_DEFAULTS                                                                 \
    .max_tokens = CN_NONE, .num_oov_indices = 1, .mask_token = CN_UNSET, .oov_token = -1,          \
    .vocabulary_dtype = "int64", .output_mode = "int", .oov_method = "floormod",                   \
    .salt = {CN_NONE}, .vocabulary_size = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_integer_lookup_with(const cn_integer_lookup_args *args);

/* cn_string_lookup(.vocabulary = CN_TEXTS("red", "green")): strings as their places in a
 * vocabulary, as cn_integer_lookup has it for numbers; special tokens are strings (NULL: none).
 * With several places for strings that the vocabulary lacks, a hash chooses: FarmHash64, or with a
 * salt SipHash64. invert: places become strings. encoding is "utf-8". Keras: StringLookup. */
typedef struct cn_string_lookup_args {
    char begin_;
    int64_t max_tokens, num_oov_indices;
    const char *mask_token, *oov_token;
    cn_texts vocabulary;
    cn_numbers idf_weights;
    bool invert;
    const char *output_mode;
    bool pad_to_max_tokens;
    const char *encoding;
    int64_t salt[CN_MAX_RANK];
    const char *oov_method;  /* of Keras's records, as is */
    int64_t vocabulary_size; /* this; they mean nothing here */
    CN_LAYER_KEYWORDS_
} cn_string_lookup_args;
#define CN_STRING_LOOKUP_DEFAULTS                                                                  \
    .max_tokens = CN_NONE, .num_oov_indices = 1, .oov_token = "[UNK]", .output_mode = "int",       \
    .encoding = "utf-8", .salt = {CN_NONE}, .oov_method = "floormod", .vocabulary_size = CN_NONE,  \
    CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_string_lookup_with(const cn_string_lookup_args *args);

/* cn_text_vectorization(.max_tokens = 10000): texts of shape [N] or [N, 1] as the numbers of their
 * words: 0 is padding, 1 a word that the vocabulary lacks, from 2 on come the words of a vocabulary
 * that is given or learnt by cn_adapt, the most frequent first. How texts become words
 * (standardize, split, ngrams) is said in cornu/text.h; max_tokens counts 0 and 1 too.
 *   output_mode "int"     int32 [N, output_sequence_length]: longer texts are cut; CN_NONE: as many
 *   as the
 *                         longest text of a batch has words. Without a split there is one
 *               "multi_hot", "count", "tf_idf"
 *                         float32 [N, depth], as above. There is no padding here: column 0 is for
 *                         words that the vocabulary lacks. idf_weights and pad_to_max_tokens as in
 *                         cn_integer_lookup
 *               "one_hot" the same as "multi_hot" for texts that are not split
 * Keras: TextVectorization. */
typedef struct cn_text_vectorization_args {
    char begin_;
    int64_t max_tokens;
    const char *standardize, *split;
    int64_t ngrams[CN_MAX_RANK];
    const char *output_mode;
    int64_t output_sequence_length;
    bool pad_to_max_tokens;
    cn_texts vocabulary;
    cn_numbers idf_weights;
    const char *encoding;
    int64_t vocabulary_size; /* of Keras's records; means nothing here */
    CN_LAYER_KEYWORDS_
} cn_text_vectorization_args;
#define CN_TEXT_VECTORIZATION_DEFAULTS                                                             \
    .max_tokens = CN_NONE, .standardize = "lower_and_strip_punctuation", .split = "whitespace",    \
    .output_mode = "int", .output_sequence_length = CN_NONE, .encoding = "utf-8",                  \
    .vocabulary_size = CN_NONE, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_text_vectorization_with(const cn_text_vectorization_args *args);

/* ---- keywords -------------------------------------------------------------------------------- */

#ifndef __cplusplus
#define cn_discretization(...)                                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_discretization_with, cn_discretization_args,                          \
                          CN_DISCRETIZATION_DEFAULTS, __VA_ARGS__)
#define cn_category_encoding(...)                                                                  \
    CN_KEYWORDS_(cn_category_encoding_with, cn_category_encoding_args,                             \
                 CN_CATEGORY_ENCODING_DEFAULTS, .num_tokens = __VA_ARGS__)
#define cn_hashing(...)                                                                            \
    CN_KEYWORDS_(cn_hashing_with, cn_hashing_args, CN_HASHING_DEFAULTS, .num_bins = __VA_ARGS__)
#define cn_hashed_crossing(...)                                                                    \
    CN_KEYWORDS_(cn_hashed_crossing_with, cn_hashed_crossing_args, CN_HASHED_CROSSING_DEFAULTS,    \
                 .num_bins = __VA_ARGS__)
#define cn_integer_lookup(...)                                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_integer_lookup_with, cn_integer_lookup_args,                          \
                          CN_INTEGER_LOOKUP_DEFAULTS, __VA_ARGS__)
#define cn_string_lookup(...)                                                                      \
    CN_OPTIONAL_KEYWORDS_(cn_string_lookup_with, cn_string_lookup_args, CN_STRING_LOOKUP_DEFAULTS, \
                          __VA_ARGS__)
#define cn_text_vectorization(...)                                                                 \
    CN_OPTIONAL_KEYWORDS_(cn_text_vectorization_with, cn_text_vectorization_args,                  \
                          CN_TEXT_VECTORIZATION_DEFAULTS, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
