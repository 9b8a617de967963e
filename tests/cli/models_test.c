/* The cornu command on models that real Keras saved: what it prints, predicts and converts. */
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

enum { SAMPLES = 4 };

/* ---- the data that tools/keras/saved_models.py makes ----------------------------------------- */

static cn_array *numbers(void)
{
    cn_array *array = cn_array_new(CN_FLOAT32, (int64_t[]){SAMPLES, 6}, 2, NULL);
    for (int i = 0; i < SAMPLES * 6; i++)
        ((float *)cn_array_data(array))[i] = (float)sin(i + 1);
    return array;
}

static cn_array *words(void)
{
    cn_array *array = cn_array_new(CN_INT32, (int64_t[]){SAMPLES, 5}, 2, NULL);
    for (int i = 0; i < SAMPLES * 5; i++)
        ((int32_t *)cn_array_data(array))[i] = i * 3 % 7;
    return array;
}

static void must(cn_status status)
{
    if (status != CN_OK)
        fail_msg("%s", cn_error());
}

static int begin(void **state)
{
    (void)state;
    must(cn_save_npy(cn_command_file("words.npy"), words()));
    must(cn_save_npy(cn_command_file("numbers.npy"), numbers()));
    must(cn_save_npz(cn_command_file("named.npz"),
                     CN_DICT({"numbers", numbers()}, {"words", words()}, {"more", words()})));
    must(cn_save_npz(cn_command_file("listed.npz"), CN_LIST(words(), numbers())));
    return 0;
}

static int end(void **state)
{
    (void)state;
    cn_command_remove_folder();
    cn_clear_session();
    return 0;
}

/* ---- Keras's predictions --------------------------------------------------------------------- */

static json_t *values(void)
{
    json_t *json = json_load_file(cn_saved_file("values.json"), 0, NULL);
    assert_non_null(json);
    return json;
}

static void check_predictions(const char *what, const cn_array *got)
{
    json_t *json = values();
    const json_t *expected = json_object_get(json, "predictions");
    if (got == NULL)
        fail_msg("%s: %s", what, cn_error());
    assert_int_equal(cn_array_size(got), json_array_size(expected));
    for (int64_t i = 0; i < cn_array_size(got); i++) {
        const double number = json_number_value(json_array_get(expected, (size_t)i));
        if (!(fabs(cn_array_at(got, i) - number) < 1e-5))
            fail_msg("%s: %.9g, Keras has %.9g", what, cn_array_at(got, i), number);
    }
    json_decref(json);
}

/* Data of every form, models of every form. */
static void predicts_what_keras_predicts(void **state)
{
    (void)state;
    static const char *const runs[] = {
        "predict @mixed.keras words.npy numbers.npy -o y.npy",
        "predict -o y.npy @mixed.h5 words=words.npy numbers=numbers.npy",
        "predict @mixed.keras numbers=numbers.npy words.npy --output=y.npy --batch-size 3",
        "predict @mixed.keras named.npz -oy.npy --threads 1 -q",
        "predict @mixed.keras listed.npz -o y.npy",
        "predict @mixed.keras named.npz:words named.npz:numbers -o y.npy",
        "predict @mixed.keras words=named.npz numbers=named.npz -o y.npy",
        "predict @mixed.keras -o y.npy -- words.npy numbers.npy",
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        (void)unlink(cn_command_file("y.npy"));
        cn_command(0, runs[i]);
        assert_string_equal(cn_ran.err, "");
        check_predictions(runs[i], cn_load_npy(cn_command_file("y.npy")));
    }
}

static void predictions_in_other_files(void **state)
{
    (void)state;
    cn_command(0, "predict @mixed.keras named.npz -o y.npz");
    const cn_arrays *arrays = cn_load_npz(cn_command_file("y.npz"));
    assert_non_null(arrays);
    check_predictions("y.npz", cn_arrays_get(arrays, "out"));
    cn_command(0, "predict @mixed.keras named.npz -o y.csv");
    cn_csv *table = cn_load_csv(cn_command_file("y.csv"));
    assert_non_null(table);
    assert_string_equal(table->number_names[1], "out_1");
    check_predictions("y.csv", table->numbers);
    cn_command(0, "predict @mixed.keras named.npz");
    assert_memory_equal(cn_ran.out, "out_0,out_1\n4.0943", 18);
    cn_command(0, "predict @mixed.keras named.npz -o -");
    cn_command_printed("out_0,out_1\n");
}

/* ---- strings --------------------------------------------------------------------------------- */

