/* Products of a row or two; see thin.c. */
#ifndef PYNN_THIN_H
#define PYNN_THIN_H

#include "gemm.h"

/* Most rows of c. */
#define THIN 3

/* Rows [lo, hi) of c, THIN at most; 0, having done nothing, where b's rows are not adjacent elements or fill no vector. */
int PN_NAME(multiply_thin)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi);

#endif
