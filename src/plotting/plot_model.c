/* cn_plot_model: checks what is asked for, and hands the graph's text to Graphviz or to a file. */
#include <inttypes.h>
#include <string.h>

#include "graph/graph.h"
#include "plotting/plotting.h"
#include "runtime/file.h"

static const char who[] = "cn_plot_model";

static cn_status check_word(const char *argument, const char *word, const char *const *words,
                            const char *known)
{
    for (; word != NULL && *words != NULL; words++)
        if (strcmp(*words, word) == 0)
            return CN_OK;
    return cn_fail(CN_INVALID, "%s: %s must be one of %s, got \"%s\"", who, argument, known,
                   word == NULL ? "(null)" : word);
}

static cn_status check(const cn_plot_model_args *args, cn_picture_format *format)
{
    static const char *const directions[] = {"TB", "LR", "BT", "RL", NULL};
    static const char *const splines[] = {"ortho", "spline", "polyline", "curved", "line", NULL};
    CN_TRY(cn_model_check(args->model, who));
    CN_TRY(cn_picture_format_of(who, args->to_file, true, format));
    CN_TRY(check_word("rankdir", args->rankdir, directions, "TB, LR, BT, RL"));
    CN_TRY(check_word("splines", args->splines, splines, "ortho, spline, polyline, curved, line"));
    CN_CHECK(args->dpi > 0 && args->dpi <= 2400, "%s: dpi must be from 1 to 2400, got %" PRId64,
             who, args->dpi);
    if (args->model->graph->n_nodes == 0)
        return cn_fail(CN_STATE, "%s: %s is not built yet: its input's shape is not known", who,
                       args->model->name);
    return CN_OK;
}

static cn_status write_text(const char *path, const char *text)
{
    cn_file file;
    CN_TRY(cn_file_begin(&file, path));
    cn_status status = cn_file_write(&file, text, strlen(text));
    if (status == CN_OK)
        return cn_file_commit(&file);
    cn_file_abort(&file);
    return status;
}

cn_status cn_plot_model_with(const cn_plot_model_args *args)
{
    cn_picture_format format;
    cn_arena memory = {0};
    char *text;
    CN_TRY(check(args, &format));
    const bool has_dots = format == CN_PNG || format == CN_DOT;
    cn_status status = cn_model_dot(args, has_dots ? args->dpi : 0, &memory, &text);
    if (status == CN_OK)
        status = format == CN_DOT ? write_text(args->to_file, text)
                                  : cn_graphviz_run(who, text, format, args->to_file);
    cn_arena_free(&memory);
    return status;
}
