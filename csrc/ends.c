/* The last columns of a product. */
#include "ends.h"
#include "across.h"
#include "registers.h"
#include "transpose.h"

/* Columns at a time. */
#define QUAD (PN_COUNT < 4 ? PN_COUNT : 4)
/* Rows of inner products at a time: with QUAD columns they fill one vector of sums. */
#define TALL (PN_COUNT / QUAD)
/* Deepest product whose last columns are copied: 48 KiB for eight and a few zeros. */
#define DEEPEST (PN_BITS == 32 ? 1024 : 512)
/* Most columns of which inner products pay. */
#define MOST_COLUMNS (PN_COUNT / 2)

/* Columns behind the last whole tile, if they are no more than `most`. */
static int64_t columns_left(int64_t n, int64_t most)
{
    const int64_t left = n % (MOST_WIDE * PN_LANES);
    return left <= most ? left : 0;
}

int64_t PN_NAME(ends_along_rows_of)(const product *f)
{
    return f->a_row == 1 && f->a_col != 1 && f->b_col == 1 && f->k >= 8 ? columns_left(f->n, 3 * PN_LANES / 4) : 0;
}

int64_t PN_NAME(ends_along_k_of)(const product *f)
{
    const int64_t left = columns_left(f->n, MOST_COLUMNS);
    /* Adding lanes up costs some 45 cycles for 16 sums. */
    return f->a_col == 1 && f->b_col == 1 && f->k >= 8 * left && f->k <= DEEPEST ? left : 0;
}

/* `wide` vectors of rows of c, the last of which begins at `last`; where fewer than QUAD columns are left, the last one is
 * summed once more. */
PN_INLINE void sum_along_rows(const product *f, const real *a, const real *b, int64_t columns, const int wide,
                              int64_t last, real *to)
{
    vector sum[QUAD][MOST_WIDE];
#pragma GCC unroll 4
    for (int q = 0; q < QUAD; q++)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++)
            sum[q][v] = (vector){0};
    const int64_t second = at_most(1, columns - 1), third = at_most(2, columns - 1), fourth = at_most(3, columns - 1);
    for (int64_t k = 0; k < f->k; k++) {
        vector x[MOST_WIDE];
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++)
            x[v] = load(a + (v + 1 < wide ? v * PN_LANES : last));
#pragma GCC unroll 4
        for (int q = 0; q < QUAD; q++) {
            const vector y = splat(b[q == 0 ? 0 : q == 1 ? second : q == 2 ? third : fourth]);
#pragma GCC unroll 3
            for (int v = 0; v < wide; v++)
                sum[q][v] += x[v] * y;
        }
        a += f->a_col;
        b += f->b_row;
    }
#pragma GCC unroll 4
    for (int q = 0; q < QUAD; q++)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++)
            store(to + q * MOST_WIDE * PN_LANES + (v + 1 < wide ? v * PN_LANES : last), sum[q][v]);
}

/* Rows [r, r + rows) of `columns` columns from column j on. */
static void group_along_rows(const product *f, int64_t j, int64_t columns, real *c, int64_t c_row, int64_t r,
                             int64_t rows)
{
    _Alignas(64) real sums[QUAD * MOST_WIDE * PN_COUNT];
    const real *const a = f->a + r, *const b = f->b + j;
    const int64_t wide = (rows + PN_LANES - 1) / PN_LANES, last = rows - PN_LANES;
    if (wide == 1)
        sum_along_rows(f, a, b, columns, 1, last, sums);
    else if (wide == 2 || MOST_WIDE == 2)
        sum_along_rows(f, a, b, columns, 2, last, sums);
    else
        sum_along_rows(f, a, b, columns, MOST_WIDE, last, sums);
    PN_NAME(pack_transposed)(sums, MOST_WIDE * PN_LANES, rows, columns, c + r * c_row + j, c_row);
}

void PN_NAME(ends_along_rows)(const product *f, int64_t columns, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    for (int64_t r = lo, rows; r < hi; r += rows) {
        const int64_t most = next_wide(hi - r) * PN_LANES;
        rows = hi - r < most ? hi - r : most;
        if (rows < PN_LANES) /* the last vector begins earlier, with the same results */
            r = hi - PN_LANES, rows = PN_LANES;
        for (int64_t left = columns; left > 0; left -= QUAD) {
            const int64_t now = columns < QUAD ? columns : QUAD, before = left < now ? now - left : 0;
            group_along_rows(f, f->n - left - before, now, c, c_row, r, rows);
        }
    }
}

/* TALL rows, QUAD columns; `rows` of them are there, the others stand for the last one once more. */
static void group_along_k(const product *f, const real *a, int64_t rows, const real *b, int64_t b_col, vector *y)
{
    block sum;
    const int64_t whole = f->k / PN_LANES * PN_LANES;
    const real *x[TALL];
    for (int q = 0; q < TALL; q++)
        x[q] = a + (q < rows ? q : rows - 1) * f->a_row;
    const lane_mask mask = first_lanes(f->k - whole);
#pragma GCC unroll 16
    for (int q = 0; q < PN_COUNT; q++)
        sum[q] = load_first(x[q / QUAD] + whole, mask) * load(b + q % QUAD * b_col + whole);
    for (int64_t k = 0; k < whole; k += PN_LANES) {
        vector w[QUAD];
#pragma GCC unroll 4
        for (int q = 0; q < QUAD; q++)
            w[q] = load(b + q * b_col + k);
#pragma GCC unroll 16
        for (int q = 0; q < PN_COUNT; q++)
            sum[q] += load(x[q / QUAD] + k) * w[q % QUAD];
    }
    *y = sums_across(sum);
}

void PN_NAME(ends_along_k)(const product *f, int64_t columns, const ending *end, real *c, int64_t c_row, int64_t lo,
                           int64_t hi)
{
    _Alignas(64) real copy[(MOST_COLUMNS + QUAD) * (DEEPEST + PN_COUNT)];
    const int64_t depth = f->k / PN_LANES * PN_LANES + PN_LANES, j0 = f->n - columns;
    for (int64_t j = 0; j < columns; j++)
        store(copy + (j + 1) * depth - PN_LANES, (vector){0});
    memset(copy + columns * depth, 0, (columns % QUAD > 0 ? (size_t)(QUAD * depth) : 0) * sizeof(real));
    PN_NAME(pack_transposed)(f->b + j0, f->b_row, columns, f->k, copy, depth);
    for (int64_t j = 0; j < columns; j += QUAD) {
        const int64_t now = columns - j < QUAD ? columns - j : QUAD;
        real begin[PN_COUNT] = {0};
        for (int64_t q = 0; q < PN_COUNT && end->start != NULL; q++)
            begin[q] = q % QUAD < now ? end->start[j0 + j + q % QUAD] : 0;
        for (int64_t r = lo; r < hi; r += TALL) {
            const int64_t rows = hi - r < TALL ? hi - r : TALL;
            real y[PN_COUNT];
            vector sums;
            group_along_k(f, f->a + r * f->a_row, rows, copy + j * depth, depth, &sums);
            store(y, larger(splat(end->floor), sums + load(begin)));
            real *const to = c + r * c_row + j0 + j;
            for (int64_t q = 0; q < rows && now == QUAD; q++) /* of a known size it is no call */
                memcpy(to + q * c_row, y + q * QUAD, QUAD * sizeof(real));
            for (int64_t q = 0; q < rows && now < QUAD; q++)
                memcpy(to + q * c_row, y + q * QUAD, (size_t)now * sizeof(real));
        }
    }
}
