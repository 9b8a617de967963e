/* Sessions: what is drawn, its names, its random streams, its arrays; and the thread's current
 * session. */
#include "runtime/session.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "runtime/array.h"

#ifndef CN_VERSION
#define CN_VERSION "0.1.0"
#endif

typedef struct cleanup {
    void (*release)(void *object);
    void *object;
} cleanup;

typedef struct counter {
    const char *name; /* in the arena; NULL: a free place */
    int64_t count;
} counter;

struct cn_session {
    cn_arena arena;
    cn_variable_pool variables;
    cleanup *cleanups;
    int64_t cleanup_count, cleanup_capacity;
    counter *names; /* a hash table with open addressing */
    size_t name_count, name_places;
    uint64_t seed, next_stream, generation;
    uint64_t weights_left; /* bytes, if limited */
    bool weights_limited;
    bool seeded;
    void *registry; /* the user's classes, in the arena */
    void *sharing;  /* while a record is read */
    /* an array may be freed by another thread than the one that draws */
    pthread_mutex_t arrays_lock;
    cn_array *arrays;
};

/* The session in use, and the one that was made for this thread because it had none. */
static _Thread_local cn_session *current, *own;

static atomic_bool interrupted;

/* ---- Life ---- */

cn_session *cn_session_new(void)
{
    cn_session *session = cn_allocate(sizeof *session);
    if (session != NULL && pthread_mutex_init(&session->arrays_lock, NULL) != 0) {
        (void)cn_fail(CN_OUT_OF_MEMORY, "cn_session_new: no mutex could be had");
        cn_release(session);
        session = NULL;
    }
    return session;
}

/* Cleanups come first: they may still read what lies in the arena. */
static void clear(cn_session *session)
{
    while (session->cleanup_count > 0) {
        cleanup last = session->cleanups[--session->cleanup_count];
        last.release(last.object);
    }
    cn_release(session->cleanups);
    session->cleanups = NULL;
    session->cleanup_capacity = 0;
    while (session->arrays != NULL)
        cn_array_free(session->arrays);
    cn_release(session->names);
    session->names = NULL;
    session->name_count = session->name_places = 0;
    cn_arena_free(&session->arena);
    cn_variable_pool_free(&session->variables);
    session->registry = NULL;
    session->generation++;
}

static void destroy(cn_session *session)
{
    clear(session);
    (void)pthread_mutex_destroy(&session->arrays_lock);
    cn_release(session);
}

/* ---- The thread's session ---- */

static pthread_key_t at_thread_end;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static bool has_key;

static void free_own_session(void *session)
{
    own = NULL;
    destroy(session);
}

static void make_key(void)
{
    has_key = pthread_key_create(&at_thread_end, free_own_session) == 0;
}

/* Without a key (the process has used them all up) the session just stays until the process ends.
 */
static void free_at_thread_end(cn_session *session)
{
    (void)pthread_once(&key_once, make_key);
    if (has_key)
        (void)pthread_setspecific(at_thread_end, session);
}

cn_session *cn_session_current(void)
{
    if (current != NULL)
        return current;
    if (own == NULL) {
        own = cn_session_new();
        if (own != NULL)
            free_at_thread_end(own);
    }
    return own;
}

cn_session *cn_session_use(cn_session *session)
{
    cn_session *before = current != NULL ? current : own;
    current = session;
    return before;
}

void cn_session_free(cn_session *session)
{
    if (session == NULL)
        return;
    if (session == current)
        current = NULL;
    if (session == own) {
        own = NULL;
        free_at_thread_end(NULL);
    }
    destroy(session);
}

void cn_clear_session(void)
{
    cn_session *session = current != NULL ? current : own;
    if (session != NULL)
        clear(session);
}

/* ---- What belongs to a session ---- */

cn_arena *cn_session_arena(cn_session *session)
{
    return &session->arena;
}

cn_variable_pool *cn_session_variables(cn_session *session)
{
    return &session->variables;
}

void **cn_session_registry(cn_session *session)
{
    return &session->registry;
}

void **cn_session_sharing(cn_session *session)
{
    return &session->sharing;
}

uint64_t cn_session_generation(const cn_session *session)
{
    return session->generation;
}

void cn_session_limit_weights(cn_session *session, uint64_t bytes)
{
    session->weights_left = bytes;
    session->weights_limited = bytes != UINT64_MAX;
}

/* All of the machine's memory, which one weight must not ask for: systems promise more than they
 * have, and end a process that takes it. */
static uint64_t machine_memory(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages <= 0 || page <= 0 ? UINT64_MAX : (uint64_t)pages * (uint64_t)page;
}

