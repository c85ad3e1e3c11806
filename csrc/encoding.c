/* Numbers of classes to vectors, values to numbers of bins. */
#include "real.h"

/* Row r of y (`width` elements): 1, or the weight, is put or added at each of m indices; others do not show. */
static void mark(const real *x, const real *weights, real *restrict y, int64_t m, int64_t width, int adds)
{
    for (int64_t j = 0; j < width; j++)
        y[j] = 0;
    for (int64_t i = 0; i < m; i++) {
        if (!(x[i] > -1 && x[i] < (real)width))
            continue;
        real *const place = y + (int64_t)x[i];
        *place = adds ? *place + (weights ? weights[i] : 1) : 1;
    }
}

PN_KERNEL(multi_hot) /* x(n,m) -> y(n,k) */
{
    for (int64_t r = lo; r < hi; r++)
        mark((const real *)p[0] + r * d[1], NULL, (real *)p[1] + r * d[2], d[1], d[2], 0);
}

PN_KERNEL(count_hot) /* x(n,m) -> y(n,k) */
{
    for (int64_t r = lo; r < hi; r++)
        mark((const real *)p[0] + r * d[1], NULL, (real *)p[1] + r * d[2], d[1], d[2], 1);
}

PN_KERNEL(weighted_count_hot) /* x(n,m), weights(n,m) -> y(n,k) */
{
    for (int64_t r = lo; r < hi; r++)
        mark((const real *)p[0] + r * d[1], (const real *)p[1] + r * d[1], (real *)p[2] + r * d[2], d[1], d[2], 1);
}

PN_KERNEL(bins) /* x(n,k), edges(b) -> y(n,k) */
{
    const real *restrict x = p[0], *restrict edges = p[1];
    real *restrict y = p[2];
    const int64_t count = d[2];
    for (int64_t i = lo * d[1]; i < hi * d[1]; i++) {
        int64_t first = 0, last = count; /* edges before `first` are <= x, edges from `last` on are not */
        while (first < last) {
            const int64_t middle = (first + last) / 2;
            if (x[i] < edges[middle])
                last = middle;
            else
                first = middle + 1;
        }
        y[i] = (real)first;
    }
}
