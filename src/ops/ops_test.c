/* Every op of ops.def: its rules are there; its gradient is the finite difference; its kernels give
 * what its reference gives, alone, optimized, and in its own gradient's program; and its programs
 * survive being written and read. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/compiler.h"
#include "ops/emit.h"
#include "ops/samples.h"

enum {
    MOST_OPERANDS = 16,
    MOST_INPUTS = MOST_OPERANDS + CN_MOST_OUTPUTS,
    MOST_VALUES = 2 * MOST_INPUTS,
    MOST_DIFFERENCES = 60
};

/* One sample: a program, and numbers for its inputs. */
struct trial {
    const cn_op *op;
    const cn_sample *sample;
    int64_t number; /* of the sample */
    const char *what;
    cn_program program;
    cn_arena memory;
    double *inputs[MOST_INPUTS], *outputs[MOST_VALUES];
};

/* ---- numbers --------------------------------------------------------------------------------- */

/* In [0, 1), the same in every run. */
static double number_at(uint64_t stream, uint64_t i)
{
    uint64_t x = (stream * 1000003 + i + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 31) * 0xBF58476D1CE4E5B9u;
    return (double)((x ^ x >> 29) >> 11) * 0x1p-53;
}

/* A string as programs of references have it. Not in order, some with others' beginnings. */
static double draw_text(double at)
{
    static const char *const texts[] = {
        "",
        "b",
        "ab",
        "a",
        "Word",
        "The end.  ",
        "abc",
        "na\xc3\xafve words",
        "a b c a b",
        "one, two; three!",
        "a text of more than sixty-four bytes, which hashes take in a loop, again"};
    return cn_text_number(texts[(size_t)(at * (double)(sizeof texts / sizeof *texts))]);
}

/* A number between low and high that the type can hold. */
static double draw(const cn_sample *sample, cn_dtype dtype, double at)
{
    const bool unset = sample->low == 0 && sample->high == 0;
    const double low = unset ? -2 : sample->low, high = unset ? 2 : sample->high;
    if (dtype == CN_STRING)
        return draw_text(at);
    if (dtype == CN_BOOL)
        return at >= 0.5;
    if (dtype == CN_FLOAT32)
        return (double)(float)(low + (high - low) * at);
    const double whole = floor(low + (high - low + 1) * at);
    return dtype == CN_UINT8 && whole < 0 ? 0 : whole;
}

static double *numbers(struct trial *trial, int64_t n)
{
    double *list = cn_arena_allocate(&trial->memory, (size_t)n * sizeof *list);
    assert_non_null(list);
    return list;
}

/* The k-th input of the program, filled. */
static cn_value add_input(struct trial *trial, cn_dtype dtype, cn_shape shape)
{
    const int64_t k = trial->program.n_inputs, size = cn_shape_size(&shape);
    trial->inputs[k] = numbers(trial, size);
    for (int64_t i = 0; i < size; i++)
        trial->inputs[k][i] =
            draw(trial->sample, dtype, number_at((uint64_t)(trial->number * 64 + k), (uint64_t)i));
    for (int64_t i = 0; k == 0 && trial->sample->diagonal != 0 && i < size; i++) {
        const int64_t m = shape.dim[shape.rank - 1];
        trial->inputs[k][i] += i % m == i / m % m ? trial->sample->diagonal : 0;
    }
    return cn_program_input(&trial->program, dtype, shape);
}

/* ---- programs -------------------------------------------------------------------------------- */

static void check_ok(const struct trial *trial, cn_status status)
{
    if (status != CN_OK)
        fail_msg("%s, sample %d, %s: %s", trial->op->name, (int)trial->number, trial->what,
                 cn_error());
}

static struct trial begin(const cn_op *op, int64_t number, const char *what)
{
    return (struct trial){.op = op, .sample = &op->samples[number], .number = number, .what = what};
}

static void end(struct trial *trial)
{
    cn_program_free(&trial->program);
    cn_arena_free(&trial->memory);
}

static const void *attributes_of(const cn_op *op, const cn_sample *sample)
{
    static const _Alignas(max_align_t) unsigned char zeros[1024];
    assert_true(op->attributes_size <= sizeof zeros);
    return sample->attributes == NULL ? zeros : sample->attributes;
}

