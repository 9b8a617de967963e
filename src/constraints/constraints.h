/* Constraints: what a weight is projected to after each update. */
#ifndef CORNU_CONSTRAINTS_H
#define CORNU_CONSTRAINTS_H

#include "config/config.h"
#include "cornu/constraints.h"
#include "ops/emit.h"

typedef struct cn_constraint_class {
    cn_class base;
    cn_value (*emit)(cn_program *p, const void *args, cn_value w); /* of w's shape */
} cn_constraint_class;

/* One constant for each: cn_constraint_MaxNorm, ... */
#define CN_CONSTRAINT_ENTRY(name) extern const cn_constraint_class cn_constraint_##name;
#include "constraints/constraints.def"
#undef CN_CONSTRAINT_ENTRY

/* The parts of a class that all have in common. */
#define CN_CONSTRAINT(name_) .name = (name_), .module = "keras.constraints"

extern const cn_classes cn_constraint_classes;

/* w projected as an identifier says; w itself for None. */
cn_value cn_emit_constraint(cn_program *p, const char *identifier, cn_value w);

/* The Euclidean norms of w over some axes, which stay with size 1; the list ends at a 0 that is
 * not its first. */
cn_value cn_emit_norms(cn_program *p, cn_value w, const int64_t axes[CN_MAX_RANK]);

/* w * desired / (1e-7 + norms): w with the norms that are desired. */
cn_value cn_emit_with_norms(cn_program *p, cn_value w, cn_value norms, cn_value desired);

#endif
