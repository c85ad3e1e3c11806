/* Cross-entropies per row, and the gradient of their mean over the n rows.
 * Formulas: pynn/kernels/reference/losses_crossentropy.py. */
#include "losses.h"
#include "softmax.h"

/* Bounds of ln p when p is clipped to [epsilon, 1 - epsilon]; epsilon 0: none. */
typedef struct {
    real low, high;
} limits;

PN_INLINE limits log_limits(double epsilon)
{
    limits l = {-(real)INFINITY, (real)INFINITY};
    if (epsilon > 0) {
        l.low = (real)log(epsilon);
        l.high = (real)log1p(-epsilon);
    }
    return l;
}

PN_KERNEL(categorical_crossentropy) /* p(n,k), t(n,k), w(n) -> loss(n), dp(n,k); epsilon */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2];
    real *restrict loss = p[3];
    const real low = (real)s[0], high = (real)(1 - s[0]);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict prob = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dp = (real *)p[4] + r * k;
        const real scale = w[r] / (real)n;
        real total = 0, kept = 0, sum = 0;
        for (int64_t j = 0; j < k; j++)
            total += prob[j];
        for (int64_t j = 0; j < k; j++) {
            const real q = prob[j] / total, part = t[j] * inside(q, low, high);
            sum += t[j] * pn_log(clip(q, low, high));
            kept += part;
            dp[j] = part != 0 ? part / prob[j] : 0;
        }
        for (int64_t j = 0; j < k; j++)
            dp[j] = (kept / total - dp[j]) * scale;
        loss[r] = -w[r] * sum;
    }
}

PN_KERNEL(sparse_categorical_crossentropy) /* p(n,k), t(n):i32, w(n) -> loss(n), dp(n,k); epsilon */
{
    const int64_t n = d[0], k = d[1];
    const int32_t *restrict t = p[1];
    const real *restrict w = p[2];
    real *restrict loss = p[3];
    const real low = (real)s[0], high = (real)(1 - s[0]);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict prob = (const real *)p[0] + r * k;
        real *restrict dp = (real *)p[4] + r * k;
        real total = 0;
        for (int64_t j = 0; j < k; j++)
            total += prob[j];
        const real q = prob[t[r]] / total, kept = inside(q, low, high), scale = kept * w[r] / (real)n;
        for (int64_t j = 0; j < k; j++)
            dp[j] = kept > 0 ? scale / total : 0;
        if (kept > 0)
            dp[t[r]] = (1 / total - 1 / prob[t[r]]) * scale;
        loss[r] = -w[r] * pn_log(clip(q, low, high));
    }
}

/* Rows whose logarithms are taken together. */
#define ROWS 64

/* prob = softmax z for some rows, and log_sum = ln Σ e^z, so that ln p_j = z_j - log_sum. */
static void softmax_rows(const real *z, real *prob, int64_t rows, int64_t k, real *log_sum)
{
    real top[ROWS], sum[ROWS];
    const row_end end = end_of_rows(k);
    for (int64_t r = 0; r < rows; r++) {
        sum[r] = exp_row(z + r * k, prob + r * k, &end, &top[r]);
        divide_row(prob + r * k, &end, sum[r]);
    }
    for (int64_t r = 0; r < rows; r++)
        log_sum[r] = top[r] + pn_log(sum[r]);
}

/* Lanes of x where it is within the limits, 0 elsewhere. */
PN_INLINE vector kept_lanes(vector x, vector logp, const limits *l)
{
    return (vector)((lanes_of_bits)x & (logp >= splat(l->low)) & (logp <= splat(l->high)));
}

/* 1 in the lane of a label, 0 elsewhere. */
PN_INLINE vector one_hot(int32_t label)
{
    lanes_of_bits lane;
    for (int64_t l = 0; l < PN_LANES; l++)
        lane[l] = (integer)l;
    return (vector)((lanes_of_bits)splat(1) & (lane == (integer)label));
}

/* Both kernels below, for rows that are a vector or less; `labels`: targets are numbers of classes. */
PN_INLINE void narrow_rows(void *const *p, const int64_t *d, const limits *l, int64_t lo, int64_t hi, const int labels)
{
    const int64_t n = d[0], k = d[1];
    const row_end end = end_of_rows(k);
    for (int64_t r0 = lo; r0 < hi; r0 += PN_LANES) {
        const int64_t rows = hi - r0 < PN_LANES ? hi - r0 : PN_LANES;
        const real *const z = (const real *)p[0] + r0 * k;
        real *const prob = (real *)p[3] + r0 * k, *const dz = (real *)p[5] + r0 * k;
        const lane_mask mask = first_lanes(rows);
        const vector weight = load_first((const real *)p[2] + r0, mask);
        real log_sum[PN_COUNT], total[PN_COUNT], scale[PN_COUNT];
        block kept, terms, targets;
        vector top, sum;
        softmax_narrow(z, prob, rows, k, &end, &top, &sum);
        store(log_sum, sum);
        for (int64_t r = 0; r < PN_LANES; r++)
            log_sum[r] = pn_log(log_sum[r]);
        store(log_sum, top + load(log_sum));
        store(scale, weight / (real)n);
#pragma GCC unroll 16
        for (int r = 0; r < PN_COUNT; r++) {
            const int64_t row = r < rows ? r : 0;
            const vector t = labels ? one_hot(((const int32_t *)p[1])[r0 + row])
                                    : load_first((const real *)p[1] + (r0 + row) * k, end.mask);
            const vector logp = load_first(z + row * k, end.mask) - log_sum[row];
            kept[r] = targets[r] = kept_lanes(t, logp, l);
            const vector clipped = smaller(splat(l->high), larger(splat(l->low), logp));
            terms[r] = labels ? (vector)((lanes_of_bits)clipped & (t > 0)) : t * clipped;
        }
        store_first((real *)p[4] + r0, -weight * sums_across(terms), mask);
        store(total, sums_across(targets));
        for (int64_t r = 0; r < rows; r++)
            store_first(dz + r * k, (load_first(prob + r * k, end.mask) * total[r] - kept[r]) * scale[r], end.mask);
    }
}

