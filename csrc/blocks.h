/* Products of which many rows share a block of b. */
#ifndef PYNN_BLOCKS_H
#define PYNN_BLOCKS_H

#include "gemm.h"

/* Most rows of b in a block: 8 rows of a, as long, take a third of a 48 KiB first cache. */
#define PN_DEEPEST 512

/* As gemm_finish, for k <= PN_DEEPEST if there is no c; `how` may be NULL. */
void PN_NAME(multiply_blocks)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi, const finish *how);

/* Rows [lo, hi) of c -= rate * product, for k <= PN_DEEPEST, rate != 0 and an a whose rows are adjacent and columns are not:
 * in registers.  hi - lo is 2 * MR or more, as the first strip is taken to have MR rows. */
void PN_NAME(take_off_blocks)(const product *f, real rate, real *c, int64_t c_row, int64_t lo, int64_t hi);

#endif
