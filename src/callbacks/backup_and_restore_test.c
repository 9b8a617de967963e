/* BackupAndRestore: trainings that are killed and started again end with the same bits. */
#include "callbacks/testing.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "cornu/normalization.h"
#include "cornu/saving.h"

enum { SAMPLES = 24, BATCH = 4, BATCHES = 5, EPOCHS = 4 };

/* ---- a training with everything that could differ -------------------------------------------- */

static double falling(int64_t epoch, double rate, void *data)
{
    (void)data;
    return epoch == 0 ? rate : rate * 0.9;
}

static cn_model *make_model(void)
{
    cn_set_random_seed(7);
    cn_tensor *x = cn_input({3});
    cn_tensor *h = cn_call(cn_dense(8, .activation = "relu"), x);
    h = cn_call(cn_batch_normalization(), h);
    h = cn_call(cn_dropout(0.4), h);
    cn_model *model = cn_model_of(x, cn_call(cn_dense(1, .activation = "sigmoid"), h));
    (void)cn_compile(model, .optimizer = cn_adam(.learning_rate = 0.01, .use_ema = true),
                     .loss = "binary_crossentropy", .metrics = {"accuracy", "auc"});
    return model;
}

struct plan {
    const char *folder, *result;
    int64_t save_freq;
    int64_t dies_at;   /* batches after which the process kills itself; 0: never */
    rlim_t file_bytes; /* the system kills it when a file grows beyond this; 0: never */
    bool keeps;
};

static cn_status die(cn_event *event)
{
    int64_t *left = event->data;
    if (--*left == 0)
        (void)raise(SIGKILL);
    return CN_OK;
}

static cn_array *labels(void)
{
    int32_t y[SAMPLES];
    for (int i = 0; i < SAMPLES; i++)
        y[i] = i % 3 == 0;
    return cn_array_new(CN_INT32, (const int64_t[]){SAMPLES}, 1, y);
}

/* Numbers as they are in memory. */
static void write_history(const cn_history *history, FILE *file)
{
    for (int64_t epoch = 0; epoch < cn_history_epochs(history); epoch++)
        for (int64_t i = 0; i < cn_history_count(history); i++)
            (void)fprintf(file, "%s %a\n", cn_history_name(history, i),
                          cn_history_value(history, cn_history_name(history, i), epoch));
}

static void write_result(cn_model *model, const cn_history *history, const char *path)
{
    char weights[300];
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    write_history(history, file);
    assert_int_equal(fclose(file), 0);
    (void)snprintf(weights, sizeof weights, "%s.weights.h5", path);
    assert_int_equal(cn_save_weights(model, weights), CN_OK);
}

static cn_history *train(cn_model *model, const struct plan *plan)
{
    int64_t left = plan->dies_at;
    const char *backup = cn_backup_and_restore(plan->folder, .save_freq = plan->save_freq,
                                               .double_checkpoint = true,
                                               .delete_checkpoint = !plan->keeps);
    const char *death = cn_custom_callback(.on_train_batch_end = die, .data = &left);
    const char *rate = cn_learning_rate_scheduler(falling);
    const char *stop = cn_early_stopping(.patience = 9, .restore_best_weights = true);
    return cn_fit(model, cn_random({SAMPLES, 3}, .seed = 1), labels(), .epochs = EPOCHS,
                  .batch_size = BATCH, .verbose = 0, .validation_split = 0.2,
                  .callbacks = {backup, rate, stop, death});
}

/* What a process of its own does. */
static _Noreturn void run_and_exit(const struct plan *plan)
{
    const struct rlimit limit = {plan->file_bytes, plan->file_bytes};
    if (plan->file_bytes > 0 && setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(2);
    cn_model *model = make_model();
    const cn_history *history = train(model, plan);
    if (history == NULL) {
        (void)fprintf(stderr, "%s\n", cn_error());
        _exit(3);
    }
    write_result(model, history, plan->result);
    _exit(0);
}

static pid_t start(const struct plan *plan)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        run_and_exit(plan);
    return child;
}

