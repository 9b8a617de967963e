/* Elementwise programs against an interpreter that takes one element after the other. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cornu/session.h"
#include "kernels/native/map.h"

enum { MOST = 9, CASES = 4000, SPACE = 300000 };

static uint32_t state = 99;

static int64_t below(int64_t bound)
{
    state = state * 1664525u + 1013904223u;
    return (int64_t)((state >> 8) % (uint32_t)bound);
}

/* ---- instructions that are exact in float, so that results can be compared bit by bit -------- */

static double add(double a, double b, double c)
{
    (void)c;
    return (double)(float)(a + b);
}

static double maximum(double a, double b, double c)
{
    (void)c;
    return a > b ? a : b;
}

static double negative(double a, double b, double c)
{
    (void)b, (void)c;
    return -a;
}

static double where(double a, double b, double c)
{
    return a != 0 ? b : c;
}

static double less(double a, double b, double c)
{
    (void)c;
    return a < b;
}

static double identity(double a, double b, double c)
{
    (void)b, (void)c;
    return a;
}

typedef struct word {
    cn_tile_id tile;
    bool scalar; /* without a tile */
    double (*meaning)(double, double, double);
    cn_dtype result, a, b, c;
    int arguments;
} word;

static const word words[] = {
    {CN_TILE_add, false, add, CN_FLOAT32, CN_FLOAT32, CN_FLOAT32, CN_FLOAT32, 2},
    {CN_TILE_add, true, add, CN_FLOAT32, CN_FLOAT32, CN_FLOAT32, CN_FLOAT32, 2},
    {CN_TILE_maximum, false, maximum, CN_FLOAT32, CN_FLOAT32, CN_FLOAT32, CN_FLOAT32, 2},
    {CN_TILE_negative, false, negative, CN_FLOAT32, CN_FLOAT32, CN_FLOAT32, CN_FLOAT32, 1},
    {CN_TILE_where, false, where, CN_FLOAT32, CN_BOOL, CN_FLOAT32, CN_FLOAT32, 3},
    {CN_TILE_less, false, less, CN_BOOL, CN_FLOAT32, CN_FLOAT32, CN_FLOAT32, 2},
    {CN_TILE_maximum_i32, false, maximum, CN_INT32, CN_INT32, CN_INT32, CN_INT32, 2},
    {CN_TILE_less_i32, false, less, CN_BOOL, CN_INT32, CN_INT32, CN_INT32, 2},
    {CN_TILE_less_i32, true, less, CN_BOOL, CN_INT32, CN_INT32, CN_INT32, 2},
    {CN_TILE_f32_from_i32, false, identity, CN_FLOAT32, CN_INT32, CN_INT32, CN_INT32, 1},
    {CN_TILE_i32_from_truth, false, identity, CN_INT32, CN_BOOL, CN_BOOL, CN_BOOL, 1},
};

enum { WORDS = sizeof words / sizeof *words };

/* ---- a random program ------------------------------------------------------------------------ */

typedef struct program {
    cn_map map;
    cn_map_operand operands[MOST];
    cn_map_instruction instructions[2 * MOST];
    const word *meaning[2 * MOST];
    cn_map_output outputs[MOST];
    void *data[MOST], *kept[MOST]; /* of the operands, and as they were */
    double *want[MOST];            /* of the outputs */
    void *own[MOST];               /* outputs that share no operand's memory */
} program;

static bool integer_lanes(cn_dtype dtype)
{
    return dtype == CN_INT32 || dtype == CN_UINT8;
}

static size_t size_of(cn_dtype dtype)
{
    return dtype == CN_FLOAT32 || dtype == CN_INT32 ? 4 : 1;
}

static double element(const void *data, cn_dtype dtype, int64_t i)
{
    switch (dtype) {
    case CN_FLOAT32: return (double)((const float *)data)[i];
    case CN_INT32: return (double)((const int32_t *)data)[i];
    case CN_BOOL: return ((const uint8_t *)data)[i] != 0;
    default: return (double)((const uint8_t *)data)[i];
    }
}

static void set_element(void *data, cn_dtype dtype, int64_t i, double x)
{
    if (dtype == CN_FLOAT32)
        ((float *)data)[i] = (float)x;
    else if (dtype == CN_INT32)
        ((int32_t *)data)[i] = (int32_t)x;
    else
        ((uint8_t *)data)[i] = (uint8_t)(int64_t)x;
}

