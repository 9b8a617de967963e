/* A disk that is full while weights are saved: a message, and the old file is still there,
 * whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cornu/cornu.h"

static char folder[] = "/tmp/cornu_full_disk_XXXXXX";
static char path[64];

/* Files cannot grow beyond this: the system's way to be a full disk. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static int files_in_folder(void)
{
    int n = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    while (readdir(open) != NULL)
        n++;
    (void)closedir(open);
    return n - 2; /* . and .. */
}

static cn_model *make_model(void)
{
    cn_tensor *x = cn_input({40});
    cn_model *model = cn_model_of(x, cn_call(cn_dense(30, .name = "dense"), x));
    cn_compile(model, .loss = "mse");
    return model;
}

static double first_weight(const cn_model *model)
{
    cn_array *weight = cn_get_weight(model, "dense/kernel");
    assert_non_null(weight);
    const double value = cn_array_at(weight, 0);
    cn_array_free(weight);
    return value;
}

static void test_save_weights(void **state)
{
    (void)state;
    cn_model *model = make_model();
    const double saved = first_weight(model);
    assert_int_equal(cn_save_weights(model, path), CN_OK);
    assert_non_null(cn_fit(model, cn_random({64, 40}), cn_random({64, 30}), .verbose = 0));
    assert_true(first_weight(model) != saved);
    for (rlim_t bytes = 0; bytes < 4000;
         bytes += 999) { /* the file needs 40 * 30 * 4 bytes and more */
        limit_files(bytes);
        cn_status status = cn_save_weights(model, path);
        limit_files(RLIM_INFINITY);
        if (status != CN_IO || strstr(cn_error(), path) == NULL)
            fail_msg("%d bytes: status %d: %s", (int)bytes, (int)status, cn_error());
        cn_clear_error();
        assert_int_equal(files_in_folder(), 1);
    }
    assert_int_equal(cn_load_weights(model, path), CN_OK);
    assert_true(first_weight(model) == saved);
    assert_int_equal(cn_save_weights(model, path), CN_OK);
}

/* A checkpoint that cannot be written ends the training with a message; what was trained stays. */
static void test_checkpoint(void **state)
{
    (void)state;
    cn_model *model = make_model();
    const double before = first_weight(model);
    limit_files(100);
    cn_history *history =
        cn_fit(model, cn_random({64, 40}), cn_random({64, 30}), .verbose = 0,
               .callbacks = {cn_model_checkpoint(path, .save_weights_only = true)});
    limit_files(RLIM_INFINITY);
    assert_null(history);
    if (cn_error_status() != CN_IO)
        fail_msg("status %d: %s", (int)cn_error_status(), cn_error());
    cn_clear_error();
    assert_true(first_weight(model) != before);
    assert_non_null(cn_fit(model, cn_random({64, 40}), cn_random({64, 30}), .verbose = 0));
}

static int clean(void **state)
{
    (void)state;
    (void)remove(path);
    cn_clear_session();
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_save_weights),
        cmocka_unit_test(test_checkpoint),
    };
    if (mkdtemp(folder) == NULL || signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
        return 1;
    (void)snprintf(path, sizeof path, "%s/weights.npz", folder);
    return cmocka_run_group_tests(tests, NULL, clean);
}
