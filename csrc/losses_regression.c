/* Losses of regression.  Formulas: pynn/kernels/reference/losses_regression.py. */
#include "losses.h"

#define LN2 ((real)0.69314718055994530942)

PN_INLINE real squared(real y, real t, real factor)
{
    return factor * ((y - t) * (y - t));
}

PN_INLINE real squared_slope(real y, real t, real factor)
{
    return 2 * factor * (y - t);
}

PN_INLINE real absolute(real y, real t, real unused)
{
    return magnitude(y - t);
}

PN_INLINE real absolute_slope(real y, real t, real unused)
{
    return side(y - t);
}

PN_INLINE real percentage(real y, real t, real epsilon)
{
    const real size = magnitude(t);
    return 100 * (magnitude(y - t) / (size > epsilon ? size : epsilon));
}

PN_INLINE real percentage_slope(real y, real t, real epsilon)
{
    const real size = magnitude(t);
    return 100 * side(y - t) / (size > epsilon ? size : epsilon);
}

PN_INLINE real log_ratio(real y, real t, real epsilon)
{
    return pn_log((y < epsilon ? epsilon : y) + 1) - pn_log((t > epsilon ? t : epsilon) + 1);
}

PN_INLINE real logarithmic(real y, real t, real epsilon)
{
    const real error = log_ratio(y, t, epsilon);
    return error * error;
}

PN_INLINE real logarithmic_slope(real y, real t, real epsilon)
{
    return 2 * log_ratio(y, t, epsilon) / ((y > epsilon ? y : epsilon) + 1) * above(y, epsilon);
}

PN_INLINE real huber_term(real y, real t, real delta)
{
    const real size = magnitude(y - t);
    return size <= delta ? (real)0.5 * size * size : delta * size - (real)0.5 * delta * delta;
}

PN_INLINE real huber_slope(real y, real t, real delta)
{
    return clip(y - t, -delta, delta);
}

/* ln cosh e = |e| + ln(1 + e^-2|e|) - ln 2 */
PN_INLINE real log_cosh_term(real y, real t, real unused)
{
    const real size = magnitude(y - t);
    return size + pn_log1p(pn_exp(-2 * size)) - LN2;
}

PN_INLINE real log_cosh_slope(real y, real t, real unused)
{
    return pn_tanh(y - t);
}

PN_INLINE real poisson_term(real y, real t, real epsilon)
{
    return y - t * pn_log(y + epsilon);
}

PN_INLINE real poisson_slope(real y, real t, real epsilon)
{
    return 1 - t / (y + epsilon);
}

ROW_LOSS(mean_squared_error, MEAN, 1, squared, squared_slope)
ROW_LOSS(sum_squared_error, SUM, (real)s[0], squared, squared_slope)
ROW_LOSS(mean_absolute_error, MEAN, 0, absolute, absolute_slope)
ROW_LOSS(mean_absolute_percentage_error, MEAN, (real)s[0], percentage, percentage_slope)
ROW_LOSS(mean_squared_logarithmic_error, MEAN, (real)s[0], logarithmic, logarithmic_slope)
ROW_LOSS(huber, MEAN, (real)s[0], huber_term, huber_slope)
ROW_LOSS(log_cosh, MEAN, 0, log_cosh_term, log_cosh_slope)
ROW_LOSS(poisson, MEAN, (real)s[0], poisson_term, poisson_slope)

PN_KERNEL(exponential_error) /* y(n,k), t(n,k), w(n) -> loss(n), dy(n,k); tau */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2], tau = (real)s[0];
    real *restrict loss = p[3];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dy = (real *)p[4] + r * k;
        for (int64_t j = 0; j < k; j++)
            dy[j] = (y[j] - t[j]) * (y[j] - t[j]);
        const real e = pn_exp(row_sum(dy, k) / tau), scale = 2 * e * w[r] / (real)n;
        for (int64_t j = 0; j < k; j++)
            dy[j] = (y[j] - t[j]) * scale;
        loss[r] = w[r] * tau * e;
    }
}

/* 1 / max(|x|, epsilon) of a row. */
PN_INLINE real inverse_norm(const real *x, int64_t k, real epsilon)
{
    real sum = 0;
    for (int64_t j = 0; j < k; j++)
        sum += x[j] * x[j];
    const real norm = sizeof(real) == 4 ? sqrtf((float)sum) : (real)sqrt((double)sum);
    return 1 / (norm > epsilon ? norm : epsilon);
}

PN_KERNEL(cosine_similarity) /* y(n,k), t(n,k), w(n) -> loss(n), dy(n,k); epsilon */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2], epsilon = (real)s[0];
    real *restrict loss = p[3];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dy = (real *)p[4] + r * k;
        const real a = inverse_norm(y, k, epsilon), b = inverse_norm(t, k, epsilon);
        real inner = 0, any = 0;
        for (int64_t j = 0; j < k; j++) {
            inner += (y[j] * a) * (t[j] * b);
            any = y[j] != 0 ? 1 : any;
        }
        /* Below epsilon the norm is a constant, and a zero row has no direction at all. */
        const real turn = a * epsilon < 1 ? inner : 0, scale = any * a * w[r] / (real)n;
        for (int64_t j = 0; j < k; j++)
            dy[j] = (y[j] * a * turn - t[j] * b) * scale;
        loss[r] = -w[r] * inner;
    }
}
