/* Products of one to three rows. */
#ifndef PYNN_THIN_H
#define PYNN_THIN_H

#include "gemm.h"

/* Most rows of c. */
#define THIN 3

/* Rows [lo, hi) of c; 0, having done nothing, where they are more than THIN, or rows of b not adjacent numbers, a vector of
 * them or more. */
int PN_NAME(multiply_thin)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi);

#endif
