/* The words of a command line, read by a subcommand's table. */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool cli_is_operand(const cli_option *option)
{
    return isupper((unsigned char)option->name[0]) != 0;
}

/* What is left to read. */
struct reader {
    const cli_command *command;
    char *const *words;
    int count, at;
    const cli_option *operand; /* the next one */
    bool only_operands;        /* "--" has been seen */
    char *settings;
};

/* "--epochs" or "MODEL", for messages. */
static const char *shown(const cli_option *option)
{
    static char text[64];
    (void)snprintf(text, sizeof text, "%s%s", cli_is_operand(option) ? "" : "--", option->name);
    return text;
}

/* ---- values ---------------------------------------------------------------------------------- */

static cli_result add_word(const struct reader *reader, cli_words *words, const char *word)
{
    if (words->at == NULL) {
        words->at = calloc((size_t)reader->count + 1, sizeof *words->at);
        if (words->at == NULL)
            return cli_fail("out of memory");
    }
    words->at[words->count++] = word;
    return CLI_OK;
}

static cli_result take_integer(const cli_option *option, const char *word, int64_t *to)
{
    char *end = NULL;
    errno = 0;
    *to = strtoll(word, &end, 10);
    if (*word == '\0' || *end != '\0' || errno != 0 || (double)*to < option->least)
        return cli_usage("%s: a whole number from %.0f was expected, got '%s'", shown(option),
                         option->least, word);
    return CLI_OK;
}

static cli_result take_real(const cli_option *option, const char *word, double *to)
{
    char *end = NULL;
    *to = strtod(word, &end);
    if (*word == '\0' || *end != '\0' || !isfinite(*to) || *to < option->least)
        return cli_usage("%s: a number from %g was expected, got '%s'", shown(option),
                         option->least, word);
    return CLI_OK;
}

static cli_result take_size(const cli_option *option, const char *word, int64_t *to)
{
    long long height, width;
    char more;
    if (sscanf(word, "%lldx%lld%c", &height, &width, &more) != 2 || height <= 0 || width <= 0 ||
        height > UINT16_MAX || width > UINT16_MAX)
        return cli_usage("%s: HEIGHTxWIDTH was expected, such as 224x224, got '%s'", shown(option),
                         word);
    to[0] = height;
    to[1] = width;
    return CLI_OK;
}

/* Whether word is one of those in list. */
static bool is_among(const char *word, const char *list)
{
    const size_t length = strlen(word);
    while (*list != '\0') {
        const size_t n = strcspn(list, " ");
        if (n == length && strncmp(list, word, n) == 0)
            return true;
        list += n;
        list += strspn(list, " ");
    }
    return false;
}

static cli_result take_value(const struct reader *reader, const cli_option *option,
                             const char *word)
{
    void *field = reader->settings + option->field;
    if (option->choices != NULL && !is_among(word, option->choices))
        return cli_usage("%s: one of %s was expected, got '%s'", shown(option), option->choices,
                         word);
    switch (option->kind) {
    case CLI_INTEGER: return take_integer(option, word, field);
    case CLI_REAL: return take_real(option, word, field);
    case CLI_SIZE: return take_size(option, word, field);
    case CLI_WORDS: return add_word(reader, field, word);
    default: *(const char **)field = word; return CLI_OK;
    }
}

/* ---- words ----------------------------------------------------------------------------------- */

/* "-" alone is no option; it stands for a file. */
static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

/* What an option of numbers refuses as too small is no missing value. */
static bool is_value(const cli_option *option, const char *word)
{
    const bool numbers = option->kind == CLI_INTEGER || option->kind == CLI_REAL;
    return !is_option(word) || (numbers && (isdigit((unsigned char)word[1]) || word[1] == '.'));
}

/* Options without which nothing is done take what somebody may have thought to be operands. */
static cli_result too_many_words(const cli_command *command, const char *word)
{
    char instead[128] = "";
    for (const cli_option *option = command->options; option->name != NULL; option++) {
        const size_t n = strlen(instead);
        if (option->required && option->kind == CLI_WORDS)
            (void)snprintf(instead + n, sizeof instead - n, "%s--%s",
                           n == 0 ? ": files follow " : ", ", option->name);
    }
    return cli_usage("what is '%s'? there is one word too many%s", word, instead);
}

