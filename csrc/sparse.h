/* Products whose a is 0 in many places: behind a relu or dropout, on the borders of pictures. */
#ifndef PYNN_SPARSE_H
#define PYNN_SPARSE_H

#include "gemm.h"

/* Columns of c, of which it needs as many or more: asked before the call, since the smallest products are many. */
#define SPARSE_COLUMNS (6 * PN_LANES + 1)

/* Whether a has so many zeros, and the product so many rows and columns, that it is taken. */
int PN_NAME(sparse_pays)(const product *f, const real *c, int64_t lo, int64_t hi);

/* As gemm_finish, for k <= PN_DEEPEST if there is no c; `how` may be NULL.  0, having done nothing, where it does not pay. */
int PN_NAME(multiply_sparse)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi, const finish *how);

#endif
