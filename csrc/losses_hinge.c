/* Hinge losses: targets -1 and 1.  Formulas: pynn/kernels/reference/losses_hinge.py. */
#include "losses.h"

PN_KERNEL(hinge_targets) /* t(n,k) -> sign(n,k) */
{
    const real *restrict t = p[0];
    real *restrict y = p[1];
    int64_t i = 0;
    const int64_t k = d[1], all = d[0] * k;
    while (i < all && (t[i] == 0 || t[i] == 1))
        i++;
    const real scale = i == all ? 2 : 1, shift = i == all ? -1 : 0;
    for (i = lo * k; i < hi * k; i++)
        y[i] = scale * t[i] + shift;
}

PN_INLINE real hinge_term(real y, real t, real unused)
{
    const real gap = 1 - t * y;
    return gap < 0 ? 0 : gap; /* NaN stays NaN */
}

PN_INLINE real hinge_slope(real y, real t, real unused)
{
    return -t * above(1 - t * y, 0);
}

PN_INLINE real squared_hinge_term(real y, real t, real unused)
{
    return hinge_term(y, t, 0) * hinge_term(y, t, 0);
}

PN_INLINE real squared_hinge_slope(real y, real t, real unused)
{
    return -2 * t * hinge_term(y, t, 0);
}

ROW_LOSS(hinge, MEAN, 0, hinge_term, hinge_slope)
ROW_LOSS(squared_hinge, MEAN, 0, squared_hinge_term, squared_hinge_slope)

PN_KERNEL(categorical_hinge) /* y(n,k), t(n,k), w(n) -> loss(n), dy(n,k) */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict w = p[2];
    real *restrict loss = p[3];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict t = (const real *)p[1] + r * k;
        real *restrict dy = (real *)p[4] + r * k;
        real right = 0, wrong = -(real)INFINITY, ties = 0;
        for (int64_t j = 0; j < k; j++) {
            const real other = (1 - t[j]) * y[j];
            right += t[j] * y[j];
            ties = other > wrong ? 1 : (other == wrong ? ties + 1 : ties);
            wrong = other > wrong ? other : wrong;
        }
        const real gap = wrong - right + 1, scale = above(gap, 0) * w[r] / (real)n;
        for (int64_t j = 0; j < k; j++) {
            const real other = 1 - t[j];
            dy[j] = ((other * y[j] == wrong ? other / ties : 0) - t[j]) * scale;
        }
        loss[r] = w[r] * (gap < 0 ? 0 : gap);
    }
}
