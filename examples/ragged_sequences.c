/* Sequences of different lengths, without padding them by hand: which visits to a shop end with an
 * order, from the pages that were seen, and which steps of a machine's record are faults. */
#include <math.h>

#include "check.h"

enum { VISITS = 1200, TESTS = 200, MOST_PAGES = 40 };
enum { HOME = 1, SEARCH, PRODUCT, REVIEWS, CART, HELP, RETURNS, PAGES }; /* 0 is padding */

/* A small random generator, so that the example is the same everywhere. */
static uint32_t next_random(void)
{
    static uint32_t state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

/* ---- visits: int32 [length] -> one answer ---------------------------------------------------- */

/* Visitors who look into the cart and at reviews more often than at help and returns order. */
static cn_sequences *make_visits(float *orders)
{
    cn_sequences *visits = cn_sequences_new(CN_INT32, NULL, 0);
    for (int i = 0; i < VISITS; i++) {
        int32_t pages[MOST_PAGES];
        int64_t length = 3 + next_random() % (MOST_PAGES - 2);
        int interest = 0;
        for (int64_t t = 0; t < length; t++) {
            pages[t] = HOME + (int32_t)(next_random() % (PAGES - HOME));
            interest += pages[t] == CART || pages[t] == REVIEWS;
            interest -= pages[t] == HELP || pages[t] == RETURNS;
        }
        orders[i] = interest > 0;
        cn_sequences_append(visits, pages, length);
    }
    return visits;
}

static void predict_orders(void)
{
    static float orders[VISITS];
    cn_sequences *visits = make_visits(orders);
    cn_array *y = cn_array_view(CN_FLOAT32, (int64_t[]){VISITS, 1}, 2, orders);

    cn_tensor *x = cn_input({CN_NONE}, .dtype = "int32", .name = "pages");
    cn_model *model = cn_model_of(x, cn_chain(x, cn_embedding(PAGES, 4),
                                              cn_global_average_pooling1d(), /* of the pages seen */
                                              cn_dense(1, .activation = "sigmoid")));
    cn_compile(model, .optimizer = cn_adam(0.02), .loss = "binary_crossentropy",
               .metrics = {"accuracy"});
    cn_history *history = cn_fit(model, visits, y, .epochs = 15, .batch_size = 32, .verbose = 0,
                                 .validation_split = (double)TESTS / VISITS);
    const double accuracy = cn_history_value(history, "val_accuracy", -1);
    printf("orders: %.0f of %d visits that it has not seen are told right\n", accuracy * TESTS,
           TESTS);
    check(accuracy > 0.85, "orders are learned from pages");

    /* Predictions come in the order of the visits, each as if it were alone. */
    cn_array *all = cn_predict(model, visits);
    cn_array *third = cn_array_reshape(cn_sequences_at(visits, 2),
                                       (int64_t[]){1, cn_sequences_length(visits, 2)}, 2);
    cn_array *alone = cn_predict(model, third);
    check(fabs(cn_array_at(all, 2) - cn_array_at(alone, 0)) < 1e-5, "batches change nothing");
}

/* ---- records: float32 [length, 2] -> an answer for each step --------------------------------- */

enum { RECORDS = 300 };

/* A step is a fault if heat and noise are high together. */
static void make_records(cn_sequences *records, cn_sequences *faults)
{
    for (int i = 0; i < RECORDS; i++) {
        float steps[MOST_PAGES][2], fault[MOST_PAGES];
        const int64_t length = 1 + next_random() % MOST_PAGES;
        for (int64_t t = 0; t < length; t++) {
            steps[t][0] = (float)(next_random() % 1000) / 1000;
            steps[t][1] = (float)(next_random() % 1000) / 1000;
            fault[t] = steps[t][0] + steps[t][1] > 1.2f;
        }
        cn_sequences_append(records, steps, length);
        cn_sequences_append(faults, fault, length);
    }
}

static void find_faults(void)
{
    cn_sequences *records = cn_sequences_new(CN_FLOAT32, (int64_t[]){2}, 1);
    cn_sequences *faults = cn_sequences_new(CN_FLOAT32, NULL, 0); /* a number for each step */
    make_records(records, faults);

    cn_tensor *x = cn_input({CN_NONE, 2}, .name = "record");
    cn_model *model = cn_model_of(
        x, cn_chain(x, cn_dense(8, .activation = "relu"), cn_dense(1, .activation = "sigmoid")));
    cn_compile(model, .optimizer = cn_adam(0.02), .loss = "binary_crossentropy",
               .metrics = {"binary_accuracy"});
    cn_fit(model, records, faults, .epochs = 25, .batch_size = 16, .verbose = 0);
    cn_scores scores = cn_evaluate(model, records, faults);
    printf("faults: %.1f %% of the steps are told right\n",
           100 * cn_score(scores, "binary_accuracy"));
    check(cn_score(scores, "binary_accuracy") > 0.95, "padding does not count");

    cn_array *steps = cn_predict(model, records); /* [RECORDS, the longest, 1] */
    const int64_t length = cn_sequences_length(records, 0), longest = cn_array_dim(steps, 1);
    for (int64_t t = length; t < longest; t++)
        check(cn_array_at(steps, t) == 0, "there is nothing behind the end of a record");
}

int main(void)
{
    cn_set_random_seed(4);
    predict_orders();
    find_faults();
    return finish();
}
