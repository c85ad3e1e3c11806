/* The largest along an axis, and the way back. */
#include "real.h"

PN_KERNEL(max_axis_forward) /* x(n,r,c) -> y(n,c) */
{
    const int64_t terms = d[1], c = d[2];
    for (int64_t i = lo; i < hi; i++) {
        const real *restrict x = (const real *)p[0] + i * terms * c;
        real *restrict y = (real *)p[1] + i * c;
        for (int64_t j = 0; j < c; j++)
            y[j] = x[j];
        for (int64_t r = 1; r < terms; r++)
            for (int64_t j = 0; j < c; j++)
                y[j] = x[r * c + j] > y[j] || x[r * c + j] != x[r * c + j] ? x[r * c + j] : y[j]; /* NaN passes */
    }
}

PN_KERNEL(max_axis_backward) /* x(n,r,c), y(n,c), dy(n,c) -> dx(n,r,c) */
{
    const int64_t terms = d[1], c = d[2];
    for (int64_t i = lo; i < hi; i++) {
        const real *restrict x = (const real *)p[0] + i * terms * c;
        const real *restrict y = (const real *)p[1] + i * c, *restrict dy = (const real *)p[2] + i * c;
        real *restrict dx = (real *)p[3] + i * terms * c;
        for (int64_t j = 0; j < c; j++)
            dx[j] = 0;
        /* The first row of dx counts how many are the largest. */
        for (int64_t r = 0; r < terms; r++)
            for (int64_t j = 0; j < c; j++)
                dx[j] += x[r * c + j] == y[j] ? 1 : 0;
        for (int64_t j = 0; j < c; j++)
            dx[j] = dy[j] / (dx[j] > 0 ? dx[j] : 1);
        for (int64_t r = terms - 1; r >= 0; r--)
            for (int64_t j = 0; j < c; j++)
                dx[r * c + j] = x[r * c + j] == y[j] ? dx[j] : 0;
    }
}
