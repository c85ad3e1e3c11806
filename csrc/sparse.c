/* Products whose a is 0 in many places, anywhere: only the elements that are not 0 multiply their rows of b.
 *
 * Half of what a relu puts out is 0, but seldom side by side, so that a tile of several rows of c could leave little out
 * (needed.h).  Here a tile is one row of c, with as many vectors of sums as the registers hold.  A piece of b, as wide as the
 * tile, stands in the first cache, and a bit for each of its rows says whether a row of a needs it.  The sums are those of
 * other tiles, in the same order.
 */
#include "sparse.h"
#include "blocks.h"
#include "needed.h"
#include "nonzero.h"
#include "registers.h"
#include "transpose.h"

/* Vectors in a tile: all numbers of them from half as many on, so that tiles of a row are nearly alike. */
#define WIDEST 13
#define NARROWEST 7
/* Rows of a piece: 26 KiB of 32, 39 of 48, and no more than a mask has bits. */
#define PIECE (PN_VECTOR_BYTES == 64 ? 48 : 64)
/* Rows of pieces whose sums c takes up again, and most rows of c, and pieces of rows of a, that are copied. */
#define DEPTH (256 / PIECE * PIECE)
#define ROWS (8192 / PN_VECTOR_BYTES)
#define PLACES ((int64_t)(262144 / sizeof(real)) / PIECE)
/* Rows of c that are finished together. */
#define GROUP 16
/* Rows of a and of b for which copies pay; twice as many of a where b is transposed. */
#define LEAST_ROWS 16

typedef struct {
    const product *f;
    const finish *how; /* or NULL */
    int64_t r0, rows;  /* of c */
    int64_t k0, depth;
    int64_t places;   /* for pieces of rows below one another */
    real *a;          /* what is copied of a, piece by piece */
    uint64_t *needed; /* a bit for each number there that is not 0 */
    real *panel, *strip;
} work;

/* Some rows and columns of b. */
typedef struct {
    int64_t k, depth, j, width;
    int64_t wide; /* vectors; the last one begins where its columns end with the others' */
} piece;

/* Some rows of c on their way: where they are, where they go, and what they are made of. */
typedef struct {
    const real *a;
    const uint64_t *needed;
    const real *b;
    int64_t b_row, last;
    const real *from;
    int64_t from_row; /* or 0 */
    real *to;
    int64_t to_row;
    real rate; /* not 0: so many times the sums are taken off what stands there */
} way;

/* to = from + those of a times b; `wide` is a constant where this is inlined. */
PN_INLINE void multiply(const way *t, int64_t lo, int64_t hi, const int wide)
{
    const int64_t last = t->last, b_row = t->b_row;
    for (int64_t r = lo; r < hi; r++) {
        const real *const a = t->a + r * PIECE, *const from = t->from + r * t->from_row, *const b = t->b;
        real *const to = t->to + r * t->to_row;
        vector sum[WIDEST];
#pragma GCC unroll 13
        for (int v = 0; v < wide; v++)
            sum[v] = load(from + (v + 1 < wide ? v * PN_LANES : last));
        for (uint64_t left = t->needed[r]; left != 0; left &= left - 1) {
            const int64_t k = __builtin_ctzll(left);
            const real *row = b + k * b_row;
            const vector x = splat(a[k]);
            __asm__("" : "+r"(row)); /* one address: compilers keep those of all vectors beside each other, and spill */
#pragma GCC unroll 13
            for (int v = 0; v < wide; v++)
                sum[v] += x * load(row + (v + 1 < wide ? v * PN_LANES : last));
        }
        if (t->rate != 0)
#pragma GCC unroll 13
            for (int v = 0; v < wide; v++) /* the last one may hold some of those before it, too */
                sum[v] = load(to + (v + 1 < wide ? v * PN_LANES : last)) - splat(t->rate) * sum[v];
#pragma GCC unroll 13
        for (int v = 0; v < wide; v++)
            store(to + (v + 1 < wide ? v * PN_LANES : last), sum[v]);
    }
}

/* Functions of their own, so that sums have the registers. */
#define TILE(wide)                                                                                                     \
    static __attribute__((noinline)) void multiply_##wide(const way *t, int64_t lo, int64_t hi)                        \
    {                                                                                                                  \
        multiply(t, lo, hi, wide);                                                                                     \
    }
TILE(7)
TILE(8)
TILE(9)
TILE(10)
TILE(11)
TILE(12)
TILE(13)

