/* Reads a program from the text that print.c writes: one line for each instruction,
 *     %2 = matmul(%0, %1) transpose_b=true : float32 (128, 10)
 * where attributes that are zero are left out, then the outputs and the variables' new values:
 *     output %2
 *     assign %1 = %7 */
#include <inttypes.h>
#include <string.h>

#include "program/leaves.h"
#include "program/program.h"
#include "runtime/dtype.h"
#include "runtime/number.h"

enum { LONGEST_NAME = 63, MOST_INPUTS = 4096 };

struct reader {
    cn_program *program;
    const cn_program_names *names;
    const char *at;
};

/* ---- characters ------------------------------------------------------------------------------ */

static cn_status expected(const struct reader *reader, const char *what)
{
    const size_t rest = strcspn(reader->at, "\n");
    return cn_fail(CN_INVALID, "expected %s, got \"%.*s\"", what, (int)(rest < 40 ? rest : 40),
                   reader->at);
}

static void skip_blanks(struct reader *reader)
{
    while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\r')
        reader->at++;
}

/* Takes a word or sign if it comes next. */
static bool take(struct reader *reader, const char *sign)
{
    skip_blanks(reader);
    const size_t length = strlen(sign);
    if (strncmp(reader->at, sign, length) != 0)
        return false;
    reader->at += length;
    return true;
}

