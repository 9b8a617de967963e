/* The cornu command on models that are trained, measured, compared and drawn. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cornu/cornu.h"
#include "support/command.h"

enum { ROWS = 40 };

static void must(cn_status status)
{
    if (status != CN_OK)
        fail_msg("%s", cn_error());
}

static cn_array *wave(int64_t columns, double scale)
{
    cn_array *array = cn_array_new(CN_FLOAT32, (int64_t[]){ROWS, columns}, 2, NULL);
    for (int64_t i = 0; i < ROWS * columns; i++)
        ((float *)cn_array_data(array))[i] = (float)(scale * sin((double)(i + 1)));
    return array;
}

static bool has_images;

/* Images whose brightness counts up; none if the library was built without PNG. */
static void write_images(void)
{
    char name[64];
    has_images = true;
    for (int i = 0; i < 4; i++) {
        cn_array *image = cn_zeros({8, 6, 3}, .dtype = CN_UINT8);
        memset(cn_array_data(image), 10 * (i + 1), 8 * 6 * 3);
        (void)snprintf(name, sizeof name, "photos/%d.png", i);
        has_images &= cn_save_image(cn_command_file(name), image) == CN_OK;
        if (!has_images && strstr(cn_error(), "built without") == NULL)
            fail_msg("%s", cn_error());
        cn_clear_error();
    }
}

static cn_model *draw_classifier(void)
{
    cn_tensor *x = cn_input({6}, .name = "x");
    cn_model *model =
        cn_model_of(x, cn_chain(x, cn_dense(8, .activation = "relu"),
                                cn_dense(3, .activation = "softmax", .name = "class")));
    must(cn_compile(model, .optimizer = "adam", .loss = "sparse_categorical_crossentropy",
                    .metrics = {"accuracy"}));
    return model;
}

/* The mean brightness of an image, in thousandths. */
static cn_model *draw_photometer(void)
{
    cn_tensor *x = cn_input({CN_NONE, CN_NONE, 3}, .name = "photo");
    cn_tensor *y = cn_call(cn_dense(1, .kernel_initializer = "ones", .name = "light"),
                           cn_call(cn_global_average_pooling2d(), x));
    return cn_model_of(x, y);
}

static int begin(void **state)
{
    (void)state;
    cn_set_random_seed(1);
    cn_command(0, "--version; mkdir photos");
    write_images();
    must(cn_save_npy(cn_command_file("x.npy"), wave(6, 1)));
    must(cn_save_npy(cn_command_file("y.npy"), wave(2, 0.5)));
    must(cn_save_npy(cn_command_file("weights.npy"), cn_random({ROWS})));
    must(cn_save_npy(cn_command_file("labels.npy"), cn_random_integers(0, 3, {ROWS})));
    must(cn_save(draw_classifier(), cn_command_file("classifier.keras")));
    must(cn_save(draw_photometer(), cn_command_file("photometer.keras")));
    return 0;
}

static int end(void **state)
{
    (void)state;
    cn_command_remove_folder();
    cn_clear_session();
    return 0;
}

/* The number behind a name in what was printed. */
static double printed_number(const char *name)
{
    const char *at = strstr(cn_ran.out, name);
    if (at == NULL)
        fail_msg("'%s' was to be printed; it was:\n%s", name, cn_ran.out);
    return strtod(at + strlen(name), NULL);
}

/* ---- evaluate, fit --------------------------------------------------------------------------- */

