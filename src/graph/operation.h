/* Operations: the public functions of cornu/ops.h as classes. One that is drawn is a node of a
 * small layer of its own, which has its arguments and emits it; so operations are named, saved and
 * read like layers. */
#ifndef CORNU_GRAPH_OPERATION_H
#define CORNU_GRAPH_OPERATION_H

#include "activations/activations.h"
#include "cornu/model.h"
#include "graph/graph.h"

/* Of images: cells that are cut off or added at each end, and the size then; CN_NONE: not said. */
typedef struct cn_edges {
    int64_t top, left, bottom, right, height, width;
} cn_edges;

/* What operations take beside tensors. Each class has some of it in its field table, under the
 * names that Keras has for it. */
typedef struct cn_operation_args {
    cn_shape axis, shape, start;
    int64_t number, other;
    double low, high, threshold;
    bool keepdims, approximate;
    const char *dtype;
    const void *key; /* of get_item */
    cn_shape size, strides, dilation,
        output_padding; /* of windows: one for each axis, or for all */
    const char *padding, *data_format;
    const char *interpolation, *fill_mode; /* of images */
    double fill_value, sigma[CN_MAX_LIST];
    bool antialias, crop_to_aspect_ratio, pad_to_aspect_ratio;
    cn_edges edges;
    cn_layer_keywords keywords;
} cn_operation_args;
extern const cn_operation_args cn_operation_defaults;
extern const cn_field cn_no_operation_fields[];

/* One argument of a call that stands for tensors. */
typedef struct cn_argument {
    const char *name; /* in Keras; NULL: the end of a list */
    int flags;
} cn_argument;
enum {
    CN_ARGUMENT_OPTIONAL = 1, /* may be null; what is emitted gets CN_NO_VALUE then */
    CN_ARGUMENT_NAMED = 2,    /* Keras writes it with its name, the others by position */
    CN_ARGUMENT_LIST = 4,     /* a list of tensors; several lists are equally long */
    CN_ARGUMENT_REST = 8,     /* every tensor by position that is left */
    CN_ARGUMENT_MEMBER = 16   /* no tensor: the member in the call of this name */
};

typedef struct cn_operation_class cn_operation_class;
struct cn_operation_class {
    cn_layer_class layer;
    cn_value (*emit)(cn_program *p, const cn_operation_class *class, const cn_operation_args *args,
                     const cn_value *inputs, int64_t n);
    /* Instead, for several outputs: how many there are. */
    int64_t (*emit_several)(cn_program *p, const cn_operation_class *class,
                            const cn_operation_args *args, const cn_value *inputs, int64_t n,
                            cn_value *outputs);
    /* What its calls take, where that is more than max_inputs tensors one after the other, each of
     * which there must be: these, with what is said by name (members in the call too). */
    const cn_argument *arguments;
    bool takes_list;             /* its tensors are one argument, a list */
    const cn_field *other_names; /* a member that has whatever is said by name, as one object */
    const char *rest; /* further keys of Keras's config with the only values known here, as JSON */
    const char *ignored; /* one of these that may have any value, for nothing hangs on it */
    bool is_nameless;    /* Keras writes its config without a name */
    /* what it emits: one of these, for an emit that serves several classes */
    const cn_op *op;
    cn_value (*function)(cn_program *p, cn_value x);
    cn_value (*of_two)(cn_program *p, cn_value a, cn_value b);
    cn_value (*over)(cn_program *p, cn_value x, cn_shape axes, bool keep_dims);
    cn_value (*along)(cn_program *p, cn_value x, int64_t axis);
    const cn_activation_class *activation;
};

/* The class constants are in the files ops_....c. */
#define CN_OPERATION_ENTRY(name) extern const cn_operation_class cn_operation_##name;
#include "graph/operations.def"
#undef CN_OPERATION_ENTRY

/* What every class constant has: its name here, its class and module in Keras, fields, and how many
 * tensors it takes. */
