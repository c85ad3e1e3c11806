/* The fully connected layer y = f(x w + b), and its gradients. */
#include "activations.h"
#include "gemm.h"

/* Rows of y that are finished at a time, so that the activation finds them in cache. */
#define ROWS 64

#define LINEAR(x) (x)
#define FORWARD(name, f)                                                                                               \
    PN_KERNEL(name) /* x(n,i), w(i,o), b(o) -> y(n,o) */                                                               \
    {                                                                                                                  \
        const int64_t i = d[1], o = d[2];                                                                              \
        const real *restrict b = p[2];                                                                                 \
        const product xw = {p[0], i, 1, p[1], o, 1, i, o};                                                             \
        for (int64_t r0 = lo; r0 < hi; r0 += ROWS) {                                                                   \
            const int64_t r1 = r0 + ROWS < hi ? r0 + ROWS : hi;                                                        \
            PN_NAME(gemm)(&xw, p[3], o, r0, r1);                                                                       \
            for (int64_t r = r0; r < r1; r++) {                                                                        \
                real *restrict y = (real *)p[3] + r * o;                                                               \
                for (int64_t j = 0; j < o; j++)                                                                        \
                    y[j] = f(y[j] + b[j]);                                                                             \
            }                                                                                                          \
        }                                                                                                              \
    }

FORWARD(dense_forward, LINEAR)
FORWARD(dense_sigmoid_forward, pn_sigmoid)
FORWARD(dense_tanh_forward, pn_tanh)
FORWARD(dense_relu_forward, relu)

PN_KERNEL(dense_backward_input) /* dy(n,o), w(i,o) -> dx(n,i) */
{
    const int64_t o = d[1], i = d[2];
    const product dyw = {p[0], o, 1, p[1], 1, o, o, i};
    PN_NAME(gemm)(&dyw, p[2], i, lo, hi);
}

#define BACKWARD(name, slope)                                                                                          \
    PN_KERNEL(name) /* dy(n,o), w(i,o), y(n,i) -> dx(n,i) */                                                           \
    {                                                                                                                  \
        const int64_t o = d[1], i = d[2];                                                                              \
        const product dyw = {p[0], o, 1, p[1], 1, o, o, i};                                                            \
        for (int64_t r0 = lo; r0 < hi; r0 += ROWS) {                                                                   \
            const int64_t r1 = r0 + ROWS < hi ? r0 + ROWS : hi;                                                        \
            PN_NAME(gemm)(&dyw, p[3], i, r0, r1);                                                                      \
            const real *restrict y = p[2];                                                                             \
            real *restrict dx = p[3];                                                                                  \
            for (int64_t e = r0 * i; e < r1 * i; e++)                                                                  \
                dx[e] = dx[e] * slope(y[e]);                                                                           \
        }                                                                                                              \
    }

BACKWARD(dense_backward_input_sigmoid, sigmoid_slope)
BACKWARD(dense_backward_input_tanh, tanh_slope)
BACKWARD(dense_backward_input_relu, relu_slope)

PN_KERNEL(dense_backward_weights) /* x(n,i), dy(n,o) -> dw(i,o) */
{
    const int64_t n = d[0], i = d[1], o = d[2];
    const product xdy = {p[0], 1, i, p[1], o, 1, n, o};
    PN_NAME(gemm)(&xdy, p[2], o, lo, hi);
}
