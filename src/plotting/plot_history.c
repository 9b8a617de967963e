/* cn_plot_history: which values belong into one panel, and which epoch was best. */
#include <math.h>
#include <string.h>

#include "callbacks/callbacks.h"
#include "plotting/plotting.h"

static const char who[] = "cn_plot_history";

static bool has(const cn_history *history, const char *name)
{
    for (int64_t i = 0; i < cn_history_count(history); i++)
        if (strcmp(cn_history_name(history, i), name) == 0)
            return true;
    return false;
}

/* The name without "val_". */
static const char *base_name(const char *name)
{
    return strncmp(name, "val_", 4) == 0 ? name + 4 : name;
}

static cn_status take_values(const cn_history *history, const char *name, cn_arena *memory,
                             const double **values)
{
    const int64_t epochs = cn_history_epochs(history);
    *values = NULL;
    if (!has(history, name))
        return CN_OK;
    double *taken = cn_arena_allocate(memory, (size_t)epochs * sizeof *taken);
    CN_CHECK_MEMORY(taken);
    for (int64_t i = 0; i < epochs; i++)
        taken[i] = cn_history_value(history, name, i);
    *values = taken;
    return CN_OK;
}

static int64_t best_epoch(const double *values, int64_t epochs, int direction)
{
    int64_t best = -1;
    for (int64_t i = 0; direction != 0 && i < epochs; i++)
        if (isfinite(values[i]) && (best < 0 || (values[i] - values[best]) * direction > 0))
            best = i;
    return best;
}

/* Learning rates fall by factors, so that a factor should look the same everywhere. */
static bool is_logarithmic(const char *name, const double *values, int64_t epochs)
{
    double low = INFINITY, high = 0;
    if (values == NULL || strcmp(name, "learning_rate") != 0)
        return false;
    for (int64_t i = 0; i < epochs; i++)
        if (isfinite(values[i])) {
            low = fmin(low, values[i]);
            high = fmax(high, values[i]);
        }
    return low > 0 && high > 20 * low;
}

/* ---- panels ---------------------------------------------------------------------------------- */

static cn_status make_panel(const cn_history *history, const char *name, cn_arena *memory,
                            cn_panel *panel)
{
    const char *validation = cn_arena_format(memory, "val_%s", name);
    CN_CHECK_MEMORY(validation);
    panel->name = name;
    CN_TRY(take_values(history, name, memory, &panel->training));
    CN_TRY(take_values(history, validation, memory, &panel->validation));
    panel->best = best_epoch(panel->validation != NULL ? panel->validation : panel->training,
                             cn_history_epochs(history), cn_monitor_direction(name));
    panel->logarithmic = is_logarithmic(name, panel->training, cn_history_epochs(history));
    return CN_OK;
}

static bool is_listed(const char *const *list, int64_t n, const char *name)
{
    for (int64_t i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

/* The total loss first, the learning rate last, the others as in the history: by name. */
static int rank(const char *name)
{
    return strcmp(name, "loss") == 0 ? 0 : strcmp(name, "learning_rate") == 0 ? 2 : 1;
}

static int64_t all_names(const cn_history *history, const char **names)
{
    int64_t n = 0;
    for (int wanted = 0; wanted < 3; wanted++)
        for (int64_t i = 0; i < cn_history_count(history); i++) {
            const char *name = base_name(cn_history_name(history, i));
            if (rank(name) == wanted && !is_listed(names, n, name))
                names[n++] = name;
        }
    return n;
}

static cn_status unknown_name(const cn_history *history, const char *name, cn_arena *memory)
{
    const char *known = "";
    for (int64_t i = 0; i < cn_history_count(history); i++) {
        known = cn_arena_format(memory, "%s%s%s", known, i == 0 ? "" : ", ",
                                cn_history_name(history, i));
        CN_CHECK_MEMORY(known);
    }
    return cn_fail(CN_INVALID, "%s: there is no \"%s\"; there are: %s", who, name, known);
}

static cn_status wanted_names(const cn_plot_history_args *args, cn_arena *memory,
                              const char **names, int64_t *n)
{
    for (*n = 0; *n < CN_MAX_LIST && args->names[*n] != NULL; ++*n) {
        const char *name = base_name(args->names[*n]);
        const char *validation = cn_arena_format(memory, "val_%s", name);
        CN_CHECK_MEMORY(validation);
        if (!has(args->history, name) && !has(args->history, validation))
            return unknown_name(args->history, args->names[*n], memory);
        names[*n] = name;
    }
    if (*n == 0)
        *n = all_names(args->history, names);
    return CN_OK;
}

static cn_status plot(const cn_plot_history_args *args, cn_picture_format format, cn_arena *memory)
{
    const size_t most = (size_t)cn_history_count(args->history) + CN_MAX_LIST;
    const char **names = cn_arena_allocate(memory, most * sizeof *names);
    cn_panel *panels = cn_arena_allocate(memory, most * sizeof *panels);
    CN_CHECK_MEMORY(names);
    CN_CHECK_MEMORY(panels);
    cn_curves curves = {args->title, panels, 0, cn_history_epochs(args->history)};
    CN_TRY(wanted_names(args, memory, names, &curves.n_panels));
    for (int64_t i = 0; i < curves.n_panels; i++)
        CN_TRY(make_panel(args->history, names[i], memory, &panels[i]));
    return cn_draw_curves(args->path, format, &curves);
}

cn_status cn_plot_history_with(const cn_plot_history_args *args)
{
    cn_picture_format format;
    cn_arena memory = {0};
    CN_CHECK(args->history != NULL, "%s: the history is NULL: was there a failure in cn_fit?", who);
    CN_CHECK(cn_history_epochs(args->history) > 0 && cn_history_count(args->history) > 0,
             "%s: the history has no epochs", who);
    CN_TRY(cn_picture_format_of(who, args->path, false, &format));
    cn_status status = plot(args, format, &memory);
    cn_arena_free(&memory);
    return status;
}
