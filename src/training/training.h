/* What a compiled model carries, and how steps are made of it. */
#ifndef CORNU_TRAINING_ROOM_H
#define CORNU_TRAINING_ROOM_H

#include <pthread.h>

#include "cornu/training.h"
#include "data/samples.h"
#include "data/sequences.h"
#include "graph/graph.h"
#include "losses/losses.h"
#include "metrics/metrics.h"
#include "optimizers/optimizers.h"
#include "plan/plan.h"
#include "runtime/array.h"

typedef enum cn_phase { CN_TRAIN, CN_TEST, CN_PREDICT, CN_RESULTS } cn_phase;

/* ---- what was compiled ----------------------------------------------------------------------- */

/* A metric as the user asked for it, of one output; or a loss that is tracked. */
typedef struct cn_tracker {
    const char *name;       /* in logs: "loss", "age_loss", "acc", "age_acc" */
    const char *val_name;   /* the same after validation: "val_loss" */
    const char *identifier; /* of the metric; NULL for a loss: a mean of batch losses */
    int64_t output;         /* -1: the total loss */
    bool weighted;          /* uses sample weights */
    bool renamed;           /* name is not the user's word alone */
    bool ready;             /* states are there: they wait for the first batch's shapes */
    cn_object metric;
    cn_variable *states;
    int64_t n_states;
} cn_tracker;

/* One output of the model. */
typedef struct cn_target {
    const char *name;
    const char *loss_identifier; /* NULL: not trained */
    cn_object loss;
    bool chosen; /* the loss was parsed knowing the data's shapes */
    double weight;
} cn_target;

/* The memory in which plans run, one at a time. */
typedef struct cn_workspace {
    void *memory;
    size_t bytes;
    bool busy;
} cn_workspace;

/* A plan with what it was made for, and where it runs. */
typedef struct cn_prepared {
    cn_plan plan;
    cn_workspace *workspace;
    cn_phase phase;
    int64_t *key; /* sizes that tell plans apart */
    int64_t key_size;
    bool busy;
    uint64_t last_use;
} cn_prepared;

typedef struct cn_training {
    cn_model *model;
    cn_arena arena;
    bool compiled;         /* false: only predictions are possible */
    cn_compile_args *told; /* what the user said to cn_compile */
    const char *optimizer_identifier;
    cn_optimizer *optimizer; /* made with the first step */
    cn_weight **trainable;
    int64_t n_trainable;
    cn_target *targets; /* one for each output */
    int64_t n_targets;
    /* in the order of evaluate: losses, metrics, and renamed metrics by name */
    cn_tracker *trackers;
    int64_t n_trackers;
    int64_t *log_order; /* trackers by name */
    cn_prepared **plans;
    int64_t n_plans, plans_capacity;
    cn_workspace **workspaces; /* as many as plans have run at the same time */
    int64_t n_workspaces, workspaces_capacity;
    uint64_t clock;
    pthread_mutex_t lock; /* of plans and workspaces: several threads may predict */
    bool stop;
    double *score_values; /* what cn_scores shows */
    const char **score_names;
} cn_training;

/* The model's training state: compiled or, for predictions only, not. who: the public function. */
cn_status cn_training_of(cn_model *model, const char *who, cn_training **training);
cn_status cn_training_check_compiled(cn_model *model, const char *who, cn_training **training);

/* Keeps what the user said; and that as Keras's compile_config (a new reference). */
cn_status cn_training_keep_told(cn_training *training, const cn_compile_args *args);
json_t *cn_compile_json(const void *training);

/* ---- data ------------------------------------------------------------------------------------ */

/* What was given for one input or output: an array, sequences or samples; none if nothing is
 * needed. */
typedef struct cn_column {
    const cn_array *array;
    const cn_sequences *sequences;
    const cn_samples *samples;
} cn_column;

/* The array, the sequences or the samples behind a public pointer. */
cn_status cn_column_take(const void *object, const char *what, cn_column *column);
bool cn_column_is_given(const cn_column *column);
int64_t cn_column_samples(const cn_column *column);
cn_dtype cn_column_dtype(const cn_column *column);

