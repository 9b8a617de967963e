/* Splitting texts. The words of a text are put into one buffer with a blank between them, so that
 * an n-gram is a piece of that buffer too. */
#include "data/tokenizer.h"

#include <inttypes.h>
#include <string.h>

/* ---- Settings ---- */

static cn_status read_standardize(cn_text_settings *settings, const char *name)
{
    static const struct {
        const char *name;
        bool lower, strip;
    } known[] = {{"lower_and_strip_punctuation", true, true},
                 {"lower", true, false},
                 {"strip_punctuation", false, true}};
    for (size_t i = 0; name != NULL && i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0) {
            settings->lower = known[i].lower;
            settings->strip = known[i].strip;
            return CN_OK;
        }
    CN_CHECK(name == NULL,
             "standardize must be \"lower_and_strip_punctuation\", \"lower\", "
             "\"strip_punctuation\" or NULL, not \"%.100s\"",
             name);
    return CN_OK;
}

static cn_status read_split(cn_text_settings *settings, const char *name)
{
    settings->split = CN_SPLIT_NONE;
    if (name == NULL)
        return CN_OK;
    settings->split = strcmp(name, "character") == 0 ? CN_SPLIT_CHARACTER : CN_SPLIT_WHITESPACE;
    CN_CHECK(settings->split == CN_SPLIT_CHARACTER || strcmp(name, "whitespace") == 0,
             "split must be \"whitespace\", \"character\" or NULL, not \"%.100s\"", name);
    return CN_OK;
}

cn_status cn_text_settings_read(cn_text_settings *settings, const char *standardize,
                                const char *split, const int64_t ngrams[CN_MAX_NGRAMS])
{
    *settings = (cn_text_settings){0};
    CN_TRY(read_standardize(settings, standardize));
    CN_TRY(read_split(settings, split));
    for (int i = 0; i < CN_MAX_NGRAMS && ngrams[i] != 0; i++) {
        CN_CHECK(ngrams[i] > 0, "ngrams has a length of %" PRId64 "; 1 or more was expected",
                 ngrams[i]);
        CN_CHECK(settings->split != CN_SPLIT_NONE, "ngrams need a split into words, not NULL");
        settings->ngrams[i] = ngrams[i];
    }
    return CN_OK;
}

/* ---- One text ---- */

/* In ASCII, whatever the locale. */
static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_punctuation(char c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

/* Writes the standardized text to to; returns its length, at most the text's. */
static size_t standardize(const cn_text_settings *settings, const char *text, char *to)
{
    char *at = to;
    for (; *text != '\0'; text++)
        if (!settings->strip || !is_punctuation(*text))
            *at++ =
                (char)(settings->lower && *text >= 'A' && *text <= 'Z' ? *text + 'a' - 'A' : *text);
    *at = '\0';
    return (size_t)(at - to);
}

/* The end of the word that begins at text, which ends in 0. */
static const char *word_end(cn_split split, const char *text)
{
    const char *end = text;
    if (split == CN_SPLIT_NONE)
        return text + strlen(text);
    if (split == CN_SPLIT_CHARACTER) {
        do
            end++;
        while (((unsigned char)*end & 0xC0) == 0x80); /* the bytes that continue a code point */
        return end;
    }
    while (*end != '\0' && !is_space(*end))
        end++;
    return end;
}

static cn_status add_word(cn_tokenizer *t, const char *text, size_t length)
{
    CN_TRY(cn_grow(&t->words, &t->word_capacity, t->word_count + 1, sizeof *t->words));
    t->words[t->word_count++] = (cn_token){text, length};
    return CN_OK;
}

/* Splits from, which lies behind the words in the same buffer, far enough not to be overtaken: a
 * word and its blank take at most twice the word's length. */
static cn_status split(cn_tokenizer *t, const char *from)
{
    char *to = t->text;
    t->word_count = 0;
    for (;;) {
        while (t->settings.split == CN_SPLIT_WHITESPACE && is_space(*from))
            from++;
        if (*from == '\0')
            return CN_OK;
        const char *end = word_end(t->settings.split, from);
        const size_t length = (size_t)(end - from);
        memmove(to, from, length);
        CN_TRY(add_word(t, to, length));
        to[length] = ' ';
        to += length + 1;
        from = end;
    }
}

static cn_status join(cn_tokenizer *t)
{
    t->gram_count = 0;
    for (int i = 0; i < CN_MAX_NGRAMS && t->settings.ngrams[i] > 0; i++)
        for (int64_t first = 0, n = t->settings.ngrams[i]; first + n <= t->word_count; first++) {
            const cn_token *last = &t->words[first + n - 1];
            const char *start = t->words[first].text;
            CN_TRY(cn_grow(&t->grams, &t->gram_capacity, t->gram_count + 1, sizeof *t->grams));
            t->grams[t->gram_count++] =
                (cn_token){start, (size_t)(last->text + last->length - start)};
        }
    return CN_OK;
}

cn_status cn_tokenize(cn_tokenizer *t, const char *text, const cn_token **tokens, int64_t *count)
{
    const size_t length = strlen(text);
    CN_TRY(cn_grow(&t->text, &t->text_capacity, (int64_t)(2 * length + 2), 1));
    char *standardized = t->text + length + 1;
    (void)standardize(&t->settings, text, standardized);
    CN_TRY(split(t, standardized));
    CN_TRY(join(t));
    const bool joined = t->settings.ngrams[0] > 0;
    *tokens = joined ? t->grams : t->words;
    *count = joined ? t->gram_count : t->word_count;
    return CN_OK;
}

/* Words begin at the first byte behind white space that standardizing leaves; and characters at
 * each byte that does not continue one. */
static int64_t count_words(const cn_text_settings *settings, const char *text)
{
    int64_t count = 0;
    bool within = false;
    for (; *text != '\0'; text++) {
        if (settings->strip && is_punctuation(*text))
            continue;
        if (settings->split == CN_SPLIT_CHARACTER) {
            count += ((unsigned char)*text & 0xC0) != 0x80;
            continue;
        }
        const bool word = settings->split == CN_SPLIT_NONE || !is_space(*text);
        count += word && !within;
        within = word;
    }
    return count;
}

int64_t cn_count_tokens(const cn_text_settings *settings, const char *text)
{
    const int64_t words = text == NULL ? 0 : count_words(settings, text);
    int64_t grams = 0;
    for (int i = 0; i < CN_MAX_NGRAMS && settings->ngrams[i] > 0; i++)
        grams += words < settings->ngrams[i] ? 0 : words - settings->ngrams[i] + 1;
    return settings->ngrams[0] > 0 ? grams : words;
}

void cn_tokenizer_free(cn_tokenizer *t)
{
    cn_release(t->text);
    cn_release(t->words);
    cn_release(t->grams);
}