/* The op applied to the sample's inputs; its instruction. */
static const cn_instruction *add_op(struct trial *trial)
{
    const cn_sample *sample = trial->sample;
    cn_value inputs[MOST_OPERANDS];
    for (int64_t i = 0; i < sample->n_inputs; i++) {
        const cn_sample_input input = cn_sample_input_of(sample, i);
        inputs[i] = input.absent ? CN_NO_VALUE
                                 : add_input(trial, input.dtype, cn_sample_input_shape(sample, i));
    }
    (void)cn_program_append(&trial->program, trial->op, attributes_of(trial->op, sample), inputs,
                            sample->n_inputs);
    check_ok(trial, trial->program.status);
    return &trial->program.code[trial->program.n_code - 1];
}

/* The sum of all elements of float outputs that gradients flow through, each times a number;
 * CN_NO_VALUE if there are none. */
static cn_value add_loss(struct trial *trial)
{
    cn_program *p = &trial->program;
    const cn_instruction instruction = *add_op(trial);
    cn_value loss = CN_NO_VALUE;
    for (int64_t k = 0; k < instruction.n_outputs - instruction.op->n_saved; k++) {
        const cn_type type = *cn_type_of(p, instruction.output + (cn_value)k);
        if (type.dtype != CN_FLOAT32)
            continue;
        cn_value weighted = cn_emit_multiply(p, instruction.output + (cn_value)k,
                                             add_input(trial, CN_FLOAT32, type.shape));
        cn_value part = cn_emit_sum(p, weighted, CN_ALL_AXES, false);
        loss = loss == CN_NO_VALUE ? part : cn_emit_add(p, loss, part);
    }
    return loss;
}

static void interpret(struct trial *trial)
{
    const cn_program *p = &trial->program;
    for (int64_t k = 0; k < p->n_outputs; k++)
        if (trial->outputs[k] == NULL)
            trial->outputs[k] = numbers(trial, cn_shape_size(cn_shape_of(p, p->outputs[k])));
    check_ok(trial,
             cn_program_interpret(p, (const double *const *)trial->inputs, trial->outputs, NULL));
}

/* The program's inputs that gradients flow into, by number; how many. */
static int64_t list_wrt(const cn_sample *sample, int64_t list[MOST_OPERANDS])
{
    int64_t n = 0, number = 0;
    for (int64_t k = 0; k < sample->n_inputs; k++) {
        const cn_sample_input input = cn_sample_input_of(sample, k);
        if (input.absent)
            continue;
        if (input.dtype == CN_FLOAT32 && !input.constant)
            list[n++] = number;
        number++;
    }
    return n;
}

/* The gradient's program: outputs are the gradients of the sample's float inputs. false if nothing
 * is to be tested. */
static bool build_gradient(struct trial *trial)
{
    cn_value loss = add_loss(trial), wrt[MOST_OPERANDS], gradients[MOST_OPERANDS];
    int64_t list[MOST_OPERANDS];
    const int64_t n = list_wrt(trial->sample, list);
    for (int64_t k = 0; k < n; k++)
        wrt[k] = trial->program.inputs[list[k]];
    if (loss == CN_NO_VALUE || n == 0)
        return false;
    check_ok(trial, cn_differentiate(&trial->program, loss, wrt, n, gradients));
    for (int64_t k = 0; k < n; k++)
        cn_program_output(&trial->program, gradients[k]);
    check_ok(trial, cn_program_verify(&trial->program));
    return true;
}

/* ---- gradient = finite difference ------------------------------------------------------------ */

static double loss_at(struct trial *forward, int64_t input, int64_t element, double x)
{
    double *place = &forward->inputs[input][element], kept = *place;
    *place = x;
    interpret(forward);
    *place = kept;
    return forward->outputs[0][0];
}

static void check_difference(struct trial *forward, int64_t input, int64_t element, double gradient)
{
    const double x = forward->inputs[input][element], step = 1e-5 * fmax(1, fabs(x));
    const double after = loss_at(forward, input, element, x + step),
                 before = loss_at(forward, input, element, x - step);
    const double difference = (after - before) / (2 * step);
    const double tolerance = 1e-6 * fmax(1, fmax(fabs(gradient), fabs(after) * 1e-3));
    if (!(fabs(difference - gradient) <= tolerance))
        fail_msg(
            "%s, sample %d, gradient of input %d, element %d: rule gives %.10g, finite difference %.10g",
            forward->op->name, (int)forward->number, (int)input, (int)element, gradient,
            difference);
}

