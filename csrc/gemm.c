/* Blocked matrix product: panels of b, tiles of c in registers.
 *
 * Goto & van de Geijn 2008, "Anatomy of high-performance matrix multiplication", with two changes for the small and
 * skinny products of training (c has as many rows as the batch): a is read in place, and b is copied into a panel only
 * where that pays.
 */
#include "gemm.h"
#include "small.h"
#include "lanes.h"
#include "transpose.h"
#include <math.h>

/* Rows of a tile, and most vectors in one of them.  Their sums, one row of b and one vector of a must fit the registers
 * with one to spare: a tile that needs all sixteen makes GCC spill a sum and halves the speed. */
#if PN_REGISTERS == 32
#define MR 8
#define MOST_WIDE 3
#elif PN_VECTOR_BYTES == 32
#define MR 6
#define MOST_WIDE 2
#else
#define MR 4
#define MOST_WIDE 2
#endif
/* Depth of a panel: 160 x 3 vectors of 64 B is 30 KiB, two thirds of a 48 KiB L1. */
#define KC (PN_VECTOR_BYTES == 64 ? 160 : 256)
/* Rows of b that are fetched ahead while a panel is copied. */
#define AHEAD 8

/* Where a tile takes its rows of b from: from b itself; from b, leaving a copy in the panel for the tiles below; or from
 * that panel, whose rows are whole vectors. */
enum source { DIRECT, COPY, PANEL };

typedef struct {
    const real *a;
    int64_t a_row, a_col;
    const real *b;
    int64_t b_row;
    real *panel;
    int64_t depth;
    real *c;
    int64_t c_row;
    int64_t last; /* columns in the last vector of a row: 1 ... PN_LANES */
    int first;    /* 0: add to what c holds */
} tile;

/* A tile of `rows` rows and `wide` vectors; `rows`, `wide`, `from` and one of `a_row`, `a_col` below are constants where
 * these are inlined, so that the sums live in registers. */
typedef vector sums[MR][MOST_WIDE];

PN_INLINE void start_sums(sums sum, const tile *t, lane_mask mask, const int rows, const int wide)
{
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++) {
            const real *c = t->c + r * t->c_row + v * PN_LANES;
            if (t->first)
                sum[r][v] = (vector){0};
            else
                sum[r][v] = v + 1 < wide ? load(c) : load_first(c, mask);
        }
}

PN_INLINE void store_sums(sums sum, const tile *t, lane_mask mask, const int rows, const int wide)
{
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++) {
            real *c = t->c + r * t->c_row + v * PN_LANES;
            if (v + 1 < wide)
                store(c, sum[r][v]);
            else
                store_first(c, sum[r][v], mask);
        }
}

PN_INLINE void load_row(vector *row, const real *b, lane_mask mask, const int wide, const enum source from)
{
#pragma GCC unroll 3
    for (int v = 0; v < wide; v++)
        row[v] = from == PANEL || v + 1 < wide ? load(b + v * PN_LANES) : load_first(b + v * PN_LANES, mask);
}

PN_INLINE void multiply(const tile *t, const int rows, const int wide, const int64_t a_row, const int64_t a_col,
                        const enum source from)
{
    sums sum;
    const lane_mask mask = first_lanes(t->last);
    start_sums(sum, t, mask, rows, wide);
    const real *a = t->a, *b = from == PANEL ? t->panel : t->b;
    real *copy = t->panel;
    const int64_t stride = from == PANEL ? wide * PN_LANES : t->b_row;
#pragma GCC unroll 2
    for (int64_t k = t->depth; k > 0; k--) {
        vector row[MOST_WIDE];
        load_row(row, b, mask, wide, from);
        if (from == COPY) {
#pragma GCC unroll 3
            for (int v = 0; v < wide; v++) {
                store(copy + v * PN_LANES, row[v]);
                __builtin_prefetch(b + AHEAD * stride + v * PN_LANES);
            }
            copy += wide * PN_LANES;
        }
#pragma GCC unroll 16
        for (int r = 0; r < rows; r++) {
            const vector x = a[r * a_row] - (vector){0};
#pragma GCC unroll 3
            for (int v = 0; v < wide; v++)
                sum[r][v] += x * row[v];
        }
        a += a_col;
        b += stride;
    }
    store_sums(sum, t, mask, rows, wide);
}

/* Two shapes of a: rows apart and k adjacent (x w), or rows adjacent (xᵀ dy). */
PN_INLINE void multiply_shape(const tile *t, const int rows, const int wide, const enum source from)
{
    if (t->a_col == 1)
        multiply(t, rows, wide, t->a_row, 1, from);
    else
        multiply(t, rows, wide, 1, t->a_col, from);
}

PN_INLINE void multiply_wide(const tile *t, const int rows, const int64_t wide, const enum source from)
{
    if (wide == 1)
        multiply_shape(t, rows, 1, from);
    else if (MOST_WIDE == 2 || wide == 2)
        multiply_shape(t, rows, 2, from);
    else
        multiply_shape(t, rows, MOST_WIDE, from);
}

