/* Models as JSON: what comes back, layers of the user's own, and mistakes in what is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cornu/cornu.h"
#include "saving/saving.h"

static int clear(void **state)
{
    (void)state;
    cn_clear_error();
    cn_clear_session();
    return 0;
}

/* ---- there and back -------------------------------------------------------------------------- */

static cn_model *small_model(void)
{
    cn_tensor *x = cn_input({4}, .name = "x"), *y = cn_input({4}, .name = "y");
    cn_layer *shared = cn_dense(3, .activation = "relu", .name = "shared");
    cn_tensor *sum =
        cn_ops_add(cn_call(shared, x), cn_ops_multiply(cn_call(shared, y), cn_ops_scalar(2)));
    return cn_model_of(CN_DICT({"y", y}, {"x", x}), CN_LIST(cn_call(cn_dense(1), sum)));
}

/* The second writing says what the first said. */
static void assert_comes_back(const cn_model *model)
{
    char *once = cn_to_json(model);
    assert_non_null(once);
    char *twice = cn_to_json(cn_from_json(once));
    if (twice == NULL)
        fail_msg("%s\n%s", cn_error(), once);
    assert_string_equal(once, twice);
    free(once);
    free(twice);
}

static void functional(void **state)
{
    (void)state;
    cn_model *model = small_model();
    cn_compile(model,
               .optimizer = cn_adam(.learning_rate_schedule = cn_exponential_decay(0.1, 10, 0.5)),
               .loss = cn_huber(.delta = 2), .metrics = {"mae", cn_auc(.num_thresholds = 20)});
    assert_comes_back(model);
    char *text = cn_to_json(model);
    cn_model *read = cn_from_json(text, .compile = false);
    free(text);
    assert_string_equal(cn_tensor_name(cn_model_inputs(read).at[0]), "x");
    assert_true(cn_get_layer(read, "shared") != NULL);
    assert_false(cn_failed());
}

static void compiled_only_if_asked(void **state)
{
    (void)state;
    cn_model *model = small_model();
    cn_compile(model, .optimizer = "sgd", .loss = "mse");
    char *text = cn_to_json(model);
    assert_true(cn_learning_rate(cn_from_json(text)) > 0);
    assert_false(cn_learning_rate(cn_from_json(text, .compile = false)) > 0);
    free(text);
    cn_clear_error();
}

/* Models inside keep what they were told, as the judge in a model that learns to deceive it. */
static void inner_models_stay_compiled(void **state)
{
    (void)state;
    cn_model *judge = cn_sequential();
    (void)cn_sequential_add(judge, cn_dense(1, .activation = "sigmoid", .input_shape = {3}));
    cn_compile(judge, .optimizer = cn_sgd(0.5), .loss = "binary_crossentropy", .metrics = {"auc"});
    cn_tensor *x = cn_input({4});
    cn_model *both = cn_model_of(x, cn_call(judge, cn_call(cn_dense(3), x)));
    cn_compile(both, .optimizer = "adam", .loss = "mse");
    assert_comes_back(both);
}

static void several_outputs(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4});
    cn_model *model = cn_model_of(x, CN_LIST(cn_call(cn_dense(1, .name = "age"), x),
                                             cn_call(cn_dense(2, .name = "income"), x)));
    cn_compile(model, .outputs = {{"age", "mse", 0.5, {"mae"}},
                                  {"income", "categorical_crossentropy", .metrics = {"acc"}}});
    assert_comes_back(model);
    cn_compile(model, .losses = {"mse", "mae"}, .loss_weights = {1, 2}, .metrics = {"mse"});
    char *text = cn_to_json(model);
    assert_non_null(strstr(text, "\"loss\": [\"mse\", \"mae\"]"));
    assert_non_null(strstr(text, "\"metrics\": [[\"mse\"], [\"mse\"]]"));
    free(text);
    assert_false(cn_failed());
}

/* ---- copies ---------------------------------------------------------------------------------- */

