/* Rows of b that a strip of a needs: those that it does not multiply by zeros alone.
 *
 * On the border of pictures many numbers are 0, and side by side: of MNIST's pixels eight in a row, or one in eight pictures,
 * are all 0 more often than not.  A sum to which 0 * b is not added is the same sum, where b is finite (but for the sign of a 0
 * that is left when numbers too small for their type have been rounded).
 */
#ifndef PYNN_NEEDED_H
#define PYNN_NEEDED_H

#include "registers.h"

/* Not in the build for processors older than AVX2, which is to be short. */
#define FINDS_ZEROS (PN_VECTOR_BYTES > 16 || PN_REGISTERS == 32)

/* What stands for a list of all rows. */
#define ALL_ROWS (-1)
/* Elements of a list behind the last one that may be written. */
#define SLACK 16

/* Strips of MR rows whose lists are kept beside one another, and the most rows of b that these are of. */
#define MOST_STRIPS (64 / MR)
#define MOST_LISTED 256

/* Which rows of b each of some strips needs. */
typedef struct {
    int some; /* whether they can do without so many that lists pay */
    int64_t count[MOST_STRIPS];
    int32_t list[MOST_STRIPS][MOST_LISTED + SLACK];
} needs;

/* Of the whole strips in so many rows of a; `depth` is MOST_LISTED or less. */
void PN_NAME(find_needed)(const real *a, int64_t a_row, int64_t a_col, int64_t rows, int64_t depth, needs *of);

/* For MR rows of a and k < depth: how many rows of b they need, and which; ALL_ROWS if the list would not pay. */
int64_t PN_NAME(list_needed)(const real *a, int64_t a_row, int64_t a_col, int64_t depth, int32_t *list);

/* A glance at adjacent rows of a, without which one at each strip would cost too much: whether there may be zeros at all.
 * Not in fewer rows than a vector has lanes. */
int PN_NAME(has_zeros)(const real *a, int64_t rows, int64_t a_col, int64_t depth);

/* Whether b has neither infinities nor NaN. */
int PN_NAME(are_finite)(const real *b, int64_t b_row, int64_t rows, int64_t columns);

/* The same for no more columns than a tile has; with a panel (or NULL), it gets a copy. */
int PN_NAME(copy_finite)(const real *b, int64_t b_row, int64_t rows, int64_t columns, real *panel);

#endif
