/* The cornu command and its words: help, the manual page, completion, and everything that people
 * get wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cornu/cornu.h"
#include "support/command.h"

/* ---- help ------------------------------------------------------------------------------------ */

static const char *const subcommands[] = {
#define CLI_COMMAND(name) #name,
#include "../../cli/commands.def"
#undef CLI_COMMAND
};
enum { COMMANDS = sizeof subcommands / sizeof subcommands[0] };

static void every_subcommand_explains_itself(void **state)
{
    (void)state;
    char words[64], usage[64];
    cn_command(0, "--help");
    const cn_command_result all = cn_ran;
    for (size_t i = 0; i < COMMANDS; i++) {
        assert_non_null(strstr(all.out, subcommands[i]));
        (void)snprintf(words, sizeof words, "%s --help", subcommands[i]);
        (void)snprintf(usage, sizeof usage, "usage: cornu %s", subcommands[i]);
        cn_command(0, words);
        cn_command_printed(usage);
        assert_null(strchr(cn_ran.out, '\x1b'));
        assert_string_equal(cn_ran.err, "");
        (void)snprintf(words, sizeof words, "help %s", subcommands[i]);
        const cn_command_result before = cn_ran;
        cn_command(0, words);
        assert_string_equal(cn_ran.out, before.out);
    }
    cn_command(0, "--version");
    cn_command_printed(cn_version());
}

