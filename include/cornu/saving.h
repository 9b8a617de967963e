/* Saving models and their weights, and loading them again, in the formats of Keras. What Keras 3
 * writes is read here, what Keras 2 wrote too, and Keras 3 reads what is written here.
 *
 * Files are written whole or not at all: an interruption or a full disk leaves the old file.
 * Nothing in a file is run: a Lambda layer that holds Python code, not a function's name, is
 * refused. What is read may come from anywhere; a mistake in it is a failure with a message that
 * names the file and the place, or the layer and the key, and nothing is left of a model that was
 * to be made (but the memory it took in the session), nothing changed in one that was there.
 * Everything that is made belongs to the current session. One thread at a time saves or loads a
 * model, while none trains it.
 */
#ifndef CORNU_SAVING_H
#define CORNU_SAVING_H

#include "cornu/data.h"
#include "cornu/error.h"
#include "cornu/model.h"

CN_BEGIN_DECLS

/* ---- models ---------------------------------------------------------------------------------- */

/* cn_save(model, "model.keras"): the whole model: layers, arguments, calls, weights, what
 * cn_compile was told, and the optimizer's state, so that training goes on where it stopped.
 * (Random numbers, such as dropout's, may be others then; cn_backup_and_restore keeps those too.)
 * The name says how:
 *   .keras       as Keras 3: a zip of config.json and model.weights.h5
 *   .h5, .hdf5   the older format, which Keras 2 reads too if it knows all layers
 * include_optimizer: with false, of cn_compile and the optimizer nothing is saved. Layers of your
 * own are saved by the names they were registered under (cn_register_layer). The same model makes
 * the same file. Keras: Model.save. */
typedef struct cn_save_args {
    const cn_model *model;
    const char *path;
    bool include_optimizer;
    char end_;
} cn_save_args;
#define CN_SAVE_DEFAULTS .include_optimizer = true
CN_API cn_status cn_save_with(const cn_save_args *args);

/* cn_load_model("model.keras"): the model of a file that cn_save or Keras wrote (.keras by all of
 * Keras 3 and the last of Keras 2; .h5 by Keras 2 and 3), or of a folder with config.json and
 * model.weights.h5. The content says which it is, the name need not.
 *   compile  compiles the model if the file says how, and takes the optimizer's state
 *   warn     called with a text for whatever is left out, such as an optimizer's state in another
 *            form
 * Everything is computed in float32: layers of float64 lose digits (weights are rounded as they are
 * read, and saved as float32), layers of mixed_float16, mixed_bfloat16, float16 and bfloat16 gain
 * some. Saved again, layers keep what the file says. Refused, with the layer's name and the reason:
 * Python code (Lambda), classes and functions that are not registered here, quantized layers and
 * LoRA, data types that differ within a layer (DTypePolicyMap), sparse inputs, and weights that the
 * file could not hold. NULL on failure. Keras: keras.models.load_model. */
typedef struct cn_load_model_args {
    const char *path;
    bool compile;
    void (*warn)(void *context, const char *message);
    void *context;
    char end_;
} cn_load_model_args;
#define CN_LOAD_MODEL_DEFAULTS .compile = true
CN_API cn_model *cn_load_model_with(const cn_load_model_args *args);

/* ---- weights --------------------------------------------------------------------------------- */

/* cn_save_weights(model, "model.weights.h5"): all weights, and the optimizer's state if the model
 * was trained; the name says how:
 *   .weights.h5    as Keras 3: by the classes and order of the layers
 *   .weights.json  the same in several files of at most max_shard_size GB, which are listed in this
 *                  one
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

/* cn_load_weights(model, "model.weights.h5"): what cn_save_weights wrote, or Keras (2.0 to 2.15,
 * all of 3); .keras files too, of which only the weights are read. The content says which of
 * Keras's formats it is, the name need not. Layers are matched by their order; the weights of all
 * of them must fit, or none is changed.
 *   by_name        of old .h5 files: layers of the same name, others are left as they are
 *   skip_mismatch  layers (of old files: weights) that do not fit are left as they are
 *   warn           called with a text for whatever is left as it is, such as the state of another
 *                  optimizer
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

/* What a file of weights holds, without a model: arrays by their paths in the file, such as
 * "layers/dense/vars/0" of .weights.h5, .weights.json and .keras,
 * "model_weights/dense/dense/kernel:0" of older .h5, or the names of an .npz; those of an optimizer
 * too. The caller frees it with cn_arrays_free; NULL on failure. */
CN_API cn_arrays *cn_load_weight_arrays(const char *path);

/* ---- models as JSON -------------------------------------------------------------------------- */

/* The model's layers, their arguments and calls, and what cn_compile was told, but no weights: the
 * text of Keras's config.json, to be freed with free(). NULL on failure, such as for a layer of
 * your own whose class is not registered. Keras: Model.to_json. */
CN_API char *cn_to_json(const cn_model *model);

/* cn_from_json(text), cn_from_json(text, .compile = false): the model of such a text, with new
 * weights. Texts are those of Keras 3 and of Keras 2 (to_json, or model_config of .h5); where a
 * text is of Keras 2, its defaults and formulas hold, such as hard_sigmoid 0.2 x + 0.5. compile:
 * compiles the model if the text says how. Layers of your own are found by the names they were
 * registered under (cn_register_layer), activations, losses and metrics likewise. NULL on failure.
 * Keras: keras.models.model_from_json. */
typedef struct cn_from_json_args {
    const char *text;
    bool compile;
    char end_;
} cn_from_json_args;
#define CN_FROM_JSON_DEFAULTS .compile = true
CN_API cn_model *cn_from_json_with(const cn_from_json_args *args);

/* What cn_compile was told, as JSON, to be freed with free(): Keras's compile_config, with
 * "optimizer", "loss", "metrics" ...; "{}" of a model that is not compiled. NULL on failure. Keras:
 * Model.get_compile_config. */
CN_API char *cn_get_compile_config(const cn_model *model);

/* Compiles a model as such a text says; one that says no loss and no optimizer is an error. Keras:
 * Model.compile_from_config. */
CN_API cn_status cn_compile_from_config(cn_model *model, const char *text);

/* A model of new layers with the same names, arguments and calls, and with new weights; not
 * compiled. Models inside are copied too. NULL on failure. Keras: keras.models.clone_model. */
CN_API cn_model *cn_clone_model(const cn_model *model);

#ifndef __cplusplus
#define cn_from_json(...)                                                                          \
    CN_KEYWORDS_(cn_from_json_with, cn_from_json_args, CN_FROM_JSON_DEFAULTS, .text = __VA_ARGS__)
#define cn_save(...)                                                                               \
    CN_KEYWORDS_(cn_save_with, cn_save_args, CN_SAVE_DEFAULTS,                                     \
                 .model = (CN_FIRST_(__VA_ARGS__, 0)), .path = (CN_SECOND_(__VA_ARGS__, 0)),       \
                 CN_AFTER_2_(__VA_ARGS__, .end_ = 0))
#define cn_load_model(...)                                                                         \
    CN_KEYWORDS_(cn_load_model_with, cn_load_model_args, CN_LOAD_MODEL_DEFAULTS,                   \
                 .path = __VA_ARGS__)
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
