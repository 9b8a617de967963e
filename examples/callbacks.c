/* Callbacks: what is done between the epochs of a training. Early stopping, saving the best
 * weights, a falling learning rate, a log file, and a callback of one's own. */
#include <math.h>
#include <stdlib.h>

#include "check.h"

/* Our own: remembers how much the loss fell in an epoch, and adds that to the history. */
struct progress {
    double last;
    int epochs;
};

static cn_status begin(cn_event *event)
{
    struct progress *progress = event->data;
    progress->last = NAN;
    progress->epochs = 0;
    return CN_OK;
}

static cn_status note_progress(cn_event *event)
{
    struct progress *progress = event->data;
    double loss = cn_event_value(event, "loss");
    double gain = isnan(progress->last) ? 0 : progress->last - loss;
    progress->last = loss;
    progress->epochs++;
    return cn_event_log(event, "gain", gain);
}

/* Few noisy samples and many weights: the loss on new data soon rises again. */
static void make_noise(cn_array **x, cn_array **y)
{
    *x = cn_random_normal({400, 16});
    *y = cn_random_normal({400, 1}, .stddev = 0.5);
    if (cn_failed())
        return;
    float *target = cn_array_data(*y);
    for (int i = 0; i < 400; i++)
        target[i] += (float)cn_array_at(*x, 16 * i);
}

/* A file of weights goes by the names of the layers, so that layers of two models get the same
 * names here. */
static cn_model *draw(void)
{
    cn_tensor *input = cn_input({16});
    return cn_model_of(input, cn_chain(input, cn_dense(64, .activation = "relu", .name = "hidden"),
                                       cn_dense(1, .name = "output")));
}

/* The log: a line of names and one for each epoch. */
static void check_log(const char *path, int64_t epochs)
{
    cn_csv *log = cn_load_csv(path);
    cn_array *loss = log == NULL ? NULL : cn_csv_column(log, "val_loss");
    check(loss != NULL && cn_array_size(loss) == epochs, "one line for each epoch");
    cn_array_free(loss);
    cn_csv_free(log);
}

int main(void)
{
    cn_set_random_seed(11);
    cn_array *x, *y;
    make_noise(&x, &y);
    cn_model *model = draw();
    cn_compile(model, .optimizer = cn_adam(0.01), .loss = "mse");

    struct progress progress;
    cn_history *history =
        cn_fit(model, x, y, .epochs = 200, .validation_split = 0.25, .verbose = 0,
               .callbacks = {
                   cn_reduce_lr_on_plateau(.factor = 0.5, .patience = 4),
                   cn_custom_callback(.on_train_begin = begin, .on_epoch_end = note_progress,
                                      .data = &progress),
                   cn_model_checkpoint("best.npz", .save_best_only = true),
                   cn_csv_logger("training.csv"),
                   cn_early_stopping(.patience = 10, .restore_best_weights = true),
               });
    int64_t epochs = cn_history_epochs(history);
    double best = INFINITY;
    for (int64_t i = 0; i < epochs; i++)
        best = fmin(best, cn_history_value(history, "val_loss", i));
    printf("stopped after %d of 200 epochs; best loss on validation data %.4f\n", (int)epochs,
           best);
    printf("learning rate %g at first, %g at last\n", cn_history_value(history, "learning_rate", 0),
           cn_history_value(history, "learning_rate", -1));
    check(epochs < 200, "stopped early");
    check(cn_history_value(history, "learning_rate", -1) < 0.01, "the learning rate fell");
    check(progress.epochs == epochs, "our callback saw every epoch");
    check(!isnan(cn_history_value(history, "gain", -1)), "what it logged is in the history");
    check_log("training.csv", epochs);

    /* The model has the weights of its best epoch, and so has the file. */
    cn_array *x_new = cn_array_slice(x, 300, 400), *y_new = cn_array_slice(y, 300, 400);
    double restored = cn_evaluate(model, x_new, y_new).loss;
    cn_model *other = draw();
    cn_load_weights(other, "best.npz");
    cn_compile(other, .loss = "mse");
    double loaded = cn_evaluate(other, x_new, y_new).loss;
    printf("restored %.6f, loaded from the file %.6f\n", restored, loaded);
    check(fabs(restored - best) < 1e-5, "the best weights were restored");
    check(restored == loaded, "and saved");

    remove("best.npz");
    remove("training.csv");
    return finish();
}
