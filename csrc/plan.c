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

/* `given` has the table of scalars. */
static void feed(const pn_plan *plan, const pn_plan *given, int64_t batch)
{
    for (int64_t i = 0; i < plan->n_pointers; i++) {
        const pn_pointer_feed *f = &plan->pointers[i];
        plan->steps[f->step].p[f->operand] = f->base + batch * f->stride;
    }
    const int64_t row = (batch - given->table_first) * given->columns;
    for (int64_t i = 0; i < plan->n_scalars; i++) {
        const pn_scalar_feed *f = &plan->scalars[i];
        pn_step *step = &plan->steps[f->step];
        *(f->scalar < 0 ? &step->when : &step->s[f->scalar]) = given->table[row + f->column];
    }
}

static void walk(const pn_plan *plan, int with_team)
{
    const pn_times spent = {plan->steps, plan->spent}, *times = plan->spent != NULL ? &spent : NULL;
    if (!with_team)
        pn_run_part(&plan->in_turn, 0, 1, times);
    else
        for (int64_t i = 0; i < plan->n_groups; i++)
            pn_team_run(&plan->groups[i], times);
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

/* One batch; the last one of an epoch may be short. */
static void walk_batch(const pn_plan *plan, int64_t batch, int ends, int with_team)
{
    const pn_plan *now = ends && plan->last != NULL ? plan->last : plan;
    feed(now, plan, batch);
    walk(now, with_team);
    if (ends && plan->ends != NULL)
        end_epoch(plan, batch / plan->period);
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
    for (int64_t i = 0; i < plan->n_groups; i++)
        if (plan->groups[i].parts > 1)
            return pn_get_workers() > 1;
    return 0;
}

int64_t pn_plan_run(pn_plan *plan, int64_t first, int64_t last, double seconds)
{
    const int with_team = pn_team_acquire();
    const int shares = with_team && is_shared(plan), tries = shares && plan->spent == NULL;
    const uint64_t mode = pn_flush_subnormals();
    const double begin = pn_now();
    const int watching = plan->watched != NULL && isfinite(*plan->watched);
    int64_t batch = first, look = first + 1, looked = first;
    int64_t end = plan->period > 0 ? first - first % plan->period + plan->period : -1; /* of the epoch */
    double passed = 0;
    int more = first < last;
    while (more) {
        walk_batch(plan, batch, batch + 1 == end, shares && !plan->ways.alone);
        if (++batch == end)
            end += plan->period;
        if (batch == look) {
            const double before = passed;
            passed = pn_now() - begin;
            if (tries)
                pn_ways_note(&plan->ways, passed - before, batch - looked, pn_get_workers());
            looked = batch;
            look += batches_until_look(passed, batch - first);
        }
        more = batch < last && passed < seconds && !(watching && !isfinite(*plan->watched));
    }
    pn_restore_float_mode(mode);
    if (with_team)
        pn_team_release();
    return batch;
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