static void lines_are_not_too_long(void **state)
{
    (void)state;
    cn_command(0, "--help");
    for (const char *line = cn_ran.out; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_in_range(strcspn(line, "\n"), 0, 80);
}

/* Every subcommand and option is in the manual page and in both completions. */
static void the_manual_and_completion_have_everything(void **state)
{
    (void)state;
    static const char *const runs[] = {"manual", "completion bash", "completion zsh"};
    for (size_t k = 0; k < sizeof runs / sizeof runs[0]; k++) {
        cn_command(0, runs[k]);
        for (size_t i = 0; i < COMMANDS; i++)
            cn_command_printed(subcommands[i]);
        cn_command_printed(k == 0 ? "image\\-size" : "image-size");
    }
    cn_command(0, "completion bash > completion.sh && bash -n completion.sh");
    cn_command(0,
               "completion bash > completion.sh && bash -c '. ./completion.sh; "
               "COMP_WORDS=(cornu summary --style k) COMP_CWORD=3; _cornu; echo ${COMPREPLY[*]}'");
    cn_command_printed("keras2 keras3");
}

/* ---- mistakes -------------------------------------------------------------------------------- */

struct mistake {
    int code;
    const char *words, *said[3];
};

static const struct mistake mistakes[] = {
    {2, "", {"a subcommand is missing"}},
    {2, "sumary x", {"unknown subcommand 'sumary': did you mean 'summary'?"}},
    {2, "zzzzz", {"unknown subcommand 'zzzzz'\n"}},
    {2, "help sumary", {"did you mean 'summary'?"}},
    {2, "--verson", {"unknown option '--verson'"}},
    {2, "summary", {"cornu summary: MODEL is missing"}},
    {2, "summary a b", {"what is 'b'?"}},
    {2, "summary --stile keras2 a", {"unknown option '--stile': did you mean '--style'?"}},
    {2, "summary --style keras4 a", {"--style: one of keras2 keras3 was expected, got 'keras4'"}},
    {2, "summary --style", {"--style: STYLE is missing"}},
    {2, "summary --line-length=wide a", {"--line-length: a whole number from 1", "'wide'"}},
    {2, "summary --expand-nested=1 a", {"--expand-nested: takes no value"}},
    {2, "summary -z a", {"unknown option '-z'"}},
    {2, "predict a.keras", {"INPUT is missing"}},
    {2, "predict a.keras x.npy -o y.txt", {".npy, .npz or .csv was expected, got 'y.txt'"}},
    {2, "predict a.keras x.npy --batch-size 0", {"a whole number from 1 was expected, got '0'"}},
    {2, "predict a.keras x.npy --rescale one", {"--rescale: a number", "'one'"}},
    {2, "predict a.keras x.npy --image-size 3", {"HEIGHTxWIDTH was expected"}},
    {2, "convert a.keras b.txt", {"OUT: a file that ends in .keras, .h5", "'b.txt'"}},
    {2, "convert a.keras b.h5 --max-shard-size 1", {"for an OUT that ends in .weights.json"}},
    {2, "fit a.keras x.npy", {"what is 'x.npy'", "one word too many: files follow --x, --y"}},
    {2, "summary a.keras b.keras", {"what is 'b.keras'? there is one word too many\n"}},
    {2, "fit a.keras --learning-rate -1", {"--learning-rate: a number from 0", "got '-1'"}},
    {2, "fit a.keras --learning-rate --quiet", {"--learning-rate: R is missing"}},
    {2, "completion fish", {"one of bash zsh was expected, got 'fish'"}},
    {1, "summary nowhere.keras", {"nowhere.keras", "No such file"}},
    {1, "summary nowhere.json", {"nowhere.json", "No such file"}},
    {1,
     "summary @mixed.weights.h5",
     {"mixed.weights.h5", "holds weights without a model", "--weights"}},
    {1, "summary broken.keras", {"broken.keras"}},
    {1, "summary broken.json", {"broken.json", "is not JSON"}},
    {1, "summary text.txt", {"text.txt", "neither a .keras nor an .h5 file"}},
    {1, "inspect nowhere.h5", {"nowhere.h5"}},
    {1, "inspect broken.keras", {"broken.keras"}},
    {1, "predict @adam.keras nowhere.npy", {"nowhere.npy: there is no such file"}},
    {1, "predict @adam.keras text.txt", {"text.txt: .npy, .npz, .csv"}},
    {1, "predict @adam.keras broken.npy", {"broken.npy"}},
    {1, "predict @adam.keras empty", {"INPUT: empty: .npy, .npz", "was expected, it is empty"}},
    {1, "predict @adam.keras none.npy", {"none.npy: an array of samples", "shape (0, 6)"}},
    {1, "predict @adam.keras one.npy", {"one.npy: an array of samples was expected", "shape ()"}},
    {1, "predict pictures.keras broken", {"sample 0: broken/bad.jpg: is neither a PNG nor a JPEG"}},
    {1, "predict pictures.keras nothing", {"nothing: has no PNG or JPEG images"}},
    {1, "summary empty", {"empty: is empty: a .keras or an .h5 file was expected"}},
    {1, "predict @adam.keras x.npy x.npy", {"'x.npy' is one too many", "1 (input_layer)"}},
    {1, "predict @adam.keras input=x.npy", {"has no 'input'", "input_layer"}},
    {1, "predict @adam.keras wide.npy", {"input_layer", "7"}},
    {1, "predict @adam.keras pair.npz", {"pair.npz has a, b", "names are input_layer"}},
    {1, "predict @adam.keras pair.npz:c", {"has no array 'c', it has a, b"}},
    {1, "predict @adam.keras words.csv", {"words.csv: has no column of numbers"}},
    {1, "predict @adam.keras picture.png", {"images are (None, height, width, channels)"}},
    {1, "predict @mixed.keras x.npy", {"nothing is given for numbers"}},
    {1, "predict @mixed.keras words=x.npy words=x.npy", {"is the second for words"}},
    {1, "predict @adam.keras x.npy -o /nowhere/y.npy", {"/nowhere/y.npy"}},
    {1, "predict @adam.keras x.npy -o /nowhere/y.csv", {"/nowhere/y.csv"}},
    {1,
     "predict @adam.keras x.npy 2>err.txt >/dev/full #",
     {"standard output could not be written"}},
    {2, "predict @adam.keras x.npy -o /dev/full", {"got '/dev/full'"}},
    {1, "predict @adam.keras --weights @sgd.keras:x x.npy", {"sgd.keras:x"}},
    {1, "predict @adam.keras --weights @mixed.weights.h5 x.npy", {"mixed.weights.h5"}},
    {1, "convert @adam.keras /nowhere/a.json", {"/nowhere/a.json"}},
    {1, "convert @adam.keras /nowhere/a.keras", {"/nowhere/a.keras"}},
    {1, "convert broken.weights.h5 a.npz", {"broken.weights.h5"}},
};

static void mistakes_are_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        cn_command(mistakes[i].code, mistakes[i].words);
        for (int k = 0; k < 3 && mistakes[i].said[k] != NULL; k++)
            cn_command_complained(mistakes[i].said[k]);
        if (strstr(cn_ran.err, "cn_") != NULL || strstr(cn_ran.err, "cornu") != cn_ran.err)
            fail_msg("cornu %s: this is not for people who do not write C: %s", mistakes[i].words,
                     cn_ran.err);
    }
}

