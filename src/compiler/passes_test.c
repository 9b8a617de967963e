/* Each pass as program text before and after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "compiler/compiler.h"
#include "ops/ops.h"

enum { MOST_VARIABLES = 4 };

/* The variables that a text names, in the order in which it does. */
struct names {
    cn_variable variables[MOST_VARIABLES];
    int n;
};

static cn_variable *find_variable(void *context, const char *name, const cn_type *type)
{
    struct names *names = context;
    for (int i = 0; i < names->n; i++)
        if (strcmp(names->variables[i].name, name) == 0)
            return &names->variables[i];
    if (names->n == MOST_VARIABLES || cn_variable_init(&names->variables[names->n], name,
                                                       type->dtype, type->shape, NULL) != CN_OK)
        return NULL;
    return &names->variables[names->n++];
}

struct example {
    const char *name;
    cn_pass *pass;
    const char *before, *after;
};

/* Lines that many examples begin with. */
#define X "%0 = input() shape=(2, 3) : float32 (2, 3)\n"
#define XY X "%1 = input() index=1 shape=(2, 3) : float32 (2, 3)\n"

static const struct example examples[] = {
#include "compiler/passes_test.inc"
#include "compiler/simplify_test.inc"
};

static void test_example(void **state)
{
    const struct example *example = *state;
    struct names names = {.n = 0};
    const cn_program_names lookup = {cn_op_find, find_variable, &names};
    cn_program program;
    cn_clear_error();
    if (cn_program_parse(&program, example->before, &lookup) != CN_OK)
        fail_msg("%s: %s", example->name, cn_error());
    if (example->pass(&program) != CN_OK || cn_program_verify(&program) != CN_OK)
        fail_msg("%s: %s", example->name, cn_error());
    char *after = cn_program_print(&program);
    if (strcmp(after, example->after) != 0)
        fail_msg("%s gives\n%s\nexpected\n%s", example->name, after, example->after);
    cn_release(after);
    cn_program_free(&program);
    for (int i = 0; i < names.n; i++)
        cn_variable_free(&names.variables[i]);
}

int main(void)
{
    enum { N = sizeof examples / sizeof examples[0] };
    struct CMUnitTest tests[N];
    for (int i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){examples[i].name, test_example, NULL, NULL,
                                       (void *)(uintptr_t)&examples[i]};
    return _cmocka_run_group_tests("passes", tests, N, NULL, NULL);
}
