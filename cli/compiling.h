/* How a model is compiled: as its file says, and as the command line says otherwise. */
#ifndef CORNU_CLI_COMPILING_H
#define CORNU_CLI_COMPILING_H

#include "cli.h"

typedef struct cli_compiling {
    const char *optimizer;
    cli_words loss, metrics;
    double learning_rate; /* NaN: the optimizer's own */
} cli_compiling;

#define CLI_COMPILING_DEFAULTS .learning_rate = CN_UNSET

/* For commands that only measure. */
#define CLI_LOSS_OPTIONS(type, member)                                                             \
    {.name = "loss",                                                                               \
     .kind = CLI_WORDS,                                                                            \
     .argument = "LOSS",                                                                           \
     .field = offsetof(type, member.loss),                                                         \
     .help = "instead of the loss in the file: one for all outputs, or one for each",              \
     .examples = "mse mae binary_crossentropy categorical_crossentropy "                           \
                 "sparse_categorical_crossentropy huber"},                                         \
    {                                                                                              \
        .name = "metrics", .kind = CLI_WORDS, .argument = "METRIC",                                \
        .field = offsetof(type, member.metrics), .help = "instead of the metrics in the file",     \
        .examples = "accuracy mae mse auc precision recall top_k_categorical_accuracy"             \
    }

/* For those that train. */
#define CLI_COMPILING_OPTIONS(type, member)                                                        \
    {.name = "optimizer",                                                                          \
     .kind = CLI_TEXT,                                                                             \
     .argument = "NAME",                                                                           \
     .field = offsetof(type, member.optimizer),                                                    \
     .help = "instead of the optimizer in the file, whose state is left then",                     \
     .examples = "adam adamw sgd rmsprop nadam adagrad adadelta adamax adafactor ftrl lion lamb"}, \
        {.name = "learning-rate",                                                                  \
         .kind = CLI_REAL,                                                                         \
         .argument = "R",                                                                          \
         .field = offsetof(type, member.learning_rate),                                            \
         .help = "instead of the optimizer's rate"},                                               \
        CLI_LOSS_OPTIONS(type, member)

/* Compiles the model anew if something is said; otherwise it has to be compiled already. false with
 * a message. */
bool cli_compile(cn_model *model, const cli_compiling *compiling, const char *path);

#endif
