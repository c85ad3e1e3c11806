/* Whether numbers are finite and within a limit: one pass over their bits. */
#include "pynn.h"

/* Without their signs, numbers stand in the order of their bits, infinite ones and then NaN last. */
#define ALL_WITHIN(name, bits_t, rest)                                                                                 \
    static int name(const bits_t *x, int64_t n, bits_t limit)                                                          \
    {                                                                                                                  \
        bits_t beyond = 0;                                                                                             \
        for (int64_t i = 0; i < n; i++)                                                                                \
            beyond |= (x[i] & (rest)) > limit;                                                                         \
        return !beyond;                                                                                                \
    }
ALL_WITHIN(all_within_32, int32_t, INT32_MAX)
ALL_WITHIN(all_within_64, int64_t, INT64_MAX)

int pn_within(const void *x, int64_t bytes, const void *limit, int64_t width)
{
    return width == 4 ? all_within_32(x, bytes / 4, *(const int32_t *)limit)
                      : all_within_64(x, bytes / 8, *(const int64_t *)limit);
}
