/* Philox4x32-10: four random words from a counter and a key, no state.
 * Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3". */
#ifndef PYNN_PHILOX_H
#define PYNN_PHILOX_H

#include "lanes.h"

#define PN_FACTOR_0 0xD2511F53u
#define PN_FACTOR_1 0xCD9E8D57u
#define PN_WEYL_0 0x9E3779B9u /* golden ratio */
#define PN_WEYL_1 0xBB67AE85u /* sqrt(3) - 1 */

/* Blocks of four words drawn at a time. */
#define PN_BLOCKS 16
#define PN_WORDS (4 * PN_BLOCKS)

/* The instruction `name` on vectors of 64-bit lanes. */
#if defined(__AVX512F__) && PN_VECTOR_BYTES == 64
#define PN_WIDELY(name, x, y) (wide) _mm512_##name((__m512i)(x), (__m512i)(y))
#elif defined(__AVX2__) && PN_VECTOR_BYTES == 32
#define PN_WIDELY(name, x, y) (wide) _mm256_##name((__m256i)(x), (__m256i)(y))
#elif defined(__SSE2__)
#include <emmintrin.h>
#define PN_WIDELY(name, x, y) (wide) _mm_##name((__m128i)(x), (__m128i)(y))
#endif

#ifdef PN_WIDELY

typedef uint64_t wide __attribute__((vector_size(PN_VECTOR_BYTES)));
#define PN_WIDE ((int64_t)(PN_VECTOR_BYTES / 8))

/* What all counters of a step have in common: its halves, and the keys of each round. */
typedef struct {
    wide step_low, step_high, key_0[10], key_1[10];
} philox;

PN_INLINE void philox_begin(philox *all, uint64_t step, uint32_t key_0, uint32_t key_1)
{
    const wide zero = {0};
    all->step_low = zero + step, all->step_high = zero + (step >> 32);
    for (int round = 0; round < 10; round++, key_0 += PN_WEYL_0, key_1 += PN_WEYL_1)
        all->key_0[round] = zero + key_0, all->key_1[round] = zero + key_1;
}

/* The words of two vectors of blocks, a counter a lane: a round waits for its products, and two of them share that time.  A
 * word is the lower half of its lane: the product reads no more of it, so what stands above does not matter.  Even lanes
 * hold the first half of the blocks and odd lanes the second: that is how the words come out in order. */
PN_INLINE void philox_pair(const wide *block, const philox *all, uint32_t *words)
{
    const wide zero = {0}, low = zero + UINT32_MAX, factor_0 = zero + PN_FACTOR_0, factor_1 = zero + PN_FACTOR_1;
    wide c0[2], c1[2], c2[2], c3[2];
#pragma GCC unroll 2
    for (int q = 0; q < 2; q++)
        c0[q] = block[q], c1[q] = block[q] >> 32, c2[q] = all->step_low, c3[q] = all->step_high;
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++)
#pragma GCC unroll 2
        for (int q = 0; q < 2; q++) {
            const wide p0 = PN_WIDELY(mul_epu32, c0[q], factor_0), p1 = PN_WIDELY(mul_epu32, c2[q], factor_1);
            c0[q] = (p1 >> 32) ^ c1[q] ^ all->key_0[round];
            c1[q] = p1;
            c2[q] = (p0 >> 32) ^ c3[q] ^ all->key_1[round];
            c3[q] = p0;
        }
#pragma GCC unroll 2
    for (int q = 0; q < 2; q++, words += 4 * PN_WIDE) {
        const wide first = (c0[q] & low) | c1[q] << 32, second = (c2[q] & low) | c3[q] << 32;
        const wide even = PN_WIDELY(unpacklo_epi64, first, second), odd = PN_WIDELY(unpackhi_epi64, first, second);
        memcpy(words, &even, sizeof even);
        memcpy(words + 2 * PN_WIDE, &odd, sizeof odd);
    }
}

/* The words of PN_BLOCKS blocks from `first` on. */
static void philox_words(uint64_t first, const philox *all, uint32_t *words)
{
    wide lane;
    for (int64_t i = 0; i < PN_WIDE; i++)
        lane[i] = (uint64_t)(i / 2 + i % 2 * (PN_WIDE / 2));
    for (int64_t done = 0; done < PN_BLOCKS; done += 2 * PN_WIDE) {
        const uint64_t at = first + (uint64_t)done;
        const wide block[2] = {lane + at, lane + (at + (uint64_t)PN_WIDE)};
        philox_pair(block, all, words + 4 * done);
    }
}

#else

typedef struct {
    uint64_t step;
    uint32_t key_0, key_1;
} philox;

PN_INLINE void philox_begin(philox *all, uint64_t step, uint32_t key_0, uint32_t key_1)
{
    all->step = step, all->key_0 = key_0, all->key_1 = key_1;
}

PN_INLINE void philox_block(uint64_t block, const philox *all, uint32_t out[4])
{
    uint32_t key_0 = all->key_0, key_1 = all->key_1;
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32), c2 = (uint32_t)all->step,
             c3 = (uint32_t)(all->step >> 32);
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = (uint64_t)c0 * PN_FACTOR_0, p1 = (uint64_t)c2 * PN_FACTOR_1;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ key_0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ key_1;
        c3 = (uint32_t)p0;
        key_0 += PN_WEYL_0;
        key_1 += PN_WEYL_1;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

static void philox_words(uint64_t first, const philox *all, uint32_t *words)
{
    for (uint64_t i = 0; i < PN_BLOCKS; i++)
        philox_block(first + i, all, words + 4 * i);
}

#endif

/* The words that a kernel draws: s begins with seed_low, seed_high, step. */
PN_INLINE void philox_of(philox *all, const double *s)
{
    philox_begin(all, (uint64_t)s[2], (uint32_t)s[0], (uint32_t)s[1]);
}

#endif
