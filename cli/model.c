/* Models from files of every kind that the library loads. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static void warn(void *context, const char *message)
{
    (void)context;
    cli_warn("%s", message);
}

static cn_model *load_architecture(const char *path)
{
    char *text = cli_read_text(path);
    if (text == NULL)
        return NULL;
    cn_model *model = cn_from_json(text);
    free(text);
    if (model == NULL)
        (void)cli_fail("%s: %s", path, cli_library_message());
    return model;
}

static cn_model *load_file(const char *path, bool *has_weights)
{
    *has_weights = cli_file_kind(path) != CLI_JSON;
    if (!*has_weights)
        return load_architecture(path);
    cn_model *model = cn_load_model(path, .warn = warn);
    if (model == NULL && strstr(cn_error(), "has no attribute 'model_config'") != NULL)
        (void)cli_fail(
            "%s: holds weights without a model: name the file of the model, and this one "
            "with --weights",
            path);
    else if (model == NULL)
        (void)cli_fail_by_library();
    return model;
}

cn_model *cli_load_model(const cli_model *from, bool *has_weights)
{
    bool has = false;
    cn_model *model = load_file(from->path, &has);
    if (model != NULL && from->weights != NULL) {
        has = true;
        if (cn_load_weights(model, from->weights, .warn = warn) != CN_OK) {
            (void)cli_fail_by_library();
            model = NULL;
        }
    }
    if (has_weights != NULL)
        *has_weights = has;
    return model;
}

/* ---- names and shapes ------------------------------------------------------------------------ */

static bool is_taken(char *const *names, int64_t n, const char *name)
{
    for (int64_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

char **cli_tensor_names(cn_tensors tensors)
{
    const size_t n = (size_t)tensors.count;
    size_t bytes = n * sizeof(char *) + sizeof(char *);
    for (size_t i = 0; i < n; i++)
        bytes += strlen(cn_tensor_name(tensors.at[i])) + 16;
    char **names = calloc(1, bytes), *text = (char *)(names + n + 1);
    if (names == NULL) {
        (void)cli_fail("out of memory");
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        const char *name = cn_tensor_name(tensors.at[i]);
        int length = sprintf(text, "%s", name);
        for (int k = 1; is_taken(names, (int64_t)i, text); k++)
            length = sprintf(text, "%s_%d", name, k % 1000000);
        names[i] = text;
        text += length + 1;
    }
    return names;
}

static void add_dim(cli_shape *shape, int64_t dim, bool first)
{
    const size_t n = strlen(shape->text);
    if (dim == CN_NONE)
        (void)snprintf(shape->text + n, sizeof shape->text - n, "%sNone", first ? "" : ", ");
    else
        (void)snprintf(shape->text + n, sizeof shape->text - n, "%s%lld", first ? "" : ", ",
                       (long long)dim);
}

static void end_shape(cli_shape *shape, int rank)
{
    const size_t n = strlen(shape->text);
    (void)snprintf(shape->text + n, sizeof shape->text - n, rank == 1 ? ",)" : ")");
}

cli_shape cli_tensor_shape(const cn_tensor *tensor)
{
    cli_shape shape = {"("};
    const int rank = cn_tensor_rank(tensor);
    for (int i = 0; i < rank; i++)
        add_dim(&shape, cn_tensor_dim(tensor, i), i == 0);
    end_shape(&shape, rank);
    return shape;
}

cli_shape cli_array_shape(const cn_array *array)
{
    cli_shape shape = {"("};
    const int rank = cn_array_rank(array);
    for (int i = 0; i < rank; i++)
        add_dim(&shape, cn_array_dim(array, i), i == 0);
    end_shape(&shape, rank);
    return shape;
}

cli_number cli_grouped(int64_t number)
{
    cli_number grouped;
    char digits[32];
    const int n = snprintf(digits, sizeof digits, "%lld", (long long)number);
    size_t at = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
            grouped.text[at++] = ',';
        grouped.text[at++] = digits[i];
    }
    grouped.text[at] = '\0';
    return grouped;
}
