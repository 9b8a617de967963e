/* CSV: numbers, texts, quotes, headers, round trips; and every message about a bad file. */
#include "data/testing.h"

#include <locale.h>
#include <math.h>

static const char people[] = "age,sex,hours,city\n"
                             "39,Male,40.5,Paris\n"
                             "28,Female,38,\"Washington, DC\"\n"
                             "50,Male,-1e2,\"the \"\"big\"\" city\"\n";

static const char *text_file(const char *text)
{
    return test_write("table.csv", text, strlen(text));
}

static void numbers_and_texts_are_told_apart(void **state)
{
    (void)state;
    const double numbers[] = {39, 40.5, 28, 38, 50, -100}, sexes[] = {1, 0, 1},
                 cities[] = {0, 1, 2};
    cn_csv *table = cn_load_csv(text_file(people));
    assert_int_equal(table->rows, 3);
    assert_int_equal(table->number_count, 2);
    assert_string_equal(table->number_names[0], "age");
    assert_string_equal(table->number_names[1], "hours");
    assert_elements(table->numbers, numbers, 6);
    assert_int_equal(cn_array_dtype(table->numbers), CN_FLOAT32);
    assert_int_equal(table->text_count, 2);
    assert_string_equal(table->texts[0].name, "sex");
    assert_int_equal(table->texts[0].vocabulary_size, 2);
    assert_string_equal(table->texts[0].vocabulary[0], "Female");
    assert_elements(table->texts[0].codes, sexes, 3);
    assert_elements(table->texts[1].codes, cities, 3);
    assert_string_equal(table->texts[1].vocabulary[1], "Washington, DC");
    assert_string_equal(table->texts[1].vocabulary[2], "the \"big\" city");
    cn_csv_free(table);
    cn_csv_free(NULL);
}

static void columns_can_be_taken_out(void **state)
{
    (void)state;
    const double hours[] = {40.5, 38, -100}, sexes[] = {1, 0, 1};
    cn_csv *table = cn_load_csv(text_file(people), .dtype = CN_FLOAT64);
    cn_array *column = cn_csv_column(table, "hours");
    assert_elements(column, hours, 3);
    assert_int_equal(cn_array_rank(column), 1);
    assert_elements(cn_csv_column(table, "sex"), sexes, 3);
    assert_int_equal(cn_csv_find_text(table, "city")->vocabulary_size, 3);
    assert_null(cn_csv_column(table, "wage"));
    assert_error("cn_csv_column: the table has no column 'wage'");
    assert_null(cn_csv_find_text(table, "age"));
    assert_error("cn_csv_find_text: the table has no column of text called 'age'");
    assert_null(cn_csv_column(NULL, "age"));
    assert_error("cn_csv_column: a table and a name were expected, not NULL");
}

static void columns_can_be_chosen(void **state)
{
    (void)state;
    const double numbers[] = {40.5, 39, 38, 28, -100, 50};
    cn_csv *table = cn_load_csv(text_file(people), .columns = {"hours", "sex", "age"});
    assert_elements(table->numbers, numbers, 6);
    assert_int_equal(table->text_count, 1);
    assert_null(cn_load_csv(text_file(people), .columns = {"hour"}));
    assert_error("cn_load_csv: %s: has no column 'hour'; it has 4, from 'age' to 'city'",
                 test_path("table.csv"));
    assert_null(cn_load_csv(text_file("a,b,a\n1,2,3\n"), .columns = {"a"}));
    assert_error("cn_load_csv: %s: two columns are called 'a'", test_path("table.csv"));
    table = cn_load_csv(text_file("zip,n\n01234,5\n"), .text = {"zip"});
    assert_string_equal(table->texts[0].vocabulary[0], "01234");
    assert_null(cn_load_csv(text_file(people), .text = {"zip"}));
    assert_error("cn_load_csv: %s: has no column 'zip'; it has 4, from 'age' to 'city'",
                 test_path("table.csv"));
}

