/* What stands around an optimizer's update: accumulation, clipping, decay, moving averages. */
#include "real.h"
#include <math.h>

PN_KERNEL(gradient_add) /* g(k) -> ~a(k) */
{
    const real *restrict g = p[0];
    real *restrict a = p[1];
    for (int64_t i = lo; i < hi; i++)
        a[i] += g[i];
}

PN_KERNEL(gradient_mean) /* ~a(k), y(k); steps */
{
    real *restrict a = p[0], *restrict y = p[1];
    const real steps = (real)s[0];
    for (int64_t i = lo; i < hi; i++) {
        y[i] = a[i] / steps;
        a[i] = 0;
    }
}

PN_KERNEL(clip_value) /* g(k) -> y(k); limit */
{
    const real *restrict g = p[0];
    real *restrict y = p[1];
    const real limit = (real)s[0];
    for (int64_t i = lo; i < hi; i++)
        y[i] = g[i] > limit ? limit : g[i] < -limit ? -limit : g[i];
}

/* Both scales are NaN where the norm is: a gradient that is lost shows. */
PN_KERNEL(clip_norm) /* g(k), total(1):f64 -> y(k); limit */
{
    const real *restrict g = p[0];
    real *restrict y = p[2];
    const real norm = (real)sqrt(*(const double *)p[1]), limit = (real)s[0], size = norm <= limit ? limit : norm;
    for (int64_t i = lo; i < hi; i++)
        y[i] = limit * g[i] / size;
}

PN_KERNEL(clip_global_norm) /* g(k), total(1):f64 -> y(k); limit */
{
    const real *restrict g = p[0];
    real *restrict y = p[2];
    const double norm = sqrt(*(const double *)p[1]);
    const real scale = (real)((norm <= s[0] ? 1 : s[0] / norm) + (norm - norm));
    for (int64_t i = lo; i < hi; i++)
        y[i] = scale * g[i];
}

PN_KERNEL(multiply_by) /* ~x(k); factor */
{
    real *restrict x = p[0];
    const real factor = (real)s[0];
    for (int64_t i = lo; i < hi; i++)
        x[i] *= factor;
}

PN_KERNEL(weight_decay) /* ~w(k); shrink */
{
    real *restrict w = p[0];
    const real shrink = (real)s[0];
    for (int64_t i = lo; i < hi; i++)
        w[i] -= shrink * w[i];
}

PN_KERNEL(moving_average) /* w(k) -> ~a(k); momentum */
{
    const real *restrict w = p[0];
    real *restrict a = p[1];
    const real momentum = (real)s[0], rest = (real)(1 - s[0]);
    for (int64_t i = lo; i < hi; i++)
        a[i] = momentum * a[i] + rest * w[i];
}

PN_KERNEL(overwrite) /* x(k) -> ~w(k) */
{
    memcpy((real *)p[1] + lo, (const real *)p[0] + lo, (size_t)(hi - lo) * sizeof(real));
}