static void check_gradient(const cn_op *op, int64_t number)
{
    struct trial backward = begin(op, number, "gradient"),
                 forward = begin(op, number, "finite differences");
    if (op->gradient != NULL && build_gradient(&backward)) {
        interpret(&backward);
        cn_program_output(&forward.program, add_loss(&forward));
        int64_t list[MOST_OPERANDS];
        const int64_t n = list_wrt(forward.sample, list);
        for (int64_t k = 0; k < n; k++) {
            const cn_program *p = &forward.program;
            const int64_t size = cn_shape_size(cn_shape_of(p, p->inputs[list[k]])),
                          stride = size / MOST_DIFFERENCES + 1;
            for (int64_t i = 0; i < size; i += stride)
                check_difference(&forward, list[k], i, backward.outputs[k][i]);
        }
    }
    end(&backward);
    end(&forward);
}

/* ---- kernel = reference ---------------------------------------------------------------------- */

static void store(cn_dtype dtype, void *to, int64_t i, double value)
{
    if (dtype == CN_FLOAT32)
        ((float *)to)[i] = (float)value;
    else if (dtype == CN_INT32)
        ((int32_t *)to)[i] = (int32_t)value;
    else if (dtype == CN_STRING)
        ((const char **)to)[i] = cn_text_of(value);
    else
        ((uint8_t *)to)[i] = (uint8_t)value;
}

static double load(cn_dtype dtype, const void *from, int64_t i)
{
    return dtype == CN_FLOAT32  ? (double)((const float *)from)[i]
           : dtype == CN_STRING ? cn_text_number(((const char *const *)from)[i])
           : dtype == CN_INT32  ? ((const int32_t *)from)[i]
                                : ((const uint8_t *)from)[i];
}

static void compare(const struct trial *trial, const cn_plan *plan, int64_t k)
{
    const cn_type *type = cn_type_of(&trial->program, trial->program.outputs[k]);
    const int64_t size = cn_shape_size(&type->shape);
    double largest = 1;
    for (int64_t i = 0; i < size; i++)
        if (isfinite(trial->outputs[k][i]))
            largest = fmax(largest, fabs(trial->outputs[k][i]));
    for (int64_t i = 0; i < size; i++) {
        const double got = load(type->dtype, plan->outputs[k], i), wanted = trial->outputs[k][i];
        const bool same = type->dtype != CN_FLOAT32 || !isfinite(wanted)
                              ? got == wanted || (isnan(got) && isnan(wanted))
                              : fabs(got - wanted) <= 2e-5 * largest;
        if (!same)
            fail_msg("%s, sample %d, %s, output %d, element %d: kernel gives %.9g, reference %.9g",
                     trial->op->name, (int)trial->number, trial->what, (int)k, (int)i, got, wanted);
    }
}

/* Twice, because what is filled once must still be there in the second run. */
static void check_plan(struct trial *trial)
{
    const cn_program *p = &trial->program;
    cn_plan plan;
    check_ok(trial, cn_make_plan(p, &plan));
    for (int round = 0; round < 2; round++) {
        for (int64_t k = 0; k < p->n_inputs; k++) {
            const cn_type *type = cn_type_of(p, p->inputs[k]);
            for (int64_t i = 0; i < cn_shape_size(&type->shape); i++)
                store(type->dtype, plan.inputs[k], i, trial->inputs[k][i]);
        }
        check_ok(trial, cn_plan_run(&plan));
        for (int64_t k = 0; k < p->n_outputs; k++)
            compare(trial, &plan, k);
    }
    cn_plan_free(&plan);
}

static void check_program(struct trial *trial, bool optimize)
{
    interpret(trial);
    if (optimize) {
        check_ok(trial, cn_optimize(&trial->program));
        check_ok(trial, cn_program_verify(&trial->program));
    }
    check_plan(trial);
}

static void check_kernel(const cn_op *op, int64_t number, bool optimize)
{
    struct trial trial = begin(op, number, optimize ? "optimized" : "as built");
    const cn_instruction instruction = *add_op(&trial);
    for (int64_t k = 0; k < instruction.n_outputs; k++)
        cn_program_output(&trial.program, instruction.output + (cn_value)k);
    check_program(&trial, optimize);
    end(&trial);
}

