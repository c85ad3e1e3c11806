/* The worker team: shares out the rows of one group of steps at a time.
 *
 * A group is cut into parts, and each worker first takes the part of its own number: step after step it finds the same
 * rows of the weights in its cache.  Then it takes any part that is left, so a worker that is asleep, or that the
 * operating system has put aside, holds nobody up.  Which part runs where changes no bit, since kernels do not depend on
 * the cut.
 *
 * Workers spin for a moment between steps, then sleep: a pure spin barrier collapses when the cores are shared.
 */
#include "pynn.h"
#include "float_mode.h"
#include "threads.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WORKERS 256
/* Spins before sleeping: about 50 µs where a pause takes 140 cycles (Skylake and later), longer than the serial steps between two shared ones of a small network. */
#define SPINS 1000
/* Spins of the caller between two offers of its core to somebody else. */
#define SPINS_BEFORE_YIELD 2000

/* ticket: serial number of the step (32 bits), a bit for each part that nobody has taken yet (32). */
#define MOST_PARTS 32
#define PARTS_LEFT(ticket) ((uint32_t)(ticket))

/* What those who wait look at stands in a line of the cache by itself, since each write to it takes the line away from all
 * others: one line goes from the caller to the workers, and one back. */
#define LINE 128 /* neighbours are fetched in pairs */
static struct {
    _Alignas(LINE) _Atomic uint64_t ticket;
    const pn_group *_Atomic group; /* and the number of its parts: written before the ticket is */
    _Atomic int64_t parts;
    _Atomic int stop;
    _Alignas(LINE) _Atomic uint64_t finished; /* parts, by workers, since the team began */
    _Alignas(LINE) _Atomic int sleepers;
    uint32_t serial;
    uint64_t given; /* parts that the caller left to them, since the team began */
    int open;       /* whether the caller has not waited for them yet */
    pn_mutex mutex;
    pn_condition work;
    pn_thread threads[MOST_WORKERS];
    int64_t started;        /* threads */
    _Atomic int64_t wanted; /* workers, the caller included */
    atomic_flag busy;
} team = {.mutex = PN_MUTEX_INIT, .work = PN_CONDITION_INIT, .wanted = 1, .busy = ATOMIC_FLAG_INIT};

/* A call on rows [lo, hi). */
static void run_rows(const pn_step *step, int64_t lo, int64_t hi)
{
    void *p[PN_MAX_OPERANDS];
    int64_t d[PN_MAX_DIMS];
    for (int i = 0; i < PN_MAX_OPERANDS; i++)
        p[i] = (char *)step->p[i] + lo * step->rows->bytes[i];
    memcpy(d, step->d, sizeof d);
    d[step->rows->dim] = hi - lo;
    step->run(p, d, step->s, 0, step->rows->whole);
}

void pn_run_part(const pn_group *group, int64_t part, int64_t parts, const pn_times *times)
{
    double before = times != NULL ? pn_now() : 0;
    for (int64_t i = 0; i < group->count; i++) {
        const pn_step *step = group->steps[i];
        const int64_t lo = pn_cut(step->extent, part, parts), hi = pn_cut(step->extent, part + 1, parts);
        if (lo < hi && step->when != 0 && step->rows != NULL)
            run_rows(step, lo, hi);
        else if (lo < hi && step->when != 0)
            step->run(step->p, step->d, step->s, lo, hi);
        if (times != NULL) {
            const double now = pn_now();
            times->spent[step - times->first] += now - before;
            before = now;
        }
    }
}

/* The part that a worker should take: its own if that is left, else the first. */
static int choose(uint32_t left, int64_t me)
{
    return me < MOST_PARTS && left >> me & 1 ? (int)me : __builtin_ctz(left);
}

/* Take and run one part of the group that the ticket shows; 0 if none is left.  Who finishes one tells it to the caller. */
static int take_part(int64_t me, const pn_times *times)
{
    uint64_t ticket = atomic_load(&team.ticket);
    while (PARTS_LEFT(ticket)) {
        /* If the group is over by now this reads another one, but then the exchange fails. */
        const pn_group *group = atomic_load_explicit(&team.group, memory_order_relaxed);
        const int64_t parts = atomic_load_explicit(&team.parts, memory_order_relaxed);
        const int part = choose(PARTS_LEFT(ticket), me);
        if (atomic_compare_exchange_weak(&team.ticket, &ticket, ticket & ~((uint64_t)1 << part))) {
            pn_run_part(group, part, parts, times);
            if (me > 0)
                atomic_fetch_add(&team.finished, 1);
            return 1;
        }
    }
    return 0;
}

