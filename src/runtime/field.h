/* Field tables: one table for each class or op says which members its struct has. Printing,
 * reading, comparing, validating and Keras's config JSON all come from it. */
#ifndef CORNU_RUNTIME_FIELD_H
#define CORNU_RUNTIME_FIELD_H

#include "cornu/array.h"
#include "runtime/memory.h"
#include "runtime/shape.h"

typedef enum cn_field_kind {
    CN_FIELD_BOOL,    /* bool */
    CN_FIELD_INT,     /* int64_t */
    CN_FIELD_REAL,    /* double */
    CN_FIELD_TEXT,    /* const char * */
    CN_FIELD_DTYPE,   /* cn_dtype */
    CN_FIELD_DIMS,    /* int64_t[CN_MAX_RANK], ended by 0 */
    CN_FIELD_SHAPE,   /* cn_shape */
    CN_FIELD_REALS,   /* double[CN_MAX_LIST], ended by NaN */
    CN_FIELD_NUMBERS, /* cn_numbers */
    CN_FIELD_TEXTS,   /* cn_texts */
    CN_FIELD_OBJECT,  /* const char *: an identifier (a name or a Keras config) */
    CN_FIELD_THING,   /* const void *: something made, such as a layer, which has a record */
    CN_FIELD_THINGS   /* cn_items: a list of those */
} cn_field_kind;

enum {
    CN_FIELD_OPTIONAL = 1, /* may be absent: NULL, NaN, CN_NONE, no dims, rank -1; null in JSON */
    CN_FIELD_HIDDEN = 2,   /* not part of Keras's config */
    CN_FIELD_ONE_OR_MORE = 4, /* dims, reals: one number in Keras's config where it is one */
    /* dims that are axes: the list ends at a 0 that is not its first, and -1 is a number */
    CN_FIELD_AXES = 8,
    CN_FIELD_PAIR = 16,    /* dims that are always two, 0 being a number; CN_NONE: as the first */
    CN_FIELD_PAIRS_2 = 32, /* dims that are two pairs, 0 being a number; CN_NONE behind the
 first: all are as the first */
    CN_FIELD_PAIRS_3 = 64, /* or three */
    CN_FIELD_PAIRS = CN_FIELD_PAIRS_2 | CN_FIELD_PAIRS_3,
    CN_FIELD_EACH_2 = 128,   /* dims with a number for each of two axes; one stands for both */
    CN_FIELD_EACH_3 = 256,   /* or three */
    CN_FIELD_COUNTS = 512,   /* such dims, of one axis without the flags above, 0 being a number;
                              CN_NONE first: absent, behind the first: all are as the first */
    CN_FIELD_IN_CALL = 1024, /* of an operation: said with the tensors, not in Keras's config */
    CN_FIELD_SIGNED = 2048,  /* a shape of numbers below 0, of which none is null in JSON */
    CN_FIELD_WHOLE = 4096,   /* a real, numbers: without a fraction, and so in JSON */
    CN_FIELD_UP_TO = 8192,   /* dims: 1, 2 ... n are n in JSON */
    CN_FIELD_OR_TEXT =
        16384, /* a real; the next field, which is hidden, is what JSON says as a string instead */
    /* Keras knows it since 3.14 or 3.15, and older ones refuse what they do not know: left out of
     * files where it is the default */
    CN_FIELD_RECENT = 32768
};

typedef struct cn_field {
    const char *name;
    cn_field_kind kind;
    size_t offset;
    int flags;
    const char *object;               /* CN_FIELD_OBJECT: which kind, such as "initializer" */
    const struct cn_records *records; /* CN_FIELD_THING, CN_FIELD_THINGS: how they are written and
                                         read (config/config.h) */
} cn_field;

/* One line of a table. */
#define CN_FIELD(type, member, kind, flags)                                                        \
    {                                                                                              \
#member, kind, offsetof(type, member), flags, NULL, NULL                                   \
    }
#define CN_OBJECT_FIELD(type, member, object)                                                      \
    {                                                                                              \
#member, CN_FIELD_OBJECT, offsetof(type, member), CN_FIELD_OPTIONAL, object, NULL          \
    }
/* Of these, one that holds the text of a JSON object, which is an object in Keras's config. */
#define CN_DICTIONARY_FIELD(type, member) CN_OBJECT_FIELD(type, member, "dictionary")
bool cn_field_is_dictionary(const cn_field *field);

#define CN_THING_FIELD(type, member, kind, records)                                                \
    {                                                                                              \
#member, kind, offsetof(type, member), CN_FIELD_OPTIONAL, NULL, records                    \
    }
#define CN_END_FIELDS                                                                              \
    {                                                                                              \
        NULL, CN_FIELD_BOOL, 0, 0, NULL, NULL                                                      \
    }

/* How many pairs a field of CN_FIELD_PAIRS has. */
static inline int64_t cn_field_pairs(const cn_field *field)
{
    return field->flags & CN_FIELD_PAIRS_2 ? 2 : 3;
}

/* How many axes a field of dims has a number for. */
static inline int64_t cn_field_axes(const cn_field *field)
{
    return field->flags & CN_FIELD_EACH_3 ? 3 : field->flags & CN_FIELD_EACH_2 ? 2 : 1;
}

/* What a member of CN_FIELD_DIMS says, by the flags. */
cn_shape cn_field_dims(const cn_field *field, const int64_t dims[CN_MAX_RANK]);

/* Bytes of a member of this kind. */
size_t cn_field_size(cn_field_kind kind);

/* A deep copy of a struct: strings and lists are copied into the arena, the things in them are not.
 * NULL if memory ran out. */
void *cn_fields_copy(const cn_field *fields, const void *from, size_t size, cn_arena *arena);

/* Mixes the members into a hash: equal structs have equal hashes. */
uint64_t cn_fields_hash(const cn_field *fields, const void *from, uint64_t hash);

/* Whether the members of two structs say the same. */
bool cn_fields_equal(const cn_field *fields, const void *a, const void *b);

#endif
