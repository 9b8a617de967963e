/* Making random programs. */
#include "support/random_program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ops/emit.h"

enum { WIDE = 128, MOST_ELEMENTS = 1600 };

int64_t cn_random_choice(cn_random_program *random, int64_t n)
{
    uint64_t x = random->seed * 0x9E3779B97F4A7C15u + ++random->counter * 0xD1342543DE82EF95u;
    x = (x ^ x >> 32) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 29) * 0x94D049BB133111EBu;
    return (int64_t)((x ^ x >> 32) % (uint64_t)n);
}

static double small_number(cn_random_program *random)
{
    return (double)(float)((double)cn_random_choice(random, 2001) / 1000 - 1);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Any float value so far, preferably a late one. */
static cn_value pick(cn_random_program *random)
{
    const cn_program *p = &random->program;
    for (;;) {
        const int64_t among = cn_random_choice(random, 3) == 0 || p->n_values < 8 ? p->n_values : 8;
        const cn_value value = (cn_value)(p->n_values - 1 - cn_random_choice(random, among));
        if (cn_dtype_of(p, value) == CN_FLOAT32)
            return value;
    }
}

/* A value that broadcasts with another one; that one itself if none is found. */
static cn_value pick_with(cn_random_program *random, cn_value other)
{
    for (int attempt = 0; attempt < 20; attempt++) {
        cn_shape shape;
        const cn_value value = pick(random);
        if (cn_shape_broadcast(cn_shape_of(&random->program, value),
                               cn_shape_of(&random->program, other), &shape) == CN_OK)
            return value;
    }
    return other;
}

/* Keeps numbers small, whatever they are multiplied with. */
static cn_value tame(cn_random_program *random, cn_value value)
{
    return cn_emit_tanh(&random->program, value);
}

/* ---- one choice each ------------------------------------------------------------------------- */

static cn_value add_unary(cn_random_program *random)
{
    static const cn_op *const ops[] = {
        &cn_op_negative, &cn_op_absolute, &cn_op_sin, &cn_op_tanh, &cn_op_sigmoid,
        &cn_op_relu,     &cn_op_softplus, &cn_op_erf, &cn_op_cos,  &cn_op_stop_gradient};
    return cn_emit_1(&random->program, ops[cn_random_choice(random, sizeof ops / sizeof ops[0])],
                     pick(random));
}

static cn_value add_binary(cn_random_program *random)
{
    static const cn_op *const ops[] = {&cn_op_add, &cn_op_subtract, &cn_op_multiply, &cn_op_maximum,
                                       &cn_op_minimum};
    const cn_value a = pick(random), b = pick_with(random, a);
    const cn_value value = cn_emit_2(&random->program, ops[cn_random_choice(random, 5)], a, b);
    return cn_random_choice(random, 2) == 0 ? value : tame(random, value);
}

static cn_value add_constant(cn_random_program *random)
{
    static const double numbers[] = {0, 1, -1, 2, 0.5};
    const cn_value a = pick(random);
    const cn_shape shape = cn_random_choice(random, 2) == 0 ? (cn_shape){0}
                                                            : *cn_shape_of(&random->program, a);
    const cn_value full =
        cn_emit_full(&random->program, numbers[cn_random_choice(random, 5)], CN_FLOAT32, shape);
    const cn_value value = cn_random_choice(random, 2) == 0
                               ? cn_emit_multiply(&random->program, full, a)
                               : cn_emit_add(&random->program, a, full);
    return tame(random, value);
}

/* The larger of two, the long way: the choice itself is continuous. */
static cn_value add_where(cn_random_program *random)
{
    const cn_value a = pick(random), b = pick_with(random, a);
    return cn_emit_where(&random->program, cn_emit_greater(&random->program, a, b), a, b);
}

static cn_value add_shape_op(cn_random_program *random)
{
    cn_program *p = &random->program;
    const cn_value a = pick(random);
    const cn_shape shape = *cn_shape_of(p, a);
    switch (cn_random_choice(random, 5)) {
    case 0: return cn_emit_reshape(p, a, CN_SHAPE(cn_shape_size(&shape)));
    case 1: return cn_emit_expand_dims(p, a, 0);
    case 2: return shape.rank == 2 ? cn_emit_swap_axes(p, a, 0, 1) : cn_emit_sin(p, a);
    case 3:
        return shape.rank == 1 ? cn_emit_broadcast_to(p, a, CN_SHAPE(3, shape.dim[0]))
                               : cn_emit_negative(p, a);
    default:
        return shape.rank > 0 && shape.dim[0] > 1 ? cn_emit_slice_axis(p, a, 0, 1, shape.dim[0] - 1)
                                                  : cn_emit_cos(p, a);
    }
}

static cn_value add_reduction(cn_random_program *random)
{
    cn_program *p = &random->program;
    const cn_value a = pick(random);
    const int64_t rank = cn_shape_of(p, a)->rank;
    const cn_shape axes = rank == 0 || cn_random_choice(random, 4) == 0
                              ? CN_ALL_AXES
                              : CN_SHAPE(cn_random_choice(random, rank));
    const bool keep = cn_random_choice(random, 2) == 0;
    return cn_random_choice(random, 2) == 0 ? tame(random, cn_emit_sum(p, a, axes, keep))
                                            : cn_emit_max(p, a, axes, keep);
}

static cn_value add_product(cn_random_program *random)
{
    cn_program *p = &random->program;
    const cn_value a = pick(random), b = pick(random);
    const cn_shape *left = cn_shape_of(p, a), *right = cn_shape_of(p, b);
    if (left->rank != 2 || right->rank != 2 || cn_shape_size(left) > MOST_ELEMENTS ||
        cn_shape_size(right) > MOST_ELEMENTS)
        return left->rank > 0 ? cn_emit_softmax(p, a, -1) : cn_emit_sigmoid(p, a);
    cn_value product;
    if (left->dim[1] == right->dim[0])
        product = cn_emit_matmul(p, a, b);
    else if (left->dim[1] == right->dim[1])
        product = cn_emit_matmul_transposed(p, a, false, b, true);
    else if (left->dim[0] == right->dim[0] && left->dim[1] * right->dim[1] <= MOST_ELEMENTS)
        product = cn_emit_matmul_transposed(p, a, true, b, false);
    else
        product = cn_emit_softmax(p, a, -1);
    product = tame(random, product);
    return cn_random_choice(random, 2) == 0 ? cn_emit_relu(p, product) : product;
}

static cn_value add_concatenation(cn_random_program *random)
{
    const cn_value a = pick(random);
    if (cn_shape_of(&random->program, a)->rank == 0 ||
        cn_shape_size(cn_shape_of(&random->program, a)) > 100)
        return cn_emit_square(&random->program, tame(random, a));
    const cn_value parts[2] = {a, cn_emit_negative(&random->program, a)};
    return cn_emit_concatenate(&random->program, parts, 2, 0);
}

/* A value of rows that are long enough to lie apart, in a part of another one. */
static cn_value pick_wide(cn_random_program *random)
{
    for (int attempt = 0; attempt < 20; attempt++) {
        const cn_value value = pick(random);
        const cn_shape *shape = cn_shape_of(&random->program, value);
        if (shape->rank == 2 && shape->dim[1] >= WIDE)
            return value;
    }
    return random->program.inputs[4];
}

/* What becomes a part: made by one op or another, made before, or cut. */
static cn_value add_part(cn_random_program *random, cn_value a)
{
    cn_program *p = &random->program;
    const int64_t columns = cn_shape_of(p, a)->dim[1];
    cn_value part;
    switch (cn_random_choice(random, 5)) {
    case 0: return cn_emit_sin(p, a);
    case 1:
        part = tame(random, a);
        part = tame(random, cn_emit_matmul_transposed(p, part, false, part, true));
        part = cn_emit_add(p, cn_emit_matmul(p, part, a), cn_emit_scalar(p, 0.25));
        part = tame(random, part);
        return cn_random_choice(random, 2) == 0 ? cn_emit_relu(p, part) : part;
    case 2: return cn_emit_slice_axis(p, a, 1, columns - WIDE, WIDE);
    case 3: return cn_emit_softmax(p, a, -1);
    default: return a;
    }
}

static cn_value add_join(cn_random_program *random)
{
    cn_program *p = &random->program;
    const cn_value a = pick_wide(random);
    if (cn_shape_size(cn_shape_of(p, a)) > MOST_ELEMENTS)
        return cn_emit_slice_axis(p, a, 1, cn_shape_of(p, a)->dim[1] - WIDE, WIDE);
    cn_value parts[3];
    const int64_t n = 2 + cn_random_choice(random, 2);
    for (int64_t k = 0; k < n; k++)
        parts[k] = add_part(random, a);
    return cn_emit_concatenate(p, parts, n, 1);
}

/* Slices of values of all kinds, and slices of these. */
static cn_value add_cut(cn_random_program *random)
{
    cn_program *p = &random->program;
    const cn_value a = pick_wide(random);
    const cn_shape shape = *cn_shape_of(p, a);
    if (shape.dim[0] > 2 && cn_random_choice(random, 2) == 0)
        return cn_emit_slice(p, a, CN_SHAPE(cn_random_choice(random, 2), 0),
                             CN_SHAPE(2, shape.dim[1]), CN_SHAPE(1, 1));
    const int64_t start = cn_random_choice(random, shape.dim[1] - WIDE + 1);
    return cn_emit_slice_axis(p, a, 1, start, WIDE);
}

/* New values of variables: computed, another variable's, or two exchanged. */
static cn_value add_assignment(cn_random_program *random)
{
    cn_program *p = &random->program;
    cn_variable *a = &random->variables[cn_random_choice(random, CN_RANDOM_VARIABLES)];
    cn_variable *b = &random->variables[cn_random_choice(random, CN_RANDOM_VARIABLES)];
    const cn_value of_a = cn_program_read(p, a), of_b = cn_program_read(p, b);
    const cn_value new_value = cn_emit_tanh(p, cn_emit_add(p, of_a, cn_emit_sin(p, of_b)));
    switch (cn_random_choice(random, 4)) {
    case 0: cn_program_assign(p, a, of_b); break;
    case 1:
        cn_program_assign(p, a, of_b);
        cn_program_assign(p, b, of_a);
        break;
    case 2:
        cn_program_assign(p, a, new_value);
        cn_program_assign(p, b, new_value);
        break;
    default: cn_program_assign(p, a, new_value); break;
    }
    return new_value;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void add_input(cn_random_program *random, int64_t index, cn_shape shape)
{
    const int64_t size = cn_shape_size(&shape);
    (void)cn_program_input(&random->program, CN_FLOAT32, shape);
    random->inputs[index] = cn_arena_allocate(&random->memory, (size_t)size * sizeof(double));
    assert_non_null(random->inputs[index]);
    for (int64_t i = 0; i < size; i++)
        random->inputs[index][i] = small_number(random);
}

static void add_variables(cn_random_program *random)
{
    static const char *const names[CN_RANDOM_VARIABLES] = {"a", "b", "c", "d", "e"};
    for (int i = 0; i < CN_RANDOM_VARIABLES; i++) {
        cn_variable *variable = &random->variables[i];
        assert_int_equal(cn_variable_init(variable, names[i], CN_FLOAT32, CN_SHAPE(3, 4), NULL),
                         CN_OK);
        for (int64_t k = 0; k < 12; k++)
            ((float *)variable->data)[k] = (float)small_number(random);
        (void)cn_program_read(&random->program, variable);
    }
}

void cn_random_program_make(cn_random_program *random, uint64_t seed, int64_t choices)
{
    static cn_value (*const kinds[])(cn_random_program *) = {
        add_unary,      add_unary,    add_binary,   add_binary,    add_binary,  add_constant,
        add_where,      add_shape_op, add_shape_op, add_reduction, add_product, add_concatenation,
        add_assignment, add_join,     add_join,     add_cut};
    *random = (cn_random_program){.seed = seed};
    add_input(random, 0, CN_SHAPE(3, 4));
    add_input(random, 1, CN_SHAPE(4));
    add_input(random, 2, CN_SHAPE(5, 3));
    add_input(random, 3, (cn_shape){0});
    add_input(random, 4, CN_SHAPE(3, 2 * WIDE + 3));
    add_variables(random);
    for (int64_t i = 0; i < choices; i++) {
        const cn_value value =
            kinds[cn_random_choice(random, sizeof kinds / sizeof kinds[0])](random);
        if (cn_random_choice(random, 6) == 0)
            cn_program_output(&random->program, value);
    }
    cn_program_output(&random->program, pick(random));
    if (random->program.status != CN_OK)
        fail_msg("seed %d: %s", (int)seed, cn_error());
}

void cn_random_program_free(cn_random_program *random)
{
    for (int i = 0; i < CN_RANDOM_VARIABLES; i++)
        cn_variable_free(&random->variables[i]);
    cn_program_free(&random->program);
    cn_arena_free(&random->memory);
}
