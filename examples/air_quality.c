/* Time series: the air of Beijing in an hour and in a day, from the last 24 hours of weather and
 * fine dust (PM2.5). One model for both, whose hours are read by a GRU or by convolutions.
 *
 * To beat "the same as now" for the next hour, the model is drawn so that it need only say what
 * changes: the last hour's value is taken out of the input by an op and added to the answer. */
#include "real_data.h"

enum { HOURS = 24, FEATURES = 13 };
static const double scale = 100, turn = 6.283185307179586; /* micrograms; radians of a day */

struct air {
    cn_array *hours, *now, *next_hour, *next_day; /* [N, 24, 13], [N], [N], [N] */
};

/* ---- the model ------------------------------------------------------------------------------- */

static cn_tensor *read_with_gru(cn_tensor *hours)
{
    return cn_call(cn_gru(32), hours);
}

static cn_tensor *read_with_convolutions(cn_tensor *hours)
{
    return cn_chain(hours, cn_conv1d(32, 5, .activation = "relu"), cn_max_pooling1d(2),
                    cn_conv1d(32, 5, .activation = "relu"), cn_flatten(),
                    cn_dense(32, .activation = "relu"));
}

static cn_model *draw(cn_tensor *read(cn_tensor *hours))
{
    cn_tensor *hours = cn_input({HOURS, FEATURES}, .name = "hours");
    cn_tensor *now = cn_call(cn_flatten(), cn_ops_slice(hours, {0, HOURS - 1, 0}, {CN_NONE, 1, 1}));
    cn_tensor *code = read(hours), *change = cn_call(cn_dense(1), code);
    cn_tensor *next_hour = cn_call(cn_add(.name = "next_hour"), now, change);
    cn_tensor *next_day = cn_call(cn_dense(1, .name = "next_day"), code);
    return cn_model_of(hours, CN_LIST(next_hour, next_day));
}

/* Trains a model, with a learning rate that falls along a cosine; returns the mean errors in test
 * data. */
static cn_scores learn(cn_model *model, const struct air *train, const struct air *test,
                       const char *picture)
{
    const int64_t rounds = epochs(8, 4), steps = (cn_array_dim(train->now, 0) + 127) / 128;
    const char *rate = cn_cosine_decay(0.002, (double)(rounds * steps));
    cn_summary(model);
    cn_compile(model, .optimizer = cn_adam(.learning_rate_schedule = rate),
               .losses = {"mae", "mae"});
    cn_items y = CN_LIST(test->next_hour, test->next_day);
    cn_history *history = cn_fit(model, train->hours, CN_LIST(train->next_hour, train->next_day),
                                 .epochs = rounds, .batch_size = 128,
                                 .validation_data = {.x = test->hours, .ys = y});
    draw_curves(history, picture);
    return cn_evaluate(model, test->hours, y, .verbose = 0);
}

/* ---- the data -------------------------------------------------------------------------------- */

static const char *const columns[] = {"pm25", "DEWP", "TEMP", "PRES", "Iws", "Is", "Ir", "hour"};

/* What is known of each hour, in numbers of about the size of 1: [N, 13]. A missing dust value is
 * the one before, or at the beginning the first one known. */
static cn_array *read_features(const cn_csv *table)
{
    cn_array *column[8], *features = cn_zeros({table->rows, FEATURES});
    for (int i = 0; i < 8; i++)
        column[i] = cn_csv_column(table, columns[i]);
    const cn_csv_text *wind = cn_csv_find_text(table, "cbwd");
    if (cn_failed())
        return NULL;
    int64_t first = 0;
    while (first < table->rows && isnan(cn_array_at(column[0], first)))
        first++;
    double dust = cn_array_at(column[0], first);
    float *to = cn_array_data(features);
    for (int64_t row = 0; row < table->rows; row++, to += FEATURES) {
        if (!isnan(cn_array_at(column[0], row)))
            dust = cn_array_at(column[0], row);
        const double angle = turn * cn_array_at(column[7], row) / 24;
        to[0] = (float)(dust / scale);
        to[1] = (float)(cn_array_at(column[1], row) / 10);
        to[2] = (float)(cn_array_at(column[2], row) / 10);
        to[3] = (float)((cn_array_at(column[3], row) - 1000) / 10);
        for (int i = 4; i < 7; i++)
            to[i] = (float)log1p(cn_array_at(column[i], row));
        to[7] = (float)sin(angle);
        to[8] = (float)cos(angle);
        to[9 + (int)cn_array_at(wind->codes, row)] = 1;
    }
    return features;
}