static void clones_have_weights_of_their_own(void **state)
{
    (void)state;
    cn_model *model = small_model();
    cn_model *clone = cn_clone_model(model);
    assert_non_null(clone);
    assert_int_equal(cn_weight_count(clone), cn_weight_count(model));
    assert_true(cn_get_layer(clone, "shared") != cn_get_layer(model, "shared"));
    const float zeros[12] = {0};
    cn_set_weight(clone, "shared/kernel",
                  cn_array_view(CN_FLOAT32, (const int64_t[]){4, 3}, 2, (void *)(uintptr_t)zeros));
    cn_array *kernel = cn_get_weight(model, "shared/kernel");
    assert_true(cn_array_at(kernel, 0) != 0);
    cn_array_free(kernel);
    assert_false(cn_failed());
}

/* ---- layers in several models ---------------------------------------------------------------- */

/* A layer in two models inside, and by itself. */
static cn_model *sharing_model(void)
{
    cn_layer *shared = cn_dense(4, .name = "shared");
    cn_tensor *a = cn_input({4}), *b = cn_input({4}), *x = cn_input({4});
    cn_model *one = cn_model_of(a, cn_call(cn_activation("relu"), cn_call(shared, a)));
    cn_model *two = cn_model_of(b, cn_call(shared, cn_call(cn_activation("tanh"), b)));
    return cn_model_of(x, cn_call(cn_add(), cn_call(one, x), cn_call(two, x), cn_call(shared, x)));
}

static void shared_layers_stay_shared(void **state)
{
    (void)state;
    cn_model *model = sharing_model();
    char *text = cn_to_json(model);
    assert_int_equal(cn_weight_count(model), 2);
    assert_int_equal(cn_weight_count(cn_from_json(text)), 2);
    char *again = cn_to_json(cn_from_json(text));
    assert_string_equal(again, text);
    free(again);
    /* Keras leaves the number out where it writes a layer first. */
    char *number = strstr(text, ", \"shared_object_id\": 1");
    assert_non_null(number);
    memset(number, ' ', strlen(", \"shared_object_id\": 1"));
    assert_int_equal(cn_weight_count(cn_from_json(text)), 2);
    assert_false(cn_failed());
    free(text);
}

/* As Keras 3.15 writes them. */
static void calls_say_what_nobody_said(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4, 4, 3});
    cn_tensor *h = cn_call(cn_rescaling(0.5), cn_call(cn_random_flip(), x));
    cn_tensor *y = cn_call(cn_dropout(0.5), cn_call(cn_permute({2, 1, 3}), h));
    char *text = cn_to_json(cn_model_of(x, y));
    const char *flip = strstr(text, "\"RandomFlip\""), *scale = strstr(text, "\"Rescaling\""),
               *permute = strstr(text, "\"Permute\""), *dropout = strstr(text, "\"Dropout\"");
    static const char built[] = "\"build_config\": {\"input_shape\": [null, 4, 4, 3]}";
    assert_true(flip < scale && scale < permute && permute < dropout);
    const char *training = strstr(flip, "\"kwargs\": {\"training\": true}");
    assert_true(training != NULL && training < scale);
    assert_true(strstr(scale, built) != NULL && strstr(scale, built) < permute);
    assert_true(strstr(permute, built) != NULL && strstr(permute, built) < dropout);
    assert_null(strstr(dropout, built));
    assert_null(strstr(scale, "\"training\""));
    free(text);
}

/* Keras before 3.14 opens models that do not use what it does not know. */
static void recent_arguments_are_left_out(void **state)
{
    (void)state;
    static const char *const recent[] = {"input_axes", "output_axes", "renorm", "use_gate",
                                         "sliding_window"};
    cn_tensor *x = cn_input({4, 6}),
              *h = cn_call(cn_batch_normalization(), cn_call(cn_dense(6), x));
    char *text = cn_to_json(cn_model_of(x, cn_call(cn_multi_head_attention(2, 3), h, h)));
    for (size_t i = 0; i < sizeof recent / sizeof recent[0]; i++)
        assert_null(strstr(text, recent[i]));
    free(text);
    cn_tensor *y = cn_call(cn_multi_head_attention(2, 3, .sliding_window = 2), x, x);
    text = cn_to_json(cn_model_of(x, cn_call(cn_batch_normalization(.renorm = true), y)));
    assert_non_null(strstr(text, "\"sliding_window\": 2"));
    assert_non_null(strstr(text, "\"renorm\": true"));
    free(text);
}

static void what_is_not_shared_has_no_number(void **state)
{
    (void)state;
    char *text = cn_to_json(small_model());
    assert_null(strstr(text, "shared_object_id"));
    free(text);
}

