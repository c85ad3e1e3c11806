/* Rows that hold nothing become 0. */
#include "real.h"

PN_KERNEL(mask_rows) /* x(n,k), v(n,k) -> y(n,k); value */
{
    const int64_t k = d[1];
    const real value = (real)s[0];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k, *v = (const real *)p[1] + r * k;
        real *restrict y = (real *)p[2] + r * k;
        int differs = 0;
        for (int64_t j = 0; j < k; j++)
            differs |= x[j] != value;
        for (int64_t j = 0; j < k; j++)
            y[j] = differs ? v[j] : 0;
    }
}
