/* Cross-entropies that weigh rows by how wrong they are.  Formulas: pynn/kernels/reference/losses_focal.py. */
#include "losses.h"

/* Derivative of |u|^gamma. */
PN_INLINE real power_slope(real u, real gamma)
{
    return gamma == 0 ? 0 : gamma * pn_power(u, gamma - 1) * (gamma == 1 || u != 0 ? (u < 0 ? -1 : 1) : 0);
}

PN_KERNEL(binary_focal_crossentropy) /* p(n,k), t(n,k), w(n) -> loss(n), dp(n,k); alpha, gamma, balance, epsilon */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2], alpha = (real)s[0], gamma = (real)s[1];
    const real low = (real)s[3], high = (real)(1 - s[3]);
    real *restrict loss = p[3];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict prob = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dp = (real *)p[4] + r * k;
        const real scale = w[r] / ((real)n * (real)k);
        real sum = 0;
        for (int64_t j = 0; j < k; j++) {
            const real q = clip(prob[j], low, high), u = t[j] * (1 - prob[j]) + (1 - t[j]) * prob[j];
            const real entropy = -(t[j] * pn_log(q) + (1 - t[j]) * pn_log(1 - q));
            const real slope = (q - t[j]) / (q * (1 - q)) * inside(prob[j], low, high);
            const real focus = pn_power(u, gamma), share = s[2] != 0 ? t[j] * alpha + (1 - t[j]) * (1 - alpha) : 1;
            sum += share * focus * entropy;
            dp[j] = share * (power_slope(u, gamma) * (1 - 2 * t[j]) * entropy + focus * slope) * scale;
        }
        loss[r] = w[r] * (sum / (real)k);
    }
}

PN_KERNEL(categorical_focal_crossentropy) /* p(n,k), t(n,k), w(n), alpha(k) -> loss(n), dp(n,k); gamma, epsilon */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2], *restrict alpha = p[3], gamma = (real)s[0];
    const real low = (real)s[1], high = (real)(1 - s[1]);
    real *restrict loss = p[4];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict prob = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dp = (real *)p[5] + r * k;
        const real total = row_sum(prob, k), scale = w[r] / (real)n;
        real sum = 0, inner = 0;
        for (int64_t j = 0; j < k; j++) {
            const real share = prob[j] / total, q = clip(share, low, high), ln = pn_log(q);
            const real focus = pn_power(1 - q, gamma), slope = power_slope(1 - q, gamma) * ln - focus / q;
            sum -= alpha[j] * t[j] * focus * ln;
            dp[j] = alpha[j] * t[j] * slope * inside(share, low, high);
            inner += dp[j] * share;
        }
        for (int64_t j = 0; j < k; j++)
            dp[j] = (dp[j] - inner) / total * scale;
        loss[r] = w[r] * sum;
    }
}

PN_KERNEL(generalized_crossentropy) /* p(n,k), t(n):i32, w(n) -> loss(n), dp(n,k); q */
{
    const int64_t n = d[0], k = d[1];
    const int32_t *restrict t = p[1];
    const real *restrict w = p[2], q = (real)s[0];
    real *restrict loss = p[3];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict prob = (const real *)p[0] + r * k;
        real *restrict dp = (real *)p[4] + r * k;
        memset(dp, 0, (size_t)k * sizeof(real));
        const real log_p = pn_log(prob[t[r]]);
        dp[t[r]] = -pn_exp((q - 1) * log_p) * (w[r] / (real)n);
        loss[r] = w[r] * ((1 - pn_exp(q * log_p)) / q);
    }
}
