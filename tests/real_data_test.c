/* Real data sets, where CORNU_DATA says they are: read, and learnt from. Skipped without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <cornu/cornu.h>

/* The path of a file in the folder of data sets; the test is skipped if there is no such folder. */
static const char *data_file(const char *name)
{
    static char path[1024];
    const char *folder = getenv("CORNU_DATA");
    if (folder == NULL || folder[0] == '\0') {
        print_message("skipped: CORNU_DATA does not say where data sets are\n");
        skip();
    }
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static cn_array *load_idx(const char *set, const char *file)
{
    char name[256];
    (void)snprintf(name, sizeof name, "%s/%s", set, file);
    cn_array *array = cn_load_idx(data_file(name));
    if (array == NULL)
        fail_msg("%s", cn_error());
    return array;
}

/* Accuracy on the test images after three epochs of a small dense model. */
static double learn_images(const char *set)
{
    const cn_array *x = load_idx(set, "train-images-idx3-ubyte.gz");
    const cn_array *y = load_idx(set, "train-labels-idx1-ubyte.gz");
    const cn_array *test_x = load_idx(set, "t10k-images-idx3-ubyte.gz");
    const cn_array *test_y = load_idx(set, "t10k-labels-idx1-ubyte.gz");
    cn_set_random_seed(1);
    cn_tensor *input = cn_input({28, 28});
    cn_model *model = cn_model_of(input, cn_chain(input, cn_rescaling(1.0 / 255), cn_flatten(),
                                                  cn_dense(64, .activation = "relu"),
                                                  cn_dense(10, .activation = "softmax")));
    cn_compile(model, .optimizer = "adam", .loss = "sparse_categorical_crossentropy",
               .metrics = {"accuracy"});
    cn_fit(model, x, y, .epochs = 3, .batch_size = 64, .verbose = 0);
    const double accuracy = cn_score(cn_evaluate(model, test_x, test_y, .verbose = 0), "accuracy");
    if (cn_failed())
        fail_msg("%s: %s", set, cn_error());
    cn_clear_session();
    print_message("%s: accuracy %.4f\n", set, accuracy);
    return accuracy;
}

static void test_fashion_mnist(void **state)
{
    (void)state;
    assert_true(learn_images("fashion_mnist") > 0.80);
}

static void test_mnist(void **state)
{
    (void)state;
    assert_true(learn_images("mnist") > 0.88);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fashion_mnist),
        cmocka_unit_test(test_mnist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
