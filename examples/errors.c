/* How errors look. Nothing prints, exits or aborts: a call that fails gives NULL or a status, and
 * the first message is kept until somebody asks for it. */
#include <string.h>

#include "check.h"

/* Shows the message of a mistake, which must speak of what is said here, and forgets it. */
static void show(const char *mistake, cn_status status, const char *speaks_of)
{
    printf("%-34s %s\n", mistake, cn_error());
    check(cn_failed(), "a mistake is noticed");
    check(cn_error_status() == status, "the kind of error");
    check(strstr(cn_error(), speaks_of) != NULL, speaks_of);
    cn_clear_error();
}

static void while_drawing(void)
{
    cn_tensor *input = cn_input({64}, .name = "pixels");

    cn_dense(-3);
    show("a negative number of units", CN_INVALID, "units");

    cn_call(cn_dense(10, .activation = "sofmax"), input);
    show("a misspelt activation", CN_INVALID, "softmax");

    cn_call(cn_dense(10, .name = "scores"), cn_input({}));
    show("too few axes", CN_INVALID, "scores");

    cn_call(cn_add(), input, cn_input({63}));
    show("shapes that do not broadcast", CN_INVALID, "63");

    cn_call(cn_reshape({7, 7}), input);
    show("another number of elements", CN_INVALID, "reshape");

    cn_tensor *elsewhere = cn_call(cn_dense(1), cn_input({3}, .name = "forgotten"));
    cn_model_of(input, elsewhere);
    show("an input that was left out", CN_INVALID, "forgotten");

    /* One check at the end is enough: NULL goes through everything, and the first message stays. */
    cn_tensor *x = cn_call(cn_dense(32, .kernel_initializer = "he_norma"), input);
    x = cn_call(cn_dense(10), x);
    cn_model *model = cn_model_of(input, x);
    check(model == NULL, "what is built on an error is NULL");
    show("an error three lines earlier", CN_INVALID, "he_normal");
}

static void while_training(cn_model *model, cn_array *x, cn_array *y)
{
    cn_fit(model, x, y);
    show("fit before compile", CN_STATE, "compile");

    cn_compile(model, .loss = "mean_square_error");
    show("a misspelt loss", CN_INVALID, "mean_squared_error");

    cn_compile(model, .optimizer = "adm", .loss = "mse");
    show("a misspelt optimizer", CN_INVALID, "adam");

    cn_compile(model, .optimizer = "adam", .loss = "mse");
    cn_array *half = cn_array_slice(y, 0, 50);
    cn_fit(model, x, half);
    show("arrays of different lengths", CN_INVALID, "50");
    cn_array_free(half);

    cn_fit(model, CN_DICT({"pixel", x}), y);
    show("a misnamed array", CN_INVALID, "pixels");

    cn_fit(model, CN_LIST(x, x), y);
    show("an array too many", CN_INVALID, "2");

    cn_array *narrow = cn_random({100, 63});
    cn_predict(model, narrow);
    show("another shape than the input's", CN_INVALID, "63");

    cn_array *labels = cn_random_integers(0, 99, {100});
    cn_compile(model, .loss = "sparse_categorical_crossentropy");
    cn_fit(model, x, labels, .verbose = 0);
    show("a label that is no class", CN_INVALID, "label");
}

static void with_files(void)
{
    cn_load_npy("no/such/file.npy");
    show("a file that is not there", CN_IO, "no/such/file.npy");

    FILE *file = fopen("broken.npz", "wb");
    if (file != NULL) {
        fputs("this is not an archive", file);
        fclose(file);
    }
    cn_load_npz("broken.npz");
    show("a file that is something else", CN_BAD_FILE, "broken.npz");
    remove("broken.npz");
}

int main(void)
{
    cn_set_random_seed(1);
    while_drawing();

    cn_tensor *input = cn_input({64}, .name = "pixels");
    cn_model *model = cn_model_of(input, cn_call(cn_dense(10, .name = "scores"), input));
    cn_array *x = cn_random({100, 64}), *y = cn_random({100, 10});
    while_training(model, x, y);
    with_files();

    /* After all this, everything still works. */
    cn_compile(model, .loss = "mse");
    check(cn_fit(model, x, y, .verbose = 0) != NULL, "the model can be trained");
    return finish();
}
