/* Applications: their inputs, names and ends; mistakes; pixels before, classes after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cornu/cornu.h"
#include "support/anew.h"

static void check_dims(const cn_tensor *tensor, const int64_t *dims, int rank)
{
    assert_int_equal(cn_tensor_rank(tensor), rank);
    for (int i = 0; i < rank; i++)
        assert_int_equal(cn_tensor_dim(tensor, i), dims[i]);
}

/* ---- models ---------------------------------------------------------------------------------- */

static void test_ends(void **state)
{
    (void)state;
    cn_model *model = cn_mobilenet_v2(0.35, .include_top = false);
    assert_string_equal(cn_layer_name(model), "mobilenetv2_0.35_None");
    check_dims(cn_model_inputs(model).at[0], (int64_t[]){CN_NONE, CN_NONE, CN_NONE, 3}, 4);
    check_dims(cn_model_outputs(model).at[0], (int64_t[]){CN_NONE, CN_NONE, CN_NONE, 1280}, 4);
    model = cn_mobilenet_v2(0.35, .include_top = false, .input_shape = {64, 96, 3});
    assert_string_equal(cn_layer_name(model), "mobilenetv2_0.35_64");
    check_dims(cn_model_outputs(model).at[0], (int64_t[]){CN_NONE, 2, 3, 1280}, 4);
    model = cn_mobilenet_v2(0.35, .include_top = false, .pooling = "max", .name = "mine");
    assert_string_equal(cn_layer_name(model), "mine");
    check_dims(cn_model_outputs(model).at[0], (int64_t[]){CN_NONE, 1280}, 2);
    model = cn_mobilenet_v3_small(.classes = 7, .classifier_activation = NULL);
    check_dims(cn_model_outputs(model).at[0], (int64_t[]){CN_NONE, 7}, 2);
    check_dims(cn_model_inputs(model).at[0], (int64_t[]){CN_NONE, CN_NONE, CN_NONE, 3}, 4);
    assert_false(cn_failed());
}

/* A base in front of which something stands, and one called twice. */
static void test_input_tensor(void **state)
{
    (void)state;
    cn_tensor *pixels = cn_input({64, 64, 3}, .name = "pixels");
    cn_tensor *scaled = cn_call(cn_rescaling(1 / 127.5, .offset = {-1}), pixels);
    cn_model *model = cn_mobilenet(0.25, .include_top = false, .input_tensor = scaled);
    assert_int_equal(cn_model_inputs(model).count, 1);
    assert_ptr_equal(cn_model_inputs(model).at[0], pixels);
    cn_model *base = cn_mobilenet(0.25, .include_top = false, .pooling = "avg");
    cn_tensor *left = cn_input({50, 50, 3}), *right = cn_input({50, 50, 3});
    cn_tensor *both = cn_call(cn_concatenate(), cn_call(base, left), cn_call(base, right));
    check_dims(both, (int64_t[]){CN_NONE, 512}, 2);
    assert_int_equal(cn_count_params(cn_model_of(CN_LIST(left, right), both)),
                     cn_count_params(base));
    assert_false(cn_failed());
}

static void test_source_inputs(void **state)
{
    (void)state;
    cn_tensor *a = cn_input({4}), *b = cn_input({4});
    cn_tensor *sum = cn_call(cn_add(), a, b), *more = cn_call(cn_add(), sum, a);
    cn_tensors inputs = cn_get_source_inputs(more);
    assert_int_equal(inputs.count, 2);
    assert_ptr_equal(inputs.at[0], a);
    assert_ptr_equal(inputs.at[1], b);
    assert_int_equal(cn_get_source_inputs(a).count, 1);
    assert_int_equal(cn_get_source_inputs(NULL).count, 0);
    assert_string_equal(cn_error(), "cn_get_source_inputs: expected a tensor, got NULL");
    cn_clear_error();
}

/* One step: gradients reach every weight. */
static void test_training(void **state)
{
    (void)state;
    cn_set_random_seed(1);
    cn_model *model = cn_mobilenet_v3_small(0.35, .classes = 3, .input_shape = {32, 32, 3});
    assert_int_equal(cn_compile(model, .loss = "sparse_categorical_crossentropy"), CN_OK);
    cn_array *first = cn_get_weight(model, "conv/kernel");
    assert_non_null(cn_fit(model, cn_random({4, 32, 32, 3}, .maxval = 255),
                           cn_random_integers(0, 3, {4}), .epochs = 1, .verbose = 0));
    cn_array *after = cn_get_weight(model, "conv/kernel");
    for (int64_t i = 0; i < cn_array_size(first); i++)
        if (cn_array_at(first, i) != cn_array_at(after, i))
            return;
    fail_msg("the first kernel has not changed");
}

