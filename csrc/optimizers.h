/* Optimizer updates on one run of elements.  `state` is w and what the optimizer keeps beside it, from element `at` on;
 * g is the gradient of those `count` elements.  Formulas and sources: pynn/kernels/reference/optimizers.py. */
#ifndef PYNN_OPTIMIZERS_H
#define PYNN_OPTIMIZERS_H

#include "real.h"
#include <math.h>

#if PN_BITS == 32
#define PN_SQRT sqrtf
#define PN_ABS fabsf
#define PN_POW powf
#else
#define PN_SQRT sqrt
#define PN_ABS fabs
#define PN_POW pow
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

PN_INLINE void adamw(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict m = (real *)state[1] + at, *restrict v = (real *)state[2] + at;
    const real alpha = (real)s[0], rest_1 = (real)(1 - s[1]), rest_2 = (real)(1 - s[2]), epsilon = (real)s[3];
    const real shrink = (real)s[4];
    for (int64_t i = 0; i < count; i++) {
        m[i] += rest_1 * (g[i] - m[i]);
        v[i] += rest_2 * (g[i] * g[i] - v[i]);
        const real shrunk = w[i] - shrink * w[i];
        w[i] = shrunk - alpha * m[i] / (PN_SQRT(v[i]) + epsilon);
    }
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
    for (int64_t i = 0; i < count; i++) {
        m[i] += rest_1 * (g[i] - m[i]);
        v[i] += rest_2 * (g[i] * g[i] - v[i]);
        w[i] -= (of_m * m[i] + of_g * g[i]) / (PN_SQRT(correction * v[i]) + epsilon);
    }
}

PN_INLINE void adagrad(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict a = (real *)state[1] + at;
    const real lr = (real)s[0], epsilon = (real)s[1];
    for (int64_t i = 0; i < count; i++) {
        a[i] += g[i] * g[i];
        w[i] -= lr * g[i] / PN_SQRT(a[i] + epsilon);
    }
}

PN_INLINE void adadelta(SPAN)
{
    real *restrict w = (real *)state[0] + at, *restrict a = (real *)state[1] + at, *restrict e = (real *)state[2] + at;
    const real lr = (real)s[0], rho = (real)s[1], rest = (real)(1 - s[1]), epsilon = (real)s[2];
    for (int64_t i = 0; i < count; i++) {
        a[i] = rho * a[i] + rest * (g[i] * g[i]);
        const real step = PN_SQRT(e[i] + epsilon) * g[i] / PN_SQRT(a[i] + epsilon);
        e[i] = rho * e[i] + rest * (step * step);
        w[i] -= lr * step;
    }
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
    for (int64_t i = 0; i < count; i++) {
        const real x = (w[i] - rest_1 * z[i]) / beta_1;
        v[i] += rest_2 * (g[i] * g[i] - v[i]);
        z[i] -= lr * g[i] / (PN_SQRT(correction * v[i]) + epsilon);
        w[i] = rest_1 * z[i] + beta_1 * (rest_share * x + share * z[i]);
    }
}

#endif
