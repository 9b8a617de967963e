/* What the examples on real data share: the command line, files of the data folder, plain guesses
 * to compare with, pictures of the learning curves and the table of results. docs/real-data.md says
 * where the data comes from. */
#ifndef CORNU_EXAMPLES_REAL_DATA_H
#define CORNU_EXAMPLES_REAL_DATA_H

#define _POSIX_C_SOURCE 200809L
#include <cornu/cornu.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What the command line says. */
static struct {
    const char *program, *folder, *output;
    uint64_t seed;
    int64_t epochs; /* 0: as many as the example wants */
    bool quick;
} options = {.seed = 1};

/* ---- the command line ------------------------------------------------------------------------ */

static inline bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static inline bool read_words(int count, char **words)
{
    for (int i = 1; i < count; i++) {
        const char *word = words[i], *next = i + 1 < count ? words[i + 1] : NULL;
        if (strcmp(word, "--quick") == 0)
            options.quick = true;
        else if (strcmp(word, "--seed") == 0 && next != NULL)
            options.seed = strtoull(words[++i], NULL, 10);
        else if (strcmp(word, "--epochs") == 0 && next != NULL)
            options.epochs = strtoll(words[++i], NULL, 10);
        else if (strcmp(word, "--output") == 0 && next != NULL)
            options.output = words[++i];
        else if (word[0] != '-' && options.folder == NULL)
            options.folder = word;
        else
            return false;
    }
    return options.folder != NULL;
}

/* Reads the command line and looks for the folders of the sets (ended by NULL) in the data folder.
 * If something is missing it says so and returns false: the program ends with exit code 2. */
static inline bool begin(int count, char **words, const char *const *sets)
{
    static char output[256];
    const char *slash = strrchr(words[0], '/');
    options.program = slash == NULL ? words[0] : slash + 1;
    (void)snprintf(output, sizeof output, "%.200s-output", options.program);
    options.output = output;
    if (!read_words(count, words)) {
        fprintf(stderr,
                "usage: %s DATA_FOLDER [--seed N] [--epochs N] [--quick] [--output FOLDER]\n",
                options.program);
        return false;
    }
    for (; *sets != NULL; sets++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/%s", options.folder, *sets);
        if (!is_folder(path)) {
            fprintf(stderr, "%s: there is no folder %s; docs/real-data.md says how to get it\n",
                    options.program, path);
            return false;
        }
    }
    if (mkdir(options.output, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "%s: cannot make %s: %s\n", options.program, options.output,
                strerror(errno));
        return false;
    }
    cn_set_random_seed(options.seed);
    return true;
}

/* How many epochs to train: what the command line says, otherwise the example's own number; at
 * most `quick` in a quick run. */
static inline int64_t epochs(int64_t own, int64_t quick)
{
    return options.epochs > 0 ? options.epochs : options.quick && quick < own ? quick : own;
}

/* ---- data ------------------------------------------------------------------------------------ */

/* The path of a file in the data folder; valid until the next but one call. */
static inline const char *data_file(const char *name)
{
    static char paths[2][4096];
    static int next;
    char *path = paths[next++ % 2];
    (void)snprintf(path, sizeof paths[0], "%s/%s", options.folder, name);
    return path;
}

/* The texts of both lists, one list behind the other; to be freed: free((void *)texts.items). */
static inline cn_texts both_texts(cn_texts first, cn_texts second)
{
    const char **items = malloc((size_t)(first.count + second.count) * sizeof *items + 1);
    for (int64_t i = 0; items != NULL && i < first.count; i++)
        items[i] = first.items[i];
    for (int64_t i = 0; items != NULL && i < second.count; i++)
        items[first.count + i] = second.items[i];
    return (cn_texts){items == NULL ? 0 : first.count + second.count, items};
}

/* ---- plain guesses: what a model has to beat ------------------------------------------------- */

