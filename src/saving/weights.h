/* Weights in files: where each stands, and how they are read so that a failure changes nothing. */
#ifndef CORNU_SAVING_WEIGHTS_H
#define CORNU_SAVING_WEIGHTS_H

#include "cornu/saving.h"
#include "data/archive.h"
#include "graph/operation.h"
#include "hdf5/hdf5.h"
#include "training/training.h"

/* What files say wrote them. */
#define CN_SAVED_VERSION "3.15.1"
#define CN_SAVED_BACKEND "jax"

/* A file is read into memory whole: more than this is refused. */
enum { CN_MOST_H5_GIGABYTES = 64 };

/* ---- reading into variables ------------------------------------------------------------------ */

/* What one load was told, and what it is going to change. */
typedef struct cn_weights_reading {
    const cn_load_weights_args *args;
    bool failed_before; /* the kept failure is an older one, which stays */
    struct cn_assignment *list;
    int64_t n, capacity;
} cn_weights_reading;

/* Puts a dataset on the list of what is to be read into a variable. Its shape must be the
 * variable's. */
cn_status cn_reading_add(cn_weights_reading *reading, cn_variable *variable, cn_h5_object *object);

/* Takes everything behind the first n off the list again. */
void cn_reading_cut(cn_weights_reading *reading, int64_t n);

/* Changes all variables on the list, which cannot fail any more. */
void cn_reading_apply(const cn_weights_reading *reading);
void cn_reading_free(cn_weights_reading *reading);

/* Tells the user's function, if there is one, what was left out. */
void cn_reading_warn(const cn_weights_reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Turns a failure because of what does not fit (CN_INVALID) into a warning, which begins with
 * what. */
cn_status cn_reading_forgive(const cn_weights_reading *reading, cn_status status, const char *what);

/* ---- new files: .weights.h5, and model.weights.h5 in .keras ---------------------------------- */

/* The variables of one object: /layers/dense/vars. */
typedef struct cn_saved_group {
    const char *path; /* without "vars" at its end */
    const char *name; /* of the object */
    cn_variable **variables;
    int64_t n;
    const cn_variable *idf_weights;    /* stands beside them under this name; NULL: nothing */
    const struct cn_saved_group *part; /* what Keras writes once more by itself; NULL: nothing */
} cn_saved_group;

/* All groups of a model, each object once, as Keras's saving_lib walks it. layers: what its lists
 * are called, "layers" but in the oldest files. Everything lives in the arena. */
typedef struct cn_saved_groups {
    cn_saved_group *list;
    int64_t n;
} cn_saved_groups;
cn_status cn_list_groups(const cn_model *model, const char *layers, cn_arena *arena,
                         cn_saved_groups *groups);

/* The optimizer of a compiled model, with its variables in Keras's order; NULL: it has none yet.
 * make: it is made. */
cn_status cn_saved_optimizer(const cn_model *model, bool make, cn_arena *arena,
                             cn_saved_group **group);

cn_status cn_write_weights(cn_h5_writer *writer, const cn_model *model, bool with_optimizer);

/* The same with the file not yet finished. */
cn_status cn_put_weights(cn_h5_writer *writer, const cn_model *model, bool with_optimizer);

/* The parts of that: a group's vars, and a variable in it. */
cn_status cn_write_vars(cn_h5_writer *writer, const cn_saved_group *group,
                        struct cn_h5_node **vars);
cn_status cn_write_variable(cn_h5_writer *writer, struct cn_h5_node *vars, int64_t number,
                            const cn_variable *variable);
cn_status cn_write_idf_weights(cn_h5_writer *writer, const cn_saved_group *group,
                               struct cn_h5_node *vars);

/* Reads one file, or n shards that together are one. */
cn_status cn_read_weights(cn_weights_reading *reading, cn_h5_file *const *files, int64_t n);

/* The variables of an optimizer from a group with a dataset for each, in order; a state of another
 * optimizer is left out with a warning. */
cn_status cn_read_optimizer(cn_weights_reading *reading, const cn_saved_group *group,
                            cn_h5_object *const *objects, int64_t n);

/* ---- old files: .h5 -------------------------------------------------------------------------- */

/* A layer's weights as old files have them: those that are trained, then the others. */
cn_status cn_legacy_weights(const cn_layer *layer, cn_arena *arena, cn_weight ***weights,
                            int64_t *n);

/* Writes variables into a group, and their names as its attribute. */
cn_status cn_write_legacy_variables(cn_h5_writer *writer, struct cn_h5_node *group,
                                    cn_variable *const *variables, int64_t n);

cn_status cn_write_legacy_weights(cn_h5_writer *writer, struct cn_h5_node *group,
                                  const cn_model *model);
cn_status cn_read_legacy_weights(cn_weights_reading *reading, cn_h5_object *group);
cn_status cn_write_legacy_optimizer(cn_h5_writer *writer, const cn_model *model);
cn_status cn_read_legacy_optimizer(cn_weights_reading *reading, cn_h5_object *root);

/* Reads any HDF5 file with weights: which kind it is, its content says. */
cn_status cn_read_weights_file(cn_weights_reading *reading, cn_h5_file *file);

/* ---- other files ----------------------------------------------------------------------------- */

cn_status cn_save_npz_weights(const cn_model *model, const char *path);
cn_status cn_load_npz_weights(const cn_load_weights_args *args);
cn_status cn_save_shards(const cn_model *model, const char *path, double gigabytes);
cn_status cn_load_shards(cn_weights_reading *reading);

/* Opens all files that a .weights.json lists, while use reads them. */
typedef cn_status cn_shards_user(void *context, cn_h5_file *const *files, int64_t n);
cn_status cn_open_shards(const char *path, cn_shards_user *use, void *context);

/* Writes a finished HDF5 file, which gets its name when file is committed; file is aborted if that
 * fails. */
cn_status cn_begin_h5_file(const cn_h5_writer *writer, const char *path, cn_file *file);

/* Writes a finished HDF5 file to a path, whole or not at all. */
cn_status cn_write_h5_file(const cn_h5_writer *writer, const char *path);

/* Opens an HDF5 file; *bytes is to be released after the file is closed. */
cn_status cn_open_h5_file(const char *path, char **bytes, cn_h5_file **file);

/* The same with the weights of a .keras file. */
cn_status cn_open_h5_member(const cn_archive *archive, char **bytes, cn_h5_file **file);

/* Puts what a .keras file keeps of lookup layers into their configs, in the record of a model.
 * archive: NULL if its members are files of a folder. */
cn_status cn_take_assets(const cn_archive *archive, const char *folder, json_t *record);

/* Whether a path ends so. */
bool cn_ends_with(const char *path, const char *end);

/* Puts the path before the message, unless the message begins with it, or with that of a file in
 * the folder that it names. */
void cn_fail_in_file(const char *path);

#endif
