/* Sums over the lanes of several vectors at once: one result a lane. */
#ifndef PYNN_ACROSS_H
#define PYNN_ACROSS_H

#include "roots.h"

#if PN_COUNT == 16
#define PN_EVENS 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define PN_ODDS 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#elif PN_COUNT == 8
#define PN_EVENS 0, 2, 4, 6, 8, 10, 12, 14
#define PN_ODDS 1, 3, 5, 7, 9, 11, 13, 15
#elif PN_COUNT == 4
#define PN_EVENS 0, 2, 4, 6
#define PN_ODDS 1, 3, 5, 7
#else
#define PN_EVENS 0, 2
#define PN_ODDS 1, 3
#endif

/* One vector for each lane. */
typedef vector block[PN_COUNT];

#define PN_HALVE(left, join)                                                                                           \
    _Pragma("GCC unroll 8") for (int r = 0; r < (left); r++)                                                           \
    {                                                                                                                  \
        const vector even = PN_PICK(rows[2 * r], rows[2 * r + 1], PN_EVENS);                                           \
        const vector odd = PN_PICK(rows[2 * r], rows[2 * r + 1], PN_ODDS);                                             \
        rows[r] = join(even, odd);                                                                                     \
    }

/* Neighbours are joined until a row is one lane: ((0 1) (2 3)) ((4 5) (6 7)) …, the same for every row.  Each round has
 * a constant count: else the rows would be written to memory and read again. */
#define PN_ACROSS(name, join)                                                                                          \
    PN_INLINE vector name(block rows)                                                                                  \
    {                                                                                                                  \
        PN_HALVE(PN_COUNT / 2, join)                                                                                   \
        PN_HALVE(PN_COUNT / 4, join)                                                                                   \
        PN_HALVE(PN_COUNT / 8, join)                                                                                   \
        PN_HALVE(PN_COUNT / 16, join)                                                                                  \
        return rows[0];                                                                                                \
    }

PN_INLINE vector sum_of(vector x, vector y)
{
    return x + y;
}

PN_ACROSS(sums_across, sum_of)

#endif