static void evaluates_as_the_library(void **state)
{
    (void)state;
    cn_model *model = cn_load_model(cn_saved_file("adam.keras"));
    const double loss = cn_evaluate(model, wave(6, 1), wave(2, 0.5)).loss;
    cn_command(0, "evaluate @adam.keras --x x.npy --y y.npy");
    assert_true(fabs(printed_number("loss: ") - loss) < 1e-6);
    cn_command(0, "evaluate @adam.keras --x x.npy --y y.npy --metrics mae mse --batch-size 7");
    assert_true(printed_number("mae: ") > 0);
    assert_true(fabs(printed_number("mse: ") - loss) < 1e-6);
    cn_command(0, "evaluate @adam.keras --x x.npy --y y.npy --sample-weight weights.npy");
    assert_true(printed_number("loss: ") < loss);
    cn_command(0, "evaluate classifier.keras --x x.npy --y labels.npy --loss "
                  "sparse_categorical_crossentropy --metrics accuracy");
    assert_true(printed_number("accuracy: ") > 0);
}

static json_t *read_json(const char *name)
{
    json_t *json = json_load_file(cn_command_file(name), 0, NULL);
    assert_non_null(json);
    return json;
}

/* The optimizer goes on from where the file stood, as the library's does. */
static void trains_as_the_library(void **state)
{
    (void)state;
    cn_model *model = cn_load_model(cn_saved_file("adam.keras"));
    cn_history *history = cn_fit(model, wave(6, 1), wave(2, 0.5), .epochs = 3, .shuffle = false,
                                 .verbose = 0, .validation_split = 0.25);
    cn_command(0, "fit @adam.keras --x x.npy --y y.npy --epochs 3 --no-shuffle "
                  "--validation-split 0.25 --history h.json -o out.keras");
    cn_command_printed("Epoch 3/3");
    json_t *json = read_json("h.json");
    const char *const names[] = {"loss", "val_loss"};
    for (size_t i = 0; i < 2; i++)
        for (int epoch = 0; epoch < 3; epoch++) {
            const double got =
                json_number_value(json_array_get(json_object_get(json, names[i]), (size_t)epoch));
            assert_true(fabs(got - cn_history_value(history, names[i], epoch)) < 1e-6);
        }
    json_decref(json);
    must(cn_save(model, cn_command_file("same.keras")));
    cn_command(0, "diff out.keras same.keras --tolerance 1e-6");
}

static void trains_as_it_is_told(void **state)
{
    (void)state;
    cn_command(0, "fit @adam.keras --x x.npy --y y.npy --epochs 2 -q -o out.keras --optimizer sgd "
                  "--learning-rate 0.25 --loss mae --metrics mse --history h.csv --seed 3 "
                  "--validation-x x.npy --validation-y y.npy --checkpoint best{epoch}.keras");
    assert_string_equal(cn_ran.out, "");
    cn_csv *table = cn_load_csv(cn_command_file("h.csv"));
    assert_non_null(table);
    assert_int_equal(table->rows, 2);
    assert_string_equal(table->number_names[0], "epoch");
    assert_string_equal(table->number_names[4], "val_mse");
    assert_int_equal(access(cn_command_file("best1.keras"), R_OK), 0);
    cn_command(0, "inspect out.keras");
    cn_command_printed("SGD(learning_rate=0.25");
    cn_command_printed("loss              mae");
    cn_command(0, "fit @adam.keras --x x.npy --y y.npy --epochs 50 -q -o out.keras --patience 0 "
                  "--learning-rate 0 --no-shuffle --history h.csv");
    assert_int_equal(cn_load_csv(cn_command_file("h.csv"))->rows, 2);
}

/* The same seed gives the same file. */
static void seeds_repeat_a_training(void **state)
{
    (void)state;
    cn_command(0, "convert classifier.keras a.json --without-optimizer");
    cn_command(0, "fit a.json --x x.npy --y labels.npy --epochs 2 -q -o a.keras --seed 7");
    cn_command(0, "fit a.json --x x.npy --y labels.npy --epochs 2 -q -o b.keras --seed 7");
    cn_command(0, "diff a.keras b.keras");
    cn_command(0, "fit a.json --x x.npy --y labels.npy --epochs 2 -q -o b.keras --seed 8");
    cn_command(1, "diff a.keras b.keras");
}

/* ---- images ---------------------------------------------------------------------------------- */

