/* cornu diff: what two models, or two files of weights, do not have in common. */
#include "cli.h"
#include "json.h"
#include "renaming.h"

#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    const char *a, *b;
    double tolerance;
    int64_t limit;
    bool weights_only;
};

/* ---- records --------------------------------------------------------------------------------- */

/* Parts of a record that say nothing about a model. */
static bool is_noise(const char *key)
{
    static const char *const keys[] = {"shared_object_id",   "build_config", "module",
                                       "registered_name",    "jit_compile",  "run_eagerly",
                                       "steps_per_execution"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* A layer's name, where the entry of a list is one. */
static const char *name_of(const json_t *entry)
{
    const json_t *name = json_object_get(json_object_get(entry, "config"), "name");
    return json_string_value(json_object_get(entry, "class_name") == NULL ? NULL : name);
}

/* {name: entry} of a list; the first where names come again. */
static json_t *by_name(const json_t *list)
{
    json_t *table = json_object(), *entry;
    size_t i;
    json_array_foreach(list, i, entry)
    {
        const char *name = name_of(entry);
        if (name != NULL && json_object_get(table, name) == NULL)
            (void)json_object_set(table, name, entry);
    }
    return table;
}

static void print_value(const json_t *value)
{
    enum { MOST = 120 };
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(9));
    printf("%.*s%s", MOST, text == NULL ? "?" : text,
           text != NULL && strlen(text) > MOST ? "..." : "");
    free(text);
}

static void print_side(const char *path, char sign, const json_t *value)
{
    const cli_style style = sign == '-' ? CLI_RED : CLI_GREEN;
    printf("%s%c %s: ", cli_style_code(stdout, style), sign, path);
    if (name_of(value) != NULL)
        printf("%s", json_string_value(json_object_get(value, "class_name")));
    else
        print_value(value);
    printf("%s\n", cli_style_code(stdout, CLI_PLAIN));
}

/* "dense.units": the words "config" and "layers" on the way say nothing. */
static const char *extend(char *to, size_t size, const char *path, const char *key)
{
    if (strcmp(key, "config") == 0 || strcmp(key, "layers") == 0)
        return path;
    (void)snprintf(to, size, "%s%s%s", path, *path == '\0' ? "" : ".", key);
    return to;
}

static int64_t compare(const char *path, const json_t *a, const json_t *b);

static int64_t compare_objects(const char *path, const json_t *a, const json_t *b)
{
    char longer[512];
    const char *key;
    json_t *value;
    int64_t n = 0;
    json_object_foreach((json_t *)(uintptr_t)a, key, value)
    {
        if (!is_noise(key))
            n += compare(extend(longer, sizeof longer, path, key), value, json_object_get(b, key));
    }
    json_object_foreach((json_t *)(uintptr_t)b, key, value)
    {
        if (!is_noise(key) && json_object_get(a, key) == NULL)
            n += compare(extend(longer, sizeof longer, path, key), NULL, value);
    }
    return n;
}

/* What an entry at place i is called. */
static const char *key_of(const json_t *entry, size_t i, char *number, size_t size)
{
    (void)snprintf(number, size, "%zu", i);
    return name_of(entry) == NULL ? number : name_of(entry);
}

/* Those at place i of two lists, whose entries by name are named_a and named_b. */
static int64_t compare_entries(const char *path, size_t i, const json_t *left, const json_t *right,
                               const json_t *named_a, const json_t *named_b)
{
    char longer[512], number[32];
    int64_t n = 0;
    if (name_of(left) == NULL && name_of(right) == NULL)
        return compare(extend(longer, sizeof longer, path, key_of(NULL, i, number, sizeof number)),
                       left, right);
    if (left != NULL)
        n += compare(extend(longer, sizeof longer, path, key_of(left, i, number, sizeof number)),
                     left, json_object_get(named_b, name_of(left)));
    if (right != NULL && json_object_get(named_a, name_of(right)) == NULL)
        n += compare(extend(longer, sizeof longer, path, key_of(right, i, number, sizeof number)),
                     NULL, right);
    return n;
}

/* Layers are found by their names, everything else by its place. */
static int64_t compare_lists(const char *path, const json_t *a, const json_t *b)
{
    json_t *named_a = by_name(a), *named_b = by_name(b);
    int64_t n = 0;
    for (size_t i = 0; i < json_array_size(a) || i < json_array_size(b); i++)
        n += compare_entries(path, i, json_array_get(a, i), json_array_get(b, i), named_a, named_b);
    json_decref(named_a);
    json_decref(named_b);
    return n;
}

/* Prints what differs, and returns how much that is. */
static int64_t compare(const char *path, const json_t *a, const json_t *b)
{
    if (json_is_null(a) && b == NULL)
        return 0;
    if (json_is_null(b) && a == NULL)
        return 0;
    if (json_is_object(a) && json_is_object(b))
        return compare_objects(path, a, b);
    if (json_is_array(a) && json_is_array(b) && name_of(json_array_get(a, 0)) != NULL)
        return compare_lists(path, a, b);
    if (a != NULL && b != NULL && json_equal(a, b))
        return 0;
    if (a != NULL)
        print_side(path, '-', a);
    if (b != NULL)
        print_side(path, '+', b);
    return 1;
}

static void print_names(const json_t *names)
{
    const char *key;
    json_t *name;
    json_object_foreach((json_t *)(uintptr_t)names, key, name)
        printf("%s= %s: called %s in B%s\n", cli_style_code(stdout, CLI_FAINT),
               json_string_value(name), key, cli_style_code(stdout, CLI_PLAIN));
}

/* renamed: whether layers are the same but for their names, which is no difference. */
static int64_t compare_records(const cn_model *a, const cn_model *b, bool *renamed)
{
    char *texts[2] = {cn_to_json(a), cn_to_json(b)};
    json_t *left = cli_read_json(texts[0]);
    json_t *right = cli_read_json(texts[1]);
    json_t *names = left == NULL || right == NULL ? NULL : cli_rename_like(left, right);
    *renamed = json_object_size(names) > 0;
    print_names(names);
    const int64_t n = names == NULL ? -1 : compare("", left, right);
    json_decref(names);
    json_decref(left);
    json_decref(right);
    free(texts[0]);
    free(texts[1]);
    return n;
}

/* ---- weights --------------------------------------------------------------------------------- */

/* Arrays by name: of a model or of a file. */
struct arrays {
    const char **names;
    const cn_array **at;
    int64_t count;
    json_t *places; /* {name: its first place} */
};

struct difference {
    const char *name;
    const cn_array *a, *b;
    double largest, mean;
};

static bool make_arrays(struct arrays *arrays, int64_t n)
{
    arrays->names = calloc((size_t)n + 1, sizeof *arrays->names);
    arrays->at = calloc((size_t)n + 1, sizeof *arrays->at);
    arrays->count = n;
    return (arrays->names != NULL && arrays->at != NULL) || !cli_fail("out of memory");
}

static void find_places(struct arrays *arrays)
{
    json_decref(arrays->places);
    arrays->places = json_object();
    for (int64_t i = arrays->count - 1; i >= 0; i--)
        (void)json_object_set_new(arrays->places, arrays->names[i], json_integer(i));
}

static bool take_arrays(const cn_arrays *list, struct arrays *arrays)
{
    if (list == NULL)
        return !cli_fail_by_library();
    if (!make_arrays(arrays, list->count))
        return false;
    for (int64_t i = 0; i < list->count; i++) {
        arrays->names[i] = list->names[i];
        arrays->at[i] = list->arrays[i];
    }
    find_places(arrays);
    return true;
}

static const cn_array *array_of(const struct arrays *arrays, const char *name)
{
    const json_t *place = json_object_get(arrays->places, name);
    return place == NULL ? NULL : arrays->at[json_integer_value(place)];
}

/* Numbers that are NaN on both sides are equal, on one side they differ infinitely. */
static void measure(struct difference *difference)
{
    const int64_t n = cn_array_size(difference->a);
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        const double a = cn_array_at(difference->a, i), b = cn_array_at(difference->b, i);
        double d = a == b || (isnan(a) && isnan(b)) ? 0 : fabs(a - b);
        d = isnan(d) ? INFINITY : d;
        difference->largest = fmax(difference->largest, d);
        sum += d;
    }
    difference->mean = n == 0 ? 0 : sum / (double)n;
}

