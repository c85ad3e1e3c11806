/* Which of some numbers are not 0. */
#ifndef PYNN_NONZERO_H
#define PYNN_NONZERO_H

#include "lanes.h"

/* Places where numbers are looked at, before it is asked of all of them. */
#define SAMPLES 16

/* Of eight numbers: a bit for each. */
PN_INLINE unsigned nonzero_8(const real *a)
{
#if !defined(__AVX2__)
    unsigned found = 0;
    for (int q = 0; q < 8; q++)
        found |= (unsigned)(a[q] != 0) << q;
    return found;
#elif PN_BITS == 32
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(a), _mm256_setzero_ps(), _CMP_NEQ_UQ));
#else
    const __m256d low = _mm256_cmp_pd(_mm256_loadu_pd(a), _mm256_setzero_pd(), _CMP_NEQ_UQ);
    const __m256d high = _mm256_cmp_pd(_mm256_loadu_pd(a + 4), _mm256_setzero_pd(), _CMP_NEQ_UQ);
    return (unsigned)(_mm256_movemask_pd(low) | _mm256_movemask_pd(high) << 4);
#endif
}

/* Of up to 64, which are copied to `to`, unless it is NULL. */
PN_INLINE uint64_t nonzero(const real *a, int64_t count, real *to)
{
    uint64_t found = 0;
    int64_t k = 0;
    for (; k + 8 <= count; k += 8) {
        found |= (uint64_t)nonzero_8(a + k) << k;
        if (to != NULL)
            memcpy(to + k, a + k, 8 * sizeof(real));
    }
    for (; k < count; k++) {
        found |= (uint64_t)(a[k] != 0) << k;
        if (to != NULL)
            to[k] = a[k];
    }
    return found;
}

/* Whether two of five elements seem to be 0. */
PN_INLINE int is_sparse(const real *a, int64_t a_row, int64_t a_col, int64_t rows, int64_t depth)
{
    const int64_t beside = a_col == 1 ? depth : rows, below = a_col == 1 ? rows : depth;
    const int64_t apart = a_col == 1 ? a_row : a_col;
    int64_t zeros = 0;
    if (beside < 8)
        return 0;
    for (int64_t look = 0; look < SAMPLES && (look < SAMPLES / 4 || zeros > 0); look++) {
        const int64_t over = look * 7 % SAMPLES * (beside - 8) / (SAMPLES - 1);
        zeros += 8 - __builtin_popcount(nonzero_8(a + (2 * look + 1) * below / (2 * SAMPLES) * apart + over));
    }
    return 5 * zeros >= 2 * SAMPLES * 8;
}

#endif
