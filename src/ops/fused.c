/* fused: several elementwise ops run together, tile by tile, as its body lists them. Made after
 * differentiation: no gradient. */
#include "ops/fused.h"

#include "ops/reference.h"
#include "ops/samples.h"

cn_status cn_fused_check_inputs(const cn_shape *shape, const cn_type *inputs, int64_t n_inputs)
{
    for (int64_t i = 0; i < n_inputs; i++) {
        cn_shape both;
        CN_CHECK(cn_shape_broadcast(shape, &inputs[i].shape, &both) == CN_OK &&
                     cn_shape_equal(shape, &both),
                 "input %d of shape %s cannot be broadcast to %s", (int)i,
                 cn_shape_str(&inputs[i].shape), cn_shape_str(shape));
    }
    return CN_OK;
}

static cn_status infer(const void *attributes, const cn_type *inputs, int64_t n_inputs,
                       cn_type *outputs)
{
    const cn_fused_attributes *fused = attributes;
    cn_fused_body body;
    cn_dtype types[CN_MOST_REGISTERS];
    CN_TRY(cn_fused_parse(fused->body, n_inputs, &body));
    CN_CHECK(body.n_outputs == fused->n_outputs, "body: has %d outputs, n_outputs is %d",
             (int)body.n_outputs, (int)fused->n_outputs);
    CN_TRY(cn_fused_check_inputs(&fused->shape, inputs, n_inputs));
    CN_TRY(cn_fused_infer(&body, inputs, types));
    for (int64_t k = 0; k < body.n_outputs; k++)
        outputs[k] = (cn_type){types[body.outputs[k]], fused->shape};
    return CN_OK;
}

static int64_t count_outputs(const void *attributes)
{
    return ((const cn_fused_attributes *)attributes)->n_outputs;
}

static cn_status lower(cn_lowering *lowering, const cn_instruction *instruction)
{
    const cn_fused_attributes *fused = instruction->attributes;
    cn_fused_body body;
    CN_TRY(cn_fused_parse(fused->body, instruction->n_inputs, &body));
    return cn_fused_lower(lowering, instruction, &body, &fused->shape);
}

static double apply(const cn_fused_step *step, const double *registers)
{
    double x[3] = {0};
    for (int64_t a = 0; a < step->n_arguments; a++)
        x[a] = registers[step->arguments[a]];
    if (step->op == &cn_op_cast)
        return cn_cast_number(x[0], step->cast.dtype);
    return step->op->scalar(x[0], x[1], x[2]);
}

void cn_reference_fused(const cn_reference_call *call, const cn_fused_body *body)
{
    const cn_shape *shape = &call->output_types[0].shape;
    int64_t size = cn_shape_size(shape);
    for (int64_t i = 0; i < size; i++) {
        double registers[CN_MOST_REGISTERS];
        for (int64_t k = 0; k < body->n_inputs; k++)
            registers[k] =
                call->inputs[k][cn_broadcast_index(shape, &call->input_types[k].shape, i)];
        for (int64_t k = 0; k < body->n_steps; k++)
            registers[body->n_inputs + k] = apply(&body->steps[k], registers);
        for (int64_t k = 0; k < body->n_outputs; k++)
            call->outputs[k][i] = registers[body->outputs[k]];
    }
}

static void reference(const cn_reference_call *call)
{
    const cn_fused_attributes *fused = call->attributes;
    cn_fused_body body;
    if (cn_fused_parse(fused->body, call->n_inputs, &body) == CN_OK)
        cn_reference_fused(call, &body); /* infer has read it before: it cannot fail */
}

static const cn_field fields[] = {
    CN_FIELD(cn_fused_attributes, body, CN_FIELD_TEXT, 0),
    CN_FIELD(cn_fused_attributes, shape, CN_FIELD_SHAPE, 0),
    CN_FIELD(cn_fused_attributes, n_outputs, CN_FIELD_INT, 0),
    CN_END_FIELDS,
};

static const cn_fused_attributes
    one = {"multiply(0,1) add(2,0) tanh(3) -> 4", CN_DIMS(2, 3), 1},
    many = {"multiply(0,1) add(3,2) exp(4) -> 5 3", CN_DIMS(4, 2, 3), 2},
    large = {"subtract(0,1) square(2) sqrt(3) -> 4 2", CN_DIMS(70, 300), 2},
    scalars = {"add(0,1) sigmoid(2) -> 3", {0}, 1},
    truth = {"less(0,1) cast.float32(2) logical_not(2) where(4,0,3) -> 2 5", CN_DIMS(9, 130), 2},
    whole =
        {"add(0,1) cast.float32(2) multiply(3,3) cast.int32(4) equal(5,0) cast.uint8(5) -> 5 6 7",
         CN_DIMS(9, 130), 3},
    bytes = {"cast.int32(0) add(2,2) cast.uint8(3) cast.float32(4) equal(4,1) -> 5 4 6",
             CN_DIMS(5, 7), 3},
    copies = {"negative(0) -> 0 1 0", CN_DIMS(2, 3), 3};

static const cn_sample samples[] = {
    {.shapes = {CN_DIMS(2, 3), CN_DIMS(2, 3)}, .n_inputs = 2, .attributes = &one},
    {.shapes = {CN_DIMS(4, 1, 3), CN_DIMS(2, 1), {0}}, .n_inputs = 3, .attributes = &many},
    {.shapes = {CN_DIMS(70, 300), CN_DIMS(70, 1)}, .n_inputs = 2, .attributes = &large},
    {.shapes = {{0}, {0}}, .n_inputs = 2, .attributes = &scalars},
    {.shapes = {CN_DIMS(9, 130), CN_DIMS(130)}, .n_inputs = 2, .attributes = &truth},
    {.shapes = {CN_DIMS(9, 130), CN_DIMS(130)},
     .dtypes = {CN_INT32, CN_INT32},
     .n_inputs = 2,
     .low = -20,
     .high = 20,
     .attributes = &whole},
    {.shapes = {CN_DIMS(5, 7), CN_DIMS(7)},
     .dtypes = {CN_UINT8, CN_UINT8},
     .n_inputs = 2,
     .high = 255,
     .attributes = &bytes},
    {.shapes = {CN_DIMS(3)}, .n_inputs = 1, .attributes = &copies},
};

const cn_op cn_op_fused = {
    .name = "fused",
    .max_inputs = CN_MOST_FUSED_INPUTS,
    .n_outputs = 1,
    .count_outputs = count_outputs,
    .flags = CN_OP_ELEMENTWISE,
    .fields = fields,
    .attributes_size = sizeof(cn_fused_attributes),
    .infer = infer,
    .lower = lower,
    .reference = reference,
    CN_SAMPLES(samples),
};
