/* How large a tile of sums the vector registers hold. */
#ifndef PYNN_REGISTERS_H
#define PYNN_REGISTERS_H

#include "real.h"

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

#endif
