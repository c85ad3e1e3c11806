/* What losses share: clipping with its derivative, powers, and the loop over rows. */
#ifndef PYNN_LOSSES_H
#define PYNN_LOSSES_H

#include "vmath.h"

PN_INLINE real clip(real x, real low, real high)
{
    return x < low ? low : (x > high ? high : x);
}

/* Derivative of max(x, low): half where both meet, as JAX has it. */
PN_INLINE real above(real x, real low)
{
    return x > low ? 1 : (x == low ? (real)0.5 : 0);
}

/* Derivative of clip. */
PN_INLINE real inside(real x, real low, real high)
{
    return above(x, low) * above(high, x);
}

/* Derivative of |x|: -1 at 0, as JAX has it for |target - prediction|. */
PN_INLINE real side(real x)
{
    return x > 0 ? 1 : -1;
}

PN_INLINE real magnitude(real x)
{
    return x < 0 ? -x : x;
}

/* |x|^a; 0^0 = 1. */
PN_INLINE real pn_power(real x, real a)
{
    return a == 0 ? 1 : pn_exp(a * pn_log(magnitude(x)));
}

#define MEAN (w[r] / (real)k)
#define SUM w[r]

/* Loss of a row: its weight, times the sum or mean over the outputs of term(y, t, a), with a from the scalars.  dy holds
 * the terms until they are added up, so that both loops vectorise. */
#define ROW_LOSS(name, share, a, term, slope)                                                                          \
    PN_KERNEL(name) /* y(n,k), t(n,k), w(n) -> loss(n), dy(n,k) */                                                     \
    {                                                                                                                  \
        const int64_t n = d[0], k = d[1];                                                                              \
        const real *restrict w = p[2];                                                                                 \
        real *restrict loss = p[3];                                                                                    \
        for (int64_t r = lo; r < hi && k == 1; r++) {                                                                  \
            const real y = ((const real *)p[0])[r], t = ((const real *)p[1])[r], scale = (share) / (real)n;            \
            loss[r] = (share) * term(y, t, a);                                                                         \
            ((real *)p[4])[r] = slope(y, t, a) * scale;                                                                \
        }                                                                                                              \
        for (int64_t r = lo; r < hi && k > 1; r++) {                                                                   \
            const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;             \
            real *restrict dy = (real *)p[4] + r * k;                                                                  \
            const real scale = (share) / (real)n;                                                                      \
            for (int64_t j = 0; j < k; j++)                                                                            \
                dy[j] = term(y[j], t[j], a);                                                                           \
            loss[r] = (share) * row_sum(dy, k);                                                                        \
            for (int64_t j = 0; j < k; j++)                                                                            \
                dy[j] = slope(y[j], t[j], a) * scale;                                                                  \
        }                                                                                                              \
    }

#endif
