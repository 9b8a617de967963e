/* Emitting recurrent cells over whole sequences. */
#include "ops/emit.h"

/* The first outputs of a recurrent op; states: how many follow hs. */
static cn_recurrent_values append(cn_program *p, const cn_op *op,
                                  const cn_recurrent_attributes *attributes,
                                  const cn_value *operands, int64_t n, int64_t states)
{
    const cn_value hs = cn_program_append(p, op, attributes, operands, n);
    if (hs == CN_NO_VALUE)
        return (cn_recurrent_values){CN_NO_VALUE, CN_NO_VALUE, CN_NO_VALUE};
    return (cn_recurrent_values){hs, hs + 1, states == 2 ? hs + 2 : CN_NO_VALUE};
}

cn_recurrent_values cn_emit_lstm(cn_program *p, const cn_recurrent_attributes *attributes,
                                 cn_value xw, cn_value kernel, cn_value h0, cn_value c0,
                                 cn_value mask, cn_value keep)
{
    const cn_value operands[] = {xw, kernel, h0, c0, mask, keep};
    return append(p, &cn_op_lstm, attributes, operands, 6, 2);
}

cn_recurrent_values cn_emit_gru(cn_program *p, const cn_recurrent_attributes *attributes,
                                cn_value xw, cn_value kernel, cn_value recurrent_bias, cn_value h0,
                                cn_value mask, cn_value keep)
{
    const cn_value operands[] = {xw, kernel, recurrent_bias, h0, mask, keep};
    return append(p, &cn_op_gru, attributes, operands, 6, 1);
}

cn_recurrent_values cn_emit_simple_rnn(cn_program *p, const cn_recurrent_attributes *attributes,
                                       cn_value xw, cn_value kernel, cn_value h0, cn_value mask,
                                       cn_value keep)
{
    const cn_value operands[] = {xw, kernel, h0, mask, keep};
    return append(p, &cn_op_simple_rnn, attributes, operands, 5, 1);
}
