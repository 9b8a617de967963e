/* Random programs give the same numbers as plans, after all passes or none, as by the reference
 * interpreter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "compiler/compiler.h"
#include "support/program_run.h"
#include "support/random_program.h"

enum { PROGRAMS = 300, CHOICES = 40, MOST_OUTPUTS_HERE = CHOICES + 1 };

/* What one way of running a program gives. */
struct results {
    double *outputs[MOST_OUTPUTS_HERE], *states[CN_RANDOM_VARIABLES];
};

static double *room(cn_arena *memory, int64_t n)
{
    double *list = cn_arena_allocate(memory, (size_t)n * sizeof *list);
    assert_non_null(list);
    return list;
}

static void make_room(cn_random_program *random, struct results *results)
{
    const cn_program *p = &random->program;
    for (int64_t i = 0; i < p->n_outputs; i++)
        results->outputs[i] = room(&random->memory, cn_shape_size(cn_shape_of(p, p->outputs[i])));
    for (int i = 0; i < CN_RANDOM_VARIABLES; i++)
        results->states[i] = room(&random->memory, 12);
}

static void compare(uint64_t seed, const char *what, int64_t number, const double *got,
                    const double *expected, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!(fabs(got[i] - expected[i]) <= 2e-4 * fmax(1, fabs(expected[i]))))
            fail_msg("seed %d: %s %d, number %d is %.9g, the reference has %.9g", (int)seed, what,
                     (int)number, (int)i, got[i], expected[i]);
}

static cn_status run(cn_random_program *random, bool optimized, double *const *outputs)
{
    if (optimized)
        return cn_run_as_plan(&random->program, (const double *const *)random->inputs, outputs);
    return cn_run_as_it_is(&random->program, (const double *const *)random->inputs, outputs);
}

static void check_program(uint64_t seed, bool optimized)
{
    cn_random_program random;
    struct results expected = {.outputs = {NULL}, .states = {NULL}},
                   got = {.outputs = {NULL}, .states = {NULL}};
    cn_random_program_make(&random, seed, CHOICES);
    make_room(&random, &expected);
    make_room(&random, &got);
    const int64_t n_outputs = random.program.n_outputs;
    int64_t sizes[MOST_OUTPUTS_HERE];
    for (int64_t i = 0; i < n_outputs; i++)
        sizes[i] = cn_shape_size(cn_shape_of(&random.program, random.program.outputs[i]));
    if (cn_program_interpret(&random.program, (const double *const *)random.inputs,
                             expected.outputs, expected.states) != CN_OK ||
        run(&random, optimized, got.outputs) != CN_OK)
        fail_msg("seed %d: %s", (int)seed, cn_error());
    for (int64_t i = 0; i < n_outputs; i++)
        compare(seed, "output", i, got.outputs[i], expected.outputs[i], sizes[i]);
    for (int i = 0; i < CN_RANDOM_VARIABLES; i++) {
        cn_load_numbers(CN_FLOAT32, got.states[i], random.variables[i].data, 12);
        compare(seed, "variable", i, got.states[i], expected.states[i], 12);
    }
    cn_random_program_free(&random);
}

static void test_as_it_is(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++)
        check_program(seed, false);
}

static void test_optimized(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++)
        check_program(seed, true);
}

/* A second time, the passes find nothing more to share or to drop. */
static void test_passes_settle(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        cn_random_program random;
        cn_random_program_make(&random, seed, CHOICES);
        assert_int_equal(cn_optimize(&random.program), CN_OK);
        const int64_t n = random.program.n_code;
        assert_int_equal(cn_pass_dead_code(&random.program), CN_OK);
        if (random.program.n_code != n)
            fail_msg("seed %d: %d instructions, and %d after dead_code again", (int)seed, (int)n,
                     (int)random.program.n_code);
        assert_int_equal(cn_program_verify(&random.program), CN_OK);
        cn_random_program_free(&random);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_it_is),
        cmocka_unit_test(test_optimized),
        cmocka_unit_test(test_passes_settle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
