/* Optimizers that look at a whole weight at once: trust ratios, factored moments, orthogonal steps. */
#include "optimizers.h"

/* Sums that run side by side, so that they fill vectors; added up in a fixed order. */
#define LANES 8

static double squares(const real *restrict x, int64_t k)
{
    double part[LANES] = {0}, sum = 0;
    int64_t i = 0;
    for (; i + LANES <= k; i += LANES)
        for (int64_t j = 0; j < LANES; j++)
            part[j] += (double)x[i + j] * (double)x[i + j];
    for (; i < k; i++)
        sum += (double)x[i] * (double)x[i];
    for (int64_t j = 0; j < LANES; j++)
        sum += part[j];
    return sum;
}

PN_KERNEL(sum_squares) /* x(k) -> total(1):f64 */
{
    if (lo < hi)
        *(double *)p[1] = squares(p[0], d[0]);
}

PN_KERNEL(add_squares) /* x(k) -> ~total(1):f64 */
{
    if (lo < hi)
        *(double *)p[1] += squares(p[0], d[0]);
}

PN_KERNEL(lamb_direction) /* g(k) -> ~m(k), ~v(k), u(k); beta_1, beta_2, epsilon, rest_1, rest_2 */
{
    const real *restrict g = p[0];
    real *restrict m = p[1], *restrict v = p[2], *restrict u = p[3];
    const real share_1 = (real)(1 - s[0]), share_2 = (real)(1 - s[1]), epsilon = (real)s[2];
    const real rest_1 = (real)s[3], rest_2 = (real)s[4];
    for (int64_t i = lo; i < hi; i++) {
        m[i] += share_1 * (g[i] - m[i]);
        v[i] += share_2 * (g[i] * g[i] - v[i]);
        u[i] = m[i] / rest_1 / (PN_SQRT(v[i] / rest_2) + epsilon);
    }
}

PN_KERNEL(lamb_update) /* u(k), uu(1):f64, ww(1):f64 -> ~w(k); lr */
{
    const real *restrict u = p[0];
    real *restrict w = p[3];
    const double uu = *(const double *)p[1], ww = *(const double *)p[2];
    const real rate = (real)(s[0] * (uu > 0 && ww > 0 ? sqrt(ww) / sqrt(uu) : 1));
    for (int64_t i = lo; i < hi; i++)
        w[i] -= rate * u[i];
}

PN_KERNEL(adafactor_rows) /* g(r,o) -> ~a(r); beta, epsilon */
{
    const int64_t o = d[1];
    real *restrict a = p[1];
    for (int64_t r = lo; r < hi; r++) {
        const double mean = squares((const real *)p[0] + r * o, o) / (double)o + s[1];
        a[r] = (real)(s[0] * a[r] + (1 - s[0]) * mean);
    }
}

PN_KERNEL(adafactor_columns) /* g(b,i,o) -> ~c(b,o); beta, epsilon */
{
    const int64_t i = d[1], o = d[2];
    for (int64_t b = lo; b < hi; b++)
        for (int64_t j = 0; j < o; j++) {
            const real *g = (const real *)p[0] + b * i * o + j;
            real *c = (real *)p[1] + b * o + j;
            double sum = 0;
            for (int64_t r = 0; r < i; r++)
                sum += (double)g[r * o] * (double)g[r * o];
            *c = (real)(s[0] * *c + (1 - s[0]) * (sum / (double)i + s[1]));
        }
}

PN_KERNEL(adafactor_outer) /* a(b,i), c(b,o) -> ~v(b,i,o) */
{
    const int64_t i = d[1], o = d[2];
    for (int64_t b = lo; b < hi; b++) {
        const real *restrict a = (const real *)p[0] + b * i, *restrict c = (const real *)p[1] + b * o;
        real *restrict v = (real *)p[2] + b * i * o;
        double sum = 0;
        for (int64_t r = 0; r < i; r++)
            sum += (double)a[r];
        for (int64_t r = 0; r < i; r++) {
            const real share = (real)((double)a[r] / (sum / (double)i));
            for (int64_t j = 0; j < o; j++)
                v[r * o + j] = share * c[j];
        }
    }
}

PN_KERNEL(adafactor_vector) /* g(k) -> ~v(k); beta, epsilon */
{
    const real *restrict g = p[0];
    real *restrict v = p[1];
    const real beta = (real)s[0], rest = (real)(1 - s[0]), epsilon = (real)s[1];
    for (int64_t i = lo; i < hi; i++)
        v[i] = beta * v[i] + rest * (g[i] * g[i] + epsilon);
}

PN_KERNEL(adafactor_direction) /* g(k), v(k) -> u(k) */
{
    const real *restrict g = p[0], *restrict v = p[1];
    real *restrict u = p[2];
    for (int64_t i = lo; i < hi; i++)
        u[i] = g[i] / PN_SQRT(v[i]);
}

PN_KERNEL(adafactor_update) /* u(k), uu(1):f64, ww(1):f64 -> ~w(k); rate, epsilon, threshold */
{
    const real *restrict u = p[0];
    real *restrict w = p[3];
    const double k = (double)d[0], rms_u = sqrt(*(const double *)p[1] / k), rms_w = sqrt(*(const double *)p[2] / k);
    const double excess = rms_u / s[2];
    const real alpha = (real)(s[0] * (rms_w > s[1] ? rms_w : s[1]) / (excess <= 1 ? 1 : excess));
    for (int64_t i = lo; i < hi; i++)
        w[i] -= alpha * u[i];
}

PN_KERNEL(muon_momentum) /* g(k) -> ~m(k), y(k); momentum, nesterov */
{
    const real *restrict g = p[0];
    real *restrict m = p[1], *restrict y = p[2];
    const real mu = (real)s[0], rest = (real)(s[0] - 1), look_ahead = s[1] != 0 ? mu : 1, of_g = s[1] != 0;
    for (int64_t i = lo; i < hi; i++) {
        m[i] += g[i] + rest * m[i];
        y[i] = of_g * g[i] + look_ahead * m[i];
    }
}

PN_KERNEL(divide_by_norm) /* x(k), total(1):f64 -> y(k); epsilon */
{
    const real *restrict x = p[0];
    real *restrict y = p[2];
    const real size = (real)(sqrt(*(const double *)p[1]) + s[0]);
    for (int64_t i = lo; i < hi; i++)
        y[i] = x[i] / size;
}

PN_KERNEL(linear_combination) /* x(k), y(k) -> z(k); a, b */
{
    const real *restrict x = p[0], *restrict y = p[1];
    real *restrict z = p[2];
    const real a = (real)s[0], b = (real)s[1];
    for (int64_t i = lo; i < hi; i++)
        z[i] = a * x[i] + b * y[i];
}
