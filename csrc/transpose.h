/* Copying a matrix by columns. */
#ifndef PYNN_TRANSPOSE_H
#define PYNN_TRANSPOSE_H

#include "real.h"

/* 4 x 4 elements, transposed: to(c,r) = from(r,c). */
PN_INLINE void transpose_4(const real *from, int64_t from_row, real *to, int64_t to_row)
{
    typedef real quad __attribute__((vector_size(4 * sizeof(real))));
    quad x[4];
    for (int r = 0; r < 4; r++)
        memcpy(&x[r], from + r * from_row, sizeof(quad));
    const quad low_02 = PN_SHUFFLE(x[0], x[2], 0, 4, 1, 5), high_02 = PN_SHUFFLE(x[0], x[2], 2, 6, 3, 7);
    const quad low_13 = PN_SHUFFLE(x[1], x[3], 0, 4, 1, 5), high_13 = PN_SHUFFLE(x[1], x[3], 2, 6, 3, 7);
    x[0] = PN_SHUFFLE(low_02, low_13, 0, 4, 1, 5);
    x[1] = PN_SHUFFLE(low_02, low_13, 2, 6, 3, 7);
    x[2] = PN_SHUFFLE(high_02, high_13, 0, 4, 1, 5);
    x[3] = PN_SHUFFLE(high_02, high_13, 2, 6, 3, 7);
    for (int r = 0; r < 4; r++)
        memcpy(to + r * to_row, &x[r], sizeof(quad));
}

/* Copy depth x width of b, whose columns are apart and rows adjacent, into the rows of a panel.  What four does not divide
 * ends with a square that begins earlier. */
static void pack_transposed(const real *b, int64_t b_col, int64_t depth, int64_t width, real *panel, int64_t stride)
{
    if (depth < 4 || width < 4) {
        for (int64_t j = 0; j < width; j++)
            for (int64_t k = 0; k < depth; k++)
                panel[k * stride + j] = b[j * b_col + k];
        return;
    }
    for (int64_t j0 = 0; j0 < width; j0 += 4) {
        const int64_t j = j0 < width - 4 ? j0 : width - 4;
        for (int64_t k0 = 0; k0 < depth; k0 += 4) {
            const int64_t k = k0 < depth - 4 ? k0 : depth - 4;
            transpose_4(b + j * b_col + k, b_col, panel + k * stride + j, stride);
        }
    }
}

#endif