static void multiply_group(const way *t, int64_t lo, int64_t hi, int64_t wide)
{
    static void (*const tiles[])(const way *, int64_t, int64_t) = {multiply_7,  multiply_8,  multiply_9, multiply_10,
                                                                   multiply_11, multiply_12, multiply_13};
    tiles[wide - NARROWEST](t, lo, hi);
}

/* Where the p-th piece of row r is copied. */
static int64_t place(const work *w, int64_t r, int64_t p)
{
    return p * w->places + r;
}

/* A piece of all rows, and which numbers of it are not 0. */
static void copy_rows(work *w, int64_t k, int64_t depth)
{
    const product *const f = w->f;
    const real *const a = f->a + w->r0 * f->a_row + (w->k0 + k) * f->a_col;
    const int64_t at = place(w, 0, k / PIECE);
    real *const to = w->a + at * PIECE;
    if (f->a_col != 1)
        PN_NAME(pack_transposed)(a, f->a_col, w->rows, depth, to, PIECE);
    for (int64_t r = 0; r < w->rows; r++)
        w->needed[at + r] =
            f->a_col == 1 ? nonzero(a + r * f->a_row, depth, to + r * PIECE) : nonzero(to + r * PIECE, depth, NULL);
}

/* Columns of b that stand apart, as rows of the panel. */
static void transpose_columns(const product *f, const real *b, const piece *p, real *to)
{
    for (int64_t j = 0, next; j < p->width; j = next, b += PN_LANES * f->b_col) {
        next = at_most(j + PN_LANES, p->width);
        for (int64_t q = PN_LANES; q < at_most(2 * PN_LANES, p->width - j); q++)
            for (int64_t k = 0; k < p->depth; k += 64 / (int64_t)sizeof(real))
                __builtin_prefetch(b + q * f->b_col + k);
        PN_NAME(pack_transposed)(b, f->b_col, p->depth, next - j, to + j, p->wide * PN_LANES);
    }
}

/* One vector, to the panel if there is one; 0 where it holds neither infinities nor NaN. */
PN_INLINE vector zero_of(const real *b, real *to, int64_t ahead, const int fetches)
{
    const vector x = load(b);
    if (to != NULL)
        store(to, x);
    if (fetches)
        __builtin_prefetch(b + ahead);
    return x * 0;
}

/* Rows of b to the panel, or NULL if they stand there; whether they hold neither infinities nor NaN. */
PN_INLINE int copy_panel(const real *b, int64_t b_row, const piece *p, real *to)
{
    const int64_t last = p->width - PN_LANES, ahead = AHEAD * b_row;
    vector zero[4] = {{0}};
    real all = 0;
    for (int64_t k = 0, j; k < p->depth; k++, b += b_row) {
        for (j = 0; j + 4 * PN_LANES <= p->width; j += 4 * PN_LANES)
#pragma GCC unroll 4
            for (int v = 0; v < 4; v++)
                zero[v] += zero_of(b + j + v * PN_LANES, to == NULL ? NULL : to + j + v * PN_LANES, ahead,
                                   v % (64 / PN_VECTOR_BYTES) == 0);
        for (; j < last; j += PN_LANES)
            zero[0] += zero_of(b + j, to == NULL ? NULL : to + j, ahead, 1);
        zero[1] += zero_of(b + last, to == NULL ? NULL : to + last, ahead, 1);
        if (to != NULL)
            to += p->wide * PN_LANES;
    }
    zero[0] = (zero[0] + zero[1]) + (zero[2] + zero[3]);
    for (int q = 0; q < PN_COUNT; q++)
        all += zero[0][q];
    return all == 0;
}

/* A piece into the panel, whose rows are whole vectors apart; whether it holds neither infinities nor NaN. */
static int copy_piece(const work *w, const piece *p)
{
    const product *const f = w->f;
    const real *const b = f->b + (w->k0 + p->k) * f->b_row + p->j * f->b_col;
    if (f->b_col == 1)
        return copy_panel(b, f->b_row, p, w->panel);
    transpose_columns(f, b, p, w->panel);
    return copy_panel(w->panel, p->wide * PN_LANES, p, NULL);
}

/* Every row needs all rows of a piece, as where 0 times b is not 0. */
static void need_all(work *w, const piece *p)
{
    for (int64_t r = 0; r < w->rows; r++)
        w->needed[place(w, r, p->k / PIECE)] = ~UINT64_C(0) >> (64 - p->depth);
}

