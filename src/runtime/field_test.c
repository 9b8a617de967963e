/* Field tables: copies, comparisons and hashes of structs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "runtime/field.h"

typedef struct sample {
    bool flag;
    int64_t count;
    double rate;
    const char *text;
    cn_dtype dtype;
    int64_t dims[CN_MAX_RANK];
    cn_shape shape;
    double reals[CN_MAX_LIST];
    const char *object;
} sample;

static const cn_field fields[] = {
    CN_FIELD(sample, flag, CN_FIELD_BOOL, 0),
    CN_FIELD(sample, count, CN_FIELD_INT, 0),
    CN_FIELD(sample, rate, CN_FIELD_REAL, 0),
    CN_FIELD(sample, text, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_FIELD(sample, dtype, CN_FIELD_DTYPE, 0),
    CN_FIELD(sample, dims, CN_FIELD_DIMS, 0),
    CN_FIELD(sample, shape, CN_FIELD_SHAPE, 0),
    CN_FIELD(sample, reals, CN_FIELD_REALS, 0),
    CN_OBJECT_FIELD(sample, object, "initializer"),
    CN_END_FIELDS,
};

static sample make(void)
{
    return (sample){.flag = true,
                    .count = 3,
                    .rate = 0.5,
                    .text = "same",
                    .dtype = CN_INT32,
                    .dims = {2, 3},
                    .shape = {2, {4, 5}},
                    .reals = {1, 2, NAN},
                    .object = "zeros"};
}

static void sizes_are_those_of_the_members(void **state)
{
    (void)state;
    assert_int_equal(cn_field_size(CN_FIELD_BOOL), sizeof(bool));
    assert_int_equal(cn_field_size(CN_FIELD_DTYPE), sizeof(cn_dtype));
    assert_int_equal(cn_field_size(CN_FIELD_DIMS), sizeof(int64_t[CN_MAX_RANK]));
    assert_int_equal(cn_field_size(CN_FIELD_REALS), sizeof(double[CN_MAX_LIST]));
    assert_int_equal(fields[3].offset, offsetof(sample, text));
    assert_string_equal(fields[8].object, "initializer");
}

static void copies_have_texts_of_their_own(void **state)
{
    (void)state;
    cn_arena arena = {0};
    char text[] = "valid";
    sample from = make();
    from.text = text;
    from.object = NULL;
    sample *copy = cn_fields_copy(fields, &from, sizeof from, &arena);
    assert_true(cn_fields_equal(fields, copy, &from));
    text[0] = 'x';
    assert_string_equal(copy->text, "valid");
    assert_null(copy->object);
    assert_false(cn_fields_equal(fields, copy, &from));
    assert_non_null(cn_fields_copy(NULL, &from, sizeof from, &arena));
    cn_arena_free(&arena);
}

static void every_member_counts(void **state)
{
    (void)state;
    sample changed[] = {make(), make(), make(), make(), make(),
                        make(), make(), make(), make(), make()};
    changed[0].flag = false;
    changed[1].count = 4;
    changed[2].rate = 0.25;
    changed[3].text = "valid";
    changed[4].dtype = CN_INT64;
    changed[5].dims[1] = 4;
    changed[6].shape.dim[0] = 5;
    changed[7].reals[1] = 3;
    changed[8].object = "ones";
    changed[9].text = NULL;
    const sample one = make();
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        assert_false(cn_fields_equal(fields, &one, &changed[i]));
        assert_false(cn_fields_equal(fields, &changed[i], &one));
        assert_true(cn_fields_equal(fields, &changed[i], &changed[i]));
        assert_int_not_equal(cn_fields_hash(fields, &one, 1),
                             cn_fields_hash(fields, &changed[i], 1));
    }
    assert_true(cn_fields_equal(NULL, &one, &changed[0]));
}

/* Texts are compared by their letters, and what lies behind the end of a list does not count. */
static void equal_structs_have_equal_hashes(void **state)
{
    (void)state;
    char text[] = "same";
    sample one = make(), other = make();
    other.text = text;
    other.dims[5] = 9;
    other.shape.dim[7] = 9;
    assert_true(cn_fields_equal(fields, &one, &other));
    assert_int_equal(cn_fields_hash(fields, &one, 1), cn_fields_hash(fields, &other, 1));
    assert_int_equal(cn_fields_hash(NULL, &one, 5), 5);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    const sample from = make();
    for (int64_t n = 1; n < 4; n++) {
        cn_arena arena = {0};
        cn_memory_fail_at(n);
        void *copy = cn_fields_copy(fields, &from, sizeof from, &arena);
        assert_int_equal(copy == NULL, cn_memory_has_failed());
        cn_arena_free(&arena);
        cn_clear_error();
    }
    cn_memory_fail_at(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_those_of_the_members),
        cmocka_unit_test(copies_have_texts_of_their_own),
        cmocka_unit_test(every_member_counts),
        cmocka_unit_test(equal_structs_have_equal_hashes),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
