/* Recurrent layers, the cells they are made of, and the wrappers that apply a layer to sequences.
 *
 * A recurrent layer takes x[N, T, F] and applies its cell to one step after the other; the cell
 * takes a step and the states that the step before left, and gives an output and new states. The
 * states are zeros before the first step, or are given as further inputs, or as
 * cn_call_with(layer, x, .initial_state = CN_LIST(h, c)). An LSTM has two states, h and c, the
 * others have one, h, each [N, U].
 *
 * With a mask [N, T], a masked step leaves the states as they are, and its output is the one before
 * it (h before the first step), or 0 with zero_output_for_mask.
 *
 * Every recurrent layer takes these keywords:
 *   .return_sequences      the outputs of all steps, y[N, T, U], instead of the last, y[N, U]; then
 *                          they have the mask of x
 *   .return_state          the states after the last step as further outputs; see cn_call_all
 *   .go_backwards          from the last step to the first; outputs in the order computed
 *   .stateful              the states left by one batch are those before the next, until
 *                          cn_reset_states(); needs a known batch size (cn_input(..., .batch_size))
 *   .unroll                accepted; the results are the same
 *   .zero_output_for_mask  the output of a masked step is 0
 *
 * Every cell, and every layer named after one, takes these keywords:
 *   .activation               "tanh"
 *   .use_bias                 true
 *   .kernel_initializer, .recurrent_initializer, .bias_initializer
 *                             "glorot_uniform", "orthogonal", "zeros"
 *   .kernel_regularizer, .recurrent_regularizer, .bias_regularizer
 *   .kernel_constraint, .recurrent_constraint, .bias_constraint
 *   .dropout                  in training, share of the inputs of each step that are 0
 *   .recurrent_dropout        the same for the state h; which ones is drawn once for all steps of a
 *                             call. Both from 0 up to, not with, 1
 *   .seed                     of what is drawn; CN_NONE: from the session's
 * and where there are gates, .recurrent_activation, "sigmoid". What Keras 2 called "hard_sigmoid",
 * 0.2 x + 0.5 between 0 and 1, its default there, is "hard_sigmoid_keras2" here.
 */
#ifndef CORNU_RECURRENT_H
#define CORNU_RECURRENT_H

#include "cornu/error.h"
#include "cornu/layers.h"

CN_BEGIN_DECLS

#define CN_RECURRENT_KEYWORDS_                                                                     \
    bool return_sequences, return_state, go_backwards, stateful, unroll, zero_output_for_mask;

#define CN_CELL_KEYWORDS_                                                                          \
    const char *activation;                                                                        \
    bool use_bias;                                                                                 \
    const char *kernel_initializer, *recurrent_initializer, *bias_initializer;                     \
    const char *kernel_regularizer, *recurrent_regularizer, *bias_regularizer;                     \
    const char *kernel_constraint, *recurrent_constraint, *bias_constraint;                        \
    double dropout, recurrent_dropout;                                                             \
    int64_t seed;
#define CN_CELL_DEFAULTS_                                                                          \
    .activation = "tanh", .use_bias = true, .kernel_initializer = "glorot_uniform",                \
    .recurrent_initializer = "orthogonal", .bias_initializer = "zeros", .seed = CN_NONE,           \
    CN_LAYER_DEFAULTS_

/* ---- cells ----------------------------------------------------------------------------------- */

/* cn_simple_rnn_cell(32): h' = activation(x kernel + h recurrent_kernel + bias). Called on x[N, F]
 * and h[N, U]; gives h' twice, as output and as state. Weights: kernel [F, U], recurrent_kernel [U,
 * U], bias [U]. Keras: SimpleRNNCell. */
typedef struct cn_simple_rnn_cell_args {
    int64_t units;
    CN_CELL_KEYWORDS_
    CN_LAYER_KEYWORDS_
} cn_simple_rnn_cell_args;
#define CN_SIMPLE_RNN_CELL_DEFAULTS CN_CELL_DEFAULTS_
CN_API cn_layer *cn_simple_rnn_cell_with(const cn_simple_rnn_cell_args *args);

/* cn_lstm_cell(32): with the blocks i, f, g, o of x kernel + h recurrent_kernel + bias,
 *   c' = recurrent_activation(f) c + recurrent_activation(i) activation(g)
 *   h' = recurrent_activation(o) activation(c').
 * Called on x[N, F], h[N, U] and c[N, U]; gives h', h' and c'. Weights: kernel [F, 4 U],
 * recurrent_kernel [U, 4 U], bias [4 U]; with unit_forget_bias, the block f of the bias begins with
 * 1. implementation 1 drops inputs for each block apart, 2 for all at once; with recurrent_dropout
 * it is 1. Keras: LSTMCell (Hochreiter and Schmidhuber, 1997). */