/* The shape of so many samples; sequences are padded to steps, which may be CN_NONE. */
cn_shape cn_column_shape(const cn_column *column, int64_t samples, int64_t steps);

/* Columns in the model's order, all with the same number of samples. */
typedef struct cn_dataset {
    cn_column x[CN_MOST_TENSORS], y[CN_MOST_TENSORS], weights[CN_MOST_TENSORS];
    int64_t steps[CN_MOST_TENSORS]; /* of each x of sequences: the length that the model wants;
                                       CN_NONE: any */
    int64_t n_open;                 /* how many x are of sequences of any length */
    cn_measured_call measured[CN_MOST_TENSORS]; /* what is measured of each batch */
    int64_t n_measured;
    bool keeps_order;      /* the model has a fixed batch size: layers may keep their states
                                       from batch to batch */
    const bool *pad_front; /* the side on which the first x of sequences is padded, and with it all
                              targets and weights; NULL: there is none */
    const cn_class_weight *class_weight; /* ended by an entry of zeros; NULL: none */
    int64_t samples;
} cn_dataset;

/* Brings arguments into order and checks names, number, lengths and shapes. who: the public
 * function. */
cn_status cn_dataset_make(const cn_training *training, const char *who, const cn_items *x,
                          const cn_items *y, const cn_items *weights, cn_dataset *dataset);

/* What a pair of arguments such as sample_weight and sample_weights gives: the one, in storage, or
 * the several. */
const cn_items *cn_items_either(const void *one, const cn_items *several, cn_items *storage);

/* Whether a table of class weights has an entry. */
bool cn_has_class_weight(const cn_class_weight *table);

typedef struct cn_loader cn_loader;

/* The samples order[begin ...] (order NULL: begin ...), and how far each x of sequences is
 * padded. */
typedef struct cn_batch {
    int64_t begin, size;
    const int64_t *order;
    int64_t steps[CN_MOST_TENSORS];
    /* the words of the longest text, for each of dataset.measured */
    int64_t measured[CN_MOST_TENSORS];
    /* reads samples of batch number step; NULL: they are read when they are taken */
    cn_loader *loader;
    int64_t step;
} cn_batch;

/* Fills steps, the longest sequence in the batch rounded up to a bucket, and measured. */
void cn_batch_measure(const cn_dataset *dataset, cn_batch *batch);

static inline int64_t cn_batch_sample(const cn_batch *batch, int64_t i)
{
    return batch->order == NULL ? batch->begin + i : batch->order[batch->begin + i];
}

/* Writes a batch to a plan's inputs. */
cn_status cn_dataset_gather(const cn_training *training, const cn_dataset *dataset, cn_phase phase,
                            const cn_batch *batch, const cn_plan *plan);

/* Copies n elements, converted to what programs compute in. Messages begin with what and the
 * sample: "x: row 3". */
typedef struct cn_place {
    const char *what, *unit;
    int64_t sample;
} cn_place;
cn_status cn_convert(cn_dtype from_dtype, const void *from, cn_dtype dtype, void *to, int64_t n,
                     const cn_place *place);

/* Copies rows of an array, converted. what: the array's name in messages. */
cn_status cn_gather_rows(const cn_array *from, const cn_batch *batch, cn_dtype dtype, void *to,
                         const char *what);

/* Where a batch of sequences goes. */
typedef struct cn_padded {
    int64_t steps;
    bool front; /* padded before the steps */
    cn_dtype dtype;
    void *to;
    bool *mask; /* [N, T]: whether a sequence has this step; NULL: not wanted */
} cn_padded;
cn_status cn_gather_sequences(const cn_sequences *from, const cn_batch *batch,
                              const cn_padded *padded, const char *what);

/* The type that a target's values have in a program. */
cn_dtype cn_target_dtype(const cn_target *target);

/* ---- steps ----------------------------------------------------------------------------------- */

