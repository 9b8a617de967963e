/* What a classifier's highest scores stand for, by a file of classes. */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "cornu/applications.h"
#include "runtime/array.h"
#include "runtime/file.h"

enum { MOST_FILE_BYTES = 1 << 26 };

/* The file's classes: names that point into its text or its JSON. */
struct classes {
    const char *path;
    char *text;
    size_t bytes;
    json_t *json;
    cn_class_score *list;
    int64_t n, capacity;
};

static cn_status add(struct classes *classes, const char *class_id, const char *name)
{
    CN_TRY(cn_grow(&classes->list, &classes->capacity, classes->n + 1, sizeof *classes->list));
    classes->list[classes->n] =
        (cn_class_score){.class_id = class_id, .name = name, .index = classes->n};
    classes->n++;
    return CN_OK;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* {"0": ["n01440764", "tench"], "1": ...}; the classes may come in any order. */
static cn_status read_json(struct classes *classes)
{
    json_error_t error;
    classes->json = json_loadb(classes->text, classes->bytes, JSON_REJECT_DUPLICATES, &error);
    if (classes->json == NULL)
        return cn_fail(CN_BAD_FILE, "%s: line %d: %s", classes->path, error.line, error.text);
    const size_t count = json_object_size(classes->json);
    for (size_t i = 0; i < count; i++) {
        char key[32];
        (void)snprintf(key, sizeof key, "%zu", i);
        const json_t *entry = json_object_get(classes->json, key);
        const char *class_id = json_string_value(json_array_get(entry, 0)),
                   *name = json_string_value(json_array_get(entry, 1));
        if (class_id == NULL || name == NULL)
            return cn_fail(CN_BAD_FILE,
                           "%s: expected \"%s\": [\"class id\", \"name\"], for each of %zu classes",
                           classes->path, key, count);
        CN_TRY(add(classes, class_id, name));
    }
    return CN_OK;
}

/* A name on each line; cn_file_read_all put a 0 behind the last. */
static cn_status read_lines(struct classes *classes)
{
    char *line = classes->text, *end = line + classes->bytes;
    while (line < end) {
        char *stop = line + strcspn(line, "\r\n");
        char *next = stop + (stop < end && stop[0] == '\r' && stop[1] == '\n' ? 2 : 1);
        *stop = '\0';
        CN_TRY(add(classes, "", line));
        line = next;
    }
    return CN_OK;
}

static cn_status read_classes(struct classes *classes)
{
    CN_CHECK(classes->path != NULL, "class_index must be the path of a file of classes");
    CN_TRY(cn_file_read_all(classes->path, MOST_FILE_BYTES, &classes->text, &classes->bytes));
    const char *first = classes->text + strspn(classes->text, " \t\r\n");
    return *first == '{' ? read_json(classes) : read_lines(classes);
}

/* ---- the result ------------------------------------------------------------------------------ */

/* The memory for the struct, its list and the names. */
static cn_status make(int64_t samples, int64_t top, const struct classes *classes,
                      cn_decoded **decoded, char **names)
{
    size_t bytes = 0;
    for (int64_t i = 0; i < classes->n; i++)
        bytes += strlen(classes->list[i].class_id) + strlen(classes->list[i].name) + 2;
    cn_array *storage = NULL;
    const size_t list = (size_t)(samples * top) * sizeof(cn_class_score);
    CN_TRY(cn_array_create_storage(sizeof(cn_decoded) + list + bytes, &storage));
    *decoded = storage->data;
    cn_class_score *at = (cn_class_score *)(*decoded + 1);
    **decoded = (cn_decoded){samples, top, at, storage};
    *names = (char *)(at + samples * top);
    return CN_OK;
}

static const char *keep(char **names, const char *text)
{
    char *kept = *names;
    *names += strlen(text) + 1;
    return strcpy(kept, text);
}

/* Of equal scores the later class comes first, as in Keras. NaN is below every number. */
static bool is_before(const cn_class_score *a, const cn_class_score *b)
{
    const double x = isnan(a->score) ? -HUGE_VAL : a->score,
                 y = isnan(b->score) ? -HUGE_VAL : b->score;
    return x != y ? x > y : a->index > b->index;
}

/* Keeps the best of a sample in order while they are found. */
static void choose(const cn_array *predictions, int64_t sample, const struct classes *classes,
                   cn_class_score *best, int64_t top)
{
    int64_t n = 0;
    for (int64_t i = 0; i < classes->n; i++) {
        cn_class_score one = classes->list[i];
        one.score = cn_array_at(predictions, sample * classes->n + i);
        int64_t place = n;
        while (place > 0 && is_before(&one, &best[place - 1]))
            place--;
        if (place == top)
            continue;
        n += n < top;
        memmove(&best[place + 1], &best[place], (size_t)(n - 1 - place) * sizeof *best);
        best[place] = one;
    }
}

static cn_status decode(const cn_decode_predictions_args *args, struct classes *classes,
                        cn_decoded **decoded)
{
    const cn_array *predictions = NULL;
    CN_TRY(cn_numbers_check(args->predictions, "predictions", &predictions));
    const cn_shape *shape = &predictions->shape;
    CN_CHECK(shape->rank == 2, "predictions must have shape (samples, classes), not %s",
             cn_shape_str(shape));
    CN_CHECK(args->top > 0, "top must be positive, got %" PRId64, args->top);
    CN_TRY(read_classes(classes));
    CN_CHECK(classes->n == shape->dim[1],
             "%s has %" PRId64 " classes, which do not fit predictions of shape %s", classes->path,
             classes->n, cn_shape_str(shape));
    const int64_t top = args->top < classes->n ? args->top : classes->n;
    char *names = NULL;
    CN_TRY(make(shape->dim[0], top, classes, decoded, &names));
    for (int64_t i = 0; i < classes->n; i++) {
        classes->list[i].class_id = keep(&names, classes->list[i].class_id);
        classes->list[i].name = keep(&names, classes->list[i].name);
    }
    for (int64_t i = 0; i < shape->dim[0]; i++)
        choose(predictions, i, classes, (cn_class_score *)(*decoded + 1) + i * top, top);
    return CN_OK;
}

cn_decoded *cn_decode_predictions_with(const cn_decode_predictions_args *args)
{
    struct classes classes = {.path = args->class_index};
    cn_decoded *decoded = NULL;
    const bool failed_before = cn_failed();
    cn_status status = decode(args, &classes, &decoded);
    if (status != CN_OK && !failed_before)
        cn_fail_in("cn_decode_predictions");
    json_decref(classes.json);
    cn_release(classes.text);
    cn_release(classes.list);
    return status == CN_OK ? decoded : NULL;
}

void cn_decoded_free(cn_decoded *decoded)
{
    if (decoded != NULL)
        cn_array_free(decoded->storage_);
}