static int count_files(void)
{
    int n = 0;
    DIR *folder = opendir(cn_command_folder());
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        n++;
    (void)closedir(folder);
    return n;
}

/* After a failure the old file is there, and no other. */
static void failures_leave_the_old_file(void **state)
{
    (void)state;
    struct stat about;
    cn_command(0, "predict @adam.keras x.npy -o old.csv && cp old.csv copy.csv");
    const int before = count_files();
    cn_command(1, "predict @adam.keras wide.npy -o old.csv");
    assert_int_equal(count_files(), before);
    cn_command(0, "--version && cmp old.csv copy.csv");
    assert_int_equal(stat(cn_command_file("old.csv"), &about), 0);
    assert_int_equal(about.st_mode & 0777 & ~0644, 0);
}

/* ---- names of columns ----------------------------------------------------------------------- */

static void columns_have_names_of_their_own(void **state)
{
    (void)state;
    static const unsigned char pixels[2 * 2 * 3] = {0};
    cn_array *image = cn_array_new(CN_UINT8, (int64_t[]){2, 2, 3}, 3, pixels);
    assert_int_equal(mkdir(cn_command_file("good"), 0777), 0);
    assert_int_equal(cn_save_image(cn_command_file("good/a.png"), image), CN_OK);
    cn_command(0, "predict pictures.keras good");
    cn_command_printed("file,out[0],out[1],out_1,file[0]\n");
    cn_array_free(image);
}

/* ---- the files of the mistakes --------------------------------------------------------------- */

static void write_text(const char *name, const char *text)
{
    FILE *file = fopen(cn_command_file(name), "wb");
    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* A model of images, whose outputs have names as numbered columns of others and the column of files
 * have. */
static cn_status save_pictures(void)
{
    static const char *const names[] = {"out", "out_1", "file"};
    cn_tensor *x = cn_input({2, 2, 3}, .name = "picture"), *y[3];
    for (int i = 0; i < 3; i++)
        y[i] = cn_chain(x, cn_flatten(), cn_dense(i == 0 ? 2 : 1, .name = names[i]));
    return cn_save(cn_model_of(x, CN_LIST(y[0], y[1], y[2])), cn_command_file("pictures.keras"));
}

static int begin(void **state)
{
    (void)state;
    write_text("text.txt", "nothing of interest\n");
    write_text("broken.keras", "PK\x03\x04 and no more");
    write_text("broken.json", "{\"class_name\": ");
    write_text("broken.npy", "\x93NUMPY and no more");
    write_text("broken.weights.h5", "\x89HDF\r\n\x1a\n and no more");
    write_text("words.csv", "a,b\nx,y\n");
    write_text("picture.png", "\x89PNG and no more");
    write_text("empty", "");
    assert_int_equal(mkdir(cn_command_file("nothing"), 0777), 0);
    assert_int_equal(mkdir(cn_command_file("broken"), 0777), 0);
    write_text("broken/bad.jpg", "no picture");
    const cn_array *x = cn_zeros({3, 6}), *wide = cn_zeros({3, 7});
    cn_status status = cn_save_npy(cn_command_file("x.npy"), x);
    status |= cn_save_npy(cn_command_file("none.npy"),
                          cn_array_new(CN_FLOAT32, (int64_t[]){0, 6}, 2, NULL));
    status |= cn_save_npy(cn_command_file("one.npy"), cn_array_new(CN_FLOAT32, NULL, 0, NULL));
    status |= save_pictures();
    status |= cn_save_npy(cn_command_file("wide.npy"), wide);
    status |= cn_save_npz(cn_command_file("pair.npz"), CN_DICT({"a", x}, {"b", x}));
    return status != CN_OK;
}

static int end(void **state)
{
    (void)state;
    cn_command_remove_folder();
    cn_clear_session();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_subcommand_explains_itself),
        cmocka_unit_test(lines_are_not_too_long),
        cmocka_unit_test(the_manual_and_completion_have_everything),
        cmocka_unit_test(mistakes_are_explained),
        cmocka_unit_test(failures_leave_the_old_file),
        cmocka_unit_test(columns_have_names_of_their_own),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
