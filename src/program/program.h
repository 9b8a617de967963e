/* A program: ops on values. Every value is made once, by one instruction, and has a known dtype and
 * shape. Effects are of one kind only: a variable's new value, which is stored when the program has
 * run. */
#ifndef CORNU_PROGRAM_H
#define CORNU_PROGRAM_H

#include "program/op.h"
#include "runtime/memory.h"
#include "runtime/variable.h"

/* A value, by its number within its program. */
typedef int32_t cn_value;

enum { CN_NO_VALUE = -1 };

typedef struct cn_type {
    cn_dtype dtype;
    cn_shape shape;
} cn_type;

typedef struct cn_instruction {
    const cn_op *op;
    const void *attributes; /* op->attributes_size bytes, in the program's arena */
    cn_value *inputs;       /* may be CN_NO_VALUE where the op allows that */
    int64_t n_inputs;
    cn_value output; /* the first of n_outputs consecutive values */
    int64_t n_outputs;
} cn_instruction;

/* A variable as a program sees it: the value it has at the start, and, if the program changes it,
 * at the end. */
typedef struct cn_state {
    cn_variable *variable;
    cn_value initial;
    cn_value final; /* equal to initial if the program only reads it */
} cn_state;

typedef struct cn_program {
    cn_arena memory;
    cn_type *types; /* of each value */
    int64_t n_values, values_capacity;
    cn_instruction *code;
    int64_t n_code, code_capacity;
    cn_state *states;
    int64_t n_states, states_capacity;
    cn_value *inputs, *outputs;
    int64_t n_inputs, inputs_capacity, n_outputs, outputs_capacity;
    cn_status status; /* the first failure while building; everything after it is CN_NO_VALUE */
} cn_program;

void cn_program_free(cn_program *program);

/* The type of a value. */
const cn_type *cn_type_of(const cn_program *program, cn_value value);
const cn_shape *cn_shape_of(const cn_program *program, cn_value value);
cn_dtype cn_dtype_of(const cn_program *program, cn_value value);

/* ---- building: a failure is sticky: CN_NO_VALUE in, CN_NO_VALUE out, and program->status says it
 * at the end --- */

/* Appends one instruction and returns its first output. The op's infer gives the outputs' types. */
cn_value cn_program_append(cn_program *program, const cn_op *op, const void *attributes,
                           const cn_value *inputs, int64_t n_inputs);

/* Appends an instruction of another program with other inputs, of which it makes outputs of the
 * same types. Its attributes are not copied: they must live as long as this program. */
cn_value cn_program_append_like(cn_program *program, const cn_program *other,
                                const cn_instruction *instruction, const cn_value *inputs);

/* Takes the memory for as many instructions and values as another program has, at once. */
cn_status cn_program_reserve(cn_program *program, const cn_program *other);

/* The next input, to be written by the caller before each run. */
cn_value cn_program_input(cn_program *program, cn_dtype dtype, cn_shape shape);

void cn_program_output(cn_program *program, cn_value value);

/* A variable's value at this point of the program, and its new value from here on (same dtype and
 * shape). */
cn_value cn_program_read(cn_program *program, cn_variable *variable);
void cn_program_assign(cn_program *program, cn_variable *variable, cn_value value);

/* Keeps a failure of somebody who builds. Returns CN_NO_VALUE. */
cn_value cn_program_fail(cn_program *program, cn_status status);

/* ---- asking ---------------------------------------------------------------------------------- */

/* Checks every rule of a program (each value made once and before its uses, types as infer gives
 * them, outputs and states valid); passes are wrong if it fails. */
cn_status cn_program_verify(const cn_program *program);

/* For each value the number of the instruction that makes it: an array of n_values in the arena. */
int32_t *cn_program_producers(const cn_program *program, cn_arena *memory);

/* How often each value is used: by instructions, outputs and final states. */
int32_t *cn_program_use_counts(const cn_program *program, cn_arena *memory);

/* ---- text ------------------------------------------------------------------------------------ */

/* The program as text (to be released with cn_release), one line for each instruction. NULL if
 * memory ran out. */
char *cn_program_print(const cn_program *program);

/* Reads what cn_program_print writes. Ops and variables are looked up by name. */
typedef struct cn_program_names {
    const cn_op *(*find_op)(const char *name);
    cn_variable *(*find_variable)(void *context, const char *name, const cn_type *type);
    void *context;
} cn_program_names;
cn_status cn_program_parse(cn_program *program, const char *text, const cn_program_names *names);

/* ---- reference ------------------------------------------------------------------------------- */

/* Runs the program by the ops' reference functions in double precision: inputs and outputs are
 * row-major doubles; a string's is its address. Variables are read from their data; new values go
 * to new_states[i] (of n_states, entries may be NULL). */
cn_status cn_program_interpret(const cn_program *program, const double *const *inputs,
                               double *const *outputs, double *const *new_states);

#endif
