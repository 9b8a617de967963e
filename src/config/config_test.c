/* Identifiers: names, aliases and records of a small kind of classes; what is wrong with others;
 * what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

/* ---- a kind with two classes ----------------------------------------------------------------- */

typedef struct paint {
    bool glossy;
    int64_t coats, seed;
    double alpha, limit;
    const char *colour, *primer;
    int64_t size[CN_MAX_RANK];
    double stops[CN_MAX_LIST];
} paint;

static const cn_field fields[] = {
    CN_FIELD(paint, glossy, CN_FIELD_BOOL, 0),
    CN_FIELD(paint, coats, CN_FIELD_INT, 0),
    CN_FIELD(paint, seed, CN_FIELD_INT, CN_FIELD_OPTIONAL),
    CN_FIELD(paint, alpha, CN_FIELD_REAL, 0),
    CN_FIELD(paint, limit, CN_FIELD_REAL, CN_FIELD_OPTIONAL),
    CN_FIELD(paint, colour, CN_FIELD_TEXT, CN_FIELD_OPTIONAL),
    CN_OBJECT_FIELD(paint, primer, "paint"),
    CN_FIELD(paint, size, CN_FIELD_DIMS, CN_FIELD_OPTIONAL | CN_FIELD_ONE_OR_MORE),
    CN_FIELD(paint, stops, CN_FIELD_REALS, CN_FIELD_OPTIONAL),
    CN_END_FIELDS,
};

static const paint defaults = {.coats = 2,
                               .seed = CN_NONE,
                               .alpha = 0.5,
                               .limit = CN_UNSET,
                               .colour = "white",
                               .stops = {CN_UNSET}};

static cn_status check(const void *args)
{
    const paint *own = args;
    CN_CHECK(own->coats > 0, "coats must be positive, got %d", (int)own->coats);
    return CN_OK;
}

static const char *const aliases[] = {"mat", "Plain", NULL};
static const cn_class matt = {"MattPaint",   "keras.paints", aliases, fields,
                              sizeof(paint), &defaults,      check};
static const cn_class oil = {"OilPaint2D",  "keras.paints", NULL, fields,
                             sizeof(paint), &defaults,      NULL};
static const cn_class *const list[] = {&matt, &oil, NULL};
static const cn_classes paints = {"paint", list, NULL};

/* ---- reading --------------------------------------------------------------------------------- */

static cn_arena memory;

static int begin(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    return 0;
}

static int end(void **state)
{
    (void)state;
    cn_arena_free(&memory);
    cn_clear_session();
    return 0;
}

static cn_object parse(const char *identifier)
{
    cn_object object;
    if (cn_object_parse(&paints, identifier, &memory, &object) != CN_OK)
        fail_msg("%s: %s", identifier == NULL ? "NULL" : identifier, cn_error());
    return object;
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const cn_class *class;
    } known[] = {{"MattPaint", &matt}, {"matt_paint", &matt}, {"mat", &matt},
                 {"Plain", &matt},     {"OilPaint2D", &oil},  {"oil_paint2d", &oil}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (parse(known[i].name).class != known[i].class)
            fail_msg("%s is not %s", known[i].name, known[i].class->name);
    assert_null(parse(NULL).class);
    assert_null(parse("").class);
    assert_int_equal(((const paint *)parse("mat").args)->coats, 2);
}

static void test_snake_case(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"Dense", "dense"},
                                           {"MaxPooling2D", "max_pooling2d"},
                                           {"GlorotUniform", "glorot_uniform"},
                                           {"PReLU", "p_re_lu"},
                                           {"ReLU", "re_lu"},
                                           {"AUC", "auc"},
                                           {"MeanIoU", "mean_io_u"},
                                           {"L1L2", "l1l2"},
                                           {"RMSprop", "rm_sprop"},
                                           {"", ""}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_string_equal(cn_snake_case(&memory, pairs[i][0]), pairs[i][1]);
}

