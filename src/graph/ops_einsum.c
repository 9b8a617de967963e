/* einsum: sums over the letters of axes, y[output] = sum a[...] b[...] ..., in one product after
 * the other. */
#include "cornu/product_ops.h"

#include <inttypes.h>
#include <string.h>

#include "graph/draw.h"
#include "ops/emit.h"

enum { MOST_OPERANDS = 16, MOST_LETTERS = 64 };

struct equation {
    char of[MOST_OPERANDS][CN_MAX_RANK + 1], output[CN_MAX_RANK + 1];
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The letters up to a comma, an arrow or the end. "..." are so many axes as are left of rank; their
 * letters are digits, of which 7 is the last axis. */
static bool read_term(const char **text, int64_t rank, char letters[CN_MAX_RANK + 1])
{
    const char *at = *text, *end = at + strcspn(at, ",-");
    int64_t n = 0, unnamed = rank;
    bool dots = false;
    for (const char *c = at; c < end; c++)
        unnamed -= is_letter(*c);
    for (; at < end; at++) {
        if (*at == ' ')
            continue;
        if (unnamed >= 0 && !dots && strncmp(at, "...", 3) == 0) {
            for (int64_t i = unnamed; i > 0; i--)
                letters[n++] = (char)('0' + CN_MAX_RANK - i);
            dots = true;
            at += 2;
        } else if (!is_letter(*at) || n == CN_MAX_RANK) {
            return false;
        } else {
            letters[n++] = *at;
        }
    }
    letters[n] = '\0';
    *text = end;
    return n == rank;
}

static int64_t count_letters(const char *text)
{
    int64_t n = 0;
    for (; *text != '\0'; text++)
        n += is_letter(*text);
    return n;
}

/* Without an arrow: axes of "...", then the letters that stand in the operands once. */
static bool imply_output(struct equation *e, int64_t n, int64_t unnamed)
{
    int64_t length = 0;
    for (; length < unnamed; length++)
        e->output[length] = (char)('0' + CN_MAX_RANK - unnamed + length);
    for (char letter = 'A'; letter <= 'z'; letter++) {
        int times = is_letter(letter) ? 0 : 2;
        for (int64_t i = 0; i < n; i++)
            for (const char *c = e->of[i]; *c != '\0'; c++)
                times += *c == letter;
        if (times == 1 && length == CN_MAX_RANK)
            return false;
        if (times == 1)
            e->output[length++] = letter;
    }
    e->output[length] = '\0';
    return true;
}

static bool read_equation(const cn_program *p, const char *text, const cn_value *inputs, int64_t n,
                          struct equation *e)
{
    int64_t most = 0; /* axes of "..." */
    for (int64_t i = 0; i < n; i++) {
        const int64_t rank = cn_shape_of(p, inputs[i])->rank;
        if (!read_term(&text, rank, e->of[i]) || (i < n - 1 && *text++ != ','))
            return false;
        const int64_t unnamed = rank - count_letters(e->of[i]);
        most = unnamed > most ? unnamed : most;
    }
    if (*text == '\0')
        return imply_output(e, n, most);
    if (strncmp(text, "->", 2) != 0)
        return false;
    text += 2;
    const int64_t rank = count_letters(text) + (strstr(text, "...") != NULL ? most : 0);
    return read_term(&text, rank, e->output) && *text == '\0';
}

/* ---- emitting -------------------------------------------------------------------------------- */

/* The diagonal of two axes with the same letter, as often as there are such. */
static cn_value without_doubles(cn_program *p, const cn_operation_class *class, cn_value x,
                                char *letters)
{
    for (int64_t i = 0; letters[i] != '\0' && x != CN_NO_VALUE; i++) {
        const char *other = strchr(letters + i + 1, letters[i]);
        if (other == NULL)
            continue;
        const int64_t k = other - letters;
        const cn_shape *shape = cn_shape_of(p, x);
        if (shape->dim[i] != shape->dim[k])
            return cn_refuse(p, class, "'%c' is %" PRId64 " and %" PRId64 " in one operand",
                             letters[i], shape->dim[i], shape->dim[k]);
        cn_operation_args args = cn_operation_defaults;
        args.number = 0;
        args.shape = CN_SHAPE(i, k);
        x = cn_operation_diagonal.emit(p, class, &args, &x, 1);
        const char letter = letters[i];
        memmove(letters + k, letters + k + 1, strlen(letters + k));
        memmove(letters + i, letters + i + 1, strlen(letters + i));
        letters[strlen(letters) + 1] = '\0';
        letters[strlen(letters)] = letter;
        i--;
    }
    return x;
}

/* One operand: sums over what the output lacks, and the order of that. */
static cn_value of_one(cn_program *p, const cn_operation_class *class, cn_value x,
                       const char *letters, const char *output)
{
    cn_shape gone = {0}, order = {0};
    char kept[CN_MAX_RANK + 1] = "";
    for (int64_t i = 0; letters[i] != '\0'; i++)
        if (strchr(output, letters[i]) == NULL)
            gone.dim[gone.rank++] = i;
        else
            kept[strlen(kept)] = letters[i];
    for (const char *c = output; *c != '\0'; c++) {
        const char *at = strchr(kept, *c);
        if (at == NULL || strchr(c + 1, *c) != NULL)
            return cn_refuse(p, class, "the output's letter '%c' is in no operand, or twice", *c);
        order.dim[order.rank++] = at - kept;
    }
    if (gone.rank > 0)
        x = cn_emit_sum(p, x, gone, false);
    return cn_emit_transpose(p, x, order);
}

/* The letters of a and b that the output has, or an operand behind them. */
static bool select_kept(const struct equation *e, const char *a, int64_t b, int64_t n, char *kept)
{
    char all[2 * CN_MAX_RANK + 1] = "";
    int64_t length = 0;
    strcat(strcat(all, a), e->of[b]);
    for (const char *c = all; *c != '\0'; c++) {
        bool wanted = strchr(e->output, *c) != NULL;
        for (int64_t i = b + 1; i < n; i++)
            wanted = wanted || strchr(e->of[i], *c) != NULL;
        if (!wanted || memchr(kept, *c, (size_t)length) != NULL)
            continue;
        if (length == CN_MAX_RANK)
            return false;
        kept[length++] = *c;
    }
    kept[length] = '\0';
    return true;
}

static cn_value of_several(cn_program *p, const cn_operation_class *class, struct equation *e,
                           const cn_value *x, int64_t n)
{
    cn_value y = x[0];
    char letters[CN_MAX_RANK + 1], kept[CN_MAX_RANK + 1];
    strcpy(letters, e->of[0]);
    for (int64_t i = 1; i < n && y != CN_NO_VALUE; i++) {
        if (i == n - 1)
            strcpy(kept, e->output);
        else if (!select_kept(e, letters, i, n, kept))
            return cn_refuse(p, class, "a product on the way has more than %d axes", CN_MAX_RANK);
        y = cn_emit_einsum(p, y, letters, x[i], e->of[i], kept);
        strcpy(letters, kept);
    }
    return y;
}

/* The subscripts are args->dtype. */
CN_EMIT(emit_einsum)
{
    struct equation e = {0};
    cn_value x[MOST_OPERANDS];
    const char *text = args->dtype;
    if (n > MOST_OPERANDS)
        return cn_refuse(p, class, "takes at most %d tensors", MOST_OPERANDS);
    if (text == NULL || strlen(text) > MOST_LETTERS * 2 || !read_equation(p, text, inputs, n, &e))
        return cn_refuse(p, class,
                         "\"%.64s\" does not have a letter for each axis of each tensor, as in "
                         "\"bij,bjk->bik\"",
                         text == NULL ? "" : text);
    for (int64_t i = 0; i < n; i++)
        x[i] = without_doubles(p, class, cn_emit_cast(p, inputs[i], CN_FLOAT32), e.of[i]);
    if (p->status != CN_OK)
        return CN_NO_VALUE;
    return n == 1 ? of_one(p, class, x[0], e.of[0], e.output) : of_several(p, class, &e, x, n);
}

static const cn_field einsum_fields[] = {CN_OPERATION_FIELD("subscripts", dtype, CN_FIELD_TEXT, 0),
                                         CN_END_FIELDS};

const cn_operation_class cn_operation_einsum = {
    CN_OPERATION("einsum", "Einsum", "numpy", einsum_fields, 1, MOST_OPERANDS),
    .emit = emit_einsum};

/* ---- in C ------------------------------------------------------------------------------------ */

cn_tensor *cn_ops_einsum(const char *subscripts, cn_items operands)
{
    cn_operation_args args = cn_operation_defaults;
    cn_tensor *inputs[CN_MOST_TENSORS];
    const int64_t n = cn_listed_tensors(&cn_operation_einsum, operands, inputs);
    args.dtype = subscripts;
    return n == 0 ? NULL : cn_operation(&cn_operation_einsum, &args, inputs, n);
}