static void check_gradient_kernels(const cn_op *op, int64_t number, bool optimize)
{
    struct trial trial = begin(op, number, optimize ? "gradient, optimized" : "gradient, as built");
    if (op->gradient != NULL && build_gradient(&trial))
        check_program(&trial, optimize);
    end(&trial);
}

/* ---- text ------------------------------------------------------------------------------------ */

/* The program that was read prints the same and computes the same: no attribute is missing in the
 * op's fields. */
static void check_text(const cn_op *op, int64_t number)
{
    struct trial trial = begin(op, number, "text"), again = begin(op, number, "read text");
    const cn_instruction instruction = *add_op(&trial);
    for (int64_t k = 0; k < instruction.n_outputs; k++)
        cn_program_output(&trial.program, instruction.output + (cn_value)k);
    char *text = cn_program_print(&trial.program);
    assert_non_null(text);
    const cn_program_names names = {.find_op = cn_op_find};
    check_ok(&again, cn_program_parse(&again.program, text, &names));
    char *text_again = cn_program_print(&again.program);
    assert_string_equal(text, text_again);
    memcpy(again.inputs, trial.inputs, sizeof trial.inputs);
    interpret(&trial);
    interpret(&again);
    for (int64_t k = 0; k < instruction.n_outputs; k++) {
        const int64_t size = cn_shape_size(cn_shape_of(&trial.program, trial.program.outputs[k]));
        for (int64_t i = 0; i < size; i++)
            if (trial.outputs[k][i] != again.outputs[k][i])
                fail_msg(
                    "%s, sample %d, output %d, element %d: read from text it is %.9g, was %.9g",
                    op->name, (int)number, (int)k, (int)i, again.outputs[k][i],
                    trial.outputs[k][i]);
    }
    cn_release(text);
    cn_release(text_again);
    end(&trial);
    end(&again);
}

