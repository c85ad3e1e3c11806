/* Which of some numbers are not 0, and a copy of them. */
#ifndef PYNN_NONZERO_H
#define PYNN_NONZERO_H

#include "lanes.h"

/* Numbers that are compared at a time: as many may be written behind those that are found. */
#define BESIDE 8

#if defined(__AVX2__)
/* Which of eight numbers are not 0: a bit for each. */
PN_INLINE unsigned which(const real *a)
{
#if PN_BITS == 32
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(a), _mm256_setzero_ps(), _CMP_NEQ_UQ));
#else
    const __m256d low = _mm256_cmp_pd(_mm256_loadu_pd(a), _mm256_setzero_pd(), _CMP_NEQ_UQ);
    const __m256d high = _mm256_cmp_pd(_mm256_loadu_pd(a + 4), _mm256_setzero_pd(), _CMP_NEQ_UQ);
    return (unsigned)(_mm256_movemask_pd(low) | _mm256_movemask_pd(high) << 4);
#endif
}

PN_INLINE int64_t count_eight(const real *a)
{
    return __builtin_popcount(which(a));
}

/* Of eight numbers from the k-th on, those that are not 0: how many, which, and a copy. */
PN_INLINE int64_t list_eight(const real *a, int64_t k, uint16_t *list, real *copy)
{
    const unsigned found = which(a + k);
    const uint64_t bytes = _pdep_u64(found, UINT64_C(0x0101010101010101)) * 255;
    const __m128i at = _mm_cvtsi64_si128((long long)_pext_u64(UINT64_C(0x0706050403020100), bytes));
    _mm_storeu_si128((__m128i *)list, _mm_add_epi16(_mm_cvtepu8_epi16(at), _mm_set1_epi16((short)k)));
    const int count = __builtin_popcount(found);
#if PN_BITS == 32
    _mm256_storeu_ps(copy, _mm256_permutevar8x32_ps(_mm256_loadu_ps(a + k), _mm256_cvtepu8_epi32(at)));
#else
    for (int q = 0; q < count; q++)
        copy[q] = a[list[q]];
#endif
    return count;
}
#else
PN_INLINE int64_t count_eight(const real *a)
{
    int64_t count = 0;
    for (int64_t q = 0; q < BESIDE; q++)
        count += a[q] != 0;
    return count;
}

PN_INLINE int64_t list_eight(const real *a, int64_t k, uint16_t *list, real *copy)
{
    int64_t count = 0;
    for (int64_t q = k; q < k + BESIDE; q++) {
        list[count] = (uint16_t)q;
        copy[count] = a[q];
        count += a[q] != 0;
    }
    return count;
}
#endif

/* How many of so many numbers are not 0, which, and a copy. */
PN_INLINE int64_t list_row(const real *a, int64_t depth, uint16_t *list, real *copy)
{
    int64_t count = 0, k = 0;
    for (; k + BESIDE <= depth; k += BESIDE)
        count += list_eight(a, k, list + count, copy + count);
    for (; k < depth; k++) {
        list[count] = (uint16_t)k;
        copy[count] = a[k];
        count += a[k] != 0;
    }
    return count;
}

#endif
