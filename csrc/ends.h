/* The last columns of a product, where they fill a small part of a vector: a tile for them would cost as much as a whole
 * one, and 50, 100, 150 ... columns are 1, 2, 3 ... tiles of 48 and a few. */
#ifndef PYNN_ENDS_H
#define PYNN_ENDS_H

#include "gemm.h"

/* How many columns of the product are better made by `ends_along_rows`, or by `ends_along_k`; 0: none.  That depends on
 * k, n and how a and b stand, never on the rows. */
int64_t PN_NAME(ends_along_rows_of)(const product *f);
int64_t PN_NAME(ends_along_k_of)(const product *f);

/* The last `columns` columns of c, rows [lo, hi): a vector holds adjacent rows of one column.  The same bits as in a tile. */
void PN_NAME(ends_along_rows)(const product *f, int64_t columns, real *c, int64_t c_row, int64_t lo, int64_t hi);

/* The same where a's rows lie along k: inner products, in the order of their own that this means, finished by `end`. */
void PN_NAME(ends_along_k)(const product *f, int64_t columns, const ending *end, real *c, int64_t c_row, int64_t lo,
                           int64_t hi);

#endif