static void draw_space(cn_map *map, int64_t most)
{
    map->rank = below(5);
    map->count = 1;
    for (int64_t i = 0; i < map->rank; i++) {
        static const int64_t sizes[] = {1, 2, 3, 10, 32, 33, 100, 256, 300, 512, 700, 1500};
        map->dim[i] = sizes[below(12)];
        if (map->count * map->dim[i] > most)
            map->dim[i] = 1;
        map->count *= map->dim[i];
    }
}

/* Between rows, in float32; 0: they lie together. */
static int64_t draw_pitch(const cn_map *map, cn_dtype dtype)
{
    if (dtype != CN_FLOAT32 || map->rank < 2 || map->dim[map->rank - 1] == 1 || below(3) > 0)
        return 0;
    return map->dim[map->rank - 1] + 1 + below(20);
}

/* The element in memory. */
static int64_t place(const cn_map *map, int64_t pitch, int64_t position)
{
    const int64_t row = pitch == 0 ? 1 : map->dim[map->rank - 1];
    return pitch == 0 ? position : position / row * pitch + position % row;
}

static void draw_operand(program *p, int i)
{
    static const cn_dtype dtypes[] = {CN_FLOAT32, CN_FLOAT32, CN_FLOAT32,
                                      CN_INT32,   CN_BOOL,    CN_UINT8};
    cn_map_operand *operand = p->operands + i;
    int64_t elements = 1;
    *operand = (cn_map_operand){.kind = (cn_map_kind)below(4), .dtype = dtypes[below(6)]};
    for (int64_t axis = p->map.rank - 1; axis >= 0; axis--) {
        operand->stride[axis] = below(2) == 0 ? 0 : elements;
        elements *= operand->stride[axis] != 0 ? p->map.dim[axis] : 1;
    }
    operand->pitch = operand->kind == CN_MAP_FULL ? draw_pitch(&p->map, operand->dtype) : 0;
    elements = operand->kind == CN_MAP_FULL ? place(&p->map, operand->pitch, p->map.count - 1) + 1
               : operand->kind == CN_MAP_STRIDED ? elements
                                                 : 1;
    const size_t bytes = (size_t)elements * size_of(operand->dtype);
    operand->data = p->data[i] = malloc(bytes);
    p->kept[i] = malloc(bytes);
    for (int64_t j = 0; j < elements; j++)
        set_element(p->data[i], operand->dtype, j,
                    (double)(below(7) - (operand->dtype == CN_UINT8 ? 0 : 3)));
    memcpy(p->kept[i], p->data[i], bytes);
}

static cn_dtype dtype_of(const program *p, int64_t index)
{
    return index < p->map.n_operands ? p->operands[index].dtype
                                     : p->instructions[index - p->map.n_operands].dtype;
}

/* A register whose lanes an argument of this type can be. */
static int32_t draw_register(const program *p, int32_t count, cn_dtype dtype)
{
    for (int attempt = 0; attempt < 30; attempt++) {
        const int32_t index = (int32_t)below(count);
        const cn_dtype has = dtype_of(p, index);
        if (dtype == CN_BOOL ? has == CN_BOOL : integer_lanes(dtype) == integer_lanes(has))
            return index;
    }
    return -1;
}

static void draw_instruction(program *p)
{
    const word *w = words + below(WORDS);
    const int32_t count = p->map.n_operands + p->map.n_instructions;
    cn_map_instruction *instruction = p->instructions + p->map.n_instructions;
    *instruction = (cn_map_instruction){.dtype = w->result, .result = count, .scalar = w->meaning};
    instruction->tile = w->scalar ? NULL : cn_native_kernels()->tiles[w->tile];
    instruction->a = draw_register(p, count, w->a);
    instruction->b = w->arguments > 1 ? draw_register(p, count, w->b) : -1;
    instruction->c = w->arguments > 2 ? draw_register(p, count, w->c) : -1;
    if (instruction->a < 0 || (w->arguments > 1 && instruction->b < 0) ||
        (w->arguments > 2 && instruction->c < 0))
        return;
    p->meaning[p->map.n_instructions++] = w;
}

