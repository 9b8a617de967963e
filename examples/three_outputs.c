/* Three outputs with a loss and a weight each, given by the names of the layers that make them.
 *
 * The Adult census tells age, income and gender from the other columns: categories, which are read
 * as a sentence of seven words by an Embedding and a convolution, and numbers beside them. Reviews
 * of clothes tell rating, department and whether the article is recommended, from the text alone.
 */
#include "real_data.h"

enum { CATEGORIES = 7, NUMBERS = 4, REVIEW = 100, DEPARTMENTS = 6, MOST_WORDS = 8000 };

/* ---- census: the model ----------------------------------------------------------------------- */

struct people {
    cn_array *categories, *numbers, *age, *income, *gender;
};

static cn_model *draw_census(int64_t words)
{
    cn_tensor *categories = cn_input({CATEGORIES}, .dtype = "int32", .name = "categories");
    cn_tensor *numbers = cn_input({NUMBERS}, .name = "numbers");
    cn_tensor *read = cn_chain(categories, cn_embedding(words, 16),
                               cn_conv1d(64, 3, .padding = "same", .activation = "relu"),
                               cn_flatten());
    cn_tensor *x =
        cn_chain(cn_call(cn_concatenate(), read, numbers), cn_dense(64, .activation = "relu"));
    cn_tensor *age = cn_call(cn_dense(1, .name = "age"), x);
    cn_tensor *income = cn_call(cn_dense(1, .activation = "sigmoid", .name = "income"), x);
    cn_tensor *gender = cn_call(cn_dense(1, .activation = "sigmoid", .name = "gender"), x);
    return cn_model_of(CN_LIST(categories, numbers), CN_LIST(age, income, gender));
}

/* The weight brings the error in years, about 8, to the size of the other losses. */
static void learn_census(cn_model *model, const struct people *train, const struct people *test)
{
    cn_summary(model);
    cn_compile(model, .optimizer = cn_adam(0.002),
               .outputs = {
                   {"age", .loss = "mae", .loss_weight = 0.1, .metrics = {"mae"}},
                   {"income", .loss = "binary_crossentropy", .metrics = {"accuracy"}},
                   {"gender", .loss = "binary_crossentropy", .metrics = {"accuracy"}},
               });
    cn_items x = CN_LIST(test->categories, test->numbers);
    cn_items y = CN_DICT({"gender", test->gender}, {"age", test->age}, {"income", test->income});
    cn_history *history =
        cn_fit(model, CN_LIST(train->categories, train->numbers),
               CN_DICT({"age", train->age}, {"income", train->income}, {"gender", train->gender}),
               .epochs = epochs(10, 2), .batch_size = 128, .validation_data = {.xs = x, .ys = y});
    draw_curves(history, "census");
    cn_scores scores = cn_evaluate(model, x, y, .verbose = 0);
    add_result("census: age, mean error in years", cn_score(scores, "age_mae"),
               guess_number(train->age, test->age), 8.2);
    add_result("census: income, accuracy", cn_score(scores, "income_accuracy"),
               guess_class(train->income, test->income), 0.83);
    add_result("census: gender, accuracy", cn_score(scores, "gender_accuracy"),
               guess_class(train->gender, test->gender), 0.82);
}

/* ---- census: the data ------------------------------------------------------------------------ */

static const char *const category_names[CATEGORIES] = {
    "workclass",    "education", "marital_status", "occupation",
    "relationship", "race",      "native_country"};

/* Each column's words get numbers of their own: the codes of the first column, then those of the
 * second. Returns the array [N, 7], and how many words there are. */
static cn_array *read_categories(const cn_csv *table, int64_t *words)
{
    cn_array *categories = cn_zeros({table->rows, CATEGORIES}, .dtype = CN_INT32);
    *words = 0;
    for (int column = 0; column < CATEGORIES; column++) {
        const cn_csv_text *text = cn_csv_find_text(table, category_names[column]);
        if (cn_failed())
            return NULL;
        int32_t *to = cn_array_data(categories);
        for (int64_t row = 0; row < table->rows; row++)
            to[row * CATEGORIES + column] = (int32_t)(*words + cn_array_at(text->codes, row));
        *words += text->vocabulary_size;
    }
    return categories;
}

/* Numbers of about the size of 1, the gains by their logarithm: [N, 4]. */
static cn_array *read_numbers(const cn_csv *table)
{
    cn_array *columns[NUMBERS] = {
        cn_csv_column(table, "education_num"), cn_csv_column(table, "hours_per_week"),
        cn_csv_column(table, "capital_gain"), cn_csv_column(table, "capital_loss")};
    cn_array *numbers = cn_zeros({table->rows, NUMBERS});
    if (cn_failed())
        return NULL;
    float *to = cn_array_data(numbers);
    for (int64_t row = 0; row < table->rows; row++, to += NUMBERS) {
        to[0] = (float)(cn_array_at(columns[0], row) / 10);
        to[1] = (float)(cn_array_at(columns[1], row) / 40);
        to[2] = (float)(log1p(cn_array_at(columns[2], row)) / 10);
        to[3] = (float)(log1p(cn_array_at(columns[3], row)) / 10);
    }
    return numbers;
}

