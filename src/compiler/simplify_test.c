/* Simplified before it is differentiated, a program gives the same numbers and the same gradients,
 * by the reference and as a plan; and a product of gathered rows becomes a gather where that is
 * less work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "compiler/compiler.h"
#include "ops/emit.h"
#include "support/program_run.h"

enum { N = 6, T = 20, FEW = 5, MANY = 2000, D = 40, F = 8, MOST_FLOATS = MANY * D, PARAMETERS = 3 };

/* The values that a forward computation may use. */
struct given {
    cn_value indices;        /* int32 [N, T] */
    cn_value table;          /* [rows, D] */
    cn_value kernel, square; /* [D, F], [F, F] */
};

typedef cn_value build(cn_program *p, const struct given *given);

struct example {
    const char *name;
    build *build;
    int64_t rows; /* of the table */
    bool smaller; /* the product is one of the table, not of what was gathered */
};

/* ---- forward computations -------------------------------------------------------------------- */

static cn_value rows_of(cn_program *p, const struct given *given)
{
    return cn_emit_gather(p, given->table, given->indices);
}

static cn_value dense(cn_program *p, const struct given *given)
{
    return cn_emit_matmul(p, rows_of(p, given), given->kernel);
}

static cn_value dense_exchanged(cn_program *p, const struct given *given)
{
    cn_value kernel = cn_emit_transpose(p, given->kernel, CN_SHAPE(1, 0));
    return cn_emit_matmul_transposed(p, rows_of(p, given), false, kernel, true);
}

/* With a bias, an activation and a second layer. */
static cn_value deep(cn_program *p, const struct given *given)
{
    cn_value bias = cn_emit_slice_axis(p, given->square, 0, 0, 1);
    bias = cn_emit_reshape(p, bias, CN_SHAPE(F));
    cn_value hidden = cn_emit_tanh(p, cn_emit_add(p, bias, dense(p, given)));
    return cn_emit_matmul(p, hidden, given->square);
}

/* As a recurrent layer projects its inputs: steps first, as one matrix. */
static cn_value time_major(cn_program *p, const struct given *given)
{
    cn_value steps = cn_emit_transpose(p, rows_of(p, given), CN_SHAPE(1, 0, 2));
    cn_value flat = cn_emit_reshape(p, steps, CN_SHAPE(N * T, D));
    cn_value projected = cn_emit_matmul(p, flat, given->kernel);
    return cn_emit_reshape(p, projected, CN_SHAPE(T, N, F));
}

/* The same rows forward and backward. */
static cn_value bidirectional(cn_program *p, const struct given *given)
{
    cn_value steps = cn_emit_transpose(p, rows_of(p, given), CN_SHAPE(1, 0, 2));
    cn_value turned =
        cn_emit_slice(p, steps, CN_SHAPE(T - 1, 0, 0), CN_SHAPE(T, N, D), CN_SHAPE(-1, 1, 1));
    cn_value forward = cn_emit_matmul(p, steps, given->kernel);
    cn_value backward = cn_emit_matmul(p, turned, given->kernel);
    return cn_emit_multiply(p, forward, cn_emit_tanh(p, backward));
}

/* Rows are turned round twice and transposed back. */
static cn_value there_and_back(cn_program *p, const struct given *given)
{
    const cn_shape start = CN_SHAPE(N - 1, 0, 0), size = CN_SHAPE(N, T, D),
                   step = CN_SHAPE(-1, 1, 1);
    cn_value turned = cn_emit_slice(p, rows_of(p, given), start, size, step);
    cn_value back = cn_emit_slice(p, turned, start, size, step);
    cn_value steps = cn_emit_transpose(p, back, CN_SHAPE(1, 0, 2));
    return cn_emit_matmul(p, cn_emit_transpose(p, steps, CN_SHAPE(1, 0, 2)), given->kernel);
}

/* log has no derivative at 0, where a row that nobody gathers may be: it stays behind. */
static cn_value logarithm(cn_program *p, const struct given *given)
{
    cn_value positive = cn_emit_add_scalar(p, cn_emit_square(p, rows_of(p, given)), 1);
    return cn_emit_matmul(p, cn_emit_log(p, positive), given->kernel);
}

/* Features of a row exchange places: no move of whole rows. */
static cn_value other_axes(cn_program *p, const struct given *given)
{
    cn_value turned = cn_emit_transpose(p, rows_of(p, given), CN_SHAPE(0, 2, 1));
    return cn_emit_matmul(p, cn_emit_reshape(p, turned, CN_SHAPE(N, T, D)), given->kernel);
}

static const struct example examples[] = {
    {"dense", dense, FEW, true},
    {"dense, table too large", dense, MANY, false},
    {"dense, kernel exchanged", dense_exchanged, FEW, true},
    {"dense, twice, with bias and activation", deep, FEW, true},
    {"time-major projection", time_major, FEW, true},
    {"time-major projection, table too large", time_major, MANY, false},
    {"bidirectional", bidirectional, FEW, true},
    {"bidirectional, table too large", bidirectional, MANY, false},
    {"there and back", there_and_back, FEW, true},
    {"logarithm", logarithm, FEW, false},
    {"other axes", other_axes, FEW, false},
};

