/* Optimizers and schedules: one program fragment that clips the gradients, decays the weights,
 * updates them and their slots, keeps their averages and applies their constraints, in Keras 3's
 * order. */
#ifndef CORNU_OPTIMIZERS_OPTIMIZERS_H
#define CORNU_OPTIMIZERS_OPTIMIZERS_H

#include "config/config.h"
#include "cornu/optimizers.h"
#include "ops/emit.h"

/* The arguments that every optimizer has, read from any class's struct by their names. */
typedef struct cn_optimizer_keywords {
    double learning_rate, weight_decay;
    CN_OPTIMIZER_KEYWORDS_
} cn_optimizer_keywords;

/* Their lines in a class's field table. The schedule and the exclusions are hidden:
 * cn_optimizer_parse and cn_optimizer_text know how a record holds them. */
#define CN_OPTIMIZER_FIELDS(type)                                                                  \
    CN_FIELD(type, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),                                        \
        CN_FIELD(type, learning_rate, CN_FIELD_REAL, 0),                                           \
        {"learning_rate_schedule",                                                                 \
         CN_FIELD_OBJECT,                                                                          \
         offsetof(type, learning_rate_schedule),                                                   \
         CN_FIELD_OPTIONAL | CN_FIELD_HIDDEN,                                                      \
         "schedule",                                                                               \
         NULL},                                                                                    \
        CN_FIELD(type, weight_decay, CN_FIELD_REAL, CN_FIELD_OPTIONAL),                            \
        CN_FIELD(type, clipnorm, CN_FIELD_REAL, CN_FIELD_OPTIONAL),                                \
        CN_FIELD(type, global_clipnorm, CN_FIELD_REAL, CN_FIELD_OPTIONAL),                         \
        CN_FIELD(type, clipvalue, CN_FIELD_REAL, CN_FIELD_OPTIONAL),                               \
        CN_FIELD(type, use_ema, CN_FIELD_BOOL, 0), CN_FIELD(type, ema_momentum, CN_FIELD_REAL, 0), \
        CN_FIELD(type, ema_overwrite_frequency, CN_FIELD_INT, CN_FIELD_OPTIONAL),                  \
        CN_FIELD(type, loss_scale_factor, CN_FIELD_REAL, CN_FIELD_OPTIONAL),                       \
        CN_FIELD(type, gradient_accumulation_steps, CN_FIELD_INT, CN_FIELD_OPTIONAL),              \
        CN_FIELD(type, exclude_from_weight_decay, CN_FIELD_TEXT,                                   \
                 CN_FIELD_OPTIONAL | CN_FIELD_HIDDEN)

enum { CN_MOST_SLOTS = 4, CN_MOST_SHARED = 6 };

/* A variable that an optimizer keeps for each weight. */
typedef struct cn_slot {
    const char *name; /* "momentum"; NULL: it is called like the weight */
    double initial;
    int group;        /* groups follow each other in files; one group is interleaved: m0 v0 m1 v1 */
    cn_shape shape;   /* the weight's, unless the class changes it */
    const char *path; /* the weight's */
    bool copies;      /* it starts as the weight */
    bool absent;      /* this weight has none; its value is CN_NO_VALUE */
} cn_slot;

/* One step, as seen by a class. */
typedef struct cn_optimizer_call {
    cn_program *p;
    const void *args;
    cn_value learning_rate; /* float32 scalar */
    cn_value step;          /* float32 scalar: t, 1 at first */
    cn_value common;        /* the class's one variable for all weights; replaced in place */
    cn_value shared[CN_MOST_SHARED]; /* scalars that `begin` made once for all weights */
} cn_optimizer_call;

typedef struct cn_optimizer_class {
    cn_class base;
    /* The slots of a weight; returns how many, the same for all weights, or -1 with a message.
     * slots come zeroed, with the weight's shape and path. */
    int (*slots)(const void *args, cn_slot *slots);
    void (*begin)(cn_optimizer_call *call); /* may be NULL */
    /* Replaces a weight and its slots by their new values. */
    void (*update)(const cn_optimizer_call *call, cn_value gradient, cn_value *variable,
                   cn_value *slots);
    bool has_common; /* one float32 scalar variable for all weights (Nadam) */
    double initial_common;
    /* The weight decay of a weight that has these slots; NULL: the argument of this name. */
    double (*weight_decay)(const void *args, const cn_value *slots);
} cn_optimizer_class;

/* The class that wraps another optimizer: it has no steps of its own. */
extern const cn_optimizer_class cn_optimizer_loss_scale_optimizer;

