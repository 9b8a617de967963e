/* The optimizer's state in old .h5 files: Keras 3 and 2.13 in today's order; Keras 2 before that
 * slot by slot. */
#include <inttypes.h>
#include <string.h>

#include "saving/weights.h"

cn_status cn_write_legacy_optimizer(cn_h5_writer *writer, const cn_model *model)
{
    cn_saved_group *optimizer = NULL;
    struct cn_h5_node *group = NULL;
    CN_TRY(cn_saved_optimizer(model, false, &writer->arena, &optimizer));
    if (optimizer == NULL)
        return CN_OK;
    CN_TRY(cn_h5_put_group(writer, NULL, "optimizer_weights", &group));
    return cn_write_legacy_variables(writer, group, optimizer->variables, optimizer->n);
}

/* ---- Keras 2 --------------------------------------------------------------------------------- */

/* "Adam/iterations:0" of Keras 2.2, "Adam/iter:0" of TF-Keras up to 2.10. */
static bool is_iteration(const char *name)
{
    return cn_ends_with(name, "/iterations:0") || cn_ends_with(name, "/iter:0");
}

/* Whether names are those of Keras 2: "training/RMSprop/Variable_1:0" and the like where there is
 * no iteration. */
static bool is_slot_by_slot(const char *const *names, int64_t n)
{
    return n > 0 &&
           (is_iteration(names[0]) || strncmp(names[0], "training/", strlen("training/")) == 0);
}

/* The optimizer's variables in that order: the iteration, if it is stored, then slot 0 of all
 * weights, slot 1 ... */
static cn_status list_slot_by_slot(const cn_optimizer *optimizer, bool iteration, cn_arena *arena,
                                   cn_saved_group *group)
{
    const int64_t most = 1 + optimizer->n * optimizer->n_slots;
    *group = (cn_saved_group){.path = "optimizer_weights", .name = optimizer->name};
    group->variables = cn_arena_allocate(arena, (size_t)most * sizeof(cn_variable *));
    if (group->variables == NULL)
        return CN_OUT_OF_MEMORY;
    if (iteration)
        group->variables[group->n++] = (cn_variable *)(uintptr_t)&optimizer->iteration;
    for (int64_t k = 0; k < optimizer->n_slots; k++)
        for (int64_t i = 0; i < optimizer->n; i++)
            if (optimizer->slots[i * optimizer->n_slots + k].data != NULL)
                group->variables[group->n++] = &optimizer->slots[i * optimizer->n_slots + k];
    return CN_OK;
}

/* What follows the slots may be passed over: Adam's third slots, of one element each where they are
 * not used, and the moments of an SGD without momentum. */
static bool is_unused(const cn_optimizer *optimizer, cn_h5_object *const *objects, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        cn_h5_data data;
        if (cn_h5_data_of(objects[i], &data) != CN_OK)
            return false;
        if (optimizer->n_slots > 0 && cn_shape_size(&data.shape) != 1)
            return false;
    }
    return true;
}

static cn_status read_slot_by_slot(cn_weights_reading *reading, const cn_optimizer *optimizer,
                                   const char *const *names, cn_h5_object *const *objects,
                                   int64_t n, cn_arena *arena)
{
    cn_saved_group group;
    CN_TRY(list_slot_by_slot(optimizer, is_iteration(names[0]), arena, &group));
    if (n > group.n && is_unused(optimizer, objects + group.n, n - group.n))
        n = group.n;
    return cn_read_optimizer(reading, &group, objects, n);
}

/* ---- reading --------------------------------------------------------------------------------- */

static cn_status find_objects(cn_h5_object *group, const char *const *names, int64_t n,
                              cn_arena *arena, cn_h5_object ***objects)
{
    *objects = cn_arena_allocate(arena, (size_t)(n + 1) * sizeof(cn_h5_object *));
    if (*objects == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < n; i++) {
        CN_TRY(cn_h5_find(group, names[i], &(*objects)[i]));
        if ((*objects)[i] == NULL)
            return cn_fail(CN_BAD_FILE,
                           "the file lists the optimizer's weight '%.200s', but does not have it",
                           names[i]);
    }
    return CN_OK;
}

static cn_status read_state(cn_weights_reading *reading, cn_h5_object *root, cn_arena *arena)
{
    cn_h5_object *group = NULL, **objects = NULL;
    cn_saved_group *optimizer = NULL;
    const char *const *names = NULL;
    int64_t n = 0;
    CN_TRY(cn_h5_find(root, "optimizer_weights", &group));
    if (group == NULL)
        return CN_OK;
    CN_TRY(cn_saved_optimizer(reading->args->model, true, arena, &optimizer));
    if (optimizer == NULL)
        return CN_OK;
    CN_TRY(cn_h5_texts(group, "weight_names", arena, &names, &n));
    CN_TRY(find_objects(group, names, n, arena, &objects));
    if (!is_slot_by_slot(names, n))
        return cn_read_optimizer(reading, optimizer, objects, n);
    const cn_training *training = reading->args->model->graph->training;
    return read_slot_by_slot(reading, training->optimizer, names, objects, n, arena);
}

cn_status cn_read_legacy_optimizer(cn_weights_reading *reading, cn_h5_object *root)
{
    cn_arena arena = {0};
    cn_status status = read_state(reading, root, &arena);
    cn_arena_free(&arena);
    return status;
}
