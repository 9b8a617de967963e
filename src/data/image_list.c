/* The names of the images in a folder and the folders inside it, in an order that does not depend
 * on the file system. */
#include "data/image_list.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { MOST_DEPTH = 32, MOST_IMAGES = 1 << 28 };

struct names {
    char **items;
    int64_t count, capacity;
};

struct listing {
    cn_arena *arena;
    struct names paths;
    int32_t *labels;
    int64_t labels_capacity;
};

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static cn_status add(struct names *names, char *item)
{
    CN_CHECK_MEMORY(item);
    CN_TRY(cn_grow(&names->items, &names->capacity, names->count + 1, sizeof *names->items));
    names->items[names->count++] = item;
    return CN_OK;
}

/* The names in a folder but those that begin with a dot, sorted. */
static cn_status read_names(const char *directory, cn_arena *arena, struct names *names)
{
    DIR *stream = opendir(directory);
    if (stream == NULL)
        return cn_fail(CN_IO, "%s: this folder cannot be read", directory);
    cn_status status = CN_OK;
    for (struct dirent *entry; status == CN_OK && (entry = readdir(stream)) != NULL;)
        if (entry->d_name[0] != '.')
            status = add(names, cn_arena_text(arena, entry->d_name));
    (void)closedir(stream);
    if (status == CN_OK && names->count > 0)
        qsort(names->items, (size_t)names->count, sizeof *names->items, by_bytes);
    return status;
}

static bool has_ending(const char *name, const char *const *endings)
{
    const char *ending = strrchr(name, '.');
    for (; ending != NULL && *endings != NULL; endings++)
        if (strcasecmp(ending, *endings) == 0)
            return true;
    return false;
}

/* Other files than images are passed over; images that could not be read are refused now. */
static cn_status add_file(struct listing *listing, char *path, int32_t label)
{
    static const char *const known[] = {".png", ".jpg", ".jpeg", NULL}, *const unknown[] = {
                                                                            ".bmp",  ".gif",
                                                                            ".webp", ".tif",
                                                                            ".tiff", NULL};
    CN_CHECK(!has_ending(path, unknown), "%s: only PNG and JPEG images can be read", path);
    if (!has_ending(path, known))
        return CN_OK;
    CN_CHECK(listing->paths.count < MOST_IMAGES, "%s: these are too many images", path);
    CN_TRY(cn_grow(&listing->labels, &listing->labels_capacity, listing->paths.count + 1,
                   sizeof *listing->labels));
    listing->labels[listing->paths.count] = label;
    return add(&listing->paths, path);
}

static cn_status add_folder(struct listing *listing, const char *directory, int32_t label,
                            int depth)
{
    struct names names = {0};
    CN_CHECK(depth < MOST_DEPTH, "%s: folders lie more than %d deep", directory, MOST_DEPTH);
    cn_status status = read_names(directory, listing->arena, &names);
    for (int64_t i = 0; i < names.count && status == CN_OK; i++) {
        struct stat found;
        char *path = cn_arena_format(listing->arena, "%s/%s", directory, names.items[i]);
        if (path == NULL)
            status = cn_fail(CN_OUT_OF_MEMORY, "out of memory");
        else if (stat(path, &found) == 0 && S_ISDIR(found.st_mode))
            status = add_folder(listing, path, label, depth + 1);
        else
            status = add_file(listing, path, label);
    }
    cn_release(names.items);
    return status;
}

/* ---- classes --------------------------------------------------------------------------------- */

static cn_status find_classes(const char *directory, cn_arena *arena, struct names *classes)
{
    struct names names = {0};
    cn_status status = read_names(directory, arena, &names);
    for (int64_t i = 0; i < names.count && status == CN_OK; i++) {
        struct stat found;
        const char *path = cn_arena_format(arena, "%s/%s", directory, names.items[i]);
        if (path == NULL)
            status = cn_fail(CN_OUT_OF_MEMORY, "out of memory");
        else if (stat(path, &found) == 0 && S_ISDIR(found.st_mode))
            status = add(classes, names.items[i]);
    }
    cn_release(names.items);
    if (status == CN_OK && classes->count == 0)
        status = cn_fail(CN_INVALID,
                         "%s: has no folders, one is needed for each class (or .label_mode = NULL)",
                         directory);
    return status;
}

static cn_status take_classes(const char *directory, const char *const *given, cn_arena *arena,
                              struct names *classes)
{
    if (given[0] == NULL)
        return find_classes(directory, arena, classes);
    for (; *given != NULL; given++)
        CN_TRY(add(classes, cn_arena_text(arena, *given)));
    return CN_OK;
}

static cn_status add_classes(struct listing *listing, const char *directory,
                             const struct names *classes)
{
    for (int64_t i = 0; i < classes->count; i++) {
        const int64_t before = listing->paths.count;
        const char *path = cn_arena_format(listing->arena, "%s/%s", directory, classes->items[i]);
        CN_CHECK_MEMORY(path);
        CN_TRY(add_folder(listing, path, (int32_t)i, 0));
        CN_CHECK(listing->paths.count > before, "%s: has no PNG or JPEG images", path);
    }
    return CN_OK;
}

static cn_status keep(const struct listing *listing, const struct names *classes,
                      cn_image_list *list)
{
    const size_t n = (size_t)listing->paths.count;
    *list = (cn_image_list){.n_classes = classes->count, .count = listing->paths.count};
    list->classes = cn_arena_copy(listing->arena, classes->items,
                                  (size_t)classes->count * sizeof *classes->items);
    list->paths = cn_arena_copy(listing->arena, listing->paths.items, n * sizeof *list->paths);
    list->labels = cn_arena_copy(listing->arena, listing->labels, n * sizeof *list->labels);
    CN_CHECK_MEMORY(list->paths);
    CN_CHECK_MEMORY(list->labels);
    if (classes->count > 0)
        CN_CHECK_MEMORY(list->classes);
    return CN_OK;
}

cn_status cn_image_list_make(const char *directory, bool by_class, const char *const *classes,
                             cn_arena *arena, cn_image_list *list)
{
    struct names taken = {0};
    struct listing listing = {.arena = arena};
    cn_status status = CN_OK;
    if (by_class) {
        status = take_classes(directory, classes, arena, &taken);
        if (status == CN_OK)
            status = add_classes(&listing, directory, &taken);
    } else
        status = add_folder(&listing, directory, 0, 0);
    if (status == CN_OK && listing.paths.count == 0)
        status = cn_fail(CN_INVALID, "%s: has no PNG or JPEG images", directory);
    if (status == CN_OK)
        status = keep(&listing, &taken, list);
    cn_release(taken.items);
    cn_release(listing.paths.items);
    cn_release(listing.labels);
    return status;
}
