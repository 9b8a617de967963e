/* An optimizer's state out of a file, variable by variable in Keras's order. */
#include <inttypes.h>
#include <string.h>

#include "saving/weights.h"

static int64_t rank_of(cn_h5_object *object)
{
    cn_h5_data data;
    return cn_h5_data_of(object, &data) == CN_OK ? data.shape.rank : -1;
}

/* Keras 2.13 keeps the iteration and the slots, but no learning rate, which is the second variable
 * otherwise. */
static bool is_of_keras_2(const cn_saved_group *group, cn_h5_object *const *objects, int64_t n)
{
    const bool rate = group->n > 1 && cn_ends_with(group->variables[1]->name, "/learning_rate");
    return rate && (n == 1 || rank_of(objects[1]) > 0);
}

/* Which of the file's variables belongs to which of the optimizer's: -1 if none does. What Keras
 * 2.13 has not are numbers: the learning rate, the places of matrices that Adafactor keeps no
 * factors of, Nadam's product. What it has too many are the moments of an SGD without momentum. */
static bool match_keras_2(const cn_saved_group *group, cn_h5_object *const *objects, int64_t n,
                          int64_t *place)
{
    int64_t used = 0, slots = 0;
    for (int64_t i = 0; i < group->n; i++) {
        const int64_t rank = group->variables[i]->shape.rank;
        const bool absent = i > 0 && rank == 0 && (used == n || rank_of(objects[used]) != 0);
        slots += rank > 0;
        place[i] = absent ? -1 : used++;
    }
    return slots == 0 ? used <= n : used == n;
}

/* An optimizer that was not used yet has an iteration, which is 0, and a learning rate, if it is no
 * schedule. */
static bool match_unused(const cn_saved_group *group, cn_h5_object *const *objects, int64_t n,
                         int64_t *place)
{
    const bool rate = group->n > 1 && cn_ends_with(group->variables[1]->name, "/learning_rate");
    cn_h5_data data;
    int64_t iteration = -1;
    if (n != (rate ? 2 : 1) || n > group->n || cn_h5_data_of(objects[0], &data) != CN_OK ||
        data.shape.rank != 0 || cn_dtype_size(data.dtype) > sizeof iteration)
        return false;
    iteration = 0;
    if (cn_h5_read(&data, &iteration) != CN_OK || iteration != 0)
        return false;
    for (int64_t i = 0; i < group->n; i++)
        place[i] = i < n ? i : -1;
    return true;
}

static bool match(const cn_saved_group *group, cn_h5_object *const *objects, int64_t n,
                  int64_t *place)
{
    for (int64_t i = 0; i < group->n; i++)
        place[i] = i;
    return n == group->n || match_unused(group, objects, n, place) ||
           (is_of_keras_2(group, objects, n) && match_keras_2(group, objects, n, place));
}

static cn_status add_all(cn_weights_reading *reading, const cn_saved_group *group,
                         cn_h5_object *const *objects, const int64_t *place)
{
    for (int64_t i = 0; i < group->n; i++)
        if (place[i] >= 0)
            CN_TRY(cn_reading_add(reading, group->variables[i], objects[place[i]]));
    return CN_OK;
}

cn_status cn_read_optimizer(cn_weights_reading *reading, const cn_saved_group *group,
                            cn_h5_object *const *objects, int64_t n)
{
    const int64_t before = reading->n;
    cn_arena arena = {0};
    int64_t *place = cn_arena_allocate(&arena, (size_t)(group->n + 1) * sizeof *place);
    if (place == NULL)
        return CN_OUT_OF_MEMORY;
    if (n == 0 || !match(group, objects, n, place)) {
        cn_reading_warn(reading,
                        "the optimizer's state is left out: %s has %" PRId64
                        " variables, the file has %" PRId64,
                        group->name, group->n, n);
        cn_arena_free(&arena);
        return CN_OK;
    }
    cn_status status = add_all(reading, group, objects, place);
    if (status != CN_OK)
        cn_reading_cut(reading, before);
    cn_arena_free(&arena);
    return cn_reading_forgive(reading, status, "the optimizer's state is left out");
}