typedef struct cn_lstm_cell_args {
    int64_t units;
    CN_CELL_KEYWORDS_
    const char *recurrent_activation;
    bool unit_forget_bias;
    int64_t implementation;
    CN_LAYER_KEYWORDS_
} cn_lstm_cell_args;
#define CN_LSTM_CELL_DEFAULTS                                                                      \
    .recurrent_activation = "sigmoid", .unit_forget_bias = true, .implementation = 2,              \
    CN_CELL_DEFAULTS_
CN_API cn_layer *cn_lstm_cell_with(const cn_lstm_cell_args *args);

/* cn_gru_cell(32): with the blocks z, r, g of x kernel + bias and of h recurrent_kernel +
 * recurrent bias, marked by x and h,
 *   z = recurrent_activation(z_x + z_h)    r = recurrent_activation(r_x + r_h)
 *   h' = z h + (1 - z) activation(g_x + r g_h).
 * Called on x[N, F] and h[N, U]; gives h' twice. Weights: kernel [F, 3 U], recurrent_kernel [U,
 * 3 U], bias [2, 3 U], whose second row is the recurrent one. Without reset_after, r applies to h
 * before the product: (r h) recurrent_kernel instead of r g_h, and there is one bias, [3 U].
 * implementation: as for cn_lstm_cell. Keras: GRUCell (Cho et al., 2014). */
typedef struct cn_gru_cell_args {
    int64_t units;
    CN_CELL_KEYWORDS_
    const char *recurrent_activation;
    bool reset_after;
    int64_t implementation;
    CN_LAYER_KEYWORDS_
} cn_gru_cell_args;
#define CN_GRU_CELL_DEFAULTS                                                                       \
    .recurrent_activation = "sigmoid", .reset_after = true, .implementation = 2, CN_CELL_DEFAULTS_
CN_API cn_layer *cn_gru_cell_with(const cn_gru_cell_args *args);

/* cn_stacked_rnn_cells(CN_LIST(a, b)): one cell of several; the output of each is the input of the
 * next. Its states are those of all cells in order, its output that of the last. Weights: those of
 * the cells. Keras: StackedRNNCells. */
typedef struct cn_stacked_rnn_cells_args {
    cn_items cells;
    CN_LAYER_KEYWORDS_
} cn_stacked_rnn_cells_args;
#define CN_STACKED_RNN_CELLS_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_stacked_rnn_cells_with(const cn_stacked_rnn_cells_args *args);

/* ---- recurrent layers ------------------------------------------------------------------------ */

/* cn_simple_rnn(32): cn_simple_rnn_cell over a sequence, x[N, T, F] -> y[N, U]. Weights: those of
 * its cell. Keras: SimpleRNN. */
typedef struct cn_simple_rnn_args {
    int64_t units;
    CN_CELL_KEYWORDS_
    const char *activity_regularizer;
    CN_RECURRENT_KEYWORDS_
    CN_LAYER_KEYWORDS_
} cn_simple_rnn_args;
#define CN_SIMPLE_RNN_DEFAULTS CN_CELL_DEFAULTS_
CN_API cn_layer *cn_simple_rnn_with(const cn_simple_rnn_args *args);

/* cn_lstm(32, .return_sequences = true): cn_lstm_cell over a sequence, x[N, T, F] -> y[N, T, U].
 * Weights: those of its cell. Keras: LSTM. */
typedef struct cn_lstm_args {
    int64_t units;
    CN_CELL_KEYWORDS_
    const char *recurrent_activation;
    bool unit_forget_bias;
    int64_t implementation;
    const char *activity_regularizer;
    CN_RECURRENT_KEYWORDS_
    CN_LAYER_KEYWORDS_
} cn_lstm_args;
#define CN_LSTM_DEFAULTS CN_LSTM_CELL_DEFAULTS
CN_API cn_layer *cn_lstm_with(const cn_lstm_args *args);

/* cn_gru(32): cn_gru_cell over a sequence, x[N, T, F] -> y[N, U]. Weights: those of its cell.
 * Keras: GRU. */
