/* Layers, activations and functions of your own, in C. They compute with the operations of
 * cornu/ops.h; gradients come by themselves. A layer y = x * scale, with one learnt number for each
 * feature:
 *
 *     static cn_status build_scale(cn_layer *layer, cn_tensors inputs)
 *     {
 *         return cn_add_weight(layer, "scale", {cn_tensor_dim(inputs.at[0], -1)},
 *                              .initializer = "ones");
 *     }
 *
 *     static cn_tensor *call_scale(cn_layer *layer, cn_tensors inputs, bool training)
 *     {
 *         (void)training;
 *         return cn_ops_multiply(inputs.at[0], cn_layer_weight(layer, "scale"));
 *     }
 *
 *     cn_tensor *y = cn_call(cn_custom_layer("Scale", build_scale, call_scale), x);
 *
 * The functions are called when the layer is called on a drawn tensor, and again for every batch
 * shape and phase; never while a model runs. They must not keep the tensors they get. A failure of
 * theirs (NULL or a status) makes the call that needed them fail. They run in the thread that
 * draws, trains or predicts.
 */
#ifndef CORNU_CUSTOM_H
#define CORNU_CUSTOM_H

#include "cornu/error.h"
#include "cornu/layers.h"
#include "cornu/model.h"
#include "cornu/ops.h"

CN_BEGIN_DECLS

/* Adds the layer's weights, once, before the first call. inputs have shapes and types only; CN_NONE
 * where not known. */
typedef cn_status cn_layer_build_function(cn_layer *layer, cn_tensors inputs);

/* Returns the layer's output, computed from inputs and weights. training: whether a training step
 * is being made. */
typedef cn_tensor *cn_layer_call_function(cn_layer *layer, cn_tensors inputs, bool training);

/* The same for a layer with several outputs, which go to outputs[0], outputs[1], ... */
typedef cn_status cn_layer_outputs_function(cn_layer *layer, cn_tensors inputs, bool training,
                                            cn_tensor **outputs);

/* cn_custom_layer("Scale", build, call, .data = &factor, .data_size = sizeof factor): a layer of
 * your own. class_name names it in the summary, and automatic names come from it: scale_1. build
 * may be NULL: no weights. data: for the functions, which get it by cn_layer_data(); data_size
 * bytes are copied, 0: the pointer itself is kept. inputs from min_inputs to max_inputs, 1 if not
 * given. supports_masking: the (only) input's mask is the output's. NULL if class_name is NULL, or
 * unless there is exactly one of call and call_all. Keras: a subclass of keras.layers.Layer.
 *
 * config: what Keras's get_config would give beside name, trainable and dtype, as the text of a
 * JSON object, such as "{\"factor\": 3}": it is written with the model, and given to the function
 * that cn_register_layer has when the model is loaded.
 *
 * call_all, instead of call, is for a layer with n_outputs outputs.
 *
 * With state_sizes, the layer is a cell for cn_rnn: one step of a recurrent layer. call_all gets
 * one step of the sequence, inputs.at[0] [N, F], and the states before it, inputs.at[1 + i] [N,
 * state_sizes[i]]; it gives the output and then the states after it. The numbers of inputs and
 * outputs follow from that. Keras: a cell for keras.layers.RNN. */
typedef struct cn_custom_layer_args {
    const char *class_name;
    cn_layer_build_function *build;
    cn_layer_call_function *call;
    cn_layer_outputs_function *call_all;
    int64_t n_outputs;
    int64_t state_sizes[CN_MAX_LIST];
    const void *data;
    size_t data_size;
    int64_t min_inputs, max_inputs;
    bool supports_masking;
    const char *config;
    CN_LAYER_KEYWORDS_
} cn_custom_layer_args;
#define CN_CUSTOM_LAYER_DEFAULTS                                                                   \
    .n_outputs = 1, .min_inputs = 1, .max_inputs = 1, CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_custom_layer_with(const cn_custom_layer_args *args);

/* What cn_custom_layer was given as data: the layer's own copy, or the pointer. */
CN_API const void *cn_layer_data(const cn_layer *layer);

/* cn_add_weight(layer, "kernel", {4, 3}, .regularizer = "l2"): a weight of this shape, {0} for a
 * single number. Only in build. trainable = false is for what training must not change. The name
 * must be new in this layer. Keras: Layer.add_weight. */
