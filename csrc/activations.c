/* Activations and their derivatives, on rows. */
#include "activations.h"

#define FORWARD(name, f)                                                                                               \
    PN_KERNEL(name) /* x(n,k) -> y(n,k) */                                                                             \
    {                                                                                                                  \
        const real *restrict x = p[0];                                                                                 \
        real *restrict y = p[1];                                                                                       \
        for (int64_t i = lo * d[1]; i < hi * d[1]; i++)                                                                \
            y[i] = f(x[i]);                                                                                            \
    }

#define BACKWARD(name, slope)                                                                                          \
    PN_KERNEL(name) /* y(n,k), dy(n,k) -> dx(n,k) */                                                                   \
    {                                                                                                                  \
        const real *restrict y = p[0], *restrict dy = p[1];                                                            \
        real *restrict dx = p[2];                                                                                      \
        for (int64_t i = lo * d[1]; i < hi * d[1]; i++)                                                                \
            dx[i] = dy[i] * slope(y[i]);                                                                               \
    }

FORWARD(sigmoid_forward, pn_sigmoid)
FORWARD(tanh_forward, pn_tanh)
FORWARD(relu_forward, relu)
FORWARD(step_forward, step)
BACKWARD(sigmoid_backward, sigmoid_slope)
BACKWARD(tanh_backward, tanh_slope)

PN_KERNEL(relu_backward) /* y(n,k), dy(n,k) -> dx(n,k) */
{
    const real *restrict y = p[0], *restrict dy = p[1];
    real *restrict dx = p[2];
    for (int64_t i = lo * d[1]; i < hi * d[1]; i++)
        dx[i] = y[i] > 0 ? dy[i] : 0;
}

PN_KERNEL(step_backward) /* y(n,k), dy(n,k) -> dx(n,k) */
{
    real *dx = p[2];
    memset(dx + lo * d[1], 0, (size_t)((hi - lo) * d[1]) * sizeof(real));
}

PN_KERNEL(softmax_forward) /* x(n,k) -> y(n,k) */
{
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict x = (const real *)p[0] + r * k;
        real *restrict y = (real *)p[1] + r * k;
        const real top = row_max(x, k);
        for (int64_t j = 0; j < k; j++)
            y[j] = pn_exp(x[j] - top);
        const real sum = row_sum(y, k);
        for (int64_t j = 0; j < k; j++)
            y[j] = y[j] / sum;
    }
}

PN_KERNEL(softmax_backward) /* y(n,k), dy(n,k) -> dx(n,k) */
{
    const int64_t k = d[1];
    for (int64_t r = lo; r < hi; r++) {
        const real *restrict y = (const real *)p[0] + r * k, *restrict dy = (const real *)p[1] + r * k;
        real *restrict dx = (real *)p[2] + r * k;
        real inner = 0;
        for (int64_t j = 0; j < k; j++)
            inner += dy[j] * y[j];
        for (int64_t j = 0; j < k; j++)
            dx[j] = y[j] * (dy[j] - inner);
    }
}
