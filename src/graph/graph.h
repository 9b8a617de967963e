/* The graph: what the user drew. A tensor is an output of a node; a node is one call of a layer; a
 * model is a layer made of layers. Shapes may hold CN_NONE here and nowhere below. */
#ifndef CORNU_GRAPH_H
#define CORNU_GRAPH_H

#include "config/config.h"
#include "cornu/custom.h"
#include "cornu/model.h"
#include "program/program.h"

typedef struct cn_node cn_node;
typedef struct cn_trace cn_trace;
typedef struct cn_call cn_call_frame;

/* Most tensors that one call takes or gives. */
enum { CN_MOST_TENSORS = 64 };

/* An array written into the graph: programs read its variable as they read weights. */
typedef struct cn_constant {
    cn_variable variable;
    const char *form; /* its class in Keras's files: "__numpy__", "__tensor__"; NULL: a list */
} cn_constant;

/* A drawn tensor, or, while a custom layer, loss or metric runs, a value of the program being
 * traced. */
struct cn_tensor {
    cn_kind kind;
    cn_dtype dtype;
    const char *dtype_name; /* as the user said it, such as "int64" */
    cn_shape shape;
    cn_session *session;
    cn_node *node;   /* drawn: which call made it */
    int64_t index;   /* which of its outputs */
    cn_trace *trace; /* traced: in which program, and */
    cn_value value, mask;
    bool is_constant; /* written into the graph: a number, or */
    double constant;
    cn_constant *numbers; /* an array of them */
};

/* What a call says beside its inputs. In the list of its tensors the inputs stand first, then the
 * masks that were said, then the attention mask; place 0 is always an input. */
typedef struct cn_call_options {
    int64_t n_inputs;
    /* of each input: the place of its mask; 0: the mask that it carries */
    int8_t mask_of[CN_MOST_TENSORS];
    int8_t attention_mask; /* its place; 0: there is none */
    int training;          /* 0 or 1; CN_NONE: that of the call around it */
    bool use_causal_mask, return_attention_scores, reverse;
    uint32_t absent; /* of an operation: a bit for each of its arguments, set if it is not given */
} cn_call_options;

/* How many of n tensors are inputs. options may be NULL: all. */
static inline int64_t cn_count_inputs(const cn_call_options *options, int64_t n)
{
    return options == NULL ? n : options->n_inputs;
}

/* One call. */
struct cn_node {
    cn_layer *layer;
    int64_t index; /* among the layer's calls */
    cn_tensor **inputs, **outputs;
    int64_t n_inputs, n_outputs;
    const cn_call_options *options; /* NULL: none */
};

/* A weight: a variable with what Keras knows about it. */
typedef struct cn_weight {
    cn_variable variable; /* its name is the path */
    const char *name;     /* "kernel" */
    bool trainable;       /* as created; a frozen layer overrides it */
    const char *regularizer, *constraint;
    cn_layer *layer;
} cn_weight;

/* ---- classes of layers ----------------------------------------------------------------------- */

/* One call while a program is traced. */
struct cn_call {
    cn_trace *trace;
    cn_layer *layer;
    cn_program *program;
    bool training;
    const cn_value *inputs, *masks; /* masks: bool values or CN_NO_VALUE */
    int64_t n_inputs;
    cn_value attention_mask; /* bool, or CN_NO_VALUE; of classes that take CN_TAKES_ATTENTION */
    bool use_causal_mask, return_attention_scores; /* the same */
    bool reverse;                                  /* of classes that take CN_TAKES_REVERSE */
    uint32_t absent;                               /* of an operation, as the options say it */
    cn_value outputs[CN_MOST_TENSORS], output_masks[CN_MOST_TENSORS];
    int64_t n_outputs;
};

/* What the call of a class takes beside inputs, masks and training. */
enum {
    CN_TAKES_STATES = 1,      /* an initial state, as further inputs */
    CN_TAKES_ATTENTION = 2,   /* attention_mask, use_causal_mask, return_attention_scores */
    CN_TAKES_APART = 4,       /* in Keras, its inputs are arguments of their own, not a list */
    CN_TAKES_ONE_OR_LIST = 8, /* in Keras, one input is no list */
    CN_TAKES_REVERSE = 16,    /* reverse */
    CN_TAKES_LABELS = 32      /* in Keras, two inputs are a dictionary of images and labels */
};

