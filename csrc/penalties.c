/* Regularizers: what they add to the loss and to a gradient.
 * Formulas and sources: pynn/kernels/reference/penalties.py. */
#include "real.h"
#include <math.h>

/* A sum has this many lanes in double, whatever the vectors: the same bits from every instruction set's loop. */
#define LANES 16

typedef struct {
    double magnitude, square;
} sums;

PN_INLINE double folded(const double *lane)
{
    double sum = 0;
    for (int64_t l = 0; l < LANES; l++)
        sum += lane[l];
    return sum;
}

PN_INLINE sums sums_of(const real *restrict x, int64_t count)
{
    double magnitude[LANES] = {0}, square[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int64_t l = 0; l < LANES; l++) {
            const double v = (double)x[i + l];
            magnitude[l] += v < 0 ? -v : v;
            square[l] += v * v;
        }
    for (int64_t l = 0; i + l < count; l++) {
        const double v = (double)x[i + l];
        magnitude[l] += v < 0 ? -v : v;
        square[l] += v * v;
    }
    return (sums){folded(magnitude), folded(square)};
}

PN_KERNEL(l1l2_penalty) /* x(n,k), rows(m) -> ~total(1):f64; l1, l2 */
{
    double *total = p[2];
    if (lo >= hi)
        return;
    const sums of = sums_of(p[0], d[0] * d[1]);
    /* A factor of 0 times an overflowed sum would be NaN. */
    const double penalty = (s[0] != 0 ? s[0] * of.magnitude : 0) + (s[1] != 0 ? s[1] * of.square : 0);
    *total += (double)d[2] * penalty / (double)d[0];
}

PN_KERNEL(square_sums) /* x(r,c) -> sum(r):f64 */
{
    const int64_t c = d[1];
    double *restrict sum = p[1];
    for (int64_t r = lo; r < hi && c >= LANES; r++)
        sum[r] = sums_of((const real *)p[0] + r * c, c).square;
    /* An element a lane: in this order, too, their sum is the same. */
    for (int64_t r = lo; r < hi && c < LANES; r++) {
        const real *restrict x = (const real *)p[0] + r * c;
        double total = 0;
        for (int64_t j = 0; j < c; j++)
            total += (double)x[j] * (double)x[j];
        sum[r] = total;
    }
}

PN_KERNEL(add_scaled) /* v(r):f64 -> ~total(1):f64; factor */
{
    const double *restrict v = p[0];
    double *total = p[1], sum = 0;
    for (int64_t r = 0; r < d[0]; r++)
        sum += v[r];
    if (lo < hi)
        *total += s[0] * sum;
}

/* The slope of |x| at 0 is 1, as JAX has it. */
PN_INLINE real slope(real x, real l1, real l2)
{
    return (x >= 0 ? l1 : -l1) + 2 * l2 * x;
}

PN_KERNEL(l1l2_gradient) /* w(k) -> ~g(k); l1, l2 */
{
    const real *restrict w = p[0];
    real *restrict g = p[1];
    const real l1 = (real)s[0], l2 = (real)s[1];
    for (int64_t i = lo; i < hi; i++)
        g[i] += slope(w[i], l1, l2);
}

PN_KERNEL(l1l2_activity_gradient) /* y(n,k), dy(n,k) -> dx(n,k); l1, l2 */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict y = p[0], *restrict dy = p[1];
    real *restrict dx = p[2];
    const real l1 = (real)(s[0] / (double)n), l2 = (real)(s[1] / (double)n);
    for (int64_t i = lo * k; i < hi * k; i++)
        dx[i] = dy[i] + slope(y[i], l1, l2);
}

PN_KERNEL(unit_rows) /* x(r,c) -> u(r,c), inverse(r); epsilon */
{
    const int64_t c = d[1];
    const real most = (real)(1 / s[0]);
    real *inverse = p[2];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * c;
        real *restrict u = (real *)p[1] + r * c;
        const real over = (real)(1 / sqrt(sums_of(x, c).square));
        inverse[r] = over < most ? over : most;
        for (int64_t j = 0; j < c; j++)
            u[j] = x[j] * inverse[r];
    }
}

PN_KERNEL(unit_rows_backward) /* u(r,c), inverse(r), du(r,c) -> dx(r,c); epsilon */
{
    const int64_t c = d[1];
    const real *inverse = p[1], most = (real)(1 / s[0]);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict u = (const real *)p[0] + r * c, *restrict du = (const real *)p[2] + r * c;
        real *restrict dx = (real *)p[3] + r * c;
        double dot = 0;
        for (int64_t j = 0; j < c; j++)
            dot += (double)u[j] * (double)du[j];
        const real along = inverse[r] < most ? (real)dot : 0;
        for (int64_t j = 0; j < c; j++)
            dx[j] = inverse[r] * (du[j] - along * u[j]);
    }
}

PN_INLINE double pairs(int64_t r)
{
    return r > 1 ? (double)r * (double)(r - 1) : 1;
}

PN_KERNEL(orthogonal_penalty) /* p(r,r), rows(m), batch(b) -> ~total(1):f64; factor */
{
    const real *restrict product = p[0];
    const int64_t r = d[0];
    double *total = p[3], sum = 0;
    if (lo >= hi)
        return;
    for (int64_t i = 0; i < r; i++)
        sum += sums_of(product + i * r, i).magnitude + sums_of(product + i * r + i + 1, r - 1 - i).magnitude;
    *total += (double)d[1] * s[0] * sum / (pairs(r) * (double)d[2]);
}

PN_KERNEL(orthogonal_slope) /* p(r,r), batch(b) -> dp(r,r); factor */
{
    const int64_t r = d[0];
    const real step = (real)(2 * s[0] / (pairs(r) * (double)d[1]));
    for (int64_t i = lo; i < hi; i++) {
        const real *restrict product = (const real *)p[0] + i * r;
        real *restrict dp = (real *)p[2] + i * r;
        for (int64_t j = 0; j < r; j++)
            dp[j] = slope(product[j], step, 0);
        dp[i] = 0;
    }
}

PN_KERNEL(transpose) /* x(n,k) -> y(k,n) */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict x = p[0];
    real *restrict y = p[1];
    for (int64_t j = lo; j < hi; j++)
        for (int64_t r = 0; r < n; r++)
            y[j * n + r] = x[r * k + j];
}

PN_KERNEL(add_to) /* x(k) -> ~y(k) */
{
    const real *restrict x = p[0];
    real *restrict y = p[1];
    for (int64_t i = lo; i < hi; i++)
        y[i] += x[i];
}

PN_KERNEL(add_rows) /* a(n,k), b(n,k) -> y(n,k) */
{
    const real *restrict a = p[0], *restrict b = p[1];
    real *restrict y = p[2];
    for (int64_t i = lo * d[1]; i < hi * d[1]; i++)
        y[i] = a[i] + b[i];
}
