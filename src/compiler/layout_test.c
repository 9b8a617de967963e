/* Memory layout, by brute force: programs are walked with a note in every byte of which element it
 * holds, and each instruction must find its operands where the layout says they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "compiler/compiler.h"
#include "compiler/layout.h"
#include "ops/emit.h"
#include "support/random_program.h"

enum { MOST_BYTES = 1 << 22, NOTHING = -1, SCRATCH = -2 };

struct walk {
    uint64_t seed;
    const cn_program *program;
    cn_layout layout;
    double **content; /* of each value: its elements' names; what is moved keeps them */
    double next_name;
    double notes[MOST_BYTES];
    int64_t written[MOST_BYTES]; /* the output, counted from 1, of the instruction that runs */
    int64_t bytes; /* of the arena; the constants lie behind it, the variables behind these */
    int64_t all;
};

static int64_t address(const struct walk *walk, cn_value value)
{
    const int32_t root = walk->layout.root[value];
    const cn_variable *variable = walk->layout.variable[root];
    if (variable == NULL)
        return walk->layout.offset[value] + (walk->layout.constant[root] ? walk->bytes : 0);
    const int64_t within = walk->layout.within[value];
    for (int64_t i = 0; i < walk->program->n_states; i++)
        if (walk->program->states[i].variable == variable)
            return walk->bytes + walk->layout.constant_bytes + i * 64 + within;
    fail_msg("seed %d: value %d lies in a variable that the program does not have", (int)walk->seed,
             (int)value);
    return 0;
}

/* Where an element of a value lies. */
static int64_t place_of(const struct walk *walk, cn_value value, int64_t element)
{
    const cn_type *type = cn_type_of(walk->program, value);
    const int64_t pitch = walk->layout.pitch[value];
    const int64_t row = type->shape.rank == 0 ? 1 : type->shape.dim[type->shape.rank - 1];
    const int64_t at = pitch == 0 ? element : element / row * pitch + element % row;
    return address(walk, value) + at * (int64_t)cn_dtype_size(type->dtype);
}

static int64_t elements_of(const struct walk *walk, cn_value value)
{
    return cn_shape_size(cn_shape_of(walk->program, value));
}

static void write_notes(struct walk *walk, int64_t at, int64_t bytes, double note)
{
    assert_in_range(at, 0, walk->all);
    assert_in_range(at + bytes, 0, walk->all);
    for (int64_t i = 0; i < bytes; i++)
        walk->notes[at + i] = note;
}

static void expect_notes(const struct walk *walk, cn_value value, int64_t when, const char *who)
{
    const int64_t n = elements_of(walk, value),
                  bytes = (int64_t)cn_dtype_size(cn_dtype_of(walk->program, value));
    for (int64_t i = 0; i < n * bytes; i++) {
        const double note = walk->notes[place_of(walk, value, i / bytes) + i % bytes];
        if (note != walk->content[value][i / bytes])
            fail_msg("seed %d: instruction %d (%s) needs value %d, but byte %d of it holds element "
                     "%.0f, not %.0f",
                     (int)walk->seed, (int)when, who, (int)value, (int)i, note,
                     walk->content[value][i / bytes]);
    }
}

static void expect_inputs(const struct walk *walk, int64_t number, const char *who)
{
    const cn_instruction *instruction = &walk->program->code[number];
    for (int64_t k = 0; k < instruction->n_inputs; k++)
        if (instruction->inputs[k] != CN_NO_VALUE)
            expect_notes(walk, instruction->inputs[k], number, who);
}

/* Names of elements are numbers, so that moving them is what the references do. */
static bool moves(const cn_instruction *instruction)
{
    return instruction->op == &cn_op_concatenate || instruction->op == &cn_op_slice;
}

