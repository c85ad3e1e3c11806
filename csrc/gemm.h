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
    int all_columns; /* of the op: then the last few may be summed in an order of their own, as no part has others */
} product;

/* What becomes of a sum: it begins with start[j], and is no less than `floor`; or it is taken off c. */
typedef struct {
    const real *start; /* NULL: 0 */
    real floor;        /* -INFINITY: none */
    real rate; /* not 0: c -= rate * sum, without start and floor (rows of a adjacent, a vector of columns or more) */
} ending;

/* A few rows of c whose sums are complete: c points at element (r0, j0). */
typedef struct {
    real *c;
    int64_t c_row, r0, rows, j0, width;
} strip;

/* What becomes of a strip while it is in the nearest cache: `run` is called once for each, with the kernel's arguments.
 * Where it is no more than `from` -= rate * strip, for a matrix of c's form, that may be done in registers instead. */
typedef struct finish {
    void (*run)(const struct finish *how, const strip *done);
    void *const *p;
    const int64_t *d;
    const double *s;
    real *from; /* NULL: it is more */
    real rate;
    int kept; /* how many matrices of c's form it reads and writes, the first of them p[2] */
} finish;

/* Rows [lo, hi) of c, which has n columns and `c_row` elements from row to row.  c points at row 0.  The sum over k runs
 * from first to last, one multiply-add at a time, whatever the blocking (but see all_columns): the result does not depend on
 * lo and hi. */
void PN_NAME(gemm)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi);

/* The same, and then `how`; without c (NULL) the strips live in the cache alone. */
void PN_NAME(gemm_finish)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi, const finish *how);

#endif
