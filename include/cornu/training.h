/* Training: compile, fit, evaluate, predict. N is the number of samples: the length of every
 * array's first axis.
 *
 * x and y are one array, CN_LIST(a, b) in the order of the model's inputs or outputs, or
 * CN_DICT({"name", a}, ...) by the names of the input layers or of the layers that make the
 * outputs. Arrays are only read, and are not kept. A dictionary has every name and no other; NULL
 * in sample weights leaves that output's samples alone.
 *
 * Sequences of different lengths (cn_sequences, cornu/data.h) stand wherever an array of shape
 * [N, T, ...] may, beside arrays too; as y and sample_weight they give a value to each step of an
 * output. They need no padding and no Masking:
 *   - Each batch is padded to its longest sequence, rounded up to one of 8 lengths for every power
 *     of two (1 to 15, 16, 18, ... 32, 36 ...; 4 lengths if several inputs are of sequences), so
 *     that few programs are made. An input that has a fixed number of steps is padded to that.
 *     cn_sequences_set_padding chooses side and value; targets and weights follow the side of the
 *     first input of sequences.
 *   - The input carries a mask [N, T] of the steps that are there, as from Masking: layers that
 *     know masks, losses and metrics pass over the padding. Embedding hands it on; with mask_zero =
 *     true, 0 among the words is masked too. A layer that drops masks (Conv1D, Flatten) sees the
 *     padding value, as in Keras with padded arrays; Masking replaces the mask by its own.
 *     GlobalAveragePooling1D of a sequence without steps is 0 / 0, NaN, as in Keras.
 *   - fit with shuffle takes batches of similar length: windows of 50 batches are sorted, and the
 *     batches run in random order. Without shuffle the order is kept. evaluate, validation and
 *     predict sort all samples by length; predictions come back in the order of x. A model with a
 *     fixed batch size, whose layers may keep states, gets samples unsorted. A loss of steps is a
 *     mean over each batch, so it depends a little on which samples share one.
 *   - Predictions of steps are [N, the longest, ...], and 0 where a sequence has no step.
 *
 * What fails returns NULL, NaN or a status that is not CN_OK, with a message in cn_error(); the
 * model stays usable. One thread at a time compiles, trains and evaluates a model. Several may
 * predict with it at once, while none trains it.
 */
#ifndef CORNU_TRAINING_H
#define CORNU_TRAINING_H

#include "cornu/callbacks.h"
#include "cornu/error.h"
#include "cornu/model.h"

CN_BEGIN_DECLS

/* ---- compile --------------------------------------------------------------------------------- */

/* What one output is trained for: a line of the table .outputs, in any order. */
typedef struct cn_output_args {
    const char *name;   /* of the layer that makes the output */
    const char *loss;   /* NULL: the output is not trained */
    double loss_weight; /* 0 (not given) is 1 */
    const char *metrics[8], *weighted_metrics[8];
} cn_output_args;

/* cn_compile(model, .optimizer = "adam", .loss = "mse", .metrics = {"mae"}): says how a model is
 * trained. Replaces what an earlier call said, the optimizer's state included; the weights stay.
 * Identifiers are names ("categorical_crossentropy") or what typed constructors return
 * (cn_adam(1e-4)).
 *   loss              serves every output
 *   losses            one for each output, in order
 *   loss_weights      what the losses are multiplied by before they are added, one for each output;
 *                     all 1 if none is given
 *   metrics           of every output; they ignore sample weights
 *   weighted_metrics  the same, with sample weights
 *   outputs           instead of all these, a table with one line for each output, by name
 * Keras: Model.compile. */
typedef struct cn_compile_args {
    cn_model *model;
    const char *optimizer;
    const char *loss;
    const char *losses[CN_MAX_LIST];
    double loss_weights[CN_MAX_LIST];
    const char *metrics[CN_MAX_LIST], *weighted_metrics[CN_MAX_LIST];
    cn_output_args outputs[CN_MAX_LIST];
    char end_;
} cn_compile_args;
#define CN_COMPILE_DEFAULTS .optimizer = "rmsprop"
CN_API cn_status cn_compile_with(const cn_compile_args *args);

/* ---- fit ------------------------------------------------------------------------------------- */

/* Epoch by epoch what fit measured. It belongs to the session; cn_history_free() gives its memory
 * back earlier. */
typedef struct cn_history cn_history;

/* Data to validate on after each epoch: {x, y} or {x, y, sample_weight}; xs, ys, sample_weights
 * take lists and dictionaries instead. */
typedef struct cn_validation_data {
    const void *x, *y, *sample_weight; /* arrays or sequences */
    cn_items xs, ys, sample_weights;
} cn_validation_data;

/* How much each sample of a class counts; classes that are not listed count 1. */
typedef struct cn_class_weight {
    int64_t class_index;
    double weight;
} cn_class_weight;