typedef struct cn_add_weight_args {
    cn_layer *layer;
    const char *name;
    int64_t shape[CN_MAX_RANK];
    const char *initializer, *regularizer, *constraint;
    bool trainable;
    char end_;
} cn_add_weight_args;
#define CN_ADD_WEIGHT_DEFAULTS .initializer = "glorot_uniform", .trainable = true
CN_API cn_status cn_add_weight_with(const cn_add_weight_args *args);

/* The weight of this name as a tensor. Only in call. NULL if the layer has none of this name. */
CN_API cn_tensor *cn_layer_weight(const cn_layer *layer, const char *name);

/* Makes inner, which the layer's call will call, a part of the layer, so that its weights are
 * counted, trained and frozen with it. Only in build. */
CN_API cn_status cn_add_layer(cn_layer *layer, cn_layer *inner);

/* Says how layers of this class are made when a model is loaded (cornu/saving.h), in this session.
 * make gets the layer's config as the text of a JSON object, with "name" among its keys, and data;
 * it returns a layer, mostly by cn_custom_layer, which then gets the name and trainable of the
 * config. A class that is registered already is replaced. Keras: register_keras_serializable. */
typedef cn_layer *cn_layer_maker(const char *config, void *data);
CN_API cn_status cn_register_layer(const char *class_name, cn_layer_maker *make, void *data);

/* Gives a function the name of an activation, for this session: cn_dense(8, .activation = "cube").
 * The function gets a tensor and data, and returns a tensor of the same shape. A name that exists
 * already is replaced. Keras: a function as activation, keras.utils.register_keras_serializable. */
CN_API cn_status cn_register_activation(const char *name,
                                        cn_tensor *(*function)(cn_tensor *x, void *data),
                                        void *data);

/* ---- functions for Lambda layers ------------------------------------------------------------- */

/* What a function learns about the call of its Lambda layer, beside the inputs. */
typedef struct cn_function_call {
    const char *arguments;   /* those of the layer, as the text of a JSON object */
    cn_tensor *const *masks; /* of each input, bool; NULL where it has none */
    bool training;           /* whether a training step is being made */
    void *data;              /* what it was registered with */
} cn_function_call;

/* Returns a tensor, computed from the inputs. */
typedef cn_tensor *cn_function(cn_tensors inputs, const cn_function_call *call);

/* Gives a function a name for this session, by which Lambda layers and files of models call it. A
 * name that exists already is replaced, for the layers that are made afterwards. A name
 * "Package>name" is Keras's for a function of a package; without one the package is "Custom".
 * Keras: register_keras_serializable. */
CN_API cn_status cn_register_function(const char *name, cn_function *function, void *data);

/* The number, or the truth as 1 or 0, that the layer's arguments have under this name; other if
 * they have none. What is there and is no number makes the call fail. Only in the function. */
CN_API double cn_function_number(const cn_function_call *call, const char *name, double other);

/* cn_lambda("scaled", .arguments = "{\"by\": 3}"): y = function(x, by = 3), with a function that
 * cn_register_function has named, of one tensor x or several. Of registered activations too. NULL
 * if there is no function of that name.
 *
 * output_shape: of y, without the batch axis, where the file is to say it; the function must keep
 * to it. mask: a registered function of the same form, which gives y's mask (bool), or NULL for
 * none; without it y has no mask. arguments: for the function. Python code, which a Lambda layer of
 * Keras may hold instead of a name, is not run here: a file with it is refused. Keras: Lambda. */
typedef struct cn_lambda_args {
    const char *function;
    int64_t output_shape[CN_MAX_RANK];
    const char *mask, *arguments;
    CN_LAYER_KEYWORDS_
} cn_lambda_args;
#define CN_LAMBDA_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_lambda_with(const cn_lambda_args *args);

#ifndef __cplusplus
#define cn_custom_layer(...)                                                                       \
    CN_KEYWORDS_(cn_custom_layer_with, cn_custom_layer_args, CN_CUSTOM_LAYER_DEFAULTS,             \
                 .class_name = __VA_ARGS__)
#define cn_add_weight(...)                                                                         \
    CN_KEYWORDS_(cn_add_weight_with, cn_add_weight_args, CN_ADD_WEIGHT_DEFAULTS,                   \
                 .layer = __VA_ARGS__)
#define cn_lambda(...)                                                                             \
    CN_KEYWORDS_(cn_lambda_with, cn_lambda_args, CN_LAMBDA_DEFAULTS, .function = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
