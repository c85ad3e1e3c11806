/* Rows of a table of weights, picked by number. */
#include "real.h"
#include <math.h>

/* The row that an index means, or -1: the fraction is cut off, negative numbers count from the end. */
static int64_t row_of(real index, int64_t rows)
{
    if (!(index > (real)(-rows - 1) && index < (real)rows))
        return -1;
    const int64_t row = (int64_t)index;
    return row < 0 ? row + rows : row;
}

PN_KERNEL(embedding_forward) /* x(n), w(v,k) -> y(n,k) */
{
    const real *x = p[0], *w = p[1];
    const int64_t rows = d[1], k = d[2];
    for (int64_t r = lo; r < hi; r++) {
        real *restrict y = (real *)p[2] + r * k;
        const int64_t row = row_of(x[r], rows);
        for (int64_t j = 0; j < k; j++)
            y[j] = row < 0 ? (real)NAN : w[row * k + j];
    }
}

PN_KERNEL(embedding_backward) /* x(n), dy(n,k) -> dw(v,k) */
{
    const real *x = p[0], *dy = p[1];
    real *restrict dw = p[2];
    const int64_t n = d[0], k = d[1], rows = d[2];
    for (int64_t i = lo * k; i < hi * k; i++)
        dw[i] = 0;
    for (int64_t r = 0; r < n; r++) {
        const int64_t row = row_of(x[r], rows);
        if (row < lo || row >= hi)
            continue;
        for (int64_t j = 0; j < k; j++)
            dw[row * k + j] += dy[r * k + j];
    }
}
