/* Files of models that are damaged, cut, or not what they say; memory that runs out; disks that are
 * full. */
#include "data/testing.h"

#include <signal.h>
#include <sys/resource.h>

#include "cornu/cornu.h"
#include "data/archive.h"
#include "hdf5/hdf5.h"

static cn_model *small(void)
{
    cn_tensor *x = cn_input({3}, .name = "x");
    return cn_model_of(x, cn_chain(x, cn_dense(2, .name = "hidden"), cn_dense(1, .name = "y")),
                       .name = "small");
}

static bool load(const char *path)
{
    cn_model *model = cn_load_model(path);
    const bool loaded = model != NULL;
    const bool failed = cn_failed();
    assert_int_equal(loaded, !failed);
    cn_clear_session();
    return loaded;
}

/* Cut at every so many bytes, and with bytes changed: read, or refused with a message. */
static void damage(const char *name, size_t step)
{
    size_t count = 0;
    cn_model *model = small();
    assert_int_equal(CN_OK, cn_save(model, test_path(name)));
    unsigned char *bytes = test_read(test_path(name), &count);
    for (size_t length = 0; length < count; length += step) {
        assert_false(load(test_write("cut", bytes, length)));
        cn_clear_error();
    }
    for (size_t i = 0; i < count; i += i < 200 ? 1 : step) {
        bytes[i] ^= (unsigned char)(1u << i % 8);
        (void)load(test_write("changed", bytes, count));
        cn_clear_error();
        bytes[i] ^= (unsigned char)(1u << i % 8);
    }
    free(bytes);
}

static void damaged_models_are_refused(void **state)
{
    (void)state;
    damage("damaged.keras", 31);
    damage("damaged.h5", 31);
}

/* ---- folders --------------------------------------------------------------------------------- */

static void unpack(const cn_archive *archive, int64_t index)
{
    cn_member member;
    char *bytes = NULL, path[160];
    assert_int_equal(CN_OK, cn_archive_member(archive, index, &member));
    assert_int_equal(CN_OK, cn_archive_read_all(archive, &member, 1 << 20, &bytes));
    (void)snprintf(path, sizeof path, "unpacked/%.120s", member.name);
    const char *file = test_path(path);
    assert_int_equal(CN_OK, cn_make_folders(file));
    (void)test_write(path, bytes, (size_t)member.bytes);
    cn_release(bytes);
}

/* A file and the folders that have nothing else. */
static void remove_unpacked(const cn_archive *archive, int64_t index)
{
    cn_member member;
    char path[512];
    assert_int_equal(CN_OK, cn_archive_member(archive, index, &member));
    (void)snprintf(path, sizeof path, "%s/%.120s", test_path("unpacked"), member.name);
    assert_int_equal(0, unlink(path));
    do {
        *strrchr(path, '/') = '\0';
    } while (strstr(path, "/unpacked") != NULL && rmdir(path) == 0);
}

/* Vocabularies that layers learnt lie in files beside the config. */
static void an_unpacked_model_is_the_same(void **state)
{
    (void)state;
    static const char packed[] = CN_SOURCE_DIR "/tests/keras/data/saved/strings.keras";
    cn_archive archive;
    char *one = cn_to_json(cn_load_model(packed));
    assert_int_equal(CN_OK, cn_archive_open(&archive, packed, "a .keras"));
    for (int64_t i = 0; i < cn_archive_count(&archive); i++)
        unpack(&archive, i);
    char *other = cn_to_json(cn_load_model(test_path("unpacked")));
    for (int64_t i = 0; i < cn_archive_count(&archive); i++)
        remove_unpacked(&archive, i);
    cn_archive_close(&archive);
    assert_non_null(strstr(one, "\"vocabulary\": [\""));
    assert_string_equal(one, other);
    free(one);
    free(other);
}

/* ---- what is not there ----------------------------------------------------------------------- */