PN_INLINE void multiply_rows(const tile *t, int64_t rows, const int64_t wide, const enum source from)
{
    switch (rows) {
    case 1:
        multiply_wide(t, 1, wide, from);
        break;
    case 2:
        multiply_wide(t, 2, wide, from);
        break;
    case 3:
        multiply_wide(t, 3, wide, from);
        break;
#if MR > 4
    case 4:
        multiply_wide(t, 4, wide, from);
        break;
    case 5:
        multiply_wide(t, 5, wide, from);
        break;
#endif
#if MR > 6
    case 6:
        multiply_wide(t, 6, wide, from);
        break;
    case 7:
        multiply_wide(t, 7, wide, from);
        break;
#endif
    default:
        multiply_wide(t, MR, wide, from);
    }
}

static void multiply_direct(const tile *t, int64_t rows, int64_t wide)
{
    multiply_rows(t, rows, wide, DIRECT);
}

static void multiply_and_copy(const tile *t, int64_t wide)
{
    multiply_wide(t, MR, wide, COPY);
}

static void multiply_from_panel(const tile *t, int64_t rows, int64_t wide)
{
    multiply_rows(t, rows, wide, PANEL);
}

/* Rows of the next tile: the last two share theirs rather than leave one nearly empty. */
static int64_t next_rows(int64_t rows)
{
    return rows <= MR ? rows : rows < 2 * MR ? (rows + 1) / 2 : MR;
}

static void move_on(tile *t, int64_t rows)
{
    t->a += rows * t->a_row;
    t->c += rows * t->c_row;
}

/* All tiles of one panel. */
static void multiply_panel(tile *t, int64_t rows, int64_t wide, int packed)
{
    if (!packed && rows <= MR) {
        multiply_direct(t, rows, wide);
        return;
    }
    if (!packed) {
        multiply_and_copy(t, wide);
        move_on(t, MR);
        rows -= MR;
    }
    for (int64_t now; rows > 0; rows -= now) {
        now = next_rows(rows);
        multiply_from_panel(t, now, wide);
        move_on(t, now);
    }
}

/* One column whose elements are adjacent, of an a whose rows are: the same as a row, with a and b in each other's place. */
static void multiply_column(const product *f, real *c, int64_t lo, int64_t hi)
{
    const product row = {f->b, 0, f->b_row, f->a + lo, f->a_col, 1, f->k, hi - lo};
    PN_NAME(gemm)(&row, c + lo, hi - lo, 0, 1);
}

void PN_NAME(gemm)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    if (hi <= lo)
        return;
    if (f->n == 1 && c_row == 1 && f->a_row == 1 && hi - lo > 1) {
        multiply_column(f, c, lo, hi);
        return;
    }
    const ending end = {NULL, -(real)INFINITY};
    if (PN_NAME(small_product)(f, &end, c, c_row, lo, hi))
        return;
    _Alignas(64) real panel[KC * MOST_WIDE * PN_VECTOR_BYTES / sizeof(real)];
    const int packed = f->b_col != 1;
    const int64_t most = MOST_WIDE * PN_LANES;

    for (int64_t k0 = 0; k0 < f->k; k0 += KC) {
        const int64_t depth = f->k - k0 < KC ? f->k - k0 : KC;
        for (int64_t j0 = 0; j0 < f->n; j0 += most) {
            const int64_t width = f->n - j0 < most ? f->n - j0 : most, wide = (width + PN_LANES - 1) / PN_LANES;
            const real *b = f->b + k0 * f->b_row + j0 * f->b_col;
            if (packed)
                pack_transposed(b, f->b_col, depth, width, panel, wide * PN_LANES);
            tile t = {f->a + lo * f->a_row + k0 * f->a_col,
                      f->a_row,
                      f->a_col,
                      b,
                      f->b_row,
                      panel,
                      depth,
                      c + lo * c_row + j0,
                      c_row,
                      width - (wide - 1) * PN_LANES,
                      k0 == 0};
            multiply_panel(&t, hi - lo, wide, packed);
        }
    }
}

/* Independent multiply-adds, as many as a tile keeps in flight, `count` times; returns the operations done. */
double PN_NAME(peak)(int64_t count, real *sink);
double PN_NAME(peak)(int64_t count, real *sink)
{
    vector sum[MR][2], x = *sink - (vector){0};
#pragma GCC unroll 16
    for (int r = 0; r < 2 * MR; r++)
        sum[r / 2][r % 2] = x * (real)r;
    for (int64_t i = 0; i < count; i++)
#pragma GCC unroll 16
        for (int r = 0; r < 2 * MR; r++)
            sum[r / 2][r % 2] = sum[r / 2][r % 2] * x + x;
    for (int r = 1; r < 2 * MR; r++)
        sum[0][0] += sum[r / 2][r % 2];
    *sink = sum[0][0][0];
    return 2.0 * (double)count * 2 * MR * (double)PN_LANES;
}
