/* Metrics that are means over rows: running sums, and shares of right answers.  Formulas:
 * pynn/kernels/reference/metrics.py. */
#include "across.h"
#include "registers.h"
#include "transpose.h"

/* Most columns of which rows are searched several at a time. */
#define NARROW 32

/* In double precision, every fourth row apart: one sum would wait for itself, four cycles a row. */
static double sum_of_rows(const real *restrict v, int64_t n)
{
    double sums[4] = {0};
    int64_t r = 0;
    for (; r + 4 <= n; r += 4)
        for (int q = 0; q < 4; q++)
            sums[q] += (double)v[r + q];
    for (; r < n; r++)
        sums[0] += (double)v[r];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

PN_KERNEL(accumulate) /* v(n) -> ~total(1):f64 */
{
    double *total = p[1];
    const double sum = sum_of_rows(p[0], d[0]);
    if (lo < hi)
        *total += sum;
}

PN_KERNEL(accumulate_mean) /* v(n) -> ~total(1):f64, ~count(1):f64 */
{
    double *total = p[1], *count = p[2];
    const double sum = sum_of_rows(p[0], d[0]);
    if (lo < hi) {
        *total += sum;
        *count += (double)d[0];
    }
}

PN_KERNEL(accumulate_weighted_mean) /* v(n), w(n) -> ~total(1):f64, ~count(1):f64 */
{
    const real *restrict v = p[0], *restrict w = p[1];
    double *total = p[2], *count = p[3], sum = 0, weights = 0;
    for (int64_t r = 0; r < d[0]; r++) {
        sum += (double)(v[r] * w[r]);
        weights += (double)w[r];
    }
    if (lo < hi) {
        *total += sum;
        *count += weights;
    }
}

PN_KERNEL(weights_without_label) /* w(n), t(n):i32 -> v(n); ignored */
{
    const real *restrict w = p[0];
    const int32_t *restrict t = p[1];
    real *restrict v = p[2];
    for (int64_t r = lo; r < hi; r++)
        v[r] = (double)t[r] == s[0] ? 0 : w[r];
}

PN_INLINE int64_t argmax(const real *x, int64_t k)
{
    int64_t best = 0;
    for (int64_t j = 1; j < k; j++)
        best = x[j] > x[best] ? j : best;
    return best;
}

/* `argmax` of as many rows as a vector has lanes, transposed. */
static lanes_of_bits argmax_of_rows(const real *x, int64_t k)
{
    real columns[NARROW * PN_COUNT];
    PN_NAME(pack_transposed)(x, k, k, PN_LANES, columns, PN_LANES);
    vector most = load(columns);
    lanes_of_bits best = {0};
    for (int64_t j = 1; j < k; j++) {
        const vector now = load(columns + j * PN_LANES);
        const lanes_of_bits more = now > most;
        best = (more & ((lanes_of_bits){0} + (integer)j)) | (~more & best);
        most = (vector)((more & (lanes_of_bits)now) | (~more & (lanes_of_bits)most));
    }
    return best;
}

/* How many rows are searched at a time.  Where the last ones are fewer, they are searched with some that were before. */
PN_INLINE int64_t rows_at_once(int64_t k, int64_t rows)
{
    return k <= NARROW && rows >= PN_LANES ? PN_LANES : 1;
}

PN_INLINE lanes_of_bits largest_of(const real *x, int64_t k, int64_t rows)
{
    return rows > 1 ? argmax_of_rows(x, k) : (lanes_of_bits){(integer)argmax(x, k)};
}

PN_KERNEL(categorical_accuracy) /* y(n,k), t(n,k) -> hit(n) */
{
    const real *y = p[0], *t = p[1];
    real *hit = p[2];
    const int64_t k = d[1], rows = rows_at_once(k, hi - lo);
    for (int64_t r0 = lo; r0 < hi; r0 += rows) {
        const int64_t r = at_most(r0, hi - rows);
        const lanes_of_bits guess = largest_of(y + r * k, k, rows), right = largest_of(t + r * k, k, rows);
        for (int64_t q = 0; q < rows; q++)
            hit[r + q] = guess[q] == right[q];
    }
}

PN_KERNEL(sparse_categorical_accuracy) /* y(n,k), t(n):i32 -> hit(n) */
{
    const real *y = p[0];
    const int32_t *t = p[1];
    real *hit = p[2];
    const int64_t k = d[1], rows = rows_at_once(k, hi - lo);
    for (int64_t r0 = lo; r0 < hi; r0 += rows) {
        const int64_t r = at_most(r0, hi - rows);
        const lanes_of_bits guess = largest_of(y + r * k, k, rows);
        for (int64_t q = 0; q < rows; q++)
            hit[r + q] = guess[q] == t[r + q];
    }
}

/* Whether fewer than `top` of the k numbers exceed number `place`; no for a place that is none. */
PN_INLINE int among_top(const real *y, int64_t k, int64_t place, double top)
{
    int64_t above = 0;
    if (place < 0 || place >= k)
        return 0;
    for (int64_t j = 0; j < k; j++)
        above += !(y[j] <= y[place]); /* written so that NaN counts as large */
    return (double)above < top;
}

PN_KERNEL(top_k_categorical_accuracy) /* y(n,k), t(n,k) -> hit(n); top */
{
    const real *y = p[0], *t = p[1];
    real *hit = p[2];
    for (int64_t r = lo; r < hi; r++)
        hit[r] = among_top(y + r * d[1], d[1], argmax(t + r * d[1], d[1]), s[0]);
}

PN_KERNEL(sparse_top_k_categorical_accuracy) /* y(n,k), t(n):i32 -> hit(n); top */
{
    const real *y = p[0];
    const int32_t *t = p[1];
    real *hit = p[2];
    for (int64_t r = lo; r < hi; r++)
        hit[r] = among_top(y + r * d[1], d[1], t[r], s[0]);
}

PN_KERNEL(sorted_top_k_accuracy) /* ids(n,k), t(n):i32 -> hit(n); top */
{
    const real *ids = p[0];
    const int32_t *t = p[1];
    real *hit = p[2];
    const int64_t top = s[0] < (double)d[1] ? (int64_t)s[0] : d[1];
    for (int64_t r = lo; r < hi; r++) {
        int found = 0;
        for (int64_t j = 0; j < top; j++)
            found |= ids[r * d[1] + j] == (real)t[r];
        hit[r] = (real)found;
    }
}
