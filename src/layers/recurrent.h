/* What recurrent layers and their cells share. A recurrent layer is an inner layer, its cell, and
 * keywords; its call puts the cell's steps one behind the other. */
#ifndef CORNU_LAYERS_RECURRENT_H
#define CORNU_LAYERS_RECURRENT_H

#include "cornu/recurrent.h"
#include "layers/random.h"

/* ---- cells ----------------------------------------------------------------------------------- */

/* How the argument structs of cells, and of layers named after them, begin. */
typedef struct cn_cell_keywords {
    int64_t units;
    CN_CELL_KEYWORDS_
} cn_cell_keywords;

#define CN_CELL_FIELDS(type) CN_FIELD(type, units, CN_FIELD_INT, 0), CN_CELL_KEYWORD_FIELDS(type)
#define CN_CELL_KEYWORD_FIELDS(type)                                                               \
    CN_OBJECT_FIELD(type, activation, "activation"), CN_FIELD(type, use_bias, CN_FIELD_BOOL, 0),   \
        CN_OBJECT_FIELD(type, kernel_initializer, "initializer"),                                  \
        CN_OBJECT_FIELD(type, recurrent_initializer, "initializer"),                               \
        CN_OBJECT_FIELD(type, bias_initializer, "initializer"),                                    \
        CN_OBJECT_FIELD(type, kernel_regularizer, "regularizer"),                                  \
        CN_OBJECT_FIELD(type, recurrent_regularizer, "regularizer"),                               \
        CN_OBJECT_FIELD(type, bias_regularizer, "regularizer"),                                    \
        CN_OBJECT_FIELD(type, kernel_constraint, "constraint"),                                    \
        CN_OBJECT_FIELD(type, recurrent_constraint, "constraint"),                                 \
        CN_OBJECT_FIELD(type, bias_constraint, "constraint"),                                      \
        CN_FIELD(type, dropout, CN_FIELD_REAL, 0),                                                 \
        CN_FIELD(type, recurrent_dropout, CN_FIELD_REAL, 0),                                       \
        CN_FIELD(type, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL)

/* Those of cells with gates. implementation is read from old files, and not written. */
#define CN_GATED_CELL_FIELDS(type)                                                                 \
    CN_CELL_FIELDS(type), CN_OBJECT_FIELD(type, recurrent_activation, "activation"),               \
        CN_FIELD(type, implementation, CN_FIELD_INT, CN_FIELD_HIDDEN)

/* Refuses impossible arguments; the second also an implementation that does not exist. */
cn_status cn_cell_check(const void *args);
cn_status cn_gated_cell_check(const void *args, int64_t implementation);

/* Refuses shares that are none. */
cn_status cn_cell_check_dropout(double dropout, double recurrent_dropout);

/* Refuses inputs other than x[N, F] and states [N, U]. */
cn_status cn_cell_check_inputs(const cn_layer *cell, const cn_type *inputs, int64_t n);

/* Adds kernel [F, blocks U], recurrent_kernel [U, blocks U], the bias of this shape, if the cell
 * has one, and the random stream, if something is dropped. */
cn_status cn_cell_build(cn_layer *cell, const cn_type *x, int64_t blocks, cn_shape bias);

/* Fills the bias i, f, g, o, weight 2, by blocks, as unit_forget_bias asks: f with 1. */
cn_status cn_cell_unit_forget_bias(const cn_layer *cell, const char *initializer);

/* 0 with probability rate, otherwise 1 / (1 - rate), in this shape: in training, and the same for
 * all steps of a loop. CN_NO_VALUE: nothing is dropped. */
enum { CN_KEEP_INPUT, CN_KEEP_RECURRENT };
cn_value cn_cell_keep(cn_call_frame *cell, int which, double rate, cn_shape shape);

/* How the products of one call are made. */
typedef struct cn_cell_products {
    cn_call_frame *cell;
    int64_t units, blocks;
    bool apart; /* each block has dropout of its own */
} cn_cell_products;

/* x kernel, x[..., N, F] -> [..., N, blocks U], with dropout in training. */
cn_value cn_cell_project(const cn_cell_products *products, cn_value x);

/* h recurrent_kernel for n blocks from the first, h[N, U] -> [N, n U], with dropout in training. */
cn_value cn_cell_recur(const cn_cell_products *products, cn_value h, int64_t first, int64_t n);

/* What h[N, U] is multiplied with before each block's product, [blocks or 1, N, U]; CN_NO_VALUE:
 * nothing. */
cn_value cn_cell_recurrent_keep(const cn_cell_products *products, cn_value h);

/* Block number i of z[..., blocks U]. */
cn_value cn_cell_block(const cn_cell_products *products, cn_value z, int64_t i);