/* ---- running --------------------------------------------------------------------------------- */

struct numbers {
    double indices[N * T], parameters[PARAMETERS][MOST_FLOATS];
    double loss, gradients[PARAMETERS][MOST_FLOATS];
};

static void fill(struct numbers *numbers, int64_t rows)
{
    for (int i = 0; i < N * T; i++)
        numbers->indices[i] = (i * 7 + i / 5) % (int)rows;
    for (int k = 0; k < PARAMETERS; k++)
        for (int i = 0; i < MOST_FLOATS; i++)
            numbers->parameters[k][i] = sin(i * 0.7 + k);
}

/* The loss and its gradients as outputs. */
static void build_all(const struct example *example, bool simplify, cn_program *p)
{
    const cn_value indices = cn_program_input(p, CN_INT32, CN_SHAPE(N, T));
    const cn_value table = cn_program_input(p, CN_FLOAT32, CN_SHAPE(example->rows, D));
    const cn_value kernel = cn_program_input(p, CN_FLOAT32, CN_SHAPE(D, F));
    const cn_value square = cn_program_input(p, CN_FLOAT32, CN_SHAPE(F, F));
    const struct given given = {indices, table, kernel, square};
    cn_value gradients[PARAMETERS];
    cn_value y = example->build(p, &given);
    cn_program_output(p, cn_emit_mean(p, cn_emit_square(p, y), CN_ALL_AXES, false));
    if (simplify)
        assert_int_equal(cn_simplify(p), CN_OK);
    assert_int_equal(cn_differentiate(p, p->outputs[0], p->inputs + 1, PARAMETERS, gradients),
                     CN_OK);
    for (int k = 0; k < PARAMETERS; k++)
        cn_program_output(p, gradients[k]);
    assert_int_equal(cn_program_verify(p), CN_OK);
}

static void compare(const struct example *example, const char *what, const struct numbers *got,
                    const struct numbers *expected)
{
    if (!(fabs(got->loss - expected->loss) <= 1e-5 * fabs(expected->loss)))
        fail_msg("%s, %s: loss %.9g, expected %.9g", example->name, what, got->loss,
                 expected->loss);
    for (int k = 0; k < PARAMETERS; k++)
        for (int i = 0; i < MOST_FLOATS; i++)
            if (!(fabs(got->gradients[k][i] - expected->gradients[k][i]) <=
                  1e-5 * fmax(1, fabs(expected->gradients[k][i]))))
                fail_msg("%s, %s: gradient %d, element %d is %.9g, expected %.9g", example->name,
                         what, k, i, got->gradients[k][i], expected->gradients[k][i]);
}

/* Whether some gather reads a table that was computed. */
static bool gathers_a_product(cn_program *p)
{
    bool found = false;
    for (int64_t n = 0; n < p->n_code; n++)
        if (p->code[n].op == &cn_op_gather || p->code[n].op == &cn_op_gather_windows)
            found |= p->code[n].inputs[0] >= p->n_inputs;
    return found;
}

static void test_example(void **state)
{
    const struct example *example = *state;
    static struct numbers expected, got;
    memset(&expected, 0, sizeof expected);
    fill(&expected, example->rows);
    const double *inputs[1 + PARAMETERS] = {expected.indices};
    double *wanted[1 + PARAMETERS] = {&expected.loss}, *outputs[1 + PARAMETERS] = {&got.loss};
    for (int k = 0; k < PARAMETERS; k++) {
        inputs[1 + k] = expected.parameters[k];
        wanted[1 + k] = expected.gradients[k];
        outputs[1 + k] = got.gradients[k];
    }
    cn_program plain = {0}, simple = {0};
    build_all(example, false, &plain);
    build_all(example, true, &simple);
    assert_int_equal(gathers_a_product(&simple), example->smaller);
    assert_int_equal(cn_program_interpret(&plain, inputs, wanted, NULL), CN_OK);
    memset(&got, 0, sizeof got);
    assert_int_equal(cn_program_interpret(&simple, inputs, outputs, NULL), CN_OK);
    compare(example, "reference", &got, &expected);
    memset(&got, 0, sizeof got);
    assert_int_equal(cn_run_as_it_is(&simple, inputs, outputs), CN_OK);
    compare(example, "plan", &got, &expected);
    memset(&got, 0, sizeof got);
    assert_int_equal(cn_run_as_plan(&simple, inputs, outputs), CN_OK);
    compare(example, "optimized plan", &got, &expected);
    cn_program_free(&plain);
    cn_program_free(&simple);
}

int main(void)
{
    enum { COUNT = sizeof examples / sizeof examples[0] };
    struct CMUnitTest tests[COUNT];
    for (int i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){examples[i].name, test_example, NULL, NULL,
                                       (void *)(uintptr_t)&examples[i]};
    return _cmocka_run_group_tests("simplify", tests, COUNT, NULL, NULL);
}
