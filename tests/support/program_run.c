/* Running a small program in tests. */
#include "support/program_run.h"

#include "compiler/compiler.h"

void cn_store_numbers(cn_dtype dtype, void *to, const double *from, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        switch (dtype) {
        case CN_FLOAT32: ((float *)to)[i] = (float)from[i]; break;
        case CN_FLOAT64: ((double *)to)[i] = from[i]; break;
        case CN_INT32: ((int32_t *)to)[i] = (int32_t)from[i]; break;
        case CN_INT64: ((int64_t *)to)[i] = (int64_t)from[i]; break;
        case CN_UINT8:
        case CN_BOOL: ((uint8_t *)to)[i] = (uint8_t)from[i]; break;
        case CN_STRING: ((const char **)to)[i] = cn_text_of(from[i]); break;
        }
    }
}

void cn_load_numbers(cn_dtype dtype, double *to, const void *from, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        switch (dtype) {
        case CN_FLOAT32: to[i] = ((const float *)from)[i]; break;
        case CN_FLOAT64: to[i] = ((const double *)from)[i]; break;
        case CN_INT32: to[i] = ((const int32_t *)from)[i]; break;
        case CN_INT64: to[i] = (double)((const int64_t *)from)[i]; break;
        case CN_UINT8:
        case CN_BOOL: to[i] = ((const uint8_t *)from)[i]; break;
        case CN_STRING: to[i] = cn_text_number(((const char *const *)from)[i]); break;
        }
    }
}

static cn_status run(const cn_program *program, cn_plan *plan, const double *const *inputs,
                     double *const *outputs)
{
    CN_TRY(cn_make_plan(program, plan));
    for (int64_t i = 0; i < program->n_inputs; i++) {
        const cn_type *type = cn_type_of(program, program->inputs[i]);
        cn_store_numbers(type->dtype, plan->inputs[i], inputs[i], cn_shape_size(&type->shape));
    }
    CN_TRY(cn_plan_run(plan));
    for (int64_t i = 0; i < program->n_outputs; i++) {
        const cn_type *type = cn_type_of(program, program->outputs[i]);
        cn_load_numbers(type->dtype, outputs[i], plan->outputs[i], cn_shape_size(&type->shape));
    }
    return CN_OK;
}

cn_status cn_run_as_plan(cn_program *program, const double *const *inputs, double *const *outputs)
{
    CN_TRY(cn_optimize(program));
    return cn_run_as_it_is(program, inputs, outputs);
}

cn_status cn_run_as_it_is(const cn_program *program, const double *const *inputs,
                          double *const *outputs)
{
    cn_plan plan = {0};
    cn_status status = run(program, &plan, inputs, outputs);
    cn_plan_free(&plan);
    return status;
}
