/* Normalization over the batch and over each row.  Formulas and sources: pynn/kernels/reference/norm.py. */
#include "sums.h"
#include <math.h>

PN_KERNEL(moments) /* x(n,k) -> mean(k), variance(k) */
{
    const int64_t n = d[0], k = d[1];
    for (int64_t first = lo; first < hi; first += PN_BLOCK) {
        const real *restrict x = (const real *)p[0] + first;
        double mean[PN_BLOCK], spread[PN_BLOCK] = {0};
        const int64_t width = hi - first < PN_BLOCK ? hi - first : PN_BLOCK;
        column_sums(x, n, k, width, mean);
        for (int64_t j = 0; j < width; j++)
            mean[j] /= (double)n;
        for (int64_t r = 0; r < n; r++)
            for (int64_t j = 0; j < width; j++)
                spread[j] += ((double)x[r * k + j] - mean[j]) * ((double)x[r * k + j] - mean[j]);
        for (int64_t j = 0; j < width; j++) {
            ((real *)p[1])[first + j] = (real)mean[j];
            ((real *)p[2])[first + j] = (real)(spread[j] / (double)n);
        }
    }
}

PN_KERNEL(inverse_deviation) /* variance(k) -> inverse(k); epsilon, smallest */
{
    const real *restrict variance = p[0];
    real *restrict inverse = p[1];
    for (int64_t j = lo; j < hi; j++) {
        const double deviation = sqrt((double)variance[j] + s[0]);
        inverse[j] = (real)(1 / (deviation < s[1] ? s[1] : deviation));
    }
}

PN_KERNEL(deviation) /* variance(k) -> deviation(k); epsilon, smallest */
{
    const real *restrict variance = p[0];
    real *restrict result = p[1];
    for (int64_t j = lo; j < hi; j++) {
        const double root = sqrt((double)variance[j] + s[0]);
        result[j] = (real)(root < s[1] ? s[1] : root);
    }
}

PN_KERNEL(scale_shift) /* x(n,k), center(k), scale(k), shift(k) -> y(n,k) */
{
    const real *restrict center = p[1], *restrict scale = p[2], *restrict shift = p[3];
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k;
        real *restrict y = (real *)p[4] + r * k;
        for (int64_t j = 0; j < k; j++)
            y[j] = (x[j] - center[j]) * scale[j] + shift[j];
    }
}

PN_KERNEL(batch_norm_backward_weights) /* x(n,k), mean(k), inverse(k), dy(n,k) -> dgamma(k), dbeta(k) */
{
    const int64_t n = d[0], k = d[1];
    const real *restrict mean = p[1], *restrict inverse = p[2];
    for (int64_t first = lo; first < hi; first += PN_BLOCK) {
        const real *restrict x = (const real *)p[0] + first, *restrict dy = (const real *)p[3] + first;
        double along[PN_BLOCK] = {0}, sum[PN_BLOCK];
        const int64_t width = hi - first < PN_BLOCK ? hi - first : PN_BLOCK;
        column_sums(dy, n, k, width, sum);
        for (int64_t r = 0; r < n; r++)
            for (int64_t j = 0; j < width; j++)
                along[j] += (double)dy[r * k + j] * ((double)x[r * k + j] - (double)mean[first + j]);
        for (int64_t j = 0; j < width; j++) {
            ((real *)p[4])[first + j] = (real)(along[j] * (double)inverse[first + j]);
            ((real *)p[5])[first + j] = (real)sum[j];
        }
    }
}

/* x(n,k), dy(n,k), mean(k), inverse(k), gamma(k), dgamma(k), dbeta(k) -> dx(n,k) */
PN_KERNEL(batch_norm_backward_input)
{
    const real *restrict mean = p[2], *restrict inverse = p[3], *restrict gamma = p[4];
    const real *restrict dgamma = p[5], *restrict dbeta = p[6];
    const int64_t k = d[1];
    const real each = (real)(1 / (double)d[0]);
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k, *restrict dy = (const real *)p[1] + r * k;
        real *restrict dx = (real *)p[7] + r * k;
        for (int64_t j = 0; j < k; j++) {
            const real unit = (x[j] - mean[j]) * inverse[j];
            dx[j] = gamma[j] * inverse[j] * (dy[j] - each * (dbeta[j] + unit * dgamma[j]));
        }
    }
}