/* What goes into a program for such a batch: every x (with a mask if it is of sequences), every y
 * (the same), then weights of the outputs that have them. */
cn_status cn_step_build(cn_training *training, cn_phase phase, const cn_dataset *dataset,
                        const cn_batch *batch, cn_program *program);

/* A plan for a phase and such batches (NULL: the phase needs none), made if there is none that is
 * free; to be given back after the run. Plans share workspaces: between two runs nothing is kept in
 * their memory. */
cn_status cn_plan_take(cn_training *training, cn_phase phase, const cn_dataset *dataset,
                       const cn_batch *batch, cn_prepared **prepared);
void cn_plan_give_back(cn_training *training, cn_prepared *prepared);
void cn_plans_free(cn_training *training);

/* Makes the optimizer, trackers' states: whatever waits for the weights and the first batch. */
cn_status cn_training_prepare(cn_training *training, const cn_dataset *dataset);

/* Makes the optimizer of a model that is built, if it is not there yet. */
cn_status cn_training_make_optimizer(cn_training *training);

/* The weights that are trained, as their layers' flags say now. */
cn_status cn_training_list_trainable(cn_training *training);

/* ---- logs ------------------------------------------------------------------------------------ */

/* Values by name, in alphabetical order. Names are borrowed: they live as long as the training's or
 * history's arena. */
typedef struct cn_logs {
    const char **names;
    double *values;
    int64_t count, capacity, values_capacity;
} cn_logs;

cn_status cn_logs_set(cn_logs *logs, const char *name, double value);
void cn_logs_free(cn_logs *logs);

void cn_trackers_reset(cn_training *training);

/* The trackers' results now, in the order of trackers, into score_values; and as logs, those of a
 * validation by other names ("val_loss"). */
cn_status cn_trackers_read(cn_training *training);
cn_status cn_trackers_log(cn_training *training, bool validation, cn_logs *logs);

/* What cn_evaluate returns. */
cn_scores cn_training_scores(const cn_training *training, cn_status status);

/* ---- history --------------------------------------------------------------------------------- */

