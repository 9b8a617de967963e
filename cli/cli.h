/* The cornu command: what its files share. Each subcommand is one file with a table of options;
 * parsing, --help, the manual page and completion all come from that table. */
#ifndef CORNU_CLI_H
#define CORNU_CLI_H

#include <cornu/cornu.h>
#include <stdio.h>

/* What scripts see. */
typedef enum cli_result {
    CLI_OK = 0,
    CLI_FAILED = 1, /* something went wrong, or diff found differences */
    CLI_USAGE = 2   /* the words were wrong: nothing was done */
} cli_result;

/* ---- options --------------------------------------------------------------------------------- */

/* Words of the command line, which live as long as argv. */
typedef struct cli_words {
    const char **at;
    int64_t count;
} cli_words;

/* What an option fills in its field, of type bool, const char *, cli_words, int64_t, double or
 * int64_t[2] ("28x28"). */
typedef enum cli_kind { CLI_FLAG, CLI_TEXT, CLI_WORDS, CLI_INTEGER, CLI_REAL, CLI_SIZE } cli_kind;

/* One option, or one operand (a word without dashes), whose name has capitals. Operands are filled
 * in the order of the table, and all but the last one that takes several are needed. */
typedef struct cli_option {
    const char *name; /* "epochs" is --epochs; "MODEL" is an operand; NULL ends a table */
    char letter;      /* -o; 0: none */
    cli_kind kind;
    const char *argument; /* what stands behind it, for people: "N" */
    size_t field;         /* where in the settings */
    const char *help;     /* a sentence without its full stop */
    const char *choices;  /* with spaces between: nothing else is taken */
    const char *examples; /* the same, but only for completion */
    bool required;
    double least; /* of numbers */
} cli_option;

/* A subcommand. */
typedef struct cli_command {
    const char *name;
    const char *purpose; /* a line */
    const char *text;    /* paragraphs, with an empty line between them */
    const char *example; /* lines that a person may type */
    const cli_option *options;
    size_t settings_size;
    const void *defaults; /* NULL: zeros */
    cli_result (*run)(const void *settings);
} cli_command;

/* All of them, in the order of commands.def, ended by NULL. */
extern const cli_command *const cli_commands[];
const cli_command *cli_find_command(const char *name);

#define CLI_COMMAND(name) extern const cli_command cli_##name;
#include "commands.def"
#undef CLI_COMMAND

bool cli_is_operand(const cli_option *option);

/* Fills settings from words. CLI_USAGE with a message otherwise. cli_free_settings must follow. */
cli_result cli_parse(const cli_command *command, int count, char *const *words, void *settings);
void cli_free_settings(const cli_command *command, void *settings);

/* ---- explaining: all from the tables --------------------------------------------------------- */

/* What all subcommands have in common. */
typedef struct cli_topic {
    const char *title, *text;
} cli_topic;
extern const cli_topic cli_topics[]; /* ended by a title NULL */

void cli_help_command(const cli_command *command);
void cli_help(void);

/* "cornu fit [-o FILE] MODEL": the words of a command; bold and plain mark what is typed as it
 * is. */
void cli_print_usage(const cli_command *command, const char *bold, const char *plain);

/* Calls print for each line of at most width characters; an empty text for what ends a
 * paragraph. */
void cli_wrap(const char *text, int width, void (*print)(void *context, const char *line, int n),
              void *context);

/* ---- saying something ------------------------------------------------------------------------ */

/* "cornu fit: ..." on standard error; the result is what the command returns then. */
cli_result cli_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
cli_result cli_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The library's message, of which the name of a C function is left out. */
const char *cli_library_message(void);
cli_result cli_fail_by_library(void);

/* Which subcommand speaks. */
void cli_set_speaker(const char *name);

/* Colours and weight where a person looks at a terminal, and NO_COLOR does not ask for none: ""
 * otherwise. */
typedef enum cli_style { CLI_PLAIN, CLI_BOLD, CLI_RED, CLI_GREEN, CLI_FAINT } cli_style;
const char *cli_style_code(FILE *stream, cli_style style);

/* Of names with spaces between them, or of a list, the one that is nearly this one; NULL if none
 * is. */
const char *cli_nearest(const char *name, const char *const *names, int64_t count);

/* ---- files ----------------------------------------------------------------------------------- */

bool cli_ends_with(const char *path, const char *end);

/* Whether a file of this name has weights alone. */
bool cli_is_for_weights(const char *path);

/* What a file is, by its first bytes or, where those do not tell, its ending. */
typedef enum cli_file {
    CLI_NO_FILE, /* it cannot be opened */
    CLI_UNKNOWN,
    CLI_FOLDER,
    CLI_NPY,
    CLI_ZIP, /* .keras or .npz */
    CLI_HDF5,
    CLI_JSON,
    CLI_IMAGE,
    CLI_IDX,
    CLI_CSV
} cli_file;
cli_file cli_file_kind(const char *path);

/* Whether a file of this name could be made; false with a message. For what is written after hours
 * of work. */
bool cli_can_write(const char *path);

