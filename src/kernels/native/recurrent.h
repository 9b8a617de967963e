/* Whole sequences of recurrent cells, in one call. T steps, N batch, U units, G gates (simple_rnn
 * 1; gru 3: z, r, h; lstm 4: i, f, c, o); time comes first, and the input's product with its
 * weights is done before. */
#ifndef CORNU_KERNELS_NATIVE_RECURRENT_H
#define CORNU_KERNELS_NATIVE_RECURRENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Activations whose derivative follows from their result. */
typedef enum cn_squash {
    CN_SQUASH_LINEAR,
    CN_SQUASH_TANH,
    CN_SQUASH_SIGMOID,
    CN_SQUASH_RELU,
    CN_SQUASH_HARD_SIGMOID,       /* x / 6 + 1/2, within 0 .. 1 */
    CN_SQUASH_HARD_SIGMOID_KERAS2 /* x / 5 + 1/2, within 0 .. 1 */
} cn_squash;

/* One call. gates may lie where xw does, hs of simple_rnn too, and d_xw where gates do. Pointers
 * that a cell lacks, or nobody wants, are NULL. Where the mask is 0 the state is
 * kept: hs and cs repeat it, and gates and inner are 0. */
typedef struct cn_recurrent {
    int64_t steps, batch, units, gate_count;
    cn_squash activation, recurrent_activation;
    bool reverse;     /* from the last step to the first */
    bool reset_after; /* gru: r times the product, instead of the product of r times h */

    const float *xw;     /* [T,N,GU]: x W + bias */
    const float *kernel; /* [U,GU] */
    const float *bias;   /* [GU], added to the recurrent product; or NULL; gru with reset_after */
    const float *h0, *c0;
    const uint8_t *mask; /* [T,N] or NULL */
    const float *keep;   /* [G,N,U] or NULL: what h is multiplied with before a gate's product */

    float *hs, *cs; /* [T,N,U]: the state behind each step */
    float *gates;   /* [T,N,GU], activated */
    float *inner;   /* [T,N,U]; gru: h U + bias of gate h, or, without reset_after, r h keep */
    float *h_last, *c_last; /* [N,U]: the state behind the last step done */

    /* The gradient reads hs, cs, gates and inner, and then: */
    const float *d_hs, *d_h_last, *d_c_last; /* NULL: 0 */
    float *d_xw, *d_kernel, *d_h0, *d_c0, *d_bias;

    float *scratch; /* cn_recurrent_scratch bytes, aligned to 64 */
    float *d_inner; /* within scratch [T,N,U]; gru with reset_after: the gradient of inner */
} cn_recurrent;

/* Units as they lie in the kernels' own memory: in whole vectors. */
static inline int64_t cn_recurrent_width(int64_t units)
{
    return (units + 15) / 16 * 16;
}

/* Floats behind each row of that memory, so that rows of a power of two do not push each other out
 * of the cache; and floats of it for one row of the batch, and for the weights. */
enum { CN_RECURRENT_GAP = 16, CN_RECURRENT_ROWS = 16 };
static inline int64_t cn_recurrent_row_floats(int64_t units)
{
    return CN_RECURRENT_ROWS * (cn_recurrent_width(units) + CN_RECURRENT_GAP);
}

static inline int64_t cn_recurrent_weight_floats(int64_t units, int64_t gate_count)
{
    return gate_count * cn_recurrent_width(units) * cn_recurrent_width(units);
}

#endif
