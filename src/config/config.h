/* Keras's objects as text: a class with its field table, and what an identifier (a bare name or a
 * Keras config record) says. Initializers, regularizers, constraints, losses, metrics, optimizers,
 * schedules, callbacks and layers are all read and written by this. */
#ifndef CORNU_CONFIG_H
#define CORNU_CONFIG_H

#include <jansson.h>

#include "runtime/field.h"
#include "runtime/session.h"

typedef struct cn_class {
    const char *name;   /* "GlorotUniform" */
    const char *module; /* "keras.initializers" */
    const char *const
        *aliases; /* other names, ended by NULL; may be NULL. snake_case of name always works */
    const cn_field *fields; /* of the argument struct */
    size_t args_size;
    const void *defaults;                 /* an argument struct with Keras's defaults */
    cn_status (*check)(const void *args); /* refuses impossible arguments; may be NULL */
} cn_class;

/* An object: a class and its arguments. No class: None. */
typedef struct cn_object {
    const cn_class *class;
    const void *args;
} cn_object;

/* All classes of a kind: the built-in ones and what the session registered. */
typedef struct cn_classes {
    const char *kind;            /* "initializer": for messages and for the session's registry */
    const cn_class *const *list; /* ended by NULL */
    const char *registers;       /* the function that adds one of the user's own; NULL: none does */
} cn_classes;

/* How things that stand in a config with a record of their own are written and read. The room that
 * makes them says it, in a field's table: a config knows nothing of what is above it. */
typedef struct cn_records {
    json_t *(*write)(const void *thing); /* a new reference; NULL with a message on failure */
    cn_status (*read)(const json_t *record, const void **thing);
} cn_records;

/* What an identifier says: NULL or "" is None; a name is the class with its defaults; otherwise a
 * Keras record {"class_name": ..., "config": {...}}. Arguments and strings live in the arena. An
 * unknown name or key fails with the nearest known one. */
cn_status cn_object_parse(const cn_classes *classes, const char *identifier, cn_arena *arena,
                          cn_object *object);
cn_status cn_object_parse_json(const cn_classes *classes, const json_t *record, cn_arena *arena,
                               cn_object *object);

/* The arguments of a class from a config (a JSON object): defaults first, then what it names. Keys
 * in `ignored` (ended by NULL; may be NULL) are passed over. */
cn_status cn_args_parse(const cn_class *class, const char *who, const json_t *config,
                        const char *const *ignored, cn_arena *arena, void **args);

/* Keras's record of an object as text in the current session's arena: what typed constructors
 * return. NULL on failure. The arguments are checked. */
const char *cn_object_text(const cn_class *class, const void *args);

/* The same as JSON (a new reference), and the config alone. */
json_t *cn_object_json(const cn_class *class, const void *args);
json_t *cn_args_json(const cn_class *class, const void *args);

/* Puts a value, which is taken, into an object or at a list's end. Where that fails, or one of the
 * two is NULL because something failed before, *object is NULL afterwards: so one check at the end
 * is enough. */
void cn_json_set(json_t **object, const char *key, json_t *value);
void cn_json_append(json_t **list, json_t *value);

/* JSON as text, to be freed with free(); NULL if memory ran out. (json_dumps leaves out a key then,
 * and says nothing.) Python's words are in it. */
char *cn_json_text(const json_t *json, size_t flags);

/* As json_loadb, with Python's words Infinity, -Infinity and NaN; error may be NULL. */
json_t *cn_json_load(const char *text, size_t length, size_t flags, json_error_t *error);

/* A number, infinite and NaN where JSON's word is; 0 of what is no number. And the other way. */
double cn_json_number(const json_t *json);
json_t *cn_json_real(double number);

/* Puts the words into text that jansson wrote. */
void cn_json_put_words(char *text);

/* Why a text is no JSON, as a failure of this status; or that memory ran out, of which jansson says
 * nothing. */
cn_status cn_json_failure(cn_status status, const char *what, const json_error_t *error);

/* Whether files are without the member, because versions of Keras that do not know it do the
 * same. */
bool cn_is_left_out(const cn_class *class, const cn_field *field, const void *args);

/* One member of an argument struct (a new reference). */
json_t *cn_member_json(const cn_field *field, const void *args);

/* A member of an argument struct from JSON. */
cn_status cn_member_parse(const char *who, const cn_field *field, const json_t *value,
                          cn_arena *arena, void *args);

/* An identifier as Keras writes it: null, a string, or a record (a new reference). */
json_t *cn_identifier_json(const char *identifier);

/* The class of this name, one of the session's before the built-in ones; NULL: there is none. */
const cn_class *cn_class_find(const cn_classes *classes, const char *name, cn_arena *arena);

/* The name of a class, registered or built in, that is nearest to one that no class has; NULL: none
 * is near. */
const char *cn_class_nearest(const cn_classes *classes, const char *name, cn_arena *arena);

/* Adds a class of the user's to the current session. The class must live as long as the session. */
cn_status cn_class_register(const char *kind, const cn_class *class);

/* snake_case of a class name as Keras 2 makes it: "MaxPooling2D" is "max_pooling2d". In the
 * arena. */
char *cn_snake_case(cn_arena *arena, const char *name);

#endif
