/* Which values lie inside others, and that the plans compute what the reference interpreter
 * does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compiler/placement.h"
#include "ops/emit.h"
#include "support/program_run.h"

enum { MOST_INPUTS = 4, MOST_OUTPUTS = 4, PLENTY = 100 };

/* Values as "part in host", "+ first" element, and "by pitch" where rows lie apart. */
struct example {
    const char *name, *program, *places;
};

#define IN(number, rows, columns)                                                                  \
    "%" #number " = input() index=" #number " shape=(" #rows ", " #columns ") : float32 (" #rows   \
    ", " #columns ")\n"

static const struct example examples[] = {
    {"products with a bias and an activation",
     IN(0, 6, 8) IN(1, 8, 128) IN(2, 8, 160)
         IN(3, 1, 128) "%4 = matmul(%0, %1) : float32 (6, 128)\n"
                       "%5 = add(%4, %3) : float32 (6, 128)\n"
                       "%6 = relu(%5) : float32 (6, 128)\n"
                       "%7 = matmul(%0, %2) : float32 (6, 160)\n"
                       "%8 = tanh(%7) : float32 (6, 160)\n"
                       "%9 = concatenate(%6, %8) axis=1 : float32 (6, 288)\n"
                       "output %9\n",
     "6 in 9 by 288; 8 in 9 + 128 by 288; "},
    {"products alone",
     IN(0, 6, 8)
         IN(1, 8, 128) "%2 = matmul(%0, %1) : float32 (6, 128)\n"
                       "%3 = matmul(%1, %0) transpose_a=true transpose_b=true : float32 (128, 6)\n"
                       "%4 = transpose(%3) permutation=(1, 0) : float32 (6, 128)\n"
                       "%5 = concatenate(%2, %4) axis=1 : float32 (6, 256)\n"
                       "%6 = matmul(%5, %5) transpose_b=true : float32 (6, 6)\n"
                       "output %6\n",
     "2 in 5 by 256; 4 in 5 + 128 by 256; "},
    {"inputs and outputs stay where they are",
     IN(0, 6, 128) "%1 = tanh(%0) : float32 (6, 128)\n"
                   "%2 = sin(%0) : float32 (6, 128)\n"
                   "%3 = concatenate(%0, %1, %2) axis=1 : float32 (6, 384)\n"
                   "output %1\n"
                   "output %3\n",
     "2 in 3 + 256 by 384; "},
    {"a part twice lies in the last place",
     IN(0, 6, 128) "%1 = tanh(%0) : float32 (6, 128)\n"
                   "%2 = concatenate(%1, %1) axis=1 : float32 (6, 256)\n"
                   "output %2\n",
     "1 in 2 + 128 by 256; "},
    {"a part of two lies in the later one",
     IN(0, 6, 128) "%1 = tanh(%0) : float32 (6, 128)\n"
                   "%2 = concatenate(%1, %0) axis=1 : float32 (6, 256)\n"
                   "%3 = concatenate(%0, %1, %0) axis=1 : float32 (6, 384)\n"
                   "output %2\n"
                   "output %3\n",
     "1 in 3 + 128 by 384; "},
    {"a map that grows",
     IN(0, 6, 128) "%1 = tanh(%0) : float32 (6, 128)\n"
                   "%2 = sin(%1) : float32 (6, 128)\n"
                   "%3 = concatenate(%1, %2) axis=1 : float32 (6, 256)\n"
                   "%4 = matmul(%3, %3) transpose_a=true : float32 (256, 256)\n"
                   "%5 = matmul(%3, %4) : float32 (6, 256)\n"
                   "%6 = relu(%5) : float32 (6, 256)\n"
                   "%7 = concatenate(%3, %6) axis=1 : float32 (6, 512)\n"
                   "output %7\n",
     "1 in 7 by 512; 2 in 7 + 128 by 512; 3 in 7 by 512; 6 in 7 + 256 by 512; "},
    {"along the first axis, all ops will do",
     IN(0, 2, 3) "%1 = softmax(%0) : float32 (2, 3)\n"
                 "%2 = softmax(%0) log=true : float32 (2, 3)\n"
                 "%3 = concatenate(%1, %2, %0) axis=0 : float32 (6, 3)\n"
                 "output %3\n",
     "1 in 3; 2 in 3 + 6; "},
    {"short rows",
     IN(0, 6, 8) "%1 = tanh(%0) : float32 (6, 8)\n"
                 "%2 = concatenate(%1, %1) axis=1 : float32 (6, 16)\n"
                 "output %2\n",
     ""},
    {"somebody needs all elements together",
     IN(0, 6, 128) "%1 = tanh(%0) : float32 (6, 128)\n"
                   "%2 = sin(%0) : float32 (6, 128)\n"
                   "%3 = cos(%0) : float32 (6, 128)\n"
                   "%4 = softmax(%1) : float32 (6, 128)\n"
                   "%5 = concatenate(%1, %2, %3, %4) axis=1 : float32 (6, 512)\n"
                   "%6 = reshape(%3) shape=(128, 6) : float32 (128, 6)\n"
                   "output %5\n"
                   "output %6\n",
     "2 in 5 + 128 by 512; "},
    {"through a view of the same rows",
     IN(0, 6, 128) "%1 = tanh(%0) : float32 (6, 128)\n"
                   "%2 = reshape(%1) shape=(2, 3, 128) : float32 (2, 3, 128)\n"
                   "%3 = sin(%2) : float32 (2, 3, 128)\n"
                   "%4 = concatenate(%3, %2) axis=2 : float32 (2, 3, 256)\n"
                   "output %4\n",
     "1 in 4 + 128 by 256; 3 in 4 by 256; "},
    {"slices of slices",
     IN(0, 6, 512) "%1 = tanh(%0) : float32 (6, 512)\n"
                   "%2 = slice(%1) start=(0, 128) size=(6, 256) step=(1, 1) : float32 (6, 256)\n"
                   "%3 = slice(%2) start=(2, 64) size=(4, 128) step=(1, 1) : float32 (4, 128)\n"
                   "%4 = sin(%3) : float32 (4, 128)\n"
                   "%5 = sin(%1) : float32 (6, 512)\n"
                   "output %4\n"
                   "output %5\n",
     "2 in 1 + 128 by 512; 3 in 1 + 1216 by 512; "},
    {"every second row, a column of steps, and none backward",
     IN(0, 6,
        384) "%1 = tanh(%0) : float32 (6, 384)\n"
             "%2 = slice(%1) start=(1, 0) size=(3, 384) step=(2, 1) : float32 (3, 384)\n"
             "%3 = slice(%1) start=(5, 0) size=(6, 384) step=(-1, 1) : float32 (6, 384)\n"
             "%4 = reshape(%1) shape=(2, 3, 384) : float32 (2, 3, 384)\n"
             "%5 = slice(%4) start=(0, 1, 0) size=(2, 1, 384) step=(1, 1, 1) : float32 (2, 1, 384)\n"
             "%6 = sin(%2) : float32 (3, 384)\n"
             "%7 = sin(%5) : float32 (2, 1, 384)\n"
             "%8 = add(%3, %1) : float32 (6, 384)\n"
             "output %6\n"
             "output %7\n"
             "output %8\n",
     "2 in 1 + 384 by 768; 5 in 1 + 384 by 1152; "},
    {"what is cut is not overwritten before its slices are read",
     IN(0, 6, 256) "%1 = tanh(%0) : float32 (6, 256)\n"
                   "%2 = slice(%1) start=(0, 0) size=(6, 128) step=(1, 1) : float32 (6, 128)\n"
                   "%3 = slice(%1) start=(0, 128) size=(6, 128) step=(1, 1) : float32 (6, 128)\n"
                   "%4 = sin(%1) : float32 (6, 256)\n"
                   "%5 = cos(%4) : float32 (6, 256)\n"
                   "%6 = add(%2, %3) : float32 (6, 128)\n"
                   "output %5\n"
                   "output %6\n",
     "2 in 1 by 256; 3 in 1 + 128 by 256; "},
    {"gradients of parts, read by a product and by elements",
     IN(0, 6, 384) IN(
         1, 128, 8) "%2 = tanh(%0) : float32 (6, 384)\n"
                    "%3 = slice(%2) start=(0, 0) size=(6, 128) step=(1, 1) : float32 (6, 128)\n"
                    "%4 = slice(%2) start=(0, 128) size=(6, 256) step=(1, 1) : float32 (6, 256)\n"
                    "%5 = matmul(%3, %1) : float32 (6, 8)\n"
                    "%6 = matmul(%3, %5) transpose_a=true : float32 (128, 8)\n"
                    "%7 = multiply(%4, %4) : float32 (6, 256)\n"
                    "output %6\n"
                    "output %7\n",
     "3 in 2 by 384; 4 in 2 + 128 by 384; "},
    {"pools, sums of columns",
     "%0 = input() shape=(2, 4, 128) : float32 (2, 4, 128)\n"
     "%1 = tanh(%0) : float32 (2, 4, 128)\n"
     "%2 %3 = max_pool(%1) size=(2,) strides=(1,) before=(1,) after=(0,) outputs=() input=() : "
     "float32 (2, 4, 128), uint8 (2, 4, 128)\n"
     "%4 = average_pool(%1) size=(3,) strides=(1,) before=(1,) after=(1,) outputs=() input=() : "
     "float32 (2, 4, 128)\n"
     "%5 = concatenate(%2, %1, %4) axis=2 : float32 (2, 4, 384)\n"
     "%6 %7 = moments(%1) : float32 (128,), float32 (128,)\n"
     "%8 %9 = product_sums(%1, %4) : float32 (128,), float32 (128,)\n"
     "output %5\n"
     "output %7\n"
     "output %9\n",
     "1 in 5 + 128 by 384; 2 in 5 by 384; 4 in 5 + 256 by 384; "},
};

