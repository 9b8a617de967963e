/* Any bytes as a CSV table: read as it comes, without a header, and with other separators; columns
 * are taken out. */
#include "cornu/cornu.h"
#include "memory_file.h"

static void use(cn_csv *table)
{
    for (int64_t i = 0; table != NULL && i < table->number_count && i < 8; i++)
        cn_array_free(cn_csv_column(table, table->number_names[i]));
    for (int64_t i = 0; table != NULL && i < table->text_count && i < 8; i++)
        cn_array_free(cn_csv_column(table, table->texts[i].name));
    cn_csv_free(table);
    cn_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *path = memory_file(bytes, size);
    use(cn_load_csv(path));
    use(cn_load_csv(path, .header = 0));
    use(cn_load_csv(path, .separator = ';', .quote = '\''));
    cn_clear_session();
    return 0;
}
