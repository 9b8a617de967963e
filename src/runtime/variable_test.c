/* Variables alone and in pools. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "runtime/memory.h"
#include "runtime/variable.h"

static bool is_zero(const cn_variable *variable)
{
    const unsigned char *bytes = variable->data;
    for (size_t i = 0; i < cn_variable_bytes(variable); i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void variables_of_a_pool_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    enum { COUNT = 40, ROWS = 1000, COLUMNS = 301 }; /* more than the first blocks hold */
    cn_variable_pool pool = {0};
    cn_variable variables[COUNT];
    for (int32_t i = 0; i < COUNT; i++) {
        assert_int_equal(
            cn_variable_init(&variables[i], "w", CN_INT32, CN_SHAPE(ROWS, COLUMNS), &pool), CN_OK);
        assert_int_equal((uintptr_t)variables[i].data % 64, 0);
        assert_true(is_zero(&variables[i]));
        for (int64_t j = 0; j < ROWS * COLUMNS; j++)
            ((int32_t *)variables[i].data)[j] = i + 1;
    }
    assert_true(pool.n_blocks > 1);
    for (int32_t i = 0; i < COUNT; i++) {
        for (int64_t j = 0; j < ROWS * COLUMNS; j++)
            assert_int_equal(((int32_t *)variables[i].data)[j], i + 1);
        cn_variable_free(&variables[i]);
        assert_null(variables[i].data);
    }
    cn_variable_pool_free(&pool);
    assert_int_equal(pool.n_blocks, 0);
}

static void small_and_large_variables_are_their_own(void **state)
{
    (void)state;
    cn_variable_pool pool = {0};
    cn_variable small, large;
    assert_int_equal(cn_variable_init(&small, "s", CN_FLOAT32, CN_SHAPE(10), &pool), CN_OK);
    assert_int_equal(cn_variable_init(&large, "l", CN_FLOAT32, CN_SHAPE(1 << 20), &pool), CN_OK);
    assert_int_equal(pool.n_blocks, 0);
    assert_true(is_zero(&small) && is_zero(&large));
    cn_variable_free(&small);
    cn_variable_free(&large);
}

static void a_pool_without_memory_fails_and_can_go_on(void **state)
{
    (void)state;
    cn_variable_pool pool = {0};
    cn_variable variable;
    for (int64_t n = 1; n <= 2; n++) { /* the list of blocks, the block */
        cn_memory_fail_at(n);
        assert_int_equal(cn_variable_init(&variable, "w", CN_FLOAT32, CN_SHAPE(1 << 15), &pool),
                         CN_OUT_OF_MEMORY);
        assert_true(cn_memory_has_failed());
    }
    cn_memory_fail_at(0);
    assert_int_equal(cn_variable_init(&variable, "w", CN_FLOAT32, CN_SHAPE(1 << 15), &pool), CN_OK);
    cn_variable_free(&variable);
    cn_variable_pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_of_a_pool_are_zeroed_aligned_and_apart),
        cmocka_unit_test(small_and_large_variables_are_their_own),
        cmocka_unit_test(a_pool_without_memory_fails_and_can_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
