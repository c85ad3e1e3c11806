/* Lines of memory that are fetched while the registers multiply, since a tile leaves the way to memory idle: one with every
 * second row of b, or some between two tiles. */
#ifndef PYNN_FETCHING_H
#define PYNN_FETCHING_H

#include "blocks.h"
#include "registers.h"

#define LINE_BYTES 64
/* Most lines for a strip: as many as ten tiles of the deepest block can fetch. */
#define MOST_LINES (10 * PN_DEEPEST / 2)

typedef struct {
    const char *base;          /* for the strip at hand */
    int64_t move;              /* bytes from strip to strip */
    int64_t count;             /* of the lines for a strip */
    int64_t lines[MOST_LINES]; /* bytes from `base` on */
} fetching;

/* Add `rows` of so many bytes, `row` bytes apart, the first one `first` bytes from the base. */
static void fetch_rows(fetching *f, int64_t first, int64_t rows, int64_t row, int64_t bytes)
{
    for (int64_t r = 0; r < rows; r++)
        for (int64_t at = 0; at < bytes && f->count < MOST_LINES; at += LINE_BYTES)
            f->lines[f->count++] = first + r * row + at;
}

/* So many from the first one on: between two tiles, where those fetch none. */
static inline void fetch_lines(const fetching *f, int64_t first, int64_t count)
{
    const int64_t end = at_most(first + count, f->count);
    for (int64_t i = first; i < end; i++)
        __builtin_prefetch(f->base + f->lines[i], 1);
}

/* Fill up with the last line to what whole tiles fetch, `each` of them so many. */
static void fetch_whole_tiles(fetching *f, int64_t each)
{
    const int64_t whole = each > 0 ? at_most((f->count + each - 1) / each, MOST_LINES / each) * each : 0;
    for (int64_t i = f->count; i < whole; i++)
        f->lines[i] = f->lines[i - 1];
    f->count = whole;
}

#endif
