/* The summary: exactly the text of both versions of Keras. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cornu/custom.h"
#include "cornu/saving.h"
#include "cornu/session.h"
#include "graph/summary.h"
#include "support/model_run.h"

static int setup(void **state)
{
    (void)unsetenv("COLUMNS");
    return cn_test_clear(state);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static char *read_sample(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/data/summary/%s%s", CN_SOURCE_DIR, name,
                   strchr(name, '.') == NULL ? ".txt" : "");
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    char *text = calloc(1, 1 << 16);
    assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
    (void)fclose(file);
    return text;
}

/* Shows the first line that differs. */
static void check_text(const char *sample, const char *got)
{
    char *expected = read_sample(sample), *e = expected;
    for (int line = 1; *e != '\0' || *got != '\0'; line++) {
        size_t n = strcspn(e, "\n"), m = strcspn(got, "\n");
        if (n != m || memcmp(e, got, n) != 0 || e[n] != got[m])
            fail_msg("%s, line %d:\n%.*s|\nexpected\n%.*s|", sample, line, (int)m, got, (int)n, e);
        e += n + (e[n] != '\0');
        got += m + (got[m] != '\0');
    }
    free(expected);
}

struct lines {
    cn_text text;
    int calls;
};

static void take_line(void *context, const char *line)
{
    struct lines *lines = context;
    assert_null(strchr(line, '\n'));
    assert_int_equal(cn_text_add(&lines->text, "%s\n", line), CN_OK);
    lines->calls++;
}

static void take_text(void *context, const char *text)
{
    struct lines *lines = context;
    assert_int_equal(cn_text_add(&lines->text, "%s", text), CN_OK);
    lines->calls++;
}

#define CHECK_KERAS2(sample, ...)                                                                  \
    do {                                                                                           \
        struct lines lines_ = {.calls = 0};                                                        \
        (void)cn_summary(__VA_ARGS__, .print = take_line, .context = &lines_);                     \
        cn_test_ok();                                                                              \
        check_text(sample, lines_.text.data);                                                      \
        assert_true(lines_.calls > 8);                                                             \
        cn_release(lines_.text.data);                                                              \
    } while (0)

#define CHECK_KERAS3(sample, ...)                                                                  \
    do {                                                                                           \
        struct lines lines_ = {.calls = 0};                                                        \
        (void)cn_summary(__VA_ARGS__, .style = "keras3", .print = take_text, .context = &lines_);  \
        cn_test_ok();                                                                              \
        check_text(sample, lines_.text.data);                                                      \
        assert_int_equal(lines_.calls, 1);                                                         \
        cn_release(lines_.text.data);                                                              \
    } while (0)

/* ---- models that can be drawn ---------------------------------------------------------------- */

static void three_dense_layers(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({64});
    cn_tensor *y = cn_chain(x, cn_dense(32, .activation = "relu"),
                            cn_dense(32, .activation = "relu"),
                            cn_dense(10, .activation = "softmax"));
    CHECK_KERAS2("keras2_functional", cn_model_of(x, y));
    cn_clear_session();
    cn_model *model = cn_sequential();
    cn_sequential_add(model, cn_dense(32, .input_shape = {64}));
    cn_sequential_add(model, cn_dense(32));
    cn_sequential_add(model, cn_dense(10));
    CHECK_KERAS2("keras2_sequential", model);
    x = cn_input({64}, .name = "input_layer");
    y = cn_chain(x, cn_dense(32, .name = "dense"), cn_dense(32, .name = "dense_1"),
                 cn_dense(10, .name = "dense_2"));
    CHECK_KERAS3("keras3_functional", cn_model_of(x, y, .name = "functional"));
}

static cn_model *shared_sequential(void)
{
    cn_tensor *left = cn_input({4}, .name = "left"), *right = cn_input({4}, .name = "right");
    cn_model *encoder = cn_sequential(.name = "enc");
    cn_sequential_add(encoder, cn_dense(3, .name = "dense"));
    cn_sequential_add(encoder, cn_dense(3, .name = "dense_1"));
    cn_layer *second = cn_dense(2, .name = "dense_2");
    cn_tensor *a = cn_call(second, cn_call(encoder, left)),
              *b = cn_call(second, cn_call(encoder, right));
    cn_tensor *both = cn_call(cn_concatenate(.name = "concatenate"), a, b);
    return cn_model_of(CN_LIST(left, right), cn_call(cn_dense(1, .name = "dense_3"), both),
                       .name = "functional_1");
}

static void shared_nested_model(void **state)
{
    (void)state;
    cn_model *model = shared_sequential();
    CHECK_KERAS3("keras3_shared_sequential", model);
    CHECK_KERAS3("keras3_expanded", model, .expand_nested = true, .show_trainable = true);
}

