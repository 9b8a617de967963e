/* The cornu command as a test runs it: in a folder of its own, with what it prints kept. */
#ifndef CORNU_TESTS_COMMAND_H
#define CORNU_TESTS_COMMAND_H

/* What the last run printed, and its exit code. */
typedef struct cn_command_result {
    char out[1 << 17], err[1 << 13];
    int code;
} cn_command_result;
extern cn_command_result cn_ran;

/* The folder in which it runs; it is made by the first call, and emptied and removed by the
 * last. */
const char *cn_command_folder(void);
void cn_command_remove_folder(void);

/* A path in that folder, and one in tests/keras/data/saved; each valid until the next but three
 * calls. */
const char *cn_command_file(const char *name);
const char *cn_saved_file(const char *name);

/* Runs cornu with words as a shell reads them, in which @ stands for tests/keras/data/saved. The
 * test fails unless the exit code is this one. */
void cn_command(int code, const char *words);

/* The test fails unless the last run printed this text, to standard output or error. */
void cn_command_printed(const char *text);
void cn_command_complained(const char *text);

#endif
