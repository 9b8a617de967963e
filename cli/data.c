/* Data of the command line: words that name files, as arrays for the inputs or outputs of a
 * model. */
#include "cli.h"
#include "images.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct filling {
    const char *what; /* "--x", for messages */
    cn_tensors tensors;
    char **names; /* of the tensors */
    cli_data *data;
    int64_t next; /* the position that the next array without a name takes */
};

/* ---- names ----------------------------------------------------------------------------------- */

static int64_t position_of(const struct filling *filling, const char *name, size_t length)
{
    for (int64_t i = 0; i < filling->tensors.count; i++)
        if (strlen(filling->names[i]) == length && strncmp(filling->names[i], name, length) == 0)
            return i;
    return -1;
}

/* "a, b": the names there are, as many as fit. */
struct names {
    char text[512];
};

static struct names all_names(const char *const *names, int64_t count)
{
    struct names all = {""};
    size_t at = 0;
    for (int64_t i = 0; i < count && at < sizeof all.text; i++)
        at += (size_t)snprintf(all.text + at, sizeof all.text - at, "%s%s", i == 0 ? "" : ", ",
                               names[i]);
    return all;
}

static struct names own_names(const struct filling *filling)
{
    return all_names((const char *const *)filling->names, filling->tensors.count);
}

static bool put(struct filling *filling, int64_t position, const void *data, const char *word)
{
    if (position >= filling->tensors.count) {
        (void)cli_fail("%s: '%s' is one too many: the model has %lld (%s)", filling->what, word,
                       (long long)filling->tensors.count, own_names(filling).text);
        return false;
    }
    if (filling->data->at[position] != NULL) {
        (void)cli_fail("%s: '%s' is the second for %s", filling->what, word,
                       filling->names[position]);
        return false;
    }
    filling->data->at[position] = data;
    return true;
}

/* For the next input that has nothing yet, or the one of this position. */
static bool place(struct filling *filling, int64_t position, const cn_array *data, const char *word)
{
    if (data == NULL) {
        (void)cli_fail_by_library();
        return false;
    }
    if (cn_array_rank(data) == 0 || cn_array_dim(data, 0) == 0) {
        (void)cli_fail("%s: %s: an array of samples was expected, it has shape %s", filling->what,
                       word, cli_array_shape(data).text);
        return false;
    }
    return put(filling, position >= 0 ? position : filling->next++, data, word);
}

/* ---- .npz ------------------------------------------------------------------------------------ */

static bool is_unnamed(const cn_arrays *arrays)
{
    char name[32];
    for (int64_t i = 0; i < arrays->count; i++) {
        (void)snprintf(name, sizeof name, "arr_%lld", (long long)i);
        if (strcmp(arrays->names[i], name) != 0)
            return false;
    }
    return true;
}

/* A single array, or as many as are wanted without names, by position; otherwise those with the
 * model's names. */
static bool take_arrays(struct filling *filling, const cn_arrays *arrays, const char *path)
{
    int64_t found = 0;
    if (arrays->count == 1 &&
        (filling->tensors.count == 1 ||
         position_of(filling, arrays->names[0], strlen(arrays->names[0])) < 0))
        return place(filling, -1, arrays->arrays[0], path);
    if (is_unnamed(arrays)) {
        for (int64_t i = 0; i < arrays->count; i++)
            if (!place(filling, -1, arrays->arrays[i], path))
                return false;
        return true;
    }
    for (int64_t i = 0; i < arrays->count; i++) {
        const int64_t position = position_of(filling, arrays->names[i], strlen(arrays->names[i]));
        if (position >= 0 && !place(filling, position, arrays->arrays[i], path))
            return false;
        found += position >= 0;
    }
    if (found > 0)
        return true;
    (void)cli_fail("%s: %s has %s, but the model's names are %s; FILE.npz:NAME picks one",
                   filling->what, path, all_names(arrays->names, arrays->count).text,
                   own_names(filling).text);
    return false;
}

