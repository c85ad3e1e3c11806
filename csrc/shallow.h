/* Products of which few rows share a panel of b. */
#ifndef PYNN_SHALLOW_H
#define PYNN_SHALLOW_H

#include "gemm.h"

/* Rows of c that read a panel too seldom to have it in the second cache. */
#define FEW 64

/* As gemm, for hi - lo <= FEW. */
void PN_NAME(multiply_shallow)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi);

#endif
