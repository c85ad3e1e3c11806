/* Dropout: the mask depends on seed, step and element only, so the backward pass draws it again. */
#include "philox.h"
#include <math.h>

PN_INLINE void keep(const real *restrict x, real *restrict y, const uint32_t *words, uint32_t threshold, real scale,
                    int64_t count)
{
    for (int64_t e = 0; e < count; e++)
        y[e] = words[e] >= threshold ? x[e] * scale : 0;
}

/* y = x / (1 - rate) where the element's word is at least rate * 2^32, else 0; for elements [from, to) of the batch. */
static void mask(const real *x, real *y, const double *s, int64_t from, int64_t to)
{
    const uint32_t threshold = (uint32_t)floor(s[3] * 4294967296.0);
    const real scale = (real)(1 / (1 - s[3]));
    philox all;
    philox_of(&all, s);
    for (int64_t start = from & ~(int64_t)3; start < to; start += PN_WORDS) {
        _Alignas(64) uint32_t words[PN_WORDS];
        philox_words((uint64_t)(start >> 2), &all, words);
        const int64_t first = start > from ? start : from, end = start + PN_WORDS < to ? start + PN_WORDS : to;
        if (end - first == PN_WORDS)
            keep(x + first, y + first, words, threshold, scale, PN_WORDS);
        else
            keep(x + first, y + first, words + (first - start), threshold, scale, end - first);
    }
}

PN_KERNEL(dropout_forward) /* x(n,k) -> y(n,k); seed_low, seed_high, step, rate */
{
    mask(p[0], p[1], s, lo * d[1], hi * d[1]);
}

PN_KERNEL(dropout_backward) /* dy(n,k) -> dx(n,k); seed_low, seed_high, step, rate */
{
    mask(p[0], p[1], s, lo * d[1], hi * d[1]);
}