/* Every window of 24 hours whose next hour and next day were measured. */
static struct air cut_windows(const cn_csv *table)
{
    struct air air = {0};
    cn_array *features = read_features(table), *dust = cn_csv_column(table, "pm25");
    if (cn_failed())
        return air;
    int64_t count = 0, *last = malloc((size_t)table->rows * sizeof *last);
    for (int64_t i = HOURS - 1; last != NULL && i + 24 < table->rows; i++)
        if (!isnan(cn_array_at(dust, i + 1)) && !isnan(cn_array_at(dust, i + 24)))
            last[count++] = i;
    air = (struct air){cn_zeros({count, HOURS, FEATURES}), cn_zeros({count}), cn_zeros({count}),
                       cn_zeros({count})};
    const float *from = cn_array_data(features);
    float *hours = cn_array_data(air.hours), *now = cn_array_data(air.now),
          *next_hour = cn_array_data(air.next_hour), *next_day = cn_array_data(air.next_day);
    for (int64_t i = 0; i < count && !cn_failed(); i++) {
        memcpy(hours + i * HOURS * FEATURES, from + (last[i] - HOURS + 1) * FEATURES,
               HOURS * FEATURES * sizeof *hours);
        now[i] = from[last[i] * FEATURES];
        next_hour[i] = (float)(cn_array_at(dust, last[i] + 1) / scale);
        next_day[i] = (float)(cn_array_at(dust, last[i] + 24) / scale);
    }
    free(last);
    return air;
}

/* The mean error of "the same as now", in micrograms. */
static double guess_same(const cn_array *now, const cn_array *later)
{
    double sum = 0;
    for (int64_t i = 0; i < cn_array_size(now); i++)
        sum += fabs(cn_array_at(now, i) - cn_array_at(later, i));
    return scale * sum / (double)cn_array_size(now);
}

int main(int count, char **words)
{
    if (!begin(count, words, (const char *const[]){"beijing_pm25", NULL}))
        return 2;
    const cn_csv *train_table = cn_load_csv(data_file("beijing_pm25/train.csv"), .missing = "NA");
    const cn_csv *test_table =
        cn_load_csv(data_file("beijing_pm25/test.csv"), .missing = "NA", .like = train_table);
    if (cn_failed())
        return end();
    struct air train = cut_windows(train_table), test = cut_windows(test_table);
    if (cn_failed())
        return end();

    const double same_hour = guess_same(test.now, test.next_hour),
                 same_day = guess_same(test.now, test.next_day);
    cn_scores gru = learn(draw(read_with_gru), &train, &test, "air-gru");
    add_result("GRU: next hour, mean error", scale * cn_score(gru, "next_hour_loss"), same_hour,
               14.5);
    add_result("GRU: next day, mean error", scale * cn_score(gru, "next_day_loss"), same_day, 73);
    cn_scores convolutions = learn(draw(read_with_convolutions), &train, &test, "air-convolutions");
    add_result("convolutions: next hour, mean error",
               scale * cn_score(convolutions, "next_hour_loss"), same_hour, 14.8);
    add_result("convolutions: next day, mean error",
               scale * cn_score(convolutions, "next_day_loss"), same_day, 76);
    return end();
}