/* What Keras's files call a part of a layer: its own weights whose names begin so ("query" of
 * "query/kernel"), which Keras keeps in an object of its own; or, if weights is NULL, the inner
 * layer of this place among such parts, or all of them, as a list. */
typedef struct cn_layer_part {
    const char *weights, *name;
    bool is_list;
} cn_layer_part;

typedef struct cn_layer_class {
    cn_class base;
    size_t keywords; /* offset of the common keywords in the argument struct */
    int64_t min_inputs, max_inputs;
    int takes;            /* CN_TAKES_...; 0: nothing else */
    int64_t spatial_axes; /* of classes that differ in their number, such as Conv2D; or 0 */
    bool passes_mask;     /* the (only) input's mask is the output's */
    bool takes_strings;   /* also; others want numbers */
    bool mixes_samples;   /* in training, a sample's output may depend on others of its batch */
    size_t state_size;
    /* Finishes a layer that is being made, its arguments being checked: makes the layers inside.
     * May be NULL. */
    cn_status (*prepare)(cn_layer *layer);
    /* Refuses inputs of these types, with names and shapes as the user knows them. May be NULL. */
    cn_status (*check_inputs)(const cn_layer *layer, const cn_type *inputs, int64_t n);
    /* Adds the weights; called once, before the first call, with the first call's types. May be
     * NULL. */
    cn_status (*build)(cn_layer *layer, const cn_type *inputs, int64_t n);
    /* Emits the computation: fills outputs and n_outputs (1 at first), and output_masks where they
     * are not passed. */
    cn_status (*call)(cn_call_frame *call);
    void (*free_state)(void *state);
    /* Learns arguments from data, as Keras's adapt, before the layer is built, or weights; args are
     * its own. NULL: there is nothing to learn. */
    cn_status (*adapt)(cn_layer *layer, void *args, const cn_array *data);
    /* Of classes that give as many steps as the longest of some texts has words: how many that are
     * of one text (NULL: 1). Each call takes the most of its batch, cn_trace_measured. NULL: of
     * other classes. */
    int64_t (*measure)(const cn_layer *layer, const char *text);
    /* The types of the outputs, for classes whose rule with unknown dimensions is not what tracing
     * finds: a merging layer lets an unknown dimension meet any. NULL: found by tracing. */
    cn_status (*infer)(const cn_layer *layer, const cn_type *inputs, int64_t n, cn_type *outputs,
                       int64_t *n_outputs);
    /* Of cells of recurrent layers, which are called on one step and the states, and give the
     * output and the new states: the shapes of the states, without batch axis, for a step of this
     * shape, with it. NULL: the class is no cell. */
    cn_status (*state_shapes)(const cn_layer *cell, const cn_shape *step, cn_shape *shapes,
                              int64_t *n);
    size_t activity_regularizer; /* offset of the identifier in the argument struct; 0: has none */
    const char *automatic_name;  /* instead of the class's name in snake_case */
    const char *python_name;     /* of Keras's class, where it is exported under another */
    const cn_layer_part *parts;  /* ended by one without a name; NULL: inner layers are a list */
} cn_layer_class;

/* What every layer's argument struct has, after its own arguments. */
typedef struct cn_layer_keywords {
    const char *name;
    bool trainable;
    const char *dtype;
    int64_t input_shape[CN_MAX_RANK];
    char end_;
} cn_layer_keywords;

struct cn_layer {
    cn_kind kind;
    const cn_layer_class *class;
    cn_session *session;
    const char *name;
    const void *args;
    bool trainable, built, user_named;
    cn_weight **weights;
    int64_t n_weights, weights_capacity;
    cn_node **nodes;
    int64_t n_nodes, nodes_capacity;
    void *state;            /* the class's own */
    struct cn_graph *graph; /* of a model; NULL otherwise */
    cn_layer **inner;       /* layers that a layer which is no model calls, such as a wrapper's */
    int64_t n_inner, inner_capacity;
    const cn_layer *outer;    /* whose part it was made; NULL: of none */
    const cn_type *built_for; /* the types of the first call's inputs; NULL until then */
    int64_t n_built_for;
};

/* Makes a layer of the current session from keyword arguments: the body of every public
 * constructor. */
cn_layer *cn_layer_make(const cn_layer_class *class, const void *args);

