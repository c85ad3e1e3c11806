/* What the processor can do at most, for comparison. */
#include "registers.h"

/* Independent multiply-adds, as many as a tile keeps in flight, `count` times; returns the operations done. */
double PN_NAME(peak)(int64_t count, real *sink);
double PN_NAME(peak)(int64_t count, real *sink)
{
    vector sum[MR][2], x = splat(*sink);
#pragma GCC unroll 16
    for (int r = 0; r < 2 * MR; r++)
        sum[r / 2][r % 2] = x * (real)r;
    for (int64_t i = 0; i < count; i++)
#pragma GCC unroll 16
        for (int r = 0; r < 2 * MR; r++)
            sum[r / 2][r % 2] = sum[r / 2][r % 2] * x + x;
    for (int r = 1; r < 2 * MR; r++)
        sum[0][0] += sum[r / 2][r % 2];
    *sink = sum[0][0][0];
    return 2.0 * (double)count * 2 * MR * (double)PN_LANES;
}
