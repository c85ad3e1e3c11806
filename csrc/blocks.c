/* Products of which many rows share a block of b: blocks of b in the second cache, strips of a and of c in the first, tiles
 * of c in registers.  The first strip reads b in place and leaves the copy for those below it.
 */
#include "blocks.h"
#include "fetching.h"
#include "needed.h"
#include "tile.h"
#include "transpose.h"

/* Elements of b in a block: half of a second cache, and little enough for the stack of any thread. */
#define BLOCK ((int64_t)((PN_VECTOR_BYTES == 64 ? 524288 : 131072) / sizeof(real)))
/* Most columns: a strip of c takes a third of a 48 KiB first cache. */
#define WIDEST (10 * MOST_WIDE * PN_LANES)
#define SIZE ((int64_t)sizeof(real))

typedef struct {
    int64_t k0, depth, j0, width;
    enum source from;
    enum { UNKNOWN, FINITE, OTHER } numbers; /* of its panels */
} block;

/* One product on its way. */
typedef struct {
    const product *f;
    const finish *how;    /* or NULL */
    int64_t lo, hi;       /* rows of c */
    int64_t c_step;       /* elements from row to row of c; 0: all strips live in one place */
    int64_t depth, width; /* of a block of b */
    real *panels, *rows;  /* copies of b's block and of two strips of a */
    real rate;            /* of what is taken off c; 0: c is written */
    fetching ahead;       /* what the tiles of a strip fetch */
} work;

/* A multiple of `unit` that covers `whole` in as few, nearly equal pieces as pieces of `most` would. */
static int64_t even_piece(int64_t whole, int64_t most, int64_t unit)
{
    const int64_t pieces = (whole + most - 1) / most, piece = (whole + pieces - 1) / pieces;
    return (piece + unit - 1) / unit * unit;
}

/* A strip of a whose rows are adjacent is copied where many tiles read it: its columns, being far apart, would push each
 * other out of the cache. */
static int copies_a(const product *f, const block *b)
{
    return f->a_col != 1 && b->width > 4 * PN_LANES * MOST_WIDE;
}

/* Two strips at a time, as they share cache lines. */
static void pack_rows(const real *a, int64_t a_col, int64_t depth, int64_t rows, int64_t below, real *to)
{
    real *const second = to + MR * PN_DEEPEST;
    if (rows == MR && below == MR)
        for (int64_t k = 0; k < depth; k++) {
            memcpy(to + k * MR, a + k * a_col, MR * sizeof(real));
            memcpy(second + k * MR, a + k * a_col + MR, MR * sizeof(real));
        }
    else
        for (int64_t k = 0; k < depth; k++) {
            for (int64_t r = 0; r < rows; r++)
                to[k * MR + r] = a[k * a_col + r];
            for (int64_t r = 0; r < below; r++)
                second[k * MR + r] = a[k * a_col + rows + r];
        }
}

/* Whether the panels, which are written, hold neither infinities nor NaN. */
static int is_finite(const work *w, block *b)
{
    const real *panel = w->panels;
    if (b->numbers != UNKNOWN)
        return b->numbers == FINITE;
    b->numbers = FINITE;
    for (int64_t left = b->width, width; left > 0; left -= width, panel += b->depth * width) {
        width = next_wide(left) * PN_LANES;
        if (!PN_NAME(copy_finite)(panel, width, b->depth, width, NULL))
            b->numbers = OTHER;
    }
    return b->numbers == FINITE;
}

/* How many rows of b's panels a strip of a needs, and which; ALL_ROWS, too, where a list would not pay. */
static int64_t rows_needed(const work *w, block *b, const strip *s, const real *a, int64_t a_col, int32_t *list)
{
    if (!FINDS_ZEROS || w->f->b_col != 1 || b->from != PANEL || s->rows != MR || b->width <= MOST_WIDE * PN_LANES)
        return ALL_ROWS;
    const int64_t count = PN_NAME(list_needed)(a, w->f->a_row, a_col, b->depth, list);
    return count == ALL_ROWS || is_finite(w, b) ? count : ALL_ROWS;
}

