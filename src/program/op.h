/* What an op is: its rules, in one constant. Shape, gradient, lowering, a plain reference and
 * sample inputs stand in one file under ops/; ops/ops.def lists them. */
#ifndef CORNU_PROGRAM_OP_H
#define CORNU_PROGRAM_OP_H

#include "runtime/field.h"
#include "runtime/variable.h"

struct cn_program;
struct cn_instruction;
struct cn_type;
struct cn_lowering;

enum {
    /* each output element depends on the input elements at its (broadcast) place only */
    CN_OP_ELEMENTWISE = 1,
    CN_OP_VIEW = 2, /* the output has the input's elements in the same order: no kernel runs */
    CN_OP_COMMUTATIVE = 4,   /* the two inputs may be exchanged */
    CN_OP_LEAF = 8,          /* no inputs: input, variable, constants */
    CN_OP_SKIPS_UNUSED = 16, /* outputs that nobody uses get no memory: lower sees NULL for them */
    CN_OP_IN_PLACE = 32, /* the output place_output may be made where the input place_input, of the
                            same size, ends */
    CN_OP_READS_APART = 64,  /* lower takes the rows of inputs as cn_pitch_of says, but of those in
                               dense_inputs; elementwise ops always do, and write so too */
    CN_OP_WRITES_APART = 128 /* and makes the rows of outputs so */
};

/* Most outputs of an instruction. */
enum { CN_MOST_OUTPUTS = 48 };

/* Infers the outputs' types from the inputs'. Whoever appends puts the op's name before a failure's
 * message. */
typedef cn_status cn_infer(const void *attributes, const struct cn_type *inputs, int64_t n_inputs,
                           struct cn_type *outputs);

/* Emits the gradients of the inputs (CN_NO_VALUE: none) from those of the outputs (CN_NO_VALUE:
 * zero). The instruction's own inputs and outputs may be used. */
typedef void cn_gradient(struct cn_program *program, const struct cn_instruction *instruction,
                         const int32_t *output_gradients, int32_t *input_gradients);

/* The same computation in plain loops over doubles. */
typedef struct cn_reference_call {
    const struct cn_op *op;
    const void *attributes;
    const struct cn_type *input_types, *output_types;
    const double *const *inputs; /* NULL for an absent one */
    double *const *outputs;
    int64_t n_inputs;
} cn_reference_call;
typedef void cn_reference(const cn_reference_call *call);

/* A string among doubles is its address, which has fewer than 53 bits. */
static inline double cn_text_number(const char *text)
{
    return (double)(uintptr_t)text;
}
static inline const char *cn_text_of(double number)
{
    return (const char *)(uintptr_t)number;
}

/* Adds the kernel calls to a plan; program/lowering.h has what it may ask. */
typedef cn_status cn_lower(struct cn_lowering *lowering, const struct cn_instruction *instruction);

/* Scratch bytes that lower may use during the instruction. */
typedef size_t cn_scratch(const struct cn_program *program,
                          const struct cn_instruction *instruction);

/* Inputs on which the op is tested: values between low and high (integers for integer types), away
 * from each other and from kinks by the sample's choice of range. */
typedef struct cn_sample_shape { /* small: samples are part of the library */
    int8_t rank;
    int16_t dim[5];
} cn_sample_shape;

typedef struct cn_sample_input {
    cn_sample_shape shape;
    cn_dtype dtype;
    bool absent;
    bool constant; /* no gradient flows into it */
} cn_sample_input;

typedef struct cn_sample {
    cn_sample_shape shapes[4];
    cn_dtype dtypes[4];                   /* float32 unless said */
    const struct cn_sample_input *inputs; /* instead of shapes and dtypes, if there are more, or
                                             some are absent */
    int64_t n_inputs;
    double low, high;       /* both 0: -2 to 2 */
    double diagonal;        /* added to those of the first input's matrices [..., M, M] */
    const void *attributes; /* NULL: all zero */
} cn_sample;

struct cn_op {
    const char *name;
    int64_t min_inputs, max_inputs, n_outputs;
    int64_t (*count_outputs)(
        const void *attributes); /* instead of n_outputs, where that depends on the attributes */
    /* so many of the last outputs are for the gradient rule only: none flows through them */
    int64_t n_saved;
    int flags;
    int64_t place_input, place_output;
    int64_t dense_inputs;   /* bit k: the elements of input k lie together */
    const cn_field *fields; /* of the attributes; NULL if there are none */
    size_t attributes_size;
    cn_infer *infer;
    cn_gradient *gradient; /* NULL: no gradient flows */
    cn_lower *lower;
    cn_scratch *scratch; /* NULL: none */
    cn_reference *reference;
    const cn_sample *samples;
    int64_t n_samples;
    double (*scalar)(double a, double b, double c); /* elementwise ops: the formula */
    /* elementwise ops: the tile + 1 for float and for int32 lanes; 0 means that scalar is used */
    int tile, tile_i32;
};

typedef struct cn_op cn_op;

#endif