static void images_are_samples(void **state)
{
    (void)state;
    if (!has_images)
        skip();
    cn_command(0, "predict photometer.keras photos --image-size 4x4");
    cn_command_printed("file,light\n");
    cn_command_printed("photos/0.png,30\n");
    cn_command_printed("photos/3.png,120\n");
    cn_command(0, "predict photometer.keras photos/3.png photos/0.png --image-size 8x6 "
                  "--rescale 0.5");
    assert_string_equal(cn_ran.out, "file,light\nphotos/3.png,60\nphotos/0.png,15\n");
    cn_command(0, "predict photometer.keras photo=photos -o y.npy --image-size 3x3");
    cn_array *y = cn_load_npy(cn_command_file("y.npy"));
    assert_non_null(y);
    assert_int_equal(cn_array_dim(y, 0), 4);
    cn_command(1, "predict photometer.keras photos");
    cn_command_complained("--image-size says which");
    cn_command(0, "--version && mkdir empty");
    cn_command(1, "predict photometer.keras empty --image-size 3x3");
    cn_command_complained("empty");
}

/* ---- diff ------------------------------------------------------------------------------------ */

static void differences_are_found(void **state)
{
    (void)state;
    cn_command(0, "diff @mixed.keras @mixed.h5");
    cn_command_printed("36 weights are equal, 0 differ");
    cn_command(1, "diff @adam.keras @sgd.keras");
    cn_command_printed("- compile_config.optimizer.class_name: \"Adam\"");
    cn_command_printed("+ compile_config.optimizer.class_name: \"SGD\"");
    cn_command_printed("dense/kernel");
    cn_command(0, "diff @adam.keras @sgd.keras --tolerance 10 --weights-only");
    cn_command(1, "diff @adam.keras classifier.keras");
    cn_command_printed("+ class: Dense");
    cn_command_printed("+ class/kernel: (8, 3)");
    cn_command(0, "convert @mixed.keras a.npz");
    cn_command(0, "diff a.npz a.npz");
    cn_command(1, "diff a.npz @mixed.weights.h5 --limit 3");
    cn_command(1, "diff a.npz @mixed.keras");
    cn_command_complained("two of a kind were expected");
}

/* A model that was drawn twice has layers of other names, within a model inside too. */
static void names_are_no_difference(void **state)
{
    (void)state;
    cn_command(0, "convert @mixed.keras named.json");
    cn_command(0, "convert named.json named.keras --weights @mixed.weights.h5");
    cn_command(
        0,
        "--version && cp named.json other.json && sed -i -e 's/\"lstm/\"long_memory/g; s/\"batch_norm/\"norm/g; "
        "s/\"shared\"/\"both\"/g' other.json");
    cn_command(0, "convert other.json other.keras --weights @mixed.weights.h5");
    cn_command(0, "diff named.keras other.keras");
    cn_command_printed("= shared: called both in B");
    cn_command_printed("36 weights are equal, 0 differ");
    cn_command(0, "diff named.keras other.keras --weights-only");
    cn_command(
        0, "--version && cp other.json third.json && sed -i -e 's/\"relu\"/\"tanh\"/g' third.json");
    cn_command(0, "convert third.json third.keras --weights @mixed.weights.h5");
    cn_command(1, "diff named.keras third.keras");
}

/* Files that a .weights.json lists are one file of weights. */
static void weights_in_several_files(void **state)
{
    (void)state;
    cn_command(0, "inspect @shards.weights.json");
    cn_command_printed("layers/embedding/vars/0");
    cn_command(0, "diff @shards.weights.json @mixed.weights.h5");
    cn_command_printed("0 differ");
    cn_command(0, "convert @shards.weights.json shards.npz");
    cn_command(0, "diff shards.npz @shards.weights.json");
}

/* ---- bench, plot ----------------------------------------------------------------------------- */

