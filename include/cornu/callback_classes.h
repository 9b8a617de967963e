/* Keras's callbacks: typed constructors for what .callbacks takes.
 *
 *     const char *stop = cn_early_stopping(.monitor = "val_loss", .patience = 2);
 *     const char *keep = cn_model_checkpoint("best.keras", .save_best_only = true);
 *     cn_fit(model, x, y, .epochs = 100, .validation_split = 0.1,
 *            .callbacks = {stop, keep, cn_csv_logger("log.csv")});
 *
 * A constructor returns an identifier, which lives until the session is cleared and may serve any
 * number of trainings: each begins anew. If an argument is impossible it returns one that no
 * training accepts, and cn_error() says what is wrong; so a list of callbacks never loses a member
 * in silence. Any thread may call these, each in its own session.
 *
 * What several of them take:
 *   monitor  the name of a value in the history: "loss", "val_loss", "val_accuracy", ... If it
 *            never comes, training goes on as if it had not been asked for, and
 *            cn_history_warning() says so. NaN is never better than anything
 *   mode     "min": lower is better; "max": higher is better; "auto": by the name. Losses and
 *            errors are to go down; accuracies, "auc", "precision", "recall" and the like up; for
 *            any other name the mode must be given
 *   verbose  1: a line on standard output, in Keras's words, whenever the callback does something
 */
#ifndef CORNU_CALLBACK_CLASSES_H
#define CORNU_CALLBACK_CLASSES_H

#include "cornu/callbacks.h"

CN_BEGIN_DECLS

/* cn_early_stopping(.monitor = "val_loss", .patience = 2): ends the training when a value no longer
 * gets better. min_delta: a smaller change is no improvement. patience: how many epochs in a row
 * may bring none; the first epoch never ends the training. baseline: only values better than this
 * one count as improvements. start_from_epoch: epochs before this one (0 is the first) are not
 * looked at. restore_best_weights: when the training ends, for whatever reason but a failure, the
 * model gets the weights back that it had after its best epoch; they are kept in memory until then.
 * Keras: keras.callbacks.EarlyStopping. */
typedef struct cn_early_stopping_args {
    char begin_;
    const char *monitor;
    double min_delta;
    int64_t patience, verbose;
    const char *mode;
    double baseline; /* CN_UNSET: none */
    bool restore_best_weights;
    int64_t start_from_epoch;
    char end_;
} cn_early_stopping_args;
#define CN_EARLY_STOPPING_DEFAULTS                                                                 \
    .monitor = "val_loss", .min_delta = 0, .patience = 0, .verbose = 0, .mode = "auto",            \
    .baseline = CN_UNSET, .restore_best_weights = false, .start_from_epoch = 0
CN_API const char *cn_early_stopping_with(const cn_early_stopping_args *args);

/* cn_model_checkpoint("best.keras", .save_best_only = true): saves the model while it is trained,
 * each file whole or not at all (by cn_save; with save_weights_only, or if the file ends in
 * .weights.h5, .weights.json or .npz, by cn_save_weights; folders are made as needed). filepath may
 * hold values: "{epoch:02d}-{val_loss:.2f}.keras" becomes "07-0.25.keras". {epoch} counts from 1;
 * {batch}, from 1 too, is known if save_freq is given; the others are the epoch's values. Formats
 * are Python's: 02d, .2f, .1e, .3g, %; {{ and }} are braces.
 * save_best_only: only when monitor is better than ever before, or better than
 * initial_value_threshold. (Until monitor is known for the first time, every epoch is saved.)
 * save_freq: after so many batches; CN_NONE (Keras's "epoch"): after each epoch.
 * A file that cannot be written ends the training with a message.
 * Keras: keras.callbacks.ModelCheckpoint. */
typedef struct cn_model_checkpoint_args {
    const char *filepath, *monitor;
    int64_t verbose;
    bool save_best_only, save_weights_only;
    const char *mode;
    int64_t save_freq;
    double initial_value_threshold; /* CN_UNSET: none */
    char end_;
} cn_model_checkpoint_args;
#define CN_MODEL_CHECKPOINT_DEFAULTS                                                               \
    .monitor = "val_loss", .verbose = 0, .save_best_only = false, .save_weights_only = false,      \
    .mode = "auto", .save_freq = CN_NONE, .initial_value_threshold = CN_UNSET
CN_API const char *cn_model_checkpoint_with(const cn_model_checkpoint_args *args);

