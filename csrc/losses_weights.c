/* Weights of rows that make a mean over n rows another reduction, and leave rows out. */
#include "real.h"

/* Σ of a whole column, the same for every range. */
PN_INLINE double total(const real *x, int64_t n)
{
    double sum = 0;
    for (int64_t r = 0; r < n; r++)
        sum += (double)x[r];
    return sum;
}

PN_KERNEL(weights_of_sum) /* w(n) -> v(n) */
{
    const real *restrict w = p[0];
    real *restrict v = p[1];
    for (int64_t r = lo; r < hi; r++)
        v[r] = w[r] * (real)d[0];
}

PN_KERNEL(weights_of_mean) /* w(n) -> v(n) */
{
    const real *restrict w = p[0];
    real *restrict v = p[1];
    const double sum = total(w, d[0]);
    const real scale = sum != 0 ? (real)((double)d[0] / sum) : 0;
    for (int64_t r = lo; r < hi; r++)
        v[r] = w[r] * scale;
}

PN_KERNEL(weights_of_others) /* t(n):i32, w(n) -> v(n); ignored, rescale */
{
    const int32_t *restrict t = p[0], ignored = (int32_t)s[0];
    const real *restrict w = p[1];
    real *restrict v = p[2];
    int64_t valid = 0;
    for (int64_t r = 0; r < d[0]; r++)
        valid += t[r] != ignored;
    const real scale = s[1] != 0 && valid ? (real)((double)d[0] / (double)valid) : 1;
    for (int64_t r = lo; r < hi; r++)
        v[r] = t[r] != ignored ? w[r] * scale : 0;
}

PN_KERNEL(weights_of_positive) /* x(n), w(n) -> v(n); rescale */
{
    const real *restrict x = p[0], *restrict w = p[1];
    real *restrict v = p[2];
    int64_t valid = 0;
    for (int64_t r = 0; r < d[0]; r++)
        valid += x[r] > 0;
    const real scale = s[0] != 0 && valid ? (real)((double)d[0] / (double)valid) : 1;
    for (int64_t r = lo; r < hi; r++)
        v[r] = x[r] > 0 ? w[r] * scale : 0;
}

PN_KERNEL(replace_label) /* t(n):i32 -> u(n):i32; old, new */
{
    const int32_t *restrict t = p[0], from = (int32_t)s[0], to = (int32_t)s[1];
    int32_t *restrict u = p[1];
    for (int64_t r = lo; r < hi; r++)
        u[r] = t[r] == from ? to : t[r];
}

PN_KERNEL(weigh) /* x(n), w(n) -> y(n) */
{
    const real *restrict x = p[0], *restrict w = p[1];
    real *restrict y = p[2];
    for (int64_t r = lo; r < hi; r++)
        y[r] = x[r] * w[r];
}

PN_KERNEL(mean_of_rows) /* x(n) -> mean(1) */
{
    if (lo < hi)
        *(real *)p[1] = (real)(total(p[0], d[0]) / (double)d[0]);
}

PN_KERNEL(repeat_for_rows) /* x(1), like(n) -> y(n) */
{
    real *restrict y = p[2];
    for (int64_t r = lo; r < hi; r++)
        y[r] = *(const real *)p[0];
}
