/* The matrix product: which way for which sizes.
 *
 * Goto & van de Geijn 2008, "Anatomy of high-performance matrix multiplication", with changes for the small and skinny
 * products of training, where c has as many rows as the batch: small ones need no panel (small.c), nor do one to three
 * rows (thin.c), few rows share one panel of b in the first cache (shallow.c), and many share blocks of them in the second
 * (blocks.c).  a is read in place; but where much of it is 0, a row at a time takes what is not (sparse.c).
 */
#include "gemm.h"
#include "blocks.h"
#include "ends.h"
#include "lanes.h"
#include "registers.h"
#include "shallow.h"
#include "small.h"
#include "sparse.h"
#include "thin.h"
#include <math.h>

/* Elements of b that stay in the first cache together with groups of 48 x 128 elements of c: 24 KiB each. */
#define SMALL ((int64_t)(24576 / sizeof(real)))
#define GROUP_ROWS 48
#define GROUP_COLUMNS 128

/* `whole`: all lanes of the vector of c. */
PN_INLINE vector sums_of_column(const product *f, int64_t r, lane_mask mask, const int whole)
{
    const real *a = f->a + r, *b = f->b;
    vector sum[4] = {{0}};
    int64_t k = f->k;
    for (; k >= 4; k -= 4)
#pragma GCC unroll 4
        for (int q = 0; q < 4; q++, a += f->a_col, b += f->b_row)
            sum[q] += (whole ? load(a) : load_first(a, mask)) * splat(*b);
    for (; k > 0; k--, a += f->a_col, b += f->b_row)
        sum[0] += (whole ? load(a) : load_first(a, mask)) * splat(*b);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* The only column, its elements adjacent as the rows of a are: every fourth k, then all, as one sum would wait for itself. */
static void multiply_column(const product *f, real *c, int64_t lo, int64_t hi)
{
    const lane_mask rest = first_lanes((hi - lo) % PN_LANES);
    int64_t r = lo;
    for (; r + PN_LANES <= hi; r += PN_LANES)
        store(c + r, sums_of_column(f, r, rest, 1));
    if (r < hi)
        store_first(c + r, sums_of_column(f, r, rest, 0), rest);
}

/* Rows [lo, hi) of the last columns; how many that are. */
static int64_t multiply_ends(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    const ending end = {NULL, -(real)INFINITY, 0};
    int64_t last = 0;
    if (f->all_columns && (last = PN_NAME(ends_along_k_of)(f)) > 0)
        PN_NAME(ends_along_k)(f, last, &end, c, c_row, lo, hi);
    else if (hi - lo >= PN_LANES && (last = PN_NAME(ends_along_rows_of)(f)) > 0)
        PN_NAME(ends_along_rows)(f, last, c, c_row, lo, hi);
    return last;
}

/* 0, having done nothing, where a panel pays. */
static int multiply_small(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi, const finish *how)
{
    const ending end = {NULL, -(real)INFINITY, 0};
    return PN_NAME(small_product)(f, &end, c, c_row, lo, hi, how);
}

static void multiply_tiles(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    if (multiply_small(f, c, c_row, lo, hi, NULL) || PN_NAME(multiply_thin)(f, c, c_row, lo, hi) ||
        (f->n >= SPARSE_COLUMNS && PN_NAME(multiply_sparse)(f, c, c_row, lo, hi, NULL)))
        return;
    if (hi - lo <= FEW)
        PN_NAME(multiply_shallow)(f, c, c_row, lo, hi);
    else
        PN_NAME(multiply_blocks)(f, c, c_row, lo, hi, NULL);
}

void PN_NAME(gemm)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    if (hi <= lo || f->n <= 0)
        return;
    if (f->n == 1 && f->all_columns && c_row == 1 && f->a_row == 1) {
        multiply_column(f, c, lo, hi);
        return;
    }
    const int64_t last = multiply_ends(f, c, c_row, lo, hi);
    if (last == 0) {
        multiply_tiles(f, c, c_row, lo, hi);
    } else if (last < f->n) {
        product tiles = *f;
        tiles.n -= last;
        multiply_tiles(&tiles, c, c_row, lo, hi);
    }
}

/* Groups of rows and columns of c between the product and what is done with them: where a strip alone is not worth a call,
 * or must wait for more than one block of b. */
static void multiply_groups(const product *f, int64_t lo, int64_t hi, const finish *how)
{
    _Alignas(64) real c[GROUP_ROWS * GROUP_COLUMNS];
    if (lo == 0 && hi <= GROUP_ROWS && f->n <= GROUP_COLUMNS) {
        const strip all = {c, f->n, 0, hi, 0, f->n};
        PN_NAME(gemm)(f, c, f->n, 0, hi);
        how->run(how, &all);
        return;
    }
    for (int64_t r0 = lo; r0 < hi; r0 += GROUP_ROWS)
        for (int64_t j0 = 0; j0 < f->n; j0 += GROUP_COLUMNS) {
            product part = *f;
            part.a += r0 * f->a_row;
            part.b += j0 * f->b_col;
            part.n = f->n - j0 < GROUP_COLUMNS ? f->n - j0 : GROUP_COLUMNS;
            const strip s = {c, part.n, r0, hi - r0 < GROUP_ROWS ? hi - r0 : GROUP_ROWS, j0, part.n};
            PN_NAME(gemm)(&part, c, part.n, 0, s.rows);
            how->run(how, &s);
        }
}