/* What becomes of a few rows that are complete, from column p->j on. */
static void finish_group(const work *w, const piece *p, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    const strip done = {c + lo * c_row, c_row, w->r0 + lo, hi - lo, p->j, p->width};
    w->how->run(w->how, &done);
}

/* All rows by a piece; c points at the first of them, or is NULL. */
static void multiply_piece(work *w, const piece *p, real *c, int64_t c_row)
{
    static const real zeros[WIDEST * PN_COUNT];
    const int last = p->k + p->depth == w->depth, ends = last && w->k0 + w->depth == w->f->k;
    const int takes_off = !c && w->how->from != NULL && w->how->rate != 0;
    const int64_t at = place(w, 0, p->k / PIECE);
    const int64_t row = p->width == w->f->n ? p->width : p->wide * PN_LANES;
    way t = {w->a + at * PIECE,
             w->needed + at,
             w->panel,
             p->wide * PN_LANES,
             p->width - PN_LANES,
             w->strip,
             row,
             w->strip,
             row,
             0};
    if (!copy_piece(w, p))
        need_all(w, p);
    if (p->k == 0 && w->k0 == 0)
        t.from = zeros, t.from_row = 0;
    else if (p->k == 0)
        t.from = c + p->j, t.from_row = c_row;
    if (last && c)
        t.to = c + p->j, t.to_row = c_row;
    if (ends && takes_off)
        t.to = w->how->from + w->r0 * w->f->n + p->j, t.to_row = w->f->n, t.rate = w->how->rate;
    for (int64_t lo = 0, hi; lo < w->rows; lo = hi) {
        hi = at_most(lo + GROUP, w->rows);
        multiply_group(&t, lo, hi, p->wide);
        if (ends && w->how && !takes_off)
            finish_group(w, p, t.to, t.to_row, lo, hi);
    }
}

/* Some rows, which c points at the first of, and a part of the depth. */
static void multiply_part(work *w, real *c, int64_t c_row)
{
    const int64_t n = w->f->n, vectors = (n + PN_LANES - 1) / PN_LANES, tiles = (vectors + WIDEST - 1) / WIDEST;
    for (int64_t k = 0; k < w->depth; k += PIECE)
        copy_rows(w, k, at_most(w->depth - k, PIECE));
    for (int64_t tile = 0, j = 0, wide; tile < tiles; tile++, j += wide * PN_LANES) {
        wide = (vectors * (tile + 1)) / tiles - vectors * tile / tiles;
        for (int64_t k = 0; k < w->depth; k += PIECE) {
            const piece p = {k, at_most(w->depth - k, PIECE), j, at_most(n - j, wide * PN_LANES), wide};
            multiply_piece(w, &p, c, c_row);
        }
    }
}

int PN_NAME(sparse_pays)(const product *f, const real *c, int64_t lo, int64_t hi)
{
    return FINDS_ZEROS && f->n >= SPARSE_COLUMNS && hi - lo >= (f->b_col == 1 ? 1 : 2) * LEAST_ROWS &&
           f->k >= LEAST_ROWS && (c || f->k <= PN_DEEPEST) && (f->a_col == 1 || f->a_row == 1) &&
           (f->b_col == 1 || f->b_row == 1) && is_sparse(f->a + lo * f->a_row, f->a_row, f->a_col, hi - lo, f->k);
}

/* A function of its own, as many calls end before they need so much of the stack. */
static __attribute__((noinline)) void run(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi,
                                          const finish *how)
{
    _Alignas(64) real panel[PIECE * WIDEST * PN_COUNT], strips[ROWS * WIDEST * PN_COUNT], a[PLACES * PIECE];
    uint64_t needed[PLACES];
    const int64_t deepest = c ? at_most(f->k, DEPTH) : f->k, pieces = (deepest + PIECE - 1) / PIECE;
    work w = {f, how, 0, 0, 0, 0, at_most(ROWS, PLACES / pieces), a, needed, panel, strips};
    for (w.r0 = lo; w.r0 < hi; w.r0 += w.rows) {
        w.rows = at_most(hi - w.r0, w.places);
        for (w.k0 = 0; w.k0 < f->k; w.k0 += w.depth) {
            w.depth = at_most(f->k - w.k0, deepest);
            multiply_part(&w, c ? c + w.r0 * c_row : NULL, c_row);
        }
    }
}

int PN_NAME(multiply_sparse)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi, const finish *how)
{
    if (!PN_NAME(sparse_pays)(f, c, lo, hi))
        return 0;
    run(f, c, c_row, lo, hi, how);
    return 1;
}
