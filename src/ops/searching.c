/* Searching numbers or texts among keys. */
#include "ops/searching.h"

#include <string.h>

cn_status cn_lower_search(cn_lowering *lowering, const cn_instruction *instruction,
                          cn_status (*run)(const void *arguments))
{
    const cn_search search = {
        .x = cn_address(lowering, instruction->inputs[0]),
        .keys = cn_address(lowering, instruction->inputs[1]),
        .y = cn_address(lowering, instruction->output),
        .n = cn_shape_size(cn_shape_of(lowering->program, instruction->inputs[0])),
        .n_keys = cn_shape_of(lowering->program, instruction->inputs[1])->dim[0],
    };
    return cn_plan_add(lowering->plan, instruction->op->name, run, &search, sizeof search);
}

int64_t cn_find_text(const char *const *keys, int64_t n, const char *text, size_t length)
{
    int64_t low = 0, high = n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (strncmp(keys[middle], text, length) < 0)
            low = middle + 1;
        else /* also a key that goes on where the text ends */
            high = middle;
    }
    const bool found = low < n && strncmp(keys[low], text, length) == 0 &&
                       keys[low][length] == '\0';
    return found ? low : -1;
}

/* Looks into the middle of what is left: n keys from the first on. */
static int64_t search(const double *keys, int64_t n, double x,
                      bool (*is_before)(double key, double x))
{
    if (n == 0)
        return 0;
    if (is_before(keys[n / 2], x))
        return n / 2 + 1 + search(keys + n / 2 + 1, n - n / 2 - 1, x, is_before);
    return search(keys, n / 2, x, is_before);
}

int64_t cn_search_reference(const cn_reference_call *call, double x,
                            bool (*is_before)(double key, double x))
{
    return search(call->inputs[1], call->input_types[1].shape.dim[0], x, is_before);
}
