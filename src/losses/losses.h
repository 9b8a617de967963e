/* Losses: values per sample, then weights, masks and one reduction for all. */
#ifndef CORNU_LOSSES_H
#define CORNU_LOSSES_H

#include "config/config.h"
#include "cornu/losses.h"
#include "ops/emit.h"

typedef struct cn_loss_class {
    cn_class base;
    /* Values per sample: y_pred[N, ..., C] -> [N, ...], from float32 values; y_true was brought
     * to y_pred's rank unless it holds labels. A scalar is returned as the whole batch's loss. */
    cn_value (*call)(cn_program *p, const void *args, cn_value y_true, cn_value y_pred);
    size_t reduction_offset; /* of the const char *reduction in args */
    bool same_shape;         /* y_true must have y_pred's shape; otherwise they are broadcast */
    bool integer_labels;     /* y_true has class numbers, [N, ...] or [N, ..., 1], of any type */
    /* Which of call's values count, as bool of their shape; CN_NO_VALUE, or NULL here: all. */
    cn_value (*valid)(cn_program *p, const void *args, cn_value y_true, cn_value values);
} cn_loss_class;

/* One constant for each: cn_loss_MeanSquaredError, ... */
#define CN_LOSS_ENTRY(name) extern const cn_loss_class cn_loss_##name;
#include "losses/losses.def"
#undef CN_LOSS_ENTRY

extern const cn_classes cn_loss_classes;

/* What a loss's identifier says for one output. "crossentropy" and "ce" choose by shapes, as
 * Keras does: binary if y_pred's last dimension is 1, sparse if the labels have no class axis,
 * otherwise categorical. */
cn_status cn_loss_parse(const char *identifier, const cn_shape *y_true, const cn_shape *y_pred,
                        cn_arena *arena, cn_object *loss);

/* The loss of a batch: a scalar, or [N, ...] with reduction none. sample_weight and mask (bool)
 * may be CN_NO_VALUE. Ranks that differ by one are matched as Keras does. */
cn_value cn_emit_loss(cn_program *p, const cn_object *loss, cn_value y_true, cn_value y_pred,
                      cn_value sample_weight, cn_value mask);

/* Values per sample before weights: shared with the metrics of the same names. */
cn_value cn_emit_loss_values(cn_program *p, const cn_object *loss, cn_value y_true,
                             cn_value y_pred);

/* ---- what several losses share --------------------------------------------------------------- */

/* Keras's epsilon, and 1 - epsilon as float32 has it, so that log(1 - p) is the same in every
 * precision. */
#define CN_EPSILON 1e-7
#define CN_ONE_MINUS_EPSILON ((double)(1.0f - 1e-7f))

/* Two operands whose ranks differ by one: where the larger one's last dimension is 1 it is
 * squeezed, or the other one expanded if it has rank 1. */
void cn_match_ranks(cn_program *p, cn_value *a, cn_value *b);

/* The mean or sum over one axis, which vanishes. Nothing is computed along an axis of 1. */
cn_value cn_emit_mean_along(cn_program *p, cn_value x, int64_t axis);
cn_value cn_emit_sum_along(cn_program *p, cn_value x, int64_t axis);

/* x clipped to [epsilon, 1 - epsilon]; and the same after dividing by the sums along an axis. */
cn_value cn_emit_clip_probability(cn_program *p, cn_value x);
cn_value cn_emit_probabilities(cn_program *p, cn_value x, int64_t axis);

/* Label smoothing: t (1 - smoothing) + smoothing / among. 0 emits nothing. */
cn_value cn_emit_smoothed(cn_program *p, cn_value y_true, double smoothing, double among);

/* t (1 - smoothing) + smoothing / C, C the last dimension. */
cn_value cn_emit_smoothed_classes(cn_program *p, cn_value y_true, double smoothing);

/* -(t log q + (1 - t) log(1 - q)), q the clipped p. */
cn_value cn_emit_binary_entropy(cn_program *p, cn_value y_true, cn_value y_pred);

/* x^exponent for a constant exponent, without a power where a product will do. */
cn_value cn_emit_constant_power(cn_program *p, cn_value x, double exponent);

/* Class numbers as int32 of y_pred's shape without its class axis. They are checked when the
 * program runs; those that equal ignored become 0 first (CN_NO_CLASS: none do). */
#define CN_NO_CLASS INT64_MIN
cn_value cn_emit_labels(cn_program *p, const char *who, cn_value y_true, cn_value y_pred,
                        int64_t axis, int64_t ignored);

/* x[..., label, ...] along a class axis, which vanishes. */
cn_value cn_emit_pick(cn_program *p, cn_value x, cn_value labels, int64_t axis);

/* Axes of a public list (all zero: none given) for a reduction. */
cn_shape cn_loss_axes(const int64_t axes[CN_MAX_RANK]);

/* Checks of arguments; who is the loss's name. */
cn_status cn_check_reduction(const char *who, const char *reduction);
cn_status cn_check_smoothing(const char *who, double smoothing);

/* The same for losses without arguments of their own. */
cn_status cn_check_loss_args(const void *args);

/* The parts of a class that all have in common. */
#define CN_LOSS_FIELDS(type)                                                                       \
    CN_FIELD(type, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),                                        \
        CN_FIELD(type, reduction, CN_FIELD_TEXT, CN_FIELD_OPTIONAL)
#define CN_LOSS(name_, fields_, defaults_, check_)                                                 \
    .name = (name_), .module = "keras.losses", .fields = (fields_),                                \
    .args_size = sizeof(defaults_), .defaults = &(defaults_), .check = (check_)

/* The table and checks of cn_loss_args, for losses without arguments of their own. */
extern const cn_field cn_plain_loss_fields[];
#define CN_PLAIN_LOSS(name_, defaults_)                                                            \
    CN_LOSS(name_, cn_plain_loss_fields, defaults_, cn_check_loss_args)
#define CN_PLAIN_REDUCTION .reduction_offset = offsetof(cn_loss_args, reduction)

#endif
