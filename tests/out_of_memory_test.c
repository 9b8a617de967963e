/* The n-th allocation fails, for every n: the call says that memory ran out, or does without;
 * nothing crashes, nothing is lost (the address sanitizer looks), and afterwards the same program
 * gives the same numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cornu/cornu.h"
#include "runtime/memory.h"

static char path[64];

static cn_status look(cn_event *event)
{
    return event->count > 0 ? cn_event_log(event, "twice", 2 * event->values[0]) : CN_OK;
}

static cn_model *draw(void)
{
    cn_tensor *left = cn_input({3}, .name = "left"), *right = cn_input({3}, .name = "right");
    cn_layer *shared = cn_dense(4, .activation = "tanh", .kernel_regularizer = cn_l2(0.01));
    cn_tensor *both = cn_call(cn_concatenate(), cn_call(shared, left), cn_call(shared, right));
    cn_tensor *hidden =
        cn_chain(both, cn_dropout(0.5), cn_dense(3, .kernel_constraint = "max_norm"));
    return cn_model_of(
        CN_LIST(left, right),
        CN_LIST(cn_call(cn_dense(1, .name = "age"), hidden),
                cn_call(cn_dense(2, .activation = "softmax", .name = "class"), hidden)));
}

static void compile(cn_model *model)
{
    cn_compile(model, .optimizer = cn_adam(0.01, .clipnorm = 1.0),
               .outputs = {{"age", .loss = "mse", .metrics = {"mae"}},
                           {"class", .loss = "sparse_categorical_crossentropy",
                            .weighted_metrics = {"acc"}}});
}

/* Draws, trains, evaluates, predicts, saves and loads; returns the last loss, or NaN. */
static double program(void)
{
    cn_set_random_seed(7);
    cn_model *model = draw();
    cn_array *left = cn_random({10, 3}, .seed = 1), *right = cn_random({10, 3}, .seed = 2);
    cn_array *age = cn_random({10, 1}, .seed = 3),
             *class = cn_random_integers(0, 2, {10}, .seed = 4);
    if (model == NULL || left == NULL || right == NULL || age == NULL || class == NULL)
        return NAN;
    compile(model);
    cn_history *history =
        cn_fit(model, CN_LIST(left, right), CN_DICT({"age", age}, {"class", class}), .epochs = 2,
               .batch_size = 4, .verbose = 0, .validation_split = 0.2,
               .callbacks = {cn_custom_callback(.on_epoch_end = look, .on_train_batch_end = look),
                             cn_early_stopping(.patience = 5, .restore_best_weights = true)});
    cn_history_free(history);
    (void)cn_save_weights(model, path);
    (void)cn_load_weights(model, path);
    cn_predictions predictions = cn_predict_all(model, CN_LIST(left, right), .batch_size = 4);
    if (!cn_failed())
        assert_int_equal(predictions.count, 2);
    return cn_evaluate(model, CN_LIST(left, right), CN_LIST(age, class), .batch_size = 4).loss;
}

/* In a session of its own, which is freed with all that was made in it. */
static double run(int64_t fail_at, bool *failed)
{
    cn_clear_error();
    cn_memory_fail_at(fail_at);
    cn_session *session = cn_session_new(), *before = cn_session_use(session);
    const double loss = session == NULL ? NAN : program();
    *failed = cn_memory_has_failed();
    cn_memory_fail_at(0);
    (void)cn_session_use(before);
    cn_session_free(session);
    return loss;
}

static void test_every_allocation(void **state)
{
    (void)state;
    bool failed;
    int64_t harmless = 0, n = 1;
    const double expected = run(0, &failed);
    if (cn_failed() || !isfinite(expected))
        fail_msg("the program does not work: %s", cn_error());
    for (;; n++) {
        const double loss = run(n, &failed);
        if (!failed)
            break;
        if (cn_failed() && cn_error_status() != CN_OUT_OF_MEMORY)
            fail_msg("allocation %d: status %d: %s", (int)n, (int)cn_error_status(), cn_error());
        if (!cn_failed() && loss != expected)
            fail_msg("allocation %d failed without a message, and the loss is %.9g, not %.9g",
                     (int)n, loss, expected);
        harmless += !cn_failed();
    }
    print_message("%d allocations failed, %d without harm\n", (int)n - 1, (int)harmless);
    assert_true(n > 200);
    const double after = run(0, &failed);
    if (cn_failed() || after != expected)
        fail_msg("afterwards the loss is %.9g, not %.9g: %s", after, expected, cn_error());
}

/* ---- records --------------------------------------------------------------------------------- */

static int64_t json_allocations; /* until one fails; 0: none will */

static void *allocate_json(size_t bytes)
{
    return json_allocations > 0 && --json_allocations == 0 ? NULL : malloc(bytes);
}

/* A record is the whole one, or there is none and a message. (Where jansson reads what was written,
 * it calls the end of memory a mistake in the text.) */
static void test_every_json_allocation(void **state)
{
    (void)state;
    cn_clear_error();
    cn_model *model = draw();
    compile(model);
    char *whole = cn_to_json(model);
    assert_non_null(whole);
    json_set_alloc_funcs(allocate_json, free);
    int64_t n = 1;
    for (;; n++) {
        json_allocations = n;
        char *text = cn_to_json(model);
        const bool failed = json_allocations == 0;
        json_allocations = 0;
        if (text == NULL ? !cn_failed() : strcmp(text, whole) != 0)
            fail_msg("allocation %d: %s", (int)n, text == NULL ? cn_error() : text);
        free(text);
        cn_clear_error();
        if (!failed)
            break;
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(n > 500);
    free(whole);
    cn_clear_session();
}

/* The same objects go on after a failure in the midst of training. */
static void test_goes_on(void **state)
{
    (void)state;
    cn_clear_error();
    cn_model *model = draw();
    cn_array *left = cn_random({10, 3}), *right = cn_random({10, 3});
    cn_array *age = cn_random({10, 1}), *class = cn_random_integers(0, 2, {10});
    compile(model);
    for (int64_t n = 1; n < 2000; n++) {
        cn_memory_fail_at(n);
        (void)cn_fit(model, CN_LIST(left, right), CN_LIST(age, class), .batch_size = 4,
                     .verbose = 0);
        const bool failed = cn_memory_has_failed();
        cn_memory_fail_at(0);
        if (cn_failed() && cn_error_status() != CN_OUT_OF_MEMORY)
            fail_msg("allocation %d: %s", (int)n, cn_error());
        cn_clear_error();
        if (!failed)
            break;
    }
    cn_history *history =
        cn_fit(model, CN_LIST(left, right), CN_LIST(age, class), .batch_size = 4, .verbose = 0);
    if (history == NULL || !isfinite(cn_history_value(history, "loss", 0)))
        fail_msg("cannot be trained afterwards: %s", cn_error());
    cn_clear_session();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation),
        cmocka_unit_test(test_every_json_allocation),
        cmocka_unit_test(test_goes_on),
    };
    (void)snprintf(path, sizeof path, "/tmp/cornu_out_of_memory_%ld.npz", (long)getpid());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)remove(path);
    return failed;
}
