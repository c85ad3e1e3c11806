/* Blocked matrix product: panels of b, tiles of c in registers.
 *
 * Goto & van de Geijn 2008, "Anatomy of high-performance matrix multiplication", with two changes for the small and
 * skinny products of training (c has as many rows as the batch): a is read in place, and b is copied into a panel only
 * where that pays.
 */
#include "gemm.h"

/* Rows of a tile, and most vectors in one of its rows.  MR * 2 accumulators, 2 vectors of b and 1 of a must fit the
 * registers with one to spare: a tile that needs all sixteen makes GCC spill an accumulator and halves the speed.
 * AVX-512 and NEON have 32 registers: there the last panel may be 3 vectors wide, which costs less than 2 and then 1. */
#if PN_REGISTERS == 32
#define MR 8
#define MOST_WIDE 3
#elif PN_VECTOR_BYTES == 32
#define MR 6
#else
#define MR 4
#endif
#ifndef MOST_WIDE
#define MOST_WIDE 2
#endif
#define NR (2 * PN_LANES)
/* Depth of a panel: 256 x 2 vectors of 64 B is 32 KiB, two thirds of a 48 KiB L1. */
#define KC 256

/* From this many rows on, copying a panel of b costs less than reading it with its stride again for each tile. */
#define ROWS_WORTH_PACKING (4 * MR)

typedef struct {
    const real *a;
    int64_t a_row, a_col;
    const real *panel;
    int64_t stride; /* of the panel's rows */
    int64_t depth;
    real *c;
    int64_t c_row;
    int64_t width; /* columns of c to write */
    int first;     /* 0: add to what c holds */
} tile;

PN_INLINE vector load_part(const real *x, int64_t count)
{
    real buffer[PN_VECTOR_BYTES / sizeof(real)] = {0};
    memcpy(buffer, x, (size_t)count * sizeof(real));
    return load(buffer);
}

PN_INLINE void store_part(real *x, vector v, int64_t count)
{
    memcpy(x, &v, (size_t)count * sizeof(real));
}

/* A tile of `rows` rows and `wide` vectors; `rows`, `wide`, `whole` and one of `a_row`, `a_col` below are constants where
 * these are inlined, so that the sums live in registers. */
typedef vector sums[MR][MOST_WIDE];

PN_INLINE void start_sums(sums sum, const tile *t, const int rows, const int wide, const int whole)
{
    const int64_t rest = t->width - (wide - 1) * PN_LANES;
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++) {
            const real *c = t->c + r * t->c_row + v * PN_LANES;
            if (t->first)
                sum[r][v] = (vector){0};
            else
                sum[r][v] = whole || v + 1 < wide ? load(c) : load_part(c, rest);
        }
}

PN_INLINE void store_sums(sums sum, const tile *t, const int rows, const int wide, const int whole)
{
    const int64_t rest = t->width - (wide - 1) * PN_LANES;
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++) {
            real *c = t->c + r * t->c_row + v * PN_LANES;
            if (whole || v + 1 < wide)
                store(c, sum[r][v]);
            else
                store_part(c, sum[r][v], rest);
        }
}

PN_INLINE void multiply(const tile *t, const int rows, const int wide, const int whole, const int64_t a_row,
                        const int64_t a_col)
{
    sums sum;
    start_sums(sum, t, rows, wide, whole);
    const real *a = t->a, *b = t->panel;
    const int64_t stride = t->stride;
    for (int64_t k = t->depth; k > 0; k--) {
        vector row[MOST_WIDE];
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++)
            row[v] = load(b + v * PN_LANES);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            const vector x = a[r * a_row] - (vector){0};
#pragma GCC unroll 3
            for (int v = 0; v < wide; v++)
                sum[r][v] += x * row[v];
        }
        a += a_col;
        b += stride;
    }
    store_sums(sum, t, rows, wide, whole);
}

PN_INLINE void multiply_rows(const tile *t, const int rows, const int64_t a_row, const int64_t a_col)
{
    if (t->width == NR)
        multiply(t, rows, 2, 1, a_row, a_col);
    else if (MOST_WIDE > 2 && t->width > NR)
        multiply(t, rows, MOST_WIDE, 0, a_row, a_col);
    else if (t->width > PN_LANES)
        multiply(t, rows, 2, 0, a_row, a_col);
    else
        multiply(t, rows, 1, 0, a_row, a_col);
}

/* Two shapes of a: rows apart and k adjacent (x w), or rows adjacent (xᵀ dy). */
PN_INLINE void multiply_shape(const tile *t, const int rows)
{
    if (t->a_col == 1)
        multiply_rows(t, rows, t->a_row, 1);
    else
        multiply_rows(t, rows, 1, t->a_col);
}

static void multiply_tile(const tile *t, int64_t rows)
{
    switch (rows) {
    case 1:
        multiply_shape(t, 1);
        break;
    case 2:
        multiply_shape(t, 2);
        break;
    case 3:
        multiply_shape(t, 3);
        break;
    case 4:
        multiply_shape(t, 4);
        break;
#if MR > 4
    case 5:
        multiply_shape(t, 5);
        break;
    case 6:
        multiply_shape(t, 6);
        break;
#endif
#if MR > 6
    case 7:
        multiply_shape(t, 7);
        break;
    case 8:
        multiply_shape(t, 8);
        break;
#endif
    }
}

/* Rows at the end of b for which a vector of `reach` elements from column j0 on would read past the end of b. */
static int64_t rows_at_the_edge(const product *f, int64_t j0, int64_t reach)
{
    const int64_t beyond = j0 + reach - f->n;
    return beyond <= 0 ? 0 : (beyond + f->b_row - 1) / f->b_row;
}

