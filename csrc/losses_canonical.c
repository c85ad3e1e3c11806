/* Losses taken from z: output and loss together, dz = w/n (f(z) - t).
 * Formulas and sources: pynn/kernels/reference/losses_canonical.py. */
#include "losses.h"
#include "softmax.h"

/* y = softmax z for up to PN_LANES rows. */
PN_INLINE void softmax_few(const real *z, real *y, int64_t rows, int64_t k, const row_end *end)
{
    real top;
    if (k <= PN_MOST_COLUMNS) {
        softmax_group(z, y, rows, k);
        return;
    }
    for (int64_t r = 0; r < rows; r++)
        divide_row(y + r * k, end, exp_row(z + r * k, y + r * k, end, &top));
}

PN_INLINE void scale_row(real *x, const row_end *end, real factor)
{
    for (int64_t j = 0; j < end->whole; j += PN_LANES)
        store(x + j, load(x + j) * factor);
    store_first(x + end->whole, load_first(x + end->whole, end->mask) * factor, end->mask);
}

PN_KERNEL(softmax_log_loss) /* z(n,k), t(n):i32, w(n) -> loss(n), dz(n,k); epsilon */
{
    const int64_t n = d[0], k = d[1];
    const int32_t *restrict t = p[1];
    const real *restrict w = p[2];
    real *restrict loss = p[3];
    const real low = (real)s[0], high = (real)(1 - s[0]);
    const row_end end = end_of_rows(k);
    for (int64_t r0 = lo; r0 < hi; r0 += PN_LANES) {
        const int64_t rows = hi - r0 < PN_LANES ? hi - r0 : PN_LANES;
        real *const dz = (real *)p[4] + r0 * k;
        real q[PN_VECTOR_BYTES / sizeof(real)];
        softmax_few((const real *)p[0] + r0 * k, dz, rows, k, &end);
        for (int64_t r = 0; r < PN_LANES; r++)
            q[r] = r < rows ? dz[r * k + t[r0 + r]] : 1;
        for (int64_t r = 0; r < rows; r++) {
            const real scale = w[r0 + r] / (real)n;
            scale_row(dz + r * k, &end, scale);
            dz[r * k + t[r0 + r]] = (q[r] - 1) * scale;
        }
        for (int64_t r = 0; r < PN_LANES; r++)
            q[r] = pn_log(clip(q[r], low, high));
        for (int64_t r = 0; r < rows; r++)
            loss[r0 + r] = -w[r0 + r] * q[r];
    }
}

/* The logarithm of the probability that y gives to t, of which it is kept away from 0. */
PN_INLINE real log_likelihood(real y, real t, real low, real high)
{
    const real q = clip(y, low, high);
    return t * pn_log(q) + (1 - t) * pn_log(1 - q);
}

PN_KERNEL(logistic_log_loss) /* z(n,k), t(n,k), w(n) -> loss(n), dz(n,k); epsilon */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2];
    real *restrict loss = p[3];
    const real low = (real)s[0], high = (real)(1 - s[0]);
    for (int64_t r = lo; r < hi && k == 1; r++) {
        const real y = pn_sigmoid(((const real *)p[0])[r]), t = ((const real *)p[1])[r];
        loss[r] = -w[r] * log_likelihood(y, t, low, high);
        ((real *)p[4])[r] = (y - t) * (w[r] / (real)n);
    }
    for (int64_t r = lo; r < hi && k > 1; r++) {
        const real *restrict z = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dz = (real *)p[4] + r * k;
        const real scale = w[r] / (real)n;
        real sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real y = pn_sigmoid(z[j]);
            sum += log_likelihood(y, t[j], low, high);
            dz[j] = (y - t[j]) * scale;
        }
        loss[r] = -w[r] * sum;
    }
}

PN_KERNEL(half_squared_error) /* z(n,k), t(n,k), w(n) -> loss(n), dz(n,k) */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2];
    real *restrict loss = p[3];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict z = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dz = (real *)p[4] + r * k;
        const real scale = w[r] / (real)n;
        real sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real error = z[j] - t[j];
            sum += error * error;
            dz[j] = error * scale;
        }
        loss[r] = w[r] * (sum / (real)(2 * k));
    }
}

PN_KERNEL(half_poisson_deviance) /* z(n,k), t(n,k), w(n) -> loss(n), dz(n,k) */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2];
    real *restrict loss = p[3];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict z = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dz = (real *)p[4] + r * k;
        const real scale = w[r] / (real)n;
        real sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real y = pn_exp(z[j]), logarithm = t[j] > 0 ? pn_log(t[j]) : 0;
            sum += t[j] * (logarithm - z[j]) - t[j] + y;
            dz[j] = (y - t[j]) * scale;
        }
        loss[r] = w[r] * sum;
    }
}