static struct people read_people(const cn_csv *table, int64_t *words)
{
    if (table == NULL)
        return (struct people){0};
    return (struct people){.categories = read_categories(table, words),
                           .numbers = read_numbers(table),
                           .age = cn_csv_column(table, "age"),
                           .income = cn_csv_column(table, "income"),
                           .gender = cn_csv_column(table, "sex")};
}

static void census(void)
{
    int64_t words = 0;
    const cn_csv *train_table = cn_load_csv(data_file("adult_census/train.csv"));
    const cn_csv *test_table = cn_load_csv(data_file("adult_census/test.csv"), .like = train_table);
    struct people train = read_people(train_table, &words), test = read_people(test_table, &words);
    if (!cn_failed())
        learn_census(draw_census(words), &train, &test);
}

/* ---- reviews --------------------------------------------------------------------------------- */

struct reviews {
    cn_array *words, *rating, *department, *recommended;
};

static cn_model *draw_reviews(int64_t vocabulary_size)
{
    cn_tensor *words = cn_input({REVIEW}, .dtype = "int32", .name = "words");
    cn_tensor *x = cn_chain(words, cn_embedding(vocabulary_size, 32),
                            cn_conv1d(64, 5, .activation = "relu"), cn_global_max_pooling1d(),
                            cn_dense(64, .activation = "relu"));
    cn_tensor *rating = cn_call(cn_dense(1, .name = "rating"), x);
    cn_tensor *department =
        cn_call(cn_dense(DEPARTMENTS, .activation = "softmax", .name = "department"), x);
    cn_tensor *recommended =
        cn_call(cn_dense(1, .activation = "sigmoid", .name = "recommended"), x);
    return cn_model_of(words, CN_LIST(rating, department, recommended));
}

static void learn_reviews(cn_model *model, const struct reviews *train, const struct reviews *test)
{
    cn_summary(model);
    cn_compile(
        model, .optimizer = "adam",
        .outputs = {
            {"rating", .loss = "mae", .metrics = {"mae"}},
            {"department", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}},
            {"recommended", .loss = "binary_crossentropy", .metrics = {"accuracy"}},
        });
    cn_items y = CN_LIST(test->rating, test->department, test->recommended);
    cn_history *history = cn_fit(
        model, train->words, CN_LIST(train->rating, train->department, train->recommended),
        .epochs = epochs(6, 3), .batch_size = 64, .validation_data = {.x = test->words, .ys = y});
    draw_curves(history, "reviews");
    cn_scores scores = cn_evaluate(model, test->words, y, .verbose = 0);
    add_result("reviews: rating, mean error", cn_score(scores, "rating_mae"),
               guess_number(train->rating, test->rating), 0.65);
    add_result("reviews: department, accuracy", cn_score(scores, "department_accuracy"),
               guess_class(train->department, test->department), 0.79);
    add_result("reviews: recommended, accuracy", cn_score(scores, "recommended_accuracy"),
               guess_class(train->recommended, test->recommended), 0.86);
}

static struct reviews read_reviews(const cn_csv *table, const cn_vocabulary *vocabulary)
{
    return (struct reviews){
        .words =
            cn_vectorize(vocabulary, cn_csv_texts(table, "text"), .output_sequence_length = REVIEW),
        .rating = cn_csv_column(table, "rating"),
        .department = cn_csv_column(table, "department"),
        .recommended = cn_csv_column(table, "recommended"),
    };
}

static void reviews(void)
{
    const cn_csv *train_table = cn_load_csv(data_file("clothing_reviews/train.tsv"),
                                            .separator = '\t', .quote = 0, .free_text = {"text"});
    const cn_csv *test_table = cn_load_csv(data_file("clothing_reviews/test.tsv"),
                                           .separator = '\t', .quote = 0, .like = train_table);
    if (cn_failed())
        return;
    const cn_vocabulary *vocabulary =
        cn_vocabulary_of(cn_csv_texts(train_table, "text"), .max_tokens = MOST_WORDS);
    struct reviews train = read_reviews(train_table, vocabulary),
                   test = read_reviews(test_table, vocabulary);
    learn_reviews(draw_reviews(cn_vocabulary_size(vocabulary)), &train, &test);
}

int main(int count, char **words)
{
    if (!begin(count, words, (const char *const[]){"adult_census", "clothing_reviews", NULL}))
        return 2;
    census();
    reviews();
    return end();
}
