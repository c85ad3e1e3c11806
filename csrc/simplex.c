/* Activations of a whole row: logarithms of probabilities, and probabilities that may be 0. */
#include "vmath.h"

PN_KERNEL(log_softmax_forward) /* x(n,k) -> y(n,k) */
{
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k;
        real *restrict y = (real *)p[1] + r * k;
        const real top = row_max(x, k);
        for (int64_t j = 0; j < k; j++)
            y[j] = pn_exp(x[j] - top);
        const real log_sum = pn_log(row_sum(y, k));
        for (int64_t j = 0; j < k; j++)
            y[j] = x[j] - top - log_sum;
    }
}

PN_KERNEL(log_softmax_backward) /* y(n,k), dy(n,k) -> dx(n,k) */
{
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict dy = (const real *)p[1] + r * k;
        real *restrict dx = (real *)p[2] + r * k;
        const real sum = row_sum(dy, k);
        for (int64_t j = 0; j < k; j++)
            dx[j] = dy[j] - pn_exp(y[j]) * sum;
    }
}

/* The number t with Σ max(x_j - t, 0) = 1, less the largest x.  The mean of those above the last t, less 1/count, grows
 * to it in at most k rounds, of which few are needed: Michelot 1986, "A finite algorithm for finding the projection of
 * a point onto the canonical simplex of R^n".  Numbers that are NaN do not count. */
static real simplex_threshold(const real *x, int64_t k, real top)
{
    double t = -INFINITY;
    int64_t count = k + 1, last;
    do {
        double sum = -1;
        last = count;
        count = 0;
        for (int64_t j = 0; j < k; j++) {
            const double above = (double)(x[j] - top);
            const int counts = above > t;
            sum += counts ? above : 0;
            count += counts;
        }
        t = count ? sum / (double)count : t;
    } while (count < last && count > 1); /* not "!=": rounding may bring one back */
    return (real)t;
}

static real largest(const real *x, int64_t k)
{
    real top = -(real)INFINITY;
    for (int64_t j = 0; j < k; j++)
        top = x[j] > top ? x[j] : top;
    return top;
}

PN_KERNEL(sparsemax_forward) /* x(n,k) -> y(n,k) */
{
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k;
        real *restrict y = (real *)p[1] + r * k;
        const real top = largest(x, k), t = simplex_threshold(x, k, top);
        for (int64_t j = 0; j < k; j++)
            y[j] = x[j] - top - t < 0 ? 0 : x[j] - top - t;
    }
}

/* The slope of max(·, 0) is taken as 1/2 where it is exactly 0, as in JAX. */
PN_INLINE real kept(real above)
{
    return above > 0 ? 1 : (above == 0 ? (real)0.5 : 0);
}

PN_KERNEL(sparsemax_backward) /* x(n,k), dy(n,k) -> dx(n,k) */
{
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k, *restrict dy = (const real *)p[1] + r * k;
        real *restrict dx = (real *)p[2] + r * k;
        const real top = largest(x, k), t = simplex_threshold(x, k, top);
        real sum = 0, count = 0;
        for (int64_t j = 0; j < k; j++) {
            const real above = x[j] - top - t;
            sum += kept(above) * dy[j];
            count += above > 0;
        }
        for (int64_t j = 0; j < k; j++) {
            const real above = x[j] - top - t;
            dx[j] = kept(above) * dy[j] - (above > 0 ? sum / count : 0);
        }
    }
}
