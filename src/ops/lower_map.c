/* From a list of elementwise steps to the map kernel. */
#include "kernels/native/map.h"
#include "ops/fused.h"

/* A cast to uint8 takes two instructions, and one operand more than the body has. */
enum { MOST_OPERANDS = CN_MOST_FUSED_INPUTS + 1, MOST_INSTRUCTIONS = 2 * CN_MOST_FUSED };

struct builder {
    const cn_fused_body *body;
    cn_dtype types[CN_MOST_REGISTERS];    /* of the body's registers */
    int32_t registers[CN_MOST_REGISTERS]; /* the map's register for each of the body's */
    cn_map_operand operands[MOST_OPERANDS];
    cn_map_instruction instructions[MOST_INSTRUCTIONS];
    cn_map_output outputs[CN_MOST_FUSED_OUTPUTS];
    int32_t n_operands, n_instructions, wrap; /* wrap: the operand that holds 256, or -1 */
};

static bool has_int_lanes(cn_dtype dtype)
{
    return dtype == CN_INT32 || dtype == CN_UINT8;
}

/* ---- operands -------------------------------------------------------------------------------- */

/* The instruction that makes a value: outputs rise with the instructions. */
static const cn_instruction *producer(const cn_program *program, cn_value value)
{
    int64_t low = 0, high = program->n_code - 1;
    while (low < high) {
        int64_t middle = (low + high + 1) / 2;
        if (program->code[middle].output <= value)
            low = middle;
        else
            high = middle - 1;
    }
    return &program->code[low];
}

static void set_strides(cn_map_operand *operand, const cn_shape *shape, const cn_shape *wide,
                        int64_t pitch)
{
    int64_t stride = 1;
    for (int64_t i = shape->rank - 1; i >= 0; i--) {
        operand->stride[wide->rank - shape->rank + i] = shape->dim[i] == 1 ? 0 : stride;
        stride = i == shape->rank - 1 ? pitch : stride * shape->dim[i];
    }
}

static cn_map_operand operand_of(const cn_lowering *lowering, cn_value value, const cn_shape *wide)
{
    const cn_type *type = cn_type_of(lowering->program, value);
    cn_map_operand operand = {CN_MAP_STRIDED, type->dtype, cn_address(lowering, value), {0}, 0};
    int64_t size = cn_shape_size(&type->shape);
    if (producer(lowering->program, value)->op == &cn_op_full)
        operand.kind = CN_MAP_CONSTANT;
    else if (size == cn_shape_size(wide))
        operand.kind = CN_MAP_FULL, operand.pitch = lowering->pitches[value];
    else if (size == 1)
        operand.kind = CN_MAP_SCALAR;
    else
        set_strides(&operand, &type->shape, wide, cn_pitch_of(lowering, value));
    return operand;
}

static void add_operands(struct builder *builder, const cn_lowering *lowering,
                         const cn_instruction *instruction, const cn_shape *shape)
{
    static const int32_t modulus = 256;
    for (int32_t k = 0; k < instruction->n_inputs; k++) {
        builder->operands[k] = operand_of(lowering, instruction->inputs[k], shape);
        builder->registers[k] = k;
    }
    builder->n_operands = (int32_t)instruction->n_inputs;
    builder->wrap = -1;
    for (int64_t k = 0; k < builder->body->n_steps; k++)
        if (builder->body->steps[k].op == &cn_op_cast &&
            builder->body->steps[k].cast.dtype == CN_UINT8)
            builder->wrap = builder->n_operands;
    if (builder->wrap >= 0)
        builder->operands[builder->n_operands++] =
            (cn_map_operand){CN_MAP_CONSTANT, CN_INT32, &modulus, {0}, 0};
}

/* ---- instructions ---------------------------------------------------------------------------- */

/* Adds an instruction; the result's register. */
static int32_t add(struct builder *builder, cn_map_instruction instruction)
{
    instruction.result = builder->n_operands + builder->n_instructions;
    builder->instructions[builder->n_instructions++] = instruction;
    return instruction.result;
}

