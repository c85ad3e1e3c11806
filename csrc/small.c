/* Products whose b fits the nearest cache: read in place, without a panel, and finished in registers.
 *
 * Where a row of c does not end with a whole vector, its last vector begins earlier and computes some columns a second time,
 * with the same result: no masks, and no copy of b to have them.
 */
#include "small.h"
#include "across.h"
#include "ends.h"
#include "needed.h"
#include "registers.h"
#include "transpose.h"
#include <math.h>

/* Elements of b that stay in an L1 of 32 KiB beside rows of a and c. */
#define MOST_ELEMENTS ((int64_t)(24 * 1024 / sizeof(real)))
/* Elements of b that are read where they stand, row after row, for every tile: out of the second cache, if need be. */
#define MOST_IN_PLACE ((int64_t)(48 * 1024 / sizeof(real)))

typedef struct {
    const real *a;
    int64_t a_row, a_col;
    const real *b;
    int64_t b_row, depth;
    const real *start; /* or NULL */
    real floor;
    real *c;
    int64_t c_row;
    int64_t last; /* where the last vector of a row begins, from the first one on */
    int64_t left; /* columns, if they are fewer than lanes */
    real rate;
    const int32_t *needed; /* the only rows of b that count, for MR rows of c; NULL: all */
    int64_t count;         /* of them */
} tile;

PN_INLINE void put_sums(const tile *t, tile_sums sum, const int rows, const int wide, const int part)
{
    /* Read once: for all that a compiler knows, each store changes *t. */
    real *const c = t->c;
    const int64_t c_row = t->c_row, last = t->last;
    const lane_mask mask = first_lanes(t->left);
    const vector floor = splat(t->floor);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++) {
            const vector y = larger(floor, sum[r][v]);
            if (part)
                store_first(c + r * c_row, y, mask);
            else
                store(c + r * c_row + (v + 1 < wide ? v * PN_LANES : last), y);
        }
}

/* The last vector of a row may hold some of those before it, too: all are read before one is written. */
PN_INLINE void take_off_sums(const tile *t, tile_sums sum, const int rows, const int wide)
{
    real *const c = t->c;
    const int64_t c_row = t->c_row, last = t->last;
    const vector rate = splat(t->rate);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++)
            sum[r][v] = load(c + r * c_row + (v + 1 < wide ? v * PN_LANES : last)) - rate * sum[r][v];
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++)
            store(c + r * c_row + (v + 1 < wide ? v * PN_LANES : last), sum[r][v]);
    }
}

PN_INLINE void add_row(tile_sums sum, const real *a, const real *b, int64_t last, lane_mask mask, const int rows,
                       const int wide, const int part, const int64_t a_row)
{
    vector row[MOST_WIDE];
#pragma GCC unroll 3
    for (int v = 0; v < wide; v++)
        row[v] = part ? load_first(b, mask) : load(b + (v + 1 < wide ? v * PN_LANES : last));
    add_products(sum, a, a_row, row, rows, wide);
}

PN_INLINE void add_rows(tile_sums sum, const tile *t, int64_t last, lane_mask mask, const int rows, const int wide,
                        const int part, const int64_t a_row, const int64_t a_col)
{
    const real *a = t->a, *b = t->b;
#pragma GCC unroll 2
    for (int64_t k = t->depth; k > 0; k--, a += a_col, b += t->b_row)
        add_row(sum, a, b, last, mask, rows, wide, part, a_row);
}

/* `rows`, `wide`, `part` and one of `a_row`, `a_col` are constants where this is inlined; `part`: one vector that is not
 * whole. */
PN_INLINE void multiply(const tile *t, const int rows, const int wide, const int part, const int64_t a_row,
                        const int64_t a_col)
{
    tile_sums sum;
    const lane_mask mask = first_lanes(t->left);
    const int64_t last = t->last;
#pragma GCC unroll 3
    for (int v = 0; v < wide; v++) {
        vector start = {0};
        if (t->start != NULL)
            start = part ? load_first(t->start, mask) : load(t->start + (v + 1 < wide ? v * PN_LANES : last));
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            sum[r][v] = start;
    }
    if (FINDS_ZEROS && rows == MR && wide == MOST_WIDE && t->needed != NULL)
        for (const int32_t *k = t->needed, *const end = k + t->count; k < end; k++)
            add_row(sum, t->a + *k * a_col, t->b + *k * t->b_row, last, mask, rows, wide, part, a_row);
    else
        add_rows(sum, t, last, mask, rows, wide, part, a_row, a_col);
    if (a_row == 1 && !part && t->rate != 0)
        take_off_sums(t, sum, rows, wide);
    else
        put_sums(t, sum, rows, wide, part);
}

