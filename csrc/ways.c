/* Which of two ways through a plan is faster now: shared by the team, or the first worker alone.
 *
 * Workers wait for each other between groups of steps.  Whether that pays depends on the network, and on who else uses the
 * cores at the moment, so it is measured: now and then blocks of batches are walked one way and the other in turn, and the
 * faster way is kept.  Neither changes a bit.
 */
#include "pynn.h"

/* Seconds of a block, unless a batch takes longer; seconds after a change of ways that do not count: workers wake, and
 * weights move from cache to cache. */
#define BLOCK 5e-4
#define SETTLING 1e-4
/* Of all time, how much may go into trials of the other way; and the seconds that the first one has: it comes at once where
 * batches are short, and fits of some milliseconds go the faster way, too. */
#define PRICE 0.02
#define FIRST_CREDIT 3e-3
/* The other way must take less than this share of the time. */
#define MARGIN 0.97

void pn_ways_begin(pn_ways *ways)
{
    const pn_ways new = {.credit = FIRST_CREDIT};
    *ways = new;
}

/* What the blocks of the other way will take: one worker needs the time of all for a batch. */
static double cost(double batch, int64_t workers)
{
    const double longest = batch * (double)workers;
    return PN_TRIALS * (longest > BLOCK + SETTLING ? longest : BLOCK + SETTLING);
}

/* Seconds a batch, of all blocks but the slowest: somebody else had the core. */
static double usual(const double *rates)
{
    double sum = 0, most = 0;
    for (int i = 0; i < PN_TRIALS; i++) {
        sum += rates[i];
        most = rates[i] > most ? rates[i] : most;
    }
    return (sum - most) / (PN_TRIALS - 1);
}

static void change(pn_ways *ways)
{
    ways->alone = !ways->alone;
    ways->settled = ways->seconds = 0;
    ways->batches = 0;
}

static void wait_for_credit(pn_ways *ways, double seconds, int64_t batches, int64_t workers)
{
    ways->credit += PRICE * seconds;
    if (ways->credit >= cost(seconds / (double)batches, workers)) {
        ways->blocks = 2 * PN_TRIALS;
        change(ways);
    }
}

void pn_ways_note(pn_ways *ways, double seconds, int64_t batches, int64_t workers)
{
    const int way = ways->alone;
    if (ways->blocks == 0) {
        wait_for_credit(ways, seconds, batches, workers);
        return;
    }
    /* Blocks go the other way and the usual one in turn: the number of those left is even before one of the other. */
    ways->credit -= ways->blocks % 2 == 0 ? seconds : 0;
    if (ways->settled < SETTLING && seconds < BLOCK) {
        ways->settled += seconds;
        return;
    }
    ways->seconds += seconds;
    ways->batches += batches;
    if (ways->seconds < BLOCK)
        return;
    ways->rates[way][--ways->blocks / 2] = ways->seconds / (double)ways->batches;
    if (ways->blocks > 0 || usual(ways->rates[!way]) < MARGIN * usual(ways->rates[way]))
        change(ways);
}
