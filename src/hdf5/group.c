/* Groups: old ones (symbol table: a B-tree of names in a local heap) and new ones (link
 * messages). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hdf5/image.h"

/* The local heap with the names of a group's members. */
struct names {
    const uint8_t *data;
    uint64_t bytes;
};

static cn_status add_link(cn_h5_object *group, const char *name, uint64_t address)
{
    CN_TRY(cn_h5_spend(group->file, strlen(name) + sizeof(cn_h5_link)));
    CN_TRY(
        cn_grow(&group->links, &group->links_capacity, group->n_links + 1, sizeof *group->links));
    group->links[group->n_links++] = (cn_h5_link){name, address};
    return CN_OK;
}

static cn_status read_names(cn_h5_file *file, uint64_t address, struct names *names)
{
    enum { HEADER = 32 };
    const uint8_t *header = NULL;
    CN_TRY(cn_h5_bytes(file, address, HEADER, "a local heap", &header));
    if (!cn_h5_is_signed(header, "HEAP") || header[4] != 0)
        return cn_h5_bad(file, address, "a local heap (HEAP, version 0) was expected");
    cn_h5_cursor cursor = cn_h5_cursor_of(header + 8, HEADER - 8);
    names->bytes = cn_h5_take(&cursor, 8);
    (void)cn_h5_skip(&cursor, 8);
    return cn_h5_bytes(file, cn_h5_take(&cursor, 8), names->bytes, "a local heap's data",
                       &names->data);
}

/* An entry of a symbol table: 40 bytes. */
static cn_status read_entry(cn_h5_object *group, const struct names *names, const uint8_t *entry)
{
    enum { ENTRY = 40, SOFT = 2 };
    cn_h5_cursor cursor = cn_h5_cursor_of(entry, ENTRY);
    const uint64_t offset = cn_h5_take(&cursor, 8), address = cn_h5_take(&cursor, 8),
                   cache = cn_h5_take(&cursor, 4);
    if (offset >= names->bytes ||
        memchr(names->data + offset, 0, (size_t)(names->bytes - offset)) == NULL)
        return cn_h5_bad(group->file, cn_h5_address(group->file, entry),
                         "a name at %" PRIu64 " of a local heap that has %" PRIu64 " bytes", offset,
                         names->bytes);
    return add_link(group, (const char *)names->data + offset,
                    cache == SOFT ? CN_H5_NOWHERE : address);
}

static cn_status read_symbols(cn_h5_object *group, const struct names *names, uint64_t address)
{
    enum { HEAD = 8, ENTRY = 40 };
    cn_h5_file *file = group->file;
    const uint8_t *node = NULL;
    CN_TRY(cn_h5_bytes(file, address, HEAD, "a symbol table", &node));
    if (!cn_h5_is_signed(node, "SNOD") || node[4] != 1)
        return cn_h5_bad(file, address, "a symbol table (SNOD, version 1) was expected");
    const uint64_t n = (uint64_t)node[6] | (uint64_t)node[7] << 8;
    CN_TRY(cn_h5_bytes(file, address + HEAD, n * ENTRY, "a symbol table", &node));
    for (uint64_t i = 0; i < n; i++)
        CN_TRY(read_entry(group, names, node + i * ENTRY));
    return CN_OK;
}

/* A B-tree of symbol tables. Each level is one lower than that above it, which ends the
 * recursion. */
static cn_status read_tree(cn_h5_object *group, const struct names *names, uint64_t address,
                           int level)
{
    enum { HEAD = 24, STEP = 16, ANY = -1, MOST_LEVELS = 16 };
    cn_h5_file *file = group->file;
    const uint8_t *node = NULL;
    CN_TRY(cn_h5_bytes(file, address, HEAD, "a group's B-tree", &node));
    if (!cn_h5_is_signed(node, "TREE") || node[4] != 0)
        return cn_h5_bad(file, address, "a group's B-tree (TREE, type 0) was expected");
    if ((level != ANY && node[5] != level) || node[5] > MOST_LEVELS)
        return cn_h5_bad(file, address, "a group's B-tree has level %d below level %d", node[5],
                         level + 1);
    const int below = node[5] - 1;
    const uint64_t n = (uint64_t)node[6] | (uint64_t)node[7] << 8;
    CN_TRY(cn_h5_bytes(file, address + HEAD, n * STEP, "a group's B-tree", &node));
    for (uint64_t i = 0; i < n; i++) {
        cn_h5_cursor cursor = cn_h5_cursor_of(node + i * STEP + 8, 8);
        const uint64_t child = cn_h5_take(&cursor, 8);
        CN_TRY(below < 0 ? read_symbols(group, names, child)
                         : read_tree(group, names, child, below));
    }
    return CN_OK;
}

static cn_status read_symbol_table(cn_h5_object *group, const cn_h5_message *message)
{
    struct names names = {0};
    cn_h5_cursor cursor = cn_h5_cursor_of(message->data, message->bytes);
    const uint64_t tree = cn_h5_take(&cursor, 8), heap = cn_h5_take(&cursor, 8);
    if (cursor.over)
        return cn_h5_bad(group->file, group->address, "the symbol table message is cut off");
    CN_TRY(read_names(group->file, heap, &names));
    return read_tree(group, &names, tree, -1);
}

/* ---- new groups ------------------------------------------------------------------------------ */