/* cn_backup_and_restore("backup"): a training that ended in whatever way (killed, without power)
 * goes on, when the same program is started again, as if nothing had happened, bit for bit: the
 * files in backup_dir hold everything that decides it (cn_event_backup in cornu/callbacks.h says
 * what). If there is no backup, the training begins anew. What callbacks of the user's own have
 * counted is not kept, and a CSVLogger needs append.
 * save_freq: after so many batches; CN_NONE (Keras's "epoch"): after each epoch. double_checkpoint:
 * the file before the latest one is kept too, for disks that damage files. delete_checkpoint: when
 * the training has come to its end, the files go; after an interruption (cn_interrupt) or a failure
 * they stay. A file that cannot be written, and a backup of another model, end the training with a
 * message. Keras: keras.callbacks.BackupAndRestore, which goes on at the beginning of an epoch. */
typedef struct cn_backup_and_restore_args {
    const char *backup_dir;
    int64_t save_freq;
    bool double_checkpoint, delete_checkpoint;
    char end_;
} cn_backup_and_restore_args;
#define CN_BACKUP_AND_RESTORE_DEFAULTS                                                             \
    .save_freq = CN_NONE, .double_checkpoint = false, .delete_checkpoint = true
CN_API const char *cn_backup_and_restore_with(const cn_backup_and_restore_args *args);

/* cn_reduce_lr_on_plateau(.monitor = "val_loss", .factor = 0.2): multiplies the learning rate by
 * factor (below 1) when a value has not become better, by more than min_delta, for patience epochs;
 * then waits cooldown epochs before it counts again. The rate does not go below min_lr. Adds
 * "learning_rate" to the history: the rate that the epoch was trained with. An optimizer whose rate
 * follows a schedule is an error. Keras: keras.callbacks.ReduceLROnPlateau. */
typedef struct cn_reduce_lr_on_plateau_args {
    char begin_;
    const char *monitor;
    double factor;
    int64_t patience, verbose;
    const char *mode;
    double min_delta;
    int64_t cooldown;
    double min_lr;
    char end_;
} cn_reduce_lr_on_plateau_args;
#define CN_REDUCE_LR_ON_PLATEAU_DEFAULTS                                                           \
    .monitor = "val_loss", .factor = 0.1, .patience = 10, .verbose = 0, .mode = "auto",            \
    .min_delta = 1e-4, .cooldown = 0, .min_lr = 0
CN_API const char *cn_reduce_lr_on_plateau_with(const cn_reduce_lr_on_plateau_args *args);

/* The rate to train an epoch with (0 is the first), given the one before. */
typedef double cn_learning_rate_function(int64_t epoch, double rate, void *data);

/* cn_learning_rate_scheduler(function, .data = mine): asks schedule(epoch, rate, data) before each
 * epoch which rate to train it with, and adds "learning_rate" to the history. data is passed on as
 * it is. A result that is no rate (NaN, infinite, negative) ends the training with a message, and
 * so does an optimizer whose rate follows a schedule. Keras: keras.callbacks.LearningRateScheduler.
 */
typedef struct cn_learning_rate_scheduler_args {
    cn_learning_rate_function *schedule;
    int64_t verbose;
    void *data;
    char end_;
} cn_learning_rate_scheduler_args;
#define CN_LEARNING_RATE_SCHEDULER_DEFAULTS .verbose = 0, .data = NULL
CN_API const char *cn_learning_rate_scheduler_with(const cn_learning_rate_scheduler_args *args);

/* cn_csv_logger("log.csv"): writes the values of each epoch to a table as soon as they are known.
 * The first line names the columns: epoch (from 0), then the first epoch's values in alphabetical
 * order; a later epoch's missing ones are "NA". Lines end with CR LF, as Keras's do. separator: one
 * character. append: goes on in the file that is there, which already has its first line, instead
 * of replacing it. A file that cannot be written, on a full disk for example, ends the training
 * with a message. Keras: keras.callbacks.CSVLogger. */
typedef struct cn_csv_logger_args {
    const char *filename, *separator;
    bool append;
    char end_;
} cn_csv_logger_args;
#define CN_CSV_LOGGER_DEFAULTS .separator = ",", .append = false
CN_API const char *cn_csv_logger_with(const cn_csv_logger_args *args);

/* cn_tensor_board("logs"): event files for TensorBoard, in the folders train and validation of
 * log_dir: "epoch_loss" and the others after each epoch, with its learning rate; after each
 * evaluation "evaluation_loss_vs_iterations". A training that goes on (cn_backup_and_restore)
 * begins another file, which TensorBoard shows together with the first.
 * histogram_freq: after every so many epochs how the numbers of each weight are spread, where all
 * are finite; 0: never.
 * write_graph: the model as it was drawn. write_steps_per_second: that too, of epochs and batches.
 * update_freq: after every so many batches their running values, "batch_loss", by the number of
 * batches trained (1: Keras's "batch"); CN_NONE, Keras's "epoch": none. Keras's images of weights,
 * embeddings and profiles are not there. A file that cannot be written ends the training with a
 * message. Keras: keras.callbacks.TensorBoard. */