/* name: the only one that is wanted; NULL: see above. */
static bool take_npz(struct filling *filling, const char *path, const char *name, int64_t position)
{
    const cn_arrays *arrays = cn_load_npz(path);
    if (arrays == NULL)
        return place(filling, position, NULL, path);
    if (name == NULL && position < 0)
        return take_arrays(filling, arrays, path);
    if (name == NULL && arrays->count == 1)
        return place(filling, position, arrays->arrays[0], path);
    if (name == NULL)
        name = filling->names[position];
    const cn_array *array = cn_arrays_get(arrays, name);
    if (array == NULL)
        (void)cli_fail("%s: %s has no array '%s', it has %s", filling->what, path, name,
                       all_names(arrays->names, arrays->count).text);
    return array != NULL && place(filling, position, array, path);
}

/* ---- one word -------------------------------------------------------------------------------- */

static cn_csv *load_table(const char *path, cn_load_csv_args args)
{
    args.path = path;
    if (cli_ends_with(path, ".tsv"))
        args.separator = '\t';
    return cn_load_csv_with(&args);
}

static const char *text_at(const cn_csv_text *column, int64_t row)
{
    return column->vocabulary[(int64_t)cn_array_at(column->codes, row)];
}

/* The columns of text, as they are; if there are none, all columns are. The table owns the
 * texts. */
static const cn_array *load_strings(const char *path)
{
    cn_load_csv_args args = {CN_LOAD_CSV_DEFAULTS};
    cn_csv *table = load_table(path, args);
    for (int64_t i = 0; table != NULL && table->text_count == 0 && i < table->number_count; i++) {
        if (i == CN_MAX_LIST) {
            (void)cli_fail("%s: has more than %d columns of text", path, CN_MAX_LIST);
            return NULL;
        }
        args.text[i] = table->number_names[i];
    }
    if (args.text[0] != NULL)
        table = load_table(path, args);
    if (table == NULL)
        return NULL;
    const int64_t dims[2] = {table->rows, table->text_count};
    cn_array *strings = cn_array_new(CN_STRING, dims, 2, NULL);
    const char **to = strings == NULL ? NULL : cn_array_data(strings);
    for (int64_t i = 0; to != NULL && i < cn_array_size(strings); i++)
        to[i] = text_at(&table->texts[i % table->text_count], i / table->text_count);
    return strings;
}

static const cn_array *load_numbers(const char *path)
{
    const cn_csv *table = load_table(path, (cn_load_csv_args){CN_LOAD_CSV_DEFAULTS});
    if (table != NULL && table->number_count == 0) {
        (void)cli_fail("%s: has no column of numbers", path);
        return NULL;
    }
    return table == NULL ? NULL : table->numbers;
}

static bool is_empty(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size == 0;
}

static bool take_unknown(const struct filling *filling, const char *word, cli_file kind)
{
    const char *equals = strchr(word, '=');
    if (kind == CLI_NO_FILE && equals != NULL) {
        char name[64];
        (void)snprintf(name, sizeof name, "%.*s", (int)(equals - word), word);
        (void)cli_fail("%s: the model has no '%s': its names are %s", filling->what, name,
                       own_names(filling).text);
    } else if (kind == CLI_NO_FILE) {
        (void)cli_fail("%s: %s: there is no such file", filling->what, word);
    } else {
        (void)cli_fail("%s: %s: .npy, .npz, .csv, IDX, or an image was expected, it is %s",
                       filling->what, word, is_empty(word) ? "empty" : "something else");
    }
    return false;
}

/* "FILE.npz:NAME" */
static bool take_picked(struct filling *filling, const char *word, int64_t position, bool *done)
{
    const char *colon = strrchr(word, ':');
    *done = false;
    if (colon == NULL || colon == word)
        return true;
    char *path = strdup(word);
    if (path == NULL)
        return true;
    path[colon - word] = '\0';
    *done = cli_file_kind(path) == CLI_ZIP;
    const bool good = !*done || take_npz(filling, path, colon + 1, position);
    free(path);
    return good;
}

