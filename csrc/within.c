/* Whether numbers are finite and within a limit: one pass over their bits, as fast as memory gives them. */
#include "pynn.h"
#include <stdatomic.h>

/* Bytes: of a block, workers share out many; fetched at once; from there to what is looked at. */
#define BLOCK ((int64_t)1 << 16)
#define AT_ONCE 256
#define AHEAD 4096
/* From so many on it is worth waking workers. */
#define SHARED ((int64_t)1 << 21)

/* Without their signs, numbers stand in the order of their bits, infinite ones and then NaN last. */
#define ALL_WITHIN(name, bits_t, rest)                                                                                 \
    static int name(const bits_t *x, int64_t n, bits_t limit)                                                          \
    {                                                                                                                  \
        const int64_t count = AT_ONCE / sizeof *x;                                                                     \
        bits_t beyond = 0;                                                                                             \
        int64_t i = 0;                                                                                                 \
        for (; i + count <= n; i += count) {                                                                           \
            for (int at = AHEAD; at < AHEAD + AT_ONCE; at += 64)                                                       \
                __builtin_prefetch((const char *)(x + i) + at);                                                        \
            for (int64_t j = i; j < i + count; j++)                                                                    \
                beyond |= (x[j] & (rest)) > limit;                                                                     \
        }                                                                                                              \
        for (; i < n; i++)                                                                                             \
            beyond |= (x[i] & (rest)) > limit;                                                                         \
        return !beyond;                                                                                                \
    }
ALL_WITHIN(all_within_32, int32_t, INT32_MAX)
ALL_WITHIN(all_within_64, int64_t, INT64_MAX)

static int all_within(const void *x, int64_t bytes, const void *limit, int64_t width)
{
    return width == 4 ? all_within_32(x, bytes / 4, *(const int32_t *)limit)
                      : all_within_64(x, bytes / 8, *(const int64_t *)limit);
}

/* Blocks [lo, hi) of x, limit -> ~whether one goes beyond it; bytes, width. */
static void look_at_blocks(void *const *p, const int64_t *d, const double *s, int64_t lo, int64_t hi)
{
    const int64_t first = lo * BLOCK, end = hi * BLOCK < d[0] ? hi * BLOCK : d[0];
    if (!all_within((const char *)p[0] + first, end - first, p[1], d[1]))
        atomic_store((_Atomic int *)p[2], 1);
}

int pn_within(const void *x, int64_t bytes, const void *limit, int64_t width)
{
    if (bytes < SHARED)
        return all_within(x, bytes, limit, width);
    _Atomic int beyond = 0;
    pn_step step = {.run = look_at_blocks,
                    .p = {(void *)x, (void *)limit, (void *)&beyond},
                    .d = {bytes, width},
                    .extent = (bytes + BLOCK - 1) / BLOCK,
                    .when = 1};
    pn_step_run(&step, 0, step.extent, pn_get_workers());
    return !atomic_load(&beyond);
}
