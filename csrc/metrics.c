/* Metrics that are means over rows. */
#include "real.h"

PN_KERNEL(accumulate) /* v(n) -> ~total(1):f64 */
{
    const real *restrict v = p[0];
    double *total = p[1], sum = 0;
    for (int64_t r = 0; r < d[0]; r++)
        sum += (double)v[r];
    if (lo < hi)
        *total += sum;
}

PN_INLINE int64_t argmax(const real *x, int64_t k)
{
    int64_t best = 0;
    for (int64_t j = 1; j < k; j++)
        best = x[j] > x[best] ? j : best;
    return best;
}

PN_KERNEL(categorical_accuracy) /* y(n,k), t(n,k) -> hit(n) */
{
    const real *y = p[0], *t = p[1];
    real *hit = p[2];
    for (int64_t r = lo; r < hi; r++)
        hit[r] = argmax(y + r * d[1], d[1]) == argmax(t + r * d[1], d[1]);
}

PN_KERNEL(sparse_categorical_accuracy) /* y(n,k), t(n):i32 -> hit(n) */
{
    const real *y = p[0];
    const int32_t *t = p[1];
    real *hit = p[2];
    for (int64_t r = lo; r < hi; r++)
        hit[r] = argmax(y + r * d[1], d[1]) == t[r];
}

#define MEAN_OF(name, term)                                                                                            \
    PN_KERNEL(name) /* y(n,k), t(n,k) -> mean(n) */                                                                    \
    {                                                                                                                  \
        const int64_t k = d[1];                                                                                        \
        real *restrict mean = p[2];                                                                                    \
        for (int64_t r = lo; r < hi; r++) {                                                                            \
            const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;             \
            real sum = 0;                                                                                              \
            for (int64_t j = 0; j < k; j++)                                                                            \
                sum += (term);                                                                                         \
            mean[r] = sum / (real)k;                                                                                   \
        }                                                                                                              \
    }

MEAN_OF(binary_accuracy, (real)(y[j] > (real)s[0]) == t[j] ? 1 : 0)
MEAN_OF(squared_error, (y[j] - t[j]) * (y[j] - t[j]))
MEAN_OF(absolute_error, y[j] > t[j] ? y[j] - t[j] : t[j] - y[j])
