/* --help, from the tables. */
#include "cli.h"

#include <string.h>

enum { WIDTH = 80, COLUMN = 26 };

const cli_topic cli_topics[] = {
    {"MODELS",
     "A model is a .keras file (Keras 3), an .h5 file (Keras 2 and 3), a folder with "
     "config.json and model.weights.h5, or a .json file with the architecture alone, whose "
     "weights are new and random unless --weights names a file of weights: .weights.h5, "
     ".weights.json, .h5, .keras or .npz."},
    {"DATA",
     "Data are arrays whose first axis counts the samples: FILE.npy, FILE.npz, FILE.csv (its "
     "columns of numbers; of text for an input of strings), an IDX file such as MNIST's, plain or .gz. The content says which it is.\n\n"
     "A model with several inputs (or outputs) takes as many files, in order, or NAME=FILE with "
     "the names of the input layers (or of the layers that make the outputs), or one .npz "
     "whose arrays have these names. An .npz with a single array needs no name; "
     "FILE.npz:NAME picks one of several.\n\n"
     "For an input of images, several PNG or JPEG files are that many samples, and so is a "
     "folder of them; they are resized to what the model takes, and their pixels are 0 to 255."},
    {"EXIT STATUS",
     "0: done. 1: something went wrong, or diff found differences. 2: the command line "
     "was wrong, and nothing was done. A file that is written gets its name when it is "
     "whole: after a failure the old one is still there."},
    {"ENVIRONMENT", "NO_COLOR: if it is set, no colours are used on a terminal."},
    {NULL, NULL}};

/* ---- lines ----------------------------------------------------------------------------------- */

/* The bytes of the next line: as many words as fit, or one that is longer. */
static int line_length(const char *text, int width)
{
    int last = 0;
    for (int i = 0;; i++) {
        if (text[i] == ' ' || text[i] == '\n' || text[i] == '\0') {
            if (i > width && last > 0)
                return last;
            last = i;
            if (text[i] != ' ')
                return last;
        }
    }
}

void cli_wrap(const char *text, int width, void (*print)(void *context, const char *line, int n),
              void *context)
{
    while (*text != '\0') {
        const int n = line_length(text, width);
        print(context, text, n);
        text += n;
        text += *text == ' ' || *text == '\n';
    }
}

static void print_line(void *context, const char *line, int n)
{
    (void)context;
    printf("%.*s\n", n, line);
}

/* The first line stands behind a name, the others below it. */
static void print_behind(void *context, const char *line, int n)
{
    int *column = context;
    printf("%*s%.*s\n", COLUMN - *column, "", n, line);
    *column = 0;
}

static void print_entry(const char *name, const char *text)
{
    int column = printf("  %s", name);
    if (column >= COLUMN) {
        (void)putchar('\n');
        column = 0;
    }
    cli_wrap(text, WIDTH - COLUMN, print_behind, &column);
}

static void print_title(const char *title)
{
    printf("\n%s%s%s\n", cli_style_code(stdout, CLI_BOLD), title,
           cli_style_code(stdout, CLI_PLAIN));
}

/* ---- one subcommand -------------------------------------------------------------------------- */

static const char *dots(const cli_option *option)
{
    return option->kind == CLI_WORDS ? "..." : "";
}

/* "-o FILE" or "--epochs N", where it has to be given; operands by their names. */
void cli_print_usage(const cli_command *command, const char *bold, const char *plain)
{
    printf("%scornu %s%s", bold, command->name, plain);
    for (const cli_option *option = command->options; option->name != NULL; option++)
        if (!cli_is_operand(option) && !option->required) {
            printf(" [OPTION]...");
            break;
        }
    for (const cli_option *option = command->options; option->name != NULL; option++)
        if (cli_is_operand(option))
            printf(" %s%s", option->name, dots(option));
    for (const cli_option *option = command->options; option->name != NULL; option++)
        if (!cli_is_operand(option) && option->required) {
            if (option->letter != '\0')
                printf(" %s-%c%s", bold, option->letter, plain);
            else
                printf(" %s--%s%s", bold, option->name, plain);
            printf(" %s%s", option->argument, dots(option));
        }
}

static void print_option(const cli_option *option)
{
    char name[96], text[512], letter[8] = "    ";
    if (option->letter != '\0')
        (void)snprintf(letter, sizeof letter, "-%c, ", option->letter);
    if (cli_is_operand(option))
        (void)snprintf(name, sizeof name, "%s%s", option->name, dots(option));
    else
        (void)snprintf(name, sizeof name, "%s--%s%s%s%s", letter, option->name,
                       option->argument == NULL ? "" : " ",
                       option->argument == NULL ? "" : option->argument, dots(option));
    (void)snprintf(text, sizeof text, "%s%s%s", option->help, option->choices == NULL ? "" : ": ",
                   option->choices == NULL ? "" : option->choices);
    print_entry(name, text);
}

static int64_t print_options(const cli_command *command, bool operands)
{
    int64_t n = 0;
    for (const cli_option *option = command->options; option->name != NULL; option++)
        if (cli_is_operand(option) == operands) {
            if (n++ == 0 && !operands)
                print_title("Options");
            print_option(option);
        }
    return n;
}

void cli_help_command(const cli_command *command)
{
    printf("usage: ");
    cli_print_usage(command, cli_style_code(stdout, CLI_BOLD), cli_style_code(stdout, CLI_PLAIN));
    printf("\n\n");
    cli_wrap(command->text, WIDTH, print_line, NULL);
    (void)putchar('\n');
    (void)print_options(command, true);
    (void)print_options(command, false);
    if (command->example != NULL) {
        print_title("Examples");
        cli_wrap(command->example, WIDTH * 4, print_line, NULL);
    }
}

void cli_help(void)
{
    printf("usage: %scornu%s SUBCOMMAND ...\n\nKeras models on the command line.\n",
           cli_style_code(stdout, CLI_BOLD), cli_style_code(stdout, CLI_PLAIN));
    print_title("Subcommands");
    for (int64_t i = 0; cli_commands[i] != NULL; i++)
        print_entry(cli_commands[i]->name, cli_commands[i]->purpose);
    print_entry("help SUBCOMMAND", "what it takes; the same as SUBCOMMAND --help");
    print_entry("--version", "the version of the library");
    for (const cli_topic *topic = cli_topics; topic->title != NULL; topic++) {
        print_title(topic->title);
        cli_wrap(topic->text, WIDTH, print_line, NULL);
    }
}
