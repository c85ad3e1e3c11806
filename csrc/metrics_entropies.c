/* Metrics that are means over rows: cross-entropies and divergences.  Formulas:
 * pynn/kernels/reference/metrics_entropies.py. */
#include "vmath.h"

PN_INLINE real clip(real x, real low, real high)
{
    return x < low ? low : (x > high ? high : x);
}

PN_KERNEL(categorical_crossentropy_rows) /* y(n,k), t(n,k) -> value(n); epsilon, smoothing */
{
    const int64_t k = d[1];
    real *restrict value = p[2];
    const real low = (real)s[0], high = (real)(1 - s[0]), keep = (real)(1 - s[1]), share = (real)(s[1] / (double)k);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        const real total = row_sum(y, k);
        double sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real target = t[j] * keep + share;
            if (target != 0)
                sum += (double)(target * pn_log(clip(y[j] / total, low, high)));
        }
        value[r] = (real)-sum;
    }
}

/* Whether a label names one of k classes, and not the ignored one. */
PN_INLINE int counts(int32_t label, int64_t k, double ignored)
{
    return label >= 0 && label < k && (double)label != ignored;
}

PN_KERNEL(sparse_categorical_crossentropy_rows) /* y(n,k), t(n):i32 -> value(n); epsilon, ignored */
{
    const int64_t k = d[1];
    const int32_t *restrict t = p[1];
    real *restrict value = p[2];
    const real low = (real)s[0], high = (real)(1 - s[0]);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k;
        value[r] = counts(t[r], k, s[1]) ? -pn_log(clip(y[t[r]] / row_sum(y, k), low, high)) : 0;
    }
}

/* ln of the sum of e^z over a row. */
PN_INLINE real log_sum_exp(const real *z, int64_t k)
{
    const real top = row_max(z, k);
    double sum = 0;
    for (int64_t j = 0; j < k; j++)
        sum += (double)pn_exp(z[j] - top);
    return top + pn_log((real)sum);
}

PN_KERNEL(softmax_crossentropy_rows) /* z(n,k), t(n,k) -> value(n); smoothing */
{
    const int64_t k = d[1];
    real *restrict value = p[2];
    const real keep = (real)(1 - s[0]), share = (real)(s[0] / (double)k);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict z = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        const real log_sum = log_sum_exp(z, k);
        double sum = 0;
        for (int64_t j = 0; j < k; j++)
            sum += (double)((t[j] * keep + share) * (log_sum - z[j]));
        value[r] = (real)sum;
    }
}

PN_KERNEL(sparse_softmax_crossentropy_rows) /* z(n,k), t(n):i32 -> value(n); ignored */
{
    const int64_t k = d[1];
    const int32_t *restrict t = p[1];
    real *restrict value = p[2];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict z = (const real *)p[0] + r * k;
        value[r] = counts(t[r], k, s[0]) ? log_sum_exp(z, k) - z[t[r]] : 0;
    }
}

PN_KERNEL(binary_crossentropy_rows) /* y(n,k), t(n,k) -> value(n); epsilon, smoothing */
{
    const int64_t k = d[1];
    real *restrict value = p[2];
    const real low = (real)s[0], high = (real)(1 - s[0]), keep = (real)(1 - s[1]), half = (real)(s[1] / 2);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        double sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real target = t[j] * keep + half, q = clip(y[j], low, high);
            sum += (double)(target * pn_log(q) + (1 - target) * pn_log(1 - q));
        }
        value[r] = (real)(-sum / (double)k);
    }
}

PN_KERNEL(sigmoid_binary_crossentropy_rows) /* z(n,k), t(n,k) -> value(n); smoothing */
{
    const int64_t k = d[1];
    real *restrict value = p[2];
    const real keep = (real)(1 - s[0]), half = (real)(s[0] / 2);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict z = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        double sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real size = z[j] < 0 ? -z[j] : z[j], above = z[j] < 0 ? 0 : z[j];
            sum += (double)(above - z[j] * (t[j] * keep + half) + pn_log1p(pn_exp(-size)));
        }
        value[r] = (real)(sum / (double)k);
    }
}

PN_KERNEL(kl_divergence_rows) /* y(n,k), t(n,k) -> value(n); epsilon */
{
    const int64_t k = d[1];
    real *restrict value = p[2];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        double sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real target = clip(t[j], (real)s[0], 1);
            sum += (double)(target * pn_log(target / clip(y[j], (real)s[0], 1)));
        }
        value[r] = (real)sum;
    }
}

PN_KERNEL(poisson_rows) /* y(n,k), t(n,k) -> value(n); epsilon */
{
    const int64_t k = d[1];
    real *restrict value = p[2];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        double sum = 0;
        for (int64_t j = 0; j < k; j++)
            sum += (double)(y[j] - t[j] * pn_log(y[j] + (real)s[0]));
        value[r] = (real)(sum / (double)k);
    }
}