static inline int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The elements as sorted doubles, to be freed. */
static inline double *sorted(const cn_array *y)
{
    const int64_t count = cn_array_size(y);
    double *numbers = malloc((size_t)(count + 1) * sizeof *numbers);
    for (int64_t i = 0; numbers != NULL && i < count; i++)
        numbers[i] = cn_array_at(y, i);
    if (numbers != NULL && count > 0)
        qsort(numbers, (size_t)count, sizeof *numbers, compare_numbers);
    return numbers;
}

/* How often the training data's commonest class is right in the test data. */
static inline double guess_class(const cn_array *train, const cn_array *test)
{
    const int64_t count = cn_array_size(train), tests = cn_array_size(test);
    double *numbers = sorted(train), commonest = NAN;
    int64_t best = 0, right = 0;
    for (int64_t i = 0, run = 0; numbers != NULL && i < count; i++) {
        run = i > 0 && numbers[i] == numbers[i - 1] ? run + 1 : 1;
        if (run > best) {
            best = run;
            commonest = numbers[i];
        }
    }
    for (int64_t i = 0; i < tests; i++)
        right += cn_array_at(test, i) == commonest;
    free(numbers);
    return (double)right / (double)tests;
}

/* The mean absolute error in the test data of always saying the training data's median. */
static inline double guess_number(const cn_array *train, const cn_array *test)
{
    const int64_t tests = cn_array_size(test);
    double *numbers = sorted(train), sum = 0;
    const double median = numbers == NULL ? NAN : numbers[cn_array_size(train) / 2];
    for (int64_t i = 0; i < tests; i++)
        sum += fabs(cn_array_at(test, i) - median);
    free(numbers);
    return sum / (double)tests;
}

/* ---- results --------------------------------------------------------------------------------- */

enum { MOST_RESULTS = 16 };

/* What a model reached in the test data. goal is what it has to reach in a run that is not quick;
 * a quick one has to beat the guess. Where less is better, as with errors, the goal is below the
 * guess. */
struct result {
    const char *what;
    double value, guess, goal;
};
static struct result results[MOST_RESULTS];
static int result_count;

static inline void add_result(const char *what, double value, double guess, double goal)
{
    if (result_count < MOST_RESULTS)
        results[result_count++] = (struct result){what, value, guess, goal};
}

/* Draws learning curves to name.png and name.svg in the output folder; their title is the name,
 * with blanks instead of hyphens. */
static inline void draw_curves(const cn_history *history, const char *name)
{
    static const char *const endings[] = {"png", "svg"};
    char path[4096], title[256];
    if (cn_failed())
        return;
    (void)snprintf(title, sizeof title, "%s", name);
    for (char *c = title; *c != 0; c++)
        *c = *c == '-' ? ' ' : *c;
    for (int i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s.%s", options.output, name, endings[i]);
        if (cn_plot_history(history, path, .title = title) == CN_OK)
            continue;
        printf("no picture of the learning curves: %s\n", cn_error());
        cn_clear_error();
        return;
    }
}

static inline bool is_reached(const struct result *r)
{
    const double wanted = options.quick || options.epochs > 0 ? r->guess : r->goal;
    return r->goal < r->guess ? r->value < wanted : r->value > wanted;
}

/* Prints the table of results. Returns the exit code: 1 after an error, or if a goal was missed. */
static inline int end(void)
{
    int missed = 0;
    if (cn_failed()) {
        fprintf(stderr, "%s: %s\n", options.program, cn_error());
        cn_clear_session();
        return 1;
    }
    printf("\n%-44s %8s %8s %8s\n", "on the test data", "model", "guess", "goal");
    for (int i = 0; i < result_count; i++) {
        const struct result *r = &results[i];
        printf("%-44s %8.3f %8.3f %8.3f%s\n", r->what, r->value, r->guess, r->goal,
               is_reached(r) ? "" : "  missed");
        missed += !is_reached(r);
    }
    printf("Learning curves: %s/\n", options.output);
    cn_clear_session();
    return missed > 0;
}

#endif