static cn_status need(struct reader *reader, const char *sign)
{
    return take(reader, sign) ? CN_OK : expected(reader, sign);
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static cn_status read_name(struct reader *reader, char name[LONGEST_NAME + 1])
{
    size_t length = 0;
    skip_blanks(reader);
    for (; is_name(reader->at[length]); length++)
        if (length == LONGEST_NAME)
            return expected(reader, "a shorter name");
    if (length == 0)
        return expected(reader, "a name");
    memcpy(name, reader->at, length);
    name[length] = '\0';
    reader->at += length;
    return CN_OK;
}

static cn_status read_int(struct reader *reader, int64_t *number)
{
    const int64_t most = INT64_MAX / 16; /* so that sums of a few do not overflow */
    const bool negative = take(reader, "-");
    int64_t value = 0;
    const char *start = reader->at;
    for (; *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
        if (value > most / 10) {
            reader->at = start;
            return expected(reader, "a smaller number");
        }
        value = value * 10 + (*reader->at - '0');
    }
    if (reader->at == start)
        return expected(reader, "a whole number");
    *number = negative ? -value : value;
    return CN_OK;
}

static cn_status read_real(struct reader *reader, double *number)
{
    skip_blanks(reader);
    const size_t length = strcspn(reader->at, " \t\r\n:");
    if (!cn_number_read(reader->at, length, number))
        return expected(reader, "a number");
    reader->at += length;
    return CN_OK;
}

/* A value that was made before. */
static cn_status read_value(struct reader *reader, cn_value *value)
{
    int64_t number = 0;
    CN_TRY(need(reader, "%"));
    CN_TRY(read_int(reader, &number));
    CN_CHECK(number >= 0 && number < reader->program->n_values,
             "%%%" PRId64 " has not been made yet", number);
    *value = (cn_value)number;
    return CN_OK;
}

static cn_status read_shape(struct reader *reader, cn_shape *shape)
{
    *shape = (cn_shape){0};
    CN_TRY(need(reader, "("));
    while (!take(reader, ")")) {
        if (shape->rank == CN_MAX_RANK)
            return expected(reader, ") after at most 8 numbers");
        CN_TRY(read_int(reader, &shape->dim[shape->rank++]));
        if (!take(reader, ",")) {
            CN_TRY(need(reader, ")"));
            break;
        }
    }
    return CN_OK;
}

static cn_status read_dtype(struct reader *reader, cn_dtype *dtype)
{
    char name[LONGEST_NAME + 1];
    CN_TRY(read_name(reader, name));
    CN_TRY(cn_dtype_by_name("data type", name, dtype));
    CN_CHECK(*dtype == CN_FLOAT32 || *dtype == CN_INT32 || *dtype == CN_UINT8 ||
                 *dtype == CN_BOOL || *dtype == CN_STRING,
             "there are no %s values in a program", name);
    return CN_OK;
}

static cn_status read_bool(struct reader *reader, bool *value)
{
    *value = take(reader, "true");
    if (!*value && !take(reader, "false"))
        return expected(reader, "true or false");
    return CN_OK;
}

/* Between quotation marks; a backslash takes the next character as it is, but for \n. */
static cn_status read_text(struct reader *reader, const char **text)
{
    CN_TRY(need(reader, "\""));
    char *copy = cn_arena_allocate(&reader->program->memory, strcspn(reader->at, "\n") + 1),
         *to = copy;
    CN_CHECK_MEMORY(copy);
    while (*reader->at != '"') {
        const bool escaped = *reader->at == '\\';
        reader->at += escaped;
        if (*reader->at == '\0' || *reader->at == '\n')
            return expected(reader, "the end of a text");
        *to++ = escaped && *reader->at == 'n' ? '\n' : *reader->at;
        reader->at++;
    }
    reader->at++;
    *text = copy;
    return CN_OK;
}

/* ---- instructions ---------------------------------------------------------------------------- */

static cn_status read_field(struct reader *reader, const cn_field *field, void *member)
{
    switch (field->kind) {
    case CN_FIELD_BOOL: return read_bool(reader, member);
    case CN_FIELD_INT: return read_int(reader, member);
    case CN_FIELD_REAL: return read_real(reader, member);
    case CN_FIELD_TEXT: return read_text(reader, member);
    case CN_FIELD_DTYPE: return read_dtype(reader, member);
    case CN_FIELD_SHAPE: return read_shape(reader, member);
    default: return cn_fail(CN_INTERNAL, "%s: ops have no attributes of this kind", field->name);
    }
}

/* name=value ..., up to the colon or the end of the line. */
static cn_status read_attributes(struct reader *reader, const cn_op *op, void *attributes)
{
    for (skip_blanks(reader); is_name(*reader->at); skip_blanks(reader)) {
        char name[LONGEST_NAME + 1];
        CN_TRY(read_name(reader, name));
        const cn_field *field = op->fields;
        while (field != NULL && field->name != NULL && strcmp(field->name, name) != 0)
            field++;
        CN_CHECK(field != NULL && field->name != NULL, "%s has no attribute %s", op->name, name);
        CN_TRY(need(reader, "="));
        CN_TRY(read_field(reader, field, (char *)attributes + field->offset));
    }
    return CN_OK;
}

static cn_status read_inputs(struct reader *reader, cn_value **inputs, int64_t *n)
{
    int64_t capacity = 0;
    CN_TRY(need(reader, "("));
    while (!take(reader, ")")) {
        cn_value value = CN_NO_VALUE;
        if (*n > 0)
            CN_TRY(need(reader, ","));
        if (!take(reader, "_"))
            CN_TRY(read_value(reader, &value));
        if (*n == MOST_INPUTS)
            return expected(reader, ") after so many inputs");
        CN_TRY(cn_grow(inputs, &capacity, *n + 1, sizeof **inputs));
        (*inputs)[(*n)++] = value;
    }
    return CN_OK;
}

/* The types behind the colon, if there are any, must be those inferred. */
static cn_status check_types(struct reader *reader, const cn_instruction *instruction)
{
    const cn_program *program = reader->program;
    if (!take(reader, ":"))
        return CN_OK;
    for (int64_t k = 0; k < instruction->n_outputs; k++) {
        const cn_type *type = cn_type_of(program, instruction->output + (cn_value)k);
        cn_type said = {0};
        if (k > 0)
            CN_TRY(need(reader, ","));
        CN_TRY(read_dtype(reader, &said.dtype));
        CN_TRY(read_shape(reader, &said.shape));
        CN_CHECK(said.dtype == type->dtype && cn_shape_equal(&said.shape, &type->shape),
                 "%%%d is %s %s, not %s %s", (int)instruction->output + (int)k,
                 cn_dtype_name(type->dtype), cn_shape_str(&type->shape), cn_dtype_name(said.dtype),
                 cn_shape_str(&said.shape));
    }
    return CN_OK;
}

/* Inputs and variables are also listed by the program. */
static cn_status list_input(cn_program *program, const cn_input_attributes *input, cn_value value)
{
    CN_CHECK(input->index >= 0 && input->index < MOST_INPUTS,
             "input: index %" PRId64 " is out of range", input->index);
    CN_TRY(cn_grow(&program->inputs, &program->inputs_capacity, input->index + 1,
                   sizeof *program->inputs));
    for (; program->n_inputs <= input->index; program->n_inputs++)
        program->inputs[program->n_inputs] = CN_NO_VALUE;
    CN_CHECK(program->inputs[input->index] == CN_NO_VALUE,
             "input: index %" PRId64 " is there twice", input->index);
    program->inputs[input->index] = value;
    return CN_OK;
}

static cn_status list_variable(struct reader *reader, const cn_variable_attributes *attributes,
                               cn_value value)
{
    cn_program *program = reader->program;
    const char *name = attributes->name == NULL ? "" : attributes->name;
    const cn_type *type = cn_type_of(program, value);
    cn_variable *variable = reader->names->find_variable == NULL
                                ? NULL
                                : reader->names->find_variable(reader->names->context, name, type);
    CN_CHECK(variable != NULL, "there is no variable \"%s\"", name);
    CN_CHECK(variable->dtype == type->dtype && cn_shape_equal(&variable->shape, &type->shape),
             "variable \"%s\" is %s %s, not %s %s", name, cn_dtype_name(variable->dtype),
             cn_shape_str(&variable->shape), cn_dtype_name(type->dtype),
             cn_shape_str(&type->shape));
    for (int64_t i = 0; i < program->n_states; i++)
        CN_CHECK(program->states[i].variable != variable, "variable \"%s\" is there twice", name);
    CN_TRY(cn_grow(&program->states, &program->states_capacity, program->n_states + 1,
                   sizeof *program->states));
    program->states[program->n_states++] = (cn_state){variable, value, value};
    return CN_OK;
}

/* The numbers of the outputs, which go on from the last. */
static cn_status read_numbers(struct reader *reader, int64_t *n)
{
    for (*n = 0; *n < CN_MOST_OUTPUTS && take(reader, "%"); (*n)++) {
        int64_t number = 0;
        CN_TRY(read_int(reader, &number));
        CN_CHECK(number == reader->program->n_values + *n,
                 "the next value is %%%" PRId64 ", not %%%" PRId64, reader->program->n_values + *n,
                 number);
    }
    return *n > 0 ? CN_OK : expected(reader, "%");
}

/* Appends an instruction whose op and inputs have been read. */
static cn_status read_rest(struct reader *reader, const cn_op *op, const cn_value *inputs,
                           int64_t n_inputs, int64_t n_outputs)
{
    cn_program *program = reader->program;
    void *attributes = cn_arena_allocate(&program->memory, op->attributes_size);
    CN_CHECK_MEMORY(attributes);
    CN_TRY(read_attributes(reader, op, attributes));
    cn_value value = cn_program_append(program, op, attributes, inputs, n_inputs);
    CN_TRY(program->status);
    const cn_instruction *instruction = &program->code[program->n_code - 1];
    CN_CHECK(instruction->n_outputs == n_outputs, "%s makes %" PRId64 " values, not %" PRId64,
             op->name, instruction->n_outputs, n_outputs);
    CN_TRY(check_types(reader, instruction));
    if (op == &cn_op_input)
        return list_input(program, attributes, value);
    return op == &cn_op_variable ? list_variable(reader, attributes, value) : CN_OK;
}

static cn_status read_instruction(struct reader *reader)
{
    char name[LONGEST_NAME + 1];
    int64_t n_outputs = 0, n_inputs = 0;
    cn_value *inputs = NULL;
    CN_TRY(read_numbers(reader, &n_outputs));
    CN_TRY(need(reader, "="));
    CN_TRY(read_name(reader, name));
    const cn_op *op = reader->names->find_op(name);
    CN_CHECK(op != NULL, "there is no op %s", name);
    cn_status status = read_inputs(reader, &inputs, &n_inputs);
    if (status == CN_OK)
        status = read_rest(reader, op, inputs, n_inputs, n_outputs);
    cn_release(inputs);
    return status;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static cn_status read_assign(struct reader *reader)
{
    cn_program *program = reader->program;
    cn_value initial = CN_NO_VALUE, final = CN_NO_VALUE;
    CN_TRY(read_value(reader, &initial));
    CN_TRY(need(reader, "="));
    CN_TRY(read_value(reader, &final));
    for (int64_t i = 0; i < program->n_states; i++) {
        cn_state *state = &program->states[i];
        if (state->initial != initial)
            continue;
        const cn_type *type = cn_type_of(program, final);
        CN_CHECK(type->dtype == state->variable->dtype &&
                     cn_shape_equal(&type->shape, &state->variable->shape),
                 "%%%d does not have the type of variable \"%s\"", (int) final,
                 state->variable->name);
        state->final = final;
        return CN_OK;
    }
    return cn_fail(CN_INVALID, "%%%d is not a variable", (int)initial);
}

static cn_status read_line(struct reader *reader)
{
    skip_blanks(reader);
    if (*reader->at == '%')
        CN_TRY(read_instruction(reader));
    else if (take(reader, "output")) {
        cn_value value = CN_NO_VALUE;
        CN_TRY(read_value(reader, &value));
        cn_program_output(reader->program, value);
        CN_TRY(reader->program->status);
    } else if (take(reader, "assign"))
        CN_TRY(read_assign(reader));
    skip_blanks(reader);
    if (*reader->at == '#') /* a remark */
        reader->at += strcspn(reader->at, "\n");
    return *reader->at == '\n' || *reader->at == '\0' ? CN_OK
                                                      : expected(reader, "the end of the line");
}

static cn_status check_inputs(const cn_program *program)
{
    for (int64_t i = 0; i < program->n_inputs; i++)
        CN_CHECK(program->inputs[i] != CN_NO_VALUE, "input %" PRId64 " is missing", i);
    return CN_OK;
}

cn_status cn_program_parse(cn_program *program, const char *text, const cn_program_names *names)
{
    struct reader reader = {program, names, text};
    const bool failed_before = cn_failed();
    *program = (cn_program){0};
    cn_status status = CN_OK;
    for (int line = 1; status == CN_OK && *reader.at != '\0'; line++) {
        status = read_line(&reader);
        if (status != CN_OK && !failed_before)
            cn_fail_in("line %d", line);
        else if (*reader.at == '\n')
            reader.at++;
    }
    if (status == CN_OK)
        status = check_inputs(program);
    if (status == CN_OK)
        status = cn_program_verify(program);
    if (status != CN_OK)
        cn_program_free(program);
    return status;
}
