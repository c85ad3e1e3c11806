/* Products whose a is 0 in many places, anywhere: only the elements that are not 0 multiply their rows of b.
 *
 * Half of what a relu puts out is 0, but seldom side by side, so that a tile of several rows of c could leave little out
 * (needed.h).  Here a tile is one row of c, with as many vectors of sums as the registers hold.  A piece of b, as wide as the
 * tile, stands in the first cache, and each row of a has the list of those rows that it needs.  The sums are those of other
 * tiles, in the same order.
 */
#include "sparse.h"
#include "blocks.h"
#include "needed.h"
#include "nonzero.h"
#include "registers.h"
#include "transpose.h"

/* Vectors in a tile; of the other kind where less is left. */
#define WIDE 12
#define NARROW 8
_Static_assert(NARROW *PN_LANES == SPARSE_COLUMNS, "or n may be less than a tile");
/* Rows of a piece: 24 KiB of 32, 36 of 48. */
#define PIECE ((PN_VECTOR_BYTES == 64 ? 36864 : 24576) / (WIDE * PN_VECTOR_BYTES))
#define MOST_PIECES ((PN_DEEPEST + PIECE - 1) / PIECE)
/* Rows of a piece whose sums c takes up again, and most rows of c, and pieces of rows of a whose lists are kept. */
#define DEPTH (256 / PIECE * PIECE)
#define ROWS (8192 / PN_VECTOR_BYTES)
#define PLACES ((int64_t)(262144 / sizeof(real)) / PIECE)
/* Rows of c that are finished together. */
#define GROUP 16
/* Rows of a and of b for which lists and copies pay; twice as many of a where b is transposed. */
#define LEAST_ROWS 16
#define LINE_BYTES 64

/* Elements of a row of a that are not 0, and the rows of b that they multiply. */
typedef struct {
    const real *a;
    const uint16_t *k;
    int64_t count;
} needed;

/* Some rows and columns of b. */
typedef struct {
    int64_t k, depth, j, wide; /* wide: vectors */
} piece;

typedef struct {
    const product *f;
    const finish *how; /* or NULL */
    int64_t r0, rows;  /* of c */
    int64_t k0, depth;
    real *panel, *turned, *strip; /* copies of a piece and of some rows of a, and sums */
    uint16_t count[MOST_PIECES][ROWS];
    int64_t places; /* for each piece */
    real *a;        /* what is not 0: a place for each row and piece */
    uint16_t *list; /* and where in its piece that stood */
} work;

/* Rows of sums on their way: where they are, and where they go. */
typedef struct {
    const real *from;
    int64_t from_row; /* or 0 */
    real *to;
    int64_t to_row;
} way;

/* `wide` vectors of one row: from + those of a times b. */
PN_INLINE void multiply_row(needed of, const real *b, const real *from, real *to, const int wide)
{
    vector sum[WIDE];
    const real *a = of.a;
#pragma GCC unroll 12
    for (int v = 0; v < wide; v++)
        sum[v] = load(from + v * PN_LANES);
    for (const uint16_t *k = of.k, *const end = k + of.count; k != end; k++, a++) {
        const real *row = b + *k * (wide * PN_LANES);
        const vector x = splat(*a);
        __asm__("" : "+r"(row)); /* one address: compilers keep those of all vectors beside each other, and spill */
#pragma GCC unroll 12
        for (int v = 0; v < wide; v++)
            sum[v] += x * load(row + v * PN_LANES);
    }
#pragma GCC unroll 12
    for (int v = 0; v < wide; v++)
        store(to + v * PN_LANES, sum[v]);
}

/* Functions of their own, so that sums have the registers. */
static __attribute__((noinline)) void wide_row(const needed *of, const real *b, const real *from, real *to)
{
    multiply_row(*of, b, from, to, WIDE);
}

static __attribute__((noinline)) void narrow_row(const needed *of, const real *b, const real *from, real *to)
{
    multiply_row(*of, b, from, to, NARROW);
}

static int64_t place(const work *w, int64_t r, int64_t p)
{
    return (p * w->places + r) * (PIECE + BESIDE);
}

/* Of so many rows, which `a` points at; k is adjacent. */
static void list_rows(work *w, const real *a, int64_t a_row, int64_t r, int64_t end)
{
    for (; r < end; r++, a += a_row)
        for (int64_t p = 0, left = w->depth; left > 0; p++, left -= PIECE)
            w->count[p][r] = (uint16_t)list_row(a + p * PIECE, at_most(left, PIECE), w->list + place(w, r, p),
                                                w->a + place(w, r, p));
}

