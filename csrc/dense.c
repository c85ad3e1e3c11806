/* The fully connected layer y = f(x w + b), and its gradients. */
#include "activations.h"
#include "blocks.h"
#include "registers.h"
#include "roots.h"
#include "small.h"
#include "sparse.h"
#include "transpose.h"
#include <math.h>

/* Rows of y that are finished at a time, so that the activation finds them in cache. */
#define ROWS 512

/* `value` is an expression in x = (x w + b)_j.  A small product ends with `floor` and what `finish` does to its rows. */
#define DENSE_FORWARD(name, constants, value, floor, finish)                                                           \
    PN_KERNEL(name) /* x(n,i), w(i,o), b(o) -> y(n,o) */                                                               \
    {                                                                                                                  \
        const int64_t i = d[1], o = d[2];                                                                              \
        const real *const b = p[2];                                                                                    \
        const product xw = {p[0], i, 1, p[1], o, 1, i, o, 1};                                                          \
        const ending end = {b, floor, 0};                                                                              \
        constants if (PN_NAME(small_layer)(&xw, &end, p[3], lo, hi))                                                   \
        {                                                                                                              \
            finish((real *)p[3] + lo * o, (hi - lo) * o, value);                                                       \
            return;                                                                                                    \
        }                                                                                                              \
        for (int64_t r0 = lo; r0 < hi; r0 += ROWS) {                                                                   \
            const int64_t r1 = r0 + ROWS < hi ? r0 + ROWS : hi;                                                        \
            PN_NAME(gemm)(&xw, p[3], o, r0, r1);                                                                       \
            for (int64_t r = r0; r < r1 && o > 1; r++)                                                                 \
                FINISH_ROW((real *)p[3] + r * o, b, o, value)                                                          \
            for (int64_t r = r0; r < r1 && o == 1; r++) {                                                              \
                const real x = ((real *)p[3])[r] + b[0];                                                               \
                ((real *)p[3])[r] = value;                                                                             \
            }                                                                                                          \
        }                                                                                                              \
    }

#define NO_FLOOR (-(real)INFINITY)
#define NOTHING(y, count, value)

DENSE_FORWARD(dense_forward, NO_SCALARS, x, NO_FLOOR, NOTHING)
DENSE_FORWARD(dense_relu_forward, NO_SCALARS, relu(x), 0, NOTHING)
DENSE_FORWARD(dense_sigmoid_forward, NO_SCALARS, pn_sigmoid(x), NO_FLOOR, FINISH)
DENSE_FORWARD(dense_tanh_forward, NO_SCALARS, pn_tanh(x), NO_FLOOR, FINISH)
DENSE_FORWARD(dense_leaky_relu_forward, SCALAR(slope, 0), leaky_relu(x, slope), NO_FLOOR, FINISH)
DENSE_FORWARD(dense_elu_forward, SCALAR(alpha, 0) SCALAR(scale, 1), elu(x, alpha, scale), NO_FLOOR, FINISH)

static void transpose_strip(const finish *how, const strip *done)
{
    const int64_t i = how->d[2];
    real *const dx = (real *)how->p[0] + done->j0 * i + done->r0;
    PN_NAME(pack_transposed)(done->c, done->c_row, done->width, done->rows, dx, i);
}

/* Columns [0, width) of dx = dy wᵀ where the layer has one output: multiples of a row. */
static void outer_product(const real *dy, int64_t n, const real *w, int64_t width, real *dx, int64_t dx_row)
{
    const int64_t whole = width / PN_LANES * PN_LANES;
    const lane_mask mask = first_lanes(width - whole);
    for (int64_t r = 0; r < n; r++, dx += dx_row) {
        const vector factor = splat(dy[r]);
        for (int64_t j = 0; j < whole; j += PN_LANES)
            store(dx + j, load(w + j) * factor);
        store_first(dx + whole, load_first(w + whole, mask) * factor, mask);
    }
}

/* Columns [lo, hi) of dx = dy wᵀ, or of dxᵀ = w dyᵀ: then w is read in place, and the two smaller matrices are transposed.
 * That pays where the rows of dy fill vectors, and those of w are longer than those of dxᵀ, but not too long for a block; not
 * where zeros of dy are left out. */
static void input_gradient(void *const *p, const int64_t *d, real *dx, int64_t lo, int64_t hi, const finish *how)
{
    const int64_t n = d[0], o = d[1], i = d[2];
    const real *const w = (const real *)p[1] + lo * o;
    const product dyw = {p[0], o, 1, w, 1, o, o, hi - lo, 0};
    const strip whole = {dx + lo, i, 0, n, 0, hi - lo};
    if (o == 1) {
        outer_product(p[0], n, w, hi - lo, dx + lo, i);
        how->run(how, &whole);
    } else if (n >= 2 * PN_LANES && o >= 2 * n && o <= PN_DEEPEST && !PN_NAME(sparse_pays)(&dyw, dx, 0, n)) {
        void *const to[] = {dx + lo};
        const product wdy = {w, o, 1, p[0], 1, o, o, n, 0};
        const finish put = {transpose_strip, to, d, NULL, NULL, 0, 0};
        PN_NAME(gemm_finish)(&wdy, NULL, 0, 0, hi - lo, &put);
        how->run(how, &whole);
    } else {
        PN_NAME(gemm_finish)(&dyw, dx + lo, i, 0, n, how);
    }
}

static void leave(const finish *how, const strip *done) {}

PN_KERNEL(dense_backward_input) /* dy(n,o), w(i,o) -> dx(n,i): columns [lo, hi) */
{
    const finish how = {leave, p, d, s, NULL, 0, 0};
    input_gradient(p, d, p[2], lo, hi, &how);
}