/* A field of CN_OBJECT_FIELD as an activation, applied to x. */
cn_value cn_cell_activation(const cn_call_frame *cell, const char *identifier, cn_value x);

/* A cell's steps over a whole sequence. */
typedef struct cn_cell_run {
    cn_value x;    /* [T, N, F] */
    cn_value mask; /* [T, N], or CN_NO_VALUE */
    bool backwards;
    cn_value states[2]; /* before the run; afterwards, behind its last step */
    cn_value outputs;   /* [T, N, U], each at its step; where masked, the one computed before */
} cn_cell_run;

/* Emits all steps as one op. cell: a call without inputs. False, and nothing is emitted, if the op
 * does not have the cell's activations. */
bool cn_simple_rnn_cell_run(cn_call_frame *cell, cn_cell_run *run);
bool cn_lstm_cell_run(cn_call_frame *cell, cn_cell_run *run);
bool cn_gru_cell_run(cn_call_frame *cell, cn_cell_run *run);

/* The name of an activation that the ops have, for an identifier; NULL: they do not have it. */
const char *cn_cell_known_activation(const cn_call_frame *cell, const char *identifier);

/* The elements of one axis in reverse order. */
cn_value cn_emit_flipped(cn_program *p, cn_value a, int64_t axis);

#define CN_CELL_CLASS(states)                                                                      \
    CN_RANDOM_LAYER, .min_inputs = 1 + (states), .max_inputs = 1 + (states),                       \
                     .check_inputs = cn_cell_check_inputs

/* Fails unless the layer is a cell. */
cn_status cn_check_cell(const char *who, const cn_layer *cell);

/* The shapes of a cell's states, without batch axis, for a step of this shape, and which of them
 * stands for an output that is masked. */
cn_status cn_cell_states(const cn_layer *cell, const cn_shape *step, cn_shape *shapes, int64_t *n);
int64_t cn_cell_output_state(const cn_layer *cell);
int64_t cn_stacked_output_state(const cn_layer *cell); /* of cn_stacked_rnn_cells */

/* ---- recurrent layers ------------------------------------------------------------------------ */

typedef struct cn_recurrent_keywords {
    CN_RECURRENT_KEYWORDS_
} cn_recurrent_keywords;

#define CN_RECURRENT_FIELDS(type)                                                                  \
    CN_FIELD(type, return_sequences, CN_FIELD_BOOL, 0),                                            \
        CN_FIELD(type, return_state, CN_FIELD_BOOL, 0),                                            \
        CN_FIELD(type, go_backwards, CN_FIELD_BOOL, 0),                                            \
        CN_FIELD(type, stateful, CN_FIELD_BOOL, 0), CN_FIELD(type, unroll, CN_FIELD_BOOL, 0),      \
        CN_FIELD(type, zero_output_for_mask, CN_FIELD_BOOL, 0)

/* The state of a recurrent layer: where its keywords are, and what a stateful one keeps. */
typedef struct cn_recurrent_layer {
    cn_recurrent_keywords *keywords;
    cn_variable *states;
    int64_t n_states;
} cn_recurrent_layer;

/* What a class of recurrent layers shares with the others. Its prepare calls cn_recurrent_prepare,
 * with the place of the keywords in its arguments. */
cn_status cn_recurrent_prepare(cn_layer *layer, cn_layer *cell, const void *keywords);
cn_status cn_recurrent_check_inputs(const cn_layer *layer, const cn_type *inputs, int64_t n);
cn_status cn_recurrent_build(cn_layer *layer, const cn_type *inputs, int64_t n);
cn_status cn_call_recurrent(cn_call_frame *frame);
void cn_recurrent_free(void *state);

extern const cn_layer_part cn_recurrent_parts[];
#define CN_RECURRENT_CLASS                                                                         \
    .min_inputs = 1, .max_inputs = CN_MOST_TENSORS, .takes = CN_TAKES_STATES,                      \
    .mixes_samples = true, .state_size = sizeof(cn_recurrent_layer),                               \
    .check_inputs = cn_recurrent_check_inputs, .build = cn_recurrent_build,                        \
    .call = cn_call_recurrent, .free_state = cn_recurrent_free, .parts = cn_recurrent_parts

/* The same for a layer that is named after a cell: the first cell_size bytes of its arguments are
 * those of the cell. */
cn_status cn_recurrent_prepare_cell(cn_layer *layer, const cn_layer_class *cell_class,
                                    const char *name, size_t cell_size, const void *keywords);

/* A layer's part as a recurrent layer; NULL if it is none. */
cn_recurrent_layer *cn_recurrent_of(const cn_layer *layer);

#endif
