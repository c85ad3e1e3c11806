/* The order that numpy.random.permutation draws, and the state that it leaves: Fisher and Yates, from the end, with numbers
 * of the Mersenne twister MT19937 (Matsumoto & Nishimura 1998, "Mersenne Twister: a 623-dimensionally equidistributed
 * uniform pseudo-random number generator") that are cut to as many bits as the largest place has, and drawn again if they
 * are beyond it.  Numbers are made a block at a time and rejected without a branch, which is what NumPy waits for. */
#include "pynn.h"
#include <string.h>

#define WORDS 624
#define SHIFT 397

typedef struct {
    uint32_t key[WORDS];
    int position;
} twister;

/* NumPy's public header numpy/random/bitgen.h, as far as it is read here. */
typedef struct {
    twister *state;
} bit_generator;

static uint32_t twist(uint32_t high, uint32_t low)
{
    const uint32_t y = (high & 0x80000000u) | (low & 0x7fffffffu);
    return (y >> 1) ^ (-(low & 1u) & 0x9908b0dfu);
}

static void next_block(uint32_t *restrict key)
{
    for (int i = 0; i < WORDS - SHIFT; i++)
        key[i] = key[i + SHIFT] ^ twist(key[i], key[i + 1]);
    for (int i = WORDS - SHIFT; i < WORDS - 1; i++)
        key[i] = key[i + SHIFT - WORDS] ^ twist(key[i], key[i + 1]);
    key[WORDS - 1] = key[SHIFT - 1] ^ twist(key[WORDS - 1], key[0]);
}

static void temper(const uint32_t *restrict key, uint32_t *restrict words, int count)
{
    for (int i = 0; i < count; i++) {
        uint32_t y = key[i];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        words[i] = y ^ (y >> 18);
    }
}

/* Places in [0, i] for i = top, top - 1, …, as many as the words give; returns how many, and in `used` the words that they
 * took. */
static int draw_places(const uint32_t *words, int count, uint32_t top, uint32_t *places, int *used)
{
    uint32_t i = top;
    int at = 0;
    while (at < count && i > 0) {
        const uint32_t mask = UINT32_MAX >> __builtin_clz(i), low = mask >> 1, left = (uint32_t)(count - at);
        const int more = (int)(left < i - low ? left : i - low); /* with this mask at least */
        for (int q = 0; q < more; q++) {
            const uint32_t place = words[at + q] & mask;
            places[top - i] = place;
            i -= place <= i;
        }
        at += more;
    }
    *used = at;
    return (int)(top - i);
}

int pn_twister_is(const void *generator, const uint32_t *key, int position)
{
    const twister *const state = ((const bit_generator *)generator)->state;
    return memcmp(state->key, key, sizeof state->key) == 0 && state->position == position;
}

void pn_permute(void *generator, int64_t *order, int64_t n)
{
    twister *const state = ((const bit_generator *)generator)->state;
    uint32_t words[WORDS], places[WORDS];
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    for (int64_t top = n - 1; top > 0;) {
        if (state->position >= WORDS) {
            next_block(state->key);
            state->position = 0;
        }
        const int count = WORDS - state->position;
        int used;
        temper(state->key + state->position, words, count);
        const int drawn = draw_places(words, count, (uint32_t)top, places, &used);
        state->position += used;
        for (int q = 0; q < drawn; q++, top--) {
            const int64_t here = order[top];
            order[top] = order[places[q]];
            order[places[q]] = here;
        }
    }
}
