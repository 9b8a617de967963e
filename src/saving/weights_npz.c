/* Weights as an .npz: one array for each weight, by path. */
#include <string.h>

#include "cornu/data.h"
#include "saving/weights.h"

static cn_status save(const cn_model *model, const char *path, cn_arena *memory)
{
    cn_weight **weights = NULL;
    int64_t n = 0;
    CN_TRY(cn_layer_weights(model, memory, &weights, &n));
    cn_item *items = cn_arena_allocate(memory, (size_t)(n + 1) * sizeof *items);
    cn_array *views = cn_arena_allocate(memory, (size_t)(n + 1) * sizeof *views);
    CN_CHECK_MEMORY(items);
    CN_CHECK_MEMORY(views);
    for (int64_t i = 0; i < n; i++) {
        const cn_variable *variable = &weights[i]->variable;
        views[i] = (cn_array){
            CN_KIND_ARRAY, variable->dtype, variable->shape, variable->data, NULL, NULL, NULL,
            NULL};
        items[i] = (cn_item){variable->name, &views[i]};
    }
    const cn_save_npz_args args = {.path = path, .arrays = {.dict = items}};
    return cn_save_npz_with(&args);
}

cn_status cn_save_npz_weights(const cn_model *model, const char *path)
{
    cn_arena memory = {0};
    cn_status status = save(model, path, &memory);
    cn_arena_free(&memory);
    return status;
}

/* The arrays for the weights, in their order: by path, or, where the file names other layers, as
 * the file has them (the same model drawn again is called dense_4 instead of dense_1). */
static const cn_array *array_for(const cn_arrays *arrays, bool by_path, const cn_variable *variable,
                                 int64_t i)
{
    for (int64_t k = 0; by_path && k < arrays->count; k++)
        if (strcmp(arrays->names[k], variable->name) == 0)
            return arrays->arrays[k];
    return by_path ? NULL : arrays->arrays[i];
}

static bool has_all_paths(const cn_arrays *arrays, cn_weight *const *weights, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (array_for(arrays, true, &weights[i]->variable, i) == NULL)
            return false;
    return true;
}

/* All shapes are checked before the first weight changes. */
static cn_status load(cn_model *model, const char *path, const cn_arrays *arrays, cn_arena *memory)
{
    cn_weight **weights = NULL;
    int64_t n = 0;
    CN_TRY(cn_layer_weights(model, memory, &weights, &n));
    CN_CHECK(arrays->count == n, "%s: has %d weights, %s has %d", path, (int)arrays->count,
             model->name, (int)n);
    const bool by_path = has_all_paths(arrays, weights, n);
    for (int64_t i = 0; i < n; i++) {
        const cn_variable *variable = &weights[i]->variable;
        const cn_array *array = array_for(arrays, by_path, variable, i);
        CN_CHECK(cn_shape_equal(&array->shape, &variable->shape),
                 "%s: %s has shape %s, the model's has %s", path, variable->name,
                 cn_shape_str(&array->shape), cn_shape_str(&variable->shape));
    }
    for (int64_t i = 0; i < n; i++) {
        cn_variable *variable = &weights[i]->variable;
        const cn_batch all = {.size = variable->shape.rank == 0 ? 1 : variable->shape.dim[0]};
        CN_TRY(cn_gather_rows(array_for(arrays, by_path, variable, i), &all, variable->dtype,
                              variable->data, variable->name));
    }
    return CN_OK;
}

cn_status cn_load_npz_weights(const cn_load_weights_args *args)
{
    CN_CHECK(!args->by_name && !args->skip_mismatch,
             "by_name and skip_mismatch are for .h5 files, not for .npz");
    cn_arrays *arrays = cn_load_npz(args->path);
    if (arrays == NULL)
        return cn_error_status();
    cn_arena memory = {0};
    cn_status status = load(args->model, args->path, arrays, &memory);
    cn_arena_free(&memory);
    cn_arrays_free(arrays);
    return status;
}