/* Of all rows. */
static void list_all(work *w)
{
    const product *const f = w->f;
    const real *a = f->a + w->r0 * f->a_row + w->k0 * f->a_col;
    if (f->a_col == 1) {
        list_rows(w, a, f->a_row, 0, w->rows);
        return;
    }
    for (int64_t r = 0, rows; r < w->rows; r += rows, a += rows) {
        rows = at_most(w->rows - r, GROUP);
        PN_NAME(pack_transposed)(a, f->a_col, rows, w->depth, w->turned, w->depth);
        list_rows(w, w->turned, w->depth, r, r + rows);
    }
}

/* Vectors of the next tile, where so many columns are left: more than those, the last time.  Four would wait for their sums. */
static int64_t next_vectors(int64_t n, int64_t left)
{
    const int wide = left > 2 * NARROW * PN_LANES || (left > NARROW * PN_LANES && left <= WIDE * PN_LANES);
    return wide && n >= WIDE * PN_LANES ? WIDE : NARROW;
}

/* Columns by which a tile begins earlier, since it has more than are left: those are summed already. */
static int64_t columns_back(const work *w, const piece *p)
{
    const int64_t beyond = p->j + p->wide * PN_LANES - w->f->n;
    return beyond > 0 ? beyond : 0;
}

/* Columns of b that stand apart, as rows of the panel. */
static void transpose_columns(const product *f, const real *b, const piece *p, real *to)
{
    const int64_t width = p->wide * PN_LANES;
    for (int64_t j = 0; j < width; j += PN_LANES, b += PN_LANES * f->b_col) {
        for (int64_t q = 0; j + PN_LANES < width && q < PN_LANES; q++)
            for (int64_t k = 0; k < p->depth; k += LINE_BYTES / (int64_t)sizeof(real))
                __builtin_prefetch(b + (PN_LANES + q) * f->b_col + k);
        PN_NAME(pack_transposed)(b, f->b_col, p->depth, PN_LANES, to + j, width);
    }
}

/* Rows of b, which may stand in the panel already; whether they hold neither infinities nor NaN. */
static int copy_rows(const real *b, int64_t b_row, const piece *p, real *to)
{
    const int64_t width = p->wide * PN_LANES;
    vector zero[4] = {{0}};
    real all = 0;
    for (int64_t k = 0; k < p->depth; k++, b += b_row)
        for (int64_t j = 0; j < width; j += 4 * PN_LANES)
#pragma GCC unroll 4
            for (int v = 0; v < 4; v++, to += PN_LANES) {
                const vector x = load(b + j + v * PN_LANES);
                store(to, x);
                zero[v] += x * 0;
                if (v % (LINE_BYTES / PN_VECTOR_BYTES) == 0)
                    __builtin_prefetch(b + AHEAD * b_row + j + v * PN_LANES);
            }
    zero[0] = (zero[0] + zero[1]) + (zero[2] + zero[3]);
    for (int q = 0; q < PN_COUNT; q++)
        all += zero[0][q];
    return all == 0;
}

/* A piece into the panel; whether it holds neither infinities nor NaN. */
static int copy_piece(const work *w, const piece *p)
{
    const product *const f = w->f;
    const real *const b = f->b + (w->k0 + p->k) * f->b_row + (p->j - columns_back(w, p)) * f->b_col;
    if (f->b_col == 1)
        return copy_rows(b, f->b_row, p, w->panel);
    transpose_columns(f, b, p, w->panel);
    return copy_rows(w->panel, p->wide * PN_LANES, p, w->panel);
}

/* All elements of a piece of a row, as where 0 times b is not 0. */
static void list_whole(work *w, const piece *p)
{
    const product *const f = w->f;
    const real *const a = f->a + w->r0 * f->a_row + (w->k0 + p->k) * f->a_col;
    for (int64_t r = 0; r < w->rows; r++) {
        const int64_t at = place(w, r, p->k / PIECE);
        w->count[p->k / PIECE][r] = (uint16_t)p->depth;
        for (int64_t k = 0; k < p->depth; k++)
            w->list[at + k] = (uint16_t)k, w->a[at + k] = a[r * f->a_row + k * f->a_col];
    }
}

/* A few rows by a piece. */
static void multiply_group(work *w, const piece *p, int64_t lo, int64_t hi, const way *sums)
{
    for (int64_t r = lo; r < hi; r++) {
        const int64_t at = place(w, r, p->k / PIECE);
        const needed of = {w->a + at, w->list + at, w->count[p->k / PIECE][r]};
        const real *const from = sums->from + r * sums->from_row;
        if (p->wide == WIDE)
            wide_row(&of, w->panel, from, sums->to + r * sums->to_row);
        else
            narrow_row(&of, w->panel, from, sums->to + r * sums->to_row);
    }
}

