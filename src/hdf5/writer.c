/* Files that are written: the tree of what is put into them. */
#include "hdf5/writer.h"

#include <string.h>

static cn_status add_node(cn_h5_writer *writer, cn_h5_node *parent, const char *name, size_t length,
                          cn_h5_node **node)
{
    cn_h5_node *made = cn_arena_allocate(&writer->arena, sizeof *made);
    if (made == NULL)
        return CN_OUT_OF_MEMORY;
    made->name = cn_arena_format(&writer->arena, "%.*s", (int)length, name);
    if (made->name == NULL)
        return CN_OUT_OF_MEMORY;
    made->last_child = &made->children;
    made->last_attribute = &made->attributes;
    if (parent != NULL) {
        *parent->last_child = made;
        parent->last_child = &made->next;
        parent->n_children++;
    }
    *node = made;
    return CN_OK;
}

static cn_h5_node *find_child(const cn_h5_node *parent, const char *name, size_t length)
{
    for (cn_h5_node *child = parent->children; child != NULL; child = child->next)
        if (strncmp(child->name, name, length) == 0 && child->name[length] == '\0')
            return child;
    return NULL;
}

/* The node at a path, made with all groups on the way; *made: whether the last one is new. */
static cn_status walk(cn_h5_writer *writer, cn_h5_node *from, const char *path, cn_h5_node **node,
                      bool *made)
{
    if (writer->root == NULL)
        CN_TRY(add_node(writer, NULL, "", 0, &writer->root));
    *node = from == NULL ? writer->root : from;
    *made = false;
    for (;;) {
        path += strspn(path, "/");
        const size_t length = strcspn(path, "/");
        if (length == 0)
            return CN_OK;
        CN_CHECK(!(*node)->is_data, "'%s' is a dataset, so there is no '%s' in it", (*node)->name,
                 path);
        cn_h5_node *child = find_child(*node, path, length);
        *made = child == NULL;
        if (child == NULL)
            CN_TRY(add_node(writer, *node, path, length, &child));
        *node = child;
        path += length;
    }
}

cn_status cn_h5_put_group(cn_h5_writer *writer, cn_h5_node *from, const char *path,
                          cn_h5_node **group)
{
    bool made;
    CN_TRY(walk(writer, from, path, group, &made));
    CN_CHECK(!(*group)->is_data, "'%s' is a dataset, not a group", path);
    return CN_OK;
}

cn_status cn_h5_put_data(cn_h5_writer *writer, cn_h5_node *from, const char *path, cn_dtype dtype,
                         const cn_shape *shape, const void *data)
{
    cn_h5_node *node = NULL;
    bool made;
    CN_TRY(walk(writer, from, path, &node, &made));
    CN_CHECK(made, "'%s' is there already", path);
    node->is_data = true;
    node->dtype = dtype;
    node->shape = *shape;
    node->data = data;
    return CN_OK;
}

/* ---- attributes ------------------------------------------------------------------------------ */

static cn_status add_attribute(cn_h5_writer *writer, cn_h5_node *node, const char *name,
                               const char *const *texts, int64_t count, bool utf8)
{
    const int64_t n = count < 0 ? 1 : count;
    cn_h5_written *made = cn_arena_allocate(&writer->arena, sizeof *made);
    const char **copies = cn_arena_allocate(&writer->arena, (size_t)(n + 1) * sizeof(char *));
    if (made == NULL || copies == NULL)
        return CN_OUT_OF_MEMORY;
    for (int64_t i = 0; i < n; i++) {
        copies[i] = cn_arena_text(&writer->arena, texts[i]);
        if (copies[i] == NULL)
            return CN_OUT_OF_MEMORY;
    }
    *made = (cn_h5_written){cn_arena_text(&writer->arena, name), copies, count, utf8, NULL, NULL};
    if (made->name == NULL)
        return CN_OUT_OF_MEMORY;
    *node->last_attribute = made;
    node->last_attribute = &made->next;
    return CN_OK;
}

cn_status cn_h5_put_text(cn_h5_writer *writer, cn_h5_node *node, const char *name, const char *text,
                         bool utf8)
{
    return add_attribute(writer, node, name, &text, -1, utf8);
}

/* Keras splits a list that would need more than 64,512 bytes into the fewest equal parts; a string
 * takes 16 here. */
cn_status cn_h5_put_texts(cn_h5_writer *writer, cn_h5_node *node, const char *name,
                          const char *const *texts, int64_t count)
{
    enum { MOST = 64512 / 16 };
    if (count <= MOST)
        return add_attribute(writer, node, name, texts, count, false);
    const int64_t parts = (count + MOST - 1) / MOST;
    for (int64_t i = 0, start = 0; i < parts; i++) {
        const int64_t n = count / parts + (i < count % parts);
        const char *numbered = cn_arena_format(&writer->arena, "%s%d", name, (int)i);
        if (numbered == NULL)
            return CN_OUT_OF_MEMORY;
        CN_TRY(add_attribute(writer, node, numbered, texts + start, n, false));
        start += n;
    }
    return CN_OK;
}

/* ---- the whole file -------------------------------------------------------------------------- */

static size_t data_bytes(const cn_h5_node *node)
{
    return (size_t)cn_shape_size(&node->shape) * cn_dtype_size(node->dtype);
}

static int64_t count_data(const cn_h5_node *node)
{
    int64_t n = node->is_data;
    for (const cn_h5_node *child = node->children; child != NULL; child = child->next)
        n += count_data(child);
    return n;
}

/* Elements begin at multiples of 8. */
static void place_data(cn_h5_writer *writer, cn_h5_output *output, const cn_h5_node *node,
                       uint64_t *end)
{
    static const uint8_t padding[8];
    const size_t bytes = node->is_data ? data_bytes(node) : 0;
    if (bytes > 0) {
        cn_h5_patch(output, node->address_at, *end, 8);
        writer->parts[writer->n_parts++] = (cn_h5_part){node->data, bytes};
        writer->parts[writer->n_parts++] = (cn_h5_part){padding, (8 - bytes % 8) % 8};
        *end += (bytes + 7) / 8 * 8;
    }
    for (const cn_h5_node *child = node->children; child != NULL; child = child->next)
        place_data(writer, output, child, end);
}

static cn_status finish(cn_h5_writer *writer, cn_h5_output *output)
{
    enum { END_OF_FILE = 40 };
    CN_TRY(cn_h5_lay_out(writer, output));
    uint64_t end = (uint64_t)output->n;
    const int64_t most = 1 + 2 * count_data(writer->root);
    writer->parts = cn_arena_allocate(&writer->arena, (size_t)most * sizeof *writer->parts);
    if (writer->parts == NULL)
        return CN_OUT_OF_MEMORY;
    writer->n_parts = 1;
    place_data(writer, output, writer->root, &end);
    cn_h5_patch(output, END_OF_FILE, end, 8);
    writer->parts[0] = (cn_h5_part){cn_arena_copy(&writer->arena, output->bytes, (size_t)output->n),
                                    (size_t)output->n};
    return writer->parts[0].data == NULL ? CN_OUT_OF_MEMORY : CN_OK;
}

cn_status cn_h5_finish(cn_h5_writer *writer)
{
    cn_h5_output output = {0};
    cn_h5_node *root = NULL;
    CN_TRY(cn_h5_put_group(writer, NULL, "/", &root));
    cn_status status = finish(writer, &output);
    cn_release(output.bytes);
    return status;
}

void cn_h5_writer_free(cn_h5_writer *writer)
{
    cn_arena_free(&writer->arena);
    *writer = (cn_h5_writer){0};
}
