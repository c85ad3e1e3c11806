/* Optimizer updates on one run of elements.  `state` is w and what the optimizer keeps beside it, from element `at` on;
 * g is the gradient of those `count` elements.  Formulas and sources: pynn/kernels/reference/optimizers.py. */
#ifndef PYNN_OPTIMIZERS_H
#define PYNN_OPTIMIZERS_H

#include "roots.h"

#if PN_BITS == 32
#define PN_SQRT sqrtf
#define PN_POW powf
#else
#define PN_SQRT sqrt
#define PN_POW pow
#endif

/* `body` for each vector of the span, and for what is left as a vector with some lanes masked out: an element gets the same
 * bits wherever a span begins. */
#define EACH_VECTOR(...)                                                                                               \
    {                                                                                                                  \
        int64_t i = 0;                                                                                                 \
        const lane_mask rest_of_lanes = first_lanes(count % PN_LANES);                                                 \
        for (; i + PN_LANES <= count; i += PN_LANES) {                                                                 \
            const int whole = 1;                                                                                       \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
        if (i < count) {                                                                                               \
            const int whole = 0;                                                                                       \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
    }
#define GET(x) (whole ? load((x) + i) : load_first((x) + i, rest_of_lanes))
#define PUT(x, value)                                                                                                  \
    if (whole)                                                                                                         \
        store((x) + i, value);                                                                                         \
    else                                                                                                               \
        store_first((x) + i, value, rest_of_lanes)

#define SPAN void *const *state, int64_t at, const real *restrict g, int64_t count, const double *s

PN_INLINE void sgd(SPAN)
{
    real *restrict w = (real *)state[0] + at;
    const real lr = (real)s[0];
    for (int64_t i = 0; i < count; i++)
        w[i] -= lr * g[i];
}

PN_INLINE void momentum(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at;
    const real lr = (real)s[0], mu = (real)s[1];
    const int nesterov = s[2] != 0;
    for (int64_t i = 0; i < count; i++) {
        const real step = lr * g[i], v = mu * m[i] - step;
        m[i] = v;
        w[i] += nesterov ? mu * v - step : v;
    }
}

/* This one and l2_adam take the gradient g + l2 w. */
PN_INLINE void l2_momentum(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at;
    const real lr = (real)s[0], mu = (real)s[1], l2 = (real)s[3];
    const int nesterov = s[2] != 0;
    for (int64_t i = 0; i < count; i++) {
        const real step = lr * (g[i] + l2 * w[i]), v = mu * m[i] - step;
        m[i] = v;
        w[i] += nesterov ? mu * v - step : v;
    }
}

PN_INLINE void l2_adam(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at, *restrict v = (real *)state[2] + at;
    const real alpha = (real)s[0], rest_1 = (real)(1 - s[1]), rest_2 = (real)(1 - s[2]), epsilon = (real)s[3];
    const real l2 = (real)s[4];
    EACH_VECTOR(const vector w_before = GET(w), slope = GET(g) + l2 * w_before, m_before = GET(m), v_before = GET(v);
                const vector m_now = m_before + rest_1 * (slope - m_before);
                const vector v_now = v_before + rest_2 * (slope * slope - v_before); PUT(m, m_now); PUT(v, v_now);
                PUT(w, w_before - quotients(alpha * m_now, roots(v_now) + epsilon));)
}

PN_INLINE void rmsprop(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict v = (real *)state[1] + at;
    const real lr = (real)s[0], rho = (real)s[1], epsilon = (real)s[2], rest = (real)(1 - s[1]);
    EACH_VECTOR(const vector slope = GET(g), v_now = rho * GET(v) + rest * (slope * slope); PUT(v, v_now);
                PUT(w, GET(w) - over_roots(lr * slope, v_now + epsilon));)
}

PN_INLINE void rmsprop_momentum(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict v = (real *)state[1] + at, *restrict m = (real *)state[2] + at;
    const real lr = (real)s[0], rho = (real)s[1], epsilon = (real)s[2], mu = (real)s[3], rest = (real)(1 - s[1]);
    EACH_VECTOR(const vector slope = GET(g), v_now = rho * GET(v) + rest * (slope * slope); PUT(v, v_now);
                const vector step = mu * GET(m) + over_roots(lr * slope, v_now + epsilon); PUT(m, step);
                PUT(w, GET(w) - step);)
}

PN_INLINE void rmsprop_centered(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict v = (real *)state[1] + at, *restrict a = (real *)state[2] + at;
    const real lr = (real)s[0], rho = (real)s[1], epsilon = (real)s[2], rest = (real)(1 - s[1]);
    EACH_VECTOR(const vector slope = GET(g), v_now = rho * GET(v) + rest * (slope * slope); PUT(v, v_now);
                const vector a_now = rho * GET(a) + rest * slope; PUT(a, a_now);
                PUT(w, GET(w) - over_roots(lr * slope, v_now - a_now * a_now + epsilon));)
}

PN_INLINE void rmsprop_centered_momentum(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict v = (real *)state[1] + at;
    real *restrict a = (real *)state[2] + at, *restrict m = (real *)state[3] + at;
    const real lr = (real)s[0], rho = (real)s[1], epsilon = (real)s[2], mu = (real)s[3], rest = (real)(1 - s[1]);
    EACH_VECTOR(const vector slope = GET(g), v_now = rho * GET(v) + rest * (slope * slope); PUT(v, v_now);
                const vector a_now = rho * GET(a) + rest * slope; PUT(a, a_now);
                const vector step = mu * GET(m) + over_roots(lr * slope, v_now - a_now * a_now + epsilon); PUT(m, step);
                PUT(w, GET(w) - step);)
}

PN_INLINE void adam(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at, *restrict v = (real *)state[2] + at;
    const real alpha = (real)s[0], rest_1 = (real)(1 - s[1]), rest_2 = (real)(1 - s[2]), epsilon = (real)s[3];
    EACH_VECTOR(const vector slope = GET(g), m_before = GET(m), v_before = GET(v);
                const vector m_now = m_before + rest_1 * (slope - m_before);
                const vector v_now = v_before + rest_2 * (slope * slope - v_before); PUT(m, m_now); PUT(v, v_now);
                PUT(w, GET(w) - quotients(alpha * m_now, roots(v_now) + epsilon));)
}

PN_INLINE void amsgrad(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at;
    real *restrict v = (real *)state[2] + at, *restrict u = (real *)state[3] + at;
    const real alpha = (real)s[0], rest_1 = (real)(1 - s[1]), rest_2 = (real)(1 - s[2]), epsilon = (real)s[3];
    EACH_VECTOR(const vector slope = GET(g), m_before = GET(m), v_before = GET(v);
                const vector m_now = m_before + rest_1 * (slope - m_before);
                const vector v_now = v_before + rest_2 * (slope * slope - v_before); PUT(m, m_now); PUT(v, v_now);
                const vector u_now = larger(GET(u), v_now); PUT(u, u_now);
                PUT(w, GET(w) - quotients(alpha * m_now, roots(u_now) + epsilon));)
}

PN_INLINE void adamw(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at, *restrict v = (real *)state[2] + at;
    const real alpha = (real)s[0], rest_1 = (real)(1 - s[1]), rest_2 = (real)(1 - s[2]), epsilon = (real)s[3];
    const real shrink = (real)s[4];
    EACH_VECTOR(const vector slope = GET(g), m_before = GET(m), v_before = GET(v);
                const vector m_now = m_before + rest_1 * (slope - m_before);
                const vector v_now = v_before + rest_2 * (slope * slope - v_before); PUT(m, m_now); PUT(v, v_now);
                const vector w_before = GET(w), shrunk = w_before - shrink * w_before;
                PUT(w, shrunk - quotients(alpha * m_now, roots(v_now) + epsilon));)
}

PN_INLINE void adamax(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at, *restrict u = (real *)state[2] + at;
    const real alpha = (real)s[0], rest_1 = (real)(1 - s[1]), beta_2 = (real)s[2], epsilon = (real)s[3];
    for (int64_t i = 0; i < count; i++) {
        const real kept = beta_2 * u[i], size = PN_ABS(g[i]);
        m[i] += rest_1 * (g[i] - m[i]);
        u[i] = kept > size ? kept : size;
        w[i] -= alpha * m[i] / (u[i] + epsilon);
    }
}

PN_INLINE void nadam(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at, *restrict v = (real *)state[2] + at;
    const real of_m = (real)s[0], of_g = (real)s[1], correction = (real)s[2];
    const real rest_1 = (real)(1 - s[3]), rest_2 = (real)(1 - s[4]), epsilon = (real)s[5];
    EACH_VECTOR(const vector slope = GET(g), m_before = GET(m), v_before = GET(v);
                const vector m_now = m_before + rest_1 * (slope - m_before);
                const vector v_now = v_before + rest_2 * (slope * slope - v_before); PUT(m, m_now); PUT(v, v_now);
                PUT(w, GET(w) - quotients(of_m * m_now + of_g * slope, roots(correction * v_now) + epsilon));)
}

PN_INLINE void adagrad(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict a = (real *)state[1] + at;
    const real lr = (real)s[0], epsilon = (real)s[1];
    EACH_VECTOR(const vector slope = GET(g), a_now = GET(a) + slope * slope; PUT(a, a_now);
                PUT(w, GET(w) - over_roots(lr * slope, a_now + epsilon));)
}

PN_INLINE void adadelta(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict a = (real *)state[1] + at, *restrict e = (real *)state[2] + at;
    const real lr = (real)s[0], rho = (real)s[1], rest = (real)(1 - s[1]), epsilon = (real)s[2];
    EACH_VECTOR(const vector slope = GET(g), a_now = rho * GET(a) + rest * (slope * slope), e_before = GET(e);
                const vector step = over_roots(roots(e_before + epsilon) * slope, a_now + epsilon); PUT(a, a_now);
                PUT(e, rho * e_before + rest * (step * step)); PUT(w, GET(w) - lr * step);)
}

PN_INLINE void lion(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at;
    const real lr = (real)s[0], beta_1 = (real)s[1], rest_1 = (real)(1 - s[1]);
    const real beta_2 = (real)s[2], rest_2 = (real)(1 - s[2]);
    for (int64_t i = 0; i < count; i++) {
        const real c = beta_1 * m[i] + rest_1 * g[i];
        w[i] -= c > 0 ? lr : c < 0 ? -lr : 0;
        m[i] = beta_2 * m[i] + rest_2 * g[i];
    }
}

PN_INLINE void ftrl(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict a = (real *)state[1] + at, *restrict z = (real *)state[2] + at;
    const real lr = (real)s[0], power = (real)-s[1], l1 = (real)s[2], l2 = (real)s[3], shrinkage = (real)s[4];
    for (int64_t i = 0; i < count; i++) {
        const real sum = a[i] + g[i] * g[i], root = PN_POW(sum, power);
        z[i] += g[i] + 2 * shrinkage * w[i] - (root - PN_POW(a[i], power)) / lr * w[i];
        const real clipped = z[i] < -l1 ? -l1 : z[i] > l1 ? l1 : z[i];
        w[i] = (clipped - z[i]) / (root / lr + 2 * l2);
        a[i] = sum;
    }
}

PN_INLINE void schedule_free(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict z = (real *)state[1] + at, *restrict v = (real *)state[2] + at;
    const real lr = (real)s[0], correction = (real)s[1], share = (real)s[2], rest_share = (real)(1 - s[2]);
    const real beta_1 = (real)s[3], rest_1 = (real)(1 - s[3]), rest_2 = (real)(1 - s[4]), epsilon = (real)s[5];
    EACH_VECTOR(const vector slope = GET(g), z_before = GET(z), v_before = GET(v);
                const vector x = (GET(w) - rest_1 * z_before) / beta_1,
                v_now = v_before + rest_2 * (slope * slope - v_before);
                const vector z_now = z_before - quotients(lr * slope, roots(correction * v_now) + epsilon);
                PUT(v, v_now); PUT(z, z_now); PUT(w, rest_1 * z_now + beta_1 * (rest_share * x + share * z_now));)
}

#endif