/* What becomes of a few rows that are complete; they point at column p->j. */
static void finish_group(const work *w, const piece *p, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    const int64_t width = at_most(p->wide * PN_LANES, w->f->n - p->j);
    const strip done = {c + lo * c_row, c_row, w->r0 + lo, hi - lo, p->j, width};
    w->how->run(w->how, &done);
}

/* All rows by a piece; c points at the first of them, or is NULL. */
static void multiply_piece(work *w, const piece *p, real *c, int64_t c_row)
{
    static const real zeros[WIDE * PN_COUNT];
    const int64_t row = p->wide * PN_LANES, back = columns_back(w, p);
    const int last = p->k + p->depth == w->depth, ends = last && w->k0 + w->depth == w->f->k;
    real *const to = c ? c + p->j : w->strip + back;
    way sums = {w->strip, row, w->strip, row};
    if (!copy_piece(w, p))
        list_whole(w, p);
    if (p->k == 0)
        sums.from = w->k0 == 0 ? zeros : to - back, sums.from_row = w->k0 == 0 ? 0 : c_row;
    if (last && back == 0 && c)
        sums.to = to, sums.to_row = c_row;
    for (int64_t lo = 0, hi; lo < w->rows; lo = hi) {
        hi = at_most(lo + GROUP, w->rows);
        multiply_group(w, p, lo, hi, &sums);
        for (int64_t r = lo; r < hi && last && c && back > 0; r++)
            memcpy(to + r * c_row, w->strip + r * row + back, (size_t)(row - back) * sizeof(real));
        if (ends && w->how)
            finish_group(w, p, to, c ? c_row : row, lo, hi);
    }
}

/* Some rows, which c points at the first of, and a part of the depth. */
static void multiply_part(work *w, real *c, int64_t c_row)
{
    list_all(w);
    for (int64_t j = 0, wide; j < w->f->n; j += wide * PN_LANES) {
        wide = next_vectors(w->f->n, w->f->n - j);
        for (int64_t k = 0; k < w->depth; k += PIECE) {
            const piece p = {k, at_most(w->depth - k, PIECE), j, wide};
            multiply_piece(w, &p, c, c_row);
        }
    }
}

/* Whether lists and copies pay. */
static int pays(const product *f, const real *c, int64_t lo, int64_t hi)
{
    return f->n >= (c ? NARROW : 2 * WIDE) * PN_LANES && hi - lo >= (f->b_col == 1 ? 1 : 2) * LEAST_ROWS &&
           f->k >= LEAST_ROWS && (c || f->k <= PN_DEEPEST) && (f->a_col == 1 || f->a_row == 1) &&
           (f->b_col == 1 || f->b_row == 1) &&
           PN_NAME(is_sparse)(f->a + lo * f->a_row, f->a_row, f->a_col, hi - lo, f->k);
}

/* A function of its own, as many calls end before they need so much of the stack. */
static __attribute__((noinline)) void run(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi,
                                          const finish *how)
{
    _Alignas(64) real panel[PIECE * WIDE * PN_COUNT], strips[ROWS * WIDE * PN_COUNT], turned[GROUP * PN_DEEPEST];
    real numbers[PLACES * (PIECE + BESIDE)];
    uint16_t list[PLACES * (PIECE + BESIDE)];
    const int64_t deepest = c ? at_most(f->k, DEPTH) : f->k, pieces = (deepest + PIECE - 1) / PIECE;
    const int64_t most = at_most(ROWS, PLACES / pieces);
    work w;
    w.f = f, w.how = how, w.panel = panel, w.turned = turned, w.strip = strips, w.a = numbers, w.list = list;
    w.places = most;
    for (w.r0 = lo; w.r0 < hi; w.r0 += w.rows) {
        w.rows = at_most(hi - w.r0, most);
        for (w.k0 = 0; w.k0 < f->k; w.k0 += w.depth) {
            w.depth = at_most(f->k - w.k0, deepest);
            multiply_part(&w, c ? c + w.r0 * c_row : NULL, c_row);
        }
    }
}

int PN_NAME(multiply_sparse)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi, const finish *how)
{
    if (!FINDS_ZEROS || !pays(f, c, lo, hi))
        return 0;
    run(f, c, c_row, lo, hi, how);
    return 1;
}