static void models_in_wrappers(void **state)
{
    (void)state;
    cn_model *each = cn_sequential(.name = "each");
    cn_sequential_add(each, cn_dense(3, .input_shape = {4}));
    cn_tensor *x = cn_input({5, 4});
    cn_model *model = cn_model_of(x, cn_call(cn_time_distributed(each), x));
    assert_comes_back(model);
    assert_non_null(cn_clone_model(model));
    assert_false(cn_failed());
}

/* ---- layers of the user's -------------------------------------------------------------------- */

static cn_tensor *call_scale(cn_layer *layer, cn_tensors inputs, bool training)
{
    (void)training;
    return cn_ops_multiply(inputs.at[0], cn_ops_scalar(*(const double *)cn_layer_data(layer)));
}

static cn_layer *make_scale(const char *config, void *data)
{
    json_t *json = json_loads(config, 0, NULL);
    const double factor = json_number_value(json_object_get(json, "factor"));
    const char text[] = "{\"factor\": 3}";
    json_decref(json);
    assert_null(data);
    return cn_custom_layer("Scale", NULL, call_scale, .data = &factor, .data_size = sizeof factor,
                           .config = text);
}

static void own_layers(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({2});
    cn_layer *layer = make_scale("{\"factor\": 3}", NULL);
    cn_model *model = cn_model_of(x, cn_call(layer, x));
    char *text = cn_to_json(model);
    assert_non_null(strstr(text, "\"registered_name\": \"Custom>Scale\""));
    assert_non_null(strstr(text, "\"factor\": 3"));
    assert_null(cn_from_json(text));
    assert_non_null(strstr(cn_error(), "unknown layer \"Scale\""));
    cn_clear_error();
    assert_int_equal(cn_register_layer("Scale", make_scale, NULL), CN_OK);
    cn_model *read = cn_from_json(text);
    assert_non_null(read);
    assert_string_equal(cn_layer_name(cn_get_layer_at(read, 1)), cn_layer_name(layer));
    float numbers[] = {1, 2};
    cn_array *y = cn_predict(read, cn_array_view(CN_FLOAT32, (const int64_t[]){1, 2}, 2, numbers));
    assert_float_equal(cn_array_at(y, 1), 6, 0);
    cn_array_free(y);
    free(text);
}

/* Keras's layers that mix images take them with their labels as a dictionary. */
static void images_with_labels_are_a_dictionary(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4, 4, 3}, .name = "x"), *y = cn_input({2}, .name = "y");
    const cn_tensors mixed = cn_call_all(cn_mix_up(.seed = 1), x, y);
    cn_model *model = cn_model_of(CN_LIST(x, y), CN_LIST(mixed.at[0], mixed.at[1]));
    char *text = cn_to_json(model);
    assert_non_null(strstr(text,
                           "\"build_config\": {\"input_shape\": {\"images\": [null, 4, 4, 3], "
                           "\"labels\": [null, 2]}}"));
    assert_non_null(strstr(text, "\"inbound_nodes\": [{\"args\": [{\"images\": {\"class_name\": "
                                 "\"__keras_tensor__\""));
    assert_comes_back(model);
    free(text);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

#define MODEL(layers, inputs, outputs)                                                             \
    "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": [" layers          \
    "], \"input_layers\": " inputs ", \"output_layers\": " outputs "}}"
#define INPUT                                                                                      \
    "{\"class_name\": \"InputLayer\", \"config\": {\"batch_shape\": [null, 4], \"name\": \"x\"}, " \
    "\"name\": \"x\", \"inbound_nodes\": []}"
#define CALL(name, place, config, class)                                                           \
    "{\"class_name\": \"" class                                                                    \
        "\", \"config\": {\"name\": \"" name "\"" config "}, \"name\": \"" name                    \
        "\", \"inbound_nodes\": [{\"args\": [{\"class_name\": \"__keras_tensor__\", \"config\": "  \
        "{\"keras_history\": " place "}}], \"kwargs\": {}}]}"
#define ONE(config, class)                                                                         \
    MODEL(INPUT ", " CALL("y", "[\"x\", 0, 0]", config, class), "[\"x\", 0, 0]", "[\"y\", 0, 0]")