static void headers_are_found_or_told(void **state)
{
    (void)state;
    const double numbers[] = {1, 2, 3, 4};
    cn_csv *table = cn_load_csv(text_file("1,2\n3,4\n"));
    assert_elements(table->numbers, numbers, 4);
    assert_string_equal(table->number_names[1], "1");
    table = cn_load_csv(text_file("1999,2000\n1,2\n3,4\n"), .header = 1);
    assert_elements(table->numbers, numbers, 4);
    assert_string_equal(table->number_names[0], "1999");
    table = cn_load_csv(text_file("a,b\nc,d\n"), .header = 0);
    assert_int_equal(table->rows, 2);
    table = cn_load_csv(text_file("# made by hand\n# twice\nx;y\n1;2\n3;4"), .skip_rows = 2,
                        .separator = ';');
    assert_elements(table->numbers, numbers, 4);
    assert_string_equal(table->number_names[1], "y");
}

static void line_ends_blanks_and_marks_do_not_matter(void **state)
{
    (void)state;
    const double numbers[] = {1, 2, 3, 4};
    cn_csv *table = cn_load_csv(text_file("\xEF\xBB\xBFx,y\r\n\r\n 1 ,2\r\n\n3,\t4 \r\n"));
    assert_elements(table->numbers, numbers, 4);
    assert_string_equal(table->number_names[0], "x");
    table = cn_load_csv(text_file("t\n\"two\nlines\"\n\"\"\n"));
    assert_int_equal(table->rows, 2);
    assert_string_equal(table->texts[0].vocabulary[0], "");
    assert_string_equal(table->texts[0].vocabulary[1], "two\nlines");
    table =
        cn_load_csv(text_file("t\tn\n\"quoted\t1\n5'8\" tall\t2\n"), .separator = '\t', .quote = 0);
    assert_string_equal(table->texts[0].vocabulary[0], "\"quoted");
    assert_string_equal(table->texts[0].vocabulary[1], "5'8\" tall");
}

static void missing_numbers_can_be_nan(void **state)
{
    (void)state;
    const char *path = text_file("x,y\nNA,1\n2,\n3,NA\n");
    cn_csv *table = cn_load_csv(path, .missing = "NA");
    assert_int_equal(table->number_count, 2);
    assert_true(isnan(cn_array_at(table->numbers, 0)));
    assert_true(cn_array_at(table->numbers, 2) == 2);
    assert_true(isnan(cn_array_at(table->numbers, 3)));
    assert_true(isnan(cn_array_at(table->numbers, 5)));
    assert_null(cn_load_csv(path, .missing = "NA", .dtype = CN_INT32));
    assert_error("cn_load_csv: %s: missing numbers become NaN, which int32 cannot hold", path);
    assert_null(cn_load_csv(text_file("x,y\n,1\n2,\n")));
    assert_error(
        "cn_load_csv: %s: line 2, column 1 ('x'): a number was expected (.missing would make it NaN), "
        "found ''",
        test_path("table.csv"));
    table = cn_load_csv(text_file("x,y\n,1\n,2\n"), .missing = "");
    assert_int_equal(table->number_count, 2);
    table = cn_load_csv(text_file("x,y\n,1\n,2\n"));
    assert_int_equal(table->text_count, 1);
}