/* The layer behind a public pointer, or a failure that says what it is instead. */
cn_status cn_layer_check(const void *object, const char *who);

/* Adds a weight while a layer is built. initializer: an identifier. */
typedef struct cn_weight_args {
    const char *name;
    cn_shape shape;
    const char *initializer, *regularizer, *constraint;
    int64_t fan_in, fan_out; /* for the initializer; 0: by the shape */
    bool frozen;             /* not trained, such as moving statistics */
} cn_weight_args;
cn_status cn_layer_add_weight(cn_layer *layer, const cn_weight_args *args, cn_weight **weight);

/* Makes a weight of another layer this one's too: it stands in both lists. */
cn_status cn_layer_share_weight(cn_layer *layer, cn_weight *weight);

/* Fails if outer is the layer itself or somewhere inside it: nothing can be part of itself. */
cn_status cn_layer_check_apart(cn_layer *layer, cn_layer *outer);

/* Makes a layer part of another, which calls it: its weights come after those of the outer one, and
 * are frozen with them. Weights that it does not have yet get paths that begin with the outer
 * layer's. */
cn_status cn_layer_add_inner(cn_layer *layer, cn_layer *inner);

/* The names from the outermost layer in, such as "lstm_1/lstm_cell". NULL if memory ran out. */
const char *cn_layer_path(const cn_layer *layer);

/* A weight's value in the program being traced, by its number in creation order. */
cn_value cn_call_weight(const cn_call_frame *call, int64_t index);

/* Builds the layer if it is not built yet. */
cn_status cn_layer_build(cn_layer *layer, const cn_type *inputs, int64_t n);

/* The same, after refusing inputs that do not fit: what stands before every call. */
cn_status cn_layer_ready(cn_layer *layer, const cn_type *inputs, int64_t n);

/* The types of a layer's outputs for symbolic inputs: the class's own rule, or the call is traced
 * twice with different stand-ins for CN_NONE, and what differs is CN_NONE. */
cn_status cn_layer_infer(cn_layer *layer, const cn_call_options *options, const cn_type *tensors,
                         int64_t n, cn_type *outputs, int64_t *n_outputs);
cn_status cn_layer_infer_traced(cn_layer *layer, const cn_call_options *options,
                                const cn_type *tensors, int64_t n, cn_type *outputs,
                                int64_t *n_outputs);

/* Calls a layer on tensors: a new node if they are drawn, or emitted ops if they are traced.
 * options may be NULL, and are copied. */
cn_status cn_layer_apply(cn_layer *layer, const cn_call_options *options, cn_tensor *const *tensors,
                         int64_t n, cn_tensor **outputs, int64_t *n_outputs);

/* All layers inside, depth first, the layer itself first: calls visit for each, shared ones once
 * for each place. */
cn_status cn_layer_visit(cn_layer *layer, cn_status (*visit)(void *context, cn_layer *layer),
                         void *context);

/* Whether the layer and all layers inside have their weights. */
bool cn_layer_is_built(const cn_layer *layer);

/* Whether training changes the weight: it was not made frozen, and its layer is not. */
bool cn_weight_is_trained(const cn_weight *weight);

/* Bytes of an element as Keras has it under the layer's policy, whatever is computed here. */
int64_t cn_weight_element_bytes(const cn_weight *weight);

/* The weights of a layer and all layers inside, each once, in Keras's order: a list in the
 * arena. */
cn_status cn_layer_weights(const cn_layer *layer, cn_arena *arena, cn_weight ***weights,
                           int64_t *n);

/* Whether a layer was made by cn_custom_layer, and the further keys of its config, as JSON text;
 * NULL: there are none. */
bool cn_is_custom(const cn_layer *layer);
const char *cn_custom_config(const cn_layer *layer);

/* A class of the user's that saved models may name: how a layer is made of its config. */
typedef struct cn_registered_layer {
    cn_class base;
    cn_layer_maker *make;
    void *data;
} cn_registered_layer;

/* ---- models ---------------------------------------------------------------------------------- */

/* How the user gave inputs or outputs to a model. */
typedef struct cn_structure {
    bool single;       /* a tensor; otherwise several, which may be a list of one */
    const char **keys; /* of a dictionary, in the order of the tensors; NULL: it is a list */
} cn_structure;

