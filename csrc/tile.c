/* Tiles of c: the loops in which a product spends its time. */
#include "tile.h"
#include "lanes.h"
#include "needed.h"

/* `rows`, `wide`, `from` and one of `a_row`, `a_col` below are constants where these are inlined. */
PN_INLINE void start_sums(tile_sums sum, const tile *t, lane_mask mask, const int rows, const int wide)
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

/* c -= rate * sums; `c` is read once: for all that a compiler knows, each store changes *t. */
PN_INLINE void take_off(tile_sums sum, const tile *t, lane_mask mask, const int rows, const int wide)
{
    const real *const first = t->c;
    const int64_t c_row = t->c_row;
    const vector rate = splat(t->rate);
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++) {
            const real *const c = first + r * c_row + v * PN_LANES;
            sum[r][v] = (v + 1 < wide ? load(c) : load_first(c, mask)) - rate * sum[r][v];
        }
}

/* Some lanes of the last vector of each row.  Many instructions without masks, and no reason to have them in every tile. */
static __attribute__((noinline)) void put_last(const vector *last, const tile *t, int64_t rows, int64_t wide)
{
    const lane_mask mask = first_lanes(t->last);
    real *c = t->c + (wide - 1) * PN_LANES;
    for (int64_t r = 0; r < rows; r++, c += t->c_row)
        store_first(c, last[r], mask);
}

/* c = sums; `c` is read once, as above. */
PN_INLINE void end_sums(tile_sums sum, const tile *t, lane_mask mask, const int rows, const int wide)
{
    real *const first = t->c, *const end = first + (wide - 1) * PN_LANES;
    const int64_t c_row = t->c_row;
    vector last[MR];
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
#pragma GCC unroll 3
        for (int v = 0; v + 1 < wide; v++)
            store(first + r * c_row + v * PN_LANES, sum[r][v]);
        if (PN_MASKS)
            store_first(end + r * c_row, sum[r][wide - 1], mask);
        else
            last[r] = sum[r][wide - 1];
    }
    if (PN_MASKS)
        return;
    if (t->last < PN_LANES) {
        put_last(last, t, rows, wide);
        return;
    }
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
        store(end + r * c_row, last[r]);
}

/* c is fetched before the products begin. */
PN_INLINE void fetch_c(const tile *t, const int rows, const int wide)
{
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++)
            __builtin_prefetch(t->c + r * t->c_row + v * PN_LANES, 1);
}

PN_INLINE void load_row(vector *row, const real *b, lane_mask mask, const int wide, const enum source from)
{
#pragma GCC unroll 3
    for (int v = 0; v < wide; v++)
        row[v] = from == PANEL || v + 1 < wide ? load(b + v * PN_LANES) : load_first(b + v * PN_LANES, mask);
}

PN_INLINE void copy_row(real *copy, const vector *row, const real *next, const int wide)
{
#pragma GCC unroll 3
    for (int v = 0; v < wide; v++) {
        store(copy + v * PN_LANES, row[v]);
        __builtin_prefetch(next + v * PN_LANES);
    }
}

/* Where the next row of b stands, what of a belongs to it, and where its copy goes. */
typedef struct {
    const real *a, *b;
    real *copy;
} place;

/* One row of b, and on to the next. */
PN_INLINE void add_row(tile_sums sum, place *at, int64_t stride, lane_mask mask, const int rows, const int wide,
                       const int64_t a_row, const int64_t a_col, const enum source from)
{
    vector row[MOST_WIDE];
    load_row(row, at->b, mask, wide, from);
    if (from == COPY) {
        copy_row(at->copy, row, at->b + AHEAD * stride, wide);
        at->copy += wide * PN_LANES;
    }
    add_products(sum, at->a, a_row, row, rows, wide);
    at->a += a_col;
    at->b += stride;
}

/* Only those that count. */
PN_INLINE void add_needed(tile_sums sum, const tile *t, const int wide, const int64_t a_row, const int64_t a_col,
                          const int fetches)
{
    const int64_t stride = wide * PN_LANES;
    const real *const a = t->a, *const panel = t->panel;
    const char *const fetch = t->fetch;
    const int64_t *line = t->lines, *const end = fetches ? line + t->depth / 2 : line;
    for (const int32_t *k = t->needed, *const last = k + t->count; k < last; k++) {
        place at = {a + *k * a_col, panel + *k * stride, NULL};
        add_row(sum, &at, stride, first_lanes(0), MR, wide, a_row, a_col, PANEL);
        if (fetches && line < end)
            __builtin_prefetch(fetch + *line++);
    }
    for (; fetches && line < end; line++)
        __builtin_prefetch(fetch + *line);
}

PN_INLINE void multiply(const tile *t, const int rows, const int wide, const int64_t a_row, const int64_t a_col,
                        const enum source from, const int takes_off, const int fetches)
{
    tile_sums sum;
    const lane_mask mask = first_lanes(t->last);
    if (takes_off && t->rate != 0)
        fetch_c(t, rows, wide);
    start_sums(sum, t, mask, rows, wide);
    const int panel = from == PANEL;
    const int64_t stride = panel ? wide * PN_LANES : t->b_row;
    place at = {t->a, panel ? t->panel : t->b, t->panel};
    int64_t k = t->depth;
    if (FINDS_ZEROS && panel && rows == MR && t->needed != NULL) {
        add_needed(sum, t, wide, a_row, a_col, fetches);
        k = 0;
    } else if (fetches) {
        const char *const fetch = t->fetch;
        for (const int64_t *line = t->lines; k > 1; k -= 2) {
            __builtin_prefetch(fetch + *line++);
            add_row(sum, &at, stride, mask, rows, wide, a_row, a_col, from);
            add_row(sum, &at, stride, mask, rows, wide, a_row, a_col, from);
        }
    }
#pragma GCC unroll 2
    for (; k > 0; k--)
        add_row(sum, &at, stride, mask, rows, wide, a_row, a_col, from);
    if (takes_off && t->rate != 0)
        take_off(sum, t, mask, rows, wide);
    end_sums(sum, t, mask, rows, wide);
}

/* Two shapes of a: rows apart and k adjacent (x w), or rows adjacent (xᵀ dy). */
PN_INLINE void multiply_shape(const tile *t, const int rows, const int wide, const enum source from, const int fetches)
{
    if (t->a_col == 1)
        multiply(t, rows, wide, t->a_row, 1, from, 0, fetches);
    else
        multiply(t, rows, wide, 1, t->a_col, from, from != DIRECT, fetches);
}

PN_INLINE void multiply_wide(const tile *t, const int rows, const int64_t wide, const enum source from)
{
    if (wide == 1)
        multiply_shape(t, rows, 1, from, 0);
    else if (MOST_WIDE == 2 || wide == 2)
        multiply_shape(t, rows, 2, from, 0);
    else
        multiply_shape(t, rows, MOST_WIDE, from, 0);
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

void PN_NAME(multiply_direct)(const tile *t, int64_t rows, int64_t wide)
{
    multiply_rows(t, rows, wide, DIRECT);
}

void PN_NAME(multiply_and_copy)(const tile *t, int64_t wide)
{
    multiply_wide(t, MR, wide, COPY);
}

void PN_NAME(multiply_from_panel)(const tile *t, int64_t rows, int64_t wide)
{
    if (FETCHES && t->lines != NULL && rows == MR && wide == MOST_WIDE)
        multiply_shape(t, MR, MOST_WIDE, PANEL, 1);
    else
        multiply_rows(t, rows, wide, PANEL);
}
