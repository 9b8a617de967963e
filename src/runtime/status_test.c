/* Failures: the first is kept, callers put their names in front of it, names are suggested. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "runtime/status.h"

static cn_status check(int number)
{
    CN_CHECK(number > 0, "number must be positive, not %d", number);
    return CN_OK;
}

static cn_status check_all(int number)
{
    CN_TRY(check(1));
    CN_TRY(check(number));
    return CN_OK;
}

static void the_first_failure_is_kept(void **state)
{
    (void)state;
    assert_false(cn_failed());
    assert_string_equal(cn_error(), "");
    assert_int_equal(cn_error_status(), CN_OK);
    assert_int_equal(check_all(-3), CN_INVALID);
    assert_int_equal(cn_fail(CN_IO, "second"), CN_IO);
    assert_true(cn_failed());
    assert_string_equal(cn_error(), "number must be positive, not -3");
    assert_int_equal(cn_error_status(), CN_INVALID);
    cn_clear_error();
    assert_false(cn_failed());
    assert_int_equal(cn_fail(CN_IO, "second"), CN_IO);
    assert_string_equal(cn_error(), "second");
    cn_clear_error();
}

static void callers_name_their_own_failures_only(void **state)
{
    (void)state;
    (void)check(-1);
    cn_fail_in("layer %d", 2);
    cn_fail_in("model");
    assert_string_equal(cn_error(), "model: layer 2: number must be positive, not -1");
    (void)check(-5);
    cn_fail_in("somebody else");
    assert_string_equal(cn_error(), "model: layer 2: number must be positive, not -1");
    cn_clear_error();
    cn_fail_in("nobody");
    assert_string_equal(cn_error(), "");
}

static void long_messages_are_cut(void **state)
{
    (void)state;
    char text[4000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    (void)cn_fail(CN_INVALID, "%s", text);
    assert_int_equal(strlen(cn_error()), 2047);
    cn_fail_in("%s", text); /* too long to be put in front */
    assert_int_equal(cn_error()[0], 'x');
    cn_fail_in("who");
    assert_true(strncmp(cn_error(), "who: xxx", 8) == 0);
    cn_clear_error();
}

static cn_status use(const void *memory)
{
    CN_CHECK_MEMORY(memory);
    return CN_OK;
}

static void memory_has_a_status_of_its_own(void **state)
{
    (void)state;
    assert_int_equal(use("memory"), CN_OK);
    assert_int_equal(use(NULL), CN_OUT_OF_MEMORY);
    assert_int_equal(cn_error_status(), CN_OUT_OF_MEMORY);
    assert_string_equal(cn_error(), "out of memory");
    cn_clear_error();
}

static void near_names_are_suggested(void **state)
{
    (void)state;
    static const char *const names[] = {"relu", "sigmoid", "softmax", "tanh", NULL};
    assert_string_equal(cn_nearest_name("rleu", names), "relu");
    assert_string_equal(cn_nearest_name("softmx", names), "softmax");
    assert_string_equal(cn_nearest_name("sigmiod", names), "sigmoid");
    assert_null(cn_nearest_name("convolution", names));
    assert_string_equal(cn_nearest_name("rleu", (const char *const[]){"elu", "relu", NULL}),
                        "relu");
    assert_string_equal(cn_nearest_name("mea", (const char *const[]){"mean", "mae", NULL}), "mean");
    assert_null(cn_nearest_name("", (const char *const[]){NULL}));
    char long_name[200];
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    (void)cn_nearest_name(long_name, names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_failure_is_kept),
        cmocka_unit_test(callers_name_their_own_failures_only),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(memory_has_a_status_of_its_own),
        cmocka_unit_test(near_names_are_suggested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