PN_SUM_OVER_ROW(row_total, (const real *restrict x, int64_t k), (double)x[j])
PN_SUM_OVER_ROW(row_spread, (const real *restrict x, double at, int64_t k), ((double)x[j] - at) * ((double)x[j] - at))
PN_SUM_OVER_ROW(row_product, (const real *restrict a, const real *restrict b, int64_t k), (double)a[j] * (double)b[j])
PN_SUM_OVER_ROW(row_product_of_three,
                (const real *restrict a, const real *restrict b, const real *restrict x, double at, int64_t k),
                (double)a[j] * (double)b[j] * ((double)x[j] - at))

/* x(n,k), gamma(k), beta(k) -> y(n,k), mean(n), inverse(n); epsilon, subtracts, centered */
PN_KERNEL(layer_norm_forward)
{
    const real *restrict gamma = p[1], *restrict beta = p[2];
    real *mean = p[4], *inverse = p[5];
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k;
        real *restrict y = (real *)p[3] + r * k;
        const double average = row_total(x, k) / (double)k;
        const double variance = row_spread(x, s[2] != 0 ? average : 0, k) / (double)k;
        const real at = s[1] != 0 ? (real)average : 0, scale = (real)(1 / sqrt(variance + s[0]));
        mean[r] = (real)average;
        inverse[r] = scale;
        for (int64_t j = 0; j < k; j++)
            y[j] = (x[j] - at) * scale * gamma[j] + beta[j];
    }
}

/* x(n,k), dy(n,k), gamma(k), mean(n), inverse(n) -> dx(n,k); subtracts, centered */
PN_KERNEL(layer_norm_backward_input)
{
    const real *restrict gamma = p[2], *mean = p[3], *inverse = p[4];
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k, *restrict dy = (const real *)p[1] + r * k;
        real *restrict dx = (real *)p[5] + r * k;
        const real at = s[0] != 0 ? mean[r] : 0, about = s[1] != 0 ? mean[r] : 0, scale = inverse[r];
        const real level = s[0] != 0 ? (real)(row_product(gamma, dy, k) / (double)k) : 0;
        const double along = row_product_of_three(gamma, dy, x, (double)at, k) / (double)k;
        const real slope = (real)(along * (double)scale * (double)scale);
        for (int64_t j = 0; j < k; j++)
            dx[j] = scale * (gamma[j] * dy[j] - level - (x[j] - about) * slope);
    }
}

PN_KERNEL(layer_norm_backward_weights) /* x(n,k), dy(n,k), mean(n), inverse(n) -> dgamma(k), dbeta(k); subtracts */
{
    const real *restrict mean = p[2], *restrict inverse = p[3];
    const int64_t n = d[0], k = d[1];
    for (int64_t first = lo; first < hi; first += PN_BLOCK) {
        const real *restrict x = (const real *)p[0] + first, *restrict dy = (const real *)p[1] + first;
        double along[PN_BLOCK] = {0}, sum[PN_BLOCK];
        const int64_t width = hi - first < PN_BLOCK ? hi - first : PN_BLOCK;
        column_sums(dy, n, k, width, sum);
        for (int64_t r = 0; r < n; r++) {
            const double at = s[0] != 0 ? (double)mean[r] : 0, scale = (double)inverse[r];
            for (int64_t j = 0; j < width; j++)
                along[j] += (double)dy[r * k + j] * ((double)x[r * k + j] - at) * scale;
        }
        for (int64_t j = 0; j < width; j++) {
            ((real *)p[4])[first + j] = (real)along[j];
            ((real *)p[5])[first + j] = (real)sum[j];
        }
    }
}

PN_KERNEL(unit_forward) /* x(n,k) -> y(n,k), squares(n); epsilon */
{
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k;
        real *restrict y = (real *)p[1] + r * k;
        const double sum = row_product(x, x, k);
        const real scale = (real)(1 / sqrt(sum > s[0] ? sum : s[0]));
        ((real *)p[2])[r] = (real)sum;
        for (int64_t j = 0; j < k; j++)
            y[j] = x[j] * scale;
    }
}

PN_KERNEL(unit_backward) /* y(n,k), squares(n), dy(n,k) -> dx(n,k); epsilon */
{
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict dy = (const real *)p[2] + r * k;
        real *restrict dx = (real *)p[3] + r * k;
        const double sum = (double)((const real *)p[1])[r];
        const real scale = (real)(1 / sqrt(sum > s[0] ? sum : s[0]));
        const real along = sum > s[0] ? (real)row_product(y, dy, k) : 0;
        for (int64_t j = 0; j < k; j++)
            dx[j] = scale * (dy[j] - y[j] * along);
    }
}
