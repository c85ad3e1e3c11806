/* e^(z - max z) of a row and its sum.  Rows of up to a few vectors are transposed, a lane for each row: what is a maximum or
 * a sum over a row is then one over vectors.  Where the lanes of longer rows end, they hold numbers whose exponentials
 * are 0. */
#ifndef PYNN_SOFTMAX_H
#define PYNN_SOFTMAX_H

#include "roots.h"
#include "transpose.h"
#include "vmath.h"

#if PN_BITS == 32
#define PN_MOST FLT_MAX
#else
#define PN_MOST DBL_MAX
#endif

/* How rows of k elements end: columns before the last vector, its lanes, and what fills the lanes behind them. */
typedef struct {
    int64_t whole;
    lane_mask mask;
    vector padding;
} row_end;

PN_INLINE row_end end_of_rows(int64_t k)
{
    row_end end;
    real padding[PN_VECTOR_BYTES / sizeof(real)];
    end.whole = (k - 1) / PN_LANES * PN_LANES;
    end.mask = first_lanes(k - end.whole);
    for (int64_t l = 0; l < PN_LANES; l++)
        padding[l] = l < k - end.whole ? 0 : -PN_MOST;
    end.padding = load(padding);
    return end;
}

PN_INLINE vector exponentials(vector x)
{
    real e[PN_VECTOR_BYTES / sizeof(real)];
    store(e, x);
    for (int64_t l = 0; l < PN_LANES; l++)
        e[l] = pn_exp(e[l]);
    return load(e);
}

/* Halves added until one lane is left. */
PN_INLINE real add_lanes(vector v)
{
    real x[PN_VECTOR_BYTES / sizeof(real)];
    store(x, v);
    for (int64_t half = PN_LANES / 2; half > 0; half /= 2)
        for (int64_t l = 0; l < half; l++)
            x[l] += x[l + half];
    return x[0];
}

PN_INLINE real largest_lane(vector v)
{
    real x[PN_VECTOR_BYTES / sizeof(real)];
    store(x, v);
    for (int64_t half = PN_LANES / 2; half > 0; half /= 2)
        for (int64_t l = 0; l < half; l++)
            x[l] = x[l + half] > x[l] ? x[l + half] : x[l];
    return x[0];
}

/* e_j = e^(z_j - top), where top is the largest z_j; returns Σ e_j. */
PN_INLINE real exp_row(const real *z, real *e, const row_end *end, real *top)
{
    vector best = load_first(z + end->whole, end->mask) + end->padding, total;
    const vector last = best;
    for (int64_t j = 0; j < end->whole; j += PN_LANES)
        best = larger(load(z + j), best);
    *top = largest_lane(best);
    total = exponentials(last - *top);
    store_first(e + end->whole, total, end->mask);
    for (int64_t j = 0; j < end->whole; j += PN_LANES) {
        const vector part = exponentials(load(z + j) - *top);
        store(e + j, part);
        total += part;
    }
    return add_lanes(total);
}

/* Most elements of a row that is computed by columns, a lane for each row. */
#define PN_MOST_COLUMNS (4 * PN_COUNT)
typedef real column_block[PN_MOST_COLUMNS * PN_COUNT] __attribute__((aligned(64)));

/* Up to PN_LANES rows as columns; those that are missing are zeros. */
static inline void rows_to_columns(const real *x, int64_t rows, int64_t k, real *columns)
{
    if (rows < PN_LANES)
        memset(columns, 0, (size_t)(k * PN_LANES) * sizeof(real));
    PN_NAME(pack_transposed)(x, k, k, rows, columns, PN_LANES);
}

static inline void columns_to_rows(const real *columns, int64_t rows, int64_t k, real *y)
{
    PN_NAME(pack_transposed)(columns, PN_LANES, rows, k, y, k);
}

/* e_j = e^(z_j - top) of columns, which may lie in the same place; returns Σ e_j. */
PN_INLINE vector exp_columns(const real *z, real *e, int64_t k, vector *top)
{
    vector best = load(z), total = {0};
    for (int64_t j = PN_LANES; j < k * PN_LANES; j += PN_LANES)
        best = larger(load(z + j), best);
    for (int64_t j = 0; j < k * PN_LANES; j += PN_LANES) {
        const vector part = exponentials(load(z + j) - best);
        store(e + j, part);
        total += part;
    }
    *top = best;
    return total;
}

/* y = softmax x for up to PN_LANES rows of up to PN_MOST_COLUMNS elements. */
static inline void softmax_group(const real *x, real *y, int64_t rows, int64_t k)
{
    column_block e;
    vector top;
    rows_to_columns(x, rows, k, e);
    const vector factor = 1 / exp_columns(e, e, k, &top);
    for (int64_t j = 0; j < k * PN_LANES; j += PN_LANES)
        store(e + j, load(e + j) * factor);
    columns_to_rows(e, rows, k, y);
}

/* x_j / sum, in place. */
PN_INLINE void divide_row(real *x, const row_end *end, real sum)
{
    for (int64_t j = 0; j < end->whole; j += PN_LANES)
        store(x + j, load(x + j) / sum);
    store_first(x + end->whole, load_first(x + end->whole, end->mask) / sum, end->mask);
}

#endif
