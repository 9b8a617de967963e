/* The cornu command: finds the subcommand, reads its words, runs it. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

const cli_command *const cli_commands[] = {
#define CLI_COMMAND(name) &cli_##name,
#include "commands.def"
#undef CLI_COMMAND
    NULL};

const cli_command *cli_find_command(const char *name)
{
    for (int64_t i = 0; cli_commands[i] != NULL; i++)
        if (strcmp(cli_commands[i]->name, name) == 0)
            return cli_commands[i];
    return NULL;
}

static cli_result unknown_command(const char *name)
{
    const char *names[64];
    int64_t n = 0;
    while (cli_commands[n] != NULL && n < 64) {
        names[n] = cli_commands[n]->name;
        n++;
    }
    const char *nearest = cli_nearest(name, names, n);
    if (nearest != NULL)
        return cli_usage("unknown %s '%s': did you mean '%s'?",
                         *name == '-' ? "option" : "subcommand", name, nearest);
    return cli_usage("unknown %s '%s'", *name == '-' ? "option" : "subcommand", name);
}

static bool asks_for_help(int count, char *const *words)
{
    for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++)
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)
            return true;
    return false;
}

static cli_result run(const cli_command *command, int count, char *const *words)
{
    cli_set_speaker(command->name);
    if (asks_for_help(count, words)) {
        cli_help_command(command);
        return CLI_OK;
    }
    void *settings = calloc(1, command->settings_size);
    if (settings == NULL)
        return cli_fail("out of memory");
    if (command->defaults != NULL)
        memcpy(settings, command->defaults, command->settings_size);
    cli_result result = cli_parse(command, count, words, settings);
    if (result == CLI_OK)
        result = command->run(settings);
    cli_free_settings(command, settings);
    free(settings);
    return result;
}

static cli_result help(int count, char *const *words)
{
    const cli_command *command = count > 0 ? cli_find_command(words[0]) : NULL;
    if (count > 0 && command == NULL)
        return unknown_command(words[0]);
    if (command != NULL)
        cli_help_command(command);
    else
        cli_help();
    return CLI_OK;
}

static cli_result choose(int count, char *const *words)
{
    if (count == 0) {
        (void)cli_usage("a subcommand is missing");
        return CLI_USAGE;
    }
    if (strcmp(words[0], "--version") == 0) {
        printf("cornu %s\n", cn_version());
        return CLI_OK;
    }
    if (strcmp(words[0], "help") == 0 || asks_for_help(1, words))
        return help(count - 1, words + 1);
    const cli_command *command = cli_find_command(words[0]);
    return command == NULL ? unknown_command(words[0]) : run(command, count - 1, words + 1);
}

int main(int count, char **words)
{
    cli_result result = choose(count > 0 ? count - 1 : 0, words + 1);
    cn_clear_session();
    if ((fflush(stdout) != 0 || ferror(stdout)) && result == CLI_OK)
        result = cli_fail("standard output could not be written");
    return (int)result;
}