static void name_elements(struct walk *walk, cn_arena *memory, const cn_instruction *instruction)
{
    const cn_program *p = walk->program;
    const double *inputs[8] = {NULL};
    for (int64_t k = 0; k < instruction->n_inputs && k < 8; k++)
        if (instruction->inputs[k] != CN_NO_VALUE)
            inputs[k] = walk->content[instruction->inputs[k]];
    for (int64_t o = 0; o < instruction->n_outputs; o++) {
        const cn_value output = instruction->output + (cn_value)o;
        const int64_t n = elements_of(walk, output);
        double *names = cn_arena_allocate(memory, (size_t)(n + 1) * sizeof *names);
        assert_non_null(names);
        walk->content[output] = names;
        for (int64_t i = 0; i < n; i++)
            names[i] = instruction->op->flags & CN_OP_VIEW ? inputs[0][i] : ++walk->next_name;
    }
    if (!moves(instruction))
        return;
    cn_type types[8];
    assert_in_range(instruction->n_inputs, 1, 8);
    for (int64_t k = 0; k < instruction->n_inputs; k++)
        types[k] = *cn_type_of(p, instruction->inputs[k]);
    instruction->op->reference(
        &(cn_reference_call){.op = instruction->op,
                             .attributes = instruction->attributes,
                             .input_types = types,
                             .output_types = cn_type_of(p, instruction->output),
                             .inputs = inputs,
                             .outputs = &walk->content[instruction->output],
                             .n_inputs = instruction->n_inputs});
}

static void write_output(struct walk *walk, int64_t number, int64_t o)
{
    const cn_instruction *instruction = &walk->program->code[number];
    const cn_value output = instruction->output + (cn_value)o;
    const int64_t bytes = (int64_t)cn_dtype_size(cn_dtype_of(walk->program, output));
    for (int64_t i = 0; i < elements_of(walk, output); i++) {
        const int64_t at = place_of(walk, output, i);
        if (walk->written[at] != 0)
            fail_msg("seed %d: two outputs of instruction %d (%s) overlap", (int)walk->seed,
                     (int)number, instruction->op->name);
        write_notes(walk, at, bytes, walk->content[output][i]);
        for (int64_t k = 0; k < bytes; k++)
            walk->written[at + k] = o + 1;
    }
}

/* An operand's place may be written by an elementwise op only, and only element by element. */
static void check_operand(const struct walk *walk, int64_t number, cn_value operand)
{
    const cn_program *p = walk->program;
    const cn_instruction *instruction = &p->code[number];
    for (int64_t i = 0; i < elements_of(walk, operand); i++) {
        const int64_t at = place_of(walk, operand, i);
        const int64_t output = walk->written[at] == 0 ? -1
                                                      : instruction->output + walk->written[at] - 1;
        if (output >= 0 &&
            (!(instruction->op->flags & CN_OP_ELEMENTWISE) ||
             !cn_shape_equal(cn_shape_of(p, operand), cn_shape_of(p, (cn_value)output)) ||
             place_of(walk, (cn_value)output, i) != at))
            fail_msg("seed %d: instruction %d (%s) writes value %d over its operand %d",
                     (int)walk->seed, (int)number, instruction->op->name, (int)output,
                     (int)operand);
    }
}

/* What is moved to where it lies remains what it is. */
static void run_instruction(struct walk *walk, cn_arena *memory, int64_t number)
{
    const cn_program *p = walk->program;
    const cn_instruction *instruction = &p->code[number];
    expect_inputs(walk, number, instruction->op->name);
    if (instruction->op->scratch != NULL) {
        write_notes(walk, walk->layout.scratch[number],
                    (int64_t)instruction->op->scratch(p, instruction), SCRATCH);
        expect_inputs(walk, number, "scratch");
    }
    name_elements(walk, memory, instruction);
    if (instruction->op->flags & CN_OP_VIEW) {
        expect_notes(walk, instruction->output, number, "view");
        return;
    }
    memset(walk->written, 0, (size_t)walk->all * sizeof *walk->written);
    for (int64_t o = 0; o < instruction->n_outputs; o++)
        write_output(walk, number, o);
    if (moves(instruction))
        expect_inputs(walk, number, "moved");
    for (int64_t k = 0; k < instruction->n_inputs && !moves(instruction); k++)
        if (instruction->inputs[k] != CN_NO_VALUE)
            check_operand(walk, number, instruction->inputs[k]);
}

/* Leaves are written before the run: inputs by the caller, constants once, variables hold what they
 * held. */
