/* Sums in double, in an order that depends on the sizes only. */
#ifndef PYNN_SUMS_H
#define PYNN_SUMS_H

#include "real.h"

/* Columns whose sums are held at a time: 512 bytes, in registers or the nearest cache. */
#define PN_BLOCK 64
/* Partial sums of a row: enough for two vectors of doubles on AVX-512, and the same on every instruction set. */
#define PN_PARTIAL 16

/* sum_j = Σ over rows of x_(r,j): `width` columns, at most PN_BLOCK, of rows that stand `stride` elements apart. */
PN_INLINE void column_sums(const real *restrict x, int64_t rows, int64_t stride, int64_t width, double *restrict sum)
{
    for (int64_t j = 0; j < width; j++)
        sum[j] = 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < width; j++)
            sum[j] += (double)x[r * stride + j];
}

/* A function that sums `term` over j < k; every partial sum takes each sixteenth term. */
#define PN_SUM_OVER_ROW(name, arguments, term)                                                                         \
    PN_INLINE double name arguments                                                                                    \
    {                                                                                                                  \
        double part[PN_PARTIAL] = {0}, sum = 0;                                                                        \
        int64_t from = 0;                                                                                              \
        for (; from + PN_PARTIAL <= k; from += PN_PARTIAL)                                                             \
            for (int64_t j = from; j < from + PN_PARTIAL; j++)                                                         \
                part[j - from] += (term);                                                                              \
        for (int64_t j = from; j < k; j++)                                                                             \
            part[j - from] += (term);                                                                                  \
        for (int64_t l = 0; l < PN_PARTIAL; l++)                                                                       \
            sum += part[l];                                                                                            \
        return sum;                                                                                                    \
    }

#endif
