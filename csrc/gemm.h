/* The matrix product behind every dense kernel. */
#ifndef PYNN_GEMM_H
#define PYNN_GEMM_H

#include "real.h"

/* c(r,j) = Σ_k a(r,k) b(k,j): element (r,k) of a stands at a[r * a_row + k * a_col], b likewise. */
typedef struct {
    const real *a;
    int64_t a_row, a_col;
    const real *b;
    int64_t b_row, b_col;
    int64_t k, n;
} product;

/* Rows [lo, hi) of c, which has n columns and `c_row` elements from row to row.  c points at row 0.  The sum over k runs
 * from first to last, one multiply-add at a time, whatever the blocking: the result does not depend on lo and hi. */
void PN_NAME(gemm)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi);

#endif