static void describe(const cn_program *p, char *text, size_t size)
{
    cn_arena memory = {0};
    const cn_placement *places = cn_place_values(p, PLENTY, &memory);
    const int32_t *producers = cn_program_producers(p, &memory);
    size_t n = 0;
    assert_non_null(places);
    assert_non_null(producers);
    text[0] = '\0';
    for (cn_value v = 0; v < p->n_values; v++) {
        if (places[v].host == v || (p->code[producers[v]].op->flags & CN_OP_VIEW))
            continue;
        n += (size_t)snprintf(text + n, size - n, "%d in %d", (int)v, (int)places[v].host);
        if (places[v].first != 0)
            n += (size_t)snprintf(text + n, size - n, " + %d", (int)places[v].first);
        if (places[v].pitch != 0)
            n += (size_t)snprintf(text + n, size - n, " by %d", (int)places[v].pitch);
        n += (size_t)snprintf(text + n, size - n, "; ");
    }
    cn_arena_free(&memory);
}

/* ---- running --------------------------------------------------------------------------------- */

static double *numbers(cn_arena *memory, const cn_program *p, cn_value value)
{
    const int64_t n = cn_shape_size(cn_shape_of(p, value));
    double *list = cn_arena_allocate(memory, (size_t)n * sizeof *list);
    assert_non_null(list);
    for (int64_t i = 0; i < n; i++)
        list[i] = (double)(float)sin(1.7 * (double)(i + value + 1));
    return list;
}