cn_history *cn_history_make(cn_session *session);
cn_status cn_history_append(cn_history *history, const cn_logs *logs);
void cn_history_empty(cn_history *history);
void cn_history_warn(cn_history *history, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- callbacks ------------------------------------------------------------------------------- */

/* Where a fit stands: with the variables of its program, this decides how it goes on. */
typedef struct cn_position {
    cn_training *training;
    const cn_dataset *data;
    const struct cn_range *range;
    int64_t epoch, step; /* what runs next */
    cn_stream shuffles;
    cn_history *history;
} cn_position;

typedef struct cn_hooks cn_hooks;

/* What a callback asked for, to be done when all callbacks have been called (cn_event_backup,
 * cn_event_restore). */
typedef struct cn_request {
    cn_status (*run)(cn_hooks *hooks, const struct cn_request *request); /* NULL: nothing */
    const char *folder;
    bool keep_previous;
} cn_request;

/* The callbacks of one fit, evaluate or predict. */
struct cn_hooks {
    cn_callback list[CN_MAX_LIST];
    int64_t n;
    cn_event event;
    cn_logs logs;
    cn_arena names;        /* of logs that callbacks added */
    bool batch_logs;       /* somebody looks at logs after each batch */
    cn_history *history;   /* takes warnings; NULL outside of fit */
    cn_position *position; /* NULL outside of fit */
    cn_request backup, restore;
};

cn_status cn_hooks_make(cn_hooks *hooks, cn_model *model, const char *const *identifiers);
void cn_hooks_free(cn_hooks *hooks);

/* Calls one hook of every callback: offset is offsetof(cn_callback, on_...). */
cn_status cn_hooks_call(cn_hooks *hooks, size_t offset);
#define CN_HOOK(hooks, name) cn_hooks_call((hooks), offsetof(cn_callback, name))

/* Does what was asked for: a backup once, a restoration each time. */
cn_status cn_hooks_backup(cn_hooks *hooks);
cn_status cn_hooks_restore(cn_hooks *hooks);

/* ---- progress -------------------------------------------------------------------------------- */

/* What is shown while batches run: Keras's bar (verbose 1) or a line for each epoch (verbose 2), on
 * standard output. */
typedef struct cn_progress {
    int verbose;
    int64_t target;                       /* steps */
    int64_t done, width;                  /* steps done; characters on the line now */
    double begin, last_draw, after_first; /* seconds */
    cn_training *training;
} cn_progress;

/* The default: 1 on a terminal, 2 elsewhere. */
int cn_progress_verbosity(int verbose);

/* "Epoch 1/5", and a warning at the end. */
void cn_progress_epoch(int verbose, int64_t epoch, int64_t epochs);
void cn_progress_warn(const char *warning);
void cn_progress_begin(cn_progress *progress, cn_training *training, int verbose, int64_t target);

/* After a step; draws at most every 0.05 s, with the running values. */
cn_status cn_progress_step(cn_progress *progress, int64_t done);

/* The last line, with all logs. */
void cn_progress_end(cn_progress *progress, const cn_logs *logs);

/* ---- loops ----------------------------------------------------------------------------------- */

/* Samples begin .. end-1 in batches. */
typedef struct cn_range {
    int64_t begin, end, batch_size, steps; /* steps: at most so many; CN_NONE: all */
} cn_range;

/* Sets the batch size and number of steps: 32, or what makes the wanted steps. */
cn_status cn_range_make(const char *who, int64_t begin, int64_t end, int64_t batch_size,
                        int64_t steps, cn_range *range);

/* Which samples are taken when. */
typedef struct cn_schedule {
    cn_range range;
    int64_t *order;   /* of the samples; NULL: as they are */
    int64_t *batches; /* in which order batches run; NULL: one after the other */
    int64_t *sorted;  /* room for a window of samples; NULL: lengths do not matter */
    const cn_dataset *dataset;
    cn_loader *loader; /* NULL: none runs */
} cn_schedule;

/* A zeroed schedule becomes one of a range: shuffled anew by each cn_schedule_shuffle; by length,
 * which is what costs least; or as the samples are. */
typedef enum cn_schedule_kind { CN_IN_ORDER, CN_BY_LENGTH, CN_SHUFFLED } cn_schedule_kind;
cn_status cn_schedule_make(cn_schedule *schedule, const cn_dataset *dataset, const cn_range *range,
                           cn_schedule_kind kind);

/* A new random order, the same for the same stream. Where lengths matter, batches are of samples of
 * similar length, and run in random order. */
void cn_schedule_shuffle(const cn_schedule *schedule, cn_stream stream);

/* Batch number step, measured. */
cn_batch cn_schedule_batch(const cn_schedule *schedule, int64_t step);
void cn_schedule_free(cn_schedule *schedule);

/* Begins to read the samples of the schedule's steps, from the first on, in the background, if any
 * data are samples; until it is stopped (by cn_schedule_free at last) the order may not change. */
cn_status cn_loader_start(cn_schedule *schedule, bool training, int64_t epoch, int64_t first);
void cn_loader_stop(cn_schedule *schedule);

/* Waits until a batch's samples are there, for cn_loader_samples: [size, ...]. Batches are waited
 * for in the order of their steps, and each is done with before the next. */
cn_status cn_loader_wait(cn_loader *loader, const cn_batch *batch);
const void *cn_loader_samples(const cn_loader *loader, const cn_batch *batch,
                              const cn_samples *samples);
void cn_loader_done(cn_loader *loader, const cn_batch *batch);

/* The longest batch that can come, of the range's size: with its plan first, the memory of all
 * others is there. */
cn_batch cn_longest_batch(const cn_dataset *dataset, const cn_range *range);

/* Resets the trackers and runs test steps. progress may be NULL. */
cn_status cn_run_test(cn_training *training, cn_schedule *schedule, cn_hooks *hooks,
                      cn_progress *progress);

#endif
