/* Running Graphviz's dot, without a shell: the graph on its standard input, the picture into a
 * file. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plotting/plotting.h"
#include "runtime/file.h"

extern char **environ;

/* What dot reads and where it complains: files without a name, which need no reader at the other
 * end. */
struct streams {
    FILE *input, *complaints;
};

static cn_status open_streams(const char *who, const char *text, struct streams *streams)
{
    streams->input = tmpfile();
    streams->complaints = tmpfile();
    if (streams->input != NULL && streams->complaints != NULL && fputs(text, streams->input) >= 0 &&
        fflush(streams->input) == 0 && lseek(fileno(streams->input), 0, SEEK_SET) == 0)
        return CN_OK;
    return cn_fail(CN_IO, "%s: the graph could not be handed to dot: %s", who, strerror(errno));
}

static void close_streams(const struct streams *streams)
{
    if (streams->input != NULL)
        (void)fclose(streams->input);
    if (streams->complaints != NULL)
        (void)fclose(streams->complaints);
}

/* Starts dot; 0 or an error number. */
static int start(const struct streams *streams, const char *format, const char *name, pid_t *child)
{
    char program[] = "dot", type[16], output[] = "-o";
    char *const words[] = {program, type, output, (char *)(uintptr_t)name, NULL};
    posix_spawn_file_actions_t actions;
    (void)snprintf(type, sizeof type, "-T%s", format);
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0)
        return error;
    error = posix_spawn_file_actions_adddup2(&actions, fileno(streams->input), STDIN_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (error == 0)
        error =
            posix_spawn_file_actions_adddup2(&actions, fileno(streams->complaints), STDERR_FILENO);
    if (error == 0)
        error = posix_spawnp(child, program, &actions, NULL, words, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* The first line that dot complained with. */
static const char *first_complaint(FILE *complaints, char *line, int size)
{
    rewind(complaints);
    if (fgets(line, size, complaints) == NULL)
        return "it does not say why";
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

/* A program that ignores its children's ends never hears of them: then the picture has to tell. */
static bool wait_for(pid_t child, const char *name)
{
    int result = 0;
    pid_t ended;
    do
        ended = waitpid(child, &result, 0);
    while (ended < 0 && errno == EINTR);
    struct stat picture;
    const bool drawn = stat(name, &picture) == 0 && picture.st_size > 0;
    return drawn && (ended < 0 || (WIFEXITED(result) && WEXITSTATUS(result) == 0));
}

static cn_status run(const char *who, const struct streams *streams, const char *format,
                     const char *name)
{
    char line[256];
    pid_t child;
    const int error = start(streams, format, name, &child);
    if (error == ENOENT)
        return cn_fail(
            CN_STATE,
            "%s: Graphviz's program dot, which lays out graphs, was not found: install Graphviz "
            "(package graphviz), or write the graph's text to a file that ends in .dot",
            who);
    if (error != 0)
        return cn_fail(CN_STATE, "%s: Graphviz's program dot could not be started: %s", who,
                       strerror(error));
    if (wait_for(child, name))
        return CN_OK;
    return cn_fail(CN_IO, "%s: Graphviz's program dot failed: %s", who,
                   first_complaint(streams->complaints, line, sizeof line));
}

cn_status cn_graphviz_run(const char *who, const char *text, cn_picture_format format,
                          const char *path)
{
    static const char *const names[] = {"png", "svg", "pdf"};
    struct streams streams = {NULL, NULL};
    cn_file file;
    const char *name;
    CN_TRY(cn_file_begin_by_name(&file, path, &name));
    cn_status status = open_streams(who, text, &streams);
    if (status == CN_OK)
        status = run(who, &streams, names[format], name);
    close_streams(&streams);
    if (status == CN_OK)
        return cn_file_commit(&file);
    cn_file_abort(&file);
    return status;
}
