/* The weights files of Keras 3: /layers/dense/vars/0, by the classes of the model's layers. */
#include <inttypes.h>
#include <string.h>

#include "saving/weights.h"

/* ---- writing --------------------------------------------------------------------------------- */

cn_status cn_write_variable(cn_h5_writer *writer, struct cn_h5_node *vars, int64_t number,
                            const cn_variable *variable)
{
    char name[24];
    (void)snprintf(name, sizeof name, "%" PRId64, number);
    return cn_h5_put_data(writer, vars, name, variable->dtype, &variable->shape, variable->data);
}

cn_status cn_write_vars(cn_h5_writer *writer, const cn_saved_group *group, struct cn_h5_node **vars)
{
    struct cn_h5_node *owner = NULL;
    CN_TRY(cn_h5_put_group(writer, NULL, group->path, &owner));
    CN_TRY(cn_h5_put_group(writer, owner, "vars", vars));
    return cn_h5_put_text(writer, *vars, "name", group->name, true);
}

cn_status cn_write_idf_weights(cn_h5_writer *writer, const cn_saved_group *group,
                               struct cn_h5_node *vars)
{
    const cn_variable *weights = group->idf_weights;
    return weights == NULL ? CN_OK
                           : cn_h5_put_data(writer, vars, "idf_weights", weights->dtype,
                                            &weights->shape, weights->data);
}

static cn_status write_group(cn_h5_writer *writer, const cn_saved_group *group)
{
    struct cn_h5_node *vars = NULL;
    CN_TRY(cn_write_vars(writer, group, &vars));
    for (int64_t i = 0; i < group->n; i++)
        CN_TRY(cn_write_variable(writer, vars, i, group->variables[i]));
    return cn_write_idf_weights(writer, group, vars);
}

static cn_status write_groups(cn_h5_writer *writer, const cn_model *model, bool with_optimizer,
                              cn_arena *arena)
{
    cn_saved_groups groups = {0};
    cn_saved_group *optimizer = NULL;
    CN_TRY(cn_list_groups(model, "layers", arena, &groups));
    if (with_optimizer)
        CN_TRY(cn_saved_optimizer(model, false, arena, &optimizer));
    for (int64_t i = 0; i < groups.n; i++)
        CN_TRY(write_group(writer, &groups.list[i]));
    for (const cn_saved_group *group = optimizer; group != NULL; group = group->part)
        CN_TRY(write_group(writer, group));
    return CN_OK;
}

cn_status cn_put_weights(cn_h5_writer *writer, const cn_model *model, bool with_optimizer)
{
    cn_arena arena = {0};
    cn_status status = write_groups(writer, model, with_optimizer, &arena);
    cn_arena_free(&arena);
    return status;
}

