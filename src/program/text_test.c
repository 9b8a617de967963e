/* Programs as text: printed, read, printed again; and what is malformed gives a message with its
 * line. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "program/leaves.h"

/* ---- an op with every kind of attribute ------------------------------------------------------ */

typedef struct attributes {
    bool yes;
    int64_t whole;
    double real;
    const char *text;
    cn_dtype dtype;
    cn_shape shape;
} attributes;

static const cn_field fields[] = {
    CN_FIELD(attributes, yes, CN_FIELD_BOOL, 0),
    CN_FIELD(attributes, whole, CN_FIELD_INT, 0),
    CN_FIELD(attributes, real, CN_FIELD_REAL, 0),
    CN_FIELD(attributes, text, CN_FIELD_TEXT, 0),
    CN_FIELD(attributes, dtype, CN_FIELD_DTYPE, 0),
    CN_FIELD(attributes, shape, CN_FIELD_SHAPE, 0),
    CN_END_FIELDS,
};

/* Two outputs: the first input's type, and the attributes'. */
static cn_status infer(const void *given, const cn_type *inputs, int64_t n_inputs, cn_type *outputs)
{
    const attributes *all = given;
    CN_CHECK(n_inputs == 1 || inputs[1].shape.rank == 0, "does not like its second input");
    outputs[0] = inputs[0];
    outputs[1] = (cn_type){all->dtype, all->shape};
    return CN_OK;
}

static const cn_op both = {
    .name = "both",
    .min_inputs = 1,
    .max_inputs = 2,
    .n_outputs = 2,
    .fields = fields,
    .attributes_size = sizeof(attributes),
    .infer = infer,
};

static const cn_op *find_op(const char *name)
{
    const cn_op *const ops[] = {&both, &cn_op_input, &cn_op_variable};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (strcmp(ops[i]->name, name) == 0)
            return ops[i];
    return NULL;
}

static cn_variable *find_variable(void *context, const char *name, const cn_type *type)
{
    (void)type;
    cn_variable *variable = context;
    return strcmp(variable->name, name) == 0 ? variable : NULL;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static cn_variable variable = {
    .name = "dense/kernel", .dtype = CN_FLOAT32, .shape = {.rank = 2, .dim = {2, 3}}};
static const cn_program_names names = {find_op, find_variable, &variable};

static int begin(void **state)
{
    (void)state;
    cn_clear_error();
    return 0;
}

static const char everything[] =
    "%0 = input() shape=(2, 3) : float32 (2, 3)\n"
    "%1 = input() index=1 dtype=int32 : int32 ()\n"
    "%2 = variable() name=\"dense/kernel\" shape=(2, 3) : float32 (2, 3)\n"
    "%3 %4 = both(%2, %1) yes=true whole=-12 real=-0.1 text=\"a \\\"b\\\\ \\n\" dtype=bool shape=(7,) : float32 (2, 3), "
    "bool (7,)\n"
    "%5 %6 = both(%0, _) : float32 (2, 3), float32 ()\n"
    "output %4\n"
    "output %0\n"
    "assign %2 = %3\n";

static void test_round_trip(void **state)
{
    (void)state;
    cn_program program;
    assert_int_equal(cn_program_parse(&program, everything, &names), CN_OK);
    char *text = cn_program_print(&program);
    assert_string_equal(text, everything);
    cn_release(text);
    cn_program_free(&program);
}

static void test_what_was_read(void **state)
{
    (void)state;
    cn_program program;
    assert_int_equal(cn_program_parse(&program, everything, &names), CN_OK);
    assert_int_equal(program.n_inputs, 2);
    assert_int_equal(program.inputs[1], 1);
    assert_int_equal(program.n_outputs, 2);
    assert_int_equal(program.outputs[0], 4);
    assert_int_equal(program.n_states, 1);
    assert_ptr_equal(program.states[0].variable, &variable);
    assert_int_equal(program.states[0].initial, 2);
    assert_int_equal(program.states[0].final, 3);
    const attributes *read = program.code[3].attributes;
    assert_true(read->yes && read->whole == -12 && read->real == -0.1 && read->dtype == CN_BOOL);
    assert_string_equal(read->text, "a \"b\\ \n");
    assert_int_equal(program.code[4].inputs[1], CN_NO_VALUE);
    cn_program_free(&program);
}

static void test_numbers(void **state)
{
    (void)state;
    const double numbers[] = {1e-300, -0.0, INFINITY, 0.1f, 123456789.125, 5e-324};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        cn_program program = {0}, again;
        cn_value input = cn_program_input(&program, CN_FLOAT32, (cn_shape){0});
        (void)cn_program_append(&program, &both, &(attributes){.real = numbers[i]}, &input, 1);
        char *text = cn_program_print(&program);
        assert_int_equal(cn_program_parse(&again, text, &names), CN_OK);
        const attributes *read = again.code[1].attributes;
        assert_memory_equal(&read->real, &numbers[i], sizeof(double));
        cn_release(text);
        cn_program_free(&program);
        cn_program_free(&again);
    }
}

