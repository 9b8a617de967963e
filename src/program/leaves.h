/* The two ops without inputs that the program itself knows: its inputs, and the variables' values
 * at the start. */
#ifndef CORNU_PROGRAM_LEAVES_H
#define CORNU_PROGRAM_LEAVES_H

#include "program/program.h"

typedef struct cn_input_attributes {
    int64_t index;
    cn_dtype dtype;
    cn_shape shape;
} cn_input_attributes;

typedef struct cn_variable_attributes {
    int64_t index;
    const char *name;
    cn_dtype dtype;
    cn_shape shape;
} cn_variable_attributes;

extern const cn_op cn_op_input, cn_op_variable;

#endif
