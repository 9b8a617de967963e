/* Categories as numbers, in several forms. */
#include "layers/categories.h"

#include <inttypes.h>
#include <string.h>

const char *const cn_output_modes[] = {"int", "one_hot", "multi_hot", "count", "tf_idf", NULL};

cn_status cn_check_output_mode(const char *mode, const char *const *modes, int64_t n)
{
    char list[96] = "";
    for (int64_t i = 0; i < n; i++) {
        if (mode != NULL && strcmp(mode, modes[i]) == 0)
            return CN_OK;
        strcat(strcat(strcat(list, i == 0       ? "\""
                                   : i == n - 1 ? " or \""
                                                : ", \""),
                      modes[i]),
               "\"");
    }
    return cn_fail(CN_INVALID, "output_mode must be %s, got \"%s\"", list,
                   mode == NULL ? "NULL" : mode);
}

static bool is_apart(const char *mode)
{
    return strcmp(mode, "int") == 0 || strcmp(mode, "one_hot") == 0;
}

cn_status cn_check_counted(const cn_layer *layer, const cn_type *input, const char *mode)
{
    const cn_shape *shape = &input->shape;
    CN_CHECK(is_apart(mode) || shape->rank >= 2,
             "%s: output_mode \"%s\" needs an input of rank >= 2, got shape %s", layer->name, mode,
             cn_shape_str(shape));
    CN_CHECK(shape->rank < CN_MAX_RANK, "%s: input needs rank < %d, got shape %s", layer->name,
             CN_MAX_RANK, cn_shape_str(shape));
    return CN_OK;
}

static cn_value emit_one_hot(cn_program *p, cn_value numbers, int64_t depth)
{
    const cn_shape shape = *cn_shape_of(p, numbers);
    if (shape.rank > 1 && shape.dim[shape.rank - 1] == 1)
        numbers = cn_emit_squeeze(p, numbers, -1);
    return cn_emit_one_hot(p, numbers, depth);
}

cn_value cn_emit_categories(cn_program *p, cn_value numbers, const char *mode, int64_t depth,
                            cn_value weights)
{
    if (numbers == CN_NO_VALUE || strcmp(mode, "int") == 0)
        return numbers;
    if (strcmp(mode, "one_hot") == 0)
        return emit_one_hot(p, numbers, depth);
    cn_value ones = cn_emit_one_hot(p, numbers, depth);
    if (strcmp(mode, "multi_hot") == 0)
        return cn_emit_max(p, ones, CN_AXES(1), false);
    if (weights != CN_NO_VALUE)
        ones = cn_emit_multiply(p, ones, cn_emit_expand_dims(p, weights, -1));
    return cn_emit_sum(p, ones, CN_AXES(1), false);
}

cn_value cn_emit_bins(cn_program *p, cn_value numbers, int64_t bins,
                      const int64_t salt[CN_MAX_RANK])
{
    const bool keyed = salt[0] != CN_NONE;
    const cn_hash_bucket_attributes attributes = {bins, keyed, keyed ? salt[0] : 0,
                                                  keyed ? salt[salt[1] == CN_NONE ? 0 : 1] : 0};
    return numbers == CN_NO_VALUE
               ? numbers
               : cn_program_append(p, &cn_op_hash_bucket, &attributes, &numbers, 1);
}

cn_status cn_keep_numbers(const cn_layer *layer, cn_kept_numbers *kept, const char *name,
                          cn_dtype dtype, const double *numbers, int64_t n)
{
    const char *path =
        cn_arena_format(cn_session_arena(layer->session), "%s/%s", cn_layer_path(layer), name);
    CN_CHECK_MEMORY(path);
    CN_TRY(cn_variable_init(&kept->variable, path, dtype, CN_SHAPE(n), NULL));
    for (int64_t i = 0; i < n; i++) {
        if (dtype == CN_INT32)
            ((int32_t *)kept->variable.data)[i] = (int32_t)numbers[i];
        else
            ((float *)kept->variable.data)[i] = (float)numbers[i];
    }
    return CN_OK;
}

/* ---- learning -------------------------------------------------------------------------------- */

cn_status cn_check_numbers_to_learn(const cn_layer *layer, const cn_array *data)
{
    CN_CHECK(data->dtype != CN_STRING, "%s: learns from numbers, got strings", layer->name);
    return CN_OK;
}

cn_status cn_check_not_called(const cn_layer *layer)
{
    CN_CHECK(!layer->built, "%s was called already: it is to learn before", layer->name);
    return CN_OK;
}

static cn_status adapt(cn_layer *layer, const cn_array *data)
{
    CN_CHECK(layer->class->adapt != NULL, "%s learns nothing from data", layer->name);
    return layer->class->adapt(layer, (void *)(uintptr_t)layer->args, data);
}

cn_status cn_adapt(cn_layer *layer, const cn_array *data)
{
    const cn_array *checked = NULL;
    CN_TRY(cn_layer_check(layer, "cn_adapt"));
    CN_TRY(cn_array_check(data, "cn_adapt", &checked));
    const cn_status status = cn_shape_size(&checked->shape) > 0
                                 ? adapt(layer, checked)
                                 : cn_fail(CN_INVALID, "%s: there are no data", layer->name);
    if (status != CN_OK)
        cn_fail_in("cn_adapt");
    return status;
}