/* Two shapes of a: rows apart and k adjacent (x w), or rows adjacent (xᵀ dy). */
PN_INLINE void multiply_shape(const tile *t, const int rows, const int wide, const int part)
{
    if (t->a_col == 1)
        multiply(t, rows, wide, part, t->a_row, 1);
    else
        multiply(t, rows, wide, part, 1, t->a_col);
}

PN_INLINE void multiply_rows(const tile *t, const int rows, int64_t wide)
{
    if (t->left > 0)
        multiply_shape(t, rows, 1, 1);
    else if (wide == 1)
        multiply_shape(t, rows, 1, 0);
    else if (MOST_WIDE == 2 || wide == 2)
        multiply_shape(t, rows, 2, 0);
    else
        multiply_shape(t, rows, MOST_WIDE, 0);
}

/* Of as many rows as fit: MR, 4, 2 or 1.  Two sums a row wait for each other in a tile of two rows: eight are four and four. */
static int64_t multiply_tile(const tile *t, int64_t rows, int64_t wide)
{
    const int halves = MR == 6 && rows == 8 && t->needed == NULL;
    if (rows >= MR && !halves)
        multiply_rows(t, MR, wide);
    else if (MR > 4 && rows >= 4)
        multiply_rows(t, 4, wide);
    else if (rows >= 2)
        multiply_rows(t, 2, wide);
    else
        multiply_rows(t, 1, wide);
    return rows >= MR && !halves ? MR : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
}

/* All tiles of some columns below one another; `of`: what strips need, or NULL for all. */
static void multiply_columns(tile *t, int64_t wide, int64_t rows, const needs *of)
{
    for (int64_t q = 0, done; rows > 0; q++, rows -= done) {
        t->needed = of != NULL && rows >= MR && of->count[q] != ALL_ROWS ? of->list[q] : NULL;
        t->count = t->needed != NULL ? of->count[q] : 0;
        done = multiply_tile(t, rows, wide);
        t->a += done * t->a_row;
        t->c += done * t->c_row;
    }
}

/* t is left as it was.  It goes by its address: a copy waits for what was stored in it last. */
static void multiply_all(tile *t, int64_t n, int64_t rows, const needs *of)
{
    const real *const a = t->a, *const b = t->b, *const start = t->start;
    real *const c = t->c;
    int64_t vectors = (n + PN_LANES - 1) / PN_LANES;
    t->left = n < PN_LANES ? n : 0;
    for (int64_t j = 0, wide; vectors > 0; j += wide * PN_LANES, vectors -= wide) {
        wide = next_wide(n - j);
        t->last = vectors == wide ? n - j - PN_LANES : (wide - 1) * PN_LANES;
        t->a = a, t->b = b + j, t->c = c + j, t->start = start == NULL ? NULL : start + j;
        multiply_columns(t, wide, rows, of);
    }
    t->a = a, t->b = b, t->start = start, t->c = c;
}

/* One column: inner products of rows of a with b, as many at a time as a vector has lanes. */
static void inner_products(const product *f, const ending *end, real *c, int64_t lo, int64_t hi)
{
    const int64_t whole = f->k / PN_LANES * PN_LANES;
    const lane_mask mask = first_lanes(f->k - whole);
    for (int64_t r = lo; r < hi; r += PN_LANES) {
        block sum;
        const int64_t rows = hi - r < PN_LANES ? hi - r : PN_LANES;
        const real *const a = f->a + r * f->a_row;
        const vector first = whole < f->k ? load_first(f->b + whole, mask) : (vector){0};
#pragma GCC unroll 16
        for (int q = 0; q < PN_COUNT; q++) {
            const real *const x = a + (q < rows ? q : 0) * f->a_row + whole;
            sum[q] = whole < f->k ? load_first(x, mask) * first : (vector){0};
        }
        for (int64_t k = 0; k < whole; k += PN_LANES) {
            const vector w = load(f->b + k);
#pragma GCC unroll 16
            for (int q = 0; q < PN_COUNT; q++)
                sum[q] += load(a + (q < rows ? q : 0) * f->a_row + k) * w;
        }
        const vector y = larger(splat(end->floor), sums_across(sum) + (end->start == NULL ? 0 : end->start[0]));
        store_first(c + r, y, first_lanes(rows));
    }
}

