/* Any bytes as the vocabulary of each of a model's lookup layers, in a folder of Keras's files. */
#include <string.h>
#include <sys/stat.h>

#include "cornu/cornu.h"
#include "memory_file.h"

#define LOOKUP(class)                                                                              \
    "{\"class_name\": \"" class "\", \"config\": {\"name\": \"" class                              \
        "\", \"vocabulary\": null, \"vocabulary_size\": 3}, \"inbound_nodes\": []}"

static const char config[] =
    "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": [{\"class_name\": "
    "\"InputLayer\", \"config\": {\"batch_shape\": [null, 1], \"name\": \"x\"}, \"name\": \"x\", "
    "\"inbound_nodes\": []}, " LOOKUP("StringLookup") ", " LOOKUP("IntegerLookup") ", " LOOKUP(
        "TextVectorization") "], \"input_layers\": [\"x\", 0, 0], \"output_layers\": [\"x\", 0, 0]}}";

static const char *const folders[] = {"assets", "assets/layers", "assets/layers/string_lookup",
                                      "assets/layers/integer_lookup",
                                      "assets/layers/text_vectorization"};
enum { FOLDERS = sizeof folders / sizeof folders[0], FIRST_LOOKUP = 2 };

static char path_text[256];

static const char *path_of(const char *name)
{
    (void)snprintf(path_text, sizeof path_text, "%s/%s", own_folder(), name);
    return path_text;
}

static void make_folders(void)
{
    FILE *file = fopen(path_of("config.json"), "w");
    if (file == NULL || fputs(config, file) < 0 || fclose(file) != 0)
        abort();
    for (int i = 0; i < FOLDERS; i++)
        if (mkdir(path_of(folders[i]), 0700) != 0)
            abort();
}

static void remove_folders(void)
{
    for (int i = FOLDERS - 1; i >= 0; i--)
        (void)rmdir(path_of(folders[i]));
    (void)unlink(path_of("config.json"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char name[128];
    static bool made;
    if (!made) {
        make_folders();
        (void)atexit(remove_folders);
    }
    made = true;
    for (int i = FIRST_LOOKUP; i < FOLDERS; i++) {
        (void)snprintf(name, sizeof name, "%s/vocabulary.txt", folders[i]);
        const char *path = named_file(name, bytes, size);
        (void)cn_load_model(own_folder());
        cn_clear_error();
        cn_clear_session();
        (void)unlink(path);
    }
    return 0;
}