#define CN_OPERATION(name, class, module, fields, min, max)                                        \
    CN_OPERATION_IN(name, class, "keras.src.ops." module, fields, min, max)
#define CN_OPERATION_IN(name_, class_, module_, fields_, min_, max_)                               \
    .layer = {.base = {.name = (class_),                                                           \
                       .module = (module_),                                                        \
                       .fields = (fields_),                                                        \
                       .args_size = sizeof(cn_operation_args),                                     \
                       .defaults = &cn_operation_defaults},                                        \
              .keywords = offsetof(cn_operation_args, keywords),                                   \
              .min_inputs = (min_),                                                                \
              .max_inputs = (max_),                                                                \
              .call = cn_operation_call,                                                           \
              .automatic_name = (name_)}
cn_status cn_operation_call(cn_call_frame *frame);

/* A class of n tensors that needs nothing but its emit. */
#define CN_OPERATION_OF(name, class, module, fields, n, emit_)                                     \
    {                                                                                              \
        CN_OPERATION(name, class, module, fields, n, n), .emit = (emit_)                           \
    }

/* One line of a field table: the name in Keras's config, and the member. */
#define CN_OPERATION_FIELD(name_, member, kind, flags)                                             \
    {                                                                                              \
        (name_), (kind), offsetof(cn_operation_args, member), (flags), NULL, NULL                  \
    }

/* The layer's class as an operation; NULL: it is none. */
const cn_operation_class *cn_operation_of(const cn_layer *layer);

/* The operation that Keras calls so; NULL: there is none. */
const cn_operation_class *cn_operation_find(const char *class_name);

/* The head of a class's emit, or emit_several. */
#define CN_EMIT(name)                                                                              \
    static cn_value name(cn_program *p, const cn_operation_class *class,                           \
                         const cn_operation_args *args, const cn_value *inputs, int64_t n)
#define CN_EMIT_SEVERAL(name)                                                                      \
    static int64_t name(cn_program *p, const cn_operation_class *class,                            \
                        const cn_operation_args *args, const cn_value *inputs, int64_t n,          \
                        cn_value *outputs)

/* Fails with a message that begins with the operation's name. */
cn_value cn_refuse(cn_program *p, const cn_operation_class *class, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* x's axis counted from 0; below 0, having failed, if there is no such axis. */
int64_t cn_axis_of(cn_program *p, const cn_operation_class *class, cn_value x, int64_t axis);

/* Whether args' data_format is "channels_first". Fails if it is not "channels_last" either; NULL
 * is. */
bool cn_channels_are_first(cn_program *p, const cn_operation_class *class,
                           const cn_operation_args *args);

/* x[N, C, space...] of such args as [N, space..., C], or back; of others x itself. */
cn_value cn_move_channels(cn_program *p, const cn_operation_args *args, cn_value x, bool to_end);

/* Whether an argument's value is one of the choices, a list ended by NULL. Fails if it is not. */
bool cn_is_choice(cn_program *p, const cn_operation_class *class, const char *argument,
                  const char *value, const char *const *choices);

/* x as the type that args have, if they have one. */
cn_value cn_emit_typed(cn_program *p, const cn_operation_class *class,
                       const cn_operation_args *args, cn_value x);

/* Emits at once if the inputs are traced, otherwise draws a node. args may be NULL: the defaults.
 * Of a class that says its arguments, inputs has those, lists one after the other; NULL: not
 * given. */
cn_tensor *cn_operation(const cn_operation_class *class, const cn_operation_args *args,
                        cn_tensor *const *inputs, int64_t n);

/* The same with all outputs. On failure there are none, and at[] holds NULLs. */
cn_tensors cn_operation_outputs(const cn_operation_class *class, const cn_operation_args *args,
                                cn_tensor *const *inputs, int64_t n);
cn_tensors cn_operation_several(const cn_operation_class *class, const cn_operation_args *args,
                                cn_tensor *x);
cn_tensors cn_no_tensors(void);

#endif
