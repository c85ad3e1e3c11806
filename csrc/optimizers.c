/* Optimizer updates on a gradient, and on the two factors of a gradient that is never stored. */
#include "gemm.h"
#include "optimizers.h"

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
UPDATE(ftrl)
UPDATE(schedule_free)

/* A tile of the gradient between the product and the update: 48 x 128 x 4 B = 24 KiB, half of a 48 KiB L1. */
#define TILE_ROWS 48
#define TILE_COLUMNS 128

#define DENSE_WEIGHTS(update)                                                                                          \
    PN_KERNEL(dense_weights_##update) /* x(n,i), dy(n,o) -> ~w(i,o), … */                                              \
    {                                                                                                                  \
        const int64_t n = d[0], i = d[1], o = d[2];                                                                    \
        _Alignas(64) real g[TILE_ROWS * TILE_COLUMNS];                                                                 \
        for (int64_t r0 = lo; r0 < hi; r0 += TILE_ROWS) {                                                              \
            const int64_t rows = hi - r0 < TILE_ROWS ? hi - r0 : TILE_ROWS;                                            \
            for (int64_t j0 = 0; j0 < o; j0 += TILE_COLUMNS) {                                                         \
                const int64_t width = o - j0 < TILE_COLUMNS ? o - j0 : TILE_COLUMNS;                                   \
                const product xdy = {(const real *)p[0] + r0, 1, i, (const real *)p[1] + j0, o, 1, n, width};          \
                PN_NAME(gemm)(&xdy, g, width, 0, rows);                                                                \
                if (width == o) /* rows of g and of w lie end to end alike */                                          \
                    update(p + 2, r0 * o, g, rows * o, s);                                                             \
                else                                                                                                   \
                    for (int64_t r = 0; r < rows; r++)                                                                 \
                        update(p + 2, (r0 + r) * o + j0, g + r * width, width, s);                                     \
            }                                                                                                          \
        }                                                                                                              \
    }

DENSE_WEIGHTS(sgd)
DENSE_WEIGHTS(momentum)
DENSE_WEIGHTS(rmsprop)
DENSE_WEIGHTS(adam)
DENSE_WEIGHTS(adamw)
DENSE_WEIGHTS(adamax)
DENSE_WEIGHTS(nadam)
DENSE_WEIGHTS(adagrad)
DENSE_WEIGHTS(adadelta)
DENSE_WEIGHTS(lion)

#define BIAS(update)                                                                                                   \
    PN_KERNEL(bias_##update) /* dy(n,o) -> ~w(o), … */                                                                 \
    {                                                                                                                  \
        const int64_t n = d[0], o = d[1];                                                                              \
        const real *restrict dy = p[0];                                                                                \
        real g[TILE_COLUMNS];                                                                                          \
        for (int64_t j0 = lo; j0 < hi; j0 += TILE_COLUMNS) {                                                           \
            const int64_t width = hi - j0 < TILE_COLUMNS ? hi - j0 : TILE_COLUMNS;                                     \
            for (int64_t j = 0; j < width; j++)                                                                        \
                g[j] = dy[j0 + j];                                                                                     \
            for (int64_t r = 1; r < n; r++)                                                                            \
                for (int64_t j = 0; j < width; j++)                                                                    \
                    g[j] += dy[r * o + j0 + j];                                                                        \
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
