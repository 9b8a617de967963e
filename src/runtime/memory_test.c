/* The allocator, growing lists, arenas, and allocations that fail on purpose. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "runtime/memory.h"

static bool is_zero(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 1, 63, 64, 65, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *zeroed = cn_allocate(sizes[i]), *raw = cn_allocate_raw(sizes[i]);
        assert_int_equal((uintptr_t)zeroed % 64, 0);
        assert_int_equal((uintptr_t)raw % 64, 0);
        assert_true(is_zero(zeroed, sizes[i]));
        memset(raw, 1, sizes[i]);
        cn_release(zeroed);
        cn_release(raw);
    }
    cn_release(NULL);
}

static void too_much_memory_is_an_error(void **state)
{
    (void)state;
    assert_null(cn_allocate(SIZE_MAX));
    assert_int_equal(cn_error_status(), CN_OUT_OF_MEMORY);
    cn_clear_error();
    assert_null(cn_allocate_raw(SIZE_MAX - 60));
    assert_string_equal(cn_error(), "out of memory: 18446744073709551555 bytes could not be had");
    cn_clear_error();
}

static void lists_grow_and_keep_what_they_hold(void **state)
{
    (void)state;
    int64_t *list = NULL, capacity = 0;
    for (int64_t i = 0; i < 1000; i++) {
        assert_int_equal(cn_grow(&list, &capacity, i + 1, sizeof *list), CN_OK);
        assert_true(capacity > i);
        assert_int_equal(list[i], 0);
        list[i] = i;
    }
    for (int64_t i = 0; i < 1000; i++)
        assert_int_equal(list[i], i);
    assert_int_equal(cn_grow(&list, &capacity, 5000, sizeof *list), CN_OK);
    assert_true(is_zero((char *)(list + 1000), 4000 * sizeof *list));
    cn_memory_fail_at(1);
    assert_int_equal(cn_grow(&list, &capacity, 1000000, sizeof *list), CN_OUT_OF_MEMORY);
    assert_int_equal(list[999], 999);
    cn_clear_error();
    cn_release(list);
}

static void arenas_hold_pieces_of_any_size(void **state)
{
    (void)state;
    cn_arena arena = {0};
    char *pieces[200];
    for (size_t i = 0; i < 200; i++) {
        pieces[i] = cn_arena_allocate(&arena, i * i);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        assert_true(is_zero(pieces[i], i * i));
        memset(pieces[i], (int)i, i * i);
    }
    for (size_t i = 1; i < 200; i++)
        assert_true(pieces[i][0] == (char)i && pieces[i][i * i - 1] == (char)i);
    assert_string_equal(cn_arena_text(&arena, "dense"), "dense");
    assert_null(cn_arena_text(&arena, NULL));
    assert_string_equal(cn_arena_format(&arena, "%s_%d", "dense", 12), "dense_12");
    assert_memory_equal(cn_arena_copy(&arena, "abc", 3), "abc", 3);
    cn_arena other = {0};
    char *text = cn_arena_text(&other, "moved");
    cn_arena_take(&arena, &other);
    assert_null(other.blocks);
    cn_arena_free(&other);
    assert_string_equal(text, "moved");
    cn_arena_free(&arena);
    assert_null(arena.blocks);
    cn_arena_free(&arena);
}

static void copies_of_text_are_their_own(void **state)
{
    (void)state;
    char text[] = "kernel";
    char *copy = cn_copy_text(text);
    text[0] = 'x';
    assert_string_equal(copy, "kernel");
    assert_null(cn_copy_text(NULL));
    cn_release(copy);
}

static void the_nth_allocation_fails_once(void **state)
{
    (void)state;
    cn_arena arena = {0};
    cn_memory_fail_at(2);
    void *first = cn_allocate(8), *second = cn_allocate(8), *third = cn_allocate(8);
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    assert_true(cn_memory_has_failed());
    cn_memory_fail_at(1);
    assert_false(cn_memory_has_failed());
    assert_null(cn_arena_format(&arena, "%d", 1));
    assert_int_equal(cn_error_status(), CN_OUT_OF_MEMORY);
    cn_clear_error();
    cn_memory_fail_at(0);
    cn_release(first);
    cn_release(third);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(too_much_memory_is_an_error),
        cmocka_unit_test(lists_grow_and_keep_what_they_hold),
        cmocka_unit_test(arenas_hold_pieces_of_any_size),
        cmocka_unit_test(copies_of_text_are_their_own),
        cmocka_unit_test(the_nth_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
