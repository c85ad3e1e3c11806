/* A dense layer whose weights are summed over in chunks, so that each worker reads the rows of w that it updates. */
#include "activations.h"
#include "gemm.h"

PN_KERNEL(dense_chunks) /* x(n,i), w(i,o) -> sums(m,o) */
{
    const int64_t n = d[0], i = d[1], o = d[2], chunks = (d[3] + n - 1) / n;
    for (int64_t q = lo, end; q < hi; q = end) {
        const int64_t chunk = q / n, k0 = pn_cut(i, chunk, chunks), k1 = pn_cut(i, chunk + 1, chunks);
        end = (chunk + 1) * n < hi ? (chunk + 1) * n : hi;
        const product xw = {(const real *)p[0] + k0, i, 1, (const real *)p[1] + k0 * o, o, 1, k1 - k0, o, 1};
        PN_NAME(gemm)(&xw, (real *)p[2] + chunk * n * o, o, q - chunk * n, end - chunk * n);
    }
}

/* A vector of a row: what the chunks have, first to last, and b; `beyond` is where they end.  `some`: the lanes at the end of
 * a row. */
PN_INLINE vector sum_of_chunks(const real *sums, int64_t step, int64_t beyond, const real *b, lane_mask some,
                               const int whole)
{
    vector sum = beyond <= 0 ? (vector){0} : whole ? load(sums) : load_first(sums, some);
    for (int64_t at = step; at < beyond; at += step)
        sum += whole ? load(sums + at) : load_first(sums + at, some);
    return sum + (whole ? load(b) : load_first(b, some));
}

/* `value` is an expression in x = (x w + b)_j. */
#define DENSE_SUM(name, constants, value)                                                                              \
    PN_KERNEL(name) /* sums(m,o), b(o) -> y(n,o) */                                                                    \
    {                                                                                                                  \
        const int64_t m = d[0], o = d[1], n = d[2], step = n * o;                                                      \
        const real *const b = p[1];                                                                                    \
        constants for (int64_t r = lo; r < hi; r++)                                                                    \
        {                                                                                                              \
            const real *const sums = (const real *)p[0] + r * o;                                                       \
            const int64_t beyond = (m - r) * o;                                                                        \
            FINISH_LANES((real *)p[2] + r * o, o, value, sum_of_chunks(sums + at, step, beyond, b + at, last, 1),      \
                         sum_of_chunks(sums + at, step, beyond, b + at, last, 0))                                      \
        }                                                                                                              \
    }

DENSE_SUM(dense_sum, NO_SCALARS, x)
DENSE_SUM(dense_sum_sigmoid, NO_SCALARS, pn_sigmoid(x))
DENSE_SUM(dense_sum_tanh, NO_SCALARS, pn_tanh(x))
DENSE_SUM(dense_sum_relu, NO_SCALARS, relu(x))
DENSE_SUM(dense_sum_leaky_relu, SCALAR(slope, 0), leaky_relu(x, slope))
DENSE_SUM(dense_sum_elu, SCALAR(alpha, 0) SCALAR(scale, 1), elu(x, alpha, scale))
