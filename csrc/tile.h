/* Tiles of c: as many sums as the registers hold. */
#ifndef PYNN_TILE_H
#define PYNN_TILE_H

#include "registers.h"

/* Where a tile takes its rows of b from: from b itself; from b, leaving a copy in the panel for the tiles below; or from
 * that panel, whose rows are whole vectors. */
enum source { DIRECT, COPY, PANEL };

/* Whether whole tiles fetch lines of memory (fetching.h).  With AVX2 the addresses of lines crowded out those of a's rows: 1.2
 * times the time. */
#define FETCHES (PN_VECTOR_BYTES == 64)

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
    real rate;    /* not 0: take so many times the sums off what c holds (not DIRECT, rows of a adjacent) */
    const char *fetch;
    const int64_t *lines;  /* NULL, or for every second row of b a line that will be needed: bytes from `fetch` on */
    const int32_t *needed; /* the only rows of the panel that count, for MR rows of c; NULL: all */
    int64_t count;         /* of them */
} tile;

/* `wide` vectors in a row, `rows` <= MR rows: MR of them, where the panel is written. */
void PN_NAME(multiply_direct)(const tile *t, int64_t rows, int64_t wide);
void PN_NAME(multiply_and_copy)(const tile *t, int64_t wide);
void PN_NAME(multiply_from_panel)(const tile *t, int64_t rows, int64_t wide);

/* Rows of the next tile: the last two share theirs rather than leave one nearly empty. */
PN_INLINE int64_t next_rows(int64_t rows)
{
    return rows <= MR ? rows : rows < 2 * MR ? (rows + 1) / 2 : MR;
}

#endif
