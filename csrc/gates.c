/* Activations that multiply x with a gate between 0 and 1. */
#include "elementwise.h"
#include "normal.h"

FORWARD(silu_forward, NO_SCALARS, pn_sigmoid(x) * x)

PN_INLINE real silu_slope(real x)
{
    const real gate = pn_sigmoid(x);
    return gate + x * gate * (1 - gate);
}

BACKWARD(silu_backward, x, NO_SCALARS, silu_slope(x) * dy)

PN_INLINE real hard_gate(real x)
{
    const real raised = x + 3 < 0 ? 0 : x + 3;
    return (raised > 6 ? 6 : raised) / 6;
}

FORWARD(hard_silu_forward, NO_SCALARS, hard_gate(x) * x)
BACKWARD(hard_silu_backward, x, NO_SCALARS, (hard_gate(x) + (x + 3 > 0 && x + 3 < 6 ? x / 6 : 0)) * dy)

/* tanh(ln(1 + e^x)) = ((1 + e^x)² - 1) / ((1 + e^x)² + 1): with v = e^-|x| both parts are polynomials that neither
 * overflow nor cancel, v² + 2 v over itself + 2 below 0, 1 + 2 v over itself + 2 v² above.  Only factors are chosen, no
 * sums: compilers would contract a chosen sum in one loop and not in another, and the last bit would depend on where a
 * range is cut. */
PN_INLINE real mish_gate(real x, real *slope)
{
    const real v = pn_exp(x < 0 ? x : -x);
    const real p = x < 0 ? v : 1, q = x < 0 ? 1 : v;
    const real above = 2 * v + p * p;
    const real rest = 2 * (q * q);
    const real below = above + rest;
    *slope = rest * (above + below) / (below * below); /* 1 - gate² */
    return above / below;
}

PN_INLINE real mish(real x)
{
    real slope;
    return x * mish_gate(x, &slope);
}

PN_INLINE real mish_slope(real x)
{
    real slope;
    const real gate = mish_gate(x, &slope);
    return gate + x * slope * pn_sigmoid(x);
}

FORWARD(mish_forward, NO_SCALARS, mish(x))
BACKWARD(mish_backward, x, NO_SCALARS, mish_slope(x) * dy)

PN_INLINE real gelu(real x)
{
    real density;
    const real tail = normal_tail(x, &density);
    return x * (x > 0 ? 1 - tail : tail);
}

PN_INLINE real gelu_slope(real x)
{
    real density;
    const real tail = normal_tail(x, &density);
    return (x > 0 ? 1 - tail : tail) + x * density;
}

FORWARD(gelu_forward, NO_SCALARS, gelu(x))
BACKWARD(gelu_backward, x, NO_SCALARS, gelu_slope(x) * dy)

#define SQRT_2_PI ((real)0.79788456080286535588) /* sqrt(2 / pi) */
#define CUBIC ((real)0.044715)

PN_INLINE real gelu_tanh(real x)
{
    return x * ((real)0.5 * (1 + pn_tanh(SQRT_2_PI * (x + CUBIC * (x * x * x)))));
}

PN_INLINE real gelu_tanh_slope(real x)
{
    const real t = pn_tanh(SQRT_2_PI * (x + CUBIC * (x * x * x)));
    const real inner = SQRT_2_PI * (1 + 3 * CUBIC * (x * x));
    return (real)0.5 * (1 + t) + x * ((real)0.5 * (1 - t * t) * inner);
}

FORWARD(gelu_tanh_forward, NO_SCALARS, gelu_tanh(x))
BACKWARD(gelu_tanh_backward, x, NO_SCALARS, gelu_tanh_slope(x) * dy)

/* The first half of each row times the gate that the second half opens. */
PN_KERNEL(glu_forward) /* x(n,2,k) -> y(n,k) */
{
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + 2 * r * k, *restrict gate = x + k;
        real *restrict y = (real *)p[1] + r * k;
        for (int64_t j = 0; j < k; j++)
            y[j] = x[j] * pn_sigmoid(gate[j]);
    }
}

PN_KERNEL(glu_backward) /* x(n,2,k), dy(n,k) -> dx(n,2,k) */
{
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + 2 * r * k, *restrict gate = x + k;
        const real *restrict dy = (const real *)p[1] + r * k;
        real *restrict dx = (real *)p[2] + 2 * r * k, *restrict dgate = dx + k;
        for (int64_t j = 0; j < k; j++) {
            const real open = pn_sigmoid(gate[j]);
            dx[j] = dy[j] * open;
            dgate[j] = dy[j] * x[j] * (open * (1 - open));
        }
    }
}
