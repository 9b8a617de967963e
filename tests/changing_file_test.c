/* Files that are cut, or that another file takes the place of, while they are read: what was there
 * before or after, or a message that names the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cornu/cornu.h"

enum { MOST = 1 << 18, TIMES = 60, MOST_LOADS = 20000 };

static char folder[] = "/tmp/cornu_changing_file_XXXXXX";
static char path[96], other[96];

/* A file's two contents. */
struct contents {
    char *bytes[2];
    size_t n[2];
    atomic_int changes;
    atomic_bool over;
};

/* Cuts the file at some byte, makes it whole, and puts another in its place. */
static void *change(void *context)
{
    struct contents *contents = context;
    for (unsigned i = 0; !atomic_load(&contents->over); i++) {
        const size_t n = contents->n[i % 2];
        FILE *file = fopen(i % 3 == 0 ? path : other, i % 3 == 0 ? "r+b" : "wb");
        if (file == NULL)
            continue;
        (void)!ftruncate(fileno(file), (off_t)(n * (i % 7) / 7));
        (void)!fwrite(contents->bytes[i % 2], 1, n, file);
        (void)fclose(file);
        if (i % 3 != 0)
            (void)rename(other, path);
        atomic_store(&contents->changes, (int)i);
    }
    return NULL;
}

static void keep(struct contents *contents, int i)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    contents->bytes[i] = malloc(MOST);
    assert_non_null(contents->bytes[i]);
    contents->n[i] = fread(contents->bytes[i], 1, MOST, file);
    assert_in_range(contents->n[i], 1, MOST - 1);
    assert_int_equal(fclose(file), 0);
}

static void check(const char *name, cn_status (*save)(int64_t units), bool (*load)(void))
{
    struct contents contents = {.over = false};
    pthread_t thread;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)snprintf(other, sizeof other, "%s/other", folder);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(save(i == 0 ? 20 : 50), CN_OK);
        keep(&contents, i);
    }
    assert_int_equal(pthread_create(&thread, NULL, change, &contents), 0);
    char wrong[1024] = "";
    for (int i = 0; i < MOST_LOADS && atomic_load(&contents.changes) < TIMES && wrong[0] == '\0';
         i++) {
        if (!load() && (!cn_failed() || strstr(cn_error(), name) == NULL))
            (void)snprintf(wrong, sizeof wrong, "%s: the message is \"%s\"", name, cn_error());
        cn_clear_error();
        cn_clear_session();
    }
    atomic_store(&contents.over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    free(contents.bytes[0]);
    free(contents.bytes[1]);
    (void)remove(other);
    assert_int_equal(remove(path), 0);
    if (wrong[0] != '\0')
        fail_msg("%s", wrong);
}

/* ---- kinds of files -------------------------------------------------------------------------- */

static cn_status save_model(int64_t units)
{
    cn_tensor *x = cn_input({30});
    cn_model *model = cn_model_of(x, cn_call(cn_dense(units), x));
    if (cn_compile(model, .loss = "mse") != CN_OK)
        return cn_error_status();
    return cn_save(model, path);
}

static bool load_model(void)
{
    return cn_load_model(path) != NULL;
}

static cn_status save_array(int64_t rows)
{
    cn_array *x = cn_random({rows, 30});
    const char *end = strrchr(path, '.');
    const cn_status status = strcmp(end, ".npy") == 0   ? cn_save_npy(path, x)
                             : strcmp(end, ".npz") == 0 ? cn_save_npz(path, CN_DICT({"x", x}))
                                                        : cn_save_csv(path, x);
    cn_array_free(x);
    return status;
}

static bool load_npy(void)
{
    cn_array *x = cn_load_npy(path);
    cn_array_free(x);
    return x != NULL;
}

static bool load_npz(void)
{
    cn_arrays *x = cn_load_npz(path);
    cn_arrays_free(x);
    return x != NULL;
}

/* Half a table is a table: only that nothing else happens is tested. */
static bool load_csv(void)
{
    cn_csv *table = cn_load_csv(path, .header = false);
    cn_csv_free(table);
    return table != NULL;
}

static void models(void **state)
{
    (void)state;
    check("a.keras", save_model, load_model);
    check("a.h5", save_model, load_model);
}

static void arrays(void **state)
{
    (void)state;
    check("a.npy", save_array, load_npy);
    check("a.npz", save_array, load_npz);
    check("a.csv", save_array, load_csv);
}

static int clean(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(models), cmocka_unit_test(arrays)};
    if (mkdtemp(folder) == NULL)
        return 1;
    return cmocka_run_group_tests_name("changing files", tests, NULL, clean);
}
