/* Any bytes as the backup of a training, which goes on with it. The seeds are backups of this
 * training. */
#include "cornu/cornu.h"
#include "memory_file.h"

static cn_model *make_model(void)
{
    cn_tensor *x = cn_input({2});
    cn_tensor *h = cn_call(cn_dropout(0.5, .seed = 3), cn_call(cn_dense(2), x));
    cn_model *model = cn_model_of(x, cn_call(cn_dense(1), cn_call(cn_batch_normalization(), h)));
    if (cn_compile(model, .optimizer = "adam", .loss = "mse", .metrics = {"mae"}) != CN_OK)
        abort();
    return model;
}

/* Two epochs of two batches, in which no backup is made. */
static void train(const char *folder)
{
    cn_array *x = cn_random({4, 2}, .seed = 1), *y = cn_random({4, 1}, .seed = 2);
    const char *backup =
        cn_backup_and_restore(folder, .save_freq = 1000, .delete_checkpoint = false);
    const char *stop = cn_early_stopping(.monitor = "loss", .restore_best_weights = true);
    const char *rate = cn_reduce_lr_on_plateau(.monitor = "loss", .patience = 1);
    const cn_history *history = cn_fit(make_model(), x, y, .epochs = 2, .batch_size = 2,
                                       .verbose = 0, .callbacks = {backup, stop, rate});
    if ((history == NULL) != cn_failed())
        abort();
    cn_clear_error();
    cn_clear_session();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *path = named_file("latest.weights.h5", bytes, size);
    train(own_folder());
    (void)unlink(path);
    return 0;
}
