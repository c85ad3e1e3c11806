/* The first few lanes of a vector, for the ends of rows: what lies behind them is neither read nor written. */
#ifndef PYNN_LANES_H
#define PYNN_LANES_H

#include "real.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

/* Whether a store under a mask is one instruction, and a quick one. */
#define PN_MASKS (PN_VECTOR_BYTES == 64)

#if defined(__AVX512F__) && PN_VECTOR_BYTES == 64

#if PN_BITS == 32
typedef __mmask16 lane_mask;
#define PN_MASKED_LOAD _mm512_maskz_loadu_ps
#define PN_MASKED_STORE _mm512_mask_storeu_ps
typedef __m512 native;
#else
typedef __mmask8 lane_mask;
#define PN_MASKED_LOAD _mm512_maskz_loadu_pd
#define PN_MASKED_STORE _mm512_mask_storeu_pd
typedef __m512d native;
#endif

PN_INLINE lane_mask first_lanes(int64_t count)
{
    return (lane_mask)((1u << count) - 1);
}

PN_INLINE vector load_first(const real *x, lane_mask mask)
{
    return (vector)PN_MASKED_LOAD(mask, x);
}

PN_INLINE void store_first(real *x, vector v, lane_mask mask)
{
    PN_MASKED_STORE(x, mask, (native)v);
}

#elif defined(__AVX2__) && PN_VECTOR_BYTES == 32

#if PN_BITS == 32
#define PN_MASKED_LOAD _mm256_maskload_ps
typedef __m256 native;
typedef __m128 native_half;
#define PN_UPPER_HALF(v) _mm256_extractf128_ps(v, 1)
#else
#define PN_MASKED_LOAD _mm256_maskload_pd
typedef __m256d native;
typedef __m128d native_half;
#define PN_UPPER_HALF(v) _mm256_extractf128_pd(v, 1)
#endif

typedef struct {
    __m256i lanes;
    int64_t count;
} lane_mask;

PN_INLINE lane_mask first_lanes(int64_t count)
{
#if PN_BITS == 32
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return (lane_mask){_mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lanes), count};
#else
    return (lane_mask){_mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3)), count};
#endif
}

PN_INLINE vector load_first(const real *x, lane_mask mask)
{
    return (vector)PN_MASKED_LOAD(x, mask.lanes);
}

/* By halves: AMD's processors take twelve cycles for a store under a mask. */
PN_INLINE void store_first(real *x, vector v, lane_mask mask)
{
    if (mask.count == PN_LANES) {
        store(x, v);
        return;
    }
    native_half half;
    memcpy(&half, &v, sizeof(half));
    if (mask.count & PN_LANES / 2) {
        memcpy(x, &half, sizeof(half));
        half = PN_UPPER_HALF((native)v);
        x += PN_LANES / 2;
    }
#if PN_BITS == 32
    if (mask.count & 2) {
        memcpy(x, &half, sizeof(half) / 2);
        half = _mm_movehl_ps(half, half);
        x += 2;
    }
#endif
    if (mask.count & 1)
        memcpy(x, &half, sizeof(real));
}

#else

typedef int64_t lane_mask; /* how many */

PN_INLINE lane_mask first_lanes(int64_t count)
{
    return count;
}

PN_INLINE vector load_first(const real *x, lane_mask count)
{
    real buffer[PN_VECTOR_BYTES / sizeof(real)] = {0};
    memcpy(buffer, x, (size_t)count * sizeof(real));
    return load(buffer);
}

PN_INLINE void store_first(real *x, vector v, lane_mask count)
{
    memcpy(x, &v, (size_t)count * sizeof(real));
}

#endif

#endif
