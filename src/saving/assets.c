/* What a .keras file, or a folder of its members, keeps of lookup layers beside config and weights:
 * the vocabulary that such a layer learnt, and the weights of its words. Here they stand in the
 * layer's config, where they are put before the model is drawn. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/text.h"
#include "saving/saving.h"
#include "saving/weights.h"

enum { MOST_VOCABULARY = 256 << 20 };

typedef struct assets {
    const cn_archive *archive; /* NULL: a folder */
    const char *folder;
    cn_arena memory;
    char *bytes; /* of the weights' file, which is opened when it is needed */
    cn_h5_file *file;
} assets;

/* ---- vocabularies ---------------------------------------------------------------------------- */

/* Strings, one in each line; empty ones at the end do not count. */
static cn_status parse_texts(const char *member, char *text, json_t **list)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n')
        text[--length] = '\0';
    *list = json_array();
    for (char *line = text, *next; line < text + length; line = next) {
        char *end = line + strcspn(line, "\n");
        next = end + 1;
        *end = '\0';
        if (cn_utf8_fault(line) != NULL) {
            const size_t number = json_array_size(*list) + 1;
            json_decref(*list);
            return cn_fail(CN_BAD_FILE, "%s: line %zu is not UTF-8", member, number);
        }
        cn_json_append(list, json_string(line));
    }
    CN_CHECK_MEMORY(*list);
    return CN_OK;
}

/* Whole numbers, one in each line. */
static cn_status parse_numbers(const char *member, const char *text, json_t **list)
{
    *list = json_array();
    while (*text != '\0') {
        char *end = NULL;
        errno = 0;
        const long long number = strtoll(text, &end, 10);
        const bool fits = end != text && errno == 0 && (*end == '\n' || *end == '\0');
        if (!fits) {
            json_decref(*list);
            return cn_fail(CN_BAD_FILE, "%s: \"%.32s\" is not a whole number in a line of its own",
                           member, text);
        }
        cn_json_append(list, json_integer(number));
        text = *end == '\n' ? end + 1 : end;
    }
    CN_CHECK_MEMORY(*list);
    return CN_OK;
}

/* A member, or a file of the folder; NULL: there is none. */
static cn_status read_member(assets *a, const char *name, char **text)
{
    cn_member member;
    bool found = false;
    size_t bytes = 0;
    if (a->archive != NULL) {
        CN_TRY(cn_archive_find(a->archive, name, &member, &found));
        return found ? cn_archive_read_all(a->archive, &member, MOST_VOCABULARY, text) : CN_OK;
    }
    const char *path = cn_arena_format(&a->memory, "%s/%s", a->folder, name);
    CN_CHECK_MEMORY(path);
    return access(path, F_OK) == 0 ? cn_file_read_all(path, MOST_VOCABULARY, text, &bytes) : CN_OK;
}

/* ends_empty: whether the last word is "", which Keras leaves out when it reads. */
static cn_status read_vocabulary(assets *a, const char *path, bool of_numbers, json_t *config,
                                 bool *ends_empty)
{
    const char *name = cn_arena_format(&a->memory, "assets/%s/vocabulary.txt", path);
    char *text = NULL;
    json_t *list = NULL;
    CN_CHECK_MEMORY(name);
    CN_TRY(read_member(a, name, &text));
    if (text == NULL)
        return CN_OK;
    *ends_empty = !of_numbers && text[0] != '\0' && text[strlen(text) - 1] == '\n';
    const cn_status status = of_numbers ? parse_numbers(name, text, &list)
                                        : parse_texts(name, text, &list);
    cn_release(text);
    CN_TRY(status);
    return json_object_set_new(config, "vocabulary", list) == 0 ? CN_OK : CN_OUT_OF_MEMORY;
}

/* ---- weights of words ------------------------------------------------------------------------ */

static cn_status read_numbers(assets *a, cn_h5_object *object, json_t **list)
{
    cn_h5_data data;
    CN_TRY(cn_h5_data_of(object, &data));
    const int64_t n = cn_shape_size(&data.shape);
    CN_CHECK(data.dtype == CN_FLOAT32, "idf_weights are %s, where float32 is expected",
             cn_dtype_name(data.dtype));
    float *numbers = cn_arena_allocate(&a->memory, (size_t)n * sizeof *numbers);
    CN_CHECK_MEMORY(numbers);
    CN_TRY(cn_h5_read(&data, numbers));
    *list = json_array();
    for (int64_t i = 0; i < n; i++)
        cn_json_append(list, cn_json_real((double)numbers[i]));
    CN_CHECK_MEMORY(*list);
    return CN_OK;
}

/* What fails to open has released its bytes. */
static cn_status open_weights(assets *a)
{
    char *bytes = NULL;
    if (a->file != NULL)
        return CN_OK;
    const char *path = cn_arena_format(&a->memory, "%s/model.weights.h5", a->folder);
    CN_CHECK_MEMORY(path);
    CN_TRY(a->archive != NULL ? cn_open_h5_member(a->archive, &bytes, &a->file)
                              : cn_open_h5_file(path, &bytes, &a->file));
    a->bytes = bytes;
    return CN_OK;
}

