/* Messages to people: who speaks, colours, and what was perhaps meant. */
#include "cli.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *speaker;

void cli_set_speaker(const char *name)
{
    speaker = name;
}

const char *cli_style_code(FILE *stream, cli_style style)
{
    static const char *const codes[] = {"\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[2m"};
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if ((none != NULL && *none != '\0') || (terminal != NULL && strcmp(terminal, "dumb") == 0) ||
        !isatty(fileno(stream)))
        return "";
    return codes[style];
}

static void speak(cli_style style, const char *word, const char *format, va_list arguments)
{
    (void)fflush(stdout);
    fprintf(stderr, "cornu%s%s: %s%s%s", speaker == NULL ? "" : " ", speaker == NULL ? "" : speaker,
            cli_style_code(stderr, style), word, cli_style_code(stderr, CLI_PLAIN));
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
}

cli_result cli_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    speak(CLI_RED, "error: ", format, arguments);
    va_end(arguments);
    return CLI_FAILED;
}

cli_result cli_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    speak(CLI_PLAIN, "", format, arguments);
    va_end(arguments);
    if (speaker == NULL)
        fprintf(stderr, "'cornu --help' lists the subcommands\n");
    else
        fprintf(stderr, "'cornu %s --help' lists what it takes\n", speaker);
    return CLI_USAGE;
}

void cli_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    speak(CLI_BOLD, "warning: ", format, arguments);
    va_end(arguments);
}

/* Bytes of "cn_load_npy: ", which says nothing to people who do not write C; 0: something else. */
static size_t function_length(const char *message)
{
    size_t length = 0;
    while (message[length] == '_' || isalnum((unsigned char)message[length]))
        length++;
    const bool is_function = strncmp(message, "cn_", 3) == 0 &&
                             strncmp(message + length, ": ", 2) == 0;
    return is_function ? length + 2 : 0;
}

const char *cli_library_message(void)
{
    static char text[2048];
    const char *message = cn_error();
    size_t n = 0;
    bool begins = true;
    while (n + 1 < sizeof text) {
        if (begins)
            message += function_length(message);
        if (*message == '\0')
            break;
        begins = *message == ' ' && n > 0 && text[n - 1] == ':';
        text[n++] = *message++;
    }
    text[n] = '\0';
    return text;
}

cli_result cli_fail_by_library(void)
{
    return cli_fail("%s", cli_library_message());
}

/* ---- what was meant -------------------------------------------------------------------------- */

enum { LONGEST = 48 };

/* How many letters have to be changed, added, dropped or swapped with their neighbour. */
static int distance(const char *a, const char *b)
{
    const size_t n = strlen(a), m = strlen(b);
    int table[LONGEST + 1][LONGEST + 1];
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (size_t i = 0; i <= n; i++)
        for (size_t k = 0; k <= m; k++) {
            if (i == 0 || k == 0) {
                table[i][k] = (int)(i + k);
                continue;
            }
            int best = table[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
            best = table[i - 1][k] + 1 < best ? table[i - 1][k] + 1 : best;
            best = table[i][k - 1] + 1 < best ? table[i][k - 1] + 1 : best;
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
                table[i - 2][k - 2] + 1 < best)
                best = table[i - 2][k - 2] + 1;
            table[i][k] = best;
        }
    return table[n][m];
}

const char *cli_nearest(const char *name, const char *const *names, int64_t count)
{
    const char *nearest = NULL;
    int best = (int)strlen(name) / 3 + 2;
    for (int64_t i = 0; i < count; i++) {
        const size_t length = strlen(name);
        const bool begins = length >= 2 && strncmp(names[i], name, length) == 0;
        const int d = begins ? 0 : distance(name, names[i]);
        if (d < best) {
            best = d;
            nearest = names[i];
        }
    }
    return nearest;
}
