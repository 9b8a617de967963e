/* What dense and conv_bias share: the bias and the activation behind a product. */
#ifndef CORNU_OPS_ACTIVATION_H
#define CORNU_OPS_ACTIVATION_H

#include "kernels/native/finish.h"
#include "ops/emit.h"

/* Checks a bias (NULL: none) for the last axis of the output, and the name of an activation (NULL:
 * none): an elementwise op of one input with a tile, which gives float32. */
cn_status cn_infer_activated(const char *activation, const cn_type *bias, const cn_type *output);

/* The tile of an activation; NULL if there is none. */
cn_tile *cn_activation_tile(const char *activation);

/* Adds the third input, if there is one, to the output and applies the activation. */
void cn_reference_activated(const char *activation, const cn_reference_call *call);

#endif
