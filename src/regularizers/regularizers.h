/* Regularizers: a penalty on a weight or an activity. */
#ifndef CORNU_REGULARIZERS_H
#define CORNU_REGULARIZERS_H

#include "config/config.h"
#include "cornu/regularizers.h"
#include "ops/emit.h"

typedef struct cn_regularizer_class {
    cn_class base;
    cn_value (*emit)(cn_program *p, const void *args, cn_value x); /* a scalar */
} cn_regularizer_class;

/* One constant for each: cn_regularizer_L2, ... */
#define CN_REGULARIZER_ENTRY(name) extern const cn_regularizer_class cn_regularizer_##name;
#include "regularizers/regularizers.def"
#undef CN_REGULARIZER_ENTRY

/* The parts of a class that all have in common. */
#define CN_REGULARIZER(name_) .name = (name_), .module = "keras.regularizers"

extern const cn_classes cn_regularizer_classes;

/* The penalty that an identifier gives x: a scalar, or CN_NO_VALUE for None. */
cn_value cn_emit_regularizer(cn_program *p, const char *identifier, cn_value x);

#endif
