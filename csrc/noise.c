/* Random numbers for noise layers; they depend on seed, step and element only.  See pynn/kernels/reference/noise.py. */
#include "philox.h"
#include "vmath.h"

#if PN_BITS == 32
#define SINE_TERMS 5 /* π/4 to the 11th, over 11!: 2e-9 */
#define PN_ROOT sqrtf
#else
#define SINE_TERMS 9 /* π/4 to the 19th, over 19!: 8e-20 */
#define PN_ROOT sqrt
#endif

/* Taylor series of the sine (odd = 1) or cosine (odd = 0) for |x| <= π/4. */
PN_INLINE real series(real x, const int odd)
{
    const real z = -x * x;
    real q = 1;
#pragma GCC unroll 9
    for (int i = SINE_TERMS - odd; i >= 1; i--)
        q = 1 + q * z * (1 / (real)((2 * i + odd) * (2 * i - 1 + odd)));
    return odd ? x * q : q;
}

/* Box & Muller 1958: two words give two independent standard normal numbers. */
PN_INLINE void normals(uint32_t first, uint32_t second, real *a, real *b)
{
    /* 23 bits and a half: exact in float32, never 0 or 1. */
    const real u = ((real)(int32_t)(first >> 9) + (real)0.5) * (real)(1.0 / 8388608);
    const real radius = PN_ROOT(-2 * pn_log(u));
    /* The angle is a quarter turn times `quarter`, and at most an eighth of a turn more or less. */
    const uint32_t quarter = (second + 0x20000000u) >> 30;
    const int32_t rest = (int32_t)(second - (quarter << 30));
    const real angle = (real)rest * (real)(6.28318530717958647693 / 4294967296.0);
    const real sine = series(angle, 1), cosine = series(angle, 0);
    const real along = quarter & 1 ? sine : cosine, across = quarter & 1 ? cosine : sine;
    *a = radius * (quarter == 1 || quarter == 2 ? -along : along);
    *b = radius * (quarter >= 2 ? -across : across);
}

PN_KERNEL(random_normal) /* -> z(n,k); seed_low, seed_high, step, mean, deviation */
{
    real *restrict z = p[0];
    const real mean = (real)s[3], deviation = (real)s[4];
    const int64_t from = lo * d[1], to = hi * d[1];
    philox all;
    philox_of(&all, s);
    for (int64_t block = from >> 2; block << 2 < to; block += PN_BLOCKS) {
        uint32_t word[PN_WORDS];
        real drawn[PN_WORDS];
        philox_words((uint64_t)block, &all, word);
        for (int64_t i = 0; i < PN_WORDS; i += 2)
            normals(word[i], word[i + 1], drawn + i, drawn + i + 1);
        const int64_t start = block << 2, end = start + PN_WORDS < to ? start + PN_WORDS : to;
        for (int64_t e = start > from ? start : from; e < end; e++)
            z[e] = mean + deviation * drawn[e - start];
    }
}

PN_KERNEL(random_keep) /* -> keep(n,k); seed_low, seed_high, step, rate */
{
    real *restrict keep = p[0];
    const uint32_t threshold = (uint32_t)floor(s[3] * 4294967296.0);
    const int64_t from = lo * d[1], to = hi * d[1];
    philox all;
    philox_of(&all, s);
    for (int64_t block = from >> 2; block << 2 < to; block += PN_BLOCKS) {
        uint32_t word[PN_WORDS];
        philox_words((uint64_t)block, &all, word);
        const int64_t start = block << 2, end = start + PN_WORDS < to ? start + PN_WORDS : to;
        for (int64_t e = start > from ? start : from; e < end; e++)
            keep[e] = word[e - start] >= threshold ? 1 : 0;
    }
}

PN_KERNEL(keep_or_replace) /* x(n,k), keep(n,k) -> y(n,k); scale, shift, other */
{
    const real *restrict x = p[0], *restrict keep = p[1];
    real *restrict y = p[2];
    const real scale = (real)s[0], shift = (real)s[1], other = (real)s[2];
    for (int64_t i = lo * d[1]; i < hi * d[1]; i++)
        y[i] = keep[i] > 0 ? scale * x[i] + shift : other;
}
