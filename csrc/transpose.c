/* Copying a matrix by columns. */
#include "transpose.h"

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

/* Sixteen bytes of each row at a time, where a compiler puts vectors together from such pieces. */
#define PN_PIECE (16 * 8 / PN_BITS)
#if PN_VECTOR_BYTES > 16 && (defined(__clang__) || __GNUC__ >= 12)
#define PN_PIECES (PN_COUNT / PN_PIECE)
#if PN_COUNT == 16
#define PN_LOW 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29
#define PN_HIGH 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31
#elif PN_COUNT == 8 && PN_BITS == 32
#define PN_LOW 0, 8, 1, 9, 4, 12, 5, 13
#define PN_HIGH 2, 10, 3, 11, 6, 14, 7, 15
#elif PN_COUNT == 8
#define PN_LOW 0, 8, 2, 10, 4, 12, 6, 14
#define PN_HIGH 1, 9, 3, 11, 5, 13, 7, 15
#else
#define PN_LOW 0, 4, 2, 6
#define PN_HIGH 1, 5, 3, 7
#endif

/* Pieces of rows that stand `apart`, side by side. */
PN_INLINE vector pieces(const real *from, int64_t apart)
{
    typedef real piece __attribute__((vector_size(16)));
    typedef real two __attribute__((vector_size(32)));
    piece x[PN_PIECES];
    two pair[PN_PIECES / 2];
    for (int q = 0; q < PN_PIECES; q++)
        memcpy(&x[q], from + q * apart, sizeof(piece));
    for (int q = 0; q < PN_PIECES / 2; q++) {
#if PN_BITS == 32
        pair[q] = __builtin_shufflevector(x[2 * q], x[2 * q + 1], 0, 1, 2, 3, 4, 5, 6, 7);
#else
        pair[q] = __builtin_shufflevector(x[2 * q], x[2 * q + 1], 0, 1, 2, 3);
#endif
    }
#if PN_PIECES == 2
    return pair[0];
#elif PN_BITS == 32
    return __builtin_shufflevector(pair[0], pair[1], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#else
    return __builtin_shufflevector(pair[0], pair[1], 0, 1, 2, 3, 4, 5, 6, 7);
#endif
}

/* PN_LANES rows of PN_PIECE elements: to(c,r) = from(r,c). */
PN_INLINE void transpose_pieces(const real *from, int64_t from_row, real *to, int64_t to_row)
{
    vector x[PN_PIECE];
    for (int r = 0; r < PN_PIECE; r++)
        x[r] = pieces(from + r * from_row, PN_PIECE * from_row);
#if PN_BITS == 32
    const vector low_02 = PN_PICK(x[0], x[2], PN_LOW), high_02 = PN_PICK(x[0], x[2], PN_HIGH);
    const vector low_13 = PN_PICK(x[1], x[3], PN_LOW), high_13 = PN_PICK(x[1], x[3], PN_HIGH);
    store(to, PN_PICK(low_02, low_13, PN_LOW));
    store(to + to_row, PN_PICK(low_02, low_13, PN_HIGH));
    store(to + 2 * to_row, PN_PICK(high_02, high_13, PN_LOW));
    store(to + 3 * to_row, PN_PICK(high_02, high_13, PN_HIGH));
#else
    store(to, PN_PICK(x[0], x[1], PN_LOW));
    store(to + to_row, PN_PICK(x[0], x[1], PN_HIGH));
#endif
}
#else
#define PN_PIECES 1
#endif

/* Squares of `size` columns and `deep` rows, the last of which begin earlier. */
#define PN_SQUARES(size, deep, transpose)                                                                              \
    for (int64_t j0 = 0; j0 < width; j0 += (size)) {                                                                   \
        const int64_t j = j0 < width - (size) ? j0 : width - (size);                                                   \
        for (int64_t k0 = 0; k0 < depth; k0 += (deep)) {                                                               \
            const int64_t k = k0 < depth - (deep) ? k0 : depth - (deep);                                               \
            transpose(b + j * b_col + k, b_col, panel + k * stride + j, stride);                                       \
        }                                                                                                              \
    }

/* What a square does not divide ends with one that begins earlier. */
void PN_NAME(pack_transposed)(const real *b, int64_t b_col, int64_t depth, int64_t width, real *panel, int64_t stride)
{
#if PN_PIECES > 1
    if (depth >= PN_PIECE && width >= PN_LANES) {
        PN_SQUARES(PN_LANES, PN_PIECE, transpose_pieces)
        return;
    }
#endif
    if (depth >= 4 && width >= 4) {
        PN_SQUARES(4, 4, transpose_4)
        return;
    }
    for (int64_t j = 0; j < width; j++)
        for (int64_t k = 0; k < depth; k++)
            panel[k * stride + j] = b[j * b_col + k];
}