static int work_or_stop(void)
{
    return PARTS_LEFT(atomic_load(&team.ticket)) || atomic_load(&team.stop);
}

static void sleep_until_work(void)
{
    pn_lock(&team.mutex);
    atomic_fetch_add(&team.sleepers, 1);
    while (!work_or_stop())
        pn_wait(&team.work, &team.mutex);
    atomic_fetch_sub(&team.sleepers, 1);
    pn_unlock(&team.mutex);
}

static PN_THREAD_RESULT worker(void *number)
{
    const int64_t me = (int64_t)(intptr_t)number;
    int spins = 0;
    pn_flush_subnormals();
    while (!atomic_load(&team.stop)) {
        if (take_part(me, NULL)) {
            spins = 0;
        } else if (spins++ < SPINS) {
            pn_relax();
        } else {
            sleep_until_work();
            spins = 0;
        }
    }
    return PN_THREAD_END;
}

static void wake(void)
{
    pn_lock(&team.mutex);
    pn_wake_all(&team.work);
    pn_unlock(&team.mutex);
}

static void start_threads(void)
{
    while (team.started < team.wanted - 1 &&
           pn_thread_start(&team.threads[team.started], worker, (void *)(intptr_t)(team.started + 1)))
        team.started++;
}

/* Let workers take the parts of which `offered` has a bit; the caller takes those that `join` finds. */
static void offer(const pn_group *group, int64_t parts, uint32_t offered)
{
    if (team.started < team.wanted - 1)
        start_threads();
    atomic_store_explicit(&team.group, group, memory_order_relaxed);
    atomic_store_explicit(&team.parts, parts, memory_order_relaxed);
    atomic_store(&team.ticket, (uint64_t)++team.serial << 32 | offered);
    if (atomic_load(&team.sleepers) > 0)
        wake();
    team.given += (uint64_t)__builtin_popcount(offered);
    team.open = 1;
}

void pn_team_join(const pn_times *times)
{
    if (!team.open)
        return;
    for (; take_part(0, times); team.given--)
        ;
    for (int spins = 1; atomic_load(&team.finished) < team.given; spins++) {
        pn_relax();
        if (spins % SPINS_BEFORE_YIELD == 0)
            pn_yield();
    }
    team.open = 0;
}

void pn_team_run(const pn_group *group, const pn_times *times)
{
    int64_t parts = group->parts;
    if (parts <= 1 || team.wanted <= 1) {
        pn_run_part(group, 0, 1, times);
        return;
    }
    pn_team_join(times);
    parts = parts < team.wanted ? parts : team.wanted;
    parts = parts < MOST_PARTS ? parts : MOST_PARTS;
    offer(group, parts, UINT32_MAX >> (MOST_PARTS - parts) & ~(uint32_t)1); /* all but the caller's own */
    pn_run_part(group, 0, parts, times);
    pn_team_join(times);
}

/* Smaller parts than in `pn_team_run`: the caller takes some of them, if it is through first. */
void pn_team_offer(const pn_group *group)
{
    const int64_t parts = 4 * (team.wanted - 1) < MOST_PARTS ? 4 * (team.wanted - 1) : MOST_PARTS;
    pn_team_join(NULL);
    offer(group, parts, UINT32_MAX >> (MOST_PARTS - parts));
}

int pn_team_acquire(void)
{
    return !atomic_flag_test_and_set(&team.busy);
}

void pn_team_release(void)
{
    atomic_flag_clear(&team.busy);
}

/* Let the threads end; by the one who acquired. */
static void stop_threads(void)
{
    atomic_store(&team.stop, 1);
    wake();
    while (team.started > 0)
        pn_thread_join(team.threads[--team.started]);
    atomic_store(&team.stop, 0);
}

void pn_team_forget(void)
{
    const pn_mutex mutex = PN_MUTEX_INIT;
    const pn_condition work = PN_CONDITION_INIT;
    team.mutex = mutex;
    team.work = work;
    team.started = 0;
    team.given = 0;
    team.open = 0;
    atomic_store(&team.finished, 0);
    atomic_store(&team.ticket, 0);
    atomic_store(&team.sleepers, 0);
    atomic_store(&team.stop, 0);
    atomic_flag_clear(&team.busy);
}

void pn_set_workers(int64_t count)
{
    count = count < 1 ? 1 : count > MOST_WORKERS ? MOST_WORKERS : count;
    while (!pn_team_acquire())
        pn_yield();
    stop_threads();
    team.wanted = count;
    pn_team_release();
}

int64_t pn_get_workers(void)
{
    return team.wanted;
}
