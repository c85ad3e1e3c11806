/* Products of one to three rows, as of a model that is asked about one example.
 *
 * Each element of b is read once for them, so they take the time that b takes on its way from memory.  Tiles are as wide as
 * there are registers for sums: fewer sums would wait for themselves, and short pieces of rows that stand far apart come
 * slowly.
 */
#include "thin.h"
#include "registers.h"

/* Vectors of sums in a tile. */
#define SUMS 12

/* `wide` vectors of `rows` rows of c from column j on. */
PN_INLINE void multiply(const product *f, const real *a, int64_t j, real *c, int64_t c_row, const int rows,
                        const int wide)
{
    vector sum[THIN][SUMS];
    const real *b = f->b + j;
#pragma GCC unroll 3
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 12
        for (int v = 0; v < wide; v++)
            sum[r][v] = (vector){0};
    for (int64_t k = f->k; k > 0; k--, a += f->a_col, b += f->b_row) {
#pragma GCC unroll 12
        for (int v = 0; v < wide; v++) {
            const vector w = load(b + v * PN_LANES);
            if (v % (64 / PN_VECTOR_BYTES) == 0)
                __builtin_prefetch(b + AHEAD * f->b_row + v * PN_LANES);
#pragma GCC unroll 3
            for (int r = 0; r < rows; r++)
                sum[r][v] += splat(a[r * f->a_row]) * w;
        }
    }
#pragma GCC unroll 3
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 12
        for (int v = 0; v < wide; v++)
            store(c + r * c_row + j + v * PN_LANES, sum[r][v]);
}

/* The last tile of a row begins earlier where its vectors would not be whole, with the same results. */
PN_INLINE void multiply_rows(const product *f, const real *a, real *c, int64_t c_row, const int rows)
{
    const int most = SUMS / rows, some = (most + 2) / 3;
    int64_t j = 0;
    for (; f->n - j >= most * PN_LANES; j += most * PN_LANES)
        multiply(f, a, j, c, c_row, rows, most);
    for (; j < f->n && f->n >= some * PN_LANES; j += some * PN_LANES)
        multiply(f, a, at_most(j, f->n - some * PN_LANES), c, c_row, rows, some);
    for (; j < f->n; j += PN_LANES)
        multiply(f, a, at_most(j, f->n - PN_LANES), c, c_row, rows, 1);
}

int PN_NAME(multiply_thin)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    const real *const a = f->a + lo * f->a_row;
    if (f->b_col != 1 || f->n < PN_LANES || hi - lo > THIN)
        return 0;
    c += lo * c_row;
    if (hi - lo == 1)
        multiply_rows(f, a, c, c_row, 1);
    else if (hi - lo == 2)
        multiply_rows(f, a, c, c_row, 2);
    else
        multiply_rows(f, a, c, c_row, 3);
    return 1;
}