typedef struct cn_tensor_board_args {
    char begin_;
    const char *log_dir;
    int64_t histogram_freq;
    bool write_graph, write_steps_per_second;
    int64_t update_freq;
    char end_;
} cn_tensor_board_args;
#define CN_TENSOR_BOARD_DEFAULTS                                                                   \
    .log_dir = "logs", .histogram_freq = 0, .write_graph = true, .write_steps_per_second = false,  \
    .update_freq = CN_NONE
CN_API const char *cn_tensor_board_with(const cn_tensor_board_args *args);

/* cn_terminate_on_nan(): ends the training after the first batch whose loss is NaN or infinite.
 * raise_error: as a failure, so that cn_fit returns NULL. Keras: keras.callbacks.TerminateOnNaN. */
typedef struct cn_terminate_on_nan_args {
    char begin_;
    bool raise_error;
    char end_;
} cn_terminate_on_nan_args;
#define CN_TERMINATE_ON_NAN_DEFAULTS .raise_error = false
CN_API const char *cn_terminate_on_nan_with(const cn_terminate_on_nan_args *args);

/* cn_swap_ema_weights(): evaluation, and validation during training, is of the averages of the
 * weights that the optimizer keeps, cn_adam(.use_ema = true), and so is prediction with this
 * callback; training goes on with the weights.
 * swap_on_epoch: the model has the averages while callbacks behind this one are told of an epoch's
 * end too, so that a ModelCheckpoint saves them. (cn_use_averages does the same by hand. After
 * cn_fit the weights are the averages anyway.) Keras: keras.callbacks.SwapEMAWeights. */
typedef struct cn_swap_ema_weights_args {
    char begin_;
    bool swap_on_epoch;
    char end_;
} cn_swap_ema_weights_args;
#define CN_SWAP_EMA_WEIGHTS_DEFAULTS .swap_on_epoch = false
CN_API const char *cn_swap_ema_weights_with(const cn_swap_ema_weights_args *args);

#ifndef __cplusplus
#define cn_early_stopping(...)                                                                     \
    CN_OPTIONAL_KEYWORDS_(cn_early_stopping_with, cn_early_stopping_args,                          \
                          CN_EARLY_STOPPING_DEFAULTS, __VA_ARGS__)
#define cn_model_checkpoint(...)                                                                   \
    CN_KEYWORDS_(cn_model_checkpoint_with, cn_model_checkpoint_args, CN_MODEL_CHECKPOINT_DEFAULTS, \
                 .filepath = __VA_ARGS__)
#define cn_backup_and_restore(...)                                                                 \
    CN_KEYWORDS_(cn_backup_and_restore_with, cn_backup_and_restore_args,                           \
                 CN_BACKUP_AND_RESTORE_DEFAULTS, .backup_dir = __VA_ARGS__)
#define cn_reduce_lr_on_plateau(...)                                                               \
    CN_OPTIONAL_KEYWORDS_(cn_reduce_lr_on_plateau_with, cn_reduce_lr_on_plateau_args,              \
                          CN_REDUCE_LR_ON_PLATEAU_DEFAULTS, __VA_ARGS__)
#define cn_learning_rate_scheduler(...)                                                            \
    CN_KEYWORDS_(cn_learning_rate_scheduler_with, cn_learning_rate_scheduler_args,                 \
                 CN_LEARNING_RATE_SCHEDULER_DEFAULTS, .schedule = __VA_ARGS__)
#define cn_csv_logger(...)                                                                         \
    CN_KEYWORDS_(cn_csv_logger_with, cn_csv_logger_args, CN_CSV_LOGGER_DEFAULTS,                   \
                 .filename = __VA_ARGS__)
#define cn_tensor_board(...)                                                                       \
    CN_OPTIONAL_KEYWORDS_(cn_tensor_board_with, cn_tensor_board_args, CN_TENSOR_BOARD_DEFAULTS,    \
                          __VA_ARGS__)
#define cn_swap_ema_weights(...)                                                                   \
    CN_OPTIONAL_KEYWORDS_(cn_swap_ema_weights_with, cn_swap_ema_weights_args,                      \
                          CN_SWAP_EMA_WEIGHTS_DEFAULTS, __VA_ARGS__)
#define cn_terminate_on_nan(...)                                                                   \
    CN_OPTIONAL_KEYWORDS_(cn_terminate_on_nan_with, cn_terminate_on_nan_args,                      \
                          CN_TERMINATE_ON_NAN_DEFAULTS, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
