/* What the files of this room share: models as Keras's records, of any version. */
#ifndef CORNU_SAVING_ROOM_H
#define CORNU_SAVING_ROOM_H

#include "cornu/saving.h"
#include "layers/layers.h"

/* Keras 3's record of a model (a new reference; NULL with a message). compile: with what cn_compile
 * was told. */
json_t *cn_model_record(const cn_model *model, bool compile);

/* The model of a record of Keras 3 or 2, not compiled. keras_version: what the file says elsewhere,
 * NULL if nothing; otherwise the record tells by its form. Numbers of shared layers are added to
 * it. */
cn_status cn_model_of_record(json_t *record, const char *keras_version, cn_model **model);

/* Compiles a model as a "compile_config" of Keras 3 or a "training_config" of .h5 files says.
 * Nothing happens if it says nothing. */
cn_status cn_compile_of_record(cn_model *model, const json_t *config, const char *keras_version);

/* The same for a model and all models inside it, each as its own record says: "compile_config"
 * stands in each. */
cn_status cn_compile_of_model(cn_model *model, const json_t *record, const char *keras_version);

/* JSON of bounded size and depth; NULL with a message otherwise. what: for the message. */
json_t *cn_json_parse(const char *text, size_t length, const char *what);

/* ---- Keras 2 --------------------------------------------------------------------------------- */

/* Which Keras wrote a record. */
typedef enum cn_keras_kind {
    CN_KERAS_3,
    CN_TF_KERAS, /* 2.x as a part of TensorFlow */
    CN_KERAS_2   /* 2.x by itself */
} cn_keras_kind;
cn_keras_kind cn_keras_kind_of(const json_t *record, const char *keras_version);

/* Records of Keras 2 as Keras 3 would have written them (new references; NULL with a message). */
json_t *cn_keras3_model(const json_t *record, cn_keras_kind kind);
json_t *cn_keras3_compile(const json_t *config, cn_keras_kind kind);

#endif