static void test_blanks_and_remarks(void **state)
{
    (void)state;
    cn_program program;
    const char *text = "# a remark\n\n  %0=input( )shape=( 2,3 )\t# another\r\noutput %0";
    assert_int_equal(cn_program_parse(&program, text, &names), CN_OK);
    char *again = cn_program_print(&program);
    assert_string_equal(again, "%0 = input() shape=(2, 3) : float32 (2, 3)\noutput %0\n");
    cn_release(again);
    cn_program_free(&program);
}

static void test_malformed(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"hello", "line 1: expected the end of the line, got \"hello\""},
        {"%0", "line 1: expected =, got \"\""},
        {"%1 = input()", "line 1: the next value is %0, not %1"},
        {"%0 = nothing()", "line 1: there is no op nothing"},
        {"%0 = input() shape=(2", "line 1: expected ), got \"\""},
        {"%0 = input() shape=(-2)", "line 1: input: axis 0 of shape (-2,) is negative"},
        {"%0 = input() shape=(1,1,1,1,1,1,1,1,1)",
         "line 1: expected ) after at most 8 numbers, got \"1)\""},
        {"%0 = input() shape=(99999999999999999999)",
         "line 1: expected a smaller number, got \"99999999999999999999)\""},
        {"%0 = input() shape=(1000000000, 1000000000, 1000000000)",
         "line 1: input: shape (1000000000, 1000000000, 1000000000) is too large for this machine"},
        {"%0 = input() dtype=float64", "line 1: there are no float64 values in a program"},
        {"%0 = input() index=-1", "line 1: input: index -1 is out of range"},
        {"%0 = input()\n%1 = input()", "line 2: input: index 0 is there twice"},
        {"%0 = input() index=1", "input 0 is missing"},
        {"%0 = input() size=1", "line 1: input has no attribute size"},
        {"%0 = input(%0)", "line 1: %0 has not been made yet"},
        {"%0 = input()\n%1 = input(%0)", "line 2: input: takes 0 to 0 inputs, got 1"},
        {"%0 = input() : int32 ()", "line 1: %0 is float32 (), not int32 ()"},
        {"%0 %1 = input()", "line 1: input makes 1 values, not 2"},
        {"%0 = variable()", "line 1: there is no variable \"\""},
        {"%0 = variable() name=\"dense/kernel\"",
         "line 1: variable \"dense/kernel\" is float32 (2, 3), not float32 ()"},
        {"%0 = variable() name=\"dense/kernel", "line 1: expected the end of a text, got \"\""},
        {"%0 = input()\noutput %1", "line 2: %1 has not been made yet"},
        {"%0 = input()\nassign %0 = %0", "line 2: %0 is not a variable"},
        {"%0 = input() shape=(2,)\n%1 %2 = both(%0, %0)",
         "line 2: both: does not like its second input"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cn_program program;
        cn_clear_error();
        assert_int_not_equal(cn_program_parse(&program, cases[i][0], &names), CN_OK);
        assert_string_equal(cn_error(), cases[i][1]);
        assert_int_equal(program.n_code, 0);
    }
}

/* When memory runs out, wherever that is, there is a status and nothing is lost. */
static void test_out_of_memory(void **state)
{
    (void)state;
    bool failed = true;
    for (int64_t n = 1; failed; n++) {
        cn_program program;
        cn_clear_error();
        cn_memory_fail_at(n);
        cn_status status = cn_program_parse(&program, everything, &names);
        char *text = status == CN_OK ? cn_program_print(&program) : NULL;
        failed = cn_memory_has_failed();
        cn_memory_fail_at(0);
        assert_int_equal(text == NULL, failed);
        cn_release(text);
        cn_program_free(&program);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_round_trip, begin),
        cmocka_unit_test_setup(test_what_was_read, begin),
        cmocka_unit_test_setup(test_numbers, begin),
        cmocka_unit_test_setup(test_blanks_and_remarks, begin),
        cmocka_unit_test_setup(test_malformed, begin),
        cmocka_unit_test_setup(test_out_of_memory, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