static void test_record(void **state)
{
    (void)state;
    const paint *read =
        parse(
            "{\"module\": \"keras.paints\", \"class_name\": \"MattPaint\", \"registered_name\": null, \"config\": "
            "{\"name\": \"mine\", \"glossy\": true, \"coats\": 3, \"seed\": null, \"alpha\": 1, \"limit\": 2.5, "
            "\"colour\": null, \"primer\": {\"class_name\": \"OilPaint2D\", \"config\": {\"coats\": 9}}, "
            "\"size\": [4, null], \"stops\": [0.25, 1]}}")
            .args;
    assert_true(read->glossy && read->coats == 3 && read->seed == CN_NONE && read->alpha == 1 &&
                read->limit == 2.5);
    assert_null(read->colour);
    assert_true(read->size[0] == 4 && read->size[1] == CN_NONE && read->size[2] == 0);
    assert_true(read->stops[0] == 0.25 && read->stops[1] == 1 && isnan(read->stops[2]));
    assert_int_equal(((const paint *)parse(read->primer).args)->coats, 9);
}

/* What a record does not say keeps its default; one number stands for a list where that is
 * allowed. */
static void test_short_records(void **state)
{
    (void)state;
    const paint *read = parse("{\"class_name\": \"mat\", \"config\": {\"size\": 7}}").args;
    assert_true(read->coats == 2 && isnan(read->limit) && read->size[0] == 7 && read->size[1] == 0);
    assert_string_equal(read->colour, "white");
    assert_ptr_equal(parse("{\"class_name\": \"OilPaint2D\"}").class, &oil);
    assert_ptr_equal(parse("{\"class_name\": \"function\", \"config\": \"mat\"}").class, &matt);
    assert_string_equal(
        ((const paint *)parse("{\"class_name\": \"mat\", \"config\": {\"primer\": 0.5}}").args)
            ->primer,
        "0.5");
}

/* ---- what is wrong --------------------------------------------------------------------------- */

