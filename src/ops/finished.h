/* What dense and conv_bias share: the elementwise program behind a product. */
#ifndef CORNU_OPS_FINISHED_H
#define CORNU_OPS_FINISHED_H

#include "kernels/native/finish.h"
#include "ops/fused.h"
#include "ops/samples.h"

/* The fields of a cn_finish_attributes that is a member of type. */
#define CN_FINISH_FIELDS(type)                                                                     \
    {"body", CN_FIELD_TEXT, offsetof(type, finish.body), CN_FIELD_OPTIONAL, NULL, NULL},           \
        {"product", CN_FIELD_INT, offsetof(type, finish.product), 0, NULL, NULL},                  \
    {                                                                                              \
        "n_outputs", CN_FIELD_INT, offsetof(type, finish.n_outputs), 0, NULL, NULL                 \
    }

/* The outputs' types from the inputs', outputs[0] being the product's at first. */
cn_status cn_infer_finished(const cn_finish_attributes *attributes, const cn_type *inputs,
                            int64_t n_inputs, cn_type *outputs);

/* Prepares the program. The product has to be written to the first output's memory. */
cn_status cn_prepare_finish(cn_lowering *lowering, const cn_instruction *instruction,
                            const cn_finish_attributes *attributes, cn_finish *finish);

/* Applies the program to the product that the reference of the op without it, which has that many
 * outputs, makes. */
void cn_reference_finished(const cn_finish_attributes *attributes, const cn_reference_call *call,
                           cn_reference *product);

#endif
