/* Making mistakes, and looking at what they leave. */
#include "support/mistakes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

cn_mistaken cn_the;

cn_model *cn_draw_classifier(cn_tensor *input, const char *name)
{
    return cn_model_of(input,
                       cn_call(cn_dense(3, .activation = "softmax", .name = "scores"), input),
                       .name = name);
}

static void draw_two(void)
{
    cn_tensor *left = cn_input({4}, .name = "left"), *right = cn_input({4}, .name = "right");
    cn_tensor *both = cn_call(cn_concatenate(), left, right);
    cn_the.two = cn_model_of(CN_LIST(left, right),
                             CN_LIST(cn_call(cn_dense(1, .name = "age"), both),
                                     cn_call(cn_dense(3, .name = "income"), both)),
                             .name = "pair");
    cn_compile(cn_the.two, .loss = "mse");
}

static int prepare(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    cn_set_random_seed(1);
    cn_the.pixels = cn_input({8}, .name = "pixels");
    cn_the.one = cn_draw_classifier(cn_the.pixels, "classifier");
    cn_the.fresh = cn_draw_classifier(cn_the.pixels, "fresh");
    cn_compile(cn_the.one, .optimizer = "sgd", .loss = "sparse_categorical_crossentropy",
               .metrics = {"accuracy"});
    draw_two();
    cn_the.x = cn_random({ROWS, 8});
    cn_the.labels = cn_random_integers(0, 3, {ROWS});
    cn_the.left = cn_random({ROWS, 4});
    cn_the.right = cn_random({ROWS, 4});
    cn_the.age = cn_random({ROWS, 1});
    cn_the.income = cn_random({ROWS, 3});
    return cn_failed() ? -1 : 0;
}

cn_array *cn_floats(int64_t rows, int64_t columns)
{
    return cn_array_new(CN_FLOAT32, (const int64_t[]){rows, columns}, 2, NULL);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static double loss_of_two(void)
{
    return cn_evaluate(cn_the.two, CN_LIST(cn_the.left, cn_the.right),
                       CN_LIST(cn_the.age, cn_the.income))
        .loss;
}

/* Everything can be used as if nothing had been tried, with the same numbers. */
static void check_usable(const struct cn_mistake *mistake, double before, double before_of_two)
{
    const double after = cn_evaluate(cn_the.one, cn_the.x, cn_the.labels).loss;
    const double after_of_two = loss_of_two();
    if (!mistake->trains && after != before)
        fail_msg("%s: the loss was %.9g and is %.9g", mistake->name, before, after);
    if (after_of_two != before_of_two)
        fail_msg("%s: the loss of two outputs was %.9g and is %.9g", mistake->name, before_of_two,
                 after_of_two);
    cn_history *history = cn_fit(cn_the.one, cn_the.x, cn_the.labels, .verbose = 0, .epochs = 2);
    if (history == NULL || !isfinite(cn_history_value(history, "loss", -1)))
        fail_msg("%s: cannot be trained afterwards: %s", mistake->name, cn_error());
    assert_non_null(cn_draw_classifier(cn_input({8}), NULL));
    if (cn_failed())
        fail_msg("%s: cannot be used afterwards: %s", mistake->name, cn_error());
}

static void test_mistake(void **state)
{
    const struct cn_mistake *mistake = *state;
    assert_int_equal(prepare(NULL), 0);
    const double before = cn_evaluate(cn_the.one, cn_the.x, cn_the.labels).loss,
                 before_of_two = loss_of_two();
    assert_false(cn_failed());
    mistake->make();
    if (cn_error_status() != mistake->status)
        fail_msg("%s: status %d, expected %d: %s", mistake->name, (int)cn_error_status(),
                 (int)mistake->status, cn_error());
    for (int i = 0; i < 5 && mistake->parts[i] != NULL; i++)
        if (strstr(cn_error(), mistake->parts[i]) == NULL)
            fail_msg("%s: the message does not have \"%s\": %s", mistake->name, mistake->parts[i],
                     cn_error());
    cn_clear_error();
    check_usable(mistake, before, before_of_two);
}

int cn_run_mistakes(const char *group, const struct cn_mistake *mistakes, size_t n)
{
    enum { MOST = 64 };
    struct CMUnitTest tests[MOST];
    assert_in_range(n, 1, MOST);
    for (size_t i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){mistakes[i].name, test_mistake, NULL, NULL,
                                       (void *)(uintptr_t)&mistakes[i]};
    int failed = _cmocka_run_group_tests(group, tests, n, NULL, NULL);
    cn_clear_session();
    return failed;
}