static void compare(const char *name, const cn_program *p, double *const *got,
                    double *const *expected)
{
    for (int64_t o = 0; o < p->n_outputs; o++)
        for (int64_t i = 0; i < cn_shape_size(cn_shape_of(p, p->outputs[o])); i++)
            if (!(fabs(got[o][i] - expected[o][i]) <= 1e-5 * fmax(1, fabs(expected[o][i]))))
                fail_msg("%s: output %d, number %d is %.9g, the reference has %.9g", name, (int)o,
                         (int)i, got[o][i], expected[o][i]);
}

static void check_numbers(const char *name, cn_program *p)
{
    cn_arena memory = {0};
    const double *inputs[MOST_INPUTS];
    double *expected[MOST_OUTPUTS], *got[MOST_OUTPUTS];
    for (int64_t i = 0; i < p->n_inputs; i++)
        inputs[i] = numbers(&memory, p, p->inputs[i]);
    for (int64_t i = 0; i < p->n_outputs; i++) {
        expected[i] = numbers(&memory, p, p->outputs[i]);
        got[i] = numbers(&memory, p, p->outputs[i]);
    }
    assert_int_equal(cn_program_interpret(p, inputs, expected, NULL), CN_OK);
    assert_int_equal(cn_run_as_it_is(p, inputs, got), CN_OK);
    compare(name, p, got, expected);
    assert_int_equal(cn_run_as_plan(p, inputs, got), CN_OK);
    compare(name, p, got, expected);
    cn_arena_free(&memory);
}