/* cn_fit(model, x, y, .epochs = 10): trains, and returns what was measured in each epoch. NULL on
 * failure; what was trained until then stays. After an interruption (cn_interrupt,
 * cn_stop_training) the history ends with the epoch that was cut short.
 *   batch_size        samples in a step, 32 if not given; the last batch may be smaller
 *   epochs            where to end; initial_epoch is where to begin, from 0
 *   verbose           0 prints nothing, 1 a progress bar, 2 a line for each epoch; if not given, 1
 *                     on a terminal and 2 elsewhere
 *   callbacks         what cornu/callback_classes.h and cn_custom_callback make
 *   validation_split  this part of the data, from the end, is kept for validation
 *   validation_data   other data to validate on, {x, y}
 *   validation_freq   validate after every so many epochs
 *   shuffle           a new order of the samples in each epoch
 *   class_weight      how much the samples of a class count: {{0, 1.0}, {1, 5.0}}
 *   sample_weight     how much each sample counts, [N] or [N, T]; sample_weights by output
 *   steps_per_epoch   batches in an epoch, if not all
 * Keras: Model.fit. */
typedef struct cn_fit_args {
    cn_model *model;
    cn_items x, y;
    int64_t batch_size, epochs, initial_epoch;
    int verbose;
    const char *callbacks[CN_MAX_LIST];
    double validation_split;
    cn_validation_data validation_data;
    bool shuffle;
    cn_class_weight class_weight[CN_MAX_LIST];
    const void *sample_weight; /* an array or sequences */
    cn_items sample_weights;
    int64_t steps_per_epoch, validation_steps, validation_batch_size, validation_freq;
    char end_;
} cn_fit_args;
#define CN_FIT_DEFAULTS                                                                            \
    .batch_size = CN_NONE, .epochs = 1, .verbose = CN_NONE, .shuffle = true,                       \
    .steps_per_epoch = CN_NONE, .validation_steps = CN_NONE, .validation_batch_size = CN_NONE,     \
    .validation_freq = 1
CN_API cn_history *cn_fit_with(const cn_fit_args *args);

/* The number of epochs, and of names; the name number index ("loss", "val_accuracy", in
 * alphabetical order). */
CN_API int64_t cn_history_epochs(const cn_history *history);
CN_API int64_t cn_history_count(const cn_history *history);
CN_API const char *cn_history_name(const cn_history *history, int64_t index);

/* The value of a name after an epoch (0 is the first; negative counts from the end). NaN, with a
 * message that lists the names, if there is none. */
CN_API double cn_history_value(const cn_history *history, const char *name, int64_t epoch);

/* A warning of the training, such as a loss that became NaN, or NULL. */
CN_API const char *cn_history_warning(const cn_history *history);
CN_API void cn_history_free(cn_history *history);

/* ---- evaluate, predict ----------------------------------------------------------------------- */

/* Loss and metrics. names[0] is "loss"; the lists are valid until the model is next evaluated or
 * compiled. On failure loss is NaN and count 0. */
typedef struct cn_scores {
    double loss;
    int64_t count;
    const char *const *names;
    const double *values;
} cn_scores;

/* cn_evaluate(model, x, y).loss. Keras: Model.evaluate. */
typedef struct cn_evaluate_args {
    cn_model *model;
    cn_items x, y;
    int64_t batch_size, steps;
    int verbose;
    const void *sample_weight; /* an array or sequences */
    cn_items sample_weights;
    const char *callbacks[CN_MAX_LIST];
    char end_;
} cn_evaluate_args;
#define CN_EVALUATE_DEFAULTS .batch_size = CN_NONE, .steps = CN_NONE
CN_API cn_scores cn_evaluate_with(const cn_evaluate_args *args);

/* The score of this name, NaN (with a message) if there is none. */
CN_API double cn_score(cn_scores scores, const char *name);

/* cn_predict(model, x): the output for each sample, float32 [N, ...], for the caller to free. A
 * model with several outputs needs cn_predict_all. The model need not be compiled, and several
 * threads may predict with one model at once. Keras: Model.predict. */
typedef struct cn_predict_args {
    cn_model *model;
    cn_items x;
    int64_t batch_size, steps;
    int verbose;
    const char *callbacks[CN_MAX_LIST];
    char end_;
} cn_predict_args;
#define CN_PREDICT_DEFAULTS .batch_size = CN_NONE, .steps = CN_NONE
CN_API cn_array *cn_predict_with(const cn_predict_args *args);

/* The same for every output, in order. On failure count is 0. */
typedef struct cn_predictions {
    int64_t count;
    cn_array *at[CN_MAX_LIST];
} cn_predictions;
CN_API cn_predictions cn_predict_all_with(const cn_predict_args *args);

/* One step on one batch. Metrics start anew, so that the scores are the batch's own. Keras:
 * train_on_batch... */
typedef struct cn_batch_args {
    cn_model *model;
    cn_items x, y;
    const void *sample_weight; /* an array or sequences */
    cn_items sample_weights;
    cn_class_weight class_weight[CN_MAX_LIST];
    char end_;
} cn_batch_args;
CN_API cn_scores cn_train_on_batch_with(const cn_batch_args *args);
CN_API cn_scores cn_test_on_batch_with(const cn_batch_args *args);
CN_API cn_array *cn_predict_on_batch(cn_model *model, const cn_array *x);