static bool is_taken(const program *p, const void *data)
{
    for (int i = 0; i < p->map.n_outputs; i++)
        if (p->outputs[i].data == data)
            return true;
    return false;
}

/* Often in the memory of an operand. */
static void draw_output(program *p)
{
    cn_map_output *output = p->outputs + p->map.n_outputs;
    output->from = (int32_t)below(p->map.n_operands + p->map.n_instructions);
    const cn_dtype dtype = dtype_of(p, output->from);
    output->dtype = dtype == CN_BOOL && below(2) == 0    ? CN_FLOAT32
                    : dtype == CN_UINT8 && below(2) == 0 ? CN_INT32
                                                         : dtype;
    output->pitch = draw_pitch(&p->map, output->dtype);
    output->data = p->own[p->map.n_outputs] =
        calloc((size_t)place(&p->map, output->pitch, p->map.count - 1) + 1, 4);
    for (int i = 0; i < p->map.n_operands; i++)
        if (p->operands[i].kind == CN_MAP_FULL &&
            size_of(p->operands[i].dtype) == size_of(output->dtype) && !is_taken(p, p->data[i]) &&
            below(2) == 0)
            output->data = p->data[i], output->pitch = p->operands[i].pitch;
    p->want[p->map.n_outputs++] = malloc((size_t)p->map.count * sizeof(double));
}

/* ---- what it should do ----------------------------------------------------------------------- */

static double operand_value(const program *p, int i, int64_t position)
{
    const cn_map_operand *operand = p->operands + i;
    int64_t offset = operand->kind == CN_MAP_FULL ? place(&p->map, operand->pitch, position) : 0;
    for (int64_t axis = p->map.rank - 1; axis >= 0 && operand->kind == CN_MAP_STRIDED; axis--) {
        offset += position % p->map.dim[axis] * operand->stride[axis];
        position /= p->map.dim[axis];
    }
    return element(p->kept[i], operand->dtype, offset);
}

static void interpret(const program *p)
{
    for (int64_t position = 0; position < p->map.count; position++) {
        double registers[3 * MOST] = {0};
        for (int i = 0; i < p->map.n_operands; i++)
            registers[i] = operand_value(p, i, position);
        for (int i = 0; i < p->map.n_instructions; i++) {
            const cn_map_instruction *k = p->instructions + i;
            registers[k->result] = p->meaning[i]->meaning(
                registers[k->a], k->b < 0 ? 0 : registers[k->b], k->c < 0 ? 0 : registers[k->c]);
        }
        for (int i = 0; i < p->map.n_outputs; i++)
            p->want[i][position] = registers[p->outputs[i].from];
    }
}

static void compare(const program *p, int number)
{
    for (int i = 0; i < p->map.n_outputs; i++)
        for (int64_t position = 0; position < p->map.count; position++) {
            const double got = element(p->outputs[i].data, p->outputs[i].dtype,
                                       place(&p->map, p->outputs[i].pitch, position));
            if (got != p->want[i][position])
                fail_msg(
                    "program %d, output %d of type %d, from register %d: element %d of %d is %g, "
                    "expected %g",
                    number, i, (int)p->outputs[i].dtype, (int)p->outputs[i].from, (int)position,
                    (int)p->map.count, got, p->want[i][position]);
        }
}

/* Nothing is written between rows. */
static void check_gaps(const program *p, int number)
{
    for (int i = 0; i < p->map.n_outputs; i++) {
        const int64_t pitch = p->outputs[i].pitch;
        if (pitch == 0 || p->outputs[i].data != p->own[i])
            continue;
        const int64_t row = p->map.dim[p->map.rank - 1];
        for (int64_t r = 0; r + 1 < p->map.count / row; r++)
            for (int64_t at = r * pitch + row; at < (r + 1) * pitch; at++)
                if (((const float *)p->own[i])[at] != 0)
                    fail_msg("program %d, output %d: number %d is written, between rows of %d",
                             number, i, (int)at, (int)row);
    }
}

static void free_program(program *p)
{
    for (int i = 0; i < MOST; i++) {
        free(p->data[i]);
        free(p->kept[i]);
        free(p->want[i]);
        free(p->own[i]);
    }
}

