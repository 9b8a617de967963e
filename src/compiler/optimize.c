/* The pipeline. */
#include "compiler/compiler.h"

static cn_pass *const passes[] = {
#define CN_PASS_ENTRY(name) cn_pass_##name,
#include "compiler/passes.def"
#undef CN_PASS_ENTRY
};

cn_status cn_optimize(cn_program *program)
{
    CN_TRY(program->status);
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        CN_TRY(passes[i](program));
#ifndef NDEBUG
        CN_TRY(cn_program_verify(program));
#endif
    }
    return CN_OK;
}
