/* Drawing models: symbolic tensors, calling layers on them, and models from inputs and outputs.
 *
 * Everything drawn belongs to the current session (cornu/session.h); nobody frees it one by one.
 * Errors are sticky: a function that gets a NULL tensor, layer or model returns NULL, so that one
 * check of cn_failed() at the end is enough. Names and shapes that are asked for are borrowed: they
 * live as long as the session.
 *
 * One session is drawn in by one thread at a time. Several threads may ask a model and read its
 * weights at once, while none of them draws with it, trains it or sets its weights.
 */
#ifndef CORNU_MODEL_H
#define CORNU_MODEL_H

#include "cornu/array.h"
#include "cornu/data.h"
#include "cornu/error.h"

CN_BEGIN_DECLS

/* Several tensors. On failure at[] holds NULLs and count is 0. */
typedef struct cn_tensors {
    int64_t count;
    cn_tensor *const *at;
} cn_tensors;

/* cn_input({64}), cn_input({CN_NONE, 128}, .name = "left"): a model's input. shape is without the
 * batch axis; CN_NONE is a dimension that may differ from batch to batch. dtype: "float32"
 * (default), "int32", "uint8", "bool"; "float64" and "int64" data are accepted everywhere and
 * computed in 32 bits. Automatic names: input_1, input_2, ... Keras: keras.Input. */
typedef struct cn_input_args {
    int64_t shape[CN_MAX_RANK];
    int64_t batch_size; /* CN_NONE: any */
    const char *dtype;
    const char *name;
    char end_;
} cn_input_args;
#define CN_INPUT_DEFAULTS .batch_size = CN_NONE, .dtype = "float32"
CN_API cn_tensor *cn_input_with(const cn_input_args *args);

/* cn_call(layer, x) or cn_call(layer, a, b): calls a layer, or a model, on tensors and returns its
 * output. A layer that is called twice shares its weights. A layer with several outputs is an error
 * here: use cn_call_all. */
CN_API cn_tensor *cn_call_list(cn_layer *layer,
                               const void *const *inputs /* tensors, ended by CN_END */);

/* cn_call_all(model, a, b): the same, giving all outputs. */
CN_API cn_tensors cn_call_all_list(cn_layer *layer, const void *const *inputs);

/* cn_call_with(layer, x, .mask = m), cn_call_with(layer, CN_LIST(q, v), .use_causal_mask = true):
 * calls a layer or model with what may be said beside the inputs, and returns all outputs.
 *   mask           the mask of the only input: 0 or false is masked
 *   masks          CN_LIST of a mask for each input; NULL: the one that the input carries
 *   initial_state  of recurrent layers: CN_LIST of the states before the first step, [N, units]
 *                  each; they may also be given as further inputs
 *   training       1 or 0: the layer behaves as in training, or as in prediction, whatever is done
 *                  with the model; CN_NONE: as the model around it
 *   reverse        of ReversibleEmbedding: from features to words
 *   attention_mask, use_causal_mask, return_attention_scores
 *                  of attention layers, see there
 * An option that the layer does not take is an error. Keras: the arguments of Layer.__call__. */
typedef struct cn_call_args {
    cn_layer *layer;
    cn_items inputs, masks, initial_state;
    cn_tensor *mask, *attention_mask;
    int training;
    bool use_causal_mask, return_attention_scores, reverse;
    char end_;
} cn_call_args;
#define CN_CALL_DEFAULTS .training = CN_NONE
CN_API cn_tensors cn_call_with_args(const cn_call_args *args);

/* cn_chain(x, layer, layer, ...): calls each layer on the output of the one before. */
CN_API cn_tensor *cn_chain_list(cn_tensor *x, const void *const *layers /* ended by CN_END */);

/* cn_model_of(inputs, outputs): the model that computes outputs from inputs, each one tensor or
 * CN_LIST of them. An input may be the output of a layer: the model then has a new input in its
 * place, and shares the layers behind it (a part cut from another model). Fails if an output does
 * not depend on the inputs alone, or if two layers have the same name. Keras: keras.Model. */
typedef struct cn_model_of_args {
    cn_items inputs, outputs;
    const char *name;
    char end_;
} cn_model_of_args;
CN_API cn_model *cn_model_of_with(const cn_model_of_args *args);

/* cn_sequential(): a stack of layers, added by cn_sequential_add. Its weights exist once the
 * input's shape is known: from the first layer's .input_shape, or from the first data. Keras:
 * keras.Sequential. */
typedef struct cn_sequential_args {
    char begin_;
    const char *name;
    char end_;
} cn_sequential_args;
#define CN_SEQUENTIAL_DEFAULTS .name = NULL
CN_API cn_model *cn_sequential_with(const cn_sequential_args *args);

/* Adds a layer (or a model) at the end; pop takes the last one off again. A model with known input
 * is to be compiled again after that. */
CN_API cn_status cn_sequential_add(cn_model *model, cn_layer *layer);
CN_API cn_status cn_sequential_pop(cn_model *model);

#ifndef __cplusplus
#define cn_input(...)                                                                              \
    CN_KEYWORDS_(cn_input_with, cn_input_args, CN_INPUT_DEFAULTS, .shape = __VA_ARGS__)
#define cn_call(layer, ...) cn_call_list((layer), (const void *const[]){__VA_ARGS__, CN_END})
#define cn_call_all(layer, ...)                                                                    \
    cn_call_all_list((layer), (const void *const[]){__VA_ARGS__, CN_END})
