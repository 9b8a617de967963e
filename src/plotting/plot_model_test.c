/* cn_plot_model: the graph's text, and running dot, for which a script stands in. */
#include "data/testing.h"

#include "cornu/layers.h"
#include "cornu/plotting.h"
#include "plotting/plotting.h"

#define TITLE(span, name, class)                                                                        \
    "<table border=\"0\" cellborder=\"1\" bgcolor=\"black\" cellpadding=\"10\"><tr><td colspan=\"" span \
    "\" bgcolor=\"black\"><font point-size=\"16\" color=\"white\"><b>" name                             \
    "</b>" class "</font></td></tr>"
#define CELL(what, text)                                                                           \
    "<td bgcolor=\"white\"><font point-size=\"14\">" what ": <b>" text "</b></font></td>"
#define NODE(number, label)                                                                        \
    number " [label=<" label "</table>>, fontname=\"Helvetica\", border=\"0\", margin=\"0\"];\n"
#define HEAD                                                                                       \
    "digraph G {\nrankdir=TB;\nconcentrate=True;\ndpi=200;\nsplines=ortho;\nnode [shape=record];\n"

static void assert_file(const char *path, const char *expected)
{
    size_t count;
    char *text = (char *)test_read(path, &count);
    assert_string_equal(text, expected);
    free(text);
}

static cn_model *stack(void)
{
    cn_model *model = cn_sequential();
    (void)cn_sequential_add(model, cn_dense(3, .activation = "relu", .input_shape = {4}));
    (void)cn_sequential_add(model, cn_dense(2, .name = "a \"<&>\" \\N", .trainable = false));
    return model;
}

/* ---- the text -------------------------------------------------------------------------------- */

static void a_stack_is_a_chain(void **state)
{
    (void)state;
    const char *path = test_path("model.dot");
    assert_int_equal(cn_plot_model(stack(), path), CN_OK);
    assert_file(path, HEAD NODE("1", TITLE("1", "dense_1", " (Dense)"))
                          NODE("2", TITLE("1", "a &quot;&lt;&amp;&gt;&quot; \\N",
                                          " (Dense)")) "1 -> 2 [penwidth=2];\n}\n");
}

static void cells_say_what_is_asked_for(void **state)
{
    (void)state;
    const char *path = test_path("model.dot");
    cn_tensor *input = cn_input({CN_NONE, 4});
    cn_model *model = cn_model_of(input, cn_call(cn_dense(2, .trainable = false), input));
    assert_int_equal(cn_plot_model(model, path, .show_shapes = true, .show_dtype = true,
                                   .show_layer_names = false, .show_layer_activations = true,
                                   .show_trainable = true, .dpi = 96),
                     CN_OK);
    assert_file(
        path,
        "digraph G {\nrankdir=TB;\nconcentrate=True;\ndpi=96;\nsplines=ortho;\nnode [shape=record];\n" NODE(
            "1", TITLE("2", "InputLayer", "") "<tr>" CELL("Output shape", "(None, None, 4)")
                     CELL("Output dtype", "float32") "</tr>")
            NODE(
                "2",
                TITLE(
                    "4", "Dense",
                    "") "<tr><td bgcolor=\"white\" colspan=\"4\"><font point-size=\"14\">"
                        "Activation: <b>linear</b></font></td></tr><tr>" CELL("Input shape",
                                                                              "(None, None, 4)")
                            CELL("Output shape", "(None, None, 2)") CELL(
                                "Output dtype",
                                "float32") "<td bgcolor=\"firebrick\"><font point-size=\"14\" color=\"white\">"
                                           "<b>Non-trainable</b></font></td></tr>") "1 -> 2 [penwidth=2];\n}\n");
}

/* Two inputs of one shared model, whose outputs are added. */
static cn_model *siamese(void)
{
    cn_tensor *left = cn_input({4}, .name = "left"), *right = cn_input({4}, .name = "right");
    cn_tensor *inside = cn_input({4}, .name = "inside");
    cn_model *base = cn_model_of(inside, cn_call(cn_dense(2, .name = "features"), inside),
                                 .name = "the \"base\"");
    return cn_model_of(CN_LIST(left, right),
                       cn_call(cn_add(), cn_call(base, left), cn_call(base, right)));
}