/* Whatever is cut off or changed: a program or a message, never a crash. */
static void check_damaged_text(const cn_op *op, int64_t number)
{
    static const char signs[] = "%(,)=:_\"\\ -09az\n";
    struct trial trial = begin(op, number, "damaged text");
    cn_program_output(&trial.program, add_op(&trial)->output);
    char *text = cn_program_print(&trial.program);
    assert_non_null(text);
    const int64_t length = (int64_t)strlen(text);
    for (int64_t i = 0; i < 2 * length; i++) {
        const char kept = text[i / 2];
        text[i / 2] = i % 2 == 0 ? '\0' : signs[(size_t)(i / 2) % (sizeof signs - 1)];
        cn_program again;
        cn_status status =
            cn_program_parse(&again, text, &(cn_program_names){.find_op = cn_op_find});
        if (status != CN_OK && strncmp(cn_error(), "line ", 5) != 0 &&
            strncmp(cn_error(), "input ", 6) != 0)
            fail_msg("%s: a message without its line: %s", op->name, cn_error());
        cn_program_free(&again);
        cn_clear_error();
        text[i / 2] = kept;
    }
    cn_release(text);
    end(&trial);
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* The op's program and plan, without its numbers. */
static cn_status build_all(const cn_op *op, const cn_sample *sample)
{
    cn_program p = {0};
    cn_plan plan = {0};
    cn_value inputs[MOST_OPERANDS];
    for (int64_t i = 0; i < sample->n_inputs; i++) {
        const cn_sample_input input = cn_sample_input_of(sample, i);
        inputs[i] = input.absent
                        ? CN_NO_VALUE
                        : cn_program_input(&p, input.dtype, cn_sample_input_shape(sample, i));
    }
    cn_value value = cn_program_append(&p, op, attributes_of(op, sample), inputs, sample->n_inputs);
    if (value != CN_NO_VALUE)
        cn_program_output(&p, value);
    cn_status status = p.status == CN_OK ? cn_make_plan(&p, &plan) : p.status;
    if (status == CN_OK)
        cn_plan_free(&plan);
    cn_program_free(&p);
    return status;
}

/* Whichever allocation fails, a status says so. */
static void check_memory(const cn_op *op, int64_t number)
{
    bool failed = true;
    for (int64_t n = 1; failed; n++) {
        cn_memory_fail_at(n);
        cn_status status = build_all(op, &op->samples[number]);
        failed = cn_memory_has_failed();
        cn_memory_fail_at(0);
        if ((status == CN_OK) == failed)
            fail_msg("%s, sample %d, allocation %d: status %d", op->name, (int)number, (int)n,
                     (int)status);
        cn_clear_error();
    }
}

/* ---- tests ----------------------------------------------------------------------------------- */

static bool is_given(const cn_op *op)
{
    return op == &cn_op_input || op == &cn_op_variable;
}

static void test_rules(const cn_op *op)
{
    assert_non_null(op->name);
    assert_non_null(op->infer);
    assert_ptr_equal(cn_op_find(op->name), op);
    if (is_given(op))
        return;
    assert_non_null(op->reference);
    assert_true(op->n_samples > 0);
    assert_true(op->lower != NULL || (op->flags & CN_OP_VIEW));
    assert_true(op->attributes_size == 0 || op->fields != NULL);
    assert_true(!(op->flags & CN_OP_COMMUTATIVE) || op->max_inputs == 2);
}

static void test_op(void **state)
{
    const cn_op *op = *state;
    cn_clear_error();
    test_rules(op);
    for (int64_t i = 0; i < op->n_samples; i++) {
        check_text(op, i);
        check_damaged_text(op, i);
        check_memory(op, i);
        check_gradient(op, i);
        for (int optimize = 0; optimize < 2; optimize++) {
            check_kernel(op, i, optimize);
            check_gradient_kernels(op, i, optimize);
        }
    }
    assert_string_equal(cn_error(), "");
}

/* What only the data decide is found when it runs. */
static void check_index(const cn_op *op, cn_shape first, const void *attributes,
                        const char *message)
{
    cn_program p = {0};
    cn_plan plan;
    cn_value inputs[2];
    inputs[0] = cn_program_input(&p, CN_FLOAT32, first);
    inputs[1] = cn_program_input(&p, CN_INT32, CN_SHAPE(3));
    cn_program_output(&p, cn_program_append(&p, op, attributes, inputs, 2));
    assert_int_equal(cn_make_plan(&p, &plan), CN_OK);
    memset(plan.inputs[0], 0, (size_t)cn_shape_size(&first) * sizeof(float));
    memcpy(plan.inputs[1], (const int32_t[]){0, 4, 1}, 3 * sizeof(int32_t));
    assert_int_equal(cn_plan_run(&plan), CN_OK);
    memcpy(plan.inputs[1], (const int32_t[]){0, 4, -1}, 3 * sizeof(int32_t));
    cn_clear_error();
    assert_int_equal(cn_plan_run(&plan), CN_INVALID);
    assert_string_equal(cn_error(), message);
    memcpy(plan.inputs[1], (const int32_t[]){0, 5, 1}, 3 * sizeof(int32_t));
    assert_int_equal(cn_plan_run(&plan), CN_INVALID);
    cn_clear_error();
    cn_plan_free(&plan);
    cn_program_free(&p);
}

static void test_index_outside(void **state)
{
    (void)state;
    check_index(&cn_op_gather, CN_SHAPE(5, 2), NULL,
                "gather: index -1 at row 2 is outside the table of 5 rows");
    check_index(&cn_op_gather_windows, CN_SHAPE(5, 2, 2),
                &(cn_windows_attributes){1, 1, 0, 0, 0, 0},
                "gather: index -1 at row 2 is outside the table of 5 rows");
    check_index(&cn_op_scatter_windows, CN_SHAPE(2, 2), &(cn_windows_attributes){1, 1, 0, 0, 5, 2},
                "scatter_windows: index -1 at row 2 is outside the table of 5 rows");
    check_index(&cn_op_scatter_add, CN_SHAPE(3, 2), &(cn_rows_attributes){5},
                "scatter_add: index -1 at row 2 is outside the table of 5 rows");
}

static void test_list(void **state)
{
    (void)state;
    assert_null(cn_op_find("no such op"));
    for (const cn_op *const *op = cn_ops_all; *op != NULL; op++)
        for (const cn_op *const *other = cn_ops_all; other < op; other++)
            assert_string_not_equal((*op)->name, (*other)->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_index_outside),
#define CN_OP_ENTRY(name) {#name, test_op, NULL, NULL, (void *)(uintptr_t)&cn_op_##name},
#include "ops/ops.def"
#undef CN_OP_ENTRY
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