static int by_size(const void *a, const void *b)
{
    const double left = ((const struct difference *)a)->largest,
                 right = ((const struct difference *)b)->largest;
    return (left < right) - (left > right);
}

static void print_differences(const struct settings *settings, struct difference *list, int64_t n)
{
    qsort(list, (size_t)n, sizeof *list, by_size);
    int width = 4;
    for (int64_t i = 0; i < n && i < settings->limit; i++)
        width = (int)strlen(list[i].name) > width ? (int)strlen(list[i].name) : width;
    printf("%s%-*s  %-18s %13s %13s%s\n", cli_style_code(stdout, CLI_FAINT), width, "weight",
           "shape", "largest diff.", "mean diff.", cli_style_code(stdout, CLI_PLAIN));
    for (int64_t i = 0; i < n && i < settings->limit; i++)
        printf("%-*s  %-18s %13.6g %13.6g\n", width, list[i].name, cli_array_shape(list[i].a).text,
               list[i].largest, list[i].mean);
    if (n > settings->limit)
        printf("... and %s more\n", cli_grouped(n - settings->limit).text);
}

/* What only one side has, or has in another shape. */
static int64_t compare_names(const struct arrays *a, const struct arrays *b)
{
    int64_t n = 0;
    for (int64_t i = 0; i < a->count; i++) {
        const cn_array *other = array_of(b, a->names[i]);
        const cli_shape left = cli_array_shape(a->at[i]);
        if (other != NULL && strcmp(left.text, cli_array_shape(other).text) == 0)
            continue;
        n++;
        printf("%s- %s: %s%s\n", cli_style_code(stdout, CLI_RED), a->names[i], left.text,
               cli_style_code(stdout, CLI_PLAIN));
        if (other != NULL)
            printf("%s+ %s: %s%s\n", cli_style_code(stdout, CLI_GREEN), a->names[i],
                   cli_array_shape(other).text, cli_style_code(stdout, CLI_PLAIN));
    }
    for (int64_t i = 0; i < b->count; i++)
        if (array_of(a, b->names[i]) == NULL && ++n > 0)
            printf("%s+ %s: %s%s\n", cli_style_code(stdout, CLI_GREEN), b->names[i],
                   cli_array_shape(b->at[i]).text, cli_style_code(stdout, CLI_PLAIN));
    return n;
}

