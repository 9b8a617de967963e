/* Tables from addresses to numbers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "runtime/pointer_map.h"

static void what_was_added_is_found(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    static char things[MANY][16];
    cn_pointer_map map = {.n = 0};
    assert_int_equal(cn_pointer_map_get(&map, things), -1);
    for (int64_t i = 0; i < MANY; i += 2)
        assert_int_equal(cn_pointer_map_add(&map, things[i], i), CN_OK);
    for (int64_t i = 0; i < MANY; i++)
        assert_int_equal(cn_pointer_map_get(&map, things[i]), i % 2 == 0 ? i : -1);
    assert_int_equal(map.n, MANY / 2);
    assert_true(map.capacity >= 2 * map.n);
    cn_pointer_map_free(&map);
    assert_int_equal(cn_pointer_map_get(&map, things), -1);
}

static void the_first_number_stays(void **state)
{
    (void)state;
    int thing = 0;
    cn_pointer_map map = {.n = 0};
    assert_int_equal(cn_pointer_map_add(&map, &thing, 7), CN_OK);
    assert_int_equal(cn_pointer_map_add(&map, &thing, 8), CN_OK);
    assert_int_equal(cn_pointer_map_get(&map, &thing), 7);
    assert_int_equal(map.n, 1);
    cn_pointer_map_free(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found),
        cmocka_unit_test(the_first_number_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
