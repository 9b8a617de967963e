/* A disk that is full while something is saved: a message, and the old file is still there,
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

/* ---- every kind of file ---------------------------------------------------------------------- */

static cn_status save_model(const char *to)
{
    return cn_save(make_model(), to);
}

static cn_status save_weights(const char *to)
{
    return cn_save_weights(make_model(), to);
}

/* The first shard has 4 * 40 bytes of weights, the second 4 * 40 * 100. */
static cn_status save_shards(const char *to)
{
    cn_tensor *x = cn_input({1}), *h = cn_call(cn_dense(40, .use_bias = false), x);
    cn_model *model = cn_model_of(x, cn_call(cn_dense(100, .use_bias = false), h));
    return cn_save_weights(model, to, .max_shard_size = 16e-6);
}

static cn_status save_npy(const char *to)
{
    cn_array *x = cn_random({40, 30});
    const cn_status status = cn_save_npy(to, x);
    cn_array_free(x);
    return status;
}

static cn_status save_npz(const char *to)
{
    cn_array *x = cn_random({40, 30});
    const cn_status status = cn_save_npz(to, CN_DICT({"a", x}, {"b", x}));
    cn_array_free(x);
    return status;
}

static cn_status save_csv(const char *to)
{
    cn_array *x = cn_random({40, 30});
    const cn_status status = cn_save_csv(to, x);
    cn_array_free(x);
    return status;
}

static long read_file(const char *from, char *bytes, size_t most)
{
    FILE *file = fopen(from, "rb");
    assert_non_null(file);
    const size_t n = fread(bytes, 1, most, file);
    assert_int_equal(fclose(file), 0);
    return (long)n;
}

/* What is there stays as it is, whatever the room, until all fits. */
static void check_saving(const char *name, cn_status (*save)(const char *to))
{
    static char before[1 << 17], after[1 << 17];
    char to[128];
    (void)snprintf(to, sizeof to, "%s/%s", folder, name);
    cn_set_random_seed(1);
    assert_int_equal(save(to), CN_OK);
    const int files = files_in_folder();
    const long n = read_file(to, before, sizeof before);
    assert_in_range(n, 100, sizeof before - 1);
    for (int part = 0; part < 8; part++) {
        cn_set_random_seed(2);
        limit_files((rlim_t)(n * part / 8));
        const cn_status status = save(to);
        limit_files(RLIM_INFINITY);
        if (status != CN_IO || strstr(cn_error(), folder) == NULL)
            fail_msg("%s, %d/8 of its bytes: status %d: %s", name, part, (int)status, cn_error());
        cn_clear_error();
        assert_int_equal(files_in_folder(), files);
        assert_int_equal(read_file(to, after, sizeof after), n);
        assert_memory_equal(before, after, n);
    }
    assert_int_equal(save(to), CN_OK);
    assert_int_equal(remove(to), 0);
}

static void test_every_kind(void **state)
{
    (void)state;
    check_saving("a.npy", save_npy);
    check_saving("a.npz", save_npz);
    check_saving("a.csv", save_csv);
    check_saving("a.keras", save_model);
    check_saving("a.h5", save_model);
    check_saving("a.weights.h5", save_weights);
    check_saving("a.weights.npz", save_weights);
}

/* Where the first file fits and the second does not, the first stays too. */
static void test_shards(void **state)
{
    (void)state;
    static char before[1 << 16], after[1 << 16];
    char to[128], first[128], second[128];
    (void)snprintf(to, sizeof to, "%s/a.weights.json", folder);
    (void)snprintf(first, sizeof first, "%s/a_00000.weights.h5", folder);
    (void)snprintf(second, sizeof second, "%s/a_00001.weights.h5", folder);
    cn_set_random_seed(1);
    if (save_shards(to) != CN_OK)
        fail_msg("%s", cn_error());
    const int files = files_in_folder();
    const long n = read_file(first, before, sizeof before);
    assert_in_range(n, 100, sizeof before - 1);
    const long m = read_file(second, after, sizeof after);
    assert_true(m > n);
    cn_set_random_seed(2);
    limit_files((rlim_t)(n + m) / 2);
    const cn_status status = save_shards(to);
    limit_files(RLIM_INFINITY);
    assert_int_equal(status, CN_IO);
    assert_non_null(strstr(cn_error(), second));
    cn_clear_error();
    assert_int_equal(files_in_folder(), files);
    assert_int_equal(read_file(first, after, sizeof after), n);
    assert_memory_equal(before, after, n);
    assert_int_equal(save_shards(to), CN_OK);
    assert_int_equal(read_file(first, after, sizeof after), n);
    assert_memory_not_equal(before, after, n);
    assert_int_equal(remove(to) | remove(first) | remove(second), 0);
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
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_shards),
    };
    if (mkdtemp(folder) == NULL || signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
        return 1;
    (void)snprintf(path, sizeof path, "%s/weights.npz", folder);
    return cmocka_run_group_tests(tests, NULL, clean);
}
