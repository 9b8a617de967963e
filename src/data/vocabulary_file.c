/* Vocabularies in text files: a line for each word, and behind a tab its weight. */
#include <inttypes.h>
#include <string.h>

#include "data/vocabulary.h"
#include "runtime/file.h"
#include "runtime/number.h"

/* ---- Loading ---- */

typedef struct loader {
    const char *path;
    char *text;
    const char **words;
    float *weights;
    int64_t count, weight_count, word_capacity, weight_capacity;
} loader;

static cn_status read_weight(loader *l, const char *text)
{
    double weight = 0;
    if (!cn_number_read(text, strlen(text), &weight))
        return cn_fail(CN_BAD_FILE,
                       "%s: line %" PRId64 ": a weight was expected behind the tab, found '%.40s'",
                       l->path, l->count, text);
    CN_TRY(cn_grow(&l->weights, &l->weight_capacity, l->weight_count + 1, sizeof *l->weights));
    l->weights[l->weight_count++] = (float)weight;
    return CN_OK;
}

/* line ends in 0 in place of its line end. */
static cn_status read_line(loader *l, char *line)
{
    char *tab = strchr(line, '\t');
    if (tab != NULL)
        *tab = '\0';
    CN_TRY(cn_grow(&l->words, &l->word_capacity, l->count + 1, sizeof *l->words));
    l->words[l->count++] = line;
    if (tab != NULL)
        CN_TRY(read_weight(l, tab + 1));
    if (line[0] == '\0')
        return cn_fail(CN_BAD_FILE, "%s: line %" PRId64 ": a word was expected", l->path, l->count);
    if (l->weight_count != 0 && l->weight_count != l->count)
        return cn_fail(CN_BAD_FILE, "%s: line %" PRId64 ": every word has a weight, or none",
                       l->path, l->count);
    return CN_OK;
}

static cn_status read_lines(loader *l)
{
    size_t bytes = 0;
    CN_TRY(cn_file_read_all(l->path, INT64_MAX / 2, &l->text, &bytes));
    const char *zero = memchr(l->text, '\0', bytes);
    if (zero != NULL)
        return cn_fail(CN_BAD_FILE, "%s: byte %td is 0; a text was expected", l->path,
                       zero - l->text);
    for (char *line = l->text, *next; line < l->text + bytes; line = next) {
        char *end = line + strcspn(line, "\n");
        next = end + 1;
        if (end > line && end[-1] == '\r')
            end--;
        *end = '\0';
        CN_TRY(read_line(l, line));
    }
    return CN_OK;
}

static cn_status load(const cn_load_vocabulary_args *args, loader *l, cn_vocabulary **vocabulary)
{
    cn_text_settings settings;
    CN_CHECK(args->path != NULL && args->path[0] != '\0', "the path of a file is needed");
    CN_TRY(cn_text_settings_read(&settings, args->standardize, args->split, args->ngrams));
    CN_TRY(read_lines(l));
    const cn_texts words = {l->count, l->words};
    cn_status status =
        cn_vocabulary_make(&settings, &words, l->weight_count > 0 ? l->weights : NULL, vocabulary);
    if (status != CN_OK)
        cn_fail_in("%s", args->path);
    return status;
}

cn_vocabulary *cn_load_vocabulary_with(const cn_load_vocabulary_args *args)
{
    loader l = {.path = args->path};
    cn_vocabulary *vocabulary = NULL;
    if (load(args, &l, &vocabulary) != CN_OK)
        cn_fail_in("cn_load_vocabulary");
    cn_release(l.text);
    cn_release(l.words);
    cn_release(l.weights);
    return vocabulary;
}

/* ---- Saving ---- */

static cn_status check_words(const cn_vocabulary *v)
{
    CN_CHECK(v != NULL, "a vocabulary was expected, not NULL");
    for (int64_t i = 0; i < v->words.count; i++)
        CN_CHECK(strpbrk(v->words.texts[i], "\t\n\r") == NULL,
                 "word %" PRId64 " has a tab or a line end in it", i + CN_FIRST_WORD);
    return CN_OK;
}

static cn_status write_lines(cn_file *file, const cn_vocabulary *v)
{
    for (int64_t i = 0; i < v->words.count; i++) {
        cn_number_text number;
        CN_TRY(cn_file_write(file, v->words.texts[i], strlen(v->words.texts[i])));
        if (v->weights != NULL) {
            const char *weight = cn_number_print(v->weights[i + 1], true, &number);
            CN_TRY(cn_file_write(file, "\t", 1));
            CN_TRY(cn_file_write(file, weight, strlen(weight)));
        }
        CN_TRY(cn_file_write(file, "\n", 1));
    }
    return CN_OK;
}

static cn_status save(const char *path, const cn_vocabulary *v)
{
    cn_file file;
    CN_TRY(check_words(v));
    CN_TRY(cn_file_begin(&file, path));
    cn_status status = write_lines(&file, v);
    if (status == CN_OK)
        return cn_file_commit(&file);
    cn_file_abort(&file);
    return status;
}

cn_status cn_save_vocabulary(const char *path, const cn_vocabulary *vocabulary)
{
    cn_status status = save(path, vocabulary);
    if (status != CN_OK)
        cn_fail_in("cn_save_vocabulary");
    return status;
}