static void long_names_and_several_outputs(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({4}, .name = "a_rather_long_input_name"),
              *y = cn_input({CN_NONE, 3}, .name = "y");
    cn_tensor *hidden =
        cn_call(cn_dense(3, .name = "hidden_layer_with_a_very_long_name_that_is_cut"), x);
    cn_tensor *second = cn_call(cn_dense(2, .name = "second"), hidden);
    cn_model *inner = cn_model_of(x, CN_LIST(hidden, second), .name = "two_outputs");
    cn_set_trainable(inner, false);
    cn_tensors ab = cn_call_all(inner, x);
    cn_tensor *joined =
        cn_call(cn_concatenate(.name = "concatenation_1_is_long"), ab.at[0], ab.at[1]);
    cn_tensor *sum = cn_call(cn_add(.name = "sum"), ab.at[0], y),
              *big = cn_call(cn_dense(1000, .name = "big"), joined);
    cn_model *model = cn_model_of(CN_LIST(x, y), CN_LIST(sum, big), .name = "everything");
    CHECK_KERAS3("keras3_long", model, .expand_nested = true, .show_trainable = true);
    CHECK_KERAS3("keras3_line_72", model, .line_length = 72);
    CHECK_KERAS3("keras3_line_60", model, .line_length = 60, .expand_nested = true);
}

/* As Keras recorded it: the calls that make masks have rows. */
static void masks(void **state)
{
    (void)state;
    char *record = read_sample("keras3_masks.json");
    CHECK_KERAS3("keras3_masks", cn_from_json(record));
    free(record);
}

static void unbuilt_models(void **state)
{
    (void)state;
    cn_model *model = cn_sequential(.name = "sequential");
    cn_sequential_add(model, cn_dense(3, .name = "dense"));
    cn_sequential_add(model, cn_dense(2, .name = "dense_1"));
    CHECK_KERAS3("keras3_unbuilt", model);
    assert_int_equal(cn_summary(model), CN_INVALID);
    assert_string_equal(
        cn_error(),
        "sequential: is not built yet: give its first layer .input_shape, or fit it to data");
}

static void wrong_arguments(void **state)
{
    (void)state;
    cn_model *model = shared_sequential();
    assert_int_equal(cn_summary(model, .style = "keras"), CN_INVALID);
    assert_string_equal(cn_error(),
                        "cn_summary: style must be \"keras2\" or \"keras3\", got \"keras\"");
    cn_clear_error();
    assert_int_equal(cn_summary(model, .line_length = 3), CN_INVALID);
    assert_string_equal(cn_error(), "cn_summary: line_length must be at least 20, got 3");
    cn_clear_error();
    assert_int_equal(cn_summary(model, .style = "keras3", .line_length = 20, .print = take_text),
                     CN_INVALID);
    assert_string_equal(cn_error(),
                        "cn_summary: a line of 20 characters is too short for the table");
    cn_clear_error();
    assert_int_equal(cn_summary(cn_get_layer(model, "dense_3")), CN_INVALID);
    assert_string_equal(cn_error(), "cn_summary: expected a model, got the layer dense_3");
}

/* Every line of this table ends in its own column of trainable. */
static void keras2_with_later_columns(void **state)
{
    (void)state;
    struct lines lines = {.calls = 0};
    cn_model *model = shared_sequential();
    assert_int_equal(cn_summary(model, .expand_nested = true, .show_trainable = true,
                                .print = take_line, .context = &lines),
                     CN_OK);
    assert_non_null(
        strstr(lines.text.data,
               "enc (Sequential)                (None, 3)            27          left[0][0]"
               "                       Y          \n"));
    assert_non_null(strstr(lines.text.data,
                           "\n| dense (Dense)                 (None, 3)            15          "));
    assert_non_null(
        strstr(lines.text.data,
               "dense_2 (Dense)                 (None, 2)            8           enc[1][0]"));
    cn_release(lines.text.data);
}

/* ---- rows of layers that need more than there is here ---------------------------------------- */

static void check_rows(const char *sample, const cn_summary_row *rows, int64_t n, int64_t trainable,
                       int64_t frozen)
{
    const cn_summary_table table = {.rows = (cn_summary_row *)(uintptr_t)rows,
                                    .n_rows = n,
                                    .trainable = {trainable, 4 * trainable},
                                    .frozen = {frozen, 4 * frozen},
                                    .line_length = CN_NONE,
                                    .columns = 80};
    cn_text text = {0};
    assert_int_equal(cn_summary_keras2(&table, &text), CN_OK);
    check_text(sample, text.data);
    cn_release(text.data);
}

/* One row; the connections are the rest of the arguments. */
#define ROW(name_, class_, shape_, params_, n_, ...)                                               \
    {                                                                                              \
        .name = (name_), .class_name = (class_), .shape = (shape_), .params = (params_),           \
        .n_connections = (n_), .connections = (const char *[])                                     \
        {                                                                                          \
            __VA_ARGS__, NULL                                                                      \
        }                                                                                          \
    }

