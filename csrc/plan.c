/* The walk over a plan: no Python, no allocation, no decision but the clock. */
#include "float_mode.h"
#include "pynn.h"
#include <math.h>
#include <string.h>
#include <time.h>

#ifdef _WIN32
#include <windows.h>

double pn_now(void)
{
    LARGE_INTEGER ticks, frequency;
    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&frequency);
    return (double)ticks.QuadPart / (double)frequency.QuadPart;
}
#else
double pn_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
#endif

static void feed_pointer(const pn_plan *plan, const pn_pointer_feed *f, int64_t batch)
{
    plan->steps[f->step].p[f->operand] = f->base + (batch & f->turn) * f->stride;
}

/* `given` has the table of scalars. */
static void feed(const pn_plan *plan, const pn_plan *given, int64_t batch)
{
    for (int64_t i = 0; i < plan->n_pointers; i++)
        feed_pointer(plan, &plan->pointers[i], batch);
    const int64_t row = (batch - given->table_first) * given->columns;
    for (int64_t i = 0; i < plan->n_scalars; i++) {
        const pn_scalar_feed *f = &plan->scalars[i];
        pn_step *step = &plan->steps[f->step];
        *(f->scalar < 0 ? &step->when : &step->s[f->scalar]) = given->table[row + f->column];
    }
}

/* Let the others run what may run ahead, for batch number `batch`; 0: nothing may. */
static int offer_ahead(const pn_plan *plan, int64_t batch)
{
    if (plan->ahead.count == 0)
        return 0;
    for (int64_t i = 0; i < plan->n_pointers; i++)
        if (plan->pointers[i].ahead)
            feed_pointer(plan, &plan->pointers[i], batch);
    pn_team_offer(&plan->ahead);
    return 1;
}

/* Batches on their way. */
typedef struct {
    const pn_plan *plan;
    int64_t batch, last; /* the next one; where the walk ends */
    int64_t end;         /* of the epoch; -1: epochs are nobody's business */
    int64_t fetched;     /* the batch whose steps in `ahead` were run already */
    int shares;          /* whether there are two ways to go */
} course;

/* The plan that walks a batch of this epoch, or the first one of the next. */
static const pn_plan *plan_for(const course *c, int64_t batch)
{
    const int64_t end = batch < c->end ? c->end : c->end + c->plan->period;
    return batch + 1 == end && c->plan->last != NULL ? c->plan->last : c->plan;
}

static void walk_shared(course *c, const pn_plan *plan, const pn_times *times)
{
    const int64_t next = c->batch + 1;
    const int goes_ahead = plan->ahead.count > 0 && next < c->last && times == NULL;
    if (plan->ahead.count > 0 && c->fetched != c->batch)
        pn_team_run(&plan->ahead, times);
    for (int64_t i = 0; i < plan->n_groups; i++) {
        if (i == plan->beside && goes_ahead && offer_ahead(plan_for(c, next), next))
            c->fetched = next;
        pn_team_run(&plan->groups[i], times);
    }
    pn_team_join(times);
}

static void end_epoch(const pn_plan *plan, int64_t epoch)
{
    double *end = plan->ends + epoch * plan->width;
    for (int64_t i = 0; i < plan->n_sums; i++) {
        const size_t bytes = (size_t)plan->sums[i].size * sizeof(double);
        memcpy(end, plan->sums[i].at, bytes);
        memset(plan->sums[i].at, 0, bytes);
        end += plan->sums[i].size;
    }
}

/* The next batch, and the end of an epoch. */
static void walk_batch(course *c)
{
    const pn_plan *const plan = plan_for(c, c->batch);
    const pn_times spent = {plan->steps, plan->spent}, *times = plan->spent != NULL ? &spent : NULL;
    feed(plan, c->plan, c->batch);
    if (c->shares && !c->plan->ways.alone)
        walk_shared(c, plan, times);
    else
        pn_run_part(&plan->in_turn, 0, 1, times);
    if (++c->batch != c->end)
        return;
    if (c->plan->ends != NULL)
        end_epoch(c->plan, c->end / c->plan->period - 1);
    c->end += c->plan->period;
}

/* Reading the clock takes as long as a step of a small network: it is read after about so many seconds, and so many batches
 * at most. */
#define BETWEEN_LOOKS 5e-5
#define MOST_BETWEEN_LOOKS 64

static int64_t batches_until_look(double seconds, int64_t batches)
{
    const double fit = BETWEEN_LOOKS * (double)batches / (seconds + 1e-9);
    return fit < 1 ? 1 : fit > MOST_BETWEEN_LOOKS ? MOST_BETWEEN_LOOKS : (int64_t)fit;
}

/* Whether there are two ways to go. */
static int is_shared(const pn_plan *plan)
{
    int shared = plan->ahead.count > 0;
    for (int64_t i = 0; i < plan->n_groups; i++)
        shared |= plan->groups[i].parts > 1;
    return shared && pn_get_workers() > 1;
}

int64_t pn_plan_run(pn_plan *plan, int64_t first, int64_t last, double seconds)
{
    const int with_team = pn_team_acquire();
    const uint64_t mode = pn_flush_subnormals();
    const double begin = pn_now();
    const int watching = plan->watched != NULL && isfinite(*plan->watched);
    course c = {plan, first, last, plan->period > 0 ? first - first % plan->period + plan->period : -1, -1, 0};
    c.shares = with_team && is_shared(plan);
    int64_t look = first + 1, looked = first;
    double passed = 0;
    int more = first < last;
    while (more) {
        walk_batch(&c);
        if (c.batch == look) {
            const double before = passed;
            passed = pn_now() - begin;
            if (c.shares && plan->spent == NULL)
                pn_ways_note(&plan->ways, passed - before, c.batch - looked, pn_get_workers());
            looked = c.batch;
            look += batches_until_look(passed, c.batch - first);
        }
        more = c.batch < last && passed < seconds && !(watching && !isfinite(*plan->watched));
    }
    pn_restore_float_mode(mode);
    if (with_team)
        pn_team_release();
    return c.batch;
}

void pn_step_run(pn_step *step, int64_t lo, int64_t hi, int64_t parts)
{
    const pn_group group = {&step, 1, parts};
    const int with_team = parts > 1 && lo == 0 && hi == step->extent && pn_team_acquire();
    const uint64_t mode = pn_flush_subnormals();
    if (with_team)
        pn_team_run(&group, NULL);
    else
        step->run(step->p, step->d, step->s, lo, hi);
    pn_restore_float_mode(mode);
    if (with_team)
        pn_team_release();
}
