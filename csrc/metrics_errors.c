/* Metrics that are means over rows: distances between numbers, and margins.  Formulas:
 * pynn/kernels/reference/metrics_errors.py. */
#include "vmath.h"

/* 1/k sum_j term of each row; `term` reads y[j], t[j] and the scalars s. */
#define MEAN_OF(name, term)                                                                                            \
    PN_KERNEL(name) /* y(n,k), t(n,k) -> value(n) */                                                                   \
    {                                                                                                                  \
        const int64_t k = d[1];                                                                                        \
        real *restrict value = p[2];                                                                                   \
        for (int64_t r = lo; r < hi; r++) {                                                                            \
            const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;             \
            double sum = 0;                                                                                            \
            for (int64_t j = 0; j < k; j++)                                                                            \
                sum += (double)(term);                                                                                 \
            value[r] = (real)(sum / (double)k);                                                                        \
        }                                                                                                              \
    }

PN_INLINE real magnitude(real x)
{
    return x < 0 ? -x : x;
}

PN_INLINE real at_least(real x, real low)
{
    return x < low ? low : x;
}

PN_INLINE real square(real x)
{
    return x * x;
}

/* ln cosh x = |x| + ln(1 + e^(-2|x|)) - ln 2, which never overflows. */
PN_INLINE real log_cosh(real x)
{
    const real a = magnitude(x);
    return a + pn_log1p(pn_exp(-2 * a)) - (real)0.69314718055994530942;
}

MEAN_OF(equal_share, y[j] == t[j] ? 1 : 0)
MEAN_OF(binary_accuracy, (real)(y[j] > (real)s[0]) == t[j] ? 1 : 0)
MEAN_OF(squared_error, square(y[j] - t[j]))
MEAN_OF(absolute_error, magnitude(y[j] - t[j]))
MEAN_OF(percentage_error, 100 * (magnitude(t[j] - y[j]) / at_least(magnitude(t[j]), (real)s[0])))
MEAN_OF(squared_logarithmic_error,
        square(pn_log(at_least(y[j], (real)s[0]) + 1) - pn_log(at_least(t[j], (real)s[0]) + 1)))
MEAN_OF(log_cosh_error, log_cosh(y[j] - t[j]))

PN_KERNEL(cosine_similarity_rows) /* y(n,k), t(n,k) -> value(n); epsilon */
{
    const int64_t k = d[1];
    real *restrict value = p[2];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        double product = 0, yy = 0, tt = 0;
        for (int64_t j = 0; j < k; j++) {
            product += (double)y[j] * (double)t[j];
            yy += (double)y[j] * (double)y[j];
            tt += (double)t[j] * (double)t[j];
        }
        const double y_length = sqrt(yy), t_length = sqrt(tt);
        value[r] = (real)(product / ((y_length < s[0] ? s[0] : y_length) * (t_length < s[0] ? s[0] : t_length)));
    }
}

/* Whether every target of the batch is 0 or 1: then 0 means -1. */
PN_INLINE int all_bits(const real *t, int64_t size)
{
    for (int64_t i = 0; i < size; i++)
        if (t[i] != 0 && t[i] != 1)
            return 0;
    return 1;
}

#define HINGE_OF(name, term)                                                                                           \
    PN_KERNEL(name) /* y(n,k), t(n,k) -> value(n) */                                                                   \
    {                                                                                                                  \
        const int64_t k = d[1];                                                                                        \
        real *restrict value = p[2];                                                                                   \
        const int bits = lo < hi && all_bits(p[1], d[0] * k);                                                          \
        for (int64_t r = lo; r < hi; r++) {                                                                            \
            const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;             \
            double sum = 0;                                                                                            \
            for (int64_t j = 0; j < k; j++) {                                                                          \
                const real margin = at_least(1 - (bits ? 2 * t[j] - 1 : t[j]) * y[j], 0);                              \
                sum += (double)(term);                                                                                 \
            }                                                                                                          \
            value[r] = (real)(sum / (double)k);                                                                        \
        }                                                                                                              \
    }

HINGE_OF(hinge_rows, margin)
HINGE_OF(squared_hinge_rows, margin *margin)

PN_KERNEL(categorical_hinge_rows) /* y(n,k), t(n,k) -> value(n) */
{
    const int64_t k = d[1];
    real *restrict value = p[2];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        double right = 0;
        real wrong = (1 - t[0]) * y[0];
        for (int64_t j = 0; j < k; j++) {
            right += (double)(t[j] * y[j]);
            wrong = at_least((1 - t[j]) * y[j], wrong);
        }
        value[r] = at_least((real)((double)wrong - right + 1), 0);
    }
}
