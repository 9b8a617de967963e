/* Sessions: what they own, the current one of a thread, names, streams, interruption. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "runtime/array.h"
#include "runtime/session.h"

static int released[8], release_count;

static void note_release(void *object)
{
    released[release_count++] = *(int *)object;
}

static void cleanups_run_last_first(void **state)
{
    (void)state;
    int objects[3] = {1, 2, 3};
    cn_session *session = cn_session_current();
    const uint64_t generation = cn_session_generation(session);
    release_count = 0;
    for (int i = 0; i < 3; i++)
        assert_int_equal(cn_session_on_clear(session, note_release, &objects[i]), CN_OK);
    cn_clear_session();
    assert_int_equal(release_count, 3);
    assert_int_equal(released[0], 3);
    assert_int_equal(released[2], 1);
    assert_int_equal(cn_session_generation(session), generation + 1);
    cn_clear_session();
    assert_int_equal(release_count, 3);
}

static void names_count_from_1_and_start_again(void **state)
{
    (void)state;
    cn_session *session = cn_session_current();
    assert_int_equal(cn_session_count_name(session, "dense"), 1);
    assert_int_equal(cn_session_count_name(session, "dense"), 2);
    assert_int_equal(cn_session_count_name(session, "input"), 1);
    cn_clear_session();
    assert_int_equal(cn_session_count_name(session, "dense"), 1);
    cn_clear_session();
}

static void many_names_keep_their_counts(void **state)
{
    (void)state;
    cn_session *session = cn_session_current();
    char name[32];
    for (int turn = 1; turn <= 3; turn++)
        for (int i = 0; i < 1000; i++) {
            (void)snprintf(name, sizeof name, "layer_%d", i);
            assert_int_equal(cn_session_count_name(session, name), turn);
        }
    cn_clear_session();
}

static void the_current_session_can_be_changed(void **state)
{
    (void)state;
    cn_session *first = cn_session_current(), *second = cn_session_new();
    assert_ptr_equal(cn_session_use(second), first);
    assert_ptr_equal(cn_session_current(), second);
    assert_int_equal(cn_session_count_name(second, "dense"), 1);
    cn_zeros({4, 4});
    cn_session_free(second);
    assert_ptr_equal(cn_session_current(), first);
    assert_ptr_equal(cn_session_use(NULL), first);
    assert_ptr_equal(cn_session_current(), first);
    cn_session_free(NULL);
}

static void the_threads_own_session_can_be_freed(void **state)
{
    (void)state;
    cn_session_free(cn_session_current());
    assert_int_equal(cn_session_count_name(cn_session_current(), "dense"), 1);
    cn_clear_session();
}

static void seeds_decide_the_streams(void **state)
{
    (void)state;
    cn_session *session = cn_session_current();
    cn_set_random_seed(42);
    cn_stream first = cn_session_stream(session), second = cn_session_stream(session);
    assert_int_equal(first.seed, 42);
    assert_int_not_equal(first.counter, second.counter);
    cn_clear_session();
    assert_int_equal(cn_session_stream(session).seed, 42);
    cn_set_random_seed(42);
    assert_int_equal(cn_session_stream(session).counter, first.counter);
}

static void unseeded_sessions_differ(void **state)
{
    (void)state;
    cn_session *a = cn_session_new(), *b = cn_session_new();
    assert_int_not_equal(cn_session_stream(a).seed, cn_session_stream(b).seed);
    cn_session_free(a);
    cn_session_free(b);
}

static void interruption_is_a_flag(void **state)
{
    (void)state;
    assert_false(cn_interrupted());
    cn_interrupt();
    assert_true(cn_interrupted());
    cn_interrupt_reset();
    assert_false(cn_interrupted());
}

static void kinds_have_names(void **state)
{
    (void)state;
    cn_array *array = cn_zeros({2});
    cn_kind other = (cn_kind)1;
    assert_string_equal(cn_kind_name(array), "an array");
    assert_string_equal(cn_kind_name(NULL), "NULL");
    assert_string_equal(cn_kind_name(&other), "an unknown object");
    cn_array_free(array);
    assert_true(strlen(cn_version()) > 0);
}

/* Leaves a session with an array, a name and a failure behind, and frees the array that another
 * thread made. */
static void *draw_in_a_thread(void *array)
{
    cn_array_free(array);
    (void)cn_session_count_name(cn_session_current(), "dense");
    (void)cn_array_new((cn_dtype)99, NULL, 0, NULL);
    cn_zeros({100, 100});
    return cn_failed() ? NULL : array;
}

static void threads_have_sessions_of_their_own(void **state)
{
    (void)state;
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, draw_in_a_thread, cn_zeros({10})), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result = &threads;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_null(result);
    }
    assert_false(cn_failed());
    assert_int_equal(cn_session_count_name(cn_session_current(), "dense"), 1);
    cn_clear_session();
}

static bool draw_all(cn_session *session)
{
    static int object = 7;
    char name[16];
    release_count = 0;
    for (int i = 0; i < 40; i++) {
        (void)snprintf(name, sizeof name, "n%d", i);
        if (cn_session_count_name(session, name) != 1)
            return false;
    }
    return cn_session_on_clear(session, note_release, &object) == CN_OK && cn_zeros({3}) != NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (int64_t n = 1;; n++) {
        cn_memory_fail_at(n);
        cn_session *session = cn_session_new();
        if (session != NULL) {
            (void)cn_session_use(session);
            bool drawn = draw_all(session);
            cn_memory_fail_at(0);
            assert_int_equal(drawn, !cn_failed());
        }
        cn_session_free(session);
        if (!cn_failed())
            break;
        assert_int_equal(cn_error_status(), CN_OUT_OF_MEMORY);
        cn_clear_error();
    }
    cn_memory_fail_at(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cleanups_run_last_first),
        cmocka_unit_test(names_count_from_1_and_start_again),
        cmocka_unit_test(many_names_keep_their_counts),
        cmocka_unit_test(the_current_session_can_be_changed),
        cmocka_unit_test(the_threads_own_session_can_be_freed),
        cmocka_unit_test(seeds_decide_the_streams),
        cmocka_unit_test(unseeded_sessions_differ),
        cmocka_unit_test(interruption_is_a_flag),
        cmocka_unit_test(kinds_have_names),
        cmocka_unit_test(threads_have_sessions_of_their_own),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
