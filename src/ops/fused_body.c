/* The text of a fused op's body: read into a list of steps, and their types; written. */
#include <string.h>

#include "ops/fused.h"

enum { LONGEST_NAME = 31 };

struct reader {
    const char *at;
    const char *text;
};

static cn_status malformed(const struct reader *reader, const char *expected)
{
    return cn_fail(CN_INVALID, "body: expected %s at column %d of \"%.200s\"", expected,
                   (int)(reader->at - reader->text) + 1, reader->text);
}

static void skip_blanks(struct reader *reader)
{
    while (*reader->at == ' ')
        reader->at++;
}

static bool skip(struct reader *reader, char c)
{
    if (*reader->at != c)
        return false;
    reader->at++;
    return true;
}

static bool read_name(struct reader *reader, char name[LONGEST_NAME + 1])
{
    size_t length = 0;
    for (; (*reader->at >= 'a' && *reader->at <= 'z') ||
           (*reader->at >= '0' && *reader->at <= '9') || *reader->at == '_';
         reader->at++) {
        if (length == LONGEST_NAME)
            return false;
        name[length++] = *reader->at;
    }
    name[length] = '\0';
    return length > 0;
}

/* A register that was made before: 0 .. bound-1. */
static bool read_register(struct reader *reader, int64_t bound, int32_t *number)
{
    int32_t value = 0;
    const char *start = reader->at;
    for (; *reader->at >= '0' && *reader->at <= '9' && value < bound; reader->at++)
        value = value * 10 + (*reader->at - '0');
    *number = value;
    return reader->at > start && value < bound;
}

static bool find_dtype(const char *name, cn_dtype *dtype)
{
    static const cn_dtype known[] = {CN_FLOAT32, CN_INT32, CN_UINT8, CN_BOOL};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(cn_dtype_name(known[i]), name) == 0) {
            *dtype = known[i];
            return true;
        }
    return false;
}

/* An op's name; cast has a type behind it. */
static cn_status read_op(struct reader *reader, cn_fused_step *step)
{
    char name[LONGEST_NAME + 1];
    if (!read_name(reader, name))
        return malformed(reader, "an op's name");
    step->op = cn_op_find(name);
    if (step->op == NULL || !(step->op->flags & CN_OP_ELEMENTWISE) || step->op == &cn_op_fused)
        return cn_fail(CN_INVALID, "body: %s is not an elementwise op", name);
    if (step->op == &cn_op_cast &&
        !(skip(reader, '.') && read_name(reader, name) && find_dtype(name, &step->cast.dtype)))
        return malformed(reader, "a data type behind \"cast.\"");
    return CN_OK;
}

static cn_status read_step(struct reader *reader, cn_fused_body *body)
{
    if (body->n_steps == CN_MOST_FUSED)
        return cn_fail(CN_INVALID, "body: has more than %d instructions", CN_MOST_FUSED);
    cn_fused_step *step = &body->steps[body->n_steps];
    *step = (cn_fused_step){0};
    CN_TRY(read_op(reader, step));
    for (int64_t k = 0; k < step->op->max_inputs; k++) {
        if (!skip(reader, k == 0 ? '(' : ','))
            return malformed(reader, k == 0 ? "(" : ", and one more input");
        if (!read_register(reader, body->n_inputs + body->n_steps, &step->arguments[k]))
            return malformed(reader, "the number of an input or of an earlier instruction");
    }
    if (!skip(reader, ')'))
        return malformed(reader, ")");
    step->n_arguments = step->op->max_inputs;
    body->n_steps++;
    return CN_OK;
}

cn_status cn_fused_parse(const char *text, int64_t n_inputs, cn_fused_body *body)
{
    CN_CHECK(text != NULL, "has no body");
    CN_CHECK(n_inputs <= CN_MOST_FUSED_INPUTS, "has more than %d inputs", CN_MOST_FUSED_INPUTS);
    struct reader reader = {text, text};
    body->n_inputs = n_inputs;
    body->n_steps = body->n_outputs = 0;
    for (skip_blanks(&reader); *reader.at != '-'; skip_blanks(&reader))
        CN_TRY(read_step(&reader, body));
    if (!skip(&reader, '-') || !skip(&reader, '>'))
        return malformed(&reader, "->");
    for (skip_blanks(&reader); *reader.at != '\0'; skip_blanks(&reader)) {
        if (body->n_outputs == CN_MOST_FUSED_OUTPUTS)
            return cn_fail(CN_INVALID, "body: has more than %d outputs", CN_MOST_FUSED_OUTPUTS);
        if (!read_register(&reader, n_inputs + body->n_steps, &body->outputs[body->n_outputs++]))
            return malformed(&reader, "the number of an output");
    }
    CN_CHECK(body->n_outputs > 0, "body: has no output");
    return CN_OK;
}

cn_status cn_fused_infer(const cn_fused_body *body, const cn_type *inputs,
                         cn_dtype types[CN_MOST_REGISTERS])
{
    for (int64_t i = 0; i < body->n_inputs; i++)
        types[i] = inputs[i].dtype;
    for (int64_t k = 0; k < body->n_steps; k++) {
        const cn_fused_step *step = &body->steps[k];
        cn_type from[3] = {{0}}, to;
        for (int64_t a = 0; a < step->n_arguments; a++)
            from[a].dtype = types[step->arguments[a]];
        CN_TRY(step->op->infer(&step->cast, from, step->n_arguments, &to));
        types[body->n_inputs + k] = to.dtype;
    }
    return CN_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static char *write_text(char *at, const char *text)
{
    while (*text != '\0')
        *at++ = *text++;
    return at;
}

static char *write_number(char *at, int64_t number)
{
    if (number >= 10)
        at = write_number(at, number / 10);
    *at++ = (char)('0' + number % 10);
    return at;
}

char *cn_fused_write_step(const cn_instruction *instruction, const int64_t *arguments, char *at)
{
    at = write_text(at, instruction->op->name);
    if (instruction->op == &cn_op_cast) {
        const cn_cast_attributes *cast = instruction->attributes;
        *at++ = '.';
        at = write_text(at, cn_dtype_name(cast->dtype));
    }
    for (int64_t k = 0; k < instruction->n_inputs; k++) {
        *at++ = k == 0 ? '(' : ',';
        at = write_number(at, arguments[k]);
    }
    return write_text(at, ") ");
}

char *cn_fused_write_outputs(const int64_t *outputs, int64_t n, char *at)
{
    at = write_text(at, "->");
    for (int64_t i = 0; i < n; i++) {
        *at++ = ' ';
        at = write_number(at, outputs[i]);
    }
    *at = '\0';
    return at;
}

char *cn_fused_write_alone(const cn_instruction *instruction, char *at)
{
    static const int64_t numbers[] = {0, 1, 2};
    at = cn_fused_write_step(instruction, numbers, at);
    return cn_fused_write_outputs(&instruction->n_inputs, 1, at);
}
