/* Losses of sets and of pairs of rows.  Formulas: pynn/kernels/reference/losses_overlap.py. */
#include "losses.h"

PN_KERNEL(tversky) /* y(n,k), t(n,k), w(n) -> loss(n), dy(n,k); alpha, beta, epsilon */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2], alpha = (real)s[0], beta = (real)s[1];
    real *restrict loss = p[3];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dy = (real *)p[4] + r * k;
        double both = 0, missed = 0, extra = 0; /* a row may be the whole batch */
        for (int64_t j = 0; j < k; j++) {
            both += (double)(t[j] * y[j]);
            missed += (double)(t[j] * (1 - y[j]));
            extra += (double)(y[j] * (1 - t[j]));
        }
        const double below = both + missed * s[0] + extra * s[1] + s[2];
        const real share = (real)(both / below), scale = w[r] / (real)n / (real)below;
        for (int64_t j = 0; j < k; j++)
            dy[j] = (share * (t[j] - alpha * t[j] + beta * (1 - t[j])) - t[j]) * scale;
        loss[r] = w[r] * (1 - share);
    }
}

/* Exponents of one pair, and their derivatives by the distance; cosine distance is 1 - similarity, at least 0. */
typedef struct {
    real value, slope;
} exponent;

PN_INLINE exponent positive_pair(real distance, real gamma, real margin)
{
    const real weight = margin + distance, gap = margin - distance;
    exponent e = {-gamma * weight * gap, -gamma * (gap - weight)};
    return weight <= 0 ? (exponent){0, 0} : e; /* NaN stays NaN */
}

PN_INLINE exponent negative_pair(real distance, real gamma, real margin)
{
    const real weight = 1 + margin - distance, gap = 1 - margin - distance;
    exponent e = {gamma * weight * gap, -gamma * (weight + gap)};
    return weight <= 0 ? (exponent){0, 0} : e; /* NaN stays NaN */
}

/* Adds e^x to a sum kept as e^top · sum. */
PN_INLINE void add_exponential(real x, real *top, real *sum)
{
    if (x > *top) {
        *sum *= pn_exp(*top - x);
        *top = x;
    }
    *sum += pn_exp(x - *top);
}

PN_INLINE real inner(const real *x, const real *y, int64_t k)
{
    real sum = 0;
    for (int64_t j = 0; j < k; j++)
        sum += x[j] * y[j];
    return sum;
}

PN_KERNEL(circle) /* y(n,k), e(m,k), t(n):i32, u(m):i32 -> loss(n), g(n,m); gamma, margin, apart */
{
    const int64_t k = d[1], m = d[2];
    const int32_t *t = p[2], *u = p[3];
    real *restrict loss = p[4];
    const real gamma = (real)s[0], margin = (real)s[1], none = -(real)INFINITY;
    for (int64_t r = lo; r < hi; r++) {
        const real *y = (const real *)p[0] + r * k;
        real *restrict g = (real *)p[5] + r * m, top[2] = {none, none}, sum[2] = {0, 0};
        for (int64_t j = 0; j < m; j++) {
            const int same = u[j] == t[r];
            g[j] = inner(y, (const real *)p[1] + j * k, k);
            const real distance = 1 - g[j] < 0 ? 0 : 1 - g[j];
            const exponent x = same ? positive_pair(distance, gamma, margin) : negative_pair(distance, gamma, margin);
            if (!(same && j == r && s[2] != 0))
                add_exponential(x.value, &top[same], &sum[same]);
        }
        const real z = sum[0] != 0 && sum[1] != 0 ? top[0] + pn_log(sum[0]) + top[1] + pn_log(sum[1]) : none;
        const real share = pn_sigmoid(z);
        for (int64_t j = 0; j < m; j++) {
            const int same = u[j] == t[r], left_out = z == none || (same && j == r && s[2] != 0);
            const real distance = 1 - g[j] < 0 ? 0 : 1 - g[j], kept = above(1 - g[j], 0);
            const exponent x = same ? positive_pair(distance, gamma, margin) : negative_pair(distance, gamma, margin);
            g[j] = left_out ? 0 : -kept * x.slope * share * (pn_exp(x.value - top[same]) / sum[same]);
        }
        loss[r] = (z > 0 ? z : 0) + pn_log1p(pn_exp(z > 0 ? -z : z));
    }
}

PN_KERNEL(circle_backward) /* y(n,k), g(n,n), w(n) -> dy(n,k) */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict y = p[0], *restrict g = p[1], *restrict w = p[2];
    for (int64_t r = lo; r < hi; r++) {
        real *restrict dy = (real *)p[3] + r * k;
        memset(dy, 0, (size_t)k * sizeof(real));
        for (int64_t i = 0; i < n; i++) {
            const real pull = (w[r] * g[r * n + i] + w[i] * g[i * n + r]) / (real)n;
            for (int64_t j = 0; j < k; j++)
                dy[j] += pull * y[i * k + j];
        }
    }
}