static void keras2_question_answering(void **state)
{
    (void)state;
    const cn_summary_row rows[] = {
        ROW("text", "InputLayer", "(None, None)", 0, 0, ""),
        ROW("question", "InputLayer", "(None, None)", 0, 0, ""),
        ROW("embedding_1", "Embedding", "(None, None, 64)", 640000, 1, "text[0][0]"),
        ROW("embedding_2", "Embedding", "(None, None, 32)", 320000, 1, "question[0][0]"),
        ROW("lstm_1", "LSTM", "(None, 32)", 12416, 1, "embedding_1[0][0]"),
        ROW("lstm_2", "LSTM", "(None, 16)", 3136, 1, "embedding_2[0][0]"),
        ROW("concatenate_1", "Concatenate", "(None, 48)", 0, 2, "lstm_1[0][0]", "lstm_2[0][0]"),
        ROW("dense_1", "Dense", "(None, 500)", 24500, 1, "concatenate_1[0][0]"),
    };
    check_rows("keras2_question_answering", rows, 8, 1000052, 0);
}

static void keras2_three_outputs(void **state)
{
    (void)state;
    const cn_summary_row rows[] = {
        ROW("posts", "InputLayer", "(None, None)", 0, 0, ""),
        ROW("embedding_1", "Embedding", "(None, None, 256)", 12800000, 1, "posts[0][0]"),
        ROW("conv1d_1", "Conv1D", "(None, None, 128)", 163968, 1, "embedding_1[0][0]"),
        ROW("max_pooling1d_1", "MaxPooling1D", "(None, None, 128)", 0, 1, "conv1d_1[0][0]"),
        ROW("conv1d_2", "Conv1D", "(None, None, 256)", 164096, 1, "max_pooling1d_1[0][0]"),
        ROW("conv1d_3", "Conv1D", "(None, None, 256)", 327936, 1, "conv1d_2[0][0]"),
        ROW("max_pooling1d_2", "MaxPooling1D", "(None, None, 256)", 0, 1, "conv1d_3[0][0]"),
        ROW("conv1d_4", "Conv1D", "(None, None, 256)", 327936, 1, "max_pooling1d_2[0][0]"),
        ROW("conv1d_5", "Conv1D", "(None, None, 256)", 327936, 1, "conv1d_4[0][0]"),
        ROW("global_max_pooling1d_1", "GlobalMaxPooling1D", "(None, 256)", 0, 1, "conv1d_5[0][0]"),
        ROW("dense_1", "Dense", "(None, 128)", 32896, 1, "global_max_pooling1d_1[0][0]"),
        ROW("age", "Dense", "(None, 1)", 129, 1, "dense_1[0][0]"),
        ROW("income", "Dense", "(None, 10)", 1290, 1, "dense_1[0][0]"),
        ROW("gender", "Dense", "(None, 1)", 129, 1, "dense_1[0][0]"),
    };
    check_rows("keras2_three_outputs", rows, 14, 14146316, 0);
}

static void keras2_shared_layers(void **state)
{
    (void)state;
    const cn_summary_row lstm[] = {
        ROW("input_1", "InputLayer", "(None, None, 128)", 0, 0, ""),
        ROW("input_2", "InputLayer", "(None, None, 128)", 0, 0, ""),
        ROW("lstm_1", "LSTM", "(None, 32)", 20608, 2, "input_1[0][0]", "input_2[0][0]"),
        ROW("concatenate_1", "Concatenate", "(None, 64)", 0, 2, "lstm_1[0][0]", "lstm_1[1][0]"),
        ROW("dense_1", "Dense", "(None, 1)", 65, 1, "concatenate_1[0][0]"),
    };
    check_rows("keras2_shared_lstm", lstm, 5, 20673, 0);
    const cn_summary_row xception[] = {
        ROW("input_2", "InputLayer", "(None, 250, 250, 3)", 0, 0, ""),
        ROW("input_3", "InputLayer", "(None, 250, 250, 3)", 0, 0, ""),
        ROW("xception", "Model", "multiple", 20861480, 2, "input_2[0][0]", "input_3[0][0]"),
        ROW("concatenate_1", "Concatenate", "(None, 8, 8, 4096)", 0, 2, "xception[1][0]",
            "xception[2][0]"),
    };
    check_rows("keras2_shared_xception", xception, 4, 20806952, 54528);
}

/* Drawn, with a nested model whose calls have other shapes than its own: "multiple", and calls that
 * count from 1. */
