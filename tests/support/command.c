/* Running the cornu command, by a shell. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "support/command.h"

cn_command_result cn_ran;
static char folder[64];

const char *cn_command_folder(void)
{
    if (folder[0] == '\0') {
        (void)snprintf(folder, sizeof folder, "/tmp/cornu-command-XXXXXX");
        if (mkdtemp(folder) == NULL)
            fail_msg("no folder could be made in /tmp");
    }
    return folder;
}

void cn_command_remove_folder(void)
{
    char line[128];
    (void)snprintf(line, sizeof line, "rm -rf '%s'", cn_command_folder());
    (void)!system(line);
    folder[0] = '\0';
}

static const char *join(const char *before, const char *name)
{
    static char path[4][512];
    static int turn;
    turn = (turn + 1) % 4;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", before, name);
    return path[turn];
}

const char *cn_command_file(const char *name)
{
    return join(cn_command_folder(), name);
}

const char *cn_saved_file(const char *name)
{
    return join(CN_SOURCE_DIR "/tests/keras/data/saved", name);
}

static void read_back(const char *name, char *to, size_t size)
{
    FILE *file = fopen(cn_command_file(name), "rb");
    if (file == NULL)
        fail_msg("%s: the shell did not make it", name);
    const size_t n = fread(to, 1, size - 1, file);
    to[n] = '\0';
    (void)fclose(file);
}

/* Copies words, with @ replaced. */
static void add_words(char *line, size_t size, const char *words)
{
    for (size_t at = strlen(line); *words != '\0' && at + 1 < size; words++) {
        if (*words == '@')
            at += (size_t)snprintf(line + at, size - at, "%s", cn_saved_file(""));
        else
            line[at++] = *words;
        line[at < size ? at : size - 1] = '\0';
    }
}

void cn_command(int code, const char *words)
{
    char line[4096];
    (void)snprintf(line, sizeof line, "cd '%s' && '%s' ", cn_command_folder(), CN_COMMAND);
    add_words(line, sizeof line, words);
    add_words(line, sizeof line, " >out.txt 2>err.txt </dev/null");
    const int status = system(line);
    read_back("out.txt", cn_ran.out, sizeof cn_ran.out);
    read_back("err.txt", cn_ran.err, sizeof cn_ran.err);
    cn_ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (cn_ran.code != code)
        fail_msg("cornu %s: exit code %d, not %d\n%s\n%.2000s", words, cn_ran.code, code,
                 cn_ran.err, cn_ran.out);
}

void cn_command_printed(const char *text)
{
    if (strstr(cn_ran.out, text) == NULL)
        fail_msg("'%s' was to be printed; it was:\n%.4000s\n%s", text, cn_ran.out, cn_ran.err);
}

void cn_command_complained(const char *text)
{
    if (strstr(cn_ran.err, text) == NULL)
        fail_msg("'%s' was to be said; it was:\n%s", text, cn_ran.err);
}
