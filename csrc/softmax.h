/* e^(z - max z) of a row and its sum.  A row of ten classes is less than a vector: it is computed as one, the lanes behind
 * its end holding numbers whose exponentials are 0, and maxima and sums of as many rows as a vector has lanes together. */
#ifndef PYNN_SOFTMAX_H
#define PYNN_SOFTMAX_H

#include "across.h"
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

/* Of up to PN_LANES rows that are a vector or less: y = softmax z, the largest z_j and Σ e^(z_j - top) of each row. */
PN_INLINE void softmax_narrow(const real *z, real *y, int64_t rows, int64_t k, const row_end *end, vector *top,
                              vector *sum)
{
    block e, joined;
    real lane[PN_COUNT];
#pragma GCC unroll 16
    for (int r = 0; r < PN_COUNT; r++)
        joined[r] = e[r] = load_first(z + (r < rows ? r : 0) * k, end->mask) + end->padding;
    *top = largest_across(joined);
    store(lane, *top);
#pragma GCC unroll 16
    for (int r = 0; r < PN_COUNT; r++)
        joined[r] = e[r] = exponentials(e[r] - lane[r]);
    *sum = sums_across(joined);
    store(lane, 1 / *sum);
    for (int64_t r = 0; r < rows; r++)
        store_first(y + r * k, e[r] * lane[r], end->mask);
}

/* x_j / sum, in place. */
PN_INLINE void divide_row(real *x, const row_end *end, real sum)
{
    for (int64_t j = 0; j < end->whole; j += PN_LANES)
        store(x + j, load(x + j) / sum);
    store_first(x + end->whole, load_first(x + end->whole, end->mask) / sum, end->mask);
}

#endif