/* How it ended. */
static int wait_for(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static int run(const struct plan *plan)
{
    return wait_for(start(plan));
}

static bool was_killed(int status)
{
    return WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXFSZ);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static void assert_same_file(const char *a, const char *b)
{
    size_t n = 0, m = 0;
    unsigned char *first = test_read(a, &n), *second = test_read(b, &m);
    if (n != m || memcmp(first, second, n) != 0)
        fail_msg("%s is not like %s", b, a);
    free(first);
    free(second);
}

static void assert_same_result(const char *name)
{
    char a[300], b[300];
    assert_same_file(test_path("whole"), test_path(name));
    (void)snprintf(a, sizeof a, "%s.weights.h5", test_path("whole"));
    (void)snprintf(b, sizeof b, "%s.weights.h5", test_path(name));
    assert_same_file(a, b);
}

static struct plan plan_of(int64_t save_freq)
{
    static char folder[256], result[256];
    (void)snprintf(folder, sizeof folder, "%s", test_path("backup"));
    (void)snprintf(result, sizeof result, "%s", test_path("again"));
    (void)unlink(result);
    return (struct plan){.folder = folder, .result = result, .save_freq = save_freq};
}

static bool is_gone(const char *folder)
{
    return access(folder, F_OK) != 0;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static int make_whole(void **state)
{
    if (test_make_folder(state) != 0)
        return 1;
    char result[256];
    (void)snprintf(result, sizeof result, "%s", test_path("whole"));
    struct plan plan = plan_of(CN_NONE);
    plan.result = result;
    return run(&plan);
}

static void a_killed_training_goes_on(void **state)
{
    (void)state;
    static const int64_t frequencies[] = {CN_NONE, 1, 3};
    static const int64_t deaths[] = {1, 5, 6, 13};
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++)
        for (size_t k = 0; k < sizeof deaths / sizeof *deaths; k++) {
            struct plan plan = plan_of(frequencies[i]);
            plan.dies_at = deaths[k];
            assert_true(was_killed(run(&plan)));
            plan.dies_at = 0;
            assert_int_equal(run(&plan), 0);
            assert_same_result("again");
            assert_true(is_gone(plan.folder));
        }
}

/* Killed again and again, each time two batches later. */
static void it_may_be_killed_often(void **state)
{
    (void)state;
    struct plan plan = plan_of(1);
    int times = 0;
    plan.dies_at = 3;
    while (was_killed(run(&plan)))
        assert_true(++times < 20);
    assert_int_equal(times, 9); /* the third batch of each run is not backed up */
    assert_same_result("again");
}

/* A backup is cut off after so many bytes: the one before it counts. */
static void death_while_writing_does_no_harm(void **state)
{
    (void)state;
    for (rlim_t bytes = 1; bytes < 9000; bytes += 1777) {
        struct plan plan = plan_of(2);
        plan.dies_at = 7;
        assert_true(was_killed(run(&plan)));
        plan.dies_at = 0;
        plan.file_bytes = bytes;
        assert_true(was_killed(run(&plan)));
        plan.file_bytes = 0;
        assert_int_equal(run(&plan), 0);
        assert_same_result("again");
        assert_true(is_gone(plan.folder)); /* with what was left of the file */
    }
}

/* At any moment, by somebody else, who gives it more time with each life. */
static void death_may_come_at_any_time(void **state)
{
    (void)state;
    const struct plan plan = plan_of(1);
    useconds_t life = 1000;
    int status, lives = 0;
    do {
        const pid_t child = start(&plan);
        (void)usleep(life);
        (void)kill(child, SIGKILL);
        status = wait_for(child);
        life += 1500;
        lives++;
    } while (was_killed(status));
    assert_int_equal(status, 0);
    assert_true(lives > 2);
    assert_same_result("again");
}

static cn_status back_up_here(cn_event *event)
{
    return cn_event_backup(event, "here", false);
}

/* ---- other ends ------------------------------------------------------------------------------ */

static void a_damaged_file_gives_way_to_the_one_before(void **state)
{
    (void)state;
    static const char *const files[] = {"backup/latest.weights.h5", "backup/latest.weights.h5.bkp"};
    struct plan plan = plan_of(1);
    plan.dies_at = 7;
    assert_true(was_killed(run(&plan)));
    plan.dies_at = 0;
    (void)test_write(files[0], "damaged", 7);
    assert_int_equal(run(&plan), 0);
    assert_same_result("again");
    plan.dies_at = 7;
    assert_true(was_killed(run(&plan)));
    assert_int_equal(unlink(test_path(files[0])), 0);
    plan.dies_at = 0;
    assert_int_equal(run(&plan), 0);
    assert_same_result("again");
}

static void what_fits_another_training_is_refused(void **state)
{
    (void)state;
    struct plan plan = plan_of(3);
    plan.dies_at = 5;
    assert_true(was_killed(run(&plan)));
    cn_model *model = make_model();
    const char *backup = cn_backup_and_restore(plan.folder);
    assert_null(cn_fit(model, cn_random({SAMPLES, 3}), labels(), .batch_size = 3, .verbose = 0,
                       .callbacks = {backup}));
    assert_error("%s/latest.weights.h5: stands in an epoch of 5 batches, this training has 8",
                 plan.folder);
    (void)cn_compile(model, .optimizer = "sgd", .loss = "binary_crossentropy",
                     .metrics = {"accuracy", "auc"});
    assert_null(
        cn_fit(model, cn_random({SAMPLES, 3}), labels(), .verbose = 0, .callbacks = {backup}));
    assert_non_null(strstr(cn_error(), "the optimizer's state is left out: sgd has 2 variables"));
    cn_clear_error();
    (void)cn_compile(model, .optimizer = cn_adam(.use_ema = true), .loss = "binary_crossentropy");
    assert_null(
        cn_fit(model, cn_random({SAMPLES, 3}), labels(), .verbose = 0, .callbacks = {backup}));
    assert_non_null(strstr(cn_error(), "is of another training: it has "));
    cn_clear_error();
    plan.dies_at = 0;
    assert_int_equal(run(&plan), 0);
}

static cn_status interrupt(cn_event *event)
{
    if (event->epoch == 1)
        cn_interrupt();
    return CN_OK;
}

/* The rest of the epoch that was cut short is not lost. */
static void an_interruption_leaves_the_backup(void **state)
{
    (void)state;
    const struct plan plan = plan_of(CN_NONE);
    cn_model *model = make_model();
    const char *stop = cn_custom_callback(.on_train_batch_end = interrupt);
    const cn_history *history = cn_fit(model, cn_random({SAMPLES, 3}), labels(), .epochs = EPOCHS,
                                       .batch_size = BATCH, .verbose = 0,
                                       .callbacks = {cn_backup_and_restore(plan.folder), stop});
    assert_int_equal(cn_history_epochs(history), 2);
    assert_false(is_gone(plan.folder));
    history = cn_fit(make_model(), cn_random({SAMPLES, 3}), labels(), .epochs = EPOCHS,
                     .batch_size = BATCH, .verbose = 0,
                     .callbacks = {cn_backup_and_restore(plan.folder)});
    assert_int_equal(cn_history_epochs(history), EPOCHS);
    assert_true(is_gone(plan.folder));
}

static void other_files_stay(void **state)
{
    (void)state;
    const struct plan plan = plan_of(CN_NONE);
    assert_int_equal(mkdir(plan.folder, 0777), 0);
    (void)test_write("backup/notes", "mine", 4);
    assert_non_null(cn_fit(make_model(), cn_random({SAMPLES, 3}), labels(), .verbose = 0,
                           .callbacks = {cn_backup_and_restore(plan.folder)}));
    assert_int_equal(unlink(test_path("backup/notes")) + rmdir(plan.folder), 0);
}

static void arguments_are_checked(void **state)
{
    (void)state;
    (void)cn_backup_and_restore("");
    assert_error("BackupAndRestore: backup_dir, the name of a folder, is needed");
    (void)cn_backup_and_restore("b", .save_freq = 0);
    assert_error("BackupAndRestore: save_freq must be a number of batches, or CN_NONE for each "
                 "epoch, got 0");
    (void)cn_evaluate(make_model(), cn_random({SAMPLES, 3}), labels(),
                      .callbacks = {cn_custom_callback(.on_test_begin = back_up_here)});
    assert_error("cn_event_backup: only fit can be backed up and restored");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_killed_training_goes_on, test_forget),
        cmocka_unit_test_teardown(it_may_be_killed_often, test_forget),
        cmocka_unit_test_teardown(death_while_writing_does_no_harm, test_forget),
        cmocka_unit_test_teardown(death_may_come_at_any_time, test_forget),
        cmocka_unit_test_teardown(a_damaged_file_gives_way_to_the_one_before, test_forget),
        cmocka_unit_test_teardown(what_fits_another_training_is_refused, test_forget),
        cmocka_unit_test_teardown(an_interruption_leaves_the_backup, test_forget),
        cmocka_unit_test_teardown(other_files_stay, test_forget),
        cmocka_unit_test_teardown(arguments_are_checked, test_forget),
    };
    return cmocka_run_group_tests(tests, make_whole, test_remove_folder);
}
