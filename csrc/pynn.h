/* The ABI of the compiled core.  Read this first.
 *
 * A kernel computes a range [lo, hi) of an op: rows of its first output, or columns where its definition says so:
 *   p  operands in the order of the op's signature (pynn/kernels/reference), each C-contiguous
 *   d  dimensions in order of first appearance
 *   s  scalars
 * It writes every element of its range and nothing else, overwrites (operands marked ~ are updated in place), sums in
 * an order that does not depend on lo and hi, allocates nothing, and cannot fail.  Cutting a range in parts therefore
 * changes no bit, which is what lets workers share a step.
 */
#ifndef PYNN_H
#define PYNN_H

#include <stddef.h>
#include <stdint.h>

#define PN_MAX_OPERANDS 8
#define PN_MAX_DIMS 4
#define PN_MAX_SCALARS 8

typedef void (*pn_kernel)(void *const *p, const int64_t *d, const double *s, int64_t lo, int64_t hi);

/* A line of a table: op name and kernel; the last line has a NULL name. */
typedef struct {
    const char *name;
    pn_kernel kernel;
} pn_entry;

/* Another way to share out a step: a part is a call of its own, on some rows of the operands.  See Op.also
 * (pynn/kernels/contract.py). */
typedef struct {
    int64_t dim;                    /* d[dim] is their number */
    int64_t whole;                  /* what the kernel takes as its extent */
    int64_t bytes[PN_MAX_OPERANDS]; /* from row to row; 0: each part takes all of the operand */
} pn_rows;

typedef struct {
    pn_kernel run;
    void *p[PN_MAX_OPERANDS];
    int64_t d[PN_MAX_DIMS];
    double s[PN_MAX_SCALARS];
    int64_t extent;      /* what workers share out: see Op.extent (pynn/kernels/contract.py), or rows */
    const pn_rows *rows; /* NULL: parts are parts of the extent */
    double when;         /* 0: not in this batch */
} pn_step;

/* Steps that workers walk without waiting for each other: each worker computes its part of all of them in turn, and then
 * they meet. */
typedef struct {
    pn_step *const *steps;
    int64_t count;
    int64_t parts; /* most parts worth cutting them into */
} pn_group;

/* Where part number `part` of `parts` begins.  Long ranges are cut at whole cache lines, so that workers who write columns
 * of one row do not write one line.  The ends are known without the division, which takes as long as a small step. */
static inline int64_t pn_cut(int64_t extent, int64_t part, int64_t parts)
{
    if (part == 0 || part == parts)
        return part == 0 ? 0 : extent;
    const int64_t at = extent * part / parts;
    return extent < 32 * parts ? at : (at + 8) & ~(int64_t)15;
}

/* Before batch b: steps[step].p[operand] = base + (b & turn) * stride.  `turn` has all bits, or it is 1: then batches take
 * turns in two memories. */
typedef struct {
    int64_t step, operand, stride, turn;
    int64_t ahead; /* whether the step is of those that may run a batch ahead */
    char *base;
} pn_pointer_feed;

/* Before batch b: steps[step].s[scalar] = table[(b - table_first) * columns + column]; a scalar of -1 is `when`. */
typedef struct {
    int64_t step, scalar, column;
} pn_scalar_feed;

/* Which way through a plan is faster now (ways.c): by the team, or by the first worker alone. */
#define PN_TRIALS 5 /* blocks of each way in a trial */
typedef struct {
    int alone;                  /* the way to go */
    int blocks;                 /* that are left of a trial; 0: there is none */
    double credit;              /* seconds that trials of the other way may take */
    double settled;             /* seconds since the last change, not counted */
    double seconds;             /* of the block so far */
    int64_t batches;            /* of the block so far */
    double rates[2][PN_TRIALS]; /* seconds a batch: shared, alone */
} pn_ways;
void pn_ways_begin(pn_ways *ways);
/* Note batches that were walked the way that `alone` says, and set it for those that follow. */
void pn_ways_note(pn_ways *ways, double seconds, int64_t batches, int64_t workers);