typedef struct cn_graph {
    cn_tensor **inputs, **outputs;
    cn_structure input_structure, output_structure;
    int64_t n_inputs, n_outputs;
    cn_layer **layers; /* in Keras's order; of a Sequential without its input layer */
    int64_t n_layers, layers_capacity;
    cn_node **nodes; /* in an order in which they can be computed */
    int64_t n_nodes;
    bool sequential;
    _Atomic(void *) training; /* what cn_compile made, and how it is freed */
    void (*free_training)(void *training);
    /* What cn_compile was told, as Keras's compile_config (a new reference): without entries
     * if it is not compiled; NULL with a message on failure. */
    struct json_t *(*compile_json)(const void *training);
    /* Adds the optimizer's variables to a count of elements and of bytes, for the summary; NULL
     * until they exist. */
    void (*count_optimizer)(const void *training, int64_t *elements, int64_t *bytes);
} cn_graph;

extern const cn_layer_class cn_input_layer_class, cn_functional_class, cn_sequential_class;

/* The model behind a public pointer; fails for a layer that is none. who: the public function. */
cn_status cn_model_check(const void *object, const char *who);

/* Puts new inputs where inputs of the model are outputs of layers (see cut.c). */
cn_status cn_graph_cut(cn_graph *graph, cn_session *session);

/* Orders nodes and layers between inputs and outputs as Keras does. */
cn_status cn_graph_order(cn_graph *graph, cn_session *session, const char *name);

/* Gives a Sequential without layers its input: cn_sequential_add then draws at once. */
cn_status cn_sequential_begin(cn_model *model, cn_tensor *input);

/* A Sequential without an input gets one of this type; otherwise nothing happens. */
cn_status cn_sequential_build(cn_model *model, const cn_type *input);

/* Whether a node belongs to the model. */
bool cn_graph_has_node(const cn_graph *graph, const cn_node *node);

/* ---- tracing --------------------------------------------------------------------------------- */

/* The value of a constant. */
cn_value cn_emit_constant(cn_program *p, const cn_tensor *tensor);

/* Values that a layer keeps for all steps of a loop over a sequence, such as dropout masks. */
enum { CN_MOST_KEPT = 2 };
typedef struct cn_kept {
    const cn_layer *layer;
    cn_value values[CN_MOST_KEPT];
    struct cn_kept *next;
} cn_kept;

/* The loop whose steps are being emitted. */
typedef struct cn_trace_loop {
    cn_kept *kept;
} cn_trace_loop;

struct cn_trace {
    cn_program *program;
    bool training;
    cn_arena *memory;
    cn_trace_loop *loop; /* NULL: none */
    cn_value *losses;    /* scalars that layers added */
    int64_t n_losses, losses_capacity;
    const int64_t
        *measured;      /* for the calls of classes that measure, in order; NULL: nothing was */
    int64_t n_measured; /* so many calls have taken theirs */
};

/* What was measured for the next call of a class that measures. */
cn_status cn_trace_measured(cn_trace *trace, int64_t *steps);

/* The calls of a model, and of models inside it, of classes that measure, in the order in which
 * they are traced, each with the number of the model's input that it is called on; -1: it is
 * none. */
typedef struct cn_measured_call {
    const cn_layer *layer;
    int64_t input;
} cn_measured_call;
cn_status cn_list_measured(const cn_model *model, cn_measured_call calls[CN_MOST_TENSORS],
                           int64_t *n);

/* Emits one call on n values (inputs, then what options, which may be NULL, say). masks, those that
 * the inputs carry, may be NULL. */
cn_status cn_trace_layer(cn_trace *trace, cn_layer *layer, const cn_call_options *options,
                         const cn_value *values, const cn_value *masks, int64_t n,
                         cn_call_frame *call);

/* Emits a whole model; output_masks may be NULL. */
cn_status cn_trace_model(cn_trace *trace, cn_model *model, const cn_value *inputs,
                         const cn_value *masks, cn_value *outputs, cn_value *output_masks);

/* Adds a scalar to the losses. */
cn_status cn_trace_add_loss(cn_trace *trace, cn_value loss);

/* Adds the penalty of a regularizer (an identifier; NULL: none) on an output[N, ...], divided by
 * N. */
cn_status cn_trace_regularize(cn_trace *trace, const char *identifier, cn_value output);

/* A traced value as a tensor, for functions of the user's. */
cn_tensor *cn_trace_tensor(cn_trace *trace, cn_value value, cn_value mask);

#endif