static void test_mistakes(void **state)
{
    (void)state;
    cn_expect_error(
        cn_xception(.weights = "imagenet"),
        "cn_xception: weights are not downloaded: instead of \"imagenet\", give the path of "
        "a weights file, or NULL for random weights");
    cn_expect_error(cn_xception(.pooling = "mean"),
                    "cn_xception: pooling must be NULL, \"avg\" or \"max\", got \"mean\"");
    cn_expect_error(cn_xception(.classes = 0), "cn_xception: classes must be positive, got 0");
    cn_expect_error(cn_xception(.input_shape = {70, 80, 3}, .include_top = false),
                    "cn_xception: input_shape must be at least 71 x 71, got (70, 80, 3)");
    cn_expect_error(cn_vgg16(.input_shape = {224, 224}),
                    "cn_vgg16: input_shape must be {height, width, channels}, got (224, 224)");
    cn_expect_error(
        cn_resnet50(.input_shape = {CN_NONE, CN_NONE, 3}),
        "cn_resnet50: with include_top, input_shape must be known, got (None, None, 3)");
    cn_expect_error(
        cn_resnet50(.include_top = false, .input_shape = {64, 64, CN_NONE}),
        "cn_resnet50: input_shape must say how many channels there are, got (64, 64, None)");
    cn_expect_error(
        cn_resnet50(.weights = "file", .classifier_activation = "sigmoid"),
        "cn_resnet50: with weights, classifier_activation must be \"softmax\" or NULL, got "
        "\"sigmoid\"");
    cn_expect_error(
        cn_resnet50(.include_top = false, .input_tensor = cn_input({8})),
        "cn_resnet50: input_tensor must have 4 axes, {batch, height, width, channels}, it "
        "has 2");
    cn_expect_error(
        cn_mobilenet(0.25, .weights = "/nothing.npz", .classifier_activation = NULL),
        "cn_load_weights: cn_load_npz: /nothing.npz: cannot be read: No such file or directory");
    cn_expect_error(cn_densenet121(.classifier_activation = "sofmax"),
                    "predictions: unknown activation \"sofmax\": did you mean \"softmax\"?");
}

/* Saved, and given again as weights. */
static void test_weights(void **state)
{
    (void)state;
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/cornu-applications-%d.npz", (int)getpid());
    cn_model *model = cn_mobilenet(0.25, .include_top = false, .input_shape = {32, 32, 3});
    assert_int_equal(cn_save_weights(model, path), CN_OK);
    cn_model *again = cn_mobilenet(0.25, .weights = path, .include_top = false,
                                   .input_shape = {32, 32, 3}, .name = "again");
    (void)remove(path);
    assert_non_null(again);
    cn_array *kernel = cn_get_weight(model, "conv_pw_7/kernel"),
             *other = cn_get_weight(again, "conv_pw_7/kernel");
    for (int64_t i = 0; i < cn_array_size(kernel); i++)
        assert_true(cn_array_at(kernel, i) == cn_array_at(other, i));
}

/* ---- pixels ---------------------------------------------------------------------------------- */

static void check_pixels(cn_array *prepared, const double *expected)
{
    assert_non_null(prepared);
    assert_int_equal(cn_array_dtype(prepared), CN_FLOAT32);
    for (int64_t i = 0; i < cn_array_size(prepared); i++)
        assert_true(fabs(cn_array_at(prepared, i) - expected[i]) < 1e-4);
    cn_array_free(prepared);
}

static void test_preprocess_input(void **state)
{
    (void)state;
    const uint8_t pixels[6] = {0, 100, 255, 10, 20, 30};
    cn_array *last = cn_array_new(CN_UINT8, (int64_t[]){1, 2, 3}, 3, pixels);
    const uint8_t channels[6] = {0, 10, 100, 20, 255, 30};
    cn_array *first = cn_array_new(CN_UINT8, (int64_t[]){1, 3, 2, 1}, 4, channels);
    check_pixels(cn_xception_preprocess_input(last),
                 (double[]){-1, -0.2156863, 1, -0.9215686, -0.8431373, -0.7647059});
    check_pixels(cn_resnet_preprocess_input(last),
                 (double[]){151.061, -16.779, -123.68, -73.939, -96.779, -113.68});
    check_pixels(cn_densenet_preprocess_input(last),
                 (double[]){-2.117904, -0.2850140, 2.64, -1.946652, -1.685574, -1.281569});
    check_pixels(cn_convnext_preprocess_input(last), (double[]){0, 100, 255, 10, 20, 30});
    check_pixels(cn_preprocess_input(first, .data_format = "channels_first"),
                 (double[]){151.061, -73.939, -16.779, -96.779, -123.68, -113.68});
    cn_expect_error(cn_preprocess_input(last, .mode = "tv"),
                    "cn_preprocess_input: mode must be \"caffe\", \"tf\" or \"torch\", got \"tv\"");
    cn_expect_error(
        cn_preprocess_input(cn_zeros({3, 3})),
        "cn_preprocess_input: images must be an image or a batch of them, with 3 or 4 axes, "
        "not shape (3, 3)");
    cn_expect_error(cn_vgg16_preprocess_input(cn_zeros({3, 3, 4})),
                    "cn_preprocess_input: images must have 3 channels, not shape (3, 3, 4)");
    cn_expect_error(cn_vgg16_preprocess_input(NULL),
                    "cn_preprocess_input: images: an array was expected, not NULL");
}

