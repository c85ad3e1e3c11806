/* Rows of the data set, gathered in shuffled order and converted on the way in. */
#include "lanes.h"
#include <string.h>

/* Rows that are fetched ahead: they stand anywhere in memory, and a copy that waits for each takes three times as long. */
#define AHEAD 2
#define WORTH_FETCHING 64
/* Bytes: of longer rows the beginning is fetched; once that is read, the processor goes on by itself, and faster. */
#define LONG_ROW 1024
#define BEGINNING 512

PN_INLINE void fetch(const char *from, int64_t bytes)
{
    const int64_t end = bytes > LONG_ROW ? BEGINNING : bytes;
    for (int64_t i = 0; i < end; i += 64)
        __builtin_prefetch(from + i);
}

/* Rows that need no conversion are copied in pieces of `size` bytes, the last of which overlaps the one before.  Masked
 * vectors would take longer: they reach beyond the row, into another cache line and into the row that was stored before. */
#define COPY_PIECE(size, at)                                                                                           \
    {                                                                                                                  \
        typedef char piece __attribute__((vector_size((size) < PN_VECTOR_BYTES ? (size) : PN_VECTOR_BYTES)));          \
        _Pragma("GCC unroll 4") for (size_t q = 0; q < (size); q += sizeof(piece))                                     \
        {                                                                                                              \
            piece x; /* an array would be stored on its way */                                                         \
            memcpy(&x, from + (at) + q, sizeof x);                                                                     \
            memcpy(to + (at) + q, &x, sizeof x);                                                                       \
        }                                                                                                              \
    }
#define COPY_ROWS(size)                                                                                                \
    for (int64_t r = lo; r < hi; r++) {                                                                                \
        const char *const from = rows + order[r] * bytes;                                                              \
        char *const to = (char *)p[2] + r * bytes;                                                                     \
        for (int64_t at = 0; at < bytes - (size); at += (size))                                                        \
            COPY_PIECE(size, at)                                                                                       \
        COPY_PIECE(size, bytes - (size))                                                                               \
    }

/* Rows of 8 bytes to `MOST_COPIED`. */
PN_INLINE void copy_rows(void *const *p, int64_t bytes, int64_t lo, int64_t hi)
{
    const int64_t *const order = p[1];
    const char *const rows = p[0];
    if (bytes >= 64)
        COPY_ROWS(64)
    else if (bytes >= 32)
        COPY_ROWS(32)
    else if (bytes >= 16)
        COPY_ROWS(16)
    else
        COPY_ROWS(8)
}

/* Longer rows are fetched ahead. */
#define MOST_COPIED 512

/* Whether the table's own type is that of the rows. */
#define SINGLES (PN_BITS == 32)
#define DOUBLES (PN_BITS == 64)

#define GATHER(name, from, to, plain)                                                                                  \
    PN_KERNEL(name) /* x(m,k), order(n):i64 -> y(n,k) */                                                               \
    {                                                                                                                  \
        const int64_t k = d[1], *order = p[1], bytes = k * (int64_t)sizeof(from);                                      \
        if (plain && k > 1 && bytes <= MOST_COPIED) {                                                                  \
            copy_rows(p, bytes, lo, hi);                                                                               \
            return;                                                                                                    \
        }                                                                                                              \
        for (int64_t r = lo; r < hi && k == 1; r++)                                                                    \
            ((to *)p[2])[r] = (to)((const from *)p[0])[order[r]];                                                      \
        for (int64_t r = lo; r < hi && k > 1; r++) {                                                                   \
            const from *restrict x = (const from *)p[0] + order[r] * k;                                                \
            if (k >= WORTH_FETCHING && r + AHEAD < hi)                                                                 \
                fetch((const char *)((const from *)p[0] + order[r + AHEAD] * k), bytes);                               \
            to *restrict y = (to *)p[2] + r * k;                                                                       \
            for (int64_t j = 0; j < k; j++)                                                                            \
                y[j] = (to)x[j];                                                                                       \
        }                                                                                                              \
    }

#define CONVERT(name, from)                                                                                            \
    PN_KERNEL(name) /* x(n,k) -> y(n,k) */                                                                             \
    {                                                                                                                  \
        const from *restrict x = p[0];                                                                                 \
        real *restrict y = p[1];                                                                                       \
        for (int64_t i = lo * d[1]; i < hi * d[1]; i++)                                                                \
            y[i] = (real)x[i];                                                                                         \
    }

GATHER(gather_u8, uint8_t, real, 0)
GATHER(gather_f32, float, real, SINGLES)
GATHER(gather_f64, double, real, DOUBLES)
GATHER(gather_labels, int32_t, int32_t, 1)
CONVERT(convert_u8, uint8_t)
CONVERT(convert_f32, float)
CONVERT(convert_f64, double)

PN_KERNEL(affine) /* x(n,k) -> y(n,k); scale, shift */
{
    const real *restrict x = p[0];
    real *restrict y = p[1];
    const real scale = (real)s[0], shift = (real)s[1];
    for (int64_t i = lo * d[1]; i < hi * d[1]; i++)
        y[i] = scale * x[i] + shift;
}
