/* Masks: rows that hold nothing become 0, and what does not count is left out. */
#include "sums.h"

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

PN_KERNEL(mask_of_rows) /* x(n,k) -> m(n); value */
{
    const int64_t k = d[1];
    const real value = (real)s[0];
    real *restrict m = p[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k;
        int differs = 0;
        for (int64_t j = 0; j < k; j++)
            differs |= x[j] != value;
        m[r] = differs ? 1 : 0;
    }
}

PN_KERNEL(masked_mean_forward) /* x(n,r,c), m(n,r) -> y(n,c) */
{
    const int64_t terms = d[1], c = d[2];
    for (int64_t i = lo; i < hi; i++) {
        const real *restrict x = (const real *)p[0] + i * terms * c, *restrict m = (const real *)p[1] + i * terms;
        real *restrict y = (real *)p[2] + i * c;
        for (int64_t first = 0; first < c; first += PN_BLOCK) {
            const int64_t width = c - first < PN_BLOCK ? c - first : PN_BLOCK;
            double sum[PN_BLOCK] = {0}, count = 0;
            for (int64_t r = 0; r < terms; r++) {
                if (m[r] == 0)
                    continue;
                count += (double)m[r];
                for (int64_t j = 0; j < width; j++)
                    sum[j] += (double)x[r * c + first + j];
            }
            for (int64_t j = 0; j < width; j++)
                y[first + j] = (real)(sum[j] / count); /* 0 / 0 where none counts: NaN, as in Keras */
        }
    }
}

PN_KERNEL(masked_mean_backward) /* m(n,r), dy(n,c) -> dx(n,r,c) */
{
    const int64_t terms = d[1], c = d[2];
    for (int64_t i = lo; i < hi; i++) {
        const real *restrict m = (const real *)p[0] + i * terms, *restrict dy = (const real *)p[1] + i * c;
        real *restrict dx = (real *)p[2] + i * terms * c;
        double count = 0;
        for (int64_t r = 0; r < terms; r++)
            count += (double)m[r];
        for (int64_t r = 0; r < terms; r++)
            for (int64_t j = 0; j < c; j++)
                dx[r * c + j] = m[r] != 0 ? (real)((double)dy[j] / count) : 0;
    }
}

PN_KERNEL(replace_masked) /* x(n,k), m(n,k) -> y(n,k); value */
{
    const real *restrict x = p[0], *restrict m = p[1];
    real *restrict y = p[2];
    const real value = (real)s[0];
    for (int64_t i = lo * d[1]; i < hi * d[1]; i++)
        y[i] = m[i] != 0 ? x[i] : value;
}