cn_status cn_write_weights(cn_h5_writer *writer, const cn_model *model, bool with_optimizer)
{
    CN_TRY(cn_put_weights(writer, model, with_optimizer));
    return cn_h5_finish(writer);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Where weights are read from: one file, or several shards. */
struct sources {
    cn_h5_file *const *files;
    int64_t n;
};

/* Parts of layers have private names in files of TF-Keras 2.15: _query_dense. */
static cn_status find_private(cn_h5_file *file, const char *path, cn_h5_object **owner)
{
    const char *slash = strrchr(path, '/');
    cn_h5_object *layer = NULL;
    char above[1024], name[256];
    if (slash == NULL || slash - path >= (int)sizeof above)
        return CN_OK;
    (void)snprintf(above, sizeof above, "%.*s", (int)(slash - path), path);
    (void)snprintf(name, sizeof name, "_%s", slash + 1);
    CN_TRY(cn_h5_find(cn_h5_root(file), above, &layer));
    return layer == NULL ? CN_OK : cn_h5_find(layer, name, owner);
}

static cn_status find_vars(cn_h5_file *file, const cn_saved_group *group, cn_h5_object **vars)
{
    cn_h5_object *owner = NULL;
    *vars = NULL;
    CN_TRY(cn_h5_find(cn_h5_root(file), group->path, &owner));
    if (owner == NULL)
        CN_TRY(find_private(file, group->path, &owner));
    return owner == NULL ? CN_OK : cn_h5_find(owner, "vars", vars);
}

/* How many datasets all sources have of a group. */
static cn_status count_variables(const struct sources *sources, const cn_saved_group *group,
                                 int64_t *count)
{
    *count = 0;
    for (int64_t i = 0; i < sources->n; i++) {
        cn_h5_object *vars = NULL;
        const char *const *names = NULL;
        int64_t n = 0;
        CN_TRY(find_vars(sources->files[i], group, &vars));
        if (vars != NULL)
            CN_TRY(cn_h5_members(vars, &names, &n));
        *count += n;
    }
    return CN_OK;
}

/* The datasets 0, 1 ... n-1 of a group. */
static cn_status find_variables(const struct sources *sources, const cn_saved_group *group,
                                int64_t n, cn_h5_object **objects)
{
    for (int64_t i = 0; i < n; i++) {
        char number[24];
        (void)snprintf(number, sizeof number, "%" PRId64, i);
        objects[i] = NULL;
        for (int64_t k = 0; k < sources->n && objects[i] == NULL; k++) {
            cn_h5_object *vars = NULL;
            CN_TRY(find_vars(sources->files[k], group, &vars));
            if (vars != NULL)
                CN_TRY(cn_h5_find(vars, number, &objects[i]));
        }
        CN_CHECK(objects[i] != NULL, "%s: the file has no /%s/vars/%s", group->name, group->path,
                 number);
    }
    return CN_OK;
}

static cn_status read_group(cn_weights_reading *reading, const struct sources *sources,
                            const cn_saved_group *group, cn_h5_object **objects)
{
    int64_t count = 0;
    if (group->n == 0)
        return CN_OK;
    CN_TRY(count_variables(sources, group, &count));
    CN_CHECK(count == group->n, "%s has %" PRId64 " weights, the file has %" PRId64 " in /%s/vars",
             group->name, group->n, count, group->path);
    CN_TRY(find_variables(sources, group, group->n, objects));
    for (int64_t i = 0; i < group->n; i++)
        CN_TRY(cn_reading_add(reading, group->variables[i], objects[i]));
    return CN_OK;
}

/* Where compiling under the policy "mixed_float16" put a LossScaleOptimizer around what was given,
 * the file has that one's variables twice: among the others', and alone. */
static cn_status read_without_scale(const struct sources *sources, cn_saved_group *group,
                                    int64_t *n)
{
    static const char inner[] = "optimizer/inner_optimizer";
    int64_t inside = 0;
    if (group->part != NULL)
        return CN_OK;
    CN_TRY(count_variables(sources, &(cn_saved_group){.path = inner}, &inside));
    if (inside > 0) {
        group->path = inner;
        *n = inside;
    }
    return CN_OK;
}

/* Only a compiled model has an optimizer to read into. */
static cn_status read_optimizer(cn_weights_reading *reading, const struct sources *sources,
                                cn_arena *arena)
{
    cn_saved_group *group = NULL;
    int64_t n = 0;
    CN_TRY(count_variables(sources, &(cn_saved_group){.path = "optimizer"}, &n));
    if (n == 0)
        return CN_OK;
    CN_TRY(cn_saved_optimizer(reading->args->model, true, arena, &group));
    if (group == NULL)
        return CN_OK;
    CN_TRY(read_without_scale(sources, group, &n));
    cn_h5_object **objects = cn_arena_allocate(arena, (size_t)n * sizeof(cn_h5_object *));
    if (objects == NULL)
        return CN_OUT_OF_MEMORY;
    CN_TRY(find_variables(sources, group, n, objects));
    return cn_read_optimizer(reading, group, objects, n);
}

static int64_t most_variables(const cn_saved_groups *groups)
{
    int64_t most = 0;
    for (int64_t i = 0; i < groups->n; i++)
        most = groups->list[i].n > most ? groups->list[i].n : most;
    return most;
}

static cn_status read_groups(cn_weights_reading *reading, const struct sources *sources,
                             cn_arena *arena)
{
    static const char oldest[] = "_layer_checkpoint_dependencies";
    cn_saved_groups groups = {0};
    cn_h5_object *old = NULL;
    CN_TRY(cn_h5_find(cn_h5_root(sources->files[0]), oldest, &old));
    CN_TRY(cn_list_groups(reading->args->model, old != NULL ? oldest : "layers", arena, &groups));
    cn_h5_object **objects =
        cn_arena_allocate(arena, (size_t)(most_variables(&groups) + 1) * sizeof(cn_h5_object *));
    if (objects == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < groups.n; i++) {
        const int64_t before = reading->n;
        cn_status status = read_group(reading, sources, &groups.list[i], objects);
        if (status != CN_OK && reading->args->skip_mismatch) {
            cn_reading_cut(reading, before);
            status = cn_reading_forgive(reading, status, "left as it is");
        }
        CN_TRY(status);
    }
    return read_optimizer(reading, sources, arena);
}

cn_status cn_read_weights(cn_weights_reading *reading, cn_h5_file *const *files, int64_t n)
{
    cn_arena arena = {0};
    cn_status status = read_groups(reading, &(struct sources){files, n}, &arena);
    cn_arena_free(&arena);
    return status;
}