/* 4 x 4 elements, transposed: to(c,r) = from(r,c). */
PN_INLINE void transpose_4(const real *from, int64_t from_row, real *to, int64_t to_row)
{
    typedef real quad __attribute__((vector_size(4 * sizeof(real))));
    quad x[4];
    for (int r = 0; r < 4; r++)
        memcpy(&x[r], from + r * from_row, sizeof(quad));
    const quad low_02 = PN_SHUFFLE(x[0], x[2], 0, 4, 1, 5), high_02 = PN_SHUFFLE(x[0], x[2], 2, 6, 3, 7);
    const quad low_13 = PN_SHUFFLE(x[1], x[3], 0, 4, 1, 5), high_13 = PN_SHUFFLE(x[1], x[3], 2, 6, 3, 7);
    x[0] = PN_SHUFFLE(low_02, low_13, 0, 4, 1, 5);
    x[1] = PN_SHUFFLE(low_02, low_13, 2, 6, 3, 7);
    x[2] = PN_SHUFFLE(high_02, high_13, 0, 4, 1, 5);
    x[3] = PN_SHUFFLE(high_02, high_13, 2, 6, 3, 7);
    for (int r = 0; r < 4; r++)
        memcpy(to + r * to_row, &x[r], sizeof(quad));
}

/* Copy depth x width of b, whose columns are apart and rows adjacent, into the rows of a panel. */
static void pack_transposed(const real *b, int64_t b_col, int64_t depth, int64_t width, real *panel, int64_t stride)
{
    const int64_t whole_depth = depth & ~(int64_t)3, whole_width = width & ~(int64_t)3;
    for (int64_t j = 0; j < whole_width; j += 4)
        for (int64_t k = 0; k < whole_depth; k += 4)
            transpose_4(b + j * b_col + k, b_col, panel + k * stride + j, stride);
    for (int64_t j = 0; j < width; j++)
        for (int64_t k = j < whole_width ? whole_depth : 0; k < depth; k++)
            panel[k * stride + j] = b[j * b_col + k];
}

/* Copy depth x width of b, whose columns are adjacent, into rows of `wide` vectors; in the last `edge` rows only what
 * lies within b.  `wide` is a constant where this is inlined: a loop of unknown length would become a slow string move. */
PN_INLINE void pack_rows(const real *b, int64_t b_row, int64_t depth, int64_t edge, int64_t width, real *panel,
                         const int wide)
{
    int64_t k = 0;
    for (; k < depth - edge; k++)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++)
            store(panel + (k * wide + v) * PN_LANES, load(b + k * b_row + v * PN_LANES));
    for (; k < depth; k++)
        memcpy(panel + k * wide * PN_LANES, b + k * b_row, (size_t)width * sizeof(real));
}

/* Copy rows [k0, k0 + depth) of columns [j0, j0 + width) of b.  Columns from `width` to `stride` hold anything: what is
 * computed from them is never stored. */
static void pack(const product *f, int64_t k0, int64_t j0, int64_t depth, int64_t width, real *panel, int64_t stride)
{
    const real *b = f->b + k0 * f->b_row + j0 * f->b_col;
    if (f->b_col != 1) {
        pack_transposed(b, f->b_col, depth, width, panel, stride);
        return;
    }
    int64_t edge = rows_at_the_edge(f, j0, stride) - (f->k - (k0 + depth));
    edge = edge < 0 ? 0 : edge > depth ? depth : edge;
    if (stride == PN_LANES)
        pack_rows(b, f->b_row, depth, edge, width, panel, 1);
    else if (stride == NR)
        pack_rows(b, f->b_row, depth, edge, width, panel, 2);
    else
        pack_rows(b, f->b_row, depth, edge, width, panel, MOST_WIDE);
}

/* All tiles of one panel; the last two share their rows rather than leave one of them nearly empty. */
static void multiply_panel(tile *t, int64_t rows)
{
    while (rows > 0) {
        const int64_t now = rows <= MR ? rows : rows < 2 * MR ? (rows + 1) / 2 : MR;
        multiply_tile(t, now);
        t->a += now * t->a_row;
        t->c += now * t->c_row;
        rows -= now;
    }
}

void PN_NAME(gemm)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    _Alignas(64) real panel[KC * MOST_WIDE * PN_VECTOR_BYTES / sizeof(real)];
    const int in_place = f->b_col == 1 && hi - lo < ROWS_WORTH_PACKING;

    for (int64_t k0 = 0; k0 < f->k; k0 += KC) {
        const int64_t depth = f->k - k0 < KC ? f->k - k0 : KC;
        for (int64_t j0 = 0, width; j0 < f->n; j0 += width) {
            const int64_t left = f->n - j0;
            width = left <= NR || left <= MOST_WIDE * PN_LANES ? left : NR;
            const int64_t stride = (width + PN_LANES - 1) / PN_LANES * PN_LANES;
            const int direct = in_place && width == stride;
            if (!direct)
                pack(f, k0, j0, depth, width, panel, stride);
            tile t = {f->a + lo * f->a_row + k0 * f->a_col,
                      f->a_row,
                      f->a_col,
                      direct ? f->b + k0 * f->b_row + j0 : panel,
                      direct ? f->b_row : stride,
                      depth,
                      c + lo * c_row + j0,
                      c_row,
                      width,
                      k0 == 0};
            multiply_panel(&t, hi - lo);
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
