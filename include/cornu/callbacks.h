/* Callbacks: what runs between the steps of fit, evaluate and predict.
 *
 * They run in the thread that trains, one after the other, in the order in which they were given.
 * What an event points to is valid until the hook returns. Keras: keras.callbacks.Callback. */
#ifndef CORNU_CALLBACKS_H
#define CORNU_CALLBACKS_H

#include "cornu/error.h"
#include "cornu/keywords.h"

CN_BEGIN_DECLS

/* What is known at a moment of training. logs are the running or final values by name, in
 * alphabetical order. */
typedef struct cn_event {
    cn_model *model;
    void *data;            /* the callback's own */
    int64_t epoch, epochs; /* from 0 */
    int64_t batch, steps;  /* from 0; steps of an epoch */
    int64_t samples;       /* in the batch */
    int64_t count;         /* of logs */
    const char *const *names;
    const double *values;
    int verbose;
    void *training_; /* for cn_event_log and cn_event_warn */
} cn_event;

/* A log by name, NaN if it is not there (without a message). */
CN_API double cn_event_value(const cn_event *event, const char *name);

/* Adds a value to an epoch's logs, for later callbacks, the progress line and the history. */
CN_API cn_status cn_event_log(cn_event *event, const char *name, double value);

/* Something to know that does not end the training, for cn_history_warning: the first one is
 * kept. */
CN_API void cn_event_warn(cn_event *event, const char *message);

/* For callbacks of fit. cn_event_backup writes all that the training needs to go on from here, bit
 * for bit as if it had never ended, to latest.weights.h5 in a folder, which is made if need be:
 * weights, the optimizer's state, what metrics have seen, the states of random numbers, the place
 * in the data's order, the history, and what Keras's callbacks have counted. That happens when all
 * callbacks have been called for the batch or epoch in hand; of an epoch that is cut short none is
 * made. The file is whole whenever the program is killed. Keras can load it, too: it is a file of
 * weights, and training_metadata.json beside it says the epoch. keep_previous: the file before
 * stays, as latest.weights.h5.bkp.
 *
 * cn_event_restore, in on_train_begin, takes all that back: the training goes on in the epoch and
 * at the batch of the file. Nothing happens if there is none. One that Keras made says the weights,
 * the optimizer's state and the epoch. If the file is damaged, the previous one is taken. A backup
 * of another model, optimizer or (in the middle of an epoch) other number of batches is an
 * error. */
CN_API cn_status cn_event_backup(cn_event *event, const char *folder, bool keep_previous);
CN_API cn_status cn_event_restore(cn_event *event, const char *folder);

/* A callback of the user's own: any of these may be NULL. A hook that fails ends the training with
 * its message. Hooks of batches cost the time that they take; logs are computed only for callbacks
 * that have them. */
typedef struct cn_callback {
    void *data;
    cn_status (*on_train_begin)(cn_event *event);
    cn_status (*on_train_end)(cn_event *event);
    cn_status (*on_epoch_begin)(cn_event *event);
    cn_status (*on_epoch_end)(cn_event *event);
    cn_status (*on_train_batch_begin)(cn_event *event);
    cn_status (*on_train_batch_end)(cn_event *event);
    cn_status (*on_test_begin)(cn_event *event);
    cn_status (*on_test_end)(cn_event *event);
    cn_status (*on_test_batch_begin)(cn_event *event);
    cn_status (*on_test_batch_end)(cn_event *event);
    cn_status (*on_predict_begin)(cn_event *event);
    cn_status (*on_predict_end)(cn_event *event);
    cn_status (*on_predict_batch_begin)(cn_event *event);
    cn_status (*on_predict_batch_end)(cn_event *event);
    void (*free)(void *data); /* when the training it served has ended */
} cn_callback;

/* cn_custom_callback(.on_epoch_end = hook, .data = mine): an identifier for .callbacks = {...},
 * valid in this session. */
CN_API const char *cn_custom_callback_with(const cn_callback *callback);
#ifndef __cplusplus
#define cn_custom_callback(...) CN_KEYWORDS_(cn_custom_callback_with, cn_callback, __VA_ARGS__)
#endif

CN_END_DECLS

#endif
