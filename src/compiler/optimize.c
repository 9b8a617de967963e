/* The two pipelines: before differentiation, and after. */
#include "compiler/compiler.h"

#define CN_PASS_ENTRY(name) cn_pass_##name,
static cn_pass *const before_differentiation[] = {
#include "compiler/simplify.def"
};
static cn_pass *const passes[] = {
#include "compiler/passes.def"
};
#undef CN_PASS_ENTRY

static cn_status run(cn_program *program, cn_pass *const *list, size_t n)
{
    CN_TRY(program->status);
    for (size_t i = 0; i < n; i++) {
        CN_TRY(list[i](program));
#ifndef NDEBUG
        CN_TRY(cn_program_verify(program));
#endif
    }
    return CN_OK;
}

cn_status cn_simplify(cn_program *program)
{
    return run(program, before_differentiation,
               sizeof before_differentiation / sizeof before_differentiation[0]);
}

cn_status cn_optimize(cn_program *program)
{
    return run(program, passes, sizeof passes / sizeof passes[0]);
}