static void check_program(int number)
{
    program p = {.map = {.operands = NULL}};
    draw_space(&p.map, number % 100 == 0 ? SPACE : SPACE / 100);
    p.map.operands = p.operands, p.map.instructions = p.instructions, p.map.outputs = p.outputs;
    const int n_operands = 1 + (int)below(5), n_instructions = (int)below(MOST),
              n_outputs = 1 + (int)below(3);
    for (; p.map.n_operands < n_operands; p.map.n_operands++)
        draw_operand(&p, p.map.n_operands);
    for (int i = 0; i < n_instructions; i++)
        draw_instruction(&p);
    for (int i = 0; i < n_outputs; i++)
        draw_output(&p);
    interpret(&p);
    cn_arena memory = {NULL};
    assert_int_equal(cn_map_prepare(&p.map, &memory), CN_OK);
    p.map.operands = NULL, p.map.instructions = NULL, p.map.outputs = NULL;
    cn_map_run(&p.map);
    compare(&p, number);
    check_gaps(&p, number);
    cn_arena_free(&memory);
    free_program(&p);
}

static void test_random_programs(void **unused)
{
    (void)unused;
    for (int i = 0; i < CASES; i++)
        check_program(i);
}

static void test_random_programs_by_threads(void **unused)
{
    (void)unused;
    cn_set_threads(3);
    for (int i = 0; i < CASES / 10; i++)
        check_program(10 * i);
    cn_set_threads(0);
}

/* More live registers than fit into the area as whole tiles. */
static void test_many_registers(void **unused)
{
    (void)unused;
    enum { DEEP = 100, COUNT = 2000 };
    static float in[COUNT], out[COUNT];
    cn_map_instruction instructions[2 * DEEP];
    const cn_map_operand operand = {.kind = CN_MAP_FULL, .dtype = CN_FLOAT32, .data = in};
    const cn_map_output output = {out, CN_FLOAT32, 2 * DEEP - 1, 0};
    cn_tile *tile = cn_native_kernels()->tiles[CN_TILE_add];
    for (int i = 0; i < COUNT; i++)
        in[i] = (float)i;
    for (int32_t i = 0; i < DEEP; i++) /* register i+1 = in + register i */
        instructions[i] = (cn_map_instruction){
            .tile = tile, .dtype = CN_FLOAT32, .result = i + 1, .a = 0, .b = i, .c = -1};
    for (int32_t i = 1; i < DEEP; i++) /* then all are added, the first last */
        instructions[DEEP + i - 1] = (cn_map_instruction){.tile = tile,
                                                          .dtype = CN_FLOAT32,
                                                          .result = DEEP + i,
                                                          .a = DEEP + i - 1,
                                                          .b = DEEP - i,
                                                          .c = -1};
    cn_map map = {.count = COUNT,
                  .operands = &operand,
                  .instructions = instructions,
                  .outputs = &output,
                  .n_operands = 1,
                  .n_instructions = 2 * DEEP - 1,
                  .n_outputs = 1};
    cn_arena memory = {NULL};
    assert_int_equal(cn_map_prepare(&map, &memory), CN_OK);
    cn_map_run(&map);
    for (int i = 0; i < COUNT; i++) /* (2 + 3 + ... + 101) x */
        if (out[i] != 5150.0f * (float)i)
            fail_msg("element %d is %g, expected %g", i, (double)out[i], 5150.0 * i);
    cn_arena_free(&memory);
}

static void test_memory_runs_out(void **unused)
{
    (void)unused;
    static float in[100], out[100];
    const cn_map_operand operand = {.kind = CN_MAP_FULL, .dtype = CN_FLOAT32, .data = in};
    const cn_map_output output = {out, CN_FLOAT32, 0, 0};
    for (int64_t n = 1;; n++) {
        cn_map map = {.count = 100,
                      .operands = &operand,
                      .outputs = &output,
                      .n_operands = 1,
                      .n_outputs = 1};
        cn_arena memory = {NULL};
        cn_memory_fail_at(n);
        const cn_status status = cn_map_prepare(&map, &memory);
        const bool failed = cn_memory_has_failed();
        cn_memory_fail_at(0);
        cn_arena_free(&memory);
        cn_clear_error();
        assert_int_equal(status, failed ? CN_OUT_OF_MEMORY : CN_OK);
        if (!failed)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_programs),
        cmocka_unit_test(test_random_programs_by_threads),
        cmocka_unit_test(test_many_registers),
        cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
