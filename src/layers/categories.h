/* What the layers share that turn numbers into categories. */
#ifndef CORNU_LAYERS_CATEGORIES_H
#define CORNU_LAYERS_CATEGORIES_H

#include "cornu/preprocessing.h"
#include "layers/layers.h"
#include "runtime/array.h"

/* The output modes, as a list that ends with NULL; a layer takes the first few, or a list of its
 * own. */
extern const char *const cn_output_modes[];
enum { CN_ALL_OUTPUT_MODES = 5, CN_OUTPUT_MODES_OF_BINS = 4 };

/* Refuses an output_mode that is not one of the first n. */
cn_status cn_check_output_mode(const char *mode, const char *const *modes, int64_t n);

/* Refuses inputs of rank 1 where a sample's numbers are counted. */
cn_status cn_check_counted(const cn_layer *layer, const cn_type *input, const char *mode);

/* Numbers of categories as the mode says, but "tf_idf", which counts. weights: how much each
 * counts; CN_NO_VALUE: 1. */
cn_value cn_emit_categories(cn_program *p, cn_value numbers, const char *mode, int64_t depth,
                            cn_value weights);

/* The bin of whole numbers or strings, by FarmHash or, if there is a salt, SipHash. */
cn_value cn_emit_bins(cn_program *p, cn_value numbers, int64_t bins,
                      const int64_t salt[CN_MAX_RANK]);

/* Numbers that a layer keeps in its state, for programs to read; they are no weights. */
typedef struct cn_kept_numbers {
    cn_variable variable;
} cn_kept_numbers;
cn_status cn_keep_numbers(const cn_layer *layer, cn_kept_numbers *kept, const char *name,
                          cn_dtype dtype, const double *numbers, int64_t n);

/* Fails for a layer that was called: what it has learnt stands in programs. */
cn_status cn_check_not_called(const cn_layer *layer);

/* Fails for strings, which a layer cannot learn from. */
cn_status cn_check_numbers_to_learn(const cn_layer *layer, const cn_array *data);

#endif
