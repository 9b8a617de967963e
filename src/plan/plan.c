/* Plans. */
#include "plan/plan.h"

#include "runtime/denormals.h"

cn_status cn_plan_add(cn_plan *plan, const char *name, cn_kernel *run, const void *arguments,
                      size_t bytes)
{
    const void *copy = cn_arena_copy(&plan->memory, arguments, bytes);
    if (copy == NULL)
        return CN_OUT_OF_MEMORY;
    CN_TRY(cn_grow(&plan->steps, &plan->capacity, plan->n_steps + 1, sizeof *plan->steps));
    plan->steps[plan->n_steps++] = (cn_step){run, copy, name};
    return CN_OK;
}

cn_status cn_plan_run(const cn_plan *plan)
{
    const unsigned mode = cn_denormals_flush();
    cn_status status = CN_OK;
    for (int64_t i = 0; i < plan->n_steps && status == CN_OK; i++)
        status = plan->steps[i].run(plan->steps[i].arguments);
    cn_denormals_restore(mode);
    return status;
}

void cn_plan_free(cn_plan *plan)
{
    cn_release(plan->steps);
    if (!plan->borrows_arena)
        cn_release(plan->arena);
    cn_release(plan->constants);
    cn_arena_free(&plan->memory);
    *plan = (cn_plan){0};
}
