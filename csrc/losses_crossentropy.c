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

/* A lane for each row: its label, 0 where rows are missing. */
PN_INLINE lanes_of_bits labels_of(const int32_t *t, int64_t rows)
{
    integer label[PN_COUNT] = {0};
    lanes_of_bits lanes;
    for (int64_t r = 0; r < rows; r++)
        label[r] = (integer)t[r];
    memcpy(&lanes, label, sizeof lanes);
    return lanes;
}

PN_INLINE vector logarithms(vector x)
{
    real y[PN_COUNT];
    store(y, x);
    for (int64_t l = 0; l < PN_LANES; l++)
        y[l] = pn_log(y[l]);
    return load(y);
}

/* From columns z and t (targets; or labels, where t is NULL): Σ t ln p of each row, of which Σ t within the limits is `kept`,
 * and its terms stay in `parts`. */
PN_INLINE vector log_likelihoods(const real *z, const real *t, lanes_of_bits label, int64_t k, vector log_sum,
                                 const limits *l, real *parts, vector *kept)
{
    vector terms = {0}, sum = {0};
    for (int64_t j = 0; j < k; j++) {
        const vector logp = load(z + j * PN_LANES) - log_sum;
        const vector clipped = smaller(splat(l->high), larger(splat(l->low), logp));
        const lanes_of_bits here = label == (integer)j;
        const vector target = t ? load(t + j * PN_LANES) : (vector)((lanes_of_bits)splat(1) & here);
        const vector part = kept_lanes(target, logp, l);
        terms += t ? target * clipped : (vector)((lanes_of_bits)clipped & here);
        sum += part;
        store(parts + j * PN_LANES, part);
    }
    *kept = sum;
    return terms;
}

/* Both kernels below, for rows of up to PN_MOST_COLUMNS classes; `labels`: targets are numbers of classes. */
PN_INLINE void few_classes(void *const *p, const int64_t *d, const limits *l, int64_t lo, int64_t hi, const int labels)
{
    const int64_t n = d[0], k = d[1];
    column_block z, t, prob;
    for (int64_t r0 = lo; r0 < hi; r0 += PN_LANES) {
        const int64_t rows = hi - r0 < PN_LANES ? hi - r0 : PN_LANES;
        const lane_mask mask = first_lanes(rows);
        const vector weight = load_first((const real *)p[2] + r0, mask), scale = weight / (real)n;
        lanes_of_bits label = {0};
        vector top, kept;
        rows_to_columns((const real *)p[0] + r0 * k, rows, k, z);
        if (labels)
            label = labels_of((const int32_t *)p[1] + r0, rows);
        else
            rows_to_columns((const real *)p[1] + r0 * k, rows, k, t);
        const vector sum = exp_columns(z, prob, k, &top), factor = 1 / sum, log_sum = top + logarithms(sum);
        const vector terms = log_likelihoods(z, labels ? NULL : t, label, k, log_sum, l, t, &kept);
        for (int64_t j = 0; j < k * PN_LANES; j += PN_LANES) {
            store(prob + j, load(prob + j) * factor);
            store(z + j, (load(prob + j) * kept - load(t + j)) * scale);
        }
        columns_to_rows(prob, rows, k, (real *)p[3] + r0 * k);
        columns_to_rows(z, rows, k, (real *)p[5] + r0 * k);
        store_first((real *)p[4] + r0, -weight * terms, mask);
    }
}

PN_KERNEL(softmax_crossentropy) /* z(n,k), t(n,k), w(n) -> p(n,k), loss(n), dz(n,k); epsilon */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2];
    real *restrict loss = p[4];
    const limits l = log_limits(s[0]);
    real log_sum[ROWS];
    if (k <= PN_MOST_COLUMNS) {
        few_classes(p, d, &l, lo, hi, 0);
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
    if (k <= PN_MOST_COLUMNS) {
        few_classes(p, d, &l, lo, hi, 1);
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
