/* Activations with a corner at 0 or at a threshold: ReLU and its relatives. */
#include "activations.h"

FORWARD(leaky_relu_forward, SCALAR(slope, 0), leaky_relu(x, slope))
BACKWARD(leaky_relu_backward, y, SCALAR(slope, 0), leaky_relu_slope(y, slope) * dy)
/* The sign of y is that of x for a positive slope only. */
BACKWARD(leaky_relu_backward_at, x, SCALAR(slope, 0), leaky_relu_slope(x, slope) * dy)

/* Of ReLU and then dropout, by the output of both. */
BACKWARD(dropped_relu_backward, y, SCALAR(scale, 0), y > 0 ? scale * dy : 0)

FORWARD(elu_forward, SCALAR(alpha, 0) SCALAR(scale, 1), elu(x, alpha, scale))
BACKWARD(elu_backward, y, SCALAR(alpha, 0) SCALAR(scale, 1), elu_slope(y, alpha, scale) * dy)
/* So is it here for a positive alpha. */
BACKWARD(elu_backward_at, x, SCALAR(alpha, 0) SCALAR(scale, 1), scale *(x > 0 ? 1 : alpha * pn_expm1(x) + alpha) * dy)

FORWARD(celu_forward, SCALAR(alpha, 0), (x > 0 ? x : 0) + alpha * pn_expm1((x > 0 ? 0 : x) / alpha))
BACKWARD(celu_backward, y, SCALAR(alpha, 0), y > 0 ? dy : dy * (y / alpha + 1))

FORWARD(relu6_forward, NO_SCALARS, x < 0 ? 0 : (x > 6 ? 6 : x))
BACKWARD(relu6_backward, y, NO_SCALARS, y > 0 && y < 6 ? dy : 0)

FORWARD(threshold_forward, SCALAR(threshold, 0) SCALAR(value, 1), x > threshold ? x : value)
BACKWARD(threshold_backward, x, SCALAR(threshold, 0), x > threshold ? dy : 0)

/* What is above the threshold, before it is clipped; NaN passes where the threshold is 0. */
#define ABOVE (threshold == 0 ? relu(x) : (x > threshold ? x : 0))
/* Infinity and NaN times a slope of 0 must not count. */
#define BELOW (slope == 0 ? 0 : slope * relu(threshold - x))
#define PIECES SCALAR(slope, 0) SCALAR(threshold, 1) SCALAR(low, 2) SCALAR(high, 3)
#define TIE SCALAR(tie, 4)

PN_INLINE real clipped(real x, real low, real high)
{
    const real raised = x < low ? low : x;
    return raised > high ? high : raised;
}

/* 1 between the limits, `tie` on one of them, 0 outside. */
PN_INLINE real clipped_slope(real x, real low, real high, real tie)
{
    const real raised = x < low ? low : x;
    const real at_low = x > low ? 1 : (x == low ? tie : 0);
    const real at_high = raised < high ? 1 : (raised == high ? tie : 0);
    return at_low * at_high;
}

FORWARD(clipped_relu_forward, PIECES, clipped(ABOVE, low, high) - BELOW)
BACKWARD(clipped_relu_backward, x, PIECES TIE,
         ((x > threshold ? clipped_slope(x, low, high, tie) : 0) + (threshold - x > 0 ? slope : 0)) * dy)

/* y = x where x > 0, alpha x elsewhere; alpha has a number for each of a places and b features. */
PN_KERNEL(prelu_forward) /* x(n,a,k,b), alpha(a,b) -> y(n,a,k,b) */
{
    const int64_t a = d[1], k = d[2], b = d[3];
    for (int64_t r = lo * a * k; r < hi * a * k; r++) {
        const real *restrict x = (const real *)p[0] + r * b, *restrict alpha = (const real *)p[1] + r / k % a * b;
        real *restrict y = (real *)p[2] + r * b;
        for (int64_t j = 0; j < b; j++)
            y[j] = x[j] < 0 ? alpha[j] * x[j] : x[j];
    }
}

PN_KERNEL(prelu_backward) /* x(n,a,k,b), alpha(a,b), dy(n,a,k,b) -> dx(n,a,k,b) */
{
    const int64_t a = d[1], k = d[2], b = d[3];
    for (int64_t r = lo * a * k; r < hi * a * k; r++) {
        const real *restrict x = (const real *)p[0] + r * b, *restrict alpha = (const real *)p[1] + r / k % a * b;
        const real *restrict dy = (const real *)p[2] + r * b;
        real *restrict dx = (real *)p[3] + r * b;
        for (int64_t j = 0; j < b; j++)
            dx[j] = x[j] > 0 ? dy[j] : (x[j] < 0 ? alpha[j] * dy[j] : 0);
    }
}

/* Features whose sums are kept on the stack. */
#define BLOCK 64

PN_KERNEL(prelu_backward_alpha) /* x(n,a,k,b), dy(n,a,k,b) -> dalpha(a,b) */
{
    const int64_t n = d[0], a = d[1], k = d[2], b = d[3];
    for (int64_t i = lo; i < hi; i++)
        for (int64_t j0 = 0; j0 < b; j0 += BLOCK) {
            const int64_t width = j0 + BLOCK < b ? BLOCK : b - j0;
            double sum[BLOCK] = {0};
            for (int64_t r = 0; r < n * k; r++) {
                const int64_t at = ((r / k * a + i) * k + r % k) * b + j0;
                const real *restrict x = (const real *)p[0] + at, *restrict dy = (const real *)p[1] + at;
                for (int64_t j = 0; j < width; j++)
                    sum[j] += x[j] < 0 ? (double)x[j] * (double)dy[j] : 0;
            }
            for (int64_t j = 0; j < width; j++)
                ((real *)p[2])[i * b + j0 + j] = (real)sum[j];
        }
}
