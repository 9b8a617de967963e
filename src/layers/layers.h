/* What the files of this room share. */
#ifndef CORNU_LAYERS_ROOM_H
#define CORNU_LAYERS_ROOM_H

#include "activations/activations.h"
#include "cornu/attention.h"
#include "cornu/layers.h"
#include "cornu/normalization.h"
#include "cornu/pooling.h"
#include "cornu/sounds.h"
#include "cornu/spatial.h"
#include "graph/graph.h"
#include "ops/emit.h"
#include "records/records.h"

/* Every layer class: cn_dense_layer_class, ... */
#define CN_LAYER_ENTRY(name) extern const cn_layer_class cn_##name##_layer_class;
#include "layers/layers.def"
#undef CN_LAYER_ENTRY

/* All of them, ended by NULL. */
extern const cn_class *const cn_layer_classes[];

/* The common keywords' lines of a field table, which begin it. */
#define CN_LAYER_FIELDS(type)                                                                      \
    CN_FIELD(type, name, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),                                        \
        CN_FIELD(type, trainable, CN_FIELD_BOOL, 0),                                               \
        CN_FIELD(type, dtype, CN_FIELD_TEXT, CN_FIELD_HIDDEN),                                     \
        CN_FIELD(type, input_shape, CN_FIELD_DIMS, CN_FIELD_HIDDEN)

/* Fields that hold a layer, or a list of layers (cn_items). */
#define CN_LAYER_FIELD(type, member) CN_THING_FIELD(type, member, CN_FIELD_THING, &cn_layer_records)
#define CN_LAYERS_FIELD(type, member)                                                              \
    CN_THING_FIELD(type, member, CN_FIELD_THINGS, &cn_layer_records)
extern const cn_records cn_layer_records;

/* A layer, model or operation of the current session from Keras 3's record. */
cn_status cn_layer_of_json(const json_t *record, cn_layer **layer);

/* A layer of the same class and arguments, without weights, under this name; layers among the
 * arguments are copied too. */
cn_status cn_layer_copy(const cn_layer *layer, const char *name, cn_layer **copy);

/* The parts that every class constant of this room has. */
#define CN_LAYER_CLASS(name_, type, fields_, defaults_)                                            \
    CN_LAYER_CLASS_IN("keras.layers", name_, type, fields_, defaults_)
#define CN_LAYER_CLASS_IN(module_, name_, type, fields_, defaults_)                                \
    .base = {.name = (name_),                                                                      \
             .module = (module_),                                                                  \
             .fields = (fields_),                                                                  \
             .args_size = sizeof(type),                                                            \
             .defaults = &(defaults_)},                                                            \
    .keywords = offsetof(type, name)

/* The same for a layer without arguments of its own. */
#define CN_PLAIN_LAYER_CLASS(name_)                                                                \
    CN_LAYER_CLASS(name_, cn_layer_args, cn_plain_layer_fields, cn_plain_layer_defaults)
extern const cn_field cn_plain_layer_fields[];
extern const cn_layer_args cn_plain_layer_defaults;

#define CN_ONE_INPUT .min_inputs = 1, .max_inputs = 1

/* Applies the activation that an identifier says. The identifier was checked when the layer was
 * made. */
cn_status cn_call_activation(const cn_call_frame *call, const char *identifier, cn_value x,
                             cn_value *result);

/* What the embedding layers check of their arguments and inputs. */
cn_status cn_check_embedding(int64_t input_dim, int64_t output_dim);
cn_status cn_check_embedded(const cn_layer *layer, const cn_type *inputs, int64_t n);

/* An Embedding's output and mask: rows of the call's first weight, which has input_dim. */
cn_status cn_call_embedding(cn_call_frame *frame, int64_t input_dim, bool mask_zero);

/* Refuses inputs in which one of these axes (a field of CN_FIELD_AXES) does not exist. */
cn_status cn_check_axes(const cn_layer *layer, const cn_shape *shape,
                        const int64_t axes[CN_MAX_RANK]);

/* Refuses an input of another rank. */
cn_status cn_check_rank(const cn_layer *layer, const cn_shape *shape, int64_t rank);

/* An argument data_format: "channels_last" or "channels_first". */
bool cn_channels_first(const char *data_format);
cn_status cn_check_data_format(const char *data_format);

/* An argument that is a size: positive, and far from overflowing. */
cn_status cn_check_positive(const char *argument, int64_t value);

/* An argument with a positive number for each spatial axis, or one for all (a field of
 * CN_FIELD_DIMS, with CN_FIELD_EACH_2 or CN_FIELD_EACH_3 if there are several axes): the number of
 * one, and the check. */
int64_t cn_for_axis(const int64_t list[CN_MAX_RANK], int64_t axis);
cn_status cn_check_each(const char *argument, const int64_t list[CN_MAX_RANK], int64_t axes);

/* An argument with a number for each end of an axis (a field of CN_FIELD_PAIR): the second, and
 * the check that both are possible. */
int64_t cn_second_end(const int64_t ends[CN_MAX_RANK]);
cn_status cn_check_ends(const char *argument, const int64_t ends[CN_MAX_RANK]);

#endif
