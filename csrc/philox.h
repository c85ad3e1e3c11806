/* Philox4x32-10: four random words from a counter and a key, no state.
 * Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3". */
#ifndef PYNN_PHILOX_H
#define PYNN_PHILOX_H

#include "real.h"

PN_INLINE void philox(uint64_t block, uint64_t step, uint32_t key_0, uint32_t key_1, uint32_t out[4])
{
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32), c2 = (uint32_t)step, c3 = (uint32_t)(step >> 32);
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = (uint64_t)c0 * 0xD2511F53u, p1 = (uint64_t)c2 * 0xCD9E8D57u;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ key_0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ key_1;
        c3 = (uint32_t)p0;
        key_0 += 0x9E3779B9u; /* Weyl increments: golden ratio and sqrt(3) - 1 */
        key_1 += 0xBB67AE85u;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

#endif