typedef struct cn_gru_args {
    int64_t units;
    CN_CELL_KEYWORDS_
    const char *recurrent_activation;
    bool reset_after;
    int64_t implementation;
    const char *activity_regularizer;
    CN_RECURRENT_KEYWORDS_
    CN_LAYER_KEYWORDS_
} cn_gru_args;
#define CN_GRU_DEFAULTS CN_GRU_CELL_DEFAULTS
CN_API cn_layer *cn_gru_with(const cn_gru_args *args);

/* cn_rnn(cn_lstm_cell(32)), cn_rnn(CN_LIST(cn_gru_cell(32), cn_gru_cell(16)), .return_state =
 * true): any cell over a sequence, x[N, T, ...] -> y of the cell's output; a list of cells is
 * stacked (cn_stacked_rnn_cells). A cell of your own is a cn_custom_layer with state_sizes. Its
 * first state must have the output's shape where steps are masked. Keras: RNN. */
typedef struct cn_rnn_args {
    cn_layer *cell;
    CN_RECURRENT_KEYWORDS_
    CN_LAYER_KEYWORDS_
} cn_rnn_args;
#define CN_RNN_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_rnn_with(const cn_rnn_args *args);

/* cn_conv_lstm1d(8, 3), cn_conv_lstm2d(16, {3, 3}, .padding = "same", .return_sequences = true),
 * cn_conv_lstm3d(4, 3): cn_lstm with convolutions instead of products, x[N, T, H, W, C] -> y[N,
 * places..., filters], or [N, T, places..., filters] for all steps. A step's places are those of
 * cn_conv2d with the same kernel_size, strides, padding ("valid" or "same"), dilation_rate and
 * data_format; the state's convolution keeps them. The sizes of the space must be known. The states
 * are h and c, each [N, places..., filters]. Weights, those of its cell: kernel
 * [k..., C, 4 filters], recurrent_kernel [k..., filters, 4 filters], bias [4 filters]. Each block
 * drops inputs of its own. Keras: ConvLSTM1D, ConvLSTM2D, ConvLSTM3D (Shi et al., 2015). */
typedef struct cn_conv_lstm_args {
    int64_t filters, kernel_size[CN_MAX_RANK], strides[CN_MAX_RANK];
    const char *padding, *data_format;
    int64_t dilation_rate[CN_MAX_RANK];
    CN_CELL_KEYWORDS_
    const char *recurrent_activation;
    bool unit_forget_bias;
    const char *activity_regularizer;
    CN_RECURRENT_KEYWORDS_
    CN_LAYER_KEYWORDS_
} cn_conv_lstm_args;
#define CN_CONV_LSTM_DEFAULTS                                                                      \
    .strides = {1}, .padding = "valid", .data_format = "channels_last", .dilation_rate = {1},      \
    .recurrent_activation = "sigmoid", .unit_forget_bias = true, CN_CELL_DEFAULTS_
CN_API cn_layer *cn_conv_lstm1d_with(const cn_conv_lstm_args *args);
CN_API cn_layer *cn_conv_lstm2d_with(const cn_conv_lstm_args *args);
CN_API cn_layer *cn_conv_lstm3d_with(const cn_conv_lstm_args *args);

/* Sets the states that stateful layers keep to 0: of the layer, or of all layers in a model. Not
 * while it runs. Keras: reset_states. */
CN_API cn_status cn_reset_states(cn_layer *layer);

/* ---- wrappers -------------------------------------------------------------------------------- */

/* cn_bidirectional(cn_lstm(8)): a recurrent layer forwards, and a copy of it backwards (or
 * backward_layer, which must go the other way). Their outputs are merged: with merge_mode "concat"
 * along the last axis, with "sum", "mul" or "ave" one by one; with NULL they are two outputs.
 * Sequences are turned forward again before. With return_state, the states of both follow; initial
 * states are those of the first, then of the second. The layers inside are copies called
 * forward_<name> and backward_<name>, which give 0 at masked steps if they return sequences.
 * Weights: those of both. Keras: Bidirectional. */
typedef struct cn_bidirectional_args {
    cn_layer *layer;
    const char *merge_mode;
    cn_layer *backward_layer;
    CN_LAYER_KEYWORDS_
} cn_bidirectional_args;
#define CN_BIDIRECTIONAL_DEFAULTS .merge_mode = "concat", CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_bidirectional_with(const cn_bidirectional_args *args);