/* Where the layer has one output, rows share a vector of w: some at a time, if they are short or stay in the nearest cache.
 * Not with vectors of 16 bytes, of which a few lanes are a copy. */
#define SHARING 32
#define LONG_ROW (4 * PN_LANES)
#define SMALL ((int64_t)(16384 / sizeof(real)))

/* `slope_at_y` is an expression in y, which the layer below has put out. */
#define DENSE_BACKWARD(name, constants, slope_at_y)                                                                    \
    static void name##_strip(const finish *how, const strip *done)                                                     \
    {                                                                                                                  \
        const int64_t whole = done->width == done->c_row; /* then rows lie end to end */                               \
        const int64_t rows = whole ? 1 : done->rows, run = whole ? done->rows * done->width : done->width;             \
        const double *const s = how->s;                                                                                \
        const real *from = (const real *)how->p[2] + (done->c - (const real *)how->p[3]);                              \
        real *dx = done->c;                                                                                            \
        constants for (int64_t r = 0; r < rows; r++, dx += done->c_row, from += done->c_row)                           \
        {                                                                                                              \
            for (int64_t j = 0; j < run; j++) {                                                                        \
                const real y = from[j];                                                                                \
                dx[j] = dx[j] * slope_at_y;                                                                            \
            }                                                                                                          \
        }                                                                                                              \
        (void)s;                                                                                                       \
    }                                                                                                                  \
    /* A vector of dx for each of these rows, from column j on. */                                                     \
    PN_INLINE void name##_vectors(void *const *p, int64_t i, const double *s, int64_t r0, int64_t r1, int64_t j,       \
                                  lane_mask mask, const int whole)                                                     \
    {                                                                                                                  \
        const real *const w = (const real *)p[1] + j;                                                                  \
        const vector factors = whole ? load(w) : load_first(w, mask);                                                  \
        const real *const dy = p[0], *from = (const real *)p[2] + r0 * i + j;                                          \
        real *dx = (real *)p[3] + r0 * i + j;                                                                          \
        constants for (int64_t r = r0; r < r1; r++, from += i, dx += i)                                                \
        {                                                                                                              \
            real lane[PN_COUNT], below[PN_COUNT];                                                                      \
            store(lane, factors * dy[r]);                                                                              \
            store(below, whole ? load(from) : load_first(from, mask));                                                 \
            _Pragma("GCC unroll 1") for (int64_t l = 0; l < PN_LANES; l++)                                             \
            {                                                                                                          \
                const real y = below[l];                                                                               \
                lane[l] = lane[l] * slope_at_y;                                                                        \
            }                                                                                                          \
            if (whole)                                                                                                 \
                store(dx, load(lane));                                                                                 \
            else                                                                                                       \
                store_first(dx, load(lane), mask);                                                                     \
        }                                                                                                              \
        (void)s;                                                                                                       \
    }                                                                                                                  \
    PN_KERNEL(name) /* dy(n,o), w(i,o), y(n,i) -> dx(n,i): columns [lo, hi) */                                         \
    {                                                                                                                  \
        const int64_t n = d[0], i = d[2];                                                                              \
        const real *restrict dy = p[0], *restrict w = p[1], *restrict from = p[2];                                     \
        real *restrict dx = p[3];                                                                                      \
        const finish how = {name##_strip, p, d, s, NULL, 0, 0};                                                        \
        constants if (d[1] > 1 || (PN_VECTOR_BYTES == 16 && hi - lo < LONG_ROW))                                       \
        {                                                                                                              \
            input_gradient(p, d, dx, lo, hi, &how);                                                                    \
            return;                                                                                                    \
        }                                                                                                              \
        const int by_vectors = PN_VECTOR_BYTES > 16 && (hi - lo < LONG_ROW || n * (hi - lo) <= SMALL);                 \
        for (int64_t r0 = 0; r0 < n && by_vectors; r0 += SHARING)                                                      \
            for (int64_t j = lo, r1 = at_most(r0 + SHARING, n); j < hi; j += PN_LANES)                                 \
                if (hi - lo >= PN_LANES) /* the last one begins earlier, with the same results */                      \
                    name##_vectors(p, i, s, r0, r1, at_most(j, hi - PN_LANES), first_lanes(0), 1);                     \
                else                                                                                                   \
                    name##_vectors(p, i, s, r0, r1, j, first_lanes(hi - j), 0);                                        \
        for (int64_t r = 0; r < n && !by_vectors; r++)                                                                 \
            for (int64_t j = lo; j < hi; j++) {                                                                        \
                const real y = from[r * i + j];                                                                        \
                dx[r * i + j] = w[j] * dy[r] * slope_at_y;                                                             \
            }                                                                                                          \
    }

DENSE_BACKWARD(dense_backward_input_sigmoid, NO_SCALARS, sigmoid_slope(y))
DENSE_BACKWARD(dense_backward_input_tanh, NO_SCALARS, tanh_slope(y))
DENSE_BACKWARD(dense_backward_input_relu, NO_SCALARS, relu_slope(y))
DENSE_BACKWARD(dense_backward_input_leaky_relu, SCALAR(slope, 0), leaky_relu_slope(y, slope))
DENSE_BACKWARD(dense_backward_input_elu, SCALAR(alpha, 0) SCALAR(scale, 1), elu_slope(y, alpha, scale))
DENSE_BACKWARD(dense_backward_input_dropped_relu, SCALAR(scale, 0), (y > 0 ? scale : 0))

PN_KERNEL(dense_backward_weights) /* x(n,i), dy(n,o) -> dw(i,o) */
{
    const int64_t n = d[0], i = d[1], o = d[2];
    const product xdy = {p[0], 1, i, p[1], o, 1, n, o, o == 1};
    PN_NAME(gemm)(&xdy, p[2], o, lo, hi);
}