static void test_example(void **state)
{
    const struct example *example = *state;
    const cn_program_names lookup = {cn_op_find, NULL, NULL};
    cn_program p;
    char places[500];
    cn_clear_error();
    if (cn_program_parse(&p, example->program, &lookup) != CN_OK)
        fail_msg("%s: %s", example->name, cn_error());
    describe(&p, places, sizeof places);
    if (strcmp(places, example->places) != 0)
        fail_msg("%s: \"%s\", expected \"%s\"", example->name, places, example->places);
    check_numbers(example->name, &p);
    cn_program_free(&p);
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* A small slice keeps a large value, and a result is there before it is complete, only where memory
 * is not short. */
static void test_memory(void **state)
{
    (void)state;
    for (int plenty = 0; plenty < 2; plenty++) {
        cn_program p = {0};
        cn_arena memory = {0};
        const cn_value x = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(8, 512)),
                       large = cn_emit_softmax(&p, x, -1),
                       slice = cn_emit_slice_axis(&p, large, 1, 0, 128),
                       first = cn_emit_sin(&p, slice),
                       more = cn_emit_softmax(&p, cn_emit_softmax(&p, x, -1), -1),
                       last = cn_emit_sin(&p, more), parts[2] = {first, last},
                       whole = cn_emit_concatenate(&p, parts, 2, 1);
        cn_program_output(&p, whole);
        cn_program_output(&p, cn_emit_cos(&p, slice));
        const cn_placement *places = cn_place_values(&p, plenty ? PLENTY : 0.01, &memory);
        assert_non_null(places);
        assert_int_equal(places[slice].host, plenty ? large : slice);
        assert_int_equal(places[first].host, plenty ? whole : first);
        assert_int_equal(places[last].host, plenty ? whole : last);
        cn_arena_free(&memory);
        cn_program_free(&p);
    }
}

/* ---- variables ------------------------------------------------------------------------------- */

/* A slice is read in the variable itself, but not in one that the program changes. */
static void test_variables(void **state)
{
    (void)state;
    for (int changed = 0; changed < 2; changed++) {
        cn_program p = {0};
        cn_arena memory = {0};
        cn_variable w;
        assert_int_equal(cn_variable_init(&w, "w", CN_FLOAT32, CN_SHAPE(8, 256), NULL), CN_OK);
        const cn_value old = cn_program_read(&p, &w);
        const cn_value half = cn_emit_slice_axis(&p, old, 1, 128, 128);
        cn_program_output(&p, cn_emit_tanh(&p, half));
        if (changed)
            cn_program_assign(&p, &w, cn_emit_add_scalar(&p, old, 1));
        const cn_placement *places = cn_place_values(&p, PLENTY, &memory);
        assert_non_null(places);
        assert_int_equal(places[half].host, changed ? half : old);
        cn_arena_free(&memory);
        cn_program_free(&p);
        cn_variable_free(&w);
    }
}

int main(void)
{
    enum { N = sizeof examples / sizeof examples[0] };
    struct CMUnitTest tests[N + 2];
    for (int i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){examples[i].name, test_example, NULL, NULL,
                                       (void *)(uintptr_t)&examples[i]};
    tests[N] = (struct CMUnitTest)cmocka_unit_test(test_variables);
    tests[N + 1] = (struct CMUnitTest)cmocka_unit_test(test_memory);
    return _cmocka_run_group_tests("placement", tests, N + 2, NULL, NULL);
}
