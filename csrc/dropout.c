/* Dropout: the mask depends on seed, step and element only, so the backward pass draws it again. */
#include "philox.h"
#include <math.h>

/* Blocks of four words drawn at a time: enough for the loop over them to fill vectors. */
#define BLOCKS 16

/* y = x / (1 - rate) where the element's word is at least rate * 2^32, else 0; for elements [from, to) of the batch. */
static void mask(const real *restrict x, real *restrict y, const double *s, int64_t from, int64_t to)
{
    const uint32_t key_0 = (uint32_t)s[0], key_1 = (uint32_t)s[1];
    const uint64_t step = (uint64_t)s[2];
    const uint32_t threshold = (uint32_t)floor(s[3] * 4294967296.0);
    const real scale = (real)(1 / (1 - s[3]));
    for (int64_t first = from >> 2; first << 2 < to; first += BLOCKS) {
        uint32_t word[4 * BLOCKS];
        for (int64_t i = 0; i < BLOCKS; i++)
            philox((uint64_t)(first + i), step, key_0, key_1, word + 4 * i);
        const int64_t start = first << 2, end = start + 4 * BLOCKS < to ? start + 4 * BLOCKS : to;
        for (int64_t e = start > from ? start : from; e < end; e++)
            y[e] = word[e - start] >= threshold ? x[e] * scale : 0;
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
