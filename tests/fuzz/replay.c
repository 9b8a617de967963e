/* Runs a fuzzer's function without libFuzzer, as a test of every build: on its seeds, and on seeds
 * that were changed at random, the same way each time.
 *
 *     test.fuzz.NAME ROUNDS FILE-OR-FOLDER...
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { MOST_SEEDS = 1024, MOST_BYTES = 1 << 18 };

struct seed {
    uint8_t *bytes;
    size_t size;
};

static struct seed seeds[MOST_SEEDS];
static size_t n_seeds;

static void die(const char *what, const char *path)
{
    (void)fprintf(stderr, "%s: %s\n", path, what);
    exit(1);
}

/* ---- seeds ----------------------------------------------------------------------------------- */

static void add_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (size > MOST_BYTES || n_seeds == MOST_SEEDS || file == NULL)
        die("cannot be a seed", path);
    uint8_t *bytes = malloc(size + 1);
    if (bytes == NULL || fread(bytes, 1, size, file) != size)
        die("could not be read", path);
    (void)fclose(file);
    seeds[n_seeds++] = (struct seed){bytes, size};
}

static void add(const char *path)
{
    struct stat about;
    struct dirent **entries = NULL;
    if (stat(path, &about) != 0)
        die("is not there", path);
    if (!S_ISDIR(about.st_mode)) {
        add_file(path, (size_t)about.st_size);
        return;
    }
    const int n = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char inner[4096];
        (void)snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            add(inner);
        free(entries[i]);
    }
    free(entries);
}

/* ---- changes --------------------------------------------------------------------------------- */

static size_t below(uint64_t *state, size_t n)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return n == 0 ? 0 : (size_t)((*state >> 33) % n);
}

static void change_once(uint8_t *bytes, size_t size, uint64_t *state)
{
    static const uint32_t numbers[] = {0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF};
    const size_t at = below(state, size), other = below(state, size), left = size - at;
    const size_t n = left < 4 ? left : 4;
    switch (below(state, 4)) {
    case 0: bytes[at] ^= (uint8_t)(1u << below(state, 8)); break;
    case 1: bytes[at] = (uint8_t)below(state, 256); break;
    case 2:
        memcpy(bytes + at, &numbers[below(state, sizeof numbers / sizeof numbers[0])], n);
        break;
    default: memmove(bytes + at, bytes + other, size - (at > other ? at : other) < 16 ? n / 4 : 16);
    }
}

/* A copy of a seed, for a sanitizer to see what is read behind its end: changed, and cut at
 * times. */
static void run_changed(const struct seed *seed, uint64_t *state)
{
    const size_t cut = below(state, 4) == 0 ? below(state, seed->size + 1) : seed->size;
    uint8_t *bytes = malloc(cut + (cut == 0));
    if (bytes == NULL)
        die("no memory", "a copy");
    memcpy(bytes, seed->bytes, cut);
    for (size_t changes = 1 + below(state, 6); changes > 0 && cut > 0; changes--)
        change_once(bytes, cut, state);
    (void)LLVMFuzzerTestOneInput(bytes, cut);
    free(bytes);
}

int main(int argc, char **argv)
{
    const long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    uint64_t state = 1;
    for (int i = 2; i < argc; i++)
        add(argv[i]);
    if (n_seeds == 0 || rounds <= 0)
        die("needs a number of rounds and seeds", argv[0]);
    for (size_t i = 0; i < n_seeds; i++)
        (void)LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].size);
    for (long k = 0; k < rounds; k++)
        run_changed(&seeds[(size_t)k % n_seeds], &state);
    for (size_t i = 0; i < n_seeds; i++)
        free(seeds[i].bytes);
    (void)printf("%zu seeds, %ld changed ones\n", n_seeds, rounds);
    return 0;
}
