/* The dictionary in front of an .npy file's elements, such as {'descr': '<f4', 'fortran_order':
 * False, 'shape': (3,), } */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "data/npy.h"

typedef struct reader {
    const char *start, *at, *end;
    const char *name; /* of the file */
    uint64_t first;   /* byte of the file at which start is */
} reader;

typedef enum key { DESCR = 1, FORTRAN_ORDER = 2, SHAPE = 4, ALL_KEYS = 7, NO_KEY = 0 } key;

static cn_status expected(const reader *r, const char *what)
{
    return cn_fail(CN_BAD_FILE, "%s: byte %" PRIu64 " of the header: %s was expected, found '%.*s'",
                   r->name, r->first + (uint64_t)(r->at - r->start), what,
                   (int)(r->end - r->at < 20 ? r->end - r->at : 20), r->at);
}

static void skip_blanks(reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
        r->at++;
}

/* Skips blanks and then c, if it is there. */
static bool accept(reader *r, char c)
{
    skip_blanks(r);
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static cn_status read_string(reader *r, char *text, size_t room)
{
    skip_blanks(r);
    const char quote = r->at < r->end ? *r->at : '\0';
    if (quote != '\'' && quote != '"')
        return expected(r, "a string");
    const char *start = r->at + 1;
    const char *stop = memchr(start, quote, (size_t)(r->end - start));
    if (stop == NULL || (size_t)(stop - start) >= room ||
        memchr(start, '\\', (size_t)(stop - start)) != NULL)
        return expected(r, "a short string");
    memcpy(text, start, (size_t)(stop - start));
    text[stop - start] = '\0';
    r->at = stop + 1;
    return CN_OK;
}

static bool accept_word(reader *r, const char *word)
{
    const size_t length = strlen(word);
    skip_blanks(r);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
        return false;
    r->at += length;
    return true;
}

static cn_status read_bool(reader *r, bool *value)
{
    *value = accept_word(r, "True");
    return *value || accept_word(r, "False") ? CN_OK : expected(r, "True or False");
}

/* What NumPy's kinds of elements are called, for those that no array of ours can hold. */
static const char *kind_name(char kind)
{
    static const struct {
        char kind;
        const char *name;
    } kinds[] = {{'O', "Python objects"}, {'V', "records"},    {'c', "complex numbers"},
                 {'M', "dates"},          {'m', "time spans"}, {'f', "floats of this size"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].kind == kind)
            return kinds[i].name;
    return "elements of this kind";
}

/* "U7": strings of at most 7 characters. Whether it is that. */
static bool read_width(const char *name, cn_npy_header *header)
{
    enum { MOST_DIGITS = 9 };
    const size_t digits = strspn(name + (name[0] != '\0'), "0123456789");
    if ((name[0] != 'U' && name[0] != 'S') || digits == 0 || digits > MOST_DIGITS ||
        name[1 + digits] != '\0')
        return false;
    header->kind = name[0];
    header->width = (uint64_t)atoll(name + 1);
    return header->width > 0;
}

static cn_status read_descr(reader *r, cn_npy_header *header)
{
    char descr[64];
    skip_blanks(r);
    if (r->at < r->end && *r->at == '[')
        return cn_fail(CN_BAD_FILE,
                       "%s: has records of several fields; an array of numbers was expected",
                       r->name);
    CN_TRY(read_string(r, descr, sizeof descr));
    const char order = descr[0], *name = order == '\0' ? "" : descr + 1;
    header->little_endian = order == '=' ? cn_is_little_endian() : order == '<';
    if (order != '\0' && strchr("<>|=", order) != NULL && read_width(name, header))
        return CN_OK;
    header->type = strchr("<>|=", order) != NULL ? cn_element_type_by_name(name) : NULL;
    if (header->type == NULL)
        return cn_fail(
            CN_BAD_FILE,
            "%s: has elements of type '%s' (%s); f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8, b1 or "
            "strings were expected",
            r->name, descr, kind_name(name[0]));
    if (order == '|' && header->type->size > 1)
        return cn_fail(CN_BAD_FILE, "%s: type '%s' lacks the byte order, < or >", r->name, descr);
    return CN_OK;
}

/* A number of a tuple; files that Python 2 wrote may have L behind it. */
static cn_status read_dimension(reader *r, int64_t *dimension)
{
    skip_blanks(r);
    if (r->at == r->end || !isdigit((unsigned char)*r->at))
        return expected(r, "a dimension (0 or more)");
    int64_t value = 0;
    for (; r->at < r->end && isdigit((unsigned char)*r->at); r->at++) {
        if (value > (INT64_MAX - 9) / 10)
            return expected(r, "a dimension below 2^63");
        value = value * 10 + (*r->at - '0');
    }
    (void)accept(r, 'L');
    *dimension = value;
    return CN_OK;
}

static cn_status read_shape(reader *r, cn_shape *shape)
{
    bool comma = true;
    *shape = (cn_shape){0};
    if (!accept(r, '('))
        return expected(r, "a shape such as (3, 4)");
    while (!accept(r, ')')) {
        if (!comma)
            return expected(r, "a comma or )");
        if (shape->rank == CN_MAX_RANK)
            return cn_fail(CN_BAD_FILE, "%s: has more than %d axes", r->name, CN_MAX_RANK);
        CN_TRY(read_dimension(r, &shape->dim[shape->rank]));
        shape->rank++;
        comma = accept(r, ',');
    }
    return shape->rank == 1 && !comma ? expected(r, "a comma in a shape of one axis") : CN_OK;
}

static cn_status read_entry(reader *r, cn_npy_header *header, key *which)
{
    char name[32];
    CN_TRY(read_string(r, name, sizeof name));
    if (!accept(r, ':'))
        return expected(r, "a colon");
    *which = strcmp(name, "descr") == 0           ? DESCR
             : strcmp(name, "fortran_order") == 0 ? FORTRAN_ORDER
             : strcmp(name, "shape") == 0         ? SHAPE
                                                  : NO_KEY;
    if (*which == DESCR)
        return read_descr(r, header);
    if (*which == FORTRAN_ORDER)
        return read_bool(r, &header->fortran_order);
    if (*which == SHAPE)
        return read_shape(r, &header->shape);
    return cn_fail(CN_BAD_FILE,
                   "%s: the header has '%s'; descr, fortran_order and shape were expected", r->name,
                   name);
}

static cn_status read_dictionary(reader *r, cn_npy_header *header)
{
    int keys = 0;
    bool comma = true;
    if (!accept(r, '{'))
        return expected(r, "a dictionary");
    while (!accept(r, '}')) {
        key which = NO_KEY;
        if (!comma)
            return expected(r, "a comma or }");
        CN_TRY(read_entry(r, header, &which));
        if (keys & (int)which)
            return cn_fail(CN_BAD_FILE, "%s: the header says something twice", r->name);
        keys |= (int)which;
        comma = accept(r, ',');
    }
    skip_blanks(r);
    if (r->at != r->end)
        return expected(r, "the end of the header");
    if (keys != ALL_KEYS)
        return cn_fail(CN_BAD_FILE, "%s: the header lacks %s", r->name,
                       !(keys & DESCR)   ? "descr"
                       : !(keys & SHAPE) ? "shape"
                                         : "fortran_order");
    return CN_OK;
}

cn_status cn_npy_parse_header(const char *text, size_t length, const char *name, uint64_t first,
                              cn_npy_header *header)
{
    reader r = {.start = text, .at = text, .end = text + length, .name = name, .first = first};
    return read_dictionary(&r, header);
}
