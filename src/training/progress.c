/* Progress: Keras 3's bar while batches run, or one line for each epoch. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "training/training.h"

enum { BAR = 20 };
static const double interval = 0.05;

/* Of a clock that only goes on. */
static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int cn_progress_verbosity(int verbose)
{
    if (verbose != CN_NONE)
        return verbose;
    return isatty(STDOUT_FILENO) ? 1 : 2;
}

void cn_progress_epoch(int verbose, int64_t epoch, int64_t epochs)
{
    if (verbose > 0 && epochs > 1)
        printf("Epoch %" PRId64 "/%" PRId64 "\n", epoch + 1, epochs);
}

void cn_progress_warn(const char *warning)
{
    if (warning != NULL)
        printf("Warning: %s\n", warning);
}

void cn_progress_begin(cn_progress *progress, cn_training *training, int verbose, int64_t target)
{
    *progress = (cn_progress){.verbose = verbose, .target = target, .training = training};
    progress->begin = seconds_now();
}

/* ---- pieces of the line ---------------------------------------------------------------------- */

/* A line that is being composed; what does not fit is left out. */
struct line {
    char text[2048];
    size_t length, visible; /* escape codes take no place on the screen */
};

static void put(struct line *line, const char *text, size_t visible)
{
    size_t n = strlen(text);
    if (line->length + n >= sizeof line->text)
        return;
    memcpy(line->text + line->length, text, n + 1);
    line->length += n;
    line->visible += visible;
}

static void put_text(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

/* Colour and weight only where a person looks at a terminal. */
static void put_style(struct line *line, const char *code)
{
    if (isatty(STDOUT_FILENO))
        put(line, code, 0);
}

static void put_counter(struct line *line, int64_t done, int64_t target)
{
    char text[64];
    int digits = snprintf(NULL, 0, "%" PRId64, target);
    (void)snprintf(text, sizeof text, "%*" PRId64 "/%" PRId64, digits, done, target);
    put_style(line, "\x1b[1m");
    put_text(line, text);
    put_style(line, "\x1b[0m");
    put_text(line, " ");
}

static void put_bar(struct line *line, int64_t done, int64_t target)
{
    const int64_t full = target == 0 ? BAR : BAR * done / target;
    put_style(line, full > 0 ? "\x1b[32m" : "");
    for (int64_t i = 0; i < BAR; i++) {
        if (i == full)
            put_style(line, full > 0 ? "\x1b[0m\x1b[37m" : "\x1b[37m");
        put(line, i < full || isatty(STDOUT_FILENO) ? "━" : " ", 1);
    }
    put_style(line, "\x1b[0m");
    put_text(line, " ");
}

static void put_duration(struct line *line, double seconds)
{
    char text[64];
    const int64_t s = (int64_t)seconds;
    if (s >= 3600)
        (void)snprintf(text, sizeof text, "%" PRId64 ":%02d:%02d", s / 3600, (int)(s % 3600 / 60),
                       (int)(s % 60));
    else if (s > 60)
        (void)snprintf(text, sizeof text, "%" PRId64 ":%02d", s / 60, (int)(s % 60));
    else
        (void)snprintf(text, sizeof text, "%" PRId64 "s", s);
    put_style(line, "\x1b[1m");
    put_text(line, text);
    put_style(line, "\x1b[0m");
}

static void put_per_step(struct line *line, double seconds)
{
    char text[64];
    if (seconds >= 1 || seconds == 0)
        (void)snprintf(text, sizeof text, " %.0fs/step", seconds);
    else if (seconds >= 1e-3)
        (void)snprintf(text, sizeof text, " %.0fms/step", seconds * 1e3);
    else
        (void)snprintf(text, sizeof text, " %.0fus/step", seconds * 1e6);
    put_text(line, text);
}

static void put_value(struct line *line, const char *name, double value)
{
    char text[320];
    (void)snprintf(text, sizeof text, fabs(value) > 1e-3 ? " - %s: %.4f" : " - %s: %.4e", name,
                   value);
    put_text(line, text);
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* The first step, which is slow while caches are cold, is left out of the average. */
static double seconds_per_step(const cn_progress *progress, double now)
{
    if (progress->done <= 0)
        return 0;
    if (progress->done == 1 || progress->after_first == 0)
        return (now - progress->begin) / (double)progress->done;
    return (now - progress->after_first) / (double)(progress->done - 1);
}

static void show(cn_progress *progress, struct line *line, bool last)
{
    static const char blanks[] =
        "                                                                                ";
    const int64_t over = progress->width - (int64_t)line->visible;
    if (isatty(STDOUT_FILENO))
        printf("\r%s%.*s%s", line->text, over > 0 ? (int)over : 0, blanks, last ? "\n" : "");
    else
        printf("%s\n", line->text);
    progress->width = (int64_t)line->visible;
    (void)fflush(stdout);
}

static void begin_line(const cn_progress *progress, struct line *line)
{
    *line = (struct line){.length = 0};
    put_counter(line, progress->done, progress->target);
    put_bar(line, progress->done, progress->target);
}

/* Off a terminal only the last line of an epoch is written. */
static cn_status draw(cn_progress *progress, double now)
{
    struct line line;
    const cn_training *training = progress->training;
    const double each = seconds_per_step(progress, now);
    begin_line(progress, &line);
    put_duration(&line, each * (double)(progress->target - progress->done));
    put_per_step(&line, each);
    if (training->compiled && training->optimizer != NULL) {
        CN_TRY(cn_trackers_read(progress->training));
        for (int64_t i = 0; i < training->n_trackers; i++) {
            int64_t k = training->log_order[i];
            put_value(&line, training->trackers[k].name, training->score_values[k]);
        }
    }
    show(progress, &line, false);
    return CN_OK;
}

cn_status cn_progress_step(cn_progress *progress, int64_t done)
{
    progress->done = done;
    if (progress->verbose != 1 || !isatty(STDOUT_FILENO))
        return CN_OK;
    const double now = seconds_now();
    if (done == 1)
        progress->after_first = now;
    if (done == progress->target || now - progress->last_draw < interval)
        return CN_OK;
    progress->last_draw = now;
    return draw(progress, now);
}

static void end_bar(cn_progress *progress, const cn_logs *logs, double now)
{
    struct line line;
    begin_line(progress, &line);
    put_duration(&line, now - progress->begin);
    put_per_step(&line, seconds_per_step(progress, now));
    for (int64_t i = 0; i < logs->count; i++)
        put_value(&line, logs->names[i], logs->values[i]);
    show(progress, &line, true);
}

static void end_line(const cn_progress *progress, const cn_logs *logs, double now)
{
    struct line line = {.length = 0};
    char text[64];
    (void)snprintf(text, sizeof text, "%" PRId64 "/%" PRId64 " - %.0fs -", progress->done,
                   progress->target, now - progress->begin);
    put_text(&line, text);
    put_per_step(&line, seconds_per_step(progress, now));
    for (int64_t i = 0; i < logs->count; i++)
        put_value(&line, logs->names[i], logs->values[i]);
    printf("%s\n", line.text);
    (void)fflush(stdout);
}

void cn_progress_end(cn_progress *progress, const cn_logs *logs)
{
    const double now = seconds_now();
    if (progress->verbose == 1)
        end_bar(progress, logs, now);
    else if (progress->verbose == 2)
        end_line(progress, logs, now);
}
