/* How large a tile of sums the vector registers hold. */
#ifndef PYNN_REGISTERS_H
#define PYNN_REGISTERS_H

#include "real.h"

/* Rows of a tile, and most vectors in one of them.  Their sums, one row of b and one vector of a must fit the registers
 * with one to spare: a tile that needs all sixteen makes GCC spill a sum and halves the speed. */
#if PN_REGISTERS == 32
#define MR 8
#define MOST_WIDE 3
#elif PN_VECTOR_BYTES == 32
#define MR 6
#define MOST_WIDE 2
#else
#define MR 4
#define MOST_WIDE 2
#endif

/* Of a tile.  `rows` and `wide` are constants where it is used, so that it lives in registers. */
typedef vector tile_sums[MR][MOST_WIDE];

/* What one row of b adds: `rows` elements of a, so far apart, by its vectors. */
PN_INLINE void add_products(tile_sums sum, const real *a, const int64_t a_row, const vector *row, const int rows,
                            const int wide)
{
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
        const vector x = splat(a[r * a_row]);
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++)
            sum[r][v] += x * row[v];
    }
}

/* Rows of b that are fetched ahead where each is read once, and copied into a panel, in general. */
#define AHEAD 8

PN_INLINE int64_t at_most(int64_t x, int64_t most)
{
    return x < most ? x : most;
}

/* Vectors side by side in the next tile of so many columns: a last tile of one vector would wait for its own sums. */
PN_INLINE int64_t next_wide(int64_t columns)
{
    const int64_t vectors = (columns + PN_LANES - 1) / PN_LANES;
    return vectors <= MOST_WIDE ? vectors : vectors == MOST_WIDE + 1 ? (vectors + 1) / 2 : MOST_WIDE;
}

#endif
