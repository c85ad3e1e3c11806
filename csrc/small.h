/* Products that are too small for a panel. */
#ifndef PYNN_SMALL_H
#define PYNN_SMALL_H

#include "gemm.h"

/* Rows [lo, hi) of c as in gemm.h, finished, and then `how`, if it is not NULL.  Returns 0, having done nothing, where a
 * panel pays: that depends on k, n and how a and b stand, never on the rows. */
int PN_NAME(small_product)(const product *f, const ending *end, real *c, int64_t c_row, int64_t lo, int64_t hi,
                           const finish *how);

/* The same for x w of a whole layer, where a, b and c are matrices without gaps: one column is summed in another order, as
 * inner products, which a part of several columns must not be. */
int PN_NAME(small_layer)(const product *f, const ending *end, real *c, int64_t lo, int64_t hi);

#endif
