/* Prints a program, for people and for tests of passes: one line for each instruction,
 *     %2 = matmul(%0, %1) transpose_b=true : float32 (128, 10)
 * where attributes that are zero are left out, then the outputs and the variables' new values:
 *     output %2
 *     assign %1 = %7 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "program/leaves.h"
#include "program/program.h"
#include "runtime/number.h"

struct printer {
    char *text;
    int64_t length, capacity;
    bool failed;
};

/* ---- characters ------------------------------------------------------------------------------ */

/* Room for so many more characters and the 0 behind them. */
static bool make_room(struct printer *printer, size_t count)
{
    if (!printer->failed)
        printer->failed = cn_grow(&printer->text, &printer->capacity,
                                  printer->length + (int64_t)count + 1, 1) != CN_OK;
    return !printer->failed;
}

__attribute__((format(printf, 2, 3))) static void print(struct printer *printer, const char *format,
                                                        ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length >= 0 && make_room(printer, (size_t)length)) {
        (void)vsnprintf(printer->text + printer->length, (size_t)length + 1, format, again);
        printer->length += length;
    }
    va_end(again);
}

static void print_text(struct printer *printer, const char *text)
{
    print(printer, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            print(printer, "\\n");
        else
            print(printer, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    }
    print(printer, "\"");
}

/* As Python writes a tuple. A step of a slice may be -1, which cn_shape_str would print as None. */
static void print_shape(struct printer *printer, const cn_shape *shape)
{
    print(printer, "(");
    for (int64_t i = 0; i < shape->rank; i++)
        print(printer, i == 0 ? "%" PRId64 : ", %" PRId64, shape->dim[i]);
    print(printer, shape->rank == 1 ? ",)" : ")");
}

static void print_type(struct printer *printer, const cn_type *type)
{
    print(printer, "%s ", cn_dtype_name(type->dtype));
    print_shape(printer, &type->shape);
}

/* ---- instructions ---------------------------------------------------------------------------- */

static void print_member(struct printer *printer, const cn_field *field, const void *member)
{
    switch (field->kind) {
    case CN_FIELD_BOOL: print(printer, *(const bool *)member ? "true" : "false"); break;
    case CN_FIELD_INT: print(printer, "%" PRId64, *(const int64_t *)member); break;
    case CN_FIELD_REAL:
        print(printer, "%s",
              cn_number_print(*(const double *)member, false, &(cn_number_text){{0}}));
        break;
    case CN_FIELD_TEXT: print_text(printer, *(const char *const *)member); break;
    case CN_FIELD_DTYPE: print(printer, "%s", cn_dtype_name(*(const cn_dtype *)member)); break;
    case CN_FIELD_SHAPE: print_shape(printer, member); break;
    default: print(printer, "?"); break; /* ops have no attributes of other kinds */
    }
}

static bool is_zero(const cn_field *field, const void *member)
{
    static const unsigned char zeros[sizeof(cn_shape)];
    if (field->kind == CN_FIELD_SHAPE)
        return ((const cn_shape *)member)->rank == 0;
    return memcmp(member, zeros, cn_field_size(field->kind)) == 0;
}

static void print_instruction(struct printer *printer, const cn_program *program,
                              const cn_instruction *instruction)
{
    for (int64_t k = 0; k < instruction->n_outputs; k++)
        print(printer, "%%%" PRId64 " ", instruction->output + k);
    print(printer, "= %s(", instruction->op->name);
    for (int64_t k = 0; k < instruction->n_inputs; k++) {
        print(printer, k > 0 ? ", " : "");
        if (instruction->inputs[k] == CN_NO_VALUE)
            print(printer, "_");
        else
            print(printer, "%%%" PRId32, instruction->inputs[k]);
    }
    print(printer, ")");
    for (const cn_field *field = instruction->op->fields; field != NULL && field->name != NULL;
         field++) {
        const char *member = (const char *)instruction->attributes + field->offset;
        if (is_zero(field, member))
            continue;
        print(printer, " %s=", field->name);
        print_member(printer, field, member);
    }
    for (int64_t k = 0; k < instruction->n_outputs; k++) {
        print(printer, k == 0 ? " : " : ", ");
        print_type(printer, &program->types[instruction->output + k]);
    }
    print(printer, "\n");
}

/* In the order of the values, so that reading and printing again gives the same text. */
static void print_assigns(struct printer *printer, const cn_program *program)
{
    for (int64_t i = 0; i < program->n_code; i++)
        for (int64_t k = 0; program->code[i].op == &cn_op_variable && k < program->n_states; k++) {
            const cn_state *state = &program->states[k];
            if (state->initial == program->code[i].output && state->final != state->initial)
                print(printer, "assign %%%" PRId32 " = %%%" PRId32 "\n", state->initial,
                      state->final);
        }
}

char *cn_program_print(const cn_program *program)
{
    struct printer printer = {0};
    if (!make_room(&printer, 0))
        return NULL;
    for (int64_t i = 0; i < program->n_code; i++)
        print_instruction(&printer, program, &program->code[i]);
    for (int64_t i = 0; i < program->n_outputs; i++)
        print(&printer, "output %%%" PRId32 "\n", program->outputs[i]);
    print_assigns(&printer, program);
    if (!printer.failed)
        return printer.text;
    cn_release(printer.text);
    return NULL;
}
