/* Constraints: what becomes of weights after an update.  Formulas: pynn/kernels/reference/constraints.py. */
#include "real.h"
#include <math.h>

PN_KERNEL(non_negative) /* -> ~w(k) */
{
    real *restrict w = p[0];
    for (int64_t i = lo; i < hi; i++)
        w[i] = w[i] < 0 ? 0 : w[i];
}

/* Columns whose norms are summed at once: 64 x 8 B, and w is read in runs of 256 B. */
#define COLUMNS 64

PN_KERNEL(norm_range) /* -> ~w(a,m,b); low, high, rate, epsilon */
{
    const int64_t m = d[1], b = d[2];
    for (int64_t r = lo; r < hi; r++)
        for (int64_t j0 = 0; j0 < b; j0 += COLUMNS) {
            const int64_t width = b - j0 < COLUMNS ? b - j0 : COLUMNS;
            real *w = (real *)p[0] + r * m * b + j0;
            double square[COLUMNS] = {0};
            real scale[COLUMNS];
            for (int64_t i = 0; i < m; i++)
                for (int64_t j = 0; j < width; j++)
                    square[j] += (double)w[i * b + j] * (double)w[i * b + j];
            for (int64_t j = 0; j < width; j++) {
                const double norm = sqrt(square[j]), above = norm < s[0] ? s[0] : norm;
                const double kept = above > s[1] ? s[1] : above;
                scale[j] = (real)((s[2] * kept + (1 - s[2]) * norm) / (s[3] + norm));
            }
            for (int64_t i = 0; i < m; i++)
                for (int64_t j = 0; j < width; j++)
                    w[i * b + j] *= scale[j];
        }
}
