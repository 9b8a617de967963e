/* What a step needs and what it does: asked without running it. */
#include "compiler/compiler.h"
#include "training/training.h"

/* Arrays without data, of the model's own shapes, stand for the user's. */
struct stand_ins {
    cn_array x[CN_MOST_TENSORS], y[CN_MOST_TENSORS];
    cn_dataset dataset;
};

static cn_status stand_in(const cn_model *model, const cn_tensor *tensor, int64_t batch_size,
                          cn_array *array)
{
    *array = (cn_array){.kind = CN_KIND_ARRAY, .dtype = tensor->dtype, .shape = tensor->shape};
    array->shape.dim[0] = batch_size;
    CN_CHECK(!cn_shape_has_none(&array->shape), "%s: the shape %s of %s is not fully known",
             model->name, cn_shape_str(&tensor->shape), tensor->node->layer->name);
    return CN_OK;
}

/* Integer labels have no class axis. */
static cn_status fill(const cn_training *training, int64_t batch_size, bool with_targets,
                      struct stand_ins *stand_ins)
{
    const cn_graph *graph = training->model->graph;
    stand_ins->dataset = (cn_dataset){.samples = batch_size};
    for (int64_t i = 0; i < graph->n_inputs; i++) {
        CN_TRY(stand_in(training->model, graph->inputs[i], batch_size, &stand_ins->x[i]));
        stand_ins->dataset.x[i].array = &stand_ins->x[i];
    }
    for (int64_t i = 0; with_targets && i < training->n_targets; i++) {
        CN_TRY(stand_in(training->model, graph->outputs[i], batch_size, &stand_ins->y[i]));
        if (cn_target_dtype(&training->targets[i]) == CN_INT32)
            stand_ins->y[i].shape.dim[stand_ins->y[i].shape.rank - 1] = 1;
        stand_ins->dataset.y[i].array = &stand_ins->y[i];
    }
    return CN_OK;
}

static cn_status build_step(cn_model *model, const char *who, int64_t batch_size, bool train,
                            cn_program *program)
{
    cn_training *training = NULL;
    struct stand_ins stand_ins;
    CN_CHECK(batch_size > 0, "%s: batch_size must be positive, got %lld", who,
             (long long)batch_size);
    CN_TRY(train ? cn_training_check_compiled(model, who, &training)
                 : cn_training_of(model, who, &training));
    if (!model->built)
        return cn_fail(CN_STATE, "%s: %s is not built yet", who, model->name);
    CN_TRY(fill(training, batch_size, train, &stand_ins));
    if (train)
        CN_TRY(cn_training_prepare(training, &stand_ins.dataset));
    CN_TRY(cn_step_build(training, train ? CN_TRAIN : CN_PREDICT, &stand_ins.dataset,
                         &(cn_batch){.size = batch_size}, program));
    return cn_optimize(program);
}

int64_t cn_step_memory(cn_model *model, int64_t batch_size, bool training)
{
    cn_program program = {0};
    cn_plan plan = {0};
    cn_status status = build_step(model, "cn_step_memory", batch_size, training, &program);
    if (status == CN_OK)
        status = cn_make_plan(&program, &plan);
    const int64_t bytes = status == CN_OK ? (int64_t)(plan.arena_bytes + plan.constant_bytes) : -1;
    cn_plan_free(&plan);
    cn_program_free(&program);
    return bytes;
}

char *cn_step_program(cn_model *model, int64_t batch_size, bool training)
{
    cn_program program = {0};
    cn_status status = build_step(model, "cn_step_program", batch_size, training, &program);
    char *text = status == CN_OK ? cn_program_print(&program) : NULL;
    cn_program_free(&program);
    return text;
}
