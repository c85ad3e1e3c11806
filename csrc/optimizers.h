/* Optimizer updates on one run of elements.  `state` is w and what the optimizer keeps beside it, from element `at` on;
 * g is the gradient of those `count` elements.  Formulas and sources: pynn/kernels/reference/optimizers.py. */
#ifndef PYNN_OPTIMIZERS_H
#define PYNN_OPTIMIZERS_H

#include "real.h"
#include <math.h>

#if PN_BITS == 32
#define PN_SQRT sqrtf
#else
#define PN_SQRT sqrt
#endif

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

PN_INLINE void rmsprop(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict v = (real *)state[1] + at;
    const real lr = (real)s[0], rho = (real)s[1], epsilon = (real)s[2], rest = (real)(1 - s[1]);
    for (int64_t i = 0; i < count; i++) {
        v[i] = rho * v[i] + rest * (g[i] * g[i]);
        w[i] -= lr * g[i] / PN_SQRT(v[i] + epsilon);
    }
}

PN_INLINE void rmsprop_momentum(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict v = (real *)state[1] + at, *restrict m = (real *)state[2] + at;
    const real lr = (real)s[0], rho = (real)s[1], epsilon = (real)s[2], mu = (real)s[3], rest = (real)(1 - s[1]);
    for (int64_t i = 0; i < count; i++) {
        v[i] = rho * v[i] + rest * (g[i] * g[i]);
        m[i] = mu * m[i] + lr * g[i] / PN_SQRT(v[i] + epsilon);
        w[i] -= m[i];
    }
}

PN_INLINE void rmsprop_centered(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict v = (real *)state[1] + at, *restrict a = (real *)state[2] + at;
    const real lr = (real)s[0], rho = (real)s[1], epsilon = (real)s[2], rest = (real)(1 - s[1]);
    for (int64_t i = 0; i < count; i++) {
        v[i] = rho * v[i] + rest * (g[i] * g[i]);
        a[i] = rho * a[i] + rest * g[i];
        w[i] -= lr * g[i] / PN_SQRT(v[i] - a[i] * a[i] + epsilon);
    }
}

PN_INLINE void rmsprop_centered_momentum(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict v = (real *)state[1] + at;
    real *restrict a = (real *)state[2] + at, *restrict m = (real *)state[3] + at;
    const real lr = (real)s[0], rho = (real)s[1], epsilon = (real)s[2], mu = (real)s[3], rest = (real)(1 - s[1]);
    for (int64_t i = 0; i < count; i++) {
        v[i] = rho * v[i] + rest * (g[i] * g[i]);
        a[i] = rho * a[i] + rest * g[i];
        m[i] = mu * m[i] + lr * g[i] / PN_SQRT(v[i] - a[i] * a[i] + epsilon);
        w[i] -= m[i];
    }
}

PN_INLINE void adam(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at, *restrict v = (real *)state[2] + at;
    const real alpha = (real)s[0], rest_1 = (real)(1 - s[1]), rest_2 = (real)(1 - s[2]), epsilon = (real)s[3];
    for (int64_t i = 0; i < count; i++) {
        m[i] += rest_1 * (g[i] - m[i]);
        v[i] += rest_2 * (g[i] * g[i] - v[i]);
        w[i] -= alpha * m[i] / (PN_SQRT(v[i]) + epsilon);
    }
}

PN_INLINE void amsgrad(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at;
    real *restrict v = (real *)state[2] + at, *restrict u = (real *)state[3] + at;
    const real alpha = (real)s[0], rest_1 = (real)(1 - s[1]), rest_2 = (real)(1 - s[2]), epsilon = (real)s[3];
    for (int64_t i = 0; i < count; i++) {
        m[i] += rest_1 * (g[i] - m[i]);
        v[i] += rest_2 * (g[i] * g[i] - v[i]);
        u[i] = u[i] > v[i] ? u[i] : v[i];
        w[i] -= alpha * m[i] / (PN_SQRT(u[i]) + epsilon);
    }
}

#endif