/* cn_time_distributed(cn_dense(4)): a layer or model with one input and one output for each step of
 * x[N, T, ...] -> y[N, T, ...]. All steps are one large batch for it, unless it is one whose
 * samples mix in training, such as BatchNormalization, or a layer of your own: then it is called
 * for each step apart. A mask passes through; its part for the step goes to the layer. Keras:
 * TimeDistributed. */
typedef struct cn_time_distributed_args {
    cn_layer *layer;
    CN_LAYER_KEYWORDS_
} cn_time_distributed_args;
#define CN_TIME_DISTRIBUTED_DEFAULTS CN_LAYER_DEFAULTS_
CN_API cn_layer *cn_time_distributed_with(const cn_time_distributed_args *args);

#ifndef __cplusplus
#define cn_simple_rnn_cell(...)                                                                    \
    CN_KEYWORDS_(cn_simple_rnn_cell_with, cn_simple_rnn_cell_args, CN_SIMPLE_RNN_CELL_DEFAULTS,    \
                 .units = __VA_ARGS__)
#define cn_lstm_cell(...)                                                                          \
    CN_KEYWORDS_(cn_lstm_cell_with, cn_lstm_cell_args, CN_LSTM_CELL_DEFAULTS, .units = __VA_ARGS__)
#define cn_gru_cell(...)                                                                           \
    CN_KEYWORDS_(cn_gru_cell_with, cn_gru_cell_args, CN_GRU_CELL_DEFAULTS, .units = __VA_ARGS__)
#define cn_stacked_rnn_cells(...)                                                                  \
    CN_KEYWORDS_(cn_stacked_rnn_cells_with, cn_stacked_rnn_cells_args,                             \
                 CN_STACKED_RNN_CELLS_DEFAULTS, .cells = __VA_ARGS__)
#define cn_simple_rnn(...)                                                                         \
    CN_KEYWORDS_(cn_simple_rnn_with, cn_simple_rnn_args, CN_SIMPLE_RNN_DEFAULTS,                   \
                 .units = __VA_ARGS__)
#define cn_lstm(...)                                                                               \
    CN_KEYWORDS_(cn_lstm_with, cn_lstm_args, CN_LSTM_DEFAULTS, .units = __VA_ARGS__)
#define cn_gru(...) CN_KEYWORDS_(cn_gru_with, cn_gru_args, CN_GRU_DEFAULTS, .units = __VA_ARGS__)
#define cn_conv_lstm1d(...)                                                                        \
    CN_KEYWORDS_(cn_conv_lstm1d_with, cn_conv_lstm_args, CN_CONV_LSTM_DEFAULTS,                    \
                 .filters = __VA_ARGS__)
#define cn_conv_lstm2d(...)                                                                        \
    CN_KEYWORDS_(cn_conv_lstm2d_with, cn_conv_lstm_args, CN_CONV_LSTM_DEFAULTS,                    \
                 .filters = __VA_ARGS__)
#define cn_conv_lstm3d(...)                                                                        \
    CN_KEYWORDS_(cn_conv_lstm3d_with, cn_conv_lstm_args, CN_CONV_LSTM_DEFAULTS,                    \
                 .filters = __VA_ARGS__)
#define cn_rnn(...)                                                                                \
    CN_KEYWORDS_(cn_rnn_with, cn_rnn_args, CN_RNN_DEFAULTS,                                        \
                 .cell = CN_CELL_(CN_FIRST_(__VA_ARGS__, 0)), CN_AFTER_1_(__VA_ARGS__, .end_ = 0))
#define cn_bidirectional(...)                                                                      \
    CN_KEYWORDS_(cn_bidirectional_with, cn_bidirectional_args, CN_BIDIRECTIONAL_DEFAULTS,          \
                 .layer = __VA_ARGS__)
#define cn_time_distributed(...)                                                                   \
    CN_KEYWORDS_(cn_time_distributed_with, cn_time_distributed_args, CN_TIME_DISTRIBUTED_DEFAULTS, \
                 .layer = __VA_ARGS__)

/* A cell, or one made of a list of them. */
#define CN_CELL_(x)                                                                                \
    _Generic((x), cn_items: cn_cell_stacked_, cn_layer *: cn_cell_same_, void *: cn_cell_same_)(x)
static inline cn_layer *cn_cell_stacked_(cn_items cells)
{
    return cn_stacked_rnn_cells(cells);
}
static inline cn_layer *cn_cell_same_(cn_layer *cell)
{
    return cell;
}
#endif

CN_END_DECLS

#endif
