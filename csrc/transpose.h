/* Copying a matrix by columns. */
#ifndef PYNN_TRANSPOSE_H
#define PYNN_TRANSPOSE_H

#include "real.h"

/* Copy depth x width of b, whose columns are apart and rows adjacent, into the rows of a panel. */
void PN_NAME(pack_transposed)(const real *b, int64_t b_col, int64_t depth, int64_t width, real *panel, int64_t stride);

#endif
