/* Recurrent cells over whole sequences, forward and backward. */
#ifndef CORNU_KERNELS_RECURRENT_H
#define CORNU_KERNELS_RECURRENT_H

#include "kernels/native/recurrent.h"
#include "runtime/status.h"

/* Bytes of scratch memory for a sequence, or for its gradient, with keep or without; pointers in r
 * do not matter. */
size_t cn_recurrent_scratch(const cn_recurrent *r);
size_t cn_recurrent_gradient_scratch(const cn_recurrent *r, bool keeps);

/* The sequence. */
void cn_lstm_run(const cn_recurrent *r);
void cn_gru_run(const cn_recurrent *r);
void cn_simple_rnn_run(const cn_recurrent *r);

/* Its gradients d_xw, d_kernel, d_h0, d_c0 (lstm) and d_bias (gru). Fails only if a matrix product
 * does. */
cn_status cn_lstm_gradient_run(const cn_recurrent *r);
cn_status cn_gru_gradient_run(const cn_recurrent *r);
cn_status cn_simple_rnn_gradient_run(const cn_recurrent *r);

#endif