/* A running sum, or several. */
typedef struct {
    double *at;
    int64_t size;
} pn_sum;

typedef struct pn_plan pn_plan;
struct pn_plan {
    pn_step *steps;
    pn_group *groups; /* of all steps but those in `ahead`, each in one */
    pn_group in_turn; /* all of them, in the order for one worker */
    /* Steps before the groups, in none of them, that write memories in which batches take turns: workers who would wait run
     * them for the next batch while the first worker is in groups[beside] and those behind it that are not shared. */
    pn_group ahead;
    int64_t beside;
    pn_pointer_feed *pointers;
    pn_scalar_feed *scalars;
    int64_t n_steps, n_groups, n_pointers, n_scalars;
    const double *table;
    int64_t columns, table_first;
    const double *watched; /* NULL, or a number: the walk ends after the batch in which it stops being finite */
    double *spent;         /* NULL, or a sum for each step: seconds of the first worker in it are added */
    pn_ways ways;
    int64_t period;      /* batches of an epoch; 0: epochs are nobody's business */
    const pn_plan *last; /* NULL, or the same plan for fewer rows: it walks the last batch of each epoch */
    /* `ends` is NULL, or has `width` numbers for each epoch: when it ends, the sums are moved there and begin anew. */
    pn_sum *sums;
    int64_t n_sums, width;
    double *ends;
};

/* Walk the plan for batches [first, last), or until `seconds` have passed; at least one batch.  Returns the batch
 * reached.  A batch is walked whole or not at all. */
int64_t pn_plan_run(pn_plan *plan, int64_t first, int64_t last, double seconds);

/* Seconds in each step: `spent` has a number for each of those that begin at `first`. */
typedef struct {
    const pn_step *first;
    double *spent;
} pn_times;

/* One part of a group, alone. */
void pn_run_part(const pn_group *group, int64_t part, int64_t parts, const pn_times *times);

/* Workers (team.c): one team a process, started at the first step that is worth sharing. */
void pn_set_workers(int64_t count);
int64_t pn_get_workers(void);
int pn_team_acquire(void); /* 0: in use by another thread; then walk alone */
void pn_team_release(void);
/* By the one who acquired.  `times` is NULL, or where the caller's seconds go. */
void pn_team_run(const pn_group *group, const pn_times *times);
/* Offer all parts of a group to the other workers, and go on; the next group that is shared waits for it, or `join`. */
void pn_team_offer(const pn_group *group);
void pn_team_join(const pn_times *times);
void pn_team_forget(void); /* in the child after fork: its threads are gone */

/* Tables (dispatch.c): instruction sets that this build has and this CPU runs, best last; `bits` is 32 or 64. */
int pn_isa_count(void);
const char *pn_isa_name(int index);
const pn_entry *pn_isa_table(int index, int bits);
/* Multiply-adds in registers for about `seconds`: the peak of one core in operations a second. */
double pn_isa_peak(int index, int bits, double seconds);

double pn_now(void); /* monotonic clock, seconds */

/* Whether no number in `bytes` bytes is NaN or greater than *limit; `width` is 4 for float, 8 for double (within.c). */
int pn_within(const void *x, int64_t bytes, const void *limit, int64_t width);

/* A permutation of n < 2^31 rows drawn with NumPy's Mersenne twister, of which `generator` is the bitgen_t; and whether its
 * state is laid out as that takes it, shown by what it holds (permutation.c). */
void pn_permute(void *generator, int64_t *order, int64_t n);
int pn_twister_is(const void *generator, const uint32_t *key, int position);

/* Rows [lo, hi) of one step; all of them are shared among the workers if there are several parts. */
void pn_step_run(pn_step *step, int64_t lo, int64_t hi, int64_t parts);

#endif