/* The tile that converts between lanes. Truth values are floats already. */
static cn_tile_id conversion(cn_dtype from, cn_dtype to)
{
    if (has_int_lanes(to))
        return has_int_lanes(from) ? CN_TILE_copy
               : from == CN_BOOL   ? CN_TILE_i32_from_truth
                                   : CN_TILE_i32_from_f32;
    if (to == CN_BOOL)
        return has_int_lanes(from) ? CN_TILE_truth_from_i32
               : from == CN_BOOL   ? CN_TILE_copy
                                   : CN_TILE_truth_from_f32;
    return has_int_lanes(from) ? CN_TILE_f32_from_i32 : CN_TILE_copy;
}

static int32_t add_cast(struct builder *builder, cn_dtype from, cn_dtype to, int32_t argument)
{
    cn_tile *const *tiles = cn_native_kernels()->tiles;
    cn_tile_id tile = conversion(from, to);
    int32_t result = add(builder, (cn_map_instruction){tiles[tile], NULL, to, 0, argument, -1, -1});
    bool wraps = to == CN_UINT8 && (from == CN_FLOAT32 || from == CN_INT32);
    if (!wraps)
        return result;
    return add(builder, (cn_map_instruction){tiles[CN_TILE_mod_i32], NULL, to, 0, result,
                                             builder->wrap, -1});
}

static int32_t add_step(struct builder *builder, const cn_fused_step *step, cn_dtype type)
{
    cn_dtype operands =
        builder->types[step->arguments[step->n_arguments - 1]]; /* of where, the values' */
    int32_t arguments[3] = {-1, -1, -1};
    for (int64_t k = 0; k < step->n_arguments; k++)
        arguments[k] = builder->registers[step->arguments[k]];
    if (step->op == &cn_op_cast)
        return add_cast(builder, operands, type, arguments[0]);
    int tile = has_int_lanes(operands) ? step->op->tile_i32 : step->op->tile;
    return add(builder, (cn_map_instruction){
                            tile == 0 ? NULL : cn_native_kernels()->tiles[tile - 1],
                            step->op->scalar, type, 0, arguments[0], arguments[1], arguments[2]});
}

static cn_status run(const void *arguments)
{
    cn_map_run(arguments);
    return CN_OK;
}

static cn_status prepare(const struct builder *builder, cn_lowering *lowering,
                         const cn_shape *shape, cn_map *map)
{
    *map = (cn_map){
        .count = cn_shape_size(shape),
        .rank = shape->rank,
        .operands = builder->operands,
        .instructions = builder->instructions,
        .outputs = builder->outputs,
        .n_operands = builder->n_operands,
        .n_instructions = builder->n_instructions,
        .n_outputs = (int32_t)builder->body->n_outputs,
        .columns = map->columns,
    };
    for (int64_t i = 0; i < shape->rank; i++)
        map->dim[i] = shape->dim[i];
    return cn_map_prepare(map, &lowering->plan->memory);
}

cn_status cn_fused_prepare(cn_lowering *lowering, const cn_instruction *instruction,
                           const cn_fused_body *body, const cn_shape *shape, cn_map *map)
{
    struct builder builder = {.body = body};
    cn_type inputs[CN_MOST_FUSED_INPUTS];
    for (int64_t k = 0; k < body->n_inputs; k++)
        inputs[k] = *cn_type_of(lowering->program, instruction->inputs[k]);
    CN_TRY(cn_fused_infer(body, inputs, builder.types));
    add_operands(&builder, lowering, instruction, shape);
    for (int64_t k = 0; k < body->n_steps; k++)
        builder.registers[body->n_inputs + k] =
            add_step(&builder, &body->steps[k], builder.types[body->n_inputs + k]);
    for (int64_t k = 0; k < body->n_outputs; k++) {
        const cn_value output = instruction->output + (cn_value)k;
        builder.outputs[k] =
            (cn_map_output){cn_address(lowering, output), builder.types[body->outputs[k]],
                            builder.registers[body->outputs[k]], lowering->pitches[output]};
    }
    return prepare(&builder, lowering, shape, map);
}

cn_status cn_fused_lower(cn_lowering *lowering, const cn_instruction *instruction,
                         const cn_fused_body *body, const cn_shape *shape)
{
    cn_map map = {0};
    if (cn_shape_size(shape) == 0)
        return CN_OK;
    CN_TRY(cn_fused_prepare(lowering, instruction, body, shape, &map));
    return cn_plan_add(lowering->plan, instruction->op->name, run, &map, sizeof map);
}