/* All tiles of a strip in one block. */
static void multiply_strip(const work *w, block *b, const strip *s, const real *a, int64_t a_col)
{
    const product *const f = w->f;
    int32_t list[PN_DEEPEST + SLACK];
    const int64_t count = rows_needed(w, b, s, a, a_col, list);
    tile t = {.a = a,
              .a_row = f->a_row,
              .a_col = a_col,
              .b = f->b + b->k0 * f->b_row + b->j0 * f->b_col,
              .b_row = f->b_row,
              .panel = w->panels,
              .depth = b->depth,
              .c = s->c,
              .c_row = s->c_row,
              .first = b->k0 == 0,
              .rate = w->rate,
              .fetch = w->ahead.base,
              .needed = count == ALL_ROWS ? NULL : list,
              .count = count};
    const int64_t tiles = (b->width + MOST_WIDE * PN_LANES - 1) / (MOST_WIDE * PN_LANES);
    const int64_t each = FETCHES ? b->depth / 2 : (w->ahead.count + tiles - 1) / tiles;
    for (int64_t left = b->width, fetched = 0; left > 0; fetched += each) {
        const int64_t wide = next_wide(left), width = at_most(left, wide * PN_LANES);
        if (FETCHES)
            t.lines = fetched < w->ahead.count ? w->ahead.lines + fetched : NULL;
        else
            fetch_lines(&w->ahead, fetched, each);
        t.last = width - (wide - 1) * PN_LANES;
        if (b->from == COPY)
            PN_NAME(multiply_and_copy)(&t, wide);
        else
            PN_NAME(multiply_from_panel)(&t, s->rows, wide);
        t.panel += b->depth * wide * PN_LANES;
        t.b += width;
        t.c += width;
        left -= width;
    }
}

static void pack_block(const work *w, const block *b)
{
    const product *const f = w->f;
    real *panel = w->panels;
    for (int64_t j = 0, wide; j < b->width; j += wide * PN_LANES) {
        wide = next_wide(b->width - j);
        PN_NAME(pack_transposed)(f->b + b->k0 * f->b_row + (b->j0 + j) * f->b_col, f->b_col, b->depth,
                                 at_most(b->width - j, wide * PN_LANES), panel, wide * PN_LANES);
        panel += b->depth * wide * PN_LANES;
    }
}

static strip strip_below(const work *w, const strip *s)
{
    strip below = *s;
    below.r0 += s->rows;
    below.c += s->rows * w->c_step;
    below.rows = next_rows(w->hi - below.r0);
    return below;
}

/* All strips of one block. */
static void multiply_block(work *w, block *b, strip s)
{
    const product *const f = w->f;
    const int copies = copies_a(f, b);
    for (int odd = 0; s.r0 < w->hi; odd = !odd) {
        const strip below = strip_below(w, &s);
        const real *a = f->a + s.r0 * f->a_row + b->k0 * f->a_col;
        if (copies && !odd)
            pack_rows(a, f->a_col, b->depth, s.rows, below.rows, w->rows);
        if (copies)
            a = w->rows + odd * MR * PN_DEEPEST;
        multiply_strip(w, b, &s, a, copies ? MR : f->a_col);
        if (b->from == COPY)
            b->from = PANEL;
        w->ahead.base += w->ahead.move;
        if (w->how && b->k0 + b->depth == f->k)
            w->how->run(w->how, &s);
        s = below;
    }
}

static block block_at(const work *w, int64_t k0, int64_t j0, enum source from)
{
    const block b = {k0, at_most(w->f->k - k0, w->depth), j0, at_most(w->f->n - j0, w->width), from, UNKNOWN};
    return b;
}

/* What `how` reads and writes of each strip. */
static void fetch_kept(work *w, const block *b)
{
    const finish *const how = w->how;
    const int64_t row = how->d[2] * SIZE;
    const char *const first = how->p[2];
    w->ahead.base = first + w->lo * row + b->j0 * SIZE;
    w->ahead.move = MR * row;
    for (int q = 0; q < how->kept; q++)
        fetch_rows(&w->ahead, (const char *)how->p[2 + q] - first, MR, row, b->width * SIZE);
}

/* The next block of b, a part of it with each strip but the first, which copies this one. */
static void fetch_next_block(work *w, const block *next)
{
    const product *const f = w->f;
    const int64_t strips = (w->hi - w->lo) / MR - 1, rows = (next->depth + strips - 1) / strips, row = f->b_row * SIZE;
    w->ahead.move = rows * row;
    w->ahead.base = (const char *)(f->b + next->k0 * f->b_row + next->j0) - w->ahead.move;
    fetch_rows(&w->ahead, 0, rows, row, next->width * SIZE);
}