static void walk_through(struct walk *walk, cn_arena *memory)
{
    const cn_program *p = walk->program;
    for (int64_t i = 0; i < walk->all; i++)
        walk->notes[i] = NOTHING;
    for (int pass = 0; pass < 2; pass++)
        for (int64_t n = 0; n < p->n_code; n++)
            if (((p->code[n].op->flags & CN_OP_LEAF) != 0) == (pass == 0))
                run_instruction(walk, memory, n);
    for (int64_t i = 0; i < p->n_outputs; i++)
        expect_notes(walk, p->outputs[i], p->n_code, "output");
    for (int64_t n = 0; n < p->n_code; n++) /* constants are there for the next run */
        if ((p->code[n].op->flags & CN_OP_LEAF) && p->code[n].op != &cn_op_input &&
            p->code[n].op != &cn_op_variable)
            expect_notes(walk, p->code[n].output, p->n_code, "the next run");
    for (int64_t i = 0; i < p->n_states; i++)
        if (p->states[i].final != p->states[i].initial)
            expect_notes(walk, p->states[i].final, p->n_code, "new value");
}

static void check_layout(const cn_program *program, uint64_t seed)
{
    static struct walk walk;
    cn_arena memory = {0};
    walk = (struct walk){.seed = seed, .program = program};
    assert_int_equal(cn_make_layout(program, &memory, &walk.layout), CN_OK);
    walk.bytes = (walk.layout.bytes + 63) / 64 * 64;
    walk.all = walk.bytes + walk.layout.constant_bytes + program->n_states * 64;
    assert_in_range(walk.all, 0, MOST_BYTES);
    walk.content = cn_arena_allocate(&memory, (size_t)program->n_values * sizeof *walk.content);
    walk_through(&walk, &memory);
    cn_arena_free(&memory);
}

static void test_random_programs(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        cn_random_program random;
        cn_random_program_make(&random, seed, 40);
        check_layout(&random.program, seed);
        assert_int_equal(cn_optimize(&random.program), CN_OK);
        check_layout(&random.program, seed);
        cn_random_program_free(&random);
    }
}

/* ---- what must be shared --------------------------------------------------------------------- */

/* A chain of elementwise ops needs one place, however long it is. */
static void test_in_place(void **state)
{
    (void)state;
    cn_program p = {0};
    cn_arena memory = {0};
    cn_layout layout = {0};
    cn_value x = cn_emit_tanh(&p, cn_program_input(&p, CN_FLOAT32, CN_SHAPE(100)));
    for (int i = 0; i < 10; i++)
        x = cn_emit_sin(&p, x);
    cn_program_output(&p, x);
    assert_int_equal(cn_make_layout(&p, &memory, &layout), CN_OK);
    for (cn_value v = 2; v < p.n_values; v++)
        assert_int_equal(layout.root[v], 1);
    assert_in_range(layout.bytes, 800, 1000);
    cn_arena_free(&memory);
    cn_program_free(&p);
}

/* A variable's new value is made where the old one is, also when it is used by something before. */
static void test_variable_in_place(void **state)
{
    (void)state;
    cn_program p = {0};
    cn_arena memory = {0};
    cn_layout layout = {0};
    cn_variable w;
    assert_int_equal(cn_variable_init(&w, "w", CN_FLOAT32, CN_SHAPE(100), NULL), CN_OK);
    cn_value old = cn_program_read(&p, &w);
    cn_program_output(&p, cn_emit_sum(&p, old, CN_ALL_AXES, false));
    cn_value new_value = cn_emit_add_scalar(&p, old, 1);
    cn_program_assign(&p, &w, new_value);
    assert_int_equal(cn_make_layout(&p, &memory, &layout), CN_OK);
    assert_ptr_equal(layout.variable[new_value], &w);
    assert_false(layout.copied[0]);
    cn_arena_free(&memory);
    cn_program_free(&p);
    cn_variable_free(&w);
}

/* Who still needs the old value prevents that. */
static void test_variable_read_later(void **state)
{
    (void)state;
    cn_program p = {0};
    cn_arena memory = {0};
    cn_layout layout = {0};
    cn_variable w;
    assert_int_equal(cn_variable_init(&w, "w", CN_FLOAT32, CN_SHAPE(100), NULL), CN_OK);
    cn_value old = cn_program_read(&p, &w), new_value = cn_emit_add_scalar(&p, old, 1);
    cn_program_assign(&p, &w, new_value);
    cn_program_output(&p, cn_emit_sum(&p, old, CN_ALL_AXES, false));
    assert_int_equal(cn_make_layout(&p, &memory, &layout), CN_OK);
    assert_null(layout.variable[new_value]);
    assert_true(layout.copied[0]);
    cn_arena_free(&memory);
    cn_program_free(&p);
    cn_variable_free(&w);
}

