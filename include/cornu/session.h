/* A session owns everything that is drawn in it: layers, models, tensors, their weights,
 * identifiers, and arrays. */
#ifndef CORNU_SESSION_H
#define CORNU_SESSION_H

#include "cornu/keywords.h"

CN_BEGIN_DECLS

typedef struct cn_session cn_session;

/* A new, empty session; NULL if memory ran out. Make it current with cn_session_use(). A program
 * that loads and unloads models opens one for each. One session is drawn in by one thread at a
 * time. */
CN_API cn_session *cn_session_new(void);

/* Makes session the calling thread's current one and returns the one before (NULL: there was none
 * yet). With NULL the thread gets a session of its own again when it next draws. */
CN_API cn_session *cn_session_use(cn_session *session);

/* Frees the session and all that belongs to it. NULL is allowed. */
CN_API void cn_session_free(cn_session *session);

/* Frees everything in the thread's current session; automatic names start from 1 again, the random
 * seed stays. Keras: keras.utils.clear_session. */
CN_API void cn_clear_session(void);

/* Seeds everything random in the current session: the same seed, build, machine type and thread
 * count give the same bits. Without it a session is seeded by the operating system. Keras:
 * keras.utils.set_random_seed. */
CN_API void cn_set_random_seed(uint64_t seed);

/* How many threads a model may use, for the whole process; 0 means one for each processor (the
 * default). */
CN_API void cn_set_threads(int count);
CN_API int cn_threads(void);

/* Asks the fit, evaluate or predict that is running (in any thread) to end after the batch in hand,
 * with everything trained so far kept; if none is running, the next one ends at once. Safe to call
 * from a signal handler. */
CN_API void cn_interrupt(void);

/* The library's version, such as "0.1.0". */
CN_API const char *cn_version(void);

CN_END_DECLS

#endif