/* The rows of a for the next strip. */
static void fetch_next_rows(work *w, const block *b)
{
    const int64_t row = w->f->a_row * SIZE;
    w->ahead.move = MR * row;
    w->ahead.base = (const char *)(w->f->a + b->k0) + (w->lo + MR) * row;
    fetch_rows(&w->ahead, 0, MR, row, b->depth * SIZE);
}

/* Whether rows of a matrix are so short that the processor hardly begins to fetch one by itself before it ends. */
static int is_short(int64_t row)
{
    return row * SIZE <= 2048;
}

/* Whether what `how` reads and writes is more than caches keep: of less the processor fetches enough by itself. */
static int comes_from_memory(const work *w)
{
    const finish *const how = w->how;
    return how != NULL && how->kept * (w->hi - w->lo) * how->d[2] * SIZE > (int64_t)4 << 20;
}

/* One of these: what there is most of. */
static void fetch_ahead(work *w, const block *b)
{
    const product *const f = w->f;
    const int64_t k0 = b->k0 + b->depth < f->k ? b->k0 + b->depth : 0, j0 = k0 > 0 ? b->j0 : b->j0 + b->width;
    w->ahead.base = (const char *)w->panels;
    w->ahead.count = w->ahead.move = 0;
    if (w->hi - w->lo < 2 * MR || (!FETCHES && !comes_from_memory(w)))
        return;
    if (w->how != NULL && w->how->kept > 0) {
        fetch_kept(w, b);
    } else if (j0 < f->n && f->b_col == 1 && is_short(f->b_row)) {
        const block next = block_at(w, k0, j0, COPY);
        fetch_next_block(w, &next);
    } else if (j0 >= f->n && f->a_col == 1 && is_short(f->a_row)) {
        fetch_next_rows(w, b);
    }
    if (FETCHES)
        fetch_whole_tiles(&w->ahead, b->depth / 2);
}

/* `c` is row 0 of c, or the place where all strips live. */
static void multiply_all(work *w, real *c, int64_t c_row, enum source from)
{
    const product *const f = w->f;
    for (int64_t j0 = 0; j0 < f->n; j0 += w->width)
        for (int64_t k0 = 0; k0 < f->k; k0 += w->depth) {
            block b = block_at(w, k0, j0, from);
            const strip s = {.c = w->c_step > 0 ? c + w->lo * c_row + j0 : c,
                             .c_row = c_row,
                             .r0 = w->lo,
                             .rows = next_rows(w->hi - w->lo),
                             .j0 = j0,
                             .width = b.width};
            fetch_ahead(w, &b);
            if (from == PANEL)
                pack_block(w, &b);
            multiply_block(w, &b, s);
        }
}

/* Most columns of a block.  Where few rows of c pass while the next one is fetched, the first, which is not, should be small. */
static int64_t widest(const work *w)
{
    const product *const f = w->f;
    const int fetched = FETCHES && f->b_col == 1 && is_short(f->b_row) && !(w->how && w->how->kept > 0);
    return fetched && w->hi - w->lo <= 256 ? 3 * MOST_WIDE * PN_LANES : WIDEST;
}

static void run(const product *f, real rate, real *c, int64_t c_row, int64_t lo, int64_t hi, const finish *how)
{
    _Alignas(64) real panels[BLOCK], rows[2 * MR * PN_DEEPEST], strips[MR * WIDEST];
    const int64_t most = MOST_WIDE * PN_LANES, depth = even_piece(f->k, PN_DEEPEST, 2);
    work w;
    w.f = f, w.how = how, w.lo = lo, w.hi = hi, w.panels = panels, w.rows = rows, w.rate = rate;
    w.c_step = c ? c_row : 0, w.depth = depth;
    w.width = even_piece(f->n, at_most(BLOCK / depth / most * most, widest(&w)), most);
    multiply_all(&w, c ? c : strips, c ? c_row : w.width, f->b_col == 1 ? COPY : PANEL);
}

void PN_NAME(multiply_blocks)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi, const finish *how)
{
    run(f, 0, c, c_row, lo, hi, how);
}

void PN_NAME(take_off_blocks)(const product *f, real rate, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    run(f, rate, c, c_row, lo, hi, NULL);
}