static cli_result take_operand(struct reader *reader, const char *word)
{
    const cli_option *operand = reader->operand;
    while (operand->name != NULL && !cli_is_operand(operand))
        operand++;
    reader->operand = operand;
    if (operand->name == NULL)
        return too_many_words(reader->command, word);
    if (operand->kind != CLI_WORDS)
        reader->operand++;
    return take_value(reader, operand, word);
}

static cli_result unknown_option(const struct reader *reader, const char *word)
{
    const char *names[64];
    int64_t n = 0;
    for (const cli_option *option = reader->command->options; option->name != NULL; option++)
        if (!cli_is_operand(option) && n < (int64_t)(sizeof names / sizeof names[0]))
            names[n++] = option->name;
    char name[64];
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    const char *nearest = word[1] == '-' ? cli_nearest(name, names, n) : NULL;
    if (nearest != NULL)
        return cli_usage("unknown option '--%s': did you mean '--%s'?", name, nearest);
    return cli_usage("unknown option '%s'", word);
}

/* The option of a word such as "--epochs=3" or "-o3", and what stands behind it in the word; NULL
 * if nothing does. */
static const cli_option *find_option(const struct reader *reader, const char *word,
                                     const char **value)
{
    const size_t length = strcspn(word, "=");
    for (const cli_option *option = reader->command->options; option->name != NULL; option++) {
        if (cli_is_operand(option))
            continue;
        if (word[1] == '-') {
            if (strlen(option->name) != length - 2 ||
                strncmp(option->name, word + 2, length - 2) != 0)
                continue;
            *value = word[length] == '=' ? word + length + 1 : NULL;
            return option;
        }
        if (option->letter != '\0' && word[1] == option->letter) {
            *value = word[2] != '\0' ? word + 2 : NULL;
            return option;
        }
    }
    return NULL;
}

/* All words up to the next option. */
static cli_result take_words(struct reader *reader, const cli_option *option)
{
    do {
        const cli_result result = take_value(reader, option, reader->words[reader->at++]);
        if (result != CLI_OK)
            return result;
    } while (reader->at < reader->count && !is_option(reader->words[reader->at]));
    return CLI_OK;
}

static cli_result take_option(struct reader *reader, const char *word)
{
    const char *value = NULL;
    const cli_option *option = find_option(reader, word, &value);
    if (option == NULL)
        return unknown_option(reader, word);
    if (option->kind == CLI_FLAG) {
        if (value != NULL)
            return cli_usage("%s: takes no value, got '%s'", shown(option), value);
        *(bool *)(void *)(reader->settings + option->field) = true;
        return CLI_OK;
    }
    if (value != NULL)
        return take_value(reader, option, value);
    if (reader->at == reader->count || !is_value(option, reader->words[reader->at]))
        return cli_usage("%s: %s is missing", shown(option), option->argument);
    if (option->kind == CLI_WORDS)
        return take_words(reader, option);
    return take_value(reader, option, reader->words[reader->at++]);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool is_given(const cli_option *option, const char *settings)
{
    const void *field = settings + option->field;
    return option->kind == CLI_WORDS ? ((const cli_words *)field)->count > 0
                                     : *(const char *const *)field != NULL;
}

/* Everything that has to be there: texts and words of operands, and options that say so. */
static cli_result check_given(const struct reader *reader)
{
    for (const cli_option *option = reader->command->options; option->name != NULL; option++)
        if ((option->required || cli_is_operand(option)) && !is_given(option, reader->settings))
            return cli_usage("%s is missing: %s", shown(option), option->help);
    return CLI_OK;
}

cli_result cli_parse(const cli_command *command, int count, char *const *words, void *settings)
{
    struct reader reader = {.command = command,
                            .words = words,
                            .count = count,
                            .operand = command->options,
                            .settings = settings};
    cli_result result = CLI_OK;
    while (result == CLI_OK && reader.at < count) {
        const char *word = words[reader.at++];
        if (!reader.only_operands && strcmp(word, "--") == 0)
            reader.only_operands = true;
        else if (!reader.only_operands && is_option(word))
            result = take_option(&reader, word);
        else
            result = take_operand(&reader, word);
    }
    return result == CLI_OK ? check_given(&reader) : result;
}

void cli_free_settings(const cli_command *command, void *settings)
{
    for (const cli_option *option = command->options; option->name != NULL; option++)
        if (option->kind == CLI_WORDS)
            free(((cli_words *)(void *)((char *)settings + option->field))->at);
}