/* Whether that is what the next input, or the one of this position, takes. */
static bool takes_strings(const struct filling *filling, int64_t position)
{
    const int64_t at = position >= 0 ? position : filling->next;
    return at < filling->tensors.count &&
           strcmp(cn_tensor_dtype(filling->tensors.at[at]), "string") == 0;
}

static bool take_file(struct filling *filling, const char *path, int64_t position)
{
    bool done = false;
    const cli_file kind = cli_file_kind(path);
    switch (kind) {
    case CLI_NPY: return place(filling, position, cn_load_npy(path), path);
    case CLI_ZIP: return take_npz(filling, path, NULL, position);
    case CLI_IDX: return place(filling, position, cn_load_idx(path), path);
    case CLI_CSV: {
        const cn_array *table = takes_strings(filling, position) ? load_strings(path)
                                                                 : load_numbers(path);
        return (table != NULL || cn_failed()) && place(filling, position, table, path);
    }
    case CLI_NO_FILE:
        if (!take_picked(filling, path, position, &done))
            return false;
        return done || take_unknown(filling, path, kind);
    default: return take_unknown(filling, path, kind);
    }
}

/* ---- all words ------------------------------------------------------------------------------- */

/* Follows name= of a word; *name is the position, -1 if there is none. */
static const char *path_of(const struct filling *filling, const char *word, int64_t *position)
{
    const size_t length = strcspn(word, "=");
    *position = word[length] == '=' ? position_of(filling, word, length) : -1;
    return *position >= 0 ? word + length + 1 : word;
}

static bool is_image(const char *path)
{
    const cli_file kind = cli_file_kind(path);
    return kind == CLI_IMAGE || kind == CLI_FOLDER;
}

/* As many images as follow one another, or a folder, are one input's. */
static bool take_images(struct filling *filling, const cli_words *words, int64_t *i,
                        int64_t position, const cli_image_options *options)
{
    const char *first = NULL;
    const char **paths = calloc((size_t)words->count + 1, sizeof *paths);
    int64_t n = 0, other = 0;
    if (paths == NULL)
        return !cli_fail("out of memory");
    for (; *i < words->count; (*i)++) {
        const char *path = path_of(filling, words->at[*i], &other);
        if ((n > 0 && other >= 0) || !is_image(path))
            break;
        first = first == NULL ? path : first;
        paths[n++] = path;
    }
    const int64_t at = position >= 0 ? position : filling->next++;
    const void *data = NULL;
    if (at < filling->tensors.count)
        data = cli_load_images(filling->what, paths, n, filling->tensors.at[at], options,
                               filling->data);
    const bool good = (data != NULL || at >= filling->tensors.count) &&
                      put(filling, at, data, first);
    free(paths);
    return good;
}

static bool take_all(struct filling *filling, const cli_words *words,
                     const cli_image_options *images)
{
    for (int64_t i = 0; i < words->count;) {
        int64_t position;
        const char *path = path_of(filling, words->at[i], &position);
        if (images != NULL && is_image(path)) {
            if (!take_images(filling, words, &i, position, images))
                return false;
        } else {
            if (!take_file(filling, path, position))
                return false;
            i++;
        }
    }
    return true;
}

bool cli_read_data(const char *what, const cli_words *words, cn_tensors tensors,
                   const cli_image_options *images, cli_data *data)
{
    *data = (cli_data){.count = tensors.count};
    if (tensors.count == 0 || tensors.count > CN_MAX_LIST)
        return !cli_fail("the model is not built: the shape of its input is not known");
    struct filling filling = {
        .what = what, .tensors = tensors, .names = cli_tensor_names(tensors), .data = data};
    bool good = filling.names != NULL && take_all(&filling, words, images);
    for (int64_t i = 0; good && i < tensors.count; i++)
        if (data->at[i] == NULL)
            good = !cli_fail("%s: nothing is given for %s: the model has %lld (%s)", what,
                             filling.names[i], (long long)tensors.count, own_names(&filling).text);
    data->at[tensors.count] = CN_END;
    free(filling.names);
    return good;
}

cn_items cli_items(const cli_data *data)
{
    return (cn_items){.list = data->at};
}
