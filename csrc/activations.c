/* Activations and their derivatives, on rows. */
#include "activations.h"
#include "softmax.h"

FORWARD(sigmoid_forward, NO_SCALARS, pn_sigmoid(x))
FORWARD(tanh_forward, NO_SCALARS, pn_tanh(x))
FORWARD(relu_forward, NO_SCALARS, relu(x))
FORWARD(step_forward, NO_SCALARS, x >= 0 ? 1 : 0)
BACKWARD(sigmoid_backward, y, NO_SCALARS, sigmoid_slope(y) * dy)
BACKWARD(tanh_backward, y, NO_SCALARS, tanh_slope(y) * dy)
BACKWARD(relu_backward, y, NO_SCALARS, y > 0 ? dy : 0)

PN_KERNEL(step_backward) /* y(n,k), dy(n,k) -> dx(n,k) */
{
    real *dx = p[2];
    memset(dx + lo * d[1], 0, (size_t)((hi - lo) * d[1]) * sizeof(real));
}

PN_KERNEL(softmax_forward) /* x(n,k) -> y(n,k) */
{
    const int64_t k = d[1];
    const row_end end = end_of_rows(k);
    for (int64_t r = lo; r < hi && k <= PN_MOST_COLUMNS; r += PN_LANES)
        softmax_group((const real *)p[0] + r * k, (real *)p[1] + r * k, hi - r < PN_LANES ? hi - r : PN_LANES, k);
    for (int64_t r = lo; r < hi && k > PN_MOST_COLUMNS; r++) {
        real *restrict y = (real *)p[1] + r * k, top;
        divide_row(y, &end, exp_row((const real *)p[0] + r * k, y, &end, &top));
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