/* ---- classes --------------------------------------------------------------------------------- */

static const char *write_file(const char *text)
{
    static char path[64];
    (void)snprintf(path, sizeof path, "/tmp/cornu-classes-%d", (int)getpid());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
    return path;
}

static void test_decode_predictions(void **state)
{
    (void)state;
    const float scores[8] = {0.1F, 0.5F, 0.3F, 0.1F, 0, NAN, 2, 1};
    cn_array *predictions = cn_array_new(CN_FLOAT32, (int64_t[]){2, 4}, 2, scores);
    const char *path = write_file("{\"0\": [\"n0\", \"tench\"], \"2\": [\"n2\", \"cat\"], "
                                  "\"1\": [\"n1\", \"dog\"], \"3\": [\"n3\", \"ant\"]}");
    cn_decoded *decoded = cn_decode_predictions(predictions, 3, path);
    assert_non_null(decoded);
    assert_int_equal(decoded->samples, 2);
    assert_int_equal(decoded->top, 3);
    const char *const names[6] = {"dog", "cat", "ant", "cat", "ant", "tench"};
    for (int i = 0; i < 6; i++)
        assert_string_equal(decoded->at[i].name, names[i]);
    assert_string_equal(decoded->at[0].class_id, "n1");
    assert_int_equal(decoded->at[0].index, 1);
    assert_true(decoded->at[0].score == 0.5);
    cn_decoded_free(decoded);
    path = write_file("one\r\ntwo\nthree\nfour");
    decoded = cn_decode_predictions(predictions, .class_index = path);
    assert_int_equal(decoded->top, 4);
    assert_string_equal(decoded->at[0].name, "two");
    assert_string_equal(decoded->at[3].name, "one");
    assert_string_equal(decoded->at[7].name, "two");
    assert_string_equal(decoded->at[7].class_id, "");
    (void)remove(path);
}

static void test_decode_mistakes(void **state)
{
    (void)state;
    cn_array *predictions = cn_zeros({2, 3});
    cn_expect_error(cn_decode_predictions(predictions),
                    "cn_decode_predictions: class_index must be the path of a file of classes");
    cn_expect_error(
        cn_decode_predictions(cn_zeros({3}), .class_index = "x"),
        "cn_decode_predictions: predictions must have shape (samples, classes), not (3,)");
    const char *path = write_file("one\ntwo\n");
    char message[256];
    cn_expect_error(cn_decode_predictions(predictions, 0, path),
                    "cn_decode_predictions: top must be positive, got 0");
    (void)snprintf(message, sizeof message,
                   "cn_decode_predictions: %s has 2 classes, which do not fit predictions of shape "
                   "(2, 3)",
                   path);
    cn_expect_error(cn_decode_predictions(predictions, .class_index = path), message);
    path = write_file("{\"0\": [\"n0\", \"tench\"], \"7\": [\"n7\", \"cat\"]}");
    (void)snprintf(message, sizeof message,
                   "cn_decode_predictions: %s: expected \"1\": [\"class id\", \"name\"], for each "
                   "of 2 classes",
                   path);
    cn_expect_error(cn_decode_predictions(predictions, .class_index = path), message);
    (void)remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_ends, cn_begin_anew),
        cmocka_unit_test_teardown(test_input_tensor, cn_begin_anew),
        cmocka_unit_test_teardown(test_source_inputs, cn_begin_anew),
        cmocka_unit_test_teardown(test_training, cn_begin_anew),
        cmocka_unit_test_teardown(test_mistakes, cn_begin_anew),
        cmocka_unit_test_teardown(test_weights, cn_begin_anew),
        cmocka_unit_test_teardown(test_preprocess_input, cn_begin_anew),
        cmocka_unit_test_teardown(test_decode_predictions, cn_begin_anew),
        cmocka_unit_test_teardown(test_decode_mistakes, cn_begin_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