/* Writes the prediction of a model with one input and one output into memory of the caller's: x has
 * rows rows of the input's shape, out takes as many of the output's. Nothing is allocated once it
 * has run for this number of rows. */
CN_API cn_status cn_predict_into(cn_model *model, const float *x, int64_t rows, float *out);

#ifndef __cplusplus
#define cn_compile(...)                                                                            \
    CN_KEYWORDS_(cn_compile_with, cn_compile_args, CN_COMPILE_DEFAULTS, .model = __VA_ARGS__)
#define CN_MODEL_X_Y_(...)                                                                         \
    .model = (CN_FIRST_(__VA_ARGS__, 0)), .x = CN_ITEMS_(CN_SECOND_(__VA_ARGS__, 0)),              \
    .y = CN_ITEMS_(CN_THIRD_(__VA_ARGS__, 0)), CN_AFTER_3_(__VA_ARGS__, .end_ = 0)
#define cn_fit(...)                                                                                \
    CN_KEYWORDS_(cn_fit_with, cn_fit_args, CN_FIT_DEFAULTS, CN_MODEL_X_Y_(__VA_ARGS__))
#define cn_evaluate(...)                                                                           \
    CN_KEYWORDS_(cn_evaluate_with, cn_evaluate_args, CN_EVALUATE_DEFAULTS,                         \
                 CN_MODEL_X_Y_(__VA_ARGS__))
#define cn_predict(...)                                                                            \
    CN_KEYWORDS_(cn_predict_with, cn_predict_args, CN_PREDICT_DEFAULTS,                            \
                 .model = (CN_FIRST_(__VA_ARGS__, 0)), .x = CN_ITEMS_(CN_SECOND_(__VA_ARGS__, 0)), \
                 CN_AFTER_2_(__VA_ARGS__, .end_ = 0))
#define cn_predict_all(...)                                                                        \
    CN_KEYWORDS_(cn_predict_all_with, cn_predict_args, CN_PREDICT_DEFAULTS,                        \
                 .model = (CN_FIRST_(__VA_ARGS__, 0)), .x = CN_ITEMS_(CN_SECOND_(__VA_ARGS__, 0)), \
                 CN_AFTER_2_(__VA_ARGS__, .end_ = 0))
#define cn_train_on_batch(...)                                                                     \
    CN_KEYWORDS_(cn_train_on_batch_with, cn_batch_args, CN_MODEL_X_Y_(__VA_ARGS__))
#define cn_test_on_batch(...)                                                                      \
    CN_KEYWORDS_(cn_test_on_batch_with, cn_batch_args, CN_MODEL_X_Y_(__VA_ARGS__))
#endif

/* ---- while training -------------------------------------------------------------------------- */

/* Ends fit after the batch in hand. For callbacks. Keras: model.stop_training = True. */
CN_API void cn_stop_training(cn_model *model);

/* The rate that the next step will use, NaN if the model is not compiled; and another one. A rate
 * that follows a schedule cannot be set. */
CN_API double cn_learning_rate(const cn_model *model);
CN_API cn_status cn_set_learning_rate(cn_model *model, double rate);

/* cn_use_averages(model, true): the model computes with the averages that its optimizer keeps
 * (use_ema), which has its weights meanwhile: to evaluate them, predict with them or save them;
 * false, and any training, brings the weights back. Nothing happens if it is so already. Fails if
 * the optimizer has no averages. For one thread at a time.
 * cn_swap_ema_weights() is a callback that does it. */
CN_API cn_status cn_use_averages(cn_model *model, bool averages);

/* How many batches the optimizer has been trained with, -1 if the model is not compiled. Keras:
 * optimizer.iterations. */
CN_API int64_t cn_iterations(const cn_model *model);

/* Bytes that a training step (or, with training false, a prediction) of this batch size needs
 * beside weights and data, for a model whose input shapes are all known; -1 on failure. */
CN_API int64_t cn_step_memory(cn_model *model, int64_t batch_size, bool training);

/* The step's program as text, after all passes, to be freed with free(). NULL on failure. */
CN_API char *cn_step_program(cn_model *model, int64_t batch_size, bool training);

/* ---- losses and metrics of the user's own ---------------------------------------------------- */

/* A loss: values per sample, [N, ...], from targets and predictions (same rank), written with
 * cn_ops_... functions; gradients come by themselves. After registering it, its name is an
 * identifier in this session. */
typedef cn_tensor *cn_loss_function(cn_tensor *y_true, cn_tensor *y_pred, void *data);
CN_API cn_status cn_register_loss(const char *name, cn_loss_function *function, void *data);

/* A metric: values per sample, whose mean is reported. */
CN_API cn_status cn_register_metric(const char *name, cn_loss_function *function, void *data);

CN_END_DECLS

#endif