static void test_mistakes(void **state)
{
    (void)state;
    static const char *const mistakes[][2] = {
        {"mattpaint", "unknown paint \"mattpaint\": did you mean \"matt_paint\"?"},
        {"Plein", "unknown paint \"Plein\": did you mean \"Plain\"?"},
        {"wallpaper!", "unknown paint \"wallpaper!\""},
        {"{", "a paint record is not JSON: line 1"},
        {"{}", "a paint record needs a \"class_name\""},
        {"{\"class_name\": 3}", "a paint record needs a \"class_name\""},
        {"{\"class_name\": \"OilPaint\"}",
         "unknown paint \"OilPaint\": did you mean \"OilPaint2D\"?"},
        {"{\"class_name\": \"mat\", \"config\": []}", "mat: \"config\" must be a JSON object"},
        {"{\"class_name\": \"mat\", \"class_name\": \"mat\"}", "not JSON"},
        {"{\"class_name\": \"mat\", \"config\": {\"coat\": 1}}",
         "mat: MattPaint has no argument \"coat\": did you mean \"coats\"?"},
        {"{\"class_name\": \"mat\", \"config\": {\"zzzzzzzz\": 1}}",
         "mat: MattPaint has no argument \"zzzzzzzz\""},
        {"{\"class_name\": \"mat\", \"config\": {\"coats\": 0}}", "coats must be positive, got 0"},
        {"{\"class_name\": \"mat\", \"config\": {\"coats\": 1.5}}",
         "mat: coats must be an integer"},
        {"{\"class_name\": \"mat\", \"config\": {\"coats\": \"2\"}}",
         "mat: coats must be an integer"},
        {"{\"class_name\": \"mat\", \"config\": {\"coats\": null}}",
         "mat: coats must be given, not null"},
        {"{\"class_name\": \"mat\", \"config\": {\"glossy\": 1}}",
         "mat: glossy must be true or false"},
        {"{\"class_name\": \"mat\", \"config\": {\"alpha\": true}}", "mat: alpha must be a number"},
        {"{\"class_name\": \"mat\", \"config\": {\"colour\": {}}}", "mat: colour must be a string"},
        {"{\"class_name\": \"mat\", \"config\": {\"primer\": []}}",
         "mat: primer must be a name or a record"},
        {"{\"class_name\": \"mat\", \"config\": {\"size\": \"4\"}}",
         "mat: size must be an integer or a list"},
        {"{\"class_name\": \"mat\", \"config\": {\"size\": [1.5]}}",
         "mat: size must be a list of integers"},
        {"{\"class_name\": \"mat\", \"config\": {\"size\": [1,2,3,4,5,6,7,8,9]}}",
         "mat: size must be"},
        {"{\"class_name\": \"mat\", \"config\": {\"stops\": 1}}",
         "mat: stops must be a list of numbers"},
        {"{\"class_name\": \"mat\", \"config\": {\"stops\": [null]}}",
         "mat: stops must be a list of numbers"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        cn_object object;
        cn_clear_error();
        if (cn_object_parse(&paints, mistakes[i][0], &memory, &object) != CN_INVALID)
            fail_msg("%s is accepted", mistakes[i][0]);
        if (strstr(cn_error(), mistakes[i][1]) == NULL)
            fail_msg("%s: the message is \"%s\", expected \"%s\"", mistakes[i][0], cn_error(),
                     mistakes[i][1]);
    }
}

/* As many stops as the list has room for, and one more. */
static void test_long_lists(void **state)
{
    (void)state;
    for (int n = CN_MAX_LIST - 1; n <= CN_MAX_LIST; n++) {
        cn_object object;
        char text[512] = "{\"class_name\": \"mat\", \"config\": {\"stops\": [1";
        for (int i = 1; i < n; i++)
            strcat(text, ", 1");
        strcat(text, "]}}");
        assert_int_equal(cn_object_parse(&paints, text, &memory, &object),
                         n < CN_MAX_LIST ? CN_OK : CN_INVALID);
    }
}

/* Ever deeper records end with a message, not with the stack. */
static void test_deep_json(void **state)
{
    (void)state;
    static const char open[] = "{\"class_name\": \"mat\", \"config\": {\"primer\": ";
    enum { DEPTH = 100000 };
    const size_t bytes = sizeof open - 1;
    char *text = malloc(DEPTH * bytes + 1);
    cn_object object;
    assert_non_null(text);
    for (size_t i = 0; i < DEPTH; i++)
        memcpy(text + i * bytes, open, bytes);
    text[DEPTH * bytes] = '\0';
    assert_int_equal(cn_object_parse(&paints, text, &memory, &object), CN_INVALID);
    assert_non_null(strstr(cn_error(), "not JSON"));
    free(text);
}

/* ---- infinite numbers ------------------------------------------------------------------------ */

static void test_words_for_numbers(void **state)
{
    (void)state;
    const paint *args =
        parse("{\"class_name\": \"mat\", \"config\": {\"alpha\": NaN, \"limit\": "
              "-Infinity, \"colour\": \"Infinity \\\" NaN\", \"stops\": [1, Infinity]}}")
            .args;
    assert_true(isnan(args->alpha));
    assert_true(isinf(args->limit) && args->limit < 0);
    assert_true(isinf(args->stops[1]) && args->stops[1] > 0);
    assert_string_equal(args->colour, "Infinity \" NaN");
    json_t *json = cn_args_json(&matt, args);
    char *text = cn_json_text(json, JSON_COMPACT);
    assert_non_null(strstr(text, "\"alpha\":NaN,"));
    assert_non_null(strstr(text, "\"limit\":-Infinity,"));
    assert_non_null(strstr(text, "\"colour\":\"Infinity \\\" NaN\","));
    assert_non_null(strstr(text, "\"stops\":[1.0,Infinity]"));
    free(text);
    json_decref(json);
}

static void test_words_elsewhere(void **state)
{
    (void)state;
    static const char *const refused[][2] = {
        {"\"coats\": Infinity", "mat: coats must be an integer"},
        {"\"colour\": NaN", "mat: colour must be a string"},
        {"\"limit\": NaN", "mat: limit must be a number or null, not NaN"},
        {"\"stops\": [NaN]", "mat: stops must be a list of numbers"},
        {"\"alpha\": Infinit", "is not JSON: line 1"},
        {"\"alpha\": Infinity1", "is not JSON: line 1"},
        {"\"alpha\": 1NaN", "is not JSON: line 1"},
        {"NaN: 1", "is not JSON: line 1"},
        {"\"alpha\": \"NaN", "is not JSON: line 1"},
        {"\"alpha\": \"\\", "is not JSON: line 1"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char text[128];
        cn_object object;
        (void)snprintf(text, sizeof text, "{\"class_name\": \"mat\", \"config\": {%s}}",
                       refused[i][0]);
        assert_int_equal(cn_object_parse(&paints, text, &memory, &object), CN_INVALID);
        if (strstr(cn_error(), refused[i][1]) == NULL)
            fail_msg("%s: %s", text, cn_error());
        cn_clear_error();
    }
}

/* ---- writing --------------------------------------------------------------------------------- */

static void test_text(void **state)
{
    (void)state;
    paint args = defaults;
    args.size[0] = 3;
    args.limit = 0.1;
    args.primer = "mat";
    assert_string_equal(
        cn_object_text(&matt, &args),
        "{\"module\": \"keras.paints\", \"class_name\": \"MattPaint\", \"config\": {\"glossy\": false, "
        "\"coats\": 2, \"seed\": null, \"alpha\": 0.5, \"limit\": 0.10000000000000001, \"colour\": "
        "\"white\", \"primer\": \"mat\", \"size\": 3, \"stops\": null}, \"registered_name\": null}");
    args.coats = -1;
    assert_null(cn_object_text(&matt, &args));
    assert_string_equal(cn_error(), "coats must be positive, got -1");
}

static void test_round_trip(void **state)
{
    (void)state;
    paint args = {.glossy = true,
                  .coats = INT64_MAX,
                  .seed = -7,
                  .alpha = 1.0 / 3,
                  .limit = 1e-300,
                  .colour = "gr\xc3\xbcn \"\\\n",
                  .primer = "oil_paint2d",
                  .size = {CN_NONE, 2, 3, 4, 5, 6, 7, 8},
                  .stops = {0.1, -0.0, CN_UNSET}};
    const char *text = cn_object_text(&matt, &args);
    assert_non_null(text);
    const cn_object back = parse(text);
    assert_true(cn_fields_equal(fields, &args, back.args));
    assert_string_equal(cn_object_text(&matt, back.args), text);
}

/* ---- the user's own -------------------------------------------------------------------------- */

static void test_registered(void **state)
{
    (void)state;
    static const cn_class own = {"Chalk", "mine", NULL, fields, sizeof(paint), &defaults, NULL};
    static const cn_class other = {"MattPaint",   "mine",    NULL, fields,
                                   sizeof(paint), &defaults, NULL};
    cn_object object;
    assert_int_equal(cn_object_parse(&paints, "chalk", &memory, &object), CN_INVALID);
    cn_clear_error();
    assert_int_equal(cn_class_register("paint", &own), CN_OK);
    assert_int_equal(cn_class_register("paper", &other), CN_OK);
    assert_ptr_equal(parse("chalk").class, &own);
    assert_ptr_equal(parse("MattPaint").class, &matt); /* the other is of another kind */
    assert_int_equal(cn_class_register("paint", &other), CN_OK);
    assert_ptr_equal(parse("MattPaint").class, &other); /* the latest wins */
    cn_clear_session();
    assert_ptr_equal(parse("MattPaint").class, &matt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names, begin, end),
        cmocka_unit_test_setup_teardown(test_snake_case, begin, end),
        cmocka_unit_test_setup_teardown(test_record, begin, end),
        cmocka_unit_test_setup_teardown(test_short_records, begin, end),
        cmocka_unit_test_setup_teardown(test_mistakes, begin, end),
        cmocka_unit_test_setup_teardown(test_long_lists, begin, end),
        cmocka_unit_test_setup_teardown(test_deep_json, begin, end),
        cmocka_unit_test_setup_teardown(test_words_for_numbers, begin, end),
        cmocka_unit_test_setup_teardown(test_words_elsewhere, begin, end),
        cmocka_unit_test_setup_teardown(test_text, begin, end),
        cmocka_unit_test_setup_teardown(test_round_trip, begin, end),
        cmocka_unit_test_setup_teardown(test_registered, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