/* Where tiles are worth a look at what they multiply. */
static int looks(const tile *t, int64_t n)
{
    return FINDS_ZEROS && t->a_row == 1 && t->start == NULL && n >= 2 * MOST_WIDE * PN_LANES && t->depth >= 8 &&
           t->depth <= MOST_LISTED;
}

/* All rows, as many at a time as strips have lists. */
static void multiply_looking(tile *t, int64_t n, int64_t rows)
{
    needs of;
    for (int64_t now; rows > 0; rows -= now) {
        now = at_most(rows, MOST_STRIPS * MR);
        of.some = 0;
        if (PN_NAME(has_zeros)(t->a, now, t->a_col, t->depth))
            PN_NAME(find_needed)(t->a, 1, t->a_col, now, t->depth, &of);
        if (of.some && !PN_NAME(are_finite)(t->b, t->b_row, t->depth, n))
            of.some = 0;
        multiply_all(t, n, now, of.some ? &of : NULL);
        t->a += now * t->a_row;
        t->c += now * t->c_row;
    }
}

/* All rows; a few at a time, if each is finished while it is in the nearest cache. */
static void multiply_strips(tile *t, int64_t n, int64_t lo, int64_t hi, const finish *how)
{
    if (!how) {
        if (looks(t, n))
            multiply_looking(t, n, hi - lo);
        else
            multiply_all(t, n, hi - lo, NULL);
        return;
    }
    for (int64_t r0 = lo; r0 < hi; r0 += MR) {
        const strip s = {t->c, t->c_row, r0, at_most(hi - r0, MR), 0, n};
        multiply_all(t, n, s.rows, NULL);
        how->run(how, &s);
        t->a += MR * t->a_row;
        t->c += MR * t->c_row;
    }
}

int PN_NAME(small_product)(const product *f, const ending *end, real *c, int64_t c_row, int64_t lo, int64_t hi,
                           const finish *how)
{
    const int64_t padded = (f->n + PN_LANES - 1) / PN_LANES * PN_LANES;
    if (f->k * padded > (f->b_col == 1 ? MOST_IN_PLACE : MOST_ELEMENTS) &&
        (f->b_col != 1 || f->n > MOST_WIDE * PN_LANES))
        return 0;
    tile t = {f->a + lo * f->a_row, f->a_row, f->a_col, f->b, f->b_row,  f->k, end->start, end->floor,
              c + lo * c_row,       c_row,    0,        0,    end->rate, NULL, 0};
    if (f->b_col == 1) {
        multiply_strips(&t, f->n, lo, hi, how);
        return 1;
    }
    _Alignas(64) real panel[MOST_ELEMENTS];
    PN_NAME(pack_transposed)(f->b, f->b_col, f->k, f->n, panel, padded);
    t.b = panel, t.b_row = padded;
    multiply_strips(&t, f->n, lo, hi, how);
    return 1;
}

int PN_NAME(small_layer)(const product *f, const ending *end, real *c, int64_t lo, int64_t hi)
{
    if (f->n == 1) {
        inner_products(f, end, c, lo, hi);
        return 1;
    }
    const int64_t last = PN_NAME(ends_along_k_of)(f);
    if (last == 0)
        return PN_NAME(small_product)(f, end, c, f->n, lo, hi, NULL);
    product tiles = *f;
    tiles.n -= last;
    if (tiles.n > 0 && !PN_NAME(small_product)(&tiles, end, c, f->n, lo, hi, NULL))
        return 0;
    PN_NAME(ends_along_k)(f, last, end, c, f->n, lo, hi);
    return 1;
}
