/* What the recurrent ops and their gradients share. T steps, N batch, U units, G gates; an absent
 * input has the type of a scalar. */
#ifndef CORNU_OPS_RECURRENT_H
#define CORNU_OPS_RECURRENT_H

#include "kernels/recurrent.h"
#include "ops/emit.h"
#include "ops/samples.h"
#include "program/lowering.h"

extern const cn_field cn_recurrent_fields[];

/* An op's sizes. */
typedef struct cn_recurrent_sizes {
    int64_t steps, batch, units, gate_count;
} cn_recurrent_sizes;

/* From the types of a sequence [T,N,GU] and of the kernel [U,GU]. */
cn_recurrent_sizes cn_recurrent_sizes_of(const cn_type *sequence, const cn_type *kernel);

/* What an operand is. */
typedef enum cn_recurrent_kind {
    CN_RECURRENT_STATE,  /* [N,U] */
    CN_RECURRENT_STATES, /* [T,N,U] */
    CN_RECURRENT_GATES,  /* [T,N,GU] */
    CN_RECURRENT_MASK,   /* bool [T,N] */
    CN_RECURRENT_KEEP,   /* [G,N,U] */
    CN_RECURRENT_KERNEL, /* [U,GU] */
    CN_RECURRENT_BIAS    /* [GU] */
} cn_recurrent_kind;

/* An input or output, and where its address is in cn_recurrent. */
typedef struct cn_recurrent_operand {
    const char *name;
    cn_recurrent_kind kind;
    bool optional;
    size_t place;
} cn_recurrent_operand;
#define CN_RECURRENT_OPERAND(kind, field)                                                          \
    {                                                                                              \
#field, CN_RECURRENT_##kind, false, offsetof(cn_recurrent, field)                          \
    }
#define CN_RECURRENT_OPTIONAL(kind, field)                                                         \
    {                                                                                              \
#field, CN_RECURRENT_##kind, true, offsetof(cn_recurrent, field)                           \
    }

/* An op: its operands in their order, and which inputs tell the sizes. */
typedef struct cn_recurrent_signature {
    int64_t gate_count, sequence, kernel, n_inputs, n_outputs;
    const cn_recurrent_operand *inputs, *outputs;
} cn_recurrent_signature;

/* Checks the activations' names and all inputs, and says the outputs' types. */
cn_status cn_recurrent_infer(const cn_recurrent_signature *signature, const void *attributes,
                             const cn_type *inputs, cn_type *outputs);

/* The kernel's arguments without addresses; and a step of the plan with all of them. */
cn_recurrent cn_recurrent_describe(const cn_program *p, const cn_instruction *instruction,
                                   const cn_recurrent_signature *signature);
cn_status cn_recurrent_lower(cn_lowering *lowering, const cn_instruction *instruction,
                             const cn_recurrent_signature *signature,
                             cn_status (*run)(const void *arguments));

/* ---- references ------------------------------------------------------------------------------ */

double cn_squash_value(const char *name, double x);
double cn_squash_slope(const char *name, double y); /* from the result */

/* Of a sequence in the order of the cell, or of its gradient: the step done as number i. */
int64_t cn_reference_step(const cn_reference_call *call, int64_t steps, int64_t i, bool backward);

/* The state before a step, of the sequence's input, or of the start's at the first. */
const double *cn_reference_before(const cn_reference_call *call, const cn_recurrent_sizes *sizes,
                                  const double *sequence, const double *start, int64_t step,
                                  int64_t row);

/* h U of column j of the kernel, h times keep (NULL: 1); and the other way: the sum over columns
 * begin .. end-1 of d[column - begin] U, times keep. */
typedef struct cn_reference_product {
    const double *kernel, *keep; /* keep: of all gates */
    int64_t row;
    const cn_recurrent_sizes *sizes;
} cn_reference_product;
double cn_reference_column(const cn_reference_product *p, const double *h, int64_t j);
double cn_reference_row(const cn_reference_product *p, const double *d, int64_t begin, int64_t end,
                        int64_t unit);

/* What h is multiplied with. */
double cn_reference_keep(const cn_reference_product *p, int64_t gate, int64_t unit);

/* d_kernel += h d for columns begin .. end-1, h times keep. */
void cn_reference_add_kernel(const cn_reference_product *p, const double *h, const double *d,
                             int64_t begin, int64_t end, double *d_kernel);

#endif