cn_status cn_session_take_weight(cn_session *session, uint64_t bytes)
{
    if (!session->weights_limited && bytes <= machine_memory())
        return CN_OK;
    CN_CHECK(session->weights_limited,
             "a weight of %.1f GB was asked for, more than this machine's memory",
             (double)bytes / 1e9);
    CN_CHECK(bytes <= session->weights_left,
             "the weights of the model that is described are larger than the file could hold");
    session->weights_left -= bytes;
    return CN_OK;
}

cn_status cn_session_on_clear(cn_session *session, void (*release)(void *object), void *object)
{
    CN_TRY(cn_grow(&session->cleanups, &session->cleanup_capacity, session->cleanup_count + 1,
                   sizeof *session->cleanups));
    session->cleanups[session->cleanup_count++] = (cleanup){release, object};
    return CN_OK;
}

void cn_array_link(cn_array *array, cn_session *session)
{
    (void)pthread_mutex_lock(&session->arrays_lock);
    array->session = session;
    array->previous = NULL;
    array->next = session->arrays;
    if (array->next != NULL)
        array->next->previous = array;
    session->arrays = array;
    (void)pthread_mutex_unlock(&session->arrays_lock);
}

void cn_array_unlink(cn_array *array)
{
    cn_session *session = array->session;
    (void)pthread_mutex_lock(&session->arrays_lock);
    if (array->previous != NULL)
        array->previous->next = array->next;
    else
        session->arrays = array->next;
    if (array->next != NULL)
        array->next->previous = array->previous;
    (void)pthread_mutex_unlock(&session->arrays_lock);
}

/* ---- Names ---- */

/* FNV-1a. */
static size_t hash(const char *name)
{
    uint64_t h = 14695981039346656037u;
    for (; *name != '\0'; name++)
        h = (h ^ (unsigned char)*name) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

/* The place of a name, or the free place where it belongs; places is a power of two. */
static counter *find(counter *names, size_t places, const char *name)
{
    size_t at = hash(name) & (places - 1);
    while (names[at].name != NULL && strcmp(names[at].name, name) != 0)
        at = (at + 1) & (places - 1);
    return &names[at];
}

/* Keeps the table at most half full. */
static cn_status make_room_for_name(cn_session *session)
{
    if (2 * (session->name_count + 1) <= session->name_places)
        return CN_OK;
    size_t places = session->name_places == 0 ? 64 : 2 * session->name_places;
    counter *names = cn_allocate(places * sizeof *names);
    if (names == NULL)
        return CN_OUT_OF_MEMORY;
    for (size_t i = 0; i < session->name_places; i++)
        if (session->names[i].name != NULL)
            *find(names, places, session->names[i].name) = session->names[i];
    cn_release(session->names);
    session->names = names;
    session->name_places = places;
    return CN_OK;
}

int64_t cn_session_count_name(cn_session *session, const char *name)
{
    if (make_room_for_name(session) != CN_OK)
        return 0;
    counter *place = find(session->names, session->name_places, name);
    if (place->name == NULL) {
        const char *copy = cn_arena_text(&session->arena, name);
        if (copy == NULL)
            return 0;
        place->name = copy;
        session->name_count++;
    }
    return ++place->count;
}

/* ---- Random streams ---- */

static uint64_t seed_from_system(void)
{
    uint64_t seed = 0;
    struct timespec now = {0};
    if (getentropy(&seed, sizeof seed) == 0)
        return seed;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000007u ^ (uint64_t)now.tv_nsec;
}

static void seed_session(cn_session *session, uint64_t seed)
{
    session->seed = seed;
    session->seeded = true;
    session->next_stream = 0;
}

void cn_set_random_seed(uint64_t seed)
{
    cn_session *session = cn_session_current();
    if (session != NULL)
        seed_session(session, seed);
}

cn_stream cn_session_stream(cn_session *session)
{
    if (!session->seeded)
        seed_session(session, seed_from_system());
    return (cn_stream){.seed = session->seed, .counter = session->next_stream++};
}

/* ---- The process ---- */

void cn_interrupt(void)
{
    atomic_store(&interrupted, true);
}

bool cn_interrupted(void)
{
    return atomic_load_explicit(&interrupted, memory_order_relaxed);
}

void cn_interrupt_reset(void)
{
    atomic_store(&interrupted, false);
}

const char *cn_version(void)
{
    return CN_VERSION;
}

const char *cn_kind_name(const void *object)
{
    if (object == NULL)
        return "NULL";
    switch (*(const cn_kind *)object) {
    case CN_KIND_ARRAY: return "an array";
    case CN_KIND_TENSOR: return "a tensor";
    case CN_KIND_LAYER: return "a layer";
    case CN_KIND_HISTORY: return "a history";
    case CN_KIND_SEQUENCES: return "sequences";
    case CN_KIND_SAMPLES: return "samples";
    }
    return "an unknown object";
}