static void a_later_table_can_be_like_an_earlier_one(void **state)
{
    (void)state;
    const double sexes[] = {1, 1}, numbers[] = {7, 20};
    cn_csv *train =
        cn_load_csv(text_file(people), .columns = {"sex", "hours"}, .dtype = CN_FLOAT64);
    cn_csv *test = cn_load_csv(text_file("hours,sex\n7,Male\n20,Male\n"), .like = train);
    assert_elements(cn_csv_column(test, "sex"), sexes, 2);
    assert_elements(test->numbers, numbers, 2);
    assert_int_equal(cn_array_dtype(test->numbers), CN_FLOAT64);
    assert_int_equal(test->texts[0].vocabulary_size, 2);
    assert_null(cn_load_csv(text_file("hours,sex\n7,Male\n20,Femal\n"), .like = train));
    assert_error(
        "cn_load_csv: %s: line 3, column 2 ('sex'): a text of the earlier table's vocabulary was expected, "
        "found 'Femal'",
        test_path("table.csv"));
    assert_null(cn_load_csv(text_file("hours\n7\n"), .like = train));
    assert_error("cn_load_csv: %s: has no column 'sex'; it has 1, from 'hours' to 'hours'",
                 test_path("table.csv"));
    assert_null(cn_load_csv(text_file("hours\n7\n"), .like = train, .columns = {"hours"}));
    assert_error("cn_load_csv: %s: .like already says which columns there are and which are text",
                 test_path("table.csv"));
}

static void bad_files_are_named_by_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "has no rows"},
        {"\n\n\n", "has no rows"},
        {"x,y\n", "has no rows of data"},
        {"x,y\n1,2\n\n3\n", "line 4: 2 fields were expected as in the first row, found 1"},
        {"x,y\n1,2,3\n", "line 2: 2 fields were expected as in the first row, found 3"},
        {"x,y\n1,2\n3,four\n", "line 3, column 2 ('y'): a number was expected, found 'four'"},
        {"x,y\n1,2\n3,1.2.3\n", "line 3, column 2 ('y'): a number was expected, found '1.2.3'"},
        {"x,y\n1,2\n3,0x10\n", "line 3, column 2 ('y'): a number was expected, found '0x10'"},
        {"x,y\n1,2\n3,1e\n", "line 3, column 2 ('y'): a number was expected, found '1e'"},
        {"x,y\n1,2\n3,1e60\n",
         "line 3, column 2 ('y'): a number that float32 can hold was expected, found '1e60'"},
        {"x,y\n1,\"two\nlines", "line 2, column 2: a quote opens here and never closes"},
        {"x,y\n1,\"a\"b\n",
         "line 2, column 2: 'b' behind a closing quote, a separator was expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = text_file(cases[i].text);
        assert_null(cn_load_csv(path));
        assert_error("cn_load_csv: %s: %s", path, cases[i].message);
    }
    const char *path = test_write("zero.csv", "x,y\n1,\0\n", 8);
    assert_null(cn_load_csv(path));
    assert_error("cn_load_csv: %s: byte 6 is 0; a text was expected", path);
    assert_null(cn_load_csv("/nowhere.csv"));
    assert_error("cn_load_csv: /nowhere.csv: cannot be read: No such file or directory");
    assert_null(cn_load_csv(path, .separator = '"'));
    assert_error("cn_load_csv: %s: the separator must be a character other than quote and line end",
                 path);
}

