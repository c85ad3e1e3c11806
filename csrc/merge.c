/* Several inputs become one. */
#include "sums.h"

#define PAIRWISE(name, result)                                                                                         \
    PN_KERNEL(name) /* a(n,k), b(n,k) -> y(n,k) */                                                                     \
    {                                                                                                                  \
        const real *restrict a = p[0], *restrict b = p[1];                                                             \
        real *restrict y = p[2];                                                                                       \
        for (int64_t i = lo * d[1]; i < hi * d[1]; i++)                                                                \
            y[i] = (result);                                                                                           \
    }

PAIRWISE(add_forward, a[i] + b[i])
PAIRWISE(subtract_forward, a[i] - b[i])
PAIRWISE(multiply_forward, a[i] * b[i])
/* NaN passes, as in NumPy. */
PAIRWISE(maximum_forward, a[i] > b[i] || a[i] != a[i] ? a[i] : b[i])
PAIRWISE(minimum_forward, a[i] < b[i] || a[i] != a[i] ? a[i] : b[i])

PN_KERNEL(maximum_backward) /* a(n,k), b(n,k), dy(n,k) -> da(n,k), db(n,k) */
{
    const real *restrict a = p[0], *restrict b = p[1], *restrict dy = p[2];
    real *restrict da = p[3], *restrict db = p[4];
    for (int64_t i = lo * d[1]; i < hi * d[1]; i++) {
        const real share = a[i] > b[i] ? 1 : a[i] == b[i] ? (real)0.5 : 0;
        da[i] = dy[i] * share;
        db[i] = dy[i] * (1 - share);
    }
}

PN_SUM_OVER_ROW(inner, (const real *restrict a, const real *restrict b, int64_t k), (double)a[j] * (double)b[j])

PN_KERNEL(inner_products) /* a(n,i,k), b(n,j,k) -> y(n,i,j) */
{
    const int64_t rows = d[1], k = d[2], columns = d[3];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict a = (const real *)p[0] + r * rows * k, *restrict b = (const real *)p[1] + r * columns * k;
        real *restrict y = (real *)p[2] + r * rows * columns;
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < columns; j++)
                y[i * columns + j] = (real)inner(a + i * k, b + j * k, k);
    }
}