static cn_status read_link(cn_h5_object *group, const cn_h5_message *message)
{
    enum { TYPED = 8, ORDERED = 4, CODED = 16 };
    cn_h5_cursor cursor = cn_h5_cursor_of(message->data, message->bytes);
    const uint64_t version = cn_h5_take(&cursor, 1), flags = cn_h5_take(&cursor, 1);
    const uint64_t type = flags & TYPED ? cn_h5_take(&cursor, 1) : 0;
    (void)cn_h5_skip(&cursor, (flags & ORDERED ? 8 : 0) + (flags & CODED ? 1 : 0));
    const uint64_t length = cn_h5_take(&cursor, 1 << (flags & 3));
    const uint8_t *text = cn_h5_skip(&cursor, length);
    const uint64_t address = type == 0 ? cn_h5_take(&cursor, 8) : CN_H5_NOWHERE;
    if (cursor.over || version != 1)
        return cn_h5_bad(group->file, cn_h5_address(group->file, message->data),
                         "a link (version 1) was expected, or it is cut off");
    CN_TRY(cn_h5_spend(group->file, length));
    char *name = cn_arena_allocate(&group->file->arena, (size_t)length + 1);
    if (name == NULL)
        return CN_OUT_OF_MEMORY;
    memcpy(name, text, (size_t)length);
    return add_link(group, name, address);
}

/* Whether links or attributes stand in a fractal heap instead of the header. address: where the
 * message gives it, behind version, flags and what flag 1 adds. */
static bool is_dense(const cn_h5_message *message, uint64_t order_bytes)
{
    cn_h5_cursor cursor = cn_h5_cursor_of(message->data, message->bytes);
    (void)cn_h5_take(&cursor, 1);
    const uint64_t flags = cn_h5_take(&cursor, 1);
    (void)cn_h5_skip(&cursor, flags & 1 ? order_bytes : 0);
    return cn_h5_take(&cursor, 8) != CN_H5_NOWHERE || cursor.over;
}

static cn_status read_links(cn_h5_object *group)
{
    const cn_h5_message *info = cn_h5_message_of(group, CN_H5_LINK_INFO);
    if (info != NULL && is_dense(info, 8))
        return cn_h5_bad(
            group->file, group->address,
            "a group with dense link storage is not supported; h5py does not make one by default");
    for (int64_t i = 0; i < group->n; i++)
        if (group->messages[i].kind == CN_H5_LINK)
            CN_TRY(read_link(group, &group->messages[i]));
    return CN_OK;
}

/* ---- all groups ------------------------------------------------------------------------------ */

static int compare_links(const void *a, const void *b)
{
    return strcmp(((const cn_h5_link *)a)->name, ((const cn_h5_link *)b)->name);
}

static cn_status list_names(cn_h5_object *group)
{
    group->names = cn_allocate((size_t)(group->n_links + 1) * sizeof *group->names);
    if (group->names == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < group->n_links; i++) {
        group->names[i] = group->links[i].name;
        if (i > 0 && strcmp(group->names[i], group->names[i - 1]) == 0)
            return cn_h5_bad(group->file, group->address, "'%.200s' is twice in a group",
                             group->names[i]);
    }
    return CN_OK;
}

static cn_status read_members(cn_h5_object *group)
{
    const cn_h5_message *table = cn_h5_message_of(group, CN_H5_SYMBOL_TABLE);
    CN_TRY(table != NULL ? read_symbol_table(group, table) : read_links(group));
    if (group->n_links > 0)
        qsort(group->links, (size_t)group->n_links, sizeof *group->links, compare_links);
    return list_names(group);
}

/* Reads the members once. After a failure there are none. */
static cn_status list_members(cn_h5_object *group)
{
    if (group->listed)
        return CN_OK;
    if (cn_h5_is_dataset(group))
        return cn_h5_bad(group->file, group->address, "a group was expected, not a dataset");
    cn_status status = read_members(group);
    if (status != CN_OK) {
        cn_release(group->names);
        group->names = NULL;
        group->n_links = 0;
    }
    group->listed = status == CN_OK;
    return status;
}

cn_status cn_h5_members(cn_h5_object *group, const char *const **names, int64_t *count)
{
    CN_TRY(list_members(group));
    *names = group->names;
    *count = group->n_links;
    return CN_OK;
}

/* The member with the name text[0 .. length). */
static const cn_h5_link *find_link(const cn_h5_object *group, const char *text, size_t length)
{
    int64_t low = 0, high = group->n_links;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        const char *name = group->links[middle].name;
        int order = strncmp(name, text, length);
        if (order == 0 && name[length] == '\0')
            return &group->links[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static cn_status step(cn_h5_object *group, const char *name, size_t length, cn_h5_object **found)
{
    *found = NULL;
    if (cn_h5_is_dataset(group))
        return CN_OK;
    CN_TRY(list_members(group));
    const cn_h5_link *link = find_link(group, name, length);
    if (link == NULL)
        return CN_OK;
    if (link->address == CN_H5_NOWHERE)
        return cn_h5_bad(group->file, group->address,
                         "'%.200s' is a soft or external link, which is refused", link->name);
    return cn_h5_object_at(group->file, link->address, found);
}

cn_status cn_h5_find(cn_h5_object *from, const char *path, cn_h5_object **found)
{
    *found = from;
    while (*found != NULL) {
        path += strspn(path, "/");
        const size_t length = strcspn(path, "/");
        if (length == 0)
            break;
        CN_TRY(step(*found, path, length, found));
        path += length;
    }
    return CN_OK;
}
