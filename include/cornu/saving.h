/* Saving models and loading them again, in the formats of Keras. What Keras 3 writes is read here, what
 * Keras 2 wrote too, and Keras 3 reads what is written here.
 *
 * Nothing in a file is run: a Lambda layer, which holds Python code, is refused. What is read may come
 * from anywhere; a mistake in it is a failure with a message that names the layer and the key, and
 * nothing is left of the model (but the memory it took in the session). Everything that is made
 * belongs to the current session.
 */
#ifndef CORNU_SAVING_H
#define CORNU_SAVING_H

#include "cornu/error.h"
#include "cornu/model.h"

CN_BEGIN_DECLS

/* ---- models as JSON -------------------------------------------------------------------------- */

/* The model's layers, their arguments and calls, and what cn_compile was told, but no weights: the
 * text of Keras's config.json, to be freed with free(). NULL on failure, such as for a layer of your
 * own whose class is not registered. Keras: Model.to_json. */
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

/* A model of new layers with the same names, arguments and calls, and with new weights; not
 * compiled. Models inside are copied too. NULL on failure. Keras: keras.models.clone_model. */
CN_API cn_model *cn_clone_model(const cn_model *model);

#ifndef __cplusplus
#define cn_from_json(...)                                                                          \
    CN_KEYWORDS_(cn_from_json_with, cn_from_json_args, CN_FROM_JSON_DEFAULTS, .text = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