static void models_inside_are_nodes_or_frames(void **state)
{
    (void)state;
    const char *path = test_path("model.dot");
    cn_model *model = siamese();
    assert_int_equal(cn_plot_model(model, path), CN_OK);
    assert_file(
        path, HEAD NODE("1", TITLE("1", "left", " (InputLayer)"))
                  NODE("2", TITLE("1", "right", " (InputLayer)"))
                      NODE("3", TITLE("1", "the &quot;base&quot;", " (Model)"))
                          NODE("4", TITLE("1", "add_1",
                                          " (Add)")) "1 -> 3 [penwidth=2];\n2 -> 3 [penwidth=2];\n"
                                                     "3 -> 4 [penwidth=2];\n}\n");
    assert_int_equal(cn_plot_model(model, path, .expand_nested = true), CN_OK);
    assert_file(
        path,
        HEAD NODE("1", TITLE("1", "left", " (InputLayer)")) NODE(
            "2",
            TITLE(
                "1", "right",
                " (InputLayer)")) "subgraph cluster_3 {\nstyle=dashed;\n"
                                  "label=\"the \\\"base\\\"\";\nlabeljust=\"l\";\n"
                                  "fontname=\"Helvetica\";\n" NODE(
                                      "4", TITLE("1", "inside", " (InputLayer)"))
                                      NODE("5", TITLE("1", "features", " (Dense)")) "}\n" NODE(
                                          "6",
                                          TITLE(
                                              "1", "add_1",
                                              " (Add)")) "1 -> 4 [penwidth=2];\n2 -> 4 [penwidth=2];\n5 -> 6 [penwidth=2];\n4 -> 5 [penwidth=2];\n}\n");
}

/* ---- running dot ----------------------------------------------------------------------------- */

/* A program called dot that runs these lines of shell, found before all others. */
static void stand_in(const char *lines)
{
    char text[512], path[512];
    const int n = snprintf(text, sizeof text, "#!/bin/sh\n%s\n", lines);
    assert_int_equal(chmod(test_write("dot", text, (size_t)n), 0755), 0);
    (void)snprintf(path, sizeof path, "%s:/usr/bin:/bin", test_folder);
    assert_int_equal(setenv("PATH", path, 1), 0);
}

static void dot_gets_the_graph(void **state)
{
    (void)state;
    const char *path = test_path("model.svg");
    stand_in("test \"$1\" = -Tsvg && test \"$2\" = -o && cat > \"$3\"");
    assert_int_equal(cn_plot_model(stack(), path, .rankdir = "LR", .splines = "line"), CN_OK);
    assert_file(
        path,
        "digraph G {\nrankdir=LR;\nconcentrate=True;\nsplines=line;\nnode [shape=record];\n" NODE(
            "1", TITLE("1", "dense_1", " (Dense)"))
            NODE("2", TITLE("1", "a &quot;&lt;&amp;&gt;&quot; \\N",
                            " (Dense)")) "1 -> 2 [penwidth=2];\n}\n");
}

static void after_a_failure_the_old_picture_stays(void **state)
{
    (void)state;
    const char *path = test_write("old.png", "old", 3);
    const int files = test_count_files();
    stand_in("echo 'Error: no room' >&2; echo more >&2; echo half > \"$3\"; exit 1");
    assert_int_equal(cn_plot_model(stack(), path), CN_IO);
    assert_error("cn_plot_model: Graphviz's program dot failed: Error: no room");
    stand_in("exit 0");
    assert_int_equal(cn_plot_model(stack(), path), CN_IO);
    assert_error("cn_plot_model: Graphviz's program dot failed: it does not say why");
    assert_file(path, "old");
    assert_int_equal(test_count_files(), files);
}