#define cn_call_with(...)                                                                          \
    CN_KEYWORDS_(                                                                                  \
        cn_call_with_args, cn_call_args, CN_CALL_DEFAULTS, .layer = CN_FIRST_(__VA_ARGS__, 0),     \
        .inputs = CN_ITEMS_(CN_SECOND_(__VA_ARGS__, 0)), CN_AFTER_2_(__VA_ARGS__, .end_ = 0))
#define cn_chain(x, ...) cn_chain_list((x), (const void *const[]){__VA_ARGS__, CN_END})
#define cn_model_of(...)                                                                           \
    CN_KEYWORDS_(                                                                                  \
        cn_model_of_with, cn_model_of_args, .inputs = CN_ITEMS_(CN_FIRST_(__VA_ARGS__, 0)),        \
        .outputs = CN_ITEMS_(CN_SECOND_(__VA_ARGS__, 0)), CN_AFTER_2_(__VA_ARGS__, .end_ = 0))
#define cn_sequential(...)                                                                         \
    CN_OPTIONAL_KEYWORDS_(cn_sequential_with, cn_sequential_args, CN_SEQUENTIAL_DEFAULTS,          \
                          __VA_ARGS__)
#endif

/* ---- asking a model -------------------------------------------------------------------------- */

/* The layer of this name in a model; NULL, with a message that lists what there is, if there is
 * none. */
CN_API cn_layer *cn_get_layer(const cn_model *model, const char *name);

/* Layer number index in the order of the summary; negative counts from the end. */
CN_API cn_layer *cn_get_layer_at(const cn_model *model, int64_t index);
CN_API int64_t cn_layer_count(const cn_model *model);

CN_API const char *cn_layer_name(const cn_layer *layer);
CN_API const char *cn_layer_class_name(const cn_layer *layer); /* "Dense" */

/* Number of weights' elements: all, or only the trainable ones. -1 if the layer is not built
 * yet. */
CN_API int64_t cn_count_params(const cn_layer *layer);
CN_API int64_t cn_count_trainable_params(const cn_layer *layer);

/* A frozen layer's weights are not trained; for a model it applies to all layers inside. Takes
 * effect at cn_compile. */
CN_API void cn_set_trainable(cn_layer *layer, bool trainable);
CN_API bool cn_is_trainable(const cn_layer *layer);

/* Weights in Keras's order (layer by layer; each layer's in creation order): their number, and the
 * path of each, such as "dense_1/kernel". NULL for an index out of range. */
CN_API int64_t cn_weight_count(const cn_layer *layer);
CN_API const char *cn_weight_path(const cn_layer *layer, int64_t index);

/* Copies of all weights, in that order and called by their paths, for the caller to free with
 * cn_arrays_free; NULL on failure. Keras: get_weights. */
CN_API cn_arrays *cn_get_weights(const cn_layer *layer);

/* Replaces the values of all weights by arrays in that order, whatever they are called; none is
 * replaced where their number or a shape does not fit. Any numeric dtype is converted. Keras:
 * set_weights. */
CN_API cn_status cn_set_weights(cn_layer *layer, const cn_arrays *values);

/* A copy of a weight, for the caller to free; by its path or, where that is unambiguous, its last
 * part ("kernel"). */
CN_API cn_array *cn_get_weight(const cn_layer *layer, const char *path);
CN_API cn_array *cn_get_weight_at(const cn_layer *layer, int64_t index);

/* Replaces a weight's values; the shape must be equal, any numeric dtype is converted. */
CN_API cn_status cn_set_weight(cn_layer *layer, const char *path, const cn_array *values);
CN_API cn_status cn_set_weight_at(cn_layer *layer, int64_t index, const cn_array *values);

/* A layer's input and output tensors, as drawn by its call number node (0 is the first). Of a model
 * that was called like a layer these are the tensors around it (a summary counts these calls from 1
 * on, as Keras does); cn_model_inputs and cn_model_outputs give its own. */
CN_API cn_tensor *cn_layer_input(const cn_layer *layer, int64_t node, int64_t index);
CN_API cn_tensor *cn_layer_output(const cn_layer *layer, int64_t node, int64_t index);
CN_API cn_tensors cn_model_inputs(const cn_model *model);
CN_API cn_tensors cn_model_outputs(const cn_model *model);

/* The inputs that a drawn tensor is computed from, each once; an input is its own. Keras:
 * keras.utils.get_source_inputs. */
CN_API cn_tensors cn_get_source_inputs(cn_tensor *tensor);

/* A tensor's shape (with the batch axis; CN_NONE where unknown), rank and data type. */
CN_API int cn_tensor_rank(const cn_tensor *tensor);
CN_API int64_t cn_tensor_dim(const cn_tensor *tensor, int axis); /* negative counts from the end */
CN_API const char *cn_tensor_dtype(const cn_tensor *tensor);
CN_API const char *cn_tensor_name(const cn_tensor *tensor); /* of the layer that made it */

/* cn_summary(model): prints the model as a table. style: "keras2" (default) or "keras3"; with
 * print, each line (keras3: the whole text) goes to print(context, text) instead of standard
 * output. Fails if the model is not built. Keras: Model.summary. */
typedef struct cn_summary_args {
    const cn_model *model;
    const char *style;
    int64_t line_length; /* CN_NONE: the style's own */
    bool expand_nested, show_trainable;
    void (*print)(void *context, const char *line);
    void *context;
    char end_;
} cn_summary_args;
#define CN_SUMMARY_DEFAULTS .style = "keras2", .line_length = CN_NONE
CN_API cn_status cn_summary_with(const cn_summary_args *args);

#ifndef __cplusplus
#define cn_summary(...)                                                                            \
    CN_KEYWORDS_(cn_summary_with, cn_summary_args, CN_SUMMARY_DEFAULTS, .model = __VA_ARGS__)
#endif

CN_END_DECLS

#endif