/* The whole of a text file, to be freed; NULL with a message. */
char *cli_read_text(const char *path);

/* A text that is being written: the file gets its name when it is whole. */
typedef struct cli_output {
    const char *path; /* NULL: standard output */
    char *temporary;
    FILE *stream;
} cli_output;
bool cli_output_begin(cli_output *output, const char *path);
bool cli_output_end(cli_output *output); /* false, with a message, if it could not be written */
void cli_output_abort(cli_output *output);

/* ---- models and data ------------------------------------------------------------------------- */

/* What a model is made from, and how. */
typedef struct cli_model {
    const char *path;
    const char *weights; /* a file of weights to load into it; NULL: none */
} cli_model;

/* The model of a .keras, .h5 or .json file, or of a folder; NULL with a message. *has_weights
 * (which may be NULL): they are not those that an architecture begins with. */
cn_model *cli_load_model(const cli_model *from, bool *has_weights);

/* "--weights", for tables of commands whose settings have a cli_model. */
#define CLI_MODEL_OPTIONS(type, member)                                                            \
    {.name = "MODEL",                                                                              \
     .kind = CLI_TEXT,                                                                             \
     .field = offsetof(type, member.path),                                                         \
     .help = "the model: a .keras, .h5 or .json file"},                                            \
    {                                                                                              \
        .name = "weights", .kind = CLI_TEXT, .argument = "FILE",                                   \
        .field = offsetof(type, member.weights), .help = "load these weights into the model"       \
    }

/* How images become arrays. */
typedef struct cli_image_options {
    int64_t size[2]; /* height, width; 0: the model's */
    double rescale;
} cli_image_options;
#define CLI_IMAGE_OPTIONS(type, member)                                                            \
    {.name = "image-size",                                                                         \
     .kind = CLI_SIZE,                                                                             \
     .argument = "HxW",                                                                            \
     .field = offsetof(type, member.size),                                                         \
     .help = "resize images to this, where the model takes any"},                                  \
    {                                                                                              \
        .name = "rescale", .kind = CLI_REAL, .argument = "F",                                      \
        .field = offsetof(type, member.rescale),                                                   \
        .help = "multiply pixels, which are 0 to 255, by F, such as 0.00392157"                    \
    }

/* For settings with the fields x, y, sample_weight and batch_size. */
#define CLI_DATA_OPTIONS(type)                                                                     \
    {.name = "x",                                                                                  \
     .kind = CLI_WORDS,                                                                            \
     .argument = "INPUT",                                                                          \
     .field = offsetof(type, x),                                                                   \
     .help = "the samples; see 'cornu --help', DATA",                                              \
     .required = true},                                                                            \
        {.name = "y",                                                                              \
         .kind = CLI_WORDS,                                                                        \
         .argument = "TARGET",                                                                     \
         .field = offsetof(type, y),                                                               \
         .help = "what the outputs should be",                                                     \
         .required = true},                                                                        \
        {.name = "sample-weight",                                                                  \
         .kind = CLI_WORDS,                                                                        \
         .argument = "W",                                                                          \
         .field = offsetof(type, sample_weight),                                                   \
         .help = "how much each sample counts, for each output"},                                  \
    {                                                                                              \
        .name = "batch-size", .kind = CLI_INTEGER, .argument = "N",                                \
        .field = offsetof(type, batch_size), .help = "samples at once; 32 if not given",           \
        .least = 1                                                                                 \
    }

/* For settings with the fields threads and quiet. */
#define CLI_RUN_OPTIONS(type)                                                                      \
    {.name = "threads",                                                                            \
     .kind = CLI_INTEGER,                                                                          \
     .argument = "N",                                                                              \
     .field = offsetof(type, threads),                                                             \
     .help = "use so many threads; 0: one for each processor"},                                    \
    {                                                                                              \
        .name = "quiet", .letter = 'q', .kind = CLI_FLAG, .field = offsetof(type, quiet),          \
        .help = "no progress bar"                                                                  \
    }

/* Data for a model: an array, or samples that are read when they are needed, for each input or
 * output. They belong to the session. */
typedef struct cli_data {
    const void *at[CN_MAX_LIST + 1]; /* ended by CN_END */
    int64_t count;
    const char *const *names; /* of each sample, where they are files; NULL otherwise */
    int64_t samples;          /* how many names */
} cli_data;

/* What words say for these tensors; false with a message, which begins with what ("--x").  */
bool cli_read_data(const char *what, const cli_words *words, cn_tensors tensors,
                   const cli_image_options *images, cli_data *data);

cn_items cli_items(const cli_data *data);

/* The name of each output of a model, or input: of the layer, with a number where one has several.
 * To be freed as one. */
char **cli_tensor_names(cn_tensors tensors);

/* "(None, 28, 28)" */
typedef struct cli_shape {
    char text[128];
} cli_shape;
cli_shape cli_tensor_shape(const cn_tensor *tensor);
cli_shape cli_array_shape(const cn_array *array);

/* "12,345" */
typedef struct cli_number {
    char text[32];
} cli_number;
cli_number cli_grouped(int64_t number);

#endif