static void without_dot_it_says_what_to_do(void **state)
{
    (void)state;
    assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
    assert_int_equal(cn_plot_model(stack(), test_path("none.png")), CN_STATE);
    assert_error(
        "cn_plot_model: Graphviz's program dot, which lays out graphs, was not found: install Graphviz "
        "(package graphviz), or write the graph's text to a file that ends in .dot");
    assert_int_not_equal(access(test_path("none.png"), F_OK), 0);
}

/* If there is a real dot, all kinds of files come out of it. */
static void the_real_dot_draws(void **state)
{
    (void)state;
    static const char *const kinds[][2] = {
        {"m.png", "\x89PNG"}, {"m.svg", "<?xml"}, {"m.pdf", "%PDF"}};
    assert_int_equal(setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1), 0);
    if (access("/usr/bin/dot", X_OK) != 0 && access("/usr/local/bin/dot", X_OK) != 0)
        skip();
    cn_model *model = siamese();
    for (size_t i = 0; i < 3; i++) {
        size_t count;
        const char *path = test_path(kinds[i][0]);
        if (cn_plot_model(model, path, .show_shapes = true, .expand_nested = true) != CN_OK)
            fail_msg("%s", cn_error());
        unsigned char *bytes = test_read(path, &count);
        assert_true(count > 1000);
        assert_memory_equal(bytes, kinds[i][1], strlen(kinds[i][1]));
        free(bytes);
    }
}

/* ---- failures -------------------------------------------------------------------------------- */

static void wrong_arguments_are_refused(void **state)
{
    (void)state;
    cn_model *model = stack();
    assert_int_equal(cn_plot_model(model, "model.bmp"), CN_INVALID);
    assert_error("cn_plot_model: \"model.bmp\": pictures end in .png, .svg, .pdf or .dot");
    assert_int_equal(cn_plot_model(model, "folder.png/model"), CN_INVALID);
    assert_error("cn_plot_model: \"folder.png/model\": pictures end in .png, .svg, .pdf or .dot");
    assert_int_equal(cn_plot_model(model, NULL), CN_INVALID);
    assert_error("cn_plot_model: the path of a picture is needed, such as \"picture.png\"");
    assert_int_equal(cn_plot_model(model, "m.dot", .rankdir = "TP"), CN_INVALID);
    assert_error("cn_plot_model: rankdir must be one of TB, LR, BT, RL, got \"TP\"");
    assert_int_equal(cn_plot_model(model, "m.dot", .dpi = 0), CN_INVALID);
    assert_error("cn_plot_model: dpi must be from 1 to 2400, got 0");
    assert_int_equal(cn_plot_model(model, "/nowhere/m.dot"), CN_IO);
    assert_error("/nowhere/m.dot: no file can be made in this folder: No such file or directory");
    cn_model *unbuilt = cn_sequential(.name = "later");
    (void)cn_sequential_add(unbuilt, cn_dense(2));
    assert_int_equal(cn_plot_model(unbuilt, "m.dot"), CN_STATE);
    assert_error("cn_plot_model: later is not built yet: its input's shape is not known");
}

/* In a session of its own, which is not cleared in between. */
static cn_model *ready;

static bool draw_with_little_memory(void)
{
    return cn_plot_model(ready, test_path("m.dot"), .show_shapes = true,
                         .show_layer_activations = true, .expand_nested = true) == CN_OK;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    cn_session *own = cn_session_new(), *before = cn_session_use(own);
    ready = siamese();
    (void)cn_session_use(before);
    test_fail_allocations(draw_with_little_memory);
    cn_session_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_stack_is_a_chain, test_forget),
        cmocka_unit_test_teardown(cells_say_what_is_asked_for, test_forget),
        cmocka_unit_test_teardown(models_inside_are_nodes_or_frames, test_forget),
        cmocka_unit_test_teardown(dot_gets_the_graph, test_forget),
        cmocka_unit_test_teardown(after_a_failure_the_old_picture_stays, test_forget),
        cmocka_unit_test_teardown(without_dot_it_says_what_to_do, test_forget),
        cmocka_unit_test_teardown(the_real_dot_draws, test_forget),
        cmocka_unit_test_teardown(wrong_arguments_are_refused, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
