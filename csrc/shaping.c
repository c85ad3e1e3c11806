/* Moves of elements: axes swapped, repeated, summed away, columns copied in and out. */
#include "sums.h"

PN_KERNEL(swap_blocks) /* x(n,a,b,c) -> y(n,b,a,c) */
{
    const int64_t a = d[1], b = d[2], c = d[3];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * a * b * c;
        real *restrict y = (real *)p[1] + r * a * b * c;
        for (int64_t j = 0; j < b; j++)
            for (int64_t i = 0; i < a; i++)
                for (int64_t l = 0; l < c; l++)
                    y[(j * a + i) * c + l] = x[(i * b + j) * c + l];
    }
}

PN_KERNEL(repeat_axis) /* x(n,c) -> y(n,r,c); scale */
{
    const int64_t c = d[1], repeats = d[2];
    const real scale = (real)s[0];
    for (int64_t i = lo; i < hi; i++) {
        const real *restrict x = (const real *)p[0] + i * c;
        real *restrict y = (real *)p[1] + i * repeats * c;
        for (int64_t r = 0; r < repeats; r++)
            for (int64_t j = 0; j < c; j++)
                y[r * c + j] = scale * x[j];
    }
}

PN_KERNEL(sum_axis) /* x(n,r,c) -> y(n,c); scale */
{
    const int64_t terms = d[1], c = d[2];
    for (int64_t i = lo; i < hi; i++) {
        const real *x = (const real *)p[0] + i * terms * c;
        real *y = (real *)p[1] + i * c;
        for (int64_t first = 0; first < c; first += PN_BLOCK) {
            double sum[PN_BLOCK];
            const int64_t width = c - first < PN_BLOCK ? c - first : PN_BLOCK;
            column_sums(x + first, terms, c, width, sum);
            for (int64_t j = 0; j < width; j++)
                y[first + j] = (real)(s[0] * sum[j]);
        }
    }
}

/* How many of `count` columns from column `at` on there are in rows of `width`. */
static int64_t fitting(int64_t count, double at, int64_t width)
{
    const int64_t room = width - (int64_t)at;
    return room < count ? room < 0 ? 0 : room : count;
}

PN_KERNEL(copy_columns_in) /* x(n,a) -> ~y(n,w); at */
{
    const int64_t a = d[1], w = d[2], count = fitting(a, s[0], w);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * a;
        real *restrict y = (real *)p[1] + r * w + (int64_t)s[0];
        for (int64_t j = 0; j < count; j++)
            y[j] = x[j];
    }
}

PN_KERNEL(copy_columns_out) /* y(n,w) -> x(n,a); at */
{
    const int64_t w = d[1], a = d[2], count = fitting(a, s[0], w);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * w + (int64_t)s[0];
        real *restrict x = (real *)p[1] + r * a;
        for (int64_t j = 0; j < a; j++)
            x[j] = j < count ? y[j] : 0;
    }
}