static cn_status read_weights(assets *a, const char *path, json_t *config)
{
    const char *name = cn_arena_format(&a->memory, "%s/vars/idf_weights", path);
    cn_h5_object *object = NULL;
    json_t *list = NULL;
    CN_CHECK_MEMORY(name);
    CN_TRY(open_weights(a));
    CN_TRY(cn_h5_find(cn_h5_root(a->file), name, &object));
    if (object == NULL)
        return CN_OK;
    CN_TRY(read_numbers(a, object, &list));
    return json_object_set_new(config, "idf_weights", list) == 0 ? CN_OK : CN_OUT_OF_MEMORY;
}

/* ---- the walk -------------------------------------------------------------------------------- */

static bool is_absent(const json_t *config, const char *key)
{
    const json_t *value = json_object_get(config, key);
    return value == NULL || json_is_null(value);
}

/* The word "" at the end comes back where outputs have a place for it, or there is a weight of it:
 * Keras writes such files, and cannot read them. */
static cn_status complete_words(json_t *config)
{
    json_t *words = json_object_get(config, "vocabulary");
    const json_int_t wanted = (json_int_t)json_array_size(words) + 1;
    const json_t *weights = json_object_get(config, "idf_weights");
    if (json_integer_value(json_object_get(config, "vocabulary_size")) != wanted &&
        (json_int_t)json_array_size(weights) != wanted)
        return CN_OK;
    return json_array_append_new(words, json_string("")) == 0 ? CN_OK : CN_OUT_OF_MEMORY;
}

static cn_status read_lookup(assets *a, const char *path, bool of_numbers, json_t *config)
{
    const char *mode = json_string_value(json_object_get(config, "output_mode"));
    bool ends_empty = false;
    if (!is_absent(config, "vocabulary"))
        return CN_OK;
    CN_TRY(read_vocabulary(a, path, of_numbers, config, &ends_empty));
    if (mode == NULL || strcmp(mode, "int") == 0)
        return CN_OK;
    if (strcmp(mode, "tf_idf") == 0 && is_absent(config, "idf_weights"))
        CN_TRY(read_weights(a, path, config));
    return ends_empty ? complete_words(config) : CN_OK;
}

static const char *class_of(const json_t *record)
{
    const char *name = json_string_value(json_object_get(record, "class_name"));
    return name == NULL ? "" : name;
}

/* Layers are called by their classes: integer_lookup, integer_lookup_1 ... seen: how many of each
 * class went before. */
static const char *path_of(assets *a, json_t *seen, const char *class, const char *around)
{
    const char *name = cn_snake_case(&a->memory, class);
    const json_int_t before = json_integer_value(json_object_get(seen, class));
    if (name == NULL || json_object_set_new(seen, class, json_integer(before + 1)) != 0)
        return NULL;
    return before == 0
               ? cn_arena_format(&a->memory, "%slayers/%s", around, name)
               : cn_arena_format(&a->memory, "%slayers/%s_%lld", around, name, (long long)before);
}

static cn_status walk(assets *a, json_t *record, const char *around);

static cn_status visit(assets *a, json_t *layer, const char *path)
{
    json_t *config = json_object_get(layer, "config");
    CN_CHECK_MEMORY(path);
    const char *class = class_of(layer);
    if (strchr(class, '/') != NULL)
        return cn_fail(CN_BAD_FILE, "a layer's class cannot be called \"%.100s\"", class);
    const bool of_numbers = strcmp(class, "IntegerLookup") == 0;
    if (of_numbers || strcmp(class, "StringLookup") == 0 || strcmp(class, "TextVectorization") == 0)
        CN_TRY(read_lookup(a, path, of_numbers, config));
    if (!json_is_array(json_object_get(config, "layers")))
        return CN_OK;
    const char *inside = cn_arena_format(&a->memory, "%s/", path);
    CN_CHECK_MEMORY(inside);
    return walk(a, layer, inside);
}

static cn_status walk(assets *a, json_t *record, const char *around)
{
    json_t *layers = json_object_get(json_object_get(record, "config"), "layers");
    json_t *seen = json_object();
    cn_status status = CN_OK;
    for (size_t i = 0; i < json_array_size(layers) && status == CN_OK; i++) {
        json_t *layer = json_array_get(layers, i);
        status = visit(a, layer, path_of(a, seen, class_of(layer), around));
    }
    json_decref(seen);
    return status;
}

cn_status cn_take_assets(const cn_archive *archive, const char *folder, json_t *record)
{
    assets a = {.archive = archive, .folder = folder};
    const cn_status status = walk(&a, record, "");
    cn_h5_close(a.file);
    cn_release(a.bytes);
    cn_arena_free(&a.memory);
    return status;
}
