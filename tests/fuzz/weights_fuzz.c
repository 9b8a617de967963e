/* Any bytes as a file of weights: listed without a model, and loaded into one by every name that
 * such files have. */
#include "cornu/cornu.h"
#include "memory_file.h"

/* What the seeds have the weights of (tests/data/make_weights.py). */
static cn_model *make_model(void)
{
    cn_tensor *x = cn_input({3, 2});
    cn_tensor *h = cn_call(cn_bidirectional(cn_lstm(2)), x);
    cn_tensor *inner_x = cn_input({4});
    cn_model *inner = cn_model_of(inner_x, cn_call(cn_batch_normalization(), inner_x));
    h = cn_call(inner, h);
    cn_model *model = cn_model_of(x, cn_call(cn_dense(1, .name = "last"), h));
    if (cn_compile(model, .optimizer = "adam", .loss = "mse") != CN_OK)
        abort();
    return model;
}

static void ignore(void *context, const char *message)
{
    (void)context, (void)message;
}

static void load(cn_model *model, const char *name, const uint8_t *bytes, size_t size)
{
    const char *path = named_file(name, bytes, size);
    (void)cn_load_weights(model, path);
    cn_clear_error();
    (void)cn_load_weights(model, path, .skip_mismatch = true, .warn = ignore);
    cn_clear_error();
    (void)cn_load_weights(model, path, .by_name = true, .skip_mismatch = true, .warn = ignore);
    cn_clear_error();
    (void)unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static cn_model *model;
    static const char *const names[] = {"a.h5", "a.keras", "a.npz", "a.weights.json"};
    model = model != NULL ? model : make_model();
    cn_arrays_free(cn_load_weight_arrays(memory_file(bytes, size)));
    cn_clear_error();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        load(model, names[i], bytes, size);
    return 0;
}