static void keras2_nested_models(void **state)
{
    (void)state;
    struct lines lines = {.calls = 0};
    cn_tensor *x = cn_input({CN_NONE, 3}), *a = cn_input({5, 3}), *b = cn_input({5, 3});
    cn_model *inner = cn_model_of(x, cn_call(cn_dense(2), x));
    cn_tensor *y = cn_call(cn_add(), cn_call(inner, a), cn_call(inner, b));
    assert_int_equal(
        cn_summary(cn_model_of(CN_LIST(a, b), y), .print = take_line, .context = &lines), CN_OK);
    assert_non_null(
        strstr(lines.text.data,
               "model_1 (Model)                 multiple             8           input_2[0]"));
    assert_non_null(
        strstr(lines.text.data,
               "add_1 (Add)                     (None, 5, 2)         0           model_1[1]"));
    assert_non_null(strstr(lines.text.data, " model_1[2][0] "));
    cn_release(lines.text.data);
}

/* ---- terminals ------------------------------------------------------------------------------- */

static void the_optimizer_counts_in_keras3(void **state)
{
    (void)state;
    const cn_summary_table table = {.name = "m",
                                    .chain = true,
                                    .trainable = {3466, 4 * 3466},
                                    .optimizer = {3468, 4 * 3468 + 4},
                                    .has_optimizer = true,
                                    .line_length = CN_NONE,
                                    .columns = 80};
    cn_text text = {0};
    assert_int_equal(cn_summary_keras3(&table, &text), CN_OK);
    const char *totals = strstr(text.data, " Total params");
    assert_string_equal(totals,
                        " Total params: 6,934 (27.09 KB)\n Trainable params: 3,466 (13.54 KB)\n"
                        " Non-trainable params: 0 (0.00 B)\n Optimizer params: 3,468 (13.55 KB)\n");
    cn_release(text.data);
}

/* Colours change nothing but colours: without their codes the text is the same. */
static void colours_are_codes_in_between(void **state)
{
    (void)state;
    const cn_summary_row row = {.name = "dense",
                                .class_name = "Dense",
                                .shape = "(None, 3)",
                                .params = 8,
                                .trainable = 'Y'};
    cn_summary_table table = {.name = "m",
                              .chain = true,
                              .show_trainable = true,
                              .rows = (cn_summary_row *)(uintptr_t)&row,
                              .n_rows = 1,
                              .line_length = CN_NONE,
                              .columns = 80};
    cn_text plain = {0}, coloured = {0};
    assert_int_equal(cn_summary_keras3(&table, &plain), CN_OK);
    table.colours = true;
    assert_int_equal(cn_summary_keras3(&table, &coloured), CN_OK);
    assert_non_null(strstr(coloured.data, "(\x1b[0m\x1b[38;5;33mDense\x1b[0m)"));
    assert_non_null(
        strstr(coloured.data, "\x1b[38;5;45mNone\x1b[0m, \x1b[0m\x1b[38;5;34m3\x1b[0m)"));
    char *to = coloured.data;
    for (const char *from = coloured.data; *from != '\0'; from++) {
        if (*from != '\x1b')
            *to++ = *from;
        else
            from += strcspn(from, "m");
    }
    *to = '\0';
    assert_string_equal(coloured.data, plain.data);
    cn_release(plain.data);
    cn_release(coloured.data);
}

static void a_narrow_terminal_cuts_the_table(void **state)
{
    (void)state;
    const cn_summary_row row = {
        .name = "dense", .class_name = "Dense", .shape = "(None, 3)", .params = 8};
    const cn_summary_table table = {.name = "m",
                                    .chain = true,
                                    .rows = (cn_summary_row *)(uintptr_t)&row,
                                    .n_rows = 1,
                                    .line_length = 80,
                                    .columns = 30};
    cn_text text = {0};
    assert_int_equal(cn_summary_keras3(&table, &text), CN_OK);
    assert_non_null(strstr(text.data, "\n│ dense (Dense)               \n"));
    cn_release(text.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(three_dense_layers, setup),
        cmocka_unit_test_setup(shared_nested_model, setup),
        cmocka_unit_test_setup(long_names_and_several_outputs, setup),
        cmocka_unit_test_setup(masks, setup),
        cmocka_unit_test_setup(unbuilt_models, setup),
        cmocka_unit_test_setup(wrong_arguments, setup),
        cmocka_unit_test_setup(keras2_with_later_columns, setup),
        cmocka_unit_test_setup(keras2_question_answering, setup),
        cmocka_unit_test_setup(keras2_three_outputs, setup),
        cmocka_unit_test_setup(keras2_shared_layers, setup),
        cmocka_unit_test_setup(keras2_nested_models, setup),
        cmocka_unit_test_setup(the_optimizer_counts_in_keras3, setup),
        cmocka_unit_test_setup(colours_are_codes_in_between, setup),
        cmocka_unit_test_setup(a_narrow_terminal_cuts_the_table, setup),
    };
    return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