PN_KERNEL(softmax_crossentropy) /* z(n,k), t(n,k), w(n) -> p(n,k), loss(n), dz(n,k); epsilon */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2];
    real *restrict loss = p[4];
    const limits l = log_limits(s[0]);
    real log_sum[ROWS];
    if (k <= PN_LANES) {
        narrow_rows(p, d, &l, lo, hi, 0);
        return;
    }
    for (int64_t r = lo; r < hi; r++) {
        const int64_t row = (r - lo) % ROWS;
        const real *restrict z = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict prob = (real *)p[3] + r * k, *restrict dz = (real *)p[5] + r * k;
        if (row == 0)
            softmax_rows(z, prob, hi - r < ROWS ? hi - r : ROWS, k, log_sum);
        const real scale = w[r] / (real)n;
        real total = 0, sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real logp = z[j] - log_sum[row];
            const real kept = logp >= l.low && logp <= l.high ? t[j] : 0;
            sum += t[j] * clip(logp, l.low, l.high);
            total += kept;
            dz[j] = kept;
        }
        for (int64_t j = 0; j < k; j++)
            dz[j] = (prob[j] * total - dz[j]) * scale;
        loss[r] = -w[r] * sum;
    }
}

PN_KERNEL(sparse_softmax_crossentropy) /* z(n,k), t(n):i32, w(n) -> p(n,k), loss(n), dz(n,k); epsilon */
{
    const int64_t n = d[0], k = d[1];
    const int32_t *restrict t = p[1];
    const real *restrict w = p[2];
    real *restrict loss = p[4];
    const limits l = log_limits(s[0]);
    real log_sum[ROWS];
    if (k <= PN_LANES) {
        narrow_rows(p, d, &l, lo, hi, 1);
        return;
    }
    for (int64_t r = lo; r < hi; r++) {
        const int64_t row = (r - lo) % ROWS;
        const real *restrict z = (const real *)p[0] + r * k;
        real *restrict prob = (real *)p[3] + r * k, *restrict dz = (real *)p[5] + r * k;
        if (row == 0)
            softmax_rows(z, prob, hi - r < ROWS ? hi - r : ROWS, k, log_sum);
        const real logp = z[t[r]] - log_sum[row];
        const real scale = logp >= l.low && logp <= l.high ? w[r] / (real)n : 0;
        for (int64_t j = 0; j < k; j++)
            dz[j] = prob[j] * scale;
        dz[t[r]] -= scale;
        loss[r] = -w[r] * clip(logp, l.low, l.high);
    }
}

PN_KERNEL(binary_crossentropy) /* p(n,k), t(n,k), w(n) -> loss(n), dp(n,k); epsilon */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2];
    real *restrict loss = p[3];
    const real low = (real)s[0], high = (real)(1 - s[0]);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict prob = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dp = (real *)p[4] + r * k;
        const real scale = w[r] / ((real)n * (real)k);
        real sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real q = clip(prob[j], low, high);
            sum += t[j] * pn_log(q) + (1 - t[j]) * pn_log(1 - q);
            dp[j] = (q - t[j]) / (q * (1 - q)) * inside(prob[j], low, high) * scale;
        }
        loss[r] = -w[r] * (sum / (real)k);
    }
}

PN_KERNEL(sigmoid_binary_crossentropy) /* z(n,k), t(n,k), w(n) -> p(n,k), loss(n), dz(n,k); epsilon */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2];
    real *restrict loss = p[4];
    const limits l = log_limits(s[0]);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict z = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict prob = (real *)p[3] + r * k, *restrict dz = (real *)p[5] + r * k;
        const real scale = w[r] / ((real)n * (real)k);
        real sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real e = pn_exp(z[j] < 0 ? z[j] : -z[j]), big = 1 / (1 + e);
            const real logp = (z[j] < 0 ? z[j] : 0) - pn_log1p(e), logq = logp - z[j];
            const int clipped = logp < l.low || logp > l.high || logq < l.low || logq > l.high;
            prob[j] = z[j] < 0 ? e * big : big;
            sum += t[j] * clip(logp, l.low, l.high) + (1 - t[j]) * clip(logq, l.low, l.high);
            dz[j] = clipped ? 0 : (prob[j] - t[j]) * scale;
        }
        loss[r] = -w[r] * (sum / (real)k);
    }
}
