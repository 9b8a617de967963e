/* cn_plot_confusion: counts how often each class was taken for each. */
#include <inttypes.h>

#include "plotting/plotting.h"
#include "runtime/array.h"

static const char who[] = "cn_plot_confusion";
enum { MOST_CLASSES = 256 };

static cn_status count(const cn_verdicts *y_true, const cn_verdicts *y_pred, cn_arena *memory,
                       cn_confusion *confusion)
{
    const int64_t n = confusion->n_classes;
    int64_t *counts = cn_arena_allocate(memory, (size_t)(n * n) * sizeof *counts);
    CN_CHECK_MEMORY(counts);
    for (int64_t i = 0; i < y_true->count; i++)
        counts[y_true->classes[i] * n + y_pred->classes[i]]++;
    confusion->counts = counts;
    return CN_OK;
}

static int64_t count_names(const char *const *names)
{
    int64_t n = 0;
    while (names != NULL && names[n] != NULL)
        n++;
    return n;
}

static cn_status name_classes(const char *const *given, cn_arena *memory, cn_confusion *confusion)
{
    const char **names = cn_arena_allocate(memory, (size_t)confusion->n_classes * sizeof *names);
    CN_CHECK_MEMORY(names);
    for (int64_t i = 0; i < confusion->n_classes; i++) {
        names[i] = cn_class_label(given, i, memory);
        CN_CHECK_MEMORY(names[i]);
    }
    confusion->names = names;
    return CN_OK;
}

static cn_status plot(const cn_plot_confusion_args *args, cn_picture_format format,
                      cn_arena *memory)
{
    cn_verdicts y_true = {0}, y_pred = {0};
    CN_TRY(cn_verdicts_of(who, "y_true", args->y_true, CN_NONE, memory, &y_true));
    CN_TRY(cn_verdicts_of(who, "y_pred", args->y_pred, CN_NONE, memory, &y_pred));
    CN_CHECK(y_true.count == y_pred.count, "%s: y_true has %" PRId64 " rows, y_pred has %" PRId64,
             who, y_true.count, y_pred.count);
    CN_CHECK(y_true.count > 0, "%s: there are no samples", who);
    cn_confusion confusion = {.title = args->title};
    confusion.n_classes = 1 + (y_true.highest > y_pred.highest ? y_true.highest : y_pred.highest);
    if (confusion.n_classes < count_names(args->class_names))
        confusion.n_classes = count_names(args->class_names);
    CN_CHECK(confusion.n_classes <= MOST_CLASSES,
             "%s: at most %d classes can be shown, there are %" PRId64, who, MOST_CLASSES,
             confusion.n_classes);
    CN_TRY(count(&y_true, &y_pred, memory, &confusion));
    CN_TRY(name_classes(args->class_names, memory, &confusion));
    return cn_draw_confusion(args->path, format, &confusion);
}

cn_status cn_plot_confusion_with(const cn_plot_confusion_args *args)
{
    cn_picture_format format;
    cn_arena memory = {0};
    CN_TRY(cn_picture_format_of(who, args->path, false, &format));
    cn_status status = plot(args, format, &memory);
    cn_arena_free(&memory);
    return status;
}