static void layers_are_measured(void **state)
{
    (void)state;
    cn_command(0, "bench @mixed.keras --seconds 0 --batch-size 4 --threads 1");
    cn_command_printed("batch size 4, 1 threads");
    cn_command_printed("the whole model");
    cn_command_printed("multi_head_attention (MultiHeadAttention)");
    assert_null(strstr(cn_ran.out, " - "));
    cn_command(0, "bench classifier.keras --seconds 0 --no-layers");
    assert_null(strstr(cn_ran.out, "class (Dense)"));
    cn_command(0, "bench photometer.keras --seconds 0 --length 5");
}

static void graphs_are_drawn(void **state)
{
    (void)state;
    cn_command(0, "plot @mixed.keras a.dot --show-shapes --expand-nested --show-dtype "
                  "--show-activations --show-trainable --rankdir LR");
    cn_command(0, "--version && cat a.dot");
    cn_command_printed("digraph");
    cn_command_printed("(None, 5, 4)");
    cn_command(2, "plot @mixed.keras a.jpg");
    cn_command_complained(".svg, .png, .pdf or .dot was expected");
    if (system("command -v dot >/dev/null") == 0) {
        cn_command(0, "plot @mixed.keras a.svg --hide-names");
        cn_command(0, "--version && cat a.svg");
        cn_command_printed("<svg");
    }
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void trainings_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        int code;
        const char *words, *said;
    } mistakes[] = {
        {2, "fit @adam.keras --x x.npy --y y.npy", "--output is missing"},
        {2, "fit @adam.keras --x x.npy -o a.keras", "--y is missing"},
        {2, "fit @adam.keras --x x.npy --y y.npy -o a.npz", "ends in .keras or .h5"},
        {2, "fit @adam.keras --x x.npy --y y.npy -o a.h5 --epoch 3", "did you mean '--epochs'?"},
        {2, "fit @adam.keras --x --y y.npy -o a.h5", "--x: INPUT is missing"},
        {2, "fit @adam.keras --x x.npy --y y.npy -o a.h5 --history h.txt", "'h.txt'"},
        {2, "fit @adam.keras --x x.npy --y y.npy -o a.h5 --validation-x x.npy", "belong together"},
        {2, "fit @adam.keras --x x.npy --y y.npy -o a.h5 --validation-split 1", "0 and 1"},
        {1, "fit @adam.keras --x x.npy --y y.npy -o /nowhere/a.h5", "/nowhere/a.h5"},
        {1, "fit @adam.keras --x x.npy --y labels.npy -o a.h5", "does not fit y_pred"},
        {1, "fit @adam.keras --x x.npy --y y.npy -o a.h5 --optimizer adm", "adam"},
        {1, "fit @adam.keras --x x.npy --y y.npy -o a.h5 --loss msee", "mse"},
        {1, "fit @adam.keras --x x.npy --y y.npy -o a.h5 --metrics acuracy", "accuracy"},
        {1, "fit photometer.keras --x photos --y y.npy -o a.h5", "give at least --loss"},
        {1, "evaluate photometer.keras --x photos --y y.npy", "give at least --loss"},
        {1, "fit @adam.keras --x x.npy --y y.npy -o a.h5 --checkpoint c.txt", "c.txt"},
        {1, "diff @adam.keras nowhere.keras", "nowhere.keras"},
        {1, "bench nowhere.keras", "nowhere.keras"},
        {1, "plot @adam.keras /nowhere/a.dot", "/nowhere/a.dot"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        cn_command(mistakes[i].code, mistakes[i].words);
        cn_command_complained(mistakes[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluates_as_the_library), cmocka_unit_test(trains_as_the_library),
        cmocka_unit_test(trains_as_it_is_told),     cmocka_unit_test(seeds_repeat_a_training),
        cmocka_unit_test(images_are_samples),       cmocka_unit_test(differences_are_found),
        cmocka_unit_test(names_are_no_difference),  cmocka_unit_test(weights_in_several_files),
        cmocka_unit_test(layers_are_measured),      cmocka_unit_test(graphs_are_drawn),
        cmocka_unit_test(trainings_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
