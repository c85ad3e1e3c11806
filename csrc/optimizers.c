/* Optimizer updates on a gradient, and on the two factors of a gradient that is never stored. */
#include "gemm.h"
#include "optimizers.h"
#include "registers.h"
#include "vmath.h"

#define UPDATE(update)                                                                                                 \
    PN_KERNEL(update##_update) /* g(k) -> ~w(k), … */                                                                  \
    {                                                                                                                  \
        update(p + 1, lo, (const real *)p[0] + lo, hi - lo, s);                                                        \
    }

UPDATE(sgd)
UPDATE(momentum)
UPDATE(rmsprop)
UPDATE(rmsprop_momentum)
UPDATE(rmsprop_centered)
UPDATE(rmsprop_centered_momentum)
UPDATE(adam)
UPDATE(amsgrad)
UPDATE(adamw)
UPDATE(adamax)
UPDATE(nadam)
UPDATE(adagrad)
UPDATE(adadelta)
UPDATE(lion)
UPDATE(l2_momentum)
UPDATE(l2_adam)
UPDATE(ftrl)
UPDATE(schedule_free)

/* Rows of the gradient are updated while they are in the nearest cache; they and those of w may lie end to end alike. */
#define DENSE_WEIGHTS(update, ...)                                                                                     \
    static void update##_strip(const finish *how, const strip *g)                                                      \
    {                                                                                                                  \
        const int64_t o = how->d[2], whole = g->width == o && g->c_row == o;                                           \
        const int64_t runs = whole ? 1 : g->rows, count = whole ? g->rows * o : g->width;                              \
        for (int64_t r = 0; r < runs; r++)                                                                             \
            update(how->p + 2, (g->r0 + r) * o + g->j0, g->c + r * g->c_row, count, how->s);                           \
    }                                                                                                                  \
    PN_KERNEL(dense_weights_##update) /* x(n,i), dy(n,o) -> ~w(i,o), … */                                              \
    {                                                                                                                  \
        const int64_t n = d[0], i = d[1], o = d[2];                                                                    \
        const product xdy = {p[0], 1, i, p[1], o, 1, n, o, o == 1};                                                    \
        const finish how = {update##_strip, p, d, s, __VA_ARGS__};                                                     \
        PN_NAME(gemm_finish)(&xdy, NULL, 0, lo, hi, &how);                                                             \
    }

/* What gemm.h asks for in `finish`: whether rows that are finished are no more than a multiple of what is taken off w. */
#define A_MULTIPLE (real *)p[2], (real)s[0], 1
#define MORE(kept) NULL, 0, kept

DENSE_WEIGHTS(sgd, A_MULTIPLE)
DENSE_WEIGHTS(momentum, MORE(2))
DENSE_WEIGHTS(rmsprop, MORE(2))
DENSE_WEIGHTS(adam, MORE(3))
DENSE_WEIGHTS(adamw, MORE(3))
DENSE_WEIGHTS(adamax, MORE(3))
DENSE_WEIGHTS(nadam, MORE(3))
DENSE_WEIGHTS(adagrad, MORE(2))
DENSE_WEIGHTS(adadelta, MORE(3))
DENSE_WEIGHTS(lion, MORE(2))
DENSE_WEIGHTS(l2_momentum, MORE(2))
DENSE_WEIGHTS(l2_adam, MORE(3))

/* Columns whose sums are kept beside one another. */
#define BIAS_COLUMNS 128

/* `wide` vectors of sums over the n rows of dy, which has o columns: even and odd rows apart, then both. */
PN_INLINE void sum_rows(const real *dy, int64_t n, int64_t o, lane_mask mask, real *g, const int wide, const int whole)
{
    vector even[2], odd[2] = {{0}, {0}};
#define ROW(r) (whole ? load(dy + (r) * o + v * PN_LANES) : load_first(dy + (r) * o, mask))
#pragma GCC unroll 2
    for (int v = 0; v < wide; v++)
        even[v] = ROW(0);
    for (int64_t r = 2; r < n; r += 2)
#pragma GCC unroll 2
        for (int v = 0; v < wide; v++) {
            odd[v] += ROW(r - 1);
            even[v] += ROW(r);
        }
#pragma GCC unroll 2
    for (int v = 0; v < wide; v++) {
        const vector sum = n % 2 ? even[v] + odd[v] : even[v] + (odd[v] + ROW(n - 1));
        if (whole)
            store(g + v * PN_LANES, sum);
        else
            store_first(g, sum, mask);
    }
#undef ROW
}

/* Sums over the n rows of some columns of dy.  The last vectors begin earlier where they would not be whole. */
static void column_sums(const real *dy, int64_t n, int64_t o, int64_t columns, real *g)
{
    int64_t j = 0;
    if (o == 1) {
        g[0] = row_sum(dy, n);
        return;
    }
    if (columns < PN_LANES) {
        sum_rows(dy, n, o, first_lanes(columns), g, 1, 0);
        return;
    }
    for (; columns - j > PN_LANES && columns >= 2 * PN_LANES; j += 2 * PN_LANES) {
        const int64_t at = at_most(j, columns - 2 * PN_LANES);
        sum_rows(dy + at, n, o, first_lanes(0), g + at, 2, 1);
    }
    for (; j < columns; j += PN_LANES) {
        const int64_t at = at_most(j, columns - PN_LANES);
        sum_rows(dy + at, n, o, first_lanes(0), g + at, 1, 1);
    }
}

#define BIAS(update)                                                                                                   \
    PN_KERNEL(bias_##update) /* dy(n,o) -> ~w(o), … */                                                                 \
    {                                                                                                                  \
        const int64_t n = d[0], o = d[1];                                                                              \
        _Alignas(64) real g[BIAS_COLUMNS];                                                                             \
        for (int64_t j0 = lo; j0 < hi; j0 += BIAS_COLUMNS) {                                                           \
            const int64_t width = hi - j0 < BIAS_COLUMNS ? hi - j0 : BIAS_COLUMNS;                                     \
            column_sums((const real *)p[0] + j0, n, o, width, g);                                                      \
            update(p + 1, j0, g, width, s);                                                                            \
        }                                                                                                              \
    }

BIAS(sgd)
BIAS(momentum)
BIAS(rmsprop)
BIAS(adam)
BIAS(adamw)
BIAS(adamax)
BIAS(nadam)
BIAS(adagrad)
BIAS(adadelta)
BIAS(lion)