static void integers_are_exact_or_refused(void **state)
{
    (void)state;
    const double numbers[] = {0, 255};
    assert_elements(cn_load_csv(text_file("x\n0\n255\n"), .dtype = CN_UINT8)->numbers, numbers, 2);
    static const struct {
        const char *text, *found;
        cn_dtype dtype;
    } cases[] = {{"x\n256\n", "uint8 can hold was expected, found '256'", CN_UINT8},
                 {"x\n0.5\n", "int32 can hold was expected, found '0.5'", CN_INT32},
                 {"x\nnan\n", "int64 can hold was expected, found 'nan'", CN_INT64},
                 {"x\n9007199254740993\n", "int64 can hold was expected, found '9007199254740993'",
                  CN_INT64},
                 {"x\n2\n", "bool can hold was expected, found '2'", CN_BOOL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_null(cn_load_csv(text_file(cases[i].text), .dtype = cases[i].dtype));
        assert_error("cn_load_csv: %s: line 2, column 1 ('x'): a number that %s",
                     test_path("table.csv"), cases[i].found);
    }
}

static void arrays_make_the_round_trip(void **state)
{
    (void)state;
    for (int dtype = CN_FLOAT32; dtype <= CN_FLOAT64; dtype++) {
        cn_array *x = cn_array_cast(cn_random_normal({100, 3}, .stddev = 1e10), (cn_dtype)dtype);
        assert_int_equal(CN_OK,
                         cn_save_csv(test_path("trip.csv"), x, .names = {"a", "b, \"c\"", "d"}));
        cn_csv *back = cn_load_csv(test_path("trip.csv"), .dtype = (cn_dtype)dtype);
        assert_string_equal(back->number_names[1], "b, \"c\"");
        assert_memory_equal(cn_array_data(back->numbers), cn_array_data(x),
                            300 * cn_dtype_size((cn_dtype)dtype));
    }
    cn_array *large = cn_array_new(CN_INT64, (int64_t[]){2}, 1, (int64_t[]){INT64_MAX, -1});
    size_t length = 0;
    assert_int_equal(CN_OK, cn_save_csv(test_path("large.csv"), large));
    unsigned char *text = test_read(test_path("large.csv"), &length);
    assert_string_equal((char *)text, "9223372036854775807\n-1\n");
    free(text);
}

static void saving_refuses_what_it_cannot_save(void **state)
{
    (void)state;
    assert_int_not_equal(CN_OK,
                         cn_save_csv(test_path("x.csv"), cn_zeros({2, 3}), .names = {"a", "b"}));
    assert_error("cn_save_csv: 3 names were expected, one for each column, found 2");
    assert_int_not_equal(CN_OK, cn_save_csv(test_path("x.csv"), cn_zeros({2, 3, 4})));
    assert_error("cn_save_csv: shape (rows, columns) or (rows,) was expected, not (2, 3, 4)");
    assert_int_not_equal(CN_OK, cn_save_csv("/nowhere/x.csv", cn_zeros({2})));
    assert_error(
        "cn_save_csv: /nowhere/x.csv: no file can be made in this folder: No such file or directory");
}

/* In a locale where numbers have a decimal comma, files still have points. */
static void the_locale_does_not_matter(void **state)
{
    (void)state;
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL && setlocale(LC_NUMERIC, "de_DE") == NULL)
        skip();
    const double expected[] = {1.25, 0.1234567890123456789};
    cn_csv *table = cn_load_csv(text_file("1.25\n0.1234567890123456789\n"), .dtype = CN_FLOAT64);
    assert_elements(table->numbers, expected, 2);
    assert_int_equal(CN_OK, cn_save_csv(test_path("point.csv"), table->numbers));
    assert_elements(cn_load_csv(test_path("point.csv"), .dtype = CN_FLOAT64)->numbers, expected, 2);
    (void)setlocale(LC_NUMERIC, "C");
}

static bool load(const char *path)
{
    cn_csv *table = cn_load_csv(path, .missing = "NA");
    cn_csv_free(table);
    return table != NULL;
}

/* Almost every text is some table, so a cut file may be one too: only damage inside is tried. */
static void damaged_files_do_no_harm(void **state)
{
    (void)state;
    char text[sizeof people];
    for (size_t i = 0; i < sizeof people - 1; i++)
        for (const char *put = ",\"\n\r;9x\x80"; *put != '\0'; put++) {
            memcpy(text, people, sizeof people);
            text[i] = *put;
            bool changed = load(text_file(text));
            assert_int_equal(changed, !cn_failed());
            cn_clear_error();
            bool cut = load(test_write("cut.csv", text, i));
            assert_int_equal(cut, !cn_failed());
            cn_clear_error();
        }
}

