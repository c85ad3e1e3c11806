/* Distances of distributions.  Formulas: pynn/kernels/reference/losses_divergence.py. */
#include "losses.h"

#define SQRT_HALF ((real)0.70710678118654752440)

PN_INLINE real root(real x)
{
    return sizeof(real) == 4 ? (real)sqrtf((float)x) : (real)sqrt((double)x);
}

PN_INLINE real at_least(real x, real low)
{
    return x > low ? x : low;
}

/* t ln(t/y), 0 for t = 0; both logarithms are finite then. */
PN_INLINE real t_log_ratio(real y, real t)
{
    return t == 0 ? 0 : t * pn_log(t / y);
}

PN_INLINE real kl_term(real y, real t, real epsilon)
{
    return t_log_ratio(clip(y, epsilon, 1), clip(t, epsilon, 1));
}

PN_INLINE real kl_slope(real y, real t, real epsilon)
{
    return -clip(t, epsilon, 1) / clip(y, epsilon, 1) * inside(y, epsilon, 1);
}

PN_INLINE real kullback_term(real y, real t, real epsilon)
{
    return t_log_ratio(at_least(y, epsilon), t);
}

PN_INLINE real kullback_slope(real y, real t, real epsilon)
{
    return -t / at_least(y, epsilon) * above(y, epsilon);
}

PN_INLINE real generalized_term(real y, real t, real epsilon)
{
    const real q = at_least(y, epsilon);
    return t_log_ratio(q, t) - t + q;
}

PN_INLINE real generalized_slope(real y, real t, real epsilon)
{
    return (1 - t / at_least(y, epsilon)) * above(y, epsilon);
}

PN_INLINE real hellinger_term(real y, real t, real epsilon)
{
    const real error = root(at_least(y, epsilon)) - root(t);
    return SQRT_HALF * (error * error);
}

PN_INLINE real hellinger_slope(real y, real t, real epsilon)
{
    return SQRT_HALF * (1 - root(t / at_least(y, epsilon))) * above(y, epsilon);
}

PN_INLINE real itakura_term(real y, real t, real epsilon)
{
    const real ratio = t / at_least(y, epsilon);
    return ratio - pn_log(ratio) - 1;
}

PN_INLINE real itakura_slope(real y, real t, real epsilon)
{
    const real q = at_least(y, epsilon);
    return (1 - t / q) / q * above(y, epsilon);
}

ROW_LOSS(kl_divergence, SUM, (real)s[0], kl_term, kl_slope)
ROW_LOSS(kullback_leibler, SUM, (real)s[0], kullback_term, kullback_slope)
ROW_LOSS(generalized_kullback_leibler, SUM, (real)s[0], generalized_term, generalized_slope)
ROW_LOSS(hellinger, SUM, (real)s[0], hellinger_term, hellinger_slope)
ROW_LOSS(itakura_saito, SUM, (real)s[0], itakura_term, itakura_slope)
