/* Threads: a small pool. Its workers soon go to sleep when there is nothing to do, and a job
 * never waits for one that the system has not let run: on a busy machine OpenMP's spinning and
 * fixed shares cost ten times the work. */
#include "runtime/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "cornu/session.h"
#include "runtime/denormals.h"

/* What cn_set_threads asked for; 0: as many as there are processors. */
static atomic_int wanted;

/* How many parts the work is cut into: never more than one without the grain in each. */
static int64_t count_parts(int64_t count, int64_t grain)
{
    int64_t parts = grain > 0 ? count / grain : count, threads = cn_threads();
    return parts < threads ? parts : threads;
}

static int64_t part_begin(int64_t count, int64_t parts, int64_t part)
{
    return count / parts * part + count % parts * part / parts;
}

static void run_part(cn_parallel_body *body, void *context, int64_t count, int64_t parts,
                     int64_t part)
{
    const unsigned mode = cn_denormals_flush();
    body(context, part_begin(count, parts, part), part_begin(count, parts, part + 1));
    cn_denormals_restore(mode);
}

void cn_set_threads(int count)
{
    atomic_store(&wanted, count < 0 ? 0 : count);
}

enum { MOST_WORKERS = 255, SPINS = 1000, STACK_BYTES = 1 << 22 };

/* One piece of work at a time. A worker that comes too late finds the job closed, and the caller
 * does all parts that nobody has taken, so nothing waits for a worker that has not begun. */
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t wake, done;
    int workers;            /* started */
    atomic_int active;      /* workers in the job */
    bool busy, open;        /* somebody has a job; workers may join it */
    atomic_uint generation; /* goes up with each job */
    cn_parallel_body *body;
    void *context;
    int64_t count, parts;
    _Atomic int64_t next; /* the first part that nobody has taken */
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER,
          .wake = PTHREAD_COND_INITIALIZER,
          .done = PTHREAD_COND_INITIALIZER};

/* Whether this thread runs a part, so that a nested call runs inline. */
static _Thread_local bool inside;

int cn_threads(void)
{
    static atomic_int processors;
    int count = atomic_load_explicit(&wanted, memory_order_relaxed);
    if (count == 0)
        count = atomic_load_explicit(&processors, memory_order_relaxed);
    if (count == 0) {
        long found = sysconf(_SC_NPROCESSORS_ONLN);
        count = found < 1 ? 1 : found > MOST_WORKERS ? MOST_WORKERS : (int)found;
        atomic_store_explicit(&processors, count, memory_order_relaxed);
    }
    return count;
}

static void take_parts(void)
{
    for (int64_t part; (part = atomic_fetch_add(&pool.next, 1)) < pool.parts;)
        run_part(pool.body, pool.context, pool.count, pool.parts, part);
}

static void pause_for_a_moment(void)
{
#ifdef __x86_64__
    _mm_pause();
#endif
}

/* Before a thread goes to sleep, from which it takes longer to wake up than most jobs do, it looks
 * for some microseconds whether what it waits for is there: the next job, */
static void await_job(unsigned generation)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load_explicit(&pool.generation, memory_order_relaxed) != generation)
            return;
        pause_for_a_moment();
    }
}

/* or the end of the parts that others have. */
static void await_others(void)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load_explicit(&pool.active, memory_order_relaxed) == 0)
            return;
        pause_for_a_moment();
    }
}

static void *work(void *unused)
{
    (void)unused;
    inside = true;
    pthread_mutex_lock(&pool.mutex);
    for (unsigned seen = 0;;) {
        while (!pool.open || atomic_load(&pool.generation) == seen)
            pthread_cond_wait(&pool.wake, &pool.mutex);
        seen = atomic_load(&pool.generation);
        pool.active++;
        pthread_mutex_unlock(&pool.mutex);
        take_parts();
        pthread_mutex_lock(&pool.mutex);
        if (--pool.active == 0)
            pthread_cond_signal(&pool.done);
        pthread_mutex_unlock(&pool.mutex);
        await_job(seen);
        pthread_mutex_lock(&pool.mutex);
    }
    return NULL;
}

/* If no more threads can be had, the work is done by those that are there. */
static void start_workers(int64_t count)
{
    pthread_attr_t attributes;
    if (pool.workers >= count || pthread_attr_init(&attributes) != 0)
        return;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_t thread;
    while (pool.workers < count && pool.workers < MOST_WORKERS &&
           pthread_create(&thread, &attributes, work, NULL) == 0)
        pool.workers++;
    pthread_attr_destroy(&attributes);
}

/* Whether the pool is this thread's now; another thread's job may be in it. */
static bool open_job(int64_t count, int64_t parts, cn_parallel_body *body, void *context)
{
    pthread_mutex_lock(&pool.mutex);
    bool mine = !pool.busy;
    if (mine) {
        pool.busy = pool.open = true;
        pool.body = body, pool.context = context, pool.count = count, pool.parts = parts;
        atomic_store(&pool.next, 0);
        atomic_fetch_add(&pool.generation, 1);
        start_workers(parts - 1);
        pthread_cond_broadcast(&pool.wake);
    }
    pthread_mutex_unlock(&pool.mutex);
    return mine;
}

static void close_job(void)
{
    pthread_mutex_lock(&pool.mutex);
    pool.open = false;
    pthread_mutex_unlock(&pool.mutex);
    await_others();
    pthread_mutex_lock(&pool.mutex);
    while (pool.active > 0)
        pthread_cond_wait(&pool.done, &pool.mutex);
    pool.busy = false;
    pthread_mutex_unlock(&pool.mutex);
}

void cn_parallel_for(int64_t count, int64_t grain, cn_parallel_body *body, void *context)
{
    int64_t parts = count_parts(count, grain);
    if (parts > 1 && !inside && open_job(count, parts, body, context)) {
        inside = true;
        take_parts();
        inside = false;
        close_job();
        return;
    }
    parts = parts < 1 ? 1 : parts;
    for (int64_t part = 0; part < parts && count > 0; part++)
        run_part(body, context, count, parts, part);
}