static void free_texts_are_kept_as_they_are(void **state)
{
    (void)state;
    static const char train[] = "story\tquestion\tanswer\n"
                                "\"Hi\", she said.\tWho?\tshe\nHe left.\tWho?\the\n",
                      test[] = "answer\tstory\tquestion\nhe\tSomething new.\t\n";
    const double answers[] = {1, 0}, test_answers[] = {0};
    cn_csv *table = cn_load_csv(text_file(train), .separator = '\t', .quote = 0,
                                .free_text = {"question", "story"});
    const cn_texts stories = cn_csv_texts(table, "story"), who = cn_csv_texts(table, "question");
    assert_int_equal(stories.count, 2);
    assert_string_equal(stories.items[0], "\"Hi\", she said.");
    assert_string_equal(stories.items[1], "He left.");
    assert_string_equal(who.items[1], "Who?");
    assert_elements(cn_csv_column(table, "answer"), answers, 2);

    cn_csv *later = cn_load_csv(text_file(test), .separator = '\t', .quote = 0, .like = table);
    assert_string_equal(cn_csv_texts(later, "story").items[0], "Something new.");
    assert_string_equal(cn_csv_texts(later, "question").items[0], "");
    assert_elements(cn_csv_column(later, "answer"), test_answers, 1);
    assert_int_equal(cn_csv_texts(table, "answer").count, 0);
    assert_error("cn_csv_texts: the table has no column of free text called 'answer'; cn_load_csv "
                 "takes such columns as .free_text");

    cn_csv *quoted = cn_load_csv(text_file("t\n\"a \"\"b\"\"\"\n"), .free_text = {"t"});
    assert_string_equal(cn_csv_texts(quoted, "t").items[0], "a \"b\"");
}

static bool load_and_save(void)
{
    cn_csv *table = cn_load_csv(test_path("table.csv"));
    if (table == NULL)
        return false;
    return cn_load_csv(test_path("table.csv"), .like = table) != NULL &&
           cn_load_csv(test_path("table.csv"), .free_text = {"city"}) != NULL &&
           cn_save_csv(test_path("saved.csv"), table->numbers) == CN_OK &&
           cn_csv_column(table, "age") != NULL && cn_csv_column(table, "sex") != NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    (void)text_file(people);
    test_fail_allocations(load_and_save);
}

static void large_vocabularies_stay_in_order(void **state)
{
    (void)state;
    enum { ROWS = 5000 };
    char *text = malloc(ROWS * 16), *at = text;
    for (int i = 0; i < ROWS; i++)
        at += sprintf(at, "w%04d\n", i * 7919 % ROWS);
    cn_csv *table = cn_load_csv(test_write("words.csv", text, (size_t)(at - text)), .header = 0);
    assert_int_equal(table->texts[0].vocabulary_size, ROWS);
    for (int i = 0; i < ROWS; i++)
        assert_true(cn_array_at(table->texts[0].codes, i) == i * 7919 % ROWS);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(numbers_and_texts_are_told_apart, test_forget),
        cmocka_unit_test_teardown(columns_can_be_taken_out, test_forget),
        cmocka_unit_test_teardown(columns_can_be_chosen, test_forget),
        cmocka_unit_test_teardown(headers_are_found_or_told, test_forget),
        cmocka_unit_test_teardown(line_ends_blanks_and_marks_do_not_matter, test_forget),
        cmocka_unit_test_teardown(missing_numbers_can_be_nan, test_forget),
        cmocka_unit_test_teardown(a_later_table_can_be_like_an_earlier_one, test_forget),
        cmocka_unit_test_teardown(bad_files_are_named_by_line_and_column, test_forget),
        cmocka_unit_test_teardown(integers_are_exact_or_refused, test_forget),
        cmocka_unit_test_teardown(arrays_make_the_round_trip, test_forget),
        cmocka_unit_test_teardown(saving_refuses_what_it_cannot_save, test_forget),
        cmocka_unit_test_teardown(the_locale_does_not_matter, test_forget),
        cmocka_unit_test_teardown(damaged_files_do_no_harm, test_forget),
        cmocka_unit_test_teardown(free_texts_are_kept_as_they_are, test_forget),
        cmocka_unit_test_teardown(every_allocation_may_fail, test_forget),
        cmocka_unit_test_teardown(large_vocabularies_stay_in_order, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
