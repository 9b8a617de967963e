/* One model, several threads that predict with it at once: a built model is only read. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "check.h"

enum { THREADS = 4, ROWS = 64, FEATURES = 20, CLASSES = 3, ROUNDS = 200 };

struct task {
    cn_model *model;
    const float *x;        /* [ROWS, FEATURES] */
    const float *expected; /* [ROWS, CLASSES] */
    int wrong;
    cn_status status;
};

/* Errors belong to the thread that makes them, so each thread looks for its own. */
static void *work(void *argument)
{
    struct task *task = argument;
    float out[ROWS * CLASSES];
    for (int round = 0; round < ROUNDS; round++) {
        int64_t rows = 1 + round % ROWS; /* batches of any size, all at the same time */
        cn_predict_into(task->model, task->x, rows, out);
        for (int64_t i = 0; i < rows * CLASSES; i++)
            task->wrong += !(fabsf(out[i] - task->expected[i]) < 1e-6f);
    }
    task->status = cn_error_status();
    return NULL;
}

int main(void)
{
    cn_set_random_seed(9);
    cn_tensor *input = cn_input({FEATURES});
    cn_model *model = cn_model_of(input, cn_chain(input, cn_dense(32, .activation = "relu"),
                                                  cn_dense(CLASSES, .activation = "softmax")));
    cn_array *x = cn_random_normal({THREADS * ROWS, FEATURES});
    cn_array *y = cn_predict(model, x);
    if (cn_failed())
        return finish();

    pthread_t threads[THREADS];
    struct task tasks[THREADS];
    for (int i = 0; i < THREADS; i++) {
        tasks[i] = (struct task){
            .model = model,
            .x = (const float *)cn_array_data(x) + i * ROWS * FEATURES,
            .expected = (const float *)cn_array_data(y) + i * ROWS * CLASSES,
        };
        if (pthread_create(&threads[i], NULL, work, &tasks[i]) != 0)
            return 1;
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        check(tasks[i].status == CN_OK, "no thread failed");
        check(tasks[i].wrong == 0, "every thread got what one alone gets");
    }
    printf("%d threads, %d predictions each, all equal to those of one thread\n", THREADS, ROUNDS);
    return finish();
}