/* What nobody uses of an op that skips it has no place, and so is not made. */
static void test_skipped(void **state)
{
    (void)state;
    cn_program p = {0};
    cn_arena memory = {0};
    cn_layout layout = {0};
    const cn_recurrent_attributes lstm = {"tanh", "sigmoid", false, false};
    cn_value inputs[4];
    inputs[0] = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(5, 2, 12));
    inputs[1] = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(3, 12));
    inputs[2] = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(2, 3));
    inputs[3] = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(2, 3));
    const cn_recurrent_values values = cn_emit_lstm(&p, &lstm, inputs[0], inputs[1], inputs[2],
                                                    inputs[3], CN_NO_VALUE, CN_NO_VALUE);
    cn_program_output(&p, values.h_last);
    assert_int_equal(cn_make_layout(&p, &memory, &layout), CN_OK);
    assert_true(layout.offset[values.h_last] >= 0);
    for (cn_value v = values.hs; v < p.n_values; v++)
        assert_true(v == values.h_last || layout.offset[v] == -1);
    cn_arena_free(&memory);
    cn_program_free(&p);
}

/* An op that works in place: lstm's gates take that of its input. */
static void test_place_of_an_op(void **state)
{
    (void)state;
    enum { GATE_VALUES = 4 };
    cn_program p = {0};
    cn_arena memory = {0};
    cn_layout layout = {0};
    const cn_recurrent_attributes lstm = {"tanh", "sigmoid", false, false};
    const cn_value x = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(5, 2, 12)),
                   kernel = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(3, 12)),
                   h = cn_program_input(&p, CN_FLOAT32, CN_SHAPE(2, 3)),
                   xw = cn_emit_multiply(&p, x, x);
    const cn_value hs = cn_emit_lstm(&p, &lstm, xw, kernel, h, h, CN_NO_VALUE, CN_NO_VALUE).hs;
    cn_program_output(&p, hs);
    cn_program_output(&p, hs + GATE_VALUES);
    assert_int_equal(cn_make_layout(&p, &memory, &layout), CN_OK);
    assert_int_equal(layout.root[hs + GATE_VALUES], layout.root[xw]);
    assert_int_equal(layout.root[hs], hs);
    cn_arena_free(&memory);
    cn_program_free(&p);
}

/* ---- exchanged variables --------------------------------------------------------------------- */

enum { THREE = 3 };

/* Variables 0, 1, 2 take the old values of others, twice. */
static void rotate(const int from[THREE], const float expected[THREE])
{
    cn_variable variables[THREE];
    cn_value old[THREE];
    cn_program p = {0};
    cn_plan plan;
    for (int i = 0; i < THREE; i++) {
        assert_int_equal(cn_variable_init(&variables[i], "v", CN_FLOAT32, CN_SHAPE(1), NULL),
                         CN_OK);
        *(float *)variables[i].data = (float)i;
        old[i] = cn_program_read(&p, &variables[i]);
    }
    for (int i = 0; i < THREE; i++)
        cn_program_assign(&p, &variables[i], old[from[i]]);
    assert_int_equal(cn_make_plan(&p, &plan), CN_OK);
    assert_int_equal(cn_plan_run(&plan), CN_OK);
    for (int i = 0; i < THREE; i++)
        if (*(float *)variables[i].data != expected[i])
            fail_msg("from %d %d %d: variable %d is %g, expected %g", from[0], from[1], from[2], i,
                     (double)*(float *)variables[i].data, (double)expected[i]);
    cn_plan_free(&plan);
    cn_program_free(&p);
    for (int i = 0; i < THREE; i++)
        cn_variable_free(&variables[i]);
}

static void test_exchanged(void **state)
{
    (void)state;
    rotate((const int[]){1, 0, 2}, (const float[]){1, 0, 2});
    rotate((const int[]){1, 2, 0}, (const float[]){1, 2, 0});
    rotate((const int[]){2, 0, 1}, (const float[]){2, 0, 1});
    rotate((const int[]){0, 0, 1}, (const float[]){0, 0, 1});
    rotate((const int[]){1, 2, 2}, (const float[]){1, 2, 2});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_programs),   cmocka_unit_test(test_in_place),
        cmocka_unit_test(test_variable_in_place), cmocka_unit_test(test_variable_read_later),
        cmocka_unit_test(test_exchanged),         cmocka_unit_test(test_skipped),
        cmocka_unit_test(test_place_of_an_op),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