static void mistakes_are_named(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "is not JSON"},
        {"[1]", "the record is of no model"},
        {"{\"class_name\": \"Dense\"}", "the record is of no model"},
        {ONE("", "Dense"), "y: units must be positive"},
        {ONE(", \"units\": 2", "Dense"), NULL},
        {ONE(", \"units\": \"2\"", "Dense"), "y: units must be an integer"},
        {ONE(", \"unit\": 2", "Dense"),
         "y: Dense has no argument \"unit\": did you mean \"units\""},
        {ONE(", \"units\": 2", "Dens"), "y: unknown layer \"Dens\": did you mean \"Dense\""},
        {ONE(", \"units\": 2, \"quantization_config\": {}", "Dense"), "quantization_config"},
        {ONE(", \"units\": 2, \"quantization_config\": null", "Dense"), NULL},
        {ONE("", "Lambda"), "y: it needs a function's name"},
        {ONE(", \"function\": {\"class_name\": \"__lambda__\", \"config\": {\"code\": \"4wEA\"}}",
             "Lambda"),
         "y: a Lambda layer holds Python code"},
        {ONE(", \"function\": [\"4wEA\", null, null], \"function_type\": \"lambda\"", "Lambda"),
         "y: a Lambda layer needs the name of a function, got another value"},
        {ONE(", \"function\": \"tanh\", \"arguments\": [1]", "Lambda"),
         "y: arguments must be an object"},
        {ONE(", \"function\": \"twice\"", "Lambda"),
         "y: unknown function \"twice\" (a function of your own is to be registered with "
         "cn_register_function)"},
        {ONE(", \"function\": \"tanh\"", "Lambda"), NULL},
        {MODEL(INPUT, "[\"x\", 0, 0]", "[\"y\", 0, 0]"), "m: there is no layer \"y\""},
        {MODEL(INPUT, "[\"x\", 0, 0]", "[\"x\", 0, 1]"), "number 1 is asked for"},
        {MODEL(INPUT ", " INPUT, "[\"x\", 0, 0]", "[\"x\", 0, 0]"),
         "m: two layers are called \"x\""},
        {MODEL(INPUT ", " CALL("y", "[\"y\", 0, 0]", "", "Flatten"), "[\"x\", 0, 0]",
               "[\"y\", 0, 0]"),
         "waits for itself"},
        {MODEL("", "[]", "[]"), "m: its config needs a list of \"layers\""},
        {"{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\"}}",
         "s: its config needs a list"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const cn_model *model = cn_from_json(cases[i].text);
        if ((model == NULL) != (cases[i].message != NULL) ||
            (model == NULL && strstr(cn_error(), cases[i].message) == NULL))
            fail_msg("case %zu: expected \"%s\", got \"%s\"", i,
                     cases[i].message == NULL ? "a model" : cases[i].message, cn_error());
        clear(NULL);
    }
    assert_null(cn_from_json(NULL));
    assert_null(cn_to_json(NULL));
    assert_null(cn_clone_model(NULL));
}

/* Images without labels are one tensor, not a list of one. */
static void images_are_no_list(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4, 4, 3});
    char *text = cn_to_json(cn_model_of(x, cn_call(cn_mix_up(), x)));
    assert_non_null(text);
    assert_non_null(strstr(text, "\"inbound_nodes\": [{\"args\": [{"));
    assert_non_null(strstr(text, "\"build_config\": {\"input_shape\": [null, 4, 4, 3]}"));
    free(text);
}

/* No memory is asked for that the machine has not. */
static void giants_are_refused(void **state)
{
    static const char *const texts[] = {
        ONE(", \"input_dim\": 1000000000, \"output_dim\": 1000000000", "Embedding"),
        ONE(", \"input_dim\": 2147483647, \"output_dim\": 2147483647", "Embedding")};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_null(cn_from_json(texts[i]));
        assert_non_null(strstr(cn_error(), i == 0 ? "a weight of 4000000000.0 GB" : "too large"));
        assert_int_equal(strncmp(cn_error(), "y: ", 3), 0);
        clear(NULL);
    }
}

