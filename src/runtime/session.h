/* Sessions: one arena for what is drawn, the counters of automatic names, the random seed, and what
 * must be freed. */
#ifndef CORNU_RUNTIME_SESSION_H
#define CORNU_RUNTIME_SESSION_H

#include "cornu/session.h"
#include "runtime/memory.h"
#include "runtime/random.h"
#include "runtime/variable.h"

/* The first member of every public object, so that a pointer to anything can be told apart. */
typedef enum cn_kind {
    CN_KIND_ARRAY = 0x6361727A,
    CN_KIND_TENSOR = 0x63746E73,
    CN_KIND_LAYER = 0x636C6179,
    CN_KIND_HISTORY = 0x63686973,
    CN_KIND_SEQUENCES = 0x63736571,
    CN_KIND_SAMPLES = 0x63736D70
} cn_kind;

/* The kind of a public object ("a tensor", "an array", ...) for messages; object may be NULL. */
const char *cn_kind_name(const void *object);

/* The calling thread's session, made at the first use; NULL (and a kept failure) only if memory ran
 * out. */
cn_session *cn_session_current(void);

/* Memory that lives as long as the session. */
cn_arena *cn_session_arena(cn_session *session);

/* Room for weights that live as long. */
cn_variable_pool *cn_session_variables(cn_session *session);

/* Runs release(object) when the session is cleared or freed, last registered first. If it fails,
 * nothing is kept and object is still the caller's to release. */
cn_status cn_session_on_clear(cn_session *session, void (*release)(void *object), void *object);

/* How often a name has been asked for in this session, counting this time: 1, 2, ... 0 if memory
 * ran out. */
int64_t cn_session_count_name(cn_session *session, const char *name);

/* A stream of random numbers that no one else in the session gets. Clearing the session does not
 * start them again; cn_set_random_seed does. */
cn_stream cn_session_stream(cn_session *session);

/* Where the session's registered classes begin (config/config.c); NULL at first and after clearing.
 */
void **cn_session_registry(cn_session *session);

/* While a model is made of a record: the layers that stand in it several times (records/shared.c);
 * otherwise NULL. */
void **cn_session_sharing(cn_session *session);

/* Goes up with each cn_clear_session, so that stale things can be recognized. */
uint64_t cn_session_generation(const cn_session *session);

/* While a model is made of a file: all weights together may have so many bytes; UINT64_MAX: any
 * number. */
void cn_session_limit_weights(cn_session *session, uint64_t bytes);
cn_status cn_session_take_weight(cn_session *session, uint64_t bytes);

/* Whether cn_interrupt() was called since the last reset; for the training loop, which resets when
 * it starts. */
bool cn_interrupted(void);
void cn_interrupt_reset(void);

#endif
