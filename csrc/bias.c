/* The bias: one vector added to every row. */
#include "real.h"

PN_KERNEL(bias_forward) /* x(n,k), b(k) -> y(n,k) */
{
    const real *restrict x = p[0], *restrict b = p[1];
    real *restrict y = p[2];
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++)
        for (int64_t j = 0; j < k; j++)
            y[r * k + j] = x[r * k + j] + b[j];
}

PN_KERNEL(bias_backward) /* dy(n,k) -> db(k) */
{
    const real *restrict dy = p[0];
    real *restrict db = p[1];
    const int64_t n = d[0], k = d[1];
    for (int64_t j = lo; j < hi; j++)
        db[j] = n > 0 ? dy[j] : 0;
    for (int64_t r = 1; r < n; r++)
        for (int64_t j = lo; j < hi; j++)
            db[j] += dy[r * k + j];
}
