/* Errors are data: the first message is kept until somebody clears it. The library never prints,
 * exits or aborts. */
#ifndef CORNU_ERROR_H
#define CORNU_ERROR_H

#include "cornu/keywords.h"

CN_BEGIN_DECLS

typedef enum cn_status {
    CN_OK = 0,
    CN_INVALID, /* a wrong argument, shape, name or value */
    CN_OUT_OF_MEMORY,
    CN_IO,          /* a file could not be read or written */
    CN_BAD_FILE,    /* a file is truncated, malformed or hostile */
    CN_STATE,       /* the call does not fit the state, such as fit before compile */
    CN_INTERRUPTED, /* for a callback that ends a training as failed */
    CN_INTERNAL     /* a defect of this library */
} cn_status;

/* Whether any call of this thread has failed since the last cn_clear_error(). */
CN_API bool cn_failed(void);

/* The first failure's message, which names who, what was expected and what came; "" if there is
 * none. Valid until the next call into the library from this thread. */
CN_API const char *cn_error(void);

/* The first failure's kind; CN_OK if there is none. */
CN_API cn_status cn_error_status(void);

/* Forgets the failure, so that the next one is kept. */
CN_API void cn_clear_error(void);

CN_END_DECLS

#endif