/* The wrapper's variables, in Keras's order; of the first two it makes no use. */
enum { CN_SCALE_ITERATION, CN_SCALE_RATE, CN_SCALE_STEPS, CN_SCALE, CN_SCALE_VARIABLES };

/* All optimizers, from optimizers.def. */
extern const cn_classes cn_optimizer_classes;

/* Keras's record of an optimizer as text in the current session's arena, for the typed
 * constructors; NULL on failure. */
const char *cn_optimizer_text(const cn_class *class, const void *args);

/* Learning-rate schedules: the rate at a step, both float32 scalars. */
typedef struct cn_schedule_class {
    cn_class base;
    cn_value (*emit)(cn_program *p, const void *args, cn_value step);
} cn_schedule_class;

/* All schedules, from schedules.def. */
extern const cn_classes cn_schedule_classes;

/* The same on the host, for callbacks and logs; NaN if memory ran out. */
double cn_schedule_at(const cn_object *schedule, double step);

/* A compiled model's optimizer: variables and slots, as long as the model is compiled. */
typedef struct cn_optimizer {
    cn_object object;
    cn_optimizer_keywords keywords;
    cn_object schedule; /* no class: the rate is the learning_rate variable */
    const char *name;
    cn_arena arena;
    cn_variable_pool pool;     /* of its variables */
    cn_variable iteration;     /* int32 (): batches so far */
    cn_variable learning_rate; /* float32 () */
    cn_variable common;        /* float32 (), if the class has one */
    cn_variable **variables;   /* the trainable weights, borrowed */
    const char **constraints;  /* identifiers of theirs; entries may be NULL */
    int64_t n;
    cn_variable *slots; /* n_slots for each weight, side by side */
    int64_t n_slots;
    int groups[CN_MOST_SLOTS]; /* of the slots */
    cn_variable *averages;     /* use_ema: one for each weight */
    bool averaged;             /* weights and averages have changed places */
    cn_variable *accumulators; /* gradient_accumulation_steps: one for each weight */
    const cn_loss_scale_optimizer_args *scaling; /* NULL: none is around it */
    const char *scaling_name;
    cn_variable scale[CN_SCALE_VARIABLES];
} cn_optimizer;

/* An optimizer for these weights, from an identifier. Everything it needs while training is
 * allocated here. */
cn_status cn_optimizer_create(const char *identifier, cn_variable *const *variables,
                              const char *const *constraints, int64_t n, cn_optimizer **optimizer);
void cn_optimizer_free(cn_optimizer *optimizer);

/* Before the first step, slots that start as weights do are the weights as they are now: they may
 * have been set or read since. */
cn_status cn_optimizer_begin(cn_optimizer *optimizer);

/* The class and arguments that an identifier says, and what is shared by all classes; for
 * cn_optimizer_create. */
cn_status cn_optimizer_parse(const char *identifier, cn_arena *arena, cn_object *object,
                             cn_optimizer_keywords *keywords);

/* Keras's record of it (a new reference), with its name and its rate of now: for saved models. NULL
 * on failure. */
json_t *cn_optimizer_json(const cn_optimizer *optimizer);

/* The same of an identifier, before it is made. */
json_t *cn_optimizer_record(const char *identifier);

/* Emits one step: gradients[i] belongs to variables[i] (CN_NO_VALUE: none, the variable is
 * skipped). */
void cn_emit_optimizer_step(cn_program *p, cn_optimizer *optimizer, const cn_value *gradients);

/* loss_scale_factor: what is to be differentiated instead of the loss; the loss itself without it.
 */
cn_value cn_emit_scaled_loss(cn_program *p, const cn_optimizer *optimizer, cn_value loss);

/* use_ema: lets weights and averages change places, or brings them back; nothing happens where they
 * are so already. */
void cn_optimizer_average(cn_optimizer *optimizer, bool averaged);

/* use_ema: puts the averages into the variables, as at the end of fit. */
void cn_optimizer_finalize(cn_optimizer *optimizer);

/* The rate that the next step will use. Setting it fails with CN_STATE when there is a schedule. */
double cn_optimizer_learning_rate(const cn_optimizer *optimizer);
cn_status cn_optimizer_set_learning_rate(cn_optimizer *optimizer, double rate);

/* All variables in Keras's order (the wrapper's, iteration, learning_rate, averages, accumulators,
 * slots): for files. Calls visit for each until one fails. */
cn_status cn_optimizer_visit(cn_optimizer *optimizer,
                             cn_status (*visit)(void *context, cn_variable *variable),
                             void *context);

#endif