/* The last `columns` columns of c -= rate * product, some 48 rows at a time. */
static void take_off_ends(const product *f, real rate, int64_t columns, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    _Alignas(64) real sums[(GROUP_ROWS + PN_LANES) * PN_LANES];
    const lane_mask some = first_lanes(columns);
    product last = *f;
    last.b += f->n - columns, last.n = columns;
    for (int64_t r0 = lo, rows; r0 < hi; r0 += rows) {
        rows = hi - r0 < GROUP_ROWS + PN_LANES ? hi - r0 : GROUP_ROWS;
        last.a = f->a + r0 * f->a_row;
        PN_NAME(ends_along_rows)(&last, columns, sums, PN_LANES, 0, rows);
        for (int64_t r = 0; r < rows; r++) {
            real *const w = c + (r0 + r) * c_row + f->n - columns;
            store_first(w, load_first(w, some) - rate * load(sums + r * PN_LANES), some);
        }
    }
}

/* Whether strips of a product (and of b, which is read in place) would be as fast as blocks that end in registers.  They
 * must be where the first strip of blocks would have fewer than MR rows: the tile that copies b makes as many. */
static int as_fast_in_strips(const product *f, int64_t lo, int64_t hi)
{
    if (PN_VECTOR_BYTES == 64)
        return f->n < 4 * PN_LANES || hi - lo < 2 * MR;
    return f->k * f->n <= SMALL || hi - lo <= FEW;
}

/* Whether the last vector of a row would be a tile alone and begin in the one before, which is taken off already. */
static int last_begins_earlier(int64_t n)
{
    const int64_t left = n % (MOST_WIDE * PN_LANES);
    return MOST_WIDE == 2 && n > MOST_WIDE * PN_LANES && left > 0 && left < PN_LANES;
}

/* The columns that are tiles; 0, having done nothing, where strips are as fast.  Rows that are shorter than a vector are
 * read and written under a mask, and each would wait for the one before. */
static int take_off_tiles(const product *f, real rate, real *c, int64_t c_row, int64_t lo, int64_t hi, int strips)
{
    const ending end = {NULL, -(real)INFINITY, rate};
    if (strips)
        return f->n >= PN_LANES && !last_begins_earlier(f->n) &&
               PN_NAME(small_product)(f, &end, c, c_row, lo, hi, NULL);
    PN_NAME(take_off_blocks)(f, rate, c, c_row, lo, hi);
    return 1;
}

/* `how` in registers; 0, having done nothing, where strips are as fast or the product is of another form. */
static int take_off(const product *f, int64_t lo, int64_t hi, const finish *how)
{
    if (how->from == NULL || how->rate == 0 || f->k > PN_DEEPEST || f->a_row != 1 || f->a_col == 1 || f->b_col != 1 ||
        f->n == 1)
        return 0;
    const int strips = as_fast_in_strips(f, lo, hi);
    const int64_t last = hi - lo < PN_LANES ? 0 : PN_NAME(ends_along_rows_of)(f);
    if (last == 0)
        return take_off_tiles(f, how->rate, how->from, f->n, lo, hi, strips);
    product tiles = *f;
    tiles.n -= last;
    if (!take_off_tiles(&tiles, how->rate, how->from, f->n, lo, hi, strips))
        return 0;
    take_off_ends(f, how->rate, last, how->from, f->n, lo, hi);
    return 1;
}

void PN_NAME(gemm_finish)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi, const finish *how)
{
    if (hi <= lo || f->n <= 0)
        return;
    if ((f->n >= SPARSE_COLUMNS && PN_NAME(multiply_sparse)(f, c, c_row, lo, hi, how)) ||
        (!c && take_off(f, lo, hi, how)))
        return;
    if (!c && (f->k > PN_DEEPEST || (f->b_col == 1 && (f->k * f->n <= SMALL || hi - lo <= FEW)))) {
        multiply_groups(f, lo, hi, how);
    } else if (c && f->b_col != 1 && multiply_small(f, c, c_row, lo, hi, how)) {
        return;
    } else if (c && hi - lo <= FEW) {
        const strip whole = {c + lo * c_row, c_row, lo, hi - lo, 0, f->n};
        PN_NAME(gemm)(f, c, c_row, lo, hi);
        how->run(how, &whole);
    } else {
        PN_NAME(multiply_blocks)(f, c, c_row, lo, hi, how);
    }
}
