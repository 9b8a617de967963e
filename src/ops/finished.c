/* The elementwise program behind a product: its operands are the product and the inputs behind the
 * product's own two. */
#include "ops/finished.h"

#include "ops/reference.h"

enum { OWN = 2, MOST_INPUTS = CN_MOST_FUSED_INPUTS + OWN };

/* Which input the program's operand number k is; the product is none. */
static int64_t input_of(const cn_finish_attributes *attributes, int64_t k)
{
    return OWN + k - (k > attributes->product);
}

static cn_status parse(const cn_finish_attributes *attributes, int64_t n_inputs,
                       cn_fused_body *body)
{
    CN_TRY(cn_fused_parse(attributes->body, n_inputs - OWN + 1, body));
    CN_CHECK(attributes->product >= 0 && attributes->product < body->n_inputs,
             "body: operand %d would be the product, and it has %d", (int)attributes->product,
             (int)body->n_inputs);
    CN_CHECK(body->n_outputs == attributes->n_outputs, "body: has %d outputs, n_outputs is %d",
             (int)body->n_outputs, (int)attributes->n_outputs);
    return CN_OK;
}

cn_status cn_infer_finished(const cn_finish_attributes *attributes, const cn_type *inputs,
                            int64_t n_inputs, cn_type *outputs)
{
    const cn_shape shape = outputs[0].shape;
    cn_fused_body body;
    cn_type operands[CN_MOST_FUSED_INPUTS];
    cn_dtype types[CN_MOST_REGISTERS];
    CN_TRY(parse(attributes, n_inputs, &body));
    for (int64_t k = 0; k < body.n_inputs; k++)
        operands[k] = k == attributes->product ? outputs[0] : inputs[input_of(attributes, k)];
    CN_TRY(cn_fused_check_inputs(&shape, operands, body.n_inputs));
    CN_TRY(cn_fused_infer(&body, operands, types));
    for (int64_t k = 0; k < body.n_outputs; k++)
        outputs[k] = (cn_type){types[body.outputs[k]], shape};
    CN_CHECK(outputs[0].dtype == CN_FLOAT32, "body: its first output is not float32");
    return CN_OK;
}

/* The program as an instruction of its own, whose operand for the product is the first output. */
cn_status cn_prepare_finish(cn_lowering *lowering, const cn_instruction *instruction,
                            const cn_finish_attributes *attributes, cn_finish *finish)
{
    cn_fused_body body;
    cn_value operands[MOST_INPUTS];
    CN_TRY(parse(attributes, instruction->n_inputs, &body));
    for (int64_t k = 0; k < body.n_inputs; k++)
        operands[k] = k == attributes->product ? instruction->output
                                               : instruction->inputs[input_of(attributes, k)];
    cn_instruction program = *instruction;
    program.inputs = operands, program.n_inputs = body.n_inputs;
    const cn_shape *shape = cn_shape_of(lowering->program, instruction->output);
    finish->y = cn_address(lowering, instruction->output);
    finish->pitch = cn_pitch_of(lowering, instruction->output);
    finish->map.columns = shape->dim[shape->rank - 1];
    return cn_fused_prepare(lowering, &program, &body, shape, &finish->map);
}

void cn_reference_finished(const cn_finish_attributes *attributes, const cn_reference_call *call,
                           cn_reference *product)
{
    cn_fused_body body;
    const double *operands[MOST_INPUTS];
    cn_type types[MOST_INPUTS];
    cn_reference_call own = *call;
    own.n_inputs = OWN;
    product(&own);
    if (parse(attributes, call->n_inputs, &body) != CN_OK)
        return; /* infer has read it before: it cannot fail */
    for (int64_t k = 0; k < body.n_inputs; k++) {
        const bool is_product = k == attributes->product;
        operands[k] = is_product ? call->outputs[0] : call->inputs[input_of(attributes, k)];
        types[k] = is_product ? call->output_types[0] : call->input_types[input_of(attributes, k)];
    }
    own.inputs = operands, own.input_types = types, own.n_inputs = body.n_inputs;
    cn_reference_fused(&own, &body);
}
