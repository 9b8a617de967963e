/* Callbacks by class: how an identifier becomes hooks. The classes use the public functions of
 * training only. */
#ifndef CORNU_CALLBACKS_ROOM_H
#define CORNU_CALLBACKS_ROOM_H

#include "config/config.h"
#include "cornu/callback_classes.h"

/* What every class's state begins with. */
typedef struct cn_callback_state {
    cn_arena memory;  /* freed with the state */
    const void *args; /* of the class */
    const struct cn_callback_class *class;
} cn_callback_state;

/* Arrays, by cn_array_create; the list by cn_allocate. */
typedef struct cn_array_list {
    cn_array **items;
    int64_t n;
} cn_array_list;
void cn_array_list_free(cn_array_list *list);

typedef struct cn_callback_class {
    cn_class base;
    /* with a state of the class's own as data; or, if state_size is 0, as they are */
    cn_callback hooks;
    size_t state_size; /* of a struct that begins with a cn_callback_state; it is zeroed */
    cn_status (*begin)(void *state, cn_callback *callback); /* before anything; may be NULL */
    void (*end)(void *state); /* releases what is not in the state's memory; may be NULL */
    const cn_field *kept;     /* members of the state that a backup keeps; may be NULL */
    size_t kept_arrays; /* where in the state a cn_array_list is that it keeps too; 0: nowhere */
} cn_callback_class;

/* Every class: cn_callback_early_stopping, ... */
#define CN_CALLBACK_ENTRY(name) extern const cn_callback_class cn_callback_##name;
#include "callbacks/callbacks.def"
#undef CN_CALLBACK_ENTRY

extern const cn_classes cn_callback_classes;

/* The hooks that an identifier says; for one of the user's own, the hooks that were given. The
 * caller calls callback->free(callback->data), if there is one, when the training is over. */
cn_status cn_callback_create(const char *identifier, cn_callback *callback);

/* What a callback has counted, for a backup: a new reference, null for one that keeps nothing; NULL
 * if memory ran out. And taken back. */
json_t *cn_callback_kept(const cn_callback *callback);
cn_status cn_callback_resume(const cn_callback *callback, const json_t *kept);

/* The arrays that it keeps; NULL if it is of a kind that has none. */
cn_array_list *cn_callback_arrays(const cn_callback *callback);

/* ---- constructors ---------------------------------------------------------------------------- */

/* What a constructor returns: the record as text, or after a failure an identifier that is refused,
 * since NULL would end the list that it stands in. */
const char *cn_callback_text(const cn_callback_class *class, const void *args);

/* The same for arguments that text cannot hold, such as functions: a class of the current session,
 * called prefix and a number, with these arguments (copied) as its defaults. */
const char *cn_callback_register(const cn_callback_class *class, const char *prefix,
                                 const void *args);

/* ---- values that are watched ----------------------------------------------------------------- */

typedef struct cn_monitor {
    const char *name;
    bool up;          /* higher is better */
    double min_delta; /* what an improvement has to exceed */
    double best;      /* NaN: there is none yet */
    bool asked, seen; /* whether an epoch ended, and whether one had the value */
} cn_monitor;

/* Which way a value of this name is better: 1 up, -1 down, 0: the name does not say. */
int cn_monitor_direction(const char *name);

/* Refuses an unknown mode, and "auto" where the name does not say which way is better. */
cn_status cn_monitor_check(const char *who, const char *name, const char *mode);

/* Begins to watch; best may be NaN. */
cn_monitor cn_monitor_begin(const char *name, const char *mode, double min_delta, double best);

/* The value among the event's logs; false if it is not there. */
bool cn_monitor_read(cn_monitor *monitor, const cn_event *event, double *value);

/* Whether value is better than reference; anything but NaN is better than NaN. */
bool cn_monitor_is_better(const cn_monitor *monitor, double value, double reference);

/* Warns if the value was never there. */
void cn_monitor_end(const cn_monitor *monitor, cn_event *event, const char *who);

/* A log by name; false if it is not there. */
bool cn_event_find(const cn_event *event, const char *name, double *value);

/* ---- text ------------------------------------------------------------------------------------ */

/* A number as Python prints it: "1.0", "0.001", "1e-05", "nan". */
typedef struct cn_python_text {
    char text[48];
} cn_python_text;
const char *cn_python_print(double number, cn_python_text *text);

/* A path with {name:format} in it, as Python's str.format does for numbers. Checking finds what is
 * wrong whatever the values; has_batch says whether {batch} will be known. */
cn_status cn_path_check(const char *who, const char *format, bool has_batch);

/* epoch and batch count from 1 here; batch 0: there is none. The result is in memory. */
typedef struct cn_path_values {
    int64_t epoch, batch;
    const cn_event *event; /* its logs */
} cn_path_values;
cn_status cn_path_format(const char *who, const char *format, const cn_path_values *values,
                         cn_arena *memory, char **path);

#endif
