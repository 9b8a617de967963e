/* Saving models and their weights, and loading them again, in the formats of Keras. What Keras writes is read here, and
 * Keras reads what is written here.
 *
 * Files are written whole or not at all: an interruption or a full disk leaves the old file. What is read may come from
 * anywhere; a mistake in it is a failure with a message that names the file and the place, and changes nothing. One thread
 * at a time saves or loads a model, while none trains it.
 */
#ifndef CORNU_SAVING_H
#define CORNU_SAVING_H

#include "cornu/error.h"
#include "cornu/model.h"

CN_BEGIN_DECLS

/* ---- weights --------------------------------------------------------------------------------- */

/* cn_save_weights(model, "model.weights.h5"): all weights, and the optimizer's state if the model was trained; the name
 * says how:
 *   .weights.h5    as Keras 3: by the classes and order of the layers
 *   .weights.json  the same in several files of at most max_shard_size GB, which are listed in this one
 *   .h5, .hdf5     as Keras 2: by the names of the layers; no optimizer
 *   .npz           arrays by the paths of the weights ("dense_1/kernel"), for NumPy; no optimizer
 * A model that is not built is an error. Keras: Model.save_weights. */
typedef struct cn_save_weights_args {
    const cn_model *model;
    const char *path;
    double max_shard_size; /* 10^9 bytes; 0: one file */
    char end_;
} cn_save_weights_args;
#define CN_SAVE_WEIGHTS_DEFAULTS .max_shard_size = 0
CN_API cn_status cn_save_weights_with(const cn_save_weights_args *args);

/* cn_load_weights(model, "model.weights.h5"): what cn_save_weights wrote, or Keras (2.0 to 2.15, all of 3); .keras files
 * too, of which only the weights are read. The content says which of Keras's formats it is, the name need not. Layers
 * are matched by their order; the weights of all of them must fit, or none is changed.
 *   by_name        of old .h5 files: layers of the same name, others are left as they are
 *   skip_mismatch  layers (of old files: weights) that do not fit are left as they are
 *   warn           called with a text for whatever is left as it is, such as the state of another optimizer
 * Keras: Model.load_weights. */
typedef struct cn_load_weights_args {
    cn_model *model;
    const char *path;
    bool by_name, skip_mismatch;
    void (*warn)(void *context, const char *message);
    void *context;
    char end_;
} cn_load_weights_args;
#define CN_LOAD_WEIGHTS_DEFAULTS .by_name = false, .skip_mismatch = false
CN_API cn_status cn_load_weights_with(const cn_load_weights_args *args);

#ifndef __cplusplus
#define cn_save_weights(...)                                                                       \
    CN_KEYWORDS_(cn_save_weights_with, cn_save_weights_args, CN_SAVE_WEIGHTS_DEFAULTS,             \
                 .model = (CN_FIRST_(__VA_ARGS__, 0)), .path = (CN_SECOND_(__VA_ARGS__, 0)),       \
                 CN_AFTER_2_(__VA_ARGS__, .end_ = 0))
#define cn_load_weights(...)                                                                       \
    CN_KEYWORDS_(cn_load_weights_with, cn_load_weights_args, CN_LOAD_WEIGHTS_DEFAULTS,             \
                 .model = (CN_FIRST_(__VA_ARGS__, 0)), .path = (CN_SECOND_(__VA_ARGS__, 0)),       \
                 CN_AFTER_2_(__VA_ARGS__, .end_ = 0))
#endif

CN_END_DECLS

#endif
