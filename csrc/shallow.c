/* Products of which few rows share a panel of b, in the first cache: the first strip reads b in place and leaves the copy for
 * those below it. */
#include "shallow.h"
#include "needed.h"
#include "tile.h"
#include "transpose.h"

/* Depth of a panel: 160 x 3 vectors of 64 B is 30 KiB, two thirds of a 48 KiB L1. */
#define KC (PN_VECTOR_BYTES == 64 ? 160 : 256)
_Static_assert(FEW / MR <= MOST_STRIPS && KC <= MOST_LISTED, "a list for each strip");

/* All tiles below one another; `of`: what they need of b, which stands in the panel, or NULL for all. */
static void multiply_panel(tile *t, int64_t rows, int64_t wide, enum source from, const needs *of)
{
    if (from == DIRECT) {
        PN_NAME(multiply_direct)(t, rows, wide);
        return;
    }
    for (int64_t q = 0, now; rows > 0; q++, rows -= now) {
        now = from == COPY && q == 0 ? MR : next_rows(rows);
        t->needed = of != NULL && now == MR && of->count[q] != ALL_ROWS ? of->list[q] : NULL;
        t->count = t->needed != NULL ? of->count[q] : 0;
        if (from == COPY && q == 0)
            PN_NAME(multiply_and_copy)(t, wide);
        else
            PN_NAME(multiply_from_panel)(t, now, wide);
        t->a += now * t->a_row;
        t->c += now * t->c_row;
    }
}

/* Rows [lo, hi) of some columns of c, at one depth. */
static void multiply_columns(const product *f, tile *t, int64_t width, int64_t rows, const needs *of)
{
    const int64_t wide = (width + PN_LANES - 1) / PN_LANES;
    enum source from = f->b_col != 1 ? PANEL : rows <= MR ? DIRECT : COPY;
    t->last = width - (wide - 1) * PN_LANES;
    if (from == PANEL)
        PN_NAME(pack_transposed)(t->b, f->b_col, t->depth, width, t->panel, wide * PN_LANES);
    if (of->some) {
        from = PANEL;
        of = PN_NAME(copy_finite)(t->b, t->b_row, t->depth, width, t->panel) ? of : NULL;
    }
    multiply_panel(t, rows, wide, from, of != NULL && of->some ? of : NULL);
}

void PN_NAME(multiply_shallow)(const product *f, real *c, int64_t c_row, int64_t lo, int64_t hi)
{
    _Alignas(64) real panel[KC * MOST_WIDE * PN_COUNT];
    needs of;
    for (int64_t k0 = 0; k0 < f->k; k0 += KC) {
        const int64_t depth = at_most(f->k - k0, KC), most = MOST_WIDE * PN_LANES;
        of.some = 0;
        if (FINDS_ZEROS && f->b_col == 1 && hi - lo >= 2 * MR && f->n > most)
            PN_NAME(find_needed)(f->a + lo * f->a_row + k0 * f->a_col, f->a_row, f->a_col, hi - lo, depth, &of);
        for (int64_t j0 = 0; j0 < f->n; j0 += most) {
            tile t = {.a = f->a + lo * f->a_row + k0 * f->a_col,
                      .a_row = f->a_row,
                      .a_col = f->a_col,
                      .b = f->b + k0 * f->b_row + j0 * f->b_col,
                      .b_row = f->b_row,
                      .panel = panel,
                      .depth = depth,
                      .c = c + lo * c_row + j0,
                      .c_row = c_row,
                      .first = k0 == 0};
            multiply_columns(f, &t, at_most(f->n - j0, most), hi - lo, &of);
        }
    }
}
