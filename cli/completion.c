/* cornu completion: scripts with which a shell completes subcommands, options and their values,
 * from the tables. */
#include "cli.h"

#include <stddef.h>
#include <string.h>

struct settings {
    const char *shell;
};

/* What may stand behind an option; NULL: a file's name, or anything. */
static const char *values(const cli_option *option)
{
    return option->choices != NULL ? option->choices : option->examples;
}

/* ---- bash ------------------------------------------------------------------------------------ */

static void print_bash_values(const cli_command *command)
{
    for (const cli_option *option = command->options; option->name != NULL; option++) {
        if (cli_is_operand(option) || values(option) == NULL)
            continue;
        printf("    '%s --%s'", command->name, option->name);
        if (option->letter != '\0')
            printf(" | '%s -%c'", command->name, option->letter);
        printf(") words='%s' ;;\n", values(option));
    }
}

static void print_bash_options(const cli_command *command)
{
    printf("        %s) words='--help", command->name);
    for (const cli_option *option = command->options; option->name != NULL; option++)
        if (!cli_is_operand(option))
            printf(" --%s", option->name);
    printf("' ;;\n");
}

/* Operands that are one of a few words. */
static void print_bash_operands(const cli_command *command)
{
    for (const cli_option *option = command->options; option->name != NULL; option++)
        if (cli_is_operand(option) && values(option) != NULL)
            printf("        %s) words='%s' ;;\n", command->name, values(option));
}

static void each(void (*print)(const cli_command *command))
{
    for (int64_t i = 0; cli_commands[i] != NULL; i++)
        print(cli_commands[i]);
}

static void print_bash(void)
{
    printf("# Completion of cornu for bash; 'cornu completion bash' printed it.\n"
           "_cornu() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} words=\n"
           "    if ((COMP_CWORD == 1)); then\n"
           "        words='help --help --version");
    for (int64_t i = 0; cli_commands[i] != NULL; i++)
        printf(" %s", cli_commands[i]->name);
    printf("'\n"
           "        COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "        return\n"
           "    fi\n"
           "    case \"${COMP_WORDS[1]} ${COMP_WORDS[COMP_CWORD - 1]}\" in\n");
    each(print_bash_values);
    printf("    esac\n"
           "    if [[ -z $words && $current == -* ]]; then\n"
           "        case ${COMP_WORDS[1]} in\n");
    each(print_bash_options);
    printf("        esac\n"
           "    elif [[ -z $words ]]; then\n"
           "        case ${COMP_WORDS[1]} in\n");
    each(print_bash_operands);
    printf("        help) words='");
    for (int64_t i = 0; cli_commands[i] != NULL; i++)
        printf("%s%s", i > 0 ? " " : "", cli_commands[i]->name);
    printf("' ;;\n"
           "        esac\n"
           "    fi\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "}\n"
           "complete -o default -F _cornu cornu\n");
}

/* ---- zsh ------------------------------------------------------------------------------------- */

/* Text inside '...[text]': brackets, colons and quotes mean something there. */
static void print_zsh_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            printf("'\\''");
        else if (strchr("[]:\\", *text) != NULL)
            printf("\\%c", *text);
        else
            (void)putchar(*text);
    }
}

static void print_zsh_values(const cli_option *option)
{
    if (values(option) != NULL)
        printf(":(%s)'", values(option));
    else
        printf(":_files'");
}

static void print_zsh_option(const cli_option *option)
{
    printf(" \\\n        '");
    if (cli_is_operand(option)) {
        printf("%s:%s", option->kind == CLI_WORDS ? "*" : "", option->name);
        print_zsh_values(option);
        return;
    }
    printf("%s--%s[", option->kind == CLI_WORDS ? "*" : "", option->name);
    print_zsh_text(option->help);
    if (option->argument == NULL) {
        printf("]'");
        return;
    }
    printf("]:%s", option->argument);
    print_zsh_values(option);
}

static void print_zsh_command(const cli_command *command)
{
    printf("    %s) _arguments '--help[what it takes]'", command->name);
    for (const cli_option *option = command->options; option->name != NULL; option++)
        print_zsh_option(option);
    printf(" ;;\n");
}

static void print_zsh(void)
{
    printf("#compdef cornu\n"
           "# Completion of cornu for zsh; 'cornu completion zsh' printed it.\n"
           "_cornu() {\n"
           "    local -a commands=(\n");
    for (int64_t i = 0; cli_commands[i] != NULL; i++)
        printf("        '%s:%s'\n", cli_commands[i]->name, cli_commands[i]->purpose);
    printf("    )\n"
           "    if ((CURRENT == 2)); then\n"
           "        _describe subcommand commands\n"
           "        return\n"
           "    fi\n"
           "    shift words\n"
           "    ((CURRENT--))\n"
           "    case $words[1] in\n");
    each(print_zsh_command);
    printf("    esac\n"
           "}\n"
           "_cornu \"$@\"\n");
}

static cli_result run(const void *own)
{
    const struct settings *settings = own;
    if (strcmp(settings->shell, "zsh") == 0)
        print_zsh();
    else
        print_bash();
    return CLI_OK;
}

static const cli_option options[] = {
    {.name = "SHELL",
     .kind = CLI_TEXT,
     .field = offsetof(struct settings, shell),
     .help = "for which shell",
     .choices = "bash zsh"},
    {.name = NULL},
};

const cli_command cli_completion = {
    .name = "completion",
    .purpose = "print a script with which a shell completes cornu's words",
    .text = "Prints a script with which a shell completes subcommands, options and their values. "
            "Installing Cornu installs it too.",
    .example = "eval \"$(cornu completion bash)\"",
    .options = options,
    .settings_size = sizeof(struct settings),
    .run = run,
};