static void write_text(const char *name, const char *text)
{
    FILE *file = fopen(cn_command_file(name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* The places of two words, and the words again. */
static void strings_come_from_tables(void **state)
{
    (void)state;
    const cn_texts words = CN_TEXTS("red", "light, blue", "7");
    cn_tensor *x = cn_input({2}, .dtype = "string", .name = "colours");
    cn_tensor *places = cn_call(cn_string_lookup(.vocabulary = words, .name = "places"), x);
    cn_tensor *again =
        cn_call(cn_string_lookup(.vocabulary = words, .invert = true, .name = "again"), places);
    assert_int_equal(
        cn_save(cn_model_of(x, CN_LIST(places, again)), cn_command_file("words.keras")), CN_OK);
    write_text("words.csv", "first,number,second\nred,1,\"light, blue\"\ngrey,2,red\n");
    cn_command(0, "predict words.keras words.csv");
    assert_string_equal(cn_ran.out, "places_0,places_1,again_0,again_1\n"
                                    "1,2,red,\"light, blue\"\n0,1,[UNK],red\n");
    write_text("codes.tsv", "a\tb\n7\t8\n");
    cn_command(0, "predict words.keras colours=codes.tsv -o -");
    cn_command_printed("\n3,0,7,[UNK]\n");
    cn_command(0, "predict words.keras words.csv -o y.npz");
    cn_arrays *arrays = cn_load_npz(cn_command_file("y.npz"));
    assert_string_equal(cn_array_text(cn_arrays_get(arrays, "again"), 1), "light, blue");
    cn_arrays_free(arrays);
    cn_command(1, "predict words.keras words.npy");
    cn_command_complained("has numbers, the input takes strings");
    cn_clear_session();
}

/* ---- other formats --------------------------------------------------------------------------- */

static void converted_models_predict_the_same(void **state)
{
    (void)state;
    static const char *const runs[][2] = {
        {"convert @mixed.h5 a.keras", "predict a.keras named.npz -o y.npy"},
        {"convert @mixed.keras a.h5", "predict a.h5 named.npz -o y.npy"},
        {"convert @mixed.keras a.weights.h5",
         "predict a.h5 --weights a.weights.h5 named.npz -o y.npy"},
        {"convert @mixed.keras a.json", "predict a.json --weights a.weights.h5 named.npz -o y.npy"},
        {"convert @mixed.keras a.npz", "predict a.json --weights a.npz named.npz -o y.npy"},
        {"convert @mixed.keras a.weights.json --max-shard-size 3e-6",
         "predict a.json --weights a.weights.json named.npz -o y.npy"},
        {"convert a.json b.keras --weights @mixed.weights.h5",
         "predict b.keras named.npz -o y.npy"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        (void)unlink(cn_command_file("y.npy"));
        cn_command(0, runs[i][0]);
        assert_string_equal(cn_ran.err, "");
        cn_command(0, runs[i][1]);
        assert_string_equal(cn_ran.err, "");
        check_predictions(runs[i][0], cn_load_npy(cn_command_file("y.npy")));
    }
}

static void random_weights_are_warned_of(void **state)
{
    (void)state;
    cn_command(0, "convert @mixed.keras a.json");
    cn_command(0, "predict a.json named.npz -o y.npy");
    cn_command_complained("a.json has no weights");
    cn_command(0, "convert a.json b.keras");
    cn_command_complained("a.json has no weights");
}

static void weights_become_arrays(void **state)
{
    (void)state;
    cn_command(0, "convert @mixed.weights.h5 w.npz");
    cn_arrays *got = cn_load_npz(cn_command_file("w.npz"));
    assert_non_null(got);
    cn_model *model = cn_load_model(cn_saved_file("mixed.keras"));
    cn_array *kernel = cn_get_weight(model, "shared/kernel"),
             *saved = cn_arrays_get(got, "layers/dense/vars/0");
    assert_non_null(saved);
    assert_memory_equal(cn_array_data(saved), cn_array_data(kernel), 36 * sizeof(float));
}

/* ---- what is printed ------------------------------------------------------------------------- */

static void summaries(void **state)
{
    (void)state;
    cn_command(0, "summary @adam.keras");
    cn_command_printed("dense (Dense)                (None, 3)                 21 ");
    cn_command_printed("Total params: 29\n");
    cn_command(0, "summary @mixed.keras --style keras3 --expand-nested --show-trainable");
    cn_command_printed("Trainable params");
    cn_command_printed("inner");
    cn_command(0, "summary @keras225.h5 --line-length 100");
    cn_command(0, "convert @mixed.keras a.json");
    cn_command(0, "summary a.json");
    cn_command_printed("out (Dense)");
}

static void what_files_hold(void **state)
{
    (void)state;
    cn_command(0, "inspect @adam.keras");
    cn_command_printed("model 'small' (Sequential), 2 layers, 29 parameters");
    cn_command_printed("inputs   input_layer (None, 6) float32");
    cn_command_printed("dense/kernel    (6, 3)             float32 ");
    cn_command_printed("Adam(learning_rate=0.01, ");
    cn_command_printed("loss              mse");
    cn_command(0, "inspect @mixed.weights.h5");
    cn_command_printed("layers/dense/vars/0 ");
    cn_command(0, "inspect @mixed.h5 --no-statistics");
    cn_command_printed("model 'mixed' (Model), 15 layers");
    assert_null(strstr(cn_ran.out, "deviation"));
    cn_command(0, "inspect named.npz");
    cn_command_printed("words    (4, 5)             int32 ");
    cn_command(0, "inspect words.npy");
    cn_command_printed("(4, 5)");
    cn_command(0, "convert @mixed.keras a.json");
    cn_command(0, "inspect a.json");
    cn_command_printed("out/kernel");
}

static void numbers_that_are_none(void **state)
{
    (void)state;
    const float bad[3] = {1, NAN, INFINITY};
    must(cn_save_npy(cn_command_file("bad.npy"), cn_array_new(CN_FLOAT32, (int64_t[]){3}, 1, bad)));
    cn_command(0, "inspect bad.npy");
    cn_command_printed("2 not finite");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(predicts_what_keras_predicts),
        cmocka_unit_test(predictions_in_other_files),
        cmocka_unit_test(strings_come_from_tables),
        cmocka_unit_test(converted_models_predict_the_same),
        cmocka_unit_test(random_weights_are_warned_of),
        cmocka_unit_test(weights_become_arrays),
        cmocka_unit_test(summaries),
        cmocka_unit_test(what_files_hold),
        cmocka_unit_test(numbers_that_are_none),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
