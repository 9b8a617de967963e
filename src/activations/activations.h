/* Activations: Keras's functions by name, emitted from elementwise ops so that they fuse and
 * differentiate by themselves. At kinks the gradient is the one that Keras gives on its JAX
 * backend. */
#ifndef CORNU_ACTIVATIONS_H
#define CORNU_ACTIVATIONS_H

#include "config/config.h"
#include "ops/emit.h"

typedef struct cn_activation_class {
    cn_class base; /* name: "relu"; the arguments are those of the Keras function */
    cn_value (*emit)(cn_program *p, const void *args, cn_value x);
} cn_activation_class;

/* One constant for each: cn_activation_relu, ... */
#define CN_ACTIVATION_ENTRY(name) extern const cn_activation_class cn_activation_##name;
#include "activations/activations.def"
#undef CN_ACTIVATION_ENTRY

/* All built-in activations, from activations.def. */
extern const cn_classes cn_activation_classes;

/* Applies what an identifier says; None is linear. */
cn_status cn_activation_parse(const char *identifier, cn_arena *arena, cn_object *activation);
cn_value cn_emit_activation(cn_program *p, const cn_object *activation, cn_value x);

/* ---- arguments, for layers that apply one: (cn_object){&cn_activation_elu.base, &args} ------- */

typedef struct cn_activation_relu_args {
    double negative_slope, max_value /* CN_UNSET: none */, threshold;
} cn_activation_relu_args;

typedef struct cn_activation_leaky_relu_args {
    double negative_slope;
} cn_activation_leaky_relu_args;

/* elu, celu */
typedef struct cn_activation_elu_args {
    double alpha;
} cn_activation_elu_args;

typedef struct cn_activation_gelu_args {
    bool approximate;
} cn_activation_gelu_args;

typedef struct cn_activation_squareplus_args {
    double b;
} cn_activation_squareplus_args;

/* hard_shrink, soft_shrink */
typedef struct cn_activation_shrink_args {
    double threshold;
} cn_activation_shrink_args;

typedef struct cn_activation_threshold_args {
    double threshold, default_value;
} cn_activation_threshold_args;

/* glu, sparsemax */
typedef struct cn_activation_axis_args {
    int64_t axis;
} cn_activation_axis_args;

/* softmax, log_softmax: over several axes together; the list ends at a 0 that is not its first. */
typedef struct cn_activation_softmax_args {
    int64_t axis[CN_MAX_RANK];
} cn_activation_softmax_args;

/* The parts of a class that all have in common, and those of a class without arguments. */
#define CN_ACTIVATION(name_) .name = (name_), .module = "keras.activations"
#define CN_PLAIN_ACTIVATION(name_) CN_ACTIVATION(name_), .args_size = 1, .defaults = ""

#endif
