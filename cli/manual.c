/* cornu manual: the manual page, as text for man, from the tables. */
#include "cli.h"

#include <string.h>

/* Text whose dashes, backslashes and first dots and quotes mean themselves. */
static void print_escaped(const char *text, int n)
{
    if (n > 0 && (*text == '.' || *text == '\''))
        printf("\\&");
    for (int i = 0; i < n; i++) {
        if (text[i] == '-')
            printf("\\-");
        else if (text[i] == '\\')
            printf("\\e");
        else
            (void)putchar(text[i]);
    }
}

static void print_line(void *context, const char *line, int n)
{
    (void)context;
    if (n == 0)
        printf(".PP\n");
    else {
        print_escaped(line, n);
        (void)putchar('\n');
    }
}

static void print_text(const char *text)
{
    cli_wrap(text, 100, print_line, NULL);
}

static void print_option(const cli_option *option)
{
    const char *dots = option->kind == CLI_WORDS ? "..." : "";
    printf(".TP\n");
    if (cli_is_operand(option)) {
        printf("\\fI%s\\fR%s\n", option->name, dots);
    } else {
        if (option->letter != '\0')
            printf("\\fB\\-%c\\fR, ", option->letter);
        printf("\\fB\\-\\-");
        print_escaped(option->name, (int)strlen(option->name));
        printf("\\fR");
        if (option->argument != NULL)
            printf(" \\fI%s\\fR%s", option->argument, dots);
        (void)putchar('\n');
    }
    char text[512];
    (void)snprintf(text, sizeof text, "%s%s%s", option->help, option->choices == NULL ? "" : ": ",
                   option->choices == NULL ? "" : option->choices);
    print_text(text);
}

static void print_command(const cli_command *command)
{
    printf(".SS ");
    cli_print_usage(command, "\\fB", "\\fR");
    (void)putchar('\n');
    print_text(command->text);
    for (const cli_option *option = command->options; option->name != NULL; option++)
        print_option(option);
    if (command->example != NULL) {
        printf(".PP\n.nf\n");
        cli_wrap(command->example, 1000, print_line, NULL);
        printf(".fi\n");
    }
}

static cli_result run(const void *settings)
{
    (void)settings;
    printf(".TH CORNU 1 \"\" \"cornu %s\"\n.SH NAME\ncornu \\- Keras models on the command line\n",
           cn_version());
    printf(".SH SYNOPSIS\n.B cornu\n\\fISUBCOMMAND\\fR ...\n.br\n.B cornu \\-\\-version\n");
    printf(".SH SUBCOMMANDS\n");
    for (int64_t i = 0; cli_commands[i] != NULL; i++)
        print_command(cli_commands[i]);
    for (const cli_topic *topic = cli_topics; topic->title != NULL; topic++) {
        printf(".SH %s\n", topic->title);
        print_text(topic->text);
    }
    return CLI_OK;
}

static const cli_option options[] = {{.name = NULL}};

const cli_command cli_manual = {
    .name = "manual",
    .purpose = "print the manual page's source",
    .text = "Prints the source of the manual page, for man.",
    .example = "cornu manual | man -l -",
    .options = options,
    .settings_size = 1,
    .run = run,
};
