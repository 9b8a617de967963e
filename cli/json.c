/* The library's JSON, with its words for numbers in quotation marks. */
#include "json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* How long a word is that stands here; 0: none does. */
static size_t word_at(const char *text)
{
    static const char *const words[] = {"-Infinity", "Infinity", "NaN"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(text, words[i], strlen(words[i])) == 0)
            return strlen(words[i]);
    return 0;
}

json_t *cli_read_json(const char *text)
{
    size_t n = 0;
    bool in_string = false;
    /* the shortest word has three letters */
    char *quoted = text == NULL ? NULL : malloc(2 * strlen(text) + 1);
    if (quoted == NULL)
        return NULL;
    while (*text != '\0') {
        size_t word = in_string ? 0 : word_at(text), length = word > 0 ? word : 1;
        if (in_string && text[0] == '\\' && text[1] != '\0')
            length = 2;
        in_string ^= text[0] == '"';
        if (word > 0)
            quoted[n++] = '"';
        memcpy(quoted + n, text, length);
        n += length;
        if (word > 0)
            quoted[n++] = '"';
        text += length;
    }
    json_t *json = json_loadb(quoted, n, 0, NULL);
    free(quoted);
    return json;
}