static void check_archive(const char *const *names, const char *const *texts, const char *message)
{
    cn_archive_writer archive;
    assert_int_equal(CN_OK, cn_archive_begin(&archive, test_path("made.keras")));
    for (int i = 0; names[i] != NULL; i++) {
        const cn_bytes part = {texts[i], strlen(texts[i])};
        assert_int_equal(CN_OK, cn_archive_add(&archive, names[i], &part, 1, true));
    }
    assert_int_equal(CN_OK, cn_archive_commit(&archive));
    assert_null(cn_load_model(test_path("made.keras")));
    if (strstr(cn_error(), message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, cn_error());
    cn_clear_error();
}

static void archives_that_are_no_models(void **state)
{
    (void)state;
    cn_model *model = small();
    char *config = cn_to_json(model);
    assert_non_null(config);
    check_archive((const char *const[]){"metadata.json", NULL}, (const char *const[]){"{}"},
                  "has no member 'config.json'");
    check_archive((const char *const[]){"config.json", NULL}, (const char *const[]){"[1, 2"},
                  "config.json: is not JSON");
    check_archive((const char *const[]){"config.json", NULL}, (const char *const[]){config},
                  "has no member 'model.weights.h5'");
    check_archive((const char *const[]){"config.json", "model.weights.h5", NULL},
                  (const char *const[]){config, "HDF"}, "is not an HDF5 file");
    free(config);
}

/* A description of a few bytes that would need more memory than the file could fill. */
static void giants_are_refused(void **state)
{
    (void)state;
    cn_tensor *x = cn_input({3});
    cn_model *model = cn_model_of(x, cn_call(cn_dense(2), x));
    char *config = cn_to_json(model), *units = strstr(config, "\"units\": 2");
    assert_non_null(units);
    char *giant = malloc(strlen(config) + 16);
    (void)sprintf(giant, "%.*s\"units\": 2000000000%s", (int)(units - config), config,
                  units + strlen("\"units\": 2"));
    check_archive((const char *const[]){"config.json", NULL}, (const char *const[]){giant},
                  "are larger than the file could hold");
    free(giant);
    free(config);
}

/* ---- weights --------------------------------------------------------------------------------- */

static void weights_in_pieces(void **state)
{
    (void)state;
    cn_model *model = small(), *other = small();
    assert_int_equal(CN_INVALID,
                     cn_save_weights(model, test_path("w.weights.h5"), .max_shard_size = 1));
    cn_clear_error();
    assert_int_equal(CN_INVALID,
                     cn_save_weights(model, test_path("w.weights.json"), .max_shard_size = 1e-9));
    assert_non_null(strstr(cn_error(), "more than max_shard_size"));
    cn_clear_error();
    assert_int_equal(CN_OK,
                     cn_save_weights(model, test_path("w.weights.json"), .max_shard_size = 24e-9));
    assert_int_equal(CN_OK, cn_load_weights(other, test_path("w.weights.json")));
    for (int64_t i = 0; i < 4; i++) {
        cn_array *a = cn_get_weight_at(model, i), *b = cn_get_weight_at(other, i);
        assert_memory_equal(cn_array_data(a), cn_array_data(b),
                            (size_t)cn_array_size(a) * sizeof(float));
    }
    static const char outside[] =
        "{\"weight_map\": {\"/layers/dense/vars\": \"../w_00000.weights.h5\"}}";
    assert_int_equal(CN_BAD_FILE, cn_load_weights(other, test_write("o.weights.json", outside,
                                                                    sizeof outside - 1)));
    assert_non_null(strstr(cn_error(), "is not the name of a file beside it"));
    cn_clear_error();
}

static void the_same_model_makes_the_same_file(void **state)
{
    (void)state;
    static const char *const names[] = {"a.keras", "b.keras", "a.h5", "b.h5"};
    cn_model *model = small();
    for (int i = 0; i < 4; i++)
        assert_int_equal(CN_OK, cn_save(model, test_path(names[i])));
    for (int i = 0; i < 4; i += 2) {
        size_t n = 0, m = 0;
        unsigned char *a = test_read(test_path(names[i]), &n),
                      *b = test_read(test_path(names[i + 1]), &m);
        assert_int_equal(n, m);
        assert_memory_equal(a, b, n);
        free(a);
        free(b);
    }
}

/* ---- memory and disk ------------------------------------------------------------------------- */

static const char *round_trip;

static bool save_and_load(void)
{
    cn_model *model = small();
    if (model == NULL || cn_compile(model, .optimizer = "adam", .loss = "mse") != CN_OK)
        return false;
    return cn_save(model, round_trip) == CN_OK && cn_load_model(round_trip) != NULL;
}

static void allocations_may_fail(void **state)
{
    (void)state;
    char path[256];
    static const char *const names[] = {"memory.keras", "memory.h5"};
    for (int i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s", test_path(names[i]));
        round_trip = path;
        test_fail_allocations(save_and_load);
    }
}

/* Files may not grow beyond a few bytes: as on a full disk. */
static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    static const char *const names[] = {"full.keras", "full.h5"};
    for (int i = 0; i < 2; i++) {
        cn_model *model = small();
        assert_int_equal(CN_OK, cn_save(model, test_path(names[i])));
        struct rlimit before, tight;
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
        tight = before;
        tight.rlim_cur = 1000;
        void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
        const cn_status status = cn_save(model, test_path(names[i]));
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        (void)signal(SIGXFSZ, handler);
        assert_int_equal(status, CN_IO);
        cn_clear_error();
        assert_non_null(cn_load_model(test_path(names[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(damaged_models_are_refused, test_forget),
        cmocka_unit_test_teardown(an_unpacked_model_is_the_same, test_forget),
        cmocka_unit_test_teardown(archives_that_are_no_models, test_forget),
        cmocka_unit_test_teardown(giants_are_refused, test_forget),
        cmocka_unit_test_teardown(weights_in_pieces, test_forget),
        cmocka_unit_test_teardown(the_same_model_makes_the_same_file, test_forget),
        cmocka_unit_test_teardown(allocations_may_fail, test_forget),
        cmocka_unit_test_teardown(a_full_disk_leaves_the_old_file, test_forget),
    };
    return cmocka_run_group_tests(tests, test_make_folder, test_remove_folder);
}
