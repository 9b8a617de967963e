/* The list of schedules, and their value outside a program. */
#include "optimizers/optimizers.h"

#define CN_SCHEDULE_ENTRY(name) extern const cn_schedule_class cn_schedule_##name;
#include "optimizers/schedules.def"
#undef CN_SCHEDULE_ENTRY

static const cn_class *const list[] = {
#define CN_SCHEDULE_ENTRY(name) &cn_schedule_##name.base,
#include "optimizers/schedules.def"
#undef CN_SCHEDULE_ENTRY
    NULL,
};

const cn_classes cn_schedule_classes = {"schedule", list, NULL};

/* One formula serves both: what the schedule emits is interpreted. */
double cn_schedule_at(const cn_object *schedule, double step)
{
    const cn_schedule_class *class = (const cn_schedule_class *)schedule->class;
    cn_program program = {0};
    double rate = CN_UNSET, *const outputs[] = {&rate};
    cn_program_output(&program,
                      class->emit(&program, schedule->args, cn_emit_scalar(&program, step)));
    if (program.status == CN_OK)
        (void)cn_program_interpret(&program, NULL, outputs, NULL);
    cn_program_free(&program);
    return rate;
}
