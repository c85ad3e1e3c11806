/* Which of some numbers are not 0. */
#ifndef PYNN_NONZERO_H
#define PYNN_NONZERO_H

#include "lanes.h"

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

/* Of up to 64, which are copied, too (where to is not NULL). */
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

#endif
