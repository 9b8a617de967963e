/* Watching a value from epoch to epoch: which way is better, and whether it got better. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "callbacks/callbacks.h"

/* Keras's metrics and losses by the last words of their names. */
static const char *const up_names[] = {
    "acc",
    "accuracy",
    "auc",
    "precision",
    "recall",
    "f1_score",
    "f1",
    "fmeasure",
    "fbeta_score",
    "iou",
    "r2_score",
    "r2",
    "mean_io_u",
    "cosine_similarity",
    "sensitivity_at_specificity",
    "precision_at_recall",
    "recall_at_precision",
    "specificity_at_sensitivity",
    "pearson_correlation",
    "concordance_correlation",
    NULL,
};
static const char *const down_names[] = {
    "loss",    "error",        "mse",           "mae",
    "mape",    "msle",         "rmse",          "logarithmic_error",
    "hinge",   "poisson",      "kld",           "divergence",
    "logcosh", "log_cosh",     "huber",         "tversky",
    "dice",    "crossentropy", "cross_entropy", NULL,
};

static bool ends_in(const char *name, size_t length, const char *const *endings)
{
    for (; *endings != NULL; endings++) {
        const size_t n = strlen(*endings);
        if (n <= length && memcmp(name + length - n, *endings, n) == 0 &&
            (n == length || name[length - n - 1] == '_'))
            return true;
    }
    return false;
}

/* Without the number that makes names unique: "auc_1" is "auc". */
static size_t length_without_number(const char *name)
{
    size_t length = strlen(name), end = length;
    while (end > 0 && isdigit((unsigned char)name[end - 1]))
        end--;
    return end < length && end > 1 && name[end - 1] == '_' ? end - 1 : length;
}

int cn_monitor_direction(const char *name)
{
    const size_t length = strlen(name), shorter = length_without_number(name);
    if (ends_in(name, length, up_names) || ends_in(name, shorter, up_names))
        return 1;
    return ends_in(name, length, down_names) || ends_in(name, shorter, down_names) ? -1 : 0;
}

cn_status cn_monitor_check(const char *who, const char *name, const char *mode)
{
    CN_CHECK(name != NULL && name[0] != '\0',
             "%s: monitor must be the name of a value such as \"val_loss\"", who);
    CN_CHECK(mode != NULL, "%s: mode must be \"auto\", \"min\" or \"max\", got NULL", who);
    if (strcmp(mode, "min") == 0 || strcmp(mode, "max") == 0)
        return CN_OK;
    CN_CHECK(strcmp(mode, "auto") == 0, "%s: mode must be \"auto\", \"min\" or \"max\", got \"%s\"",
             who, mode);
    CN_CHECK(
        cn_monitor_direction(name) != 0,
        "%s: whether \"%s\" should go up or down cannot be told from its name: give .mode = \"max\" or \"min\"",
        who, name);
    return CN_OK;
}

cn_monitor cn_monitor_begin(const char *name, const char *mode, double min_delta, double best)
{
    const bool up = strcmp(mode, "max") == 0 ||
                    (strcmp(mode, "auto") == 0 && cn_monitor_direction(name) > 0);
    return (cn_monitor){.name = name, .up = up, .min_delta = fabs(min_delta), .best = best};
}

bool cn_event_find(const cn_event *event, const char *name, double *value)
{
    for (int64_t i = 0; i < event->count; i++)
        if (strcmp(event->names[i], name) == 0) {
            *value = event->values[i];
            return true;
        }
    return false;
}

bool cn_monitor_read(cn_monitor *monitor, const cn_event *event, double *value)
{
    const bool found = cn_event_find(event, monitor->name, value);
    monitor->asked = true;
    monitor->seen |= found;
    return found;
}

bool cn_monitor_is_better(const cn_monitor *monitor, double value, double reference)
{
    if (isnan(value) || isnan(reference))
        return !isnan(value);
    return monitor->up ? value - monitor->min_delta > reference
                       : value + monitor->min_delta < reference;
}

void cn_monitor_end(const cn_monitor *monitor, cn_event *event, const char *who)
{
    char text[512];
    if (!monitor->asked || monitor->seen)
        return;
    int at = snprintf(text, sizeof text, "%s: there is no value \"%s\" to watch; there are:", who,
                      monitor->name);
    for (int64_t i = 0; i < event->count && at > 0 && (size_t)at < sizeof text; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, "%s %s", i == 0 ? "" : ",",
                       event->names[i]);
    cn_event_warn(event, text);
}