static void depth_is_bounded(void **state)
{
    char text[2001];
    (void)state;
    memset(text, '[', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_null(cn_from_json(text));
    assert_non_null(strstr(cn_error(), "nested deeper"));
}

/* ---- Keras 2 --------------------------------------------------------------------------------- */

/* Before Keras 2.2.3 a Sequential was a list, and the first layer said what the input is. */
static void bare_list(void **state)
{
    (void)state;
    cn_model *model = cn_from_json(
        "{\"class_name\": \"Sequential\", \"keras_version\": \"2.2.2\", \"config\": ["
        "{\"class_name\": \"Dense\", \"config\": {\"name\": \"dense_1\", \"units\": 3, "
        "\"batch_input_shape\": [null, 4], \"dtype\": \"float32\", \"activation\": "
        "\"hard_sigmoid\"}}, {\"class_name\": \"LeakyReLU\", \"config\": {\"alpha\": 0.2, "
        "\"name\": \"leaky\"}}]}");
    assert_non_null(model);
    assert_int_equal(cn_count_params(model), 15);
    assert_string_equal(cn_tensor_name(cn_model_inputs(model).at[0]), "dense_1_input");
    char *text = cn_to_json(model);
    assert_non_null(strstr(text, "\"hard_sigmoid_keras2\""));
    assert_non_null(strstr(text, "\"negative_slope\": 0.2"));
    free(text);
}

/* A function has a type beside it. */
static void functions_of_keras_2(void **state)
{
#define LAMBDA(function, type)                                                                      \
    "{\"class_name\": \"Sequential\", \"keras_version\": \"2.2.4\", \"config\": [{\"class_name\": " \
    "\"Lambda\", \"config\": {\"name\": \"lambda_1\", \"batch_input_shape\": [null, 4], "           \
    "\"function\": " function ", \"function_type\": \"" type "\", \"output_shape\": [\"4wEA\", "    \
    "null], \"output_shape_type\": \"lambda\", \"module\": \"__main__\", \"output_shape_module\": " \
    "null, \"arguments\": {}}}]}"
    (void)state;
    assert_null(cn_from_json(LAMBDA("[\"4wEA\", null, null]", "lambda")));
    assert_string_equal(cn_error(),
                        "lambda_1: a Lambda layer holds Python code, which is not run here");
    clear(NULL);
    assert_non_null(cn_from_json(LAMBDA("\"tanh\"", "function")));
#undef LAMBDA
}

static void training_of_keras_2(void **state)
{
    (void)state;
    cn_model *model = small_model();
    json_t *config = json_loads("{\"optimizer_config\": {\"class_name\": \"RMSprop\", \"config\": "
                                "{\"lr\": 0.01, \"rho\": 0.9, \"decay\": 0.5, \"epsilon\": 1e-7, "
                                "\"clipnorm\": 2.0}}, \"loss\": \"mse\", \"metrics\": [\"acc\"], "
                                "\"sample_weight_mode\": null, \"loss_weights\": null}",
                                0, NULL);
    assert_int_equal(cn_compile_of_record(model, config, "2.2.4"), CN_OK);
    json_decref(config);
    char *text = cn_to_json(model);
    assert_non_null(strstr(text, "InverseTimeDecay"));
    assert_non_null(strstr(text, "\"global_clipnorm\": 2.0"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(functional, clear),
        cmocka_unit_test_setup(compiled_only_if_asked, clear),
        cmocka_unit_test_setup(inner_models_stay_compiled, clear),
        cmocka_unit_test_setup(several_outputs, clear),
        cmocka_unit_test_setup(clones_have_weights_of_their_own, clear),
        cmocka_unit_test_setup(shared_layers_stay_shared, clear),
        cmocka_unit_test_setup(calls_say_what_nobody_said, clear),
        cmocka_unit_test_setup(recent_arguments_are_left_out, clear),
        cmocka_unit_test_setup(what_is_not_shared_has_no_number, clear),
        cmocka_unit_test_setup(models_in_wrappers, clear),
        cmocka_unit_test_setup(own_layers, clear),
        cmocka_unit_test_setup(images_with_labels_are_a_dictionary, clear),
        cmocka_unit_test_setup(mistakes_are_named, clear),
        cmocka_unit_test_setup(images_are_no_list, clear),
        cmocka_unit_test_setup(giants_are_refused, clear),
        cmocka_unit_test_setup(depth_is_bounded, clear),
        cmocka_unit_test_setup(bare_list, clear),
        cmocka_unit_test_setup(functions_of_keras_2, clear),
        cmocka_unit_test_setup(training_of_keras_2, clear),
    };
    return cmocka_run_group_tests_name("models as JSON", tests, NULL, NULL);
}