static int64_t compare_numbers(const struct settings *settings, const struct arrays *a,
                               const struct arrays *b)
{
    struct difference *list = calloc((size_t)a->count + 1, sizeof *list);
    int64_t n = 0, same = 0;
    if (list == NULL)
        return -1;
    for (int64_t i = 0; i < a->count; i++) {
        struct difference *next = &list[n];
        *next = (struct difference){.name = a->names[i], .a = a->at[i]};
        next->b = array_of(b, next->name);
        if (next->b == NULL || cn_array_size(next->a) != cn_array_size(next->b))
            continue;
        measure(next);
        if (next->largest > settings->tolerance)
            n++;
        else
            same++;
    }
    if (n > 0)
        print_differences(settings, list, n);
    printf("%s weights are equal, %s differ\n", cli_grouped(same).text, cli_grouped(n).text);
    free(list);
    return n;
}

static bool has_others(const struct arrays *a, const struct arrays *b)
{
    for (int64_t i = 0; i < a->count; i++)
        if (array_of(b, a->names[i]) == NULL)
            return true;
    return false;
}

/* Where layers are called otherwise, weights are found by their order, if it has the same
 * shapes. */
static void name_like(const struct arrays *a, struct arrays *b)
{
    bool same = a->count == b->count;
    for (int64_t i = 0; same && i < a->count; i++)
        same = strcmp(cli_array_shape(a->at[i]).text, cli_array_shape(b->at[i]).text) == 0;
    if (!same || a->count == 0)
        return;
    memcpy(b->names, a->names, (size_t)a->count * sizeof *a->names);
    find_places(b);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* A file is a model, or weights alone: then *model is NULL. */
static bool load(const char *path, cn_model **model, struct arrays *arrays)
{
    *model = NULL;
    if (!cli_is_for_weights(path)) {
        *model = cli_load_model(&(const cli_model){.path = path}, NULL);
        return *model != NULL && take_arrays(cn_get_weights(*model), arrays);
    }
    return take_arrays(cn_load_weight_arrays(path), arrays);
}

static cli_result compare_all(const struct settings *settings, struct arrays *a, struct arrays *b)
{
    cn_model *left = NULL, *right = NULL;
    int64_t n = 0;
    if (!load(settings->a, &left, a) || !load(settings->b, &right, b))
        return CLI_FAILED;
    if ((left == NULL) != (right == NULL))
        return cli_fail("%s has a model, %s has weights alone: two of a kind were expected",
                        left != NULL ? settings->a : settings->b,
                        left != NULL ? settings->b : settings->a);
    bool renamed = false;
    if (left != NULL && !settings->weights_only)
        n += compare_records(left, right, &renamed);
    if (renamed || (left != NULL && settings->weights_only && has_others(a, b)))
        name_like(a, b);
    n += compare_names(a, b);
    n += compare_numbers(settings, a, b);
    if (cn_failed())
        return cli_fail_by_library();
    return n == 0 ? CLI_OK : CLI_FAILED;
}

static void free_arrays(struct arrays *arrays)
{
    free(arrays->names);
    free(arrays->at);
    json_decref(arrays->places);
}

static cli_result run(const void *own)
{
    struct arrays a = {.count = 0}, b = {.count = 0};
    const cli_result result = compare_all(own, &a, &b);
    free_arrays(&a);
    free_arrays(&b);
    return result;
}

static const cli_option options[] = {
    {.name = "A",
     .kind = CLI_TEXT,
     .field = offsetof(struct settings, a),
     .help = "a model, or a file of weights (.weights.h5, .weights.json, .npz)"},
    {.name = "B",
     .kind = CLI_TEXT,
     .field = offsetof(struct settings, b),
     .help = "the model, or the file of weights, to compare it with"},
    {.name = "tolerance",
     .kind = CLI_REAL,
     .argument = "T",
     .field = offsetof(struct settings, tolerance),
     .help = "numbers that differ by no more count as equal"},
    {.name = "limit",
     .kind = CLI_INTEGER,
     .argument = "N",
     .field = offsetof(struct settings, limit),
     .help = "show so many weights, those that differ most; 10 if not given"},
    {.name = "weights-only",
     .kind = CLI_FLAG,
     .field = offsetof(struct settings, weights_only),
     .help = "do not compare layers and compile settings"},
    {.name = NULL},
};

const cli_command cli_diff = {
    .name = "diff",
    .purpose = "compare two models: layers, settings, weights",
    .text =
        "Compares layers and their arguments, compile settings and weights of two models, and prints "
        "what differs: lines with - are of A, those with + of B. Layers that are the same but for their "
        "names count as equal; lines with = say so. The exit status is 1 if anything differs.",
    .example = "cornu diff before.keras after.keras --tolerance 1e-6",
    .options = options,
    .settings_size = sizeof(struct settings),
    .defaults = &(const struct settings){.limit = 10},
    .run = run,
};
