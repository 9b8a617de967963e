/* What warp and its gradient share. */
#ifndef CORNU_OPS_WARPING_H
#define CORNU_OPS_WARPING_H

#include "kernels/native/native.h"
#include "ops/emit.h"
#include "ops/reference.h"
#include "ops/samples.h"
#include "program/lowering.h"

/* Images [N, H, W, C] and transforms[N, 6 or 8]; the output has the images' type. */
cn_status cn_warp_infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                        cn_type *outputs);

/* Adds a call of the kernel on both inputs. */
typedef void cn_warp_kernel(const cn_warp *warp, const float *in, float *out);
cn_status cn_warp_lower(cn_lowering *lowering, const cn_instruction *instruction,
                        cn_warp_kernel *kernel);

/* Calls visit for every element of y and each element of x that it is made from: -1 for the fill
 * value. */
typedef struct cn_warp_visit {
    int64_t y, x;
    double weight;
} cn_warp_visit;
void cn_warp_walk(const cn_reference_call *call,
                  void (*visit)(const cn_reference_call *call, const cn_warp_visit *at));

extern const cn_field cn_warp_fields[];

#define CN_WARP_OP(name_)                                                                          \
    .name = (name_), .min_inputs = 2, .max_inputs = 2, .n_outputs = 1, .fields = cn_warp_fields,   \
    .attributes_size = sizeof(cn_warp_attributes), .infer = cn_warp_infer

#endif
